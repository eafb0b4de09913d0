"""`anumat calendar`: the days that somebody must know of, by month, or as a file for a calendar."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.commands.typist import Typist

OPS = "2564-departments"
FIRST = "IND-2564-0001"
SUBMISSION = f"{FIRST}.draft_submission"
FILE = Path("days.ics")


def month(office: Typist, *words: str, **more: Any) -> dict[str, dict[str, Any]]:
    """The entries of October 2020 by their uid."""
    found = office.data("calendar", "--month", "2563-10", *words, **more)
    return {entry["uid"]: entry for entry in found["entries"]}


def written(office: Typist, *words: str, **more: Any) -> dict[str, Any]:
    """The events of the file by the beginning of their uid, up to the office."""
    office("calendar", "--ics", FILE, *words, **more)
    calendar = Calendar.from_ical(FILE.read_bytes())
    assert isinstance(calendar, Calendar)
    assert not calendar.errors
    return {str(event["UID"]).rpartition("@")[0]: event for event in calendar.walk("VEVENT")}


# --- A month -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["2563-10", "2020-10", "๒๕๖๓-๑๐", "2020-๑๐"])
def test_a_month_is_read_in_both_eras_and_in_thai_digits(office: Typist, typed: str) -> None:
    found = office.data("calendar", "--month", typed)
    assert (found["year"], found["month"], len(found["days"])) == (2020, 10, 31)
    assert "ตุลาคม 2563" in office("calendar", "--month", typed, lang="th").out
    assert "October 2020" in office("calendar", "--month", typed).out


def test_without_a_month_it_is_the_one_that_the_clock_shows(office: Typist) -> None:
    assert office.data("calendar")["month"] == 9
    assert "กันยายน 2563" in office("calendar", lang="th").out
    [today] = [day for day in office.data("calendar")["days"] if day["today"]]
    assert today["day"] == "2020-09-09"


@pytest.mark.parametrize(
    "typed",
    ["2564-13", "2564-0", "2564-00", "0001-01", "64-10", "2564", "2564/10", "", "-2564-1",
     "2564-10-01", "1913-12", "2151-01", "October"],
)  # fmt: skip
def test_what_is_no_month_is_wrong_use(office: Typist, typed: str) -> None:
    assert office.refused("calendar", f"--month={typed}", code=2).keys() == {"month"}
    assert "อ่านเดือน" in office("calendar", f"--month={typed}", lang="th", code=2).err


@pytest.mark.parametrize("typed", ["1914-01", "2150-12", "2693-12"])
def test_the_first_and_the_last_month_that_can_be_shown(office: Typist, typed: str) -> None:
    assert "Nothing in this month" in office("calendar", "--month", typed).out


def test_items_deadlines_stand_beside_the_dates_of_their_cycle(either: Typist) -> None:
    entries = month(either)
    item, drafts = entries[SUBMISSION], entries[f"cycle.{OPS}.draft_submission"]
    assert (item["day"], item["nominal"], item["kind"]) == ("2020-10-30", "2020-10-30", "deadline")
    assert (item["ref"], item["overdue"], item["moved"]) == (FIRST, False, 0)
    assert drafts["title_th"] == "ร่างตัวชี้วัดและเกณฑ์ถึงสำนักงาน ก.พ.ร."
    meeting = entries[f"cycle.{OPS}.ministry_committee"]
    papers = entries[f"cycle.{OPS}.ministry_committee.cutoff"]
    assert (meeting["day"], meeting["kind"]) == ("2020-10-20", "meeting")
    assert (papers["day"], papers["kind"], papers["layer"]) == ("2020-10-16", "cutoff", "office")
    found = either.data("calendar", "--month", "2563-10")
    [day] = [day for day in found["days"] if day["day"] == "2020-10-13"]
    assert (day["working"], bool(day["holiday"])) == (False, True)
    thai = either("calendar", "--month", "2563-10", lang="th").out
    for said in ("วันหยุดราชการ", "กำหนดการ", "ปิดรับเอกสาร", "กำหนดภายใน", FIRST):
        assert said in thai
    english = either("calendar", "--month", "2563-10").out
    for said in ("Government holidays", "Papers close", "the office's own", "Draft reaches OPDC"):
        assert said in english


def test_the_calendar_is_a_persons_an_organisations_or_a_cycles(office: Typist) -> None:
    office("cycle", "open", "2565-provinces", "--date", "draft_submission=2563-10-05")
    assert SUBMISSION in month(office, "--person", "somying")
    assert not any(uid.startswith("IND-") for uid in month(office, "--person", "wichai"))
    for place in ("OPS-MOI", "MOI"):
        assert SUBMISSION in month(office, "--org", place)
    assert month(office, "--org", "OPDC") == {}
    assert set(month(office, "--cycle", "2565-provinces")) == {
        "cycle.2565-provinces.draft_submission"
    }
    assert "cycle.2565-provinces.draft_submission" not in month(office, "--cycle", OPS)
    assert "cycle.2565-provinces.draft_submission" not in month(office, "--person", "somying")
    assert "cycle.2565-provinces.draft_submission" in month(office)
    assert "ไม่มีกำหนดการในเดือนนี้" in office("calendar", "--org", "OPDC", lang="th").out


def test_it_follows_the_item_to_whoever_holds_it(office: Typist) -> None:
    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")
    assert SUBMISSION not in month(office)  # the working group has no deadline of its own
    office("meeting", "add", "M-1", "--body", "IWG-OPS", "--on", "2563-10-15", "--chair", "nirat")
    office("advance", FIRST, "endorse", "--as", "wichai", "--meeting", "M-1")
    assert SUBMISSION in month(office, "--person", "malee")
    assert SUBMISSION not in month(office, "--person", "somying")
    office.now = "2563-10-31"
    assert month(office, "--person", "malee")[SUBMISSION]["overdue"] is True
    assert "! " in office("calendar", "--person", "malee").out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--person", "nobody"), "person"),
        (("--org", "NOWHERE"), "organisation"),
        (("--cycle", "2599-nothing"), "cycle"),
        (("--region", "nroth"), "region"),
        (("--most", "0"), "usage"),
    ],
)
def test_a_name_that_nobody_bears_is_no_empty_month(
    office: Typist, words: tuple[str, ...], code: str
) -> None:
    assert office.refused("calendar", *words, code=2).keys() == {code}


def test_a_region_shows_its_own_holidays_too(office: Typist) -> None:
    def free(*words: str) -> list[str]:
        found = office.data("calendar", "--month", "2564-03", *words)
        return [day["day"] for day in found["days"] if day["holiday"]]

    assert "2021-03-26" not in free()
    assert "2021-03-26" in free("--region", "north")
    assert (
        "วันหยุดประจำภาค"
        in office("calendar", "--month", "2564-03", "--region", "north", lang="th").out
    )


def test_a_year_whose_holidays_nobody_knows_yet_says_so(office: Typist) -> None:
    assert office.data("calendar", "--month", "2570-05")["provisional"] is True
    assert "ชั่วคราว" in office("calendar", "--month", "2570-05", lang="th").out
    assert "provisional" in office("calendar", "--month", "2570-05").out


def test_before_anything_was_begun_a_month_is_empty(empty: Typist) -> None:
    empty("init", "--simulation")
    assert empty.data("calendar", "--month", "2563-10")["entries"] == []
    assert "Nothing in this month" in empty("calendar", "--month", "2563-10").out


# --- A file --------------------------------------------------------------------------------------


def test_the_file_holds_all_days_to_come_of_whoever_it_is_for(office: Typist) -> None:
    events = written(office, "--person", "somying")
    assert events[SUBMISSION]["DTSTART"].dt == date(2020, 10, 30)
    assert events[f"cycle.{OPS}.department_report"]["DTSTART"].dt == date(2021, 10, 25)
    assert "วันตามประกาศ: 22 ตุลาคม 2564" in str(
        events[f"cycle.{OPS}.department_report"]["DESCRIPTION"]
    )
    answer = office.data("calendar", "--ics", FILE, "--person", "somying")
    assert (answer["file"], answer["entries"]) == (str(FILE), len(events))
    assert f"Wrote {FILE}: {len(events)} entries" in office("calendar", "--ics", FILE).out
    assert f"เขียน {FILE}:" in office("calendar", "--ics", FILE, lang="th").out
    assert "X-WR-CALNAME:อนุมัติ" in FILE.read_text("utf-8")


def test_the_same_calendar_at_the_same_time_gives_the_same_bytes(office: Typist) -> None:
    written(office)
    first = FILE.read_bytes()
    written(office)
    assert FILE.read_bytes() == first


def test_a_holiday_moves_the_same_entry_and_numbers_it_higher(office: Typist) -> None:
    before = written(office)
    office("holiday", "add", "2563-10-30", "--name", "วันหยุดพิเศษ")
    after = written(office)
    assert before.keys() == after.keys()
    for uid in (SUBMISSION, f"cycle.{OPS}.draft_submission"):
        assert before[uid]["UID"] == after[uid]["UID"]
        assert after[uid]["DTSTART"].dt == date(2020, 11, 2)
        assert after[uid]["SEQUENCE"] > before[uid]["SEQUENCE"]
    office("holiday", "remove", "2563-10-30")
    again = written(office)
    for uid in (SUBMISSION, f"cycle.{OPS}.draft_submission"):
        assert again[uid]["DTSTART"].dt == date(2020, 10, 30)
        assert again[uid]["SEQUENCE"] > after[uid]["SEQUENCE"]


def test_a_date_of_the_cycle_that_was_changed_moves_its_entry(office: Typist) -> None:
    before = written(office)
    office("cycle", "open", OPS, "--date", "draft_submission=2563-11-13")
    after = written(office)
    for uid in (SUBMISSION, f"cycle.{OPS}.draft_submission"):
        assert after[uid]["DTSTART"].dt == date(2020, 11, 13)
        assert after[uid]["SEQUENCE"] > before[uid]["SEQUENCE"]


def test_an_overdue_deadline_stays_in_the_file_and_a_day_gone_by_does_not(office: Typist) -> None:
    office.now = "2563-11-02"
    events = written(office)
    assert SUBMISSION in events
    assert f"cycle.{OPS}.draft_submission" not in events


def test_a_file_of_nothing_is_not_written(office: Typist) -> None:
    assert office.refused("calendar", "--org", "OPDC", "--ics", FILE, code=2) == {
        "empty": "no deadline is to come: there is nothing to write"
    }
    assert "ไม่มีกำหนดเวลาข้างหน้าให้เขียน" in office("calendar", "--org", "OPDC", "--ics", FILE,
                                            lang="th", code=2).err  # fmt: skip
    assert not FILE.exists()


@pytest.mark.parametrize("path", ["no/where/days.ics", "notes.txt/days.ics", ".", "x" * 300, ""])
def test_a_file_that_cannot_be_written_is_said(office: Typist, path: str) -> None:
    Path("notes.txt").write_text("notes", "utf-8")
    before = sorted(Path().iterdir())
    assert office.refused("calendar", "--ics", path, code=2).keys() <= {"file", "usage"}
    office("calendar", "--ics", path, lang="th", code=2)
    assert sorted(Path().iterdir()) == before


def test_what_people_wrote_cannot_break_out_of_its_line(office: Typist) -> None:
    name = "ก; ข, ค\\nEND:VCALENDAR " + "ยาว" * 100
    office("revise", FIRST, "--set", f"name_th={name}", "--as", "somying")
    assert name in str(written(office)[SUBMISSION]["SUMMARY"])
    assert FILE.read_bytes().splitlines().count(b"END:VCALENDAR") == 1


# --- Many ----------------------------------------------------------------------------------------


def test_the_items_of_others_do_not_hide_a_persons_own(office: Typist) -> None:
    """The limit is on what waits on the person, and what lies behind it is told."""
    office(
        "open", "indicator_department", "--cycle", OPS, "--organisation", "CDD", "--as", "chuchai",
        "--set", "code=1", "--set", "name_th=ร้อยละของหมู่บ้าน",
        "--set", "component=performance_base", "--set", "weight=100",
    )  # fmt: skip
    mine = month(office, "--person", "chuchai", "--most", "1")
    assert "IND-2564-0007.draft_submission" in mine
    assert not office.data("calendar", "--month", "2563-10", "--person", "chuchai", "--most", "1")[
        "more"
    ]
    everybody = office.data("calendar", "--month", "2563-10", "--most", "1")
    assert everybody["more"]
    assert {entry["ref"] for entry in everybody["entries"]} == {"", FIRST}
    assert "There are more items: --most" in office("calendar", "--most", "1").out
    assert "ยังมีรายการอีก" in office("calendar", "--most", "1", lang="th").out
