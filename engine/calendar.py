"""The calendar of a cycle: days, windows, and days that are counted from other days.

A cycle keeps two documents of it: `dates` are the days by name, which the engine counts with, and
the other is what is said of them (`engine.entries`). Nothing here reads or writes; a cycle whose
base dates or holidays have changed is resolved anew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.due import DueDay
from engine.entries import Calendar, Entry
from engine.errors import Reason, WrongUse
from engine.naming import Finding
from engine.workdays import Workdays

Dates = dict[str, str]
Described = dict[str, Any]
# What can be written down and read again, as engine.clock.parse_day does.
FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A planned meeting of a kind of body. `cutoff` is the last day for its papers; there is none
    as long as only the month is known."""

    name: str
    title: Mapping[str, str]
    body: str
    day: date
    cutoff: date | None


def split(calendar: Calendar, workdays: Workdays, region: str = "") -> tuple[Dates, Described]:
    """The days, and what is said of them. Raises WrongUse for what cannot be counted."""
    days: Dates = {}
    entries: dict[str, Any] = {}
    for name, line in calendar.dates.items():
        for made, entry, day in line.entries(name):
            entries[made] = entry.document()
            if day is not None:
                days[made] = day.isoformat()
    reminders = {
        name: each.model_dump(mode="json", exclude_unset=True)
        for name, each in calendar.reminders.items()
    }
    described = {"entries": entries, "reminders": reminders}
    return resolved(described, days, workdays, region), described


def resolved(
    described: Mapping[str, Any], dates: Mapping[str, str], workdays: Workdays, region: str = ""
) -> Dates:
    """All dates, those that are counted from others counted anew.

    Raises WrongUse for an unknown base, for a circle, and for a day beyond all calendars.
    """
    entries = entries_of(described)
    if found := list(uncountable(entries, dates)):
        raise WrongUse(*(Reason(f.code, f.th, f.en) for f in found))
    days = {name: date.fromisoformat(day) for name, day in dates.items() if name not in entries}
    days |= {n: date.fromisoformat(dates[n]) for n, e in entries.items() if not e.base}
    for name in entries:
        for step in reversed(_way_up(name, entries, days)):
            days[step] = _counted(entries[step], days, workdays, region)
            if not FIRST <= days[step] <= LAST:
                th, en = f"“{step}” นับไปไกลเกินไป", f"“{step}” is counted too far away"
                raise WrongUse(Reason("date", th, en))
    return {name: day.isoformat() for name, day in days.items()}


def moved(
    described: Mapping[str, Any],
    dates: Mapping[str, str],
    to: Mapping[str, str],
    workdays: Workdays,
    region: str = "",
) -> tuple[Dates, Described]:
    """The calendar with some days set: what is counted from them follows. A day that was itself
    counted, or known only to the month, is from now on the day that was set."""
    entries = dict(described.get("entries", {}))
    for name in to.keys() & entries.keys():
        entry, uncounted = entries[name], {"before", "after", "precision"}
        entries[name] = {key: part for key, part in entry.items() if key not in uncounted}
    new = {**described, "entries": entries} if entries else dict(described)
    days = resolved(new, {**dates, **to}, workdays, region)
    if late := list(reversed_windows(days)):
        raise WrongUse(*(Reason(f.code, f.th, f.en) for f in late))
    return days, new


def sittings(
    described: Mapping[str, Any], dates: Mapping[str, str], workdays: Workdays, region: str = ""
) -> list[Sitting]:
    """The planned meetings in the order of their days."""
    found = []
    for name, entry in entries_of(described).items():
        if entry.kind != "meeting" or name not in dates:
            continue
        day, known = date.fromisoformat(dates[name]), entry.precision == "day"
        cutoff = None
        if entry.cutoff and known:
            cutoff = before(day, entry.cutoff, workdays, region)
        title = entry.title.model_dump()
        found.append(Sitting(name, title, entry.body or "", day, cutoff))
    return sorted(found, key=lambda sitting: (sitting.day, sitting.name))


def due_days(
    described: Mapping[str, Any], dates: Mapping[str, str], workdays: Workdays, region: str = ""
) -> dict[str, DueDay]:
    """Every date as it was announced and as its own policy moves it, in the order of the days.

    Where the calendar has no policy for a date, a definition's deadline may still have one.
    """
    entries, found = entries_of(described), {}
    for name, day in sorted(dates.items(), key=lambda item: (item[1], item[0])):
        nominal = effective = date.fromisoformat(day)
        if name in entries and entries[name].policy == "next_working_day":
            effective = workdays.rolled(nominal, region)
        found[name] = DueDay(effective, nominal)
    return found


def before(day: date, span: str, workdays: Workdays, region: str = "") -> date:
    """So long before a day: `5wd` are working days, `5d` calendar days."""
    if span.endswith("wd"):
        return workdays.before(day, int(span[:-2]), region)
    return day - timedelta(days=int(span[:-1]))


def after(day: date, span: str, workdays: Workdays, region: str = "") -> date:
    if span.endswith("wd"):
        return workdays.after(day, int(span[:-2]), region)
    return day + timedelta(days=int(span[:-1]))


def entries_of(described: Mapping[str, Any]) -> dict[str, Entry]:
    """What is said of each date; a cycle that has no calendar says nothing."""
    found = described.get("entries", {})
    return {name: Entry.model_validate(entry) for name, entry in found.items()}


def uncountable(entries: Mapping[str, Entry], dates: Mapping[str, str]) -> Iterator[Finding]:
    """What has no day: a date without one, an unknown or a vague base, a circle."""
    known = {*dates, *entries}
    for name, entry in entries.items():
        base = entry.base
        if base is None:
            if name not in dates:
                yield Finding("date", (name,), f"“{name}” ไม่มีวัน", f"“{name}” has no day")
        elif base.date not in known:
            th = f"“{name}” นับจาก “{base.date}” ซึ่งไม่มีในปฏิทิน"
            en = f"“{name}” is counted from “{base.date}”, which is not in the calendar"
            yield Finding("unknown-date", (name,), th, en, base.date, known)
        elif base.date in entries and entries[base.date].precision != "day":
            th = f"“{name}” นับจาก “{base.date}” ไม่ได้ เพราะยังไม่ทราบวันที่แน่นอน"
            en = f"“{name}” cannot be counted from “{base.date}”, whose day is not known yet"
            yield Finding("vague-date", (name,), th, en)
    for circle in _circles(entries):
        said = " → ".join([*circle, circle[0]])
        th, en = f"วันนับวนเป็นวง: {said}", f"these dates are counted in a circle: {said}"
        yield Finding("circle", (circle[0],), th, en)


def reversed_windows(dates: Mapping[str, str]) -> Iterator[Finding]:
    """Windows that close before they open."""
    for name, opens in dates.items():
        stem, edge, code = name.partition("_opens")
        closing = f"{stem}_closes{code}"
        if edge and closing in dates and dates[closing] < opens:
            th = f"“{closing}” ({dates[closing]}) อยู่ก่อน “{name}” ({opens})"
            en = f"“{closing}” ({dates[closing]}) is before “{name}” ({opens})"
            yield Finding("window", (closing,), th, en)


def _circles(entries: Mapping[str, Entry]) -> Iterator[list[str]]:
    """Each date has one base at most: a walk up that meets itself again is a circle."""
    seen: set[str] = set()
    for start in entries:
        walk: list[str] = []
        name = start
        while name in entries and name not in seen:
            seen.add(name)
            walk.append(name)
            base = entries[name].base
            name = base.date if base else ""
        if name in walk:
            yield walk[walk.index(name) :]


def _way_up(name: str, entries: Mapping[str, Entry], days: Mapping[str, date]) -> list[str]:
    """The date and those that it is counted from, up to the first whose day is known."""
    way = []
    while name not in days:
        way.append(name)
        base = entries[name].base
        name = base.date if base else ""
    return way


def _counted(entry: Entry, days: Mapping[str, date], workdays: Workdays, region: str) -> date:
    if entry.before:
        return before(days[entry.before.date], entry.before.by, workdays, region)
    if entry.after:
        return after(days[entry.after.date], entry.after.by, workdays, region)
    raise ValueError("a fixed date is not counted")
