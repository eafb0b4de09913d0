"""Correspondents at the command line: brought in, changed in part, listed and shown."""

from pathlib import Path

import pytest

from tests.commands.typist import EXAMPLES, Typist

HEAD = "organisation,addressee,email,code,agency,address,contact\n"


@pytest.fixture
def known(office: Typist) -> Typist:
    """The office with the example's provinces, correspondents and signing officers."""
    provinces = ("--kind", "province", "--parent", "PROVINCES")
    office("import", "organisations", EXAMPLES / "provinces.csv", *provinces)
    office("import", "correspondents", EXAMPLES / "correspondents.csv")
    office("import", "signatories", EXAMPLES / "signatories.csv")
    return office


def put(text: str) -> Path:
    path = Path("file.csv")
    path.write_text(text, "utf-8")
    return path


def test_a_file_comes_in_and_again_changes_nothing(either: Typist) -> None:
    path = put(HEAD + "OPDC,เลขาธิการ ก.พ.ร.,opdc@example.go.th,นร ๑๒๐๓,สำนักงาน ก.พ.ร.,ก | ข,ค\n")
    counts = either.data("import", "correspondents", path)
    assert counts == {"simulation": True, "added": 1, "changed": 0, "same": 0}
    assert "0 added, 0 changed, 1 as before" in either("import", "correspondents", path).out
    assert either.data("correspondent", "show", "OPDC")["correspondent"] == {
        "organisation": "OPDC", "name_th": "สำนักงาน ก.พ.ร.",
        "name_en": "Office of the Public Sector Development Commission",
        "addressee": "เลขาธิการ ก.พ.ร.", "email": "opdc@example.go.th", "code": "นร 1203",
        "agency": "สำนักงาน ก.พ.ร.", "address": "ก\nข", "contact": "ค",
    }  # fmt: skip
    assert either.data("audit", "verify")["sound"]


def test_all_are_listed(known: Typist) -> None:
    rows = known.data("correspondent", "list")["correspondents"]
    assert len(rows) == 87
    assert [row["organisation"] for row in rows] == sorted(row["organisation"] for row in rows)
    assert rows[-1]["addressee"] == "ผู้ว่าราชการจังหวัดนราธิวาส"
    thai = known("correspondent", "list", lang="th").out
    for said in ("เรียน", "อีเมลสารบรรณกลาง", "อธิบดีกรมการพัฒนาชุมชน", "saraban-th50@example.go.th"):
        assert said in thai
    assert "Provincial" not in thai


def test_one_is_shown_with_who_signs_today(known: Typist) -> None:
    found = known.data("correspondent", "show", "OPDC")
    assert found["signer"]["person"] == "areerat"
    assert found["signer"]["acting_for"] == "เลขาธิการ ก.พ.ร."
    assert known.data("correspondent", "show", "OPDC", now="2563-08-31")["signer"] is None
    thai = known("correspondent", "show", "OPDC", lang="th").out
    for said in ("OPDC สำนักงาน ก.พ.ร.", "นร 1203", "ผู้ลงนามวันนี้", "นางสาวอารีรัตน์"):
        assert said in thai
    assert "Signs today  " in known("correspondent", "show", "OPDC").out


def test_of_an_organisation_nothing_may_be_known(office: Typist) -> None:
    found = office.data("correspondent", "show", "MOI")
    assert set(found["correspondent"].values()) == {
        "MOI", "กระทรวงมหาดไทย", "Ministry of Interior", "",
    }  # fmt: skip
    assert found["signer"] is None
    assert office("correspondent", "show", "MOI").out.count("—") == 7
    assert office.data("correspondent", "list")["correspondents"] == []
    assert "import correspondents" in office("correspondent", "list").out


def test_what_is_named_is_set_and_the_rest_is_kept(either: Typist) -> None:
    assert either.data("correspondent", "set", "MOI", "--addressee", "ปลัดกระทรวง")["added"] == 1
    typed = ("correspondent", "set", "MOI", "--code", "มท๐๒๐๑.๒", "--contact", "กพร. | โทร. ๐")
    assert either.data(*typed)["changed"] == 1
    assert either.data(*typed)["same"] == 1
    row = either.data("correspondent", "show", "MOI")["correspondent"]
    assert (row["addressee"], row["code"], row["contact"]) == (
        "ปลัดกระทรวง", "มท 0201.2", "กพร.\nโทร. 0",
    )  # fmt: skip
    assert either.data("correspondent", "set", "MOI", "--addressee", "")["changed"] == 1
    assert either.data("correspondent", "show", "MOI")["correspondent"]["addressee"] == ""
    assert either.data("audit", "verify")["sound"]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("MOI",), {"nothing"}),
        (("X", "--email", "x@example.go.th"), {"organisation"}),
        (("MOI", "--email", "กลาง@example.go.th"), {"email"}),
        (("MOI", "--code", "MOI 1"), {"code"}),
        (("MOI", "--code", "นร 1203"), {"code-taken"}),
        (("MOI", "--addressee", "ก | ข"), {"text"}),
        (("MOI", "--contact", "ก\u200bข", "--email", "x"), {"text", "email"}),
        (("MOI", "--address", "ก" * 100_000), {"text"}),
    ],
)
def test_what_cannot_be_set_changes_nothing(
    office: Typist, words: tuple[str, ...], codes: set[str]
) -> None:
    office("correspondent", "set", "OPDC", "--code", "นร 1203")
    before = office("audit", "export").out
    assert office.refused("correspondent", "set", *words, code=2).keys() == codes
    assert len(office("correspondent", "set", *words, lang="th", code=2).err) < 400
    assert office("audit", "export").out == before


def test_an_organisation_that_is_not_there_is_not_shown(office: Typist) -> None:
    assert office.refused("correspondent", "show", "X", code=2).keys() == {"organisation"}


def test_every_fault_of_a_file_names_its_cell(office: Typist) -> None:
    path = put(HEAD + "X,,a,1203,,,\nMOI,ก | ข,,,,,\nMOI,,,,,,\n")
    answer = office("import", "correspondents", path, json=True, code=2).data
    assert [(r["code"], r["where"]) for r in answer["error"]["reasons"]] == [
        ("duplicate", "file.csv:4"),
        ("organisation", "file.csv:2 organisation"),
        ("email", "file.csv:2 email"),
        ("code", "file.csv:2 code"),
        ("text", "file.csv:3 addressee"),
    ]
    assert office.data("correspondent", "list")["correspondents"] == []


def test_text_that_would_steer_the_terminal_is_shown_harmless(office: Typist) -> None:
    path = put(HEAD + "MOI,,\x1b[31m,,,,\n")
    for form in ({}, {"lang": "th"}, {"json": True}):
        assert "\x1b" not in office("import", "correspondents", path, code=2, **form).said
        typed = ("correspondent", "set", "MOI", "--email", "\x1b[31m")
        assert "\x1b" not in office(*typed, code=2, **form).said
