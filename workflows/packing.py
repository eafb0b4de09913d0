"""Unpacking an XLSX file that nobody vouches for: every part is scanned under limits first.

openpyxl sees the file only afterwards, and then streams rows: its full mode would build each cell
of a merged range, 17 thousand million of them if the file says so.
"""

import re
from collections.abc import Mapping
from xml.parsers.expat import ExpatError, ParserCreate
from xml.parsers.expat.errors import XML_ERROR_UNCLOSED_TOKEN, codes
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from engine.errors import WrongUse, wrong

MAX_UNPACKED = 50 * 2**20
MAX_PARTS = 2_000
MAX_RATIO = 200  # sheets of one repeated cell come near 100; deflate itself ends at 1030
MAX_ELEMENTS = 3_000_000  # such as 50,000 rows of 20 columns
MAX_DEPTH = 100
MAX_TOKEN = 2**20  # expat rereads an unfinished tag at every chunk: 47 s for one of 50 MB

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# openpyxl forgets what lies deeper than rows and texts, and keeps all else until the end.
_STREAMED = {f"{_MAIN}worksheet": 3, f"{_MAIN}sst": 2}
_CELL = re.compile(r"[A-Z]{1,3}([1-9][0-9]{0,6})")


def damaged(name: str) -> WrongUse:
    return wrong(
        "damaged",
        "อ่านสมุดงานไม่ได้เนื่องจากไฟล์ชำรุด โปรดเปิดด้วย Excel แล้วบันทึกเป็นไฟล์ .xlsx ใหม่",
        "the workbook is damaged and cannot be read; open it in Excel and save it as .xlsx again",
        name,
    )


def too_large(name: str) -> WrongUse:
    return wrong(
        "too-large",
        "เนื้อหาในสมุดงานมีขนาดใหญ่ผิดปกติ โปรดคัดลอกเฉพาะเซลล์ที่มีข้อมูลไปไว้ในสมุดงานใหม่",
        "the workbook unpacks to far too much; copy only the filled cells into a new workbook",
        name,
    )


def check_parts(parts: list[ZipInfo], name: str) -> None:
    # Excel compresses in no other way, and Python unpacks bzip2 and LZMA without a bound.
    if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
        raise damaged(name)
    swollen = any(part.file_size > max(2**20, MAX_RATIO * part.compress_size) for part in parts)
    if swollen or len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise too_large(name)


def scan_all(archive: ZipFile, name: str) -> dict[str, "Scan"]:
    budget, elements = MAX_UNPACKED, MAX_ELEMENTS
    scans: dict[str, Scan] = {}
    for part in archive.infolist():
        content = bytearray()
        with archive.open(part) as source:
            while chunk := source.read(2**16):
                content += chunk
                if len(content) > budget:
                    raise too_large(name)
        budget -= len(content)
        scan = scans[part.filename] = Scan(name, elements)
        scan.run(bytes(content))
        elements = scan.elements_left
    return scans


class Scan:
    """One pass over one part: its limits, and what openpyxl's row reader does not tell."""

    def __init__(self, name: str, elements_left: int) -> None:
        self.name = name
        self.elements_left = elements_left
        self.has_content = False
        self.merged: list[str] = []
        self.formulas: dict[str, str] = {}
        self._shared: dict[str, str] = {}
        self._formula: list[str] = []
        self._root = self._cell = self._index = ""
        self._depth = self._last = self._row = 0
        self._parser = ParserCreate(namespace_separator="}")

    def run(self, content: bytes) -> None:
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        try:
            self._parser.Parse(content, True)
        except ExpatError as fault:
            # A picture; or damage, which openpyxl meets at the same place if it reads this part.
            self._measure(self._parser.ErrorByteIndex)
            if fault.code != codes[XML_ERROR_UNCLOSED_TOKEN]:
                return
        self._measure(len(content))

    def _doctype(self, *_: object) -> None:
        raise damaged(self.name)  # no spreadsheet program writes one, and XML bombs need one

    def _measure(self, position: int) -> None:
        if position - self._last > MAX_TOKEN or self._depth > MAX_DEPTH or self.elements_left < 0:
            raise too_large(self.name)
        self._last = position

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._root = self._root or tag
        self.elements_left -= 1 if self._depth > _STREAMED.get(self._root, MAX_DEPTH) else 5
        self._measure(self._parser.CurrentByteIndex)
        if self._root == f"{_MAIN}worksheet":
            self._in_sheet(tag.removeprefix(_MAIN), attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if tag == f"{_MAIN}f" and self._parser.CharacterDataHandler:
            self._parser.CharacterDataHandler = None
            text = "".join(self._formula) or self._shared.get(self._index, "")
            if self._index:
                self._shared.setdefault(self._index, text)
            self.formulas[self._cell or str(self._row)] = text

    def _in_sheet(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            self._enter_cell(attributes.get("r", ""))
        elif tag in {"v", "is", "f"}:
            self.has_content = True
            if tag == "f":
                self._formula, self._index = [], attributes.get("si", "")
                self._parser.CharacterDataHandler = self._formula.append
        elif tag == "row":
            before, self._row = self._row, int(attributes.get("r", self._row + 1))
            self._cell = ""
            if not before < self._row <= 1_048_576:
                raise damaged(self.name)  # openpyxl would silently drop a row out of order
        elif tag == "mergeCell":
            self.merged.append(attributes.get("ref", "?"))

    def _enter_cell(self, cell: str) -> None:
        found = _CELL.fullmatch(cell)
        in_order = (len(cell), cell) > (len(self._cell), self._cell)
        if cell and not (found and int(found[1]) == self._row and in_order):
            raise damaged(self.name)  # … and a cell out of order
        self._cell = cell
