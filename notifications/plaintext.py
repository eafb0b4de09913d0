"""A letter as text, for a screen or an e-mail. Its parts stand in the regulation's order.

A table is a list, for columns do not line up in a mail program: each row begins with its number and
first cell, and every further cell has its column's title before it.
"""

from collections.abc import Iterator, Sequence

from notifications.paper import ENCLOSED, Annex, Paper, Table
from notifications.thai import day_line, digits

NUMBERS = frozenset({"ที่", "ลำดับ", "ลำดับที่"})  # titles of a column that counts its rows


def as_text(paper: Paper) -> str:
    """With Thai digits as in the letter."""
    head = _memo_head(paper) if paper.form == "memo" else _letter_head(paper)
    parts = [
        [paper.mark and f"({paper.mark})", paper.urgency],
        head,
        _about(paper),
        *_body(paper.body),
        [paper.closing],
        [f"({paper.signature.name})", *paper.signature.post],
        paper.contact,
        _counted("สำเนาส่ง", paper.copies),
    ]
    for label, annex in zip(paper.labels(), paper.annexes, strict=True):
        parts += _annex(annex, label)
    said = ("\n".join(filter(None, lines)) for lines in parts)
    return digits("\n\n".join(filter(None, said))) + "\n"


def _letter_head(paper: Paper) -> list[str]:
    return [f"ที่ {paper.number}", *paper.agency, day_line(paper.dated)]


def _memo_head(paper: Paper) -> list[str]:
    return [
        "บันทึกข้อความ",
        f"ส่วนราชการ {' '.join(paper.agency)}",
        f"ที่ {paper.number}  วันที่ {day_line(paper.dated)}",
    ]


def _about(paper: Paper) -> list[str]:
    return [
        f"เรื่อง {paper.subject}",
        f"{paper.opening} {paper.to}",
        *_counted("อ้างถึง", paper.refs),
        *_counted(ENCLOSED, paper.enclosures),
    ]


def _counted(label: str, items: Sequence[str]) -> list[str]:
    """One item beside its label, several below it."""
    if len(items) == 1:
        return [f"{label} {items[0]}"]
    numbered = [f"  {nr}. {item}" for nr, item in enumerate(items, start=1)]
    return [label, *numbered] if numbered else []


def _body(parts: Sequence[str | Table]) -> Iterator[Sequence[str]]:
    for part in parts:
        if isinstance(part, str):
            yield [part]
        else:
            yield from (_row(part, row) for row in part.rows)


def _row(table: Table, row: Sequence[str]) -> list[str]:
    titles = [column.title for column in table.columns]
    if titles[0] in NUMBERS and len(row) > 1:
        dot = "." if row[0].isdigit() else ""
        first, at = f"{row[0]}{dot} {row[1]}", 2
    else:
        first, at = f"{titles[0]}: {row[0]}", 1
    further = zip(titles[at:], row[at:], strict=True)
    return [first, *(f"   {title}: {cell}" for title, cell in further if cell)]


def _annex(annex: Annex, label: str) -> Iterator[Sequence[str]]:
    yield ["-" * 40, label, annex.title]
    yield from _body(annex.body)
