"""Reads the cells of an XLSX workbook that nobody vouches for, in bounded memory.

Every part is unpacked and scanned under limits before openpyxl sees the file; openpyxl then only
streams rows. Its full mode would build each cell of a merged range, 17 thousand million of them
if the file says so. `workflows.tabular` makes rows of the lines.
"""

import io
import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, cast
from xml.parsers.expat import ExpatError, ParserCreate
from xml.parsers.expat.errors import XML_ERROR_UNCLOSED_TOKEN, codes
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from engine.errors import Reason, WrongUse, wrong

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAX_UNPACKED = 50 * 2**20
MAX_PARTS = 2_000
MAX_RATIO = 200  # sheets of one repeated cell come near 100; deflate itself ends at 1030
MAX_ELEMENTS = 3_000_000  # such as 50,000 rows of 20 columns
MAX_DEPTH = 100
MAX_TOKEN = 2**20  # expat rereads an unfinished tag at every chunk: 47 s for one of 50 MB
MAX_LISTED = 50
SAVE_TH = "โปรดเปิดด้วย Excel แล้วบันทึกเป็น CSV UTF-8 หรือ .xlsx"
SAVE_EN = "open it in Excel and save it as CSV UTF-8 or .xlsx"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# openpyxl forgets what lies deeper than rows and texts, and keeps all else until the end.
_STREAMED = {f"{_MAIN}worksheet": 3, f"{_MAIN}sst": 2}
_CELL = re.compile(r"[A-Z]{1,3}([1-9][0-9]{0,6})")
# Excel writes a control character as _x000D_, and openpyxl leaves it so.
_ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f])_")
_NOT_FINITE = (math.inf, -math.inf)
_MAGIC = {
    b"%pdf": "PDF", b"\x1f\x8b": "GZIP", b"7z\xbc\xaf\x27\x1c": "7-Zip", b"rar!": "RAR",
    b"\x89png": "PNG", b"\xff\xd8\xff": "JPEG", b"{\\rtf": "RTF",
    b"<!doctype": "HTML", b"<html": "HTML", b"<?xml": "XML",
}  # fmt: skip
_ZIP_MARKS = {
    "xl/workbook.bin": "Excel Binary (.xlsb)",
    "xl/vbaProject.bin": "Excel Macro (.xlsm)",
    "word/document.xml": "Word (.docx)",
    "ppt/presentation.xml": "PowerPoint (.pptx)",
    "mimetype": "OpenDocument (.ods)",
    "[Content_Types].xml": "xlsx",
}


@dataclass(slots=True)
class Table:
    """What was read of one file: its numbered lines, and everything that is wrong with it."""

    file: str
    sheet: str = ""
    lines: list[tuple[int, list[str]]] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    more: int = 0

    def at(self, line: int | str, column: int = 0) -> str:
        place = f"{self.sheet}!{letters(column)}{line}" if self.sheet else line
        return f"{self.file}:{place}"

    def add(self, code: str, th: str, en: str, where: str = "") -> None:
        if len(self.reasons) < MAX_LISTED:
            self.reasons.append(Reason(code, th, en, where or self.file))
        else:
            self.more += 1

    def check(self) -> None:
        """Raises WrongUse if anything is wrong."""
        if self.more:
            th = f"และยังมีข้อผิดพลาดอีก {self.more:,} รายการ"
            self.reasons.append(Reason("more", th, f"and {self.more:,} more", self.file))
        if self.reasons:
            raise WrongUse(*self.reasons)


def shown(text: str, limit: int = 60) -> str:
    """Text from a file made fit for a message: short, and nothing that moves a cursor."""
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in short)


@cache
def letters(column: int) -> str:
    """1 is A, 27 is AA, 0 is nothing."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def is_workbook(data: bytes, suffix: str, name: str) -> bool:
    """Whether this is an XLSX file. Raises WrongUse unless content and suffix say the same."""
    kind = _kind(data)
    if (kind, suffix) in {("xlsx", ".xlsx"), ("", ".csv")}:
        return suffix == ".xlsx"
    if kind == "damaged":
        raise _damaged(name)
    if kind == "protected":
        th = "ไฟล์มีการตั้งรหัสผ่าน โปรดเปิดด้วย Excel ยกเลิกรหัสผ่าน แล้วบันทึกใหม่"
        en = "is protected with a password; open it in Excel, remove the password and save it"
        raise wrong("protected", th, en, name)
    if kind == "xlsx":
        th = "เนื้อหาเป็นสมุดงาน Excel โปรดเปลี่ยนนามสกุลไฟล์เป็น .xlsx"
        en = "holds an Excel workbook; rename the file so that it ends in .xlsx"
    elif kind or suffix != ".xlsx":
        kind = kind or shown(suffix) or "?"
        th, en = f"ไม่รับไฟล์ชนิด {kind} {SAVE_TH}", f"{kind} files are not accepted; {SAVE_EN}"
    else:
        th = f"เนื้อหาไม่ใช่สมุดงาน Excel {SAVE_TH}"
        en = f"does not hold an Excel workbook; {SAVE_EN}"
    raise wrong("kind", th, en, name)


def _kind(data: bytes) -> str:
    """xlsx, protected, damaged, the name of another kind, or "" for what may be text."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        try:
            with ZipFile(io.BytesIO(data)) as archive:
                names = set(archive.namelist())
        except Exception:  # noqa: BLE001 - zipfile raises a dozen kinds on damaged bytes
            return "damaged"
        return next((kind for mark, kind in _ZIP_MARKS.items() if mark in names), "ZIP")
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        return "protected" if locked else "Excel 97-2003 (.xls)"
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), "")


def read_workbook(data: bytes, table: Table) -> None:
    """Puts the lines of the visible sheet that has content into the table, and adds its merged,
    formula and error cells as faults. Raises WrongUse where nothing can be read at all."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of every drawing that it leaves out
            with ZipFile(io.BytesIO(data)) as archive:
                _check_parts(archive.infolist(), table.file)
                scans = _scan_all(archive, table.file)
            _read(data, scans, table)
    except WrongUse:
        raise
    except Exception:  # noqa: BLE001 - on damaged parts openpyxl raises whatever comes
        raise _damaged(table.file) from None


def _damaged(name: str) -> WrongUse:
    return wrong(
        "damaged",
        "อ่านสมุดงานไม่ได้เนื่องจากไฟล์ชำรุด โปรดเปิดด้วย Excel แล้วบันทึกเป็นไฟล์ .xlsx ใหม่",
        "the workbook is damaged and cannot be read; open it in Excel and save it as .xlsx again",
        name,
    )


def _too_large(name: str) -> WrongUse:
    return wrong(
        "too-large",
        "เนื้อหาในสมุดงานมีขนาดใหญ่ผิดปกติ โปรดคัดลอกเฉพาะเซลล์ที่มีข้อมูลไปไว้ในสมุดงานใหม่",
        "the workbook unpacks to far too much; copy only the filled cells into a new workbook",
        name,
    )


def _check_parts(parts: list[ZipInfo], name: str) -> None:
    # Excel compresses in no other way, and Python unpacks bzip2 and LZMA without a bound.
    if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
        raise _damaged(name)
    swollen = any(part.file_size > max(2**20, MAX_RATIO * part.compress_size) for part in parts)
    if swollen or len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _too_large(name)


def _scan_all(archive: ZipFile, name: str) -> dict[str, "_Scan"]:
    budget, elements = MAX_UNPACKED, MAX_ELEMENTS
    scans: dict[str, _Scan] = {}
    for part in archive.infolist():
        content = bytearray()
        with archive.open(part) as source:
            while chunk := source.read(2**16):
                content += chunk
                if len(content) > budget:
                    raise _too_large(name)
        budget -= len(content)
        scan = scans[part.filename] = _Scan(name, elements)
        scan.run(bytes(content))
        elements = scan.elements_left
    return scans


class _Scan:
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
        raise _damaged(self.name)  # no spreadsheet program writes one, and XML bombs need one

    def _measure(self, position: int) -> None:
        if position - self._last > MAX_TOKEN or self._depth > MAX_DEPTH or self.elements_left < 0:
            raise _too_large(self.name)
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
                raise _damaged(self.name)  # openpyxl would silently drop a row out of order
        elif tag == "mergeCell":
            self.merged.append(attributes.get("ref", "?"))

    def _enter_cell(self, cell: str) -> None:
        found = _CELL.fullmatch(cell)
        in_order = (len(cell), cell) > (len(self._cell), self._cell)
        if cell and not (found and int(found[1]) == self._row and in_order):
            raise _damaged(self.name)  # … and a cell out of order
        self._cell = cell


def _read(data: bytes, scans: Mapping[str, _Scan], table: Table) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheets = []
        for sheet in cast("list[ReadOnlyWorksheet]", book.worksheets):
            scan = scans[vars(sheet)["_worksheet_path"]]  # openpyxl tells it nowhere else
            if sheet.sheet_state == "visible" and scan.has_content:
                sheets.append((sheet, scan))
        if len(sheets) > 1:
            names = ", ".join(f"“{shown(sheet.title)}”" for sheet, _ in sheets)
            th = f"มีข้อมูลมากกว่าหนึ่งแผ่นงาน ({names}) โปรดเหลือไว้เพียงแผ่นงานเดียว"
            table.add("sheets", th, f"more than one sheet has content ({names}); keep only one")
        if sheets:
            _read_sheet(*sheets[0], table)
    finally:
        book.close()


def _read_sheet(sheet: "ReadOnlyWorksheet", scan: _Scan, table: Table) -> None:
    table.sheet = shown(sheet.title) or "?"
    for area in scan.merged:
        th = "เซลล์ถูกผสานไว้ โปรดยกเลิกการผสานเซลล์ แล้วกรอกข้อมูลให้ครบทุกเซลล์"
        en = "these cells are merged; unmerge them and fill in every cell"
        table.add("merged", th, en, table.at(shown(area)))
    for place, formula in scan.formulas.items():
        th = f"มีสูตร “={shown(formula)}” โปรดคัดลอกแล้ววางเฉพาะค่า (Paste Values)"
        en = f"holds the formula “={shown(formula)}”; copy it and paste it as a value"
        table.add("formula", th, en, table.at(place))
    sheet.reset_dimensions()  # what a file says of its own size may leave rows out
    for number, row in enumerate(sheet.rows, 1):
        cells = [""] * len(row)
        for column, cell in enumerate(row, 1):
            if cell.value is None or f"{letters(column)}{number}" in scan.formulas:
                continue
            if cell.data_type == "e" or cell.value in _NOT_FINITE:
                th = f"มีค่าผิดพลาด “{shown(str(cell.value))}” โปรดแก้ไขให้เป็นค่าที่ถูกต้อง"
                en = f"holds the error “{shown(str(cell.value))}”; put the right value there"
                table.add("error-value", th, en, table.at(number, column))
                continue
            cells[column - 1] = _text(cell.value)
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            table.lines.append((number, cells))


def _text(value: object) -> str:
    """What a person would type to get this value."""
    text = str(value)
    match value:
        case bool():
            text = text.lower()
        case float():
            # Excel keeps and shows fifteen digits; the rest is the noise of binary.
            text = format(Decimal(f"{value + 0.0:.15g}"), "f")
        case datetime() if value.time() == time():
            text = value.date().isoformat()
        case datetime():
            text = value.isoformat(timespec="seconds")
        case str():
            text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    return text
