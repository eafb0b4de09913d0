"""One round of the clock: what it finds due it does, and it says what it did.

Two schedulers at once are harmless: everything is claimed in the tables, which are the only truth
of what is due. After an outage the same round applies the outage rule (`docs/deadlines.md`).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, insert, select

from engine.arrivals import arrive
from engine.claims import Claim
from engine.clock import instant_of, stamp
from engine.errors import Overtaken
from engine.ledger import Heartbeat
from engine.messages import Delivered, Send, Unsent, deliver, lapse
from engine.obligations import Called, call
from engine.office import Office
from engine.tables import table
from engine.windows import Fired, fire

TICK = "tick"
TRIES = 5
A_WHILE = timedelta(minutes=1)

_beat = table(Heartbeat)
_LAST = select(_beat.c.at, _beat.c.by, _beat.c.did).where(_beat.c.name == bindparam("name"))
_FORGET = delete(_beat).where(_beat.c.name == bindparam("was_name"))
_BEAT = insert(_beat)
Clock = Callable[[], datetime]
T = TypeVar("T")


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
    errors: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def idle(self) -> bool:
        return not any(self.plain().values())

    @property
    def sound(self) -> bool:
        """Whether nothing happened that a person must look at."""
        return not (
            self.refused or self.nobody or self.spoilt or self.failed or self.unknown or self.errors
        )


@dataclass(frozen=True, slots=True)
class Beat:
    """The last round that went to its end: when, by whom, and what it did."""

    at: datetime
    by: str
    did: Mapping[str, Any]


def tick(
    office: Office, by: str, clock: Clock, send: Send, stopped: Callable[[], bool] = lambda: False
) -> Round:
    """Do everything that is due. `by` names who does it (for the trail and the heartbeat).

    What goes wrong in one part is told in the round, and keeps no other part from its work.
    """
    done = Round()
    pulse = _Pulse(office, by, clock, done)

    def sending(claim: Claim) -> Unsent | None:
        pulse.beat_now_and_then()
        return send(claim)

    parts: tuple[Callable[[], None], ...] = (
        lambda: _lapsed(office, clock, done),
        lambda: _moved(lambda: fire(office, by, clock()), done),
        lambda: _called(office, clock, done),
        lambda: _delivered(done, deliver(office, clock, sending, stopped)),
        lambda: _moved(lambda: arrive(office, by, clock()), done),
    )
    for part in parts:
        try:
            part()
        except Exception as error:  # noqa: BLE001  # told, and shown by `status`
            done.errors.append(f"{type(error).__name__}: {error}"[:500])
    pulse.beat()
    return done


def last_beat(office: Office) -> Beat | None:
    """None where nothing ever ticked."""
    with office.database.read() as transaction:
        row = transaction.row(_LAST, {"name": TICK})
    return Beat(instant_of(row[0]), row[1], json.loads(row[2])) if row else None


def _lapsed(office: Office, clock: Clock, done: Round) -> None:
    done.unknown += lapse(office, clock())


def _moved(once: Callable[[], Fired], done: Round) -> None:
    while (fired := _again(once)).alarms:
        for trigger, refs in fired.moved.items():
            done.moved.setdefault(trigger, []).extend(refs)
        for ref, reasons in fired.refused.items():
            done.refused[ref] = [{"th": reason.th, "en": reason.en} for reason in reasons]


def _called(office: Office, clock: Clock, done: Round) -> None:
    def once() -> Called:
        with office.database.write_in_turn() as transaction:
            return call(transaction, office, clock())

    while (called := _again(once)).alarms:
        done.owed += called.owed
        done.superseded += called.superseded
        done.nobody += called.nobody
        done.spoilt += called.spoilt


def _delivered(done: Round, delivered: Delivered) -> None:
    done.sent += delivered.sent
    done.waiting += delivered.waiting
    done.failed += delivered.failed
    done.unknown += delivered.unknown


def _again(work: Callable[[], T]) -> T:
    """Somebody moved an item, or called the same reminders: look again, a few times."""
    overtaken: Overtaken | None = None
    for _ in range(TRIES):
        try:
            return work()
        except Overtaken as error:
            overtaken = error
    raise overtaken or AssertionError("TRIES must be positive")


@dataclass(slots=True)
class _Pulse:
    """The heartbeat of one round: at its end, and on the way where it takes long."""

    office: Office
    by: str
    clock: Clock
    done: Round
    last: datetime | None = None

    def beat_now_and_then(self) -> None:
        now = self.clock()
        if self.last is None or not timedelta(0) <= now - self.last < A_WHILE:
            if self.last is not None:
                self.beat()
            self.last = now

    def beat(self) -> None:
        now = self.clock()
        row = {"name": TICK, "at": stamp(now), "by": self.by, "did": json.dumps(self.done.plain())}
        try:
            with self.office.database.write() as transaction:
                transaction.run(_FORGET, {"was_name": TICK})
                transaction.run(_BEAT, row)
        except Overtaken:
            return  # another scheduler's heart beat at the same moment, which is as good
