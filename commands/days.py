"""The days of a cycle: where they come from, how they are shown, and checking a calendar's file."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from commands.door import Door, with_door
from commands.group import t
from commands.terminal import Column, Screen
from engine.calendar import due_days, entries_of, moved, sittings, split
from engine.clock import ERA, MONTHS_EN, MONTHS_TH_SHORT, fiscal_year, parse_day
from engine.definition import Title
from engine.due import DueDay
from engine.entries import NAME, Calendar, Entry
from engine.errors import wrong
from engine.workdays import Workdays
from workflows.calendars import government
from workflows.calendars.reading import load, shipped

KINDS = {
    "deadline": Title(th="กำหนดเวลา", en="deadline"),
    "opens": Title(th="เปิด", en="opens"),
    "closes": Title(th="ปิด", en="closes"),
    "meeting": Title(th="ประชุม", en="meeting"),
    "event": Title(th="เหตุการณ์", en="event"),
    "information_request": Title(th="ขอข้อมูล", en="information request"),
    "policy": Title(th="มติหรือนโยบาย", en="policy"),
}
LAYERS = {"opdc": Title(th="ก.พ.ร.", en="OPDC"), "office": Title(th="ส่วนราชการ", en="office")}
Documents = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Days:
    """A cycle's two documents. `taken` is the calendar that was read for them just now, `lost` the
    dates that the cycle had and it has not, and `fixed` those that are no longer counted, or no
    longer vague, since they were set by hand."""

    dates: Mapping[str, str]
    calendar: Mapping[str, Any]
    workdays: Workdays
    taken: Calendar | None = None
    lost: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    def put(self, given: Iterable[str]) -> "Days":
        """With the days of `NAME=DAY` texts. Raises WrongUse for what is not one."""
        named = dict(_named_day(text) for text in given)
        if not named:
            return self
        was = entries_of(self.calendar)
        dates, calendar = moved(self.calendar, self.dates, named, self.workdays)
        fixed = [n for n in named if n in was and (was[n].base or was[n].precision != "day")]
        return replace(self, dates=dates, calendar=calendar, fixed=tuple(fixed))

    def say(self, screen: Screen) -> None:
        if self.taken:
            title, number = self.taken.title, len(self.dates)
            screen.say(f"{title.th}: {number} วัน", f"{title.en}: {number} dates")
        if names := ", ".join(name for name in self.lost if name not in self.dates):
            screen.say(f"ไม่มีวันเหล่านี้อีก: {names}", f"no longer there: {names}")
        for name in self.fixed:
            screen.say(
                f"“{name}” เป็นวันที่กำหนดเองแล้ว", f"“{name}” is the day that was set, from now on"
            )


def days_of(code: str, there: Documents | None, file: Path | None, workdays: Workdays) -> Days:
    """The days of a file; else those of the cycle as it is; else, for a new cycle, those of the
    calendar that is shipped for it. Raises WrongUse for a file of another cycle."""
    calendar = load(file) if file else None if there else shipped(code)
    if calendar is None:
        known = there or {"dates": {}, "calendar": {}}
        return Days(known["dates"], known["calendar"], workdays)
    if calendar.cycle != code:
        raise wrong(
            "cycle",
            f"เป็นปฏิทินของรอบ “{calendar.cycle}” ไม่ใช่ “{code}”",
            f"this is the calendar of “{calendar.cycle}”, not of “{code}”",
            str(file.name) if file else "",
        )
    dates, described = split(calendar, workdays)
    lost = tuple(there["dates"].keys() - dates.keys()) if there else ()
    return Days(dates, described, workdays, calendar, tuple(sorted(lost)))


def listed_days(dates: Documents, calendar: Documents, workdays: Workdays) -> list[dict[str, Any]]:
    """Each date as JSON, in the order of the days."""
    return [
        {
            "name": name,
            "day": due.nominal,
            "effective": due.effective,
            "provisional": workdays.provisional(due.effective),
        }
        for name, due in due_days(calendar, dates, workdays).items()
    ]


def print_days(screen: Screen, dates: Documents, calendar: Documents, workdays: Workdays) -> None:
    entries = entries_of(calendar)
    papers = {s.name: s.cutoff for s in sittings(calendar, dates, workdays) if s.cutoff}
    rows = []
    for name, due in due_days(calendar, dates, workdays).items():
        entry = entries.get(name)
        remarks = _remarks(screen, entry, due, provisional=workdays.provisional(due.effective))
        if cutoff := papers.get(name):
            day = screen.day(cutoff)
            remarks.append(screen.pick(f"ส่งเอกสารภายใน {day}", f"papers by {day}"))
        rows.append((_day(screen, entry, due), _said(screen, name, entry), "\n".join(remarks)))
    screen.table([Column("วัน", "Day"), Column("เรื่อง", "What"), Column("หมายเหตุ", "Remarks")], rows)


def _said(screen: Screen, name: str, entry: Entry | None) -> str:
    if entry is None:
        return name
    kind, layer = KINDS[entry.kind].text(screen.lang), LAYERS[entry.layer].text(screen.lang)
    return f"{entry.title.text(screen.lang)}\n{name} ({kind}, {layer})"


def _day(screen: Screen, entry: Entry | None, due: DueDay) -> str:
    day = due.nominal
    if entry is None or entry.precision == "day":
        return screen.day(day)
    if entry.precision == "month":
        return screen.pick(
            f"{MONTHS_TH_SHORT[day.month - 1]} {day.year + ERA}",
            f"{MONTHS_EN[day.month - 1]} {day.year}",
        )
    quarter = f"{(day.month + 2) // 3 % 4 + 1}/{fiscal_year(day)}"
    return screen.pick(f"ไตรมาส {quarter}", f"Q{quarter}")


def _remarks(screen: Screen, entry: Entry | None, due: DueDay, *, provisional: bool) -> list[str]:
    found = []
    if due.effective != due.nominal:
        day = screen.day(due.effective)
        found.append(screen.pick(f"วันหยุด เลื่อนเป็น {day}", f"no working day: {day}"))
    if entry and entry.precision != "day":
        day = screen.day(due.nominal)
        found.append(screen.pick(f"ไม่ทราบวันแน่นอน นับเป็น {day}", f"day not known, counted as {day}"))
    if entry and (base := entry.base):
        number, working = int(base.by.rstrip("wd")), base.by.endswith("wd")
        th = f"{number} วัน{'ทำการ' if working else ''}{'ก่อน' if entry.before else 'หลัง'}"
        unit = ("working " if working else "") + ("day" if number == 1 else "days")
        en = f"{number} {unit} {'before' if entry.before else 'after'}"
        found.append(screen.pick(f"{th} {base.date}", f"{en} {base.date}"))
    if provisional:
        th, en = "ชั่วคราว: วันหยุดของปีนั้นยังประกาศไม่ครบ", "provisional: not all holidays are known"
        found.append(screen.pick(th, en))
    return found


def _named_day(text: str) -> tuple[str, str]:
    name, separator, day = text.partition("=")
    if not separator or not re.fullmatch(NAME, name.strip()):
        th = f"“{text}” ต้องเป็น NAME=DAY (ชื่อเป็นตัวพิมพ์เล็ก หรือ NAME@CODE=DAY)"
        en = f"“{text}” must be NAME=DAY (a lower-case name), or NAME@CODE=DAY"
        raise wrong("date", th, en)
    return name.strip(), parse_day(day).isoformat()


@click.command(
    "check",
    help=t(
        "ตรวจไฟล์ปฏิทินของรอบ โดยไม่ใช้ฐานข้อมูล และแสดงวันทั้งหมด",
        "Check a calendar's file, without a database, and show its days",
    ),
)
@click.argument(
    "file", type=click.Path(path_type=Path), help=t("ไฟล์ปฏิทิน (YAML)", "A calendar's file (YAML)")
)
@with_door
def check(door: Door, file: Path) -> None:
    calendar = load(file)
    dates, described = split(calendar, government())
    screen = door.screen
    if screen.json:
        screen.data(
            {
                "code": calendar.cycle,
                "title": calendar.title.model_dump(),
                "dates": dates,
                "calendar": described,
                "days": listed_days(dates, described, government()),
            }
        )
        return
    screen.heading(f"{calendar.title.text(screen.lang)} ({calendar.cycle})")
    print_days(screen, dates, described, government())
