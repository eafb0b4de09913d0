"""The wording of every kind, ours and an office's."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import WrongUse
from notifications import wording
from notifications.kinds import KINDS
from notifications.paper import Table
from notifications.samples import samples
from notifications.structure import Wording
from notifications.text import one_line
from notifications.wording import checked, template_digest, worded
from tests.notifications.facts import INDICATORS, facts

CASES = [(kind, nr) for kind in KINDS for nr in range(2)]
SHIPPED = Path(wording.__file__).parent / "templates" / "letters"
OWN = """เรื่อง ขอข้อมูล
เรียน {{ addressee }}
---
ด้วย{{ sender.name_th }}ขอข้อมูล {{ step.comment }}
"""


def said(letter: Wording) -> str:
    """All of it, in one text."""
    parts = [letter.subject, letter.dear, *letter.refers, *letter.encloses]
    for title, body in [("", letter.body), *((it.title, it.body) for it in letter.annexes)]:
        parts.append(title)
        for part in body:
            if isinstance(part, Table):
                parts += [cell for row in part.rows for cell in row]
            else:
                parts.append(part)
    return "\n".join(parts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "information_request.txt").write_text(OWN, "utf-8")
    return tmp_path


@pytest.mark.parametrize(("kind", "nr"), CASES)
def test_every_kind_reads_well_with_all_and_with_the_least(kind: str, nr: int) -> None:
    letter = worded(kind, samples(kind)[nr])
    text = said(letter)
    assert letter.subject
    assert letter.dear == samples(kind)[nr]["addressee"]
    for flaw in ("None", "{{", "}}", "[]", "  ", "การการ", " ,", "()", "จังหวัดจังหวัด", "\ufdd0"):
        assert flaw not in text
    last = [part for part in letter.body if isinstance(part, str)][-1]
    assert last.startswith("จึงเรียนมาเพื่อโปรด")
    assert len(letter.encloses) == len(letter.annexes)
    assert all(annex.body for annex in letter.annexes)


@pytest.mark.parametrize("kind", KINDS)
def test_what_we_ship_has_no_complaint_and_every_table_fits_the_paper(kind: str) -> None:
    assert checked(SHIPPED / f"{kind}.txt", kind) == []
    for annex in worded(kind, facts(kind, items=6)).annexes:
        for part in annex.body:
            if isinstance(part, Table):
                assert sum(column.width for column in part.columns) == pytest.approx(16)


@pytest.mark.parametrize("kind", ["invitation_to_draft", "esar_window_opens"])
def test_a_calendar_announces_what_is_planned_and_not_what_the_cabinet_resolved(kind: str) -> None:
    [annex] = worded(kind, facts(kind)).annexes
    [table] = annex.body
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == ["1", "2"]
    assert "มติ ครม." not in "".join(row[1] for row in table.rows)
    letter = facts(kind)
    letter["cycle"]["dates"] = [d for d in letter["cycle"]["dates"] if "cabinet" in d["name"]]
    assert worded(kind, letter).annexes == ()


def test_the_notice_of_approval_has_every_indicator_with_its_parts_and_weights() -> None:
    [annex] = worded("notice_of_approval", facts("notice_of_approval", items=6)).annexes
    [table] = annex.body
    assert isinstance(table, Table)
    expected = [
        (each["code"], each["weight"])
        for indicator in INDICATORS
        for each in (indicator, *indicator["parts"])
    ]
    assert [(row[0], row[2]) for row in table.rows] == expected
    assert "(DOPA-Digital ID)" in table.rows[0][1]


def test_one_decision_holds_what_was_granted_and_what_was_refused() -> None:
    letter = worded("decision_on_change_request", facts("decision_on_change_request", items=5))
    assert "มีมติเห็นชอบ จำนวน 3 คำขอ และไม่เห็นชอบ จำนวน 2 คำขอ" in said(letter)
    [table] = letter.annexes[0].body
    assert isinstance(table, Table)
    assert [row[3] for row in table.rows] == ["เห็นชอบ", "ไม่เห็นชอบ", "เห็นชอบ", "เห็นชอบ", "ไม่เห็นชอบ"]
    assert "ค่าเป้าหมายขั้นสูง (100) จาก 85.5 เป็น 1,250.5;" in table.rows[0][2]


@pytest.mark.parametrize(
    ("outcome", "there", "absent"),
    [("approved", "ให้ใช้รายละเอียด", "ไม่เห็นชอบ"), ("rejected", "ให้คงรายละเอียดเดิม", " เห็นชอบ")],
)
def test_a_decision_of_one_kind_says_nothing_of_the_other(
    outcome: str, there: str, absent: str
) -> None:
    given_facts = facts("decision_on_change_request", items=2)
    for item in given_facts["items"]:
        item["outcome"] = outcome
    body = "\n".join(map(str, worded("decision_on_change_request", given_facts).body))
    assert there in body
    assert absent not in body


def test_the_resolution_that_ended_the_classes_is_named_by_its_day() -> None:
    full, sparse = (said(worded("monitoring_only", each)) for each in samples("monitoring_only"))
    assert "คณะรัฐมนตรีได้มีมติเมื่อวันที่ 20 กรกฎาคม 2564" in full
    assert "ถอดบทเรียน" in full  # what that resolution asked for, and no other
    assert "คณะรัฐมนตรี" not in sparse
    assert "ถอดบทเรียน" not in sparse


def test_the_window_is_found_by_either_of_its_names() -> None:
    given_facts = facts("esar_window_opens")
    *others, window = given_facts["cycle"]["dates"]
    there = "ตั้งแต่วันที่ 1 สิงหาคม 2564 ถึงวันที่ 15 ตุลาคม 2564"
    assert there in said(worded("esar_window_opens", given_facts))
    given_facts["cycle"]["dates"] = [*others, {**window, "name": "esar_closes"}]
    assert there in said(worded("esar_window_opens", given_facts))


@pytest.mark.parametrize("kind", ["information_request", "return_for_revision"])
def test_a_reason_of_all_items_is_given_once_and_others_beside_theirs(kind: str) -> None:
    given_facts = facts(kind, items=4)
    for item in given_facts["items"]:
        item["comment"] = "ขอสูตรการคำนวณ"
    *listed, reason, _ = map(str, worded(kind, given_facts).body)
    assert reason.endswith("ข้างต้น: ขอสูตรการคำนวณ")
    assert "ขอสูตรการคำนวณ" not in "".join(listed)
    given_facts["items"][3]["comment"] = "ขอแหล่งข้อมูล"
    *_, third, fourth, _ = map(str, worded(kind, given_facts).body)
    assert third.endswith(": ขอสูตรการคำนวณ")
    assert fourth.endswith(": ขอแหล่งข้อมูล")


def test_a_letter_names_all_that_it_returns() -> None:
    """A meeting, or one bulk step, may return indicators and requests of one organisation."""
    asked = facts("decision_on_change_request", items=1)["items"]
    request, indicator = "คำขอเปลี่ยนแปลงรายละเอียดตัวชี้วัด", "รายละเอียดตัวชี้วัด"
    given_facts = facts("return_for_revision", items=2)
    own = given_facts["items"]
    for items, matter in ((own, indicator), (asked, request),
                          ([*own, *asked], f"{request} และ{indicator}"),
                          ([*asked, *own], f"{request} และ{indicator}")):  # fmt: skip
        letter = worded("return_for_revision", {**given_facts, "items": items})
        assert letter.subject == f"ขอส่งคืน{matter}เพื่อปรับปรุง"
        assert f"ได้เสนอ{matter}ตามมาตรการ" in str(letter.body[0])


def test_a_meeting_is_called_by_the_sender_who_asks_to_confirm_its_minutes() -> None:
    first, _ = worded("meeting_agenda", facts("meeting_agenda")).body
    assert str(first).startswith("ด้วยสำนักงาน ก.พ.ร. กำหนดให้มีการประชุมคณะทำงาน")
    *_, last = worded("meeting_minutes", facts("meeting_minutes")).body
    asked = "โปรดพิจารณารับรองรายงานการประชุม หากมีข้อแก้ไขประการใด โปรดแจ้งสำนักงาน ก.พ.ร. ทราบต่อไป"
    assert last == f"จึงเรียนมาเพื่อ{asked}"


@pytest.mark.parametrize("kind", [kind for kind, it in KINDS.items() if it.form == "circular"])
def test_a_circular_says_the_same_to_all(kind: str) -> None:
    """Nothing of a recipient, an organisation or an item is even asked for."""
    asked = facts(kind)
    named = facts(kind, recipient={"name_th": "เชียงใหม่"}, organisation={"name_th": "เชียงใหม่"})
    assert worded(kind, asked) == worded(kind, named)


@given(st.text(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_comment_is_quoted_and_never_obeyed(comment: str) -> None:
    plain = one_line("".join(char for char in comment if not 0xFDD0 <= ord(char) <= 0xFDD6))
    given_facts = facts("return_for_revision", items=1)
    expected = len(worded("return_for_revision", given_facts).body)
    given_facts["items"][0]["comment"] = comment or "ก"
    letter = worded("return_for_revision", given_facts)
    if plain:
        assert str(letter.body[2]).endswith(f"เหตุผล: {plain}")
    assert len(letter.body) == expected


@pytest.mark.parametrize(
    ("comment", "shown"),
    [
        ('#read("/etc/passwd") *x* $y$', '#read("/etc/passwd") *x* $y$'),
        ("<script>alert(1)</script> &amp;", "<script>alert(1)</script> &amp;"),
        ("{{ 7 * 7 }}{% if %}", "{{ 7 * 7 }}{% if %}"),
        ("\u202eลับ\u2066", "ลับ"),
        ("ก\x00ข\x1b[31m\r\n---", "ก ข [31m ---"),
        ("ก\ud800ข", "ก ข"),
        ("ยินดี 😀", "ยินดี 😀"),  # the printing names it
    ],
)
def test_markup_is_text_in_ours_and_in_an_office_s_own(
    folder: Path, comment: str, shown: str
) -> None:
    given_facts = facts("information_request", items=1)
    given_facts["items"][0]["comment"] = given_facts["step"]["comment"] = comment
    for own in (None, folder):
        assert shown in str(worded("information_request", given_facts, folder=own).body)


def test_a_text_that_no_letter_can_hold_is_refused_by_its_place() -> None:
    given_facts = facts("return_for_revision", items=2)
    given_facts["items"][1]["comment"] = "ก" * 1_000_000
    with pytest.raises(WrongUse) as caught:
        worded("return_for_revision", given_facts)
    [reason] = caught.value.reasons
    assert (reason.code, reason.where) == ("too_long", "items.2.comment")
    assert "1,000,000" in reason.th


def test_a_letter_that_nobody_could_read_is_refused() -> None:
    given_facts = facts("return_for_revision", items=35)
    for nr, item in enumerate(given_facts["items"]):
        item["comment"] = f"{nr:02}" + "ก" * 19_998
    with pytest.raises(WrongUse, match="return_for_revision: this text has 7"):
        worded("return_for_revision", given_facts)


def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    for kind in ("nonsense", "../secret"):
        with pytest.raises(WrongUse, match="information_request"):
            worded(kind, facts("information_request"))


def test_an_office_s_own_template_stands_for_ours(folder: Path) -> None:
    given_facts = facts("information_request")
    letter = worded("information_request", given_facts, folder=folder)
    assert letter.body == (f"ด้วยสำนักงาน ก.พ.ร. ขอข้อมูล {given_facts['step']['comment']}",)
    assert template_digest("information_request", folder) == sha256(OWN.encode()).hexdigest()
    assert template_digest("information_request", folder) != template_digest("information_request")
    ours = worded("meeting_minutes", facts("meeting_minutes"))
    assert worded("meeting_minutes", facts("meeting_minutes"), folder=folder) == ours
    assert template_digest("meeting_minutes", folder) == template_digest("meeting_minutes")


def test_what_ours_and_a_copy_of_it_say_is_the_same(tmp_path: Path) -> None:
    for kind in ("notice_of_approval", "esar_window_opens", "meeting_minutes"):
        (tmp_path / f"{kind}.txt").write_bytes((SHIPPED / f"{kind}.txt").read_bytes())
        assert worded(kind, facts(kind), folder=tmp_path) == worded(kind, facts(kind))


@pytest.mark.parametrize(
    ("text", "where", "there"),
    [
        (OWN.replace("step.comment", "step.coment"), ":4", "did you mean “comment”?"),
        (OWN.replace("เรื่อง ขอข้อมูล\n", ""), ":3", "one line “เรื่อง”"),
        (OWN + "\n| ก {3} | ข {4} |\n| 1 |\n", ":7", "1 cells; the table has 2 columns"),
        (OWN + "\n{% if", ":6", "unexpected"),
        (OWN + "{{ items[0].content.wieght }}", ":5", "did you mean “weight”?"),
        (OWN + "{{ items[0].content.parts[0].wait }}", ":5", "no field wait"),
        (OWN + "{{ meeting.held_on | days }}", ":5", "did you mean “day”?"),
        (OWN + "{{ meeting.held_on }}", ":5", "held_on"),  # for a step may have no meeting
    ],
)
def test_an_office_is_told_what_is_wrong_with_its_template(
    tmp_path: Path, text: str, where: str, there: str
) -> None:
    path = tmp_path / "information_request.txt"
    path.write_text(text, "utf-8")
    [reason] = checked(path, "information_request")
    assert there in reason.en
    assert reason.where == f"information_request.txt{where}"
    assert reason.th != reason.en


def test_every_complaint_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("{{ wer }}\n{% include 'x' %}\n{{ ''.__class__ }}\n{{ step | tag }}", "utf-8")
    lines = [reason.where for reason in checked(path, "information_request")]
    assert lines == [f"mine.txt:{line}" for line in range(1, 5)]


def test_a_file_that_is_no_text_or_too_large_is_a_complaint(tmp_path: Path) -> None:
    path = tmp_path / "information_request.txt"
    assert [it.code for it in checked(path, "information_request")] == ["file"]
    path.write_bytes("เรื่อง ก\n".encode("cp874"))
    [reason] = checked(path, "information_request")
    assert reason.where == "information_request.txt:1"
    path.write_text("\n" * 200_000, "utf-8")
    assert [it.code for it in checked(path, "information_request")] == ["size"]
    path.write_text("\ufeff" + OWN, "utf-8")  # as Windows writes it
    assert checked(path, "information_request") == []
