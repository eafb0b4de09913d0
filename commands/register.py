"""anumat register …"""

from collections.abc import Callable
from typing import Any

import click

from commands import words
from commands.correspondence import from_sender
from commands.door import Door, as_person, with_door, with_key
from commands.group import t
from commands.terminal import Column, Screen
from engine import numbers
from engine.clock import ERA, day_of
from engine.correspondents import sender_of
from engine.numbers import Place, Series
from engine.voiding import set_aside
from notifications.kinds import KINDS

THIS_YEAR = t("ปีปฏิทิน พ.ศ. (ปกติปีนี้)", "The calendar year, Buddhist Era (default: this one)")


def of_year(says: str) -> Callable[[Any], Any]:
    return click.option("--year", type=click.IntRange(2400, 2800), help=says)


@click.group(
    "register",
    invoke_without_command=True,
    help=t(
        "ทะเบียนหนังสือส่ง: เลขทุกเลขของปี (ไม่ระบุคำสั่ง: แสดงของปีนี้)",
        "The register of outgoing letters: every number. Alone it shows this year's.",
    ),
)
@click.pass_context
def command(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        context.invoke(shown, sender=None, year=None)


@command.command(
    "show",
    help=t(
        "ทะเบียนของหน่วยงานในปีหนึ่ง ทุกเลข พร้อมเหตุผลของเลขที่ไม่ได้ใช้",
        "A sender's register of one year: every number, and the reason of each gap",
    ),
)
@from_sender
@of_year(THIS_YEAR)
@with_door
def shown(door: Door, sender: str | None, year: int | None) -> None:
    of = year or day_of(door.now).year + ERA
    with door.office.database.read() as transaction:
        code = sender_of(transaction, sender)
        rows = numbers.register_of(transaction, code, of)
    screen = door.screen
    if screen.json:
        screen.data({"sender": code, "year": of, "numbers": rows})
        return
    if not rows:
        screen.say(f"ทะเบียนของ {code} ปี {of} ยังว่าง", f"The register of {code} for {of} is empty")
        return
    screen.heading(screen.pick(f"ทะเบียนหนังสือส่งของ {code} ปี {of}", f"Register of {code}, {of}"))
    screen.table(
        [
            Column("เลข", "Number", shrink=False),
            Column("ลงวันที่", "Of", shrink=False),
            Column("เลขที่หนังสือ", "As printed", shrink=False),
            Column("ถึง", "To"),
            Column("หนังสือ", "Letter"),
            Column("สถานะ", "Status"),
        ],
        [
            (_number(row), screen.day(row["dated"]), row["printed"] or "—", row["recipient"] or "—",
             KINDS[row["kind"]].title.text(screen.lang) if row["kind"] else "—",
             _status(screen, row))
            for row in rows
        ],
    )  # fmt: skip


@command.command(
    "set-aside",
    help=t(
        "บันทึกว่าเลขจนถึงเลขนี้ใช้นอกระบบแล้ว เลขถัดไปเริ่มหลังจากนั้น",
        "Say that the numbers up to this one were used elsewhere: the next letter comes after.",
    ),
)
@click.argument("upto", type=click.IntRange(1, 999_999), help=t("เลขสุดท้าย", "The last one"))
@click.option("--circular", is_flag=True, help=t("ทะเบียนหนังสือเวียน (ว)", "Of circulars"))
@click.option("--reason", required=True, metavar="TEXT", help=t("เหตุผล", "The reason"))
@from_sender
@of_year(THIS_YEAR)
@as_person
@with_key
@with_door
def put_aside(
    door: Door, upto: int, *, circular: bool, reason: str, sender: str | None, year: int | None,
    person: str, key: str | None,
) -> None:  # fmt: skip
    of = year or day_of(door.now).year + ERA
    series: Series = "circular" if circular else "letter"
    with door.office.database.read() as transaction:
        place = Place(sender_of(transaction, sender), series, of)
    answer = set_aside(door.office, door.asking(person, key), place, upto, reason)
    if door.screen.json:
        door.screen.data(answer)
        return
    first = answer["first"]
    door.screen.say(
        f"เลข {first} ถึง {upto} ของ {place.sender} ปี {of} ใช้นอกระบบแล้ว",
        f"Numbers {first} to {upto} of {place.sender}, {of}, were used elsewhere",
    )


def _status(screen: Screen, row: dict[str, Any]) -> str:
    status = words.letter_status(screen, row["status"])
    return f"{status}: {row['reason']}" if row["reason"] else status


def _number(row: dict[str, Any]) -> str:
    mark = "ว " if row["series"] == "circular" else ""
    span = "" if row["first"] == row["number"] else f"{row['first']}–"
    return f"{mark}{span}{row['number']}"
