"""What the shape of a definition cannot show is found, named with its line, and a guess made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis import reachable, ways_of
from engine.definition import Workflow
from engine.errors import Reason
from engine.loader import check, load
from notifications.kinds import LETTERS
from workflows.shipped import definitions, vocabulary

VOCABULARY = vocabulary(LETTERS)
CLEAN = """\
workflow: request
title: {th: คำขอ, en: Request}
content: change_request
prefix: REQ
initial: draft
opened_by: [coordinator]

roles:
  coordinator: {th: ผู้ประสานงาน, en: Coordinator}
  analyst: {th: ผู้วิเคราะห์, en: Analyst}
  host: {th: เจ้าภาพ, en: Host}

consultations:
  host_agency:
    title: {th: เจ้าภาพ, en: Host agency}
    role: host
    field: host_agency
    during: [analysis]

states:
  draft:
    title: {th: ร่าง, en: Draft}
    holder: coordinator
    edit: [coordinator]
    deadlines:
      - name: filing
        title: {th: ยื่น, en: Filing}
        due: {after: 5wd}
        ladder: [coordinator, analyst]
  analysis:
    title: {th: วิเคราะห์, en: Analysis}
    holder: analyst
  approved:
    title: {th: เห็นชอบ, en: Approved}
    holder: analyst
  notified:
    title: {th: แจ้งแล้ว, en: Notified}
    final: true

transitions:
  - trigger: submit
    title: {th: ยื่น, en: Submit}
    from: draft
    to: analysis
    by: coordinator
    guards:
      - subject_settled

  - trigger: ask
    title: {th: ถาม, en: Ask}
    from: analysis
    by: analyst
    requires: [comment]
    thread: ask

  - trigger: approve
    title: {th: เห็นชอบ, en: Approve}
    from: analysis
    to: approved
    by: analyst
    requires: [meeting]
    body: working_group
    decision: approved
    amends: true
    guards:
      - different_person: {trigger: submit}
      - opinions_in:
          consultation: host_agency
          need: all
    letters:
      - {kind: decision_on_change_request, to: organisation}

  - trigger: return
    title: {th: คืน, en: Return}
    from: [analysis, approved]
    to: draft
    by: analyst
    requires: [comment]
    guards:
      - decision_stands: {state: analysis, outcome: approved}

  - trigger: notify
    title: {th: แจ้ง, en: Notify}
    from: approved
    to: notified
    by: analyst
    requires: [letter]
    automatic:
      letter_sent: decision_on_change_request
"""
LONELY = """\
  lonely:
    title: {th: โดดเดี่ยว, en: Lonely}
    holder: analyst
"""
Spoil = Callable[..., tuple[list[Reason], str]]


@pytest.fixture
def spoil(tmp_path: Path) -> Spoil:
    """Complaints about CLEAN after replacements, and the text."""

    def run(*replacements: tuple[str, str]) -> tuple[list[Reason], str]:
        text = CLEAN
        for old, new in replacements:
            before, found, after = text.partition(old)
            assert found, old
            text = before + new + after
        path = tmp_path / "request.yaml"
        path.write_text(text, encoding="utf-8")
        return check(path, VOCABULARY)[1], text

    return run


def _at(text: str, mark: str) -> str:
    """Where the first line that holds `mark` is, as a complaint names it."""
    return f"request.yaml:{text[: text.index(mark)].count(chr(10)) + 1}"


def test_the_definition_of_these_tests_is_clean(spoil: Spoil) -> None:
    assert spoil()[0] == []


@pytest.mark.parametrize("path", definitions(), ids=lambda path: path.stem)
def test_every_shipped_definition_is_clean(path: Path) -> None:
    assert check(path, VOCABULARY)[1] == []


# --- Names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "at", "noun", "wrong", "hint"),
    [
        ("content: change_request", "content: change_requests", "content:", "content",
         "change_requests", "change_request"),
        ("initial: draft", "initial: drafts", "initial:", "state", "drafts", "draft"),
        ("[coordinator]\n\nroles", "[cordinator]\n\nroles", "opened_by", "role", "cordinator",
         "coordinator"),
        ("holder: analyst", "holder: analist", "analist", "role", "analist", "analyst"),
        ("edit: [coordinator]", "edit: [coordinato]", "edit:", "role", "coordinato", "coordinator"),
        ("ladder: [coordinator, analyst]", "ladder:\n          - coordinator\n          - annalyst",
         "- annalyst", "role", "annalyst", "analyst"),
        ("from: draft", "from: darft", "from: darft", "state", "darft", "draft"),
        ("from: [analysis, approved]", "from:\n      - analysis\n      - aproved", "- aproved",
         "state", "aproved", "approved"),
        ("to: analysis", "to: analisis", "to: analisis", "state", "analisis", "analysis"),
        ("by: coordinator", "by: [coordinatr]", "    by: [coord", "role", "coordinatr",
         "coordinator"),
        ("- subject_settled", "- subject_setled", "- subject_setled", "guard", "subject_setled",
         "subject_settled"),
        ("kind: decision_on", "kind: desision_on", "kind: desision", "letter",
         "desision_on_change_request", "decision_on_change_request"),
        ("letter_sent: decision_on", "letter_sent: decisions_on", "letter_sent:", "letter",
         "decisions_on_change_request", "decision_on_change_request"),
        ("{trigger: submit}", "{trigger: submitt}", "submitt", "trigger", "submitt", "submit"),
        ("{state: analysis,", "{state: analyses,", "analyses", "state", "analyses", "analysis"),
        ("consultation: host_agency", "consultation: host_agenci", "host_agenci", "consultation",
         "host_agenci", "host_agency"),
        ("role: host", "role: hosts", "role: hosts", "role", "hosts", "host"),
        ("field: host_agency", "field: host_agncy", "field:", "field", "host_agncy", "host_agency"),
        ("during: [analysis]", "during: [analysys]", "during:", "state", "analysys", "analysis"),
        ("by: coordinator", "by: zebra", "by: zebra", "role", "zebra", None),
    ],
)  # fmt: skip
def test_an_unknown_name_is_named_with_its_line_and_what_was_meant(
    spoil: Spoil, old: str, new: str, at: str, noun: str, wrong: str, hint: str | None
) -> None:
    complaints, text = spoil((old, new))
    [reason] = [reason for reason in complaints if reason.code == f"unknown-{noun}"]
    assert reason.where == _at(text, at)
    guess = f"; did you mean “{hint}”?" if hint else ""
    assert reason.en == f"unknown {noun} “{wrong}”{guess}"
    assert f"“{wrong}”" in reason.th
    assert hint is None or f"หมายถึง “{hint}” หรือไม่" in reason.th


# --- Guards --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "at", "says", "hint"),
    [
        ("- subject_settled", "- subject_settled: {state: draft}", "subject_settled:",
         "guard “subject_settled”: parameter “state”: no such parameter", None),
        ("{trigger: submit}", "{triger: submit}", "triger: submit",
         "parameter “triger”: no such parameter", "trigger"),
        ("- different_person: {trigger: submit}", "- different_person", "- different_person",
         "parameter “trigger”: Field required", None),
        ("{trigger: submit}", "{trigger: 5}", "{trigger: 5}",
         "parameter “trigger”: Input should be a valid string", None),
        ("{trigger: submit}", "{trigger: [submit]}", "{trigger: [submit]}",
         "parameter “trigger”: Input should be a valid string", None),
        ("need: all", "need: most", "need: most", "parameter “need”: ", None),
        ("need: all", "need: {a: b}", "need: {a: b}", "parameter “need”: ", None),
        ("outcome: approved", "outcome: aproved", "aproved", "parameter “outcome”: ", None),
        ("outcome: approved", "outcom: approved", "outcom: approved",
         "parameter “outcom”: no such parameter", "outcome"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_of_a_guard_is_named_with_its_line(
    spoil: Spoil, old: str, new: str, at: str, says: str, hint: str | None
) -> None:
    complaints, text = spoil((old, new))
    found = [reason for reason in complaints if says in reason.en]
    assert found
    for reason in found:
        assert reason.code == "guard-parameter"
        assert reason.where == _at(text, at)
        assert ("did you mean" in reason.en) == (hint is not None)
        assert hint is None or f"“{hint}”" in reason.en


@pytest.mark.parametrize("need", ["0", "-1", "true"])
def test_at_least_no_opinion_is_no_condition(spoil: Spoil, need: str) -> None:
    complaints, text = spoil(("need: all", f"need: {need}"))
    assert {reason.code for reason in complaints} == {"guard-parameter"}
    assert {reason.where for reason in complaints} == {_at(text, "need:")}


# --- Triggers ------------------------------------------------------------------------------------


def test_a_trigger_that_is_defined_twice_from_one_state(spoil: Spoil) -> None:
    [reason], text = spoil(("trigger: ask", "trigger: approve"))
    assert reason.code == "trigger-twice"
    assert reason.en == "“approve” from “analysis” is defined twice"
    second = text.index("trigger: approve", text.index("trigger: approve") + 1)
    assert reason.where == f"request.yaml:{text[:second].count(chr(10)) + 1}"


def test_a_deadline_that_is_given_twice_at_one_state(spoil: Spoil) -> None:
    ladder = "        ladder: [coordinator, analyst]\n"
    again = "      - {name: filing, title: {th: ยื่น, en: Again}, due: {after: 9d}}\n"
    [reason], text = spoil((ladder, ladder + again))
    assert (reason.code, reason.where) == ("deadline-twice", _at(text, "en: Again"))


def test_a_state_that_is_named_twice_in_one_step(spoil: Spoil) -> None:
    [reason], _ = spoil(("from: [analysis, approved]", "from: [analysis, analysis]"))
    assert reason.code == "trigger-twice"


def test_one_trigger_may_leave_several_states(spoil: Spoil) -> None:
    assert spoil(("trigger: ask", "trigger: submit"))[0] == []


# --- States --------------------------------------------------------------------------------------


def test_a_state_that_cannot_be_reached(spoil: Spoil) -> None:
    complaints, text = spoil(
        ("  notified:\n", LONELY + "  notified:\n"),
        ("from: [analysis, approved]", "from: [analysis, approved, lonely]"),
    )
    [reason] = complaints
    assert (reason.code, reason.where) == ("unreachable", _at(text, "  lonely:"))
    assert "“lonely”" in reason.th
    assert "“lonely”" in reason.en


def test_a_state_that_only_leads_to_itself_is_a_dead_end_or_endless(spoil: Spoil) -> None:
    dead, _ = spoil(("  notified:\n", LONELY + "  notified:\n"), ("to: approved", "to: lonely"))
    assert ("dead-end", "the state “lonely” has no way out and is not final") in {
        (reason.code, reason.en) for reason in dead
    }
    loop = "  - {trigger: go, title: {th: ก, en: a}, from: lonely, to: lonely, by: analyst}\n"
    endless, text = spoil(
        ("  notified:\n", LONELY + "  notified:\n"),
        (
            "    from: analysis\n    by: analyst",
            "    from: analysis\n    to: lonely\n    by: analyst",
        ),
        ("transitions:\n", "transitions:\n" + loop),
    )
    [reason] = endless
    assert (reason.code, reason.where) == ("endless", _at(text, "  lonely:"))


def test_a_step_that_stays_is_no_way_out(spoil: Spoil) -> None:
    complaints, text = spoil(
        ("    to: notified\n", ""), ("from: [analysis, approved]", "from: analysis")
    )
    assert {(reason.code, reason.where) for reason in complaints} == {
        ("dead-end", _at(text, "  approved:")),
        ("unreachable", _at(text, "  notified:")),
        ("endless", _at(text, "  draft:")),
        ("endless", _at(text, "  analysis:")),
    }


def test_a_loop_that_no_final_state_ends(spoil: Spoil) -> None:
    complaints, text = spoil(
        ("    final: true\n", "    holder: analyst\n"),
        ("from: [analysis, approved]", "from: [analysis, approved, notified]"),
    )
    [reason] = complaints
    assert (reason.code, reason.where) == ("final", _at(text, "states:"))
    assert reason.en == "no state is final"


def test_every_state_of_an_endless_loop_is_named(spoil: Spoil) -> None:
    complaints, _ = spoil(("to: notified", "to: analysis"))
    named = {reason.en.split("“")[1].split("”")[0]: reason.code for reason in complaints}
    assert named == {
        "draft": "endless", "analysis": "endless", "approved": "endless", "notified": "unreachable",
    }  # fmt: skip


def test_a_final_state_with_a_way_out(spoil: Spoil) -> None:
    for end in ("to: draft", "amends: false"):  # also one that stays
        step = "  - {trigger: again, title: {th: ก, en: a}, from: notified, by: analyst, %s}\n"
        complaints, text = spoil(("transitions:\n", "transitions:\n" + step % end))
        [reason] = complaints
        assert (reason.code, reason.where) == ("final", _at(text, "  notified:"))
        assert "has a way out" in reason.en


def test_a_state_needs_a_holder_and_a_final_one_has_none(spoil: Spoil) -> None:
    complaints, text = spoil(
        ("    holder: coordinator\n", ""),
        ("    final: true", "    final: true\n    holder: analyst"),
    )
    assert [(reason.code, reason.where) for reason in complaints] == [
        ("holder", _at(text, "  draft:")),
        ("holder", _at(text, "  notified:")),
    ]
    assert "needs a holder" in complaints[0].en
    assert "can have no holder" in complaints[1].en


def test_a_holder_who_can_do_nothing(spoil: Spoil) -> None:
    complaints, text = spoil(("holder: analyst", "holder: host"))
    [reason] = complaints
    assert (reason.code, reason.where) == ("holder", _at(text, "holder: host"))
    assert reason.en == "the holder “host” can do nothing at “analysis”"


# --- Roles and steps -----------------------------------------------------------------------------


def test_a_role_that_is_granted_nothing(spoil: Spoil) -> None:
    complaints, text = spoil(("  host: {", "  guest: {th: แขก, en: Guest}\n  host: {"))
    [reason] = complaints
    assert (reason.code, reason.where) == ("role-unused", _at(text, "  guest:"))
    assert "“guest”" in reason.en


@pytest.mark.parametrize(
    "use",
    [
        ("opened_by: [coordinator]", "opened_by: [coordinator, guest]"),
        ("edit: [coordinator]", "edit: [coordinator, guest]"),
        ("ladder: [coordinator", "ladder: [guest, coordinator"),
        ("ladder: [coordinator", "extended_by: [guest]\n        ladder: [coordinator"),
        ("by: analyst", "by: [analyst, guest]"),
        ("role: host", "role: guest"),
    ],
)
def test_every_use_of_a_role_counts(spoil: Spoil, use: tuple[str, str]) -> None:
    complaints, _ = spoil(("  host: {", "  guest: {th: แขก, en: Guest}\n  host: {"), use)
    assert not [reason for reason in complaints if "“guest”" in reason.en]


def test_a_step_that_nobody_may_take(spoil: Spoil) -> None:
    complaints, text = spoil(
        (
            "    by: analyst\n    requires: [comment]\n    thread: ask",
            "    thread: ask\n    requires: [comment]",
        )
    )
    [reason] = complaints
    assert (reason.code, reason.where) == ("nobody", _at(text, "  - trigger: ask"))
    automatic = "    automatic: {letter_sent: information_request}\n"
    complaints, _ = spoil(
        ("    by: analyst\n    requires: [comment]\n    thread: ask\n",
         "    thread: ask\n    requires: [comment]\n" + automatic)
    )  # fmt: skip
    assert complaints == []


def test_asking_and_answering_need_words(spoil: Spoil) -> None:
    for step in ("ask", "answer"):
        complaints, text = spoil(
            ("    requires: [comment]\n    thread: ask", f"    thread: {step}")
        )
        [reason] = complaints
        assert (reason.code, reason.where) == ("thread", _at(text, f"thread: {step}"))
    assert spoil(("    requires: [comment]\n    thread: ask", "    thread: approve"))[0] == []


def test_a_body_decides_in_a_meeting(spoil: Spoil) -> None:
    complaints, text = spoil(("requires: [meeting]", "requires: [comment]"))
    [reason] = complaints
    assert (reason.code, reason.where) == ("body", _at(text, "body:"))


def test_only_a_request_amends_another_item(spoil: Spoil) -> None:
    complaints, text = spoil(("content: change_request", "content: indicator"))
    [reason] = [reason for reason in complaints if reason.code == "amends"]
    assert reason.where == _at(text, "amends:")


def test_a_consultation_needs_a_time(spoil: Spoil) -> None:
    complaints, text = spoil(("during: [analysis]", "during: []"))
    [reason] = complaints
    assert (reason.code, reason.where) == ("consultation", _at(text, "during:"))


# --- All at once ---------------------------------------------------------------------------------


def test_all_complaints_come_at_once_in_the_order_of_the_file(spoil: Spoil) -> None:
    complaints, _ = spoil(
        ("initial: draft", "initial: drafts"),
        ("  host: {", "  guest: {th: แขก, en: Guest}\n  host: {"),
        ("field: host_agency", "field: host_agncy"),
        ("holder: analyst", "holder: host"),
        ("- subject_settled", "- subject_setled"),
        ("trigger: ask", "trigger: approve"),
        ("need: all", "need: most"),
        ("kind: decision_on", "kind: desision_on"),
        ("    requires: [letter]", "    requires: [letter]\n    requires: [letter]"),
        ("    final: true", "    final: true\n    holder: analyst"),
    )
    assert {reason.code for reason in complaints} == {
        "unknown-state", "role-unused", "unknown-field", "holder", "unknown-guard", "trigger-twice",
        "guard-parameter", "unknown-letter", "twice",
    }  # fmt: skip
    assert len(complaints) >= 10
    lines = [int(reason.where.partition(":")[2]) for reason in complaints]
    assert lines == sorted(lines)


# --- Reachability --------------------------------------------------------------------------------


def _ring(size: int) -> Workflow:
    title = {"th": "ก", "en": "a"}
    return Workflow.model_validate(
        {
            "workflow": "ring", "title": title, "content": "indicator", "prefix": "RI",
            "initial": "s0", "roles": {},
            "states": {f"s{n}": {"title": title} for n in range(size)},
            "transitions": [
                {"trigger": "on", "title": title, "from": f"s{n}", "to": f"s{(n + 1) % size}"}
                for n in range(size)
            ],
        }
    )  # fmt: skip


def test_what_can_be_reached_and_from_where() -> None:
    workflow = load(definitions()[0], VOCABULARY)
    assert workflow.name == "change_request"
    forward, backward = ways_of(workflow)
    assert reachable(forward, ["draft"]) == set(workflow.states)
    assert reachable(forward, ["notified"]) == {"notified"}
    assert reachable(forward, ["rejected"]) == {"rejected", "notified"}
    assert reachable(backward, ["rejected"]) == {
        "rejected", "committee", "working_group_review", "opdc_analysis", "draft",
    }  # fmt: skip
    assert reachable(forward, []) == set()


def test_a_long_ring_is_walked_once() -> None:
    forward, backward = ways_of(_ring(5_000))
    everything = {f"s{n}" for n in range(5_000)}
    assert reachable(forward, ["s17"]) == reachable(backward, ["s17"]) == everything


# --- Time ----------------------------------------------------------------------------------------

OPEN = "due: {window: {opens: o, closes: c}}"
SECOND = (
    "      - {name: second, title: {th: ก, en: Second}, due: {window: {opens: a, closes: b}}}\n"
)
LADDER = "        ladder: [coordinator, analyst]\n"
SUBMIT = "    by: coordinator\n    guards:\n      - subject_settled\n"


def edge(which: str) -> tuple[str, str]:
    """`submit` is taken at an edge of the draft's window."""
    return SUBMIT, f"{SUBMIT}    automatic: {{window: {which}}}\n"


@pytest.mark.parametrize("which", ["opens", "closes"])
def test_a_step_at_a_windows_edge_needs_a_window_where_it_begins(spoil: Spoil, which: str) -> None:
    assert spoil(edge(which), ("due: {after: 5wd}", OPEN))[0] == []
    [reason], text = spoil(edge(which))
    assert (reason.code, reason.where) == ("no-window", _at(text, "automatic: {window"))
    assert "the state “draft” has no deadline that is a window" in reason.en
    assert "สถานะ “draft” ไม่มีกำหนดเวลาที่เป็นช่วง" in reason.th


def test_each_state_where_such_a_step_begins_is_named(spoil: Spoil) -> None:
    closes = "    requires: [letter]\n    automatic: {window: closes}\n"
    automatic = "    automatic:\n      letter_sent: decision_on_change_request\n"
    complaints, _ = spoil(
        ("    requires: [letter]\n" + automatic, closes),
        ("    from: approved\n", "    from: [approved, analysis]\n"),
    )
    assert [(r.code, r.en.split("”")[0]) for r in complaints] == [
        ("no-window", "the state “approved"), ("no-window", "the state “analysis"),
    ]  # fmt: skip


def test_of_two_windows_it_is_unclear_which_one_opens(spoil: Spoil) -> None:
    two = (LADDER, LADDER + SECOND)
    assert spoil(two, ("due: {after: 5wd}", OPEN))[0] == []  # nothing happens by itself there
    [reason], text = spoil(two, ("due: {after: 5wd}", OPEN), edge("opens"))
    assert (reason.code, reason.where) == ("windows", _at(text, "automatic: {window"))
    assert "has several windows" in reason.en
    assert "มีหลายช่วงเวลา" in reason.th


def test_two_steps_at_one_edge(spoil: Spoil) -> None:
    other = (
        "  - {trigger: other, title: {th: ก, en: a}, from: draft, to: approved,"
        " automatic: {window: %s}}\n"
    )
    window = ("due: {after: 5wd}", OPEN)
    assert (
        spoil(window, edge("opens"), ("transitions:\n", "transitions:\n" + other % "closes"))[0]
        == []
    )
    [reason], _ = spoil(
        window, edge("opens"), ("transitions:\n", "transitions:\n" + other % "opens")
    )
    assert reason.code == "edge-twice"
    assert reason.en == "at “draft” more than one step is taken when the window opens"
    assert "มีขั้นอัตโนมัติมากกว่าหนึ่ง" in reason.th


def test_a_step_at_an_edge_that_would_be_taken_for_ever(spoil: Spoil) -> None:
    window = ("due: {after: 5wd}", OPEN)
    stays = "  - {trigger: again, title: {th: ก, en: a}, from: draft,%s automatic: {window: %s}}\n"
    for to, which in (("", "opens"), ("", "closes"), (" to: draft,", "opens")):
        complaints, text = spoil(window, ("transitions:\n", "transitions:\n" + stays % (to, which)))
        [reason] = complaints
        assert (reason.code, reason.where) == ("endless-edge", _at(text, "trigger: again"))
        assert "the clock would take it for ever" in reason.en
        assert "ทำซ้ำไม่สิ้นสุด" in reason.th
    # Once closed it is behind: it cannot close again.
    assert (
        spoil(window, ("transitions:\n", "transitions:\n" + stays % (" to: draft,", "closes")))[0]
        == []
    )


def test_two_steps_at_an_opening_that_lead_to_each_other(spoil: Spoil) -> None:
    analysis = "    title: {th: วิเคราะห์, en: Analysis}\n    holder: analyst\n"
    back = "  - {trigger: back, title: {th: ก, en: a}, from: analysis, to: draft,"
    complaints, _ = spoil(
        ("due: {after: 5wd}", OPEN),
        (analysis, f"{analysis}    deadlines:\n{SECOND}"),
        edge("opens"),
        ("transitions:\n", f"transitions:\n{back} automatic: {{window: opens}}}}\n"),
    )
    assert [(reason.code, reason.en.split(":")[0]) for reason in complaints] == [
        ("endless-edge", "“back” comes back to “analysis”"),
        ("endless-edge", "“submit” comes back to “draft”"),
    ]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("remind: [7d, 3d, 7d]", "“7d” stands twice in remind"),
        ("overdue: [1wd, 1wd]", "“1wd” stands twice in overdue"),
        ("extended_by: [host, analyst, host]", "“host” stands twice in extended_by"),
    ],
)
def test_a_list_that_repeats_itself(spoil: Spoil, line: str, named: str) -> None:
    [reason], text = spoil((LADDER, f"{LADDER}        {line}\n"))
    assert (reason.code, reason.where, reason.en) == ("repeated", _at(text, line), named)
    assert "ซ้ำใน" in reason.th


def test_a_ladder_with_one_role_twice(spoil: Spoil) -> None:
    twice = "ladder: [coordinator, analyst, coordinator]"
    [reason], text = spoil(("ladder: [coordinator, analyst]", twice))
    assert (reason.code, reason.where) == ("repeated", _at(text, twice))
    assert spoil(("ladder: [coordinator, analyst]", "remind: [7d, 7wd]"))[0] == []


def test_a_deadline_where_nobody_holds_the_item(spoil: Spoil) -> None:
    due = "    final: true\n    deadlines:\n" + SECOND
    [reason], _ = spoil(("    final: true\n", due))
    assert reason.code == "final"
    assert reason.en == "the final state “notified” can have no deadlines"
    assert "มีกำหนดเวลาไม่ได้" in reason.th
