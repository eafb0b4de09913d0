"""One step and many, through every shipped workflow: what is done, refused, written, left alone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import update

from engine import advance, cycles, enrol, items, load, opinions, past, queries, revisions
from engine.apply import Change, write
from engine.canonical import canonical
from engine.case import Given
from engine.database import Transaction
from engine.definition import Workflow
from engine.errors import Overtaken, Refusal, WrongUse
from engine.load import Where
from engine.office import Answer
from engine.tables import Item, table
from engine.vocabulary import ContentType
from tests.builders import (
    DEPARTMENT,
    LETTER,
    NEVER,
    PROVINCE,
    REPORT,
    REQUEST,
    VOCABULARY,
    Desk,
    an_office,
    broken,
    draft,
    drafts,
    dump,
    live,
    meet,
    opened,
    refusal,
    reported,
    requested,
    settled,
    step,
    walk,
)

TITLE = {"th": "ก", "en": "A"}
TRACKS = {"department": DEPARTMENT, "province": PROVINCE, "request": REQUEST, "report": REPORT}
Steps = list[tuple[str, str, str]]


def born(office: Desk, track: str) -> str:
    """A new item of one of the four workflows, in its first state."""
    if track == "department":
        return opened(office)[0]
    if track == "province":
        return opened(office, None, "indicator_province", "2564-p", drafts("CMI"))[0]
    return requested(office, settled(office)) if track == "request" else reported(office)


def brought(office: Desk, track: str, steps: int) -> str:
    """A new item after the first steps of its shortest way."""
    ref = born(office, track)
    walk(office, ref, TRACKS[track][:steps])
    return ref


def trail(office: Desk, ref: str) -> list[dict[str, Any]]:
    with office.database.read() as tx:
        return queries.history(tx, ref)


def moves(office: Desk, ref: str) -> Steps:
    return [
        (e["from"], e["trigger"], e["to"]) for e in trail(office, ref) if e["kind"] == "advanced"
    ]


def bulk(
    office: Desk, person: str, trigger: str, refs: list[str], *, dry_run: bool = False, **more: str
) -> Answer:
    asking = office.asking(person, more.pop("key", None))
    where = Where({"ref": refs})
    return advance.bulk(office, asking, where, trigger, Given(**more), dry_run=dry_run)


def refused_in(answer: Answer) -> dict[str, list[str]]:
    return {r["ref"]: [reason["code"] for reason in r["reasons"]] for r in answer["refused"]}


# --- From the first state to the last ------------------------------------------------------------


def test_an_indicator_of_a_department_goes_from_draft_to_notified(office: Desk) -> None:
    ref = born(office, "department")
    walk(office, ref, DEPARTMENT)
    assert moves(office, ref) == [
        ("draft", "submit", "working_group_review"),
        ("working_group_review", "endorse", "committee"),
        ("committee", "endorse", "committee"),
        ("committee", "submit_to_opdc", "opdc_review"),
        ("opdc_review", "approve", "approved"),
        ("approved", "accept", "approved"),
        ("approved", "notify", "notified"),
    ]
    assert live(office, ref).holder == ""
    assert broken(office) == []


def test_an_indicator_of_a_province_goes_from_draft_to_notified(office: Desk) -> None:
    ref = born(office, "province")
    walk(office, ref, PROVINCE)
    assert moves(office, ref) == [
        ("draft", "submit", "opdc_analysis"),
        ("opdc_analysis", "propose", "committee"),
        ("committee", "endorse", "sub_commission"),
        ("sub_commission", "approve", "approved"),
        ("approved", "notify", "notified"),
    ]
    assert broken(office) == []


def test_a_request_goes_from_draft_to_notified(office: Desk) -> None:
    ref = born(office, "request")
    walk(office, ref, REQUEST)
    assert moves(office, ref) == [
        ("draft", "submit", "opdc_analysis"),
        ("opdc_analysis", "propose", "working_group_review"),
        ("working_group_review", "approve", "approved"),
        ("approved", "notify", "notified"),
    ]
    assert broken(office) == []


def test_a_report_goes_from_not_open_to_submitted(office: Desk) -> None:
    ref = born(office, "report")
    walk(office, ref, REPORT)
    assert moves(office, ref) == [
        ("not_open", "open_window", "draft"),
        ("draft", "submit", "coordinator_review"),
        ("coordinator_review", "endorse", "permanent_secretary"),
        ("permanent_secretary", "approve", "submitted"),
    ]
    assert broken(office) == []


def test_a_step_that_stays_begins_no_new_visit(office: Desk) -> None:
    ref = brought(office, "department", 2)
    before = live(office, ref)
    office.later(hours=1)
    step(office, ref, "endorse", "kanda", meeting="M-MC")
    after = live(office, ref)
    assert (after.state, after.visits, after.entered_at) == (
        before.state, before.visits, before.entered_at,
    )  # fmt: skip
    assert after.version == before.version + 1


@pytest.mark.parametrize("track", TRACKS)
def test_the_last_state_has_no_way_out(office: Desk, track: str) -> None:
    ref = brought(office, track, len(TRACKS[track]))
    every = {"comment": "ก", "meeting": "M-WG", **LETTER}
    for trigger in ("submit", "endorse", "approve", "return", "withdraw", "notify", "accept"):
        assert refusal(office, ref, trigger, "both", **every).keys() & {"state", "trigger"}


def test_an_item_stays_on_the_version_that_it_began_with(office: Desk) -> None:
    old = born(office, "department")
    with office.database.read() as tx:
        document = office.definitions.newest(tx, "indicator_department").workflow.document()
    document["transitions"] = [t for t in document["transitions"] if t["trigger"] != "withdraw"]
    cycles.publish(office, office.asking(), Workflow.model_validate(document))
    new = born(office, "department")
    assert (live(office, old).definition, live(office, new).definition) == (1, 2)
    assert "trigger" in refusal(office, new, "withdraw", "somying", comment="ก")
    step(office, old, "withdraw", "somying", comment="ก")


# --- Loops ---------------------------------------------------------------------------------------

REVIEWS = [
    ("department", 1, "wipa", "working_group_review"),
    ("department", 2, "kanda", "committee"),
    ("department", 3, "kanda", "committee"),
    ("department", 4, "orn", "opdc_review"),
    ("province", 1, "orn", "opdc_analysis"),
    ("province", 2, "kanda", "committee"),
    ("province", 3, "suda", "sub_commission"),
    ("request", 1, "orn", "opdc_analysis"),
    ("request", 3, "wipa", "working_group_review"),
    ("report", 2, "somying", "coordinator_review"),
    ("report", 3, "palat", "permanent_secretary"),
]


@pytest.mark.parametrize(("track", "steps", "person", "review"), REVIEWS)
def test_every_review_can_return_it_with_a_reason_and_all_begins_again(
    office: Desk, track: str, steps: int, person: str, review: str
) -> None:
    ref = brought(office, track, steps)
    assert live(office, ref).state == review
    assert set(refusal(office, ref, "return", person, comment=" ")) == {"comment"}
    answer = step(office, ref, "return", person, comment="ปรับตัวเลข")
    assert (answer["to"], answer["outcome"]) == ("draft", "returned")
    item = live(office, ref)
    assert (item.state, item.visit, item.voided) == ("draft", 2, item.version)
    walk(office, ref, TRACKS[track][1 if track == "report" else 0 :])
    assert live(office, ref).state in ("notified", "submitted")
    assert broken(office) == []


def test_a_committee_to_which_a_request_was_referred_can_return_it(office: Desk) -> None:
    ref = brought(office, "request", 3)
    step(office, ref, "refer", "wipa", meeting="M-WG", comment="เกินอำนาจ")
    step(office, ref, "return", "kanda", comment="ปรับตัวเลข")
    assert live(office, ref).state == "draft"


def test_what_was_decided_before_a_return_no_longer_stands(office: Desk) -> None:
    ref = brought(office, "department", 4)
    step(office, ref, "return", "orn", comment="แก้สูตร")
    walk(office, ref, DEPARTMENT[:2])  # the committee has not endorsed it again
    assert set(refusal(office, ref, "submit_to_opdc", "somying")) == {"decision-void"}
    walk(office, ref, DEPARTMENT[2:4])
    assert live(office, ref).state == "opdc_review"


@pytest.mark.parametrize(
    ("track", "steps", "asks", "answers", "approves"),
    [
        ("department", 4, "opdc_review", "somying", "palat"),
        ("province", 1, "opdc_analysis", "chiang", "governor"),
    ],
)
def test_rounds_of_information(
    office: Desk, track: str, steps: int, asks: str, answers: str, approves: str
) -> None:
    ref = brought(office, track, steps)
    for number in (1, 2, 3):
        office.later(days=1)
        step(office, ref, "ask_information", "orn", comment=f"ถาม {number}")
        assert live(office, ref).state == "information_requested"
        assert set(refusal(office, ref, "approve_answer", approves)) == {"round"}
        assert set(refusal(office, ref, "answer", answers)) == {"comment"}
        step(office, ref, "answer", answers, comment="ร่าง")
        office.later(days=1)
        step(office, ref, "answer", answers, comment=f"ตอบ {number}")
        assert live(office, ref).visit == number
        step(office, ref, "approve_answer", approves)
        assert live(office, ref).state == asks
    assert [row[:5] for row in dump(office, "thread")["thread"]] == [
        (ref, n, f"ถาม {n}", "orn", f"2021-02-{2 * n:02d}T02:{steps:02d}:00.000000Z")
        for n in (1, 2, 3)
    ]
    assert [(row[5], row[6], row[8]) for row in dump(office, "thread")["thread"]] == [
        (f"ตอบ {n}", answers, approves) for n in (1, 2, 3)
    ]
    walk(office, ref, TRACKS[track][steps:])
    assert live(office, ref).state == "notified"
    assert broken(office) == []


def test_an_answer_is_approved_by_somebody_else(office: Desk) -> None:
    ref = brought(office, "department", 4)
    step(office, ref, "ask_information", "orn", comment="ถาม")
    step(office, ref, "answer", "both", comment="ตอบ")
    assert set(refusal(office, ref, "approve_answer", "both")) == {"different-person"}
    step(office, ref, "approve_answer", "palat")
    assert live(office, ref).state == "opdc_review"


ASKING = Workflow.model_validate(
    {
        "workflow": "asking", "title": TITLE, "content": "indicator", "prefix": "ASK",
        "initial": "here", "roles": {"coordinator": TITLE},
        "states": {
            "here": {"title": TITLE, "holder": "coordinator"},
            "end": {"title": TITLE, "final": True},
        },
        "transitions": [
            {"trigger": trigger, "title": TITLE, "from": "here", "by": "coordinator"} | more
            for trigger, more in (
                ("ask", {"thread": "ask", "requires": ["comment"]}),
                ("answer", {"thread": "answer", "requires": ["comment"]}),
                ("approve", {"thread": "approve"}),
                ("end", {"to": "end"}),
            )
        ],
    }
)  # fmt: skip


def test_a_round_ends_before_the_next_begins(office: Desk) -> None:
    cycles.publish(office, office.asking(), ASKING)
    [ref] = opened(office, None, "asking", "2564-free", [draft("1")])
    for _ in range(2):
        for trigger in ("answer", "approve"):
            assert set(refusal(office, ref, trigger, "somying", comment="ก")) == {"round"}
        step(office, ref, "ask", "somying", comment="ถาม")
        assert set(refusal(office, ref, "ask", "somying", comment="ถาม")) == {"round"}
        step(office, ref, "answer", "somying", comment="ตอบ")
        assert set(refusal(office, ref, "ask", "somying", comment="ถาม")) == {"round"}
        step(office, ref, "approve", "somying")
    assert [row[1] for row in dump(office, "thread")["thread"]] == [1, 2]


WITHDRAWALS = [
    ("department", steps, "somying") for steps in (0, 1, 2, 4)
] + [("province", steps, "chiang") for steps in (0, 1, 2, 3)] + [
    ("request", steps, "chiang") for steps in (0, 1, 3)
]  # fmt: skip


@pytest.mark.parametrize(("track", "steps", "person"), WITHDRAWALS)
def test_it_can_be_withdrawn_until_it_is_approved(
    office: Desk, track: str, steps: int, person: str
) -> None:
    ref = brought(office, track, steps)
    assert set(refusal(office, ref, "withdraw", person)) == {"comment"}
    step(office, ref, "withdraw", person, comment="ไม่ดำเนินการ")
    assert (live(office, ref).state, live(office, ref).holder) == ("withdrawn", "")
    assert "state" in refusal(office, ref, "submit", person)


def test_an_approved_indicator_cannot_be_withdrawn(office: Desk) -> None:
    ref = brought(office, "department", 5)
    assert "state" in refusal(office, ref, "withdraw", "somying", comment="ก")


def test_what_is_withdrawn_is_outside_its_set(office: Desk) -> None:
    first, *_ = opened(office, of=[*drafts(), draft("4", "15")])
    assert "weights" in refusal(office, first, "submit", "somying")
    step(office, "IND-2564-0004", "withdraw", "somying", comment="ซ้ำ")
    step(office, first, "submit", "somying")


def test_the_coordinator_accepts_or_objects_to_what_was_confirmed(office: Desk) -> None:
    ref = brought(office, "department", 5)
    assert set(refusal(office, ref, "notify", "somying", **LETTER)) == {"decision-missing"}
    step(office, ref, "object", "somying", comment="ตัวเลขไม่ตรง")
    assert (live(office, ref).state, live(office, ref).visit) == ("opdc_review", 2)
    revisions.revise(office, office.asking("orn"), ref, {"target_100": "95"})
    walk(office, ref, DEPARTMENT[4:6])
    step(office, ref, "object", "somying", comment="ยังไม่ตรง")
    walk(office, ref, DEPARTMENT[4:5])  # it was accepted once, before the second objection
    assert set(refusal(office, ref, "notify", "somying", **LETTER)) == {"decision-void"}
    walk(office, ref, DEPARTMENT[5:])
    assert live(office, ref).state == "notified"


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_report_can_be_late_as_a_recorded_exception(office: Desk, steps: int) -> None:
    ref = brought(office, "report", steps)
    step(office, ref, "close_window", "esar")
    assert live(office, ref).state == "window_closed"
    assert "state" in refusal(office, ref, "submit", "lek")
    assert set(refusal(office, ref, "allow_late", "esar")) == {"comment"}
    step(office, ref, "allow_late", "esar", comment="ระบบขัดข้อง")
    walk(office, ref, REPORT[1:])
    assert live(office, ref).state == "submitted"
    assert [e["comment"] for e in trail(office, ref) if e.get("trigger") == "allow_late"] == [
        "ระบบขัดข้อง"
    ]


def test_a_report_waits_for_its_window(office: Desk) -> None:
    assert "state" in refusal(office, born(office, "report"), "submit", "lek")


# --- Requests ------------------------------------------------------------------------------------


def content(office: Desk, ref: str) -> dict[str, Any]:
    number = live(office, ref).revision
    with office.database.read() as tx:
        found = queries.content_of(tx, ref, number)
    assert found is not None
    return found


def test_an_approved_request_changes_its_indicator_in_the_same_transaction(office: Desk) -> None:
    subject = settled(office)
    before, said = live(office, subject), content(office, subject)
    ref = requested(office, subject)
    walk(office, ref, REQUEST[:4])
    after = live(office, subject)
    assert content(office, subject) == said | {"target_100": "90"}
    assert (after.revision, after.state, after.voided) == (2, before.state, after.version)
    event, request = trail(office, subject)[-1], trail(office, ref)[-1]
    assert (event["kind"], event["request"]) == (
        "amended", {"ref": ref, "digest": live(office, ref).digest},
    )  # fmt: skip
    assert event["recorded_at"] == request["recorded_at"]
    assert broken(office) == []


def test_the_working_group_may_refer_a_request_to_the_committee(office: Desk) -> None:
    subject = settled(office)
    ref = requested(office, subject)
    walk(office, ref, REQUEST[:3])
    step(office, ref, "refer", "wipa", meeting="M-WG", comment="เกินอำนาจ")
    assert live(office, subject).revision == 1
    step(office, ref, "approve", "kanda", meeting="M-SC")
    assert (live(office, ref).state, live(office, subject).revision) == ("approved", 2)


@pytest.mark.parametrize("referred", [False, True])
def test_a_rejected_request_changes_nothing_and_is_notified(office: Desk, referred: bool) -> None:
    subject = settled(office)
    ref = requested(office, subject)
    walk(office, ref, REQUEST[:3])
    person, meeting = ("kanda", "M-SC") if referred else ("wipa", "M-WG")
    if referred:
        step(office, ref, "refer", "wipa", meeting="M-WG", comment="เกินอำนาจ")
    assert set(refusal(office, ref, "reject", person, meeting=meeting)) == {"comment"}
    step(office, ref, "reject", person, meeting=meeting, comment="ไม่จำเป็น")
    step(office, ref, "notify", "orn", **LETTER)
    assert (live(office, ref).state, live(office, subject).revision) == ("notified", 1)


def test_an_amendment_voids_what_was_acknowledged_before(office: Desk) -> None:
    subject = brought(office, "department", 6)
    change = items.Draft(
        "OPS",
        {
            "indicator": "1", "kind": "target", "reason_th": "น้ำท่วม", "host_agency": "DLA",
            "changes": {"target_50": "70"},
        },
        subject,
    )  # fmt: skip
    [ref] = opened(office, "somying", "change_request", "2564-d", [change])
    step(office, ref, "submit", "somying")
    walk(office, ref, REQUEST[1:4])
    assert set(refusal(office, subject, "notify", "somying", **LETTER)) == {"decision-void"}
    walk(office, subject, DEPARTMENT[5:])


def test_a_request_needs_the_opinion_of_the_host_agency_on_its_present_content(
    office: Desk,
) -> None:
    ref = brought(office, "request", 1)
    assert set(refusal(office, ref, "propose", "orn")) == {"opinion-missing"}
    step(office, ref, "opine", "hathai")
    step(office, ref, "return", "orn", comment="แก้เป้าหมาย")
    revisions.revise(office, office.asking("chiang"), ref, {"changes": {"target_100": "85"}})
    walk(office, ref, REQUEST[:1])
    assert set(refusal(office, ref, "propose", "orn")) == {"opinion-missing"}
    walk(office, ref, REQUEST[1:3])
    assert live(office, ref).state == "working_group_review"


def test_only_who_speaks_for_a_consulted_organisation_gives_its_opinion(office: Desk) -> None:
    ref = brought(office, "request", 1)
    assert "role" in refusal(office, ref, "opine", "orn")
    assert "consultation" in refusal(office, ref, "opine", "hathai", organisation="MOPH")
    assert "future" in refusal(office, ref, "opine", "hathai", given_on="2021-02-02")
    walk(office, ref, REQUEST[1:3])
    assert "consultation" in refusal(office, ref, "opine", "hathai")


def test_all_of_several_host_agencies_are_asked(office: Desk) -> None:
    ref = requested(office, settled(office), host_agency=["DLA", "MOPH"])
    walk(office, ref, REQUEST[:2])
    assert "MOPH" in refusal(office, ref, "propose", "orn")["opinion-missing"]
    enrol.grants(
        office, office.asking(), [enrol.NewGrant("hathai", "host_agency", "MOPH", date(2021, 1, 1))]
    )
    step(office, ref, "opine", "hathai", organisation="MOPH")
    step(office, ref, "propose", "orn")


def test_a_request_is_about_an_approved_indicator(office: Desk) -> None:
    first, *_ = opened(office, None, "indicator_province", "2564-p", drafts("CMI"))
    assert "subject" in refusal(office, requested(office, first), "submit", "chiang")
    assert "subject" in refusal(office, requested(office, ""), "submit", "chiang")
    before = dump(office)
    with pytest.raises(WrongUse):
        requested(office, "IND-9999-0001")
    assert dump(office) == before


def test_a_request_written_against_an_older_indicator_is_refused(office: Desk) -> None:
    subject = settled(office)
    based_on = live(office, subject).digest
    ref = requested(office, subject, based_on=based_on)
    walk(office, ref, REQUEST[:3])
    other = requested(office, subject, based_on=based_on, changes={"target_50": "60"})
    walk(office, other, REQUEST[:4])
    assert set(refusal(office, ref, "approve", "wipa", meeting="M-WG")) == {"subject-changed"}


def test_a_request_may_not_change_another_organisations_indicator(office: Desk) -> None:
    subject = brought(office, "department", 7)  # it belongs to OPS; the request comes from CMI
    assert "subject" in refusal(office, requested(office, subject), "submit", "chiang")


# Requests whose content type does not look at the change before it is made.
WISH = ContentType("wish", dict, lambda _: ("1", "ก"), {}, lambda w, s: {**s, **w["changes"]})
WISHES = Workflow.model_validate(
    {
        "workflow": "wishes", "title": TITLE, "content": "wish", "prefix": "WISH",
        "initial": "asked", "roles": {"coordinator": TITLE},
        "states": {
            "asked": {"title": TITLE, "holder": "coordinator"},
            "granted": {"title": TITLE, "final": True},
        },
        "transitions": [
            {"trigger": "grant", "title": TITLE, "from": "asked", "to": "granted",
             "by": "coordinator", "amends": True},
        ],
    }
)  # fmt: skip


@pytest.fixture
def wishes(database_url: str) -> Iterator[tuple[Desk, str, str]]:
    """Two wishes about two indicators: the first can be granted, the second not."""
    words = replace(VOCABULARY, contents={**VOCABULARY.contents, "wish": WISH})
    office = an_office(database_url, words=words)
    cycles.publish(office, office.asking(), WISHES)
    settled(office)
    walk(office, "IND-2564-0002", PROVINCE)
    good, bad = opened(office, None, "wishes", "2564-p", [
        items.Draft("CMI", {"changes": {"target_50": "60"}}, "IND-2564-0001"),
        items.Draft("CMI", {"changes": {"target_50": "สูงกว่าเดิม"}}, "IND-2564-0002"),
    ])  # fmt: skip
    yield office, good, bad
    office.close()


def test_a_change_that_cannot_be_made_is_refused(wishes: tuple[Desk, str, str]) -> None:
    office, good, bad = wishes
    assert "target_50" in refusal(office, bad, "grant", "chiang")["content"]
    step(office, good, "grant", "chiang")


def test_a_change_that_cannot_be_made_does_not_stop_the_others(
    wishes: tuple[Desk, str, str],
) -> None:
    office, good, bad = wishes
    answer = bulk(office, "chiang", "grant", [bad, good])
    assert [done["ref"] for done in answer["done"]] == [good]
    assert refused_in(answer) == {bad: ["content"]}
    assert live(office, bad).state == "asked"
    assert live(office, "IND-2564-0002").revision == 1


# --- Who may -------------------------------------------------------------------------------------


def granted(office: Desk, *given: enrol.NewGrant) -> None:
    enrol.grants(office, office.asking(), given)


def test_whoever_submitted_may_not_endorse_in_any_role(office: Desk) -> None:
    ref = born(office, "department")
    step(office, ref, "submit", "both")
    assert set(refusal(office, ref, "endorse", "both", meeting="M-IWG")) == {"different-person"}
    step(office, ref, "endorse", "wipa", meeting="M-IWG")
    assert "different-person" in refusal(office, ref, "endorse", "both", meeting="M-MC")


def test_the_last_submission_is_the_one_that_counts(office: Desk) -> None:
    ref = born(office, "department")
    step(office, ref, "submit", "both")
    step(office, ref, "return", "wipa", comment="แก้")
    step(office, ref, "submit", "somying")
    step(office, ref, "endorse", "both", meeting="M-IWG")
    assert live(office, ref).state == "committee"


def test_a_grant_reaches_the_organisation_and_those_below_it(office: Desk) -> None:
    own, *_ = opened(office)
    other, *_ = opened(office, of=drafts("MOPH"))
    assert "role" in refusal(office, other, "submit", "somying")
    step(office, own, "submit", "somying")
    ministry, *_ = opened(office, of=drafts("MOI"))
    day = date(2021, 1, 1)
    granted(office, enrol.NewGrant("nobody", "coordinator", "OPS", day))
    assert "role" in refusal(office, ministry, "submit", "nobody")
    step(office, "IND-2564-0002", "submit", "nobody")


def test_a_code_that_begins_another_code_is_another_organisation(office: Desk) -> None:
    near = [enrol.NewOrganisation(code, "ก", code, "office") for code in ("MO", "OPS2")]
    enrol.organisations(office, office.asking(), near)
    granted(office, enrol.NewGrant("nobody", "coordinator", "MO", date(2021, 1, 1)))
    assert "role" in refusal(office, born(office, "department"), "submit", "nobody")
    granted(office, enrol.NewGrant("lek", "coordinator", "OPS", date(2021, 1, 1)))
    far, *_ = opened(office, of=drafts("OPS2"))
    assert "role" in refusal(office, far, "submit", "lek")


def test_moving_an_organisation_moves_what_is_below_it(office: Desk) -> None:
    ref = born(office, "department")
    moved = enrol.NewOrganisation("MOI", "กระทรวงมหาดไทย", "MOI", "ministry", "MOPH")
    enrol.organisations(office, office.asking(), [moved])
    granted(office, enrol.NewGrant("nobody", "coordinator", "MOPH", date(2021, 1, 1)))
    step(office, ref, "submit", "nobody")


@pytest.mark.parametrize(
    ("at", "may"),
    [
        (datetime(2021, 2, 9, 16, 59, 59, tzinfo=UTC), False),  # 9 February in Bangkok
        (datetime(2021, 2, 9, 17, 0, tzinfo=UTC), True),  # 10 February, its first moment
        (datetime(2021, 2, 12, 16, 59, 59, tzinfo=UTC), True),  # 12 February, its last second
        (datetime(2021, 2, 12, 17, 0, tzinfo=UTC), False),
    ],
)
def test_a_grant_holds_from_its_first_day_to_its_last(
    office: Desk, at: datetime, may: bool
) -> None:
    ref = born(office, "department")
    span = enrol.NewGrant("nobody", "coordinator", "OPS", date(2021, 2, 10), date(2021, 2, 12))
    granted(office, span)
    office.clock.at = at
    if may:
        step(office, ref, "submit", "nobody")
    else:
        assert "role" in refusal(office, ref, "submit", "nobody")


def test_a_grant_that_was_ended_is_ended(office: Desk) -> None:
    ref = born(office, "department")
    since = date(2020, 10, 1)
    granted(office, enrol.NewGrant("somying", "coordinator", "MOI", since, date(2021, 1, 31)))
    said = refusal(office, ref, "submit", "somying")
    assert "Somying" in said["role"]
    assert "Somsak" in said["who-could"]
    assert "Somying" not in said["who-could"]


def test_a_refusal_says_that_nobody_could(office: Desk) -> None:
    since, last = date(2020, 10, 1), date(2021, 1, 31)
    granted(office, enrol.NewGrant("esar", "esar_officer", "*", since, last))
    assert "nobody" in refusal(office, born(office, "report"), "open_window", "lek")


# --- What must be said with it -------------------------------------------------------------------


def test_a_meeting_of_the_right_body_is_required(office: Desk) -> None:
    ref = brought(office, "department", 1)
    assert set(refusal(office, ref, "endorse", "wipa")) == {"meeting"}
    assert set(refusal(office, ref, "endorse", "wipa", meeting="M-MC")) == {"meeting-body"}
    assert "M-X" in refusal(office, ref, "endorse", "wipa", meeting="M-X")["meeting"]


def test_a_letter_has_a_number_and_a_date(office: Desk) -> None:
    ref = brought(office, "province", 4)
    assert set(refusal(office, ref, "notify", "orn")) == {"letter"}
    assert set(refusal(office, ref, "notify", "orn", letter_number="1")) == {"letter"}
    assert set(refusal(office, ref, "notify", "orn", letter_date="2021-01-29")) == {"letter"}


def test_nothing_is_dated_in_the_future(office: Desk) -> None:
    meet(office, "IWG", date(2021, 2, 2), "M-TOMORROW")
    ref = brought(office, "department", 1)
    late = {"decided_on": "2021-02-02", "meeting": "M-IWG"}
    assert set(refusal(office, ref, "endorse", "wipa", meeting="M-TOMORROW")) == {"future"}
    assert set(refusal(office, ref, "endorse", "wipa", **late)) == {"future"}
    far = brought(office, "province", 4)
    tomorrow = LETTER | {"letter_date": "2021-02-02"}
    assert set(refusal(office, far, "notify", "orn", **tomorrow)) == {"future"}
    office.clock.at = datetime(2021, 2, 1, 17, tzinfo=UTC)  # midnight: 2 February in Bangkok
    step(office, ref, "endorse", "wipa", meeting="M-TOMORROW")
    step(office, far, "notify", "orn", **tomorrow)


def test_somebody_who_is_registered_must_ask(office: Desk) -> None:
    ref = born(office, "department")
    assert set(refusal(office, ref, "submit", None)) == {"actor"}
    assert set(refusal(office, ref, "submit", "phantom")) == {"person"}


def test_unknown_names_are_named(office: Desk) -> None:
    ref = born(office, "department")
    assert "IND-2564-9999" in refusal(office, "IND-2564-9999", "submit", "somying")["ref"]
    said = refusal(office, ref, "sumbit", "somying")["trigger"]
    assert "sumbit" in said
    assert "submit, withdraw" in said


@pytest.mark.parametrize("trigger", ["to_approved", "may_submit", "trigger", "__init__", ""])
def test_only_the_definitions_triggers_exist(office: Desk, trigger: str) -> None:
    assert "trigger" in refusal(office, born(office, "department"), trigger, "both")


def test_every_reason_against_a_step_is_said(office: Desk) -> None:
    subject = settled(office)
    ref = requested(office, subject, based_on=live(office, subject).digest)
    walk(office, ref, REQUEST[:3])
    step(office, ref, "refer", "wipa", meeting="M-WG", comment="เกินอำนาจ")
    walk(office, requested(office, subject, changes={"target_50": "60"}), REQUEST[:4])
    said = refusal(office, ref, "approve", "chiang", decided_on="2021-02-02")
    assert set(said) == {
        "role", "who-could", "meeting", "future", "different-person", "subject-changed",
    }  # fmt: skip


def test_every_rule_of_a_set_that_fails_is_said_with_its_sums(office: Desk) -> None:
    parts = [{"code": f"1.{n}", "name_th": "ย่อย", "weight": "4"} for n in (1, 2)]
    many = [draft(str(n), "10", parts=parts if n == 1 else []) for n in range(1, 7)]
    first, *_ = opened(office, of=[*many, draft("7", "20", component="potential_base")])
    with pytest.raises(Refusal) as caught:
        step(office, first, "submit", "somying")
    assert [reason.code for reason in caught.value.reasons] == [
        "weights", "weights", "weights", "too-many", "mandatory", "sub-weights",
    ]  # fmt: skip
    said = " ".join(reason.en for reason in caught.value.reasons)
    for expected in ("80, must be 100", "60, must be 70", "20, must be 30", "8, must be 10"):
        assert expected in said


def test_every_reason_is_said_in_both_languages(office: Desk) -> None:
    ref = brought(office, "department", 1)
    with pytest.raises(Refusal) as caught:
        step(office, ref, "endorse", "somying", decided_on="2021-02-02")
    assert len(caught.value.reasons) == 5
    for reason in caught.value.reasons:
        assert re.search("[ก-๙]", reason.th)
        assert re.search("[a-z]", reason.en)


# --- What is written -----------------------------------------------------------------------------


def test_two_dates_and_two_people_are_kept(office: Desk) -> None:
    ref = brought(office, "department", 1)
    office.clock.at = datetime(2021, 2, 3, 18, 30, tzinfo=UTC)  # 4 February in Bangkok
    answer = step(office, ref, "endorse", "wipa", meeting="M-IWG")
    event = trail(office, ref)[-1]
    assert (event["decided_on"], event["recorded_at"]) == (
        "2021-01-29", "2021-02-03T18:30:00.000000Z",
    )  # fmt: skip
    assert (event["actor"]["person"], event["recorded_by"]) == ("wipa", "tester")
    assert event["meeting"]["chair"]["person"] == "palat"
    assert answer["decided_on"] == event["decided_on"]


def test_a_decision_is_dated_by_what_was_said_then_by_the_meeting_then_by_the_day_in_bangkok(
    office: Desk,
) -> None:
    office.clock.at = datetime(2021, 2, 3, 18, 30, tzinfo=UTC)  # 4 February in Bangkok
    refs = opened(office)
    for ref in refs:
        step(office, ref, "submit", "somying")
    said = step(office, refs[0], "endorse", "wipa", meeting="M-IWG", decided_on="2021-01-30")
    met = step(office, refs[1], "endorse", "wipa", meeting="M-IWG")
    today = step(office, refs[2], "return", "wipa", comment="แก้")
    assert [a["decided_on"] for a in (said, met, today)] == [
        "2021-01-30", "2021-01-29", "2021-02-04",
    ]  # fmt: skip


def test_a_step_without_a_decision_has_no_day_of_decision(office: Desk) -> None:
    assert step(office, born(office, "department"), "submit", "somying")["decided_on"] == ""


def test_a_decision_is_sealed_to_the_content_that_was_seen(office: Desk) -> None:
    ref = brought(office, "department", 1)
    step(office, ref, "endorse", "wipa", meeting="M-IWG")
    seal = sha256(canonical(content(office, ref))).hexdigest()
    assert trail(office, ref)[-1]["revision"] == {"number": 1, "digest": seal}
    step(office, ref, "return", "kanda", comment="แก้")
    revisions.revise(office, office.asking("somying"), ref, {"unit": "ร้อยละ"})
    again = sha256(canonical(content(office, ref))).hexdigest()
    assert again != seal
    assert trail(office, ref)[-1]["revision"] == {"number": 2, "digest": again}
    assert live(office, ref).digest == again
    assert step(office, ref, "submit", "somying")["revision"] == {"number": 2, "digest": again}


REVIEWED = Workflow.model_validate(
    {
        "workflow": "reviewed", "title": {"th": "ก", "en": "Reviewed"}, "content": "indicator",
        "prefix": "REV", "initial": "review", "roles": {"coordinator": {"th": "ก", "en": "C"}},
        "states": {
            "review": {"title": {"th": "ก", "en": "R"}, "holder": "coordinator",
                       "edit": "coordinator"},
            "done": {"title": {"th": "ก", "en": "D"}, "final": True},
        },
        "transitions": [
            {"trigger": "endorse", "title": {"th": "ก", "en": "E"}, "from": "review",
             "by": "coordinator", "decision": "endorsed"},
            {"trigger": "approve", "title": {"th": "ก", "en": "A"}, "from": "review",
             "to": "done", "by": "coordinator", "decision": "approved",
             "guards": [{"decision_stands": {"state": "review"}}]},
        ],
    }
)  # fmt: skip


def test_editing_under_way_voids_the_decisions_on_the_old_content(office: Desk) -> None:
    cycles.publish(office, office.asking(), REVIEWED)
    [ref] = opened(office, None, "reviewed", "2564-free", [draft("1")])
    assert set(refusal(office, ref, "approve", "somying")) == {"decision-missing"}
    step(office, ref, "endorse", "somying")
    revisions.revise(office, office.asking("somying"), ref, {"weight": "11"})
    assert live(office, ref).voided == live(office, ref).version
    revisions.revise(
        office, office.asking("somying"), ref, {"weight": "10"}
    )  # the same words again
    said = refusal(office, ref, "approve", "somying")
    assert set(said) == {"decision-void"}
    assert "revision 1" in said["decision-void"]
    assert "revision 3" in said["decision-void"]
    step(office, ref, "endorse", "somying")
    step(office, ref, "approve", "somying")


def test_content_is_edited_only_where_and_by_whom_the_definition_says(office: Desk) -> None:
    ref = brought(office, "department", 1)
    for person, code in (("somying", "edit"), (None, "actor")):
        before = dump(office)
        with pytest.raises(Refusal) as caught:
            revisions.revise(office, office.asking(person), ref, {"unit": "ร้อยละ"})
        assert caught.value.reasons[0].code == code
        assert dump(office) == before
    step(office, ref, "return", "wipa", comment="แก้")
    with pytest.raises(Refusal) as caught:
        revisions.revise(office, office.asking("wipa"), ref, {"unit": "ร้อยละ"})
    assert caught.value.reasons[0].code == "role"
    with pytest.raises(Refusal) as caught:
        revisions.revise(office, office.asking("somying"), ref, {"weight": "40.0"})
    assert caught.value.reasons[0].code == "same"
    with pytest.raises(WrongUse):
        revisions.revise(office, office.asking("somying"), ref, {"weight": "heavy"})


def test_names_in_the_trail_are_as_they_were(office: Desk) -> None:
    ref = brought(office, "department", 1)
    before = trail(office, ref)
    assert before[-1]["actor"]["name_en"] == "Somying"
    enrol.people(office, office.asking(), [enrol.NewPerson("somying", "ใหม่", "New")])
    enrol.organisations(
        office, office.asking(), [enrol.NewOrganisation("OPS", "ใหม่", "New", "office", "MOI")]
    )
    assert trail(office, ref) == before
    assert broken(office) == []


@pytest.mark.parametrize("simulation", [True, False])
def test_a_simulation_says_so_in_every_event(database_url: str, simulation: bool) -> None:
    office = an_office(database_url, simulation)
    ref = brought(office, "department", 2)
    assert all(e.get("simulated", False) is simulation for e in trail(office, ref))
    office.close()


@pytest.mark.parametrize("change", [{"state": "committee"}, {"version": 7}])
def test_a_row_that_is_not_as_it_was_loaded_is_not_written(
    office: Desk, change: dict[str, Any]
) -> None:
    """Somebody changes it between the decision and the writing, by hand and without an event."""
    ref, row = brought(office, "department", 1), table(Item)
    before = dump(office)

    def work(transaction: Transaction) -> Answer:
        item = load.one(transaction, ref).item
        document = queries.history(transaction, ref)[-1] | {"to": "draft"}
        transaction.run(update(row).where(row.c.ref == ref).values(change))
        write(transaction, [Change(ref, item, document)])
        return {}

    with pytest.raises(Overtaken):
        office.command(office.asking("wipa"), "by hand", work)
    assert dump(office) == before


# --- Repeats -------------------------------------------------------------------------------------


def test_the_same_key_again_gives_the_same_answer_and_changes_nothing(office: Desk) -> None:
    ref = born(office, "department")
    first = step(office, ref, "submit", "somying", key="k1")
    after = dump(office)
    office.later(days=3)
    assert step(office, ref, "submit", "somying", key="k1") == first
    assert dump(office) == after


def test_a_key_is_for_one_request_only(office: Desk) -> None:
    ref, other, _ = opened(office)
    step(office, ref, "submit", "somying", key="k1")
    before = dump(office)
    changes: list[Callable[[], object]] = [
        lambda: step(office, other, "submit", "somying", key="k1"),
        lambda: step(office, ref, "withdraw", "somying", key="k1", comment="ก"),
        lambda: step(office, ref, "submit", "somsak", key="k1"),
        lambda: step(office, ref, "submit", "somying", key="k1", comment="ก"),
        lambda: revisions.revise(office, office.asking("somying", "k1"), ref, {"weight": "1"}),
    ]
    for change in changes:
        with pytest.raises(Refusal) as caught:
            change()
        assert [reason.code for reason in caught.value.reasons] == ["key"]
    assert dump(office) == before


def test_a_refused_request_does_not_use_its_key_up(office: Desk) -> None:
    ref = born(office, "department")
    with pytest.raises(Refusal):
        step(office, ref, "submit", "wipa", key="k1")
    assert step(office, ref, "submit", "somying", key="k1")["to"] == "working_group_review"


def test_opening_revising_opining_and_bulk_are_repeated_by_their_keys(office: Desk) -> None:
    request = brought(office, "request", 1)

    def all_of_it() -> list[Answer]:
        made = items.open_items(
            office, office.asking(None, "a"), "indicator_department", "2564-d", drafts()
        )
        ref = made["opened"][0]["ref"]
        changes = {"unit": "ร้อยละ"}
        return [
            made,
            revisions.revise(office, office.asking("somying", "b"), ref, changes),
            step(office, request, "opine", "hathai", key="c"),
            bulk(office, "somying", "submit", [ref], key="d"),
        ]

    first, after = all_of_it(), dump(office)
    office.later(days=1)
    assert all_of_it() == first
    assert dump(office) == after


# --- Many at once --------------------------------------------------------------------------------


def test_bulk_does_what_can_be_done_and_refuses_the_rest_with_reasons(office: Desk) -> None:
    one, two, three = opened(office)
    step(office, one, "submit", "somying")
    step(office, two, "submit", "both")
    answer = bulk(office, "both", "endorse", [one, two, three], meeting="M-IWG")
    assert [done["ref"] for done in answer["done"]] == [one]
    assert refused_in(answer) == {two: ["different-person"], three: ["state"]}
    assert [live(office, ref).state for ref in (one, two, three)] == [
        "committee", "working_group_review", "draft",
    ]  # fmt: skip
    assert broken(office) == []


def test_bulk_takes_the_same_steps_as_one_by_one(office: Desk) -> None:
    one, two, three = opened(office)
    step(office, one, "submit", "somying")
    answer = bulk(office, "somying", "submit", [two, three])
    assert [done["ref"] for done in answer["done"]] == [two, three]
    single, *many = (trail(office, ref)[-1] for ref in (one, two, three))
    own = {"stream", "prev", "revision"}
    for event in many:
        assert {k: v for k, v in event.items() if k not in own} == {
            k: v for k, v in single.items() if k not in own
        }


def test_one_meeting_and_one_key_for_the_whole_batch(office: Desk) -> None:
    refs = opened(office)
    bulk(office, "somying", "submit", refs)
    first = bulk(office, "wipa", "endorse", refs, meeting="M-IWG", key="batch")
    assert len(first["done"]) == 3
    assert {trail(office, ref)[-1]["meeting"]["ref"] for ref in refs} == {"M-IWG"}
    assert {trail(office, ref)[-1]["key"] for ref in refs} == {"batch"}
    after = dump(office)
    assert bulk(office, "wipa", "endorse", refs, meeting="M-IWG", key="batch") == first
    assert dump(office) == after


def test_a_preview_says_the_same_and_writes_nothing(office: Desk) -> None:
    one, two, three = opened(office)
    step(office, one, "submit", "somying")
    before = dump(office)
    preview = bulk(office, "somying", "submit", [one, two, three], dry_run=True, key="k")
    assert dump(office) == before
    assert preview["dry_run"] is True
    done = bulk(office, "somying", "submit", [one, two, three], key="k")
    assert done | {"dry_run": True} == preview
    assert dump(office) != before


def test_bulk_of_nothing_is_refused(office: Desk) -> None:
    born(office, "department")
    where = Where({"state": ["committee"]})
    with pytest.raises(Refusal) as caught:
        advance.bulk(office, office.asking("kanda"), where, "return", Given(comment="ก"))
    assert caught.value.reasons[0].code == "none"


def test_bulk_by_conditions(office: Desk) -> None:
    own, far = opened(office), opened(office, of=drafts("MOPH"))
    where = Where({"workflow": ["indicator_department"], "state": ["draft"]}, under="MOI")
    answer = advance.bulk(office, office.asking("both"), where, "submit", Given())
    assert [done["ref"] for done in answer["done"]] == own
    assert {live(office, ref).state for ref in far} == {"draft"}


def test_a_failed_rule_of_a_set_refuses_all_of_that_set_and_no_other(office: Desk) -> None:
    good, bad = opened(office), opened(office, of=[draft("1", "40", "MOPH"), *drafts("MOPH")[:2]])
    answer = bulk(office, "both", "submit", good + bad)
    assert [done["ref"] for done in answer["done"]] == good
    assert set(refused_in(answer)) == set(bad)


def test_two_requests_about_one_indicator_are_decided_one_by_one(office: Desk) -> None:
    subject = settled(office)
    refs = [requested(office, subject, changes={"target_50": value}) for value in ("60", "61")]
    for ref in refs:
        walk(office, ref, REQUEST[:3])
    answer = bulk(office, "wipa", "approve", refs, meeting="M-WG")
    assert [done["ref"] for done in answer["done"]] == refs[:1]
    assert refused_in(answer) == {refs[1]: ["subject-twice"]}
    assert content(office, subject)["target_50"] == "60"
    bulk(office, "wipa", "approve", refs[1:], meeting="M-WG")
    assert content(office, subject)["target_50"] == "61"
    assert live(office, subject).revision == 3
    assert broken(office) == []


def test_opinions_on_many_are_given_all_or_none(office: Desk) -> None:
    settled(office)
    walk(office, "IND-2564-0002", PROVINCE)
    refs = [requested(office, f"IND-2564-000{n}") for n in (1, 2)]
    walk(office, refs[0], REQUEST[:1])
    said = opinions.Said("DLA", "no_objection")
    before = dump(office)
    with pytest.raises(Refusal) as caught:
        opinions.opine(office, office.asking("hathai"), Where({"ref": refs}), said)
    assert [reason.where for reason in caught.value.reasons] == [refs[1]]
    assert dump(office) == before
    walk(office, refs[1], REQUEST[:1])
    opinions.opine(office, office.asking("hathai"), Where({"ref": refs}), said)
    for ref in refs:
        step(office, ref, "propose", "orn")


# --- Opening -------------------------------------------------------------------------------------


def test_all_items_are_opened_or_none(office: Desk) -> None:
    before = dump(office)
    bad = [draft("1"), draft("2", "heavy"), draft("3", "10", "NOWHERE")]
    with pytest.raises(WrongUse) as caught:
        opened(office, of=bad)
    assert {reason.code for reason in caught.value.reasons} == {"content", "organisation"}
    assert dump(office) == before
    assert opened(office) == ["IND-2564-0001", "IND-2564-0002", "IND-2564-0003"]


def test_whoever_opens_needs_the_definitions_role_there(office: Desk) -> None:
    with pytest.raises(Refusal):
        opened(office, "wipa")
    with pytest.raises(Refusal):
        opened(office, "somying", of=drafts("MOPH"))
    assert len(opened(office, "somying")) == 3


def test_every_live_row_is_what_its_events_give(office: Desk) -> None:
    for track in ("department", "request", "report"):  # a request brings a province's indicator
        brought(office, track, len(TRACKS[track]))
    with office.database.read() as tx:
        replayed = {item.ref: item for item in past.items_at(tx, NEVER)}
    rows = dump(office, "item")["item"]
    assert {row[0] for row in rows} == set(replayed)
    for ref, item in replayed.items():
        assert live(office, ref) == item
