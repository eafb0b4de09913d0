"""Offices to type commands at: FY2564 just begun, on either database, and the finished demo."""

import shutil
from pathlib import Path

import pytest

from tests.commands.lettering import TODAY, furnish_letters
from tests.commands.typist import Typist, furnish

NINTH = "2563-09-09"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that names no database would make one in the working directory."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def nowhere(tmp_path: Path) -> Typist:
    """A typist whose database does not exist yet."""
    return Typist(f"sqlite:///{tmp_path / 'new.db'}")


@pytest.fixture
def empty(database_url: str) -> Typist:
    """A typist at a migrated database in which nothing was begun; once on each kind."""
    return Typist(database_url)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("furnished") / "office.db"
    furnish(Typist(f"sqlite:///{path}"))
    return path


@pytest.fixture
def office(furnished: Path, tmp_path: Path) -> Typist:
    """FY2564 on 9 September 2563: six drafts of the Office of the Permanent Secretary."""
    return Typist(_copy(furnished, tmp_path), now=NINTH)


@pytest.fixture(scope="session")
def furnished_with_letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("letters") / "office.db"
    furnish_letters(Typist(f"sqlite:///{path}"), path.parent)
    return path


@pytest.fixture
def desk(furnished_with_letters: Path, tmp_path: Path) -> Typist:
    """16 December 2564: letters are to be written to a department and to two provinces."""
    return Typist(_copy(furnished_with_letters, tmp_path), now=TODAY)


@pytest.fixture
def either(empty: Typist) -> Typist:
    """The same office, once on SQLite and once on PostgreSQL."""
    furnish(empty)
    return empty


@pytest.fixture(scope="session")
def demo(finished_demo: Path) -> Typist:
    """A typist at the finished demo, for reading only."""
    return Typist(f"sqlite:///{finished_demo}")


@pytest.fixture
def demo_copy(finished_demo: Path, tmp_path: Path) -> Typist:
    """The finished demo, to write in."""
    return Typist(_copy(finished_demo, tmp_path))


def _copy(made: Path, folder: Path) -> str:
    """Every command has closed its connection: the file is whole."""
    assert not made.with_name(made.name + "-wal").exists()
    return f"sqlite:///{shutil.copyfile(made, folder / made.name)}"
