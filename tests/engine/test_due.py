"""When something is due: what was announced, and what the policy makes of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.clock import stamp
from engine.definition import State
from engine.due import DueDay, Local, due_of
from workflows.calendars import government

LOCAL = Local(government())
ENTERED = stamp(datetime(2021, 10, 20, 17, 30, tzinfo=UTC))  # 21 October in Bangkok, a Thursday
TITLE = {"th": "ก", "en": "A"}


def state(*deadlines: dict[str, Any]) -> State:
    named = [{"name": f"d{n}", "title": TITLE, **each} for n, each in enumerate(deadlines)]
    return State.model_validate({"title": TITLE, "holder": "x", "deadlines": named})


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ({"fixed": "22 ต.ค. 2564"}, date(2021, 10, 22)),
        ({"date": "report"}, date(2021, 10, 22)),
        ({"window": {"opens": "opens", "closes": "closes"}}, date(2021, 10, 15)),
        ({"after": "5d"}, date(2021, 10, 26)),
        ({"after": "1wd"}, date(2021, 10, 25)),  # the 22nd is a holiday, then a weekend
        ({"after": "2wd"}, date(2021, 10, 26)),
    ],
)
def test_every_kind_of_deadline_has_its_day(due: dict[str, Any], expected: date) -> None:
    dates = {"report": "2021-10-22", "opens": "2021-08-01", "closes": "2021-10-15"}
    found = due_of(state({"due": due}), ENTERED, dates, LOCAL)
    assert found == DueDay(expected, expected)


def test_the_policy_rolls_what_was_announced_and_both_are_kept() -> None:
    due = {"due": {"fixed": "2564-10-22"}, "policy": "next_working_day"}
    found = due_of(state(due), ENTERED, {}, LOCAL)
    assert found == DueDay(date(2021, 10, 25), date(2021, 10, 22))


def test_a_region_counts_its_own_days() -> None:
    entered = stamp(datetime(2021, 10, 20, 3, tzinfo=UTC))
    span = state({"due": {"after": "1wd"}})
    national = due_of(span, entered, {}, LOCAL)
    central = due_of(span, entered, {}, Local(government(), "central"))
    assert national == DueDay(date(2021, 10, 21), date(2021, 10, 21))
    assert central == DueDay(date(2021, 10, 25), date(2021, 10, 25))


def test_the_earliest_of_several_counts_and_a_date_that_the_cycle_lacks_does_not() -> None:
    several = state({"due": {"after": "9d"}}, {"due": {"date": "absent"}}, {"due": {"after": "3d"}})
    found = due_of(several, ENTERED, {}, LOCAL)
    assert found == DueDay(date(2021, 10, 24), date(2021, 10, 24))
    assert due_of(state({"due": {"date": "absent"}}), ENTERED, {}, LOCAL) is None
    assert due_of(state(), ENTERED, {}, LOCAL) is None


def test_a_year_with_unknown_holidays_is_told() -> None:
    found = due_of(state({"due": {"fixed": "2570-10-30"}}), ENTERED, {}, LOCAL)
    assert found is not None
    assert found.provisional
