"""Government working days in Thailand: the `holidays` package, without Labour Day, corrected by the
office's own dated table.

The package alone is unsafe: the cabinet adds, moves and cancels days during the year, and regions
have days of their own. Sources: `examples/holidays_th_overrides.csv` and domain notes; s. 193/3 and
193/8 of the Civil and Commercial Code for counting.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

NATIONAL = "national"
SATURDAY = 5
# What the cabinet decides for single years is known up to here; later years are provisional.
KNOWN_UNTIL = date(2026, 1, 2)
# Lunar days are computed by the package up to this year.
LAST_YEAR = 2157
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Override:
    """A correction: `kind` is `holiday`, `working_day` or `as_published` (no correction any more),
    `scope` is `national` or a region."""

    day: date
    scope: str
    kind: str
    reason: str


class Workdays:
    """A calendar with its corrections; it never changes. The special days of years after
    `known_until` are not all decided yet."""

    def __init__(self, overrides: Iterable[Override] = (), known_until: date = KNOWN_UNTIL) -> None:
        self.known_until = known_until
        self._overrides: Mapping[tuple[date, str], Override] = {
            (each.day, each.scope): each for each in overrides if each.kind != "as_published"
        }

    def holiday(self, day: date, region: str = "") -> str | None:
        """The reason why a day is a holiday; None on other days, weekends among them."""
        if found := self._override(day, region):
            return found.reason if found.kind == "holiday" else None
        return published(day.year).get(day)

    def provisional(self, day: date) -> bool:
        """Whether the cabinet's special days of that year are not all known yet."""
        return day > self.known_until

    def is_working(self, day: date, region: str = "") -> bool:
        return day.weekday() < SATURDAY and self.holiday(day, region) is None

    def _override(self, day: date, region: str) -> Override | None:
        """The region's own word comes before the nation's."""
        own = self._overrides.get((day, region)) if region else None
        return own or self._overrides.get((day, NATIONAL))

    def rolled(self, day: date, region: str = "") -> date:
        """The day itself if it is a working day, else the next one (s. 193/8)."""
        while not self.is_working(day, region):
            day += ONE_DAY
        return day

    def after(self, day: date, count: int, region: str = "") -> date:
        """The count-th working day after a day, which itself is not counted (s. 193/3)."""
        for _ in range(count):
            day = self.rolled(day + ONE_DAY, region)
        return day

    def between(self, day: date, last: date, region: str = "") -> int:
        """How many working days follow a day up to a last one, which is counted."""
        days = (day + ONE_DAY * n for n in range(1, (last - day).days + 1))
        return sum(self.is_working(each, region) for each in days)

    def before(self, day: date, count: int, region: str = "") -> date:
        """The count-th working day before a day, which itself is not counted."""
        for _ in range(count):
            day = self.working_until(day - ONE_DAY, region)
        return day

    def working_until(self, day: date, region: str = "") -> date:
        """The day itself if it is a working day, else the last one before it."""
        while not self.is_working(day, region):
            day -= ONE_DAY
        return day


@lru_cache(maxsize=256)
def published(year: int) -> Mapping[date, str]:
    """The package's government holidays of a Christian year, and their Thai names."""
    if not 1914 <= year <= LAST_YEAR:
        return MappingProxyType({})
    import holidays  # it takes longer to load than most commands to run

    found = holidays.country_holidays(
        "TH", years=year, categories=("public", "government"), language="th"
    )
    english = in_english(year)
    # Labour Day and its substitute are holidays of employees, not of the government.
    return MappingProxyType(
        {day: name for day, name in found.items() if "Labor Day" not in english.get(day, "")}
    )


@lru_cache(maxsize=256)
def in_english(year: int) -> Mapping[date, str]:
    """The package's English names for that year's days, Labour Day among them."""
    if not 1914 <= year <= LAST_YEAR:
        return MappingProxyType({})
    import holidays

    return MappingProxyType(
        dict(
            holidays.country_holidays(
                "TH", years=year, categories=("public", "government"), language="en_US"
            )
        )
    )
