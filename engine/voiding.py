"""Gaps in the sequence of numbers, each with its reason: a letter that was taken back, and numbers
that the office used elsewhere (on paper, or before it began with Anumat)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from engine.alarms import CANCELLED, FAILED, OWED
from engine.arrivals import told
from engine.claims import WAITING
from engine.clock import day_of, stamp
from engine.correspondence import Letter, LetterOwed
from engine.database import Transaction
from engine.errors import Overtaken, Reason, Refusal, refused, wrong
from engine.ledger import Message
from engine.numbers import ELSEWHERE, ISSUED, NUMBERS, VOID, Place, last, letter, no_right
from engine.office import Answer, Office
from engine.people import Asking, person_of
from engine.queries import departure, history
from engine.register import record
from engine.tables import table

LONGEST = 2_000

_m, _o = table(Message).c, table(LetterOwed).c
_ON_ITS_WAY = select(_m.key, _m.status).where(
    _m.letter == bindparam("letter"),
    _m.status != WAITING,
    _m.status != CANCELLED,
    _m.status != FAILED,
)
_CALLED_BACK = (
    update(table(Message))
    .where(
        _m.letter == bindparam("was_letter"), or_(_m.status == WAITING, _m.status == FAILED)
    )  # nobody may send a void letter again
    .values(status=CANCELLED, until="", settled_at=bindparam("settled_at"), note=bindparam("note"))
)
_OF_LETTER = select(_o.item, _o.seq, _o.kind).where(_o.letter == bindparam("letter"))
_AGAIN = (
    update(table(LetterOwed))
    .where(
        _o.item == bindparam("was_item"),
        _o.seq == bindparam("was_seq"),
        _o.kind == bindparam("was_kind"),
    )
    .values(status=bindparam("status"), reason=bindparam("reason"), letter="")
)


def void(office: Office, asking: Asking, asked: str, reason: str) -> Answer:
    """Take back a letter that has not left the house. Its number stays taken, with the reason; what
    it told is owed again, as far as its items have not moved on.

    Raises Refusal where it was sent, may have been, has notified an item (by post), or is no issued
    letter.
    """
    _require_reason(reason)

    def work(transaction: Transaction) -> Answer:
        transaction.alone(NUMBERS)
        row = letter(transaction, asked)
        actor = person_of(transaction, asking)
        reasons = _not_void(transaction, office, row)
        reasons += no_right(transaction, actor, row["sender"], asking.now)
        if reasons:
            raise Refusal(*reasons)
        new = row | {"status": VOID, "reason": reason.strip()}
        record(transaction, office, asking, [(Letter, new)], actor=actor)
        called = {"was_letter": row["ref"], "settled_at": stamp(asking.now), "note": reason.strip()}
        transaction.run(_CALLED_BACK, called)
        if transaction.rows(_ON_ITS_WAY, {"letter": row["ref"]}):
            raise Overtaken(_sending(row["ref"]))
        owed = [ref for ref, seq, kind in transaction.rows(_OF_LETTER, {"letter": row["ref"]})
                if _owed_again(transaction, ref, seq, kind)]  # fmt: skip
        return {"ref": row["ref"], "printed": row["printed"], "owed_again": sorted(owed)}

    return office.command(asking, ["void", asked, reason], work)


def set_aside(office: Office, asking: Asking, place: Place, upto: int, reason: str) -> Answer:
    """Say that the numbers up to this one were used elsewhere: the next letter has the one after.

    Raises Refusal where a number of them is taken already, or for a year that has not begun.
    """
    _require_reason(reason)

    def work(transaction: Transaction) -> Answer:
        transaction.alone(NUMBERS)
        actor = person_of(transaction, asking)
        newest, today = last(transaction, place), day_of(asking.now)
        reasons = no_right(transaction, actor, place.sender, asking.now)
        if upto <= newest.number:
            reasons.append(_taken(newest.number))
        if place.year > Place.of(place.sender, place.series, today).year:
            reasons.append(Reason("year", f"ปี {place.year} ยังมาไม่ถึง", f"{place.year} is to come"))
        if reasons:
            raise Refusal(*reasons)
        row = _elsewhere(place, newest.number + 1, upto, reason.strip(), newest.dated, today)
        record(transaction, office, asking, [(Letter, row)], actor=actor)
        return {"ref": row["ref"], "first": row["first"], "number": upto}

    asked = ["set-aside", place.sender, place.series, place.year, upto, reason]
    return office.command(asking, asked, work)


def _elsewhere(
    place: Place, first: int, upto: int, reason: str, newest: str, today: date
) -> dict[str, Any]:
    nothing = {column.name: "" for column in table(Letter).c}
    past = today.year + 543 > place.year
    return nothing | {
        "ref": f"{place.ref(first)}-{upto}",
        "sender": place.sender,
        "series": place.series,
        "year": place.year,
        "first": first,
        "number": upto,
        "status": ELSEWHERE,
        "reason": reason,
        "dated": newest if past else today.isoformat(),
        "facts": "{}",
        "paper": "{}",
    }


def _not_void(transaction: Transaction, office: Office, row: Mapping[str, Any]) -> list[Reason]:
    ref = row["ref"]
    if row["status"] != ISSUED:
        return [Reason("status", f"{ref} ไม่ใช่หนังสือที่ออกแล้ว", f"{ref} is no issued letter")]
    if transaction.rows(_ON_ITS_WAY, {"letter": ref}):
        return [_sending(ref)]
    if notified := [each.item for each in told(transaction, office, ref) if each.notified]:
        return [_notified(ref, ", ".join(notified))]
    return []


def _sending(ref: str) -> Reason:
    return Reason(
        "sent",
        f"{ref} ส่งออกไปแล้วหรือกำลังส่ง ยกเลิกไม่ได้ ให้ออกหนังสือฉบับใหม่",
        f"{ref} was sent, or is being sent: write another letter instead",
    )


def _notified(ref: str, items: str) -> Reason:
    return Reason(
        "notified",
        f"{ref} แจ้งผลของ {items} ไปแล้ว ยกเลิกไม่ได้ ให้ออกหนังสือฉบับใหม่",
        f"{items} was notified by {ref}: write another letter instead",
    )


def _owed_again(transaction: Transaction, ref: str, seq: int, kind: str) -> bool:
    """Unless the item has gone on: then nobody waits for it any more."""
    gone = departure(history(transaction, ref), seq) is not None
    was = {"was_item": ref, "was_seq": seq, "was_kind": kind}
    new = {"status": CANCELLED, "reason": "left"} if gone else {"status": OWED, "reason": ""}
    transaction.run(_AGAIN, was | new)
    return not gone


def _taken(number: int) -> Reason:
    return Reason(
        "number", f"ทะเบียนใช้ถึงเลข {number} แล้ว", f"the register has reached {number} already"
    )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise wrong("reason", "ต้องระบุเหตุผล (--reason)", "a reason is required (--reason)")
    if len(reason) > LONGEST:
        raise refused(
            "reason",
            f"เหตุผลยาวเกิน {LONGEST:,} ตัวอักษร",
            f"the reason is longer than {LONGEST:,} characters",
        )
