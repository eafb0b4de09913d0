"""Digits, days and line ends of Thai letters."""

import csv
import re
import time
import unicodedata
from datetime import date
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.clock import MONTHS_TH, arabic
from notifications import segment
from notifications.thai import NO_BREAK, breaks, digits, letter_day, together

ROOT = Path(__file__).parents[2]
with (ROOT / "examples" / "provinces.csv").open(encoding="utf-8") as _file:
    PROVINCES = [row["name_th"] for row in csv.DictReader(_file)]
TERMS = (segment._DATA / "terms.txt").read_text(encoding="utf-8").split()
CONTEXTS = ("ตามที่{}ได้กำหนดไว้", "เพื่อพิจารณา{}และรายงานผล")

# From the reports of the seeds; | where a line may end.
SENTENCES = (
    "การพัฒนา|ระบบ|การบริหาร|ราชการ|ส่วนภูมิภาค|ตาม|ยุทธศาสตร์ชาติ",
    "ประเมิน|ส่วนราชการ|ตาม|มาตรการ|ปรับปรุง|ประสิทธิภาพ|ใน|การปฏิบัติราชการ|ของ|จังหวัด",
    "ศักยภาพ|ใน|การเป็น|ระบบราชการ 4.0 |(PMQA 4.0)",
    "เป้าหมาย |และ|ผล|การดําเนินงาน|ของ|แผนงาน/|โครงการ",  # a ำ of two signs, as in the report
    "“เคล็ด |(ไม่) |ลับ|กับ|การเป็น|จังหวัด 4.0” |เมื่อ|วันที่ 5 เมษายน 2565 |โดย|มี|ผู้เข้าร่วม|กิจกรรม",
    "1. สำนักงาน ก.พ.ร. |ได้|ชี้แจง|แนวทาง|การประเมิน",
    "ไตรมาส|ที่ 2 |(1 ม.ค. 66 - |31 มี.ค. 66)",
    "ช่องทาง|ต่าง ๆ |เช่น |Youtube |สำนักงาน ก.พ.ร. |กลุ่ม |Line",
    "ได้แก่ |1) ประสิทธิผล|การดำเนินงาน |(Performance |Base)",
    "เสนอ |(นายบุญชัย |รักราชการ) |รอง|ปลัดกระทรวง|มหาดไทย",
    "แสดง|เหตุผล|ความจำเป็น|และ|หลักฐาน|ประกอบการพิจารณา",
    "มูลค่า|ผลิตภัณฑ์|มวลรวม|จังหวัด |โทร. ๐ ๒๒๒๒ ๑๑๔๑ |ไปรษณีย์|อิเล็กทรอนิกส์ |saraban@moi.go.th",
    "เสนอ\u200bรายงาน |ครั้ง|ที่ ๑/๒๕๖๔".replace("\u200b", "\u200b|"),
    "โดย|มี|นายบุญชัย |รักราชการ |เป็น|ประธาน |แทน|นางสาวสมหญิง |ใจดี",
    "ให้|นายทะเบียน|ตรวจสอบ |โดย|มี|นายอำเภอ|เป็น|ประธาน |แทน|นายกเทศมนตรี",
    "สำนักงาน|เศรษฐกิจ|การเกษตร |และ|กรม|พัฒนา|ธุรกิจ|การค้า",
    "ตาม|ภารกิจ|การกำกับ|กิจการ|พลังงาน",
    "โครงการ|การบริหาร",
    "ทุก|รายการ|ตาม",
)
KEPT = (
    "๓๐ ตุลาคม ๒๕๖๓", "30 ต.ค. 2563", "ตุลาคม พ.ศ. ๒๕๖๓", "พ.ศ. ๒๕๖๔", "วันที่ 18 พฤษภาคม 2565",
    "PMQA 4.0", "ก.พ.ร.", "อ.ก.พ.ร.", "สำนักงาน ก.พ.ร.", "๐๙.๐๐ - ๑๒.๐๐ น.", "09.30 น.",
    "1,734.50", "๐.๙๘๕๖", "ต่าง ๆ", "กรุงเทพฯ", "ฯลฯ", "(ร่าง)", "มท ๐๒๐๑.๒/ว ๑๕๙๐",
    "IND-2564-0001", "saraban@opdc.go.th", "e-SAR", "ร้อยละ ๘๐", "๐ ๒๑๔๑ ๙๐๐๐",
)  # fmt: skip

thai_text = st.text(
    st.sampled_from("กขคงจดตทนบปมยรลวสหอะัาำิีึืุูเแโใไ็่้์ๆฯ ๑๒12.,-/()“”AbZ@\n\u00a0ํ"), max_size=60
)
words_text = st.lists(
    st.sampled_from((*TERMS, *PROVINCES, *KEPT, *MONTHS_TH, " ", "การ", "ที่", "(", ") ", "x"))
).map("".join)
any_text = st.one_of(st.text(max_size=60), thai_text, words_text)


def cuts(text: str) -> set[int]:
    return set(accumulate(map(len, breaks(text)))) - {len(text)}


@pytest.mark.parametrize("word", TERMS)
def test_no_month_province_or_term_is_cut(word: str) -> None:
    for context in CONTEXTS:
        start = context.index("{")
        inside = set(range(start + 1, start + len(word)))
        assert not cuts(context.format(word)) & inside, breaks(context.format(word))


def test_the_terms_hold_every_month_and_province() -> None:
    assert {*MONTHS_TH, *PROVINCES, "กรุงเทพมหานคร"} <= set(TERMS)
    assert len(TERMS) == len(set(TERMS)) > 200


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_of_the_reports(sentence: str) -> None:
    assert breaks(sentence.replace("|", "")) == sentence.split("|")


@pytest.mark.parametrize("kept", KEPT)
@pytest.mark.parametrize("context", ["เมื่อ {} แล้ว", "({})", "{}", "ของ {}\nและ"])
def test_what_belongs_together_stays(kept: str, context: str) -> None:
    text = context.format(kept)
    start = text.index(kept)
    assert not cuts(text) & set(range(start + 1, start + len(kept))), breaks(text)


def test_together_puts_no_break_spaces_where_breaks_sees_none() -> None:
    text = "ภายใน ๓๐ ตุลาคม ๒๕๖๓ เวลา ๐๙.๐๐ - ๑๒.๐๐ น. ตาม PMQA 4.0"
    kept = together(text).split(" ")
    assert [part.replace(NO_BREAK, " ") for part in kept] == [
        "ภายใน", "๓๐ ตุลาคม ๒๕๖๓", "เวลา", "๐๙.๐๐ - ๑๒.๐๐ น.", "ตาม", "PMQA 4.0",
    ]  # fmt: skip


@given(any_text)
@example("เก็บ\u00a0 ๆ")
def test_the_pieces_are_the_text(text: str) -> None:
    assert "".join(breaks(text)) == text
    assert "" not in breaks(text)


@given(any_text)
def test_no_line_begins_with_what_hangs_or_closes(text: str) -> None:
    for place in cuts(text):
        after, before = text[place], text[place - 1]
        hangs = unicodedata.category(after) == "Mn" or after in "ะาำๅ"
        assert before.isspace() or not (hangs or after in "ๆฯ)”]"), breaks(text)
        assert before not in "เแโใไ(“", breaks(text)
        assert before != NO_BREAK
        silenced = re.match("[ก-ฮ][ิุู]?์", text[place:])
        assert not ("ก" <= before <= "๎" and before not in "ฯๆ" and silenced), breaks(text)
        assert not (before.isdigit() and after.isdigit())


@given(any_text)
def test_together_changes_spaces_alone_and_not_the_breaks(text: str) -> None:
    kept = together(text)
    assert kept.replace(NO_BREAK, " ") == text.replace(NO_BREAK, " ")
    assert [len(piece) for piece in breaks(kept)] == [len(piece) for piece in breaks(text)]


@pytest.mark.parametrize(
    ("text", "thai"),
    [
        ("ร้อยละ 80.25 ของ 1,734 คน", "ร้อยละ ๘๐.๒๕ ของ ๑,๗๓๔ คน"),
        ("30/10/2563 เวลา 09.30 น.", "๓๐/๑๐/๒๕๖๓ เวลา ๐๙.๓๐ น."),
        ("มท 0201.2/ว 1590", "มท ๐๒๐๑.๒/ว ๑๕๙๐"),
        ("(PMQA 4.0) ข้อ 3", "(PMQA 4.0) ข้อ ๓"),
        ("ระบบราชการ 4.0", "ระบบราชการ ๔.๐"),
        ("IND-2564-0001 ปี 2564", "IND-2564-0001 ปี ๒๕๖๔"),
        ("e-SAR 2 ครั้ง", "e-SAR ๒ ครั้ง"),
        ("somchai99@opdc.go.th 2 ฉบับ", "somchai99@opdc.go.th ๒ ฉบับ"),
        ("https://opdc.go.th/2564?n=1 ลว. 5", "https://opdc.go.th/2564?n=1 ลว. ๕"),
        ("KM Online 3 ครั้ง COVID-19", "KM Online ๓ ครั้ง COVID-19"),
        ("โทร 0 2141 9000", "โทร ๐ ๒๑๔๑ ๙๐๐๐"),
        ("Line 09.30 น.", "Line ๐๙.๓๐ น."),
        ("(2563)PMQA", "(๒๕๖๓)PMQA"),
        ("ปี2564ของKPI5", "ปี๒๕๖๔ของKPI5"),
    ],
)
def test_digits(text: str, thai: str) -> None:
    assert digits(text) == thai


@given(any_text)
def test_digits_twice_is_digits_once_and_there_is_a_way_back(text: str) -> None:
    assert digits(digits(text)) == digits(text)
    assert arabic(digits(text)) == arabic(text)


@given(st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False)))
def test_a_number_has_no_arabic_digit_left(number: object) -> None:
    written = f"{number:f}" if not isinstance(number, int) else f"{number:,}"
    assert not re.search("[0-9]", digits(written))
    assert arabic(digits(written)) == written


def test_the_day_of_a_letter() -> None:
    assert letter_day("2020-01-31") == "๓๑ มกราคม ๒๕๖๓"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31)))
def test_the_day_of_a_letter_is_one_piece(day: date) -> None:
    assert len(breaks(letter_day(day.isoformat()))) == 1


def test_a_letter_takes_no_time_worth_noticing() -> None:
    """The budget is 15 ms for 2,000 signs and 60 ms for the list; ten times that is a fault."""
    segment._words.cache_clear()
    start = time.process_time()
    segment._words()
    assert time.process_time() - start < 0.6
    letter = ("".join(SENTENCES).replace("|", "") * 3)[:2000]
    start = time.process_time()
    breaks(letter)
    assert time.process_time() - start < 0.15


@pytest.mark.parametrize("part", ["กา", "ั", "เ", "a", "1", " ", "1 ", "1.", "a.1", "( ", "-", "\n"])
def test_long_text_takes_time_in_proportion(part: str) -> None:
    text = part * 20_000
    start = time.process_time()
    assert "".join(breaks(text)) == text
    digits(text)
    assert time.process_time() - start < 5
