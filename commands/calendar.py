"""anumat calendar."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from commands.agenda import Entry, in_order
from commands.door import Door, with_door
from commands.group import t
from commands.month import month_data, print_month
from commands.names import require, require_region
from engine import agenda
from engine.calendar import due_days, entries_of, sittings
from engine.clock import ERA, arabic, day_of
from engine.database import Transaction
from engine.errors import wrong
from engine.load import registered
from engine.people import actor_of
from engine.workdays import NATIONAL, Workdays

_MONTH = re.compile(r"(\d{4})-(\d{1,2})")


class Month(click.ParamType[tuple[int, int]]):
    """A month of either era, as a Christian year and a month."""

    name = "month"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        found = _MONTH.fullmatch(arabic(str(value)))
        year, month = (int(found[1]), int(found[2])) if found else (0, 0)
        if 1900 + ERA <= year <= 2150 + ERA:
            year -= ERA
        if not (1914 <= year <= 2150 and 1 <= month <= 12):
            raise wrong(
                "month",
                f"อ่านเดือน “{value}” ไม่ได้ ใช้เช่น 2564-10 หรือ 2021-10",
                f"cannot read the month “{value}”: write 2564-10 or 2021-10",
            )
        return year, month


@click.command(
    "calendar",
    help=t(
        "ปฏิทินกำหนดเวลาของบุคคล หน่วยงาน หรือรอบ ทีละเดือน หรือเป็นไฟล์ iCalendar",
        "The deadlines of a person, an organisation or a cycle: a month, or an iCalendar file.",
    ),
)
@click.option("--person", metavar="PERSON", help=t("งานที่รอบุคคลนี้", "What waits on this person"))
@click.option(
    "--org", "organisation", metavar="ORG", default="",
    help=t("ของหน่วยงานนี้และในสังกัด", "Of this organisation and below"),
)  # fmt: skip
@click.option("--cycle", metavar="CYCLE", default="", help=t("ของรอบนี้", "Of this cycle"))
@click.option(
    "--month", type=Month(), help=t("เดือน เช่น 2564-10 (ปกติเดือนนี้)", "As 2021-10; default: now")
)
@click.option(
    "--region", default="", metavar="REGION", help=t("รวมวันหยุดของภาค", "With a region's holidays")
)
@click.option(
    "--ics",
    type=click.Path(path_type=Path, dir_okay=False),
    help=t("เขียนไฟล์ iCalendar (ทุกวันข้างหน้า)", "Write an iCalendar file (all days to come)"),
)
@click.option(
    "--most", type=click.IntRange(1, 1_000_000), default=5_000, show_default=True,
    help=t("จำนวนรายการสูงสุด", "Of at most so many items"),
)  # fmt: skip
@with_door
def command(
    door: Door, *, person: str | None, organisation: str, cycle: str,
    month: tuple[int, int] | None, region: str, ics: Path | None, most: int,
) -> None:  # fmt: skip
    office, today = door.office, day_of(door.now)
    with office.database.read() as transaction:
        require(transaction, organisation=organisation, cycle=cycle)
        require_region(transaction, region or NATIONAL)
        actor = actor_of(transaction, door.asking(person)) if person else None
        scope = agenda.Scope(actor, organisation, cycle)
        workdays = office.workdays(transaction)
        deadlines, more = agenda.open_deadlines(transaction, office, scope, most)
        entries = [_of_item(each, workdays, today) for each in deadlines]
        entries += _of_cycles(transaction, scope, deadlines, workdays)
    if ics is not None:
        _write(door, ics, entries, person or organisation or cycle, more=more)
        return
    year, number = month or (today.year, today.month)
    if door.screen.json:
        data = month_data(year, number, entries, workdays, today, region)
        door.screen.data(data | {"more": more})
    else:
        print_month(door.screen, year, number, entries, workdays, today, region)
        _say_more(door, more)


def _of_item(each: agenda.OpenDeadline, workdays: Workdays, today: date) -> Entry:
    item, place = each.loaded.item, each.loaded.place
    return Entry(
        # A date of the calendar is one entry all the way; a span is one for each visit.
        uid=f"{item.ref}.{each.name}" + (f".{item.state}.{item.visit}" if each.span else ""),
        day=each.due.effective,
        nominal=each.due.nominal,
        title_th=f"{each.title.th}: {item.code} {item.title}",
        title_en=f"{each.title.en}: {item.code} {item.title}",
        detail_th=f"อยู่ที่: {each.state.th}",
        detail_en=f"At: {each.state.en}",
        kind="deadline",
        ref=item.ref,
        organisation_th=place.name_th,
        organisation_en=place.name_en,
        moved=each.moved,
        version=item.version,
        provisional=workdays.provisional(each.due.effective),
        overdue=each.due.effective < today,
    )


def _of_cycles(
    transaction: Transaction, scope: agenda.Scope, deadlines: list[agenda.OpenDeadline],
    workdays: Workdays,
) -> Iterator[Entry]:  # fmt: skip
    """The calendars of the cycles that are meant: the one asked for, or those of the items."""
    codes: set[str] | None = {scope.cycle} if scope.cycle else None
    if codes is None and (scope.actor is not None or scope.organisation):
        codes = {each.loaded.item.cycle for each in deadlines}
    version = registered(transaction)
    for code, dates, calendar in agenda.cycles(transaction, codes):
        described = entries_of(calendar)
        for name, due in due_days(calendar, dates, workdays).items():
            said = described.get(name)
            yield Entry(
                uid=f"cycle.{code}.{name}",
                day=due.effective,
                nominal=due.nominal,
                title_th=said.title.th if said else name,
                title_en=said.title.en if said else name,
                detail_th=code,
                detail_en=code,
                kind=said.kind if said else "event",
                layer="office" if said and said.layer == "office" else "",
                version=version,
                provisional=workdays.provisional(due.effective),
            )
        for sitting in sittings(calendar, dates, workdays):
            if sitting.cutoff is not None:
                yield Entry(
                    uid=f"cycle.{code}.{sitting.name}.cutoff",
                    day=sitting.cutoff,
                    nominal=sitting.cutoff,
                    title_th=f"ปิดรับเอกสาร: {sitting.title['th']}",
                    title_en=f"Papers close: {sitting.title['en']}",
                    detail_th=code,
                    detail_en=code,
                    kind="cutoff",
                    layer="office",
                    version=version,
                    provisional=workdays.provisional(sitting.cutoff),
                )


def _write(door: Door, path: Path, entries: list[Entry], whose: str, *, more: bool) -> None:
    from commands.icalendar_file import ics  # the library is for this option alone

    today = day_of(door.now)
    ahead = in_order(each for each in entries if each.day >= today or each.overdue)
    screen = door.screen
    if not ahead:
        raise wrong(
            "empty", "ไม่มีกำหนดเวลาข้างหน้าให้เขียน", "no deadline is to come: there is nothing to write"
        )
    name = f"อนุมัติ {whose}".strip()
    content = ics(ahead, office=door.office.ident, name_th=name, now=door.now, lang=screen.lang)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise wrong(
            "file", f"เขียน {path} ไม่ได้: {error.strerror}", f"cannot write {path}: {error.strerror}"
        ) from None
    if screen.json:
        screen.data({"file": str(path), "entries": len(ahead), "more": more})
        return
    screen.say(f"เขียน {path}: {len(ahead)} กำหนด", f"Wrote {path}: {len(ahead)} entries")
    _say_more(door, more)


def _say_more(door: Door, more: bool) -> None:  # the only thing it is about
    if more:
        door.screen.say("ยังมีรายการอีก เพิ่มจำนวนด้วย --most", "There are more items: --most")
