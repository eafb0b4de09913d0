"""The calendar is changed: exactly the deadlines that depend on it move, with an event each."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest

from engine import advance, cycles, enrol, past, queries, revisions
from engine.canonical import plain
from engine.case import Given
from engine.clock import beginning_of, stamp
from engine.corrections import Correction, correct, known_until
from engine.database import Database
from engine.definition import Workflow
from engine.errors import AnumatError, Refusal, WrongUse
from engine.load import Where
from engine.messages import Unsent
from engine.office import Answer
from engine.reconcile import reconcile
from engine.tick import Round, tick
from tests.builders import Desk, broken, draft, drafts, dump, live, opened, step
from workflows.content.parts import plain as plain_rules
from workflows.rules import FRAMEWORK

TITLE = {"th": "ก", "en": "A"}
FRIDAY, MONDAY = date(2021, 3, 12), date(2021, 3, 15)
REASON = "วันหยุดพิเศษ"
TIMED = Workflow.model_validate(
    {
        "workflow": "timed", "title": TITLE, "content": "indicator", "prefix": "TIM",
        "initial": "work", "roles": {"coordinator": TITLE, "opdc_analyst": TITLE},
        "states": {
            "work": {
                "title": TITLE, "holder": "coordinator",
                "deadlines": [
                    {"name": name, "title": TITLE, "due": due, **more}
                    for name, due, more in (
                        ("rolls", {"date": "filing"}, {"policy": "next_working_day"}),
                        ("stated", {"date": "filing"}, {}),
                        ("working", {"after": "30wd"}, {}),
                        ("days", {"after": "40d"}, {}),
                    )
                ],
            },
            "done": {"title": TITLE, "final": True},
        },
        "transitions": [
            {"trigger": "finish", "title": TITLE, "from": "work", "to": "done",
             "by": ["coordinator", "opdc_analyst"]},
        ],
    }
)  # fmt: skip
# Opened on 1 February: 12 and 26 February are holidays, so the 30th working day is 17 March.
BEFORE = {
    "rolls": "2021-03-12", "stated": "2021-03-12", "working": "2021-03-17", "days": "2021-03-13",
}  # fmt: skip


@pytest.fixture
def timed(office: Desk) -> Desk:
    """Items of the province in the north, and of an office without a region."""
    cycles.publish(office, office.asking(), TIMED)
    calendar(office, filing=FRIDAY.isoformat())
    region(office, "north")
    return office


def calendar(office: Desk, *, reminders: Any = None, **dates: str) -> Answer:
    said = {"reminders": reminders} if reminders else {}
    new = cycles.NewCycle(
        "2564-d", 2564, "departments", "2564-d", "2564-d", rules=plain_rules(FRAMEWORK),
        dates=dates, calendar=said,
    )  # fmt: skip
    return cycles.open_cycle(office, office.asking(), new)


def region(office: Desk, name: str, key: str | None = None) -> Answer:
    new = enrol.NewOrganisation("CMI", "จังหวัดเชียงใหม่", "Cmi", "province", "", name)
    return enrol.organisations(office, office.asking(None, key), [new])


def make(office: Desk, *organisations: str) -> list[str]:
    of = [draft(str(n), organisation=each) for n, each in enumerate(organisations, 1)]
    return opened(office, None, "timed", "2564-d", of)


def days(office: Desk, ref: str) -> dict[str, str]:
    return {name: e["effective"] for name, e in plain(live(office, ref).due)["open"].items()}


def holiday(
    office: Desk, day: date = FRIDAY, kind: str = "holiday", scope: str = "national", **more: Any
) -> Answer:
    asking = office.asking(more.pop("person", None), more.pop("key", None))
    return correct(office, asking, [Correction(day, kind, more.pop("reason", REASON), scope)])


def moves(answer: Answer) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    return {(m["ref"], m["name"]): (m["from"], m["to"]) for m in answer["moved"]}


def trail(office: Desk, ref: str) -> list[dict[str, Any]]:
    with office.database.read() as tx:
        return queries.history(tx, ref)


def sound(office: Desk) -> None:
    """The trail proves the rows, and behind every open deadline stands its reminder."""
    assert broken(office) == []
    with office.database.read() as tx:
        found = reconcile(tx, office, date(2021, 1, 1), date(2022, 1, 1), office.clock.now())
    assert found.gaps == []


# --- Holidays ------------------------------------------------------------------------------------


def test_a_national_holiday_moves_what_rolls_and_what_counts_working_days(timed: Desk) -> None:
    ops, cmi = make(timed, "OPS", "CMI")
    assert days(timed, ops) == days(timed, cmi) == BEFORE
    after = BEFORE | {"rolls": "2021-03-15", "working": "2021-03-18"}
    answer = holiday(timed)
    assert (answer["added"], days(timed, ops), days(timed, cmi)) == (1, after, after)
    assert moves(answer) == {
        (ref, name): (BEFORE[name], after[name])
        for ref in (ops, cmi)
        for name in ("rolls", "working")
    }
    sound(timed)


def test_a_regional_one_moves_what_is_in_that_region_only(timed: Desk) -> None:
    ops, cmi = make(timed, "OPS", "CMI")
    assert moves(holiday(timed, scope="south")) == {}
    assert set(moves(holiday(timed, scope="north"))) == {(cmi, "rolls"), (cmi, "working")}
    assert days(timed, ops) == BEFORE
    sound(timed)


def test_a_holiday_that_is_taken_back_brings_all_back(timed: Desk) -> None:
    [ref] = make(timed, "OPS")
    there = moves(holiday(timed))
    back = moves(holiday(timed, kind="as_published"))
    assert back == {name: (new, old) for name, (old, new) in there.items()}
    assert days(timed, ref) == BEFORE
    sound(timed)


def test_a_published_holiday_can_become_a_working_day(timed: Desk) -> None:
    [ref] = make(timed, "OPS")
    answer = holiday(timed, date(2021, 2, 26), "working_day")  # Makha Bucha
    assert moves(answer) == {(ref, "working"): ("2021-03-17", "2021-03-16")}


@pytest.mark.parametrize("day", [date(2021, 3, 13), date(2021, 12, 24), date(2021, 1, 5)])
def test_a_holiday_on_which_nothing_depends_writes_no_event_of_an_item(
    timed: Desk, day: date
) -> None:
    """A Saturday, one behind all deadlines, and one before they began."""
    [ref] = make(timed, "OPS")
    before = dump(timed, "item", "alarm")
    assert holiday(timed, day)["moved"] == []
    assert dump(timed, "item", "alarm") == before
    assert len(trail(timed, ref)) == 1


def test_reminders_follow_the_holiday_also_where_the_day_stays(timed: Desk) -> None:
    [ref] = make(timed, "OPS")
    timed.clock.at = beginning_of(date(2021, 3, 4))
    on_the_clock(timed)
    alarms = {row[2]: row[4] for row in dump(timed, "alarm")["alarm"]}
    assert alarms["stated"] == "2021-03-05T02:00:00.000000Z"  # a week before
    assert ("stated" in [name for _, name in moves(holiday(timed, date(2021, 3, 5)))]) is False
    alarms = {row[2]: row[4] for row in dump(timed, "alarm")["alarm"]}
    assert alarms["stated"] == "2021-03-04T02:00:00.000000Z"
    assert {event["kind"] for event in trail(timed, ref)[1:]} == {"rescheduled"}
    sound(timed)


def test_one_event_for_each_item_says_what_moved_and_because_of_what(timed: Desk) -> None:
    ops, cmi = make(timed, "OPS", "CMI")
    timed.later(days=1)
    holiday(timed, person="both")
    for ref in (ops, cmi):
        [event] = trail(timed, ref)[1:]
        assert (event["kind"], event["state"]) == ("rescheduled", "work")
        assert event["because"] == {
            "kind": "holidays",
            "days": [{"day": "2021-03-12", "scope": "national", "kind": "holiday",
                      "reason": REASON, "source": ""}],
        }  # fmt: skip
        assert [(m["name"], m["from"], m["to"], m["announced"]) for m in event["moved"]] == [
            ("rolls", "2021-03-12", "2021-03-15", "2021-03-12"),
            ("working", "2021-03-17", "2021-03-18", "2021-03-18"),
        ]
        assert event["actor"]["person"] == "both"
        assert event["recorded_at"] == stamp(timed.clock.at)


def test_looking_back_shows_the_day_that_held_then(timed: Desk) -> None:
    [ref] = make(timed, "OPS")
    before, moment = live(timed, ref), stamp(timed.clock.at)
    timed.later(days=1)
    holiday(timed)
    with timed.database.read() as tx:
        assert past.item_at(tx, ref, moment) == before
    assert live(timed, ref).due != before.due


def test_what_is_done_is_left_alone(timed: Desk) -> None:
    done, open_one = make(timed, "OPS", "OPS")
    step(timed, done, "finish", "somying")
    before = live(timed, done)
    assert {ref for ref, _ in moves(holiday(timed))} == {open_one}
    assert live(timed, done) == before


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "half_day"}, "kind"),
        ({"reason": " "}, "reason"),
        ({"day": date(1913, 3, 12)}, "year"),
        ({"day": date(2200, 3, 12)}, "year"),
        ({"person": "stranger"}, "person"),
    ],
)
def test_what_is_refused_changes_nothing(timed: Desk, wrong: Any, code: str) -> None:
    make(timed, "OPS", "CMI")
    before = dump(timed)
    with pytest.raises(WrongUse) as caught:
        holiday(timed, **wrong)
    assert [reason.code for reason in caught.value.reasons] == [code]
    good = Correction(FRIDAY, "holiday", REASON)
    with pytest.raises(WrongUse):  # nor does the good one beside it
        correct(timed, timed.asking(), [good, Correction(MONDAY, "half_day", REASON)])
    assert dump(timed) == before
    assert days(timed, make(timed, "OPS")[0]) == BEFORE


def test_what_fails_in_the_middle_leaves_nothing_half_done(
    timed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in memory: the calendar that was not kept is not used."""
    refs = make(timed, "OPS", "CMI")
    before = dump(timed)

    def broken_off(*_: object) -> None:
        raise RuntimeError("the power failed")

    with monkeypatch.context() as patch:
        patch.setattr("engine.reschedule.alarms.write", broken_off)
        with pytest.raises(RuntimeError):
            holiday(timed)
    assert dump(timed) == before
    assert days(timed, make(timed, "OPS")[0]) == BEFORE
    assert {ref for ref, _ in moves(holiday(timed))} > set(refs)


def test_the_same_correction_and_the_same_key_again_change_nothing(timed: Desk) -> None:
    make(timed, "OPS")
    first, after = holiday(timed, key="k1"), dump(timed)
    assert first["moved"]
    timed.later(days=1)
    assert holiday(timed, key="k1") == first
    assert dump(timed) == after
    assert holiday(timed) == {"added": 0, "changed": 0, "same": 1, "moved": []}
    assert dump(timed) == after
    with pytest.raises(Refusal, match="already used"):
        holiday(timed, MONDAY, key="k1")


def test_until_when_holidays_are_known_moves_nothing(timed: Desk) -> None:
    make(timed, "OPS")
    before = dump(timed, "item", "alarm")
    known_until(timed, timed.asking(), date(2027, 12, 31))
    assert dump(timed, "item", "alarm") == before
    with timed.database.read() as tx:
        assert not timed.workdays(tx).provisional(date(2027, 12, 31))
    sound(timed)


# --- The cycle and the region --------------------------------------------------------------------


def test_a_date_of_the_cycle_moves_its_deadlines_and_no_others(timed: Desk) -> None:
    [ref] = make(timed, "OPS")
    assert moves(calendar(timed, filing="2021-03-20")) == {
        (ref, "rolls"): ("2021-03-12", "2021-03-22"),  # the 20th is a Saturday
        (ref, "stated"): ("2021-03-12", "2021-03-20"),
    }
    assert trail(timed, ref)[-1]["because"] == {"kind": "cycle", "cycle": "2564-d"}
    assert moves(calendar(timed, filing="2021-03-20")) == {}
    sound(timed)


def test_a_date_that_is_taken_away_closes_its_deadlines(timed: Desk) -> None:
    [ref] = make(timed, "OPS")
    assert moves(calendar(timed)) == {
        (ref, name): ("2021-03-12", None) for name in ("rolls", "stated")
    }
    assert set(days(timed, ref)) == {"working", "days"}
    assert {row[2] for row in dump(timed, "alarm")["alarm"]} == {"working", "days"}
    again = moves(calendar(timed, filing="2021-03-12"))
    assert again == {(ref, name): (None, "2021-03-12") for name in ("rolls", "stated")}
    sound(timed)


def test_a_date_for_one_code_moves_the_item_with_that_code(timed: Desk) -> None:
    one, _ = make(timed, "OPS", "OPS")
    filing = {"filing": "2021-03-12", "filing@1": "2021-03-31"}
    assert set(moves(calendar(timed, **filing))) == {(one, "rolls"), (one, "stated")}
    sound(timed)


def test_an_item_that_gets_another_code_gets_that_codes_date(office: Desk) -> None:
    calendar(office, **{"draft_submission": "2021-03-12", "draft_submission@9": "2021-06-30"})
    one, other, _ = opened(office, "somying")
    before = live(office, other)
    revisions.revise(office, office.asking("somying"), one, {"unit": "ร้อยละ"})
    assert [event["kind"] for event in trail(office, one)[1:]] == ["revised"]
    revisions.revise(office, office.asking("somying"), one, {"code": "9"})
    assert days(office, one) == {"draft_submission": "2021-06-30"}
    assert trail(office, one)[-1]["because"] == {"kind": "code", "code": "9"}
    assert live(office, other) == before
    sound(office)


def test_another_cycle_is_left_alone(timed: Desk) -> None:
    make(timed, "OPS")
    new = cycles.NewCycle(
        "2564-free", 2564, "departments", "f", "f", dates={"filing": "2021-05-05"}
    )
    assert cycles.open_cycle(timed, timed.asking(), new)["moved"] == []


def test_another_region_moves_what_depends_on_its_holidays(timed: Desk) -> None:
    ops, cmi = make(timed, "OPS", "CMI")
    holiday(timed, scope="north")
    assert days(timed, cmi)["rolls"] == "2021-03-15"
    answer = region(timed, "south", key="k1")
    assert set(moves(answer)) == {(cmi, "rolls"), (cmi, "working")}
    assert (days(timed, ops), days(timed, cmi)) == (BEFORE, BEFORE)
    assert trail(timed, cmi)[-1]["because"] == {"kind": "regions", "organisations": ["CMI"]}
    after = dump(timed)
    assert region(timed, "south", key="k1") == answer
    assert dump(timed) == after
    sound(timed)


# --- What is owed --------------------------------------------------------------------------------


def on_the_clock(office: Desk, said: str = "") -> Round:
    """A tick; `said` is why the relay takes no message now."""
    return tick(office, "clockwork", office.clock.now, lambda claim: Unsent(said) if said else None)


def owed(office: Desk, ref: str) -> set[tuple[str, ...]]:
    """Deadline, step, status and the reason of the item's obligations."""
    rows = dump(office, "obligation")["obligation"]
    return {(row[3], row[4], row[11], row[12]) for row in rows if row[1] == ref}


def test_what_is_owed_of_a_moved_deadline_is_called_back_and_it_reminds_anew(timed: Desk) -> None:
    [ref] = make(timed, "OPS")
    timed.clock.at = beginning_of(date(2021, 3, 9)) + timedelta(hours=9)
    on_the_clock(timed, "the relay is away")
    assert {row[:3] for row in owed(timed, ref)} >= {
        ("rolls", "-3d", "owed"), ("stated", "-3d", "owed"),
    }  # fmt: skip
    holiday(timed)
    found = owed(timed, ref)
    assert ("rolls", "-3d", "cancelled", "moved") in found
    assert ("stated", "-3d", "owed", "the relay is away") in found
    timed.clock.at = beginning_of(FRIDAY) + timedelta(hours=9)
    on_the_clock(timed)
    # A day before Monday is the Sunday, and the Friday is a holiday now: it was due on Thursday.
    assert ("rolls", "-1d", "sent", "") in owed(timed, ref)
    assert ("stated", "0", "sent", "") in owed(timed, ref)
    sound(timed)


def test_a_date_that_was_taken_away_and_given_again_reminds_anew(timed: Desk) -> None:
    [ref] = make(timed, "OPS")
    timed.clock.at = beginning_of(date(2021, 3, 5)) + timedelta(hours=9)
    on_the_clock(timed)
    assert ("stated", "-7d", "sent", "") in owed(timed, ref)
    calendar(timed)
    calendar(timed, filing="2021-03-26")
    timed.clock.at = beginning_of(date(2021, 3, 19)) + timedelta(hours=9)
    assert on_the_clock(timed).sent
    keys = [row[0] for row in dump(timed, "obligation")["obligation"] if "stated" in row[0]]
    assert sum("|-7d|" in key for key in keys) == 2 * sum("|0|-7d|" in key for key in keys)
    sound(timed)


def test_a_cycle_that_names_a_reminder_twice_keeps_nobody_from_being_reminded(
    timed: Desk,
) -> None:
    [ref] = make(timed, "OPS")
    calendar(timed, filing="2021-03-12", reminders={"stated": {"remind": ["7d", "7d"]}})
    timed.clock.at = beginning_of(date(2021, 3, 5)) + timedelta(hours=9)
    assert on_the_clock(timed).sent
    assert ("stated", "-7d", "sent", "") in owed(timed, ref)
    sound(timed)


# --- Two at once ---------------------------------------------------------------------------------

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.builders"])
PATIENCE = 60
_barrier: list[Barrier] = []


def _join(barrier: Barrier) -> None:
    _barrier.append(barrier)


def _finishes(url: str, refs: list[str]) -> list[Any]:
    """One item after another is finished, each in a command of its own."""
    office = Desk(Database.open(url))
    _barrier[0].wait(PATIENCE)
    told = []
    for ref in refs:
        try:
            told.append(step(office, ref, "finish", "somying")["to"])
        except AnumatError as error:
            told.append([reason.code for reason in error.reasons])
    office.close()
    return told


def _declares(url: str, changes: list[tuple[date, str]]) -> list[Any]:
    """One correction of a holiday after another."""
    office = Desk(Database.open(url))
    _barrier[0].wait(PATIENCE)
    told: list[Any] = []
    for day, kind in changes:
        try:
            told.append(len(holiday(office, day, kind)["moved"]))
        except AnumatError as error:
            told.append([reason.code for reason in error.reasons])
    office.close()
    return told


@pytest.fixture
def pool() -> Iterator[ProcessPoolExecutor]:
    barrier = PROCESSES.Barrier(2)
    with ProcessPoolExecutor(2, PROCESSES, initializer=_join, initargs=(barrier,)) as made:
        yield made


def test_a_step_and_a_holiday_at_once_leave_no_deadline_behind(
    timed: Desk, database_url: str, pool: ProcessPoolExecutor
) -> None:
    refs = make(timed, *["OPS"] * 40)
    changes = [(FRIDAY, "holiday"), (MONDAY, "holiday"), (FRIDAY, "as_published")] * 3
    steps = pool.submit(_finishes, database_url, refs[:30])
    declared = pool.submit(_declares, database_url, changes)
    finished, moved = steps.result(2 * PATIENCE), declared.result(2 * PATIENCE)
    # Whoever was overtaken five times over was told so, and changed nothing.
    assert {str(each) for each in finished} <= {"done", "['overtaken']"}
    assert {str(each) for each in moved if not isinstance(each, int)} <= {"['overtaken']"}
    asking, where = timed.asking("somying"), Where({"state": ["work"], "ref": refs[:30]})
    if any(each != "done" for each in finished):
        advance.bulk(timed, asking, where, "finish", Given())
    assert {live(timed, ref).due for ref in refs[:30]} == {"{}"}
    holiday(timed)
    holiday(timed, MONDAY)
    expected = BEFORE | {"rolls": "2021-03-16", "working": "2021-03-19"}
    assert [days(timed, ref) for ref in refs[30:]] == [expected] * 10
    sound(timed)


def test_a_new_item_and_a_holiday_at_once_agree(timed: Desk) -> None:
    """What is opened after the change has the new calendar, in this process and in another."""
    other = Desk(Database.open(str(timed.database.engine.url.render_as_string(False))))
    make(other, "OPS")  # it has read the old calendar
    holiday(timed)
    assert days(timed, make(other, "OPS")[0])["rolls"] == "2021-03-15"
    other.close()


def test_the_shipped_draft_moves_with_the_golden_holiday(office: Desk) -> None:
    """22 October 2021 becomes a holiday and the 25th a working day: due on the 25th."""
    calendar(office, draft_submission="2021-10-22")
    [ref, *_] = opened(office, "somying", of=drafts())
    answer = correct(
        office, office.asking(),
        [Correction(date(2021, 10, 22), "holiday", REASON),
         Correction(date(2021, 10, 25), "working_day", REASON)],
    )  # fmt: skip
    assert moves(answer)[ref, "draft_submission"] == ("2021-10-22", "2021-10-25")
    assert len(answer["moved"]) == 3
