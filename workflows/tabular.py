"""Reads the table in an uploaded CSV or XLSX file, or says everything that is wrong with it.

The file comes from somebody's desk and may hold any bytes: all that can go wrong is `WrongUse`.
"""

import csv
import difflib
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from engine.clock import arabic
from engine.errors import WrongUse, wrong
from workflows.spreadsheet import (
    SAVE_EN,
    SAVE_TH,
    Table,
    is_workbook,
    letters,
    read_workbook,
    shown,
)

MAX_BYTES = 10 * 2**20
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_TEXT = 32_767  # what a cell of Excel holds

_BLANK = " \t\r\n\u00a0\u200b\u3000\ufeff"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,12}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,6})?")
_BOMS = {
    b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16 LE", b"\xfe\xff": "UTF-16 BE",
}  # fmt: skip
_THAI = re.compile(rb"[\xa1-\xda\xdf-\xfb]")
# cp874 has its dashes and quotation marks where windows-1252 has them: they prove nothing.
_NOT_CP874 = re.compile(rb"[^\x00-\x7f\x80\x85\x91-\x97\xa0-\xda\xdf-\xfb]")
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# é in windows-1252 is a tone mark in TIS-620, which nobody writes upon a Latin letter.
_MARK_ON_LATIN = re.compile(rb"[A-Za-z][\xd1\xd4-\xda\xe7-\xee]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, and the text under each header that was asked for."""

    where: str
    cells: Mapping[str, str]


def read_table(
    path: Path, *, required: Collection[str], optional: Collection[str] = ()
) -> list[Row]:
    """The rows of a CSV or XLSX file. Raises WrongUse with one reason for every fault.

    Headers are known in any case and with either kind of digits, and come back as they were
    asked for; an optional column that the file does not have reads as "".
    """
    table = Table(shown(path.name, 255))
    data = _bytes(path, table.file)
    if is_workbook(data, path.suffix.lower(), table.file):
        read_workbook(data, table)
    else:
        table.lines += islice(_csv_lines(_decoded(data, table.file), table), MAX_ROWS + 2)
    rows = _rows(table, dict.fromkeys(optional, False) | dict.fromkeys(required, True))
    table.check()
    return rows


def decimal_of(text: str) -> Decimal | None:
    """The number in a text with Thai or Arabic digits ("1,250.50", "-๑๕"), or None."""
    plain = arabic(text.strip())
    if not _NUMBER.fullmatch(plain):
        return None
    return Decimal(plain.replace(",", "")) or Decimal(0)  # a plain 0 in place of -0 too


def _bytes(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            th = "ไม่ใช่ไฟล์ข้อมูล โปรดระบุไฟล์ .csv หรือ .xlsx"
            raise wrong("not-a-file", th, "is not a file; name a .csv or .xlsx file", name)
        if size <= MAX_BYTES:
            with path.open("rb") as source:
                data = source.read(MAX_BYTES + 1)  # it may have grown meanwhile
            if len(data) <= MAX_BYTES:
                return data
    except FileNotFoundError:
        th = "ไม่พบไฟล์นี้ โปรดตรวจสอบชื่อไฟล์และโฟลเดอร์ที่จัดเก็บ"
        raise wrong("missing", th, "there is no such file; check its name", name) from None
    except (OSError, ValueError):
        th = "เปิดอ่านไฟล์ไม่ได้ โปรดตรวจสอบสิทธิ์การเข้าถึงไฟล์"
        raise wrong("unreadable", th, "cannot be opened; check who may read it", name) from None
    limit = MAX_BYTES // 2**20
    th = f"ไฟล์มีขนาดเกิน {limit} MB โปรดแบ่งเป็นหลายไฟล์"
    raise wrong("too-large", th, f"is larger than {limit} MB; split it into several files", name)


def _decoded(data: bytes, name: str) -> str:
    other = next((told for bom, told in _BOMS.items() if data.startswith(bom)), "")
    if other or b"\x00" in data:
        raise _bad_encoding(other or _of_nuls(data), name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        where = Table(name).at(data.count(b"\n", 0, fault.start) + 1)
    guess = data.decode("utf-8", "replace")
    if sum("\u0e01" <= char <= "\u0e5b" for char in guess) > guess.count("\ufffd"):
        raise _bad_encoding("damaged UTF-8", where, th="UTF-8 ที่ชำรุด")
    if _NOT_CP874.search(data) or _MARK_ON_LATIN.search(data) or not _THAI.search(data):
        raise _bad_encoding("?" if _NOT_CP1252.search(data) else "windows-1252", where)
    return data.decode("cp874")


def _of_nuls(data: bytes) -> str:
    """Text in UTF-16 has the NULs of its ASCII part all on one side; anything else is no text."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if min(even, odd) or max(even, odd) * 20 < len(data):
        return "binary (NUL)"
    return "UTF-16 BE" if even else "UTF-16 LE"


def _bad_encoding(told: str, where: str, th: str = "") -> WrongUse:
    th = f"การเข้ารหัสอักขระไม่ใช่ UTF-8 หรือ TIS-620 (น่าจะเป็น {th or told}) {SAVE_TH}"
    en = f"the encoding is not UTF-8 nor TIS-620 (looks like {told}); {SAVE_EN}"
    return wrong("encoding", th, en, where)


def _csv_lines(text: str, table: Table) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    cells: list[str] | None = []
    while cells is not None:
        start = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            th = 'เครื่องหมายอัญประกาศ (") ไม่ครบคู่หรืออยู่ผิดตำแหน่ง หรือข้อความยาวเกินไป'
            en = 'a quotation mark (") is not closed or stands wrongly, or the text is too long'
            table.add("quotes", th, en, table.at(start))
            if start == 1:
                return  # without a header nothing else can be judged
        else:
            if cells and not _is_blank(cells):
                yield start, cells


def _is_blank(cells: list[str]) -> bool:
    return not any(cell.strip(_BLANK) for cell in cells)


def _rows(table: Table, wanted: Mapping[str, bool]) -> list[Row]:
    lines = [line for line in table.lines if not _is_blank(line[1])]
    if not lines:
        if not table.reasons:
            table.add("empty", "ไฟล์ไม่มีข้อมูล", "the file is empty")
        return []
    (first, header), *body = lines
    names = _headers(table, first, header, wanted)
    if not names:
        return []
    if not body:
        table.add("no-rows", "มีเฉพาะหัวตาราง ไม่มีแถวข้อมูล", "there is a header but no rows")
    if len(body) > MAX_ROWS:
        th = f"มีข้อมูลเกิน {MAX_ROWS:,} แถว โปรดแบ่งเป็นหลายไฟล์"
        en = f"there are more than {MAX_ROWS:,} rows; split them into several files"
        table.add("too-large", th, en)
    absent = dict.fromkeys(wanted, "")
    return [
        Row(table.at(line), MappingProxyType(absent | _texts(table, line, cells, names)))
        for line, cells in body[:MAX_ROWS]
    ]


def _headers(table: Table, line: int, cells: list[str], wanted: Mapping[str, bool]) -> list[str]:
    """The asked-for name of each column, "" for one not known; nothing if the line is hopeless."""
    _drop_blank(cells, 0)
    if len(cells) > MAX_COLUMNS:
        th, en = f"มีเกิน {MAX_COLUMNS} คอลัมน์", f"there are more than {MAX_COLUMNS} columns"
        table.add("too-large", th, en, table.at(line))
        return []
    if not table.sheet and len(cells) == 1 and re.search(r"[;\t]", cells[0]):
        th = f"ต้องคั่นคอลัมน์ด้วยเครื่องหมายจุลภาค (,) {SAVE_TH}"
        table.add("delimiter", th, f"columns must be parted by commas; {SAVE_EN}", table.at(line))
        return []
    known = {_key(name): name for name in wanted}
    names: list[str] = []
    for column, cell in enumerate(cells, 1):
        name = known.get(_key(cell), "")
        if not name or name in names:
            th, en = _header_fault(cell, name, known, letters(column))
            table.add("header", th, en, table.at(line, column))
        names.append(name)
    for name in (name for name, needed in wanted.items() if needed and name not in names):
        th, en = f"ไม่พบหัวคอลัมน์ “{name}”", f"the header “{name}” is missing"
        table.add("header", th, en, table.at(line))
    return names


def _key(header: str) -> str:
    return arabic(header).strip(_BLANK).casefold()


def _header_fault(cell: str, name: str, known: Mapping[str, str], at: str) -> tuple[str, str]:
    if name:
        return f"หัวคอลัมน์ “{name}” ซ้ำกัน", f"the header “{name}” is there twice"
    if _is_blank([cell]):
        return f"คอลัมน์ {at} ไม่มีหัวคอลัมน์", f"column {at} has no header"
    th, en = f"ไม่รู้จักหัวคอลัมน์ “{shown(cell)}”", f"the header “{shown(cell)}” is not known"
    for near in difflib.get_close_matches(_key(cell)[:100], known, n=1):
        th, en = f"{th} หมายถึง “{known[near]}” หรือไม่", f"{en}; is “{known[near]}” meant?"
    return th, en


def _texts(table: Table, line: int, cells: list[str], names: list[str]) -> dict[str, str]:
    _drop_blank(cells, len(names))
    if table.sheet:
        cells += [""] * (len(names) - len(cells))
    if len(cells) != len(names):
        th = f"แถวนี้มี {len(cells)} ช่อง แต่หัวตารางมี {len(names)} คอลัมน์"
        en = f"this row has {len(cells)} cells, but the header has {len(names)} columns"
        table.add("cells", th, en, table.at(line))
    texts = {}
    for column, (name, cell) in enumerate(zip(names, cells, strict=False), 1):
        text = cell.replace("\r\n", "\n").replace("\r", "\n")
        texts[name] = text.strip(_BLANK)
        label = name or letters(column)
        if found := _CONTROL.search(text):
            point = f"U+{ord(found[0]):04X}"
            th = f"คอลัมน์ “{label}” มีอักขระควบคุม ({point}) ปนอยู่ โปรดพิมพ์ข้อความใหม่"
            en = f"column “{label}” holds a control character ({point}); type the text again"
            table.add("control", th, en, table.at(line, column))
        if len(text) > MAX_TEXT:
            th = f"ข้อความในคอลัมน์ “{label}” ยาวเกิน {MAX_TEXT:,} อักขระ"
            en = f"the text in column “{label}” is longer than {MAX_TEXT:,} characters"
            table.add("too-long", th, en, table.at(line, column))
    return texts


def _drop_blank(cells: list[str], keep: int) -> None:
    """Excel ends every line with the commas of formatted columns."""
    while len(cells) > keep and not cells[-1].strip(_BLANK):
        cells.pop()
