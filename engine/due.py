"""When an item should have left its state, as its definition and its cycle announce it.

Days of the week only: `wd` skips Saturdays and Sundays. Public holidays, roll-forward and
reminders come with the calendars.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from engine.clock import day_of, instant_of, parse_day
from engine.definition import Due, State

SATURDAY = 5


def due_of(state: State, entered_at: str, dates: Mapping[str, str]) -> date | None:
    """The earliest deadline of the state; None where it has none with a known day.

    `entered_at` is a stored instant, `dates` are the cycle's named ISO days.
    """
    entered = day_of(instant_of(entered_at))
    days = [_day(deadline.due, entered, dates) for deadline in state.deadlines]
    return min((day for day in days if day is not None), default=None)


def after(entered: date, span: str) -> date:
    """The last day of a span like `5d` or `5wd`; the day of entering is not counted (s. 193/3)."""
    if span.endswith("wd"):
        day = entered
        for _ in range(int(span[:-2])):
            day += timedelta(days=1)
            while day.weekday() >= SATURDAY:
                day += timedelta(days=1)
        return day
    return entered + timedelta(days=int(span[:-1]))


def _day(due: Due, entered: date, dates: Mapping[str, str]) -> date | None:
    if due.fixed is not None:
        return due.fixed
    if due.after is not None:
        return after(entered, due.after)
    name = due.date or (due.window.closes if due.window else "")
    return parse_day(dates[name]) if name in dates else None
