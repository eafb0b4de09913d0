"""Before anything is done: how quickly it starts, its help, and what goes wrong on the way in."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands.typist import HEAVY, PATIENCE, ROOT, Typist, python, run, surroundings

COMMANDS = (
    "init", "demo", "import", "cycle", "workflow", "holiday", "calendar", "people", "grant",
    "correspondent", "signatory", "meeting", "open", "list", "inbox", "show", "advance", "bulk",
    "opine", "revise", "diff", "history", "deadline", "letter", "register", "template", "outbox",
    "obligations", "settle", "reconcile", "tick", "run", "mail", "status", "audit", "report",
    "doctor", "completion",
)  # fmt: skip
# Prints every command with the help of all that it takes, as the process's language has it.
WALK = """
import json, click
from cli import main

def walk(command, context, path):
    here = {p.name: p.help for p in command.get_params(context)}
    yield path, {"help": command.help, "parameters": here}
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            yield from walk(inner, click.Context(inner, info_name=name, parent=context),
                            f"{path} {name}".strip())

root = click.Context(main, info_name="anumat", **main.context_settings)
print(json.dumps(dict(walk(main, root, ""))))
"""


def test_help_loads_nothing_heavy_and_shows_all_commands(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['anumat', '--help']\n"
        "from cli import main\n"
        "try: main(prog_name='anumat')\n"
        "finally: print('LOADED', *sys.modules)"
    )
    out = python(code, cwd=tmp_path)
    said, loaded = out.split("LOADED")
    assert not set(HEAVY) & set(loaded.split())
    assert "click" in loaded.split()
    listed = said.split("Commands:")[1]
    assert tuple(line.split()[0] for line in listed.splitlines() if line.strip()) == COMMANDS


def test_everything_has_help_in_thai_and_in_english(tmp_path: Path) -> None:
    import json

    thai = json.loads(python(WALK, cwd=tmp_path, ANUMAT_LANG="th"))
    english = json.loads(python(WALK, cwd=tmp_path, ANUMAT_LANG="en"))
    assert thai.keys() == english.keys()
    assert set(COMMANDS) < set(thai)
    assert len(thai) > 40
    for command, found in thai.items():
        texts = {"": found["help"], **found["parameters"]}
        others = {"": english[command]["help"], **english[command]["parameters"]}
        assert texts.keys() == others.keys()
        for name, text in texts.items():
            assert is_thai(text), (command, name, text)
            assert others[name], (command, name)
            assert not is_thai(others[name]), (command, name, others[name])


def is_thai(text: str | None) -> bool:
    return any("ก" <= char <= "ฮ" for char in (text or "").replace("อนุมัติ", ""))


def test_help_speaks_the_language_asked_for(tmp_path: Path) -> None:
    for words, env, thai in (
        (("--lang", "th", "show", "--help"), {}, True),
        (("--lang=th", "-h"), {}, True),
        (("--help",), {"LC_ALL": "th_TH.UTF-8"}, True),
        (("--lang", "en", "--help"), {"LC_ALL": "th_TH.UTF-8"}, False),
        (("--help",), {}, False),
    ):
        answer = run(*words, cwd=tmp_path, env=env)
        assert is_thai(answer.out) is thai, words


def test_a_command_alone_shows_its_help(tmp_path: Path) -> None:
    for answer in (run(cwd=tmp_path), Typist("")("cycle", code=2), Typist("")("audit", code=2)):
        assert answer.code == 2
        assert "Commands:" in answer.err
        assert answer.out == ""
    assert Typist("").refused("cycle", code=2)["usage"].startswith("Missing command")


# --- Wrong use -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "th", "en"),
    [
        (("histroy",), "ไม่มีคำสั่ง “histroy” หมายถึง “history” หรือไม่", "is “history” meant?"),
        (("cycle", "opne"), "หมายถึง “open” หรือไม่", "is “open” meant?"),
        (("advance",), "ขาด REF", "Missing argument 'REF'"),
        (("advance", "X", "submit"), "ขาด --as", "Missing option '--as'"),
        (("show", "X", "--colour"), "ไม่มีตัวเลือก --colour", "No such option '--colour'"),
        (("show", "X", "Y"), "Y", "Got unexpected extra argument"),
        (("list", "--most", "many"), "--most", "is not a valid int"),
        (("completion", "csh"), "ใช้ไม่ได้", "is not one of"),
    ],
)
def test_wrong_use_is_said_and_where_to_look(words: tuple[str, ...], th: str, en: str) -> None:
    thai = Typist("", lang="th")(*words, code=2)
    assert th in thai.err
    assert "--help" in thai.err
    english = Typist("")(*words, code=2)
    assert en in english.err
    assert english.out == ""
    assert en in Typist("").refused(*words, code=2)["usage"]


def test_words_that_are_not_text(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "cli.py", "show", b"IND-\xff"],
        cwd=tmp_path,
        env=surroundings({}),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    assert b"is not UTF-8" in done.stderr


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("none.db", "there is no database none.db"),
        ("text.txt", "not an SQLite database"),
        ("folder", "there is no database folder"),
        ("text.txt/x.db", "there is no database text.txt/x.db"),
        ("other.db", "Anumat has not made this database yet"),
        ("postgresql://nobody@127.0.0.1:1/none", "connection failed"),
        ("mysql://nobody@127.0.0.1/none", "not supported"),
        ("://", "cannot open the database"),
    ],
)
@pytest.mark.parametrize("command", ["list", "inbox", "audit verify"])
def test_a_database_that_is_none(tmp_path: Path, url: str, said: str, command: str) -> None:
    lay_traps(tmp_path)
    typist = Typist(url)
    answer = typist(*command.split(), code=2)
    assert said in answer.err
    assert answer.out == ""
    assert typist.refused(*command.split(), code=2).keys() == {"database"}
    assert "•" in typist(*command.split(), lang="th", code=2).err


@pytest.mark.parametrize("url", ["text.txt", "folder", "text.txt/x.db", "no/where/x.db"])
def test_init_where_no_database_can_be(tmp_path: Path, url: str) -> None:
    lay_traps(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert Typist(url).refused("init", code=2).keys() == {"database"}
    assert Typist(url)("doctor", code=1).out.count("←") == 1
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "text.txt").read_text("utf-8") == "no database, " * 100


def lay_traps(folder: Path) -> None:
    import sqlite3

    (folder / "text.txt").write_text("no database, " * 100, "utf-8")
    (folder / "folder").mkdir()
    other = sqlite3.connect(folder / "other.db")
    other.execute("CREATE TABLE somebody_s (own INT)")
    other.close()


def test_doctor_finds_a_sound_house_and_what_is_missing(nowhere: Typist, office: Typist) -> None:
    checks = office.data("doctor")["checks"]
    assert all(check["ok"] for check in checks)
    values = {check["name"]: check["value"] for check in checks}
    assert (values["journal_mode"], values["synchronous"], values["foreign_keys"]) == ("wal", 2, 1)
    assert any(name.startswith("sqlite (") for name in values)
    bad = [check for check in nowhere.data("doctor", code=1)["checks"] if not check["ok"]]
    assert [check["name"] for check in bad] == ["database"]
    assert "anumat init" in bad[0]["hint"]
    thai = nowhere("doctor", lang="th", code=1).out
    assert "ไม่พบฐานข้อมูล" in thai


def test_it_runs_where_it_was_never_installed(tmp_path: Path) -> None:
    assert run("--version", cwd=tmp_path).out.startswith("anumat ")
    assert "anumat" in run("--db", "x.db", "doctor", cwd=tmp_path).out


# --- The terminal's end --------------------------------------------------------------------------


def test_a_reader_who_has_seen_enough(finished_demo: Path, tmp_path: Path) -> None:
    """`anumat list | head -1`: the pipe breaks, and nobody is told of it."""
    for words in (("list", "--most", "5000"), ("audit", "export")):
        writer = subprocess.Popen(
            [sys.executable, ROOT / "cli.py", "--db", finished_demo, *words],
            cwd=tmp_path,
            env=surroundings({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert writer.stdout is not None
        assert writer.stderr is not None
        assert writer.stdout.readline()
        writer.stdout.close()
        said = writer.stderr.read().decode()
        writer.stderr.close()
        writer.wait(PATIENCE)
        assert "Traceback" not in said
        assert "Exception" not in said
        assert "internal" not in said


def test_ctrl_c_ends_it_without_a_word_too_many(finished_demo: Path, tmp_path: Path) -> None:
    """It hangs on a pipe that nobody empties, until Ctrl-C is pressed."""
    code = (
        "import signal, sys; from cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored\n"
        "main(sys.argv[1:], prog_name='anumat')"
    )
    typed = subprocess.Popen(
        [sys.executable, "-c", code, "--db", finished_demo, "audit", "export"],
        cwd=tmp_path,
        env=surroundings({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert typed.stdout is not None
    assert typed.stdout.readline()
    time.sleep(0.2)
    typed.send_signal(signal.SIGINT)
    _, said = typed.communicate(timeout=PATIENCE)
    assert typed.returncode == 130
    assert said.splitlines()[-1] == "• aborted"
    assert "Traceback" not in said


def test_a_console_without_our_signs_gets_the_rest(demo: Typist, tmp_path: Path) -> None:
    env = {"PYTHONIOENCODING": "cp874", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, ROOT / "cli.py", "--lang", "th", "--db", demo.url.removeprefix("sqlite:///"),
         "show", "CHG-2565-0001"],
        cwd=tmp_path,
        env=surroundings(env),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert "แจ้งผลแล้ว" in done.stdout.decode("cp874")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_a_full_disk_is_told(demo: Typist, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, ROOT / "cli.py", "--db", demo.url, "list"],
            cwd=tmp_path, env=surroundings({}), stdout=full, stderr=subprocess.PIPE,
            encoding="utf-8", timeout=PATIENCE, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
