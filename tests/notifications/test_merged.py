"""Letters in one file for printing: every page, in order, and the text still there."""

import subprocess
import sys
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from engine.errors import WrongUse
from notifications.merged import merged
from notifications.pdf import compiled
from tests.notifications.letters import MADE_AT, letter, memo
from tests.notifications.test_pdf import pages, reads, solid

ROOT = Path(__file__).parents[2]


@lru_cache
def made(nr: int) -> bytes:
    """A memo of one page, or a letter of two."""
    if nr % 2:
        return compiled("memo", {**memo(), "number": f"มท {nr:03d}"}, made_at=MADE_AT)
    return compiled("letter", {**letter(rows=9), "number": f"นร {nr:03d}"}, made_at=MADE_AT)


def sheets(file: bytes) -> int:
    return len(PdfReader(BytesIO(file)).pages)


@reads
def test_every_page_is_there_in_order_and_can_be_searched() -> None:
    files = [made(nr) for nr in (2, 1, 4, 3)]
    found = pages(merged(files, made_at=MADE_AT))
    assert found == [page for file in files for page in pages(file)]
    numbers = [f"นร{nr:03d}" if nr % 2 == 0 else f"มท{nr:03d}" for nr in (2, 1, 4, 3)]
    text = solid("".join(found))
    places = [text.find(number) for number in numbers]
    assert -1 not in places
    assert places == sorted(places)


def test_on_both_sides_each_letter_begins_on_a_sheet_of_its_own() -> None:
    files = [made(nr) for nr in (1, 2, 3, 5)]
    assert [sheets(file) for file in files] == [1, 2, 1, 1]
    assert sheets(merged(files, made_at=MADE_AT)) == 5
    both = PdfReader(BytesIO(merged(files, made_at=MADE_AT, duplex=True))).pages
    blank = [nr for nr, page in enumerate(both, start=1) if page.get_contents() is None]
    assert blank == [2, 6]
    assert len(both) == 7
    assert {tuple(page.mediabox) for page in both} == {tuple(both[0].mediabox)}


def test_what_the_letters_share_is_kept_once() -> None:
    files = [made(2 * nr) for nr in range(8)]
    assert len(merged(files, made_at=MADE_AT)) < sum(map(len, files)) * 0.6
    same = merged([made(2)] * 8, made_at=MADE_AT)
    assert len(same) < 2 * len(merged([made(2)], made_at=MADE_AT))


def test_the_same_letters_give_the_same_bytes_in_every_process() -> None:
    files = [made(nr) for nr in range(4)]
    first = merged(files, made_at=MADE_AT, duplex=True)
    assert first == merged(files, made_at=MADE_AT, duplex=True)
    assert first != merged(files, made_at=MADE_AT + timedelta(days=1), duplex=True)
    program = (
        f"import sys; sys.path[:0] = {[str(ROOT), *sys.path]!r}\n"
        "from hashlib import sha256\n"
        "from notifications.merged import merged\n"
        "from tests.notifications.letters import MADE_AT\n"
        "from tests.notifications.test_merged import made\n"
        "file = merged([made(nr) for nr in range(4)], made_at=MADE_AT, duplex=True)\n"
        "print(sha256(file).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "7", "TZ": "America/Lima"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == sha256(first).hexdigest()


def test_the_file_says_when_it_was_made() -> None:
    found = PdfReader(BytesIO(merged([made(1)], made_at=MADE_AT))).metadata
    assert found is not None
    assert found.creation_date == MADE_AT


@pytest.mark.parametrize(
    "broken", [b"", b"PK\x03\x04", b"%PDF-1.7\n", b"%PDF-1.7\ntrailer\n<</Root 9 0 R>>\n%%EOF\n"]
)
def test_a_file_that_is_no_pdf_is_told_by_its_place(broken: bytes) -> None:
    with pytest.raises(WrongUse) as caught:
        merged([made(1), broken], made_at=MADE_AT)
    [reason] = caught.value.reasons
    assert reason.code == "not_a_pdf"
    assert "letter 2" in reason.en


def test_a_file_that_was_cut_off_is_refused() -> None:
    with pytest.raises(WrongUse, match="letter 1 of these"):
        merged([made(1)[:-900]], made_at=MADE_AT)


def test_nothing_is_no_file() -> None:
    with pytest.raises(WrongUse, match="no letters to print"):
        merged([], made_at=MADE_AT)


def test_an_instant_without_a_zone_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="time zone"):
        merged([made(1)], made_at=datetime(2020, 11, 4))  # noqa: DTZ001
