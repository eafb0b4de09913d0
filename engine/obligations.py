"""The ledger of reminders: each is owed to one person once, and ends sent, failed, unknown or
cancelled with a reason. `docs/deadlines.md` tells the life of one.

What fell due is called by the clock (`call`): of several reminders of one deadline that fell due
while nobody looked, the last is owed, and those before it are cancelled as superseded.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, insert, select, update

from engine import load
from engine.alarms import CANCELLED, FAILED, OWED
from engine.canonical import plain
from engine.case import Place
from engine.clock import instant_of, stamp
from engine.database import Row, Transaction
from engine.definition import Deadline
from engine.due import Days, DueDay, open_days
from engine.errors import Overtaken, Reason, WrongUse
from engine.ladder import Plan, Rung, from_step, plan_of
from engine.load import Loaded
from engine.office import Office
from engine.people import Holder, covers, holders_of
from engine.replay import ItemState
from engine.tables import Alarm, Obligation, table
from engine.timing import REMIND, Timing
from engine.workdays import Workdays

BATCH = 100
Calendar = Callable[[Transaction], Workdays]
CHUNK = 500
NOBODY = "nobody"  # no person holds a role of the ladder: failed, for a person to see
SUPERSEDED = "superseded"
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


def key_of_visit(item: ItemState) -> str:
    """What the keys begin with of all that is owed of an item as long as it stays in its state."""
    return f"{item.ref}|{item.state}|{item.visit}|"


@dataclass(slots=True)
class Called:
    """What a batch of due alarms came to, in obligations."""

    alarms: int = 0
    owed: int = 0
    superseded: int = 0
    nobody: int = 0
    spoilt: int = 0


@dataclass(slots=True)
class _Roll:
    """Who holds which role today, looked up once for a batch."""

    transaction: Transaction
    now: datetime
    _holders: dict[str, list[Holder]] = field(default_factory=dict)
    _persons: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def persons(self, role: str, path: str) -> list[str]:
        if role not in self._holders:
            self._holders[role] = holders_of(self.transaction, role, self.now)
        if (role, path) not in self._persons:
            found = self._holders[role]
            codes = {each.code for each in found if covers(each.organisation, path)}
            self._persons[role, path] = sorted(codes)
        return self._persons[role, path]


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
    timing, roll = Timing(calendar(transaction), now), _Roll(transaction, now)
    owed: list[dict[str, Any]] = []
    for ref, name, step, at in due:
        was = {"was_item": ref, "was_name": name, "was_at": at}
        try:
            standing = _Standing.of(transaction, office, timing, items[ref], name)
            fallen, following = standing.since(step, at, until)
        except UNREADABLE as error:
            # A row that somebody changed by hand must not keep all others from being reminded.
            owed.append(_spoilt(ref, name, step, at, now, error))
            called.spoilt += 1
            following = Rung(step, now + A_DAY, ())
        else:
            owed += _obligations(standing, fallen, roll)
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


@dataclass(frozen=True, slots=True)
class _Standing:
    """A deadline of an item as it stands: its days, its ladder."""

    loaded: Loaded
    deadline: Deadline
    due: DueDay
    key_begins: str
    plan: Plan
    days: Days

    @classmethod
    def of(
        cls, transaction: Transaction, office: Office, timing: Timing, loaded: Loaded, name: str
    ) -> "_Standing":
        item, place = loaded.item, loaded.place
        compiled = office.definitions.get(transaction, item.workflow, item.definition)
        state = compiled.workflow.states[item.state]
        deadline = next(each for each in state.deadlines if each.name == name)
        due, moved = open_days(item.due)[name], int(plain(item.due)["open"][name]["moved"])
        plan = plan_of(deadline, state.holder or "", place.reminders)
        days = timing.days(place, item.code)
        begins = f"{key_of_visit(item)}{name}|{moved}|"
        return cls(loaded, deadline, due, begins, plan, days)

    def since(self, step: str, at: str, until: datetime) -> tuple[list[Rung], Rung | None]:
        """The reminders from a step on that have fallen due, and the first that has not."""
        fallen: list[Rung] = []
        for rung in from_step(self.plan, self.due.effective, self.days, step, instant_of(at)):
            if rung.at > until:
                return fallen, rung
            fallen.append(rung)
        return fallen, None


def _obligations(
    standing: _Standing, fallen: Sequence[Rung], roll: _Roll
) -> Iterator[dict[str, Any]]:
    for rung in fallen:
        last = rung is fallen[-1]
        told = _told(standing.plan, rung, standing.loaded.place, roll)
        for person, role in (told or {"": rung.roles[0]}).items():
            row = _row(standing, rung, person, role, stamp(roll.now))
            if not last:
                row |= {"status": CANCELLED, "reason": f"{SUPERSEDED} {fallen[-1].step}"}
            elif not person:
                row |= {"status": FAILED, "reason": f"{NOBODY} {' '.join(standing.plan.ladder)}"}
            else:
                row |= {"status": OWED, "reason": "", "settled_at": ""}
            yield row


def _told(plan: Plan, rung: Rung, place: Place, roll: _Roll) -> dict[str, str]:
    """The persons and their roles. Where nobody holds the rung's roles, the ladder is climbed
    until somebody is found: a reminder to nobody would be none."""
    told: dict[str, str] = {}
    for role in rung.roles:
        for person in roll.persons(role, place.path):
            told.setdefault(person, role)
    for role in plan.ladder[len(rung.roles) :]:
        if told:
            break
        told = dict.fromkeys(roll.persons(role, place.path), role)
    return told


def _row(standing: _Standing, rung: Rung, person: str, role: str, now: str) -> dict[str, Any]:
    item, name = standing.loaded.item, standing.deadline.name
    return {
        "key": f"{standing.key_begins}{rung.step}|{person}",
        "item": item.ref,
        "state": item.state,
        "deadline": name,
        "step": rung.step,
        "role": role,
        "announced": standing.due.nominal.isoformat(),
        "due": standing.due.effective.isoformat(),
        "due_at": stamp(rung.at),
        "called_at": now,
        "recipient": person,
        "message": "",
        "settled_at": now,
    }


def _spoilt(
    ref: str, name: str, step: str, at: str, now: datetime, error: Exception
) -> dict[str, Any]:
    return {
        "key": f"{ref}|{name}|{step}|{stamp(now)}",
        "item": ref,
        "state": "",
        "deadline": name,
        "step": step,
        "role": "",
        "announced": "",
        "due": "",
        "due_at": at,
        "called_at": stamp(now),
        "recipient": "",
        "status": FAILED,
        "reason": f"the alarm does not fit its item: {error!r}",
        "message": "",
        "settled_at": stamp(now),
    }
