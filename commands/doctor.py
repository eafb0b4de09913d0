"""anumat doctor."""

import platform
from dataclasses import dataclass

import click
from sqlalchemy import text

from commands.door import Door, with_door
from commands.group import t, version
from engine.database import SAFE_SQLITE, Database, sqlite_driver
from engine.errors import AnumatError
from engine.register import is_founded
from engine.schema import newest, stored

UPGRADE = ("ใช้ anumat init", "run anumat init")
UNSAFE = ("ไม่ปลอดภัยเมื่อไฟดับหรือมีผู้ใช้หลายคน", "not safe when the power fails or many people write")


@click.command(
    "doctor",
    help=t(
        "ตรวจรุ่นของโปรแกรม ฐานข้อมูล และการตั้งค่า จบด้วย 1 ถ้ามีสิ่งที่ต้องแก้",
        "Check versions, the database and its settings; "
        "ends with 1 where something must be mended.",
    ),
)
@with_door
def command(door: Door) -> None:
    findings = [*_machine(), *_database(door)]
    screen = door.screen
    if screen.json:
        screen.data({"checks": [found.plain(screen.lang) for found in findings]})
    screen.fields([(found.name, found.line(screen.lang)) for found in findings])
    if not all(found.ok for found in findings):
        raise click.exceptions.Exit(1)


@dataclass(frozen=True, slots=True)
class Finding:
    """`hint` says in Thai and English what to do where it is not ok."""

    name: str
    value: object
    ok: bool = True
    hint: tuple[str, str] = ("", "")

    def plain(self, lang: str) -> dict[str, object]:
        said = "" if self.ok else self.hint[lang == "en"]
        return {"name": self.name, "value": self.value, "ok": self.ok, "hint": said}

    def line(self, lang: str) -> str:
        value = "—" if self.value is None else str(self.value)
        return value if self.ok else f"{value}  ← {self.hint[lang == 'en']}"


def _machine() -> list[Finding]:
    driver = sqlite_driver()
    wanted = ".".join(map(str, SAFE_SQLITE))
    return [
        Finding("anumat", version() or None),
        Finding("python", platform.python_version()),
        Finding(
            f"sqlite ({driver.__name__.partition('.')[0]})",
            driver.sqlite_version,
            driver.sqlite_version_info >= SAFE_SQLITE,
            (
                f"เก่ากว่า {wanted}: ผู้เขียนหลายคนอาจทำให้ WAL เสีย ใช้ pip install pysqlite3",
                f"older than {wanted}: several writers can damage a WAL; pip install pysqlite3",
            ),
        ),
    ]


def _database(door: Door) -> list[Finding]:
    try:
        database = Database.open(door.url)
        found = stored(database)
    except AnumatError as error:
        reason = error.reasons[0]
        return [Finding("database", door.address, False, (reason.th, reason.en))]
    wanted = newest()
    checks = [
        Finding("database", door.address),
        Finding(
            "schema",
            found,
            found == wanted,
            (f"ต้องเป็น {wanted} {UPGRADE[0]}", f"must be {wanted}: {UPGRADE[1]}"),
        ),
    ]
    if found is not None:
        checks.append(Finding("in use", is_founded(database), is_founded(database), UPGRADE))
    if database.dialect == "sqlite":
        checks += _pragmas(database)
    database.close()
    return checks


def _pragmas(database: Database) -> list[Finding]:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with database.read() as transaction:
        found = {name: transaction.rows(text(f"PRAGMA {name}"))[0][0] for name in wanted}
    return [Finding(name, found[name], found[name] == wanted[name], UNSAFE) for name in wanted]
