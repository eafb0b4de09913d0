"""Sample facts, and facts whose contents say only what there is to say."""

from typing import Any

import pytest

from notifications.kinds import KINDS
from notifications.samples import completed, samples
from tests.notifications.facts import facts
from workflows.content.change_request import ChangeRequest
from workflows.content.indicator import INDICATOR, Indicator, Part


def content_of(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    given = facts(kind)
    given["items"] = [{**given["items"][0], "content": content}]
    found: dict[str, Any] = completed(given)["items"][0]["content"]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_facts_with_all_and_with_the_least(kind: str) -> None:
    full, sparse = samples(kind)
    assert full.keys() == sparse.keys()
    assert full["kind"] == kind
    full["cycle"]["th"] = "เปลี่ยน"
    assert samples(kind)[0]["cycle"]["th"] != "เปลี่ยน"  # each caller has its own


def test_what_a_content_may_hold_is_known_to_templates() -> None:
    content = content_of("notice_of_approval", {"parts": [{}]})
    assert {*Indicator.model_fields, *ChangeRequest.model_fields} <= content.keys()
    assert set(Part.model_fields) == content["parts"][0].keys()


def test_what_a_content_leaves_out_is_empty_and_what_it_says_stays() -> None:
    said = INDICATOR.clean(
        {"code": "1", "name_th": "ก", "component": "potential_base", "weight": "5.50"}
    )
    content = content_of("notice_of_approval", said)
    assert said.items() <= content.items()
    assert not any(content[name] for name in ("unit", "target_50", "host_agency", "mandatory"))
    assert content["parts"] == []
    assert content_of("notice_of_approval", {"baseline": None})["baseline"] == ""


def test_a_request_s_changes_are_completed_too() -> None:
    content = content_of("decision_on_change_request", {"changes": {"target_75": "80"}})
    assert content["changes"]["target_75"] == "80"
    assert content["changes"]["scoring_criteria_th"] == ""


def test_an_office_s_own_content_stays_as_it_is() -> None:
    own = {"changes": "มาก", "parts": ["ก"], "budget": "100"}
    assert own.items() <= content_of("return_for_revision", own).items()


def test_a_meeting_without_a_delegated_chair_says_so() -> None:
    _, sparse = samples("meeting_minutes")
    assert "chair_for" not in sparse["meeting"]
    assert completed(sparse)["meeting"]["chair_for"] is None
    assert completed(samples("esar_window_opens")[0])["meeting"] is None
