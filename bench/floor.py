"""The floor: the rows of a step, written with nothing but the database driver.

The same tables, indexes, triggers and durability; the parameters are ready before the time runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import make_url, select

from engine.database import PRAGMAS, Database, sqlite_driver
from engine.tables import Event, Item, table

# What a step without a vote or a return changes in its item's row.
MOVED = ("state", "holder", "visits", "entered_at", "version", "head")
WAS = ("ref", "state", "version")
EVENT = tuple(column.name for column in table(Event).c)


@dataclass(frozen=True, slots=True)
class Rows:
    """Parameters of steps, one tuple each: the items' swaps, and the events."""

    swaps: Sequence[tuple[Any, ...]]
    events: Sequence[tuple[Any, ...]]


def rows_of(database: Database, refs: Sequence[str]) -> Rows:
    """What the last step of each item wrote, from a database where the engine took it."""
    item, event = table(Item).c, table(Event).c
    moved = [item[name] for name in MOVED]
    statement = select(*moved, item.ref, event.source, item.version - 1, *event).join_from(
        table(Item), table(Event), (event.stream == item.ref) & (event.seq == item.version)
    )
    with database.read() as transaction:
        found = {row[len(MOVED)]: row for row in transaction.ask(statement)}
    cut = len(MOVED) + len(WAS)
    return Rows([found[ref][:cut] for ref in refs], [found[ref][cut:] for ref in refs])


class Floor:
    """One connection of the driver."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            self._connection: Any = sqlite_driver().connect(parsed.database, isolation_level=None)
            for pragma in PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
            mark, self._begin = "?", "BEGIN IMMEDIATE"
        else:
            import psycopg

            plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
            self._connection = psycopg.connect(plain, autocommit=True)
            mark, self._begin = "%s", "BEGIN"
        moved = ", ".join(f"{name} = {mark}" for name in MOVED)
        was = " AND ".join(f"{name} = {mark}" for name in WAS)
        self._swap = f"UPDATE item SET {moved} WHERE {was}"
        names = ", ".join(f'"{name}"' for name in EVENT)
        self._insert = f"INSERT INTO event ({names}) VALUES ({', '.join([mark] * len(EVENT))})"
        self._cursor = self._connection.cursor()

    def singles(self, rows: Rows) -> None:
        """A durable transaction for each step."""
        execute, cursor = self._cursor.execute, self._cursor
        for swap, event in zip(rows.swaps, rows.events, strict=True):
            execute(self._begin)
            execute(self._swap, swap)
            if cursor.rowcount != 1:
                raise RuntimeError("the floor was not staged like the engine's database")
            execute(self._insert, event)
            execute("COMMIT")

    def bulk(self, rows: Rows) -> None:
        """One durable transaction for all."""
        self._cursor.execute(self._begin)
        self._cursor.executemany(self._swap, rows.swaps)
        if self._cursor.rowcount != len(rows.swaps):
            raise RuntimeError("the floor was not staged like the engine's database")
        self._cursor.executemany(self._insert, rows.events)
        self._cursor.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()
