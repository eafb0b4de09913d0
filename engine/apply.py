"""The one transaction that writes: compare-and-swap, events, and the rows that follow from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, insert, update

from engine import alarms, letters_owed
from engine.alarms import Reset
from engine.chain import INSERT as INSERT_EVENT
from engine.chain import link
from engine.database import Transaction
from engine.errors import Overtaken, Reason
from engine.letters_owed import Letters
from engine.replay import ItemState, fold, side_rows
from engine.tables import Item, Opinion, Revision, Stream, Thread, table

_by_reference = itemgetter("was_ref")
_ITEM = table(Item)
_MOVING = (
    "state", "holder", "visits", "revision", "digest", "code", "title", "voided", "due",
    "entered_at", "version", "head",
)  # fmt: skip
# The whole of the race rule: the row must still be as it was when the decision was taken.
_SWAP = (
    update(_ITEM)
    .where(
        _ITEM.c.ref == bindparam("was_ref"),
        _ITEM.c.state == bindparam("was_state"),
        _ITEM.c.version == bindparam("was_version"),
    )
    .values({name: bindparam(name) for name in _MOVING})
)
_OPEN = insert(_ITEM)
_SIDES = {
    "revision": insert(table(Revision)),
    "thread": insert(table(Thread)),
    "opinion": insert(table(Opinion)),
}
_thread = table(Thread)
_ROUND = {
    step: update(_thread)
    .where(_thread.c.item == bindparam("was_item"), _thread.c.number == bindparam("was_number"))
    .values({name: bindparam(name) for name in names})
    for step, names in {
        "answer": ("answer", "answered_by", "answered_at"),
        "approve": ("approved_by", "approved_at"),
    }.items()
}
_EMPTY_ROUND = dict.fromkeys(
    ("answer", "answered_by", "answered_at", "approved_by", "approved_at"), ""
)
_stream = table(Stream)
_SWAP_STREAM = (
    update(_stream)
    .where(_stream.c.name == bindparam("was_name"), _stream.c.version == bindparam("was_version"))
    .values(version=bindparam("version"), head=bindparam("head"))
)


@dataclass(slots=True)
class Change:
    """One event to be: its document, the item it happens to (None: it is born), its new content,
    the alarms that it sets (None: those that are set stay), and what it means for letters."""

    ref: str
    item: ItemState | None
    document: dict[str, Any]
    body: bytes = b""
    reset: Reset | None = None
    letters: Letters | None = None


def write(transaction: Transaction, changes: Sequence[Change]) -> list[ItemState]:
    """Write all changes; the items afterwards, in the same order.

    Raises Overtaken, and leaves it to the caller's transaction to roll back, where an item is not
    any more as it was loaded. An item may occur once in one call.
    """
    events: list[dict[str, Any]] = []
    swaps: list[dict[str, Any]] = []
    born: list[dict[str, Any]] = []
    after: list[ItemState] = []
    for change in changes:
        item = change.item
        if item is None:
            row = link(change.document, change.ref, 0, b"")
            item = fold(None, change.document, row["hash"])
            born.append(item.row())
        else:
            before = {"was_ref": item.ref, "was_state": item.state, "was_version": item.version}
            row = link(change.document, change.ref, item.version, item.head)
            fold(item, change.document, row["hash"])
            swaps.append(before | {name: getattr(item, name) for name in _MOVING})
        events.append(row)
        after.append(item)
    swaps.sort(key=_by_reference)  # two writers lock the same rows in the same order
    if transaction.run_many(_SWAP, swaps) != len(swaps):
        raise Overtaken(_OVERTAKEN)
    transaction.run_many(_OPEN, born)
    _write_sides(transaction, changes)
    _write_alarms(transaction, changes)
    letters_owed.write(transaction, [(c.document, c.letters) for c in changes if c.letters])
    transaction.run_many(INSERT_EVENT, events)
    return after


def write_register(
    transaction: Transaction,
    head: tuple[int, bytes],
    documents: Sequence[dict[str, Any]],
    name: str,
) -> None:
    """Append events to the register's stream. Raises Overtaken as `write` does."""
    version, last = head
    rows = []
    for document in documents:
        rows.append(row := link(document, name, version, last))
        version, last = row["seq"], row["hash"]
    swap = {"was_name": name, "was_version": head[0], "version": version, "head": last}
    if transaction.run(_SWAP_STREAM, swap) != 1:
        raise Overtaken(_OVERTAKEN)
    transaction.run_many(INSERT_EVENT, rows)


def _write_sides(transaction: Transaction, changes: Sequence[Change]) -> None:
    for change in changes:
        for name, row in side_rows(change.document).items():
            if name == "revision":
                transaction.run(_SIDES[name], row | {"body": change.body})
            elif name == "thread" and change.document["thread"]["step"] != "ask":
                _next_of_round(transaction, row, change.document["thread"]["step"])
            elif name == "thread":
                transaction.run(_SIDES[name], _EMPTY_ROUND | row)
            else:
                transaction.run(_SIDES[name], row)


def _write_alarms(transaction: Transaction, changes: Sequence[Change]) -> None:
    new = [(c.ref, c.reset) for c in changes if c.reset and c.document["kind"] == "opened"]
    old = [(c.ref, c.reset) for c in changes if c.reset and c.document["kind"] != "opened"]
    alarms.opened(transaction, new)
    if old:
        alarms.write(transaction, old, changes[0].document["recorded_at"])


def _next_of_round(transaction: Transaction, row: dict[str, Any], step: str) -> None:
    where = {"was_item": row.pop("item"), "was_number": row.pop("number")}
    if transaction.run(_ROUND[step], where | row) != 1:
        raise AssertionError(f"round {where} of {step} does not exist")


_OVERTAKEN = Reason(
    "overtaken",
    "มีผู้อื่นดำเนินการก่อนแล้ว ไม่มีสิ่งใดเปลี่ยนแปลง",
    "somebody else was faster; nothing was changed",
)
