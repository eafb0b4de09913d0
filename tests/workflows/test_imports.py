"""What the importers make of a file's rows, and what they say of rows that cannot be meant."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from engine.clock import arabic
from engine.errors import WrongUse
from engine.items import Draft
from workflows import imports, roll
from workflows.content import indicator

EXAMPLES = Path(__file__).parents[2] / "examples"
OPS = EXAMPLES / "fy2564_ops_moi_indicators.csv"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes rows as CSV (or XLSX, by the file's name) and gives the path."""

    def written(*rows: Sequence[object], name: str = "file.csv") -> Path:
        path = tmp_path / name
        if path.suffix == ".xlsx":
            book = Workbook()
            assert book.active is not None
            for row in rows:
                book.active.append(list(row))
            book.save(path)
            book.close()
        else:
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            path.write_text(text.getvalue(), "utf-8")
        return path

    return written


def faults(importer: Callable[..., Any], *given: Any, **more: Any) -> list[tuple[str, str]]:
    """(code, where) of every reason; each is said in both languages."""
    with pytest.raises(WrongUse) as caught:
        importer(*given, **more)
    for reason in caught.value.reasons:
        assert any("ก" <= char <= "ฮ" for char in reason.th)
        assert reason.en
    return [(reason.code, reason.where) for reason in caught.value.reasons]


def clean(drafts: Sequence[Draft]) -> list[tuple[str, dict[str, Any]]]:
    return [(draft.organisation, indicator.clean(draft.content)) for draft in drafts]


# --- Indicators ----------------------------------------------------------------------------------

HEAD = ("code", "parent_code", "component", "name_th", "weight")
BASE, POTENTIAL = "performance_base", "potential_base"


def test_the_real_file_gives_six_items_with_their_parts() -> None:
    drafts = imports.indicators(OPS, organisation="OPS-MOI")
    contents = {draft.content["code"]: draft.content for draft in drafts}
    assert list(contents) == list("123456")
    assert sum(content["weight"] for content in contents.values()) == Decimal(100)
    parts = {code: [part["code"] for part in c.get("parts", [])] for code, c in contents.items()}
    assert parts == {"1": [], "2": [], "3": [], "4": ["4.1", "4.2"], "5": ["5.1", "5.2"],
                     "6": ["6.1", "6.2"]}  # fmt: skip
    assert [code for code, content in contents.items() if content["mandatory"]] == ["6"]
    assert drafts[4].where == "fy2564_ops_moi_indicators.csv:8"
    assert contents["5"]["name_th"].endswith("ศูนย์ดำรงธรรม")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
def test_the_encoding_makes_no_difference(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / OPS.name
    path.write_bytes(OPS.read_text("utf-8-sig").encode(encoding))
    assert imports.indicators(path, organisation="O") == imports.indicators(OPS, organisation="O")


def test_thai_digits_and_blank_rows_make_no_difference(tmp_path: Path) -> None:
    thai = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    lines = OPS.read_text("utf-8-sig").splitlines()
    rows = [line.split(",") for line in lines[1:]]
    changed = [",".join(c.translate(thai) if n in {0, 1, 4} else c for n, c in enumerate(row))
               for row in rows]  # fmt: skip
    path = tmp_path / "thai.csv"
    path.write_text("\n,,,,,\n\n".join([lines[0], *changed]), "utf-8")
    drafts, expected = (imports.indicators(p, organisation="O") for p in (path, OPS))
    assert clean(drafts) == clean(expected)
    assert not any(arabic(draft.content["code"]) != draft.content["code"] for draft in drafts)


def test_a_workbook_gives_the_same_items(write: Write) -> None:
    with OPS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    typed = [rows[0], *([cell and (Decimal(cell) if n in {0, 1, 4} else cell)
                         for n, cell in enumerate(row)] for row in rows[1:])]  # fmt: skip
    for name, content in (("text.xlsx", rows), ("numbers.xlsx", typed)):
        drafts = imports.indicators(write(*content, name=name), organisation="O")
        assert clean(drafts) == clean(imports.indicators(OPS, organisation="O"))


def test_all_columns_come_in_exactly(write: Write) -> None:
    row = {
        "organisation": "DLA", "code": "๑.๑", "component": BASE, "name_th": "ก", "name_en": "A",
        "weight": "๑๔.๑๐", "unit": "ร้อยละ", "definition_th": "ข", "formula": "x/y",
        "baseline": "-1,250.5", "target_50": "1", "target_75": "2", "target_100": "3",
        "scoring_criteria_th": "ค", "data_source": "ง", "host_agency": "OPDC", "lead_unit": "จ",
        "mandatory": "ใช่",
    }  # fmt: skip
    [draft] = imports.indicators(write(list(row), list(row.values())))
    [(place, content)] = clean([draft])
    assert place == "DLA"
    assert content == {
        **{name: value for name, value in row.items() if name != "organisation"},
        "code": "1.1", "weight": "14.1", "baseline": "-1250.5", "mandatory": True,
    }  # fmt: skip


def test_provincial_sets_take_the_rest_from_a_catalogue() -> None:
    known = imports.catalogue(EXAMPLES / "fy2565_indicator_details.csv")
    drafts = imports.indicators(EXAMPLES / "fy2565_province_sets.csv", known=known)
    assert (len(known), len(drafts)) == (35, 453)
    assert len({draft.organisation for draft in drafts}) == 76
    first = drafts[0].content
    assert (first["code"], first["weight"], first["host_agency"]) == ("P01", Decimal(20), "MOTS")
    for place in {draft.organisation for draft in drafts}:
        rows = [draft.content for draft in drafts if draft.organisation == place]
        assert sum(row["weight"] for row in rows) == 100
        assert any(row["mandatory"] for row in rows)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("1", "", BASE, "ก", "10"), ("1", "", BASE, "ข", "5")], [("duplicate", 3)]),
        ([("1", "", BASE, "ก", "10"), ("๑", "", BASE, "ข", "5")], [("duplicate", 3)]),
        ([("1.1", "1", BASE, "ก", "10")], [("parent", 2)]),
        ([("1", "", BASE, "ก", "10"), ("1.1.1", "1.1", "", "ข", "5")], [("parent", 3)]),
        ([("1", "", BASE, "ก", "10"), ("1.1", "1", "", "ข", "5"), ("1.1", "1", "", "ค", "5")],
         [("duplicate", 4)]),
        ([("1", "", BASE, "ก", "10"), ("1", "1", "", "ข", "5")], [("duplicate", 3)]),
        ([("1", "", BASE, "ก", "10"), ("1.1", "1", POTENTIAL, "ข", "5")], [("component", 3)]),
        ([("", "", BASE, "ก", "10")], [("empty", 2)]),
        ([("1", "", BASE, "ก", "ten")], [("number", 2)]),
        ([("1", "", BASE, "ก", "33,33")], [("number", 2)]),
        ([("1", "", BASE, "ก", "10%")], [("number", 2)]),
        # everything at once, by its place
        ([("1", "", BASE, "ก", "x"), ("2", "9", "", "ข", "5"), ("3", "", BASE, "ค", "y")],
         [("number", 2), ("number", 4), ("parent", 3)]),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_meant(
    write: Write, rows: list[tuple[str, ...]], found: list[tuple[str, int]]
) -> None:
    expected = [(code, f"file.csv:{line}") for code, line in found]
    assert faults(imports.indicators, write(HEAD, *rows), organisation="O") == expected


def test_a_row_of_nobody_s(write: Write) -> None:
    path = write(HEAD, ("1", "", BASE, "ก", "10"))
    assert faults(imports.indicators, path) == [("organisation", "file.csv:2")]


def test_what_a_sub_indicator_cannot_keep_is_not_dropped_in_silence(write: Write) -> None:
    head = (*HEAD, "lead_unit", "target_100", "unit")
    rows = [("1", "", BASE, "ก", "10", "", "", ""), ("1.1", "1", "", "ข", "10", "กอง", "80", "คน")]
    assert faults(imports.indicators, write(head, *rows), organisation="O") == [
        ("part", "file.csv:3")
    ]
    rows[1] = (*rows[1][:6], "", "")
    [draft] = imports.indicators(write(head, *rows), organisation="O")
    assert draft.content["parts"] == [
        {"code": "1.1", "name_th": "ข", "weight": Decimal(10), "lead_unit": "กอง"}
    ]


def test_mandatory_is_yes_or_no(write: Write) -> None:
    head = (*HEAD, "mandatory")
    for said, meant in (("yes", True), ("TRUE", True), ("ใช่", True), ("no", False), ("ไม่", False)):
        [draft] = imports.indicators(write(head, ("1", "", BASE, "ก", "1", said)), organisation="O")
        assert draft.content["mandatory"] is meant
    path = write(head, ("1", "", BASE, "ก", "1", "perhaps"))
    assert faults(imports.indicators, path, organisation="O") == [("yes-or-no", "file.csv:2")]


def test_a_code_twice_in_a_catalogue(write: Write) -> None:
    path = write(("code", "name_th", "component"), ("P1", "ก", BASE), ("P2", "ข", BASE),
                 ("P1", "ค", BASE))  # fmt: skip
    assert faults(imports.catalogue, path) == [("duplicate", "file.csv:4")]


# --- Change requests -----------------------------------------------------------------------------

CONTENT = {"code": "P01", "name_th": "รายได้", "host_agency": "MOTS"}
THERE: imports.Subjects = {
    ("TH-11", "P01"): ("IND-1", "d" * 64, CONTENT),
    ("TH-12", "P01"): ("IND-2", "e" * 64, {**CONTENT, "host_agency": "CDD"}),
}
ASK = ("province", "indicator", "kind", "reason_th")


def test_requests_name_their_subject_as_it_stands(write: Write) -> None:
    path = write((*ASK, "target_75"), ("TH-11", "P๐๑", "target", "โควิด", "๖๐"))
    [draft] = imports.change_requests(path, THERE)
    assert (draft.organisation, draft.subject) == ("TH-11", "IND-1")
    assert draft.content == {
        "indicator": "P01", "indicator_name": "รายได้", "kind": "target", "reason_th": "โควิด",
        "changes": {"target_75": "๖๐"}, "host_agency": "MOTS", "based_on": "d" * 64,
    }  # fmt: skip


def test_what_is_asked_for_may_stand_in_a_file_of_its_own(write: Write) -> None:
    asked = imports.proposals(
        write(
            ("indicator", "kind", "field", "value"),
            ("P01", "target", "target_50", "1"),
            ("P01", "target", "target_75", "2"),
            name="asked.csv",
        )
    )
    rows = [("TH-11", "P01", "target", "ก", ""), ("TH-12", "P01", "target", "ข", "9")]
    drafts = imports.change_requests(write((*ASK, "target_100"), *rows), THERE, asked)
    assert drafts[0].content["changes"] == {"target_50": "1", "target_75": "2"}
    assert drafts[1].content["changes"] == {"target_100": "9"}  # its own row goes before
    assert drafts[1].content["host_agency"] == "CDD"


def test_requests_that_cannot_be_meant(write: Write) -> None:
    rows = [
        ("TH-11", "P01", "target", "ก"),
        ("TH-11", "P01", "target", "ข"),
        ("TH-11", "P99", "target", "ก"),
        ("TH-99", "P01", "target", "ก"),
        ("TH-12", "P01", "", "ก"),
        ("", "P01", "target", "ก"),
    ]
    assert faults(imports.change_requests, write(ASK, *rows), THERE) == [
        ("duplicate", "file.csv:3"),
        ("subject", "file.csv:4"),
        ("subject", "file.csv:5"),
        ("empty", "file.csv:6"),
        ("empty", "file.csv:7"),
    ]


def test_a_proposal_twice_or_half(write: Write) -> None:
    head = ("indicator", "kind", "field", "value")
    rows = [("P1", "target", "target_50", "1"), ("P1", "target", "target_50", "2"),
            ("P1", "target", "", "3")]  # fmt: skip
    assert faults(imports.proposals, write(head, *rows)) == [
        ("duplicate", "file.csv:3"),
        ("empty", "file.csv:4"),
    ]


def test_the_real_requests_find_their_subjects_and_what_they_ask() -> None:
    with (EXAMPLES / "fy2565_change_requests.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    there = {
        (row["province"], row["indicator"]): ("IND", "d", {**CONTENT, "code": row["indicator"]})
        for row in rows
    }
    asked = imports.proposals(EXAMPLES / "fy2565_proposals.csv")
    path = EXAMPLES / "fy2565_change_requests.csv"
    drafts = imports.change_requests(path, there, asked)
    assert len(drafts) == 42
    assert len({draft.organisation for draft in drafts}) == 34
    assert len({draft.content["indicator"] for draft in drafts}) == 9
    assert all(draft.content["changes"] for draft in drafts)


# --- Organisations, people, roles ----------------------------------------------------------------


def test_provinces_come_in_from_the_published_list() -> None:
    rows = roll.organisations(EXAMPLES / "provinces.csv", kind="province", parent="PROVINCES")
    assert len(rows) == 76
    assert (rows[0].code, rows[0].name_th, rows[0].kind) == ("TH-11", "สมุทรปราการ", "province")
    assert {row.parent for row in rows} == {"PROVINCES"}
    assert set(faults(roll.organisations, EXAMPLES / "provinces.csv")) == {
        ("empty", f"provinces.csv:{line}") for line in range(2, 78)
    }


def test_people_and_roles_come_in(write: Write) -> None:
    [person] = roll.people(write(("code", "name_th", "name_en"), ("a-1", "ก", "A")))
    assert (person.code, person.post_th, person.where) == ("a-1", "", "file.csv:2")
    head = ("person", "role", "organisation", "from", "until")
    rows = [("a", "r", "*", "1 ต.ค. 2563", ""), ("a", "r", "O", "2020-10-01", "๓๐ กันยายน ๒๕๖๔")]
    first, second = roll.grants(write(head, *rows))
    assert (first.since, first.until) == (date(2020, 10, 1), None)
    assert (second.since, second.until) == (date(2020, 10, 1), date(2021, 9, 30))


def test_roles_that_cannot_be_read(write: Write) -> None:
    head = ("person", "role", "organisation", "from", "until")
    rows = [("a", "r", "O", "3/4/2563", ""), ("a", "", "O", "2020-10-01", ""),
            ("a", "r", "O", "2020-10-01", "never")]  # fmt: skip
    assert faults(roll.grants, write(head, *rows)) == [
        ("date", "file.csv:2"),
        ("empty", "file.csv:3"),
        ("date", "file.csv:4"),
    ]


def test_a_day_cell_of_excel_is_a_day(write: Write) -> None:
    head = ("person", "role", "organisation", "from")
    path = write(head, ("a", "r", "O", date(2020, 10, 1)), name="roles.xlsx")
    [grant] = roll.grants(path)
    assert grant.since == date(2020, 10, 1)


# --- Correspondents, signing officers ------------------------------------------------------------


def test_the_example_s_organisations_are_written_to(write: Write) -> None:
    rows = roll.correspondents(EXAMPLES / "correspondents.csv")
    provinces = roll.organisations(EXAMPLES / "provinces.csv", kind="province")
    others = roll.organisations(EXAMPLES / "organisations.csv")
    known = {row.organisation: row for row in rows}
    assert len(rows) == len(known) == 87
    assert known.keys() <= {place.code for place in (*provinces, *others)}
    for place in provinces:
        row = known[place.code]
        number = place.code.removeprefix("TH-")
        assert row.addressee == f"ผู้ว่าราชการจังหวัด{place.name_th}"
        assert row.email == f"saraban-th{number}@example.go.th"
    assert all(row.addressee and row.email.endswith("@example.go.th") for row in rows)
    assert {row.organisation: row.code for row in rows if row.code} == {
        "OPDC": "นร 1203",
        "OPS-MOI": "มท 0201.2",
    }
    assert known["OPDC"].contact.splitlines()[1] == "โทร. 0 0000 0000"


def test_several_lines_stand_in_one_cell(write: Write) -> None:
    head = ("organisation", "address", "contact")
    rows = [("A", " ถนน | กทม. ", "ก|ข||"), ("B", "ถนน\nกทม.", "|")]
    for name, place in (("file.csv", "file.csv:"), ("file.xlsx", "file.xlsx:Sheet!")):
        first, second = roll.correspondents(write(head, *rows, name=name))
        assert first.address == second.address == "ถนน\nกทม."
        assert (first.contact, second.contact, first.addressee) == ("ก\nข", "", "")
        assert (first.where, second.where) == (f"{place}2", f"{place}3")


def test_signing_officers_come_in_with_days_of_either_era(write: Write) -> None:
    deputy, director = roll.signatories(EXAMPLES / "signatories.csv")
    assert (deputy.person, deputy.since, deputy.until) == ("areerat", date(2020, 9, 1), None)
    assert (deputy.acting, deputy.acting_for) == ("ปฏิบัติราชการแทน", "เลขาธิการ ก.พ.ร.")
    assert "สมมติ" in deputy.order_ref
    assert (director.acting, director.order_ref) == ("", "")
    head = ("organisation", "person", "since", "until")
    [one] = roll.signatories(write(head, ("A", "a", "๑ ต.ค. ๒๕๖๓", "30/9/2564")))
    assert (one.since, one.until) == (date(2020, 10, 1), date(2021, 9, 30))
    path = write(head[:3], ("A", "a", date(2020, 10, 1)), name="days.xlsx")
    assert roll.signatories(path)[0].since == date(2020, 10, 1)


def test_correspondents_and_signing_officers_that_cannot_be_read_name_the_cell(
    write: Write,
) -> None:
    path = write(("organisation", "email"), ("", "a@b.c"), ("A", "a\tb"))
    assert faults(roll.correspondents, path) == [("empty", "file.csv:2 organisation")]
    head = ("organisation", "person", "since", "until")
    rows = [("A", "", "2563-10-01", ""), ("A", "a", "", ""), ("A", "a", "3/4/2563", ""),
            ("A", "a", "2563-10-01", "never"), ("", "a", "2563-10-01", "")]  # fmt: skip
    assert faults(roll.signatories, write(head, *rows)) == [
        ("empty", "file.csv:2 person"),
        ("empty", "file.csv:3 since"),
        ("date", "file.csv:4 since"),
        ("date", "file.csv:5 until"),
        ("empty", "file.csv:6 organisation"),
    ]
    assert faults(roll.correspondents, write(("organisation", "e-mail"), ("A", "x"))) == [
        ("header", "file.csv:1")
    ]
