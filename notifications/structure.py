"""What a rendered template says, taken apart: head lines, paragraphs, tables, annexes.

    เรื่อง …                the subject, once
    เรียน …                the addressee, once
    อ้างถึง …               a letter that is referred to; any number
    สิ่งที่ส่งมาด้วย …         an enclosure; any number
    ---
    A paragraph; an empty line between two. A line with nothing but {% … %} is not empty.

    | ที่ {1.2 center} | ตัวชี้วัด {8} | น้ำหนัก {2 right} |
    | 1 | … | 10 |
    === title of an annex, with paragraphs and tables below it

A table's first row says each column's title, width in centimetres, and side. What a value holds
never counts as structure: `literal` marks it with characters that no text has (Unicode's
noncharacters), and they are taken out again once the text lies apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, cast

from engine.errors import Reason, WrongUse
from notifications.paper import Align, Annex, Column, Table
from notifications.text import one_line

SUBJECT, DEAR, REFERS, ENCLOSES = "เรื่อง", "เรียน", "อ้างถึง", "สิ่งที่ส่งมาด้วย"
HEADS: Final = (SUBJECT, DEAR, REFERS, ENCLOSES)
WIDEST = 25.0  # centimetres: a paper's longer side, less its margins

_VALUE, _LINE, _JOINT, _EMPTY = "\ufdd0", "\ufdd1", "\ufdd5", "\ufdd6"
_BARS, _MASKED = "|{}", "\ufdd2\ufdd3\ufdd4"
# Bullets and ticks of Word's own fonts, which mean nothing elsewhere, and what is seen there.
_OF_WORD, _SEEN = "\uf0b7\uf0a7\uf0d8\uf0fc\uf076", "•▪➢✓❖"
_MASK = str.maketrans(_BARS + _OF_WORD, _MASKED + _SEEN)
_UNMASK = str.maketrans(dict(zip(_MASKED, _BARS, strict=True)) | {_VALUE: None, _JOINT: None})
_OURS = str.maketrans(dict.fromkeys((_VALUE, _LINE, _JOINT, _EMPTY, *_MASKED)))
_NUMBERED = re.compile(f"{_LINE}([0-9]+){_LINE}")
_UNJOINED = re.compile(
    rf"(?<=[^\sก-ฮะ-ฺเ-ๅ็-๎]){_JOINT}(?=[ก-ฮเ-ไ])|(?<=[ก-ฮะ-ฺเ-ๅ็-๎]){_VALUE}(?=[ก-ฮ]{{1,3}}\.[ก-ฮ])"
)
_TITLE = re.compile(r"(.*?)\{\s*([0-9]{1,2}(?:\.[0-9]{1,2})?)\s*(left|center|right)?\s*\}")

Part = str | Table


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one letter, with Arabic digits; where there are none a part is empty."""

    subject: str
    dear: str
    refers: tuple[str, ...]
    encloses: tuple[str, ...]
    body: tuple[Part, ...]
    annexes: tuple[Annex, ...]


def literal(value: object) -> str:
    """A value as it goes into the text: on one line, and never taken for structure."""
    said = one_line(str(value).translate(_OURS)).translate(_MASK)
    return f"{_VALUE}{said}{_JOINT}" if said else _VALUE


def without_marks(text: str) -> str:
    return text.translate(_OURS)


def marked_lines(text: str, number: int) -> str:
    """A piece of a template, from this line on: each further line says which it is, and whether it
    was left empty. Where the piece ends, a line may go on, or hold nothing but a tag."""
    first, *lines = text.split("\n")
    return "\n".join(
        [
            first,
            *(
                f"{_LINE}{number + nr}{_LINE}{line if line.strip() or nr == len(lines) else _EMPTY}"
                for nr, line in enumerate(lines, start=1)
            ),
        ]
    )


def taken_apart(text: str, name: str) -> Wording:
    """The parts. Raises WrongUse with every complaint; `name` is the template's, for `where`."""
    reading = _Reading(name)
    for number, line in _lines(text):
        reading.take(number, line)
    return reading.done()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line with that of the template where it begins; they differ below a loop."""
    number = 1
    for raw in text.split("\n"):
        if found := _NUMBERED.search(raw):
            number = int(found[1])
        yield number, _NUMBERED.sub("", raw).strip()


def _said(text: str) -> str:
    """What a reader sees. A value such as สำนักงาน ก.พ.ร. is parted from a Thai word behind it, and
    one such as อ.ก.พ.ร. from one before it."""
    return one_line(_UNJOINED.sub(" ", text).translate(_UNMASK))


@dataclass
class _Section:
    """The letter's body, or an annex."""

    title: str = ""
    parts: list[Part] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # of the paragraph that is being read
    columns: tuple[Column, ...] = ()  # of the table that is being read
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def end_paragraph(self) -> None:
        if said := _said(" ".join(self.words)):
            self.parts.append(said)
        self.words = []

    def end_table(self) -> None:
        """A table of nothing is left out."""
        if self.rows:
            self.parts.append(Table(self.columns, tuple(self.rows)))
        self.columns, self.rows = (), []

    def end(self) -> None:
        self.end_paragraph()
        self.end_table()


class _Reading:
    def __init__(self, name: str) -> None:
        self._name = name
        self._faults: list[Reason] = []
        self._head: dict[str, list[str]] = {label: [] for label in HEADS}
        self._sections: list[_Section] = []
        self._line = 1

    def take(self, number: int, line: str) -> None:
        self._line = number
        if not self._sections:
            self._in_head(line)
        elif line.startswith("==="):
            self._begin(_said(line.lstrip("=")))
        elif line.startswith("|"):
            self._row(self._sections[-1], line)
        elif line == _EMPTY:
            self._sections[-1].end_paragraph()
        elif line:
            self._sections[-1].end_table()
            self._sections[-1].words.append(line)

    def _in_head(self, line: str) -> None:
        if line == "---":
            self._sections.append(_Section())
        elif line != _EMPTY and line.translate(_UNMASK):
            label = next((it for it in HEADS if re.match(rf"{it}(\s|$)", line)), None)
            if label is None:
                labels = " ".join(HEADS)
                self._fault(
                    f"บรรทัดก่อน --- ต้องขึ้นต้นด้วย {labels} ตัวใดตัวหนึ่ง แล้วเว้นวรรค",
                    f"a line above --- begins with one of {labels}, and a space",
                )
            else:
                self._head[label].append(_said(line.removeprefix(label)))

    def _begin(self, title: str) -> None:
        if not title:
            self._fault("เอกสารแนบหลัง === ต้องมีชื่อ", "an annex after === needs a title")
        self._sections[-1].end()
        self._sections.append(_Section(title))

    def _row(self, section: _Section, line: str) -> None:
        section.end_paragraph()
        if not line.endswith("|") or line == "|":
            self._fault("แถวของตารางต้องจบด้วย |", "a row of a table ends with |")
            return
        cells = line[1:-1].split("|")
        titles = [_TITLE.fullmatch(cell.strip()) for cell in cells]
        if all(titles):
            section.end_table()
            section.columns = tuple(self._column(found) for found in titles if found)
        elif not section.columns:
            self._fault(
                "แถวแรกของตารางต้องบอกชื่อและความกว้างของทุกช่อง เช่น | ที่ {1.2 center} |",
                "a table's first row says each column's title and width, as | ที่ {1.2 center} |",
            )
        elif len(cells) != len(section.columns):
            there, wanted = len(cells), len(section.columns)
            self._fault(
                f"แถวนี้มี {there} ช่อง แต่ตารางมี {wanted} ช่อง",
                f"this row has {there} cells; the table has {wanted} columns",
            )
        else:
            section.rows.append(tuple(map(_said, cells)))

    def _column(self, found: re.Match[str]) -> Column:
        width = float(found[2])
        if not 0.5 <= width <= WIDEST:
            self._fault(
                f"ความกว้างของช่องต้องอยู่ระหว่าง 0.5 ถึง {WIDEST:g} ซม. ไม่ใช่ {width:g}",
                f"a column is 0.5 to {WIDEST:g} cm wide, not {width:g}",
            )
        return Column(_said(found[1]), width, cast(Align, found[3] or "left"))

    def done(self) -> Wording:
        if not self._sections:
            self._fault("ไม่มีบรรทัด --- ก่อนเนื้อความ", "there is no line --- before the body")
        for label in (SUBJECT, DEAR):
            if len(list(filter(None, self._head[label]))) != 1:
                self._fault(f"ต้องมี “{label}” หนึ่งบรรทัด", f"there must be one line “{label}”")
        for section in self._sections:
            section.end()
        if self._sections and not self._sections[0].parts:
            self._fault("หนังสือไม่มีเนื้อความ", "the letter has no body")
        if self._faults:
            raise WrongUse(*dict.fromkeys(self._faults))
        first, *annexes = self._sections
        return Wording(
            self._head[SUBJECT][0],
            self._head[DEAR][0],
            tuple(filter(None, self._head[REFERS])),
            tuple(filter(None, self._head[ENCLOSES])),
            tuple(first.parts),
            tuple(Annex(annex.title, tuple(annex.parts)) for annex in annexes),
        )

    def _fault(self, th: str, en: str) -> None:
        self._faults.append(Reason("template", th, en, f"{self._name}:{self._line}"))
