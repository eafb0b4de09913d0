"""Word files read back, and templates made wrong."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from docx import Document

from notifications.thai import digits, together

LAYOUTS = Path(__file__).parents[2] / "notifications" / "layouts"


def said(text: str) -> str:
    return together(digits(text))


def read(file: bytes) -> Any:
    return Document(BytesIO(file))


def paragraphs(file: bytes) -> list[str]:
    return [paragraph.text for paragraph in read(file).paragraphs]


def with_part(form: str, name: str, change: Callable[[str], str]) -> bytes:
    """A shipped template, one of its parts changed or new."""
    out = BytesIO()
    with ZipFile(LAYOUTS / f"{form}.docx") as parts, ZipFile(out, "w") as archive:
        texts = {each: parts.read(each) for each in parts.namelist()}
        texts[name] = change(texts.get(name, b"").decode()).encode()
        for each, text in texts.items():
            archive.writestr(each, text)
    return out.getvalue()
