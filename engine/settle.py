"""What a person decides about a message whose outcome nobody knows, or that failed."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import bindparam, literal, select, update

from engine.alarms import CANCELLED, FAILED, OWED, SENT, UNKNOWN
from engine.apply import write_register
from engine.arrivals import accepted
from engine.canonical import plain
from engine.chain import header
from engine.claims import WAITING
from engine.clock import stamp
from engine.correspondence import Letter
from engine.database import Transaction
from engine.errors import Overtaken, Reason, refused, wrong
from engine.ledger import Message, Obligation
from engine.numbers import ISSUED, NUMBERS
from engine.office import Answer, Office
from engine.people import Asking, actor_of
from engine.register import HEAD
from engine.tables import REGISTER, Event, table

As = Literal["sent", "again", "cancelled", "bounced"]
BOUNCED = "bounced"  # the relay accepted it, and somebody returned it
LONGEST = 2_000

_m, _o, _e = table(Message).c, table(Obligation).c, table(Event).c
_MESSAGE = select(_m.status, _m.letter).where(_m.key == bindparam("key"))
_STATUS = select(table(Letter).c.status).where(table(Letter).c.ref == bindparam("letter"))
_SETTLEMENTS = (
    select(_e.document).where(_e.stream == REGISTER, _e.kind == "settled").order_by(_e.seq.desc())
)
_ALONE = select(_o.status, literal("")).where(_o.key == bindparam("key"), _o.message == "")
_MARK = (
    update(table(Message))
    .where(_m.key == bindparam("was_key"), _m.status == bindparam("was_status"))
    .values({n: bindparam(n) for n in ("status", "until", "settled_at", "note", "attempts")})
)
_NEW: dict[str, Any] = {n: bindparam(n) for n in ("status", "reason", "message", "settled_at")}
_CARRIED = (
    update(table(Obligation))
    .where(_o.message == bindparam("was_key"), _o.status == bindparam("was_status"))
    .values(_NEW)
)
_OVERTAKEN = Reason(
    "overtaken", "มีผู้อื่นบันทึกผลก่อนแล้ว", "somebody else has marked or settled it at this moment"
)
_ONE = (
    update(table(Obligation))
    .where(_o.key == bindparam("was_key"), _o.status == bindparam("was_status"))
    .values(_NEW)
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """`key` is a message's, or that of an obligation which no message carried. `as_` says what it
    is to be: it was `sent`, it is sent `again` (both also of a letter's that was cancelled), it is
    `cancelled` (also one that was returned, or a letter's that waits), or it was returned
    (engine.outbox)."""

    key: str
    as_: As
    comment: str


def settle(office: Office, asking: Asking, wish: Settlement) -> Answer:
    """Settle what is unknown or failed; an event of the register says who did, and why.

    Raises WrongUse for an unknown key or an empty comment, Refusal where it needs no settling.
    """
    require_comment(wish.comment)

    def work(transaction: Transaction) -> Answer:
        return settled(transaction, office, asking, wish)

    return office.command(asking, ["settle", wish.key, wish.as_, wish.comment], work)


def require_comment(comment: str) -> None:
    if not comment.strip():
        raise wrong("comment", "ต้องระบุเหตุผล (--comment)", "a reason is required (--comment)")
    if len(comment) > LONGEST:
        raise wrong(
            "comment",
            f"เหตุผลยาวเกิน {LONGEST:,} ตัวอักษร",
            f"the reason is longer than {LONGEST:,} characters",
        )


def settled(transaction: Transaction, office: Office, asking: Asking, wish: Settlement) -> Answer:
    """`settle` within a transaction that there is already."""
    carried = transaction.row(_MESSAGE, {"key": wish.key})
    found = carried or transaction.row(_ALONE, {"key": wish.key})
    if found is None:
        raise wrong(
            "key",
            f"ไม่พบ “{wish.key}” ดูรหัสด้วย anumat obligations --unknown",
            f"there is no “{wish.key}”. See: anumat obligations --unknown",
        )
    status, letter = found
    back = status == CANCELLED and letter and wish.as_ != "cancelled"
    if back and settled_from(transaction, wish.key) != BOUNCED:  # that is engine.outbox.retry's
        require_issued(transaction, letter)
    elif status not in (UNKNOWN, FAILED) and not _no_more(wish, status, letter):
        raise refused(
            "settled", f"“{wish.key}” เป็น {status} อยู่แล้ว", f"“{wish.key}” is {status} already"
        )
    if carried is None and wish.as_ != "cancelled":
        raise refused(
            "no-message",
            "ไม่มีผู้รับ จึงยกเลิกได้เท่านั้น (--cancel)",
            "it has nobody to go to; it can only be cancelled (--cancel)",
        )
    _write(transaction, asking, wish, status, carried=carried is not None)
    if letter and wish.as_ == "sent":
        accepted(transaction, office, letter, asking.now)
    record_settlement(transaction, office, asking, wish, status)
    return {"key": wish.key, "was": status, "is": wish.as_}


def require_issued(transaction: Transaction, letter: str) -> None:
    """Raises Refusal for a void letter; until this transaction ends no letter becomes void."""
    transaction.alone(NUMBERS)
    if transaction.row(_STATUS, {"letter": letter}) != (ISSUED,):
        raise refused(
            "void",
            f"{letter} ยกเลิกแล้ว จึงไม่ส่งอีก",
            f"{letter} is void, and is not sent any more",
        )


def settled_from(transaction: Transaction, key: str) -> str:
    """What a message was when somebody settled it last; empty if nobody did."""
    found = [plain(document) for (document,) in transaction.rows(_SETTLEMENTS)]
    return next((each["was"] for each in found if each["message"] == key), "")


def _no_more(wish: Settlement, status: str, letter: str) -> bool:
    return wish.as_ == "cancelled" and (status == BOUNCED or bool(letter and status == WAITING))


def _write(
    transaction: Transaction, asking: Asking, wish: Settlement, status: str, *, carried: bool
) -> None:
    now, was = stamp(asking.now), {"was_key": wish.key, "was_status": status}
    new: dict[str, Any] = {"reason": wish.comment.strip(), "message": wish.key, "settled_at": now}
    match wish.as_:
        case "sent":
            new["status"] = SENT
        case "again":
            new |= {"status": OWED, "settled_at": ""}
        case "cancelled":
            new["status"] = CANCELLED
    if not carried:
        if not transaction.run(_ONE, was | new | {"message": ""}):
            raise Overtaken(_OVERTAKEN)
        return
    again = wish.as_ == "again"
    message = {
        "status": WAITING if again else new["status"],
        "until": now if again else "",
        "settled_at": new["settled_at"],
        "note": wish.comment.strip(),
        "attempts": 0,
    }
    if not transaction.run(_MARK, was | message):
        raise Overtaken(_OVERTAKEN)
    transaction.run(_CARRIED, was | new)


def record_settlement(
    transaction: Transaction, office: Office, asking: Asking, wish: Settlement, status: str
) -> None:
    """The event of the register: who settled it, what it was, and why."""
    document = {
        **header(asking, actor_of(transaction, asking), simulation=office.simulation),
        "kind": "settled",
        "message": wish.key,
        "was": status,
        "is": wish.as_,
        "comment": wish.comment.strip(),
    }
    [(version, head)] = transaction.rows(HEAD)
    write_register(transaction, (version, head), [document], REGISTER)
