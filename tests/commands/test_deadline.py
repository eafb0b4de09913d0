"""The deadlines of one item: shown, and put off with a right, a reason and a later day."""

from pathlib import Path
from typing import Any

import pytest

from tests.commands.typist import EXAMPLES, Typist
from workflows.shipped import definitions

OPS = "2564-departments"
NAME = "draft_submission"
REASON = ("--comment", "น้ำท่วมจังหวัด")


def with_extended_by(office: Typist, said: str) -> Typist:
    """An office whose own definition says so of the day on which the drafts reach OPDC."""
    [path] = [path for path in definitions() if path.stem == "indicator_department"]
    shipped = "        extended_by: [opdc_analyst]\n  working_group_review:"
    text = path.read_text("utf-8")
    assert shipped in text
    Path("own.yaml").write_text(text.replace(shipped, f"{said}  working_group_review:"), "utf-8")
    office("workflow", "publish", "own.yaml")
    office("cycle", "open", "2566-departments", "--date", f"{NAME}=2563-10-30")
    office(
        "import", "indicators", EXAMPLES / "fy2564_ops_moi_indicators.csv",
        "--cycle", "2566-departments", "--workflow", "indicator_department",
        "--organisation", "OPS-MOI", "--as", "somying",
    )  # fmt: skip
    return office


@pytest.fixture
def lenient(office: Typist) -> Typist:
    return with_extended_by(office, "        extended_by: [permanent_secretary]\n")


FIRST, SECOND = "IND-2566-0001", "IND-2566-0002"


def of(office: Typist, ref: str) -> dict[str, dict[str, Any]]:
    return {line["name"]: line for line in office.data("deadline", "list", ref)["deadlines"]}


def test_the_open_deadlines_are_listed_as_announced_and_as_they_count(office: Typist) -> None:
    lines = of(office, "IND-2564-0001")
    assert list(lines) == ["internal_draft", NAME]
    assert lines[NAME] == {
        "name": NAME,
        "title": "Draft reaches OPDC",
        "announced": "2020-10-30",
        "due": "2020-10-30",
        "provisional": False,
        "moved": 0,
        "extended_to": None,
        "extended_by": ["opdc_analyst"],
    }
    thai = office("deadline", "list", "IND-2564-0001", lang="th").out
    for said in ("ส่งร่างตัวชี้วัดถึงสำนักงาน ก.พ.ร.", "30 ต.ค. 2563", "ประกาศ", "ขยายได้โดย"):
        assert said in thai
    office.now = "2563-10-15"
    office("advance", "IND-2564-0001", "submit", "--as", "somying")
    assert of(office, "IND-2564-0001") == {}
    assert "No deadline is open" in office("deadline", "list", "IND-2564-0001").out
    assert "ไม่มีกำหนดเวลาที่เปิดอยู่" in office("deadline", "list", "IND-2564-0001", lang="th").out
    assert office.refused("deadline", "list", "IND-1", code=2).keys() == {"ref"}


def test_who_has_the_right_puts_it_off_until_a_day(lenient: Typist) -> None:
    lenient.now = "2563-10-20"
    assert "Permanent secretary" in lenient("deadline", "list", FIRST).out
    answer = lenient.data(
        "deadline", "extend", FIRST, NAME, "--to", "๑๓ พฤศจิกายน ๒๕๖๓", *REASON, "--as", "ps-moi"
    )
    assert (answer["ref"], answer["from"], answer["to"]) == (FIRST, "2020-10-30", "2020-11-13")
    assert answer["announced"] == "2020-11-13"  # the day that is now announced
    line = of(lenient, FIRST)[NAME]
    assert (line["due"], line["extended_to"], line["moved"]) == ("2020-11-13", "2020-11-13", 1)
    assert of(lenient, SECOND)[NAME]["due"] == "2020-10-30"  # that item alone
    event = lenient.data("history", FIRST)["events"][-1]
    assert (event["kind"], event["comment"]) == ("extended", "น้ำท่วมจังหวัด")
    assert event["actor"]["person"] == "ps-moi"
    assert event["actor"]["role"]["name"] == "permanent_secretary"
    assert "น้ำท่วมจังหวัด" in lenient("history", FIRST, lang="th").out
    assert lenient.data("audit", "verify")["sound"]


def test_a_span_counts_from_the_day_that_was_announced(lenient: Typist) -> None:
    """Not from the day to which it rolled: Supreme Court 2981/2545."""
    put_off = ("deadline", "extend", FIRST, NAME, *REASON, "--as", "ps-moi", "--by")
    said = lenient(*put_off, "๕wd", lang="th").out
    assert f"ขยาย “ส่งร่างตัวชี้วัดถึงสำนักงาน ก.พ.ร.” ของ {FIRST} จาก 30 ต.ค. 2563 เป็น 6 พ.ย. 2563" in said
    lenient("holiday", "add", "2563-11-06", "--name", "พิเศษ")  # it rolls to Monday, the 9th
    said = lenient(*put_off, "7d").out
    assert f"“Draft reaches OPDC” of {FIRST} is put off from 9 Nov 2020 to 13 Nov 2020" in said
    lenient("holiday", "add", "2563-11-13", "--name", "พิเศษ")  # it rolls to Monday, the 16th
    assert lenient.refused(*put_off, "3d").keys() == {"not-later"}


def test_a_day_that_is_no_working_day_rolls_as_the_policy_has_it(lenient: Typist) -> None:
    put_off = ("deadline", "extend", FIRST, NAME, *REASON, "--as", "ps-moi")
    assert lenient.data(*put_off, "--to", "2563-11-14")["to"] == "2020-11-16"  # a Saturday
    lenient("holiday", "add", "2563-11-16", "--name", "พิเศษ")
    assert of(lenient, FIRST)[NAME]["due"] == "2020-11-17"


def test_reminders_follow_the_day_that_was_put_off(lenient: Typist) -> None:
    def coming() -> list[tuple[str, str]]:
        found = lenient.data("obligations", "--item", FIRST)["to_come"]
        return [(each["step"], each["due_at"][:10]) for each in found if each["deadline"] == NAME]

    lenient.now = "2563-10-29 12:00"
    lenient("tick")
    assert coming() == [("0", "2020-10-30")]
    lenient("deadline", "extend", FIRST, NAME, "--to", "2563-11-30", *REASON, "--as", "ps-moi")
    assert coming() == [("-14d", "2020-11-16")]
    assert lenient.data("reconcile")["balanced"]


def test_without_the_right_nothing_moves_whoever_typed(lenient: Typist) -> None:
    before = lenient("audit", "export").out
    put_off = ("deadline", "extend", FIRST, NAME, "--by", "5wd")
    reasons = lenient.refused(*put_off, *REASON, "--as", "somying")
    assert reasons.keys() == {"role", "who-could"}
    assert "may not extend “Draft reaches OPDC”" in reasons["role"]
    assert "ps-moi" in reasons["who-could"]
    assert "ไม่มีสิทธิขยายกำหนด" in lenient(*put_off, *REASON, "--as", "somying", lang="th", code=1).err
    assert lenient.refused(*put_off, *REASON, "--as", "nobody", code=2).keys() == {"person"}
    assert lenient.refused(*put_off, *REASON, code=2).keys() == {"usage"}
    assert lenient("audit", "export").out == before


def test_a_deadline_that_nobody_may_put_off_says_so(office: Typist) -> None:
    with_extended_by(office, "")
    put_off = ("deadline", "extend", FIRST, NAME, "--by", "5wd", *REASON)
    reasons = office.refused(*put_off, "--as", "ps-moi")
    assert reasons.keys() == {"fixed"}
    assert reasons["fixed"].startswith("“Draft reaches OPDC” cannot be put off")
    assert "ขั้นตอนงานไม่ให้ผู้ใดขยาย" in office(*put_off, "--as", "ps-moi", lang="th", code=1).err


def test_a_reason_is_needed_and_all_that_is_wrong_is_said_at_once(lenient: Typist) -> None:
    put_off = ("deadline", "extend", FIRST, NAME, "--as", "ps-moi")
    assert lenient.refused(*put_off, "--by", "5wd", code=2).keys() == {"usage"}
    for comment in ("", " \t", "ก" * 100_000):
        assert lenient.refused(*put_off, "--by", "5wd", "--comment", comment).keys() == {"comment"}
    reasons = lenient.refused(*put_off, "--to", "2563-10-30", "--comment", " ")
    assert reasons.keys() == {"not-later", "comment"}
    assert "it must be after 30 Oct 2020" in reasons["not-later"]
    thai = lenient(*put_off, "--to", "2563-10-29", *REASON, lang="th", code=1).err
    assert "ขยายเป็น 29 ต.ค. 2563 ไม่ได้ ต้องหลัง 30 ต.ค. 2563" in thai
    lenient.now = "2563-11-10"  # overdue: not until a day that has gone by
    assert lenient.refused(*put_off, "--to", "2563-11-10", *REASON).keys() == {"not-later"}
    lenient(*put_off, "--to", "2563-11-11", *REASON)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((NAME, "--to", "2563-11-13", "--by", "5wd"), "extend"),
        ((NAME,), "extend"),
        (("draft_sumbission", "--by", "5wd"), "deadline"),
        (("", "--by", "5wd"), "deadline"),
        ((NAME, "--to", "3/4/2564"), "date"),
        ((NAME, "--by", "0d"), "by"),
        ((NAME, "--by", "-5d"), "by"),
        ((NAME, "--by", "5"), "by"),
        ((NAME, "--by", "wd"), "by"),
        ((NAME, "--by", "5dw"), "by"),
        ((NAME, "--by", " "), "by"),
        ((NAME, "--by", "1000d"), "by"),
        ((NAME, "--by", "9" * 5_000 + "wd"), "by"),
    ],
)
def test_what_cannot_be_understood_is_wrong_use(
    lenient: Typist, words: tuple[str, ...], code: str
) -> None:
    typed = ("deadline", "extend", FIRST, *words, *REASON, "--as", "ps-moi")
    assert lenient.refused(*typed, code=2).keys() == {code}
    assert of(lenient, FIRST)[NAME]["moved"] == 0


def test_an_unknown_name_is_told_what_there_is(lenient: Typist) -> None:
    typed = ("deadline", "extend", FIRST, "answer", "--by", "5wd", *REASON, "--as", "ps-moi")
    said = lenient(*typed, code=2).err
    assert f"{FIRST} at “Draft” has no open deadline “answer”; it has: draft_submission" in said
    assert (
        "ไม่มีกำหนด “answer” ที่ยังเปิดอยู่ มี: draft_submission" in lenient(*typed, lang="th", code=2).err
    )


def test_a_key_puts_it_off_once(lenient: Typist) -> None:
    typed = (
        "deadline",
        "extend",
        FIRST,
        NAME,
        "--by",
        "5wd",
        *REASON,
        "--as",
        "ps-moi",
        "--key",
        "k",
    )
    assert lenient.data(*typed) == lenient.data(*typed)
    assert of(lenient, FIRST)[NAME]["moved"] == 1


def test_show_tells_that_and_until_when_it_was_put_off(lenient: Typist) -> None:
    lenient("deadline", "extend", FIRST, NAME, "--to", "2563-11-13", *REASON, "--as", "ps-moi")
    [line] = [d for d in lenient.data("show", FIRST)["deadlines"] if d["name"] == NAME]
    assert (line["due"], line["extended_to"]) == ("2020-11-13", "2020-11-13")
    thai = lenient("show", FIRST, lang="th").out
    assert "13 พ.ย. 2563" in thai
    assert "ขยาย" in thai
