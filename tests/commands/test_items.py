"""Items at the terminal: many at once, new revisions, looking at them, and looking back."""

import json
from pathlib import Path

import pytest

from tests.commands.typist import Typist

OPS = "2564-departments"
FIRST, SECOND = "IND-2564-0001", "IND-2564-0002"
ALL = ("--where", f"cycle={OPS}")


# --- Many at once --------------------------------------------------------------------------------


def test_a_dry_run_shows_what_would_happen_and_writes_nothing(either: Typist) -> None:
    either.now = "2563-10-15"
    either("advance", FIRST, "submit", "--as", "somying")
    before = either("audit", "export").out
    preview = either.data("bulk", "submit", *ALL, "--as", "somying", "--dry-run", code=1)
    assert preview["dry_run"] is True
    assert [done["ref"] for done in preview["done"]] == [f"IND-2564-000{n}" for n in range(2, 7)]
    [refused] = preview["refused"]
    assert refused["ref"] == FIRST
    assert [reason["code"] for reason in refused["reasons"]] == ["state", "last-step"]
    said = either("bulk", "submit", *ALL, "--as", "somying", "--dry-run", lang="th", code=1).out
    assert "ทดลอง: จะสำเร็จ 5 ปฏิเสธ 1 ยังไม่บันทึกสิ่งใด" in said
    assert "จะสำเร็จ → working_group_review" in said
    assert "อยู่ที่ “คณะทำงานพิจารณา”" in said
    assert either("audit", "export").out == before

    done = either.data("bulk", "submit", *ALL, "--as", "somying", code=1)
    assert (done["dry_run"], done["refused"]) == (False, preview["refused"])
    assert [each["ref"] for each in done["done"]] == [each["ref"] for each in preview["done"]]
    assert either.data("audit", "verify")["sound"]


def test_bulk_ends_with_0_where_all_was_done(office: Typist) -> None:
    office.now = "2563-10-15"
    said = office("bulk", "submit", *ALL, "--as", "somying").out
    assert "6 done, 0 refused" in said
    assert "Why not" not in said
    assert office.refused("bulk", "submit", "--where", "code=99", "--as", "somying").keys() == {
        "none"
    }


def test_conditions_narrow_and_widen(office: Typist) -> None:
    def refs(*conditions: str) -> list[str]:
        options = [word for condition in conditions for word in ("--where", condition)]
        return [item["ref"][-1] for item in office.data("list", *options)["items"]]

    assert refs() == list("123456")
    assert refs("code=1,3") == list("13")
    assert refs("indicator=1", "code=3") == list("13")
    assert refs("code=1,3", "state=committee") == []
    assert refs("under=MOI", f"ref={SECOND}") == ["2"]
    assert refs("org=OPS-MOI", "holder=coordinator") == list("123456")
    assert refs("under=OPDC") == []


def test_a_list_says_when_there_is_more(office: Typist) -> None:
    assert office.data("list", "--most", "4")["more"] is True
    assert "There are more" in office("list", "--most", "4").out
    assert office.data("list", "--most", "6")["more"] is False
    said = office("list", "--most", "6", lang="th").out
    assert "6 รายการ" in said
    assert "ยังมีอีก" not in said
    assert "ร่าง" in said


# --- Revisions -----------------------------------------------------------------------------------


def test_a_revision_is_shown_beside_the_one_that_was_submitted(either: Typist) -> None:
    either.now = "2563-10-15"
    either("advance", FIRST, "submit", "--as", "somying")
    either("advance", FIRST, "return", "--as", "wichai", "--comment", "หน่วยวัดหาย")
    assert "are the same" in either("diff", FIRST).out
    typed = ("--set", "unit=ร้อยละ", "--set", "target_75=๗๕.๕๐")
    answer = either.data("revise", FIRST, *typed, "--as", "somying")
    assert (answer["revision"]["number"], answer["changed"]) == (2, ["target_75", "unit"])
    assert either.refused("revise", FIRST, *typed, "--as", "somying").keys() == {"same"}

    diff = either.data("diff", FIRST)
    assert (diff["a"], diff["b"]) == (1, 2)
    assert diff["fields"] == [
        {"field": "unit", "a": None, "b": "ร้อยละ", "same": False},
        {"field": "target_75", "a": None, "b": "75.5", "same": False},
    ]
    everything = {
        row["field"]: row for row in either.data("diff", FIRST, "1", "2", "--all")["fields"]
    }
    assert everything["weight"] == {"field": "weight", "a": "10", "b": "10", "same": True}
    thai = either("diff", FIRST, lang="th").out
    assert "* ค่าเป้าหมายมาตรฐาน (75)" in thai
    assert "รุ่นที่ 2" in thai
    shown = either.data("show", FIRST)
    assert shown["content"]["unit"] == "ร้อยละ"
    assert shown["item"]["revision"] == 2
    assert shown["changed_since_decision"] == 1
    assert [decision["stands"] for decision in shown["decisions"]] == [False]
    assert f"anumat diff {FIRST} 1 2" in either("show", FIRST).out


def test_content_from_a_file(office: Typist, tmp_path: Path) -> None:
    content = {"weight": "10.00", "definition_th": "นับจาก\nวันรับเรื่อง", "baseline": "14.10"}
    for name, text in (
        ("content.json", json.dumps(content)),
        ("content.yaml", 'weight: 10.00\nbaseline: 14.20\nunit: "๑"\n'),
    ):
        (tmp_path / name).write_text(text, "utf-8")
        office("revise", FIRST, "--from", name, "--as", "somying")
    now = office.data("show", FIRST)["content"]
    assert (now["baseline"], now["weight"]) == ("14.2", "10")  # no float has been near them
    assert now["definition_th"] == "นับจาก\nวันรับเรื่อง"
    assert "แก้ไขเป็นรุ่นที่ 3" in office("history", FIRST, lang="th").out


@pytest.mark.parametrize(
    "text",
    ["weight: [", "- a list", "a: &a [x, x]\nb: *a\n", "weight: 10\n" * 200_000, "[" * 5_000],
    ids=["broken", "list", "alias", "large", "deep"],
)
def test_a_file_without_content_is_refused(office: Typist, tmp_path: Path, text: str) -> None:
    (tmp_path / "content.yaml").write_text(text, "utf-8")
    typed = ("revise", FIRST, "--from", "content.yaml", "--as", "somying")
    assert office.refused(*typed, code=2).keys() == {"file"}
    (tmp_path / "content.yaml").write_bytes("weight: ๑๐".encode("utf-16"))
    assert office.refused(*typed, code=2).keys() == {"file"}


def test_what_is_under_review_cannot_be_revised(office: Typist) -> None:
    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")
    typed = ("revise", FIRST, "--set", "unit=x", "--as")
    assert "Working group review" in office.refused(*typed, "somying")["edit"]
    assert office.refused("revise", SECOND, "--set", "unit=x", "--as", "wichai").keys() >= {"role"}


def test_a_report_is_opened_filled_and_taken_to_its_end(office: Typist, tmp_path: Path) -> None:
    office.now = "2564-08-01"
    options = ("--cycle", OPS, "--organisation", "OPS-MOI", "--as", "somying")
    said = office("open", "performance_report", *options, "--set", "months=12", lang="th").out
    assert "เปิด REP-2564-0001" in said
    office("advance", "REP-2564-0001", "open_window", "--as", "anong")
    (tmp_path / "results.yaml").write_text(
        "results:\n- {code: '5', value: '81.25', note_th: ครบ}\n", "utf-8"
    )
    office("revise", "REP-2564-0001", "--from", "results.yaml", "--as", "ratree")
    for trigger, person in (("submit", "ratree"), ("endorse", "somying"), ("approve", "ps-moi")):
        office("advance", "REP-2564-0001", trigger, "--as", person)
    shown = office("show", "REP-2564-0001").out
    assert "81.25" in shown
    assert "It has ended" in shown
    assert "เรื่องสิ้นสุดแล้ว" in office("show", "REP-2564-0001", lang="th").out
    wrong = office.refused("open", "performance_report", *options, "--set", "months=7", code=2)
    assert "7" in wrong["content"]
    without = ("--cycle", OPS, "--organisation", "OPS-MOI", "--set", "months=6")
    assert office.refused("open", "performance_report", *without, "--as", "nirat").keys() == {
        "role",
        "who-could",
    }


# --- Looking back --------------------------------------------------------------------------------


def test_show_as_of_a_day_is_the_item_at_its_end(either: Typist) -> None:
    either.now = "2563-10-15 16:00"
    either("advance", FIRST, "submit", "--as", "somying")
    either.now = "2563-10-20"
    either("advance", FIRST, "return", "--as", "wichai", "--comment", "แก้หน่วยวัด")
    either("revise", FIRST, "--set", "unit=ร้อยละ", "--as", "somying")

    def state(when: str) -> tuple[str, int, int]:
        shown = either.data("show", FIRST, "--as-of", when)
        return shown["item"]["state"], shown["item"]["revision"], len(shown["decisions"])

    assert state("14 ต.ค. 2563") == ("draft", 1, 0)
    assert state("2563-10-15") == ("working_group_review", 1, 0)  # its end
    assert state("2563-10-15 15:59") == ("draft", 1, 0)
    assert state("15 Oct 2020 16:00") == ("working_group_review", 1, 0)
    assert state("๒๐ ตุลาคม ๒๕๖๓") == ("draft", 2, 1)
    now = either.data("show", FIRST)
    assert (now["item"]["state"], now["item"]["visit"]) == ("draft", 2)
    assert either.data("show", FIRST, "--as-of", "2563-10-15")["possible"] == []
    past = either("show", FIRST, "--as-of", "2563-10-15", lang="th").out
    assert "คณะทำงานพิจารณา" in past
    assert "สิ้นสุด" not in past


def test_the_past_does_not_change_when_the_present_does(demo: Typist) -> None:
    before = demo.data("show", "IND-2564-0005", "--as-of", "2563-12-22")
    after = demo.data("show", "IND-2564-0005", "--as-of", "2563-12-24")
    assert (before["item"]["revision"], after["item"]["revision"]) == (1, 2)
    assert "unit" not in before["content"]
    assert after["content"]["unit"] == "ร้อยละ"
    assert before["item"]["state"] == after["item"]["state"] == "opdc_review"
    assert (len(before["rounds"]), len(after["rounds"])) == (3, 4)


def test_history_tells_everything_in_order(demo: Typist) -> None:
    events = demo.data("history", "IND-2564-0005")["events"]
    assert [event["seq"] for event in events] == list(range(1, 22))
    assert [event["prev"] for event in events[1:]] == [event["hash"] for event in events[:-1]]
    assert events[0]["prev"] == ""
    assert all(event["simulated"] for event in events)
    kinds = [event["kind"] for event in events]
    assert (kinds.count("advanced"), kinds.count("revised")) == (19, 1)
    thai = demo("history", "IND-2564-0005", lang="th").out
    for said in ("เปิดรายการ", "เห็นชอบ", "MTG-2563-002", "หนังสือที่ นร 1203/1", "demo"):
        assert said in thai


def test_an_amended_indicator_names_its_request(demo: Typist) -> None:
    shown = demo.data("show", "IND-2565-0001")
    assert (shown["item"]["revision"], shown["content"]["target_100"]) == (2, "660")
    assert "amended by CHG-2565-0001" in demo("history", "IND-2565-0001").out
    assert "CHG-2565-0001" in demo("show", "IND-2565-0001", lang="th").out
    diff = {
        row["field"]: (row["a"], row["b"]) for row in demo.data("diff", "IND-2565-0001")["fields"]
    }
    assert diff == {
        "target_50": ("900", "540"),
        "target_75": ("1000", "600"),
        "target_100": ("1100", "660"),
    }
    request = demo("show", "CHG-2565-0001", lang="th").out
    assert "ค่าเป้าหมายขั้นต้น (50): 540" in request
    assert "เห็นด้วย" in request
    assert "target_50" not in request
