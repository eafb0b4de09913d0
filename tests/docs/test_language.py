"""docs/workflow-language.md: every key, guard, field, outcome and complaint has its entry."""

import ast
import re
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from commands.door import vocabulary
from commands.words import OUTCOMES
from engine import definition
from engine.events import VOIDING
from tests.docs.pages import ROOT, headings, rows, sections
from workflows.content import change_request, indicator, performance_report
from workflows.rules import SetRules

TEXT = (ROOT / "docs" / "workflow-language.md").read_text("utf-8")
SECTIONS = sections(TEXT)
PARTS: dict[str, type[BaseModel]] = {
    "The file": definition.Workflow,
    "A title": definition.Title,
    "A state": definition.State,
    "A deadline": definition.Deadline,
    "Due": definition.Due,
    "A window": definition.Window,
    "A transition": definition.Transition,
    "A guard": definition.Guard,
    "A letter": definition.Letter,
    "Automatic": definition.Automatic,
    "A consultation": definition.Consultation,
}
CONTENTS: dict[str, type[BaseModel]] = {
    "indicator": indicator.Indicator,
    "change_request": change_request.ChangeRequest,
    "performance_report": performance_report.PerformanceReport,
}


def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _words(cell: str) -> list[str]:
    """What stands in code in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple) and value:
        return f"`{', '.join(value)}`"
    return f"`{value}`" if value else "none"


def test_every_part_of_a_definition_has_a_table() -> None:
    parts = {
        model
        for model in vars(definition).values()
        if isinstance(model, type) and issubclass(model, BaseModel) and model is not BaseModel
    }
    assert {model for model in parts if not model.__name__.startswith("_")} == set(PARTS.values())


@pytest.mark.parametrize("title", PARTS)
def test_keys(title: str) -> None:
    """Every key in its order, its default, and an example that is a valid value of it."""
    found, fields = rows(SECTIONS[title]), _keys(PARTS[title])
    assert [_words(row[0]) for row in found] == [[key] for key in fields]
    for (cell, _, default, example), field in zip(found, fields.values(), strict=True):
        assert default == _default(field), cell
        [(key, value)] = yaml.load(_words(example)[0], yaml.BaseLoader).items()
        assert [key] == _words(cell)
        value = (
            {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
        )
        TypeAdapter[Any](field.rebuild_annotation()).validate_python(value)


def test_guards() -> None:
    """Every guard, with its parameters in their order and their defaults."""
    found = {_words(row[0])[0]: row[1] for row in rows(SECTIONS["Guards"])}
    expected = {
        name: ", ".join(_parameter(key, field) for key, field in _keys(kind.parameters).items())
        for name, kind in vocabulary().guards.items()
    }
    assert found == expected


def _parameter(key: str, field: FieldInfo) -> str:
    return f"`{key}`" if field.is_required() else f"`{key}` = `{field.default}`"


def test_content_types() -> None:
    """Every content type with all its fields, and which of them are required."""
    documented = {
        heading.title.strip("`"): rows(SECTIONS[heading.title])
        for heading in headings(TEXT)
        if heading.title.startswith("`")
    }
    assert documented.keys() == vocabulary().contents.keys() == CONTENTS.keys()
    for name, found in documented.items():
        fields = _keys(CONTENTS[name])
        assert [_words(row[0]) for row in found] == [[key] for key in fields]
        for row in found:
            assert ("required" in row[1]) == fields[_words(row[0])[0]].is_required(), row


def test_rules_of_a_cycle() -> None:
    assert [_words(row[0]) for row in rows(SECTIONS["Rules of a cycle"])] == [
        [key] for key in _keys(SetRules)
    ]


def test_outcomes() -> None:
    """Every outcome, in the words of the program, and whether it voids."""
    found = [(_words(row[0])[0], row[1], row[2]) for row in rows(SECTIONS["Outcomes"])]
    assert found == [
        (outcome.value, OUTCOMES[outcome.value].th, "yes" if outcome in VOIDING else "no")
        for outcome in definition.Outcome
    ]


def test_words_of_keys_with_a_closed_list() -> None:
    transition = definition.Transition.model_json_schema()["properties"]
    found = [_words(row[0])[0] for row in rows(SECTIONS["What a step can require"])]
    assert found == transition["requires"]["items"]["enum"]
    [kinds] = [row[1] for row in rows(SECTIONS["A letter"]) if row[0] == "`kind`"]
    assert _words(kinds) == list(vocabulary().letters)
    [threads] = [row[1] for row in rows(SECTIONS["A transition"]) if row[0] == "`thread`"]
    assert _words(threads) == transition["thread"]["anyOf"][0]["enum"]


def test_complaints() -> None:
    """Every code with which check can complain, and no other."""
    documented = {code for row in rows(SECTIONS["What check finds"]) for code in _words(row[0])}
    calls = {"Finding": 0, "_known": 0, "_Halt": 1, "_fault": 1, "wrong": 0, "Reason": 0}
    files = tuple(f"engine/{name}.py" for name in ("analysis", "deadlines", "naming", "reading"))
    assert documented == set().union(*(_codes(file, calls) for file in files))


def _codes(file: str, calls: dict[str, int]) -> set[str]:
    """The codes in these calls; `_known("state", …)` complains of an `unknown-state`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        place = calls.get(name)
        code = node.args[place] if place is not None and place < len(node.args) else None
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            found.add(f"unknown-{code.value}" if name == "_known" else code.value)
    # Parameters that name a part of the definition: engine.analysis has a table of them.
    return found | ({"unknown-trigger", "unknown-consultation"} if "_known" in calls else set())
