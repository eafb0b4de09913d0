"""The script in docs/audit.md: what it says of an export that somebody has changed."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.docs.pages import ROOT, blocks

Lines = list[str]


@pytest.fixture(scope="module")
def export(demo: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory) -> Lines:
    """An item's events, as `anumat audit export` writes them."""
    from cli import main

    file = tmp_path_factory.mktemp("export") / "trail.jsonl"
    args = ["--db", str(demo()), "audit", "export", "IND-2564-0005", "--output", str(file)]
    done = CliRunner().invoke(main, args)
    assert done.exit_code == 0, done.output
    return file.read_text("utf-8").splitlines(keepends=True)


def _check(folder: Path, lines: Sequence[str]) -> tuple[int, str]:
    page = (ROOT / "docs" / "audit.md").read_text("utf-8")
    [script] = [block for block in blocks(page) if block.file == "check_export.py"]
    assert len(script.lines) <= 25
    (folder / script.file).write_text(script.text, "utf-8")
    (folder / "trail.jsonl").write_text("".join(lines), "utf-8")
    done = subprocess.run(  # -I: the standard library alone
        [sys.executable, "-I", script.file, "trail.jsonl"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).decode()


def test_a_whole_export(export: Lines, tmp_path: Path) -> None:
    code, said = _check(tmp_path, export)
    assert (code, said.splitlines()[0]) == (0, f"{len(export)} events in 1 chains, all whole")


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [*lines[:2], lines[2].replace("endorsed", "returned"), *lines[3:]],
        lambda lines: [*lines[:2], *lines[3:]],
        lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
        lambda lines: [*lines[:3], lines[2], *lines[3:]],
        lambda lines: lines[1:],
    ],
    ids=["a word changed", "removed", "exchanged", "repeated", "the first removed"],
)
def test_a_changed_export(export: Lines, change: Callable[[Lines], Lines], tmp_path: Path) -> None:
    code, said = _check(tmp_path, change(export))
    assert code == 1
    assert said.startswith("line ")
