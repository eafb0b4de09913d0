"""docs/calendars.md has every key of a calendar, in its order, with an example that is valid."""

import re
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter

from engine.entries import Calendar, Line, Reminders
from tests.docs.pages import ROOT, rows, sections

SECTIONS = sections((ROOT / "docs" / "calendars.md").read_text("utf-8"))


@pytest.mark.parametrize(
    ("title", "model"), [("A calendar", Calendar), ("A date", Line), ("Reminders", Reminders)]
)
def test_keys(title: str, model: type[BaseModel]) -> None:
    found, fields = rows(SECTIONS[title]), model.model_fields
    assert [re.findall(r"`(\w+)`", row[0]) for row in found] == [[key] for key in fields]
    for (_, _, default, example), (key, field) in zip(found, fields.items(), strict=True):
        assert (default == "required") == field.is_required(), key
        given = yaml.load(example.strip("`"), yaml.BaseLoader)
        assert list(given) == [key]
        TypeAdapter[Any](field.rebuild_annotation()).validate_python(given[key])
