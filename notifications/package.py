"""An Office file is a ZIP of parts: whether it is harmless, and always the same bytes."""

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from defusedxml.ElementTree import fromstring

from engine.errors import Reason, WrongUse, wrong

LARGEST = 30_000_000  # bytes of all parts unpacked; a template with pictures has a tenth of it
MOST = 1_000  # parts
_TYPES = "[Content_Types].xml"
_PROPERTIES = "docProps/core.xml"
_WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")  # libraries ask the clock
_MACROS = re.compile(r"vbaProject|vbaData|activeX|macroEnabled", re.IGNORECASE)
_INSIDE = re.compile(r"/(?:embeddings|afchunk)", re.IGNORECASE)


def settled(file: bytes, made_at: datetime) -> bytes:
    """The same parts in one order, all of one instant: the same parts give the same bytes."""
    instant = made_at.astimezone(UTC).timetuple()[:6]
    stamp = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = BytesIO()
    with ZipFile(BytesIO(file)) as parts, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        # Programs look at the list of types first.
        for name in sorted(parts.namelist(), key=lambda name: (name != _TYPES, name)):
            part = ZipInfo(name, max(instant, (1980, 1, 1, 0, 0, 0)))
            part.create_system = 0  # else it tells the machine's
            content = parts.read(name)
            if name == _PROPERTIES:
                content = _WRITTEN.sub(rb"\g<1>" + stamp, content)
            archive.writestr(part, content, ZIP_DEFLATED)
    return out.getvalue()


def check_word(file: bytes, where: str) -> None:
    """Raises WrongUse for what is no Word file, and for one that could do something by itself:
    macros, embedded objects, parts that Word would fetch from elsewhere."""
    try:
        with ZipFile(BytesIO(file)) as archive:
            found = _faults(archive, where)
    except Exception as fault:  # zipfile raises whatever comes, and so do the parsers below
        raise not_word(where) from fault
    if found:
        raise WrongUse(*found)


def not_word(where: str) -> WrongUse:
    return wrong(
        "not_a_word_file",
        "ไฟล์นี้ไม่ใช่ไฟล์ Word (.docx) หรือไฟล์เสียหาย โปรดเปิดด้วย Word แล้วบันทึกเป็น .docx อีกครั้ง",
        "this is no Word file (.docx), or it is damaged; open it in Word, save it as .docx again",
        where,
    )


def _faults(archive: ZipFile, where: str) -> list[Reason]:
    parts = archive.infolist()
    if len(parts) > MOST or sum(part.file_size for part in parts) > LARGEST:
        return [
            Reason(
                "word_file_too_large",
                "แม่แบบมีขนาดใหญ่เกินไป โปรดลดขนาดรูปภาพ",
                "the template is too large; please make its pictures smaller",
                where,
            )
        ]
    names = {part.filename for part in parts}
    if not {_TYPES, "word/document.xml"} <= names:
        return list(not_word(where).reasons)
    found: list[Reason] = []
    types = {each.get("ContentType", "") for each in fromstring(archive.read(_TYPES)).iter()}
    if any(map(_MACROS.search, names | types)):
        found.append(
            Reason(
                "word_file_with_macros",
                "แม่แบบมีแมโคร (.docm) จึงใช้ไม่ได้ โปรดบันทึกเป็น .docx ที่ไม่มีแมโคร",
                "the template holds macros (.docm) and is not used; save it as .docx without them",
                where,
            )
        )
    if any(map(_INSIDE.search, names)) or any(_reaches(archive, name) for name in names):
        found.append(
            Reason(
                "word_file_reaches_out",
                "แม่แบบมีวัตถุฝังตัว หรือเชื่อมโยงไปยังไฟล์ภายนอก โปรดนำออก แล้วใส่รูปภาพไว้ในไฟล์โดยตรง",
                "the template holds an embedded object, or is linked to a file elsewhere; "
                "take it out, and put pictures into the file itself",
                where,
            )
        )
    return found


def _reaches(archive: ZipFile, name: str) -> bool:
    """Whether it names anything but a hyperlink, which waits for a click, that is elsewhere."""
    if not name.lower().endswith(".rels"):
        return False
    root = fromstring(archive.read(name))
    elsewhere = (each for each in root.iter() if each.get("TargetMode") == "External")
    return any(not each.get("Type", "").endswith("/hyperlink") for each in elsewhere)
