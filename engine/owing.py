"""From a deadline as it stands to the reminders that are owed: who is told, by which step, and what
the ledger's rows say of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.alarms import CANCELLED, FAILED, OWED
from engine.canonical import plain
from engine.case import Place
from engine.clock import instant_of, stamp
from engine.database import Transaction
from engine.definition import Deadline
from engine.due import Days, DueDay, open_days
from engine.ladder import Plan, Rung, from_step, plan_of
from engine.load import Loaded
from engine.office import Office
from engine.people import Holder, covers, holders_of
from engine.replay import ItemState
from engine.timing import Timing

NOBODY = "nobody"  # no person holds a role of the ladder: failed, for a person to see
SUPERSEDED = "superseded"


def key_of_visit(item: ItemState) -> str:
    """What the keys begin with of all that is owed of an item as long as it stays in its state."""
    return f"{item.ref}|{item.state}|{item.visit}|"


@dataclass(slots=True)
class Roll:
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


@dataclass(frozen=True, slots=True)
class Standing:
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
    ) -> "Standing":
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


def owing(standing: Standing, fallen: Sequence[Rung], roll: Roll) -> Iterator[dict[str, Any]]:
    """The ledger's rows: of several reminders that fell due the last one is owed."""
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


def _told(plan: Plan, rung: Rung, place: Place, roll: Roll) -> dict[str, str]:
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


def _row(standing: Standing, rung: Rung, person: str, role: str, now: str) -> dict[str, Any]:
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


def spoilt(
    ref: str, name: str, step: str, at: str, now: datetime, error: Exception
) -> dict[str, Any]:
    """The row of an alarm that nobody can read: failed, for a person to see."""
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
