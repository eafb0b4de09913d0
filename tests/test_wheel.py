"""What is shipped is what was tested: the wheel holds everything that its commands need."""

import os
import subprocess
import sys
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree and unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, cwd: Path, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "ANUMAT_LANG": "en"}
    return subprocess.run(
        [sys.executable, "-m", "cli", *args],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_it_holds_the_packages_and_their_data_and_nothing_else(unpacked: Path) -> None:
    top = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert top == {"engine", "workflows", "notifications", "commands", "cli.py"}
    for name in (
        "workflows/definitions/change_request.yaml",
        "engine/migrations/env.py",
        "engine/migrations/versions/0001_first_tables.py",
        "commands/examples/fy2564_timeline.csv",
        "engine/py.typed",
        "notifications/words/thai.txt.gz",
        "notifications/words/terms.txt",
        "notifications/words/LICENSE",
        "notifications/fonts/THSarabun-Regular.ttf",
        "notifications/fonts/LICENSE.txt",
        "notifications/layouts/common.typ",
        "notifications/layouts/letter.docx",
        "notifications/layouts/memo.docx",
        *(
            f"notifications/templates/digest/{n}.txt"
            for n in ("subject", "text", "part", "th", "en")
        ),
        *(f"notifications/templates/digest/{name}.html" for name in ("page", "part")),
        "notifications/templates/mail/letter.html",
    ):
        assert (unpacked / name).is_file(), name


def test_it_says_all_licences_of_what_it_holds_and_brings_their_texts(unpacked: Path) -> None:
    [info] = unpacked.glob("*.dist-info")
    said = Parser().parsestr((info / "METADATA").read_text("utf-8"))
    assert said["License-Expression"] == "Apache-2.0 AND LicenseRef-DIP-SIPA-Font AND CC0-1.0"
    licences = [
        str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("notifications/*/LICENSE*"))
    ]
    assert said.get_all("License-File") == ["LICENSE", *licences]
    for name in licences:
        assert (info / "licenses" / name).read_bytes() == (ROOT / name).read_bytes()


def test_the_main_job_runs_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    done = run(unpacked, tmp_path, "demo")
    assert done.returncode == 0, done.stderr
    assert "34 provinces ask for changes to 9 of 35 indicators" in done.stdout
    verified = run(unpacked, tmp_path, "--db", "demo/anumat.db", "audit", "verify")
    assert verified.returncode == 0
    assert "nothing was changed" in verified.stdout


def test_thai_lines_are_broken_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    program = "from notifications.thai import breaks; print(len(breaks('มาตรการปรับปรุง')))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["2"]


def test_the_code_that_ran_is_the_wheels(unpacked: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import engine, cli; print(engine.__file__, cli.__file__)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(Path(name).is_relative_to(unpacked) for name in done.stdout.split())
