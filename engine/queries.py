"""What people ask: what waits on me, which items are there, who decided what."""

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, bindparam, func, select, tuple_

from engine import load
from engine.canonical import plain
from engine.clock import end_of, stamp
from engine.database import Transaction
from engine.people import EVERYWHERE, Actor, below
from engine.tables import Event, Item, Revision, table

_item, _event = table(Item).c, table(Event).c
WAITING = (
    "ref", "title", "code", "organisation", "workflow", "definition", "cycle", "state", "holder",
    "entered_at", "due",
)  # fmt: skip
_DESK = (
    select(*[_item[name] for name in WAITING])
    .where(
        _item.holder == bindparam("role"),
        # Compared as a row, the page begins where the index finds it; an OR would walk there.
        tuple_(_item.entered_at, _item.ref) > tuple_(bindparam("since"), bindparam("after")),
    )
    .order_by(_item.entered_at, _item.ref)
    .limit(bindparam("most"))
)
_DESK_OF = _DESK.where(_item.organisation == bindparam("organisation"))
# The next role after each, found in the index: DISTINCT would read an entry for every item.
_waited_on = (
    select(func.min(_item.holder).label("role"))
    .where(_item.holder > "")
    .cte("waited_on", recursive=True)
)
_waited_on = _waited_on.union_all(
    select(
        select(func.min(_item.holder)).where(_item.holder > _waited_on.c.role).scalar_subquery()
    ).where(_waited_on.c.role.is_not(None))
)
_ROLES_WAITED_ON = select(_waited_on.c.role).where(_waited_on.c.role.is_not(None))
_HISTORY = (
    select(_event.document, _event.hash)
    .where(_event.stream == bindparam("ref"))
    .order_by(_event.seq)
)
_BODY = select(table(Revision).c.body).where(
    table(Revision).c.item == bindparam("ref"), table(Revision).c.number == bindparam("number")
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item on somebody's desk since `entered_at` (a stored instant); `due` as in its row."""

    ref: str
    title: str
    code: str
    organisation: str
    workflow: str
    definition: int
    cycle: str
    state: str
    holder: str
    entered_at: str
    due: str


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page of the inbox begins: behind this instant and reference."""

    since: str = ""
    after: str = ""
    most: int = 50


def inbox(transaction: Transaction, actor: Actor | None, page: Page) -> list[Waiting]:
    """The items that wait on a person (None: on anybody), the longest first.

    Each role at each organisation is one range of an index, so that a page costs the same
    however many items there are.
    """
    ranges = _desks(transaction, actor)
    parts = (_desk(transaction, role, organisation, page) for role, organisation in ranges)
    merged = heapq.merge(*parts, key=lambda waiting: (waiting.entered_at, waiting.ref))
    return list(islice(merged, page.most))


def history(transaction: Transaction, ref: str) -> list[dict[str, Any]]:
    """The documents of an item's events, in their order."""
    return [plain(row[0]) for row in transaction.rows(_HISTORY, {"ref": ref})]


def departure(events: Sequence[Mapping[str, Any]], seq: int) -> Mapping[str, Any] | None:
    """The step by which an item left the state that its event `seq` put it in; None while it is
    there."""
    later = (event for event in events[seq:] if event["kind"] == "advanced")
    return next((event for event in later if not event["stays"]), None)


def hashed_history(transaction: Transaction, ref: str) -> list[tuple[dict[str, Any], bytes]]:
    """The documents together with their hashes."""
    return [(plain(row[0]), bytes(row[1])) for row in transaction.rows(_HISTORY, {"ref": ref})]


def content_of(transaction: Transaction, ref: str, number: int) -> dict[str, Any] | None:
    """The content of one revision; None where there is no such revision."""
    row = transaction.row(_BODY, {"ref": ref, "number": number})
    return None if row is None else plain(row[0])


@dataclass(frozen=True, slots=True)
class Who:
    """The auditor's question. Empty fields do not restrict; days are Bangkok days, both
    included, and mean the day on which the decision was recorded."""

    person: str = ""
    body: str = ""
    organisation: str = ""
    workflow: str = ""
    trigger: str = ""
    item: str = ""
    outcomes: Collection[str] = ()
    since: date | None = None
    until: date | None = None
    most: int = 1000


def decisions(transaction: Transaction, who: Who) -> list[dict[str, Any]]:
    """The events of all decisions that match, in the order in which they were recorded."""
    statement = select(_event.document).where(_event.outcome != "")
    for name in ("person", "body", "workflow", "trigger"):
        if value := getattr(who, name):
            statement = statement.where(_event[name] == value)
    if who.item:
        statement = statement.where(_event.stream == who.item)
    if who.organisation:
        statement = statement.where(_event.organisation.in_(below(transaction, who.organisation)))
    if who.outcomes:
        statement = statement.where(_event.outcome.in_(sorted(who.outcomes)))
    statement = _recorded(statement, who).order_by(_event.recorded_at, _event.stream, _event.seq)
    return [plain(row[0]) for row in transaction.ask(statement.limit(who.most))]


def listed(transaction: Transaction, where: load.Where, most: int) -> list[load.Loaded]:
    statement = where.select(transaction, load.ITEMS).order_by(_item.ref).limit(most)
    return load.loaded_rows(transaction.ask(statement))


def _recorded(statement: Select[Any], who: Who) -> Select[Any]:
    if who.since:
        day_before = date.fromordinal(who.since.toordinal() - 1)
        statement = statement.where(_event.recorded_at > stamp(end_of(day_before)))
    if who.until:
        statement = statement.where(_event.recorded_at <= stamp(end_of(who.until)))
    return statement


def _desks(transaction: Transaction, actor: Actor | None) -> list[tuple[str, str]]:
    """Every (role, organisation) whose items wait on the actor; organisation `*` for all."""
    if actor is None:
        return [(role, EVERYWHERE) for (role,) in transaction.rows(_ROLES_WAITED_ON)]
    everywhere = {role for role, place in actor.grants if place == EVERYWHERE}
    desks = {(role, EVERYWHERE) for role in everywhere}
    for role, place in actor.grants:
        if role not in everywhere:
            desks |= {(role, code) for code in below(transaction, place)}
    return sorted(desks)


def _desk(transaction: Transaction, role: str, organisation: str, page: Page) -> Sequence[Waiting]:
    params: dict[str, Any] = {
        "role": role, "since": page.since, "after": page.after, "most": page.most
    }  # fmt: skip
    statement = _DESK
    if organisation != EVERYWHERE:
        statement, params = _DESK_OF, params | {"organisation": organisation}
    return [Waiting(*row) for row in transaction.rows(statement, params)]


def moment_of(when: datetime | date) -> str:
    """The stored form of a moment to look back to; a day means its end."""
    return stamp(when) if isinstance(when, datetime) else stamp(end_of(when))
