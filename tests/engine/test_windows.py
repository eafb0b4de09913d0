"""Windows that open and close by themselves: the clock's own steps, what refuses them, outages."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from engine import cycles, past, queries
from engine.clock import beginning_of, instant_of, stamp
from engine.corrections import Correction, correct
from engine.database import Database
from engine.definition import Workflow
from engine.errors import Refusal
from engine.extend import Extension, extend
from engine.ledger import Alarm
from engine.people import CLOCK
from engine.reconcile import Account, reconcile
from engine.tables import table
from engine.tick import Round, last_beat, tick
from engine.windows import BATCH, fire
from tests.builders import (
    REPORT,
    VOCABULARY,
    Desk,
    broken,
    draft,
    dump,
    live,
    opened,
    refusal,
    reported,
    step,
    walk,
)
from workflows.content.parts import plain
from workflows.rules import FRAMEWORK

OPENS, CLOSES = date(2021, 8, 1), date(2021, 10, 15)  # a Sunday, and a Friday
DATES = {"esar_opens": OPENS.isoformat(), "esar_closes": CLOSES.isoformat()}
DAY = timedelta(days=1)


@pytest.fixture
def desk(office: Desk) -> Desk:
    """The office on 1 July 2021, with the e-SAR window in its cycle."""
    calendar(office)
    office.clock.at = beginning_of(date(2021, 7, 1))
    return office


def calendar(office: Desk, **dates: str) -> None:
    new = cycles.NewCycle(
        "2564-d", 2564, "departments", "2564-d", "2564-d", rules=plain(FRAMEWORK),
        dates=DATES | dates,
    )  # fmt: skip
    cycles.open_cycle(office, office.asking(), new)


def at(office: Desk, day: date, hour: int = 0, minute: int = 0) -> Round:
    """Tick at that time of a Bangkok day; whatever is to be sent is taken."""
    office.clock.at = beginning_of(day) + timedelta(hours=hour, minutes=minute)
    return tick(office, "clockwork", office.clock.now, lambda claim: None)


def state(office: Desk, ref: str) -> str:
    return live(office, ref).state


def trail(office: Desk, ref: str) -> list[dict[str, Any]]:
    with office.database.read() as tx:
        return queries.history(tx, ref)


def account(office: Desk, until: date, since: date = date(2021, 2, 1)) -> Account:
    with office.database.read() as tx:
        return reconcile(tx, office, since, until, office.clock.now())


# --- Open and close ------------------------------------------------------------------------------


def test_a_report_opens_and_closes_by_itself(desk: Desk) -> None:
    ref = reported(desk)
    assert at(desk, OPENS - DAY, 23, 59).moved == {}
    assert state(desk, ref) == "not_open"
    assert at(desk, OPENS).moved == {"open_window": [ref]}
    assert state(desk, ref) == "draft"
    assert at(desk, CLOSES, 23, 59).moved == {}
    assert at(desk, CLOSES + DAY).moved == {"close_window": [ref]}
    assert state(desk, ref) == "window_closed"
    assert at(desk, CLOSES + DAY, 0, 1).moved == {}
    assert broken(desk) == []


def test_the_event_says_that_the_clock_did_it_and_who_ran_it(desk: Desk) -> None:
    ref = reported(desk)
    at(desk, OPENS, 0, 5)
    event = trail(desk, ref)[-1]
    assert event["actor"] == CLOCK.snapshot() | {
        "role": {"name": "", "th": "ระบบ", "en": "The system", "organisation": "*"}
    }
    assert (event["recorded_by"], event["trigger"]) == ("clockwork", "open_window")
    assert event["recorded_at"] == stamp(desk.clock.at)


@pytest.mark.parametrize("taken", [0, 1, 2])
def test_it_closes_wherever_the_report_is(desk: Desk, taken: int) -> None:
    ref = reported(desk)
    at(desk, OPENS)
    walk(desk, ref, REPORT[1 : 1 + taken])
    at(desk, CLOSES + DAY)
    assert state(desk, ref) == "window_closed"


def test_what_was_submitted_is_left_alone(desk: Desk) -> None:
    ref = reported(desk)
    at(desk, OPENS)
    walk(desk, ref, REPORT[1:])
    assert at(desk, CLOSES + DAY).moved == {}
    assert state(desk, ref) == "submitted"
    assert dump(desk, "alarm")["alarm"] == []


def test_a_report_that_is_made_while_the_window_is_open_opens_with_the_next_tick(
    desk: Desk,
) -> None:
    at(desk, OPENS + 9 * DAY)
    ref = reported(desk)
    assert at(desk, OPENS + 9 * DAY, 1).moved == {"open_window": [ref]}


def test_a_report_that_is_made_when_it_is_closed_waits_for_somebody_to_decide(desk: Desk) -> None:
    at(desk, CLOSES + DAY)
    ref = reported(desk)
    for day in range(1, 4):
        assert at(desk, CLOSES + day * DAY).moved == {}
    assert state(desk, ref) == "not_open"


def test_a_person_opens_and_closes_only_with_the_right_to(desk: Desk) -> None:
    ref = reported(desk)
    assert "role" in refusal(desk, ref, "open_window", "lek")
    step(desk, ref, "open_window", "esar")
    assert trail(desk, ref)[-1]["actor"]["person"] == "esar"
    assert at(desk, OPENS).moved == {}  # it is open already


def test_a_late_report_is_an_exception_that_the_clock_does_not_take_back(desk: Desk) -> None:
    ref = reported(desk)
    at(desk, OPENS)
    at(desk, CLOSES + DAY)
    assert "comment" in refusal(desk, ref, "allow_late", "esar")
    step(desk, ref, "allow_late", "esar", comment="ระบบขัดข้อง")
    for day in (1, 2, 30):
        assert at(desk, CLOSES + day * DAY, 12).moved == {}
    assert state(desk, ref) == "draft"
    walk(desk, ref, REPORT[1:])
    assert broken(desk) == []


def test_the_closing_is_put_off_for_one_report_and_for_all(desk: Desk) -> None:
    one, two = reported(desk), reported(desk)
    at(desk, OPENS)
    wish = Extension("esar", "น้ำท่วม", date(2021, 10, 20))
    extend(desk, desk.asking("esar"), one, wish)
    assert at(desk, date(2021, 10, 16)).moved == {"close_window": [two]}
    assert at(desk, date(2021, 10, 20), 23).moved == {}
    calendar(desk, esar_closes="2021-10-29")
    assert at(desk, date(2021, 10, 21)).moved == {}
    assert at(desk, date(2021, 10, 30)).moved == {"close_window": [one]}


def test_a_closing_on_a_holiday_rolls_with_the_calendars_policy(desk: Desk) -> None:
    title = {"th": "ปิดรับ", "en": "closes"}
    closes = {"kind": "closes", "title": title, "policy": "next_working_day"}
    new = cycles.NewCycle(
        "2564-d", 2564, "departments", "2564-d", "2564-d", rules=plain(FRAMEWORK), dates=DATES,
        calendar={"entries": {"esar_closes": closes}},
    )  # fmt: skip
    cycles.open_cycle(desk, desk.asking(), new)
    ref = reported(desk)
    at(desk, OPENS)
    correct(desk, desk.asking(), [Correction(CLOSES, "holiday", "วันหยุดพิเศษ")])
    assert at(desk, CLOSES + DAY).moved == {}
    assert at(desk, date(2021, 10, 18), 23).moved == {}  # the Monday is the last day
    assert at(desk, date(2021, 10, 19)).moved == {"close_window": [ref]}


# --- Outages -------------------------------------------------------------------------------------


def test_after_an_outage_over_the_whole_window_the_report_ends_closed(desk: Desk) -> None:
    ref = reported(desk)
    later = CLOSES + 20 * DAY
    found = at(desk, later, 10)
    assert found.moved == {"open_window": [ref], "close_window": [ref]}
    assert state(desk, ref) == "window_closed"
    steps = [(event["trigger"], event["recorded_at"]) for event in trail(desk, ref)[1:]]
    assert steps == [
        ("open_window", stamp(desk.clock.at)), ("close_window", stamp(desk.clock.at)),
    ]  # fmt: skip
    assert broken(desk) == []
    told = account(desk, later)
    assert (told.gaps, told.balanced) == ([], True)


def test_after_a_short_outage_time_counts_from_the_opening(desk: Desk) -> None:
    """And stays so when the calendar is changed later."""
    cycles.publish(desk, desk.asking(), guarded(due={"after": "20d"}, guards=[]))
    [ref] = opened(desk, None, "guarded", "2564-d", [draft("9")])
    at(desk, OPENS + 5 * DAY)
    assert state(desk, ref) == "open"
    before = live(desk, ref).due
    assert '"nominal":"2021-08-21"' in before
    answer = correct(desk, desk.asking(), [Correction(date(2021, 8, 6), "holiday", "ก")])
    assert answer["moved"] == []
    assert live(desk, ref).due == before
    assert broken(desk) == []


def test_many_windows_are_taken_in_batches(desk: Desk) -> None:
    cycles.publish(desk, desk.asking(), guarded(guards=[]))
    of = [draft(str(number)) for number in range(BATCH + 30)]
    refs = opened(desk, None, "guarded", "2564-d", of)
    desk.clock.at = beginning_of(OPENS)
    assert [fire(desk, "clockwork", desk.clock.at).alarms for _ in range(3)] == [BATCH, 30, 0]
    assert {state(desk, ref) for ref in refs} == {"open"}


# --- Rules ---------------------------------------------------------------------------------------


def guarded(due: Mapping[str, Any] | None = None, **opening: Any) -> Workflow:
    """Opens by itself if the set keeps its rules, and closes."""
    title = {"th": "ก", "en": "A"}
    window = {"opens": "esar_opens", "closes": "esar_closes"}
    deadline: dict[str, Any] = {
        "name": "esar", "title": title, "due": {"window": window},
        "remind": [], "overdue": [], "again": None,
    }  # fmt: skip
    span = [deadline | {"name": "span", "due": due}] if due else []
    edge = {"title": title, "by": "esar_officer"}
    return Workflow.model_validate(
        {
            "workflow": "guarded", "title": title, "content": "indicator", "prefix": "GUA",
            "initial": "shut", "roles": {"esar_officer": title},
            "states": {
                "shut": {"title": title, "holder": "esar_officer", "deadlines": [deadline]},
                "open": {"title": title, "holder": "esar_officer",
                         "deadlines": [deadline, *span]},
                "missed": {"title": title, "final": True},
                "done": {"title": title, "final": True},
            },
            "transitions": [
                edge | {"trigger": "begin", "from": "shut", "to": "open", "guards": ["set_rules"],
                        "automatic": {"window": "opens"}} | opening,
                edge | {"trigger": "abandon", "from": "shut", "to": "missed",
                        "automatic": {"window": "closes"}},
                edge | {"trigger": "end", "from": "open", "to": "done",
                        "automatic": {"window": "closes"}},
            ],
        }
    )  # fmt: skip


def test_a_rule_that_refuses_is_asked_again_every_day_and_shown(desk: Desk) -> None:
    cycles.publish(desk, desk.asking(), guarded())
    [ref] = opened(desk, None, "guarded", "2564-d", [draft("1")])  # 10 of 100
    first = at(desk, OPENS)
    assert (first.moved, set(first.refused)) == ({}, {ref})
    assert any("10" in reason["en"] for reason in first.refused[ref])
    beat = last_beat(desk)
    assert beat is not None
    assert beat.did["refused"] == first.refused
    assert at(desk, OPENS, 12).refused == {}
    [gap] = account(desk, OPENS).gaps  # it is not forgotten between its tries
    assert (gap.ref, gap.name) == (ref, "begin")
    assert "refused" in gap.en
    assert set(at(desk, OPENS + DAY).refused) == {ref}
    opened(desk, None, "guarded", "2564-d", [draft("2", "60")])
    opened(desk, None, "guarded", "2564-d", [
        draft("3", "30", component="potential_base", mandatory=True)
    ])  # fmt: skip
    done = at(desk, OPENS + 2 * DAY)
    assert (ref in done.moved["begin"], done.refused) == (True, {})
    assert broken(desk) == []


def test_of_two_edges_that_passed_the_earlier_one_is_taken_first(desk: Desk) -> None:
    """Not by their names: it was open before it was abandoned."""
    cycles.publish(desk, desk.asking(), guarded(guards=[]))
    [ref] = opened(desk, None, "guarded", "2564-d", [draft("1")])
    found = at(desk, CLOSES + 9 * DAY)
    assert found.refused == {}
    assert [event["trigger"] for event in trail(desk, ref)[1:]] == ["begin", "end"]


def test_what_never_opened_is_abandoned_when_it_closes(desk: Desk) -> None:
    cycles.publish(desk, desk.asking(), guarded())
    [ref] = opened(desk, None, "guarded", "2564-d", [draft("1")])
    for day in (OPENS, CLOSES, CLOSES + DAY):
        at(desk, day)
    assert state(desk, ref) == "missed"


def test_a_definition_that_this_program_cannot_read_keeps_no_other_waiting(
    desk: Desk, database_url: str
) -> None:
    """Its rule was there when it was published, and is gone."""
    cycles.publish(desk, desk.asking(), guarded())
    [spoilt] = opened(desk, None, "guarded", "2564-d", [draft("1")])
    whole = reported(desk)
    guards = {name: kind for name, kind in VOCABULARY.guards.items() if name != "set_rules"}
    less = Desk(Database.open(database_url), replace(VOCABULARY, guards=guards))
    found = at(less, OPENS, 9)
    assert found.moved == {"open_window": [whole]}
    [reason] = found.refused[spoilt]
    assert "cannot be decided (KeyError('set_rules'))" in reason["en"]
    assert set(at(less, OPENS + DAY).refused) == {spoilt}
    less.close()


# --- A closed list -------------------------------------------------------------------------------


def test_the_clock_takes_no_step_that_a_window_does_not_take(desk: Desk) -> None:
    """Neither a person's nor one that follows a letter, whoever sets an alarm for it."""
    [ref, *_] = opened(desk)
    submitted = reported(desk)
    at(desk, OPENS)
    alarm = table(Alarm)
    with desk.database.write() as tx:
        for item, trigger in ((ref, "submit"), (ref, "notify"), (submitted, "submit")):
            row = {"item": item, "kind": "fire", "name": trigger, "step": ""}
            tx.run(insert(alarm), row | {"at": stamp(desk.clock.at)})
    before = dump(desk, "item", "event")
    found = fire(desk, "clockwork", desk.clock.at)
    assert found.moved == {}
    assert set(found.refused) == {ref, submitted}
    assert any("does not happen by itself" in reason.en for reason in found.refused[submitted])
    assert dump(desk, "item", "event") == before


def test_nobody_acts_as_the_clock(desk: Desk) -> None:
    ref = reported(desk)
    with pytest.raises(Refusal, match="on whose authority"):
        step(desk, ref, "open_window", None)
    assert instant_of(live(desk, ref).entered_at) == beginning_of(date(2021, 7, 1))


def test_as_of_views_show_the_window_as_it_was(desk: Desk) -> None:
    ref = reported(desk)
    at(desk, OPENS)
    moment = stamp(datetime.fromisoformat("2021-07-15T00:00:00+07:00"))
    with desk.database.read() as tx:
        was = past.item_at(tx, ref, moment)
    assert was is not None
    assert (was.state, live(desk, ref).state) == ("not_open", "draft")
