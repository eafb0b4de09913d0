"""The rows. Events and revisions are append-only, the rest is what replaying the events gives.

Text keys sort by code point on every database; instants are fixed-width UTC text (engine.clock),
days are ISO text, JSON is canonical text (engine.canonical).
"""

from typing import Any

from sqlalchemy import Column, Index, LargeBinary, Table, Text
from sqlmodel import Field, SQLModel

# PostgreSQL's default collation follows the server's locale; "C" sorts as SQLite does.
ByCodePoint = Text().with_variant(Text(collation="C"), "postgresql")

REGISTER = "REGISTER"


def in_text(**options: Any) -> Any:
    """A column of text."""
    return Field(sa_type=ByCodePoint, **options)


def in_key() -> Any:
    """A column of text that is (part of) the primary key."""
    return in_text(primary_key=True)


class Setting(SQLModel, table=True):
    """Facts of the installation: whether it is a simulation, since when it exists."""

    name: str = in_key()
    value: str = in_text()


class Counter(SQLModel, table=True):
    """The last number taken of a sequence of references."""

    name: str = in_key()
    value: int = 0


class Stream(SQLModel, table=True):
    """The head of a chain that belongs to no item: the register's."""

    name: str = in_key()
    version: int
    head: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Organisation(SQLModel, table=True):
    """An office, a province, or a body (working group, committee) that decides in meetings.

    `path` holds the codes from the root down to this one, as `/MOI/OPS-MOI/`.
    """

    code: str = in_key()
    name_th: str = in_text()
    name_en: str = in_text()
    kind: str = in_text()
    parent: str = in_text(default="")
    region: str = in_text(default="")
    path: str = in_text()


class Person(SQLModel, table=True):
    code: str = in_key()
    name_th: str = in_text()
    name_en: str = in_text()
    post_th: str = in_text(default="")
    post_en: str = in_text(default="")
    email: str = in_text(default="")


class Grant(SQLModel, table=True):
    """A person holds a role for an organisation and those below it (`*`: for all), from a day
    until a day, both included; an empty `until` is open."""

    __tablename__ = "role_grant"
    person: str = in_key()
    role: str = in_key()
    organisation: str = in_key()
    since: str = in_key()
    until: str = in_text(default="")


class Holiday(SQLModel, table=True):
    """A correction to the published government holidays. `scope` is `national` or a region, `kind`
    is `holiday`, `working_day`, or `as_published` for a correction that was taken back."""

    day: str = in_key()
    scope: str = in_key()
    kind: str = in_text()
    reason: str = in_text(default="")
    source: str = in_text(default="")


class Cycle(SQLModel, table=True):
    """`rules`, `dates` and `calendar` are JSON objects: named ISO days, and what is said of them
    (engine.calendar); `classification` is `classified` or `monitored`."""

    code: str = in_key()
    fiscal_year: int
    track: str = in_text()
    title_th: str = in_text()
    title_en: str = in_text()
    classification: str = in_text(default="classified")
    rules: str = in_text(default="{}")
    dates: str = in_text(default="{}")
    calendar: str = in_text(default="{}")


class Definition(SQLModel, table=True):
    """A published workflow; items stay on the version they began with."""

    workflow: str = in_key()
    version: int = Field(primary_key=True)
    digest: str = in_text()
    document: str = in_text()


class Meeting(SQLModel, table=True):
    """`chair_for` is the person who delegated the chair, by the order `delegation`."""

    ref: str = in_key()
    body: str = in_text()
    held_on: str = in_text()
    title: str = in_text(default="")
    chair: str = in_text()
    chair_for: str = in_text(default="")
    delegation: str = in_text(default="")
    resolutions: str = in_text(default="[]")


class Item(SQLModel, table=True):
    """What moves. `version` counts its events, `head` is the last one's hash, `visits` says how
    often each state was entered; decisions up to event `voided` no longer stand. `due` is the JSON
    of its open deadlines (engine.due)."""

    ref: str = in_key()
    workflow: str = in_text()
    definition: int
    content: str = in_text()
    cycle: str = in_text()
    organisation: str = in_text()
    code: str = in_text()
    title: str = in_text()
    subject: str = in_text(default="")
    state: str = in_text()
    holder: str = in_text(default="")
    visits: str = in_text()
    revision: int
    digest: str = in_text()
    voided: int = 0
    due: str = in_text(default="{}")
    entered_at: str = in_text()
    version: int
    head: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Revision(SQLModel, table=True):
    """One immutable version of an item's content; `digest` is the SHA-256 of `body`."""

    item: str = in_text(primary_key=True, foreign_key="item.ref")
    number: int = Field(primary_key=True)
    digest: str = in_text()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Thread(SQLModel, table=True):
    """One numbered round of asking for information."""

    item: str = in_text(primary_key=True, foreign_key="item.ref")
    number: int = Field(primary_key=True)
    question: str = in_text()
    asked_by: str = in_text()
    asked_at: str = in_text()
    answer: str = in_text(default="")
    answered_by: str = in_text(default="")
    answered_at: str = in_text(default="")
    approved_by: str = in_text(default="")
    approved_at: str = in_text(default="")


class Opinion(SQLModel, table=True):
    """What a consulted organisation said of one revision; the newest of each counts."""

    item: str = in_text(primary_key=True, foreign_key="item.ref")
    seq: int = Field(primary_key=True)
    consultation: str = in_text()
    organisation: str = in_text()
    stance: str = in_text()
    words: str = in_text(default="")
    person: str = in_text()
    given_on: str = in_text()
    revision: int


class Event(SQLModel, table=True):
    """One row of the audit trail. `document` is what was hashed; the columns only repeat it."""

    stream: str = in_key()
    seq: int = Field(primary_key=True)
    kind: str = in_text()
    recorded_at: str = in_text()
    person: str = in_text(default="")
    organisation: str = in_text(default="")
    workflow: str = in_text(default="")
    trigger: str = in_text(default="")
    source: str = in_text(default="")
    outcome: str = in_text(default="")
    body: str = in_text(default="")
    meeting: str = in_text(default="")
    decided_on: str = in_text(default="")
    revision: int = 0
    document: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Answered(SQLModel, table=True):
    """The first answer to an idempotency key, and the digest of what was asked."""

    key: str = in_key()
    asked: str = in_text()
    answer: str = in_text()
    recorded_at: str = in_text()


def table(model: type[SQLModel]) -> Table:
    """The Core table behind a model."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


# The inbox reads by holder; sets and reports by cycle and organisation; requests by subject.
Index("item_holder", table(Item).c.holder, table(Item).c.entered_at, table(Item).c.ref)
Index(
    "item_desk",
    table(Item).c.holder,
    table(Item).c.organisation,
    table(Item).c.entered_at,
    table(Item).c.ref,
)
Index("item_set", table(Item).c.cycle, table(Item).c.organisation, table(Item).c.content)
Index("item_subject", table(Item).c.subject, sqlite_where=table(Item).c.subject != "",
      postgresql_where=table(Item).c.subject != "")  # fmt: skip
Index("grant_holders", table(Grant).c.role, table(Grant).c.organisation)
# The auditor's question is about decisions, a small part of all events.
Index("event_decisions", table(Event).c.recorded_at, sqlite_where=table(Event).c.outcome != "",
      postgresql_where=table(Event).c.outcome != "")  # fmt: skip
