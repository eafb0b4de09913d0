"""A letter as a PDF/A-2b file: the program's layout, the caller's data, always the same bytes.

The layouts are fixed files; data reaches them as one JSON string and is only ever set as text.
A layout reads nothing but the layouts' folder: an emblem's bytes are read here and handed over.

Data of a letter (`letter`) and of a memo (`memo`), where a text is a list of words that stay whole
(or one string) and a line ends only between two words:

    number, date, subject, opening (เรียน), to: text
    agency: list of texts: name, then lines of the address; a memo puts them on one line
    refs, enclosures: lists of texts, or of {"text": text, "count": text}; may be left out
    body: list of paragraphs (texts) and tables: {"columns": [{"title": text, "width": centimetres,
        "align": "left" | "center" | "right"}], "rows": [[text, …], …]}
    closing: text, and urgency (ด่วนที่สุด), which may be left out: a letter's only
    signature: {"name": text, "post": list of texts, "acting": list of texts}
    contact, copies: lists of texts; may be left out
    annexes: list of {"label": text, "title": text, "body": as above}, each on pages of its own; may
        be left out, and so may a label (สิ่งที่ส่งมาด้วย ๑)
    mark: text that stands grey on each page of what is no letter; may be left out
    emblem: path of an SVG, PNG or JPEG file; may be left out, a thin frame then marks its place
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import wrong
from notifications.characters import Placed, require, texts
from notifications.glyphs import common_characters
from notifications.paper import Paper, Table
from notifications.symbols import FACES, borrowed, doubled
from notifications.thai import breaks, day_line, digits

if TYPE_CHECKING:
    from typst import Fonts

_HERE = Path(__file__).parent
_LAYOUTS = _HERE / "layouts"
_FONTS = _HERE / "fonts"
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff")  # how PNG and JPEG begin
_ALWAYS = ("number", "agency", "date", "subject", "opening", "to", "body", "signature")
_INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\u2060"))
_NEEDED: Mapping[str, tuple[str, ...]] = {"letter": (*_ALWAYS, "closing"), "memo": _ALWAYS}


def printed(
    paper: Paper, *, made_at: datetime, fonts: Path | None = None, emblem: Path | None = None
) -> bytes:
    """The file of a letter in words: digits become Thai, and lines end between Thai words.

    Raises WrongUse as `compiled` does.
    """
    data = {
        "number": words(paper.number),
        "date": words(day_line(paper.dated)),
        "agency": [words(line) for line in paper.agency],
        "subject": words(paper.subject),
        "opening": words(paper.opening),
        "to": words(paper.to),
        "refs": [words(line) for line in paper.refs],
        "enclosures": [words(line) for line in paper.enclosures],
        "body": _in_words(paper.body),
        "annexes": [
            {"label": words(label), "title": words(annex.title), "body": _in_words(annex.body)}
            for label, annex in zip(paper.labels(), paper.annexes, strict=True)
        ],
        "closing": words(paper.closing),
        "signature": {
            "name": words(paper.signature.name),
            "post": [words(line) for line in paper.signature.post],
        },
        "contact": [words(line) for line in paper.contact],
        "copies": [words(line) for line in paper.copies],
        "urgency": words(paper.urgency),
        "mark": words(paper.mark),
        "emblem": str(emblem) if emblem else None,
    }
    return compiled(paper.form, data, fonts, made_at=made_at)


def words(text: str) -> list[str]:
    """The pieces that stay whole on a line, the spaces between them pieces of their own. Invisible
    marks have done their work then, and a search would stumble over them."""
    found: list[str] = []
    for piece in breaks(digits(doubled(text))):
        visible = piece.translate(_INVISIBLE)
        shown = visible.rstrip(" ")
        found += [shown] * bool(shown) + [" "] * visible.endswith(" ")
    return found


def _in_words(parts: Iterable[str | Table]) -> list[Any]:
    return [words(part) if isinstance(part, str) else _table(part) for part in parts]


def _table(table: Table) -> dict[str, Any]:
    return {
        "columns": [
            {"title": words(column.title), "width": column.width, "align": column.align}
            for column in table.columns
        ],
        "rows": [[words(cell) for cell in row] for row in table.rows],
    }


def compiled(
    layout: str, data: Mapping[str, Any], fonts: Path | None = None, *, made_at: datetime
) -> bytes:
    """The file. The same data and instant give the same bytes, whatever else the machine has.

    Raises WrongUse for a part that is missing and for characters that the font cannot show. A
    process that has made a letter must not fork workers for more (they hang); spawned ones work.
    """
    import typst  # tens of megabytes: only who makes a letter waits for them

    if made_at.tzinfo is None:
        raise ValueError("made_at needs a time zone")
    folder = fonts or _FONTS
    _check_parts(layout, data)
    own = common_characters(folder)
    if not own:
        th, en = "ไม่พบแบบอักษรของหนังสือ (.ttf)", "the letter's fonts are not there (.ttf)"
        raise wrong("no_fonts", th, en, str(folder))
    said = list(texts({**data, "emblem": None}, of_words=True))
    _check_characters(said, own)
    facts = {
        **data,
        "emblem": _emblem(data.get("emblem")),
        "font": _family(folder),
        "symbols": borrowed(frozenset().union(*(text for _, text in said)), own),
    }
    try:
        return typst.compile(
            str(_LAYOUTS / f"{layout}.typ"),
            root=str(_LAYOUTS),
            font_paths=_faces(folder),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"letter": json.dumps(facts, ensure_ascii=False)},
            pdf_standards=["a-2b"],
            timestamp=int(made_at.timestamp()),
        )
    except typst.TypstError as fault:
        raise wrong(
            "letter_not_made",
            f"จัดทำหนังสือจากข้อมูลนี้ไม่ได้: {fault.message}",
            f"no letter can be made from this data: {fault.message}",
            str(data.get("emblem") or ""),  # all else was looked at before
        ) from fault


@lru_cache(maxsize=4)
def _faces(folder: Path) -> "Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)]
    )


@lru_cache(maxsize=4)
def _family(folder: Path) -> str:
    """What the faces are called. Where the name that a layout asks for is not there, Typst leaves
    the text out and says nothing."""
    names = sorted({face.family for face in _faces(folder).fonts() if face.path})
    if len(names) != 1:
        listed = ", ".join(names) or "—"
        raise wrong(
            "fonts",
            f"โฟลเดอร์แบบอักษรต้องมีแบบอักษรเพียงชุดเดียว แต่มี: {listed}",
            f"the folder of fonts must have the faces of one font, and has: {listed}",
            str(folder),
        )
    return names[0]


def _check_parts(layout: str, data: Mapping[str, Any]) -> None:
    if layout not in _NEEDED:
        raise ValueError(f"there is no layout {layout!r}")
    missing = [part for part in _NEEDED[layout] if not data.get(part)]
    if missing:
        listed = ", ".join(missing)
        raise wrong(
            "letter_incomplete", f"หนังสือยังขาด: {listed}", f"the letter still lacks: {listed}"
        )


def _check_characters(said: Iterable[Placed], own: frozenset[str]) -> None:
    require(
        said,
        own.union(*FACES.values()).__contains__,
        "แบบอักษรของหนังสือราชการพิมพ์อักขระนี้ไม่ได้",
        "the letter's font cannot print this character",
    )


def _emblem(path: str | None) -> list[int] | None:
    if path is None:
        return None
    try:
        image = Path(path).read_bytes()
    except OSError as fault:
        raise wrong(
            "no_emblem", f"อ่านไฟล์ตราครุฑไม่ได้: {path}", f"the emblem cannot be read: {path}"
        ) from fault
    if not image.startswith(_IMAGES) and b"<svg" not in image[:1000]:
        raise wrong(
            "no_emblem",
            f"ไฟล์ตราครุฑต้องเป็น SVG, PNG หรือ JPEG: {path}",
            f"the emblem must be an SVG, PNG or JPEG file: {path}",
        )
    return list(image)
