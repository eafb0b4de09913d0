"""Working days of the Thai government: the golden dates, regions, and counting (s. 193)."""

import csv
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.workdays import Override, Workdays, in_english, published
from workflows.calendars import TABLE, government

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


def test_the_eight_corrections_hold_and_the_package_alone_would_be_wrong() -> None:
    """If the package learnt of one, that correction could go. The north-east's own holiday fell on
    the Royal Ploughing Ceremony, which the package knows for the whole nation."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    for row in rows:
        day, region = date.fromisoformat(row["date"]), row["scope"].removeprefix("national")
        works = row["kind"] == "working_day"
        assert government().is_working(day, region) is works
        assert Workdays().is_working(day, region) is not works or region == "northeast", row
        assert works or government().holiday(day, region) == row["reason"]


def test_a_correction_of_a_region_holds_there_only() -> None:
    every = {"north", "northeast", "central", "south"}
    for day, region in (
        (date(2021, 3, 26), "north"), (date(2021, 5, 10), "northeast"),
        (date(2021, 10, 6), "south"), (date(2021, 10, 21), "central"),
    ):  # fmt: skip
        assert not government().is_working(day, region)
        national = government().is_working(day)
        assert {government().is_working(day, r) for r in every - {region}} == {national}


@pytest.mark.parametrize("year", range(2020, 2027))
def test_labour_day_is_a_working_day_of_the_government_and_so_is_its_substitute(year: int) -> None:
    found = [day for day, name in in_english(year).items() if "Labor" in name]
    assert date(year, 5, 1) in found
    for day in found:
        assert government().holiday(day) is None
        assert government().is_working(day) is (day.weekday() < 5)


PLOUGHING = (
    (2020, 5, 11), (2021, 5, 10), (2022, 5, 13), (2023, 5, 17), (2024, 5, 10), (2025, 5, 9),
    (2026, 5, 13),
)  # fmt: skip
# A holiday on a weekend is made up for by one working day after it, and by no more.
SUBSTITUTED = [
    ((2020, 2, 8), (2020, 2, 10)), ((2021, 7, 24), (2021, 7, 26)), ((2021, 12, 5), (2021, 12, 6)),
    ((2022, 1, 1), (2022, 1, 3)), ((2022, 5, 15), (2022, 5, 16)), ((2022, 10, 23), (2022, 10, 24)),
    ((2023, 1, 1), (2023, 1, 2)), ((2023, 4, 15), (2023, 4, 17)), ((2023, 12, 10), (2023, 12, 11)),
    ((2024, 2, 24), (2024, 2, 26)), ((2024, 5, 4), (2024, 5, 6)), ((2024, 10, 13), (2024, 10, 14)),
    ((2025, 4, 6), (2025, 4, 7)), ((2025, 4, 13), (2025, 4, 16)), ((2025, 5, 11), (2025, 5, 12)),
    ((2026, 5, 31), (2026, 6, 1)), ((2026, 12, 5), (2026, 12, 7)),
]  # fmt: skip
# Added, moved or put off by the cabinet during the year.
ADDED = [
    (2020, 7, 27), (2020, 9, 4), (2020, 9, 7), (2020, 11, 19), (2020, 11, 20), (2020, 12, 11),
    (2021, 2, 12), (2021, 4, 12), (2021, 9, 24), (2022, 7, 15), (2022, 7, 29), (2022, 10, 14),
    (2022, 12, 30), (2023, 5, 5), (2023, 7, 31), (2023, 12, 29), (2024, 4, 12), (2024, 12, 30),
    (2025, 6, 2), (2025, 8, 11), (2026, 1, 2),
]  # fmt: skip
WORKING = [
    (2020, 4, 13), (2020, 4, 14), (2020, 4, 15),  # Songkran was put off to September
    (2021, 7, 27), (2020, 12, 8), (2021, 10, 26), (2022, 1, 4), (2023, 1, 4), (2023, 4, 18),
    (2024, 4, 17), (2025, 4, 17),
]  # fmt: skip


@pytest.mark.parametrize("day", PLOUGHING)
def test_the_royal_ploughing_ceremony_is_a_holiday_of_the_government(
    day: tuple[int, int, int],
) -> None:
    assert "Ploughing" in in_english(day[0])[date(*day)]
    assert government().holiday(date(*day))


def test_a_holiday_on_a_weekend_has_its_substitute() -> None:
    for holiday, substitute in SUBSTITUTED:
        assert date(*holiday).weekday() >= 5
        assert government().holiday(date(*holiday)), holiday
        assert not government().is_working(date(*substitute)), substitute


def test_what_the_cabinet_added_and_what_it_took_back() -> None:
    assert [day for day in ADDED if government().is_working(date(*day))] == []
    assert [day for day in WORKING if not government().is_working(date(*day))] == []


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


def test_a_correction_that_was_taken_back_is_none() -> None:
    """Neither of the region, where the national one counts again, nor of the nation."""
    day = date(2022, 3, 2)
    back = Override(day, "north", "as_published", "")
    assert not Workdays([Override(day, "national", "holiday", "ก"), back]).is_working(day, "north")
    golden = Override(date(2021, 10, 25), "national", "as_published", "")
    assert Workdays([golden]).holiday(golden.day) == Workdays().holiday(golden.day) is not None


def test_years_that_the_cabinet_has_not_fixed_are_provisional() -> None:
    for day in (date(2025, 12, 31), date(2026, 1, 2)):
        assert not Workdays().provisional(day)
        assert not Workdays().provisional(day)
    assert Workdays().provisional(date(2026, 1, 3))
    assert Workdays().provisional(date(2026, 1, 3))


def test_an_office_that_was_told_more_knows_further() -> None:
    told = Workdays([], date(2026, 12, 31))
    assert not told.provisional(date(2026, 12, 31))
    assert told.provisional(date(2027, 1, 1))


@given(DAYS, st.integers(0, 60), REGIONS)
def test_after_between_and_before_agree(day: date, count: int, region: str) -> None:
    calendar = government()
    last = calendar.after(day, count, region)
    assert calendar.between(day, last, region) == count
    assert calendar.before(last, count, region) <= day or not count
    if calendar.is_working(day, region):
        assert calendar.before(last, count, region) == day
    assert calendar.between(last, day, region) == 0


@given(DAYS, DAYS, DAYS, REGIONS)
def test_working_days_between_add_up(one: date, two: date, three: date, region: str) -> None:
    first, middle, last = sorted((one, two, three))
    count = government().between
    assert count(first, last, region) == count(first, middle, region) + count(middle, last, region)


@given(DAYS, REGIONS)
def test_the_last_working_day_is_the_day_itself_or_before_it(day: date, region: str) -> None:
    calendar = government()
    found = calendar.working_until(day, region)
    assert calendar.is_working(found, region)
    assert found == (day if calendar.is_working(day, region) else calendar.before(day, 1, region))
    assert calendar.between(found, day, region) == 0


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
