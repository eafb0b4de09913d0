"""A month at the terminal: golden Octobers, every month and width, the form for programs."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.agenda import KINDS, Entry, in_order
from commands.fitting import width_of
from commands.month import month_data, print_month
from commands.terminal import Screen
from engine.workdays import Override, Workdays
from workflows.calendars import government

TODAY = date(2021, 10, 20)
DRAFT = Entry(
    uid="IND-2565-0001.draft_submission.1",
    day=date(2021, 10, 25),
    nominal=date(2021, 10, 22),
    title_th="ส่งร่างตัวชี้วัด",
    title_en="Submit the draft",
    detail_th="",
    detail_en="",
    kind="deadline",
    ref="IND-2565-0001",
    organisation_th="สป.มท.",
    organisation_en="OPS",
    moved=1,
)
OTHER = replace(DRAFT, uid="IND-2565-0002.draft_submission.1", ref="IND-2565-0002", moved=0)
LATE = replace(
    DRAFT, uid="late", day=date(2021, 10, 8), nominal=date(2021, 10, 8), moved=0, overdue=True,
    provisional=True, layer="office",
)  # fmt: skip
MEETING = replace(
    DRAFT, uid="meeting", day=TODAY, nominal=TODAY, title_th="ประชุม", title_en="Meet",
    kind="meeting", ref="", organisation_th="", organisation_en="", moved=0,
)  # fmt: skip
ENTRIES = (OTHER, MEETING, DRAFT, LATE, replace(DRAFT, uid="x", day=date(2021, 11, 1)))

quiet = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def printed(
    capsys: pytest.CaptureFixture[str],
    year: int,
    month: int,
    entries: Sequence[Entry] = (),
    *,
    lang: str = "en",
    width: int = 80,
    today: date = TODAY,
    region: str = "",
    colour: bool = False,
    workdays: Workdays | None = None,
) -> list[str]:
    screen = Screen(lang, json=False, width=width, colour=colour)
    print_month(screen, year, month, entries, workdays or government(), today, region)
    return capsys.readouterr().out.splitlines()


def grid_of(lines: Sequence[str]) -> list[str]:
    """The names of the days and the weeks."""
    return [line for line in lines if "│" in line]


def places(line: str) -> list[int]:
    """The columns in which words of letters or digits end."""
    return [width_of(line[: found.end()]) for found in re.finditer(r"[^\s│\[\]*•]+", line)]


def test_october_2020_in_thai(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, 2020, 10, lang="th", today=date(2020, 10, 20))
    assert lines == [
        "",
        "ตุลาคม 2563",
        "",
        " อา      │  จ        อ        พ       พฤ        ศ      │  ส",
        "         │                             1        2      │  3",
        "  4      │  5        6        7        8        9      │ 10",
        " 11      │ 12       13 *     14       15       16      │ 17",
        " 18      │ 19      [20]      21       22       23 *    │ 24",
        " 25      │ 26       27       28       29       30      │ 31",
        "",
        "[ ] วันนี้    * วันหยุดราชการ    • กำหนดการ (จำนวน)",
        "",
        "วันหยุดราชการ",
        "  วันที่  วันหยุด",
        "─" * 79,
        "อ. 13  วันคล้ายวันสวรรคตพระบาทสมเด็จพระบรมชนกาธิเบศร มหาภูมิพลอดุลยเดชมหาราช บรมนาถบพิตร",
        "ศ. 23  วันปิยมหาราช",
        "",
        "กำหนดการ",
        "ไม่มีกำหนดการในเดือนนี้",
    ]


def test_october_2021_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, 2021, 10, ENTRIES, width=120)
    assert lines == [
        "",
        "October 2021",
        "",
        " Su      │ Mo       Tu       We       Th       Fr      │ Sa",
        "         │                                      1      │  2",
        "  3      │  4        5        6        7        8 •    │  9",
        " 10      │ 11       12       13 *     14       15      │ 16",
        " 17      │ 18       19      [20]•     21       22 *    │ 23 *",
        " 24      │ 25 •2    26       27       28       29      │ 30",
        " 31      │                                             │",
        "",
        "[ ] today    * government holiday    • entries (how many)",
        "",
        "Government holidays",
        "   Day  Holiday",
        "─" * 70,
        "Wed 13  HM King Bhumibol Adulyadej the Great Memorial Day",
        "Fri 22  Cabinet moved the Chulalongkorn Day substitution to 22 October",
        "Sat 23  HM King Chulalongkorn Memorial Day",
        "",
        "Entries",
        "    Day  Kind      Title             Item           Organisation  Note",
        "─" * 87,
        "! Fri 8  Deadline  Submit the draft  IND-2565-0001  OPS           overdue",
        "                                                                  provisional",
        "                                                                  the office's own",
        " Wed 20  Meeting   Meet",
        " Mon 25  Deadline  Submit the draft  IND-2565-0001  OPS           announced 22 Oct 2021",
        "                                                                  moved 1×",
        " Mon 25  Deadline  Submit the draft  IND-2565-0002  OPS           announced 22 Oct 2021",
    ]


def test_october_2021_in_thai_where_the_line_is_narrow(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, 2021, 10, ENTRIES, lang="th", width=60)
    assert grid_of(lines)[4] == " 17     │ 18      19     [20]•    21      22 *   │ 23 *"
    holidays = lines.index("วันหยุดราชการ")
    assert lines[holidays + 3].startswith("พ. 13  วันคล้ายวันสวรรคต")
    assert lines[holidays + 5].startswith("ศ. 22  วันหยุดพิเศษ (Cabinet moved")
    entries = lines[lines.index("กำหนดการ") + 3 :]
    assert [re.split("  +", line.strip()) for line in entries] == [
        ["! ศ. 8", "ส่งร่างตัวชี้วัด", "ครบกำหนด"],
        ["IND-2565-0001 สป.มท.", "เลยกำหนด"],
        ["ชั่วคราว"],
        ["กำหนดภายใน"],
        ["พ. 20", "ประชุม", "ประชุม"],
        ["จ. 25", "ส่งร่างตัวชี้วัด", "ครบกำหนด"],
        ["IND-2565-0001 สป.มท.", "ประกาศ 22 ต.ค. 2564"],
        ["เลื่อน 1 ครั้ง"],
        ["จ. 25", "ส่งร่างตัวชี้วัด", "ครบกำหนด"],
        ["IND-2565-0002 สป.มท.", "ประกาศ 22 ต.ค. 2564"],
    ]


def test_the_corrections_decide_what_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    [week] = [line for line in grid_of(printed(capsys, 2021, 10)) if " 22" in line]
    assert " 22 *" in week
    [after] = [line for line in grid_of(printed(capsys, 2021, 10)) if " 25" in line]
    assert "*" not in after
    alone = "\n".join(printed(capsys, 2021, 10, workdays=Workdays()))
    assert " 25 *" in alone
    assert " 22 *" not in alone


def test_a_region_has_its_own_holidays(capsys: pytest.CaptureFixture[str]) -> None:
    central = "\n".join(printed(capsys, 2021, 10, region="central"))
    assert " 21 *" in central
    assert "Thu 21  Regional holiday (central)" in central
    thai = "\n".join(printed(capsys, 2021, 10, region="central", lang="th"))
    assert "พฤ. 21  วันหยุดประจำภาค (Regional holiday)" in thai
    assert " 21 *" not in "\n".join(printed(capsys, 2021, 10, region="south"))


def test_a_correction_in_thai_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    workdays = Workdays([Override(date(2021, 10, 4), "national", "holiday", "หยุดพิเศษ")])
    for lang in ("th", "en"):
        assert "4  หยุดพิเศษ" in "\n".join(printed(capsys, 2021, 10, lang=lang, workdays=workdays))


@given(
    st.integers(2019, 2030), st.integers(1, 12), st.integers(60, 160),
    st.sampled_from(["th", "en"]), st.sampled_from(["", "central", "north"]),
    st.integers(0, 40), st.integers(0, 3),
)  # fmt: skip
@quiet
def test_every_month_fits_and_its_columns_line_up(
    capsys: pytest.CaptureFixture[str],
    year: int,
    month: int,
    width: int,
    lang: str,
    region: str,
    shift: int,
    count: int,
) -> None:
    first = date(year, month, 1)
    today = first + timedelta(days=shift)
    busy = [replace(DRAFT, uid=str(n), day=first.replace(day=28)) for n in range(count)]
    lines = printed(capsys, year, month, busy, lang=lang, width=width, today=today, region=region)
    assert max(map(width_of, lines)) <= width
    names, *weeks = grid_of(lines)
    ends = places(names)
    assert len(ends) == 7
    assert len({end - begin for begin, end in pairwise(ends)}) <= 2  # the rules take a column
    numbers = [int(text) for line in weeks for text in re.findall(r"(?<!•)\b\d+", line)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert (first + timedelta(days=len(numbers))).day == 1
    for line in weeks:
        assert set(places(re.sub(r"•\d*", lambda mark: " " * len(mark[0]), line))) <= set(ends)
        assert width_of(line.split("│")[0]) == width_of(names.split("│")[0])
    assert any("[" in line for line in weeks) is (today.month == month)


def test_leap_days_and_months_of_four_and_six_weeks(capsys: pytest.CaptureFixture[str]) -> None:
    assert "│ 29" in grid_of(printed(capsys, 2020, 2))[-1]  # a Saturday
    february = grid_of(printed(capsys, 2015, 2))  # from a Sunday to a Saturday
    assert len(february) == 5
    assert february[1].startswith("  1      │  2")
    assert february[-1].endswith("│ 28")
    assert len(grid_of(printed(capsys, 2021, 2))) == 6
    august = grid_of(printed(capsys, 2020, 8))  # begins on a Saturday, ends on a Monday
    assert august[1] == "         │                                             │  1"
    assert august[-1].startswith(" 30      │ 31")
    assert len(august) == 7
    assert len(grid_of(printed(capsys, 9999, 12))) == 6


def test_today_in_another_month_is_not_marked(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, 2021, 10, today=date(2020, 10, 20))
    assert not any("[" in line for line in grid_of(lines))


def test_hundreds_of_entries_on_one_day(capsys: pytest.CaptureFixture[str]) -> None:
    busy = [replace(DRAFT, uid=f"{n:04}", ref=f"IND-2565-{n:04}") for n in range(500)]
    for width, cell in (
        (57, " 25 •  "),
        (60, " 25 •500 26 "),
        (80, " 25 •500 "),
        (160, " 25 •500 "),
    ):
        lines = printed(capsys, 2021, 10, busy, width=width)
        assert max(map(width_of, lines)) <= width
        assert any(cell in line for line in grid_of(lines))
        assert ("how many" in "\n".join(lines)) is (width >= 60)
        assert sum("IND-2565-" in line for line in lines) == 500


def test_a_line_without_room_for_a_week_gets_the_lists_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert not grid_of(printed(capsys, 2021, 10, ENTRIES, width=36))
    assert max(map(width_of, grid_of(printed(capsys, 2021, 10, ENTRIES, width=46)))) <= 46


def test_years_that_are_not_decided_yet_are_provisional(capsys: pytest.CaptureFixture[str]) -> None:
    thai, english = "วันหยุดของปีนี้ยังเป็นข้อมูลชั่วคราว", "The holidays of this year are provisional"
    for year, month, said in ((2025, 12, False), (2026, 1, True), (2027, 4, True)):
        assert (english in "\n".join(printed(capsys, year, month))) is said
        assert (thai in "\n".join(printed(capsys, year, month, lang="th", width=100))) is said


def test_colour_is_for_days_off_and_what_is_late(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, 2021, 10, ENTRIES, colour=True)
    text = "\n".join(lines)
    for red in (" 22 *", " 23 *", " 24", "! Fri 8"):
        assert f"\x1b[31m{red}\x1b[0m" in text
    assert "\x1b[31m 25" not in text
    bare = [re.sub("\x1b\\[\\d+m", "", line) for line in lines]
    assert bare == printed(capsys, 2021, 10, ENTRIES)


def test_titles_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    wicked = replace(DRAFT, title_en="\x1b[2Jgone\u202e", organisation_en="\x07")
    text = "\n".join(printed(capsys, 2021, 10, [wicked]))
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "gone" in text


def test_the_form_for_programs() -> None:
    data: Any = json.loads(json.dumps(month_data(2021, 10, ENTRIES, government(), TODAY, "south")))
    assert (data["year"], data["month"], data["provisional"]) == (2021, 10, False)
    assert [day["day"] for day in data["days"]] == [f"2021-10-{n:02}" for n in range(1, 32)]
    days = {day.pop("day"): day for day in data["days"]}
    assert days["2021-10-20"] == {
        "holiday": None, "working": True, "today": True, "entries": ["meeting"],
    }  # fmt: skip
    assert days["2021-10-25"]["entries"] == [DRAFT.uid, OTHER.uid]
    assert [day for day in days if days[day]["holiday"]] == [
        "2021-10-06", "2021-10-13", "2021-10-22", "2021-10-23",
    ]  # fmt: skip
    assert not days["2021-10-24"]["working"]
    assert [entry["uid"] for entry in data["entries"]] == [
        "late", "meeting", DRAFT.uid, OTHER.uid,
    ]  # fmt: skip
    assert data["entries"][2]["nominal"] == "2021-10-22"
    assert month_data(2026, 6, (), government(), TODAY)["provisional"] is True


def test_entries_speak_both_languages_and_stand_in_order() -> None:
    assert (DRAFT.title("th"), DRAFT.organisation("en")) == ("ส่งร่างตัวชี้วัด", "OPS")
    for kind, (thai, english) in KINDS.items():
        entry = replace(DRAFT, kind=kind)
        assert (entry.kind_name("th"), entry.kind_name("en")) == (thai, english)
    assert replace(DRAFT, kind="new").kind_name("th") == "new"
    assert in_order(ENTRIES) == in_order(reversed(ENTRIES))
