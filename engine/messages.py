"""Sending what is owed: one message for each person and day, claimed before it is sent.

A claim is a compare-and-swap with a lease. Whoever holds it sends, and marks what came of it; a
claim that was never marked ends as unknown, for a person to settle, and is not sent again blindly.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, insert, or_, select, update

from engine import load
from engine.alarms import CANCELLED, FAILED, LEFT, OWED, SENT, UNKNOWN
from engine.clock import day_of, stamp
from engine.database import Transaction, fixed
from engine.errors import Overtaken
from engine.ledger import Message, Obligation
from engine.obligations import any_due
from engine.office import Office
from engine.owing import key_of_visit
from engine.tables import table

CLAIMED, WAITING = "claimed", "waiting"
LEASE = timedelta(minutes=15)  # longer than a relay keeps a silent connection open
TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
BATCH = 50

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
_CLAIM = insert(table(Message))
_TAKE = (
    update(table(Obligation))
    .where(_o.recipient == bindparam("person"), _o.status == fixed(OWED), _o.message == fixed(""))
    .values(message=bindparam("key"))
)
_TO_RETRY = (
    select(_m.key, _m.person, _m.until)
    .where(_m.settled_at == fixed(""), _m.status == WAITING, _m.until <= bindparam("now"))
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
_SETTLE = (
    update(table(Obligation))
    .where(_o.message == bindparam("was_message"), or_(_o.status == OWED, _o.status == UNKNOWN))
    .values({n: bindparam(n) for n in ("status", "reason", "settled_at")})
)
_LAPSED = select(_m.key, _m.claim, _m.until).where(
    _m.settled_at == fixed(""), _m.status == CLAIMED, _m.until <= bindparam("now")
)
_LAPSE = (
    update(table(Message))
    .where(_m.key == bindparam("was_key"), _m.claim == bindparam("was_claim"),
           _m.status == CLAIMED, _m.until == bindparam("was_until"))
    .values(status=UNKNOWN, note=bindparam("note"))
)  # fmt: skip
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
_ATTEMPTS = select(_m.attempts).where(_m.key == bindparam("key"))


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send until the lease ends."""

    key: str
    person: str
    day: str
    token: str


@dataclass(slots=True)
class Delivered:
    """What came of a round of sending, in messages."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unknown: int = 0


# Gives "" for what was accepted, else why it certainly was not; it raises where nobody can tell.
Send = Callable[[Claim], str]


def lapse(office: Office, now: datetime) -> int:
    """Messages whose sender fell silent become unknown, and all that they carried."""
    lapsed = 0
    with office.database.write_in_turn() as transaction:
        for key, claim, until in transaction.rows(_LAPSED, {"now": stamp(now)}):
            note = f"claimed until {until}, never marked"
            was = {"was_key": key, "was_claim": claim, "was_until": until, "note": note}
            if transaction.run(_LAPSE, was):
                _settle(transaction, key, UNKNOWN, note, "")
                lapsed += 1
    return lapsed


def deliver(
    office: Office, clock: Callable[[], datetime], send: Send, stopped: Callable[[], bool]
) -> Delivered:
    """Send everything that is owed and not on its way, to each person once a day; between two
    messages it may be `stopped`."""
    done = Delivered()
    for claim in _claims(office, clock, stopped):
        if not _still_mine(office, claim, clock()):
            _put_back(office, claim, "the lease had ended before it was sent", clock())
            done.waiting += 1
            continue
        try:
            refused = send(claim)
        except Exception as error:  # noqa: BLE001  # whatever went wrong: it may have been sent
            _mark(office, claim, UNKNOWN, f"{type(error).__name__}: {error}"[:500], clock())
            done.unknown += 1
            continue
        if not refused:
            _mark(office, claim, SENT, "", clock())
            done.sent += 1
        elif _put_back(office, claim, refused, clock()):
            done.waiting += 1
        else:
            done.failed += 1
    return done


def _claims(
    office: Office, clock: Callable[[], datetime], stopped: Callable[[], bool]
) -> Iterator[Claim]:
    """First what has waited for another try, then who has no message of today yet."""
    now = clock()
    with office.database.read() as transaction:
        waiting = transaction.rows(_TO_RETRY, {"now": stamp(now)})
    for key, person, until in waiting:
        if stopped():
            return
        claim = Claim(key, person, key.rpartition("|")[2], secrets.token_hex(8))
        if _claimed(office, claim, clock(), until):
            yield claim
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
            if any_due(transaction, stamp(now)):
                return False
            was = {"was_key": claim.key, "was_until": waited_until}
            if waited_until:
                return _retaken(transaction, claim, was | row, now)
            taken = transaction.run(_TAKE, {"person": claim.person, "key": claim.key})
            if taken:
                new = {"key": claim.key, "person": claim.person, "day": claim.day}
                transaction.run(_CLAIM, new | row | {"attempts": 0, "note": ""})
            return bool(taken)
    except Overtaken:
        return False


def _retaken(transaction: Transaction, claim: Claim, row: Mapping[str, Any], now: datetime) -> bool:
    """A message that is tried again carries what it carried, as far as that is still owed: its
    identity is known to the relay, and must not stand for anything else."""
    if not transaction.run(_CLAIM_AGAIN, row):
        return False
    _drop_what_left(transaction, claim.key, stamp(now))
    if transaction.run(_CARRIES, {"key": claim.key, "reason": ""}):
        return True
    _mark_in(transaction, claim, CANCELLED, "nothing is owed any more", now)
    return False


def _drop_what_left(transaction: Transaction, message: str, now: str) -> None:
    """Items that moved on while the message was on its way, when no step could call it back."""
    owed = transaction.rows(_OWED_IN, {"key": message})
    found = load.some(transaction, load.Where({"ref": {ref for _, ref in owed}})) if owed else []
    there = {each.item.ref: key_of_visit(each.item) for each in found}
    left = [key for key, ref in owed if not key.startswith(there.get(ref, "|"))]
    transaction.run_many(_LEFT_BEHIND, [{"was_key": key, "settled_at": now} for key in left])


def _still_mine(office: Office, claim: Claim, now: datetime) -> bool:
    """Asked just before sending: who was asleep past the lease sends nothing."""
    params = {"key": claim.key, "claim": claim.token, "now": stamp(now)}
    with office.database.read() as transaction:
        return transaction.row(_MINE, params) is not None


def _mark(office: Office, claim: Claim, status: str, note: str, now: datetime) -> None:
    with office.database.write_in_turn() as transaction:
        if _mark_in(transaction, claim, status, note, now):
            settled_at = "" if status == UNKNOWN else stamp(now)
            _settle(transaction, claim.key, status, note, settled_at)


def _mark_in(
    transaction: Transaction, claim: Claim, status: str, note: str, now: datetime, until: str = ""
) -> bool:
    settled = "" if status in (WAITING, UNKNOWN) else stamp(now)
    row = {"status": status, "until": until, "settled_at": settled, "note": note}
    return bool(transaction.run(_MARK, {"was_key": claim.key, "was_claim": claim.token} | row))


def _put_back(office: Office, claim: Claim, why: str, now: datetime) -> bool:
    """Try again later, with what is still owed then; False after the last try."""
    with office.database.write_in_turn() as transaction:
        row = transaction.row(_ATTEMPTS, {"key": claim.key})
        tries = (row[0] if row else 0) + 1
        if tries >= TRIES:
            if _mark_in(transaction, claim, FAILED, why, now):
                _settle(transaction, claim.key, FAILED, why, stamp(now))
            return False
        pause = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
        if _mark_in(transaction, claim, WAITING, why, now, stamp(now + pause)):
            _settle(transaction, claim.key, OWED, why, "")
    return True


def _settle(transaction: Transaction, key: str, status: str, reason: str, settled_at: str) -> None:
    """What the message carried becomes what the message became."""
    row = {"status": status, "reason": reason, "settled_at": settled_at}
    transaction.run(_SETTLE, {"was_message": key} | row)
