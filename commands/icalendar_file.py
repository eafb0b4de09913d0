"""The calendar as a file that Outlook and Google Calendar open or subscribe to (RFC 5545, 7986).

It is a module of its own because `icalendar` takes longer to load than a month takes to print.

What Outlook does with such a file is in Microsoft's [MS-STANOICAL]: of an alarm it reads the
trigger alone, and only one before the entry begins.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event
from icalendar.prop import vDuration, vText

from commands.agenda import Entry, in_order
from engine.clock import english_day, thai_day

REFRESH = timedelta(hours=12)
REMINDED = timedelta(hours=-15)  # before midnight: at nine the day before
REMINDING = ("deadline", "closes")
ONE_DAY = timedelta(days=1)

_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1f\x85\u2028\u2029]")
_STEERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class _Text(vText):
    """The library's own escape takes a backslash before an N for a line break."""

    def to_ical(self) -> bytes:
        text = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return text.replace("\n", "\\n").encode()


def ics(entries: Iterable[Entry], *, office: str, name_th: str, now: datetime, lang: str) -> bytes:
    """The file's bytes, the same for the same entries at the same instant.

    An entry is known by its `uid` at the office, so a date that was moved moves the entry.
    Raises ValueError for two entries with one uid, for an empty uid and for a naive `now`.
    """
    if now.tzinfo is None:
        raise ValueError("an instant must be aware")
    ordered = in_order(entries)
    _require_identities(ordered)
    calendar = _calendar(name_th, lang)
    made = now.astimezone(UTC).replace(microsecond=0)
    for entry in ordered:
        calendar.add_component(_event(entry, office, made, lang))
    written: bytes = calendar.to_ical()
    return written


def _require_identities(entries: Iterable[Entry]) -> None:
    counts = Counter(_line(entry.uid) for entry in entries)
    wrong = sorted(uid for uid, count in counts.items() if count > 1 or not uid)
    if wrong:
        raise ValueError(f"not the uid of one entry: {', '.join(map(repr, wrong))}")


def _calendar(name: str, lang: str) -> Calendar:
    """Its name and refresh interval stand there twice: by RFC 7986, and as Outlook reads them."""
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", f"-//Anumat//Calendar//{lang.upper()}")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    for key in ("NAME", "X-WR-CALNAME"):
        calendar.add(key, _Text(_line(name)))
    calendar.add("X-WR-TIMEZONE", "Asia/Bangkok")
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    return calendar


def _event(entry: Entry, office: str, made: datetime, lang: str) -> Event:
    summary = _summary(entry, lang)
    event = Event()
    event.add("UID", _Text(_line(f"{entry.uid}@{office}.anumat")))
    event.add("DTSTAMP", made)
    event.add("LAST-MODIFIED", made)
    event.add("SEQUENCE", entry.version)
    event.add("DTSTART", entry.day)
    event.add("DTEND", entry.day + ONE_DAY)
    event.add("SUMMARY", summary)
    event.add("DESCRIPTION", _Text(_description(entry, lang)))
    event.add("CATEGORIES", [_Text(_line(entry.kind_name(lang)))])
    event.add("STATUS", "TENTATIVE" if entry.provisional else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT")
    if entry.kind in REMINDING:
        event.add_component(_alarm(summary))
    return event


def _alarm(summary: vText) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", summary)
    alarm.add("TRIGGER", REMINDED)
    return alarm


def _summary(entry: Entry, lang: str) -> vText:
    title = _line(entry.title(lang))
    ref = _line(entry.ref)
    return _Text(f"{title} ({ref})" if ref else title)


def _description(entry: Entry, lang: str) -> str:
    """The reader's language first, then the other one."""
    thai, english = "\n".join(_thai(entry)), "\n".join(_english(entry))
    both = (thai, english) if lang == "th" else (english, thai)
    return _clean("\n\n".join(both))


def _thai(entry: Entry) -> Iterable[str]:
    yield from filter(None, (entry.title_th, entry.organisation_th, entry.detail_th))
    if entry.nominal != entry.day:
        yield f"วันตามประกาศ: {_long(entry.nominal)} วันที่มีผล: {_long(entry.day)}"
    if entry.provisional:
        yield "ชั่วคราว: วันหยุดพิเศษของปีนั้นยังประกาศไม่ครบ วันอาจเปลี่ยน"
    if entry.layer == "office":
        yield "กำหนดภายในของหน่วยงาน"


def _english(entry: Entry) -> Iterable[str]:
    yield from filter(None, (entry.title_en, entry.organisation_en, entry.detail_en))
    if entry.nominal != entry.day:
        yield f"Announced: {english_day(entry.nominal)}; counts: {english_day(entry.day)}"
    if entry.provisional:
        yield "Provisional: not all special holidays of that year are known, the day may change"
    if entry.layer == "office":
        yield "The office's own date"


def _long(day: date) -> str:
    return thai_day(day, short=False)


def _line(text: str) -> str:
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    """Without what RFC 5545 forbids in a text or what could turn its reading order around."""
    lines = _STEERING.sub("", _BREAKS.sub("\n", text).replace("\t", " "))
    return "".join(c for c in lines if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
