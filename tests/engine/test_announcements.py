"""Circulars about a cycle and memos about a meeting: their facts, and what a circular settles."""

from datetime import date, timedelta
from typing import Any

import pytest

from engine import announcements, cycles, letters
from engine.clock import beginning_of, day_of
from engine.database import Transaction
from engine.errors import WrongUse
from engine.numbers import Place
from engine.occasion import owed_of_cycle
from engine.particulars import cycle_of, organisation_of
from engine.tick import tick
from tests.builders import (
    DEPARTMENT,
    PROVINCE,
    Desk,
    broken,
    drafts,
    dump,
    meet,
    opened,
    reported,
    walk,
)
from tests.engine.lettering import OPDC, made, owed
from workflows.content.parts import plain
from workflows.rules import FRAMEWORK

OPENS = date(2021, 8, 1)


@pytest.fixture
def window(office: Desk) -> str:
    """The e-SAR window opened on a report, which owes a letter that says so."""
    new = cycles.NewCycle(
        "2564-d", 2564, "departments", "การประเมิน", "Evaluation", rules=plain(FRAMEWORK),
        dates={"esar_opens": OPENS.isoformat(), "esar_closes": "2021-10-15"},
    )  # fmt: skip
    cycles.open_cycle(office, office.asking(), new)
    ref = reported(office)
    office.clock.at = beginning_of(OPENS) + timedelta(hours=1)
    tick(office, "clockwork", office.clock.now, lambda claim: None)
    return ref


def read(office: Desk, what: Any, *arguments: str) -> Any:
    with office.database.read() as transaction:
        return what(transaction, *arguments)


def test_the_facts_of_a_circular(office: Desk, window: str) -> None:
    facts = read(
        office, lambda tx: announcements.of_cycle(tx, office, "esar_window_opens", "2564-d")
    )
    assert facts.pop("cycle")["code"] == "2564-d"
    nothing = dict.fromkeys(("recipient", "organisation", "step", "by", "meeting"))
    assert facts == {"kind": "esar_window_opens", "scope": "cycle", "items": [], **nothing}


def test_a_circular_goes_to_who_takes_part_and_else_to_the_whole_track(office: Desk) -> None:
    def everybody(tx: Transaction) -> list[str]:
        return announcements.everybody(tx, "2564-p", "provinces")

    assert read(office, everybody) == ["CMI"]
    opened(office, None, "indicator_province", "2564-p", drafts("OPS"))
    assert read(office, everybody) == ["OPS"]


def test_a_circular_settles_the_steps_that_asked_for_it(office: Desk, window: str) -> None:
    [asked] = owed(office)
    assert (asked.kind, asked.to) == ("esar_window_opens", "OPS")
    steps = read(office, owed_of_cycle, "esar_window_opens", "2564-d")
    assert steps == asked.owed
    today = day_of(office.clock.now())
    draft = letters.Draft(
        kind="esar_window_opens", form="circular", place=Place.of(OPDC, "circular", today),
        dated=today, recipient="", cycle="2564-d", occasion="2564-d",
        facts=read(office, lambda tx: announcements.of_cycle(tx, office, asked.kind, "2564-d")),
        template="0" * 64, owed=steps, roles={}, to=("OPS",), copies=(),
    )  # fmt: skip
    answer = letters.issue(office, office.asking("orn"), draft, made)
    assert (answer["ref"], answer["recipient"]) == (f"{OPDC}/2564/ว1", "")
    assert owed(office) == []
    [row] = dump(office, "letter_owed")["letter_owed"]
    assert row[-3:] == ("issued", "", answer["ref"])
    assert broken(office) == []


def test_the_minutes_tell_what_a_meeting_decided(office: Desk) -> None:
    refs = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    for ref in refs:
        walk(office, ref, PROVINCE[:3])
    facts = read(office, lambda tx: announcements.of_meeting(tx, office, "meeting_minutes", "M-SC"))
    assert [item["ref"] for item in facts["items"]] == refs
    assert {item["outcome"] for item in facts["items"]} == {"endorsed"}
    assert (facts["scope"], facts["recipient"]["code"]) == ("meeting", "SC")
    assert (facts["organisation"], facts["step"], facts["by"]) == (None, None, None)
    assert facts["meeting"]["resolutions"] == []
    assert facts["cycle"]["code"] == "2564-p"


def test_the_agenda_has_what_waits_on_the_body(office: Desk) -> None:
    refs = opened(office)
    for ref in refs[:2]:
        walk(office, ref, DEPARTMENT[:1])
    meet(office, "IWG", date(2021, 2, 1), "NEXT")
    facts = read(office, lambda tx: announcements.of_meeting(tx, office, "meeting_agenda", "NEXT"))
    assert [item["ref"] for item in facts["items"]] == refs[:2]
    assert {item["outcome"] for item in facts["items"]} == {""}
    for kind, ref, code in (
        ("meeting_agenda", "M-SUB", "meeting"), ("meeting_minutes", "NEXT", "meeting"),
        ("meeting_minutes", "X", "meeting"),
    ):  # fmt: skip
        with pytest.raises(WrongUse) as wrong:
            read(
                office,
                lambda tx, kind=kind, ref=ref: announcements.of_meeting(tx, office, kind, ref),
            )
        assert [reason.code for reason in wrong.value.reasons] == [code]


def test_a_cycle_announces_opdcs_dates_and_a_window_as_one(office: Desk) -> None:
    def said(layer: str, kind: str, th: str) -> dict[str, Any]:
        return {"title": {"th": th, "en": th.title()}, "layer": layer, "kind": kind}

    entries = {
        "ours": said("office", "deadline", "ภายใน"),
        "papers": said("opdc", "meeting", "ประชุม"),
        "esar_opens": said("opdc", "opens", "เปิดระบบ"),
        "esar_closes": said("opdc", "closes", "ปิดระบบ"),
        "last": said("opdc", "deadline", "วันสุดท้าย"),
    }
    days = ("2021-03-01", "2021-04-01", "2021-08-01", "2021-10-15", "2021-10-20")
    dates = dict(zip(entries, days, strict=True)) | {"nobody_says_what": "2021-05-01"}
    new = cycles.NewCycle(
        "2564-x", 2564, "departments", "x", "x", dates=dates, calendar={"entries": entries}
    )
    cycles.open_cycle(office, office.asking(), new)
    found = read(office, lambda tx: cycle_of(tx, office, "2564-x"))
    assert [(each["name"], each["th"], each["opens"], each["day"]) for each in found["dates"]] == [
        ("esar", "ระบบ", "2021-08-01", "2021-10-15"), ("last", "วันสุดท้าย", "", "2021-10-20"),
    ]  # fmt: skip


def test_what_is_not_registered_has_no_particulars(office: Desk) -> None:
    for what in (lambda tx: cycle_of(tx, office, "X"), lambda tx: organisation_of(tx, "X")):
        with pytest.raises(WrongUse):
            read(office, what)
