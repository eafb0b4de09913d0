"""Calendars at the command line: taken on, changed, shown, and refused with file and line."""

from pathlib import Path

import pytest

from tests.commands.typist import Typist

OPS = "2564-departments"
CALENDAR = """\
cycle: 2566-departments
title: {th: ปฏิทิน, en: A calendar}
dates:
  draft_submission:
    day: ๓๑ ต.ค. ๒๕๖๕
    kind: deadline
    policy: next_working_day
    title: {th: ส่งร่าง, en: Drafts}
  internal_draft:
    before: {date: draft_submission, by: 5wd}
    kind: deadline
    layer: office
    title: {th: ร่างภายใน, en: Own drafts}
  opdc_decision:
    month: ธ.ค. 2565
    kind: deadline
    title: {th: ความเห็น, en: Decision}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "year.yaml"
    path.write_text(CALENDAR, "utf-8")
    return path


def days(office: Typist, code: str) -> dict[str, str]:
    found = office.data("cycle", "show", code)
    assert {each["name"]: each["day"] for each in found["days"]} == found["cycle"]["dates"]
    return dict(found["cycle"]["dates"])


def test_a_new_cycle_takes_the_calendar_that_is_shipped_for_it(office: Typist) -> None:
    said = office("cycle", "open", "2565-provinces").out
    assert "Calendar of provinces, FY2565: 7 dates" in said
    assert days(office, "2565-provinces")["change_handling"] == "2022-07-01"
    assert office("cycle", "open", "2565-provinces").out.endswith("is so already\n")
    assert office.data("cycle", "open", "2566-provinces")["calendar"] is None
    assert days(office, "2566-provinces") == {}


def test_the_days_are_listed_with_what_the_policy_makes_of_them(office: Typist) -> None:
    found = office.data("cycle", "show", OPS)
    assert [d["day"] for d in found["days"]] == sorted(d["day"] for d in found["days"])
    moved = [d for d in found["days"] if d["effective"] != d["day"]]
    assert moved == [
        {"name": "department_report", "day": "2021-10-22", "effective": "2021-10-25",
         "provisional": False},
    ]  # fmt: skip
    assert found["cycle"]["calendar"]["entries"]["internal_draft"]["layer"] == "office"
    thai = office("cycle", "show", OPS, lang="th").out
    for said in (
        "เลื่อนเป็น 25 ต.ค. 2564",
        "ธ.ค. 2563",
        "10 วันทำการก่อน draft_submission",
        "ส่งเอกสารภายใน",
    ):
        assert said in thai


def test_days_of_years_whose_holidays_are_not_known_are_provisional(office: Typist) -> None:
    office("cycle", "open", "2570-departments", "--date", "due=2570-05-12")
    assert office.data("cycle", "show", "2570-departments")["days"][0]["provisional"] is True
    assert "provisional" in office("cycle", "show", "2570-departments").out


def test_a_file_gives_the_days_and_a_date_takes_along_what_is_counted_from_it(
    office: Typist, file: Path
) -> None:
    said = office("cycle", "open", "2566-departments", "--calendar", file).out
    assert "A calendar: 3 dates" in said
    assert days(office, "2566-departments") == {
        "internal_draft": "2022-10-21",  # the 24th is a holiday
        "draft_submission": "2022-10-31",
        "opdc_decision": "2022-12-31",
    }
    office("cycle", "open", "2566-departments", "--date", "draft_submission=2565-11-30",
           "--date", "lead_unit_report@9M=2566-07-05")  # fmt: skip
    found = days(office, "2566-departments")
    assert (found["internal_draft"], found["lead_unit_report@9M"]) == ("2022-11-23", "2023-07-05")
    said = office("cycle", "open", "2566-departments", "--date", "opdc_decision=20 ธ.ค. 2565").out
    assert "“opdc_decision” is the day that was set" in said
    assert "20 Dec 2022" in office("cycle", "show", "2566-departments").out
    said = office("cycle", "open", "2566-departments", "--calendar", file).out
    assert "no longer there: lead_unit_report@9M" in said
    assert days(office, "2566-departments")["opdc_decision"] == "2022-12-31"


def test_a_file_of_another_cycle_is_refused(office: Typist, file: Path) -> None:
    reasons = office.refused("cycle", "open", "2565-departments", "--calendar", file, code=2)
    assert reasons == {
        "cycle": "this is the calendar of “2566-departments”, not of “2565-departments”"
    }


@pytest.mark.parametrize(
    "given", ["Due=2563-10-30", "due@=2563-10-30", "due 1=2563-10-30", "=2563-10-30", "due"]
)
def test_a_date_needs_a_name(office: Typist, given: str) -> None:
    assert office.refused("cycle", "open", OPS, "--date", given, code=2).keys() == {"date"}


def test_a_window_cannot_close_before_it_opens(office: Typist) -> None:
    given = ("cycle", "open", OPS, "--date", "esar_closes=2564-07-31")
    assert office.refused(*given, code=2).keys() == {"window"}


def test_a_file_is_checked_without_a_database(nowhere: Typist, file: Path) -> None:
    found = nowhere.data("cycle", "check", file)
    assert (found["code"], found["dates"]["internal_draft"]) == ("2566-departments", "2022-10-21")
    assert "5 working days before draft_submission" in nowhere("cycle", "check", file).out
    file.write_text(CALENDAR.replace("5wd", "5").replace("policy:", "polcy:"), "utf-8")
    said = nowhere("cycle", "check", file, code=2).err
    assert "year.yaml:7: unknown key “polcy”; did you mean “policy”?" in said
    assert "year.yaml:10:" in said
    assert not Path("anumat.db").exists()
