"""Checking that nobody changed the answer: bytes, hashes, chains, heads, columns, live rows.

What it cannot see is a rewriting of everything by the owner of the database, or an item removed
together with all its events and its number; signed checkpoints kept elsewhere are for that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, bindparam, select

from engine import tables
from engine.broken import Broken, matches
from engine.canonical import plain
from engine.chain import REPEATED, values
from engine.database import Row, Transaction
from engine.letter_files import unlike_their_digests
from engine.register import ADDED, REGISTERED
from engine.replay import COLUMNS, Event, ItemState, fold, side_rows
from engine.tables import (
    REGISTER,
    Counter,
    Item,
    Opinion,
    Revision,
    Stream,
    Thread,
    table,
)

CHUNK = 500

_event, _item = table(tables.Event).c, table(Item).c
_REPEATED = [_event[name] for name in REPEATED]
_EVENTS = select(*_REPEATED, _event.document, _event.hash).order_by(_event.stream, _event.seq)
_EVENTS_BETWEEN = _EVENTS.where(
    _event.stream >= bindparam("low"), _event.stream <= bindparam("high")
)
_EVENTS_OF = _EVENTS.where(_event.stream == bindparam("stream"))
_REFS = select(_item.ref).order_by(_item.ref)
_ITEMS_BETWEEN = select(*[_item[name] for name in COLUMNS]).where(
    _item.ref >= bindparam("low"), _item.ref <= bindparam("high")
)
_SIDE_TABLES = {"revision": table(Revision), "thread": table(Thread), "opinion": table(Opinion)}
_SIDES: dict[str, Select[Any]] = {
    name: select(*side.c).where(side.c.item >= bindparam("low"), side.c.item <= bindparam("high"))
    for name, side in _SIDE_TABLES.items()
}
_SIDE_COLUMNS = {name: [column.name for column in side.c] for name, side in _SIDE_TABLES.items()}
# Rows of no item: the foreign keys forbid them, and whoever owns the database can lift those.
_ORPHANS: dict[str, Select[Any]] = {
    name: select(column)
    .distinct()
    .where(column != REGISTER, column.not_in(select(_item.ref)))
    .order_by(column)
    for name, column in {
        "event": _event.stream,
        **{name: side.c.item for name, side in _SIDE_TABLES.items()},
    }.items()
}
_HEADS = select(table(Stream).c.name, table(Stream).c.version, table(Stream).c.head)
_COUNTERS = select(table(Counter).c.name, table(Counter).c.value).order_by(table(Counter).c.name)
_ALL: dict[str, Select[Any]] = {name: select(*table(model).c) for name, model in REGISTERED.items()}
Sides = dict[tuple[str, int], dict[str, Any]]
_EMPTY_THREAD = dict.fromkeys(
    ("answer", "answered_by", "answered_at", "approved_by", "approved_at"), ""
)


@dataclass(slots=True)
class Checked:
    """How much was checked so far."""

    events: int = 0
    items: int = 0


def verify(transaction: Transaction, checked: Checked) -> Iterator[Broken]:
    """Every broken row: the register's, the letters' files, then item by item, then what belongs to
    no item."""
    yield from _register(transaction, checked)
    yield from unlike_their_digests(transaction)
    refs = [row[0] for row in transaction.rows(_REFS)]
    for start in range(0, len(refs), CHUNK):
        yield from _between(transaction, refs[start : start + CHUNK], checked)
    for name, orphans in _ORPHANS.items():
        for (ref,) in transaction.rows(orphans):
            yield Broken(f"{name} {ref}", "แถวนี้ไม่มีรายการ", "this row belongs to no item")
    yield from _numbers(transaction, refs)


def events_of(stream: str, rows: Sequence[Row], head: tuple[int, bytes]) -> list[Event] | Broken:
    """The documents of a stream, or its first event that is missing or not as it was written."""
    events: list[Event] = []
    last = b""
    for number, row in enumerate(rows, 1):
        event = _event_of(row, number, last)
        if isinstance(event, Broken):
            return event
        events.append(event)
        last = row[-1]
    if (len(rows), last) != head:
        return Broken(
            f"event {stream} #{head[0]}",
            f"หัวสายบันทึกไว้ {head[0]} เหตุการณ์ แต่พบ {len(rows)} หรือเหตุการณ์สุดท้ายไม่ตรง",
            f"the head says {head[0]} events; {len(rows)} are there, or the last is another one",
        )
    return events


def _event_of(row: Row, number: int, last: bytes) -> Event | Broken:
    where = f"event {row[0]} #{row[1]}"
    if row[1] != number:
        return Broken(where, f"เหตุการณ์ที่ {number} หายไป", f"event {number} is missing")
    document = row[-2]
    if not isinstance(document, bytes) or sha256(document).digest() != row[-1]:
        return Broken(where, "เนื้อความไม่ตรงกับค่าแฮช", "its bytes do not match its hash")
    try:
        event: Event = plain(document)
        expected = values(event)
        follows = event["prev"] == last.hex()
    except (ValueError, KeyError, TypeError, AttributeError):
        return Broken(where, "อ่านเนื้อความไม่ได้", "its bytes cannot be read as an event")
    if not follows:
        return Broken(where, "ไม่ต่อจากเหตุการณ์ก่อนหน้า", "it does not follow the event before it")
    if expected != row[:-2]:
        [(name, value, said), *_] = [
            found for found in zip(REPEATED, row, expected, strict=False) if found[1] != found[2]
        ]
        return Broken(
            where,
            f"คอลัมน์ {name} เป็น “{value}” แต่เหตุการณ์บันทึกว่า “{said}”",
            f"column {name} is “{value}”, the event says “{said}”",
        )
    return event


def _between(transaction: Transaction, refs: Sequence[str], checked: Checked) -> Iterator[Broken]:
    limits = {"low": refs[0], "high": refs[-1]}
    items = {row[0]: ItemState(*row) for row in transaction.rows(_ITEMS_BETWEEN, limits)}
    streams: dict[str, list[Row]] = {ref: [] for ref in refs}
    for row in transaction.rows(_EVENTS_BETWEEN, limits):
        if row[0] in streams:  # the others belong to no item and are named later
            streams[row[0]].append(row)
    sides: dict[str, Sides] = {name: {} for name in _SIDES}
    for ref in refs:
        checked.items += 1
        checked.events += len(streams[ref])
        found = _unlike(items[ref], streams[ref], sides)
        if found is not None:
            yield found
            del streams[ref]
    for name, query in _SIDES.items():
        rows = [row for row in transaction.rows(query, limits) if row[0] in streams]
        expected = {key: side for key, side in sides[name].items() if key[0] in streams}
        yield from _side(name, rows, expected)


def _unlike(live: ItemState, rows: Sequence[Row], sides: dict[str, Sides]) -> Broken | None:
    """The first thing that is wrong with an item: one of its events, or its row."""
    events = events_of(live.ref, rows, (live.version, live.head))
    if isinstance(events, Broken):
        return events
    where = f"item {live.ref}"
    item: ItemState | None = None
    try:
        for event, row in zip(events, rows, strict=True):
            item = fold(item, event, row[-1])
            for name, side in side_rows(event).items():
                _merge(sides[name], name, side)
    except (KeyError, TypeError, AttributeError) as error:
        return Broken(where, "เล่นซ้ำเหตุการณ์ไม่ได้", f"its events cannot be replayed ({error!r})")
    if item is None:
        return Broken(where, "ไม่มีเหตุการณ์", "it has no events")
    for name in COLUMNS:
        stored, expected = getattr(live, name), getattr(item, name)
        if stored != expected:
            return Broken(
                where,
                f"{name} เป็น “{_shown(stored)}” แต่เหตุการณ์ให้ “{_shown(expected)}”",
                f"{name} is “{_shown(stored)}”, the events give “{_shown(expected)}”",
            )
    return None


def _merge(rows: Sides, name: str, side: dict[str, Any]) -> None:
    key = (side["item"], side["seq"] if name == "opinion" else side["number"])
    if name == "thread":
        side = _EMPTY_THREAD | rows.get(key, {}) | side
    rows[key] = side


def _side(name: str, rows: Sequence[Row], expected: Sides) -> Iterator[Broken]:
    """Revisions, rounds and opinions against the events that made them."""
    columns = _SIDE_COLUMNS[name]
    missing = dict(expected)
    for row in rows:
        found = dict(zip(columns, row, strict=True))
        where = f"{name} {row[0]} #{row[1]}"
        said = missing.pop((row[0], row[1]), None)
        if name == "revision" and not matches(found.pop("body"), found["digest"]):
            yield Broken(where, "เนื้อหาไม่ตรงกับรหัสยืนยัน", "its content does not match its digest")
        elif said != found:
            yield Broken(where, "ไม่ตรงกับเหตุการณ์", "it is not what the events say")
    for key in missing:
        yield Broken(f"{name} {key[0]} #{key[1]}", "แถวหายไป", "the row is missing")


def _register(transaction: Transaction, checked: Checked) -> Iterator[Broken]:
    heads = {name: (version, head) for name, version, head in transaction.rows(_HEADS)}
    for name in heads.keys() - {REGISTER}:
        yield Broken(f"stream {name}", "ไม่รู้จักสายนี้", "there is no such stream")
    rows = transaction.rows(_EVENTS_OF, {"stream": REGISTER})
    checked.events += len(rows)
    events = events_of(REGISTER, rows, heads.get(REGISTER, (0, b"")))
    if isinstance(events, Broken):
        yield events
        return
    expected: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {n: {} for n in REGISTERED}
    for event in events:
        if event["kind"] != "registered":  # a decision about a message: it changes no row of these
            continue
        name = event["table"]
        keys = [column.name for column in table(REGISTERED[name]).primary_key]
        said = {**ADDED.get(name, {}), **event["row"]}
        expected[name][tuple(said[key] for key in keys)] = said
    for name, model in REGISTERED.items():
        columns = [column.name for column in table(model).c]
        places = [columns.index(column.name) for column in table(model).primary_key]
        for row in transaction.rows(_ALL[name]):
            key = tuple(row[place] for place in places)
            if expected[name].pop(key, None) != dict(zip(columns, row, strict=True)):
                where = f"{name} {' '.join(map(str, key))}"
                yield Broken(where, "ไม่ตรงกับทะเบียนเหตุการณ์", "it is not what the register says")
        for key in expected[name]:
            where = f"{name} {' '.join(map(str, key))}"
            yield Broken(where, "แถวหายไป", "the row is missing")


def _numbers(transaction: Transaction, refs: Sequence[str]) -> Iterator[Broken]:
    """References are given out without gaps: a missing one is an item that was removed, and one
    beyond the last number taken is a counter that was turned back."""
    given = {
        f"{name}-{number:04d}"
        for name, last in transaction.rows(_COUNTERS)
        for number in range(1, last + 1)
    }
    there = set(refs)
    for ref in sorted(given - there):
        yield Broken(f"item {ref}", "รายการหายไป", "the item is missing")
    for ref in sorted(there - given):
        yield Broken(f"item {ref}", "เลขนี้ยังไม่ได้ออก", "this number was never given out")


def _shown(value: object) -> object:
    return value.hex()[:16] if isinstance(value, bytes) else value
