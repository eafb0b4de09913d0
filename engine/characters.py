"""Characters that no official letter can print. What is typed becomes evidence, which cannot be
changed any more, so they are refused where they are typed."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from unicodedata import category, east_asian_width, name

from engine.errors import Reason

_NEVER = frozenset({"Cc", "Cn", "Co", "Cs"})  # controls, no characters, somebody's own, halves
# Breaks; and the bullets of Word's own fonts, which letters print as what is seen there.
_HARMLESS = frozenset("\n\r\t\uf0b7\uf0a7\uf0d8\uf0fc\uf076")
# Marks of what was lost in a copy, and what turns a sign into a coloured picture.
_LOST_OR_PICTURE = frozenset("\ufffc\ufffd\ufe0f\u20e3")


def unprintable(text: str, where: str) -> list[Reason]:
    """At most one reason, which names each such character. Ordinary signs (° ™ → ✓ ●) are none."""
    found = [char for char in dict.fromkeys(text) if _unprintable(char)]
    if not found:
        return []
    said = ", ".join(map(_named, found))
    return [
        Reason(
            "unprintable_character",
            f"หนังสือราชการพิมพ์อักขระนี้ไม่ได้: {said} โปรดพิมพ์ข้อความใหม่",
            f"no official letter can print this: {said}; please type the text again",
            where,
        )
    ]


def unprintable_content(content: Mapping[str, Any], where: str = "") -> list[Reason]:
    """As `unprintable`, of each field of an item's content."""
    return [
        reason
        for field, value in content.items()
        for reason in unprintable("\n".join(_texts(value)), f"{where} {field}".strip())
    ]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


@lru_cache(maxsize=4096)
def _unprintable(char: str) -> bool:
    kind = category(char)
    if kind in _NEVER:
        return char not in _HARMLESS
    # Unicode counts a sign as wide when it is shown as a picture.
    picture = kind == "So" and (ord(char) >= 0x1F000 or east_asian_width(char) == "W")
    return picture or char in _LOST_OR_PICTURE


def _named(char: str) -> str:
    said = f"U+{ord(char):04X} {name(char, '')}".rstrip()
    return f"{char} ({said})" if char.isprintable() and category(char) != "Mn" else said
