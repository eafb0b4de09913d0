"""The ledger of reminders: each is owed to one person once, and ends sent, failed, unknown or
cancelled with a reason. `docs/deadlines.md` tells the life of one.

What fell due is called by the clock (`call`): of several reminders of one deadline that fell due
while nobody looked, the last is owed, and those before it are cancelled as superseded.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, insert, select, update

from engine import load
from engine.alarms import CANCELLED, OWED
from engine.clock import stamp
from engine.database import Row, Transaction
from engine.errors import Overtaken, Reason, WrongUse
from engine.ladder import Rung
from engine.ledger import Alarm, Obligation
from engine.office import Office
from engine.owing import NOBODY, Roll, Standing, owing, spoilt
from engine.tables import table
from engine.timing import REMIND, Timing
from engine.workdays import Workdays

BATCH = 100
Calendar = Callable[[Transaction], Workdays]
CHUNK = 500
A_DAY = timedelta(days=1)
# What a row says to its reader that somebody changed by hand; a database's errors are not of these.
UNREADABLE = (
    ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError, WrongUse,
)  # fmt: skip

_alarm, _owed = table(Alarm).c, table(Obligation).c
_this = and_(
    _alarm.item == bindparam("was_item"),
    _alarm.kind == REMIND,
    _alarm.name == bindparam("was_name"),
    _alarm.at == bindparam("was_at"),
)
# On PostgreSQL whoever changes one of the items meanwhile waits, and so does the next scheduler.
_FALLEN = (
    select(_alarm.item, _alarm.name, _alarm.step, _alarm.at)
    .where(_alarm.kind == REMIND, _alarm.at <= bindparam("now"))
    .with_for_update()
)
_ALL_DUE = _FALLEN.order_by(_alarm.at, _alarm.item, _alarm.name)
_DUE = _ALL_DUE.limit(BATCH)
_DUE_OF = _FALLEN.where(_alarm.item == bindparam("item"))
_ANY_DUE = select(exists().where(_alarm.kind == REMIND, _alarm.at <= bindparam("now")))
_AGAIN = update(table(Alarm)).where(_this).values(step=bindparam("step"), at=bindparam("at"))
_NO_MORE = delete(table(Alarm)).where(_this)
_OWE = insert(table(Obligation))


@dataclass(slots=True)
class Called:
    """What a batch of due alarms came to, in obligations."""

    alarms: int = 0
    owed: int = 0
    superseded: int = 0
    nobody: int = 0
    spoilt: int = 0


def any_due(transaction: Transaction, now: str) -> bool:
    """Whether a reminder fell due that nobody called yet."""
    row = transaction.row(_ANY_DUE, {"now": now})
    return bool(row and row[0])


def call(transaction: Transaction, office: Office, now: datetime) -> Called:
    """Owe the reminders of at most a hundred alarms that fell due, and set these to the next."""
    transaction.share(load.CALENDAR)
    due = transaction.rows(_DUE, {"now": stamp(now)})
    return _call(transaction, due, office, office.workdays, now, now)


def call_of(
    transaction: Transaction, office: Office, refs: Collection[str] | None, now: datetime, *,
    until: datetime | None = None, calendar: Calendar | None = None,
) -> None:  # fmt: skip
    """The same of these items (None: of all), before they change: whatever fell due until then is
    in the ledger, though it is cancelled at once. `calendar` is one that is being changed."""
    moment = stamp(until or now)
    if refs is not None and len(refs) == 1:
        [ref] = refs
        due = transaction.rows(_DUE_OF, {"now": moment, "item": ref})
    else:
        everything = transaction.rows(_ALL_DUE, {"now": moment})
        due = [row for row in everything if refs is None or row[0] in refs]
    _call(transaction, due, office, calendar or office.workdays, now, until or now)


def _call(
    transaction: Transaction, due: Sequence[Row], office: Office, calendar: Calendar,
    now: datetime, until: datetime,
) -> Called:  # fmt: skip
    called = Called(alarms=len(due))
    if not due:
        return called
    found = load.some(transaction, load.Where({"ref": {row[0] for row in due}}))
    items = {each.item.ref: each for each in found}
    timing, roll = Timing(calendar(transaction), now), Roll(transaction, now)
    owed: list[dict[str, Any]] = []
    for ref, name, step, at in due:
        was = {"was_item": ref, "was_name": name, "was_at": at}
        try:
            standing = Standing.of(transaction, office, timing, items[ref], name)
            fallen, following = standing.since(step, at, until)
        except UNREADABLE as error:
            # A row that somebody changed by hand must not keep all others from being reminded.
            owed.append(spoilt(ref, name, step, at, now, error))
            called.spoilt += 1
            following = Rung(step, now + A_DAY, ())
        else:
            owed += owing(standing, fallen, roll)
        _set(transaction, was, following)
    for row in (new := _new(transaction, owed)):
        called.owed += row["status"] == OWED
        called.superseded += row["status"] == CANCELLED
        called.nobody += row["reason"].startswith(NOBODY)
    transaction.run_many(_OWE, new)
    return called


def _new(transaction: Transaction, owed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each once, and none that is in the ledger already: a calendar can bring a ladder back to a
    step that was called, and one double must not keep all others from being reminded."""
    rows = {row["key"]: row for row in owed}
    keys = sorted(rows)
    for start in range(0, len(keys), CHUNK):
        among = _owed.key.in_(keys[start : start + CHUNK])
        for (key,) in transaction.ask(select(_owed.key).where(among)):
            del rows[key]
    return list(rows.values())


def _set(transaction: Transaction, was: Mapping[str, str], following: Rung | None) -> None:
    if following is None:
        done = transaction.run(_NO_MORE, was)
    else:
        then = {"step": following.step, "at": stamp(following.at)}
        done = transaction.run(_AGAIN, {**was, **then})
    if done != 1:
        raise Overtaken(_CALLED)


_CALLED = Reason(
    "called", "มีผู้อื่นเรียกการเตือนนี้แล้ว", "another scheduler has called this reminder already"
)
