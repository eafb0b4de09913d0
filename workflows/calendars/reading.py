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
    return load(calendar_of(code)) if calendar_of(code) in shipped_files() else None


def calendar_of(code: str) -> Path:
    """Where the calendar of a cycle is, if it is shipped."""
    return FOLDER / f"{code}.yaml"


def shipped_files() -> list[Path]:
    """In the order of their names, which are the codes of their cycles."""
    return sorted(FOLDER.glob("*.yaml"))
