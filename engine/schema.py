"""Bringing a database to the current schema, and telling whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from engine.database import Database, explained, make_engine
from engine.errors import WrongUse, wrong

SCRIPTS = Path(__file__).with_name("migrations")


def migrate(url: str) -> None:
    """Make or upgrade the tables and their triggers; on a current database it does nothing.

    Raises WrongUse for what cannot be opened, is not ours, or was made by a newer program.
    """
    engine = make_engine(url, create=True)
    try:
        with _connected(engine) as connection:
            found = _version(connection)
            if found is None and inspect(connection).get_table_names():
                raise wrong(
                    "database",
                    "ฐานข้อมูลนี้มีตารางของโปรแกรมอื่น ใช้ไฟล์หรือฐานข้อมูลใหม่",
                    "this database holds other tables; choose a new file or database",
                )
            if found is not None and found not in _known():
                raise _newer(found)
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def newest() -> str:
    return ScriptDirectory(str(SCRIPTS)).get_current_head() or ""


def stored(database: Database) -> str | None:
    """The schema's version in the database; None where Anumat never made it."""
    with _connected(database.engine, reading=True) as connection:
        return _version(connection)


def require_current(database: Database) -> None:
    """Raises WrongUse where the database is not Anumat's, or of another version."""
    found = stored(database)
    if found is None:
        raise wrong(
            "database",
            "ฐานข้อมูลนี้ยังไม่ได้สร้างโดย Anumat ใช้ anumat init",
            "Anumat has not made this database yet. Run: anumat init",
        )
    if found not in _known():
        raise _newer(found)
    if found != newest():
        raise wrong(
            "schema",
            f"ฐานข้อมูลเป็นรุ่น {found} โปรแกรมต้องการรุ่น {newest()} ใช้ anumat init เพื่อปรับรุ่น",
            f"the database is at version {found}, the program needs {newest()}. "
            "Run anumat init to upgrade",
        )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connected(engine: Engine, *, reading: bool = False) -> Iterator[Connection]:
    """Raises WrongUse where the driver refuses; a reader does not wait for writers."""
    try:
        with engine.execution_options(reading=reading).begin() as connection:
            yield connection
    except DBAPIError as error:
        raise explained(error.orig) from error


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}


def _newer(found: str) -> WrongUse:
    return wrong(
        "schema",
        f"ฐานข้อมูลเป็นรุ่น {found} ซึ่งใหม่กว่าโปรแกรม (รุ่น {newest()}) ปรับรุ่นโปรแกรมก่อน",
        f"the database is at version {found}, newer than this program ({newest()}). "
        "Upgrade the program",
    )
