"""docs/json.md: every command that prints data is there, and prints what its shape says."""

from collections.abc import Callable
from pathlib import Path

import click

from commands.reference import leaves
from tests.docs.pages import ROOT, headings
from tests.docs.session import at_a_terminal, faults
from tests.docs.shapes import Reader

PAGE = ROOT / "docs" / "json.md"
# `completion` prints a script. The others are named in the text of the command in whose words
# they answer.
SILENT = {"anumat completion"}
BESIDE = {
    "anumat import people": "import people",
    "anumat import grants": "import grants",
    "anumat grant add": "grant add",
    "anumat grant end": "grant end",
    "anumat import correspondents": "import correspondents",
    "anumat import signatories": "import signatories",
    "anumat correspondent set": "correspondent set",
    "anumat signatory add": "signatory add",
    "anumat signatory end": "signatory end",
    "anumat import change-requests": "import change-requests",
    "anumat holiday remove": "holiday remove",
    "anumat outbox cancel": "outbox cancel",
    "anumat outbox bounce": "outbox bounce",
}


def test_shapes(demo: Callable[[], Path], tmp_path: Path) -> None:
    """What the commands print has the documented shapes, and every part of a shape occurs."""
    text = PAGE.read_text("utf-8")
    reader = Reader()
    with at_a_terminal(tmp_path, demo, text) as session:
        found = list(faults(text, session, reader))
    assert not found, "\n\n".join(found)
    assert not reader.broken_promises(), "documented, and in no document"


def test_every_command_is_documented() -> None:
    """A command that prints data has a heading, or is named where its shape is."""
    from cli import main

    text = PAGE.read_text("utf-8")
    commands = {leaf.command_path for leaf in leaves(main, click.Context(main, info_name="anumat"))}
    documented = {heading.title for heading in headings(text) if heading.title.startswith("anumat")}
    documented |= {command for command, words in BESIDE.items() if f"`{words}`" in text}
    assert documented == commands - SILENT
