"""The only opener of databases: connections, transactions, and what differs by database.

Statements are SQLAlchemy Core, compiled once for the dialect and run on the driver's own
connection: the unit of work costs eight times as much, and a durable step is what people wait for.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from operator import itemgetter
from pathlib import Path
from time import perf_counter, sleep
from types import ModuleType
from typing import Any

from sqlalchemy import ColumnElement, Engine, Insert, create_engine, event, literal_column, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.sql import Executable
from sqlalchemy.sql.crud import REQUIRED

from engine.errors import Overtaken, Reason, refused, wrong

SAFE_SQLITE = (3, 51, 3)  # older ones can corrupt a WAL with several writers
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # with NORMAL, a power cut can lose acknowledged commits
    "foreign_keys=ON",
    "busy_timeout=30000",
    "cache_size=-65536",
)
# PostgreSQL's unique violation, deadlock and serialisation failure: somebody was faster.
_LOST_RACES = frozenset({"23505", "40P01", "40001"})
LONGEST_TURN = 0.25  # seconds
Params = Mapping[str, Any]
Row = tuple[Any, ...]
# A statement's text for the dialect, and what puts named parameters into its order.
Compiled = tuple[str, Callable[[Params], Row]]


def sqlite_driver() -> ModuleType:
    """The standard library's SQLite where it is new enough, else the wheel's."""
    if sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return sqlite3
    try:
        from pysqlite3 import dbapi2  # only some platforms need and have it
    except ImportError:
        return sqlite3
    return dbapi2  # type: ignore[no-any-return]  # the wheel has no type hints


def fixed(word: str) -> ColumnElement[str]:
    """A word of our own that is written into the statement. An index of some rows only needs it:
    for a parameter, SQLite plans anew each time, and PostgreSQL may do without the index."""
    return literal_column(f"'{word}'")


class Transaction:
    """Runs statements on one connection; parameters go by name."""

    def __init__(self, cursor: Any, compiled: dict[Executable, Compiled], engine: Engine) -> None:
        self._cursor = cursor
        self._compiled = compiled
        self._engine = engine
        self.wrote = False

    def share(self, lock: int) -> None:
        """Until this transaction ends, nobody has the lock alone. SQLite has one writer anyway."""
        if self._engine.dialect.name == "postgresql":
            self._cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", (lock,))

    def alone(self, lock: int) -> None:
        """Wait until nobody shares the lock; from now on who wants to share it waits for us."""
        if self._engine.dialect.name == "postgresql":
            self._cursor.execute("SELECT pg_advisory_xact_lock(%s)", (lock,))

    def run(self, statement: Executable, params: Params | None = None) -> int:
        """How many rows it touched."""
        self.wrote = True
        self._execute(statement, params)
        return int(self._cursor.rowcount)

    def run_many(self, statement: Executable, rows: Sequence[Params]) -> int:
        """How many rows they touched together."""
        if len(rows) < 2:  # PostgreSQL's driver takes twice as long for a batch of one
            return self.run(statement, rows[0]) if rows else 0
        self.wrote = True
        sql, ordered = self._compile(statement)
        self._cursor.executemany(sql, list(map(ordered, rows)))
        return int(self._cursor.rowcount)

    def rows(self, statement: Executable, params: Params | None = None) -> list[Row]:
        self._execute(statement, params)
        return self._cursor.fetchall()  # type: ignore[no-any-return]  # a driver's rows

    def row(self, statement: Executable, params: Params | None = None) -> Row | None:
        self._execute(statement, params)
        return self._cursor.fetchone()  # type: ignore[no-any-return]  # a driver's row

    def ask(self, statement: Executable) -> list[Row]:
        """Rows of a statement that was put together for this one call, its values inside."""
        built = statement.compile(  # type: ignore[attr-defined]  # every Core statement has it
            self._engine, compile_kwargs={"render_postcompile": True}
        )
        self._cursor.execute(str(built), _order(built)(built.params))
        return self._cursor.fetchall()  # type: ignore[no-any-return]  # a driver's rows

    def _execute(self, statement: Executable, params: Params | None) -> None:
        sql, ordered = self._compile(statement)
        self._cursor.execute(sql, ordered(params or {}))

    def _compile(self, statement: Executable) -> Compiled:
        found = self._compiled.get(statement)
        if found is None:
            keys = list(statement.table.c.keys()) if isinstance(statement, Insert) else None
            built = statement.compile(  # type: ignore[attr-defined]  # every Core statement has it
                self._engine, column_keys=keys
            )
            found = self._compiled[statement] = (str(built), _order(built))
        return found


def _order(built: Any) -> Callable[[Params], Row]:
    """Puts named parameters, and the constants in the statement, into the statement's order."""
    names: list[str] = built.positiontup or []
    constants = {
        name: value
        for name, value in built.params.items()
        if value is not None and value is not REQUIRED  # what the caller must give, and may forget
    }
    if not names:
        return lambda _: ()
    if len(names) == 1:
        [only] = names
        return lambda params: (params[only] if only in params else constants[only],)
    pick = itemgetter(*names)
    if not constants:
        return pick
    return lambda params: pick({**constants, **params})


class Database:
    """One database, opened once; each thread keeps one connection."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        self._compiled: dict[Executable, Compiled] = {}
        self._kept = threading.local()

    @classmethod
    def open(cls, url: str, *, create: bool = False) -> "Database":
        """Raises WrongUse where there is no such database (unless `create`) or no such driver."""
        return cls(make_engine(url, create=create))

    def read(self) -> AbstractContextManager[Transaction]:
        """A view that does not change while it is read."""
        return self._transaction("BEGIN")

    def write(self) -> AbstractContextManager[Transaction]:
        """All or nothing: an exception rolls everything back."""
        return self._transaction("BEGIN IMMEDIATE")

    @contextmanager
    def write_in_turn(self) -> Iterator[Transaction]:
        """`write` for who writes again and again: others are left as much time as it took. Those
        that wait for SQLite only look now and then, and could find it taken each time."""
        with self.write() as transaction:
            began = perf_counter()
            yield transaction
        if self.dialect == "sqlite" and transaction.wrote:
            sleep(min(perf_counter() - began, LONGEST_TURN))

    def close(self) -> None:
        kept = getattr(self._kept, "connection", None)
        if kept is not None:
            kept.close()
            del self._kept.connection
        self.engine.dispose()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        try:
            connection = self._connection()
            cursor = connection.cursor()
            self._begin(cursor, begin)
            try:
                yield Transaction(cursor, self._compiled, self.engine)
            except BaseException:
                connection.rollback()
                raise
            else:
                connection.commit()
            finally:
                cursor.close()
        except self.engine.dialect.loaded_dbapi.Error as error:
            self._forget_broken()
            raise explained(error) from error

    def _begin(self, cursor: Any, begin: str) -> None:
        if self.dialect == "sqlite":
            cursor.execute(begin)
        elif begin == "BEGIN":
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def _connection(self) -> Any:
        kept = getattr(self._kept, "connection", None)
        if kept is None:
            kept = self._kept.connection = self.engine.raw_connection()
        return kept.driver_connection

    def _forget_broken(self) -> None:
        """A server that was started anew has closed our connection: the next one is a fresh one."""
        kept = getattr(self._kept, "connection", None)
        if kept is not None and getattr(kept.driver_connection, "closed", False):
            kept.invalidate()
            del self._kept.connection


def make_engine(url: str, *, create: bool = False) -> Engine:
    """An engine that follows the storage rules (design §9), for migrations and for `Database`."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed, create=create)
        if parsed.get_backend_name() == "postgresql":
            return create_engine(parsed.set(drivername="postgresql+psycopg"), paramstyle="format")
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise wrong(
            "database",
            f"เปิดฐานข้อมูลไม่ได้: {error}",
            f"cannot open the database: {error}. PostgreSQL needs: pip install 'anumat[postgres]'",
        ) from error
    raise wrong(
        "database",
        f"ไม่รองรับฐานข้อมูลชนิด {parsed.get_backend_name()} ใช้ sqlite หรือ postgresql",
        f"databases of kind {parsed.get_backend_name()} are not supported: "
        "use sqlite:///FILE or postgresql://…",
    )


def _sqlite(url: URL, *, create: bool) -> Engine:
    path = Path(url.database or "")
    if url.database in (None, "", ":memory:"):
        raise wrong(
            "database",
            "ฐานข้อมูลในหน่วยความจำเก็บสิ่งใดไว้ไม่ได้ ระบุชื่อไฟล์",
            "a database in memory keeps nothing; name a file",
        )
    if not create and not path.is_file():
        raise wrong(
            "database",
            f"ไม่พบฐานข้อมูล {path} สร้างด้วย anumat init",
            f"there is no database {path}. Make one with: anumat init",
        )
    engine = create_engine(url, module=sqlite_driver(), paramstyle="qmark")

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Any) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def explained(error: BaseException | None) -> Exception:
    """What a driver's error means, in our own words."""
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if getattr(error, "sqlstate", None) in _LOST_RACES or "UNIQUE constraint" in said:
        return Overtaken(
            Reason(
                "overtaken",
                "มีผู้อื่นดำเนินการพร้อมกัน ไม่มีสิ่งใดเปลี่ยนแปลง โปรดลองอีกครั้ง",
                "somebody else did something at the same moment; nothing was changed. Try again",
            )
        )
    if "locked" in said or "busy" in said:
        return refused(
            "busy",
            "ฐานข้อมูลกำลังถูกใช้งาน ไม่มีสิ่งใดเปลี่ยนแปลง โปรดลองอีกครั้ง",
            "the database is busy; nothing was changed. Try again",
        )
    if "file is not a database" in said:
        return wrong(
            "database",
            "ไฟล์นี้ไม่ใช่ฐานข้อมูล SQLite",
            "this file is not an SQLite database",
        )
    if "unable to open" in said or "connection failed" in said:
        return wrong(
            "database",
            f"เปิดฐานข้อมูลไม่ได้ ({said}) ตรวจสอบที่อยู่และสิทธิการเข้าถึง",
            f"the database cannot be opened ({said}). Check its address and your rights",
        )
    return wrong(
        "database",
        f"ฐานข้อมูลปฏิเสธ ({said}) ถ้ายังไม่ได้สร้าง ใช้ anumat init",
        f"the database refuses ({said}). If it was never made: anumat init",
    )
