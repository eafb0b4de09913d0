"""Letters at the command line: what is owed is previewed, issued, shown, and taken back."""

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from commands import letter_batch
from engine.letters import issue
from tests.commands.lettering import DEPARTMENT, ITEMS, PROVINCES
from tests.commands.typist import Typist
from tests.notifications.word_files import read

SENDER = ("--from", "OPDC")
AS = ("--as", "anong")
STRANGE = "ตามแบบของ 東京"  # a text like any other, but no font of letters has it


def owed(desk: Typist, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.data("letter", "list", *words)["letters"]
    return found


def issued(desk: Typist, *words: object, code: int = 0, **more: Any) -> dict[str, Any]:
    typed = ("letter", "issue", *words, *SENDER, *AS)
    found: dict[str, Any] = desk.data(*typed, code=code, **more)
    return found


def register(desk: Typist) -> list[tuple[str, str, str]]:
    rows = desk.data("register", "show", *SENDER)["numbers"]
    return [(row["ref"], row["status"], row["recipient"]) for row in rows]


# --- What is owed --------------------------------------------------------------------------------


def test_what_is_owed_is_listed(desk: Typist) -> None:
    department, samut_prakan, chiang_mai = owed(desk)
    assert department == {
        "kind": "notice_of_approval", "to": "OPS-MOI", "addressed": "", "copies": ["MOI"],
        "items": ITEMS, "organisation": "OPS-MOI", "cycle": "2564-departments",
        "occasion": DEPARTMENT, "owed_at": "2020-12-31T09:00:00.000000Z",
    }  # fmt: skip
    assert (samut_prakan["to"], len(samut_prakan["items"])) == ("TH-11", 7)
    assert (chiang_mai["to"], len(chiang_mai["items"])) == ("TH-50", 6)
    shown = desk("letter", "list").out
    assert "Notice of approval  OPS-MOI  MOI     IND-2564-0001 … (6 items)  MTG-2563-003" in shown
    thai = desk("letter", "list", lang="th").out
    for said in ("แจ้งผลการเห็นชอบตัวชี้วัด", "(7 รายการ)", "31 ธ.ค. 2563", "การประชุม"):
        assert said in thai


def test_the_list_can_be_narrowed(desk: Typist) -> None:
    assert [each["to"] for each in owed(desk, "--meeting", PROVINCES)] == ["TH-11", "TH-50"]
    assert [each["to"] for each in owed(desk, "--item", ITEMS[3])] == ["OPS-MOI"]
    assert len(owed(desk, "--kind", "notice_of_approval")) == 3
    assert owed(desk, "--kind", "information_request") == []
    none = ("letter", "list", "--meeting", "MTG-2563-001")
    assert "No letter is to be issued" in desk(*none).out
    assert "ไม่มีหนังสือที่ต้องออก" in desk(*none, lang="th").out
    assert desk.refused("letter", "list", "--meeting", "MTG-1", code=2).keys() == {"meeting"}
    assert desk.refused("letter", "list", "--item", "X", code=2).keys() == {"ref"}
    said = desk.refused("letter", "list", "--kind", "notice_of_aproval", code=2)["kind"]
    assert "Did you mean notice_of_approval?" in said


def test_what_was_decided_in_no_meeting_names_none(desk: Typist) -> None:
    desk("open", "indicator_department", "--cycle", "2564-departments", "--organisation", "CDD",
         "--as", "chuchai", "--set", "code=1", "--set", "name_th=ก", "--set", "weight=100",
         "--set", "component=performance_base")  # fmt: skip
    assert desk.data("letter", "list")["letters"] == owed(desk)
    for line in desk("letter", "list").out.splitlines():
        assert "T0" not in line


# --- Preview -------------------------------------------------------------------------------------


def test_a_preview_is_a_draft_and_takes_no_number(desk: Typist) -> None:
    before = desk("audit", "export").out
    for words in ((), ("--text",)):
        text = desk("letter", "preview", ITEMS[0], *SENDER, *words).out
        for said in (
            "(ร่าง)", "ที่ นร ๑๒๐๓/....", "๑๖ ธันวาคม ๒๕๖๔", "เรียน ปลัดกระทรวงมหาดไทย",
            "จำนวน ๖ ตัวชี้วัด", "ปฏิบัติราชการแทน เลขาธิการ ก.พ.ร.",
            "สำเนาส่ง รัฐมนตรีว่าการกระทรวงมหาดไทย",
        ):  # fmt: skip
            assert said in text
    assert desk("audit", "export").out == before
    assert register(desk) == []


def test_a_province_is_called_one(desk: Typist) -> None:
    """Its name is registered without the word, and events say nothing of its kind."""
    text = desk("letter", "preview", "IND-2565-0008", *SENDER).out
    assert "ตามที่จังหวัดเชียงใหม่ได้เสนอ" in text
    assert not re.search("(?<!จังหวัด)เชียงใหม่", text)


def test_a_preview_of_a_meeting_is_a_file_for_each_letter(desk: Typist) -> None:
    answer = desk("letter", "preview", PROVINCES, *SENDER, "--pdf", "p/x.pdf", "--docx", "x.docx")
    assert answer.out.splitlines()[-4:] == [
        "Wrote p/x-TH-11.pdf", "Wrote p/x-TH-50.pdf", "Wrote x-TH-11.docx", "Wrote x-TH-50.docx",
    ]  # fmt: skip
    assert len(PdfReader("p/x-TH-11.pdf").pages) >= 2
    assert Path("x-TH-50.docx").read_bytes().startswith(b"PK")
    one = desk.data("letter", "preview", ITEMS[0], *SENDER, "--pdf", "one.pdf")
    assert one["files"] == ["one.pdf"]
    assert Path("one.pdf").read_bytes().startswith(b"%PDF")


def test_two_letters_to_one_recipient_are_two_files(desk: Typist) -> None:
    """The question and the notice of a later meeting would have had one name."""
    desk.now = "2564-12-16 10:00"
    units(desk)
    answer = desk("letter", "preview", "2564-departments", "--from", "OPS-MOI", "--pdf", "m.pdf")
    files = answer.out.splitlines()[1:]
    assert len(files) > 1
    assert len(set(files)) == len(files) == len(list(Path().glob("m-OPS-MOI*.pdf")))


def test_a_preview_as_data_has_facts_and_words(desk: Typist) -> None:
    [letter] = desk.data("letter", "preview", ITEMS[0], "notice_of_approval", *SENDER)["letters"]
    assert (letter["to"], letter["copies"], letter["items"]) == (["OPS-MOI"], ["MOI"], ITEMS)
    assert letter["facts"]["addressee"] == letter["paper"]["to"] == "ปลัดกระทรวงมหาดไทย"
    assert letter["paper"]["mark"] == "ร่าง"


def test_a_cycle_is_previewed_as_a_circular_and_a_meeting_as_its_minutes(desk: Typist) -> None:
    text = desk("letter", "preview", "2565-provinces", "invitation_to_draft", *SENDER).out
    assert "ที่ นร ๑๒๐๓/ว ...." in text
    assert "เรียน ผู้ว่าราชการจังหวัดสมุทรปราการ และผู้ว่าราชการจังหวัดเชียงใหม่" in text
    text = desk("letter", "preview", PROVINCES, "meeting_minutes", "--from", "OPDC").out
    assert "บันทึกข้อความ" in text
    assert text.count("มติ: เห็นชอบ") == 13
    assert text.count(". จังหวัดเชียงใหม่") == 6
    assert len(desk.data("letter", "preview", "2565-provinces", *SENDER)["letters"]) == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("IND-9",), "ref", "no item, meeting or cycle “IND-9”"),
        (("x" * 5_000,), "ref", "no item"),
        ((ITEMS[0], "notice_of_aproval"), "kind", "Did you mean"),
        ((ITEMS[0], "information_request"), "letter", "there are: notice_of_approval"),
        (("MTG-2563-001",), "letter", "For another one name its kind: meeting_agenda, meeting_min"),
        (("2564-departments-2",), "ref", "no item, meeting or cycle"),
        ((ITEMS[0], "invitation_to_draft"), "letter", "no letter “invitation_to_draft” is owed"),
        (("2565-provinces", "meeting_minutes"), "meeting", "no meeting “2565-provinces”"),
        ((PROVINCES, "meeting_agenda"), "meeting", "Pass items on to it first (anumat advance"),
    ],
)
def test_what_cannot_be_previewed(
    desk: Typist, words: tuple[str, ...], code: str, said: str
) -> None:
    reasons = desk.refused("letter", "preview", *words, *SENDER, code=2)
    assert said in reasons[code]
    assert desk("letter", "preview", *words, *SENDER, lang="th", code=2).err.startswith("• ")


def test_who_sends_must_be_said_where_several_could(desk: Typist) -> None:
    said = desk.refused("letter", "preview", ITEMS[0], code=2)["sender"]
    assert "(--from)" in said
    assert "OPDC (นร 1203), OPS-MOI (มท 0201.2)" in said
    said = desk.refused("letter", "preview", ITEMS[0], "--from", "MOI", code=2)["sender"]
    assert said.startswith("“MOI” has no code")


def test_nobody_signs_before_the_first_signatory(desk: Typist) -> None:
    words = ("letter", "preview", ITEMS[0], *SENDER, "--date", "31/8/2563")
    assert "signatory add" in desk.refused(*words, code=2)["signatory"]
    assert "ไม่มีผู้ลงนาม" in desk(*words, lang="th", code=2).err


def test_a_file_that_cannot_be_written_is_said_before_a_number_is_taken(desk: Typist) -> None:
    Path("taken").write_text("a file, not a folder")
    for words in (("preview", "--pdf", "taken/x.pdf"), ("issue", "--output", "taken/out", *AS)):
        command, *rest = words
        typed = ("letter", command, ITEMS[0], *SENDER, *rest)
        assert desk.refused(*typed, code=2).keys() == {"output"}
    assert register(desk) == []


# --- Issue ---------------------------------------------------------------------------------------


def test_one_letter_is_issued_with_its_number(desk: Typist) -> None:
    answer = desk("letter", "issue", ITEMS[0], *SENDER, *AS, "--output", "out")
    assert "นร 1203/1  16 Dec 2021  OPS-MOI  OPDC/2564/1" in answer.out
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "OPDC-2564-0001-OPS-MOI.pdf", "mailing-list.xlsx",
    ]  # fmt: skip
    assert register(desk) == [("OPDC/2564/1", "issued", "OPS-MOI")]
    assert desk.data("audit", "verify")["sound"]
    assert "นร 1203/1" in desk("letter", "show", "OPDC/2564/1").out


def test_a_meeting_is_issued_as_a_batch_with_files_for_printing(desk: Typist) -> None:
    found = issued(desk, PROVINCES, "--output", "out")
    assert [each["printed"] for each in found["issued"]] == ["นร 1203/1", "นร 1203/2"]
    assert found["refused"] == []
    names = ["OPDC-2564-0001-TH-11.pdf", "OPDC-2564-0002-TH-50.pdf", "all.pdf", "mailing-list.xlsx"]
    assert found["files"] == [f"out/{name}" for name in names]
    single = [len(PdfReader(f"out/{name}").pages) for name in names[:2]]
    assert len(PdfReader("out/all.pdf").pages) == sum(single)
    sheet = openpyxl.load_workbook("out/mailing-list.xlsx").active
    assert sheet is not None
    rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert any("saraban-th50@example.go.th" in row for row in rows)
    assert any("ผู้ว่าราชการจังหวัดสมุทรปราการ" in row for row in rows)


def test_in_duplex_each_letter_begins_a_sheet(desk: Typist) -> None:
    issued(desk, PROVINCES, "--output", "out", "--duplex")
    single = [len(PdfReader(path).pages) for path in Path("out").glob("OPDC-*.pdf")]
    sheets = sum((pages + 1) // 2 for pages in single)
    assert (len(PdfReader("out/all.pdf").pages) + 1) // 2 == sheets


def test_the_same_key_again_gives_the_first_answer(desk: Typist) -> None:
    first = issued(desk, PROVINCES, "--key", "k", "--output", "out")
    desk.now = "2564-12-20"
    again = issued(desk, PROVINCES, "--key", "k", "--output", "again")
    assert again["issued"] == first["issued"]
    for name in ("OPDC-2564-0001-TH-11.pdf", "OPDC-2564-0002-TH-50.pdf"):
        assert (Path("again") / name).read_bytes() == (Path("out") / name).read_bytes()
    assert len(register(desk)) == 2
    typed = ("letter", "issue", DEPARTMENT, *SENDER, *AS, "--key", "k")
    assert desk.refused(*typed).keys() == {"key"}


def test_a_letter_that_is_void_since_is_not_printed_again(desk: Typist) -> None:
    issued(desk, PROVINCES, "--key", "k")
    desk("letter", "void", "OPDC/2564/1", "--reason", "พิมพ์ผิด", *AS)
    typed = ("letter", "issue", PROVINCES, *SENDER, *AS, "--key", "k", "--output", "out")
    assert "OPDC/2564/1 is void since" in desk(*typed).out
    assert "OPDC/2564/1 ยกเลิกไปแล้ว" in desk(*typed, lang="th").out
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "OPDC-2564-0002-TH-50.pdf", "mailing-list.xlsx",
    ]  # fmt: skip


def test_what_became_owed_after_the_first_time_is_not_issued_under_its_key(desk: Typist) -> None:
    first = issued(desk, ITEMS[0], "--key", "k")
    desk("letter", "void", "OPDC/2564/1", "--reason", "พิมพ์ผิด", *AS)
    assert issued(desk, ITEMS[0], "--key", "k") == first | {"void": ["OPDC/2564/1"]}
    assert len(owed(desk, "--item", ITEMS[0])) == 1


def test_a_circular_and_a_memo_have_their_keys_too(desk: Typist) -> None:
    for words in (("2565-provinces", "invitation_to_draft"), (PROVINCES, "meeting_minutes")):
        first = issued(desk, *words, "--key", words[1])
        assert issued(desk, *words, "--key", words[1]) == first
    assert [ref for ref, *_ in register(desk)] == ["OPDC/2564/1", "OPDC/2564/ว1"]


def test_a_letter_that_cannot_be_printed_keeps_no_other_back(desk: Typist) -> None:
    asked(desk, STRANGE)
    before = len(owed(desk))
    typed = ("2565-provinces", "return_for_revision", "--key", "k", "--output", "out")
    found = issued(desk, *typed, code=1)
    assert [each["recipient"] for each in found["issued"]] == ["TH-50"]
    [refused] = found["refused"]
    assert refused["to"] == "TH-11"
    *unprintable, on_paper = refused["reasons"]
    said = " ".join(reason["en"] for reason in unprintable)
    assert (said.count("東 (U+6771"), said.count("京 (U+4EAC")) == (1, 1)
    assert "letter preview --docx" in on_paper["en"]
    assert register(desk) == [("OPDC/2564/1", "issued", "TH-50")]
    assert len(owed(desk)) == before - 1
    again = desk("letter", "issue", *typed, *SENDER, *AS, lang="th", code=1).out
    assert "ไม่ได้ออกถึง TH-11" in again
    assert "นร 1203/1" in again
    assert "--letter-number" in again
    preview = ("letter", "preview", "2565-provinces", "return_for_revision", *SENDER)
    assert "letter.docx" in desk(*preview, "--docx", "letter.docx").out


def test_a_letter_of_a_cycle_or_a_meeting_is_not_issued_twice_unawares(desk: Typist) -> None:
    """Nothing is owed that would end with it: 76 governors would have the same words twice."""
    for words in (("2565-provinces", "invitation_to_draft"), (PROVINCES, "meeting_minutes")):
        issued(desk, *words)
        [refused] = issued(desk, *words, code=1)["refused"]
        [reason] = refused["reasons"]
        assert reason["code"] == "issued-before"
        assert "of 16 Dec 2021. To issue another: --again" in reason["en"]
    assert len(register(desk)) == 2
    issued(desk, "2564-departments", "invitation_to_draft")  # another cycle's
    issued(desk, "2565-provinces", "invitation_to_draft", "--again")
    assert [ref for ref, *_ in register(desk)][-1] == "OPDC/2564/ว3"
    for number in (1, 3):
        desk("letter", "void", f"OPDC/2564/ว{number}", "--reason", "ผิดรอบ", *AS)
    issued(desk, "2565-provinces", "invitation_to_draft")  # none of those that were stands


def test_a_cycle_of_which_nothing_is_owed_says_what_can_be_written(office: Typist) -> None:
    said = office.refused("letter", "preview", "2564-departments", code=2)["letter"]
    assert "name its kind: invitation_to_draft, esar_window_opens" in said


def test_whom_no_message_can_reach_is_told_while_it_can_be_mended(desk: Typist) -> None:
    for code in ("TH-11", "TH-50"):
        desk("correspondent", "set", code, "--email", "")
    typed = ("letter", "issue", PROVINCES, *SENDER, *AS, "--key", "k")
    assert "No e-mail address of TH-11, TH-50." in desk(*typed).out
    desk("tick")
    assert "No e-mail" not in desk(*typed).out  # what is gone is not mended any more
    assert "No e-mail" not in desk("letter", "issue", DEPARTMENT, *SENDER, *AS).out


def test_an_unknown_person_is_told_once(desk: Typist) -> None:
    typed = ("letter", "issue", PROVINCES, *SENDER, "--as", "nobody")
    assert desk.refused(*typed, code=2).keys() == {"person"}
    assert desk(*typed, code=2).said.count("nobody") == 1


def test_whoever_stops_a_batch_is_told_what_was_issued(
    desk: Typist, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [issue]

    def interrupted(*words: Any) -> Any:
        if not left:
            raise KeyboardInterrupt
        return left.pop()(*words)

    with monkeypatch.context() as patch:
        patch.setattr(letter_batch, "issue", interrupted)
        answer = desk("letter", "issue", PROVINCES, *SENDER, *AS, code=130)
    assert "นร 1203/1  16 Dec 2021  TH-11  OPDC/2564/1" in answer.out
    assert "Stopped before all 2 were issued" in answer.out
    assert [each["recipient"] for each in issued(desk, PROVINCES)["issued"]] == ["TH-50"]
    desk("letter", "find", "--meeting", PROVINCES, "--output", "out")
    assert sorted(file.name for file in Path("out").glob("OPDC-*")) == [
        "OPDC-2564-0001-TH-11.pdf", "OPDC-2564-0002-TH-50.pdf",
    ]  # fmt: skip


def test_files_that_cannot_be_written_do_not_hide_what_was_issued(desk: Typist) -> None:
    """The folder can be written to; one name in it is taken by another folder."""
    Path("out/OPDC-2564-0002-TH-50.pdf").mkdir(parents=True)
    answer = desk(
        "letter", "issue", PROVINCES, *SENDER, *AS, "--output", "out", "--key", "k", code=1
    )
    assert "นร 1203/2  16 Dec 2021  TH-50" in answer.out
    assert "not all files are written" in answer.out
    assert "cannot write out/OPDC-2564-0002-TH-50.pdf" in answer.err
    found = issued(desk, PROVINCES, "--output", "out", "--key", "k", code=1)
    assert [len(found[name]) for name in ("issued", "refused", "files", "unwritten")] == [
        2,
        0,
        0,
        1,
    ]
    assert not list(Path("out").glob(".*"))
    Path("out/OPDC-2564-0002-TH-50.pdf").rmdir()
    found = issued(desk, PROVINCES, "--output", "out", "--key", "k")
    assert (len(found["files"]), found["unwritten"]) == (4, [])


def test_who_has_no_right_issues_nothing(desk: Typist) -> None:
    found = desk.data("letter", "issue", PROVINCES, *SENDER, "--as", "somying", code=1)
    assert found["issued"] == []
    assert [each["to"] for each in found["refused"]] == ["TH-11", "TH-50"]
    assert {r["code"] for each in found["refused"] for r in each["reasons"]} == {"role"}
    shown = desk("letter", "issue", PROVINCES, *SENDER, "--as", "somying", code=1).out
    assert "Not issued to TH-11, TH-50: Ms Somying Jaidee has no right in the register" in shown
    assert shown.count("may not issue letters of IND-2565-") == 2
    assert "ไม่มีสิทธิ" in desk(
        "letter", "issue", PROVINCES, *SENDER, "--as", "somying", code=1, lang="th"
    ).out  # fmt: skip
    typed = ("letter", "issue", "2565-provinces", "invitation_to_draft", *SENDER)
    desk(*typed, "--as", "somying", code=1)
    desk("letter", "issue", ITEMS[0], *SENDER, code=2)
    assert register(desk) == []


def test_the_letters_day_may_be_typed_as_thais_do(desk: Typist) -> None:
    [one] = issued(desk, "IND-2565-0001", "--date", "๑๕/๑๒/๒๕๖๔")["issued"]
    assert one["dated"] == "2021-12-15"
    [two] = issued(desk, "IND-2565-0008", "--date", "15 ธ.ค. 2564")["issued"]
    assert (two["dated"], two["number"]) == ("2021-12-15", 2)


def test_the_numbers_follow_the_days(desk: Typist) -> None:
    def reason(day: str) -> str:
        found = issued(desk, ITEMS[0], "--date", day, code=1)
        [reason] = found["refused"][0]["reasons"]
        assert reason["code"] == "dated"
        return f"{reason['en']} {reason['th']}"

    assert "17 Dec 2021, which is in the future" in reason("2564-12-17")
    issued(desk, "IND-2565-0001", "--date", "2564-12-15")
    assert "15 Dec 2021" in reason("2564-12-14")
    assert "15 ธ.ค. 2564" in reason("2564-12-14")
    assert desk.refused("letter", "issue", ITEMS[0], *SENDER, *AS, "--date", "1/12/2564", code=2)


def test_a_letter_may_go_out_under_another_senders_number(desk: Typist) -> None:
    typed = ("letter", "issue", ITEMS[0], "--from", "OPS-MOI", *AS)
    [one] = desk.data(*typed)["issued"]
    assert (one["ref"], one["printed"]) == ("OPS-MOI/2564/1", "มท 0201.2/1")


def test_several_kinds_must_be_told_apart(desk: Typist) -> None:
    asked(desk, "ขอสูตรการคำนวณ")
    said = desk.refused("letter", "issue", "2565-provinces", *SENDER, *AS, code=2)["kind"]
    assert "notice_of_approval, return_for_revision" in said


def test_a_memo_to_units_goes_to_each_unit_once(desk: Typist) -> None:
    """They are no organisations of their own, so all have one recipient; a key tells them apart."""
    units(desk)
    found = owed(desk, "--kind", "confirmation_to_units")
    assert len(found) > 1
    assert {each["to"] for each in found} == {"OPS-MOI"}
    assert len({each["addressed"] for each in found}) == len(found)
    assert f"OPS-MOI: {found[0]['addressed'][:5]}" in desk("letter", "list").out
    typed = ("letter", "issue", "2564-departments", "--from", "OPS-MOI", "--as", "somying")
    done = desk.data(*typed, "--key", "k")
    assert done["refused"] == []
    assert [each["number"] for each in done["issued"]] == list(range(1, len(found) + 1))
    assert desk.data(*typed, "--key", "k") == done


def test_a_circular_that_steps_asked_for_is_issued_once_for_all(office: Typist) -> None:
    """The e-SAR window opens on each report; whichever is named, it is the cycle's circular."""
    office("correspondent", "set", "OPDC", "--code", "นร 1203")
    office("signatory", "add", "OPDC", "opdc-chair", "--since", "2563-09-01")
    for code in ("OPS-MOI", "CDD"):
        office("open", "performance_report", "--cycle", "2564-departments", "--organisation", code,
               "--set", "months=12")  # fmt: skip
    office.now = "2564-08-02"
    office("tick")
    assert [(each["kind"], each["to"]) for each in owed(office)] == [
        ("esar_window_opens", "CDD"), ("esar_window_opens", "OPS-MOI"),
    ]  # fmt: skip
    [one] = issued(office, "REP-2564-0002", "--key", "k")["issued"]
    assert (one["ref"], one["recipient"], len(one["messages"])) == ("OPDC/2564/ว1", "", 2)
    assert owed(office) == []
    shown = office("letter", "issue", "REP-2564-0001", *SENDER, *AS, "--key", "k", code=1).err
    assert "another command" in shown
    assert "all whom it concerns" in office(
        "letter", "issue", "REP-2564-0002", *SENDER, *AS, "--key", "k", "--output", "out"
    ).out  # fmt: skip
    sheet = openpyxl.load_workbook("out/mailing-list.xlsx").active
    assert sheet is not None
    envelopes = {(row[2], row[3]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert envelopes == {
        ("กรมการพัฒนาชุมชน", "อธิบดีกรมการพัฒนาชุมชน"),
        ("สำนักงานปลัดกระทรวงมหาดไทย", "ปลัดกระทรวงมหาดไทย"),
    }


# --- Show and void -------------------------------------------------------------------------------


def test_an_issued_letter_is_found_by_any_of_its_names(desk: Typist) -> None:
    issued(desk, ITEMS[0])
    issued(desk, "2565-provinces", "invitation_to_draft")
    for name in (
        "OPDC/2564/1", "นร 1203/1", "นร ๑๒๐๓/๑", "  นร  1203/1 ", "OPDC/๒๕๖๔/๑", "opdc/2564/1",
        "นร๑๒๐๓/๑", "นร 1203 / 1", "ที่ นร ๑๒๐๓/๑",
    ):  # fmt: skip
        assert desk.data("letter", "show", name)["letter"]["ref"] == "OPDC/2564/1"
    for name in ("นร 1203/ว 1", "นร ๑๒๐๓/ว๑", "ที่ นร ๑๒๐๓/ว ๑"):
        assert desk.data("letter", "show", name)["letter"]["ref"] == "OPDC/2564/ว1"
    found = desk.data("letter", "show", "OPDC/2564/1", "--pdf", "a/x.pdf", "--docx", "x.docx")
    assert found["files"] == ["a/x.pdf", "x.docx"]
    assert "Wrote y.pdf" in desk("letter", "show", "OPDC/2564/1", "--pdf", "y.pdf").out
    assert found["letter"]["status"] == "issued"
    assert found["facts"]["kind"] == "notice_of_approval"
    assert found["paper"]["number"] == "นร 1203/1"
    assert [each["status"] for each in found["messages"]] == ["waiting", "waiting"]
    assert Path("a/x.pdf").read_bytes().startswith(b"%PDF")
    assert Path("x.docx").read_bytes().startswith(b"PK")
    thai = desk("letter", "show", "นร 1203/1", lang="th").out
    for said in ("ออกแล้ว", "แจ้งผลการเห็นชอบตัวชี้วัด", "กระทรวงมหาดไทย (สำเนา)", "รอส่ง"):
        assert said in thai
    assert "นร 1203/1 · 16 Dec 2021" in desk("letter", "show", "นร 1203/1").out


@pytest.mark.parametrize(
    "name", ["", "ที่", "X/2564/1", "นร 1203/99", "OPDC/2564/ว1", "\x1b[31m", "😀"]
)
def test_a_letter_that_is_not_there_is_not_shown(desk: Typist, name: str) -> None:
    issued(desk, ITEMS[0])
    desk("register", "set-aside", 9, "--reason", "กระดาษ", *SENDER, *AS)
    assert desk.refused("letter", "show", name, code=2).keys() == {"letter"}
    assert "\x1b" not in desk("letter", "show", name, code=2, lang="th").err


def test_a_void_letter_keeps_its_number_and_says_why(desk: Typist) -> None:
    issued(desk, PROVINCES)
    typed = ("letter", "void", "นร ๑๒๐๓/๑", "--reason", "ผู้ลงนามผิด", *AS)
    answer = desk.data(*typed, "--key", "v")
    assert (answer["ref"], answer["printed"]) == ("OPDC/2564/1", "นร 1203/1")
    assert len(answer["owed_again"]) == 7
    assert desk.data(*typed, "--key", "v") == answer
    assert desk.refused(*typed).keys() == {"status"}
    assert "void: ผู้ลงนามผิด" in desk("letter", "show", "OPDC/2564/1").out
    assert "ยกเลิก: ผู้ลงนามผิด" in desk("register", "show", *SENDER, lang="th").out
    found = issued(desk, PROVINCES)
    assert [(each["number"], each["recipient"]) for each in found["issued"]] == [(3, "TH-11")]
    assert desk.data("audit", "verify")["sound"]
    issued(desk, "2565-provinces", "invitation_to_draft")
    said = desk("letter", "void", "OPDC/2564/ว1", "--reason", "x", *AS).out
    assert "นร 1203/ว 1 is void; no item waits for another" in said
    thai = desk("letter", "void", "OPDC/2564/3", "--reason", "x", *AS, lang="th").out
    assert "ยกเลิก นร 1203/3 แล้ว ต้องออกใหม่ของ: IND-2565-0001" in thai


def test_nobody_posts_a_void_letter_unawares(desk: Typist) -> None:
    """The file is evidence, and stays as it was issued; the words say on the first line what has
    become of them, and so does a Word file."""
    show = ("letter", "show", "OPDC/2564/1")
    issued(desk, PROVINCES)
    desk(*show, "--pdf", "before.pdf")
    assert "ยกเลิก" not in desk(*show).out
    desk("letter", "void", "OPDC/2564/1", "--reason", "ผู้ลงนามผิด", *AS)
    for asked in (("--pdf", "after.pdf"), ("--docx", "after.docx")):
        refused = desk.refused(*show, *asked)
        assert refused.keys() == {"void"}
        assert "ผู้ลงนามผิด" in refused["void"]
        assert not Path(asked[1]).exists()
    said = desk(*show, "--pdf", "after.pdf", "--docx", "after.docx", "--void").out
    assert "OPDC/2564/1 is void: do not print and post it" in said
    assert "(จำลอง ยกเลิก)" in said
    assert Path("after.pdf").read_bytes() == Path("before.pdf").read_bytes()
    [section, *_] = read(Path("after.docx").read_bytes()).sections
    assert "ยกเลิก" in "".join(each.text for each in section.first_page_header.paragraphs)
    assert desk.data(*show)["letter"]["status"] == "void"
    assert desk("letter", "show", "OPDC/2564/2", "--pdf", "other.pdf").out.count("ยกเลิก") == 0


def test_what_cannot_be_void(desk: Typist) -> None:
    issued(desk, PROVINCES)
    typed = ("letter", "void", "OPDC/2564/1")
    assert desk.refused(*typed, "--reason", " ", *AS, code=2).keys() == {"reason"}
    assert desk.refused(*typed, "--reason", "ก" * 3_000, *AS).keys() == {"reason"}
    assert desk.refused(*typed, "--reason", "x", "--as", "somying").keys() == {"role"}
    assert desk.refused("letter", "void", "X", "--reason", "x", *AS, code=2).keys() == {"letter"}
    desk("register", "set-aside", 9, "--reason", "กระดาษ", *SENDER, *AS)
    set_aside = ("letter", "void", "OPDC/2564/3-9", "--reason", "x", *AS)
    assert desk.refused(*set_aside).keys() == {"status"}
    desk("tick")
    assert desk.refused(*typed, "--reason", "x", *AS).keys() == {"sent"}


# --- On the way out ------------------------------------------------------------------------------


def test_a_tick_sends_and_the_items_are_notified(desk: Typist) -> None:
    issued(desk, PROVINCES)
    letters = desk.data("status", code=1)["letters"]
    assert letters == {"to_issue": 1, "to_send": 4, "stuck": 0}
    done = desk.data("tick")["did"]
    assert done["sent"] == 4  # two provinces, and a copy of each for the ministry
    assert desk.data("status")["letters"] == {"to_issue": 1, "to_send": 0, "stuck": 0}
    assert desk.data("show", "IND-2565-0001")["item"]["state"] == "notified"
    event = desk.data("history", "IND-2565-0001")["events"][-1]
    assert event["letter"] == {"number": "นร 1203/1", "date": "2021-12-16"}
    sent = desk.data("letter", "show", "OPDC/2564/1")["messages"]
    assert [(each["recipient"], each["status"]) for each in sent] == [
        ("MOI", "sent"), ("TH-11", "sent"),
    ]  # fmt: skip
    assert "accepted by the relay" in desk("letter", "show", "OPDC/2564/1").out
    assert desk.data("tick")["did"]["sent"] == 0
    assert desk.data("audit", "verify")["sound"]


def test_the_whole_way_as_a_coordinator_types_it_in_thai(desk: Typist) -> None:
    desk.lang = "th"
    assert "IND-2564-0001 … (6 รายการ)" in desk("letter", "list", "--item", ITEMS[0]).out
    ours = ("--from", "OPDC")
    assert "(ร่าง)" in desk("letter", "preview", DEPARTMENT, *ours).out
    printed = desk("letter", "issue", DEPARTMENT, *ours, *AS, "--date", "๑๖ ธันวาคม ๒๕๖๔").out
    assert "นร 1203/1  16 ธ.ค. 2564  OPS-MOI  OPDC/2564/1" in printed
    assert "OPDC/2564/1|OPS-MOI|1" in desk("outbox", "list").out
    assert "notify: 6 รายการ" in desk("tick").out
    assert "ไม่มีข้อความค้าง" in desk("outbox", "list").out
    assert "ระบบอีเมลรับแล้ว" in desk("letter", "show", "นร ๑๒๐๓/๑").out
    assert "หนังสือที่ นร 1203/1 ลงวันที่ 16 ธ.ค. 2564" in desk("history", ITEMS[0]).out
    assert "แจ้งผลการเห็นชอบตัวชี้วัด" in desk("register", "show", *ours).out
    assert "แจ้งยืนยันรายละเอียดตัวชี้วัด" in desk("letter", "list").out


def test_text_that_would_steer_the_terminal_is_shown_harmless(desk: Typist) -> None:
    bad = "\x1b[31m"
    for words in (
        ("letter", "preview", bad, *SENDER), ("letter", "preview", ITEMS[0], bad, *SENDER),
        ("letter", "issue", bad, *SENDER, *AS), ("letter", "list", "--kind", bad),
        ("letter", "preview", ITEMS[0], "--from", bad),
        ("letter", "void", bad, "--reason", "x", *AS),
    ):  # fmt: skip
        for form in ({}, {"lang": "th"}, {"json": True}):
            assert "\x1b" not in desk(*words, code=2, **form).said


# --- What else may be owed -----------------------------------------------------------------------


def asked(desk: Typist, comment: str) -> None:
    """The drafts of two more provinces' items are sent back: to TH-11 in these words."""
    for number, (code, words) in enumerate((("TH-11", comment), ("TH-50", "ขอปรับสูตร")), 1):
        ref = desk.data(
            "open", "change_request", "--cycle", "2565-provinces", "--organisation", code, "--as",
            f"co-{code.lower()}", "--subject", f"IND-2565-000{1 if number == 1 else 8}",
            "--set", "kind=target", "--set", "reason_th=สถานการณ์เปลี่ยนแปลง",
            "--set", "changes.target_100=1",
        )["opened"][0]["ref"]  # fmt: skip
        desk("advance", ref, "submit", "--as", f"co-{code.lower()}")
        desk("advance", ref, "return", "--as", "anong", "--comment", words)


def units(desk: Typist) -> None:
    """The department was notified, so its units are to be told."""
    issued(desk, DEPARTMENT)
    desk("tick")
