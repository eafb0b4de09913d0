"""An office's own Word template: one that is not harmless, or asks for too much, is refused."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document

from engine.errors import WrongUse
from notifications.docx import edited
from notifications.paper import Paper
from tests.notifications.papers import FIRST, LAST, MADE_AT, SUBJECT, letter, memo
from tests.notifications.word_files import LAYOUTS, paragraphs, said, with_part


def refused(template: bytes, folder: Path, paper: Paper | None = None) -> WrongUse:
    path = folder / "ours.docx"
    path.write_bytes(template)
    with pytest.raises(WrongUse) as caught:
        edited(paper or letter(), made_at=MADE_AT, template=path)
    assert all(reason.where == "ours.docx" for reason in caught.value.reasons)
    return caught.value


@pytest.mark.parametrize("file", [b"", b"%PDF-1.7", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0" * 99])
def test_what_is_no_word_file_is_refused(file: bytes, tmp_path: Path) -> None:
    assert refused(file, tmp_path).reasons[0].code == "not_a_word_file"


def test_a_spreadsheet_or_a_cut_off_file_is_no_word_file(tmp_path: Path) -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    whole = (LAYOUTS / "letter.docx").read_bytes()
    gone = with_part("letter", "_rels/.rels", lambda _: "<Relationships/>")
    broken = with_part("letter", "word/document.xml", lambda text: text[:900])
    for file in (out.getvalue(), whole[:-40], gone, broken):
        assert refused(file, tmp_path).reasons[0].code == "not_a_word_file"


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="cannot be read"):
        edited(letter(), made_at=MADE_AT, template=tmp_path / "none.docx")


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("word/vbaProject.bin", "x", "word_file_with_macros"),
        ("word/embeddings/oleObject1.bin", "x", "word_file_reaches_out"),
        (
            "word/_rels/settings.xml.rels",
            '<x:R xmlns:x="x" Type="x/attachedTemplate" Target="x.dotm" TargetMode="External"/>',
            "word_file_reaches_out",
        ),
    ],
)
def test_a_template_that_could_do_something_by_itself_is_refused(
    name: str, text: str, code: str, tmp_path: Path
) -> None:
    assert [
        each.code for each in refused(with_part("letter", name, lambda _: text), tmp_path).reasons
    ] == [code]


def test_a_file_that_calls_itself_macro_enabled_is_refused(tmp_path: Path) -> None:
    def enabled(text: str) -> str:
        return text.replace(
            "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
            "vnd.ms-word.document.macroEnabled.main",
        )

    fault = refused(with_part("letter", "[Content_Types].xml", enabled), tmp_path)
    assert fault.reasons[0].code == "word_file_with_macros"


def test_a_template_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    huge = with_part("letter", "word/media/large.png", lambda _: "0" * 30_000_001)
    assert refused(huge, tmp_path).reasons[0].code == "word_file_too_large"


def test_unknown_names_in_a_template_are_all_told(tmp_path: Path) -> None:
    def renamed(text: str) -> str:
        return text.replace("{{ subject }}", "{{ sujet }}").replace("{{ to }}", "{{ unto }}")

    [reason] = refused(with_part("letter", "word/document.xml", renamed), tmp_path).reasons
    assert reason.code == "unknown_tags"
    assert "sujet, unto" in reason.en
    assert "sujet, unto" in reason.th


@pytest.mark.parametrize(
    "tag",
    [
        "{{ part.txt }}",
        "{{ part.text",
        "{% endfor %}",
        "{% for %}",
        "{{ 'x' * 10**9 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ ''.__class__ }}",
        "{{ number.upper() }}",
        "{{ number|safe }}",
        "{{ 1 / 0 }}",
        "{% include '/etc/passwd' %}",
        "{% set twice = number ~ number %}{{ twice }}",
        "{% macro again() %}{{ again() }}{% endmacro %}",
        "{% autoescape false %}{{ number }}{% endautoescape %}",
        "{% for a in body %}" * 4 + "{{ number }}" + "{% endfor %}" * 4,
    ],
)
def test_tags_that_cannot_be_carried_out_are_refused(tag: str, tmp_path: Path) -> None:
    def changed(text: str) -> str:
        return text.replace("{{ part.text }}", tag)

    fault = refused(with_part("letter", "word/document.xml", changed), tmp_path)
    assert fault.reasons[0].code == "bad_tags"


def test_a_tag_that_would_cut_the_document_is_refused_and_not_mended(tmp_path: Path) -> None:
    def changed(text: str) -> str:
        return text.replace("{%p if refs %}", "{% if refs %}")  # opens inside one paragraph

    fault = refused(
        with_part("letter", "word/document.xml", changed), tmp_path, replace(letter(), refs=())
    )
    assert fault.reasons[0].code == "bad_tags"


def test_an_office_may_bring_its_own_form(tmp_path: Path) -> None:
    form = Document()
    form.add_paragraph("แบบของเรา: {{ subject }}")
    form.add_paragraph("{%p for part in body if not part.table %}")
    form.add_paragraph("{{ part.text }}")
    form.add_paragraph("{%p endfor %}")
    form.add_paragraph("{%p for part in body if part.table %}")
    drawn = form.add_table(4, 3)
    drawn.rows[1].cells[0].text = "{%tr for row in part.rows %}"
    drawn.rows[3].cells[0].text = "{%tr endfor %}"
    tags = {
        0: ("{%tc for it in part.columns %}", "{{ it }}"),
        2: ("{%tc for it in row %}", "{{ it }}"),
    }
    for nr, texts in tags.items():
        for cell, text in zip(drawn.rows[nr].cells, (*texts, "{%tc endfor %}"), strict=True):
            cell.text = text
    form.add_paragraph("{%p endfor %}")
    path = tmp_path / "ours.docx"
    form.save(str(path))
    file = edited(letter(rows=2), made_at=MADE_AT, template=path)
    assert paragraphs(file) == [f"แบบของเรา: {said(SUBJECT)}", said(FIRST), said(LAST)]
    [table] = Document(BytesIO(file)).tables
    assert [round(cell.width.cm, 1) for cell in table.rows[1].cells] == [1.2, 8.3, 2.5, 4.0]
    assert [cell.paragraphs[0].alignment for cell in table.rows[2].cells] == [1, None, 1, 2]


def test_an_offices_table_gets_the_alignments_whatever_its_paragraphs_say(tmp_path: Path) -> None:
    def changed(text: str) -> str:
        bare = '<w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr>'
        first, second = bare.replace("</w:pPr>", "<w:rPr/></w:pPr>"), "<w:p>"
        head, *rest = text.split(bare)
        return head + "".join((first, second)[nr % 2] + each for nr, each in enumerate(rest))

    path = tmp_path / "ours.docx"
    path.write_bytes(with_part("memo", "word/document.xml", changed))
    file = edited(memo(rows=3), made_at=MADE_AT, template=path)
    [drawn] = Document(BytesIO(file)).tables
    for row in drawn.rows[1:]:
        assert [cell.paragraphs[0].alignment for cell in row.cells] == [1, None, 1, 2]
    assert b"<w:rPr/><w:jc" not in ZipFile(BytesIO(file)).read("word/document.xml")
