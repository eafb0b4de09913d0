"""A letter as a Word file that an official may still edit before it is signed.

The form is a Word file with tags: `layouts/letter.docx`, `layouts/memo.docx`, or an office's own.
These values are there for its tags, all in Thai digits; lines stand below each other:

    number, date, subject, opening (เรียน), to, closing, signer, urgency, mark: one line
    agency, post, contact: lines; agency_line: the agency's on one
    refs, enclosures, copies: lines, numbered where there are several
    body: parts; of each: text, last (whether it is the last), table (whether it is one), and then
        columns (texts) and rows (lists of texts)
    annexes: of each: label (สิ่งที่ส่งมาด้วย ๑; empty above a list of addressees), title, and a body
        as above

`{%p for part in body %}` stands in a paragraph of its own, `{%tr … %}` in a row, `{%tc … %}` in a
cell. A table that begins with the row of its columns gets their widths and alignments. The emblem
is put into a copy of the template, with Word's `Change Picture`.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from engine.errors import WrongUse, wrong
from notifications.characters import require, texts
from notifications.package import check_word, not_word, settled
from notifications.paper import Paper, Table
from notifications.thai import digits, letter_day, together

_LAYOUTS = Path(__file__).parent / "layouts"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_AFTER_JC = {f"{_W}{name}" for name in ("textAlignment", "cnfStyle", "rPr")}  # the order is fixed
_WIDE = 9071  # twips between the margins: 16 cm
_LONGEST = 255  # characters of a property of the file


def edited(paper: Paper, *, made_at: datetime, template: Path | None = None) -> bytes:
    """The file. The same paper, template and instant give the same bytes.

    Raises WrongUse for characters that no XML file can hold or nobody could see, and for a
    template that is no harmless Word file or whose tags ask for what is not there.
    """
    if made_at.tzinfo is None:
        raise ValueError("made_at needs a time zone")
    require(
        texts(paper.plain()),
        lambda _: True,
        "ข้อความมีอักขระที่มองไม่เห็นหรือใช้ในไฟล์ Word ไม่ได้",
        "this character cannot be seen, or cannot stand in a Word file",
    )
    form = template or _LAYOUTS / f"{paper.form}.docx"
    word = _filled(_read(form), form.name, paper)
    properties = word.core_properties
    properties.title, properties.author = paper.subject[:_LONGEST], paper.agency[0][:_LONGEST]
    properties.created = properties.modified = made_at.astimezone(UTC)
    properties.last_modified_by, properties.revision = "", 1
    file = BytesIO()
    word.save(file)
    return settled(file.getvalue(), made_at)


def _read(template: Path) -> bytes:
    try:
        return template.read_bytes()
    except OSError as fault:
        raise wrong(
            "no_template", "อ่านแม่แบบไม่ได้", "the template cannot be read", str(template)
        ) from fault


# --- What the tags see ---------------------------------------------------------------------------


def _said(text: str) -> str:
    """As it is typed. Word itself finds where a Thai line may end."""
    return together(digits(text))


def _lines(texts: Iterable[str], between: str = "\n") -> str:
    return between.join(map(_said, texts))


def _numbered(items: Sequence[str]) -> str:
    if len(items) < 2:
        return _lines(items)
    return "\n".join(f"{digits(f'{nr}.')} {_said(item)}" for nr, item in enumerate(items, start=1))


def _values(paper: Paper) -> dict[str, Any]:
    return {
        "number": _said(paper.number),
        "date": together(letter_day(paper.dated)),
        "agency": _lines(paper.agency),
        "agency_line": _lines(paper.agency, " "),
        "subject": _said(paper.subject),
        "opening": paper.opening,
        "to": _said(paper.to),
        "refs": _numbered(paper.refs),
        "enclosures": _numbered(paper.enclosures),
        "body": _parts(paper.body),
        "annexes": [
            {"label": _said(label), "title": _said(annex.title), "body": _parts(annex.body)}
            for label, annex in zip(paper.labels(), paper.annexes, strict=True)
        ],
        "closing": paper.closing,
        "signer": _said(paper.signature.name),
        "post": _lines(paper.signature.post),
        "contact": _lines(paper.contact),
        "copies": _numbered(paper.copies),
        "urgency": paper.urgency,
        "mark": _said(paper.mark),
    }


def _parts(body: Sequence[str | Table]) -> list[dict[str, Any]]:
    last = len(body)
    return [{**_part(part), "last": nr == last} for nr, part in enumerate(body, start=1)]


def _part(part: str | Table) -> dict[str, Any]:
    if isinstance(part, str):
        return {"text": _said(part), "table": False, "columns": [], "rows": []}
    rows = [list(map(_said, row)) for row in part.rows]
    return {"text": "", "table": True, "columns": _titles(part), "rows": rows}


def _titles(table: Table) -> list[str]:
    return [_said(column.title) for column in table.columns]


# --- The form is filled --------------------------------------------------------------------------


def _filled(form: bytes, where: str, paper: Paper) -> Any:
    """The template with its tags carried out, not yet saved."""
    from notifications.tags import Tags

    check_word(form, where)
    word, tags, values = _opened(form, where), Tags(), _values(paper)
    try:
        unknown = word.get_undeclared_template_variables(tags, values)
        if not unknown:
            word.render(values, tags)
    except Exception as fault:  # a tag can raise whatever comes: {{ 1 + 'a' }}, {{ 1 / 0 }}
        raise _bad_tags(str(fault), where) from fault
    if unknown:
        raise _unknown_tags(sorted(unknown), where)
    _shape(word.docx.element, paper)
    return word


def _opened(form: bytes, where: str) -> Any:
    from docxtpl import DocxTemplate
    from lxml.etree import fromstring

    word = DocxTemplate(BytesIO(form))
    try:
        word.init_docx()
    except Exception as fault:  # python-docx raises whatever comes where parts are missing
        raise not_word(where) from fault
    fix = word.fix_tables

    def strictly(xml: str) -> Any:
        fromstring(xml)  # docxtpl would mend broken XML by leaving out what follows
        return fix(xml)

    word.fix_tables = strictly
    return word


def _shape(document: Any, paper: Paper) -> None:
    """The paper's tables, known by the row of their columns, get widths and alignments."""
    bodies = (paper.body, *(annex.body for annex in paper.annexes))
    tables = (part for body in bodies for part in body if isinstance(part, Table))
    known = {tuple(_titles(table)): table for table in tables}
    for drawn in document.iter(f"{_W}tbl"):
        rows = drawn.findall(f"{_W}tr")
        head = rows[0].findall(f"{_W}tc") if rows else []
        titles = tuple("".join(each.text or "" for each in cell.iter(f"{_W}t")) for cell in head)
        if table := known.get(titles):
            _shape_one(drawn, rows, table)


def _shape_one(drawn: Any, rows: Sequence[Any], table: Table) -> None:
    """Widths in the grid as well as in the cells: programs differ in which they heed."""
    total = sum(column.width for column in table.columns)
    widths = [str(round(_WIDE * column.width / total)) for column in table.columns]
    for grid, width in zip(drawn.iter(f"{_W}gridCol"), widths, strict=False):
        grid.set(f"{_W}w", width)
    for nr, row in enumerate(rows):
        cells = row.findall(f"{_W}tc")
        for cell, width, column in zip(cells, widths, table.columns, strict=False):
            for given in cell.iter(f"{_W}tcW"):
                given.set(f"{_W}w", width)
            if nr and column.align != "left":
                _align(cell, column.align)


def _align(cell: Any, align: str) -> None:
    for paragraph in cell.iter(f"{_W}p"):
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            properties = paragraph.makeelement(f"{_W}pPr")
            paragraph.insert(0, properties)
        for given in properties.findall(f"{_W}jc"):
            properties.remove(given)
        jc = properties.makeelement(f"{_W}jc", {f"{_W}val": align})
        after = (nr for nr, each in enumerate(properties) if each.tag in _AFTER_JC)
        properties.insert(next(after, len(properties)), jc)


# --- What is refused -----------------------------------------------------------------------------


def _unknown_tags(names: Sequence[str], where: str) -> WrongUse:
    listed = ", ".join(names)
    return wrong(
        "unknown_tags",
        f"แม่แบบอ้างถึงค่าที่ไม่มี: {listed} โปรดแก้ชื่อในแม่แบบ",
        f"the template asks for values that are not there: {listed}; please correct the names",
        where,
    )


def _bad_tags(said: str, where: str) -> WrongUse:
    return wrong(
        "bad_tags",
        f"คำสั่งในแม่แบบไม่ถูกต้อง: {said}",
        f"the template's tags are wrong: {said}",
        where,
    )
