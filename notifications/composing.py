"""From what is to be told to a letter: the facts, who sends and signs it, whom it goes to, the
words and the file. It only reads; `engine.letters` takes the number and queues it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine import signatories
from engine.announcements import everybody, of_cycle, of_meeting
from engine.correspondents import correspondent, sender_of
from engine.database import Transaction
from engine.errors import wrong
from engine.letters import Draft, Made
from engine.numbers import Place, Series
from engine.occasion import MINISTER, Occasion, facts_of, owed_of_cycle
from engine.office import Office
from engine.particulars import organisation_of
from notifications.address import addressee_of, copied_to
from notifications.draft import DRAFT, SIMULATION, Sender, Signer, drafted, number_of
from notifications.kinds import KINDS
from notifications.paper import Paper
from notifications.pdf import printed
from notifications.wording import template_digest

ALL = 76  # provinces, without Bangkok
IN_LINE = 3  # so many addressees of a circular stand behind เรียน; more are on a list


@dataclass(frozen=True, slots=True)
class Look:
    """An office's own wording, fonts and emblem; None is ours."""

    templates: Path | None = None
    fonts: Path | None = None
    emblem: Path | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter that lacks only its number. `copies` are the posts that have one, as printed, and
    `listed` those that a list behind the letter names."""

    draft: Draft
    sender: Sender
    signer: Signer
    copies: tuple[str, ...]
    listed: tuple[str, ...]
    simulation: bool
    look: Look

    def paper(self, number: int | None) -> Paper:
        """The words; without a number they are a draft. Raises WrongUse as `worded` does."""
        circular = self.draft.place.series == "circular"
        mark = SIMULATION if self.simulation else ""
        return drafted(
            self.draft.kind,
            self.draft.facts,
            self.sender,
            self.signer,
            number=number_of(self.sender.code, number, circular=circular),
            dated=self.draft.dated.isoformat(),
            copies=self.copies,
            listed=self.listed,
            mark=DRAFT if number is None else mark,
            folder=self.look.templates,
        )

    def made(self, number: int, made_at: datetime) -> Made:
        paper = self.paper(number)
        return Made(paper.number, paper.plain(), in_print(paper, made_at, self.look))


def in_print(paper: Paper, made_at: datetime, look: Look) -> bytes:
    """The PDF. Raises WrongUse naming characters that the font lacks."""
    return printed(paper, made_at=made_at, fonts=look.fonts, emblem=look.emblem)


@dataclass(frozen=True, slots=True)
class Composer:
    """Composes letters of one sender and day."""

    office: Office
    asked_sender: str | None
    dated: date
    look: Look = Look()

    def of_steps(self, transaction: Transaction, letter: Occasion) -> Composed:
        """The letter that steps of items have made owed."""
        facts = facts_of(transaction, self.office, letter)
        named = correspondent(transaction, letter.to).addressee
        unit = letter.addressed and addressee_of({"name_th": letter.addressed})
        addressee = unit or named or addressee_of(facts["recipient"])
        if not letter.addressed and KINDS[letter.kind].form == "memo":
            addressee = f"หัวหน้าหน่วยงานในสังกัด{facts['recipient']['name_th']}"  # to its units
        draft = self._draft(transaction, letter.kind, facts, addressee, (letter.to,))
        draft = replace(
            draft,
            occasion=letter.occasion,
            owed=letter.owed,
            roles=letter.roles,
            copies=letter.copies,
        )
        copies = [_copied(transaction, code, word) for code, word in letter.copied]
        return self._composed(transaction, draft, copies)

    def of_cycle(self, transaction: Transaction, kind: str, code: str) -> Composed:
        """The circular about a cycle, to everybody who takes part in it."""
        facts = of_cycle(transaction, self.office, kind, code)
        to = tuple(everybody(transaction, code, facts["cycle"]["track"]))
        if not to:
            raise wrong(
                "recipients", f"รอบ {code} ยังไม่มีผู้รับ", f"nobody takes part in the cycle {code} yet"
            )
        addressee, listed = _all_of(transaction, to)
        draft = self._draft(transaction, kind, facts, addressee, to)
        owed = owed_of_cycle(transaction, kind, code)
        return self._composed(transaction, replace(draft, owed=owed), listed=listed)

    def of_meeting(self, transaction: Transaction, kind: str, ref: str) -> Composed:
        """The memo about a meeting, to the body that meets."""
        facts = of_meeting(transaction, self.office, kind, ref)
        body = facts["meeting"]["body"]
        named = correspondent(transaction, body).addressee
        addressee = named or addressee_of(facts["recipient"])
        draft = self._draft(transaction, kind, facts, addressee, (body,))
        return self._composed(transaction, replace(draft, occasion=ref))

    def _draft(
        self,
        transaction: Transaction,
        kind: str,
        facts: Mapping[str, Any],
        addressee: str,
        to: tuple[str, ...],
    ) -> Draft:
        form = KINDS[kind].form
        sender = organisation_of(transaction, sender_of(transaction, self.asked_sender))
        series: Series = "circular" if form == "circular" else "letter"
        return Draft(
            kind=kind,
            form=form,
            place=Place.of(sender["code"], series, self.dated),
            dated=self.dated,
            recipient="" if form == "circular" else to[0],
            cycle=facts["cycle"]["code"],
            occasion=facts["cycle"]["code"],
            facts={**facts, "addressee": addressee, "sender": sender},
            template=template_digest(kind, self.look.templates),
            owed=(),
            roles={},
            to=to,
            copies=(),
        )

    def _composed(
        self,
        transaction: Transaction,
        draft: Draft,
        copies: Sequence[str] = (),
        listed: tuple[str, ...] = (),
    ) -> Composed:
        party = correspondent(transaction, draft.place.sender)
        signer = signatories.signer(transaction, draft.place.sender, self.dated)
        if signer is None:
            raise wrong(
                "signatory",
                f"ไม่มีผู้ลงนามของ {draft.place.sender} ในวันที่ {self.dated} "
                "กำหนดด้วย anumat signatory add",
                f"nobody signs for {draft.place.sender} on {self.dated}. "
                "Say who does with: anumat signatory add",
            )
        name = draft.facts["sender"]["name_th"]
        return Composed(
            draft,
            Sender(
                party.code,
                party.agency or name,
                tuple(party.address.splitlines()),
                tuple(party.contact.splitlines()),
            ),
            Signer(signer.name_th, signer.post, signer.acting, signer.acting_for, signer.order_ref),
            tuple(copies),
            listed,
            self.office.simulation,
            self.look,
        )


def _copied(transaction: Transaction, code: str, word: str) -> str:
    """Who has a copy, as the letter names them."""
    if word == MINISTER:
        return copied_to(organisation_of(transaction, code))
    return post_of(transaction, code)


def post_of(transaction: Transaction, code: str) -> str:
    """The post at an organisation that letters are addressed to."""
    named = correspondent(transaction, code).addressee
    return named or addressee_of(organisation_of(transaction, code))


def _all_of(transaction: Transaction, to: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """How a circular addresses all its recipients at once, and those whom a list must name. It says
    the same to each, and each can see who else has it."""
    provinces = {organisation_of(transaction, code)["kind"] for code in to} == {"province"}
    if provinces and len(to) >= ALL:
        return "ผู้ว่าราชการจังหวัด ทุกจังหวัด", ()
    posts = tuple(dict.fromkeys(post_of(transaction, code) for code in to))
    if len(posts) <= IN_LINE:
        *others, last = posts
        return f"{' '.join(others)} และ{last}" if others else last, ()
    group = "ผู้ว่าราชการจังหวัด" if provinces else "หัวหน้าส่วนราชการ"
    return f"{group} (ตามบัญชีรายชื่อแนบท้าย)", posts
