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


def _text(**options: Any) -> Any:
    return Field(sa_type=ByCodePoint, **options)


def _key() -> Any:
    return _text(primary_key=True)


class Setting(SQLModel, table=True):
    """Facts of the installation: whether it is a simulation, since when it exists."""

    name: str = _key()
    value: str = _text()


class Counter(SQLModel, table=True):
    """The last number taken of a sequence of references."""

    name: str = _key()
    value: int = 0


class Stream(SQLModel, table=True):
    """The head of a chain that belongs to no item: the register's."""

    name: str = _key()
    version: int
    head: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Organisation(SQLModel, table=True):
    """An office, a province, or a body (working group, committee) that decides in meetings.

    `path` holds the codes from the root down to this one, as `/MOI/OPS-MOI/`.
    """

    code: str = _key()
    name_th: str = _text()
    name_en: str = _text()
    kind: str = _text()
    parent: str = _text(default="")
    region: str = _text(default="")
    path: str = _text()


class Person(SQLModel, table=True):
    code: str = _key()
    name_th: str = _text()
    name_en: str = _text()
    post_th: str = _text(default="")
    post_en: str = _text(default="")
    email: str = _text(default="")


class Grant(SQLModel, table=True):
    """A person holds a role for an organisation and those below it (`*`: for all), from a day
    until a day, both included; an empty `until` is open."""

    __tablename__ = "role_grant"
    person: str = _key()
    role: str = _key()
    organisation: str = _key()
    since: str = _key()
    until: str = _text(default="")


class Holiday(SQLModel, table=True):
    """A correction to the published government holidays. `scope` is `national` or a region, `kind`
    is `holiday`, `working_day`, or `as_published` for a correction that was taken back."""

    day: str = _key()
    scope: str = _key()
    kind: str = _text()
    reason: str = _text(default="")
    source: str = _text(default="")


class Cycle(SQLModel, table=True):
    """`rules`, `dates` and `calendar` are JSON objects: named ISO days, and what is said of them
    (engine.calendar); `classification` is `classified` or `monitored`."""

    code: str = _key()
    fiscal_year: int
    track: str = _text()
    title_th: str = _text()
    title_en: str = _text()
    classification: str = _text(default="classified")
    rules: str = _text(default="{}")
    dates: str = _text(default="{}")
    calendar: str = _text(default="{}")


class Definition(SQLModel, table=True):
    """A published workflow; items stay on the version they began with."""

    workflow: str = _key()
    version: int = Field(primary_key=True)
    digest: str = _text()
    document: str = _text()


class Meeting(SQLModel, table=True):
    """`chair_for` is the person who delegated the chair, by the order `delegation`."""

    ref: str = _key()
    body: str = _text()
    held_on: str = _text()
    title: str = _text(default="")
    chair: str = _text()
    chair_for: str = _text(default="")
    delegation: str = _text(default="")
    resolutions: str = _text(default="[]")


class Item(SQLModel, table=True):
    """What moves. `version` counts its events, `head` is the last one's hash, `visits` says how
    often each state was entered; decisions up to event `voided` no longer stand. `due` is the JSON
    of its open deadlines (engine.due)."""

    ref: str = _key()
    workflow: str = _text()
    definition: int
    content: str = _text()
    cycle: str = _text()
    organisation: str = _text()
    code: str = _text()
    title: str = _text()
    subject: str = _text(default="")
    state: str = _text()
    holder: str = _text(default="")
    visits: str = _text()
    revision: int
    digest: str = _text()
    voided: int = 0
    due: str = _text(default="{}")
    entered_at: str = _text()
    version: int
    head: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Revision(SQLModel, table=True):
    """One immutable version of an item's content; `digest` is the SHA-256 of `body`."""

    item: str = _text(primary_key=True, foreign_key="item.ref")
    number: int = Field(primary_key=True)
    digest: str = _text()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Thread(SQLModel, table=True):
    """One numbered round of asking for information."""

    item: str = _text(primary_key=True, foreign_key="item.ref")
    number: int = Field(primary_key=True)
    question: str = _text()
    asked_by: str = _text()
    asked_at: str = _text()
    answer: str = _text(default="")
    answered_by: str = _text(default="")
    answered_at: str = _text(default="")
    approved_by: str = _text(default="")
    approved_at: str = _text(default="")


class Opinion(SQLModel, table=True):
    """What a consulted organisation said of one revision; the newest of each counts."""

    item: str = _text(primary_key=True, foreign_key="item.ref")
    seq: int = Field(primary_key=True)
    consultation: str = _text()
    organisation: str = _text()
    stance: str = _text()
    words: str = _text(default="")
    person: str = _text()
    given_on: str = _text()
    revision: int


class Event(SQLModel, table=True):
    """One row of the audit trail. `document` is what was hashed; the columns only repeat it."""

    stream: str = _key()
    seq: int = Field(primary_key=True)
    kind: str = _text()
    recorded_at: str = _text()
    person: str = _text(default="")
    organisation: str = _text(default="")
    workflow: str = _text(default="")
    trigger: str = _text(default="")
    source: str = _text(default="")
    outcome: str = _text(default="")
    body: str = _text(default="")
    meeting: str = _text(default="")
    decided_on: str = _text(default="")
    revision: int = 0
    document: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Answered(SQLModel, table=True):
    """The first answer to an idempotency key, and the digest of what was asked."""

    key: str = _key()
    asked: str = _text()
    answer: str = _text()
    recorded_at: str = _text()


class Alarm(SQLModel, table=True):
    """The next thing that the clock owes an item, at a stored instant. Of `kind` `remind`, `name`
    is a deadline and `step` one of its ladder's; of `kind` `fire`, `name` is a trigger."""

    item: str = _text(primary_key=True, foreign_key="item.ref")
    kind: str = _key()
    name: str = _key()
    step: str = _text(default="")
    at: str = _text()


class Obligation(SQLModel, table=True):
    """A reminder that is owed to one person, in a role. `announced` and `due` are the deadline's
    days, `due_at` when the reminder fell due, `called_at` when the clock noticed; `message` is the
    one that carries it. An owed one with a `reason` waits to be tried again."""

    key: str = _key()
    item: str = _text(foreign_key="item.ref")
    state: str = _text()
    deadline: str = _text()
    step: str = _text()
    role: str = _text()
    announced: str = _text()
    due: str = _text()
    due_at: str = _text()
    called_at: str = _text()
    recipient: str = _text()
    status: str = _text()
    reason: str = _text(default="")
    message: str = _text(default="")
    settled_at: str = _text(default="")


class Message(SQLModel, table=True):
    """What is sent to one person: a day's reminders. `claim` names the sender that has taken it,
    until `until`; while it is `waiting`, `until` says when it is tried again."""

    key: str = _key()
    person: str = _text()
    day: str = _text()
    status: str = _text()
    claim: str = _text(default="")
    until: str = _text(default="")
    attempts: int = 0
    claimed_at: str = _text()
    settled_at: str = _text(default="")
    note: str = _text(default="")


class Heartbeat(SQLModel, table=True):
    """When something that must go on by itself last did, who did it, and what (JSON)."""

    name: str = _key()
    at: str = _text()
    by: str = _text()
    did: str = _text()


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
# The clock reads what is due of one kind in this order; a leaving item takes its own alarms with it
# (primary key).
Index(
    "alarm_due",
    table(Alarm).c.kind,
    table(Alarm).c.at,
    table(Alarm).c.item,
    table(Alarm).c.name,
)
_owed, _open = table(Obligation).c.status == "owed", table(Message).c.settled_at == ""
Index("obligation_owed", table(Obligation).c.message, table(Obligation).c.recipient,
      sqlite_where=_owed, postgresql_where=_owed)  # fmt: skip
Index("obligation_of_item", table(Obligation).c.item, sqlite_where=_owed, postgresql_where=_owed)
_trouble = (table(Obligation).c.status == "failed") | (table(Obligation).c.status == "unknown")
Index("obligation_trouble", table(Obligation).c.status, sqlite_where=_trouble,
      postgresql_where=_trouble)  # fmt: skip
Index("obligation_due", table(Obligation).c.due_at)
Index("obligation_message", table(Obligation).c.message)
Index(
    "message_open",
    table(Message).c.until,
    table(Message).c.key,
    sqlite_where=_open,
    postgresql_where=_open,
)
