"""What waits on whom, who may do what, what bodies decided, and the counts of a cycle."""

from pathlib import Path

import pytest

from tests.commands.typist import Typist

OPS = "2564-departments"
FIRST, SECOND = "IND-2564-0001", "IND-2564-0002"


# --- inbox ---------------------------------------------------------------------------------------


def test_the_inbox_of_a_person_says_since_when_and_what_they_can_do(either: Typist) -> None:
    either.now = "2563-10-15"
    either("advance", FIRST, "submit", "--as", "somying")
    mine = either.data("inbox", "--person", "wichai")
    [line] = mine["waiting"]
    assert (mine["person"], mine["next"]) == ("wichai", None)
    assert (line["ref"], line["state"], line["can"]) == (
        FIRST,
        "working_group_review",
        ["endorse", "return"],
    )
    assert line["since"] == "2020-10-15T02:00:00.000000Z"
    thai = either("inbox", "--person", "wichai", lang="th").out
    for said in ("15 ต.ค. 2563", "คณะทำงานพิจารณา", "endorse, return", "สำนักงานปลัดกระทรวง"):
        assert said in thai
    assert [line["ref"] for line in either.data("inbox", "--person", "somying")["waiting"]] == [
        f"IND-2564-000{n}" for n in range(2, 7)
    ]
    everybody = either.data("inbox")["waiting"]
    assert len(everybody) == 6
    assert everybody[-1]["ref"] == FIRST  # the longest first, and it moved last
    assert everybody[-1]["holder_title"] == "Working group secretary"
    assert either.data("inbox", "--person", "nirat")["waiting"] == []
    assert "ไม่มีงานรออยู่" in either("inbox", "--person", "nirat", lang="th").out


def test_the_overdue_are_marked_and_can_be_asked_for_alone(office: Typist) -> None:
    office.now = "2563-10-15 16:00"
    assert office.data("inbox", "--overdue")["waiting"] == []  # the last day is not over
    assert "15 Oct 2020 !" not in office("inbox").out
    office.now = "2563-10-16"
    late = office.data("inbox", "--overdue", "--person", "somying")["waiting"]
    assert len(late) == 6
    assert {(line["due"], line["overdue"]) for line in late} == {("2020-10-15", True)}
    assert "15 ต.ค. 2563 !" in office("inbox", lang="th").out
    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")
    office.now = "2563-10-31"
    waiting = office.data("inbox", "--overdue")["waiting"]
    assert FIRST not in {line["ref"] for line in waiting}


def test_the_inbox_comes_in_pages(office: Typist) -> None:
    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")
    seen: list[str] = []
    page = office.data("inbox", "--most", "2")
    while True:
        seen += [line["ref"] for line in page["waiting"]]
        if page["next"] is None:
            break
        page = office.data("inbox", "--most", "2", "--after", page["next"])
    assert seen == [f"IND-2564-000{n}" for n in (2, 3, 4, 5, 6, 1)]
    said = office("inbox", "--most", "2", lang="th").out
    assert "ดูต่อด้วย --after 2020-09-09T02:00:00.000000Z/IND-2564-0003" in said
    office("advance", "IND-2564-0003", "submit", "--as", "somying")  # where the page ended
    after = office.data("inbox", "--after", "2020-09-09T02:00:00.000000Z/IND-2564-0003")["waiting"]
    assert [line["ref"] for line in after] == [f"IND-2564-000{n}" for n in (4, 5, 6, 1, 3)]


# --- people and grants ---------------------------------------------------------------------------


def test_a_role_is_given_for_a_while_and_ended(either: Typist) -> None:
    either("grant", "add", "boonchai", "coordinator", "MOI", "--from", "2563-10-01")
    refused = either.refused("advance", FIRST, "submit", "--as", "boonchai")  # in September
    assert "boonchai" not in refused["who-could"]
    either.now = "2563-10-05"
    assert {"role": "coordinator", "organisation": "MOI"} in roles(either, "boonchai")
    either("advance", FIRST, "submit", "--as", "boonchai")  # MOI is above OPS-MOI
    assert "บันทึกแล้ว" in either("grant", "end", "boonchai", "coordinator", "MOI", lang="th").out
    either("advance", SECOND, "submit", "--as", "boonchai")  # the last day is included
    either.now = "2563-10-06"
    assert either.refused("advance", "IND-2564-0003", "submit", "--as", "boonchai").keys() >= {
        "role"
    }
    assert roles(either, "boonchai") == []
    assert either.refused("grant", "end", "boonchai", "coordinator", "MOI", code=2).keys() == {
        "grant"
    }
    assert either.data("audit", "verify")["sound"]


def test_ending_a_role_leaves_one_that_begins_later(office: Typist) -> None:
    office("grant", "add", "boonchai", "coordinator", "MOI", "--from", "2563-09-01")
    office("grant", "add", "boonchai", "coordinator", "MOI", "--from", "2564-01-01")
    office("grant", "end", "boonchai", "coordinator", "MOI", "--on", "2563-09-30")
    assert roles(office, "boonchai", "2563-10-01") == []
    assert len(roles(office, "boonchai", "2564-01-01")) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nobody", "coordinator", "MOI"), "person"),
        (("nirat", "king", "MOI"), "role"),
        (("nirat", "coordinator", "MARS"), "organisation"),
        (("nirat", "coordinator", "MOI", "--from", "2563-10-02", "--until", "2563-10-01"), "until"),
    ],
)
def test_a_role_that_cannot_be_given(office: Typist, words: tuple[str, ...], code: str) -> None:
    assert office.refused("grant", "add", *words, code=2).keys() == {code}
    assert roles(office, "nirat") == []


def test_people_are_listed_with_their_roles(office: Typist) -> None:
    [analyst] = office.data("people", "list", "--role", "opdc_analyst")["people"]
    assert analyst["code"] == "anong"
    assert {"role": "esar_officer", "organisation": "*"} in analyst["roles"]
    said = office("people", "list", lang="th").out
    assert "นางสาวสมหญิง ใจดี" in said
    assert "coordinator@OPS-MOI" in said


def roles(typist: Typist, person: str, when: str = "") -> list[dict[str, str]]:
    people = typist.data("people", "list", now=when or typist.now)["people"]
    return next(each["roles"] for each in people if each["code"] == person)


# --- meetings ------------------------------------------------------------------------------------


def test_a_meeting_is_recorded_corrected_and_shown_with_what_it_decided(either: Typist) -> None:
    assert "No meeting yet" in either("meeting", "list").out
    either.now = "2563-10-15"
    typed = ("meeting", "add", "MTG-1", "--body", "IWG-OPS", "--on", "15/10/2563", "--chair")
    either(*typed, "nirat")
    answer = either.data(
        *typed, "boonchai", "--title", "ครั้งที่ 1", "--resolution", "เห็นชอบ", "--resolution", "ส่งต่อ"
    )
    assert (answer["changed"], answer["meeting"]) == (1, "MTG-1")
    either("bulk", "submit", "--where", "code=1,2", "--as", "somying")
    either("advance", FIRST, "endorse", "--as", "wichai", "--meeting", "MTG-1")
    meeting = either.data("meeting", "show", "MTG-1")["meeting"]
    assert (meeting["chair"], meeting["held_on"]) == ("boonchai", "2020-10-15")
    assert meeting["resolutions"] == ["เห็นชอบ", "ส่งต่อ"]
    assert meeting["decided"] == [{"ref": FIRST, "outcome": "endorsed"}]
    thai = either("meeting", "show", "MTG-1", lang="th").out
    for said in ("ครั้งที่ 1", "นายบุญชัย รักราชการ", "มติที่ 2", "15 ต.ค. 2563", "1 รายการ"):
        assert said in thai
    [row] = either.data("meeting", "list")["meetings"]
    assert (row["ref"], row["chair_th"]) == ("MTG-1", "นายบุญชัย รักราชการ")
    assert either.data("audit", "verify")["sound"]


def test_a_delegated_chair_is_shown(demo: Typist) -> None:
    english = demo("meeting", "show", "MTG-2563-002").out
    assert "delegated by Permanent Secretary for Interior, ปมท. มอบหมาย" in english
    assert "6 items" in english
    assert len(demo.data("meeting", "list")["meetings"]) == 6


# --- opinions ------------------------------------------------------------------------------------


def test_opinions_come_in_before_the_working_group_sees_a_request(office: Typist) -> None:
    first = a_request(office)
    office("advance", first, "submit", "--as", "somying")
    reasons = office.refused("advance", first, "propose", "--as", "anong")
    assert reasons == {"opinion-missing": "opinions still missing (Host agency): MOTS"}
    opine = ("--organisation", "MOTS", "--stance", "oppose", "--text", "เป็นความเสี่ยงปกติ", "--as")
    assert office.refused("opine", first, *opine, "anong").keys() == {"role", "nobody"}
    assert office.refused(
        "opine", first, "--organisation", "OPDC", "--stance", "support", "--as", "anong"
    ).keys() == {"consultation"}
    office("grant", "add", "nirat", "host_agency", "MOTS", "--from", "2563-09-01")
    assert office.refused("opine", first, *opine, "nirat", "--on", "2565-01-01").keys() == {
        "future"
    }
    said = office("opine", "--where", "code=1", "--where", "workflow=change_request", *opine,
                  "nirat", "--on", "2563-10-01", lang="th").out  # fmt: skip
    assert "บันทึกความเห็นต่อ 1 รายการ" in said
    [opinion] = office.data("show", first)["opinions"]
    assert (opinion["stance"], opinion["given_on"]) == ("oppose", "2020-10-01")
    assert "ไม่เห็นด้วย (1 ต.ค. 2563) เป็นความเสี่ยงปกติ" in office("show", first, lang="th").out
    office("advance", first, "propose", "--as", "anong")
    assert office.data("audit", "verify")["sound"]


def a_request(office: Typist) -> str:
    """A request of OPS-MOI to change its first indicator, which is approved."""
    office.now = "2563-12-31"
    for body, ref in (("IWG-OPS", "M-1"), ("MEC-MOI", "M-2"), ("WG-DEPT", "M-3")):
        office("meeting", "add", ref, "--body", body, "--on", "2563-12-31", "--chair", "nirat")
    for words in (
        ("submit", "--as", "somying"),
        ("endorse", "--as", "wichai", "--meeting", "M-1"),
        ("endorse", "--as", "malee", "--meeting", "M-2"),
        ("submit_to_opdc", "--as", "somying"),
        ("approve", "--as", "anong", "--meeting", "M-3"),
    ):
        office("advance", FIRST, *words)
    content = ("indicator=1", "kind=target", "reason_th=โควิด", "host_agency=MOTS")
    settings = [word for text in content for word in ("--set", text)]
    opened = office.data(
        "open", "change_request", "--cycle", OPS, "--organisation", "OPS-MOI",
        "--subject", FIRST, *settings, "--set", "changes.target_100=80", "--as", "somying",
    )["opened"]  # fmt: skip
    return str(opened[0]["ref"])


# --- the cycle in numbers ------------------------------------------------------------------------


def test_the_report_of_a_cycle_in_one_sentence(demo: Typist) -> None:
    thai = demo("report", "cycle", "2565-provinces", lang="th").out
    assert "34 จังหวัด 9 จาก 35 ตัวชี้วัด (42 คำขอ)" in thai
    assert "76 หน่วยงาน 35 ตัวชี้วัด (453 รายการ)" in thai
    english = demo("report", "cycle", "2565-provinces").out
    assert "34 provinces, 9 of 35 indicators (42 requests)" in english
    assert "Phuket" in english
    assert "รายได้จากการท่องเที่ยวของจังหวัด" in english
    counts = demo.data("report", "cycle", "2565-provinces")
    requests = counts["workflows"]["change_request"]
    assert (counts["indicators"], requests["items"]) == (35, 42)
    assert (requests["organisations"], requests["indicators"]) == (34, 9)
    assert sum(row["notified"] for row in requests["indicator"].values()) == 42
    assert requests["organisation"]["TH-11"] == {"notified": 1}


def test_the_report_as_of_a_day_in_the_middle(demo: Typist) -> None:
    counts = demo.data("report", "cycle", "2565-provinces", "--as-of", "๑๘ ส.ค. ๒๕๖๕")
    requests = counts["workflows"]["change_request"]
    assert requests["state"] == {"approved": 35, "rejected": 7}
    assert requests["indicator"]["P16"] == {"rejected": 4}
    said = demo("report", "cycle", "2565-provinces", "--as-of", "2565-07-19", "--by", "state").out
    assert "OPDC analysis" in said
    assert "By indicator" not in said
    before = demo.refused("report", "cycle", "2565-provinces", "--as-of", "2564-09-14", code=2)
    assert before.keys() == {"cycle"}


# --- The next sitting, and the deadlines ---------------------------------------------------------


def the_sitting(office: Typist, ref: str = FIRST) -> dict[str, object] | None:
    """What inbox, list and show say of it, alike."""
    [line] = [line for line in office.data("inbox")["waiting"] if line["ref"] == ref]
    [listed] = [line for line in office.data("list")["items"] if line["ref"] == ref]
    shown = office.data("show", ref)["sitting"]
    assert line["sitting"] == listed["sitting"] == shown
    return None if shown is None else dict(shown)


def test_the_desk_says_by_when_to_pass_on_to_reach_the_next_sitting(either: Typist) -> None:
    assert the_sitting(either) == {
        "name": "internal_working_group",
        "title": {
            "th": "คณะทำงานของ สป.มท. พิจารณาร่างตัวชี้วัด",
            "en": "The internal working group considers the drafts",
        },
        "body": "internal_working_group",
        "day": "2020-10-15",
        "leave_by": "2020-10-12",  # two working days before: the 13th is a holiday
        "missed": [],
    }
    thai = either("show", FIRST, lang="th").out
    assert "ส่งต่อภายใน 12 ต.ค. 2563 ทันประชุม 15 ต.ค. 2563" in thai
    assert "pass on by 12 Oct 2020 for 15 Oct 2020" in either("show", FIRST).out
    thai = either("inbox", lang="th").out
    assert "ส่งต่อภายใน" in thai
    assert "12 ต.ค. 2563" in thai
    either.now = "2563-10-15"
    either("advance", FIRST, "submit", "--as", "somying")
    assert (the_sitting(either) or {})["leave_by"] == "2020-10-16"  # the committee's, now


def test_a_sitting_whose_papers_are_closed_is_missed_and_the_one_after_it_named(
    office: Typist, tmp_path: Path
) -> None:
    calendar = tmp_path / "year.yaml"
    calendar.write_text(
        "cycle: 2564-departments\n"
        "title: {th: ปี, en: A year}\n"
        "dates:\n"
        + "".join(
            f"  sitting_{n}:\n    day: {day}\n    kind: meeting\n    cutoff: 2wd\n"
            f"    body: internal_working_group\n    title: {{th: ครั้งที่ {n}, en: No. {n}}}\n"
            for n, day in ((1, "15 ต.ค. 2563"), (2, "29 ต.ค. 2563"))
        ),
        "utf-8",
    )
    office("cycle", "open", OPS, "--calendar", calendar)
    office.now = "2563-10-12"
    assert (the_sitting(office) or {})["missed"] == []  # the last day is not over
    office.now = "2563-10-13"
    found = the_sitting(office) or {}
    assert (found["day"], found["leave_by"]) == ("2020-10-29", "2020-10-27")
    assert found["missed"] == ["2020-10-15"]
    assert "(ไม่ทันประชุม 15 ต.ค. 2563)" in office("show", FIRST, lang="th").out
    assert "(too late for 15 Oct 2020)" in office("show", FIRST).out
    office("holiday", "add", "2563-10-27", "--name", "พิเศษ")
    assert (the_sitting(office) or {})["leave_by"] == "2020-10-26"


def test_where_no_body_decides_next_there_is_no_sitting(office: Typist) -> None:
    office.now = "2563-11-01"
    assert the_sitting(office) is None
    assert "pass on by" not in office("inbox").out + office("show", FIRST).out


def test_show_tells_the_deadlines_that_are_open_and_what_is_overdue(office: Typist) -> None:
    office("holiday", "add", "2563-10-30", "--name", "พิเศษ")
    office.now = "2563-10-20"
    lines = {line["name"]: line for line in office.data("show", FIRST)["deadlines"]}
    assert lines["draft_submission"]["announced"] == "2020-10-30"
    assert (lines["draft_submission"]["due"], lines["draft_submission"]["moved"]) == (
        "2020-11-02",
        1,
    )
    thai = office("show", FIRST, lang="th").out
    for said in ("กำหนดเวลา", "15 ต.ค. 2563 ! เลยกำหนด", "2 พ.ย. 2563 (กำหนดเดิม 30 ต.ค. 2563)"):
        assert said in thai
    english = office("show", FIRST).out
    assert "2 Nov 2020 (announced 30 Oct 2020)" in english
    assert english.count("! overdue") == 1


def test_show_as_of_a_day_tells_what_was_due_then(office: Typist) -> None:
    office.now = "2563-10-08"
    office("holiday", "add", "2563-10-30", "--name", "พิเศษ")
    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")

    def due(when: str) -> dict[str, str]:
        found = office.data("show", FIRST, "--as-of", when)
        assert found["sitting"] is None
        return {line["name"]: line["due"] for line in found["deadlines"]}

    assert due("2563-10-07") == {"internal_draft": "2020-10-15", "draft_submission": "2020-10-30"}
    assert due("2563-10-08")["draft_submission"] == "2020-11-02"
    assert due("2563-10-15") == {}
    said = office("show", FIRST, "--as-of", "2563-10-07", lang="th", now="2563-10-20").out
    assert "30 ต.ค. 2563" in said
    assert "เลยกำหนด" not in said  # it was not, on that day
    late = office("show", "IND-2564-0002", "--as-of", "2563-10-16", now="2563-10-20").out
    assert "15 Oct 2020 ! overdue" in late
    assert "ส่งต่อภายใน" not in said
