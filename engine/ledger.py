"""The rows of the clock: alarms, what is owed, the messages that carry it, heartbeats.

They are no evidence (`audit verify` leaves them alone): what somebody was held to is in the events.
"""

from sqlalchemy import Index
from sqlmodel import SQLModel

from engine.tables import in_key, in_text, table


class Alarm(SQLModel, table=True):
    """The next thing that the clock owes an item, at a stored instant. Of `kind` `remind`, `name`
    is a deadline and `step` one of its ladder's; of `kind` `fire`, `name` is a trigger."""

    item: str = in_text(primary_key=True, foreign_key="item.ref")
    kind: str = in_key()
    name: str = in_key()
    step: str = in_text(default="")
    at: str = in_text()


class Obligation(SQLModel, table=True):
    """A reminder that is owed to one person, in a role. `announced` and `due` are the deadline's
    days, `due_at` when the reminder fell due, `called_at` when the clock noticed; `message` is the
    one that carries it. An owed one with a `reason` waits to be tried again."""

    key: str = in_key()
    item: str = in_text(foreign_key="item.ref")
    state: str = in_text()
    deadline: str = in_text()
    step: str = in_text()
    role: str = in_text()
    announced: str = in_text()
    due: str = in_text()
    due_at: str = in_text()
    called_at: str = in_text()
    recipient: str = in_text()
    status: str = in_text()
    reason: str = in_text(default="")
    message: str = in_text(default="")
    settled_at: str = in_text(default="")


class Message(SQLModel, table=True):
    """What is sent in one piece: to one person a day's reminders, or a `letter` to the `recipient`
    organisation, or a copy of it (then `person` is empty). `claim` names the sender that has taken
    it, until `until`; while it is `waiting`, `until` says when it is tried again."""

    key: str = in_key()
    person: str = in_text()
    day: str = in_text()
    status: str = in_text()
    claim: str = in_text(default="")
    until: str = in_text(default="")
    attempts: int = 0
    claimed_at: str = in_text()
    settled_at: str = in_text(default="")
    note: str = in_text(default="")
    letter: str = in_text(default="")
    recipient: str = in_text(default="")
    is_copy: int = 0


class Heartbeat(SQLModel, table=True):
    """When something that must go on by itself last did, who did it, and what (JSON)."""

    name: str = in_key()
    at: str = in_text()
    by: str = in_text()
    did: str = in_text()


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
_of_letter = table(Message).c.letter != ""
Index("message_letter", table(Message).c.letter, sqlite_where=_of_letter,
      postgresql_where=_of_letter)  # fmt: skip
Index(
    "message_open",
    table(Message).c.until,
    table(Message).c.key,
    sqlite_where=_open,
    postgresql_where=_open,
)
