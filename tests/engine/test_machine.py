"""The compiled table says what the definition says, and nothing besides."""

import copy
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.case import Case
from engine.definition import Outcome, Workflow
from engine.errors import Reason
from engine.loader import load
from engine.machine import Compiled
from engine.vocabulary import GuardKind, Vocabulary, guard
from notifications.kinds import LETTERS
from workflows.shipped import definitions, vocabulary

VOCABULARY = vocabulary(LETTERS)
TITLE = {"th": "ก", "en": "a"}


def _compiled(path: Path) -> Compiled:
    return Compiled(load(path, VOCABULARY), 1, "d" * 64, VOCABULARY)


def _table(path: Path) -> dict[tuple[str, str], str]:
    """(state, trigger) → the state after it, read from the file by nobody but YAML."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    steps = document["transitions"]
    return {
        (source, step["trigger"]): step.get("to", source)
        for step in steps
        for source in (step["from"] if isinstance(step["from"], list) else [step["from"]])
    }


@pytest.fixture(params=definitions(), ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    chosen: Path = request.param
    return chosen


def test_every_state_and_trigger_gives_what_the_file_says(path: Path) -> None:
    compiled, table = _compiled(path), _table(path)
    triggers = {trigger for _, trigger in table}
    assert len(table) >= 10
    for state in compiled.workflow.states:
        for trigger in triggers:
            assert compiled.fire(state, trigger) == table.get((state, trigger)), (state, trigger)
            declared = compiled.transition(state, trigger)
            assert (declared is not None) == ((state, trigger) in table)
            assert declared is compiled.workflow.transition(state, trigger)


def test_no_trigger_leads_around_the_rules(path: Path) -> None:
    """`transitions` would make a `to_approved` from everywhere if it were let."""
    compiled = _compiled(path)
    declared = {trigger for _, trigger in _table(path)}
    assert set(compiled._machine.events) == declared
    for state in compiled.workflow.states:
        for target in compiled.workflow.states:
            assert compiled.fire(state, f"to_{target}") is None
            assert compiled.transition(state, f"to_{target}") is None
        assert compiled.fire(state, "no_such_trigger") is None


def test_a_step_without_a_target_stays(path: Path) -> None:
    compiled = _compiled(path)
    for transition in compiled.workflow.transitions:
        for source in transition.sources:
            after = compiled.fire(source, transition.trigger)
            assert after == (transition.to or source)


def test_nobody_is_bound_to_the_machine(path: Path) -> None:
    compiled = _compiled(path)
    before = copy.copy(compiled._machine.models)
    for _ in range(100):
        compiled.fire("draft", "submit")
    assert compiled._machine.models == before == []


def test_holders_uncounted_states_and_identity(path: Path) -> None:
    compiled = Compiled(load(path, VOCABULARY), 7, "abc", VOCABULARY)
    states = yaml.safe_load(path.read_text(encoding="utf-8"))["states"]
    for name, state in states.items():
        assert compiled.holder(name) == state.get("holder", "")
    assert compiled.uncounted == {n for n, state in states.items() if not state.get("counts", True)}
    assert compiled.identity == {"name": path.stem, "version": 7, "digest": "abc"}
    assert compiled.content.name == compiled.workflow.content


# --- Any definition at all -----------------------------------------------------------------------

# Names that `transitions` or Python have a use for must be as good as any other.
STATES = ["initial", "to_there", "state", "events", "internal", "self", "none", "same"]
TRIGGERS = ["trigger", "model", "to_there", "add_model", "is_state", "initial", "reflexive", "may"]
steps = st.lists(
    st.tuples(
        st.sampled_from(TRIGGERS),
        st.sampled_from(STATES),
        st.none() | st.sampled_from(STATES),
    ),
    unique_by=lambda step: step[:2],
    max_size=25,
)


def _workflow(parts: list[dict[str, Any]], **more: Any) -> Workflow:
    return Workflow.model_validate(
        {
            "workflow": "any", "title": TITLE, "content": "indicator", "prefix": "ANY",
            "initial": STATES[0], "roles": {},
            "states": {name: {"title": TITLE} for name in STATES},
            "transitions": [{"title": TITLE, **part} for part in parts], **more,
        }
    )  # fmt: skip


@given(steps)
def test_any_table_is_compiled_as_it_was_declared(
    declared: list[tuple[str, str, str | None]],
) -> None:
    parts = [{"trigger": t, "from": source, "to": to} for t, source, to in declared]
    compiled = Compiled(_workflow(parts), 1, "", VOCABULARY)
    expected = {(source, t): to or source for t, source, to in declared}
    for state in STATES:
        for trigger in [*TRIGGERS, *(f"to_{name}" for name in STATES)]:
            assert compiled.fire(state, trigger) == expected.get((state, trigger))


def test_a_trigger_may_be_called_state() -> None:
    compiled = Compiled(
        _workflow([{"trigger": "state", "from": "same", "to": "self"}]), 1, "", VOCABULARY
    )
    assert compiled.fire("same", "state") == "self"


# --- Threads -------------------------------------------------------------------------------------


def test_threads_share_one_table_and_do_not_meet(path: Path) -> None:
    compiled, table = _compiled(path), _table(path)
    triggers = sorted({trigger for _, trigger in table})
    ways = [(state, trigger) for state in compiled.workflow.states for trigger in triggers]
    start = Barrier(8)

    def walk(number: int) -> list[tuple[tuple[str, str], str | None]]:
        start.wait()
        turned = ways[number:] + ways[:number]
        return [(way, compiled.fire(*way)) for _ in range(20) for way in turned]

    with ThreadPoolExecutor(8) as pool:
        for answers in pool.map(walk, range(8)):
            assert all(table.get(way) == after for way, after in answers)


# --- Guards --------------------------------------------------------------------------------------


@guard(needs=["opinions"])
def weighed(
    case: Case, *, least: int, share: Decimal = Decimal("0.5"), outcome: Outcome = Outcome.APPROVED
) -> list[Reason]:
    return []


@guard(needs=["decisions", "content"])
def simple(case: Case) -> list[Reason]:
    return []


def _bound(*guards: Any, **more: Any) -> tuple[Compiled, list[tuple[GuardKind, dict[str, Any]]]]:
    words = Vocabulary({k.name: k for k in (weighed, simple)}, VOCABULARY.contents, LETTERS)
    part = {"trigger": "go", "from": "initial", "guards": list(guards), **more}
    compiled = Compiled(_workflow([part]), 1, "", words)
    transition = compiled.transition("initial", "go")
    assert transition is not None
    return compiled, [(b.kind, dict(b.parameters)) for b in compiled.guards(transition)]


def test_guards_are_bound_once_with_typed_parameters() -> None:
    _, bound = _bound({"weighed": {"least": "3", "outcome": "referred"}}, "simple")
    assert bound == [
        (weighed, {"least": 3, "share": Decimal("0.5"), "outcome": Outcome.REFERRED}),
        (simple, {}),
    ]
    parameters = bound[0][1]
    assert type(parameters["least"]) is int
    assert parameters["outcome"] is Outcome.REFERRED


@pytest.mark.parametrize("parameters", [{}, {"least": "many"}, {"least": 1, "most": 2}])
def test_guards_with_wrong_parameters_are_not_bound(parameters: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _bound({"weighed": parameters})


def test_an_unknown_guard_or_content_is_not_compiled() -> None:
    with pytest.raises(KeyError, match="nonesuch"):
        _bound("nonesuch")
    with pytest.raises(KeyError, match="nonesuch"):
        Compiled(_workflow([], content="nonesuch"), 1, "", VOCABULARY)


def test_what_must_be_loaded_is_what_the_step_and_its_guards_need() -> None:
    assert _bound()[0].needs("initial", "go") == frozenset()
    assert _bound("simple")[0].needs("initial", "go") == {"decisions", "content"}
    both = _bound("simple", {"weighed": {"least": 1}}, thread="ask")[0]
    assert both.needs("initial", "go") == {"decisions", "content", "opinions", "threads"}
    assert _bound(amends=True)[0].needs("initial", "go") == {"subject", "content"}
    assert both.needs("initial", "other") == both.needs("state", "go") == frozenset()


def test_two_equal_steps_keep_their_own_guards() -> None:
    parts: list[dict[str, Any]] = [
        {"trigger": "go", "from": "initial", "to": "state", "guards": ["set_rules"]},
        {"trigger": "go", "from": "state", "to": "state"},
    ]
    compiled = Compiled(_workflow(parts), 1, "", VOCABULARY)
    one, other = compiled.transition("initial", "go"), compiled.transition("state", "go")
    assert one is not None
    assert other is not None
    assert [bound.kind.name for bound in compiled.guards(one)] == ["set_rules"]
    assert compiled.guards(other) == ()


def test_a_guard_s_signature_is_its_schema() -> None:
    assert weighed.name == "weighed"
    assert set(weighed.parameters.model_fields) == {"least", "share", "outcome"}
    assert weighed.parameters.model_fields["least"].is_required()
    assert simple.needs == {"decisions", "content"}
    with pytest.raises(ValueError, match="weather"):
        guard(needs=["weather"])
