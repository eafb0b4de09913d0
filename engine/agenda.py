"""What is coming: the open deadlines of items, and the dates of their cycles."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from engine import load
from engine.canonical import plain
from engine.database import Transaction
from engine.definition import Title
from engine.due import DueDay, open_days
from engine.office import Office
from engine.people import EVERYWHERE, Actor, below
from engine.tables import Cycle, Item, table

_i, _c = table(Item).c, table(Cycle).c


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose deadlines: what waits on a person, an organisation and all below it, one cycle; what
    is empty does not restrict."""

    actor: Actor | None = None
    organisation: str = ""
    cycle: str = ""


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """A deadline of an item in its present state; a `span` counts from entering it."""

    loaded: load.Loaded
    name: str
    title: Title
    state: Title
    due: DueDay
    moved: int
    span: bool


def open_deadlines(
    transaction: Transaction, office: Office, scope: Scope, most: int
) -> tuple[list[OpenDeadline], bool]:
    """Of at most so many items, by day; and whether there are more items."""
    statement = load.ITEMS.where(_i.due != "{}").order_by(_i.ref).limit(most + 1)
    if scope.cycle:
        statement = statement.where(_i.cycle == scope.cycle)
    if scope.organisation:
        statement = statement.where(_i.organisation.in_(below(transaction, scope.organisation)))
    if scope.actor is not None:
        statement = statement.where(or_(false(), *_desks(transaction, scope.actor)))
    loaded = load.loaded_rows(transaction.ask(statement))
    found = [each for item in loaded[:most] for each in _of(transaction, office, item)]
    by_day = sorted(found, key=lambda each: (each.due, each.loaded.item.ref, each.name))
    return by_day, len(loaded) > most


def _desks(transaction: Transaction, actor: Actor) -> Iterator[ColumnElement[bool]]:
    """Which items wait on a person: one condition for each of their grants."""
    for role, place in actor.grants:
        if place == EVERYWHERE:
            yield _i.holder == role
        else:
            yield and_(_i.holder == role, _i.organisation.in_(below(transaction, place)))


def cycles(
    transaction: Transaction, codes: Collection[str] | None
) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Code, dates and calendar of the cycles (None: of all)."""
    statement = select(_c.code, _c.dates, _c.calendar).order_by(_c.code)
    if codes is not None:
        statement = statement.where(_c.code.in_(sorted(codes)))
    return [
        (code, plain(dates), plain(calendar))
        for code, dates, calendar in transaction.ask(statement)
    ]


def _of(transaction: Transaction, office: Office, loaded: load.Loaded) -> list[OpenDeadline]:
    item = loaded.item
    state = office.definitions.get(transaction, item.workflow, item.definition).workflow.states[
        item.state
    ]
    there, days = plain(item.due).get("open", {}), open_days(item.due)
    return [
        OpenDeadline(
            loaded,
            each.name,
            each.title,
            state.title,
            days[each.name],
            there[each.name]["moved"],
            each.due.after is not None,
        )
        for each in state.deadlines
        if each.name in days
    ]
