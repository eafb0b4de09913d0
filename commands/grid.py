"""The grid of a month, as a Thai wall calendar has it: from Sunday to Saturday."""

import calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from commands.agenda import Entry
from commands.fitting import width_of
from commands.terminal import GAP, Screen
from engine.workdays import Workdays

SUNDAY = 6
# In the order of date.weekday(): Monday first.
DAYS_TH = ("จ", "อ", "พ", "พฤ", "ศ", "ส", "อา")
DAYS_EN = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
RULE = "│"  # between the week and its ends
CELL = 4  # `[20]`: a day is this wide without its marks
ROOMY = 9  # a cell is not made wider than this to fill the line


@dataclass(frozen=True, slots=True)
class Month:
    """What a month is drawn from; its entries are those of the month, in order."""

    year: int
    month: int
    entries: Sequence[Entry]
    workdays: Workdays
    today: date
    region: str

    @property
    def days(self) -> list[date]:
        last = calendar.monthrange(self.year, self.month)[1]
        return [date(self.year, self.month, day) for day in range(1, last + 1)]

    def holiday(self, day: date) -> str | None:
        return self.workdays.holiday(day, self.region)

    def is_working(self, day: date) -> bool:
        return self.workdays.is_working(day, self.region)


def print_grid(screen: Screen, month: Month) -> None:
    """A line for each week and what the signs mean; nothing where a line has no room for a week."""
    counts = Counter(entry.day for entry in month.entries)
    for numbered in (True, False):
        cells = {day: _cell(month, day, counts[day], numbered=numbered) for day in month.days}
        widest = max(map(width_of, cells.values()))
        room = (screen.width - 2 * len(RULE)) // 7
        if widest <= room:
            _print_weeks(screen, month, cells, min(room, max(widest + 1, ROOMY)))
            _print_legend(screen, numbered=numbered)
            return


def _cell(month: Month, day: date, count: int, *, numbered: bool) -> str:
    opens, closes = "[]" if day == month.today else "  "
    holiday = "*" if month.holiday(day) else ""
    number = str(count) if numbered and count > 1 else ""
    return f"{opens}{day.day:>2}{closes}{holiday}{'•' if count else ''}{number}".rstrip()


def _print_weeks(screen: Screen, month: Month, cells: dict[date, str], width: int) -> None:
    names = DAYS_TH if screen.lang == "th" else DAYS_EN
    weeks = calendar.Calendar(SUNDAY).monthdays2calendar(month.year, month.month)
    head = [(" " * (CELL - 1 - width_of(names[day])) + names[day], None) for _, day in weeks[0]]
    _print_week(screen, head, width)
    for week in weeks:
        days = [date(month.year, month.month, number) if number else None for number, _ in week]
        _print_week(screen, [_tinted(month, cells, day) for day in days], width)


def _tinted(month: Month, cells: dict[date, str], day: date | None) -> tuple[str, str | None]:
    if day is None:
        return "", None
    return cells[day], None if month.is_working(day) else "red"


def _print_week(screen: Screen, week: Sequence[tuple[str, str | None]], width: int) -> None:
    line: list[tuple[str, str | None]] = []
    for place, (text, tint) in enumerate(week):
        rule = RULE if place in (1, 6) else ""
        last = place == 6
        line += [(rule, None), (text, tint), ("" if last else " " * (width - width_of(text)), None)]
    screen.pieces(line)


def _print_legend(screen: Screen, *, numbered: bool) -> None:
    signs = [
        screen.pick("[ ] วันนี้", "[ ] today"),
        screen.pick("* วันหยุดราชการ", "* government holiday"),
        screen.pick("• กำหนดการ", "• entries"),
    ]
    if numbered:
        signs[-1] += screen.pick(" (จำนวน)", " (how many)")
    legend = (GAP + GAP).join(signs)
    screen.say("", "")
    for line in [legend] if width_of(legend) <= screen.width else signs:
        screen.say(line, line)
