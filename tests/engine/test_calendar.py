"""Calendars: what a cycle keeps of one, days that follow other days, planned meetings."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import after, before, due_days, moved, resolved, sittings, split
from engine.entries import Calendar
from engine.errors import WrongUse
from engine.period import Period, parse_month, parse_quarter
from engine.workdays import Override, Workdays
from workflows.calendars import government

TITLE = {"th": "เรื่อง", "en": "Something"}
DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))
SPANS = st.builds("{}{}".format, st.integers(1, 60), st.sampled_from(["d", "wd"]))


def calendar(**lines: dict[str, Any]) -> Calendar:
    """A calendar of deadlines; a name with a code is written `name__9M`."""
    dates = {
        name.replace("__", "@"): {"title": TITLE}
        | ({} if "window" in line else {"kind": "deadline"})
        | line
        for name, line in lines.items()
    }
    return Calendar.model_validate({"cycle": "2564-departments", "title": TITLE, "dates": dates})


def days(**lines: dict[str, Any]) -> dict[str, str]:
    return split(calendar(**lines), government())[0]


def refused(**lines: dict[str, Any]) -> set[str]:
    with pytest.raises(WrongUse) as caught:
        days(**lines)
    return {reason.code for reason in caught.value.reasons}


# --- when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "30 ต.ค. 2563", "๓๐ ตุลาคม ๒๕๖๓", "2563-10-30", "2020-10-30", "30/10/2563", "30 Oct 2020",
        date(2020, 10, 30), date(2563, 10, 30),  # as YAML makes dates of both eras
    ],
)  # fmt: skip
def test_both_eras_and_thai_digits_are_the_same_day(written: object) -> None:
    assert days(due={"day": written}) == {"due": "2020-10-30"}


@pytest.mark.parametrize("written", ["3/4/2564", "30/10/63", "30 ต.ค. 63", 20201030, "2563-02-30"])
def test_what_is_ambiguous_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"dates\.due\.day"):
        calendar(due={"day": written})


@pytest.mark.parametrize(
    "text", ["ธ.ค. 2563", "ธันวาคม พ.ศ. ๒๕๖๓", "Dec 2020", "2563-12", "2020-12", "12/2563"]
)
def test_a_month_in_all_its_spellings(text: str) -> None:
    assert parse_month(text) == Period(date(2020, 12, 1), date(2020, 12, 31))


@pytest.mark.parametrize("text", ["ธ.ค. 63", "13/2563", "2563", "within December", "", "1/12/2563"])
def test_a_month_that_is_none(text: str) -> None:
    with pytest.raises(WrongUse):
        parse_month(text)


def test_quarters_are_those_of_the_fiscal_year() -> None:
    assert parse_quarter("ไตรมาส 1/2565") == Period(date(2021, 10, 1), date(2021, 12, 31))
    assert parse_quarter("Q4/๒๕๖๕") == Period(date(2022, 7, 1), date(2022, 9, 30))
    for text in ("Q4/2022", "Q5/2565", "Q4/65", "2565"):
        with pytest.raises(WrongUse):
            parse_quarter(text)


@given(st.integers(2444, 2742))
def test_four_quarters_are_a_fiscal_year_without_a_gap(year: int) -> None:
    quarters = [parse_quarter(f"Q{number}/{year}") for number in (1, 2, 3, 4)]
    assert quarters[0].first == date(year - 544, 10, 1)
    assert quarters[3].last == date(year - 543, 9, 30)
    assert all(one.last + timedelta(1) == two.first for one, two in pairwise(quarters))


@pytest.mark.parametrize(
    ("kind", "day"),
    [("deadline", "2020-12-31"), ("closes", "2020-12-31"), ("opens", "2020-12-01"),
     ("event", "2020-12-01")],
)  # fmt: skip
def test_a_month_counts_to_its_end_for_what_must_be_done_by_then(kind: str, day: str) -> None:
    dates, described = split(calendar(it={"month": "ธ.ค. 2563", "kind": kind}), government())
    assert dates == {"it": day}
    assert described["entries"]["it"] == {"kind": kind, "title": TITLE, "precision": "month"}


def test_a_window_makes_two_dates_and_keeps_its_code() -> None:
    window = {"window": {"opens": "1 ก.ค. 2564", "closes": "5 ก.ค. 2564"}}
    dates, described = split(calendar(esar__9M=window), government())
    assert dates == {"esar_opens@9M": "2021-07-01", "esar_closes@9M": "2021-07-05"}
    entry = described["entries"]["esar_closes@9M"]
    assert entry == {"kind": "closes", "title": {"th": "ปิดเรื่อง", "en": "Something closes"}}


# --- what is counted -----------------------------------------------------------------------------


def test_working_days_and_calendar_days_are_different_units() -> None:
    found = days(
        due={"day": "30 ต.ค. 2563"},
        working={"before": {"date": "due", "by": "10wd"}},
        plain={"before": {"date": "due", "by": "10d"}},
        later={"after": {"date": "due", "by": "1wd"}},
        chained={"before": {"date": "working", "by": "1wd"}},
    )
    # the 23rd is a holiday
    assert (found["working"], found["plain"]) == ("2020-10-15", "2020-10-20")
    assert (found["later"], found["chained"]) == ("2020-11-02", "2020-10-14")


def test_what_cannot_be_counted_is_refused() -> None:
    a, b = {"before": {"date": "b", "by": "1d"}}, {"after": {"date": "a", "by": "1d"}}
    assert refused(a=a, b=b) == {"circle"}
    assert refused(a={"before": {"date": "a", "by": "1d"}}) == {"circle"}
    assert refused(a={"before": {"date": "nothing", "by": "1d"}}) == {"unknown-date"}
    vague = {"month": "ธ.ค. 2563"}
    assert refused(m=vague, a={"before": {"date": "m", "by": "1d"}}) == {"vague-date"}
    assert refused(x={"day": "1900-01-05"}, a={"before": {"date": "x", "by": "9d"}}) == {"date"}


def test_a_new_holiday_moves_what_is_counted_in_working_days() -> None:
    lines = calendar(due={"day": "30 ต.ค. 2563"}, own={"before": {"date": "due", "by": "10wd"}})
    dates, described = split(lines, government())
    closed = Workdays([Override(date(2020, 10, 28), "national", "holiday", "decided late")])
    assert resolved(described, dates, government()) == dates
    assert resolved(described, dates, closed)["own"] < dates["own"]


def test_a_date_set_by_hand_takes_the_counted_ones_along() -> None:
    lines = calendar(
        due={"day": "30 ต.ค. 2563"},
        own={"before": {"date": "due", "by": "5d"}},
        vague={"month": "ธ.ค. 2563"},
    )
    dates, described = split(lines, government())
    found, same = moved(described, dates, {"due": "2020-11-30"}, government())
    assert (found["own"], same) == ("2020-11-25", described)
    set_by_hand = {"own": "2020-11-01", "vague": "2020-12-09", "new": "2020-12-10"}
    found, new = moved(described, dates, set_by_hand, government())
    assert found == {**dates, **set_by_hand}
    assert new["entries"]["own"] == new["entries"]["vague"] == {"kind": "deadline", "title": TITLE}


def test_a_cycle_without_a_calendar_has_its_dates_all_the_same() -> None:
    bare = {"due": "2020-10-30"}
    assert resolved({}, bare, government()) == bare
    assert moved({}, bare, {"due": "2020-11-02"}, government()) == ({"due": "2020-11-02"}, {})
    assert due_days({}, bare, government())["due"].effective == date(2020, 10, 30)
    assert sittings({}, bare, government()) == []
    with pytest.raises(WrongUse, match="before"):
        moved({}, {"it_opens@9M": "2021-01-09"}, {"it_closes@9M": "2021-01-08"}, government())


@given(DAYS, st.lists(st.tuples(SPANS, st.sampled_from(["before", "after"])), max_size=6))
def test_resolving_twice_is_resolving_once(day: date, steps: list[tuple[str, str]]) -> None:
    lines: dict[str, dict[str, Any]] = {"d0": {"day": day}}
    for number, (span, way) in enumerate(steps):
        lines[f"d{number + 1}"] = {way: {"date": f"d{number}", "by": span}}
    shuffled = dict(reversed(lines.items()))
    dates, described = split(calendar(**shuffled), government())
    assert resolved(described, dates, government()) == dates
    base_alone = {"d0": dates["d0"]}
    assert resolved(described, base_alone, government()) == dates
    for number, (span, way) in enumerate(steps):
        one, two = (date.fromisoformat(dates[f"d{n}"]) for n in (number, number + 1))
        assert two == (before if way == "before" else after)(one, span, government())


@given(DAYS, SPANS)
def test_before_is_the_inverse_of_after(day: date, span: str) -> None:
    day = government().rolled(day)
    there = after(day, span, government())
    assert before(there, span, government()) == day
    back = before(day, span, government())
    assert after(back, span, government()) == day


# --- what is made of it --------------------------------------------------------------------------


def test_planned_meetings_with_the_last_day_for_their_papers() -> None:
    meeting = {"kind": "meeting", "body": "council"}
    lines = calendar(
        second={**meeting, "month": "ธ.ค. 2563", "cutoff": "2wd"},
        first={**meeting, "day": "15 ต.ค. 2563", "cutoff": "2wd"},
        third={**meeting, "day": "8 ม.ค. 2564"},
        deadline={"day": "30 ต.ค. 2563"},
    )
    dates, described = split(lines, government())
    found = sittings(described, dates, government())
    assert [(s.name, s.day, s.cutoff) for s in found] == [
        ("first", date(2020, 10, 15), date(2020, 10, 12)),  # the 13th is a holiday
        ("second", date(2020, 12, 31), None),  # the day is not known
        ("third", date(2021, 1, 8), None),
    ]
    assert {s.body for s in found} == {"council"}


def test_only_a_date_with_that_policy_moves_to_the_next_working_day() -> None:
    lines = calendar(
        rolls={"day": "22 ต.ค. 2564", "policy": "next_working_day"}, stays={"day": "22 ต.ค. 2564"}
    )
    dates, described = split(lines, government())
    due = due_days(described, dates, government())
    assert dates["rolls"] == "2021-10-22"
    assert (due["rolls"].nominal, due["rolls"].effective) == (
        date(2021, 10, 22),
        date(2021, 10, 25),
    )
    assert due["stays"].effective == date(2021, 10, 22)


def test_the_documents_have_the_keys_that_differ_from_the_usual() -> None:
    document = {
        "cycle": "2564-departments",
        "title": TITLE,
        "dates": {"due": {"day": "2563-10-30", "kind": "deadline", "title": TITLE,
                          "layer": "office", "policy": "as_stated", "source": "a letter"}},
        "reminders": {"*": {"remind": ["5wd"], "again": None, "ladder": "coordinator"}, "due": {}},
    }  # fmt: skip
    _, described = split(Calendar.model_validate(document), government())
    assert described == {
        "entries": {
            "due": {"kind": "deadline", "title": TITLE, "layer": "office", "policy": "as_stated",
                    "source": "a letter"},
        },
        "reminders": {
            "*": {"remind": ["5wd"], "again": None, "ladder": ["coordinator"]},
            "due": {},
        },
    }  # fmt: skip
