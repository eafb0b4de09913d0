"""Bad files at the terminal: one clear message for every fault, exit 2, and nothing imported."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select
from sqlmodel import SQLModel

from engine.database import Database
from tests.commands.typist import EXAMPLES, Typist

OPS = EXAMPLES / "fy2564_ops_moi_indicators.csv"
TEXT = OPS.read_text("utf-8-sig")
NEXT = ("--cycle", "2565-departments", "--workflow", "indicator_department",
        "--organisation", "OPS-MOI")  # fmt: skip


def rows(typist: Typist) -> dict[str, int]:
    """How many rows each table has."""
    database = Database.open(typist.url)
    with database.read() as transaction:
        counts = {
            name: transaction.ask(select(func.count()).select_from(table))[0][0]
            for name, table in SQLModel.metadata.tables.items()
        }
    database.close()
    return counts


def refused(typist: Typist, path: Path, *words: str) -> list[tuple[str, str, str]]:
    """(code, where, English) of every reason; nothing was imported and both languages say it."""
    before = rows(typist)
    typed = ("import", *(words or ("indicators",)), path, *(() if words else NEXT))
    answer = typist(*typed, json=True, code=2)
    assert answer.data["error"]["kind"] == "wrong_use"
    reasons = answer.data["error"]["reasons"]
    thai, english = typist(*typed, lang="th", code=2), typist(*typed, code=2)
    for reason in reasons:
        assert any("ก" <= char <= "ฮ" for char in reason["th"])
    assert thai.err.count("•") == english.err.count("•") == len(reasons)
    assert rows(typist) == before
    return [(reason["code"], reason["where"], reason["en"]) for reason in reasons]


@pytest.fixture
def next_year(office: Typist) -> Typist:
    office("cycle", "open", "2565-departments")
    return office


def put(name: str, content: str | bytes) -> Path:
    path = Path(name)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def book(change: Callable[[Worksheet], object] | None = None) -> Path:
    """The real file as a workbook."""
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for line in TEXT.splitlines():
        sheet.append(line.split(","))
    if change:
        change(sheet)
    made.save("file.xlsx")
    made.close()
    return Path("file.xlsx")


# --- Encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
def test_utf_8_and_tis_620_are_accepted(next_year: Typist, encoding: str) -> None:
    opened = next_year.data("import", "indicators", put("file.csv", TEXT.encode(encoding)), *NEXT)
    assert [each["title"] for each in opened["opened"]] == [
        line.split(",")[3] for line in TEXT.splitlines()[1:] if not line.split(",")[1]
    ]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (TEXT.encode("utf-16"), "UTF-16 LE"),
        (TEXT.encode("utf-16-be"), "UTF-16 BE"),
        ("code,name_th,weight,component\n1,Résumé “x”,100,b\n".encode("cp1252"), "windows-1252"),
        (TEXT.encode()[:-3] + b"\xff\xfe", "damaged UTF-8"),
    ],
)
def test_other_encodings_are_named(next_year: Typist, content: bytes, named: str) -> None:
    [(code, where, said)] = refused(next_year, put("file.csv", content))
    assert code == "encoding"
    assert where.startswith("file.csv")
    assert named in said
    assert "UTF-8" in said


# --- Cells ---------------------------------------------------------------------------------------


def test_thai_digits_and_blank_rows_are_read(next_year: Typist) -> None:
    thai = TEXT.translate(str.maketrans("015", "๐๑๕")).replace("\n", "\n\n,,,\n")
    first = next_year.data("import", "indicators", put("file.csv", thai), *NEXT)["opened"][0]
    assert first["code"] == "1"
    content = next_year.data("show", first["ref"])["content"]
    assert content["weight"] == "10"


def test_the_same_content_as_a_workbook_and_as_text(next_year: Typist) -> None:
    next_year("import", "indicators", book(), *NEXT)
    for number in range(1, 7):
        old, new = (next_year.data("show", f"IND-{y}-000{number}") for y in (2564, 2565))
        assert old["content"] == new["content"]
        assert old["item"]["digest"] == new["item"]["digest"]


def test_merged_cells_and_formulas_are_named(next_year: Typist) -> None:
    merged = refused(next_year, book(lambda sheet: sheet.merge_cells("C2:C4")))
    assert ("merged", "file.xlsx:Sheet!C2:C4") in [(code, where) for code, where, _ in merged]
    [(code, where, said)] = refused(next_year, book(lambda sheet: sheet.__setitem__("E2", "=5*2")))
    assert (code, where) == ("formula", "file.xlsx:Sheet!E2")
    assert "=5*2" in said


# --- Sets ----------------------------------------------------------------------------------------


def test_weights_that_total_99_99(next_year: Typist) -> None:
    path = put("file.csv", TEXT.replace("(DOPA-Digital ID),10,", "(DOPA-Digital ID),9.99,"))
    found = refused(next_year, path)
    assert [(code, where) for code, where, _ in found] == [("weights", "file.csv OPS-MOI")] * 2
    assert "the weights are 99.99, must be 100 (1=9.99, 2=15, 3=5, 4=20, 5=20, 6=30)" in found[0][2]
    assert "Performance Base are 69.99, must be 70" in found[1][2]
    assert len(next_year.data("import", "indicators", path, *NEXT, "--unfinished")["opened"]) == 6


def test_an_unknown_parent(next_year: Typist) -> None:
    path = put("file.csv", TEXT.replace("4.1,4,", "4.1,7,"))
    [(code, where, said)] = refused(next_year, path)
    assert (code, where) == ("parent", "file.csv:6")
    assert said == "the parent “7” of “4.1” is not in the file"


def test_a_code_twice_in_the_file(next_year: Typist) -> None:
    path = put("file.csv", TEXT.replace("\n2,,", "\n1,,").replace("\n5.2,", "\n5.1,"))
    found = refused(next_year, path)
    assert {(code, where) for code, where, _ in found} == {
        ("duplicate", "file.csv:3"),
        ("duplicate", "file.csv:10"),
    }


def test_codes_that_are_there_already(either: Typist) -> None:
    again = ("indicators", "--cycle", "2564-departments", "--workflow", "indicator_department",
             "--organisation", "OPS-MOI")  # fmt: skip
    before = rows(either)
    answer = either("import", *again, OPS, json=True, code=2)
    reasons = answer.data["error"]["reasons"]
    twice = [reason for reason in reasons if reason["code"] == "duplicate"]
    assert [reason["where"] for reason in twice] == [f"{OPS.name}:{n}" for n in (2, 3, 4, 5, 8, 11)]
    assert "IND-2564-0001" in twice[0]["en"]
    assert rows(either) == before


def test_an_unknown_cycle_workflow_or_organisation(next_year: Typist) -> None:
    base = ("import", "indicators", OPS)
    for words, code in (
        (("--cycle", "X", "--workflow", "indicator_department", "--organisation", "MOI"), "cycle"),
        (("--cycle", "X", "--organisation", "MOI"), "cycle"),
        (("--cycle", "2565-departments", "--workflow", "x", "--organisation", "MOI"), "workflow"),
        ((*NEXT[:4], "--organisation", "MARS"), "organisation"),
        (NEXT[:4], "organisation"),
    ):
        before = rows(next_year)
        assert next_year.refused(*base, *words, code=2).keys() == {code}
        assert rows(next_year) == before


def test_a_person_brings_in_only_what_is_theirs(next_year: Typist) -> None:
    before = rows(next_year)
    assert "role" in next_year.refused("import", "indicators", OPS, *NEXT, "--as", "nirat")
    assert rows(next_year) == before
    opened = next_year.data("import", "indicators", OPS, *NEXT, "--as", "somying")["opened"]
    events = next_year.data("history", opened[0]["ref"])["events"]
    assert events[0]["actor"]["person"] == "somying"


# --- Whole files ---------------------------------------------------------------------------------


def test_a_file_of_100_mb(next_year: Typist) -> None:
    with Path("huge.csv").open("wb") as huge:  # a sparse one
        huge.truncate(100 * 2**20)
    [(code, where, said)] = refused(next_year, Path("huge.csv"))
    assert (code, where) == ("too-large", "huge.csv")
    assert "10 MB" in said


def test_a_zip_bomb(next_year: Typist) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(book()) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"<sheetData>", b"<sheetData>" + b" " * (60 * 2**20))
            new.writestr(name, content)
    assert len(bomb.getvalue()) < 200_000
    [(code, _, said)] = refused(next_year, put("bomb.xlsx", bomb.getvalue()))
    assert code == "too-large"
    assert "far too much" in said


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("file.csv", b"", "empty"),
        ("file.csv", b"code,weight,name_th,component\n", "no-rows"),
        ("file.csv", b"code;weight;name_th\n1;2;3\n", "delimiter"),
        ("file.csv", b'code,weight,"name_th\n', "quotes"),
        ("file.csv", b"PK\x03\x04 is no text", "damaged"),
        ("file.xlsx", b"code,weight\n", "kind"),
        ("file.pdf", b"%PDF-1.7", "kind"),
        ("file.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "kind"),
    ],
)
def test_a_file_of_another_kind(next_year: Typist, name: str, content: bytes, code: str) -> None:
    assert refused(next_year, put(name, content))[0][0] == code


def test_a_file_that_is_not_there(next_year: Typist) -> None:
    for name, code in (("missing.csv", "missing"), (".", "not-a-file")):
        assert next_year.refused("import", "indicators", name, *NEXT, code=2).keys() == {code}


def test_headers_are_told_apart_and_the_nearest_is_named(next_year: Typist) -> None:
    path = put("file.csv", TEXT.replace("weight", "wieght", 1).replace("name_th", "code", 1))
    found = refused(next_year, path)
    assert {(code, where) for code, where, _ in found} == {("header", "file.csv:1")}
    said = [text for _, _, text in found]
    assert "the header “code” is there twice" in said
    assert "the header “wieght” is not known; is “weight” meant?" in said
    assert "the header “weight” is missing" in said


# --- People, organisations, roles ----------------------------------------------------------------


PLACE = "code,name_th,name_en,kind,parent\n"
ROLE = "person,role,organisation,from,until\n"


@pytest.mark.parametrize(
    ("what", "text", "code", "line"),
    [
        ("organisations", PLACE + "A,ก,A,office,NONE\n", "parent", 2),
        ("organisations", PLACE + "A,ก,A,office,B\nB,ข,B,office,A\n", "parent", 2),
        ("organisations", PLACE + "A,ก,A,office,\nA,ข,B,office,\n", "duplicate", 3),
        ("organisations", PLACE + "A,ก,A,,\n", "empty", 2),
        ("people", "code,name_th,name_en\na,ก,A\na,ข,B\n", "duplicate", 3),
        ("grants", ROLE + "nobody,coordinator,MOI,2563-10-01,\n", "person", 2),
        ("grants", ROLE + "nirat,king,MOI,2563-10-01,\n", "role", 2),
        ("grants", ROLE + "nirat,coordinator,X,2563-10-01,\n", "organisation", 2),
        ("grants", ROLE + "nirat,coordinator,MOI,2563-10-01,2563-09-30\n", "until", 2),
        ("grants", ROLE + "nirat,coordinator,MOI,3/4/2563,\n", "date", 2),
    ],
)
def test_rows_of_the_register(office: Typist, what: str, text: str, code: str, line: int) -> None:
    found = refused(office, put("file.csv", text), what)
    assert (code, f"file.csv:{line}") in [(each, at) for each, at, _ in found]


def test_a_request_for_an_indicator_that_is_not_there(office: Typist) -> None:
    text = "organisation,indicator,kind,reason_th,target_100\nOPS-MOI,99,target,ก,1\n"
    before = rows(office)
    typed = ("import", "change-requests", put("file.csv", text), "--cycle", "2564-departments")
    [reason] = office(*typed, json=True, code=2).data["error"]["reasons"]
    assert (reason["code"], reason["where"]) == ("subject", "file.csv:2")
    put("file.csv", text.replace("99,target", "1,weight"))
    assert "content" in office.refused(*typed, code=2)
    assert rows(office) == before
