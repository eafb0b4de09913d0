"""anumat holiday …"""

from datetime import date
from typing import Any

import click
from sqlalchemy import select

from commands.door import DAY, Door, as_person_or_operator, with_door, with_key
from commands.group import t
from commands.moved import print_moved
from commands.names import require_region
from commands.terminal import Column
from engine.clock import ERA, arabic, day_of
from engine.corrections import Correction, correct, known_until
from engine.database import Transaction
from engine.errors import wrong
from engine.office import Answer
from engine.tables import Holiday, table
from engine.workdays import NATIONAL, SATURDAY, in_english, published

_holiday = table(Holiday).c
KINDS = {
    "holiday": ("วันหยุด", "holiday"),
    "working_day": ("วันทำการ", "working day"),
    "as_published": ("ตามประกาศเดิม", "as published"),
}


class Year(click.ParamType[int]):
    """A calendar year of either era, as a Christian one."""

    name = "year"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = arabic(str(value))
        year = int(text) if text.isdecimal() and len(text) == 4 else 0
        if 2443 <= year <= 2700:
            year -= ERA
        if not 1914 <= year <= 2157:
            raise wrong(
                "year", f"อ่านปี “{value}” ไม่ได้ ใช้เช่น 2564 หรือ 2021",
                f"cannot read the year “{value}”: write 2564 or 2021",
            )  # fmt: skip
        return year


in_region = click.option(
    "--region",
    default=NATIONAL,
    metavar="REGION",
    help=t("เฉพาะภาค เช่น north (ปกติทั้งประเทศ)", "One region only, as north (default: national)"),
)
its_day = click.argument(
    "day", type=DAY, help=t("วันที่ เช่น 2564-10-22", "The day, as 2021-10-22 or 22 Oct 2021")
)


@click.group("holiday", help=t("วันหยุดราชการและการแก้ไข", "Government holidays, and corrections."))
def command() -> None:
    """The help says it."""


@command.command(
    "list",
    help=t("วันหยุดราชการของปี ตามที่แก้ไขแล้ว", "The government holidays of a year, as corrected"),
)
@click.option("--year", type=Year(), help=t("ปี (พ.ศ. หรือ ค.ศ.) ปกติปีนี้", "Year (B.E. or C.E.)"))
@click.option(
    "--region", default="", metavar="REGION", help=t("รวมวันหยุดของภาค", "With a region's own")
)
@with_door
def listed(door: Door, year: int | None, region: str) -> None:
    office, screen = door.office, door.screen
    number = year or day_of(door.now).year
    with office.database.read() as transaction:
        require_region(transaction, region or NATIONAL)
        workdays = office.workdays(transaction)
        corrections = _corrections(transaction, number, region)
    english = in_english(number)
    lines: list[dict[str, Any]] = []
    for each in _days(number, corrections):
        reason = workdays.holiday(each, region)
        own = corrections.get(each)
        name = published(number).get(each)
        if screen.lang == "en":
            name = english.get(each, name)
        if own and reason:  # a corrected holiday is called what the correction calls it
            name = reason
        lines.append(
            {
                "day": each.isoformat(),
                "name": name or (own or {}).get("reason"),
                "holiday": reason is not None,
                "scope": own["scope"] if own else NATIONAL,
                "corrected": own["kind"] if own else None,
                "source": own["source"] if own else "",
                "provisional": workdays.provisional(each),
            }
        )
    provisional = workdays.provisional(date(number, 12, 31))
    if screen.json:
        screen.data({"year": number, "provisional": provisional, "holidays": lines})
        return
    screen.heading(
        screen.pick(f"วันหยุดราชการ พ.ศ. {number + ERA}", f"Government holidays, {number}")
    )
    screen.table(
        [
            Column("วันที่", "Day", shrink=False),
            Column("วันหยุด", "Holiday"),
            Column("แก้ไขเป็น", "Corrected to", style=lambda cell: "yellow" if cell else None),
            Column("ขอบเขต", "Scope", shrink=False),
        ],
        [
            (screen.day(line["day"]), line["name"] or "—", _kind(door, line["corrected"]),
             _scope(door, line["scope"]))
            for line in lines
        ],
    )  # fmt: skip
    if provisional:
        last = screen.day(workdays.known_until)
        screen.say(
            f"ชั่วคราว: วันหยุดพิเศษตามมติ ครม. ทราบถึง {last} เท่านั้น (ปรับด้วย anumat holiday known)",
            f"Provisional: the cabinet's special days are known until {last} only "
            "(anumat holiday known)",
        )


@command.command(
    "add",
    help=t(
        "แก้ไขปฏิทิน: เพิ่มวันหยุด หรือกำหนดให้เป็นวันทำการ กำหนดเวลาที่ค้างอยู่เลื่อนตาม",
        "Correct the calendar: a holiday more, or a working day; open deadlines follow.",
    ),
)
@its_day
@click.option(
    "--name", required=True, metavar="TEXT", help=t("ชื่อหรือเหตุผล", "Its name, or the reason")
)
@click.option("--working", is_flag=True, help=t("เป็นวันทำการ", "It is a working day"))
@in_region
@click.option(
    "--source", default="", metavar="TEXT", help=t("มติหรือประกาศ", "The resolution or notice")
)
@as_person_or_operator
@with_key
@with_door
def added(
    door: Door, day: str, name: str, *, working: bool, region: str, source: str,
    person: str | None, key: str | None,
) -> None:  # fmt: skip
    if working and date.fromisoformat(day).weekday() >= SATURDAY:
        shown = door.screen.day(day)
        raise wrong(
            "weekend",
            f"{shown} เป็นวันเสาร์หรืออาทิตย์ ซึ่งไม่นับเป็นวันทำการ",
            f"{shown} is a Saturday or Sunday, which is no working day whatever is said of it",
        )
    kind = "working_day" if working else "holiday"
    with door.office.database.read() as transaction:
        require_region(transaction, region)
    each = Correction(date.fromisoformat(day), kind, name.strip(), region, source)
    _say(door, each, correct(door.office, door.asking(person, key), [each]))


@command.command(
    "remove",
    help=t("ยกเลิกการแก้ไข กลับเป็นตามประกาศเดิม", "Take a correction back: as published again"),
)
@its_day
@in_region
@as_person_or_operator
@with_key
@with_door
def removed(door: Door, day: str, region: str, person: str | None, key: str | None) -> None:
    each = Correction(date.fromisoformat(day), "as_published", "", region)
    with door.office.database.read() as transaction:
        there = _corrections(transaction, each.day.year, region).get(each.day)
    if there is None or there["scope"] != region:
        shown = door.screen.day(day)
        raise wrong(
            "day",
            f"ไม่มีการแก้ไขวันที่ {shown} ({region}) ดูด้วย anumat holiday list",
            f"{shown} ({region}) was not corrected. See: anumat holiday list",
        )
    _say(door, each, correct(door.office, door.asking(person, key), [each]))


@command.command(
    "known",
    help=t(
        "บันทึกว่าทราบวันหยุดพิเศษถึงวันใด (หลังจากนั้นแสดงว่าชั่วคราว)",
        "Say until which day special holidays are known: later days are shown as provisional.",
    ),
)
@its_day
@as_person_or_operator
@with_key
@with_door
def known(door: Door, day: str, person: str | None, key: str | None) -> None:
    answer = known_until(door.office, door.asking(person, key), date.fromisoformat(day))
    if door.screen.json:
        door.screen.data(answer | {"known_until": day})
    shown = door.screen.day(day)
    door.screen.say(f"ทราบวันหยุดพิเศษถึง {shown}", f"Special holidays are known until {shown}")


def _say(door: Door, each: Correction, answer: Answer) -> None:
    screen = door.screen
    day = {"day": each.day.isoformat(), "kind": each.kind, "scope": each.scope}
    if screen.json:
        screen.data(answer | day)
        return
    shown, (th, en) = screen.day(each.day), KINDS[each.kind]
    if answer["same"]:
        screen.say(f"{shown} เป็น{th}อยู่แล้ว", f"{shown} is so already: {en}")
        return
    screen.say(f"{shown}: {th}", f"{shown}: {en}")
    print_moved(screen, answer["moved"])


def _corrections(transaction: Transaction, year: int, region: str) -> dict[date, dict[str, str]]:
    """The corrections of a year that hold nationally or in the region, which outweighs."""
    rows = transaction.ask(
        select(_holiday.day, _holiday.scope, _holiday.kind, _holiday.reason, _holiday.source)
        .where(_holiday.day.like(f"{year}-%"), _holiday.kind != "as_published")
        .order_by(_holiday.day)
    )
    found: dict[date, dict[str, str]] = {}
    for day, scope, kind, reason, source in rows:
        if scope in (NATIONAL, region) and (
            scope != NATIONAL or date.fromisoformat(day) not in found
        ):
            row = {"scope": scope, "kind": kind, "reason": reason, "source": source}
            found[date.fromisoformat(day)] = row
    return found


def _days(year: int, corrections: dict[date, dict[str, str]]) -> list[date]:
    return sorted({*published(year), *corrections})


def _kind(door: Door, kind: str | None) -> str:
    return door.screen.pick(*KINDS[kind]) if kind else ""


def _scope(door: Door, scope: str) -> str:
    return door.screen.pick("ทั้งประเทศ", "national") if scope == NATIONAL else scope
