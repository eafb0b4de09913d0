"""The open deadlines of an item: what was announced, what counts, what moves them and what not."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.canonical import canonical
from engine.definition import Workflow
from engine.due import (
    Days,
    Due,
    DueDay,
    entering,
    extended,
    first,
    open_days,
    rescheduled,
    window_of,
)
from engine.workdays import Override, Workdays
from workflows.calendars import government

THURSDAY = date(2021, 10, 21)  # a holiday in the central region, the day before a national one
DATES = {"report": "2021-10-22", "opens": "2021-08-01", "closes": "2021-10-15"}
WINDOW = {"window": {"opens": "opens", "closes": "closes"}}
TITLE = {"th": "ก", "en": "A"}
REGIONS = st.sampled_from(["", "north", "northeast", "central", "south"])
DAYS = st.dates(date(2020, 1, 1), date(2026, 6, 30))


def flow(**states: Any) -> Workflow:
    """A workflow of states with deadlines; `draft` may be left by the edges of a window."""
    edges = [
        {"trigger": f"at_{edge}", "from": "draft", "to": "end", "automatic": {"window": edge}}
        for edge in ("opens", "closes")
    ]
    return Workflow.model_validate(
        {
            "workflow": "w", "title": TITLE, "content": "indicator", "prefix": "WW",
            "initial": "draft", "roles": {"x": TITLE},
            "states": {
                **{name: {"title": TITLE, "holder": "x", **state}
                   for name, state in states.items()},
                "end": {"title": TITLE, "final": True},
            },
            "transitions": [{"title": TITLE, **edge} for edge in edges],
        }
    )  # fmt: skip


def state(*dues: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Deadlines `d0`, `d1`, …; one that says more than its `due` is a whole deadline."""
    named = [
        {"name": f"d{n}", "title": TITLE, **(each if "due" in each else {"due": each})}
        for n, each in enumerate(dues)
    ]
    return {"deadlines": named, **more}


def days(region: str = "", code: str = "", **more: Any) -> Days:
    return Days(government(), region, code, more.pop("dates", DATES), **more)


def enter(*dues: Mapping[str, Any], on: date = THURSDAY, of: Days | None = None) -> Due:
    return entering(flow(draft=state(*dues)), "draft", on, of or days(), {})


def said(due: Due, name: str = "d0") -> DueDay:
    return open_days(canonical(due).decode())[name]


def both(day: date) -> DueDay:
    return DueDay(day, day)


# --- What day it is ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ({"fixed": "22 ต.ค. 2564"}, date(2021, 10, 22)),
        ({"date": "report"}, date(2021, 10, 22)),
        (WINDOW, date(2021, 10, 15)),
        ({"after": "5d"}, date(2021, 10, 26)),
        ({"after": "1wd"}, date(2021, 10, 25)),  # the 22nd is a holiday, then a weekend
        ({"after": "2wd"}, date(2021, 10, 26)),
    ],
)
def test_every_kind_of_deadline_has_its_day(due: dict[str, Any], expected: date) -> None:
    assert said(enter(due)) == both(expected)


def test_the_policy_rolls_what_was_announced_and_both_are_kept() -> None:
    golden = {"due": {"fixed": "2564-10-22"}, "policy": "next_working_day"}
    assert said(enter(golden)) == DueDay(date(2021, 10, 25), date(2021, 10, 22))


@pytest.mark.parametrize(
    ("own", "calendars", "effective"),
    [
        ("as_stated", {}, date(2021, 10, 22)),
        ("next_working_day", {}, date(2021, 10, 25)),
        ("as_stated", {"report": "next_working_day"}, date(2021, 10, 25)),
        ("next_working_day", {"report": "as_stated"}, date(2021, 10, 22)),
        ("next_working_day", {"closes": "as_stated"}, date(2021, 10, 25)),  # of another date
    ],
)
def test_the_calendars_policy_outweighs_the_definitions(
    own: str, calendars: dict[str, Any], effective: date
) -> None:
    found = enter({"due": {"date": "report"}, "policy": own}, of=days(policies=calendars))
    assert said(found) == DueDay(effective, date(2021, 10, 22))


def test_a_window_has_the_policy_of_its_closing() -> None:
    of = days(dates=DATES | {"closes": "2021-10-16"}, policies={"closes": "next_working_day"})
    assert said(enter(WINDOW, of=of)) == DueDay(date(2021, 10, 18), date(2021, 10, 16))


def test_a_date_of_one_code_holds_for_the_items_with_that_code() -> None:
    of: dict[str, Any] = {
        "dates": DATES | {"report@2.1": "2021-11-06"},
        "policies": {"report": "as_stated"},
    }
    due = {"due": {"date": "report"}, "policy": "next_working_day"}
    assert said(enter(due, of=days(code="2.1", **of))) == DueDay(
        date(2021, 11, 8), date(2021, 11, 6)
    )
    assert said(enter(due, of=days(code="2", **of))) == both(date(2021, 10, 22))
    own = of | {"policies": {"report@2.1": "as_stated"}}
    assert said(enter(due, of=days(code="2.1", **own))) == both(date(2021, 11, 6))


def test_a_region_counts_its_own_days() -> None:
    wednesday = THURSDAY - timedelta(days=1)
    assert said(enter({"after": "1wd"}, on=wednesday)) == both(THURSDAY)
    central = enter({"after": "1wd"}, on=wednesday, of=days("central"))
    assert said(central) == both(date(2021, 10, 25))


def test_the_earliest_of_several_is_first_and_a_date_that_the_cycle_lacks_is_none() -> None:
    several = canonical(enter({"after": "9d"}, {"date": "absent"}, {"after": "3d"})).decode()
    assert first(several) == both(date(2021, 10, 24))
    assert set(open_days(several)) == {"d0", "d2"}
    for nothing in (enter({"date": "absent"}), enter()):
        assert nothing == {}
    assert first("{}") is None


# --- Putting off ---------------------------------------------------------------------------------

PUT_OFF = date(2021, 11, 6)  # a Saturday


def put_off(workflow: Workflow, due: Due, name: str = "draft", to: date = PUT_OFF) -> Due:
    deadline = workflow.states[name].deadlines[0]
    return extended(workflow, name, THURSDAY, days(), due, deadline, to)


def test_an_extension_is_what_was_announced_anew_and_the_policy_rolls_it() -> None:
    workflow = flow(draft=state({"due": {"date": "report"}, "policy": "next_working_day"}))
    due = put_off(workflow, entering(workflow, "draft", THURSDAY, days(), {}))
    assert said(due) == DueDay(date(2021, 11, 8), PUT_OFF)
    assert due["open"]["d0"]["moved"] == 1
    again = put_off(workflow, due, to=date(2021, 11, 30))
    assert (said(again), again["open"]["d0"]["moved"]) == (both(date(2021, 11, 30)), 2)


@pytest.mark.parametrize("due", [{"date": "report"}, {"fixed": "2021-10-22"}, WINDOW])
def test_an_extended_date_stands_in_all_states_and_visits(due: dict[str, Any]) -> None:
    workflow = flow(draft=state(due), review=state(due))
    document = put_off(workflow, entering(workflow, "draft", THURSDAY, days(), {}))
    for source, name in (("draft", "review"), ("review", "draft"), ("draft", "end")):
        document = entering(workflow, name, THURSDAY, days(), document, source)
        assert name == "end" or said(document) == both(PUT_OFF)
    back = entering(workflow, "draft", THURSDAY, days(), document, "end")
    assert said(back) == both(PUT_OFF)


def test_an_extended_span_stands_for_the_visit_only() -> None:
    workflow = flow(draft=state({"after": "5d"}), review=state())
    document = put_off(workflow, entering(workflow, "draft", THURSDAY, days(), {}))
    assert said(rescheduled(workflow, "draft", THURSDAY, days(), document)) == both(PUT_OFF)
    away = entering(workflow, "review", THURSDAY, days(), document, "draft")
    assert away == {}
    back = entering(workflow, "draft", THURSDAY, days(), away, "review")
    assert said(back) == both(date(2021, 10, 26))


def test_an_extended_date_does_not_extend_a_span_of_the_same_name() -> None:
    workflow = flow(draft=state({"date": "report"}), review=state({"after": "5d"}))
    document = put_off(workflow, entering(workflow, "draft", THURSDAY, days(), {}))
    there = entering(workflow, "review", THURSDAY, days(), document, "draft")
    assert said(there) == both(date(2021, 10, 26))
    assert rescheduled(workflow, "review", THURSDAY, days(), there) == there


def test_who_was_put_off_keeps_it_where_the_date_of_all_moves_and_is_never_worse_off() -> None:
    workflow = flow(draft=state({"date": "report"}))
    document = put_off(workflow, entering(workflow, "draft", THURSDAY, days(), {}))
    for report, expected in (("2021-10-29", PUT_OFF), ("2021-11-30", date(2021, 11, 30))):
        of = days(dates=DATES | {"report": report})
        assert said(rescheduled(workflow, "draft", THURSDAY, of, document)) == both(expected)
        assert said(entering(workflow, "draft", THURSDAY, of, document)) == both(expected)


# --- The stopped clock ---------------------------------------------------------------------------

WAITS = flow(
    draft=state({"after": "5d"}, {"after": "5wd"}, {"date": "report"}),
    asked=state({"after": "3d"}, stops_clock=True),
    hosted=state(stops_clock=True),
    review=state(),
)


def visit(*stops: tuple[str, date]) -> Due:
    """The document after entering one state after another."""
    due: Due = {}
    source = ""
    for name, day in stops:
        due = entering(WAITS, name, day, days(), due, source)
        source = name
    return due


def test_what_is_left_of_a_span_goes_on_when_the_item_comes_back() -> None:
    # Draft on Monday 1 November: due on the 6th, and on the 8th; asked on Wednesday, 3 and 3wd left
    due = visit(("draft", date(2021, 11, 1)), ("asked", date(2021, 11, 3)))
    assert due["left"] == {"state": "draft", "spans": {"d0": "3d", "d1": "3wd"}}
    assert said(due) == both(date(2021, 11, 6))  # of the state that waits: its own
    back = entering(WAITS, "draft", date(2021, 11, 20), days(), due, "asked")
    assert said(back, "d0") == both(date(2021, 11, 23))
    assert said(back, "d1") == both(date(2021, 11, 24))
    assert said(back, "d2") == both(date(2021, 10, 22))  # a date does not wait
    assert "left" not in back


def test_what_is_left_is_counted_again_when_the_clock_stops_again() -> None:
    first_time = (("draft", date(2021, 11, 1)), ("asked", date(2021, 11, 3)))
    back = visit(*first_time, ("draft", date(2021, 11, 20)), ("asked", date(2021, 11, 22)))
    assert back["left"]["spans"] == {"d0": "1d", "d1": "2wd"}


def test_nothing_is_left_of_what_was_overdue() -> None:
    due = visit(("draft", date(2021, 11, 1)), ("asked", date(2021, 12, 1)))
    assert due["left"]["spans"] == {"d0": "0d", "d1": "0wd"}
    back = entering(WAITS, "draft", date(2021, 12, 15), days(), due, "asked")
    assert said(back, "d0") == said(back, "d1") == both(date(2021, 12, 15))


def test_the_clock_stays_stopped_from_one_who_is_waited_for_to_the_next() -> None:
    due = visit(
        ("draft", date(2021, 11, 1)), ("asked", date(2021, 11, 3)), ("hosted", date(2021, 11, 9))
    )
    assert due == {"left": {"state": "draft", "spans": {"d0": "3d", "d1": "3wd"}}}
    back = entering(WAITS, "draft", date(2021, 11, 20), days(), due, "hosted")
    assert said(back, "d0") == both(date(2021, 11, 23))


def test_what_was_left_is_dropped_when_the_item_goes_elsewhere() -> None:
    stops = (("draft", date(2021, 11, 1)), ("asked", date(2021, 11, 3)))
    assert visit(*stops, ("review", date(2021, 11, 9))) == {}
    anew = visit(*stops, ("review", date(2021, 11, 9)), ("draft", date(2021, 11, 10)))
    assert said(anew, "d0") == both(date(2021, 11, 15))


def test_a_new_calendar_keeps_what_is_left() -> None:
    due = visit(("draft", date(2021, 11, 1)), ("asked", date(2021, 11, 3)))
    assert rescheduled(WAITS, "asked", date(2021, 11, 3), days(), due) == due
    back = entering(WAITS, "draft", date(2021, 11, 20), days(), due, "asked")
    assert rescheduled(WAITS, "draft", date(2021, 11, 20), days(), back) == back


# --- The edges of a window -----------------------------------------------------------------------

EDGES = flow(draft=state(WINDOW), other=state(WINDOW))


@pytest.mark.parametrize(
    ("entered", "fires"),
    [
        (date(2021, 7, 1), {"at_opens": "2021-08-01", "at_closes": "2021-10-16"}),
        (date(2021, 10, 15), {"at_opens": "2021-08-01", "at_closes": "2021-10-16"}),
        (date(2021, 10, 16), {}),  # behind: what is late is somebody's decision
    ],
)
def test_the_clock_steps_where_the_window_opens_and_on_the_day_after_it_closes(
    entered: date, fires: dict[str, str]
) -> None:
    assert entering(EDGES, "draft", entered, days(), {}).get("fires", {}) == fires
    assert "fires" not in entering(EDGES, "other", entered, days(), {})


def test_a_closing_that_rolls_or_is_put_off_moves_the_step() -> None:
    of = days(dates=DATES | {"closes": "2021-10-16"}, policies={"closes": "next_working_day"})
    rolled = entering(EDGES, "draft", THURSDAY - timedelta(days=9), of, {})
    assert rolled["fires"]["at_closes"] == "2021-10-19"  # the 16th is a Saturday
    entered = date(2021, 10, 20)
    late = entering(EDGES, "draft", entered, days(), {})
    deadline = window_of(EDGES.states["draft"])
    assert deadline is not None
    again = extended(EDGES, "draft", entered, days(), late, deadline, date(2021, 10, 25))
    assert ("fires" in late, again["fires"]["at_closes"]) == (False, "2021-10-26")


def test_a_window_without_its_dates_fires_nothing() -> None:
    assert entering(EDGES, "draft", THURSDAY, days(dates={"opens": "2021-08-01"}), {}) == {}
    of = days(dates={"closes": "2021-10-29"})
    assert entering(EDGES, "draft", THURSDAY, of, {})["fires"] == {"at_closes": "2021-10-30"}


# --- Moving --------------------------------------------------------------------------------------


def test_each_move_counts_and_a_day_that_stays_does_not() -> None:
    workflow = flow(draft=state({"date": "report"}, {"after": "5d"}))
    due = entering(workflow, "draft", THURSDAY, days(), {})
    moves = []
    for report in ("2021-10-22", "2021-11-01", "2021-11-01", "2021-10-22"):
        of = days(dates=DATES | {"report": report})
        due = rescheduled(workflow, "draft", THURSDAY, of, due)
        moves.append((due["open"]["d0"]["moved"], due["open"]["d1"]["moved"]))
    assert moves == [(0, 0), (1, 0), (1, 0), (2, 0)]


def test_a_date_that_was_taken_away_and_given_again_is_another_one() -> None:
    """Else the reminders of the new day would be taken for those that were sent already."""
    workflow = flow(draft=state({"date": "report"}))
    given = entering(workflow, "draft", THURSDAY, days(), {})
    gone = rescheduled(workflow, "draft", THURSDAY, days(dates={}), given)
    assert "open" not in gone
    again = rescheduled(workflow, "draft", THURSDAY, days(), gone)
    assert again["open"]["d0"]["moved"] > 0
    assert rescheduled(workflow, "draft", THURSDAY, days(), again) == again


def test_a_holiday_moves_what_rolls_and_what_counts_working_days() -> None:
    """Not what is as stated, and not calendar days."""
    rolls = {"due": {"fixed": "2021-11-04"}, "policy": "next_working_day"}
    workflow = flow(draft=state(rolls, {"after": "3wd"}, {"fixed": "2021-11-04"}, {"after": "3d"}))
    monday, added = date(2021, 11, 1), Override(date(2021, 11, 4), "national", "holiday", "ก")
    due = entering(workflow, "draft", monday, days(), {})
    moved = rescheduled(workflow, "draft", monday, Days(Workdays([added])), due)
    friday, thursday = date(2021, 11, 5), date(2021, 11, 4)
    assert open_days(canonical(moved).decode()) == {
        "d0": DueDay(friday, thursday), "d1": both(friday), "d2": both(thursday),
        "d3": both(thursday),
    }  # fmt: skip
    assert [entry["moved"] for entry in moved["open"].values()] == [1, 1, 0, 0]


SPANS = st.builds("{}{}".format, st.integers(1, 40), st.sampled_from(["d", "wd"]))
DUES = st.one_of(
    st.builds(lambda day: {"fixed": day.isoformat()}, DAYS),
    st.builds(lambda span: {"after": span}, SPANS),
    st.sampled_from([{"date": "report"}, {"date": "absent"}, WINDOW]),
)
POLICIES = st.sampled_from(["as_stated", "next_working_day"])
STATES = st.lists(st.builds(lambda due, policy: {"due": due, "policy": policy}, DUES, POLICIES),
                  min_size=1, max_size=4)  # fmt: skip


@given(STATES, DAYS, REGIONS, st.data())
def test_the_same_calendar_again_changes_nothing(
    dues: list[dict[str, Any]], today: date, region: str, data: st.DataObject
) -> None:
    workflow = flow(draft=state(*dues))
    due = entering(workflow, "draft", today, days(region), {})
    if due.get("open") and data.draw(st.booleans()):
        names = [d for d in workflow.states["draft"].deadlines if d.name in due["open"]]
        deadline = data.draw(st.sampled_from(names))
        later = said(due, deadline.name).effective + timedelta(days=data.draw(st.integers(1, 30)))
        due = extended(workflow, "draft", today, days(region), due, deadline, later)
    assert rescheduled(workflow, "draft", today, days(region), due) == due


@given(STATES, DAYS, REGIONS)
def test_what_counts_is_never_before_what_was_announced(
    dues: list[dict[str, Any]], today: date, region: str
) -> None:
    workflow = flow(draft=state(*dues))
    due = entering(workflow, "draft", today, days(region), {})
    for deadline in workflow.states["draft"].deadlines:
        if deadline.name in due.get("open", {}):
            day = said(due, deadline.name)
            assert day.effective >= day.nominal
            if deadline.policy == "next_working_day":
                assert government().is_working(day.effective, region)
            else:
                assert day.effective == day.nominal


@given(SPANS, DAYS, st.integers(0, 50), st.integers(0, 50), REGIONS)
def test_time_with_others_costs_nothing(
    span: str, today: date, passed: int, away: int, region: str
) -> None:
    """Whoever comes back has what they had when they left, and no more than at first."""
    workflow = flow(draft=state({"after": span}), asked=state(stops_clock=True))
    of = days(region)
    begun = entering(workflow, "draft", today, of, {})
    left = today + timedelta(days=passed)
    waits = entering(workflow, "asked", left, of, begun, "draft")
    at_once = entering(workflow, "draft", left, of, waits, "asked")
    assert said(at_once).effective == max(said(begun).effective, left)
    back = left + timedelta(days=away)
    later = said(entering(workflow, "draft", back, of, waits, "asked")).effective
    working = span.endswith("wd")
    before = max(0, of.until(left, said(begun).effective, working=working))
    assert max(0, of.until(back, later, working=working)) == before
