"""What pages show of the program, beside what they type: diagrams, and an event of the demo.

A comment above the block names it: `<!-- diagram: NAME -->`, `<!-- event: REF SEQ -->`.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from commands.door import vocabulary
from engine.diagram import mermaid
from engine.loader import load
from engine.office import Office
from engine.queries import history
from tests.docs.pages import Block, blocks
from workflows import shipped

_NAMED = re.compile(r"<!-- (diagram|event): (\S+)(?: (\d+))? -->")


def drawn(text: str, demo: Callable[[], Path]) -> Iterator[tuple[Block, list[str]]]:
    """The blocks that a comment names, with the lines that they must have."""
    lines = text.splitlines()
    for block in blocks(text):
        named = _NAMED.fullmatch(lines[block.first - 2]) if block.first > 1 else None
        if named and named[1] == "diagram":
            yield block, diagram(named[2])
        elif named:
            yield block, event(demo(), named[2], int(named[3]))


def diagram(name: str) -> list[str]:
    [path] = [path for path in shipped.definitions() if path.stem == name]
    return mermaid(load(path, vocabulary()), "en").splitlines()


def event(database: Path, ref: str, seq: int) -> list[str]:
    office = Office.open(f"sqlite:///{database}", vocabulary())
    try:
        with office.database.read() as transaction:
            found: dict[str, Any] = history(transaction, ref)[seq - 1]
    finally:
        office.close()
    return json.dumps(found, ensure_ascii=False, indent=2).splitlines()


def redrawn(text: str, demo: Callable[[], Path]) -> str:
    lines = text.splitlines()
    longer = 0
    for block, new in drawn(text, demo):
        start = block.first + longer
        lines[start : start + len(block.lines)] = new
        longer += len(new) - len(block.lines)
    return "\n".join(lines) + "\n"
