"""Working days of the Thai government: the golden dates, regions, and counting (s. 193)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.workdays import Override, Workdays, in_english, published
from workflows.calendars import government

DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))
REGIONS = st.sampled_from(["", "north", "northeast", "central", "south"])


def test_the_golden_day_rolls_over_the_moved_holiday_and_no_further() -> None:
    assert government().rolled(date(2021, 10, 22)) == date(2021, 10, 25)
    # The package alone does not roll it, and the missing holiday alone would give the 26th.
    assert Workdays().rolled(date(2021, 10, 22)) == date(2021, 10, 22)
    only = Workdays([Override(date(2021, 10, 22), "national", "holiday", "moved")])
    assert only.rolled(date(2021, 10, 22)) == date(2021, 10, 26)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2020, 12, 7), True),  # OPDC asked for information on this day
        (date(2021, 10, 22), False),
        (date(2021, 10, 25), True),
        (date(2023, 1, 3), True),
        (date(2021, 5, 3), True),  # the substitute of Labour Day, which is no government holiday
        (date(2024, 5, 1), True),
        (date(2021, 5, 10), False),  # the Royal Ploughing Ceremony is one
        (date(2021, 4, 13), False),
        (date(2020, 10, 30), True),
        (date(2021, 8, 1), False),  # a Sunday
    ],
)
def test_days_that_matter(day: date, works: bool) -> None:
    assert government().is_working(day) is works


@pytest.mark.parametrize(
    ("day", "region"),
    [(date(2021, 3, 26), "north"), (date(2021, 10, 6), "south"), (date(2021, 10, 21), "central")],
)
def test_a_region_has_holidays_of_its_own(day: date, region: str) -> None:
    assert government().is_working(day)
    assert not government().is_working(day, region)
    assert government().holiday(day, region)


def test_labour_day_never_counts_and_the_package_still_knows_it_by_that_name() -> None:
    """If the package renamed it, it would slip through: no 1 May may be a holiday."""
    for year in range(2015, 2035):
        assert date(year, 5, 1) not in published(year)


@given(DAYS, st.integers(1, 60), REGIONS)
def test_counting_is_what_walking_day_by_day_gives(day: date, count: int, region: str) -> None:
    calendar = government()
    walked, left = day, count
    while left:
        walked += timedelta(days=1)
        left -= calendar.is_working(walked, region)
    assert calendar.after(day, count, region) == walked
    assert calendar.after(day, 0, region) == day


@given(DAYS, REGIONS)
def test_rolling_goes_to_the_next_working_day_and_stays_there(day: date, region: str) -> None:
    calendar = government()
    rolled = calendar.rolled(day, region)
    assert calendar.is_working(rolled, region)
    assert calendar.rolled(rolled, region) == rolled
    between = [day + timedelta(days=n) for n in range((rolled - day).days)]
    assert not any(calendar.is_working(each, region) for each in between)


def test_a_correction_of_the_region_beats_the_national_one() -> None:
    day = date(2022, 3, 2)
    calendar = Workdays(
        [Override(day, "national", "holiday", "ก"), Override(day, "north", "working_day", "ข")]
    )
    assert not calendar.is_working(day)
    assert calendar.is_working(day, "north")


def test_years_that_the_cabinet_has_not_fixed_are_provisional() -> None:
    assert not Workdays().provisional(date(2025, 12, 31))
    assert Workdays().provisional(date(2026, 1, 3))


def test_every_published_day_has_an_english_name() -> None:
    for year in (2020, 2021, 2026):
        names = [in_english(year)[day] for day in published(year)]
        assert all(name and not any("ก" <= char <= "ฮ" for char in name) for name in names)
    assert in_english(2021)[date(2021, 10, 23)] == "HM King Chulalongkorn Memorial Day"
    assert in_english(1900) == published(1900) == {}


@given(DAYS, st.integers(1, 60), REGIONS)
def test_before_counts_back_over_as_many_working_days(day: date, count: int, region: str) -> None:
    found = government().before(day, count, region)
    walked = [found + timedelta(n) for n in range((day - found).days)]
    assert government().is_working(found, region)
    assert sum(government().is_working(each, region) for each in walked) == count
    if government().is_working(day, region):
        assert government().after(found, count, region) == day
