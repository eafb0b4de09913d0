"""What is open in the ledger now: counts for monitoring, and the obligations one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from engine.alarms import FAILED, OWED, UNKNOWN
from engine.claims import WAITING
from engine.clock import stamp
from engine.correspondence import LetterOwed
from engine.database import Transaction
from engine.ledger import Alarm, Message, Obligation
from engine.tables import Item, table
from engine.timing import REMIND

STUCK = (FAILED, UNKNOWN, "bounced")
LEDGER = (
    "key", "item", "state", "deadline", "step", "role", "announced", "due", "due_at", "called_at",
    "recipient", "status", "reason", "message", "settled_at",
)  # fmt: skip

_o, _a, _m, _i, _l = (table(model).c for model in (Obligation, Alarm, Message, Item, LetterOwed))
_OWED = select(func.count()).where(_o.status == OWED)
_TROUBLE = select(_o.status, func.count()).where(
    or_(_o.status == FAILED, _o.status == UNKNOWN)
).group_by(_o.status)  # fmt: skip
_LETTERS = (
    select(_m.status, func.count())
    .where(_m.letter != "", or_(_m.status == WAITING, _m.status.in_(STUCK)))
    .group_by(_m.status)
)
TO_ISSUE = select(func.count()).select_from(
    select(_l.kind, _l.occasion, _l.organisation, _l.cycle)
    .where(_l.status == OWED)
    .distinct()
    .subquery()
)
_LATE = select(func.count()).where(_a.at <= bindparam("now"))
_NEXT = select(func.min(_a.at)).where(_a.at > bindparam("now"))


@dataclass(frozen=True, slots=True)
class Standing:
    """How many reminders are on their way, fell due and were not called, failed, are unknown; when
    the next alarm is (a stored instant, empty if none); how many letters are to be issued (those of
    several units of an organisation count as one), are to be sent, or got stuck."""

    waiting: int
    late: int
    failed: int
    unknown: int
    next: str
    to_issue: int
    to_send: int
    stuck: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which obligations; what is empty does not restrict."""

    statuses: Sequence[str] = ()
    person: str = ""
    item: str = ""
    most: int = 200


def standing(transaction: Transaction, now: datetime, patience: timedelta) -> Standing:
    """`patience`: what fell due no longer ago than that is not late yet."""
    at = {"now": stamp(now)}
    trouble: dict[str, int] = dict(transaction.rows(_TROUBLE))
    [(waiting,)] = transaction.rows(_OWED)
    [(late,)] = transaction.rows(_LATE, {"now": stamp(now - patience)})
    [(following,)] = transaction.rows(_NEXT, at)
    [(to_issue,)] = transaction.rows(TO_ISSUE)
    letters: dict[str, int] = dict(transaction.ask(_LETTERS))
    to_send = letters.pop(WAITING, 0)
    return Standing(
        waiting, late, trouble.get(FAILED, 0), trouble.get(UNKNOWN, 0), following or "",
        to_issue, to_send, sum(letters.values()),
    )  # fmt: skip


def obligations(transaction: Transaction, wanted: Wanted) -> list[dict[str, Any]]:
    """The ledger's rows that match, the oldest first, each with its item's title."""
    statement = select(*[_o[name] for name in LEDGER], _i.title).join_from(
        table(Obligation), table(Item), _i.ref == _o.item
    )
    if wanted.statuses:
        statement = statement.where(_o.status.in_(sorted(wanted.statuses)))
    if wanted.person:
        statement = statement.where(_o.recipient == wanted.person)
    if wanted.item:
        statement = statement.where(_o.item == wanted.item)
    statement = statement.order_by(_o.due_at, _o.key).limit(wanted.most)
    names = (*LEDGER, "title")
    return [dict(zip(names, row, strict=True)) for row in transaction.ask(statement)]


def to_come(
    transaction: Transaction, wanted: Wanted, *, due_by: datetime | None = None
) -> list[dict[str, Any]]:
    """The reminders that will be owed next, one for each open deadline: whose they are is known
    only on the day. With `due_by` those alone that fell due by then and were not called."""
    statement: Select[Any] = (
        select(_a.item, _i.state, _a.name, _a.step, _a.at, _i.title, _i.due, _i.holder)
        .join_from(table(Alarm), table(Item), _i.ref == _a.item)
        .where(_a.kind == REMIND)
    )
    if due_by is not None:
        statement = statement.where(_a.at <= stamp(due_by))
    if wanted.item:
        statement = statement.where(_a.item == wanted.item)
    statement = statement.order_by(_a.at, _a.item, _a.name).limit(wanted.most)
    names = ("item", "state", "deadline", "step", "due_at", "title", "due_document", "role")
    return [dict(zip(names, row, strict=True)) for row in transaction.ask(statement)]
