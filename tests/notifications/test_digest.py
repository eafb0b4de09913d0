"""What a person reads of their day."""

from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from notifications.digest import rendered
from notifications.message import Line
from notifications.pages import templates
from notifications.text import one_line
from tests.notifications.samples import MANY, a_digest, a_line

GOLDEN = Path(__file__).with_name("digest.txt")
RULE = "-" * 60


def both(text: str) -> tuple[str, str]:
    """The Thai half and the English one."""
    thai, english = text.split(f"\n{RULE}\n")
    return thai, english


def said_of(line: Line) -> tuple[str, str]:
    return both(rendered(a_digest(lines=(line,)))[1])


def test_a_digest_reads_as_it_was_agreed() -> None:
    subject, text, _ = rendered(replace(MANY, simulation=True))
    assert f"{subject}\n\n{text}" == GOLDEN.read_text("utf-8")


def test_overdue_ones_come_first_then_todays_then_the_next_by_day_and_reference() -> None:
    days = {"A-3": "2020-10-17", "A-2": "2020-10-17", "B-1": "2020-10-16", "C-1": "2020-10-15"}
    lines = tuple(a_line(ref=ref, effective=day) for ref, day in days.items())
    for half in both(rendered(a_digest(lines=lines))[1]):
        shown = [part[:3] for part in half.split("anumat show ")[1:]]
        assert shown == ["C-1", "B-1", "A-2", "A-3"]


@pytest.mark.parametrize(
    ("effective", "th", "en"),
    [
        ("2020-09-30", "30 กันยายน 2563 (เลยกำหนดมาแล้ว 16 วัน)", "30 Sep 2020 (16 days overdue)"),
        ("2020-10-15", "15 ตุลาคม 2563 (เลยกำหนดมาแล้ว 1 วัน)", "15 Oct 2020 (1 day overdue)"),
        ("2020-10-16", "16 ตุลาคม 2563 (วันนี้)", "16 Oct 2020 (today)"),
        ("2020-10-17", "17 ตุลาคม 2563 (เหลือเวลา 1 วัน)", "17 Oct 2020 (1 day left)"),
        ("2021-01-04", "4 มกราคม 2564 (เหลือเวลา 80 วัน)", "4 Jan 2021 (80 days left)"),
    ],
)
def test_days_are_calendar_days_from_the_digests_day(effective: str, th: str, en: str) -> None:
    thai, english = said_of(a_line(nominal=effective, effective=effective))
    assert f"วันครบกำหนด: {th}\n" in thai
    assert f"Due: {en}\n" in english
    assert "ประกาศไว้" not in thai
    assert "Announced" not in english


def test_the_announced_day_is_told_where_another_one_counts() -> None:
    thai, english = said_of(a_line(nominal="2021-10-22", effective="2021-10-25"))
    assert "กำหนดที่ประกาศไว้: 22 ตุลาคม 2564\n" in thai
    assert "Announced: 22 Oct 2021\n" in english


def test_a_late_reminder_tells_the_bangkok_day_on_which_it_should_have_come() -> None:
    thai, english = said_of(a_line(late=True, due_at="2020-10-14T18:00:00.000000Z"))
    assert "แจ้งล่าช้า ควรแจ้งท่านตั้งแต่วันที่ 15 ตุลาคม 2563" in thai
    assert "late. You should have been told on 15 Oct 2020" in english


def test_a_holder_is_asked_to_act_and_others_to_see_to_it() -> None:
    thai, english = said_of(a_line())
    assert "เพื่อโปรดดำเนินการ ในฐานะผู้ประสานงาน (กลุ่มพัฒนาระบบบริหาร)\n" in thai
    assert thai.count("จึงเรียนมาเพื่อโปรดทราบและดำเนินการ") == 1
    assert "Please act on it, in your role as Coordinator." in english
    thai, english = said_of(
        a_line(escalated=True, role_th="ปลัดกระทรวง", role_en="Permanent secretary")
    )
    assert "โดยแจ้งท่านในฐานะปลัดกระทรวง\n" in thai
    assert "จึงเรียนมาเพื่อโปรดทราบและพิจารณากำกับติดตามต่อไป" in thai
    assert "in your role as Permanent secretary." in english


def test_where_there_is_no_english_the_thai_stands() -> None:
    line = a_line(organisation_en="", state_en="", deadline_en="", role_en="")
    _, english = both(rendered(a_digest(name_en=" ", lines=(line,)))[1])
    assert english.startswith("\nDear นางสาวสมหญิง ใจดี,\n")
    assert "Organisation: สำนักงานปลัดกระทรวงมหาดไทย\n" in english


def test_only_a_simulation_says_that_it_is_one() -> None:
    for part in rendered(a_digest()):
        assert "SIMULATION" not in part
    subject, text, html = rendered(a_digest(simulation=True))
    assert "SIMULATION: the dates are made up" in html
    assert subject.startswith("[จำลอง SIMULATION] ")
    assert text.startswith("*** จำลอง (SIMULATION)")


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\v", "\f", "\x1e", "\x85", "\u2028", "\u2029", "\0"]
)
def test_no_value_can_break_a_line(end: str) -> None:
    texts = [field.name for field in fields(Line) if field.type is str or field.type == "str"]
    values = {
        name: f"one{end}two" for name in texts if name not in {"nominal", "effective", "due_at"}
    }
    clean = dict.fromkeys(values, "one two")
    dirty = a_digest(
        name_th=f"a{end}b", name_en=f"a{end}b", post_th=f"a{end}b", lines=(a_line(**values),)
    )
    tidy = a_digest(name_th="a b", name_en="a b", post_th="a b", lines=(a_line(**clean),))
    assert rendered(dirty) == rendered(tidy)


def test_one_line_keeps_what_is_written_and_drops_what_steers() -> None:
    assert one_line("ก\u200bข  ค\t\u0301") == "ก\u200bข ค \u0301"
    assert one_line("\ufeffa\u202eb\x1b[31m\ud800c") == "ab [31m c"


def test_text_that_looks_like_a_template_stays_text() -> None:
    thai, _ = said_of(a_line(title="{{ 7 * 7 }} {% raw %} <b>&amp;"))
    assert "IND-2564-0004 {{ 7 * 7 }} {% raw %} <b>&amp;\n" in thai


def test_a_fact_that_is_missing_is_an_error_and_no_gap() -> None:
    with pytest.raises(UndefinedError):
        templates(html=False).get_template("digest/text.txt").render(simulation=False, th={}, en={})


# --- The same as HTML ----------------------------------------------------------------------------


class Reader(HTMLParser):
    """What stands on the page, and what it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def test_the_page_says_what_the_text_says_in_the_same_order() -> None:
    subject, text, html = rendered(replace(MANY, simulation=True))
    said = text.replace(RULE, "").replace("***", "").split()
    assert Reader(html).words == subject.split() + said


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = Reader(rendered(MANY).html)
    plain = {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "div",
        "p",
        "h2",
        "hr",
        "br",
        "span",
        "strong",
    }
    assert set(page.tags) <= plain
    assert {name for name, _ in page.attributes} <= {"lang", "charset", "name", "content", "style"}
    assert not any("url(" in value or "//" in value for _, value in page.attributes)
    assert ("name", "viewport") in page.attributes


TRICKS = "<script>alert(1)</script>\"' onload=x & {{ 7 * 7 }}"


@given(st.sampled_from([TRICKS, "</p><img src=x>", "&amp;", "<!--"]) | st.text("<>&\"'x /=-!ก"))
def test_no_value_can_add_a_tag_or_an_attribute_to_the_page(value: str) -> None:
    texts = {f.name: value for f in fields(Line) if f.type is str or f.type == "str"}
    line = {n: v for n, v in texts.items() if n not in {"nominal", "effective", "due_at", "step"}}
    digest = a_digest(name_th=value, post_th=f"x{value}", lines=(a_line(**line),))
    page, tame = Reader(rendered(digest).html), Reader(rendered(a_digest()).html)
    assert page.tags == tame.tags
    assert page.attributes == tame.attributes
    assert one_line(value) in " ".join(page.words)
