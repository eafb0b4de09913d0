"""Text that fits a terminal: harmless to it, measured in columns, broken where Thai may break."""

import re
import unicodedata
from collections.abc import Sequence

NO_BREAK = "\u00a0"

# What a line must not be broken inside of: a leading vowel and its consonant, a consonant and
# its marks or following vowel (SARA AM among them), a number or Latin word, closing punctuation.
_MARKS = r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*"
_UNIT = re.compile(
    rf"[(\[“‘]?(?:[0-9A-Za-z๐-๙]+|[เ-ไ]{{0,2}}(?![เ-ไ]).|.){_MARKS}[ะาำๅ]?{_MARKS}[ๆฯ)\]”’.,:;!?%]?"
)
_LEADING = re.compile(r"^[(\[“‘]?[เ-ไ0-9A-Za-z๐-๙]")
_VOWELLED = re.compile(r"[ะ-ู็]")
_WORD = re.compile(r"((?:[^\S\xa0]|\u200b)*)((?:[^\s\u200b]|\xa0)+)")  # spaces, then no spaces


def harmless(text: str) -> str:
    """The text with every character that could steer a terminal written as `\\x1b`, `\\u202e`."""
    return "".join(
        char if safe(char) else char.encode("unicode_escape").decode("ascii")
        for char in text.replace("\r\n", "\n").replace("\t", " ")
    )


def safe(char: str) -> bool:
    return char.isprintable() or char in "\n\u200b" or unicodedata.category(char) == "Zs"


def width_of(text: str) -> int:
    """How many columns the (widest line of the) text takes when it is shown."""
    return max(columns(line) for line in harmless(text).split("\n"))


def columns(text: str) -> int:
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # it takes longer to load than all of click

    return max(0, wcswidth(text))


def fit(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns (2 at least), broken at spaces or between Thai words.

    Runs of spaces become one, and zero-width spaces become places to break.
    """
    room = max(2, width)
    return [line for part in harmless(text).split("\n") for line in _wrapped(part, room)]


def _wrapped(paragraph: str, room: int) -> list[str]:
    """A day, a time, the number of a letter stay on one line where there is room for them."""
    if paragraph.isascii() or NO_BREAK in paragraph or columns(paragraph) <= room:
        return _fill(paragraph, room)
    from notifications.thai import together  # it takes longer to load than a short line needs

    lines = _fill(together(paragraph), room)
    return [line.replace(NO_BREAK, " ").strip(" ") for line in lines]


def _fill(paragraph: str, room: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for spaces, word in _WORD.findall(paragraph):
        start = line + (" " if line and spaces.strip("\u200b") else "")
        if columns(start + word) <= room:
            line = start + word
            continue
        # A phrase longer than a line goes on here rather than leave this line nearly empty.
        if line and (columns(word) <= room or columns(line) > room // 2):
            lines.append(line)
            start = ""
        *full, line = _cut(start, word, room)
        lines += full
    return [*lines, line]


def _cut(start: str, word: str, room: int) -> list[str]:
    """Fill lines with the units of a word that is too long for what is left of this one."""
    from notifications.thai import breaks  # its dictionary takes longer to load than a command

    lines: list[str] = []
    for piece in breaks(word):
        if columns(start + piece) <= room:
            start += piece
        elif columns(piece) <= room:
            lines.append(start.rstrip(" "))
            start = piece
        else:
            *full, start = _cut_anywhere(start, piece, room)
            lines += full
    return [*lines, start]


def _cut_anywhere(start: str, word: str, room: int) -> list[str]:
    """The same for what no dictionary parts, or for a line that is narrower than a word."""
    lines: list[str] = []
    held = [start] if start else []
    for unit in _units(word, room):
        if sum(map(columns, held)) + columns(unit) > room:
            keep = _place_to_break([*held, unit], room)
            lines.append("".join(held[:keep]).rstrip(" "))
            held = held[keep:]
        held.append(unit)
    return [*lines, "".join(held)]


def _place_to_break(units: Sequence[str], room: int) -> int:
    """Before the last leading vowel, else before the last consonant with a vowel of its own (a
    bare one mostly ends a syllable), where either is near; else before the last unit."""
    last = len(units) - 1
    room_left = min(room // 3, room - columns(units[last]))
    for begins in (_LEADING, _VOWELLED):
        moved = 0  # columns that would go down to the next line
        for index in range(last, 0, -1):
            if begins.search(units[index]):
                return index
            moved += columns(units[index - 1])
            if moved > room_left:
                break
    return last


def _units(word: str, room: int) -> list[str]:
    units: list[str] = []
    for unit in _UNIT.findall(word):
        whole = units.pop() + unit if units and not columns(unit[0]) else unit
        units += [whole] if columns(whole) <= room else whole
    return units
