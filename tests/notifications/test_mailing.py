"""The workbook, read back: what stood in the rows stands in the cells, as text."""

from dataclasses import astuple, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from notifications.mailing import Mailed, mailing_list
from notifications.text import one_line
from tests.notifications.papers import MADE_AT

ROW = Mailed(
    number="นร 1205/23",
    dated="2020-11-04",
    recipient="จังหวัดเชียงใหม่",
    addressee="ผู้ว่าราชการจังหวัดเชียงใหม่",
    email="saraban@example.go.th",
    subject="แจ้งผลการพิจารณาคำขอเปลี่ยนแปลง",
    items=("CHG-2564-0001", "CHG-2564-0002"),
    file="นร1205-23.pdf",
    state="ส่งแล้ว",
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


def sheet(file: bytes) -> Any:
    return load_workbook(BytesIO(file)).worksheets[0]


def test_each_letter_is_a_row_below_thai_and_english_heads() -> None:
    second = replace(ROW, number="นร 1205/24", recipient="จังหวัดน่าน", state="รอส่ง")
    found = sheet(mailing_list([ROW, second], made_at=MADE_AT))
    heads, *rows = found.iter_rows(values_only=True)
    assert heads[0] == "เลขที่หนังสือ\nNumber"
    assert all(len(head.split("\n")) == 2 for head in heads)
    assert (
        rows[0]
        == (
            "นร 1205/23",
            datetime(2020, 11, 4),  # noqa: DTZ001 - a day, as workbooks have it
            *astuple(ROW)[2:6],
            "CHG-2564-0001, CHG-2564-0002",
            *astuple(ROW)[7:],
        )
    )
    assert [rows[1][nr] for nr in (0, 2, 8)] == ["นร 1205/24", "จังหวัดน่าน", "รอส่ง"]


def test_the_head_stays_and_the_columns_can_be_filtered() -> None:
    found = sheet(mailing_list([ROW] * 34, made_at=MADE_AT))
    assert found.freeze_panes == "A2"
    assert found.auto_filter.ref == "A1:I35"
    assert found.print_title_rows == "$1:$1"
    assert all(found.column_dimensions[letter].width >= 14 for letter in "ABCDEFGHI")
    assert "107041E" in found["B2"].number_format  # the Buddhist Era


def test_without_letters_there_is_the_head() -> None:
    found = sheet(mailing_list([], made_at=MADE_AT))
    assert (found.max_row, found.max_column) == (1, 9)


def test_a_letter_without_a_day_has_an_empty_cell() -> None:
    assert sheet(mailing_list([replace(ROW, dated="")], made_at=MADE_AT))["B2"].value is None


@pytest.mark.parametrize(
    "text",
    ["=1+1", '=HYPERLINK("https://example.org")', "+66 2 356 9999", "-1", "@SUM(A1)", "=", "{=1}"],
)
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    file = mailing_list([replace(ROW, subject=text, file=text)], made_at=MADE_AT)
    for place in ("F2", "H2"):
        cell = sheet(file)[place]
        assert (cell.value, cell.data_type) == (text, "s")
        assert bool(cell.quotePrefix) == (text[0] in "=+-@")
    with ZipFile(BytesIO(file)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@given(TEXTS)
def test_any_text_is_kept_on_one_line(text: str) -> None:
    wanted = one_line(text).replace("\ufffe", "").replace("\uffff", "")
    found = sheet(mailing_list([replace(ROW, subject=text)], made_at=MADE_AT))["F2"].value or ""
    assert found.replace("_x005F_", "_") == wanted


def test_what_excel_would_read_as_a_character_is_written_so_that_it_does_not() -> None:
    found = sheet(mailing_list([replace(ROW, subject="ไฟล์_x0041_ข")], made_at=MADE_AT))
    assert found["F2"].value == "ไฟล์_x005F_x0041_ข"


def test_the_same_rows_give_the_same_bytes() -> None:
    first = mailing_list([ROW], made_at=MADE_AT)
    assert mailing_list([ROW], made_at=MADE_AT) == first
    assert mailing_list([ROW], made_at=MADE_AT + timedelta(seconds=2)) != first
    with ZipFile(BytesIO(first)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(2020, 11, 4, 2, 0, 0)}
        # the library itself would write the second in which the file is made
        assert archive.read("docProps/core.xml").count(b"2020-11-04T02:00:00Z") == 2


def test_an_instant_without_a_zone_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="time zone"):
        mailing_list([], made_at=datetime(2020, 11, 4))  # noqa: DTZ001
