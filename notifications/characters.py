"""The texts inside plain data, each with its place, and the characters that none may have."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from unicodedata import category, name

from engine.errors import Reason, WrongUse

Placed = tuple[str, str]  # the place, as `step.comment` or `items.2.title`, and the text


def texts(value: Any, where: str = "", *, of_words: bool = False) -> Iterator[Placed]:
    """Every text. With `of_words` a list of texts is one text cut into words, whose place is that
    of the whole: a word's number says nothing to a reader."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts(inner, f"{where}.{key}".removeprefix("."), of_words=of_words)
    elif isinstance(value, list | tuple):
        for nr, inner in enumerate(value, start=1):
            place = where if of_words and isinstance(inner, str) else f"{where}.{nr}"
            yield from texts(inner, place, of_words=of_words)


def require(placed: Iterable[Placed], fine: Callable[[str], bool], th: str, en: str) -> None:
    """Raises WrongUse that names each character which is not fine, or cannot be seen, once, with
    the first place that has it; `th` and `en` say what is wrong with such characters."""
    found: dict[str, str] = {}
    for where, text in placed:
        for char in text:
            if char not in found and (category(char).startswith("C") or not fine(char)):
                found[char] = where
    if found:
        raise WrongUse(*(_reason(char, where, th, en) for char, where in found.items()))


def _reason(char: str, where: str, th: str, en: str) -> Reason:
    said = f"U+{ord(char):04X} {name(char, 'control character')}"
    if not category(char).startswith("C"):
        said = f"{char} ({said})"
    return Reason(
        "unprintable_character",
        f"{th}: {said} โปรดแก้ข้อความ",
        f"{en}: {said}; please change the text",
        where,
    )
