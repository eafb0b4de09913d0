"""anumat cycle …"""

from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select

from commands import words
from commands.contents import mapping_of
from commands.days import check, days_of, listed_days, print_days
from commands.door import Door, with_door, with_key
from commands.group import t
from commands.moved import print_moved
from commands.terminal import Column
from engine.canonical import plain
from engine.cycles import NewCycle, open_cycle
from engine.database import Transaction
from engine.definition import Title
from engine.errors import wrong
from engine.tables import Cycle, Item, table
from workflows.content.parts import plain as plain_content
from workflows.rules import FRAMEWORK, rules_of

_cycle = table(Cycle)
_CLASSES = {True: "monitored", False: "classified"}
_NEW: dict[str, Any] = {
    "fiscal_year": None,
    "track": None,
    "classification": "classified",
    "rules": plain_content(FRAMEWORK),
}
RULES = {
    "total": Title(th="น้ำหนักรวม", en="Weights total"),
    "components": Title(th="น้ำหนักตามองค์ประกอบ", en="Weights by component"),
    "parts_equal_parent": Title(th="น้ำหนักย่อยรวมเท่าตัวชี้วัดหลัก", en="Sub-weights equal their parent's"),
    "at_most": Title(th="จำนวนตัวชี้วัดไม่เกิน", en="At most so many indicators"),
    "mandatory": Title(th="ต้องมีตัวชี้วัดบังคับของ", en="A mandatory indicator of"),
}
cycle_code = click.argument(
    "code", help=t("รหัสรอบ เช่น 2564-departments", "The cycle's code, as 2564-departments")
)
TRACKS = {"departments": ("ส่วนราชการ", "departments"), "provinces": ("จังหวัด", "provinces")}


@click.group("cycle", help=t("รอบการประเมินประจำปีงบประมาณ", "Evaluation cycles of a fiscal year."))
def command() -> None:
    """The help says it."""


command.add_command(check)


@command.command(
    "open",
    help=t(
        "เปิดรอบการประเมิน หรือปรับข้อมูลของรอบเดิม (สิ่งที่ไม่ระบุคงเดิม) "
        "เช่น anumat cycle open 2564-departments --date draft_submission=2563-10-30",
        "Open a cycle, or change what is said of it (the rest stays as it is), as in: "
        "anumat cycle open 2564-departments --date draft_submission=2563-10-30",
    ),
)
@cycle_code
@click.option(
    "--year",
    type=click.IntRange(2400, 2700),
    help=t("ปีงบประมาณ (พ.ศ.) ปกติอ่านจากรหัส", "Fiscal year (B.E.); default: from the code"),
)
@click.option(
    "--track",
    type=click.Choice(sorted(TRACKS)),
    help=t("กลุ่ม ปกติอ่านจากรหัส", "Default: from the code"),
)
@click.option(
    "--monitored/--classified",
    default=None,
    help=t(
        "ติดตามผลโดยไม่จัดประเภท (มติ ครม.) หรือจัดประเภท (ปกติ)",
        "Monitored only (by Cabinet resolution), or classified (the default)",
    ),
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help=t("ไฟล์ YAML ของกติกาน้ำหนัก", "A YAML file with the set's rules"),
)
@click.option(
    "--calendar",
    "file",
    type=click.Path(path_type=Path),
    help=t(
        "ไฟล์ YAML ของปฏิทิน แทนวันทั้งหมดของรอบ ปกติรอบใหม่ใช้ปฏิทินที่มากับโปรแกรม (ถ้ามี)",
        "A YAML file with all the cycle's days; default for a new cycle: the one that comes with "
        "the program, if any",
    ),
)
@click.option(
    "--date",
    "dates",
    multiple=True,
    metavar="NAME=DAY",
    help=t(
        "กำหนดวัน ใส่ได้หลายครั้ง วันที่นับจากวันนั้นเลื่อนตาม",
        "A named day of the calendar, after which those counted from it move; repeat it",
    ),
)
@with_key
@with_door
def opened(
    door: Door,
    code: str,
    year: int | None,
    track: str | None,
    monitored: bool | None,
    rules: Path | None,
    file: Path | None,
    dates: tuple[str, ...],
    key: str | None,
) -> None:
    with door.office.database.read() as transaction:
        known = next((cycle for cycle in _cycles(transaction) if cycle["code"] == code), None)
        workdays = door.office.workdays(transaction)
    there = known or _NEW
    days = days_of(code, known, file, workdays).put(dates)
    number, kind = _year_and_track(code, year or there["fiscal_year"], track or there["track"])
    th, en = TRACKS[kind]
    new = NewCycle(
        code=code,
        fiscal_year=number,
        track=kind,
        title_th=f"การประเมิน{th} ประจำปีงบประมาณ พ.ศ. {number}",
        title_en=f"Evaluation of {en}, FY{number}",
        classification=there["classification"] if monitored is None else _CLASSES[monitored],
        rules=rules_of(mapping_of(rules)) if rules else there["rules"],
        dates=days.dates,
        calendar=days.calendar,
    )
    answer = open_cycle(door.office, door.asking(key=key), new)
    if door.screen.json:
        door.screen.data(answer | {"calendar": days.taken.cycle if days.taken else None})
        return
    if answer["added"]:
        door.screen.say(f"เปิดรอบ {code} แล้ว", f"Cycle {code} is open")
    elif answer["changed"]:
        door.screen.say(f"ปรับข้อมูลของรอบ {code} แล้ว", f"Cycle {code} is changed")
    else:
        door.screen.say(f"รอบ {code} เป็นเช่นนั้นอยู่แล้ว", f"Cycle {code} is so already")
    days.say(door.screen)
    if answer["moved"]:
        print_moved(door.screen, answer["moved"])


@command.command("list", help=t("ทุกรอบการประเมิน", "All cycles"))
@with_door
def listed(door: Door) -> None:
    with door.office.database.read() as transaction:
        cycles = _cycles(transaction)
    screen = door.screen
    if screen.json:
        screen.data({"cycles": cycles})
        return
    if not cycles:
        screen.say("ยังไม่มีรอบ เปิดด้วย anumat cycle open", "No cycle yet: anumat cycle open")
        return
    screen.table(
        [
            Column("รอบ", "Cycle", shrink=False),
            Column("ชื่อ", "Title"),
            Column("การจัดประเภท", "Classification"),
            Column("รายการ", "Items", "right"),
        ],
        [(c["code"], c[f"title_{screen.lang}"], _classified(door, c), c["items"]) for c in cycles],
    )


@command.command(
    "show", help=t("รายละเอียดของรอบ: กติกาและวันสำคัญ", "One cycle: its rules and its days")
)
@cycle_code
@with_door
def shown(door: Door, code: str) -> None:
    with door.office.database.read() as transaction:
        found = next((c for c in _cycles(transaction) if c["code"] == code), None)
        workdays = door.office.workdays(transaction)
    if found is None:
        raise wrong("cycle", f"ไม่มีรอบ “{code}”", f"there is no cycle “{code}”")
    screen = door.screen
    if screen.json:
        days = listed_days(found["dates"], found["calendar"], workdays)
        screen.data({"cycle": found, "days": days})
        return
    screen.heading(found[f"title_{screen.lang}"])
    screen.fields(
        [
            (screen.pick("รหัส", "Code"), code),
            (screen.pick("การจัดประเภท", "Classification"), _classified(door, found)),
            (screen.pick("จำนวนรายการ", "Items"), str(found["items"])),
            *(
                (RULES[name].text(screen.lang), words.value_text(screen, value))
                for name, value in found["rules"].items()
            ),
        ]
    )
    if found["dates"]:
        screen.heading(screen.pick("วันสำคัญ", "Days"))
        print_days(screen, found["dates"], found["calendar"], workdays)


def _cycles(transaction: Transaction) -> list[dict[str, Any]]:
    counts = select(table(Item).c.cycle, func.count()).group_by(table(Item).c.cycle)
    items: dict[str, int] = dict(transaction.ask(counts))
    names = [column.name for column in _cycle.c]
    found = []
    for row in transaction.ask(select(*_cycle.c).order_by(_cycle.c.code)):
        cycle = dict(zip(names, row, strict=True))
        cycle |= {name: plain(cycle[name]) for name in ("rules", "dates", "calendar")}
        found.append(cycle | {"items": items.get(cycle["code"], 0)})
    return found


def _classified(door: Door, cycle: dict[str, Any]) -> str:
    if cycle["classification"] == "monitored":
        return door.screen.pick("ติดตามผล ไม่จัดประเภท", "monitored only")
    return door.screen.pick("จัดประเภท", "classified")


def _year_and_track(code: str, year: int | None, track: str | None) -> tuple[int, str]:
    head, _, tail = code.partition("-")
    number = year or (int(head) if head.isdecimal() and len(head) == 4 else 0)
    kind = track or (tail if tail in TRACKS else "")
    if not number or not kind:
        raise wrong(
            "cycle",
            "ไม่ทราบปีหรือกลุ่ม ใช้รหัสเช่น 2564-departments หรือระบุ --year และ --track",
            "the year or the track is unclear: use a code as 2564-departments, "
            "or --year and --track",
        )
    return number, kind
