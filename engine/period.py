"""Months and fiscal quarters as they are announced: “within December 2563”, “quarter 4/2565”."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from engine.clock import ERA, arabic, parse_day
from engine.errors import WrongUse, wrong

_WORDS = re.compile(r"([^\d\s/-]+)\s*(?:พ\.ศ\.\s*)?(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})")
_SLASH = re.compile(r"(\d{1,2})/(\d{4})")
_QUARTER = re.compile(r"(?:Q|ไตรมาส(?:ที่)?\s*)?([1-4])/(\d{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both within."""

    first: date
    last: date


def parse_month(text: str) -> Period:
    """Read ธ.ค. 2563, ธันวาคม ๒๕๖๓, Dec 2020, 2563-12, 12/2563. Raises WrongUse."""
    plain = arabic(text.strip())
    if found := _ISO.fullmatch(plain):
        spelled = f"{plain}-01"
    elif found := _SLASH.fullmatch(plain):
        spelled = f"{found[2]}-{found[1]}-01"
    elif found := _WORDS.fullmatch(plain):
        spelled = f"1 {found[1]} {found[2]}"
    else:
        raise _no_month(text)
    try:
        first = parse_day(spelled)
    except WrongUse:
        raise _no_month(text) from None
    return Period(first, _month_end(first.year, first.month))


def parse_quarter(text: str) -> Period:
    """Read Q4/2565 or ไตรมาส 4/2565: July to September 2565, for fiscal years begin in October.

    A Christian year is refused: whose fiscal year it would name is anybody's guess.
    """
    found = _QUARTER.fullmatch(arabic(text.strip()))
    if not found or not 1900 + ERA < int(found[2]) <= 2200 + ERA:
        raise wrong(
            "date",
            f"อ่านไตรมาส “{text}” ไม่ได้ ใช้รูปแบบ Q4/2565 (ไตรมาสของปีงบประมาณ พ.ศ.)",
            f"cannot read the quarter “{text}”: write Q4/2565 (of a Buddhist fiscal year)",
        )
    quarter, year = int(found[1]), int(found[2]) - ERA
    if quarter == 1:
        return Period(date(year - 1, 10, 1), date(year - 1, 12, 31))
    month = quarter * 3 - 5
    return Period(date(year, month, 1), _month_end(year, month + 2))


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _no_month(text: str) -> WrongUse:
    return wrong(
        "date",
        f"อ่านเดือน “{text}” ไม่ได้ ใช้รูปแบบ ธ.ค. 2563 หรือ 2563-12",
        f"cannot read the month “{text}”: write Dec 2020, 2563-12 or 2020-12",
    )
