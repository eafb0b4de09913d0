"""Signing officers at the command line: brought in, added, ended, listed by the day."""

from pathlib import Path
from typing import Any

import pytest

from tests.commands.typist import EXAMPLES, Typist

ACTING = ("--acting", "ปฏิบัติราชการแทน", "--for", "ปลัดกระทรวงมหาดไทย", "--order", "ที่ ๐/๒๕๖๓")


def listed(office: Typist, *words: str) -> list[tuple[str, str, str]]:
    rows = office.data("signatory", "list", *words)["signatories"]
    return [(row["person"], row["since"], row["until"]) for row in rows]


def test_a_file_comes_in_and_again_changes_nothing(either: Typist) -> None:
    path = EXAMPLES / "signatories.csv"
    counts = either.data("import", "signatories", path)
    assert counts == {"simulation": True, "added": 2, "changed": 0, "same": 0}
    assert "0 added, 0 changed, 2 as before" in either("import", "signatories", path).out
    first, second = either.data("signatory", "list")["signatories"]
    assert first == {
        "organisation": "OPDC", "person": "areerat", "since": "2020-09-01", "until": "",
        "post": "รองเลขาธิการ ก.พ.ร.", "acting": "ปฏิบัติราชการแทน", "acting_for": "เลขาธิการ ก.พ.ร.",
        "order_ref": "คำสั่งสำนักงาน ก.พ.ร. ที่ 0/2563 (สมมติ)",
        "name_th": "นางสาวอารีรัตน์ ตั้งใจราชการ", "name_en": "Ms Areerat Tangchairatchakan",
    }  # fmt: skip
    assert (second["organisation"], second["acting"]) == ("OPS-MOI", "")
    assert either.data("audit", "verify")["sound"]


def test_one_is_added_listed_by_the_day_and_ended(either: Typist) -> None:
    typed = ("signatory", "add", "MOI", "nirat", "--since", "๑ ต.ค. ๒๕๖๓", *ACTING)
    assert either.data(*typed)["added"] == 1
    assert either.data(*typed)["same"] == 1
    assert listed(either) == [("nirat", "2020-10-01", "")]
    assert listed(either, "--on", "2563-09-30") == []
    assert listed(either, "--on", "2563-10-01") == [("nirat", "2020-10-01", "")]
    either("signatory", "add", "MOI", "ps-moi", "--since", "2564-01-01", "--until", "2564-12-31")
    assert either.data("correspondent", "show", "MOI", now="2564-06-01")["signer"]["person"] == (
        "ps-moi"
    )
    end = either.data("signatory", "end", "MOI", "nirat", "--until", "30 ก.ย. 2564")
    assert end == {"simulation": True, "added": 0, "changed": 1, "same": 0}
    assert listed(either) == [
        ("ps-moi", "2021-01-01", "2021-12-31"), ("nirat", "2020-10-01", "2021-09-30"),
    ]  # fmt: skip
    assert listed(either, "--on", "2564-10-01") == [("ps-moi", "2021-01-01", "2021-12-31")]
    assert either.data("audit", "verify")["sound"]


def test_the_list_in_words(office: Typist) -> None:
    assert "Nobody signs" in office("signatory", "list").out
    office("signatory", "add", "MOI", "nirat", "--since", "2563-10-01", "--post", "ก | ข", *ACTING)
    thai = office("signatory", "list", lang="th").out
    for said in ("ผู้ลงนาม", "นายนิรัตน์", "ปฏิบัติราชการแทน", "ที่ 0/2563", "1 ต.ค. 2563"):
        assert said in thai
    english = office("signatory", "list").out
    for said in ("Signs", "Mr Nirat", "1 Oct 2020"):
        assert said in english


def test_the_post_is_the_registered_one_unless_another_is_named(office: Typist) -> None:
    def post(*words: str) -> Any:
        office("signatory", "add", "MOI", "ps-moi", "--since", "2563-10-01", *words)
        return office.data("signatory", "list")["signatories"][0]["post"]

    assert post() == "ปลัดกระทรวงมหาดไทย"
    assert post("--post", "ปลัดกระทรวง") == "ปลัดกระทรวง"


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("add", "MOI", "nirat"), {"usage"}),
        (("add", "MOI", "nirat", "--since", "3/4/2563"), {"date"}),
        (("add", "MOI", "nobody", "--since", "2563-10-01"), {"person"}),
        (("add", "X", "nirat", "--since", "2563-10-01"), {"organisation"}),
        (("add", "MOI", "nirat", "--since", "2563-10-01", "--until", "2563-09-30"), {"until"}),
        (("add", "MOI", "nirat", "--since", "2563-10-01", "--acting", "แทน"), {"usage"}),
        (("add", "MOI", "nirat", "--since", "2563-10-01", *ACTING[:2]),
         {"acting_for", "order_ref"}),
        (("add", "MOI", "nirat", "--since", "2563-10-01", *ACTING[2:]),
         {"acting_for", "order_ref"}),
        (("add", "MOI", "nirat", "--since", "2563-10-01", "--post", "ก\tข"), {"text"}),
        (("end", "MOI", "nirat", "--until", "2563-10-01"), {"signatory"}),
        (("end", "MOI", "nirat"), {"usage"}),
        (("list", "--on", "someday"), {"date"}),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_changes_nothing(
    office: Typist, words: tuple[str, ...], codes: set[str]
) -> None:
    before = office("audit", "export").out
    assert office.refused("signatory", *words, code=2).keys() == codes
    assert office("signatory", *words, lang="th", code=2).err
    assert office("audit", "export").out == before


def test_every_fault_of_a_file_names_its_cell(office: Typist) -> None:
    head = "organisation,person,since,until,post,acting,acting_for,order_ref\n"
    rows = "X,nobody,2563-10-01,2563-09-30,,แทน,,\nMOI,nirat,2563-10-01,,,,ปลัดกระทรวง,\n"
    Path("file.csv").write_text(head + rows, "utf-8")
    answer = office("import", "signatories", "file.csv", json=True, code=2).data
    assert [reason["where"] for reason in answer["error"]["reasons"]] == [
        *(f"file.csv:2 {name}" for name in
          ("organisation", "person", "until", "acting", "acting_for", "order_ref")),
        "file.csv:3 acting_for",
    ]  # fmt: skip
    assert listed(office) == []
