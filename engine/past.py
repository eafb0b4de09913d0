"""Looking back: the state of any item, or of all, as it was at a moment, from the events alone."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import bindparam, select

from engine.canonical import plain
from engine.database import Transaction
from engine.replay import ItemState, fold
from engine.tables import REGISTER, Event, table

_event = table(Event).c
_UNTIL = (
    select(_event.stream, _event.document, _event.hash)
    .where(_event.stream != REGISTER, _event.recorded_at <= bindparam("moment"))
    .order_by(_event.stream, _event.seq)
)
_UNTIL_OF = _UNTIL.where(_event.stream == bindparam("ref"))


def item_at(transaction: Transaction, ref: str, moment: str) -> ItemState | None:
    """The item as it was at a stored instant; None where it did not exist yet."""
    rows = transaction.rows(_UNTIL_OF, {"ref": ref, "moment": moment})
    return next(_folded(rows), None)


def items_at(transaction: Transaction, moment: str) -> Iterator[ItemState]:
    """All items as they were at a stored instant, by reference."""
    yield from _folded(transaction.rows(_UNTIL, {"moment": moment}))


def _folded(rows: list[tuple[str, bytes, bytes]]) -> Iterator[ItemState]:
    for _, events in groupby(rows, key=lambda row: row[0]):
        item: ItemState | None = None
        for _, document, head in events:
            item = fold(item, plain(document), bytes(head))
        if item is not None:
            yield item
