"""What an owed letter is about: the facts of the steps, as they were when they were taken."""

from engine.canonical import canonical
from engine.clock import day_of
from engine.revisions import revise
from tests.builders import (
    DEPARTMENT,
    LETTER,
    Desk,
    draft,
    drafts,
    meet,
    opened,
    requested,
    settled,
    step,
    walk,
)
from tests.engine.lettering import draft_of, owed


def test_the_facts_of_a_decision_in_a_meeting(office: Desk) -> None:
    refs = opened(office)
    for ref in refs:
        walk(office, ref, DEPARTMENT[:-2])
    [found] = owed(office)
    facts = draft_of(office, found).facts
    assert set(facts) == {
        "kind", "scope", "recipient", "organisation", "cycle", "step", "by", "meeting", "items",
    }  # fmt: skip
    assert (facts["kind"], facts["scope"]) == ("notice_of_approval", "item")
    ops = {"code": "OPS", "name_th": "สำนักงานปลัดกระทรวงมหาดไทย", "name_en": "Ops"}
    assert facts["recipient"] == {**ops, "kind": "office"}
    assert facts["organisation"].items() >= {**ops, "kind": "office"}.items()
    assert facts["cycle"] == {
        "code": "2564-d", "fiscal_year": 2564, "track": "departments", "th": "2564-d",
        "en": "2564-d", "classification": "classified", "dates": [],
    }  # fmt: skip
    step_of = facts["step"]
    assert step_of["recorded_at"].endswith("Z")
    assert {name: step_of[name] for name in step_of if name not in ("recorded_at", "th")} == {
        "trigger": "approve", "en": "Approve the indicator", "outcome": "approved",
        "decided_on": "2021-01-29", "comment": "", "round": 0,
    }  # fmt: skip
    assert facts["by"]["person"] == "orn"
    assert facts["meeting"]["ref"] == "M-WG"
    assert facts["meeting"]["body_th"] == "คณะทำงานของสำนักงาน ก.พ.ร."
    assert facts["meeting"]["chair"]["person"] == "palat"
    assert [item["ref"] for item in facts["items"]] == refs
    item = facts["items"][0]
    assert item["organisation"]["kind"] == "office"
    assert set(item) == {
        "ref", "code", "title", "cycle", "organisation", "outcome", "comment", "decided_on",
        "state_th", "revision", "content", "subject",
    }  # fmt: skip
    assert item["subject"] == {}  # it is no request
    assert (item["code"], item["outcome"], item["revision"]["number"]) == ("1", "approved", 1)
    assert item["content"]["weight"] == "40"
    assert canonical(facts)  # plain data, as it is kept


def test_a_question_has_its_round_and_no_meeting(office: Desk) -> None:
    [ref] = opened(
        office, None, "indicator_province", "2564-free", [draft("1", organisation="CMI")]
    )
    step(office, ref, "submit", "chiang")
    step(office, ref, "ask_information", "orn", comment="ขอสูตร")
    facts = draft_of(office, owed(office)[0]).facts
    assert facts["meeting"] is None
    assert (facts["step"]["round"], facts["step"]["comment"]) == (1, "ขอสูตร")
    assert (facts["step"]["outcome"], facts["step"]["decided_on"]) == ("", "")


def test_the_content_is_what_was_decided_on_whatever_came_after(office: Desk) -> None:
    """Sent back, the item is worked on while its letter is still to be written."""
    refs = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    step(office, refs[0], "submit", "chiang")
    step(office, refs[0], "return", "orn", comment="แก้ชื่อ")
    revise(office, office.asking("chiang"), refs[0], {"name_th": "ชื่อใหม่"})
    facts = draft_of(office, owed(office)[0]).facts
    assert facts["items"][0]["content"]["name_th"] == "ตัวชี้วัดที่ 1"
    assert facts["items"][0]["title"] == "ตัวชี้วัดที่ 1"
    assert facts["items"][0]["revision"]["number"] == 1


def test_units_of_an_organisation_get_a_letter_each_and_a_registered_one_its_own(
    office: Desk,
) -> None:
    units = ("กองคลัง", "", "กองคลัง", "DLA", "สำนักนโยบาย")
    of = [draft(str(nr), lead_unit=unit) for nr, unit in enumerate(units)]
    refs = opened(office, None, "indicator_department", "2564-free", of)
    for ref in refs:
        walk(office, ref, DEPARTMENT[:-1])
    for ref in refs:
        step(office, ref, "notify", "somying", **LETTER)
    found = {
        (each.to, each.addressed): [ref for ref, _ in each.owed]
        for each in owed(office, kind="confirmation_to_units")
    }
    assert found == {
        ("OPS", "กองคลัง"): [refs[0], refs[2]], ("OPS", ""): [refs[1]], ("DLA", ""): [refs[3]],
        ("OPS", "สำนักนโยบาย"): [refs[4]],
    }  # fmt: skip
    for each in owed(office, item=refs[2]):
        assert refs[2] in [ref for ref, _ in each.owed]


def test_a_request_is_told_with_what_it_wants_to_change_as_it_was(office: Desk) -> None:
    """Also after the approved request has changed it, and after a later one."""
    subject = settled(office)
    for target in ("90", "80"):
        ref = requested(office, subject, changes={"target_100": target})
        for trigger, person in (("submit", "chiang"), ("opine", "hathai"), ("propose", "orn")):
            step(office, ref, trigger, person)
        sitting = meet(office, "WG", day_of(office.clock.now()), f"M-{target}")
        step(office, ref, "approve", "wipa", meeting=sitting)
        office.later(hours=1)
    first, second = owed(office, kind="decision_on_change_request")
    told = [draft_of(office, each).facts["items"][0] for each in (first, second)]
    assert [item["subject"].get("target_100") for item in told] == [None, "90"]
    assert [item["content"]["changes"]["target_100"] for item in told] == ["90", "80"]
