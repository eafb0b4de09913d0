"""The register of numbers at the command line: every number, and why one was not used here."""

import pytest

from tests.commands.lettering import DEPARTMENT, ITEMS, PROVINCES
from tests.commands.typist import Typist

SENDER, AS = ("--from", "OPDC"), ("--as", "anong")
ASIDE = ("register", "set-aside")


def test_a_register_is_empty_at_first(desk: Typist) -> None:
    assert desk.data("register", "show", *SENDER) == {
        "simulation": True, "sender": "OPDC", "year": 2564, "numbers": [],
    }  # fmt: skip
    assert "The register of OPDC for 2564 is empty" in desk("register", "show", *SENDER).out
    thai = desk("register", "show", *SENDER, "--year", "๒๕๖๓", lang="th").out
    assert "ทะเบียนของ OPDC ปี 2563 ยังว่าง" in thai


def test_numbers_that_were_used_on_paper_come_before_the_next_letter(desk: Typist) -> None:
    typed = (*ASIDE, "๑๑๖", "--reason", "ออกบนกระดาษ", *SENDER, *AS)
    answer = desk.data(*typed, "--key", "k")
    assert answer == {"simulation": True, "ref": "OPDC/2564/1-116", "first": 1, "number": 116}
    assert desk.data(*typed, "--key", "k") == answer
    assert desk.refused(*typed).keys() == {"number"}
    [one] = desk.data("letter", "issue", DEPARTMENT, *SENDER, *AS)["issued"]
    assert one["printed"] == "นร 1203/117"
    said = desk(*ASIDE, 9, "--circular", "--reason", "กระดาษ", *SENDER, *AS).out
    assert "Numbers 1 to 9 of OPDC, 2564, were used elsewhere" in said
    lines = desk("register", "show", *SENDER).out.splitlines()
    assert [" ".join(line.split()) for line in lines[-3:]] == [
        "1–116 16 Dec 2021 — — — used elsewhere: ออกบนกระดาษ",
        "117 16 Dec 2021 นร 1203/117 OPS-MOI Notice of approval issued",
        "ว 1–9 16 Dec 2021 — — — used elsewhere: กระดาษ",
    ]
    thai = desk("register", "show", *SENDER, lang="th").out
    for said in ("ทะเบียนหนังสือส่งของ OPDC ปี 2564", "ใช้นอกระบบ: ออกบนกระดาษ", "16 ธ.ค. 2564"):
        assert said in thai
    assert desk.data("audit", "verify")["sound"]


def test_a_number_among_those_set_aside_is_found(desk: Typist) -> None:
    desk(*ASIDE, 20, "--reason", "ออกบนกระดาษ", *SENDER, *AS)
    desk(*ASIDE, 9, "--circular", "--reason", "เวียนบนกระดาษ", *SENDER, *AS)
    for name, ref in (
        ("OPDC/2564/7", "1-20"),
        ("OPDC/2564/ว๙", "ว1-9"),
        ("OPDC/2564/1-20", "1-20"),
    ):
        found = desk.data("letter", "show", name)["letter"]
        assert (found["ref"], found["status"]) == (f"OPDC/2564/{ref}", "elsewhere")
    assert "used elsewhere: ออกบนกระดาษ" in desk("letter", "show", "OPDC/2564/7").out
    for way in ("--pdf", "--docx"):
        assert desk.refused("letter", "show", "OPDC/2564/7", way, "x").keys() == {"file"}
    for name in ("OPDC/2564/21", "OPDC/2563/7", "OPS-MOI/2564/7", f"OPDC/2564/{'9' * 50}"):
        assert desk.refused("letter", "show", name, code=2).keys() == {"letter"}


def test_another_year_and_another_sender_have_registers_of_their_own(desk: Typist) -> None:
    desk(*ASIDE, 5, "--reason", "ปีก่อน", "--year", "2563", *SENDER, *AS)
    assert desk.data("register", "show", *SENDER)["numbers"] == []
    [row] = desk.data("register", "show", *SENDER, "--year", "2563")["numbers"]
    assert (row["ref"], row["printed"], row["status"]) == ("OPDC/2563/1-5", "", "elsewhere")
    ours = ("--from", "OPS-MOI")
    desk("letter", "issue", ITEMS[0], *ours, *AS)
    assert len(desk.data("register", "show", *ours)["numbers"]) == 1


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        ((9, "--reason", " ", *SENDER, *AS), 2, "reason"),
        ((9, "--reason", "ก" * 3_000, *SENDER, *AS), 1, "reason"),
        ((9, "--reason", "x", *SENDER, "--as", "somying"), 1, "role"),
        ((9, "--reason", "x", *SENDER, "--as", "stranger"), 2, "person"),
        ((9, "--reason", "x", *SENDER, *AS, "--year", "2565"), 1, "year"),
        ((9, "--reason", "x", *AS), 2, "sender"),
        ((9, "--reason", "x", "--from", "MOI", *AS), 2, "sender"),
        ((0, "--reason", "x", *SENDER, *AS), 2, "usage"),
        (("สิบ", "--reason", "x", *SENDER, *AS), 2, "usage"),
        ((10**9, "--reason", "x", *SENDER, *AS), 2, "usage"),
        ((9, *SENDER, *AS), 2, "usage"),
        ((9, "--reason", "x", *SENDER), 2, "usage"),
    ],
)
def test_what_cannot_be_set_aside_changes_nothing(
    desk: Typist, words: tuple[object, ...], code: int, reason: str
) -> None:
    before = desk("audit", "export").out
    assert desk.refused(*ASIDE, *words, code=code).keys() == {reason}
    assert desk(*ASIDE, *words, code=code, lang="th").err
    assert desk("audit", "export").out == before


def test_without_a_senders_code_there_is_no_register(office: Typist) -> None:
    said = office.refused("register", "show", code=2)["sender"]
    assert "correspondent set ORG --code" in said
    assert "anumat correspondent set" in office("register", "show", code=2, lang="th").err


def test_alone_it_shows_this_year(desk: Typist) -> None:
    desk("letter", "issue", PROVINCES, "--from", "OPDC", "--as", "anong")
    assert desk.refused("register", code=2).keys()  # two senders have a code: which one?
    desk("correspondent", "set", "OPS-MOI", "--code", "")
    assert desk("register").out == desk("register", "show").out
    assert "นร 1203/1" in desk("register").out
