"""Bringing a database to the current schema, and telling whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from engine.database import Database, make_engine
from engine.errors import wrong

SCRIPTS = Path(__file__).with_name("migrations")


def migrate(url: str) -> None:
    """Make or upgrade the tables and their triggers; on a current database it does nothing."""
    engine = make_engine(url, create=True)
    try:
        with engine.begin() as connection:
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def newest() -> str:
    return ScriptDirectory(str(SCRIPTS)).get_current_head() or ""


def stored(database: Database) -> str | None:
    """The schema's version in the database; None where Anumat never made it."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def require_current(database: Database) -> None:
    """Raises WrongUse where the database is not Anumat's, or of another version."""
    found = stored(database)
    if found is None:
        raise wrong(
            "database",
            "ฐานข้อมูลนี้ยังไม่ได้สร้างโดย Anumat ใช้ anumat init",
            "Anumat has not made this database yet. Run: anumat init",
        )
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
