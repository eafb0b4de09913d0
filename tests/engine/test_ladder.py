"""The reminders of one deadline: when each goes out, to whom, and where the ladder goes on."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import BANGKOK, at_office_hours
from engine.definition import Deadline
from engine.due import Days
from engine.ladder import MOST_REPEATS, Plan, Rung, from_step, next_after, plan_of, rungs
from workflows.calendars import government

OCTOBER_30 = date(2020, 10, 30)  # a Friday
LADDER = ("holder", "coordinator", "head")
CALENDAR = Days(government())


def plan(holder: str = "holder", reminders: Mapping[str, Any] | None = None, **own: Any) -> Plan:
    deadline = {"name": "d", "title": {"th": "ก", "en": "A"}, "due": {"after": "5d"}}
    made = Deadline.model_validate(deadline | {"ladder": LADDER} | own)
    return plan_of(made, holder, reminders or {})


def sent(of: Plan, due: date, days: Days = CALENDAR, most: int = 10) -> list[tuple[str, date]]:
    return [(r.step, r.at.astimezone(BANGKOK).date()) for r in islice(rungs(of, due, days), most)]


# --- When ----------------------------------------------------------------------------------------


def test_the_default_ladder_of_30_october_2020() -> None:
    """23 October is Chulalongkorn Day, so that reminder is sent on the Thursday before it."""
    assert sent(plan(), OCTOBER_30) == [
        ("-14d", date(2020, 10, 16)),
        ("-7d", date(2020, 10, 22)),
        ("-3d", date(2020, 10, 27)),
        ("-1d", date(2020, 10, 29)),
        ("0", OCTOBER_30),
        ("+1d", date(2020, 11, 2)),  # the 31st is a Saturday
        ("+3d", date(2020, 11, 2)),
        ("+7d", date(2020, 11, 6)),
        ("again-1", date(2020, 11, 13)),
        ("again-2", date(2020, 11, 23)),  # the 19th and 20th were special holidays
    ]


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        # A Monday: the day before is a Sunday.
        (date(2021, 11, 8), {"-1d": date(2021, 11, 5), "0": date(2021, 11, 8)}),
        # A Saturday that counts as stated: reminded on the Friday, overdue on the Monday.
        (date(2021, 11, 6), {"0": date(2021, 11, 5), "+1d": date(2021, 11, 8)}),
        # The golden day: the Friday is a holiday, so is the weekend.
        (date(2021, 10, 25), {"-3d": date(2021, 10, 21), "-1d": date(2021, 10, 21)}),
        (date(2021, 10, 21), {"+1d": date(2021, 10, 25), "+3d": date(2021, 10, 25)}),
        # Songkran, three holidays and the 12th in between the weekend.
        (date(2021, 4, 16), {"-3d": date(2021, 4, 9), "-1d": date(2021, 4, 9)}),
    ],
)
def test_reminders_wait_for_no_holiday_and_overdue_ones_do(
    due: date, expected: dict[str, date]
) -> None:
    found = dict(sent(plan(), due))
    assert {step: found[step] for step in expected} == expected


def test_spans_of_working_days_count_the_regions_own() -> None:
    of = plan(remind=["1wd"], overdue=["1wd"], again=None)
    due = date(2021, 10, 25)
    assert sent(of, due) == [
        ("-1wd", date(2021, 10, 21)), ("0", due), ("+1wd", date(2021, 10, 26)),
    ]  # fmt: skip
    central = Days(government(), "central")
    assert sent(of, due, central)[0] == ("-1wd", date(2021, 10, 20))


def test_it_is_sent_when_the_office_opens_in_bangkok() -> None:
    first = next(rungs(plan(), OCTOBER_30, CALENDAR))
    assert first.at == datetime(2020, 10, 16, 2, tzinfo=UTC)


def test_reminders_are_told_in_the_order_of_their_days() -> None:
    of = plan(remind=["1d", "7d"], overdue=["7d", "1d"], again=None)
    assert [step for step, _ in sent(of, OCTOBER_30)] == ["-7d", "-1d", "0", "+1d", "+7d"]


def test_after_the_last_one_it_is_repeated() -> None:
    every = list(rungs(plan(again="5wd"), OCTOBER_30, CALENDAR))
    repeats = [rung for rung in every if rung.step.startswith("again")]
    assert len(repeats) == MOST_REPEATS
    days = [rung.at.astimezone(BANGKOK).date() for rung in repeats[:2]]
    assert days == [date(2020, 11, 13), date(2020, 11, 24)]
    without = [rung.step for rung in rungs(plan(again=None), OCTOBER_30, CALENDAR)]
    assert without[-1] == "+7d"
    only = plan(remind=[], overdue=[], again="7d")
    assert sent(only, OCTOBER_30, most=2) == [("0", OCTOBER_30), ("again-1", date(2020, 11, 6))]


# --- Whom ----------------------------------------------------------------------------------------


def told(of: Plan) -> dict[str, tuple[str, ...]]:
    return {rung.step: rung.roles for rung in islice(rungs(of, OCTOBER_30, CALENDAR), 9)}


def test_the_holder_is_reminded_and_the_ladder_climbed_a_role_more_with_each_step() -> None:
    assert told(plan()) == {
        **dict.fromkeys(("-14d", "-7d", "-3d", "-1d", "0", "+1d"), ("holder",)),
        "+3d": ("holder", "coordinator"), "+7d": LADDER, "again-1": LADDER,
    }  # fmt: skip


def test_the_ladder_is_climbed_in_the_order_of_days_however_it_is_written() -> None:
    assert told(plan(overdue=["7d", "1d", "3d"])) == told(plan())


def test_a_short_ladder_is_climbed_to_its_top_and_a_long_one_when_it_repeats() -> None:
    assert told(plan(ladder=["holder"]))["+7d"] == ("holder",)
    long = told(plan(ladder=["holder", "a", "b", "c"], overdue=["1d", "3d"]))
    assert (long["+3d"], long["again-1"]) == (("holder", "a"), ("holder", "a", "b", "c"))


@pytest.mark.parametrize(
    ("ladder", "expected"),
    [
        ((), ("holder",)),
        (("coordinator", "head"), ("holder", "coordinator", "head")),
        (("coordinator", "holder", "head"), ("holder", "coordinator", "head")),
        (LADDER, LADDER),
    ],
)
def test_the_holder_is_always_the_first(ladder: Sequence[str], expected: Sequence[str]) -> None:
    assert plan(ladder=ladder).ladder == expected
    assert plan(reminders={"d": {"ladder": list(ladder)}}).ladder == expected


# --- The cycle's own -----------------------------------------------------------------------------


def test_the_cycles_reminders_override_by_name_and_then_for_all() -> None:
    general = {"remind": ["30d"], "overdue": ["2d"]}
    of = plan(
        reminders={"*": general, "d": {"remind": ["10d"], "again": None}, "e": {"again": "9d"}}
    )
    assert (of.remind, of.overdue, of.again, of.ladder) == (["10d"], ["2d"], None, LADDER)
    assert plan(reminders={"*": general}).remind == ["30d"]
    assert plan(reminders={"e": general}) == plan()


# --- Properties ----------------------------------------------------------------------------------

SPANS = st.builds("{}{}".format, st.integers(1, 30), st.sampled_from(["d", "wd"]))
LISTS = st.lists(SPANS, max_size=4, unique=True)
DUES = st.dates(date(2020, 1, 1), date(2026, 6, 30))
DAYS = st.sampled_from(["", "north", "northeast", "central", "south"]).map(
    lambda region: Days(government(), region)
)
PLANS = st.builds(Plan, LISTS, LISTS, st.none() | SPANS, st.sampled_from([("holder",), LADDER]))
SHOWN = 30


def first_ones(of: Plan, due: date, days: Days) -> list[Rung]:
    return list(islice(rungs(of, due, days), SHOWN))


@given(PLANS, DUES, DAYS)
def test_all_go_out_one_after_another_in_office_hours(of: Plan, due: date, days: Days) -> None:
    found = first_ones(of, due, days)
    assert all(one.at <= other.at for one, other in pairwise(found))
    for rung in found:
        local = rung.at.astimezone(BANGKOK)
        assert local.time() == time(9)
        assert days.workdays.is_working(local.date(), days.region)
        early = rung.step == "0" or rung.step.startswith("-")
        assert local.date() <= due if early else local.date() > due


@given(PLANS, DUES, DAYS)
def test_every_reminder_has_a_name_of_its_own(of: Plan, due: date, days: Days) -> None:
    names = [rung.step for rung in first_ones(of, due, days)]
    assert len(set(names)) == len(names)


@given(PLANS, DUES, DAYS)
def test_nobody_who_was_told_is_left_out_later(of: Plan, due: date, days: Days) -> None:
    for one, other in pairwise(first_ones(of, due, days)):
        assert other.roles[: len(one.roles)] == one.roles
        assert other.roles[0] == "holder"


@given(PLANS, DUES, DAYS, st.integers(-60, 60), st.integers(0, 23))
def test_the_next_is_the_first_that_is_still_to_come(
    of: Plan, due: date, days: Days, shift: int, hour: int
) -> None:
    moment = at_office_hours(due + timedelta(days=shift)) + timedelta(hours=hour)
    found = next_after(of, due, days, moment)
    assert found == next((rung for rung in rungs(of, due, days) if rung.at > moment), None)
    assert of.again is None or found is not None


@given(PLANS, DUES, DAYS, st.data())
def test_from_a_step_on_the_ladder_goes_on(
    of: Plan, due: date, days: Days, data: st.DataObject
) -> None:
    found = first_ones(of, due, days)
    place = data.draw(st.integers(0, len(found) - 1))
    rest = list(islice(from_step(of, due, days, found[place].step, found[0].at), SHOWN - place))
    assert rest == found[place:]


@given(PLANS, DUES, DAYS, st.data())
def test_where_the_step_is_gone_it_goes_on_from_its_instant(
    of: Plan, due: date, days: Days, data: st.DataObject
) -> None:
    found = first_ones(of, due, days)
    instant = data.draw(st.sampled_from(found)).at
    later = [rung for rung in found if rung.at >= instant]
    assert list(islice(from_step(of, due, days, "-99d", instant), len(later))) == later
