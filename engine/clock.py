"""Time: instants are aware and in UTC, days are days in Asia/Bangkok, years are read in both eras.

Instants are stored as fixed-width text (`2020-10-30T02:00:00.000000Z`), so that every database
compares, sorts and verifies the same characters that the audit trail hashes.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone

from engine.errors import wrong

# Asia/Bangkok has been UTC+7 without daylight saving since 1920; a fixed offset needs no tz files.
BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")
OFFICE_OPENS = time(9, 0)
ERA = 543

MONTHS_TH = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
MONTHS_TH_SHORT = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
MONTHS_EN_LONG = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_MONTH_NUMBER = {
    name.replace(".", "").lower(): number
    for names in (MONTHS_TH, MONTHS_TH_SHORT, MONTHS_EN, MONTHS_EN_LONG)
    for number, name in enumerate(names, 1)
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WORDS = re.compile(r"(\d{1,2})\s+([^\d\s]+)\s+(?:พ\.ศ\.\s*)?(\d{4})")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_WITH_TIME = re.compile(r"(.*\d)(?:T|\s+)(\d{1,2}:\d{2}\S*)")


class SystemClock:
    """Where the doors take the time from; nothing below them asks for it."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands where it was put: simulations and tests."""

    at: datetime = field(default_factory=lambda: datetime(2020, 9, 9, 2, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at


def stamp(instant: datetime) -> str:
    """The stored form of an instant. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware")
    moment = instant.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="microseconds") + "Z"  # strftime's %Y is not always 4 digits


def instant_of(text: str) -> datetime:
    """The inverse of `stamp`."""
    return datetime.fromisoformat(text)


def day_of(instant: datetime) -> date:
    """The day in Bangkok on which an instant falls."""
    return instant.astimezone(BANGKOK).date()


def at_office_hours(day: date) -> datetime:
    return datetime.combine(day, OFFICE_OPENS, BANGKOK).astimezone(UTC)


def beginning_of(day: date) -> datetime:
    """The first instant of a Bangkok day."""
    return datetime.combine(day, time.min, BANGKOK).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The last instant of a Bangkok day."""
    return datetime.combine(day, time.max, BANGKOK).astimezone(UTC)


def arabic(text: str) -> str:
    """The same text with Thai digits written as 0-9."""
    return text.translate(_THAI_DIGITS)


def fiscal_year(day: date) -> int:
    """The Buddhist-era fiscal year: 1 October (N-1) to 30 September N."""
    return day.year + ERA + (1 if day.month >= 10 else 0)


def parse_day(text: str) -> date:
    """Read 2020-10-30, 2563-10-30, 30/10/2563, 30 ต.ค. 2563, ๓๐ ตุลาคม ๒๕๖๓.

    A year from 2443 to 2743 is Buddhist, one from 1900 to 2200 is Christian, so that what was read
    can be written down and read again. Anything else, a two-digit year, and a numeric date whose
    day and month could be exchanged are refused (WrongUse).
    """
    plain = arabic(text.strip())
    if found := _ISO.fullmatch(plain):
        year, month, day = (int(part) for part in found.groups())
    elif found := _WORDS.fullmatch(plain):
        day, year = int(found[1]), int(found[3])
        month = _MONTH_NUMBER.get(found[2].replace(".", "").lower(), 0)
        if not month:
            raise _unclear(text, f"ไม่รู้จักเดือน “{found[2]}”", f"there is no month “{found[2]}”")
    elif found := _SLASHES.fullmatch(plain):
        day, month, year = (int(part) for part in found.groups())
        if day <= 12 and month <= 12 and day != month:
            raise _unclear(text, "วันและเดือนสลับกันได้", "day and month could be exchanged")
    else:
        raise _unclear(text, "รูปแบบไม่รู้จัก", "the form is not known")
    buddhist = 1900 + ERA <= year <= 2200 + ERA
    if not (buddhist or 1900 <= year <= 2200):
        raise _unclear(text, "ไม่แน่ชัดว่าเป็น พ.ศ. หรือ ค.ศ.", "the era of the year is unclear")
    try:
        return date(year - ERA if buddhist else year, month, day)
    except ValueError:
        raise _unclear(text, "ไม่มีวันนี้ในปฏิทิน", "there is no such day") from None


def parse_instant(text: str) -> datetime:
    """Read a day (09:00 in Bangkok) or a day and a time; a time without a zone is Bangkok's."""
    plain = arabic(text.strip())
    found = _WITH_TIME.fullmatch(plain)
    day_text, clock_text = (found[1], found[2]) if found else (plain, "")
    day = parse_day(day_text)
    if not clock_text:
        return at_office_hours(day)
    try:
        at = time.fromisoformat("0" + clock_text if clock_text[1] == ":" else clock_text)
    except ValueError:
        raise _unclear(text, "เวลาไม่ถูกต้อง", "the time cannot be read") from None
    moment = datetime.combine(day, at)
    return (moment if moment.tzinfo else moment.replace(tzinfo=BANGKOK)).astimezone(UTC)


def thai_day(day: date, *, short: bool = True) -> str:
    """30 ต.ค. 2563, or 30 ตุลาคม 2563."""
    months = MONTHS_TH_SHORT if short else MONTHS_TH
    return f"{day.day} {months[day.month - 1]} {day.year + ERA}"


def english_day(day: date) -> str:
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def _unclear(text: str, th: str, en: str) -> Exception:
    return wrong(
        "date",
        f"อ่านวันที่ “{text}” ไม่ได้: {th} ใช้รูปแบบ 2563-10-30 หรือ 30 ต.ค. 2563",
        f"cannot read the date “{text}”: {en}. Write 2020-10-30, 2563-10-30 or 30 Oct 2020",
    )
