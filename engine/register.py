"""The register: everything that is not an item. Each row that is added or changed is an event of
one chain, holding the whole row as it then was."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import SQLModel

from engine.apply import write_register
from engine.chain import header
from engine.clock import stamp
from engine.correspondence import Correspondent, Letter, Signatory
from engine.database import Database, Transaction
from engine.errors import refused
from engine.office import Answer, Office
from engine.people import Actor, Asking, actor_of
from engine.tables import (
    REGISTER,
    Cycle,
    Definition,
    Grant,
    Holiday,
    Meeting,
    Organisation,
    Person,
    Setting,
    Stream,
    table,
)

REGISTERED = {
    str(model.__tablename__): model
    for model in (
        Setting,
        Organisation,
        Person,
        Grant,
        Holiday,
        Cycle,
        Definition,
        Meeting,
        Correspondent,
        Signatory,
        Letter,
    )
}
# Columns that came later: what a row holds that was registered before.
ADDED: Mapping[str, Mapping[str, Any]] = {"cycle": {"calendar": "{}"}}
Entry = tuple[type[SQLModel], Mapping[str, Any]]

_stream = table(Stream)
HEAD = select(_stream.c.version, _stream.c.head).where(_stream.c.name == REGISTER)
_KEYS = {
    name: [column.name for column in table(model).primary_key] for name, model in REGISTERED.items()
}
_GET = {
    name: select(table(model)).where(
        *(table(model).c[key] == bindparam(f"was_{key}") for key in _KEYS[name])
    )
    for name, model in REGISTERED.items()
}
_ADD = {name: insert(table(model)) for name, model in REGISTERED.items()}
_CHANGE = {
    name: update(table(model))
    .where(*(table(model).c[key] == bindparam(f"was_{key}") for key in _KEYS[name]))
    .values({c.name: bindparam(c.name) for c in table(model).c if c.name not in _KEYS[name]})
    for name, model in REGISTERED.items()
    if len(_KEYS[name]) < len(table(model).c)
}


def found(database: Database, asking: Asking, *, simulation: bool) -> None:
    """Begin in a freshly migrated database. Raises Refusal in one that has begun."""
    settings = {"created_at": stamp(asking.now), "simulation": "yes" if simulation else "no"}
    with database.write() as transaction:
        if transaction.row(HEAD) is not None:
            raise refused("exists", "ฐานข้อมูลนี้เริ่มใช้แล้ว", "this database is in use already")
        transaction.run(insert(_stream), {"name": REGISTER, "version": 0, "head": b""})
        entries = [(Setting, {"name": name, "value": value}) for name, value in settings.items()]
        _write(transaction, header(asking, None, simulation=simulation), entries)


def is_founded(database: Database) -> bool:
    with database.read() as transaction:
        return transaction.row(HEAD) is not None


def record(
    transaction: Transaction,
    office: Office,
    asking: Asking,
    entries: Sequence[Entry],
    *,
    actor: Actor | None = None,
) -> Answer:
    """Write rows and their events; what is already so is left alone.

    The answer counts: `{"added", "changed", "same"}`.
    """
    shared = header(asking, actor or actor_of(transaction, asking), simulation=office.simulation)
    return _write(transaction, shared, entries)


def _write(transaction: Transaction, shared: Mapping[str, Any], entries: Sequence[Entry]) -> Answer:
    counts = {"added": 0, "changed": 0, "same": 0}
    documents: list[dict[str, Any]] = []
    for model, row in entries:
        done = _put(transaction, str(model.__tablename__), row)
        counts[done] += 1
        if done != "same":
            name = str(model.__tablename__)
            documents.append({**shared, "kind": "registered", "table": name, "row": dict(row)})
    if documents:
        [(version, last)] = transaction.rows(HEAD)
        write_register(transaction, (version, last), documents, REGISTER)
    return counts


def _put(transaction: Transaction, name: str, row: Mapping[str, Any]) -> str:
    keys = {f"was_{key}": row[key] for key in _KEYS[name]}
    found_row = transaction.row(_GET[name], keys)
    if found_row is None:
        transaction.run(_ADD[name], row)
        return "added"
    if found_row == tuple(row[column.name] for column in table(REGISTERED[name]).c):
        return "same"
    values = {key: value for key, value in row.items() if key not in _KEYS[name]}
    transaction.run(_CHANGE[name], keys | values)
    return "changed"
