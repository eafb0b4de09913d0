"""The floor: the rows of a step, written with nothing but the database driver.

The same tables, indexes, triggers and durability; the parameters are ready before the time runs.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import make_url, select

from engine.database import PRAGMAS, Database, sqlite_driver
from engine.ledger import Alarm
from engine.tables import Event, Item, table

Row = tuple[Any, ...]

# What a step without a vote or a return changes in its item's row.
MOVED = ("state", "holder", "visits", "due", "entered_at", "version", "head")
WAS = ("ref", "state", "version")
EVENT = tuple(column.name for column in table(Event).c)
ALARM = tuple(column.name for column in table(Alarm).c)
CLEAR = "DELETE FROM alarm WHERE item = ?"
CANCEL = (
    "UPDATE obligation SET status = 'cancelled', reason = 'left', settled_at = ? "
    "WHERE item = ? AND status = 'owed' AND (message = '' OR EXISTS "
    "(SELECT 1 FROM message WHERE key = obligation.message AND status = 'waiting'))"
)
UNLIKE = "the floor was not staged like the engine's database"


@dataclass(frozen=True, slots=True)
class Rows:
    """Parameters of steps, one of each for every step: the items' swaps, the events, what the
    statements that end a deadline are given (none where none began or ended), and the alarms."""

    swaps: Sequence[Row]
    events: Sequence[Row]
    ended: Sequence[tuple[Row, Row] | None]
    alarms: Sequence[Sequence[Row]]


def timed(database: Database) -> set[str]:
    """The items that have deadlines."""
    item = table(Item).c
    with database.read() as transaction:
        return {ref for (ref,) in transaction.ask(select(item.ref).where(item.due != "{}"))}


def rows_of(database: Database, refs: Sequence[str], before: Collection[str]) -> Rows:
    """What the last step of each item wrote, from a database where the engine took it. `before`
    are those that had deadlines then."""
    item, event, alarm = table(Item).c, table(Event).c, table(Alarm).c
    moved = [item[name] for name in MOVED]
    statement = select(*moved, item.ref, event.source, item.version - 1, *event).join_from(
        table(Item), table(Event), (event.stream == item.ref) & (event.seq == item.version)
    )
    alarms: dict[str, list[Row]] = {}
    with database.read() as transaction:
        found = {row[len(MOVED)]: row for row in transaction.ask(statement)}
        for row in transaction.ask(select(*alarm).order_by(*alarm)):
            alarms.setdefault(row[0], []).append(row)
    cut = len(MOVED) + len(WAS)
    due, entered = MOVED.index("due"), MOVED.index("entered_at")
    return Rows(
        [found[ref][:cut] for ref in refs],
        [found[ref][cut:] for ref in refs],
        [
            ((ref,), (found[ref][entered], ref))
            if ref in before or found[ref][due] != "{}"
            else None
            for ref in refs
        ],
        [alarms.get(ref, ()) for ref in refs],
    )


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
        self._clear, self._cancel = CLEAR.replace("?", mark), CANCEL.replace("?", mark)
        self._set = _insert("alarm", ALARM, mark)
        self._insert = _insert("event", EVENT, mark)
        self._cursor = self._connection.cursor()

    def singles(self, rows: Rows) -> None:
        """A durable transaction for each step."""
        execute, many, cursor = self._cursor.execute, self._cursor.executemany, self._cursor
        steps = zip(rows.swaps, rows.events, rows.ended, rows.alarms, strict=True)
        for swap, event, ended, alarms in steps:
            execute(self._begin)
            execute(self._swap, swap)
            if cursor.rowcount != 1:
                raise RuntimeError(UNLIKE)
            if ended:
                clear, cancel = ended
                execute(self._clear, clear)
                execute(self._cancel, cancel)
            if len(alarms) == 1:
                execute(self._set, alarms[0])
            elif alarms:
                many(self._set, alarms)
            execute(self._insert, event)
            execute("COMMIT")

    def bulk(self, rows: Rows) -> None:
        """One durable transaction for all."""
        self._cursor.execute(self._begin)
        self._many(self._swap, rows.swaps)
        if self._cursor.rowcount != len(rows.swaps):
            raise RuntimeError(UNLIKE)
        ended = [each for each in rows.ended if each]
        self._many(self._clear, [clear for clear, _ in ended])
        self._many(self._cancel, [cancel for _, cancel in ended])
        self._many(self._set, [alarm for alarms in rows.alarms for alarm in alarms])
        self._many(self._insert, rows.events)
        self._cursor.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()

    def _many(self, statement: str, rows: Sequence[Row]) -> None:
        if rows:
            self._cursor.executemany(statement, rows)


def _insert(name: str, columns: Sequence[str], mark: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {name} ({names}) VALUES ({', '.join([mark] * len(columns))})"
