"""The Word file: read back with python-docx, it says what the paper says, and nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import WrongUse
from notifications.docx import edited
from notifications.paper import Annex, Column, Table
from tests.notifications.make_docx_templates import main as make_templates
from tests.notifications.papers import FIRST, LAST, MADE_AT, SUBJECT, letter, memo
from tests.notifications.word_files import LAYOUTS, paragraphs, read, said

FORMS = {"letter": letter, "memo": memo}
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp"))
    | st.sampled_from("กขคงจตนมยรลวสหอะาิีึืุูเแโใไ็่้๊๋์ำ๐๑๒๓0123456789&<>\"'{}%#_[]\\$*@/. "),
    max_size=60,
)
HOSTILE = (
    "R&D <b> > \" '",
    "{{ number }} {% if x %} {# no #} {%p for %} {{p x }} }} %}",
    "{_{ number }_} {_% raw %_}",
    '#read("/etc/passwd") $x^2$ *x* <label>',
    "</w:t></w:r></w:p><w:p/> &lt;w:br/&gt; &#95;",
    " ข้อความที่มีช่องว่าง  หน้าหลัง ",
    "ยินดี 😀 ✓",
)


def cells(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def part(file: bytes, name: str) -> str:
    with ZipFile(BytesIO(file)) as archive:
        return archive.read(name).decode()


# --- What it says --------------------------------------------------------------------------------


def test_the_parts_of_a_letter_stand_in_the_regulations_order() -> None:
    file = edited(replace(letter(), urgency="ด่วนที่สุด"), made_at=MADE_AT)
    text = "\n".join(paragraphs(file))
    head = read(file).tables[0]
    assert cells(head) == [
        [
            "ที่  " + said("นร 1205/ว 23"),
            "",
            "สำนักงาน ก.พ.ร.\nถนนพิษณุโลก เขตดุสิต\nกรุงเทพมหานคร ๑๐๓๐๐".replace("น ก", "น\u00a0ก"),
        ]
    ]
    parts = (
        "ด่วนที่สุด",
        said("4 พฤศจิกายน 2563"),
        "เรื่อง\t" + said(SUBJECT),
        "เรียน\tปลัดกระทรวงมหาดไทย",
        "อ้างถึง\t๑. หนังสือ",
        "\n๒. หนังสือ",
        "สิ่งที่ส่งมาด้วย\tรายละเอียด",
        said(FIRST),
        said(LAST),
        "ขอแสดงความนับถือ",
        "(นางสาวสมหญิง ใจดี)",
        said("รองเลขาธิการ ก.พ.ร.") + "\nปฏิบัติราชการแทน",
        said("กองพัฒนาระบบราชการ 1") + "\n",
        "saraban@example.go.th",
        "สำเนาส่ง\t๑. รัฐมนตรี",
        "สิ่งที่ส่งมาด้วย\nรายละเอียดตัวชี้วัด\n",
    )
    places = [text.find(each) for each in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert all(before < after for before, after in pairwise(places[:-1]))
    assert text.rindex(parts[-1]) > places[-2]


def test_a_memo_has_its_title_and_no_closing() -> None:
    file = edited(memo(), made_at=MADE_AT)
    [title] = read(file).sections[0].first_page_header.paragraphs
    assert title.text.strip() == "บันทึกข้อความ"
    first, second, third, fourth, *_ = paragraphs(file)
    assert first.startswith("ส่วนราชการ กลุ่มพัฒนาระบบบริหาร สำนักงานปลัดกระทรวงมหาดไทย โทร.")
    assert second.split("\t")[:2] == [
        "ที่ " + said("มท 0201.2/1590"),
        "วันที่ " + said("4 พฤศจิกายน 2563"),
    ]
    assert third.rstrip() == "เรื่อง " + said(SUBJECT)
    assert fourth == "เรียน\tปลัดกระทรวงมหาดไทย"
    assert "ขอแสดงความนับถือ" not in "".join(paragraphs(file))


def test_what_a_letter_does_not_have_leaves_no_label() -> None:
    bare = replace(letter(), refs=(), enclosures=(), contact=(), copies=(), annexes=())
    text = "".join(paragraphs(edited(bare, made_at=MADE_AT)))
    assert not any(label in text for label in ("อ้างถึง", "สิ่งที่ส่งมาด้วย", "สำเนาส่ง", "{"))


@pytest.mark.parametrize("form", FORMS)
def test_a_mark_stands_on_every_page(form: str) -> None:
    section = read(edited(replace(FORMS[form](), mark="ฉบับร่าง"), made_at=MADE_AT)).sections[0]
    for header in (section.header, section.first_page_header):
        assert "ฉบับร่าง" in "".join(paragraph.text for paragraph in header.paragraphs)


@pytest.mark.parametrize("form", FORMS)
def test_later_pages_are_numbered_in_thai_and_the_first_is_not(form: str) -> None:
    file = edited(FORMS[form](), made_at=MADE_AT)
    section = read(file).sections[0]
    assert section.different_first_page_header_footer
    assert section.header.paragraphs[0].text.strip().startswith("- ")
    assert 'pgNumType w:fmt="thaiNumbers"' in part(file, "word/document.xml")
    assert "PAGE" not in part(file, "word/header2.xml")
    margins = (section.left_margin.cm, section.right_margin.cm)
    assert [round(margin, 1) for margin in margins] == [3.0, 2.0]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_value_holds_is_text(form: str, text: str) -> None:
    check_text(form, text)


@given(form=st.sampled_from(sorted(FORMS)), text=TEXTS)
def test_any_text_comes_back_as_it_was(form: str, text: str) -> None:
    check_text(form, text)


def check_text(form: str, text: str) -> None:
    table = Table((Column(text, 8), Column("ข", 8)), ((text, "ก"), ("ค", text)))
    paper = replace(
        FORMS[form](),
        subject=text,
        to=text,
        number=text,
        body=(text, table, text),
        annexes=(Annex(text, (text,)),),
    )
    file = edited(paper, made_at=MADE_AT)
    found = paragraphs(file)
    assert f"เรียน\t{said(text)}" in found
    assert found.count(said(text)) >= 4
    drawn = read(file).tables[-1]
    assert cells(drawn) == [[said(text), "ข"], [said(text), "ก"], ["ค", said(text)]]


def test_a_large_table_keeps_its_cells_widths_and_heading() -> None:
    columns = tuple(Column(f"หัวข้อ {nr}", nr, "right") for nr in range(1, 9))
    rows = tuple(tuple(f"{nr}.{column} ข้อมูล" for column in range(8)) for nr in range(35))
    file = edited(replace(memo(), body=(Table(columns, rows), LAST)), made_at=MADE_AT)
    [drawn] = read(file).tables
    assert cells(drawn)[1:] == [list(map(said, row)) for row in rows]
    grid = [column.width.twips for column in drawn.columns]
    assert grid == [round(9071 * nr / 36) for nr in range(1, 9)]
    for row in drawn.rows:
        assert [cell.width.twips for cell in row.cells] == grid
    assert {cell.paragraphs[0].alignment for row in drawn.rows[1:] for cell in row.cells} == {2}
    assert part(file, "word/document.xml").count("<w:tblHeader/>") == 1


def test_tables_one_after_the_other_stay_apart() -> None:
    one = Table((Column("ก", 1),), (("1",),))
    file = edited(replace(memo(), body=(one, one, LAST)), made_at=MADE_AT)
    assert len(read(file).tables) == 2
    assert "</w:tbl><w:tbl>" not in part(file, "word/document.xml")


# --- The same bytes ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_the_same_paper_gives_the_same_bytes(form: str) -> None:
    first, second = (edited(FORMS[form](), made_at=MADE_AT) for _ in range(2))
    assert first == second
    assert first != edited(FORMS[form](), made_at=MADE_AT + timedelta(days=1))
    with ZipFile(BytesIO(first)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(2020, 11, 4, 2, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
    properties = read(first).core_properties
    assert (properties.created, properties.modified) == (MADE_AT, MADE_AT)
    assert (properties.author, properties.title) == (FORMS[form]().agency[0], SUBJECT)


def test_the_shipped_templates_are_those_that_the_script_makes(tmp_path: Path) -> None:
    make_templates(str(tmp_path))
    for form in FORMS:
        with (
            ZipFile(LAYOUTS / f"{form}.docx") as ours,
            ZipFile(tmp_path / f"{form}.docx") as made,
        ):
            assert ours.namelist() == made.namelist()
            for name in made.namelist():
                if not name.endswith(".png"):  # another zlib may press it otherwise
                    assert ours.read(name) == made.read(name), name


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ก\x07ข", "U+0007"),
        ("ก\x00ข", "U+0000"),
        ("ก\nข", "U+000A"),
        ("ก\u200bข", "U+200B ZERO WIDTH SPACE"),
        ("ก\ud800ข", "U+D800"),
        ("ก\uffffข", "U+FFFF"),
    ],
)
def test_a_character_that_would_cut_the_text_off_is_refused(text: str, named: str) -> None:
    with pytest.raises(WrongUse) as caught:
        edited(replace(letter(), body=(FIRST, text)), made_at=MADE_AT)
    [reason] = caught.value.reasons
    assert (reason.code, reason.where) == ("unprintable_character", "body.2")
    assert named in reason.en
    assert named in reason.th


def test_an_instant_without_a_zone_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="time zone"):
        edited(letter(), made_at=datetime(2020, 11, 4))  # noqa: DTZ001
