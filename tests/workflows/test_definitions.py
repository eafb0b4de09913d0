"""The four shipped definitions have every path and loop of the two sources (design §4)."""

from collections.abc import Iterator

import pytest

from engine.definition import Outcome, Transition, Workflow
from engine.loader import load
from notifications.kinds import LETTERS
from workflows.shipped import definitions, vocabulary

SHIPPED = {path.stem: load(path, vocabulary(LETTERS)) for path in definitions()}
Walk = list[tuple[str, str]]  # triggers, and the states that they lead to

DEPARTMENT: Walk = [
    ("submit", "working_group_review"), ("endorse", "committee"), ("endorse", "committee"),
    ("submit_to_opdc", "opdc_review"), ("approve", "approved"), ("notify", "notified"),
]  # fmt: skip
PROVINCE: Walk = [
    ("submit", "opdc_analysis"), ("propose", "committee"), ("endorse", "sub_commission"),
    ("approve", "approved"), ("notify", "notified"),
]  # fmt: skip
REQUEST: Walk = [
    ("submit", "opdc_analysis"), ("propose", "working_group_review"), ("approve", "approved"),
    ("notify", "notified"),
]  # fmt: skip
REPORT: Walk = [
    ("open_window", "draft"), ("submit", "coordinator_review"), ("endorse", "permanent_secretary"),
    ("approve", "submitted"),
]  # fmt: skip
ROUND: Walk = [
    ("ask_information", "information_requested"), ("answer", "information_requested"),
]  # fmt: skip


def _step(workflow: Workflow, state: str, trigger: str) -> Transition:
    found = workflow.transition(state, trigger)
    assert found is not None, f"{workflow.name}: no {trigger} from {state}"
    return found


def _walked(name: str, walk: Walk, start: str = "") -> str:
    workflow = SHIPPED[name]
    state = start or workflow.initial
    for trigger, expected in walk:
        state = _step(workflow, state, trigger).to or state
        assert state == expected, f"{name}: {trigger} leads to {state}"
    return state


def _steps(*names: str) -> Iterator[tuple[str, Transition]]:
    for name in names or SHIPPED:
        yield from ((name, transition) for transition in SHIPPED[name].transitions)


def test_four_are_shipped_under_their_own_names() -> None:
    assert set(SHIPPED) == {
        "indicator_department", "indicator_province", "change_request", "performance_report",
    }  # fmt: skip
    assert all(workflow.name == name for name, workflow in SHIPPED.items())
    prefixes = [SHIPPED[name].prefix for name in sorted(SHIPPED)]
    assert prefixes == ["CHG", "IND", "IND", "REP"]


@pytest.mark.parametrize(
    ("name", "walk"),
    [
        ("indicator_department", DEPARTMENT),
        ("indicator_province", PROVINCE),
        ("change_request", REQUEST),
        ("performance_report", REPORT),
    ],
)
def test_the_straight_path_ends_in_a_final_state(name: str, walk: Walk) -> None:
    assert SHIPPED[name].states[_walked(name, walk)].final


@pytest.mark.parametrize(
    ("name", "spine"),
    [
        (
            "indicator_department",
            ["draft", "working_group_review", "committee", "approved", "notified"],
        ),
        ("indicator_province", ["draft", "committee", "approved", "notified"]),
        ("change_request", ["draft", "working_group_review", "committee", "approved", "notified"]),
        ("performance_report", ["draft"]),
    ],
)
def test_the_states_of_the_spine_have_their_names(name: str, spine: list[str]) -> None:
    assert set(spine) <= set(SHIPPED[name].states)


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("indicator_department", ["working_group_review", "committee", "opdc_review"]),
        ("indicator_province", ["opdc_analysis", "committee", "sub_commission"]),
        ("change_request", ["opdc_analysis", "working_group_review", "committee"]),
        ("performance_report", ["coordinator_review", "permanent_secretary"]),
    ],
)
def test_every_review_returns_to_the_draft_with_a_reason(name: str, states: list[str]) -> None:
    for state in states:
        step = _step(SHIPPED[name], state, "return")
        assert step.to == "draft"
        assert step.decision == Outcome.RETURNED
        assert "comment" in step.requires
        assert step.by == (SHIPPED[name].states[state].holder,)


@pytest.mark.parametrize("name", ["indicator_department", "indicator_province", "change_request"])
def test_what_was_returned_goes_the_whole_way_again(name: str) -> None:
    walk = {
        "indicator_department": DEPARTMENT,
        "indicator_province": PROVINCE,
        "change_request": REQUEST,
    }[name]
    for length in range(1, len(walk) - 1):
        there = _walked(name, walk[:length])
        if SHIPPED[name].transition(there, "return"):
            assert _walked(name, [*walk[:length], ("return", "draft"), *walk]) == "notified"


@pytest.mark.parametrize(
    ("name", "asking", "approver"),
    [
        ("indicator_department", "opdc_review", "permanent_secretary"),
        ("indicator_province", "opdc_analysis", "governor"),
    ],
)
def test_information_is_asked_in_any_number_of_rounds(
    name: str, asking: str, approver: str
) -> None:
    rounds: Walk = [*ROUND, ("approve_answer", asking)]
    assert _walked(name, rounds * 4, start=asking) == asking
    workflow = SHIPPED[name]
    ask = _step(workflow, asking, "ask_information")
    answer = _step(workflow, "information_requested", "answer")
    approve = _step(workflow, "information_requested", "approve_answer")
    assert (ask.thread, answer.thread, approve.thread) == ("ask", "answer", "approve")
    assert approve.by == (approver,)
    assert approve.decision == Outcome.ENDORSED
    assert [(guard.name, dict(guard.parameters)) for guard in approve.guards] == [
        ("different_person", {"trigger": "answer"})
    ]
    assert workflow.states["information_requested"].stops_clock


@pytest.mark.parametrize("name", ["indicator_department", "indicator_province", "change_request"])
def test_what_is_under_way_can_be_withdrawn_until_it_is_decided(name: str) -> None:
    workflow = SHIPPED[name]
    decided = {"approved", "rejected", "notified", "withdrawn"}
    for state in workflow.states:
        step = workflow.transition(state, "withdraw")
        assert (step is not None) == (state not in decided), state
        if step is not None:
            assert step.to == "withdrawn"
            assert "comment" in step.requires
    assert workflow.states["withdrawn"].final
    assert not workflow.states["withdrawn"].counts


def test_the_confirmed_details_are_accepted_or_objected_to() -> None:
    workflow = SHIPPED["indicator_department"]
    accept, object_ = _step(workflow, "approved", "accept"), _step(workflow, "approved", "object")
    assert (accept.to, accept.decision) == (None, Outcome.ACKNOWLEDGED)
    assert (object_.to, object_.decision) == ("opdc_review", Outcome.OBJECTED)
    assert "comment" in object_.requires
    notify = _step(workflow, "approved", "notify")
    assert dict(notify.guards[0].parameters) == {"state": "approved", "outcome": "acknowledged"}


def test_a_request_hears_the_host_first_and_changes_the_indicator_when_approved() -> None:
    workflow = SHIPPED["change_request"]
    propose = _step(workflow, "opdc_analysis", "propose")
    assert [guard.name for guard in propose.guards] == ["opinions_in"]
    assert workflow.consultations["host_agency"].during == ("opdc_analysis",)
    into_review = [t for _, t in _steps("change_request") if t.to == "working_group_review"]
    assert into_review == [propose]
    amending = [t for _, t in _steps("change_request") if t.amends]
    assert [(t.trigger, t.to, t.decision) for t in amending] == [
        ("approve", "approved", Outcome.APPROVED)
    ] * 2
    assert all("subject_unchanged" in {guard.name for guard in t.guards} for t in amending)


def test_the_working_group_decides_a_request_or_refers_it_to_the_committee() -> None:
    start = "working_group_review"
    assert _walked("change_request", [("reject", "rejected"), ("notify", "notified")], start)
    for end in ("approve", "reject"):
        after = "approved" if end == "approve" else "rejected"
        assert _walked("change_request", [("refer", "committee"), (end, after)], start)
    refer = _step(SHIPPED["change_request"], start, "refer")
    assert refer.decision == Outcome.REFERRED
    approve = _step(SHIPPED["change_request"], "committee", "approve")
    assert {"state": start, "outcome": "referred"} in [dict(g.parameters) for g in approve.guards]


def test_a_report_opens_and_closes_with_the_window_and_late_is_an_exception() -> None:
    workflow = SHIPPED["performance_report"]
    opens = _step(workflow, "not_open", "open_window")
    assert opens.automatic is not None
    assert opens.automatic.window == "opens"
    for state in ("draft", "coordinator_review", "permanent_secretary"):
        closes = _step(workflow, state, "close_window")
        assert closes.to == "window_closed"
        assert closes.automatic is not None
        assert closes.automatic.window == "closes"
    late = _step(workflow, "window_closed", "allow_late")
    assert (late.to, late.requires) == ("draft", ("comment",))
    late_walk: Walk = [("close_window", "window_closed"), ("allow_late", "draft")]
    assert _walked("performance_report", [REPORT[0], *late_walk, *REPORT[1:]]) == "submitted"


# --- What holds in all of them -------------------------------------------------------------------


def test_nothing_is_approved_but_by_a_decision_that_says_so() -> None:
    ways = [(name, t) for name, t in _steps() if t.to in ("approved", "submitted")]
    assert len(ways) == 5
    for _, transition in ways:
        assert transition.decision == Outcome.APPROVED
        assert transition.automatic is None
        assert transition.by
    assert all(t.to in ("approved", "submitted") for _, t in _steps() if t.decision == "approved")


def test_every_decision_of_a_review_has_its_outcome() -> None:
    words = {
        "endorse": {Outcome.ENDORSED}, "approve": {Outcome.APPROVED}, "reject": {Outcome.REJECTED},
        "return": {Outcome.RETURNED}, "refer": {Outcome.REFERRED}, "object": {Outcome.OBJECTED},
        "accept": {Outcome.ACKNOWLEDGED}, "approve_answer": {Outcome.ENDORSED},
    }  # fmt: skip
    seen = set()
    for name, transition in _steps():
        expected = words.get(transition.trigger, {None})
        assert transition.decision in expected, f"{name}: {transition.trigger}"
        seen.add(transition.trigger)
    assert set(words) <= seen


def test_what_a_body_decides_needs_its_meeting_and_another_person() -> None:
    decided = [(name, t) for name, t in _steps() if t.body]
    assert len(decided) == 10
    for name, transition in decided:
        assert "meeting" in transition.requires
        if transition.decision != Outcome.REFERRED:
            guards = {guard.name for guard in transition.guards}
            assert "different_person" in guards, f"{name}: {transition.trigger}"


def test_who_submitted_does_not_approve() -> None:
    for name, transition in _steps():
        if transition.decision == Outcome.APPROVED:
            other = [dict(g.parameters) for g in transition.guards if g.name == "different_person"]
            assert other, f"{name}: {transition.trigger}"


@pytest.mark.parametrize(
    ("name", "finals"),
    [
        ("indicator_department", {"notified", "withdrawn"}),
        ("indicator_province", {"notified", "withdrawn"}),
        ("change_request", {"notified", "withdrawn"}),
        ("performance_report", {"submitted"}),
    ],
)
def test_the_final_states(name: str, finals: set[str]) -> None:
    assert {state for state, it in SHIPPED[name].states.items() if it.final} == finals
    assert all(not SHIPPED[name].leaving(state) for state in finals)


@pytest.mark.parametrize("name", ["indicator_department", "indicator_province", "change_request"])
def test_notified_comes_by_a_letter_that_the_decision_made_owed(name: str) -> None:
    ways = [t for _, t in _steps(name) if t.to == "notified"]
    [notify] = ways
    assert notify.requires == ("letter",)
    assert notify.automatic is not None
    for source in notify.sources:
        owed = [{letter.kind for letter in t.letters} for _, t in _steps(name) if t.to == source]
        assert owed
        assert all(notify.automatic.letter_sent in kinds for kinds in owed)


@pytest.mark.parametrize("name", ["indicator_department", "indicator_province"])
def test_an_indicator_is_sent_to_opdc_only_when_its_set_keeps_the_rules(name: str) -> None:
    checked = {t.trigger for _, t in _steps(name) if "set_rules" in {g.name for g in t.guards}}
    assert "submit" in checked
    amendable = {state for state, it in SHIPPED[name].states.items() if it.amendable}
    assert amendable == {"approved", "notified"}


def test_everything_is_said_in_thai() -> None:
    for name, workflow in SHIPPED.items():
        titles = [workflow.title, *workflow.roles.values()]
        titles += [state.title for state in workflow.states.values()]
        titles += [d.title for state in workflow.states.values() for d in state.deadlines]
        titles += [transition.title for transition in workflow.transitions]
        for title in titles:
            assert any("\u0e00" <= char <= "\u0e7f" for char in title.th), f"{name}: {title}"
            assert title.en.isascii(), f"{name}: {title}"


def test_whoever_must_meet_a_deadline_cannot_put_it_off() -> None:
    for workflow in SHIPPED.values():
        for name, state in workflow.states.items():
            for deadline in state.deadlines:
                assert state.holder not in deadline.extended_by, (workflow.name, name)
                if deadline.due.after is not None or name == "draft":
                    assert deadline.extended_by, (workflow.name, name, deadline.name)
