"""What every import asks of a row: a filled cell, a day, a yes or no; and all faults together."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from engine.clock import arabic, parse_day
from engine.errors import Reason, WrongUse, wrong
from workflows.tabular import Row

Made = TypeVar("Made")
YES = {"true": True, "yes": True, "1": True, "ใช่": True}
NO = {"false": False, "no": False, "0": False, "ไม่": False, "ไม่ใช่": False}


def yes_or_no(row: Row, text: str) -> bool:
    found = {**YES, **NO}.get(text.lower())
    if found is None:
        raise wrong(
            "yes-or-no", f"“{text}” ต้องเป็น yes หรือ no", f"“{text}” must be yes or no", row.where
        )
    return found


def filled(row: Row, *names: str) -> str:
    """The first of these columns that is filled in; codes with Thai digits read as 0-9."""
    text = next((row.cells[name] for name in names if row.cells.get(name)), "")
    if not text:
        raise wrong("empty", f"ช่อง {names[0]} ว่าง", f"{names[0]} is empty", row.where)
    return text if names[0].startswith("name") or names[0] == "reason_th" else arabic(text)


def day(row: Row, text: str) -> date:
    try:
        return parse_day(text)
    except WrongUse as fault:
        reason = fault.reasons[0]
        raise wrong(reason.code, reason.th, reason.en, row.where) from None


def each(rows: Sequence[Row], made: Callable[[Row], Made]) -> list[Made]:
    """What each row gives. Raises WrongUse with the faults of all rows together."""
    found: list[Made] = []
    reasons: list[Reason] = []
    for row in rows:
        try:
            found.append(made(row))
        except WrongUse as fault:
            reasons.extend(fault.reasons)
    if reasons:
        raise WrongUse(*reasons)
    return found
