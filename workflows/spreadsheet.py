"""Reads the cells of an XLSX workbook that nobody vouches for, in bounded memory.

`workflows.packing` has scanned every part before openpyxl sees the file; `workflows.tabular`
makes rows of the lines.
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
from zipfile import ZipFile

from engine.errors import Reason, WrongUse, wrong
from workflows.packing import Scan, check_parts, damaged, scan_all

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAX_LISTED = 50
SAVE_TH = "โปรดเปิดด้วย Excel แล้วบันทึกเป็น CSV UTF-8 หรือ .xlsx"
SAVE_EN = "open it in Excel and save it as CSV UTF-8 or .xlsx"

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
        raise damaged(name)
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
                check_parts(archive.infolist(), table.file)
                scans = scan_all(archive, table.file)
            _read(data, scans, table)
    except WrongUse:
        raise
    except Exception:  # noqa: BLE001 - on damaged parts openpyxl raises whatever comes
        raise damaged(table.file) from None


def _read(data: bytes, scans: Mapping[str, Scan], table: Table) -> None:
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


def _read_sheet(sheet: "ReadOnlyWorksheet", scan: Scan, table: Table) -> None:
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
            if cell.data_type == "n" and "%" in str(cell.number_format):
                # 25% is kept as 0.25: whoever typed it means 25, whoever reads it gets 0.25.
                th = "เป็นค่าร้อยละ (%) ของ Excel โปรดพิมพ์เป็นตัวเลขธรรมดา เช่น 25"
                en = "is formatted as a percentage; write a plain number, as 25"
                table.add("percent", th, en, table.at(number, column))
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
