"""Claiming what is to be sent: a compare-and-swap with a lease, one message for each person and
day, or for each recipient of a letter."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, insert, or_, select, tuple_, update

from engine import load
from engine.alarms import CANCELLED, LEFT, OWED, UNKNOWN
from engine.arrivals import out_of_date
from engine.clock import day_of, stamp
from engine.database import Transaction, fixed
from engine.errors import Overtaken
from engine.ledger import Message, Obligation
from engine.obligations import UNREADABLE, any_due
from engine.office import Office
from engine.owing import key_of_visit
from engine.tables import table

CLAIMED, WAITING = "claimed", "waiting"
LEASE = timedelta(minutes=15)  # longer than a relay keeps a silent connection open
BATCH = 50
WITHOUT_IT = "รายการเดินหน้าไปแล้วโดยไม่รอหนังสือฉบับนี้ / its items went on without it"

_m, _o = table(Message).c, table(Obligation).c
_key = _o.recipient + "|" + bindparam("day")
_PERSONS = (
    select(_o.recipient)
    .where(
        _o.status == fixed(OWED),
        _o.message == fixed(""),
        _o.recipient > bindparam("after"),
        ~exists().where(_m.key == _key),
    )
    .distinct()
    .order_by(_o.recipient)
    .limit(BATCH)
)
NEW = insert(table(Message))
_NEW = {"attempts": 0, "note": "", "is_copy": 0}
_OF_CLAIM = ("key", "person", "day", "letter", "recipient")
_TAKE = (
    update(table(Obligation))
    .where(_o.recipient == bindparam("person"), _o.status == fixed(OWED), _o.message == fixed(""))
    .values(message=bindparam("key"))
)
# Compared as a row, as the index has them: what another sender took in between skips nobody.
_TO_TRY = (
    select(_m.until, _m.key, _m.person, _m.day, _m.letter, _m.recipient)
    .where(
        _m.settled_at == fixed(""),
        _m.status == WAITING,
        _m.until <= bindparam("now"),
        tuple_(_m.until, _m.key) > tuple_(bindparam("since"), bindparam("after")),
    )
    .order_by(_m.until, _m.key)
    .limit(BATCH)
)
_CLAIM_AGAIN = (
    update(table(Message))
    .where(_m.key == bindparam("was_key"), _m.status == WAITING, _m.until == bindparam("was_until"))
    .values({n: bindparam(n) for n in ("status", "claim", "until", "claimed_at", "settled_at")})
)
_MINE = select(_m.key).where(
    _m.key == bindparam("key"),
    _m.claim == bindparam("claim"),
    _m.status == CLAIMED,
    _m.until > bindparam("now"),
)
_MARK = (
    update(table(Message))
    .where(
        _m.key == bindparam("was_key"),
        _m.claim == bindparam("was_claim"),
        or_(_m.status == CLAIMED, _m.status == UNKNOWN),  # late, but the sender knows what happened
    )
    .values(
        {n: bindparam(n) for n in ("status", "until", "settled_at", "note")}
        | {"attempts": _m.attempts + 1}
    )
)
_CALL_OFF = (  # which is no try
    update(table(Message))
    .where(_m.key == bindparam("was_key"))
    .values(status=CANCELLED, until="", settled_at=bindparam("settled_at"), note=bindparam("note"))
)
_OWED_IN = select(_o.key, _o.item).where(_o.message == bindparam("key"), _o.status == OWED)
_LEFT_BEHIND = (
    update(table(Obligation))
    .where(_o.key == bindparam("was_key"))
    .values(status=CANCELLED, reason=LEFT, settled_at=bindparam("settled_at"))
)
_CARRIES = (
    update(table(Obligation))
    .where(_o.message == bindparam("key"), _o.status == OWED)
    .values(reason=bindparam("reason"))
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send until the lease ends: to a `person`, or a `letter` to the
    `recipient` organisation."""

    key: str
    person: str
    day: str
    token: str
    letter: str = ""
    recipient: str = ""


def claims(
    office: Office, clock: Callable[[], datetime], stopped: Callable[[], bool]
) -> Iterator[Claim]:
    """First what waits to be tried (letters, and what could not be sent), then who has no message
    of today yet."""
    yield from _waiting(office, clock, stopped)
    after = ""
    while True:
        day = day_of(clock()).isoformat()
        with office.database.read() as transaction:
            persons = transaction.rows(_PERSONS, {"day": day, "after": after})
        for (person,) in persons:
            if stopped():
                return
            now = clock()  # sending takes time, and midnight may have passed
            day = day_of(now).isoformat()
            claim = Claim(f"{person}|{day}", person, day, secrets.token_hex(8))
            if _claimed(office, claim, now):
                yield claim
            after = person
        if len(persons) < BATCH:
            return


def _waiting(
    office: Office, clock: Callable[[], datetime], stopped: Callable[[], bool]
) -> Iterator[Claim]:
    now, since, after = stamp(clock()), "", ""
    while True:
        place = {"now": now, "since": since, "after": after}
        with office.database.read() as transaction:
            found = transaction.rows(_TO_TRY, place)
        for since, after, person, day, letter, recipient in found:
            if stopped():
                return
            claim = Claim(after, person, day, secrets.token_hex(8), letter, recipient)
            if _claimed(office, claim, clock(), since):
                yield claim
        if len(found) < BATCH:
            return


def _claimed(office: Office, claim: Claim, now: datetime, waited_until: str = "") -> bool:
    """Take what the person is owed; False where somebody else did, or where reminders that belong
    into the same message were not called yet."""
    row = {
        "status": CLAIMED,
        "claim": claim.token,
        "until": stamp(now + LEASE),
        "claimed_at": stamp(now),
        "settled_at": "",
    }
    try:
        with office.database.write_in_turn() as transaction:
            if not claim.letter and any_due(transaction, stamp(now)):
                return False
            was = {"was_key": claim.key, "was_until": waited_until}
            if waited_until:
                return _retaken(transaction, office, claim, was | row)
            taken = transaction.run(_TAKE, {"person": claim.person, "key": claim.key})
            if taken:
                transaction.run(NEW, _NEW | {n: getattr(claim, n) for n in _OF_CLAIM} | row)
            return bool(taken)
    except Overtaken:
        return False


def _retaken(
    transaction: Transaction, office: Office, claim: Claim, row: Mapping[str, Any]
) -> bool:
    """A message that waited carries what it carried, as far as that is still owed: its identity is
    known to the relay, and must not stand for anything else."""
    if not transaction.run(_CLAIM_AGAIN, row):
        return False
    now = row["claimed_at"]
    if claim.letter:
        idle, note = _overtaken(transaction, office, claim.letter), WITHOUT_IT
    else:
        _drop_what_left(transaction, claim.key, now)
        idle = not transaction.run(_CARRIES, {"key": claim.key, "reason": ""})
        note = "nothing is owed any more"
    if idle:
        transaction.run(_CALL_OFF, {"was_key": claim.key, "settled_at": now, "note": note})
    return not idle


def _overtaken(transaction: Transaction, office: Office, letter: str) -> bool:
    """An item that cannot be read must not keep all other letters from being sent."""
    try:
        return out_of_date(transaction, office, letter)
    except UNREADABLE:
        return False


def _drop_what_left(transaction: Transaction, message: str, now: str) -> None:
    """Items that moved on while the message was on its way, when no step could call it back."""
    owed = transaction.rows(_OWED_IN, {"key": message})
    found = load.some(transaction, load.Where({"ref": {ref for _, ref in owed}})) if owed else []
    there = {each.item.ref: key_of_visit(each.item) for each in found}
    left = [key for key, ref in owed if not key.startswith(there.get(ref, "|"))]
    transaction.run_many(_LEFT_BEHIND, [{"was_key": key, "settled_at": now} for key in left])


def still_mine(office: Office, claim: Claim, now: datetime) -> bool:
    """Asked just before sending: who was asleep past the lease sends nothing."""
    params = {"key": claim.key, "claim": claim.token, "now": stamp(now)}
    with office.database.read() as transaction:
        return transaction.row(_MINE, params) is not None


def mark(transaction: Transaction, claim: Claim, row: Mapping[str, Any]) -> bool:
    """Write down what came of a claim; False where somebody else did, or settled it."""
    return bool(transaction.run(_MARK, {**row, "was_key": claim.key, "was_claim": claim.token}))
