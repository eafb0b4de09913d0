"""What stands on a terminal: nothing wider than it is, colours there and only there."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from commands.fitting import width_of
from tests.commands.typist import EXAMPLES, PATIENCE, Typist, surroundings

COMMANDS = (
    ("inbox", "--overdue"),
    ("inbox", "--person", "somying"),
    ("list", "--where", "code=P01,1,2"),
    ("show", "IND-2564-0001", "--as", "somying"),
    ("history", "IND-2564-0001"),
    ("audit", "who", "IND-2564-0001"),
    ("diff", "IND-2564-0002", "--all"),
    ("workflow", "show", "indicator_department"),
    ("workflow", "list"),
    ("report", "cycle", "2564-departments"),
    ("people", "list"),
    ("correspondent", "list"),
    ("correspondent", "show", "MOI"),
    ("signatory", "list"),
    ("meeting", "list"),
    ("meeting", "show", "MTG-1"),
    ("cycle", "list"),
    ("cycle", "show", "2564-departments"),
)
# All commands one after the other in one process, between lines that name them.
CODE = """
import sys
from cli import main
for words in sys.argv[1].split("|"):
    print("==", words, flush=True)
    try: main(sys.argv[2:] + words.split(), prog_name="anumat")
    except SystemExit as end: print("== ended with", end.code, flush=True)
"""
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def on_a_terminal(columns: int, url: str, lang: str, cwd: Path, **env: str) -> str:
    """What the commands print where the standard output is a terminal of that width."""
    screen, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    words = "|".join(" ".join(command) for command in COMMANDS)
    options = ["--db", url, "--lang", lang, "--now", "2563-11-02"]
    typed = subprocess.Popen(
        [sys.executable, "-c", CODE, words, *options],
        cwd=cwd,
        env=surroundings(env),
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    printed = b""
    while True:
        try:
            part = os.read(screen, 65536)
        except OSError:  # Linux says so when the last writer is gone
            part = b""
        if not part:
            break
        printed += part
    os.close(screen)
    assert typed.wait(PATIENCE) == 0
    return printed.decode().replace("\r\n", "\n")


@pytest.fixture
def busy(office: Typist) -> Typist:
    """An item with a decision, another with two revisions, all of them late."""
    office.now = "2563-10-15"
    office("revise", "IND-2564-0002", "--set", "unit=ร้อยละ", "--as", "somying")
    office("advance", "IND-2564-0001", "submit", "--as", "somying")
    typed = ("MTG-1", "--body", "IWG-OPS", "--on", "2563-10-15", "--chair", "nirat", "--for")
    office("meeting", "add", *typed, "ps-moi", "--delegation", "ปมท. มอบหมาย")
    office("correspondent", "set", "MOI", "--addressee", "ปลัดกระทรวงมหาดไทย " * 5)
    office("import", "signatories", EXAMPLES / "signatories.csv")
    office("advance", "IND-2564-0001", "endorse", "--as", "wichai", "--meeting", "MTG-1")
    return office


@pytest.mark.parametrize(("columns", "lang"), [(80, "th"), (80, "en"), (120, "th")])
def test_nothing_is_wider_than_the_terminal(
    busy: Typist, tmp_path: Path, columns: int, lang: str
) -> None:
    printed = COLOUR.sub("", on_a_terminal(columns, busy.url, lang, tmp_path))
    assert printed.count("== ended with 0") == len(COMMANDS)
    assert "Traceback" not in printed
    headings = ("==", "IND-", "ตัวชี้วัด", "Indicator of")
    for line in printed.splitlines():
        assert width_of(line) <= columns or line.startswith(headings), line


def test_a_terminal_that_does_not_know_its_width_has_80_columns(
    busy: Typist, tmp_path: Path
) -> None:
    assert on_a_terminal(0, busy.url, "en", tmp_path) == on_a_terminal(80, busy.url, "en", tmp_path)


def test_colours_only_on_a_terminal_that_wants_them(busy: Typist, tmp_path: Path) -> None:
    assert "\x1b[31m" in on_a_terminal(100, busy.url, "th", tmp_path)
    assert "\x1b[31m" not in on_a_terminal(100, busy.url, "th", tmp_path, NO_COLOR="1")
    assert "\x1b" not in busy("inbox", now="2563-11-02").out


def test_labels_and_columns_speak_the_language_asked_for(busy: Typist) -> None:
    """The second line: behind the word of the simulation, or behind what is written as it is."""
    for words in COMMANDS:
        thai, english = (
            [line for line in busy(*words, lang=lang, now="2563-11-02").out.splitlines() if line]
            for lang in ("th", "en")
        )
        place = 2 if words[0] in ("show", "meeting") and words[-1] != "list" else 1
        assert re.search("[ก-๙]", thai[place]), words
        assert not re.search("[ก-๙]", english[place]), words
        assert re.search("[A-Za-z]", english[place]), words
