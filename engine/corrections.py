"""Correcting the government's holidays: each change is an event, and moves what depends on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from engine import load
from engine.calendar import resolved
from engine.canonical import canonical, plain
from engine.database import Transaction
from engine.errors import wrong
from engine.office import Answer, Office
from engine.people import Asking
from engine.register import Entry, record
from engine.reschedule import reschedule
from engine.tables import Cycle, Holiday, Setting, table
from engine.workdays import LAST_YEAR, NATIONAL

_THERE = select(table(Holiday).c.day, table(Holiday).c.scope)
_CYCLES = select(*table(Cycle).c)
_CYCLES_NAMES = [column.name for column in table(Cycle).c]
KINDS = ("holiday", "working_day", "as_published")
KNOWN = "holidays_known_until"
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Correction:
    """What a day is, for `national` or for one region; `as_published` takes a correction back."""

    day: date
    kind: str
    reason: str = ""
    scope: str = NATIONAL
    source: str = ""


def correct(office: Office, asking: Asking, corrections: Sequence[Correction]) -> Answer:
    """Register corrections, all or none, and bring to the new calendar the cycles' dates that are
    counted in working days, and every open deadline.

    The answer counts `{"added", "changed", "same"}` and lists what `moved` (engine.reschedule).
    Raises WrongUse for a kind that is none, a year that cannot be computed, or a missing reason.
    """
    for each in corrections:
        _check(each)
    rows = [
        {
            "day": each.day.isoformat(),
            "scope": each.scope,
            "kind": each.kind,
            "reason": each.reason,
            "source": each.source,
        }
        for each in corrections
    ]

    def work(transaction: Transaction) -> Answer:
        answer = record(transaction, office, asking, [(Holiday, row) for row in rows])
        if not (answer["added"] or answer["changed"]):
            return answer | {"moved": []}
        record(transaction, office, asking, _recounted(transaction))
        because = {"kind": "holidays", "days": rows}
        return answer | {"moved": reschedule(transaction, office, asking, because)}

    return office.command(asking, ["holidays", rows], work)


def complete(office: Office, asking: Asking, shipped: Sequence[Correction]) -> Answer:
    """Register those of the shipped corrections that the office has no word of its own on, and
    bring deadlines to the calendar; the answer is `correct`'s."""
    with office.database.read() as transaction:
        there = set(transaction.rows(_THERE))
    missing = [each for each in shipped if (each.day.isoformat(), each.scope) not in there]
    if not missing:
        return {"added": 0, "changed": 0, "same": len(shipped), "moved": []}
    return correct(office, asking, missing)


def known_until(office: Office, asking: Asking, day: date) -> Answer:
    """Say until when the cabinet's special days are known: later days are shown as provisional."""
    row = {"name": KNOWN, "value": day.isoformat()}

    def work(transaction: Transaction) -> Answer:
        return record(transaction, office, asking, [(Setting, row)])

    return office.command(asking, ["known-until", row], work)


def _recounted(transaction: Transaction) -> list[Entry]:
    """The cycles some of whose days are counted from others, and now otherwise."""
    workdays = load.workdays(transaction)
    found: list[Entry] = []
    for row in transaction.rows(_CYCLES):
        cycle = dict(zip(_CYCLES_NAMES, row, strict=True))
        was = plain(cycle["dates"])
        now = resolved(plain(cycle["calendar"]), was, workdays)
        if now != was:
            found.append((Cycle, cycle | {"dates": canonical(now).decode()}))
    return found


def _check(each: Correction) -> None:
    if each.kind not in KINDS:
        raise wrong("kind", f"ไม่รู้จักชนิด “{each.kind}”", f"there is no kind “{each.kind}”")
    if not 1914 <= each.day.year <= LAST_YEAR:
        raise wrong(
            "year",
            f"ปฏิทินวันหยุดมีเฉพาะ ค.ศ. 1914 ถึง {LAST_YEAR}",
            f"holidays are known for the years 1914 to {LAST_YEAR} only",
        )
    if each.kind != "as_published" and not each.reason.strip():
        raise wrong("reason", "ต้องระบุชื่อหรือเหตุผล", "a name or reason is required")
    if max(len(each.reason), len(each.source)) > LONGEST:
        raise wrong(
            "reason",
            f"ชื่อ เหตุผล หรือที่มายาวเกิน {LONGEST:,} ตัวอักษร",
            f"a name, reason or source is longer than {LONGEST:,} characters",
        )
