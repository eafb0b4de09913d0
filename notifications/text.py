"""Text from elsewhere, made fit for one line of a message or a log."""

import unicodedata

_BREAKING = {"Cc", "Cs", "Zl", "Zp"}  # controls, halves of characters, line and paragraph ends
_JOINERS = "\u200b\u200c\u200d"  # invisible, but Thai and other scripts are written with them


def one_line(value: object) -> str:
    """The text without anything that ends a line, steers a screen or turns the reading direction;
    runs of spaces become one."""
    text = str(value)
    if text.isprintable() and "  " not in text and text == text.strip():
        return text  # as nearly all are: to look at each character takes far longer
    return " ".join("".join(_harmless(char) for char in text).split())


def lines_of(text: str) -> list[str]:
    """The lines of a text, each without what one_line takes out; but its spaces stay as they are,
    for they indent."""
    return ["".join(map(_harmless, line)).rstrip() for line in text.splitlines()]


def _harmless(char: str) -> str:
    category = unicodedata.category(char)
    if category in _BREAKING:
        return " "
    return "" if category == "Cf" and char not in _JOINERS else char
