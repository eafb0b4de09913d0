"""What a calendar's shape cannot show: keys that do not go together, and days that cannot be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from engine.calendar import reversed_windows, split, uncountable
from engine.clock import ERA
from engine.entries import Calendar, Entry, Line
from engine.errors import WrongUse
from engine.naming import Finding
from engine.workdays import Workdays

# The deeds of a fiscal year are drafted before it and reported after it; what lies further away
# is a year that was mistyped.
MARGIN = 1
_ROLLING = ("deadline", "opens", "closes")


def findings(calendar: Calendar, workdays: Workdays, region: str = "") -> Iterator[Finding]:
    """Every complaint; the path leads to the line."""
    unsound = [found for name, line in calendar.dates.items() for found in _alone(name, line)]
    yield from unsound
    if unsound:
        return
    entries: dict[str, Entry] = {}
    origin: dict[str, str] = {}
    days: dict[str, str] = {}
    for name, line in calendar.dates.items():
        for made, entry, day in line.entries(name):
            if made in origin:
                th = f"“{made}” มาจาก “{origin[made]}” แล้ว"
                en = f"“{made}” is made by “{origin[made]}” already"
                yield Finding("twice", ("dates", name), th, en)
            entries[made], origin[made] = entry, name
            days |= {made: day.isoformat()} if day else {}
    uncounted = list(uncountable(entries, days))
    if not uncounted:
        try:
            days, _ = split(calendar, workdays, region)
        except WrongUse as fault:
            yield from (Finding(r.code, ("dates",), r.th, r.en) for r in fault.reasons)
        uncounted = [*reversed_windows(days), *_far_away(calendar.cycle, days)]
    for found in uncounted:
        yield replace(found, path=("dates", origin[str(found.path[0])]))


def _alone(name: str, line: Line) -> Iterator[Finding]:
    """What is wrong with one line by itself."""
    at, ways = ("dates", name), line.ways
    if len(ways) != 1:
        given = ", ".join(ways) or "—"
        choice = "day, month, quarter, window, before, after"
        th = f"“{name}” ต้องมีหนึ่งอย่างใน {choice} (ที่ให้: {given})"
        yield Finding("when", at, th, f"“{name}” needs exactly one of {choice} (given: {given})")
    if (line.kind is None) != ("window" in ways):
        th = f"“{name}” ต้องมี kind เว้นแต่เป็น window ซึ่งต้องไม่มี"
        en = f"“{name}” needs a kind, unless it is a window, which has none"
        yield Finding("kind", at, th, en)
    yield from _meeting(name, line)
    if line.policy and line.kind not in (*_ROLLING, None):
        th = f"“{name}” ไม่ใช่กำหนดเวลา จึงมี policy ไม่ได้"
        en = f"“{name}” is no deadline, opening or closing: it has no policy"
        yield Finding("policy", (*at, "policy"), th, en)


def _meeting(name: str, line: Line) -> Iterator[Finding]:
    at = ("dates", name)
    if line.kind == "meeting" and line.body is None:
        th, en = f"การประชุม “{name}” ต้องมี body", f"the meeting “{name}” needs a body"
        yield Finding("body", at, th, en)
    for key in ("body", "cutoff"):
        if line.kind != "meeting" and getattr(line, key) is not None:
            th = f"“{name}” ไม่ใช่การประชุม จึงมี {key} ไม่ได้"
            yield Finding("body", (*at, key), th, f"“{name}” is no meeting: it has no {key}")


def _far_away(cycle: str, days: dict[str, str]) -> Iterator[Finding]:
    """Days more than a year outside of the fiscal year that the cycle's code begins with."""
    head = cycle.partition("-")[0]
    if not (head.isdecimal() and 1910 + ERA <= int(head) <= 2190 + ERA):
        return
    year = int(head) - ERA
    first, last = date(year - 1 - MARGIN, 10, 1), date(year + MARGIN, 9, 30)
    for name, day in days.items():
        if not first <= date.fromisoformat(day) <= last:
            th = f"“{name}” ({day}) ห่างจากปีงบประมาณ {head} เกินหนึ่งปี"
            en = f"“{name}” ({day}) is more than a year outside of fiscal year {head}"
            yield Finding("far-away", (name,), th, en)
