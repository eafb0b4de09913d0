"""Putting off a deadline of one item: who may, what is refused and why, and what is written."""

from datetime import date, timedelta
from typing import Any

import pytest

from engine import cycles, past, queries
from engine.canonical import plain
from engine.clock import beginning_of, stamp
from engine.errors import AnumatError, Refusal, WrongUse
from engine.extend import LONGEST, Extension, extend
from engine.messages import Unsent
from engine.office import Answer
from engine.tick import tick
from tests.builders import DEPARTMENT, Desk, broken, drafts, dump, live, opened, step, walk

DATES = {"internal_draft": "2021-03-05", "draft_submission": "2021-03-12"}
TO = date(2021, 3, 19)
FLOOD = "น้ำท่วมที่ทำการ"


@pytest.fixture
def ref(office: Desk) -> str:
    """A draft that is to reach OPDC on Friday 12 March 2021, and the permanent secretary before."""
    calendar(office)
    return opened(office, "somying")[0]


def calendar(office: Desk, **dates: str) -> None:
    new = cycles.NewCycle("2564-d", 2564, "departments", "2564-d", "2564-d", dates=DATES | dates)
    cycles.open_cycle(office, office.asking(), new)


def put_off(
    office: Desk,
    ref: str,
    person: str | None = "orn",
    deadline: str = "draft_submission",
    comment: str = FLOOD,
    key: str | None = None,
    **until: Any,
) -> Answer:
    wish = Extension(deadline, comment, **(until or {"to": TO}))
    return extend(office, office.asking(person, key), ref, wish)


def against(office: Desk, ref: str, **wish: Any) -> dict[str, str]:
    """The reasons of a refusal that changed nothing: what was said in English by code."""
    before = dump(office)
    with pytest.raises(AnumatError) as caught:
        put_off(office, ref, **wish)
    assert dump(office) == before
    assert all(reason.th and reason.th != reason.en for reason in caught.value.reasons)
    return {reason.code: reason.en for reason in caught.value.reasons}


def days(office: Desk, ref: str) -> dict[str, str]:
    return {name: e["effective"] for name, e in plain(live(office, ref).due)["open"].items()}


def trail(office: Desk, ref: str) -> list[dict[str, Any]]:
    with office.database.read() as tx:
        return queries.history(tx, ref)


# --- What is done --------------------------------------------------------------------------------


def test_it_is_put_off_and_the_others_stay(office: Desk, ref: str) -> None:
    answer = put_off(office, ref)
    assert answer == {
        "ref": ref, "name": "draft_submission",
        "title": {"th": "ส่งร่างตัวชี้วัดถึงสำนักงาน ก.พ.ร.", "en": "Draft reaches OPDC"},
        "from": "2021-03-12", "to": "2021-03-19", "announced": "2021-03-19",
    }  # fmt: skip
    assert days(office, ref) == DATES | {"draft_submission": "2021-03-19"}
    assert broken(office) == []


def test_the_trail_says_who_why_and_from_when_to_when(office: Desk, ref: str) -> None:
    office.later(minutes=5)
    put_off(office, ref, comment=f"  {FLOOD} ")
    event = trail(office, ref)[-1]
    assert (event["kind"], event["comment"], event["state"]) == ("extended", FLOOD, "draft")
    assert (event["deadline"]["from"], event["deadline"]["to"]) == ("2021-03-12", "2021-03-19")
    assert (event["actor"]["person"], event["actor"]["role"]["name"]) == ("orn", "opdc_analyst")
    assert (event["recorded_by"], event["recorded_at"]) == ("tester", stamp(office.clock.at))
    assert event["organisation"]["code"] == "OPS"


def test_looking_back_shows_the_day_that_held_then(office: Desk, ref: str) -> None:
    before, moment = live(office, ref), stamp(office.clock.at)
    office.later(days=1)
    put_off(office, ref)
    after = live(office, ref)
    assert after.due != before.due
    with office.database.read() as tx:
        assert past.item_at(tx, ref, moment) == before
        assert past.item_at(tx, ref, stamp(office.clock.at)) == after


def test_a_step_afterwards_is_taken_as_ever_and_the_date_stays_put_off(
    office: Desk, ref: str
) -> None:
    put_off(office, ref)
    walk(office, ref, DEPARTMENT[:1])
    assert live(office, ref).due == '{"extended":{"draft_submission":"2021-03-19"}}'
    walk(office, ref, DEPARTMENT[1:2])
    assert days(office, ref) == {"draft_submission": "2021-03-19"}
    step(office, ref, "return", "kanda", comment="แก้")
    assert days(office, ref) == DATES | {"draft_submission": "2021-03-19"}
    assert broken(office) == []


def test_by_a_span_counts_from_what_was_announced_not_from_what_became_of_it(office: Desk) -> None:
    """The day was a Saturday that rolled to Monday 15 March: 5 days more are from the Saturday."""
    calendar(office, draft_submission="2021-03-13")
    [ref, *_] = opened(office, "somying")
    assert days(office, ref)["draft_submission"] == "2021-03-15"
    assert put_off(office, ref, by="5d")["to"] == "2021-03-18"
    assert put_off(office, ref, by="5wd")["to"] == "2021-03-25"


def test_an_extension_to_a_holiday_rolls_where_the_deadline_does(office: Desk, ref: str) -> None:
    answer = put_off(office, ref, to=date(2021, 3, 20))
    assert (answer["announced"], answer["to"]) == ("2021-03-20", "2021-03-22")
    internal = put_off(office, ref, person="palat", deadline="internal_draft", to=date(2021, 3, 20))
    assert (internal["announced"], internal["to"]) == ("2021-03-20", "2021-03-20")


def test_an_overdue_deadline_can_be_put_off_into_the_future(office: Desk, ref: str) -> None:
    office.clock.at = beginning_of(date(2021, 4, 1))
    assert "not-later" in against(office, ref, to=date(2021, 4, 1))
    assert put_off(office, ref, to=date(2021, 4, 2))["to"] == "2021-04-02"


def test_a_span_is_put_off_for_this_visit_and_goes_on_from_there(office: Desk) -> None:
    ref = opened(office, "somying")[0]
    walk(office, ref, [*DEPARTMENT[:4], ("ask_information", "orn", {"comment": "ถาม"})])
    assert days(office, ref) == {"answer": "2021-02-08"}
    put_off(office, ref, deadline="answer", by="5wd")
    assert days(office, ref) == {"answer": "2021-02-16"}  # the 12th is a special holiday
    answer = ("answer", "somying", {"comment": "ตอบ"})
    walk(office, ref, [answer, ("approve_answer", "palat", {})])
    step(office, ref, "ask_information", "orn", comment="อีก")
    assert days(office, ref) == {"answer": "2021-02-08"}
    assert broken(office) == []


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["somying", "somsak", "wipa", "governor", "nobody"])
def test_nobody_extends_without_the_right_and_is_told_who_could(
    office: Desk, ref: str, person: str
) -> None:
    said = against(office, ref, person=person)
    assert set(said) == {"role", "who-could"}
    assert said["role"] == f"{person.title()} may not extend “Draft reaches OPDC” of Ops"
    assert said["who-could"] == "who could: Both (both), Oat (oat), Orn (orn)"


def test_who_extends_one_deadline_may_not_extend_the_other(office: Desk, ref: str) -> None:
    assert "role" in against(office, ref, person="palat")
    assert "role" in against(office, ref, person="orn", deadline="internal_draft")
    put_off(office, ref, person="palat", deadline="internal_draft")


def test_a_right_elsewhere_is_no_right_here(office: Desk) -> None:
    calendar(office)
    [ref, *_] = opened(office, None, of=drafts("MOPH"))
    assert "role" in against(office, ref, person="palat", deadline="internal_draft")


def test_every_reason_is_told_at_once(office: Desk, ref: str) -> None:
    wrong = {"comment": " ", "to": date(2021, 3, 12)}
    assert set(against(office, ref, **wrong)) == {"not-later", "comment"}
    assert set(against(office, ref, person="somying", **wrong)) == {
        "role", "who-could", "not-later", "comment",
    }  # fmt: skip


@pytest.mark.parametrize("until", [{"to": date(2021, 3, 12)}, {"to": date(2021, 2, 1)}])
def test_an_earlier_day_is_no_extension(office: Desk, ref: str, until: Any) -> None:
    said = against(office, ref, **until)
    assert "it must be after 12 Mar 2021" in said["not-later"]


def test_a_span_that_does_not_reach_beyond_what_counts_is_none(office: Desk, ref: str) -> None:
    put_off(office, ref, to=date(2021, 3, 20))  # a Saturday, rolled to the 22nd
    assert set(against(office, ref, by="2d")) == {"not-later"}


@pytest.mark.parametrize("comment", ["", "  \n", "ก" * (LONGEST + 1)])
def test_a_reason_is_required_and_not_a_book(office: Desk, ref: str, comment: str) -> None:
    assert set(against(office, ref, comment=comment)) == {"comment"}


def test_the_operator_extends_nothing(office: Desk, ref: str) -> None:
    assert set(against(office, ref, person=None)) == {"actor"}


@pytest.mark.parametrize("deadline", ["answer", "nonsense", ""])
def test_only_an_open_deadline_can_be_put_off(office: Desk, ref: str, deadline: str) -> None:
    said = against(office, ref, deadline=deadline)
    assert said["deadline"] == (
        f"{ref} at “Draft” has no open deadline “{deadline}”; "
        "it has: draft_submission, internal_draft"
    )


def test_a_deadline_whose_date_the_cycle_lacks_is_not_open(office: Desk) -> None:
    [ref, *_] = opened(office, "somying")
    assert "it has: —" in against(office, ref)["deadline"]
    walk(office, ref, DEPARTMENT[:1])
    with pytest.raises(WrongUse):
        put_off(office, ref)


@pytest.mark.parametrize(
    "until",
    [{"by": ""}, {"by": "soon"}, {"by": "5"}, {"by": "-5d"}, {"by": "0d"}, {"to": TO, "by": "5d"}],
)
def test_until_when_must_be_said(office: Desk, ref: str, until: Any) -> None:
    assert set(against(office, ref, **until)) == {"span"}


# --- Once ----------------------------------------------------------------------------------------


def test_the_same_key_extends_once(office: Desk, ref: str) -> None:
    first = put_off(office, ref, key="k1", by="5d")
    after = dump(office)
    office.later(days=3)
    assert put_off(office, ref, key="k1", by="5d") == first
    assert dump(office) == after
    with pytest.raises(Refusal, match="already used"):
        put_off(office, ref, key="k1", by="6d")


# --- Reminders -----------------------------------------------------------------------------------


def ledger(office: Desk, ref: str) -> list[tuple[str, str, str, str]]:
    """Deadline, step, status and the reason of an item's obligations."""
    return [
        (row[3], row[4], row[11], row[12])
        for row in dump(office, "obligation")["obligation"]
        if row[1] == ref
    ]


def test_reminders_follow_and_what_was_owed_is_called_back(office: Desk, ref: str) -> None:
    """`later` keeps all messages from being sent, so that what was called is owed still."""
    office.clock.at = beginning_of(date(2021, 3, 9)) + timedelta(hours=9)  # 3 days before
    tick(office, "clockwork", office.clock.now, lambda claim: Unsent("the relay is away"))
    assert ("draft_submission", "-3d", "owed", "the relay is away") in ledger(office, ref)
    others = [row for row in ledger(office, ref) if row[0] == "internal_draft"]
    put_off(office, ref)
    now = ledger(office, ref)
    mine = [row for row in now if row[0] == "draft_submission"]
    assert {row[2:] for row in mine if row[1] == "-3d"} == {("cancelled", "moved")}
    assert [row for row in now if row[0] == "internal_draft"] == others
    alarms = {row[2]: row[3:] for row in dump(office, "alarm")["alarm"] if row[0] == ref}
    assert alarms["draft_submission"] == ("-7d", "2021-03-12T02:00:00.000000Z")
    office.clock.at = beginning_of(date(2021, 3, 12)) + timedelta(hours=9)
    tick(office, "clockwork", office.clock.now, lambda claim: None)
    assert ("draft_submission", "-7d", "sent", "") in ledger(office, ref)
