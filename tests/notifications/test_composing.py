"""From owed facts to a letter: who sends, signs and gets it, how they are addressed, its marks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from engine.correspondents import NewCorrespondent, amend, correspondents
from engine.cycles import NewCycle, open_cycle
from engine.errors import WrongUse
from engine.numbers import Place
from engine.occasion import Wanted, occasions
from engine.signatories import NewSignatory, signatories
from notifications.composing import ALL, Composed, Composer, Look, _all_of
from notifications.paper import Paper, Table
from notifications.wording import template_digest
from tests.builders import (
    DEPARTMENT,
    LETTER,
    Desk,
    an_office,
    draft,
    opened,
    step,
    walk,
)
from tests.databases import SqliteSource
from tests.engine.lettering import approved_set

TODAY = date(2021, 2, 1)

OURS = Look()
MADE_AT = datetime(2021, 2, 1, 2, tzinfo=UTC)
OWN = "เรื่อง {{ cycle.th }}\nเรียน {{ addressee }}\n---\nแบบของสำนักงานเอง\n"


@pytest.fixture
def office(sqlite_source: SqliteSource, tmp_path: Path) -> Iterator[Desk]:
    """Composing only reads, so one kind of database will do."""
    with sqlite_source.fresh(tmp_path) as url:
        made = an_office(url, simulation=False)
        yield founded(made)
        made.close()


def founded(office: Desk) -> Desk:
    """Two senders with codes; one of them has a signing officer, who acts for another."""
    rows = [
        NewCorrespondent("WG", code="นร 1203", agency="สำนักงาน ก.พ.ร.",
                         address="ถนนพิษณุโลก\nกทม. 10300", contact="กองกลาง\nโทร. 0 0000 0000"),
        NewCorrespondent("MOI", code="มท 0201"),
    ]  # fmt: skip
    correspondents(office, office.asking(), rows)
    acting = NewSignatory("WG", "palat", date(2021, 1, 1), date(2021, 2, 28), "รองเลขาธิการ ก.พ.ร.",
                          "ปฏิบัติราชการแทน", "เลขาธิการ ก.พ.ร.", "คำสั่งที่ 1/2564")  # fmt: skip
    own = NewSignatory("MOI", "palat", date(2021, 1, 1), post="ปลัดกระทรวงมหาดไทย")
    signatories(office, office.asking(), [acting, own])
    return office


def composed(
    office: Desk, kind: str, sender: str = "WG", dated: date = TODAY, look: Look = OURS
) -> list[Composed]:
    composer = Composer(office, sender, dated, look)
    with office.database.read() as transaction:
        return [
            composer.of_steps(transaction, each)
            for each in occasions(transaction, office, Wanted(kind=kind))
        ]


@pytest.fixture
def approved(office: Desk) -> list[str]:
    return approved_set(office)


def test_a_letter_is_headed_signed_and_addressed(office: Desk, approved: list[str]) -> None:
    [letter] = composed(office, "notice_of_approval")
    paper = letter.paper(15)
    assert paper.form == "letter"
    assert (paper.number, paper.dated, paper.mark) == ("นร 1203/15", "2021-02-01", "")
    assert paper.agency == ("สำนักงาน ก.พ.ร.", "ถนนพิษณุโลก", "กทม. 10300")
    assert paper.contact == ("กองกลาง", "โทร. 0 0000 0000")
    assert (paper.opening, paper.to) == ("เรียน", "ผู้ว่าราชการจังหวัดเชียงใหม่")
    assert paper.signature.name == "คุณpalat"
    assert paper.signature.post == ("รองเลขาธิการ ก.พ.ร.", "ปฏิบัติราชการแทน เลขาธิการ ก.พ.ร.")
    assert paper.signature.order_ref == "คำสั่งที่ 1/2564"
    assert paper.copies == ()
    draft_of = letter.draft
    assert draft_of.place == Place("WG", "letter", 2564)
    assert (draft_of.recipient, draft_of.to, draft_of.occasion) == ("CMI", ("CMI",), "M-SUB")
    assert [ref for ref, _ in draft_of.owed] == approved
    assert draft_of.roles[approved[0]] == ("sub_commission_secretary", "opdc_analyst")
    assert draft_of.facts["addressee"] == "ผู้ว่าราชการจังหวัดเชียงใหม่"
    assert draft_of.template == template_digest("notice_of_approval")


def test_the_registered_addressee_goes_before_the_kinds(office: Desk, approved: list[str]) -> None:
    amend(office, office.asking(), "CMI", {"addressee": "นายกรัฐมนตรี"})
    [letter] = composed(office, "notice_of_approval")
    assert (letter.paper(1).opening, letter.paper(1).to) == ("กราบเรียน", "นายกรัฐมนตรี")


def test_a_copy_of_a_ministry_is_its_ministers(office: Desk) -> None:
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    [letter] = composed(office, "notice_of_approval")
    assert letter.draft.copies == ("MOI",)
    assert letter.paper(1).copies == ("รัฐมนตรีว่าการกระทรวงมหาดไทย",)
    assert letter.paper(1).to == "ปลัดกระทรวงมหาดไทย"


def test_minister_and_ministry_are_both_named_of_one_copy(office: Desk) -> None:
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    both = (("MOI", "ministry"), ("MOI", "minister"))
    with office.database.read() as transaction:
        [found] = occasions(transaction, office, Wanted(kind="notice_of_approval"))
        composer = Composer(office, "WG", TODAY, OURS)
        letter = composer.of_steps(transaction, replace(found, copied=both))
    assert letter.draft.copies == ("MOI",)
    assert letter.paper(1).copies == ("ปลัดกระทรวงมหาดไทย", "รัฐมนตรีว่าการกระทรวงมหาดไทย")


def test_a_memo_goes_to_the_head_of_the_unit_and_else_to_all_units(office: Desk) -> None:
    units = ("กองคลัง", "", "ทีมพัฒนา", "DLA")
    of = [draft(str(nr), lead_unit=unit) for nr, unit in enumerate(units)]
    for ref in opened(office, None, "indicator_department", "2564-free", of):
        walk(office, ref, DEPARTMENT[:-1])
        step(office, ref, "notify", "somying", **LETTER)
    letters = composed(office, "confirmation_to_units", sender="MOI")
    papers = [letter.paper(7) for letter in letters]
    assert sorted(paper.to for paper in papers) == [
        "ทีมพัฒนา", "ผู้อำนวยการกองคลัง", "หัวหน้าหน่วยงานในสังกัดกรมส่งเสริมการปกครองท้องถิ่น",
        "หัวหน้าหน่วยงานในสังกัดสำนักงานปลัดกระทรวงมหาดไทย",
    ]  # fmt: skip
    for paper in papers:
        assert (paper.form, paper.number, paper.closing) == ("memo", "มท 0201/7", "")
        assert paper.agency == ("กระทรวงมหาดไทย",)


def test_a_draft_and_a_simulation_are_marked(
    office: Desk, approved: list[str], tmp_path: Path
) -> None:
    [letter] = composed(office, "notice_of_approval")
    assert letter.paper(None).mark == "ร่าง"
    assert letter.paper(None).number.startswith("นร 1203/.")
    office.simulation = True
    [simulated] = composed(office, "notice_of_approval")
    assert (simulated.paper(None).mark, simulated.paper(1).mark) == ("ร่าง", "จำลอง")


def test_it_is_made_with_its_number(office: Desk, approved: list[str]) -> None:
    [letter] = composed(office, "notice_of_approval")
    made = letter.made(7, MADE_AT)
    assert made.printed == "นร 1203/7"
    assert made.paper == letter.paper(7).plain()
    assert made.pdf.startswith(b"%PDF")
    assert letter.made(7, MADE_AT).pdf == made.pdf


def test_an_offices_own_wording_is_taken_and_its_digest_kept(
    office: Desk, approved: list[str], tmp_path: Path
) -> None:
    (tmp_path / "notice_of_approval.txt").write_text(OWN, "utf-8")
    [letter] = composed(office, "notice_of_approval", look=Look(templates=tmp_path))
    assert letter.paper(1).body == ("แบบของสำนักงานเอง",)
    assert letter.draft.template == sha256(OWN.encode()).hexdigest()


def test_nobody_signs_outside_the_days_of_an_officer(office: Desk, approved: list[str]) -> None:
    for dated, signs in ((date(2020, 12, 31), False), (date(2021, 1, 1), True),
                         (date(2021, 2, 28), True), (date(2021, 3, 1), False)):  # fmt: skip
        if signs:
            assert composed(office, "notice_of_approval", dated=dated)
            continue
        with pytest.raises(WrongUse) as wrong:
            composed(office, "notice_of_approval", dated=dated)
        assert [reason.code for reason in wrong.value.reasons] == ["signatory"]


def test_a_sender_has_a_code_and_a_letter_one_sender(office: Desk, approved: list[str]) -> None:
    for sender in ("CMI", "X", ""):
        with pytest.raises(WrongUse) as wrong:
            composed(office, "notice_of_approval", sender=sender)
        assert [reason.code for reason in wrong.value.reasons] == ["sender"]
    [letter] = composed(office, "notice_of_approval", sender="MOI")
    assert letter.paper(1).number == "มท 0201/1"
    assert letter.paper(1).agency == ("กระทรวงมหาดไทย",)  # it has no name of its own for the head


def test_a_circular_goes_to_all_who_take_part(office: Desk, approved: list[str]) -> None:
    composer = Composer(office, "WG", TODAY)
    with office.database.read() as transaction:
        letter = composer.of_cycle(transaction, "invitation_to_draft", "2564-p")
    paper = letter.paper(3)
    assert (paper.form, paper.number) == ("letter", "นร 1203/ว 3")
    assert paper.to == "ผู้ว่าราชการจังหวัดเชียงใหม่"  # the only one who takes part
    assert letter.draft.place == Place("WG", "circular", 2564)
    assert (letter.draft.recipient, letter.draft.to, letter.draft.roles) == ("", ("CMI",), {})
    assert (letter.draft.occasion, letter.draft.owed) == ("2564-p", ())


@pytest.mark.parametrize(
    ("to", "addressed"),
    [
        (("OPS",), "ปลัดกระทรวงมหาดไทย"),
        (("MOI", "OPS"), "ปลัดกระทรวงมหาดไทย"),  # one post heads both
        (("OPS", "DLA"), "ปลัดกระทรวงมหาดไทย และอธิบดีกรมส่งเสริมการปกครองท้องถิ่น"),
        (
            ("CMI", "OPS", "DLA"),
            "ผู้ว่าราชการจังหวัดเชียงใหม่ ปลัดกระทรวงมหาดไทย และอธิบดีกรมส่งเสริมการปกครองท้องถิ่น",
        ),
        (("CMI",) * ALL, "ผู้ว่าราชการจังหวัด ทุกจังหวัด"),
    ],
)
def test_a_circular_to_few_or_to_all_says_to_whom(
    office: Desk, to: tuple[str, ...], addressed: str
) -> None:
    with office.database.read() as transaction:
        assert _all_of(transaction, to) == (addressed, ())


def test_a_circular_to_many_has_a_list_of_them(office: Desk) -> None:
    amend(office, office.asking(), "MOPH", {"addressee": "ปลัดกระทรวงสาธารณสุข (ผ่านกองแผนงาน)"})
    of = [draft("1", organisation=code) for code in ("CMI", "OPS", "DLA", "MOPH")]
    opened(office, None, "indicator_department", "2564-free", of)
    with office.database.read() as transaction:
        letter = Composer(office, "WG", TODAY).of_cycle(transaction, "monitoring_only", "2564-free")
    paper = letter.paper(3)
    assert paper.to == "หัวหน้าส่วนราชการ (ตามบัญชีรายชื่อแนบท้าย)"
    [annex] = paper.annexes
    assert annex.title == ("บัญชีรายชื่อแนบท้ายหนังสือสำนักงาน ก.พ.ร. ที่ นร 1203/ว 3 ลงวันที่ 1 กุมภาพันธ์ 2564")
    [table] = annex.body
    assert isinstance(table, Table)
    assert table.rows == (
        ("1", "ผู้ว่าราชการจังหวัดเชียงใหม่"),
        ("2", "อธิบดีกรมส่งเสริมการปกครองท้องถิ่น"),
        ("3", "ปลัดกระทรวงสาธารณสุข (ผ่านกองแผนงาน)"),
        ("4", "ปลัดกระทรวงมหาดไทย"),
    )
    assert Paper.of_plain(letter.made(3, MADE_AT).paper) == paper


def test_nobody_is_written_to_where_nobody_takes_part(office: Desk) -> None:
    new = NewCycle("2564-a", 2564, "agencies", "หน่วยงาน", "Agencies")
    open_cycle(office, office.asking(), new)
    with office.database.read() as transaction, pytest.raises(WrongUse) as wrong:
        Composer(office, "WG", TODAY).of_cycle(transaction, "monitoring_only", "2564-a")
    assert wrong.value.reasons[0].code == "recipients"


def test_minutes_are_a_memo_to_the_body(office: Desk, approved: list[str]) -> None:
    with office.database.read() as transaction:
        letter = Composer(office, "WG", TODAY).of_meeting(transaction, "meeting_minutes", "M-SC")
    paper = letter.paper(2)
    assert (paper.form, paper.number) == ("memo", "นร 1203/2")
    assert paper.to == "ประธานกรรมการกำกับการประเมินผลฯ"
    assert (letter.draft.recipient, letter.draft.occasion) == ("SC", "M-SC")
