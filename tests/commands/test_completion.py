"""What a shell is told when somebody presses Tab."""

from pathlib import Path

import pytest

from tests.commands.typist import HEAVY, Typist, python


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_a_shell(tmp_path: Path, shell: str) -> None:
    script = Typist("")("completion", shell).out
    assert "_ANUMAT_COMPLETE" in script
    assert f"{shell}_complete" in script


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("anumat in", {"init", "inbox"}),
        ("anumat meeting ", {"add", "list", "show"}),
        ("anumat import ch", {"change-requests"}),
        ("anumat bulk --d", {"--decided-on", "--dry-run"}),
        ("anumat completion ", {"bash", "zsh", "fish"}),
        ("anumat --js", {"--json"}),
    ],
)
def test_bash_completes_commands_and_options(tmp_path: Path, typed: str, found: set[str]) -> None:
    assert set(completed(tmp_path, "bash", typed)) == found


def test_zsh_and_fish_show_the_help_beside_the_name(tmp_path: Path) -> None:
    assert "What waits on me" in "\n".join(completed(tmp_path, "zsh", "anumat inb"))
    assert any(
        line.startswith("inbox") and "What waits on me" in line
        for line in completed(tmp_path, "fish", "anumat inb")
    )


def completed(folder: Path, shell: str, typed: str) -> list[str]:
    """What the shell's script would be given for the words typed so far."""
    words = typed.split()
    last = "" if typed.endswith(" ") else words[-1]
    place = len(words) if typed.endswith(" ") else len(words) - 1
    env = {"_ANUMAT_COMPLETE": f"{shell}_complete", "COMP_WORDS": typed, "COMP_CWORD": str(place)}
    if shell == "fish":
        env["COMP_CWORD"] = last
    code = "import sys; sys.argv = ['anumat']; from cli import main; main(prog_name='anumat')"
    lines = python(code, cwd=folder, **env).splitlines()
    return [line.removeprefix("plain,") for line in lines if line]


def test_completion_of_the_first_word_loads_no_command(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['anumat']\n"
        "from cli import main\n"
        "try: main(prog_name='anumat')\n"
        "finally: print('LOADED', *sys.modules)"
    )
    env = {"_ANUMAT_COMPLETE": "bash_complete", "COMP_WORDS": "anumat in", "COMP_CWORD": "1"}
    loaded = python(code, cwd=tmp_path, **env).split("LOADED")[1].split()
    assert not set(HEAVY) & set(loaded)
