"""A definition is built whole or not at all, cannot be changed, and comes back as it was."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from engine.canonical import canonical
from engine.definition import (
    Automatic,
    Deadline,
    Due,
    Guard,
    Letter,
    Outcome,
    State,
    Title,
    Transition,
    Workflow,
)
from engine.definitions import published_form
from engine.loader import load
from notifications.kinds import LETTERS
from workflows.shipped import definitions, vocabulary

VOCABULARY = vocabulary(LETTERS)
TITLE = {"th": "ก", "en": "a"}
SMALL: dict[str, Any] = {
    "workflow": "small",
    "title": TITLE,
    "content": "indicator",
    "prefix": "SM",
    "initial": "here",
    "roles": {"clerk": TITLE},
    "states": {
        "here": {"title": TITLE, "holder": "clerk"},
        "there": {"title": TITLE, "final": True},
    },
    "transitions": [
        {"trigger": "go", "title": TITLE, "from": "here", "to": "there", "by": "clerk"}
    ],
}


def _step(**keys: Any) -> Transition:
    return Transition.model_validate(
        {"trigger": "go", "title": TITLE, "from": "here", "to": "there", **keys}
    )


@pytest.fixture(params=definitions(), ids=lambda path: path.stem)
def shipped(request: pytest.FixtureRequest) -> Workflow:
    path: Path = request.param
    return load(path, VOCABULARY)


def test_a_document_gives_an_equal_workflow_again(shipped: Workflow) -> None:
    document = json.loads(canonical(shipped.document()))
    again = Workflow.model_validate(document)
    assert again == shipped
    assert again.document() == shipped.document()
    assert published_form(again) == published_form(shipped)


def test_a_document_is_plain_and_in_the_words_of_the_language(shipped: Workflow) -> None:
    document = shipped.document()
    assert {"workflow", "title", "content", "prefix", "initial", "roles", "states"} <= set(document)
    assert all("from" in step and "sources" not in step for step in document["transitions"])
    assert list(document["states"]) == list(shipped.states)


def _parts(value: Any) -> list[Any]:
    """Every part of a model, down to the leaves."""
    if isinstance(value, BaseModel):
        return [
            value,
            *(p for name in type(value).model_fields for p in _parts(getattr(value, name))),
        ]
    if isinstance(value, Mapping):
        return [value, *(p for part in value.values() for p in _parts(part))]
    if isinstance(value, tuple | list):
        return [value, *(p for part in value for p in _parts(part))]
    return [value]


def test_nothing_in_a_workflow_can_be_changed(shipped: Workflow) -> None:
    before = published_form(shipped)
    for part in _parts(shipped):
        if isinstance(part, BaseModel):
            for name in type(part).model_fields:
                with pytest.raises(ValidationError, match="frozen"):
                    setattr(part, name, None)
        else:
            assert isinstance(part, MappingProxyType | tuple | str | date | bool | int | None)
    assert published_form(shipped) == before


def test_the_parameters_of_a_guard_do_not_change_with_what_they_were_made_of() -> None:
    states, more = ["here"], {"then": ["there"]}
    built = Guard(name="watch", parameters={"states": states, "more": more})
    before = built.model_dump_json()
    states.append("there")
    more["then"].append("here")
    assert built.model_dump_json() == before


def test_short_forms_of_a_guard() -> None:
    assert Guard.model_validate("set_rules") == Guard(name="set_rules")
    assert Guard.model_validate({"set_rules": None}) == Guard(name="set_rules")
    long = Guard(name="different_person", parameters={"trigger": "submit"})
    assert Guard.model_validate({"different_person": {"trigger": "submit"}}) == long
    assert (
        Guard.model_validate({"name": "different_person", "parameters": {"trigger": "submit"}})
        == long
    )


@pytest.mark.parametrize(
    "value", [{"a": {}, "b": {}}, {"a": "text"}, {"a": [1]}, {}, 5, None, ["a"]]
)
def test_what_is_no_form_of_a_guard(value: Any) -> None:
    with pytest.raises(ValidationError):
        Guard.model_validate(value)


def test_one_name_stands_for_a_list_of_one() -> None:
    one, several = _step(by="clerk", body="council"), _step(by=["clerk"], body=["council"])
    assert one == several
    assert one.sources == ("here",)
    assert Letter.model_validate({"kind": "note", "to": "all", "copies": "ministry"}).copies == (
        "ministry",
    )
    state = State.model_validate({"title": TITLE, "holder": "clerk", "edit": "clerk"})
    assert state.edit == ("clerk",)


@pytest.mark.parametrize("written", ["2563-10-30", "2020-10-30", "30 ต.ค. 2563", "๓๐ ตุลาคม ๒๕๖๓"])
def test_a_fixed_day_is_read_in_both_eras(written: str) -> None:
    due = Due.model_validate({"fixed": written})
    assert due.fixed == date(2020, 10, 30)
    assert Due.model_validate(due.model_dump(mode="json")) == due


@pytest.mark.parametrize(
    "written",
    [0, 86_400, 20_201_030, 2563, 1.5, True],
)
def test_a_number_is_no_day(written: object) -> None:
    with pytest.raises(ValidationError, match="fixed"):
        Due.model_validate({"fixed": written})


@pytest.mark.parametrize(
    "due",
    [
        {},
        {"date": "a", "after": "5d"},
        {"fixed": "2563-10-30", "window": {"opens": "a", "closes": "b"}},
    ],
)
def test_a_deadline_has_exactly_one_when(due: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one of fixed, date, window, after"):
        Due.model_validate(due)


@pytest.mark.parametrize("automatic", [{}, {"letter_sent": "note", "window": "opens"}])
def test_what_is_automatic_has_exactly_one_cause(automatic: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one of letter_sent, window"):
        Automatic.model_validate(automatic)


@given(st.integers(1, 999), st.sampled_from(["wd", "d"]))
def test_a_span_is_a_whole_number_of_days_or_working_days(number: int, unit: str) -> None:
    due = {"name": "x", "title": TITLE, "due": {"after": f"{number}{unit}"}}
    assert Deadline.model_validate(due).due.after == f"{number}{unit}"


@pytest.mark.parametrize(
    "span", ["0d", "5", "5w", "5 wd", "-5d", "1000d", "05d", "5D", "d", "", "5d\n", "5wdd", 5, "๕d"]
)
def test_what_is_no_span(span: Any) -> None:
    for deadline in ({"due": {"after": span}}, {"due": {"date": "a"}, "remind": [span]}):
        with pytest.raises(ValidationError):
            Deadline.model_validate({"name": "x", "title": TITLE, **deadline})


def test_reminders_come_after_two_weeks_one_week_three_days_and_one_unless_said() -> None:
    deadline = Deadline.model_validate({"name": "x", "title": TITLE, "due": {"date": "a"}})
    assert deadline.remind == ("14d", "7d", "3d", "1d")
    assert deadline.policy == "as_stated"


@pytest.mark.parametrize("name", ["Draft", "ร่าง", "a-b", "a b", "1a", "", "a" * 49, "a\n", "_a"])
def test_names_are_short_and_plain(name: str) -> None:
    for change in (
        {"workflow": name},
        {"initial": name},
        {"roles": {name: TITLE}},
        {"states": {name: {"title": TITLE}}},
    ):
        with pytest.raises(ValidationError):
            Workflow.model_validate(SMALL | change)


@pytest.mark.parametrize("prefix", ["I", "ind", "INDICAT", "IN-D", "", "อนม"])
def test_a_prefix_is_two_to_six_capitals(prefix: str) -> None:
    with pytest.raises(ValidationError, match="prefix"):
        Workflow.model_validate(SMALL | {"prefix": prefix})


def test_a_transition_needs_to_begin_somewhere() -> None:
    with pytest.raises(ValidationError, match="from"):
        _step(**{"from": []})


def test_leaving_and_transition_say_what_is_declared() -> None:
    workflow = Workflow.model_validate(SMALL)
    [step] = workflow.transitions
    assert workflow.leaving("here") == [step]
    assert workflow.leaving("there") == []
    assert workflow.transition("here", "go") is step
    assert workflow.transition("here", "stay") is None
    assert workflow.transition("there", "go") is None


def test_endorsed_and_acknowledged_are_different_outcomes() -> None:
    assert len({outcome.value for outcome in Outcome}) == len(Outcome) == 7
    assert Outcome("endorsed") is not Outcome("acknowledged")


def test_a_title_speaks_both_languages() -> None:
    title = Title(th="ร่าง", en="Draft")
    assert (title.text("th"), title.text("en")) == ("ร่าง", "Draft")
    for missing in ({"th": "ร่าง"}, {"th": "", "en": "Draft"}, {"th": "ร่าง", "en": ""}):
        with pytest.raises(ValidationError):
            Title.model_validate(missing)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "opened_by": st.just(["clerk"]),
            "consultations": st.just(
                {"hosts": {"title": TITLE, "role": "clerk", "field": "unit", "during": ["here"]}}
            ),
            "transitions": st.lists(
                st.fixed_dictionaries(
                    {"trigger": st.sampled_from(["go", "stay"]), "title": st.just(TITLE)},
                    optional={
                        "to": st.sampled_from(["here", "there"]),
                        "by": st.lists(st.just("clerk"), max_size=1),
                        "requires": st.lists(st.sampled_from(["comment", "meeting", "letter"])),
                        "decision": st.sampled_from([outcome.value for outcome in Outcome]),
                        "thread": st.sampled_from(["ask", "answer", "approve"]),
                        "amends": st.booleans(),
                        "guards": st.lists(
                            st.sampled_from(["set_rules", {"opinions_in": {"need": 2, "x": [1]}}])
                        ),
                        "automatic": st.sampled_from([{"window": "opens"}, {"letter_sent": "n"}]),
                    },
                ).map(lambda step: {**step, "from": ["here"]}),
                max_size=3,
            ),
        },
    )
)
def test_every_workflow_comes_back_from_its_document(more: dict[str, Any]) -> None:
    workflow = Workflow.model_validate(yaml.safe_load(yaml.safe_dump(SMALL | more)))
    assert Workflow.model_validate(json.loads(canonical(workflow.document()))) == workflow
