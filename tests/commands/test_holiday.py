"""Correcting the government's holidays: what is listed, what moves, and what is refused."""

from typing import Any

import pytest

from tests.commands.typist import EXAMPLES, Typist

OPS = "2564-departments"
DUE = "2563-10-30"  # the drafts reach OPDC; it rolls to the next working day


def year(office: Typist, *words: str, **more: Any) -> dict[str, dict[str, Any]]:
    """The holidays as JSON by their day."""
    return {
        line["day"]: line for line in office.data("holiday", "list", *words, **more)["holidays"]
    }


def due(office: Typist, ref: str = "IND-2564-0001") -> str:
    """When the draft must reach OPDC."""
    found = office.data("deadline", "list", ref)["deadlines"]
    return str(next(each["due"] for each in found if each["name"] == "draft_submission"))


# --- list ----------------------------------------------------------------------------------------


def test_the_days_of_a_year_are_listed_as_the_cabinet_corrected_them(either: Typist) -> None:
    days = year(either, "--year", "2564")
    assert "2021-05-01" not in days  # Labour Day is no holiday of the government
    moved, given_back = days["2021-10-22"], days["2021-10-25"]
    assert (moved["holiday"], moved["corrected"], moved["scope"]) == (True, "holiday", "national")
    assert (given_back["holiday"], given_back["corrected"]) == (False, "working_day")
    assert given_back["name"] == "HM King Chulalongkorn Memorial Day (in lieu)"
    assert (days["2021-10-23"]["corrected"], days["2021-10-23"]["holiday"]) == (None, True)
    assert list(days) == sorted(days)
    thai = either("holiday", "list", "--year", "2564", lang="th").out
    for said in ("วันหยุดราชการ พ.ศ. 2564", "22 ต.ค. 2564", "วันทำการ", "ทั้งประเทศ", "วันปิยมหาราช"):
        assert said in thai
    english = either("holiday", "list", "--year", "2021").out
    for said in ("Government holidays, 2021", "25 Oct 2021", "working day", "national"):
        assert said in english


@pytest.mark.parametrize("typed", ["2564", "2021", "๒๕๖๔", "๒๐๒๑"])
def test_a_year_is_read_in_both_eras_and_in_thai_digits(office: Typist, typed: str) -> None:
    assert office.data("holiday", "list", "--year", typed)["year"] == 2021


def test_without_a_year_it_is_the_one_that_the_clock_shows(office: Typist) -> None:
    assert office.data("holiday", "list")["year"] == 2020
    assert office.data("holiday", "list", now="2564-01-01")["year"] == 2021


@pytest.mark.parametrize(
    "typed", ["", "64", "0001", "20201", "2701", "1913", "next", "-2564", "²⁰²¹"]
)
def test_what_is_no_year_is_refused(office: Typist, typed: str) -> None:
    assert office.refused("holiday", "list", "--year", typed, code=2).keys() == {"year"}


def test_a_region_has_days_of_its_own_beside_the_national_ones(office: Typist) -> None:
    assert "2021-03-26" not in year(office, "--year", "2564")
    north = year(office, "--year", "2564", "--region", "north")
    assert (north["2021-03-26"]["scope"], north["2021-03-26"]["holiday"]) == ("north", True)
    assert north["2021-10-22"]["scope"] == "national"
    assert "2021-10-06" not in north  # that is the south's


def test_years_whose_special_days_nobody_knows_yet_are_provisional(office: Typist) -> None:
    found = office.data("holiday", "list", "--year", "2570")
    assert found["provisional"] is True
    assert all(line["provisional"] for line in found["holidays"])
    thai = office("holiday", "list", "--year", "2570", lang="th").out
    assert "ชั่วคราว: วันหยุดพิเศษตามมติ ครม. ทราบถึง 2 ม.ค. 2569 เท่านั้น" in thai
    assert "known until 2 Jan 2026 only" in office("holiday", "list", "--year", "2570").out
    assert office.data("holiday", "list", "--year", "2568")["provisional"] is False
    assert "rovisional" not in office("holiday", "list", "--year", "2568").out

    said = office("holiday", "known", "๓๑ ธันวาคม ๒๕๗๐", lang="th").out
    assert "ทราบวันหยุดพิเศษถึง 31 ธ.ค. 2570" in said
    assert office.data("holiday", "list", "--year", "2570")["provisional"] is False
    assert office.data("holiday", "known", "2570-12-31")["known_until"] == "2027-12-31"
    assert office.data("audit", "verify")["sound"]


# --- add -----------------------------------------------------------------------------------------


def test_a_new_holiday_moves_the_deadlines_that_fall_on_it_and_says_which(either: Typist) -> None:
    answer = either.data("holiday", "add", DUE, "--name", "วันหยุดพิเศษ", "--source", "มติ ครม.")
    assert (answer["added"], answer["kind"], answer["scope"]) == (1, "holiday", "national")
    moved = {(each["ref"], each["from"], each["to"]) for each in answer["moved"]}
    assert moved == {(f"IND-2564-000{n}", "2020-10-30", "2020-11-02") for n in range(1, 7)}
    assert {each["name"] for each in answer["moved"]} == {"draft_submission"}
    assert due(either) == "2020-11-02"
    [line] = either.data("inbox", "--most", "1")["waiting"]
    assert line["due"] == "2020-10-15"  # the internal date is counted from the announced day
    event = either.data("history", "IND-2564-0001")["events"][-1]
    assert event["kind"] == "rescheduled"
    assert event["because"]["kind"] == "holidays"
    assert "วันหยุดเปลี่ยน; ส่งร่างตัวชี้วัด" in either("history", "IND-2564-0001", lang="th").out
    assert "a holiday changed; Draft reaches OPDC" in either("history", "IND-2564-0001").out
    assert year(either)["2020-10-30"]["source"] == "มติ ครม."
    assert either.data("audit", "verify")["sound"]
    either.now = "2563-10-15"
    either("tick")
    assert either.data("reconcile")["balanced"]


def test_the_same_in_words_and_again(office: Typist) -> None:
    said = office("holiday", "add", "๓๐ ต.ค. ๒๕๖๓", "--name", "วันหยุดพิเศษ", lang="th").out
    assert "30 ต.ค. 2563: วันหยุด" in said
    assert "กำหนดที่เลื่อน 6 กำหนด" in said
    assert "2 พ.ย. 2563" in said
    before = office("audit", "export").out
    again = office("holiday", "add", "30/10/2563", "--name", "วันหยุดพิเศษ").out
    assert "30 Oct 2020 is so already: holiday" in again
    assert office.data("holiday", "add", DUE, "--name", "วันหยุดพิเศษ")["same"] == 1
    assert "เป็นวันหยุดอยู่แล้ว" in office("holiday", "add", DUE, "--name", "วันหยุดพิเศษ", lang="th").out
    assert office("audit", "export").out == before


def test_a_key_gives_the_first_answer_again_and_no_other_one(office: Typist) -> None:
    typed = ("holiday", "add", DUE, "--name", "พิเศษ", "--key", "k-1")
    first = office.data(*typed)
    assert office.data(*typed)["moved"] == first["moved"]
    assert office.refused("holiday", "add", DUE, "--name", "other", "--key", "k-1").keys() == {
        "key"
    }


def test_a_holiday_that_becomes_a_working_day_brings_deadlines_back(office: Typist) -> None:
    office("holiday", "add", DUE, "--name", "พิเศษ")
    assert due(office) == "2020-11-02"
    answer = office.data("holiday", "add", DUE, "--name", "ยกเลิกแล้ว", "--working")
    assert (answer["changed"], answer["kind"], len(answer["moved"])) == (1, "working_day", 6)
    assert due(office) == "2020-10-30"
    assert year(office)["2020-10-30"]["holiday"] is False
    assert year(office)["2020-10-30"]["name"] == "ยกเลิกแล้ว"


def test_a_day_counted_in_working_days_follows_in_the_cycle_and_at_the_items(
    office: Typist,
) -> None:
    """The internal draft is due ten working days before the drafts reach OPDC."""
    answer = office.data("holiday", "add", "2563-10-20", "--name", "พิเศษ")
    assert {(each["from"], each["to"]) for each in answer["moved"]} == {
        ("2020-10-15", "2020-10-14")
    }
    assert office.data("cycle", "show", OPS)["cycle"]["dates"]["internal_draft"] == "2020-10-14"


def test_a_day_that_is_free_anyway_moves_nothing(office: Typist) -> None:
    for day in ("2563-11-01", "2563-10-23"):  # a Sunday, and a holiday
        assert office.data("holiday", "add", day, "--name", "x")["moved"] == []
    assert "ไม่มีกำหนดใดเลื่อน" in office("holiday", "add", "2563-10-31", "--name", "x", lang="th").out
    assert due(office) == "2020-10-30"


def test_more_moved_deadlines_than_fit_are_counted(office: Typist) -> None:
    provinces = ("--kind", "province", "--parent", "PROVINCES")
    office("import", "organisations", EXAMPLES / "provinces.csv", *provinces)
    office("cycle", "open", "2565-provinces")
    office("import", "indicators", EXAMPLES / "fy2565_province_sets.csv", "--cycle",
           "2565-provinces", "--catalogue", EXAMPLES / "fy2565_indicator_details.csv")  # fmt: skip
    said = office("holiday", "add", "2564-10-29", "--name", "พิเศษ").out
    assert "453 deadlines moved" in said
    assert "and 433 more" in said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("3/4/2564", "--name", "x"), "date"),
        (("2563-02-30", "--name", "x"), "date"),
        (("0001-01-01", "--name", "x"), "date"),
        (("tomorrow", "--name", "x"), "date"),
        (("", "--name", "x"), "date"),
        (("2158-01-01", "--name", "x"), "year"),
        (("1900-01-01", "--name", "x"), "year"),
        ((DUE, "--name", ""), "reason"),
        ((DUE, "--name", " \t"), "reason"),
        ((DUE, "--name", "ก" * 100_000), "reason"),
        ((DUE, "--name", "x", "--source", "ก" * 2_001), "reason"),
        ((DUE,), "usage"),
        ((DUE, "--name", "x", "--region", "nroth"), "region"),
        ((DUE, "--name", "x", "--region", ""), "region"),
        ((DUE, "--name", "x", "--as", "nobody"), "person"),
    ],
)
def test_what_cannot_be_corrected_changes_nothing(
    office: Typist, words: tuple[str, ...], code: str
) -> None:
    before = office("audit", "export").out
    assert office.refused("holiday", "add", *words, code=2).keys() == {code}
    assert len(office("holiday", "add", *words, lang="th", code=2).err) < 300
    assert office("audit", "export").out == before


def test_a_name_that_would_steer_the_terminal_is_shown_harmless(office: Typist) -> None:
    office("holiday", "add", "2563-11-02", "--name", "a\x1b[31mb\u202ec\nd")
    for form in ({}, {"lang": "th"}, {"json": True}):
        said = office("holiday", "list", "--year", "2563", **form).said
        assert "\x1b" not in said
        assert "\u202e" not in said
    assert year(office)["2020-11-02"]["name"] == "a\x1b[31mb\u202ec\nd"


# --- regions -------------------------------------------------------------------------------------


@pytest.fixture
def northern(office: Typist) -> Typist:
    """The office's own organisation lies in the north."""
    from pathlib import Path

    lines = (EXAMPLES / "organisations.csv").read_text("utf-8").splitlines()
    there = [line + "north" if line.startswith("OPS-MOI,") else line for line in lines]
    Path("places.csv").write_text("\n".join(there), "utf-8")
    office("import", "organisations", "places.csv")
    return office


def test_a_regional_holiday_moves_the_deadlines_of_that_region_alone(northern: Typist) -> None:
    typed = ("holiday", "add", DUE, "--name", "วันหยุดภาค", "--region")
    assert northern.data(*typed, "south")["moved"] == []
    assert len(northern.data(*typed, "north")["moved"]) == 6
    assert due(northern) == "2020-11-02"
    assert DUE not in year(northern)


def test_what_a_region_says_of_a_day_outweighs_the_nation(northern: Typist) -> None:
    northern("holiday", "add", DUE, "--name", "ทั้งประเทศ")
    assert due(northern) == "2020-11-02"
    northern("holiday", "add", DUE, "--name", "ภาคเหนือทำงาน", "--region", "north", "--working")
    assert due(northern) == "2020-10-30"
    assert year(northern)["2020-10-30"]["holiday"] is True
    assert year(northern, "--region", "north")["2020-10-30"]["scope"] == "north"
    northern("holiday", "remove", DUE, "--region", "north")
    assert due(northern) == "2020-11-02"


# --- remove --------------------------------------------------------------------------------------


def test_a_correction_is_taken_back_and_the_deadlines_with_it(either: Typist) -> None:
    either("holiday", "add", DUE, "--name", "พิเศษ")
    answer = either.data("holiday", "remove", "30 ต.ค. 2563")
    assert (answer["kind"], answer["changed"], len(answer["moved"])) == ("as_published", 1, 6)
    assert due(either) == "2020-10-30"
    assert "2020-10-30" not in year(either)
    assert either.refused("holiday", "remove", DUE, code=2) == {
        "day": "30 Oct 2020 (national) was not corrected. See: anumat holiday list"
    }
    assert either.data("audit", "verify")["sound"]


def test_taking_back_the_cabinets_move_gives_what_was_published(office: Typist) -> None:
    assert "as published" in office("holiday", "remove", "2564-10-22").out
    assert "ตามประกาศเดิม" in office("holiday", "remove", "2564-10-25", lang="th").out
    days = year(office, "--year", "2564")
    assert "2021-10-22" not in days
    assert (days["2021-10-25"]["holiday"], days["2021-10-25"]["corrected"]) == (True, None)
    report = {each["name"]: each["effective"] for each in office.data("cycle", "show", OPS)["days"]}
    assert report["department_report"] == "2021-10-22"  # without the cabinet's word it is as stated
    office("init", "--simulation")  # what the office took back stays so
    assert "2021-10-22" not in year(office, "--year", "2564")


@pytest.mark.parametrize(
    "words", [("2563-12-25",), ("2563-10-23",), ("2564-10-22", "--region", "north")]
)
def test_what_was_not_corrected_cannot_be_taken_back(
    office: Typist, words: tuple[str, ...]
) -> None:
    assert office.refused("holiday", "remove", *words, code=2).keys() == {"day"}
    assert "ไม่มีการแก้ไข" in office("holiday", "remove", *words, lang="th", code=2).err


def test_two_corrections_at_once_are_both_there(office: Typist) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    from tests.commands.typist import run

    def add(day: str) -> int:
        typed = ("--db", office.url, "--now", office.now, "holiday", "add", day, "--name", day)
        return run(*typed, cwd=Path.cwd()).code

    with ThreadPoolExecutor() as hands:
        assert list(hands.map(add, (DUE, "2563-11-02", "2563-11-03"))) == [0, 0, 0]
    assert due(office) == "2020-11-04"
    assert office.data("audit", "verify")["sound"]
