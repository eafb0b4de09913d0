"""Uploaded tables: what is read, and what is said of a file that cannot be."""

import codecs
import csv
import io
import os
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from engine.clock import arabic
from engine.errors import Reason, WrongUse
from workflows.tabular import MAX_BYTES, MAX_ROWS, MAX_TEXT, Row, decimal_of, read_table

HEADER = b"code,name\n"
SHEET = "xl/worksheets/sheet1.xml"


Put = Callable[[bytes, str], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(content: bytes, name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def read(path: Path) -> list[Row]:
    return read_table(path, required=["code", "name"], optional=["note"])


def faults(path: Path) -> tuple[Reason, ...]:
    with pytest.raises(WrongUse) as caught:
        read(path)
    for reason in caught.value.reasons:
        assert re.search("[ก-๙]", reason.th), reason
        assert not re.search("[ก-๙]{3}", reason.en.replace("ตัวชี้วัด", "")), reason
        assert reason.where.startswith(path.name)
    return caught.value.reasons


def the_fault(path: Path) -> Reason:
    (reason,) = faults(path)
    return reason


def listed(path: Path) -> list[tuple[str, str]]:
    return [(reason.code, reason.where) for reason in faults(path)]


def cells(rows: list[Row]) -> list[list[str]]:
    return [[row.cells["code"], row.cells["name"]] for row in rows]


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    book.close()
    return target.getvalue()


def workbook(*rows: Sequence[object], change: Callable[[Worksheet], object] | None = None) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    sheet.title = "Sheet1"
    for row in rows or (["code", "name"], ["K1", "ตัวชี้วัด"]):
        sheet.append(list(row))
    if change:
        change(sheet)
    return saved(book)


def edited(data: bytes, edits: dict[str, Callable[[bytes], bytes]]) -> bytes:
    """The same ZIP with other members; a member that was not there begins empty."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", 8) as new:
        for name in dict.fromkeys([*old.namelist(), *edits]):
            content = old.read(name) if name in old.namelist() else b""
            new.writestr(name, edits.get(name, bytes)(content))
    return target.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def as_excel_writes() -> bytes:
    """What Excel does and openpyxl does not: a table of texts, runs of text, other namespaces."""
    texts = """<si><t>code</t></si><si><t>name</t></si><si><t>K1</t></si>
        <si><r><t xml:space="preserve">ตัว</t></r><r><rPr><b/></rPr><t>ชี้วัด</t></r></si>"""
    rows = """<row r="1" spans="1:2"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
        <row r="2" spans="1:2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="s"><v>3</v></c></row>"""
    lists = """<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}">
        <x:dataValidations xmlns:x="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
        xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x:dataValidation>
        <x:formula1><xm:f>Lists!$A$1:$A$9</xm:f></x:formula1><xm:sqref>B2</xm:sqref>
        </x:dataValidation></x:dataValidations></ext></extLst>"""
    kind = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/>'
    calc = f'<calcChain xmlns="{MAIN}"><c r="B9" i="1"/><c r="A1"/></calcChain>'
    return edited(
        workbook(),
        {
            SHEET: lambda _: (
                f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{lists}</worksheet>'
            ).encode(),
            "xl/sharedStrings.xml": lambda _: f'<sst xmlns="{MAIN}">{texts}</sst>'.encode(),
            "xl/calcChain.xml": lambda _: calc.encode(),
            "[Content_Types].xml": lambda xml: xml.replace(b"</Types>", f"{kind}</Types>".encode()),
        },
    )


EXCEL = as_excel_writes()
with zipfile.ZipFile(io.BytesIO(EXCEL)) as excel:
    PARTS = excel.namelist()


class TestCsv:
    def test_rows_carry_their_place_and_the_text_under_each_header(self, put: Put) -> None:
        rows = read(put(b"code,name\nK1, one \n\nK2,\n", "file.csv"))
        assert rows == [
            Row("file.csv:2", {"code": "K1", "name": "one", "note": ""}),
            Row("file.csv:4", {"code": "K2", "name": "", "note": ""}),
        ]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "tis-620", "cp874"])
    def test_the_encodings_of_thai_offices_read_alike(self, put: Put, encoding: str) -> None:
        text = "code,name\r\nต.๑,ร้อยละความสำเร็จของผู้รับบริการ\r\n"
        rows = read(put(text.encode(encoding), "file.csv"))
        assert cells(rows) == [["ต.๑", "ร้อยละความสำเร็จของผู้รับบริการ"]]

    def test_cp874_keeps_its_quotation_marks_next_to_thai(self, put: Put) -> None:
        rows = read(put("code,name\nK1,“ผล” – ดี…\n".encode("cp874"), "file.csv"))
        assert cells(rows) == [["K1", "“ผล” – ดี…"]]

    @pytest.mark.parametrize(
        ("content", "named"),
        [
            ("code,name\nก,ข\n".encode("utf-16"), "UTF-16 LE"),
            (codecs.BOM_UTF16_BE + "code,name\nก,ข\n".encode("utf-16-be"), "UTF-16 BE"),
            ("code,name\nก,ข\n".encode("utf-16-le"), "UTF-16 LE"),
            ("code,name\nก,ข\n".encode("utf-16-be"), "UTF-16 BE"),
            ("code,name\nก,ข\n".encode("utf-32"), "UTF-32"),
            (HEADER + b"K1,one\n" * 9 + b"\0", "binary"),
            ("code,name\nK1,café\n".encode("cp1252"), "windows-1252"),
            ("code,name\nK1,“x”\n".encode("cp1252"), "windows-1252"),
            ("code,name\nK1,ÿü\n".encode("cp1252"), "windows-1252"),
            (b"code,name\nK1,\x8d\xfe\n", "?"),
        ],
    )
    def test_any_other_encoding_is_named_with_what_to_do(
        self, put: Put, content: bytes, named: str
    ) -> None:
        reason = the_fault(put(content, "file.csv"))
        assert reason.code == "encoding"
        assert f"(looks like {named}" in reason.en
        assert f"(น่าจะเป็น {named}" in reason.th
        assert "CSV UTF-8" in reason.en
        assert "CSV UTF-8" in reason.th

    def test_utf_8_with_one_damaged_letter_is_not_taken_for_another_encoding(
        self, put: Put
    ) -> None:
        reason = the_fault(put(HEADER + "K1,ตัวชี้วัด\n".encode()[:-2] + b"\n", "file.csv"))
        assert (reason.code, reason.where) == ("encoding", "file.csv:2")
        assert "damaged UTF-8" in reason.en

    def test_quoted_line_ends_stay_and_lines_are_counted_as_an_editor_counts(
        self, put: Put
    ) -> None:
        rows = read(put(b'code,name\r\nK1,"a\r\nb"\r\nK2,c\r\n', "file.csv"))
        assert [row.where for row in rows] == ["file.csv:2", "file.csv:4"]
        assert cells(rows) == [["K1", "a\nb"], ["K2", "c"]]

    def test_blank_rows_and_the_commas_of_empty_columns_are_nothing(self, put: Put) -> None:
        rows = read(put(b"code,name,,\nK1,one,,\n,,,\nK2,two, ,\n", "file.csv"))
        assert [row.where for row in rows] == ["file.csv:2", "file.csv:4"]

    def test_headers_in_any_case_and_with_either_digits_come_back_as_asked_for(
        self, put: Put
    ) -> None:
        path = put(" CODE , ปี ๒๕๖๔\nK1,5\n".encode(), "file.csv")
        (row,) = read_table(path, required=["code", "ปี 2564"])
        assert row.cells == {"code": "K1", "ปี 2564": "5"}

    def test_every_fault_is_told_with_its_line(self, put: Put) -> None:
        content = b'code,name\nK1\nK2,b,c\n"K3"x,b\nK4,\x01\nK5,fine\n'
        assert listed(put(content, "file.csv")) == [
            ("quotes", "file.csv:4"),
            ("cells", "file.csv:2"),
            ("cells", "file.csv:3"),
            ("control", "file.csv:5"),
        ]

    def test_a_quotation_mark_never_closed_is_told_where_it_opens(self, put: Put) -> None:
        assert listed(put(b'code,name\nK1,one\nK2,"two\nK3,three\n', "file.csv")) == [
            ("quotes", "file.csv:3")
        ]

    @pytest.mark.parametrize(
        ("header", "said"),
        [
            (b"code,nmae", ["“nmae” is not known; is “name” meant?", "“name” is missing"]),
            (b"code,name,zzzzz", ["the header “zzzzz” is not known"]),
            (b"code,name,NAME", ["the header “name” is there twice"]),
            (b"code,,name", ["column B has no header"]),
            (b"code", ["the header “name” is missing"]),
            (b"note", ["the header “code” is missing", "the header “name” is missing"]),
        ],
    )
    def test_faults_of_the_header(self, put: Put, header: bytes, said: list[str]) -> None:
        row = b"\n" + b",".join([b"x"] * (header.count(b",") + 1)) + b"\n"
        reasons = faults(put(header + row, "file.csv"))
        assert {(reason.code, reason.where) for reason in reasons} == {("header", "file.csv:1")}
        assert len(reasons) == len(said)
        for reason, words in zip(reasons, said, strict=True):
            assert words in reason.en

    @pytest.mark.parametrize("content", [b"code;name\nK1;one\n", b"code\tname\nK1\tone\n"])
    def test_columns_parted_by_something_else_are_one_fault(self, put: Put, content: bytes) -> None:
        assert the_fault(put(content, "file.csv")).code == "delimiter"

    @pytest.mark.parametrize("content", [b"", b"\n\r\n", b" , ,\n", codecs.BOM_UTF8])
    def test_an_empty_file(self, put: Put, content: bytes) -> None:
        assert the_fault(put(content, "file.csv")).code == "empty"

    def test_a_header_alone(self, put: Put) -> None:
        assert the_fault(put(HEADER + b"\n,\n", "file.csv")).code == "no-rows"

    def test_fifty_faults_are_listed_and_the_rest_are_counted(self, put: Put) -> None:
        reasons = faults(put(HEADER + b"short\n" * 1234, "file.csv"))
        assert [reason.code for reason in reasons] == ["cells"] * 50 + ["more"]
        assert reasons[-1].en == "and 1,184 more"

    def test_a_message_never_repeats_what_could_move_a_cursor(self, put: Put) -> None:
        reasons = faults(put(b"code,name,\x1b[2J" + b"x" * 500 + b"\nK1,a,b\n", "file.csv"))
        assert all("\x1b" not in reason.en + reason.th for reason in reasons)
        assert all(len(reason.en) < 200 for reason in reasons)


class TestLimits:
    def test_rows(self, put: Put) -> None:
        assert len(read(put(HEADER + b"a,b\n" * MAX_ROWS, "file.csv"))) == MAX_ROWS
        assert the_fault(put(HEADER + b"a,b\n" * (MAX_ROWS + 1), "x.csv")).code == "too-large"

    def test_columns(self, put: Put) -> None:
        names = [f"c{number}" for number in range(201)]
        path = put(",".join(names).encode() + b"\n" + b"1," * 200 + b"1\n", "file.csv")
        with pytest.raises(WrongUse, match="more than 200 columns"):
            read_table(path, required=names)

    @pytest.mark.parametrize("length", [MAX_TEXT + 1, 200_000])
    def test_text_of_a_cell(self, put: Put, length: int) -> None:
        assert len(read(put(HEADER + b"a," + b"x" * MAX_TEXT, "file.csv"))) == 1
        (code, where), *_ = listed(put(HEADER + b"a," + b"x" * length, "file.csv"))
        assert code in {"too-long", "quotes"}  # csv itself stops at 131,072
        assert where == "file.csv:2"

    @pytest.mark.parametrize("name", ["file.csv", "file.xlsx"])
    def test_a_hundred_megabytes_are_refused_unread(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        with path.open("wb") as target:
            target.truncate(100 * 2**20)
        tracemalloc.start()
        assert the_fault(path).code == "too-large"
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2**20

    def test_commas_and_nothing_else(self, put: Put) -> None:
        assert the_fault(put(b"," * MAX_BYTES, "file.csv")).code == "empty"


class TestFiles:
    def test_missing_folder_and_impossible_paths(self, tmp_path: Path, put: Put) -> None:
        (tmp_path / "folder.csv").mkdir()
        (tmp_path / "loop.csv").symlink_to("loop.csv")
        os.mkfifo(tmp_path / "pipe.csv")
        put(b"", "a.csv")
        assert the_fault(tmp_path / "nowhere.csv").code == "missing"
        assert the_fault(tmp_path / "folder.csv").code == "not-a-file"
        assert the_fault(tmp_path / "pipe.csv").code == "not-a-file"
        assert the_fault(tmp_path / "loop.csv").code == "unreadable"
        assert the_fault(tmp_path / "a.csv" / "b.csv").code == "unreadable"
        with pytest.raises(WrongUse):
            read(tmp_path / "nul\0.csv")

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"%PDF-1.7\n", "PDF"),
            (b"\x1f\x8b\x08\x00", "GZIP"),
            (b"\x89PNG\r\n\x1a\n\x00", "PNG"),
            (codecs.BOM_UTF8 + b"\r\n<HTML><table>", "HTML"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Excel 97-2003 (.xls)"),
            (edited(b"PK\5\6" + b"\0" * 18, {"a.txt": bytes}), "ZIP"),
            (edited(b"PK\5\6" + b"\0" * 18, {"mimetype": bytes}), "OpenDocument (.ods)"),
            (edited(b"PK\5\6" + b"\0" * 18, {"word/document.xml": bytes}), "Word (.docx)"),
        ],
    )
    @pytest.mark.parametrize("name", ["file.csv", "file.xlsx", "file.xls"])
    def test_other_kinds_are_refused_by_name_whatever_the_suffix(
        self, put: Put, content: bytes, kind: str, name: str
    ) -> None:
        reason = the_fault(put(content, name))
        assert reason.code == "kind"
        assert f"{kind} files are not accepted" in reason.en
        assert kind in reason.th

    @pytest.mark.parametrize("content", [b"PK\3\4 and no more", EXCEL[:-50]])
    def test_a_file_that_was_cut_off(self, put: Put, content: bytes) -> None:
        assert the_fault(put(content, "file.xlsx")).code == "damaged"

    @pytest.mark.parametrize("suffix", [".pdf", ".xls", ".ods", ".txt", ""])
    def test_a_suffix_of_another_kind_is_refused_though_the_content_is_text(
        self, put: Put, suffix: str
    ) -> None:
        reason = the_fault(put(HEADER + b"K1,one\n", f"file{suffix}"))
        assert reason.code == "kind"
        assert suffix in reason.en
        assert "save it as CSV UTF-8 or .xlsx" in reason.en

    def test_content_decides_and_not_the_suffix_alone(self, put: Put) -> None:
        assert "ends in .xlsx" in the_fault(put(workbook(), "file.csv")).en
        assert "no" in the_fault(put(HEADER, "file.xlsx")).en
        assert cells(read(put(workbook(), "FILE.XLSX"))) == [["K1", "ตัวชี้วัด"]]

    @pytest.mark.parametrize("name", ["file.xlsx", "file.xls", "file.csv"])
    def test_a_password(self, put: Put, name: str) -> None:
        magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        content = magic + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
        assert the_fault(put(content, name)).code == "protected"

    def test_a_name_that_is_no_text_still_makes_a_message(self, tmp_path: Path) -> None:
        with pytest.raises(WrongUse) as caught:
            read(tmp_path / os.fsdecode(b"\xa1\x1b.csv"))
        assert caught.value.reasons[0].where == "\N{REPLACEMENT CHARACTER}" * 2 + ".csv"


class TestXlsx:
    def test_what_excel_writes(self, put: Put) -> None:
        assert cells(read(put(EXCEL, "file.xlsx"))) == [["K1", "ตัวชี้วัด"]]

    def test_rows_carry_their_sheet_and_line(self, put: Put) -> None:
        data = workbook(["Code", "NAME", "note"], [], ["K1", "  ก  "], ["K2", None, 5])
        assert read(put(data, "file.xlsx")) == [
            Row("file.xlsx:Sheet1!3", {"code": "K1", "name": "ก", "note": ""}),
            Row("file.xlsx:Sheet1!4", {"code": "K2", "name": "", "note": "5"}),
        ]

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (15, "15"),
            (15.0, "15"),
            (0.1, "0.1"),
            (14.99, "14.99"),
            (0.1 + 0.2, "0.3"),
            (-0.0, "0"),
            (1e-7, "0.0000001"),
            (1e21, "1" + "0" * 21),
            (123456789.123456, "123456789.123456"),
            (True, "true"),
            (False, "false"),
            (date(2020, 10, 30), "2020-10-30"),
            (datetime.fromisoformat("2020-10-30"), "2020-10-30"),
            (datetime.fromisoformat("2020-10-30T09:30"), "2020-10-30T09:30:00"),
            (date(2563, 10, 30), "2563-10-30"),
            ("ก\nข", "ก\nข"),
            ("_x000D_\nข", "ข"),
            ("007", "007"),
        ],
    )
    def test_values_read_as_a_person_would_type_them(
        self, put: Put, value: object, text: str
    ) -> None:
        rows = read(put(workbook(["code", "name"], ["K1", value]), "file.xlsx"))
        assert cells(rows) == [["K1", text]]

    def test_a_date_shown_in_the_buddhist_era_is_the_same_day(self, put: Put) -> None:
        def show(sheet: Worksheet) -> None:
            sheet["B2"].number_format = "[$-D07041E]d mmmm yyyy;@"

        data = workbook(["code", "name"], ["K1", date(2020, 10, 30)], change=show)
        assert cells(read(put(data, "file.xlsx"))) == [["K1", "2020-10-30"]]

    def test_formulas_are_named_cell_by_cell(self, put: Put) -> None:
        def change(sheet: Worksheet) -> None:
            sheet["B3"] = ArrayFormula("B3:B3", "=SUM(A1:A2)")

        data = workbook(["code", "name"], ["K1", "=1+1"], ["K2", 0], change=change)
        first, second = faults(put(data, "file.xlsx"))
        assert (first.code, first.where) == ("formula", "file.xlsx:Sheet1!B2")
        assert "“=1+1”" in first.en
        assert "“=1+1”" in first.th
        assert second.where == "file.xlsx:Sheet1!B3"
        assert "SUM(A1:A2)" in second.en

    def test_a_formula_filled_down_is_named_in_each_cell(self, put: Put) -> None:
        def share(xml: bytes) -> bytes:
            first = b'<c r="B2"><f t="shared" ref="B2:B3" si="0">A2*2</f><v>2</v></c>'
            xml = xml.replace(b'<c r="B2" t="n"><v>7</v></c>', first)
            return xml.replace(
                b'<c r="B3" t="n"><v>8</v></c>', b'<c r="B3"><f t="shared" si="0"/><v>4</v></c>'
            )

        data = edited(workbook(["code", "name"], ["K1", 7], ["K2", 8]), {SHEET: share})
        assert listed(put(data, "file.xlsx")) == [
            ("formula", "file.xlsx:Sheet1!B2"),
            ("formula", "file.xlsx:Sheet1!B3"),
        ]

    def test_merged_cells_are_one_fault_for_each_range(self, put: Put) -> None:
        def merge(sheet: Worksheet) -> None:
            sheet.merge_cells("A2:A3")
            sheet.merge_cells("B2:B4")

        data = workbook(["code", "name"], ["K1", "a"], change=merge)
        assert listed(put(data, "file.xlsx")) == [
            ("merged", "file.xlsx:Sheet1!A2:A3"),
            ("merged", "file.xlsx:Sheet1!B2:B4"),
        ]

    def test_a_merged_range_over_the_whole_sheet_costs_nothing(self, put: Put) -> None:
        whole = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        data = edited(workbook(), {SHEET: lambda xml: xml.replace(b"</sheetData>", whole)})
        assert the_fault(put(data, "file.xlsx")).where == "file.xlsx:Sheet1!A1:XFD1048576"

    def test_error_cells_and_control_characters_are_named(self, put: Put) -> None:
        rows = (["code", "name"], ["K1", "#REF!"], ["#N/A", "b"], ["K2", "_x0007_"])
        assert listed(put(workbook(*rows), "file.xlsx")) == [
            ("error-value", "file.xlsx:Sheet1!B2"),
            ("error-value", "file.xlsx:Sheet1!A3"),
            ("control", "file.xlsx:Sheet1!B4"),
        ]

    @pytest.mark.parametrize("number", [b"1E+999", b"-1e999"])
    def test_a_number_beyond_all_bounds(self, put: Put, number: bytes) -> None:
        data = edited(
            workbook(["code", "name"], ["K1", 7]),
            {SHEET: lambda xml: xml.replace(b"<v>7<", b"<v>" + number + b"<")},
        )
        assert listed(put(data, "file.xlsx")) == [("error-value", "file.xlsx:Sheet1!B2")]

    def test_a_header_fault_names_its_cell(self, put: Put) -> None:
        data = workbook(["code", "nam", "name"], ["K1", "a", "b"])
        assert listed(put(data, "file.xlsx")) == [("header", "file.xlsx:Sheet1!B1")]

    def test_content_beside_the_table(self, put: Put) -> None:
        data = workbook(["code", "name"], ["K1", "a", None, None, "b"])
        assert listed(put(data, "file.xlsx")) == [("cells", "file.xlsx:Sheet1!2")]

    @pytest.mark.parametrize("hidden", [False, True])
    def test_more_than_one_sheet(self, put: Put, hidden: bool) -> None:
        book = Workbook()
        book.worksheets[0].title = "ว่าง"
        for title in ("ตัวชี้วัด", "Other"):
            sheet = book.create_sheet(title)
            sheet.append(["code", "name"])
            sheet.append(["K1", "a"])
        book["Other"].sheet_state = "hidden" if hidden else "visible"
        path = put(saved(book), "file.xlsx")
        if hidden:
            assert [row.where for row in read(path)] == ["file.xlsx:ตัวชี้วัด!2"]
        else:
            reason = the_fault(path)
            assert reason.code == "sheets"
            assert "“ตัวชี้วัด”, “Other”" in reason.en

    def test_an_empty_workbook(self, put: Put) -> None:
        assert the_fault(put(workbook([]), "file.xlsx")).code == "empty"

    def test_rows_are_read_though_the_file_understates_its_size(self, put: Put) -> None:
        understate = {SHEET: lambda xml: re.sub(rb'ref="A1:B\d+"', b'ref="A1"', xml)}
        data = edited(workbook(["code", "name"], ["K1", "a"], ["K2", "b"]), understate)
        assert cells(read(put(data, "file.xlsx"))) == [["K1", "a"], ["K2", "b"]]

    def test_rows_far_down_and_formatted_blank_ones_are_no_burden(self, put: Put) -> None:
        data = workbook(change=lambda sheet: sheet.cell(1_048_576, 2))
        assert len(read(put(data, "file.xlsx"))) == 1

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b'<row r="2"', b'<row r="1"'),
            (b'<row r="2"', b'<row r="99999999"'),
            (b'r="A2"', b'r="A9"'),
            (b'r="A2"', b'r="C2"'),
            (b'r="B2"', b'r="AAAAAAAA2"'),
            (b'r="B2"', b'r="2"'),
            (b"</sheetData>", b""),
        ],
    )
    def test_a_damaged_sheet(self, put: Put, old: bytes, new: bytes) -> None:
        data = edited(workbook(), {SHEET: lambda xml: xml.replace(old, new)})
        assert the_fault(put(data, "file.xlsx")).code == "damaged"

    @pytest.mark.parametrize(
        "part", ["[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]
    )
    def test_a_damaged_part(self, put: Put, part: str) -> None:
        data = edited(EXCEL, {part: lambda xml: xml[: len(xml) // 2]})
        assert the_fault(put(data, "file.xlsx")).code == "damaged"

    def test_a_text_that_is_not_in_the_table_of_texts(self, put: Put) -> None:
        data = edited(EXCEL, {SHEET: lambda xml: xml.replace(b"<v>3</v>", b"<v>99</v>")})
        assert the_fault(put(data, "file.xlsx")).code == "damaged"


class TestBombs:
    """Each must be refused, quickly and in little memory."""

    @pytest.fixture(autouse=True)
    def little_memory(self) -> Iterator[None]:
        tracemalloc.start()
        yield
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 250 * 2**20

    def test_one_part_that_swells(self, put: Put) -> None:
        data = edited(workbook(), {SHEET: lambda _: b" " * (60 * 2**20)})
        assert the_fault(put(data, "file.xlsx")).code == "too-large"

    def test_many_parts_that_swell_together(self, put: Put) -> None:
        random = Random(1)
        block = b"".join(random.randbytes(100) + b" " * 10_000 for _ in range(700))
        data = edited(workbook(), {f"xl/{number}.xml": lambda _: block for number in range(8)})
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = [(part.file_size, part.compress_size) for part in archive.infolist()]
        assert all(size < max(2**20, 200 * packed) for size, packed in sizes)
        assert the_fault(put(data, "file.xlsx")).code == "too-large"

    def test_parts_without_number(self, put: Put) -> None:
        data = edited(workbook(), {f"xl/{number}.xml": bytes for number in range(3000)})
        assert the_fault(put(data, "file.xlsx")).code == "too-large"

    def test_headers_that_lie_about_the_size(self, put: Put) -> None:
        data = bytearray(edited(workbook(), {SHEET: lambda _: b" " * (60 * 2**20)}))
        truth, lie = struct.pack("<I", 60 * 2**20), struct.pack("<I", 5000)
        assert data.count(truth) == 2
        data = data.replace(truth, lie)
        assert the_fault(put(bytes(data), "file.xlsx")).code == "damaged"

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_compression_that_cannot_be_bounded(self, put: Put, method: int) -> None:
        target = io.BytesIO(workbook())
        with zipfile.ZipFile(target, "a", method) as archive:
            archive.writestr("xl/x.xml", b"x")
        assert the_fault(put(target.getvalue(), "file.xlsx")).code == "damaged"

    @pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"])
    def test_xml_that_multiplies_itself(self, put: Put, part: str) -> None:
        doctype = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        data = edited(workbook(), {part: lambda xml: doctype + xml.split(b"?>", 1)[-1]})
        assert the_fault(put(data, "file.xlsx")).code == "damaged"

    @pytest.mark.parametrize(
        "content",
        [
            b"<a>" * 100_000,
            b"<a>" + b"<a/>" * 700_000 + b"</a>",
            b'<a b="' + b"x" * 1_100_000 + b'"/>',
            b"<a><!--" + b"x" * 1_100_000 + b"--></a>",
            b'<a b="' + b"x" * 1_100_000,
            b'<a b="' + b"x" * 1_100_000 + b'" =>',
        ],
        ids=["deep", "many", "long attribute", "long comment", "unclosed", "wrong at its end"],
    )
    def test_xml_that_no_spreadsheet_program_writes(self, put: Put, content: bytes) -> None:
        data = io.BytesIO(workbook())
        with zipfile.ZipFile(data, "a", zipfile.ZIP_STORED) as archive:
            archive.writestr("xl/extra.xml", content)
        assert the_fault(put(data.getvalue(), "file.xlsx")).code == "too-large"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uploads")


def rows_or_reasons(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    rows: list[Row] = []
    reasons: tuple[Reason, ...] = ()
    try:
        rows = read(path)
    except WrongUse as fault:
        reasons = fault.reasons
    assert bool(rows) is not bool(reasons)
    assert len(reasons) <= 51
    for row in rows:
        assert set(row.cells) == {"code", "name", "note"}
    for reason in reasons:
        assert reason.where.startswith(path.name)
        (reason.th + reason.en + reason.where).encode()


fragments = st.sampled_from(
    [b"code", b"name", b"note", b",", b"\n", b"\r", b'"', b"\xa1\xd2", b"\0", b"\xe0\xb8\x81", b" "]
)
loose_bytes = st.binary(max_size=200) | st.lists(fragments | st.binary(max_size=3)).map(b"".join)


loose_xml = st.sampled_from(
    [b"", b"0", b"-1", b"9" * 30, b"1e999", b"<", b"/>", b'"', b"<c/>", b"<row/>", b"<f/>", b"&#1;"]
) | st.binary(max_size=4)


class TestAnyBytes:
    @given(content=loose_bytes | loose_bytes.map(HEADER.__add__))
    def test_as_csv(self, place: Path, content: bytes) -> None:
        rows_or_reasons(place / "any.csv", content)

    @given(content=loose_bytes | loose_bytes.map(b"PK\3\4".__add__))
    def test_as_xlsx(self, place: Path, content: bytes) -> None:
        rows_or_reasons(place / "any.xlsx", content)

    @given(data=st.data())
    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_as_a_workbook_with_changed_bytes(self, place: Path, data: st.DataObject) -> None:
        content = bytearray(EXCEL)
        for _ in range(data.draw(st.integers(1, 5))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        rows_or_reasons(place / "any.xlsx", bytes(content))

    @given(data=st.data())
    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_as_a_workbook_with_changed_xml(self, place: Path, data: st.DataObject) -> None:
        part = data.draw(st.sampled_from(PARTS))

        def change(xml: bytes) -> bytes:
            at = data.draw(st.integers(0, len(xml)))
            until = at + data.draw(st.integers(0, 20))
            return xml[:at] + data.draw(loose_xml) + xml[until:]

        rows_or_reasons(place / "any.xlsx", edited(EXCEL, {part: change}))


class TestRoundTrip:
    text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
    thai = st.text(
        st.sampled_from([chr(point) for point in (*range(0x0E01, 0x0E3B), *range(0x0E3F, 0x0E5C))])
    )

    @given(table=st.lists(st.tuples(text, text), min_size=1), end=st.sampled_from(["\n", "\r\n"]))
    def test_what_a_program_writes_is_what_is_read(
        self, place: Path, table: list[tuple[str, str]], end: str
    ) -> None:
        wanted = [[cell.strip(" \u00a0\u200b\u3000\ufeff") for cell in row] for row in table]
        assume(any(any(row) for row in wanted))
        target = io.StringIO()
        csv.writer(target, lineterminator=end).writerows([("code", "name"), *table])
        path = place / "round.csv"
        path.write_bytes(target.getvalue().encode())
        assert cells(read(path)) == [row for row in wanted if any(row)]

    @given(words=st.lists(thai, min_size=1))
    def test_thai_in_tis_620(self, place: Path, words: list[str]) -> None:
        path = place / "round.csv"
        path.write_bytes(("code,name\n" + "".join(f"กกก,{w}\n" for w in words)).encode("cp874"))
        assert cells(read(path)) == [["กกก", word] for word in words]

    @given(number=st.decimals(-(10**12) + 1, 10**12 - 1, places=6), thai=st.booleans())
    def test_numbers(self, number: Decimal, thai: bool) -> None:
        for text in (str(number), f"{number:f}", f"{number:,f}"):
            written = text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")) if thai else text
            assert arabic(written) == text
            assert decimal_of(f" {written} ") == (number if "E" not in text else None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("๑,๒๕๐.๕๐", "1250.50"),
        ("1,250.50", "1250.50"),
        ("-๑๕", "-15"),
        ("+5", "5"),
        ("-0", "0"),
        ("007", "7"),
        ("999,999,999,999.999999", "999999999999.999999"),
    ],
)
def test_numbers_that_people_write(text: str, number: str) -> None:
    assert str(decimal_of(text)) == number


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "NaN", "Infinity", "-inf", "1e5", "1E5", "0x1", "1_000", "5%", "½", "สิบ"),
        *("12,50", "1,2345", "0,123", ",123", "1,,000", "1234,567", "1.000,50", "5 000", "1\n2"),
        *("1.", ".5", "1.1234567", "1234567890123", "1,234,567,890,123", "--5", "5-", "١٢"),
    ],
)
def test_numbers_that_nobody_can_be_sure_of(text: str) -> None:
    assert decimal_of(text) is None


def test_decimal_is_exact() -> None:
    assert decimal_of("0.1") == Decimal("0.1")
