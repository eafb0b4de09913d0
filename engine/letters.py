"""Issuing a letter: the number, the words, the file, and the messages that carry it, in one
transaction; and taking back one that has not left the house.

The file is made beforehand with the number that is next; if somebody else has taken that number
meanwhile, it is made once more inside the transaction. So nobody waits for a letter to be set.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine import load
from engine.alarms import OWED
from engine.broken import matches
from engine.canonical import canonical
from engine.claims import NEW, WAITING
from engine.clock import day_of, english_day, instant_of, stamp, thai_day
from engine.correspondence import Letter, LetterFile, LetterOwed
from engine.database import Transaction
from engine.errors import Overtaken, Reason, Refusal, refused
from engine.issued import issued_before
from engine.numbers import ISSUED, NUMBERS, Place, bearer, last, no_right, out_of_order
from engine.office import Answer, Office
from engine.people import Actor, Asking, person_of
from engine.register import record
from engine.tables import table

_o = table(LetterOwed).c
_FILE = insert(table(LetterFile))
_file = table(LetterFile).c
_BODY = (
    select(_file.body, table(Letter).c.pdf)
    .join_from(table(LetterFile), table(Letter), table(Letter).c.ref == _file.letter)
    .where(_file.letter == bindparam("letter"), _file.format == "pdf")
)
_SETTLED = (
    update(table(LetterOwed))
    .where(
        _o.item == bindparam("was_item"),
        _o.seq == bindparam("was_seq"),
        _o.kind == bindparam("was_kind"),
        _o.status == OWED,
    )
    .values(status=ISSUED, letter=bindparam("letter"))
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that only lacks its number. `owed` are the (item, event) that made it owed, and
    `roles` those that may issue it for these items; a letter of a cycle or a meeting has none.
    `to` and `copies` are organisations; `recipient` is the one of `to`, or empty on a circular.
    `again` lets a cycle or a meeting have a second letter of the kind."""

    kind: str
    form: str
    place: Place
    dated: date
    recipient: str
    cycle: str
    occasion: str
    facts: Mapping[str, Any]
    template: str
    owed: tuple[tuple[str, int], ...]
    roles: Mapping[str, Sequence[str]]
    to: tuple[str, ...]
    copies: tuple[str, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """The letter with its number: as printed, its words as plain data, and the PDF."""

    printed: str
    paper: Mapping[str, Any]
    pdf: bytes


Make = Callable[[int], Made]


def issue(office: Office, asking: Asking, draft: Draft, make: Make) -> Answer:
    """Give the letter its number and queue it for everybody who gets it.

    The answer is `{"ref", "printed", "number", "dated", "recipient", "messages"}`. Raises Refusal
    with every reason: no right, issued already, a day that the sequence has passed.
    """
    with office.database.read() as transaction:
        expected = last(transaction, draft.place).number + 1
        hopeless = _against(transaction, person_of(transaction, asking), asking, draft)
    # What is to be refused below may yet be a repeat, whose first answer is known.
    ready = None if hopeless else make(expected)

    def work(transaction: Transaction) -> Answer:
        transaction.alone(NUMBERS)
        actor = person_of(transaction, asking)
        if reasons := _against(transaction, actor, asking, draft):
            raise Refusal(*reasons)
        number = last(transaction, draft.place).number + 1
        made = ready if ready and number == expected else make(number)
        ref = draft.place.ref(number)
        if other := bearer(transaction, draft.place, made.printed):
            raise _borne(made.printed, other, draft.place)
        record(transaction, office, asking, [(Letter, _row(draft, ref, number, made))], actor=actor)
        transaction.run(_FILE, {"letter": ref, "format": "pdf", "body": made.pdf})
        _settle(transaction, draft, ref)
        messages = _queue(transaction, draft, ref, asking)
        return {
            "ref": ref,
            "printed": made.printed,
            "number": number,
            "dated": draft.dated.isoformat(),
            "recipient": draft.recipient,
            "messages": messages,
        }

    about = [draft.kind, draft.recipient, draft.occasion, draft.dated.isoformat()]
    return office.command(asking, ["issue", *about, list(map(list, draft.owed))], work)


def file_of(transaction: Transaction, ref: str) -> bytes:
    """The PDF of an issued letter. Raises Refusal for a number that has none, and for a file that
    somebody changed since: it must not go out."""
    row = transaction.row(_BODY, {"letter": ref})
    if row is None:
        raise refused("file", f"{ref} ไม่มีไฟล์", f"{ref} has no file")
    if not matches(*row):
        raise refused(
            "file",
            f"ไฟล์ของ {ref} ไม่ใช่ไฟล์ที่ออกไว้ ตรวจด้วย anumat audit verify",
            f"the file of {ref} is not the one that was issued. See: anumat audit verify",
        )
    return bytes(row[0])


def may_issue(transaction: Transaction, actor: Actor, draft: Draft, now: datetime) -> list[Reason]:
    """Who has a right in the sender's register, and, where steps of items are told, took the step
    or is to notify of it."""
    found = load.some(transaction, load.Where({"ref": draft.roles})) if draft.roles else []
    closed = [
        each.item.ref
        for each in found
        if actor.role_for(draft.roles[each.item.ref], each.place.path) is None
    ]
    reasons = no_right(transaction, actor, draft.place.sender, now)
    return [*reasons, _no_right(actor, ", ".join(closed))] if closed else reasons


def _against(transaction: Transaction, actor: Actor, asking: Asking, draft: Draft) -> list[Reason]:
    reasons = may_issue(transaction, actor, draft, asking.now)
    reasons += out_of_order(last(transaction, draft.place), draft.dated, day_of(asking.now))
    reasons += _too_early(draft)
    if not draft.owed and not draft.again:
        reasons += issued_before(
            transaction, sender=draft.place.sender, kind=draft.kind, cycle=draft.cycle,
            occasion=draft.occasion,
        )  # fmt: skip
    if draft.owed and not _still_owed(transaction, draft):
        reasons.append(
            Reason(
                "not-owed",
                "หนังสือฉบับนี้ออกไปแล้ว หรือรายการเดินหน้าไปแล้ว",
                "this letter has been issued, or its items have moved on",
            )
        )
    return reasons


def _still_owed(transaction: Transaction, draft: Draft) -> bool:
    refs = sorted({item for item, _ in draft.owed})
    there = transaction.ask(
        select(_o.item, _o.seq).where(_o.item.in_(refs), _o.kind == draft.kind, _o.status == OWED)
    )
    return set(draft.owed) <= {(item, seq) for item, seq in there}


def _too_early(draft: Draft) -> list[Reason]:
    """A letter tells of what has been decided, and of steps that were taken."""
    step = draft.facts["step"]
    days = [item["decided_on"] for item in draft.facts["items"]]
    if step and not any(days):
        days = [day_of(instant_of(step["recorded_at"])).isoformat()]
    if draft.dated.isoformat() >= max(days, default=""):
        return []
    first = date.fromisoformat(max(days))
    return [
        Reason(
            "dated",
            f"เรื่องที่แจ้งลงวันที่ {thai_day(first)} หนังสือลงวันที่ก่อนหน้านั้นไม่ได้",
            f"what it tells is of {english_day(first)}: a letter cannot be of an earlier day",
        )
    ]


def _row(draft: Draft, ref: str, number: int, made: Made) -> dict[str, Any]:
    return {
        "ref": ref,
        "sender": draft.place.sender,
        "series": draft.place.series,
        "year": draft.place.year,
        "first": number,
        "number": number,
        "printed": made.printed,
        "status": ISSUED,
        "reason": "",
        "kind": draft.kind,
        "form": draft.form,
        "dated": draft.dated.isoformat(),
        "recipient": draft.recipient,
        "cycle": draft.cycle,
        "occasion": draft.occasion,
        "facts": canonical(dict(draft.facts)).decode(),
        "paper": canonical(dict(made.paper)).decode(),
        "template": draft.template,
        "pdf": sha256(made.pdf).hexdigest(),
    }


def _settle(transaction: Transaction, draft: Draft, ref: str) -> None:
    rows = [
        {"was_item": item, "was_seq": seq, "was_kind": draft.kind, "letter": ref}
        for item, seq in draft.owed
    ]
    if rows and transaction.run_many(_SETTLED, rows) != len(rows):
        raise Overtaken(
            Reason(
                "overtaken",
                "มีผู้อื่นออกหนังสือนี้หรือดำเนินการกับรายการก่อนแล้ว ไม่มีสิ่งใดเปลี่ยนแปลง",
                "somebody else has issued it, or moved an item; nothing was changed",
            )
        )


def _queue(transaction: Transaction, draft: Draft, ref: str, asking: Asking) -> list[str]:
    """A message for each recipient and copy; the clock sends them. Their keys."""
    now = stamp(asking.now)
    everybody = [(code, 0) for code in draft.to]
    everybody += [(code, 1) for code in draft.copies if code not in draft.to]
    rows = [
        {
            "key": f"{ref}|{code}|1", "person": "", "day": draft.dated.isoformat(),
            "status": WAITING, "claim": "", "until": now, "attempts": 0, "claimed_at": "",
            "settled_at": "", "note": "", "letter": ref, "recipient": code, "is_copy": is_copy,
        }
        for code, is_copy in everybody
    ]  # fmt: skip
    transaction.run_many(NEW, rows)
    return [str(row["key"]) for row in rows]


def _borne(printed: str, other: str, place: Place) -> Exception:
    how = f"anumat register set-aside --from {place.sender}"
    return refused(
        "number",
        f"เลขที่ {printed} เป็นของ {other} แล้ว เพราะรหัสนี้เคยเป็นของหน่วยงานอื่นในปีเดียวกัน "
        f"กันเลขที่ใช้ไปแล้วด้วย {how}",
        f"{printed} is the number of {other}: another sender had this code in the same year. "
        f"Pass over the numbers that it used: {how}",
    )


def _no_right(actor: Actor, what: str) -> Reason:
    return Reason(
        "role",
        f"{actor.name_th} ไม่มีสิทธิออกหนังสือของ {what}",
        f"{actor.name_en} may not issue letters of {what}",
    )
