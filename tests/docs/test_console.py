"""Every command on a page works, and prints what the page shows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import PostgresSource
from tests.docs.console import commands, fits, merged
from tests.docs.pages import ROOT, blocks, named, pages
from tests.docs.session import Session, at_a_terminal, faults

# docs/json.md is run by test_json, which looks at more than the text.
WITH_COMMANDS = [
    page for page in pages() if "```console\n" in page.read_text("utf-8") and page.name != "json.md"
]
# What a `sh` block may hold: it gets the reader the program, and nothing else.
FOR_PEOPLE = ("make demo", "make test", ". .venv/bin/activate", 'eval "$(anumat completion bash)"')
SERVER = "postgresql://anumat@dbhost/anumat"  # as the pages call it


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=named)
def test_page(page: Path, demo: Callable[[], Path], tmp_path: Path) -> None:
    """Its commands, in one directory, from top to bottom."""
    text = page.read_text("utf-8")
    with at_a_terminal(tmp_path, demo, text) as session:
        found = list(faults(text, session))
    assert not found, "\n\n".join([f"{named(page)} and the program differ:", *found])


def test_postgresql(
    postgres_source: PostgresSource, demo: Callable[[], Path], tmp_path: Path
) -> None:
    """The commands that a page shows for PostgreSQL, on a real server."""
    page = ROOT / "docs" / "operations.md"
    text = page.read_text("utf-8")
    found = [
        command
        for block in blocks(text)
        if block.info == "console postgresql"
        for command in commands(block.lines, block.first + 1)
    ]
    assert found
    with postgres_source.fresh() as url, at_a_terminal(tmp_path, demo, text) as session:
        server = Session(session.folder, {SERVER: url})
        for command in found:
            actual = server.run(command)
            assert fits(command.expected, actual), (command.text, actual)
        server.expect_no_failure()


def test_every_block_is_of_a_known_kind() -> None:
    """So that no command escapes by being called something else."""
    for page in pages():
        for block in blocks(page.read_text("utf-8")):
            where = f"{named(page)}, line {block.first}: {block.info}"
            if block.info == "sh":
                assert set(block.lines) <= {*FOR_PEOPLE}, where
            elif not block.info.startswith("console"):
                assert not any(line.startswith("$ ") for line in block.lines), where
                assert block.file or block.info.split()[0] in ("json", "mermaid"), where
            else:
                assert block.info in ("console", "console postgresql"), where


class TestWildcards:
    def test_a_line_of_dots_stands_for_any_lines(self) -> None:
        assert fits(["a", "…", "z"], ["a", "b", "c", "z"])
        assert fits(["a", "...", "z"], ["a", "z"])
        assert not fits(["a", "…", "z"], ["b", "z"])

    def test_dots_inside_a_line_stand_for_any_characters(self) -> None:
        assert fits(["sha256 …, seen"], ["sha256 12ab, seen"])
        assert not fits(["sha256 …, seen"], ["sha256 12ab", "seen"])

    def test_other_signs_mean_themselves(self) -> None:
        assert fits(["(a) [b] *"], ["(a) [b] *"])
        assert not fits(["a.c"], ["abc"])

    def test_a_rewritten_output_keeps_its_gaps(self) -> None:
        assert merged(["a", "…", "z 1"], ["A", "b", "c", "z 2"]) == ["A", "…", "z 2"]
        assert merged(["a …"], ["a 1"]) == ["a …"]
        assert merged([""], ["a", "b"]) == ["a", "b"]
