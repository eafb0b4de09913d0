"""The government's calendar: the shipped corrections to what the `holidays` package computes."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

from engine.corrections import Correction
from engine.workdays import Override, Workdays

TABLE = Path(__file__).with_name("holidays.csv")


@cache
def government() -> Workdays:
    """Working days of the Thai government, with the corrections that are shipped; an office's
    database may hold more."""
    return Workdays(
        Override(date.fromisoformat(row["date"]), row["scope"], row["kind"], row["reason"])
        for row in _rows()
    )


def corrections() -> list[Correction]:
    """What a new office begins with: named in Thai, the source in English."""
    return [
        Correction(
            date.fromisoformat(row["date"]),
            row["kind"],
            row["reason_th"],
            row["scope"],
            row["reason"],
        )
        for row in _rows()
    ]


def _rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
