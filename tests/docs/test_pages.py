"""What holds for all pages: links lead somewhere, generated parts are fresh, nothing is private."""

import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.drawn import drawn
from tests.docs.pages import ROOT, blocks, headings, named, pages, rows, sections

PAGES = pages()
REFERENCE = ROOT / "docs" / "cli.md"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# Where something was made is nobody's business, and leads nowhere elsewhere.
_PRIVATE = re.compile(
    r"(?<![\w.])/(work|tmp|root|home|Users|mnt|opt)/|[A-Z]:\\|"
    r"pypi\.|pythonhosted|npmjs|index-url|localhost|127\.0\.0\.1|proxy"
)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links(page: Path) -> None:
    """Each link to a file or a heading of ours has a target."""
    text = page.read_text("utf-8")
    for target in _LINK.findall(_without_code(text)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{named(page)}: {target}"
        if anchor:
            assert anchor in _anchors(file.read_text("utf-8")), f"{named(page)}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_nothing_private(page: Path) -> None:
    found = _PRIVATE.search(page.read_text("utf-8"))
    assert found is None, found


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_drawings_are_fresh(page: Path, demo: Callable[[], Path]) -> None:
    """After a change: `python -m tests.docs.update`."""
    text = page.read_text("utf-8")
    for block, expected in drawn(text, demo):
        assert list(block.lines) == expected, f"{named(page)}, line {block.first}"


def test_every_shipped_workflow_is_drawn() -> None:
    shown = re.findall(r"<!-- diagram: (\S+) -->", (ROOT / "docs" / "life-cycle.md").read_text())
    shipped = (ROOT / "workflows" / "definitions").glob("*.yaml")
    assert sorted(shown) == sorted(path.stem for path in shipped)


@pytest.mark.parametrize(
    "surroundings",
    [{}, {"LANG": "th_TH.UTF-8", "LC_ALL": "th_TH.UTF-8", "COLUMNS": "40", "ANUMAT_LANG": "th"}],
    ids=["plain", "narrow and Thai"],
)
def test_reference_is_fresh(surroundings: dict[str, str]) -> None:
    """docs/cli.md is what the commands say, wherever it is made; after a change: `make docs`."""
    made = subprocess.run(
        [sys.executable, "-m", "commands.reference"],
        cwd=ROOT,
        env={**os.environ, **surroundings},
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert made == REFERENCE.read_text("utf-8")


def test_environment_variables() -> None:
    """docs/operations.md has every variable that the program reads, and no other of ours."""
    found = rows(sections((ROOT / "docs" / "operations.md").read_text())["Environment variables"])
    documented = {re.sub(r"`", "", row[0]) for row in found if "ANUMAT" in row[0]}
    sources = [ROOT / "cli.py", ROOT / "tests" / "databases.py"]
    for folder in ("commands", "engine", "workflows", "notifications"):
        sources += (ROOT / folder).rglob("*.py")
    read = {name for s in sources for name in re.findall(r'"(ANUMAT_[A-Z_]+)"', s.read_text())}
    assert documented == read


@pytest.mark.parametrize("note", DECISIONS, ids=named)
def test_decisions(note: Path) -> None:
    """A note has the form that CONTRIBUTING.md asks for, and fits on a page."""
    text = note.read_text("utf-8")
    first, *rest = headings(text)
    assert first.title.startswith(f"{note.stem[:4]} ")
    assert [heading.title for heading in rest] == ["Why", "Decided", "Not taken", "If wrong"]
    assert re.fullmatch(r"\d{1,2} \w+ \d{4}, (decided|replaced by \d{4})", text.splitlines()[2])
    assert len(text.splitlines()) <= 20
    assert len(text) <= 2_000


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(note.stem[:4]) for note in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


def _without_code(text: str) -> str:
    lines = text.splitlines()
    for block in blocks(text):
        for number in range(block.first - 1, block.first + len(block.lines) + 1):
            lines[number] = ""
    return "\n".join(re.sub(r"`[^`]*`", "``", line) if "](" not in line else line for line in lines)


def _anchors(text: str) -> set[str]:
    """As GitHub makes them of headings: small letters, no signs, hyphens for spaces."""
    return {
        "".join(
            "-" if char in " -" else char
            for char in heading.title.lower()
            if char in " -_" or unicodedata.category(char)[0] in "LMN"
        )
        for heading in headings(text)
    }
