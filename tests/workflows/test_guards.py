"""Every guard: what it lets pass, what it refuses, and in which words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from engine.case import Case, Facts, Given, Member, Place, Step, Subject, Voice
from engine.errors import Reason
from engine.loader import load
from engine.machine import BoundGuard, Compiled
from engine.people import Actor
from engine.replay import ItemState
from engine.vocabulary import NEEDS
from notifications.kinds import LETTERS
from workflows.content import change_request, indicator
from workflows.content.parts import plain
from workflows.guards import GUARDS
from workflows.rules import FRAMEWORK
from workflows.shipped import definitions, vocabulary

VOCABULARY = vocabulary(LETTERS)
COMPILED = {
    path.stem: Compiled(load(path, VOCABULARY), 1, "d" * 64, VOCABULARY) for path in definitions()
}
SOMCHAI = Actor("somchai", "สมชาย", "Somchai", "", "", (("opdc_analyst", "*"),))


def _item(**more: Any) -> ItemState:
    there: dict[str, Any] = {
        "ref": "CHG-2565-0001", "workflow": "change_request", "definition": 1,
        "content": "change_request", "cycle": "2565P", "organisation": "TH-11", "code": "P01",
        "title": "คำขอ", "subject": "IND-2565-0001", "state": "opdc_analysis",
        "holder": "opdc_analyst", "visits": '{"draft":1,"opdc_analysis":1}', "revision": 1,
        "digest": "1" * 64, "voided": 0, "due": "{}", "entered_at": "2022-01-01T00:00:00.000000Z",
        "version": 2, "head": b"",
    }  # fmt: skip
    return ItemState(**(there | more))


def _case(item: ItemState | None = None, rules: Any = None, **facts: Any) -> Case:
    item = item or _item()
    place = Place("TH-11", "สมุทรปราการ", "Samut Prakan", "/MOI/TH-11/", "2565P", rules or {})
    return Case(
        item, COMPILED[item.workflow], place, SOMCHAI, date(2022, 1, 2), Given(), None,
        Facts(**facts),
    )  # fmt: skip


def _asked(name: str, case: Case, **parameters: Any) -> list[Reason]:
    """As the engine asks: with the parameters read as a definition gives them."""
    kind = GUARDS[name]
    bound = BoundGuard(kind, dict(kind.parameters.model_validate(parameters)))
    reasons = list(kind.check(case, **bound.parameters))
    assert all(reason.th and reason.en for reason in reasons)
    return reasons


def test_every_guard_is_registered_under_its_name_and_needs_what_there_is() -> None:
    assert set(GUARDS) == {
        "different_person", "decision_stands", "opinions_in", "set_rules", "subject_settled",
        "subject_unchanged",
    }  # fmt: skip
    for name, kind in GUARDS.items():
        assert kind.name == name
        assert kind.needs <= NEEDS
        assert kind.check.__doc__
    assert [name for name, kind in GUARDS.items() if kind.whole_set] == ["set_rules"]


# --- Persons -------------------------------------------------------------------------------------


def _step(trigger: str, person: str, seq: int = 2, **more: Any) -> Step:
    told: dict[str, Any] = {"source": "draft", "outcome": "", "revision": 1}
    return Step(seq=seq, trigger=trigger, person=person, **(told | more))


@pytest.mark.parametrize(
    ("steps", "allowed"),
    [
        ([], True),
        ([_step("submit", "malee")], True),
        ([_step("submit", "somchai")], False),
        ([_step("return", "somchai")], True),
        ([_step("submit", "somchai"), _step("return", "wichai"), _step("submit", "malee")], True),
        ([_step("submit", "malee"), _step("return", "wichai"), _step("submit", "somchai")], False),
    ],
)
def test_who_last_did_a_step_may_not_do_the_next(steps: Sequence[Step], allowed: bool) -> None:
    reasons = _asked("different_person", _case(steps=steps), trigger="submit")
    assert bool(reasons) != allowed
    if not allowed:
        assert reasons[0].code == "different-person"
        assert "สมชาย" in reasons[0].th
        assert "Somchai did “submit”" in reasons[0].en


# --- Decisions that stand ------------------------------------------------------------------------


def _decided(seq: int, outcome: str = "endorsed", **more: Any) -> Step:
    told: dict[str, Any] = {"source": "committee", "revision": 1} | more
    return _step("endorse", "malee", seq, outcome=outcome, **told)


@pytest.mark.parametrize(
    ("steps", "item", "code"),
    [
        ([_decided(5)], {}, None),
        ([_decided(5), _decided(6)], {}, None),
        ([], {}, "decision-missing"),
        ([_decided(5, "returned")], {}, "decision-missing"),
        ([_decided(5, source="opdc_review")], {}, "decision-missing"),
        ([_decided(5)], {"revision": 2, "voided": 6}, "decision-void"),
        ([_decided(5)], {"voided": 6}, "decision-void"),  # returned: the same revision, void
        ([_decided(5)], {"voided": 5}, "decision-void"),
        ([_decided(5), _decided(8, revision=2)], {"revision": 2, "voided": 6}, None),
        ([_decided(5)], {"revision": 2}, "decision-void"),
    ],
)
def test_a_decision_stands_on_the_content_it_was_taken_on(
    steps: Sequence[Step], item: dict[str, Any], code: str | None
) -> None:
    case = _case(_item(workflow="indicator_department", state="committee", **item), steps=steps)
    reasons = _asked("decision_stands", case, state="committee")
    assert [reason.code for reason in reasons] == ([code] if code else [])
    if code:
        assert "“Committee”" in reasons[0].en
        assert "คณะกรรมการ" in reasons[0].th
    if code == "decision-void":
        assert "on revision 1" in reasons[0].en
        assert f"at revision {case.item.revision}" in reasons[0].en


def test_another_outcome_can_be_asked_for() -> None:
    steps = [_decided(5, "referred")]
    case = _case(_item(state="committee"), steps=steps)
    assert _asked("decision_stands", case, state="committee", outcome="referred") == []
    assert _asked("decision_stands", case, state="committee", outcome="approved")


# --- Opinions ------------------------------------------------------------------------------------


def _hosts(*hosts: str) -> dict[str, Any]:
    return change_request.clean(
        {
            "indicator": "P01", "kind": "target", "reason_th": "โรคระบาด",
            "changes": {"target_75": "80"}, "host_agency": hosts[0] if len(hosts) == 1 else hosts,
        }
    )  # fmt: skip


def _voice(organisation: str, revision: int = 1, stance: str = "support") -> Voice:
    return Voice("host_agency", organisation, stance, revision)


def _opinions(
    hosts: Sequence[str], voices: Sequence[Voice], need: Any, **item: Any
) -> list[Reason]:
    case = _case(_item(**item), content=_hosts(*hosts), voices=voices)
    return _asked("opinions_in", case, consultation="host_agency", need=need)


@pytest.mark.parametrize(
    ("need", "heard", "missing"),
    [
        ("all", [], "NSO, DOPA, DLA"),
        ("all", ["DOPA"], "NSO, DLA"),
        ("all", ["DOPA", "NSO", "DLA"], None),
        ("any", [], "NSO, DOPA, DLA"),
        ("any", ["DLA"], None),
        (1, [], "NSO, DOPA, DLA"),
        (1, ["NSO"], None),
        (2, ["NSO"], "DOPA, DLA"),
        (2, ["NSO", "DLA"], None),
        (3, ["NSO", "DLA"], "DOPA"),
        (3, ["NSO", "DLA", "DOPA"], None),
        ("all", ["OTHER", "DOPA", "NSO"], "DLA"),
        ("any", ["OTHER"], "NSO, DOPA, DLA"),
    ],
)
def test_opinions_are_counted(need: Any, heard: Sequence[str], missing: str | None) -> None:
    reasons = _opinions(["NSO", "DOPA", "DLA"], [_voice(each) for each in heard], need)
    assert bool(reasons) == (missing is not None)
    for reason in reasons:
        assert reason.code == "opinion-missing"
        assert reason.en == f"opinions still missing (Host agency): {missing}"
        assert reason.th.endswith(f": {missing}")


def test_all_is_what_is_needed_unless_said() -> None:
    case = _case(content=_hosts("NSO", "DOPA"), voices=[_voice("NSO")])
    [reason] = _asked("opinions_in", case, consultation="host_agency")
    assert reason.en.endswith(": DOPA")


@pytest.mark.parametrize("stance", ["support", "no_objection", "oppose"])
def test_an_opinion_counts_whatever_it_says(stance: str) -> None:
    assert _opinions(["NSO"], [_voice("NSO", stance=stance)], "all") == []


@pytest.mark.parametrize("need", ["all", "any", 1])
def test_an_opinion_on_an_earlier_revision_is_stale(need: Any) -> None:
    assert _opinions(["NSO"], [_voice("NSO")], need, revision=1) == []
    [reason] = _opinions(["NSO"], [_voice("NSO")], need, revision=2)
    assert reason.code == "opinion-missing"
    assert _opinions(["NSO"], [_voice("NSO", 2)], need, revision=2) == []


def test_an_opinion_in_another_consultation_does_not_count() -> None:
    other = Voice("lead_unit", "NSO", "support", 1)
    assert [reason.code for reason in _opinions(["NSO"], [other], "all")] == ["opinion-missing"]


@pytest.mark.parametrize("need", ["all", "any", 1])
def test_where_nobody_is_named_nobody_was_heard(need: Any) -> None:
    for content in (_hosts(), None):
        case = _case(content=content, voices=[_voice("NSO")])
        [reason] = _asked("opinions_in", case, consultation="host_agency", need=need)
        assert reason.code == "consultation-empty"
        assert "the content names no Host agency to consult" in reason.en


def test_more_opinions_than_are_asked_for_cannot_come_in() -> None:
    [reason] = _opinions(["NSO", "DOPA"], [_voice("NSO"), _voice("DOPA")], 3)
    assert "2" in reason.en
    assert "3" in reason.en
    assert not reason.en.endswith(": ")


# --- The set -------------------------------------------------------------------------------------


def _member(code: str, weight: str, base: str = "performance", **more: Any) -> Member:
    content = {"code": code, "name_th": "ก", "component": f"{base}_base", "weight": weight, **more}
    return Member(f"IND-2564-000{code}", code, indicator.clean(content))


def test_the_rules_of_the_cycle_are_asked_of_the_whole_set() -> None:
    members = [_member("1", "70"), _member("2", "30", "potential", mandatory=True)]
    item = _item(workflow="indicator_department", state="draft", content="indicator")
    rules = plain(FRAMEWORK)
    assert _asked("set_rules", _case(item, rules, members=members)) == []
    assert _asked("set_rules", _case(item, {}, members=members[:1])) == []
    found = _asked("set_rules", _case(item, rules, members=members[:1]))
    assert {reason.code for reason in found} == {"weights", "mandatory"}
    assert found[0].en == "the weights are 70, must be 100 (1=70)"


# --- The subject of a request --------------------------------------------------------------------


def _subject(amendable: bool = True, **more: Any) -> Subject:
    item = _item(ref="IND-2565-0001", workflow="indicator_province", subject="", **more)
    return Subject(item, _member("1", "70").content, amendable)


def test_only_what_was_approved_can_be_changed() -> None:
    assert _asked("subject_settled", _case(subject=_subject())) == []
    [reason] = _asked("subject_settled", _case(subject=_subject(amendable=False)))
    assert reason.code == "subject"
    assert "IND-2565-0001" in reason.en
    assert "IND-2565-0001" in reason.th
    [reason] = _asked("subject_settled", _case(subject=None))
    assert "the indicator — is not approved" in reason.en


def test_the_indicator_is_as_it_was_when_the_request_was_written() -> None:
    written = _hosts("NSO") | {"based_on": "1" * 64}
    unchanged, changed = _subject(digest="1" * 64), _subject(digest="2" * 64, revision=3)
    assert _asked("subject_unchanged", _case(subject=unchanged, content=written)) == []
    [reason] = _asked("subject_unchanged", _case(subject=changed, content=written))
    assert reason.code == "subject-changed"
    assert "IND-2565-0001 went on to revision 3" in reason.en
    assert "รุ่นที่ 3" in reason.th


def test_a_request_that_does_not_say_what_it_was_based_on_is_not_held_up() -> None:
    assert _asked("subject_unchanged", _case(subject=_subject(), content=_hosts("NSO"))) == []
    assert _asked("subject_unchanged", _case(subject=None, content=_hosts("NSO"))) == []
    assert _asked("subject_unchanged", _case(subject=_subject(), content=None)) == []
