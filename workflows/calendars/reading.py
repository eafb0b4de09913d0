"""Calendars of cycles from YAML files: anybody's, and those that are shipped."""

from pathlib import Path

from engine.entries import Calendar
from engine.errors import Reason, WrongUse
from engine.reading import read
from engine.soundness import findings
from workflows.calendars import government

FOLDER = Path(__file__).parent


def load(path: Path) -> Calendar:
    """The calendar in a file. Raises WrongUse with every complaint that `check` has."""
    calendar, complaints = check(path)
    if complaints or calendar is None:
        raise WrongUse(*complaints)
    return calendar


def check(path: Path) -> tuple[Calendar | None, list[Reason]]:
    """The calendar as far as it has a shape, and everything that is wrong with it. Raises WrongUse
    for a file that cannot be read as text."""
    return read(path, Calendar, lambda calendar: findings(calendar, government()))


def shipped(code: str) -> Calendar | None:
    """The calendar that comes with the program for the cycle of this very code."""
    by_code = {path.stem: path for path in shipped_files()}
    return load(by_code[code]) if code in by_code else None


def shipped_files() -> list[Path]:
    """In the order of their names, which are the codes of their cycles."""
    return sorted(FOLDER.glob("*.yaml"))
