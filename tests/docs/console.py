"""Commands of a console block, and what they must print.

A line that is only `…` or `...` stands for any lines, one inside a line for any characters.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

GAPS = ("…", "...")
_GAP = re.compile(r"…|\.\.\.")


@dataclass(frozen=True, slots=True)
class Command:
    """`text` is what is typed, its continued lines joined; `shown` is how the page writes it;
    `space` counts the empty lines behind it."""

    text: str
    shown: tuple[str, ...]
    expected: tuple[str, ...]
    line: int
    space: int


def commands(lines: Sequence[str], first: int) -> list[Command]:
    """The commands of a block whose first line has the number `first`."""
    found: list[Command] = []
    typed: list[str] = []
    expected: list[str] = []
    at = first

    def done() -> None:
        if typed:
            text = " ".join(part.removesuffix("\\").strip() for part in typed)
            space = len(expected) - len("\n".join(expected).rstrip("\n").split("\n"))
            shown = tuple(trimmed(expected))
            found.append(Command(text.removeprefix("$ "), tuple(typed), shown, at, max(0, space)))

    for number, line in enumerate(lines, first):
        if line.startswith("$ "):
            done()
            typed, expected, at = [line], [], number
        elif typed and not expected and typed[-1].endswith("\\"):
            typed.append(line)
        elif typed:
            expected.append(line)
        else:
            raise ValueError(f"line {number}: a console block begins with a command, `$ …`")
    done()
    return found


def trimmed(lines: Sequence[str]) -> list[str]:
    """Without spaces at the ends of lines, and without empty lines at both ends."""
    return "\n".join(line.rstrip() for line in lines).strip("\n").split("\n")


def fits(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether these lines may be shown as those."""
    pattern = "".join(
        r"(?:.*\n)*?" if line in GAPS else _as_pattern(line) + r"\n" for line in expected
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in actual)) is not None


def merged(expected: Sequence[str], actual: Sequence[str]) -> list[str]:
    """The actual lines, with the gaps and the unchanged wildcards of the page kept."""
    parts: list[list[str]] = [[]]
    for line in expected:
        if line in GAPS:
            parts.append([])
        else:
            parts[-1].append(line)
    if len(parts) == 1:
        return _inside(parts[0], actual)
    head, *middle, tail = parts
    found = [_inside(head, actual[: len(head)])]
    rest = list(actual[len(head) : len(actual) - len(tail)])
    for part in middle:
        at = max(range(len(rest) + 1), key=lambda n: _alike(part, rest[n : n + len(part)]))
        found.append(_inside(part, rest[at : at + len(part)]))
        rest = rest[at + len(part) :]
    found.append(_inside(tail, actual[len(actual) - len(tail) :]))
    return [
        line for number, part in enumerate(found) for line in ([GAPS[0]] if number else []) + part
    ]


def difference(expected: Sequence[str], actual: Sequence[str]) -> str:
    lines = difflib.unified_diff(expected, actual, "the page", "the program", lineterm="", n=2)
    return "\n".join(f"    {line}" for line in lines)


def _as_pattern(line: str) -> str:
    return ".*".join(re.escape(part) for part in _GAP.split(line))


def _inside(expected: Sequence[str], actual: Sequence[str]) -> list[str]:
    """Line by line where there are equally many; a page's wildcards that still fit stay."""
    if len(expected) != len(actual):
        return list(actual)
    return [
        old if re.fullmatch(_as_pattern(old), new) else new
        for old, new in zip(expected, actual, strict=True)
    ]


def _alike(a: Sequence[str], b: Sequence[str]) -> float:
    return difflib.SequenceMatcher(None, "\n".join(a), "\n".join(b)).ratio()
