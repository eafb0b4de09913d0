"""Sending what is owed, and marking what came of it.

Whoever holds a claim sends, and marks the outcome; a claim that was never marked ends as unknown,
for a person to settle, and is not sent again blindly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select, update

from engine.alarms import FAILED, OWED, SENT, UNKNOWN
from engine.arrivals import accepted
from engine.claims import CLAIMED, WAITING, Claim, claims, mark, still_mine
from engine.clock import stamp
from engine.database import Transaction, fixed
from engine.ledger import Message, Obligation
from engine.office import Office
from engine.tables import table

TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)

_m, _o = table(Message).c, table(Obligation).c
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
_ATTEMPTS = select(_m.attempts).where(_m.key == bindparam("key"))


@dataclass(slots=True)
class Delivered:
    """What came of a round of sending, in messages."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Unsent:
    """Why a message certainly did not go out; `final` where no other try can help."""

    why: str
    final: bool = False


class Doubtful(Exception):
    """What a Send may raise where nobody can tell; the text says why, in Thai and English."""


# Gives None for what was accepted; it raises where nobody can tell.
Send = Callable[[Claim], Unsent | None]


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
    for claim in claims(office, clock, stopped):
        if not still_mine(office, claim, clock()):
            unsent: Unsent | None = Unsent("the lease had ended before it was sent")
        else:
            try:
                unsent = send(claim)
            except Exception as error:  # noqa: BLE001  # whatever went wrong: it may have been sent
                said = str(error) if isinstance(error, Doubtful) else ""
                note = said or f"{type(error).__name__}: {error}"  # a stranger's own words
                _mark(office, claim, UNKNOWN, note[:500], clock())
                done.unknown += 1
                continue
        if unsent is None:
            _mark(office, claim, SENT, "", clock())
            done.sent += 1
        elif _put_back(office, claim, unsent, clock()):
            done.waiting += 1
        else:
            done.failed += 1
    return done


def _mark(office: Office, claim: Claim, status: str, note: str, now: datetime) -> None:
    settled_at = "" if status == UNKNOWN else stamp(now)
    row = {"status": status, "until": "", "settled_at": settled_at, "note": note}
    with office.database.write_in_turn() as transaction:
        if mark(transaction, claim, row):
            _settle(transaction, claim.key, status, note, settled_at)
            if status == SENT and claim.letter:
                accepted(transaction, office, claim.letter, now)


def _put_back(office: Office, claim: Claim, unsent: Unsent, now: datetime) -> bool:
    """Try again later, with what is still owed then; False after the last try."""
    with office.database.write_in_turn() as transaction:
        row = transaction.row(_ATTEMPTS, {"key": claim.key})
        tries = (row[0] if row else 0) + 1
        last = unsent.final or tries >= TRIES
        pause = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
        after = {
            "status": FAILED if last else WAITING,
            "until": "" if last else stamp(now + pause),
            "settled_at": stamp(now) if last else "",
            "note": unsent.why,
        }
        if mark(transaction, claim, after):
            status = FAILED if last else OWED
            _settle(transaction, claim.key, status, unsent.why, after["settled_at"])
    return not last


def _settle(transaction: Transaction, key: str, status: str, reason: str, settled_at: str) -> None:
    """What the message carried becomes what the message became."""
    row = {"status": status, "reason": reason, "settled_at": settled_at}
    transaction.run(_SETTLE, {"was_message": key} | row)
