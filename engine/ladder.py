"""The reminders of one deadline: before, on and after its day, and who gets each.

A reminder goes out when the office opens, and only on working days: one that falls on another day
is sent on the working day before it, or behind it once the deadline is past.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import dropwhile
from typing import Any, NamedTuple

from engine.clock import at_office_hours
from engine.definition import Deadline
from engine.due import Days, parts
from engine.workdays import Workdays

ON_THE_DAY = "0"
MOST_REPEATS = 520


class Rung(NamedTuple):
    """One reminder. `step` names it (`-14d`, `0`, `+3d`, `again-1`), `at` is its instant, `roles`
    are those told by it, the nearest to the item first."""

    step: str
    at: datetime
    roles: tuple[str, ...]


class Plan(NamedTuple):
    """When a deadline reminds whom: the definition's word, or the cycle's where it has one."""

    remind: Sequence[str]
    overdue: Sequence[str]
    again: str | None
    ladder: tuple[str, ...]


def plan_of(deadline: Deadline, holder: str, reminders: Mapping[str, Any]) -> Plan:
    """`reminders` are the cycle's, by the deadline's name or `*` for all."""
    own = {**reminders.get("*", {}), **reminders.get(deadline.name, {})}
    ladder = own.get("ladder", deadline.ladder) or (holder,)
    return Plan(
        own.get("remind", deadline.remind),
        own.get("overdue", deadline.overdue),
        own.get("again", deadline.again),
        tuple(ladder) if ladder[0] == holder else (holder, *(r for r in ladder if r != holder)),
    )


def rungs(plan: Plan, due: date, days: Days) -> Iterator[Rung]:
    """All reminders in the order of their instants; where they repeat, for ten years.

    The order is the same in every calendar, or a holiday could have one come twice, or never: of
    `3wd` and `5d` the farther one comes first, at the latest together with the nearer one.
    """
    words = tuple(plan.remind), tuple(plan.overdue), tuple(plan.ladder)
    single, day = _single(*words, due, days.workdays, days.region)
    yield from single
    if plan.again is None:
        return
    for number in range(1, MOST_REPEATS + 1):
        day = days.after(day, plan.again)
        yield Rung(f"again-{number}", at_office_hours(days.rolled(day)), tuple(plan.ladder))


def next_after(plan: Plan, due: date, days: Days, moment: datetime) -> Rung | None:
    """The first reminder that is still to come; those before it are not owed."""
    found = (rung for rung in rungs(plan, due, days) if rung.at > moment)
    return next(found, None)


def from_step(plan: Plan, due: date, days: Days, step: str, at: datetime) -> Iterator[Rung]:
    """The reminders from the named one on; where the ladder has none of that name any more, those
    that are not before its instant."""
    following = dropwhile(lambda rung: rung.step != step, rungs(plan, due, days))
    named = next(following, None)
    if named is None:
        yield from (rung for rung in rungs(plan, due, days) if rung.at >= at)
    else:
        yield named
        yield from following


@lru_cache(maxsize=1024)  # all items of a cycle and a region ask the same
def _single(
    remind: tuple[str, ...], overdue: tuple[str, ...], ladder: tuple[str, ...],
    due: date, workdays: Workdays, region: str,
) -> tuple[tuple[Rung, ...], date]:  # fmt: skip
    """The reminders that do not repeat, and the day after which the others follow."""
    days = Days(workdays, region)
    first = [(ON_THE_DAY, workdays.working_until(due, region))]
    for span in sorted(dict.fromkeys(remind), key=_far):
        first.insert(0, (f"-{span}", min(_before(due, span, days), first[0][1])))
    found = [Rung(step, at_office_hours(day), ladder[:1]) for step, day in first]
    day = due
    for place, span in enumerate(sorted(dict.fromkeys(overdue), key=_far), 1):
        day = max(day, days.rolled(days.after(due, span)))
        found.append(Rung(f"+{span}", at_office_hours(day), ladder[:place]))
    return tuple(found), day


def _before(due: date, span: str, days: Days) -> date:
    number, working = parts(span)
    if working:
        return days.workdays.before(due, number, days.region)
    return days.workdays.working_until(due - timedelta(days=number), days.region)


def _far(span: str) -> float:
    """How far that is in an ordinary week."""
    number, working = parts(span)
    return number * 7 / 5 if working else number
