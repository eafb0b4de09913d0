"""Instants keep their order as text; a day is read in every spelling, or refused where unclear."""

import contextlib
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import (
    BANGKOK,
    MONTHS_EN,
    MONTHS_EN_LONG,
    MONTHS_TH,
    MONTHS_TH_SHORT,
    SetClock,
    SystemClock,
    arabic,
    at_office_hours,
    day_of,
    end_of,
    english_day,
    fiscal_year,
    instant_of,
    parse_day,
    parse_instant,
    stamp,
    thai_day,
)
from engine.errors import WrongUse

THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.builds(
    lambda seconds, micros, zone: (EPOCH + timedelta(0, seconds, micros)).astimezone(zone),
    st.integers(-62_000_000_000, 253_000_000_000),  # years 5 to 9987
    st.integers(0, 999_999),
    zones,
)


@given(instants)
def test_a_stamp_is_read_back_as_the_same_instant(instant: datetime) -> None:
    text = stamp(instant)
    assert instant_of(text) == instant
    assert stamp(instant_of(text)) == text
    assert len(text) == len("2020-10-30T02:00:00.000000Z")


@given(instants, instants)
def test_stamps_sort_as_text_like_the_instants(one: datetime, other: datetime) -> None:
    assert (stamp(one) < stamp(other)) == (one < other)
    assert (stamp(one) == stamp(other)) == (one == other)


def test_a_stamp_needs_to_know_the_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        stamp(EPOCH.replace(tzinfo=None))


def _spellings(day: date) -> dict[str, str]:
    d, m, ce, be = day.day, day.month, day.year, day.year + 543
    return {
        "ISO, Christian": f"{ce}-{m:02}-{d:02}",
        "ISO, Buddhist": f"{be}-{m:02}-{d:02}",
        "ISO without zeros": f"{be}-{m}-{d}",
        "short Thai month": f"{d} {MONTHS_TH_SHORT[m - 1]} {be}",
        "short Thai month without dots": f"{d} {MONTHS_TH_SHORT[m - 1].replace('.', '')} {be}",
        "long Thai month": f"{d:02} {MONTHS_TH[m - 1]} {be}",
        "with พ.ศ.": f"{d} {MONTHS_TH[m - 1]} พ.ศ. {be}",
        "Thai month, Christian": f"{d} {MONTHS_TH[m - 1]} {ce}",
        "short English month": f"{d} {MONTHS_EN[m - 1]} {ce}",
        "long English month": f"{d} {MONTHS_EN_LONG[m - 1]} {ce}",
        "English month, Buddhist": f"{d} {MONTHS_EN_LONG[m - 1].upper()} {be}",
        "our own Thai": thai_day(day),
        "our own long Thai": thai_day(day, short=False),
        "our own English": english_day(day),
    }


@given(days)
def test_a_day_is_read_in_every_spelling(day: date) -> None:
    for name, text in _spellings(day).items():
        assert parse_day(text) == day, name
        assert parse_day(text.translate(THAI)) == day, f"{name}, Thai digits"
        assert parse_day(f"  {text}\n") == day, f"{name}, blanks around"


@given(days)
def test_slashes_are_read_only_where_day_and_month_cannot_be_exchanged(day: date) -> None:
    for year in (day.year, day.year + 543):
        text = f"{day.day}/{day.month:02}/{year}"
        if day.day > 12 or day.day == day.month:
            assert parse_day(text) == day
        else:
            with pytest.raises(WrongUse, match="could be exchanged"):
                parse_day(text)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("30 ต.ค. 63", "form"),
        ("30-10-20", "form"),
        ("30/10/63", "form"),
        ("03/04/2563", "could be exchanged"),
        ("๐๓/๐๔/๒๕๖๓", "could be exchanged"),
        ("30 ต.ค. 2300", "era"),
        ("2201-01-01", "era"),
        ("2442-12-31", "era"),
        ("2744-01-01", "era"),
        ("1899-12-31", "era"),
        ("9999-01-01", "era"),
        ("31 ก.พ. 2563", "no such day"),
        ("29 ก.พ. 2564", "no such day"),
        ("10/30/2020", "no such day"),
        ("2563-13-01", "no such day"),
        ("2563-00-10", "no such day"),
        ("0 ม.ค. 2563", "no such day"),
        ("30 Octember 2020", "no month “Octember”"),
        ("30 ต 2563", "no month “ต”"),
        ("tomorrow", "form"),
        ("20201030", "form"),
        ("30 ต.ค. 2563 เช้า", "form"),
        ("", "form"),
    ],
)
def test_an_unclear_day_is_refused_in_both_languages(text: str, because: str) -> None:
    with pytest.raises(WrongUse, match=because) as caught:
        parse_day(text)
    [reason] = caught.value.reasons
    assert reason.code == "date"
    assert f"“{text}”" in reason.th
    assert f"“{text}”" in reason.en


@given(st.text(max_size=40) | st.text("0123456789๐๕-/ T:.+Zตค", max_size=20))
def test_no_text_gives_anything_but_a_day_or_a_refusal(text: str) -> None:
    for read in (parse_day, parse_instant):
        with contextlib.suppress(WrongUse):
            assert 1899 <= read(text).year <= 2201


@given(st.integers(1900, 2743), st.integers(1, 12), st.integers(1, 28))
def test_what_was_read_can_be_written_and_read_again(year: int, month: int, day: int) -> None:
    """Documents hold the ISO day; a day that could not be read again would lock them."""
    try:
        read = parse_day(f"{year}-{month}-{day}")
    except WrongUse:
        assert 2200 < year < 2443
    else:
        assert parse_day(read.isoformat()) == read


@pytest.mark.parametrize("year", [2443, 2539, 2543, 2559, 2563, 2564, 2643])
def test_leap_days_follow_the_christian_year(year: int) -> None:
    leap = year in (2539, 2543, 2559, 2563)  # 1996, 2000, 2016, 2020; 1900 and 2100 are none
    if leap:
        assert parse_day(f"29 ก.พ. {year}") == date(year - 543, 2, 29)
    else:
        with pytest.raises(WrongUse, match="no such day"):
            parse_day(f"29 ก.พ. {year}")


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2020, 9, 30), 2563),
        (date(2020, 10, 1), 2564),
        (date(2020, 12, 31), 2564),
        (date(2021, 1, 1), 2564),
        (date(2021, 9, 30), 2564),
        (date(2021, 10, 1), 2565),
    ],
)
def test_a_fiscal_year_begins_on_the_first_of_october(day: date, year: int) -> None:
    assert fiscal_year(day) == year


@given(days)
def test_a_fiscal_year_has_all_days_between_its_borders(day: date) -> None:
    year = fiscal_year(day)
    assert date(year - 544, 10, 1) <= day <= date(year - 543, 9, 30)


def test_the_day_changes_at_midnight_in_bangkok() -> None:
    assert day_of(datetime(2020, 10, 30, 16, 59, 59, 999_999, tzinfo=UTC)) == date(2020, 10, 30)
    assert day_of(datetime(2020, 10, 30, 17, 0, tzinfo=UTC)) == date(2020, 10, 31)


@given(days)
def test_a_day_ends_one_microsecond_before_the_next(day: date) -> None:
    last = end_of(day)
    assert day_of(last) == day
    assert day_of(last + timedelta(microseconds=1)) == day + timedelta(days=1)
    assert day_of(at_office_hours(day)) == day
    assert at_office_hours(day).astimezone(BANGKOK).time() == time(9)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2020-10-30", datetime(2020, 10, 30, 2, tzinfo=UTC)),
        ("๓๐ ต.ค. ๒๕๖๓", datetime(2020, 10, 30, 2, tzinfo=UTC)),
        ("30 OCT 2020", datetime(2020, 10, 30, 2, tzinfo=UTC)),
        ("1 August 2021", datetime(2021, 8, 1, 2, tzinfo=UTC)),
        ("2020-10-30T09:30", datetime(2020, 10, 30, 2, 30, tzinfo=UTC)),
        ("2563-10-30 9:30", datetime(2020, 10, 30, 2, 30, tzinfo=UTC)),
        ("30 ต.ค. 2563 23:59:59", datetime(2020, 10, 30, 16, 59, 59, tzinfo=UTC)),
        ("30 ต.ค. ๒๕๖๓ ๐๐:๐๐", datetime(2020, 10, 29, 17, tzinfo=UTC)),
        ("2020-10-30T09:30Z", datetime(2020, 10, 30, 9, 30, tzinfo=UTC)),
        ("2020-10-30T9:30:15Z", datetime(2020, 10, 30, 9, 30, 15, tzinfo=UTC)),
        ("2020-10-30T09:30+02:00", datetime(2020, 10, 30, 7, 30, tzinfo=UTC)),
        ("2020-10-30 09:30+07:00", datetime(2020, 10, 30, 2, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_bangkok_s(text: str, utc: datetime) -> None:
    assert parse_instant(text) == utc
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize("text", ["2020-10-30T", "2020-10-30 9:75", "30 ต.ค. 63 9:00", "9:00"])
def test_a_moment_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(WrongUse, match="cannot read the date"):
        parse_instant(text)


@given(instants.filter(lambda instant: 1901 < instant.year < 2200))
def test_a_stored_instant_can_be_typed(instant: datetime) -> None:
    assert parse_instant(stamp(instant)) == instant


@given(st.text())
def test_only_thai_digits_become_arabic(text: str) -> None:
    assert arabic(text.translate(THAI)) == arabic(text)
    assert not set("๐๑๒๓๔๕๖๗๘๙") & set(arabic(text))


def test_a_set_clock_stands_still_and_the_system_s_is_aware() -> None:
    clock = SetClock(datetime(2020, 10, 30, 2, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2020, 10, 30, 2, tzinfo=UTC)
    assert SystemClock().now().utcoffset() == timedelta(0)
