"""Looking back: events in their order, and the items as they were at a moment, from them alone."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import bindparam, select, tuple_

from engine.canonical import plain
from engine.database import Row, Transaction
from engine.replay import ItemState, fold
from engine.tables import REGISTER, Event, table

PAGE = 5000

_event = table(Event).c
_PAGE = (
    select(_event.stream, _event.seq, _event.document, _event.hash)
    .where(
        tuple_(_event.stream, _event.seq) > tuple_(bindparam("stream"), bindparam("seq")),
        _event.recorded_at <= bindparam("until"),
    )
    .order_by(_event.stream, _event.seq)
    .limit(PAGE)
)
_OF_ONE = (
    select(_event.stream, _event.seq, _event.document, _event.hash)
    .where(_event.stream == bindparam("stream"), _event.recorded_at <= bindparam("until"))
    .order_by(_event.seq)
)
FOREVER = "9999"


def events(transaction: Transaction, stream: str = "", until: str = FOREVER) -> Iterator[Row]:
    """(stream, seq, exact bytes, hash) of all events or of one stream's, recorded until a stored
    instant; a page of them in memory at a time."""
    if stream:
        yield from transaction.rows(_OF_ONE, {"stream": stream, "until": until})
        return
    last = ("", 0)
    while True:
        params = {"stream": last[0], "seq": last[1], "until": until}
        page = transaction.rows(_PAGE, params)
        yield from page
        if len(page) < PAGE:
            return
        last = (page[-1][0], page[-1][1])


def item_at(transaction: Transaction, ref: str, moment: str) -> ItemState | None:
    """The item as it was at a stored instant; None where it did not exist yet."""
    return next(_folded(events(transaction, ref, moment)), None)


def items_at(transaction: Transaction, moment: str) -> Iterator[ItemState]:
    """All items as they were at a stored instant, by reference."""
    found = events(transaction, until=moment)
    yield from _folded(row for row in found if row[0] != REGISTER)


def _folded(rows: Iterator[Row]) -> Iterator[ItemState]:
    for _, of_one in groupby(rows, key=lambda row: row[0]):
        item: ItemState | None = None
        for expected, (_, seq, document, head) in enumerate(of_one, 1):
            if seq != expected:  # a slow clock dated a later step earlier: it stands on this one
                break
            item = fold(item, plain(document), head)
        if item is not None:
            yield item
