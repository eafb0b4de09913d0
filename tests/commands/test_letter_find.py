"""Issued letters at the command line, found by who got them and what they tell; and their files."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.commands.lettering import DEPARTMENT, ITEMS, PROVINCES
from tests.commands.typist import Typist

SENDER, AS = ("--from", "OPDC"), ("--as", "anong")


@pytest.fixture
def posted(desk: Typist) -> Typist:
    """Three letters, the minutes of a meeting and a circular; one letter was void and is another
    now."""
    for words in (
        (DEPARTMENT,), (PROVINCES,), (PROVINCES, "meeting_minutes"),
        ("2565-provinces", "invitation_to_draft"),
    ):  # fmt: skip
        desk("letter", "issue", *words, *SENDER, *AS)
    desk("letter", "void", "OPDC/2564/3", "--reason", "ลงนามผิดคน", *AS)
    desk("letter", "issue", PROVINCES, *SENDER, *AS)
    return desk


def found(desk: Typist, *words: object) -> list[str]:
    letters: list[dict[str, Any]] = desk.data("letter", "find", *words)["letters"]
    return [each["ref"] for each in letters]


def test_a_letter_is_found_by_who_got_it_and_by_what_it_tells(posted: Typist) -> None:
    void, again, minutes = "OPDC/2564/3", "OPDC/2564/5", "OPDC/2564/4"
    assert found(posted, "--to", "TH-50") == [void, again, "OPDC/2564/ว1"]
    assert found(posted, "--to", "MOI") == ["OPDC/2564/1", "OPDC/2564/2", void, again]  # copies
    assert found(posted, "--item", "IND-2565-0008") == [void, minutes, again]
    assert found(posted, "--item", "ind-๒๕๖๕-๐๐๐๘") == [void, minutes, again]
    assert found(posted, "--meeting", PROVINCES, "--kind", "meeting_minutes") == [minutes]
    assert found(posted, "--to", "TH-50", "--item", ITEMS[0]) == []
    assert len(found(posted)) == len(found(posted, "--year", "๒๕๖๔")) == 6
    assert found(posted, "--year", 2563) == []
    assert "Did you mean" in posted.refused("letter", "find", "--kind", "minutes_", code=2)["kind"]


def test_what_does_not_exist_is_no_answer(posted: Typist) -> None:
    """“No letter” to an organisation that was typed wrongly would be taken for the truth."""
    for words, code in (
        (("--to", "th-50"), "organisation"), (("--item", "IND-2565-9999"), "ref"),
        (("--item", "%"), "ref"), (("--meeting", "MTG-9"), "meeting"),
    ):  # fmt: skip
        assert posted.refused("letter", "find", *words, code=2).keys() == {code}


def test_who_signed_it_and_how_the_sending_stands_are_told(posted: Typist) -> None:
    posted("tick")
    [*_, one] = posted.data("letter", "find", "--item", "IND-2565-0008")["letters"]
    assert one["signed_by"] == "นางสาวอารีรัตน์ ตั้งใจราชการ"
    assert one["messages"] == {"sent": 2}
    assert (len(one["items"]), one["dated"]) == (6, "2021-12-16")
    shown = posted("letter", "find", "--to", "TH-50").out
    for said in ("OPDC/2564/5", "นร 1203/ว 1", "void: ลงนามผิดคน"):
        assert said in shown
    thai = posted("letter", "find", "--to", "TH-50", lang="th").out
    for said in ("ระบบอีเมลรับแล้ว 2", "ผู้ลงนาม", "16 ธ.ค. 2564"):
        assert said in thai
    assert "No such letter was issued" in posted("letter", "find", "--to", "TH-12").out


def test_the_files_of_a_meeting_are_written_again(posted: Typist) -> None:
    """Whoever was stopped in the midst of a batch has them all the same; a void letter is none."""
    typed = ("letter", "find", "--meeting", PROVINCES, "--kind", "notice_of_approval")
    said = posted(*typed, "--output", "หนังสือ").out.splitlines()
    names = ["OPDC-2564-0002-TH-11.pdf", "OPDC-2564-0005-TH-50.pdf", "all.pdf", "mailing-list.xlsx"]
    assert said[-4:] == [f"Wrote หนังสือ/{name}" for name in names]
    assert sorted(file.name for file in Path("หนังสือ").iterdir()) == names
    rows = openpyxl.load_workbook("หนังสือ/mailing-list.xlsx").active
    assert rows is not None
    assert len(list(rows.rows)) == 1 + 4
    posted("letter", "show", "OPDC/2564/5", "--pdf", "one.pdf")
    assert Path("one.pdf").read_bytes() == Path("หนังสือ/OPDC-2564-0005-TH-50.pdf").read_bytes()
    Path("taken").write_text("a file, not a folder")
    assert posted.refused(*typed, "--output", "taken/x", code=2).keys() == {"output"}


def test_numbers_of_several_registers_are_several_files(posted: Typist) -> None:
    posted("tick")  # the items are notified, and their units are to be told
    posted("letter", "issue", "2564-departments", "--from", "OPS-MOI", "--as", "somying")
    posted("letter", "find", "--item", ITEMS[0], "--output", "out")
    names = {file.name for file in Path("out").glob("*-0*.pdf")}
    assert names == {"OPDC-2564-0001-OPS-MOI.pdf", "OPS-MOI-2564-0001-OPS-MOI.pdf"}
