"""The main job at the terminal: from an empty database to a notified indicator, and its proof."""

from pathlib import Path

import pytest

from tests.commands.typist import EXAMPLES, Typist

OPS = "2564-departments"
SET = ("--where", f"cycle={OPS}", "--where", "workflow=indicator_department")
FIRST = "IND-2564-0001"


def meet(typist: Typist, ref: str, body: str, chair: str, *more: str) -> None:
    """A meeting on the typist's day."""
    typist("meeting", "add", ref, "--body", body, "--on", typist.now, "--chair", chair, *more)


def to_opdc(typist: Typist, when: str = "2563-10-20") -> None:
    """Take the six drafts through both meetings and to OPDC."""
    typist.now = when
    typist("bulk", "submit", *SET, "--as", "somying")
    meet(typist, "MTG-2563-001", "IWG-OPS", "boonchai")
    typist("bulk", "endorse", *SET, "--as", "wichai", "--meeting", "MTG-2563-001")
    delegated = ("--for", "ps-moi", "--delegation", "ปมท. มอบหมาย")
    meet(typist, "MTG-2563-002", "MEC-MOI", "nirat", *delegated)
    typist("bulk", "endorse", *SET, "--as", "malee", "--meeting", "MTG-2563-002")
    typist("bulk", "submit_to_opdc", *SET, "--as", "somying")


def test_an_indicator_goes_all_the_way_with_two_rounds_of_questions(either: Typist) -> None:
    to_opdc(either)
    for day, question in (("2563-11-10", "ขอสูตร"), ("2563-11-25", "ขอข้อมูลพื้นฐาน")):
        either.now = day
        either("advance", FIRST, "ask_information", "--as", "anong", "--comment", question)
        either("advance", FIRST, "answer", "--as", "somying", "--comment", "ตามแนบ")
        either("advance", FIRST, "approve_answer", "--as", "ps-moi")
    either.now = "2563-12-31"
    meet(either, "MTG-2563-003", "WG-DEPT", "opdc-chair")
    approved = either.data(
        "advance", FIRST, "approve", "--as", "anong", "--meeting", "MTG-2563-003"
    )
    assert (approved["from"], approved["to"]) == ("opdc_review", "approved")
    assert (approved["outcome"], approved["decided_on"]) == ("approved", "2020-12-31")
    either.now = "2564-02-01"
    either("advance", FIRST, "accept", "--as", "somying")
    letter = ("--letter-number", "มท 0201.2/ว 1", "--letter-date", "1 ก.พ. 2564")
    either("advance", FIRST, "notify", "--as", "somying", *letter)

    item = either.data("show", FIRST)
    assert (item["item"]["state"], item["item"]["holder"]) == ("notified", None)
    assert [one["number"] for one in item["rounds"]] == [1, 2]
    assert item["rounds"][1]["ask"]["words"] == "ขอข้อมูลพื้นฐาน"
    assert item["rounds"][1]["approve"]["person"] == "ps-moi"
    assert item["possible"] == []
    outcomes = [decision["outcome"] for decision in item["decisions"]]
    assert outcomes == [
        "endorsed", "endorsed", "endorsed", "endorsed", "approved", "acknowledged",
    ]  # fmt: skip
    committee = item["decisions"][1]["meeting"]
    assert committee["chair"]["person"] == "nirat"
    assert (committee["chair_for"]["person"], committee["delegation"]) == (
        "ps-moi",
        "ปมท. มอบหมาย",
    )
    verified = either.data("audit", "verify")
    assert verified["sound"]
    assert verified["broken"] == []
    assert verified["items"] == 6


def test_the_same_in_words(office: Typist) -> None:
    to_opdc(office)
    office.lang = "th"
    shown = office("show", FIRST).out
    assert "อยู่ที่" in shown
    assert "สำนักงาน ก.พ.ร. พิจารณา" in shown
    assert "คณะทำงานเห็นชอบ" in shown
    assert "(ได้รับมอบหมายจาก ปลัดกระทรวงมหาดไทย, ปมท. มอบหมาย)" in shown
    assert "20 ต.ค. 2563" in shown
    english = office("show", FIRST, lang="en").out
    assert "Committee endorses" in english
    assert "(delegated by Permanent Secretary" in english
    assert "20 Oct 2020" in english
    assert "ระดับความสำเร็จ" in english  # the content stays as it was written

    history = office("history", FIRST).out
    assert "เปิดรายการ" in history
    assert "ส่งสำนักงาน ก.พ.ร." in history
    assert "MTG-2563-002" in history
    sound = office("audit", "verify").out
    assert "ครบถ้วน" in sound


def test_an_advance_says_where_the_item_went_and_on_whom_it_waits(office: Typist) -> None:
    office.now = "2563-10-15"
    said = office("advance", FIRST, "submit", "--as", "somying", lang="th").out
    assert f"{FIRST}: เสนอคณะทำงาน · ร่าง → คณะทำงานพิจารณา" in said
    assert "รอ: เลขานุการคณะทำงาน" in said
    meet(office, "MTG-2563-001", "IWG-OPS", "boonchai")
    said = office("advance", FIRST, "endorse", "--as", "wichai", "--meeting", "MTG-2563-001").out
    assert "Working group endorses (endorsed, 15 Oct 2020)" in said
    assert "Waits on: Committee secretary" in said


def test_a_decision_taken_before_it_was_recorded_keeps_both_dates(office: Typist) -> None:
    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")
    meet(office, "MTG-2563-001", "IWG-OPS", "boonchai")
    office.now = "2563-10-19 14:30"
    office("advance", FIRST, "endorse", "--as", "wichai", "--meeting", "MTG-2563-001")
    [decision] = office.data("show", FIRST)["decisions"]
    assert decision["decided_on"] == "2020-10-15"
    assert decision["recorded_at"] == "2020-10-19T07:30:00.000000Z"
    office("advance", "IND-2564-0002", "submit", "--as", "somying")
    typed = ("--meeting", "MTG-2563-001", "--decided-on", "๑๖ ตุลาคม ๒๕๖๓")
    answer = office.data("advance", "IND-2564-0002", "endorse", "--as", "wichai", *typed)
    assert answer["decided_on"] == "2020-10-16"


def test_whoever_types_is_recorded_beside_whose_authority_it_was(office: Typist) -> None:
    import getpass

    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")
    event = office.data("history", FIRST)["events"][-1]
    assert event["actor"]["person"] == "somying"
    assert event["actor"]["role"]["name"] == "coordinator"
    assert event["recorded_by"] == getpass.getuser()
    assert getpass.getuser() in office("history", FIRST).out


# --- init ----------------------------------------------------------------------------------------


def test_init_begins_in_a_migrated_database_of_either_kind(empty: Typist) -> None:
    made = empty.data("init")
    assert made["created"] is True
    assert [each["workflow"] for each in made["workflows"]] == [
        "change_request",
        "indicator_department",
        "indicator_province",
        "performance_report",
    ]
    again = empty.data("init")
    assert again["created"] is False
    assert not any(each["new"] for each in again["workflows"])
    assert empty.data("audit", "verify")["sound"]


def test_init_makes_a_file_that_does_not_exist_yet(nowhere: Typist, tmp_path: Path) -> None:
    assert nowhere.refused("list", code=2).keys() == {"database"}
    nowhere("init")
    assert (tmp_path / "new.db").is_file()
    assert nowhere.data("list") == {"items": [], "more": False}


def test_init_shows_no_password(nowhere: Typist) -> None:
    nowhere.url = "postgresql://clerk:secret@127.0.0.1:1/anumat"
    for command in ("init", "doctor", "list"):
        said = nowhere(command, code=1 if command == "doctor" else 2).said
        assert "secret" not in said
    assert "clerk:***@127.0.0.1:1" in nowhere("doctor", code=1).out


def test_a_real_database_does_not_become_a_simulation(nowhere: Typist) -> None:
    nowhere("init")
    assert nowhere.refused("init", "--simulation", code=2).keys() == {"simulation"}
    nowhere("init")  # and is none the worse for it


def test_the_database_is_named_by_the_environment_or_by_default(
    nowhere: Typist, tmp_path: Path
) -> None:
    nowhere.url, url = "", nowhere.url
    nowhere("init", env={"ANUMAT_DATABASE_URL": url})
    assert nowhere.data("list", env={"ANUMAT_DATABASE_URL": url})["items"] == []
    assert nowhere.refused("list", code=2).keys() == {"database"}
    nowhere("init")
    assert (tmp_path / "anumat.db").is_file()
    nowhere.url = "by-name.db"  # a bare name is a file
    nowhere("init")
    assert (tmp_path / "by-name.db").is_file()


# --- cycles --------------------------------------------------------------------------------------


def test_a_cycle_is_opened_changed_and_shown(office: Typist) -> None:
    office("cycle", "open", "2566-provinces", "--date", "draft_submission=29/10/2564")
    assert "2566-provinces" in office("cycle", "list").out
    cycle = office.data("cycle", "show", "2566-provinces")["cycle"]
    assert (cycle["fiscal_year"], cycle["track"]) == (2566, "provinces")
    assert cycle["classification"] == "classified"
    assert cycle["rules"]["components"] == {"performance_base": "70", "potential_base": "30"}
    assert cycle["dates"] == {"draft_submission": "2021-10-29"}
    assert cycle["calendar"] == {}
    thai = office("cycle", "show", "2566-provinces", lang="th").out
    assert "29 ต.ค. 2564" in thai
    assert "Performance Base: 70" in thai
    assert "{" not in thai


def test_what_is_not_said_of_a_cycle_stays_as_it_is(office: Typist, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("total: 100\nat_most: {performance_base: 7}\n", "utf-8")
    was = office.data("cycle", "show", OPS)["cycle"]
    office("cycle", "open", OPS, "--rules", rules, "--date", "esar_opens=2564-08-02")
    office("cycle", "open", OPS, "--monitored")
    cycle = office.data("cycle", "show", OPS)["cycle"]
    assert cycle["classification"] == "monitored"
    assert cycle["rules"] == {"total": "100", "at_most": {"performance_base": 7}}
    assert cycle["dates"] == was["dates"] | {"esar_opens": "2021-08-02"}
    assert cycle["calendar"] == was["calendar"]
    assert "is so already" in office("cycle", "open", OPS).out
    office("cycle", "open", OPS, "--classified")
    assert office.data("cycle", "show", OPS)["cycle"]["classification"] == "classified"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("somewhere",), "cycle"),
        (("2565-provinces", "--date", "soon"), "date"),
        (("2565-provinces", "--date", "due=3/4/2565"), "date"),
        (("2565-provinces", "--rules", "missing.yaml"), "file"),
    ],
)
def test_a_cycle_that_cannot_be_opened(office: Typist, words: tuple[str, ...], code: str) -> None:
    assert office.refused("cycle", "open", *words, code=2).keys() == {code}
    assert [cycle["code"] for cycle in office.data("cycle", "list")["cycles"]] == [OPS]


@pytest.mark.parametrize("text", ["no mapping", "total: [", "colour: red", "total: ten"])
def test_rules_that_cannot_be_read(office: Typist, tmp_path: Path, text: str) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(text, "utf-8")
    office("cycle", "open", OPS, "--rules", rules, code=2)
    assert office.data("cycle", "show", OPS)["cycle"]["rules"]["at_most"] == {"performance_base": 5}


def test_all_examples_come_in_as_they_are(office: Typist) -> None:
    provinces = ("--kind", "province", "--parent", "PROVINCES")
    counts = office.data("import", "organisations", EXAMPLES / "provinces.csv", *provinces)
    assert counts == {"simulation": True, "added": 76, "changed": 0, "same": 0}
    again = office("import", "organisations", EXAMPLES / "provinces.csv", *provinces).out
    assert "0 added, 0 changed, 76 as before" in again
    for what, number in (("correspondents", 87), ("signatories", 2)):
        assert office.data("import", what, EXAMPLES / f"{what}.csv")["added"] == number
    office.now = "2564-09-15"
    for what in ("people", "grants"):
        office("import", what, EXAMPLES / f"fy2565_{what}.csv")
    office("cycle", "open", "2565-provinces")
    options = ("--cycle", "2565-provinces")  # its track says which workflow
    catalogue = ("--catalogue", EXAMPLES / "fy2565_indicator_details.csv")
    sets = EXAMPLES / "fy2565_province_sets.csv"
    opened = office.data("import", "indicators", sets, *options, *catalogue)["opened"]
    assert len(opened) == 453
    assert opened[0]["ref"] == "IND-2565-0001"
    assert len({each["organisation"] for each in opened}) == 76
    requests = office.data(
        "import", "change-requests", EXAMPLES / "fy2565_change_requests.csv",
        "--cycle", "2565-provinces", "--proposals", EXAMPLES / "fy2565_proposals.csv",
    )["opened"]  # fmt: skip
    assert len(requests) == 42
    first = office.data("show", requests[0]["ref"])
    assert first["item"]["subject"] == "IND-2565-0001"
    assert first["content"]["changes"] == {
        "target_50": "540",
        "target_75": "600",
        "target_100": "660",
    }
    assert office.data("audit", "verify")["sound"]
