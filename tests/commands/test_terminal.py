"""What leaves for the terminal: aligned, harmless, in the right language, or pure JSON."""

import json
import re
import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.fitting import fit, harmless, width_of
from commands.terminal import Column, Screen
from engine.errors import Overtaken, Reason, refused, wrong

THAI = Screen("th", json=False)
ENGLISH = Screen("en", json=False)
LONG = (
    "ร้อยละความสำเร็จของการขับเคลื่อนการแก้ไขปัญหาความเดือดร้อนของประชาชนตามที่ยื่นเรื่องร้องทุกข์"
    "ผ่านศูนย์ดำรงธรรม (ขั้นต้น) ประจำปีงบประมาณ พ.ศ. 2564"
)
SYLLABLES = (
    "กำ",
    "น้ำ",
    "เดือด",
    "แก้",
    "โครงการ",
    "ใช้",
    "ไม่",
    "ที่",
    "ดื่ม",
    "ป้า",
    "ฐาน",
    "ต่างๆ",
    "กรุงเทพฯ",
)
MARKS = re.compile("[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]")

thai_words = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=12).map("".join)
thai_text = st.lists(thai_words, min_size=1, max_size=6).map(" ".join)
any_text = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B),
        st.sampled_from(
            " \n\t\r\x1b\x07\x9b\u200b\u200d\u202e\xa0\u3000aB1.,()界👩🏽☀\ufe0f🇹🇭é\u0301"
        ),
        st.characters(),
    )
)
quiet = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def column_at(line: str, offset: int) -> str:
    """What stands at a display column, counted without wcwidth's help from the module."""
    for end in range(len(line) + 1):
        if width_of(line[:end]) > offset:
            return line[end - 1]
    return ""


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("กำ", 2),
        ("น้ำ", 2),
        ("ที่", 1),
        ("เก็บ", 3),
        ("ผู้ว่าราชการ", 9),
        ("ก\u200bข", 2),
        ("界", 2),
        ("\x1b", 4),
        ("ยาว\nสั้นกว่า", 5),
    ],
)
def test_thai_marks_take_no_column_and_sara_am_takes_one(text: str, columns: int) -> None:
    assert width_of(text) == columns


@given(any_text, st.integers(2, 60))
def test_every_line_fits_and_nothing_but_spaces_is_lost(text: str, width: int) -> None:
    lines = fit(text, width)
    assert all(width_of(line) <= width for line in lines)
    assert bare("".join(lines)) == bare(harmless(text))


@given(thai_text, st.integers(8, 60))
def test_thai_is_never_broken_inside_of_a_cluster(text: str, width: int) -> None:
    for line in fit(text, width):
        assert not MARKS.match(line)
        assert line[-1] not in "เแโใไ"
        assert line[0] not in "ะาๅๆฯ"


def test_spaces_are_where_lines_break_if_they_can() -> None:
    assert fit("one two three", 8) == ["one two", "three"]
    assert fit("ร่างที่หนึ่ง ร่างที่สอง", 12) == ["ร่างที่หนึ่ง", "ร่างที่สอง"]
    assert fit("พ.ศ. 2564", 6) == ["พ.ศ.", "2564"]


def test_zero_width_spaces_are_places_to_break_and_are_not_shown() -> None:
    assert fit("ตัวชี้วัด\u200bจังหวัด\u200bสำรอง", 12) == ["ตัวชี้วัดจังหวัด", "สำรอง"]


def test_newlines_are_kept_and_empty_text_is_one_line() -> None:
    assert fit("a\n\nb", 10) == ["a", "", "b"]
    assert fit("", 10) == [""]


def test_a_phrase_without_spaces_breaks_between_words() -> None:
    assert fit("สำนักงานปลัดกระทรวงมหาดไทย", 20) == ["สำนักงานปลัดกระทรวง", "มหาดไทย"]
    assert fit("การปฏิบัติราชการเพื่อประชาชน", 20) == ["การปฏิบัติราชการเพื่อ", "ประชาชน"]


def test_numbers_and_latin_words_stay_whole_while_they_fit() -> None:
    assert fit("ปีงบประมาณ2564แผน", 11) == ["ปีงบประมาณ", "2564แผน"]
    assert fit("abcdefghij", 4) == ["abcd", "efgh", "ij"]


@given(
    st.lists(st.tuples(any_text, thai_text, any_text), min_size=1, max_size=4),
    st.integers(40, 120),
    st.sampled_from(["left", "right"]),
)
@quiet
def test_columns_of_a_table_begin_at_the_same_place_on_every_line(
    capsys: pytest.CaptureFixture[str],
    rows: list[tuple[str, str, str]],
    width: int,
    align: str,
) -> None:
    columns = [
        Column("๑|", "1|"),
        Column("๒|", "2|", "right" if align == "right" else "left"),
        Column("๓|", "3|"),
    ]
    Screen("th", json=False, width=width).table(columns, rows)
    header, rule, *body = capsys.readouterr().out.split("\n")[:-1]
    assert set(rule) == {"─"}
    assert width_of(rule) <= width
    cells = re.split("  +", header)
    assert [cell.strip() for cell in cells] == ["๑|", "๒|", "๓|"]
    third = width_of(header[: header.index("๓")])
    # Where columns are on the left, all three places show in the header.
    begins = [third] if align == "right" else [width_of(header[: header.index("๒")]), third]
    for line in body:
        assert width_of(line) <= width
        assert line == line.rstrip()
        for begin in begins:
            assert column_at(line, begin - 1) in ("", " ")
            assert column_at(line, begin - 2) in ("", " ")


def test_a_table_lines_up(capsys: pytest.CaptureFixture[str]) -> None:
    columns = [
        Column("เลขที่", "Ref", shrink=False),
        Column("ตัวชี้วัด", "Indicator"),
        Column("น้ำหนัก", "Weight", "right"),
        Column("ครบกำหนด", "Due"),
    ]
    rows = [
        ("IND-1", "น้ำดื่มสะอาด", Decimal("22.50"), date(2020, 10, 30)),
        ("IND-2", LONG, Decimal("1E+2"), None),
    ]
    Screen("th", json=False, width=60).table(columns, rows)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "เลขที่   ตัวชี้วัด" + " " * 29 + "น้ำหนัก  ครบกำหนด"
    assert lines[1] == "─" * 60
    assert lines[2] == "IND-1  น้ำดื่มสะอาด" + " " * 25 + "22.50  30 ต.ค. 2563"
    assert lines[3].startswith("IND-2  ร้อยละ")
    assert lines[3].endswith("  100")
    assert all(line.startswith(" " * 7) for line in lines[4:])
    assert max(width_of(line) for line in lines) == 60


def test_a_column_that_may_not_shrink_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    columns = [Column("", "Ref", shrink=False), Column("", "Title")]
    Screen("en", json=False, width=30).table(columns, [("IND-2564-000000000004", "a " * 30)])
    assert "IND-2564-000000000004" in capsys.readouterr().out


@given(any_text)
@quiet
def test_no_control_character_leaves_without_colour(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    column = Column(text, text, style=lambda _: "red")
    for screen in (THAI, Screen("th", json=True)):
        screen.say(text, text)
        screen.heading(text)
        screen.fields([(text, text)])
        screen.table([column], [[text]])
        screen.refuse(refused("a", text, text, text))
        screen.data({text: text})
    out, err = capsys.readouterr()
    bad = {
        c for c in (out + err).replace("\n", "") if unicodedata.category(c) in ("Cc", "Cs", "Zl")
    }
    assert not bad
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", out + err)


def test_with_colour_only_our_own_escapes_leave(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen("en", json=False, colour=True)
    late = Column("", "State", style=lambda cell: "red" if cell == "late" else None)
    screen.table([late, Column("", "Next")], [("late", "\x1b[2J"), ("on time", "b")])
    screen.heading("Head")
    out = capsys.readouterr().out
    assert "\x1b[31mlate\x1b[0m     \\x1b[2J\n" in out
    assert "\non time  b\n" in out
    assert "\x1b[1mHead" in out.replace("\n", "")
    assert "\x1b[2J" not in out


def test_pieces_make_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    pieces = [("a\nb", None), ("\x1b[2J", "red"), ("", "red")]
    Screen("en", json=False, colour=True).pieces(pieces)
    assert capsys.readouterr().out == "a b\x1b[31m\\x1b[2J\x1b[0m\x1b[31m\x1b[0m\n"
    ENGLISH.pieces(pieces)
    Screen("en", json=True).pieces(pieces)
    assert capsys.readouterr().out == "a b\\x1b[2J\n"


def test_each_language_is_spoken_and_json_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    THAI.say("สวัสดี", "hello")
    ENGLISH.say("สวัสดี", "hello")
    silent = Screen("th", json=True, simulation=True)
    silent.say("ก", "a")
    silent.heading("ก")
    silent.fields([("ก", "ข")])
    silent.table([Column("ก", "a")], [["ข"]])
    silent.banner()
    assert capsys.readouterr() == ("สวัสดี\nhello\n", "")
    assert (THAI.pick("ก", "a"), ENGLISH.pick("ก", "a")) == ("ก", "a")


def test_days_and_moments_are_those_of_bangkok() -> None:
    late = "2020-10-30T18:30:00.000000Z"
    assert THAI.day("2020-10-30") == "30 ต.ค. 2563"
    assert ENGLISH.day(date(2020, 10, 30)) == "30 Oct 2020"
    assert ENGLISH.day(datetime(2020, 10, 30, 18, 30, tzinfo=UTC)) == "31 Oct 2020"
    assert THAI.day(late) == "31 ต.ค. 2563"
    assert THAI.moment(late) == "31 ต.ค. 2563 01:30"
    assert ENGLISH.moment("2020-10-30T02:00:00.000000Z") == "30 Oct 2020 09:00"
    assert (THAI.day(None), THAI.day("")) == ("", "")


def test_a_naive_instant_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="aware"):
        THAI.day(datetime(2020, 10, 30))  # noqa: DTZ001 - the fault is meant


def test_fields_hang(capsys: pytest.CaptureFixture[str]) -> None:
    Screen("th", json=False, width=40).fields([("ผู้ถือเรื่อง", "สป.มท."), ("เรื่อง", LONG), ("ว่าง", "")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ผู้ถือเรื่อง  สป.มท."
    assert lines[1].startswith("เรื่อง     ร้อยละ")
    assert len(lines) > 5
    assert all(line.startswith(" " * 9) and line[9] != " " for line in lines[2:-1])
    assert lines[-1] == "ว่าง"


def test_fields_without_any_field_are_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    THAI.fields([])
    assert capsys.readouterr().out == ""


def test_every_reason_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    reasons = (Reason("a", "ก", "first", "x.csv:3"), Reason("b", "ข\n• ปลอม", "second"))
    THAI.refuse(Overtaken(*reasons))
    ENGLISH.refuse(Overtaken(*reasons))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "• x.csv:3: ก\n• ข\n  • ปลอม\n• x.csv:3: first\n• second\n"


def test_reasons_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen("th", json=True)
    screen.refuse(wrong("date", "อ่านไม่ได้", "cannot read", "x.csv:3"))
    out, err = capsys.readouterr()
    reason = {"code": "date", "th": "อ่านไม่ได้", "en": "cannot read", "where": "x.csv:3"}
    assert json.loads(out) == {"error": {"kind": "wrong_use", "reasons": [reason]}}
    assert err == ""
    screen.refuse(refused("a", "ก", "a"))
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "refusal"


def test_data_is_json_in_the_order_given(capsys: pytest.CaptureFixture[str]) -> None:
    payload = {
        "z": Decimal("1.50"),
        "day": date(2020, 10, 30),
        "at": datetime(2020, 10, 30, 2, tzinfo=UTC),
        "rows": (1, Reason("a", "ก", "a")),
        "map": MappingProxyType({"b": None}),
        "simulation": False,
    }
    Screen("th", json=True, simulation=True).data(payload)
    out = capsys.readouterr().out
    assert out.startswith('{\n  "simulation": true,\n  "z": "1.50",\n')
    assert json.loads(out) == {
        "simulation": True,
        "z": "1.50",
        "day": "2020-10-30",
        "at": "2020-10-30T02:00:00.000000Z",
        "rows": [1, {"code": "a", "th": "ก", "en": "a", "where": ""}],
        "map": {"b": None},
    }
    with pytest.raises(TypeError, match="object"):
        THAI.data({"bad": object()})


@given(st.dictionaries(st.text(), st.text()))
@quiet
def test_escaped_json_still_says_the_same(
    capsys: pytest.CaptureFixture[str], payload: dict[str, str]
) -> None:
    Screen("th", json=True).data(payload)
    assert json.loads(capsys.readouterr().out) == payload


def test_the_banner_only_shows_in_a_simulation(capsys: pytest.CaptureFixture[str]) -> None:
    THAI.banner()
    assert capsys.readouterr().out == ""
    for lang in ("th", "en"):
        Screen(lang, json=False, simulation=True).banner()
        assert capsys.readouterr().out.startswith("จำลอง (SIMULATION): ")


def test_nothing_heavy_is_loaded() -> None:
    program = "import sys, commands.terminal; print(*sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert not {"pydantic", "sqlalchemy", "wcwidth", "jinja2"} & set(done.stdout.split())


LETTER = (
    "เรื่อง แจ้งผลการพิจารณาตัวชี้วัด\n\n"
    "ตามที่จังหวัดนนทบุรีได้ขอเปลี่ยนแปลงรายละเอียดตัวชี้วัดตามมาตรการปรับปรุงประสิทธิภาพในการปฏิบัติราชการ นั้น\n"
    "   ผลการพิจารณา: เห็นชอบตามที่คณะทำงานเพื่อพิจารณาตัวชี้วัดของจังหวัดเสนอ\n"
)


def test_a_letter_keeps_its_words_whole_and_its_indents_on_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Screen("th", json=False, width=40, terminal=True).letter(LETTER)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(width_of, lines)) <= 40
    assert lines[:2] == ["เรื่อง แจ้งผลการพิจารณาตัวชี้วัด", ""]
    assert next(line for line in lines if line.startswith("   ")) == lines[-2]
    assert lines[-1].startswith("   ")
    assert "".join("".join(lines).split()) == "".join(LETTER.split())


def test_a_letter_in_a_file_has_a_line_for_each_paragraph(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Screen("th", json=False, width=40).letter(LETTER)
    assert capsys.readouterr().out == LETTER
