"""The government's calendar: the shipped corrections to what the `holidays` package computes."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

from engine.workdays import Override, Workdays

TABLE = Path(__file__).with_name("holidays.csv")


@cache
def government() -> Workdays:
    """Working days of the Thai government, with the corrections that are shipped."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Workdays(
        Override(date.fromisoformat(row["date"]), row["scope"], row["kind"], row["reason"])
        for row in rows
    )
