"""One round of the clock: what it finds due it does, and it says what it did.

Two schedulers at once are harmless: everything is claimed in the tables, which are the only truth
of what is due. After an outage the same round applies the outage rule (`docs/deadlines.md`).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from engine.clock import instant_of, stamp
from engine.errors import Overtaken
from engine.messages import Delivered, Send, deliver, lapse
from engine.obligations import Called, call
from engine.office import Office
from engine.tables import Heartbeat, table
from engine.windows import Fired, fire

TICK = "tick"
TRIES = 5

_beat = table(Heartbeat)
_LAST = select(_beat.c.at, _beat.c.by, _beat.c.did).where(_beat.c.name == bindparam("name"))
_FORGET = delete(_beat).where(_beat.c.name == bindparam("was_name"))
_BEAT = insert(_beat)
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Round:
    """What one tick did: the items that windows moved, by trigger, and the reasons why others
    stayed; reminders that were called; messages by what became of them."""

    moved: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    owed: int = 0
    superseded: int = 0
    nobody: int = 0
    spoilt: int = 0
    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unknown: int = 0

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def idle(self) -> bool:
        return not any(self.plain().values())

    @property
    def sound(self) -> bool:
        """Whether nothing happened that a person must look at."""
        return not (self.refused or self.nobody or self.spoilt or self.failed or self.unknown)


@dataclass(frozen=True, slots=True)
class Beat:
    """The last round that went to its end: when, by whom, and what it did."""

    at: datetime
    by: str
    did: Mapping[str, Any]


def tick(office: Office, by: str, clock: Clock, send: Send) -> Round:
    """Do everything that is due. `by` names who does it (for the trail and the heartbeat)."""
    done = Round()
    done.unknown += lapse(office, clock())
    while (fired := _fire(office, by, clock)).alarms:
        for trigger, refs in fired.moved.items():
            done.moved.setdefault(trigger, []).extend(refs)
        for ref, reasons in fired.refused.items():
            done.refused[ref] = [{"th": reason.th, "en": reason.en} for reason in reasons]
    while (called := _call(office, clock)).alarms:
        done.owed += called.owed
        done.superseded += called.superseded
        done.nobody += called.nobody
        done.spoilt += called.spoilt
    _add(done, deliver(office, clock, send))
    _beaten(office, by, clock(), done)
    return done


def last_beat(office: Office) -> Beat | None:
    """None where nothing ever ticked."""
    with office.database.read() as transaction:
        row = transaction.row(_LAST, {"name": TICK})
    return Beat(instant_of(row[0]), row[1], json.loads(row[2])) if row else None


def _fire(office: Office, by: str, clock: Clock) -> Fired:
    for _ in range(TRIES):
        try:
            return fire(office, by, clock())
        except Overtaken:  # somebody moved one of the items meanwhile: look again
            continue
    return Fired()


def _call(office: Office, clock: Clock) -> Called:
    for _ in range(TRIES):
        try:
            with office.database.write() as transaction:
                return call(transaction, office, clock())
        except Overtaken:  # another scheduler called them, or an item left: look again
            continue
    return Called()


def _add(done: Round, delivered: Delivered) -> None:
    done.sent += delivered.sent
    done.waiting += delivered.waiting
    done.failed += delivered.failed
    done.unknown += delivered.unknown


def _beaten(office: Office, by: str, now: datetime, done: Round) -> None:
    row = {"name": TICK, "at": stamp(now), "by": by, "did": json.dumps(done.plain())}
    try:
        with office.database.write() as transaction:
            transaction.run(_FORGET, {"was_name": TICK})
            transaction.run(_BEAT, row)
    except Overtaken:
        return  # another scheduler's heart beat at the same moment, which is as good
