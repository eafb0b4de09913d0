"""The migrations make the tables that the models say; what is no database of ours is refused in
words; the storage rules are in force; a reader sees what does not move."""

import ast
import contextlib
import importlib
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import bindparam, insert, inspect, select, text
from sqlmodel import SQLModel

from engine.database import SAFE_SQLITE, Database, make_engine, sqlite_driver
from engine.errors import WrongUse
from engine.schema import SCRIPTS, migrate, newest, require_current, stored
from engine.tables import Event, Revision, Setting, table
from tests.databases import PostgresSource

ROOT = Path(__file__).parents[2]
SETTING = table(Setting)
ADD = insert(SETTING)
GET = select(SETTING.c.value).where(SETTING.c.name == bindparam("name"))
ALL = select(SETTING.c.name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'anumat.db'}"
    migrate(url)
    opened = Database.open(url)
    yield opened
    opened.close()


def _said(run: Callable[[], object]) -> str:
    """What WrongUse says, in both languages and without the inside of a library."""
    with pytest.raises(WrongUse) as caught:
        run()
    for reason in caught.value.reasons:
        assert reason.th
        for inside in ("sqlalchemy", "sqlite3", "psycopg", "alembic", "[SQL"):
            assert inside not in reason.en + reason.th
    return " | ".join(reason.en for reason in caught.value.reasons)


# --- The tables ----------------------------------------------------------------------------------


def test_the_migrations_make_exactly_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_what_alembic_does_not_compare_is_the_same_too(database: Database) -> None:
    """Primary keys, and that text is compared by code point."""
    with database.engine.connect() as connection:
        there = inspect(connection)
        for name, model in SQLModel.metadata.tables.items():
            keys = there.get_pk_constraint(name)["constrained_columns"]
            assert keys == [column.name for column in model.primary_key], name
            for column in there.get_columns(name):
                assert not column["nullable"], f"{name}.{column['name']}"
                if database.dialect == "postgresql" and str(column["type"]).startswith("TEXT"):
                    assert getattr(column["type"], "collation", None) == "C", name


def test_migrating_again_changes_nothing(database_url: str) -> None:
    before = _everything(database_url)
    migrate(database_url)
    migrate(database_url)
    assert _everything(database_url) == before
    opened = Database.open(database_url)
    require_current(opened)
    assert stored(opened) == newest()
    opened.close()


def _everything(url: str) -> list[Any]:
    opened = Database.open(url)
    with opened.write() as transaction:
        for name in ("kept", "also"):
            if not transaction.rows(GET, {"name": name}):
                transaction.run(ADD, {"name": name, "value": "ก"})
    with opened.read() as transaction:
        rows = sorted(transaction.rows(select(SETTING.c.name, SETTING.c.value)))
    with opened.engine.connect() as connection:
        there = inspect(connection)
        tables = {
            name: (
                there.get_columns(name),
                [(index["name"], index["column_names"]) for index in there.get_indexes(name)],
            )
            for name in sorted(there.get_table_names())
        }
    opened.close()
    return [rows, repr(tables)]


def test_versions_are_one_line_and_the_files_are_named_by_them() -> None:
    scripts = ScriptDirectory(str(SCRIPTS))
    [head] = scripts.get_heads()
    line = [script.revision for script in scripts.walk_revisions()]
    assert line[0] == head == newest()
    files = sorted(path.name for path in (SCRIPTS / "versions").glob("0*.py"))
    assert sorted(line) == [name.partition("_")[0] for name in files]


# --- What is not ours ----------------------------------------------------------------------------


def _file(folder: Path, kind: str) -> str:
    path = folder / "some.db"
    if kind == "text":
        path.write_text("รายงานผลการปฏิบัติราชการ\n" * 100, encoding="utf-8")
    elif kind == "a line":
        path.write_text("hi", encoding="utf-8")
    elif kind == "empty":
        path.touch()
    elif kind in ("foreign", "namesake"):
        connection = sqlite_driver().connect(path)
        connection.execute(f"CREATE TABLE {'item' if kind == 'namesake' else 'cookies'} (x)")
        connection.commit()
        connection.close()
    elif kind == "damaged":
        migrate(f"sqlite:///{path}")
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xaa" * (size - 4096))
    elif kind == "a folder":
        path.mkdir()
    return f"sqlite:///{path}"


def _newer(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()


def _opened(url: str) -> None:
    opened = Database.open(url)
    try:
        require_current(opened)
    finally:
        opened.close()


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("missing", "there is no database"),
        ("a folder", "there is no database"),
        ("empty", "anumat init"),
        ("foreign", "Anumat has not made this database"),
        ("text", "not an SQLite database"),
        ("a line", "not an SQLite database"),
        ("damaged", "malformed"),
    ],
)
def test_a_file_that_is_no_database_of_ours_is_not_opened(
    tmp_path: Path, kind: str, says: str
) -> None:
    url = _file(tmp_path, kind)
    assert says in _said(lambda: _opened(url))


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("text", "not an SQLite database"),
        ("a line", "not an SQLite database"),
        ("a folder", "cannot be opened"),
        ("foreign", "holds other tables"),
        ("namesake", "holds other tables"),
        ("damaged", "malformed"),
    ],
)
def test_a_file_that_is_not_ours_is_not_migrated(tmp_path: Path, kind: str, says: str) -> None:
    url, path = _file(tmp_path, kind), tmp_path / "some.db"
    before = path.read_bytes()[100:] if path.is_file() else b""  # before it: SQLite's own counters
    assert says in _said(lambda: migrate(url))
    assert before == (path.read_bytes()[100:] if path.is_file() else b"")


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "no" / "such" / "anumat.db"
    assert "cannot be opened" in _said(lambda: migrate(f"sqlite:///{missing}"))
    assert not missing.parent.exists()


def test_an_empty_file_is_migrated(tmp_path: Path) -> None:
    url = _file(tmp_path, "empty")
    migrate(url)
    _opened(url)


def test_opening_makes_no_file(tmp_path: Path) -> None:
    _said(lambda: _opened(f"sqlite:///{tmp_path / 'anumat.db'}"))
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_another_version_is_refused(database_url: str) -> None:
    _newer(database_url)
    said = _said(lambda: _opened(database_url))
    assert "at version 9999" in said
    assert newest() in said


def test_a_newer_database_is_told_from_an_older_one(database_url: str) -> None:
    _newer(database_url)
    for run in (lambda: _opened(database_url), lambda: migrate(database_url)):
        said = _said(run)
        assert "newer" in said
        assert "anumat init" not in said


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "oracle://x", "mongodb://x"])
@pytest.mark.parametrize("run", [_opened, migrate])
def test_an_address_that_nobody_understands(run: Callable[[str], None], url: str) -> None:
    assert "database" in _said(lambda: run(url))


def test_a_server_that_does_not_answer() -> None:
    url = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"
    for run in (lambda: _opened(url), lambda: migrate(url)):
        assert "Connection refused" in _said(run)


# --- Storage rules -------------------------------------------------------------------------------


def test_the_pragmas_are_in_force_on_every_connection(sqlite: Database) -> None:
    expected = {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000,
        "cache_size": -65_536,
    }  # fmt: skip
    found: list[dict[str, Any]] = []

    def ask() -> None:
        with sqlite.read() as transaction:
            found.append(
                {name: transaction.rows(text(f"PRAGMA {name}"))[0][0] for name in expected}
            )
        kept = sqlite._kept.connection
        kept.close()
        del sqlite._kept.connection

    for _ in range(2):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    ask()
    assert found == [expected] * 3


def test_the_driver_is_safe_or_the_newest_that_there_is() -> None:
    there = [sqlite3]
    with contextlib.suppress(ImportError):
        there.append(importlib.import_module("pysqlite3"))
    newest_there = max(driver.sqlite_version_info for driver in there)
    chosen = sqlite_driver().sqlite_version_info
    assert chosen >= SAFE_SQLITE or chosen == newest_there


def test_foreign_keys_are_enforced(database: Database) -> None:
    orphan = {"item": "IND-1", "number": 1, "digest": "", "body": b""}
    with pytest.raises(WrongUse, match=r"(?i)foreign key"), database.write() as transaction:
        transaction.run(insert(table(Revision)), orphan)


STATEMENTS = {
    "sqlite": "INSERT OR REPLACE INTO event SELECT * FROM event",
    "postgresql": "TRUNCATE event",
}


def test_events_are_append_only(database: Database) -> None:
    event = {column.name: "" for column in table(Event).c} | {
        "stream": "X", "seq": 1, "revision": 0, "document": b"", "hash": b"",
    }  # fmt: skip
    with database.write() as transaction:
        transaction.run(insert(table(Event)), event)
    own = STATEMENTS[database.dialect]
    for statement in ("UPDATE event SET person = 'x'", "DELETE FROM event", own):
        with pytest.raises(WrongUse, match="append-only"), database.write() as transaction:
            transaction.run(text(statement))
    with database.read() as transaction:
        assert transaction.rows(select(table(Event).c.person)) == [("",)]


def test_only_one_file_opens_databases() -> None:
    """import-linter knows modules; here it is calls, under whatever name they come."""
    openers = {"create_engine", "engine_from_config", "create_async_engine", "create_pool_from_url"}
    found: set[str] = set()
    for folder in ("engine", "workflows", "notifications", "commands"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [getattr(node, "id", None), getattr(node, "attr", None)]
                if isinstance(node, ast.ImportFrom | ast.Import):
                    names = [alias.name for alias in node.names]
                drivers = {"sqlite3", "pysqlite3", "psycopg", "psycopg2"} & set(names)
                if openers & set(names) or (drivers and isinstance(node, ast.Import)):
                    found.add(str(path.relative_to(ROOT)))
    assert found == {"engine/database.py"}


# --- Readers and writers -------------------------------------------------------------------------


def _put(database: Database, name: str) -> None:
    with database.write() as transaction:
        transaction.run(ADD, {"name": name, "value": "x"})


def test_a_reader_sees_one_moment_while_others_write(database: Database, database_url: str) -> None:
    other = Database.open(database_url)
    with database.read() as transaction:
        assert transaction.rows(ALL) == []
        _put(other, "meanwhile")
        assert transaction.rows(ALL) == []
        assert transaction.rows(GET, {"name": "meanwhile"}) == []
    with database.read() as transaction:
        assert transaction.rows(ALL) == [("meanwhile",)]
    other.close()


def test_a_reader_does_not_wait_for_a_writer(database: Database, database_url: str) -> None:
    other = Database.open(database_url)
    with database.write() as transaction:
        transaction.run(ADD, {"name": "unfinished", "value": "x"})
        with other.read() as reading:
            assert reading.rows(ALL) == []
    other.close()


def test_opening_an_office_does_not_wait_for_a_writer(sqlite: Database) -> None:
    opening = threading.Thread(target=_opened, args=(str(sqlite.engine.url),))
    with sqlite.write() as transaction:
        transaction.run(ADD, {"name": "unfinished", "value": "x"})
        opening.start()
        opening.join(2)
        waited = opening.is_alive()
    opening.join()
    assert not waited


def test_a_reader_cannot_write_on_postgresql(postgres_source: PostgresSource) -> None:
    with postgres_source.fresh() as url:
        opened = Database.open(url)
        with pytest.raises(WrongUse, match="read-only"), opened.read() as transaction:
            transaction.run(ADD, {"name": "sly", "value": "x"})
        opened.close()


def test_what_was_written_before_a_fault_is_not_kept(database: Database) -> None:
    class Fault(Exception):
        pass

    def fail() -> None:
        with database.write() as transaction:
            transaction.run(ADD, {"name": "gone", "value": "x"})
            raise Fault

    with pytest.raises(Fault):
        fail()
    with database.read() as transaction:
        assert transaction.rows(ALL) == []
    _put(database, "after")  # the connection is good again


def test_text_sorts_by_code_point_on_every_database(database: Database) -> None:
    names = ["Z", "a", "é", "ก", "เ", "\U0001f600", "_", "A"]
    with database.write() as transaction:
        transaction.run_many(ADD, [{"name": name, "value": ""} for name in names])
    with database.read() as transaction:
        rows = transaction.rows(ALL.order_by(SETTING.c.name))
    assert [name for (name,) in rows] == sorted(names)


def test_a_copied_file_is_a_whole_database(sqlite: Database, tmp_path: Path) -> None:
    """What `tests.databases` relies on: nothing is left in the journal once it is closed."""
    _put(sqlite, "kept")
    sqlite.close()
    copy = tmp_path / "copy.db"
    shutil.copyfile(tmp_path / "anumat.db", copy)
    opened = Database.open(f"sqlite:///{copy}")
    with opened.read() as transaction:
        assert transaction.rows(ALL) == [("kept",)]
    opened.close()
