"""When an item should have left its state, as its definition and its cycle announce it.

It only tells: reminders, extensions and stopped clocks come with the obligations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.clock import day_of, instant_of, parse_day
from engine.definition import Deadline, State
from engine.workdays import Workdays, is_provisional


@dataclass(frozen=True, slots=True, order=True)
class DueDay:
    """`effective` is what the deadline's policy makes of `nominal`, the day that was announced."""

    effective: date
    nominal: date

    @property
    def provisional(self) -> bool:
        """Whether the holidays of that year are not all known yet."""
        return is_provisional(self.effective)


@dataclass(frozen=True, slots=True)
class Local:
    """Working days as a place has them: regions have holidays of their own."""

    workdays: Workdays
    region: str = ""


def due_of(state: State, entered_at: str, dates: Mapping[str, str], local: Local) -> DueDay | None:
    """The earliest deadline of the state; None where it has none with a known day.

    `entered_at` is a stored instant, `dates` are the cycle's named ISO days.
    """
    entered = day_of(instant_of(entered_at))
    found = [_due(deadline, entered, dates, local) for deadline in state.deadlines]
    return min((day for day in found if day is not None), default=None)


def after(entered: date, span: str, local: Local) -> date:
    """The last day of a span: `5d` are calendar days, `5wd` working days.

    The day of entering is not counted (s. 193/3 of the Civil and Commercial Code).
    """
    if span.endswith("wd"):
        return local.workdays.after(entered, int(span[:-2]), local.region)
    return entered + timedelta(days=int(span[:-1]))


def _due(
    deadline: Deadline, entered: date, dates: Mapping[str, str], local: Local
) -> DueDay | None:
    nominal = _announced(deadline, entered, dates, local)
    if nominal is None:
        return None
    if deadline.policy == "next_working_day":
        return DueDay(local.workdays.rolled(nominal, local.region), nominal)
    return DueDay(nominal, nominal)


def _announced(
    deadline: Deadline, entered: date, dates: Mapping[str, str], local: Local
) -> date | None:
    due = deadline.due
    if due.fixed is not None:
        return due.fixed
    if due.after is not None:
        return after(entered, due.after, local)
    name = due.date or (due.window.closes if due.window else "")
    return parse_day(dates[name]) if name in dates else None
