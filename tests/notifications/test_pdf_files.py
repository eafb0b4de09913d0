"""The files from outside: what other programs find in them, and what PDF/A-2b asks for."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from notifications.merged import merged
from notifications.pdf import compiled
from tests.notifications.letters import MADE_AT, letter, memo

ROOT = Path(__file__).parents[2]
QPDF, PDFFONTS = shutil.which("qpdf"), shutil.which("pdffonts")
checks = pytest.mark.skipif(
    QPDF is None, reason="NO OTHER PROGRAM CHECKED THE PDF FILES: qpdf is missing"
)
lists_fonts = pytest.mark.skipif(
    PDFFONTS is None,
    reason="THE PDF FILES' FONTS WERE NOT CHECKED: pdffonts (poppler-utils) is missing",
)
LAYOUTS: Mapping[str, Callable[[], Mapping[str, Any]]] = {"letter": letter, "memo": memo}
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"


def made(layout: str) -> bytes:
    return compiled(layout, LAYOUTS[layout](), made_at=MADE_AT)


def run(program: str | None, pdf: bytes, folder: Path, *options: str) -> str:
    assert program is not None
    path = folder / "letter.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        [program, *options, str(path)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@checks
@pytest.mark.parametrize("layout", LAYOUTS)
def test_another_program_finds_no_fault_in_the_file(layout: str, tmp_path: Path) -> None:
    said = run(QPDF, made(layout), tmp_path, "--check")
    assert "No syntax or stream encoding errors found" in said
    assert "File is not encrypted" in said


@checks
def test_another_program_finds_no_fault_in_merged_letters(tmp_path: Path) -> None:
    both = merged([made("memo"), made("letter")] * 2, made_at=MADE_AT, duplex=True)
    assert "No syntax or stream encoding errors found" in run(QPDF, both, tmp_path, "--check")


@checks
def test_a_damaged_file_would_be_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        run(QPDF, made("memo")[:-900], tmp_path, "--check")


@lists_fonts
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_font_is_in_the_file_with_its_characters_names(layout: str, tmp_path: Path) -> None:
    _, _, *lines = run(PDFFONTS, made(layout), tmp_path).splitlines()
    assert lines
    for line in lines:
        name, *_, embedded, subset, unicode, _number, _generation = line.split()
        assert name.split("+")[1].startswith("THSarabunPSK")
        assert (embedded, subset, unicode) == ("yes", "yes", "yes")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_file_says_that_it_is_pdf_a_2b(layout: str) -> None:
    root: Any = PdfReader(BytesIO(made(layout)), strict=True).trailer["/Root"]
    said = {
        each.tag: each.text
        for each in ET.fromstring(root["/Metadata"].get_data()).iter()
        if each.tag.startswith(PDFA)
    }
    assert said == {f"{PDFA}part": "2", f"{PDFA}conformance": "B"}
    [intent] = (each.get_object() for each in root["/OutputIntents"])
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_object().get_data()[36:40] == b"acsp"  # an ICC profile


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_in_the_file_acts_by_itself_or_lies_elsewhere(layout: str) -> None:
    reader = PdfReader(BytesIO(made(layout)), strict=True)
    root: Any = reader.trailer["/Root"]
    assert not reader.is_encrypted
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}))
    assert all("/AA" not in page and not page.get("/Annots") for page in reader.pages)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_every_process_makes_the_same_bytes(seed: str) -> None:
    program = (
        f"import sys; sys.path[:0] = {[str(ROOT), *sys.path]!r}\n"
        "from hashlib import sha256\n"
        "from tests.notifications.test_pdf_files import LAYOUTS, made\n"
        "print(*(sha256(made(layout)).hexdigest() for layout in LAYOUTS))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": seed, "TZ": "America/Lima"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [sha256(made(layout)).hexdigest() for layout in LAYOUTS]
