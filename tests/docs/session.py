"""A reader at the terminal: types what a page shows, in one directory, from top to bottom."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from commands.door import typed_by
from engine.canonical import plain
from engine.database import sqlite_driver
from tests.docs.console import Command, commands, difference, fits, merged, trimmed
from tests.docs.pages import ROOT, Block, blocks

# The first line of everything in a simulation; pages say it once.
BANNERS = (
    "จำลอง (SIMULATION): the dates are made up, nothing here is official",
    "จำลอง (SIMULATION): วันเวลาสมมติ ไม่ใช่การดำเนินการจริง",
)
DEMO = "demo/anumat.db"
# What a reader may have set, and the pages do not reckon with.
_UNSET = (
    "ANUMAT_NOW", "ANUMAT_AS", "ANUMAT_DATABASE_URL", "ANUMAT_DEBUG", "ANUMAT_SETTINGS", "NO_COLOR",
    "COLUMNS",
)  # fmt: skip


@dataclass(slots=True)
class Session:
    """One page's commands. `swaps` puts a test's own words in the place of the page's."""

    folder: Path
    swaps: Mapping[str, str] = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)  # what `--json` printed
    _output: str = ""
    _code: int = 0

    def run(self, command: Command) -> list[str]:
        """What the command prints; AssertionError where it ends with a code that nobody shows."""
        text = command.text
        for shown, real in self.swaps.items():
            text = text.replace(shown, real)
        words = shlex.split(text)
        if text == "echo $?":
            self._output, self._code = f"{self._code}\n", 0
        else:
            self.expect_no_failure()
            self._code, self._output = self._typed(words)
            for shown, real in self.swaps.items():
                self._output = self._output.replace(real, shown)
            if "--json" in words:
                self.documents.append(self._output)
        lines = trimmed(self._output.splitlines())
        if lines[0] in BANNERS and command.expected[0] not in BANNERS:
            lines = trimmed(lines[1:])
        return lines

    def expect_no_failure(self) -> None:
        """A page shows a code that is not 0 with `$ echo $?`."""
        if self._code:
            raise AssertionError(f"ended with {self._code}:\n{self._output}")

    def anywhere(self, line: str) -> str:
        """The line with `…` for what is so on this machine only: who typed, and event hashes
        that rest on it."""
        name = typed_by()
        heads = [head for path in self.folder.glob("*.db") for head in _heads(path, name)]
        # A name has its own width: the spaces behind it, in a table, are nobody else's.
        shown = re.sub(rf"\b{re.escape(name)}\b(\)?  +)?", lambda m: "…  " if m[1] else "…", line)
        return re.sub(
            r"\b[0-9a-f]{8,64}\b",
            lambda found: "…" if any(h.startswith(found[0]) for h in heads) else found[0],
            shown,
        )

    def _typed(self, words: list[str]) -> tuple[int, str]:
        match words:
            case ["anumat", *args]:
                return _anumat(args)
            case ["export", setting] if "=" in setting:
                name, _, value = setting.partition("=")
                os.environ[name] = value
                return 0, ""
            case ["unset", name]:
                os.environ.pop(name, None)
                return 0, ""
            case ["python", *args]:
                return _python(args)
        raise AssertionError(f"no page may ask for this: {shlex.join(words)}")


def _anumat(args: list[str]) -> tuple[int, str]:
    from cli import main

    result = CliRunner().invoke(main, args, prog_name="anumat")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def _heads(database: Path, typist: str) -> list[str]:
    connection = sqlite_driver().connect(database)
    found = connection.execute("SELECT lower(hex(hash)), document FROM event").fetchall()
    connection.close()
    return [head for head, document in found if plain(document)["recorded_by"] == typist]


def _python(args: list[str]) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *args],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.decode()


@contextmanager
def at_a_terminal(folder: Path, demo: Callable[[], Path], text: str) -> Iterator[Session]:
    """In `folder`, as a reader of `text` has it: the examples, the demo where it is spoken of."""
    before, here = dict(os.environ), Path.cwd()
    (folder / "examples").symlink_to(ROOT / "examples")
    if DEMO in text and "$ anumat demo" not in text:
        (folder / "demo").mkdir()
        (folder / DEMO).write_bytes(demo().read_bytes())
    try:
        for name in _UNSET:
            os.environ.pop(name, None)
        os.environ["ANUMAT_LANG"] = "en"
        os.chdir(folder)
        yield Session(folder)
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)


Shown = Callable[[Block, Session], None]


def faults(text: str, session: Session, shape: Shown | None = None) -> Iterator[str]:
    """Everything in which a page and the program differ."""
    for block in blocks(text):
        if block.file:
            (session.folder / block.file).write_text(block.text, "utf-8")
        elif block.info.startswith("json shape") and shape is not None:
            try:
                shape(block, session)
            except AssertionError as error:
                yield f"line {block.first}: {error}"
        elif block.info == "console":
            for command in commands(block.lines, block.first + 1):
                yield from _one(command, session)
    try:
        session.expect_no_failure()
    except AssertionError as error:
        yield f"at the end: {error}"


def _one(command: Command, session: Session) -> Iterator[str]:
    where = f"line {command.line}: $ {command.text}"
    try:
        actual = session.run(command)
    except AssertionError as error:
        yield f"{where}\n{error}"
        return
    if not fits(command.expected, actual):
        yield f"{where}\n{difference(command.expected, actual)}"


def rewritten(text: str, session: Session) -> str:
    """The page with what the program prints now."""
    lines = text.splitlines()
    longer = 0
    for block in blocks(text):
        if block.file:
            (session.folder / block.file).write_text(block.text, "utf-8")
        if block.info == "console":
            shown = commands(block.lines, block.first + 1)
            new = [line for command in shown for line in _now(command, session)]
            start = block.first + longer
            lines[start : start + len(block.lines)] = new
            longer += len(new) - len(block.lines)
    session.expect_no_failure()
    return "\n".join(lines) + "\n"


def _now(command: Command, session: Session) -> list[str]:
    actual = session.run(command)
    shown = list(command.expected)
    if not fits(shown, actual):
        shown = [session.anywhere(line) for line in merged(shown, actual)]
    return [*command.shown, *(shown if shown != [""] else []), *[""] * command.space]
