"""A month at the terminal, as a Thai wall calendar has it, with its holidays and its entries."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from commands.agenda import Entry, in_order
from commands.fitting import fit
from commands.grid import DAYS_TH, Month, print_grid
from commands.terminal import Column, Screen
from engine.clock import ERA, MONTHS_EN_LONG, MONTHS_TH
from engine.workdays import Workdays, in_english, published

LONG_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def month_data(
    year: int,
    month: int,
    entries: Iterable[Entry],
    workdays: Workdays,
    today: date,
    region: str = "",
) -> dict[str, object]:
    """The month as JSON has it: days as ISO text, years Christian, entries by their uid."""
    shown = _month(year, month, entries, workdays, today, region)
    return {
        "year": year,
        "month": month,
        "provisional": workdays.provisional(shown.days[-1]),
        "days": [_day_data(shown, day) for day in shown.days],
        "entries": [
            asdict(entry) | {"day": entry.day.isoformat(), "nominal": entry.nominal.isoformat()}
            for entry in shown.entries
        ],
    }


def print_month(
    screen: Screen,
    year: int,
    month: int,
    entries: Iterable[Entry],
    workdays: Workdays,
    today: date,
    region: str = "",
) -> None:
    """The grid of a Christian year's month, its holidays, and its entries day by day.

    Where a line is too narrow for seven days there is no grid.
    """
    shown = _month(year, month, entries, workdays, today, region)
    thai = f"{MONTHS_TH[month - 1]} {year + ERA}"
    screen.heading(screen.pick(thai, f"{MONTHS_EN_LONG[month - 1]} {year}"))
    screen.say("", "")
    print_grid(screen, shown)
    _print_holidays(screen, shown)
    _print_entries(screen, shown)


def _month(
    year: int,
    month: int,
    entries: Iterable[Entry],
    workdays: Workdays,
    today: date,
    region: str,
) -> Month:
    within = [
        each for each in in_order(entries) if (each.day.year, each.day.month) == (year, month)
    ]
    return Month(year, month, within, workdays, today, region)


def _day_data(month: Month, day: date) -> dict[str, object]:
    return {
        "day": day.isoformat(),
        "holiday": month.holiday(day),
        "working": month.is_working(day),
        "today": day == month.today,
        "entries": [entry.uid for entry in month.entries if entry.day == day],
    }


def _print_holidays(screen: Screen, month: Month) -> None:
    names = [(_day(screen, day), _holiday(screen, month, day)) for day in month.days]
    found = [(day, name) for day, name in names if name]
    if found:
        screen.heading(screen.pick("วันหยุดราชการ", "Government holidays"))
        columns = [Column("วันที่", "Day", "right", shrink=False), Column("วันหยุด", "Holiday")]
        screen.table(columns, found)
    if month.workdays.provisional(month.days[-1]):
        screen.say("", "")
        text = screen.pick(
            "วันหยุดของปีนี้ยังเป็นข้อมูลชั่วคราว: วันหยุดพิเศษตามมติคณะรัฐมนตรียังไม่ครบ",
            "The holidays of this year are provisional: not all special days are known yet",
        )
        for line in fit(text, screen.width):
            screen.say(line, line)


def _day(screen: Screen, day: date) -> str:
    """The weekday first, so that the numbers stand on the right, one under the other."""
    return screen.pick(
        f"{DAYS_TH[day.weekday()]}. {day.day}", f"{LONG_EN[day.weekday()]} {day.day}"
    )


def _holiday(screen: Screen, month: Month, day: date) -> str:
    """In the reader's language where it is known; corrections are kept as they were written."""
    name = month.holiday(day)
    if not name:
        return ""
    regional = name != month.workdays.holiday(day)
    if name == published(day.year).get(day):
        return screen.pick(name, in_english(day.year).get(day, name))
    if regional:
        return screen.pick(f"วันหยุดประจำภาค ({name})", f"{name} ({month.region})")
    return screen.pick(name if _is_thai(name) else f"วันหยุดพิเศษ ({name})", name)


def _is_thai(text: str) -> bool:
    return any("ก" <= char <= "ฮ" for char in text)


def _print_entries(screen: Screen, month: Month) -> None:
    screen.heading(screen.pick("กำหนดการ", "Entries"))
    if not month.entries:
        screen.say("ไม่มีกำหนดการในเดือนนี้", "Nothing in this month")
        return
    rows = [_row(screen, entry) for entry in month.entries]
    columns = [
        Column("วันที่", "Day", "right", shrink=False, style=_late),
        Column("ประเภท", "Kind"),
        Column("เรื่อง", "Title"),
        Column("รายการ", "Item", shrink=False),
        Column("หน่วยงาน", "Organisation"),
        Column("หมายเหตุ", "Note"),
    ]
    if screen.narrow:
        columns = [
            columns[0],
            Column("เรื่อง / รายการ / หน่วยงาน", "Title / item / organisation"),
            columns[5],
        ]
        rows = [
            [
                day,
                "\n".join(filter(None, (title, f"{ref} {place}".strip()))),
                f"{kind}\n{note}".strip(),
            ]
            for day, kind, title, ref, place, note in rows
        ]
    screen.table(columns, rows)


def _row(screen: Screen, entry: Entry) -> list[str]:
    day = _day(screen, entry.day)
    return [
        f"! {day}" if entry.overdue else day,
        entry.kind_name(screen.lang),
        entry.title(screen.lang),
        entry.ref,
        entry.organisation(screen.lang),
        "\n".join(_notes(screen, entry)),
    ]


def _late(text: str) -> str | None:
    return "red" if text.startswith("!") else None


def _notes(screen: Screen, entry: Entry) -> Iterable[str]:
    if entry.overdue:
        yield screen.pick("เลยกำหนด", "overdue")
    if entry.nominal != entry.day:
        announced = screen.day(entry.nominal)
        yield screen.pick(f"ประกาศ {announced}", f"announced {announced}")
    if entry.provisional:
        yield screen.pick("ชั่วคราว", "provisional")
    if entry.layer == "office":
        yield screen.pick("กำหนดภายใน", "the office's own")
    if entry.moved:
        yield screen.pick(f"เลื่อน {entry.moved} ครั้ง", f"moved {entry.moved}×")
