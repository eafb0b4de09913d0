"""Letters in one file, to be printed in one go. The letters themselves stay as they were made."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from engine.errors import WrongUse, wrong

if TYPE_CHECKING:
    from pypdf import PdfWriter


def merged(pdfs: Sequence[bytes], *, made_at: datetime, duplex: bool = False) -> bytes:
    """One file of all their pages, in order. With `duplex` each letter begins on a sheet of its
    own: a blank page is put in where it would begin on a back.

    The same files and instant give the same bytes. Raises WrongUse where there is nothing, and for
    a file that is no PDF. It is for printing: neither PDF/A nor tagged.
    """
    from pypdf import PdfWriter
    from pypdf.errors import PyPdfError

    if made_at.tzinfo is None:
        raise ValueError("made_at needs a time zone")
    if not pdfs:
        raise wrong("nothing_to_print", "ไม่มีหนังสือที่จะพิมพ์", "there are no letters to print")
    writer = PdfWriter()
    for nr, pdf in enumerate(pdfs, start=1):
        if duplex and len(writer.pages) % 2:
            writer.add_blank_page()
        try:
            _add(writer, pdf)
        except (PyPdfError, ValueError, TypeError, LookupError, AttributeError) as fault:
            raise _no_pdf(nr) from fault
    writer.compress_identical_objects()  # a font that several letters share is kept once
    day = made_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
    writer.metadata = {"/Producer": "Anumat", "/CreationDate": day, "/ModDate": day}
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def _add(writer: "PdfWriter", pdf: bytes) -> None:
    from pypdf import PdfReader

    for page in PdfReader(BytesIO(pdf), strict=True).pages:
        added = writer.add_page(page)
        added.pop("/StructParents", None)  # the place in a structure that is not taken along
        added.pop("/Tabs", None)


def _no_pdf(nr: int) -> WrongUse:
    return wrong(
        "not_a_pdf",
        f"ไฟล์ของหนังสือลำดับที่ {nr} ไม่ใช่ PDF หรือเสียหาย",
        f"the file of letter {nr} of these is no PDF, or it is damaged",
    )
