"""The documents: which there are, and their fenced blocks.

```console          commands (`$ …`) and what they print; run in order, one directory a page
```yaml file=NAME   a file that the page has the reader write; any language
```json shape       the shape of what the command before it printed
```sh               for people only: getting the program
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"(`{3,})(.*)")
_HEADING = re.compile(r"(#{1,6}) +(.+)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `first` is the line of its fence, counted from 1."""

    info: str
    lines: tuple[str, ...]
    first: int

    @property
    def file(self) -> str:
        """The name under which the reader saves it; empty where it is not to be saved."""
        found = re.search(r"\bfile=(\S+)", self.info)
        return found[1] if found else ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    title: str
    line: int


def pages() -> list[Path]:
    """Everything that people read, but for the licence."""
    top = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    return [*top, *sorted((ROOT / "docs").rglob("*.md"))]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str) -> Iterator[Block]:
    opened: tuple[str, str, int] | None = None
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.fullmatch(line)
        if opened is None and fence:
            opened, lines = (fence[1], fence[2].strip(), number), []
        elif opened is not None and line == opened[0]:
            yield Block(opened[1], tuple(lines), opened[2])
            opened = None
        elif opened is not None:
            lines.append(line)
    if opened is not None:
        raise ValueError(f"the block that begins in line {opened[2]} has no end")


def headings(text: str) -> Iterator[Heading]:
    inside = {n for b in blocks(text) for n in range(b.first, b.first + len(b.lines) + 2)}
    for number, line in enumerate(text.splitlines(), 1):
        if number not in inside and (found := _HEADING.fullmatch(line)):
            yield Heading(len(found[1]), found[2].strip(), number)


def sections(text: str) -> dict[str, str]:
    """What stands under each heading, down to the next heading of any level."""
    lines = text.splitlines()
    found = list(headings(text))
    ends = [heading.line - 1 for heading in found[1:]] + [len(lines)]
    return {
        heading.title: "\n".join(lines[heading.line : end])
        for heading, end in zip(found, ends, strict=True)
    }


def rows(section: str) -> list[list[str]]:
    """The cells of the section's tables, without their heads."""
    found: list[list[str]] = []
    for line in section.splitlines():
        if not line.startswith("|"):
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if set("".join(cells)) <= set("-: "):
            found.pop()  # the line above was the head
        else:
            found.append(cells)
    return found
