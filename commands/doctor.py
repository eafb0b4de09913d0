"""anumat doctor."""

import platform
from importlib.metadata import version
from typing import Any

import click

from commands.door import Door, with_door
from commands.group import t
from engine.database import SAFE_SQLITE, Database, sqlite_driver
from engine.errors import WrongUse
from engine.register import is_founded
from engine.schema import newest, stored


@click.command(
    "doctor",
    help=t(
        "ตรวจรุ่นของโปรแกรม ฐานข้อมูล และการตั้งค่า จบด้วย 1 ถ้ามีสิ่งที่ต้องแก้",
        "Check versions, the database and its settings; ends with 1 where something must be mended.",
    ),
)
@with_door
def command(door: Door) -> None:
    findings = [*_machine(), *_database(door)]
    screen = door.screen
    if screen.json:
        screen.data({"checks": [{"name": n, "value": v, "ok": ok} for n, v, ok, _ in findings]})
    screen.fields(
        [(name, f"{value}{'' if ok else f'  ← {hint}'}") for name, value, ok, hint in findings]
    )
    if not all(ok for _, _, ok, _ in findings):
        raise click.exceptions.Exit(1)


Finding = tuple[str, Any, bool, str]


def _machine() -> list[Finding]:
    driver = sqlite_driver()
    safe = driver.sqlite_version_info >= SAFE_SQLITE
    wanted = ".".join(map(str, SAFE_SQLITE))
    return [
        ("anumat", version("anumat"), True, ""),
        ("python", platform.python_version(), True, ""),
        (
            f"sqlite ({driver.__name__.partition('.')[0]})",
            driver.sqlite_version,
            safe,
            f"older than {wanted}: several writers can damage a WAL; pip install pysqlite3",
        ),
    ]


def _database(door: Door) -> list[Finding]:
    try:
        database = Database.open(door.url)
        found = stored(database)
    except WrongUse as error:
        return [("database", door.url, False, error.reasons[0].text(door.screen.lang))]
    checks: list[Finding] = [
        ("database", door.url, True, ""),
        ("schema", found, found == newest(), f"must be {newest()}: run anumat init"),
    ]
    if found is not None:
        checks.append(("in use", is_founded(database), is_founded(database), "run anumat init"))
    if database.dialect == "sqlite":
        checks += _pragmas(database)
    database.close()
    return checks


def _pragmas(database: Database) -> list[Finding]:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with database.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    return [(name, found[name], found[name] == wanted[name], "unsafe") for name in wanted]
