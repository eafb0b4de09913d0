"""The rows of official correspondence: who is written to and how, who signs, the letters with their
numbers, and the letters that are still owed.

The first three are kept in the register (engine.register), so each change of them is an event.
"""

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from engine.tables import in_key, in_text, table


class Correspondent(SQLModel, table=True):
    """An organisation as letters know it. As a recipient: the post that is addressed (`addressee`,
    empty where it follows from the kind of organisation) and the central e-mail address. As a
    sender: the `code` before its numbers (นร 1203), its name and address as the letter's head has
    them, and the owning unit with telephone. Several lines stand below each other."""

    organisation: str = in_key()
    addressee: str = in_text(default="")
    email: str = in_text(default="")
    code: str = in_text(default="")
    agency: str = in_text(default="")
    address: str = in_text(default="")
    contact: str = in_text(default="")


class Signatory(SQLModel, table=True):
    """Who signs an organisation's letters, from a day until a day, both included. `post` is their
    own post; `acting` is empty, `รักษาราชการแทน` or `ปฏิบัติราชการแทน`, then with the post that is
    acted for and the order that says so."""

    organisation: str = in_key()
    person: str = in_key()
    since: str = in_key()
    until: str = in_text(default="")
    post: str = in_text()
    acting: str = in_text(default="")
    acting_for: str = in_text(default="")
    order_ref: str = in_text(default="")


class Letter(SQLModel, table=True):
    """A number of a sender's register: an `issued` letter, a `void` one with the reason, or the
    numbers `first` to `number` that were used `elsewhere`. `series` is `letter` or `circular`,
    `year` the calendar year in the Buddhist Era, `printed` the number as it stands on the letter
    (นร 1203/ว 15), in Arabic digits. `facts` and `paper` are JSON: what the letter is
    about, and its words; `template` is the digest of the wording, `pdf` the file's SHA-256.
    `occasion` is the meeting, or the instant of the step; `recipient` is empty for a circular."""

    ref: str = in_key()
    sender: str = in_text()
    series: str = in_text()
    year: int
    first: int
    number: int
    printed: str = in_text(default="")
    status: str = in_text()
    reason: str = in_text(default="")
    kind: str = in_text(default="")
    form: str = in_text(default="")
    dated: str = in_text()
    recipient: str = in_text(default="")
    cycle: str = in_text(default="")
    occasion: str = in_text(default="")
    facts: str = in_text(default="{}")
    paper: str = in_text(default="{}")
    template: str = in_text(default="")
    pdf: str = in_text(default="")


class LetterFile(SQLModel, table=True):
    """A letter as it was made; its digest is on the letter's row."""

    __tablename__ = "letter_file"
    letter: str = in_text(primary_key=True, foreign_key="letter.ref")
    format: str = in_key()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LetterOwed(SQLModel, table=True):
    """A letter that a step of an item has made owed. Steps of one `occasion` (a meeting, or the
    instant of a bulk) that concern one recipient go in one letter. `status` is `owed`, `issued`
    (then `letter` names it) or `cancelled` with the reason. No evidence, as in engine.ledger."""

    __tablename__ = "letter_owed"
    item: str = in_text(primary_key=True, foreign_key="item.ref")
    seq: int = Field(primary_key=True)
    kind: str = in_key()
    organisation: str = in_text()
    cycle: str = in_text()
    occasion: str = in_text()
    owed_at: str = in_text()
    status: str = in_text()
    reason: str = in_text(default="")
    letter: str = in_text(default="")


_letter, _owed = table(Letter).c, table(LetterOwed).c
Index("letter_number", _letter.sender, _letter.series, _letter.year, _letter.number, unique=True)
Index("letter_owed_open", _owed.kind, _owed.occasion, _owed.organisation,
      sqlite_where=_owed.status == "owed", postgresql_where=_owed.status == "owed")  # fmt: skip
Index("letter_owed_letter", _owed.letter)
