"""A letter as a whole: its wording, who sends and signs it, its number, day and copies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notifications.address import greeting, posts
from notifications.kinds import KINDS
from notifications.language import day
from notifications.paper import Annex, Column, Paper, Signature, Table
from notifications.thai import BLANK
from notifications.wording import worded

DRAFT, SIMULATION, TAKEN_BACK = "ร่าง", "จำลอง", "ยกเลิก"  # the marks of what is no letter


@dataclass(frozen=True, slots=True)
class Sender:
    """`code` stands before the letter's number (นร 1203), `agency` is the name as the head of a
    letter has it, `address` the lines below it, `contact` the owning unit, telephone and e-mail."""

    code: str
    agency: str
    address: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signer:
    """As a row of `Signatory`, with the person's name."""

    name: str
    post: str
    acting: str = ""
    acting_for: str = ""
    order_ref: str = ""


def drafted(  # noqa: PLR0913  # the parts of a letter; those after the star are said by name
    kind: str,
    facts: Mapping[str, Any],
    sender: Sender,
    signer: Signer,
    *,
    number: str,
    dated: str,
    copies: Sequence[str] = (),
    listed: Sequence[str] = (),
    mark: str = "",
    folder: Path | None = None,
) -> Paper:
    """The letter in words. `number` is of `number_of`, `dated` an ISO day, or empty in a draft;
    `listed` are addressees that a list behind the letter names.

    Raises WrongUse as `worded` does.
    """
    said = worded(kind, facts, folder=folder)
    memo = KINDS[kind].form == "memo"
    opening, closing = greeting(said.dear)
    return Paper(
        form="memo" if memo else "letter",
        number=number,
        dated=dated,
        agency=_of_memo(sender) if memo else (sender.agency, *sender.address),
        subject=said.subject,
        opening=opening,
        to=said.dear,
        refs=said.refers,
        enclosures=said.encloses,
        body=said.body,
        annexes=(*_addressees(listed, sender, number, dated), *said.annexes),
        closing="" if memo else closing,
        signature=Signature(
            signer.name,
            posts(signer.post, signer.acting, signer.acting_for),
            signer.order_ref,
        ),
        contact=() if memo else sender.contact,
        copies=tuple(copies),
        mark=mark,
    )


def number_of(code: str, number: int | None, *, circular: bool) -> str:
    """นร 1203/15, นร 1203/ว 15; with a blank where a draft has no number yet."""
    taken = BLANK if number is None else str(number)
    return f"{code}/ว {taken}" if circular else f"{code}/{taken}"


def _addressees(
    listed: Sequence[str], sender: Sender, number: str, dated: str
) -> tuple[Annex, ...]:
    """บัญชีรายชื่อ: it says of which letter it is a part, for it may come loose from it."""
    if not listed:
        return ()
    letter = f"หนังสือ{sender.agency} ที่ {number} ลงวันที่ {day(dated) or BLANK}"
    columns = (Column("ที่", 1.5, "center"), Column("ผู้รับหนังสือ", 14.5))
    rows = tuple((str(nr), post) for nr, post in enumerate(listed, start=1))
    return (Annex(f"บัญชีรายชื่อแนบท้าย{letter}", (Table(columns, rows),), enclosed=False),)


def _of_memo(sender: Sender) -> tuple[str, ...]:
    """ส่วนราชการ of a memo: the owning unit, the agency, and the telephone."""
    unit = sender.contact[:1]
    telephones = [line for line in sender.contact[1:] if line.startswith("โทร")]
    return (*unit, sender.agency, *telephones)
