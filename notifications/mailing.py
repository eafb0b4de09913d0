"""The mailing list: a workbook with a row for each letter, whom it goes to, what became of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from notifications.package import settled
from notifications.text import one_line

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# Thai, English, and the width in characters of the workbook's own font
_COLUMNS = (
    ("เลขที่หนังสือ", "Number", 20),
    ("ลงวันที่", "Date", 14),
    ("หน่วยงานผู้รับ", "Recipient", 30),
    ("เรียน", "Addressee", 30),
    ("ไปรษณีย์อิเล็กทรอนิกส์", "E-mail", 30),
    ("เรื่อง", "Subject", 50),
    ("รายการ", "Items", 30),
    ("ชื่อไฟล์", "File", 30),
    ("สถานะการส่ง", "State of sending", 20),
)
_ERA = "[$-107041E]d mmm yyyy"  # a real day, that Excel shows as 4 พ.ย. 2563
_FORMULA = ("=", "+", "-", "@")  # what Excel would take for the beginning of one
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A
_NONE = {0xFFFE: None, 0xFFFF: None}  # no characters, and forbidden in XML


@dataclass(frozen=True, slots=True)
class Mailed:
    """A letter on the list. `dated` is an ISO day, or empty; `items` are references; `state` is
    what became of its sending, in the words that the reader is to see."""

    number: str
    dated: str
    recipient: str
    addressee: str
    email: str
    subject: str
    items: tuple[str, ...]
    file: str
    state: str


def mailing_list(rows: Iterable[Mailed], *, made_at: datetime) -> bytes:
    """The workbook (XLSX). The same rows and instant give the same bytes; no text is a formula."""
    from openpyxl import Workbook
    from openpyxl.worksheet.properties import PageSetupProperties

    if made_at.tzinfo is None:
        raise ValueError("made_at needs a time zone")
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "รายการจัดส่งหนังสือ"
    _head(sheet)
    for nr, row in enumerate(rows, start=2):
        _write(sheet, nr, row)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"  # A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes
    book.properties.creator, book.properties.created = "Anumat", made_at.astimezone(UTC)
    file = BytesIO()
    book.save(file)
    return settled(file.getvalue(), made_at)


def _head(sheet: "Worksheet") -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for nr, (th, en, width) in enumerate(_COLUMNS, start=1):
        cell = sheet.cell(1, nr, f"{th}\n{en}")
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        sheet.column_dimensions[get_column_letter(nr)].width = width
    sheet.row_dimensions[1].height = 36  # points, for two lines


def _write(sheet: "Worksheet", nr: int, row: Mailed) -> None:
    from openpyxl.styles import Alignment

    texts = (
        row.number, "", row.recipient, row.addressee, row.email, row.subject,
        ", ".join(row.items), row.file, row.state,
    )  # fmt: skip
    for column, text in enumerate(map(_shown, texts), start=1):
        cell = sheet.cell(nr, column, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(_FORMULA)
    if row.dated:
        day = sheet.cell(nr, 2, date.fromisoformat(row.dated))
        day.number_format = _ERA


def _shown(text: str) -> str:
    return _ESCAPE.sub("_x005F_", one_line(text).translate(_NONE))
