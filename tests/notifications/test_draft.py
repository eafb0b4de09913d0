"""A whole letter, put together of facts, sender, signatory and number."""

from dataclasses import replace

import pytest

from notifications.docx import edited
from notifications.draft import DRAFT, Sender, drafted, number_of
from notifications.kinds import KINDS
from notifications.paper import Paper
from notifications.pdf import printed
from notifications.plaintext import as_text
from notifications.thai import digits
from tests.notifications.facts import MADE_AT, SENDER, SIGNER, facts, paper
from tests.notifications.test_pdf import pages, reads, solid
from tests.notifications.word_files import paragraphs, read, said


def test_a_number_stands_behind_the_sender_s_code() -> None:
    assert number_of("นร 1203", 15, circular=False) == "นร 1203/15"
    assert number_of("นร 1203", 15, circular=True) == "นร 1203/ว 15"


def test_a_draft_has_room_where_its_number_will_stand() -> None:
    assert number_of("นร 1203", None, circular=False).startswith("นร 1203/....")
    assert number_of("นร 1203", None, circular=True).startswith("นร 1203/ว ....")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_a_paper_that_can_be_kept_and_read_again(kind: str) -> None:
    made = paper(kind)
    assert Paper.of_plain(made.plain()) == made
    assert made.form == ("memo" if KINDS[kind].form == "memo" else "letter")
    assert made.opening == "เรียน"


def test_a_paper_that_was_kept_before_there_were_lists_encloses_its_annexes() -> None:
    made = paper("notice_of_approval")
    kept = made.plain()
    for annex in kept["annexes"]:
        del annex["enclosed"]
    assert Paper.of_plain(kept) == made


def test_a_letter_has_an_address_a_closing_and_who_deals_with_it() -> None:
    made = paper("notice_of_approval")
    assert made.agency == ("สำนักงาน ก.พ.ร.", "ถนนพิษณุโลก เขตดุสิต", "กรุงเทพมหานคร 10300")
    assert made.closing == "ขอแสดงความนับถือ"
    assert made.contact == SENDER.contact
    assert made.signature.name == "นางสาวสมหญิง ใจดี"
    assert made.signature.post == ("รองเลขาธิการ ก.พ.ร.", "ปฏิบัติราชการแทน เลขาธิการ ก.พ.ร.")
    assert made.signature.order_ref == SIGNER.order_ref
    assert made.copies == ("รัฐมนตรีว่าการกระทรวงมหาดไทย", "ปลัดกระทรวงมหาดไทย")


def test_a_memo_has_its_unit_and_telephone_in_the_head_and_no_closing() -> None:
    made = paper("meeting_agenda")
    assert made.agency == ("กองพัฒนาระบบราชการ 1", "สำนักงาน ก.พ.ร.", "โทร. 0 2356 9999 ต่อ 8888")
    assert made.closing == ""
    assert made.contact == ()


def test_the_prime_minister_is_greeted_with_more_respect() -> None:
    given = facts("monitoring_only", addressee="นายกรัฐมนตรี")
    made = drafted("monitoring_only", given, SENDER, SIGNER, number="นร 1203/1", dated="2021-07-21")
    assert (made.opening, made.closing) == ("กราบเรียน", "ขอแสดงความนับถืออย่างยิ่ง")
    assert made.to == "นายกรัฐมนตรี"


@reads
def test_a_list_of_addressees_stands_before_the_enclosures_in_text_pdf_and_word() -> None:
    posts = ("ผู้ว่าราชการจังหวัดน่าน", "ผู้ว่าราชการจังหวัดเชียงใหม่ (ผ่านสำนักงานจังหวัด)")
    given = facts("esar_window_opens")
    made = drafted(
        "esar_window_opens", given, SENDER, SIGNER,
        number="นร 1203/ว 1", dated="2021-08-02", listed=posts,
    )  # fmt: skip
    title = "บัญชีรายชื่อแนบท้ายหนังสือสำนักงาน ก.พ.ร. ที่ นร 1203/ว 1 ลงวันที่ 2 สิงหาคม 2564"
    assert [annex.title for annex in made.annexes] == [title, f"ปฏิทิน{given['cycle']['th']}"]
    assert made.labels() == ["", "สิ่งที่ส่งมาด้วย"]
    text = as_text(made)
    assert f"{'-' * 40}\n{digits(title)}\n\n๑. {posts[0]}\n\n๒. {posts[1]}\n\n{'-' * 40}" in text
    _, listed, enclosed = pages(printed(made, made_at=MADE_AT))
    assert solid(listed).startswith(solid(digits(title)))
    assert all(solid(post) in solid(listed) for post in posts)
    assert enclosed.startswith("สิ่งที่ส่งมาด้วย\n")
    file = edited(made, made_at=MADE_AT)
    found = paragraphs(file)
    assert found.index(said(title)) < found.index("สิ่งที่ส่งมาด้วย")
    assert [row.cells[1].text for row in read(file).tables[1].rows[1:]] == list(map(said, posts))


def test_a_list_of_a_draft_has_dots_for_its_letters_number_and_day() -> None:
    number = number_of(SENDER.code, None, circular=True)
    given = facts("monitoring_only")
    made = drafted("monitoring_only", given, SENDER, SIGNER, number=number, dated="", listed=["ก"])
    assert made.annexes[0].title.endswith("ที่ นร 1203/ว ............ ลงวันที่ ............")


def test_a_draft_may_lack_its_day_and_is_marked() -> None:
    lean = Sender("นร 1203", "สำนักงาน ก.พ.ร.")
    signer = replace(SIGNER, acting="", acting_for="")
    number = number_of(lean.code, None, circular=False)
    given = facts("notice_of_approval")
    made = drafted("notice_of_approval", given, lean, signer, number=number, dated="", mark=DRAFT)
    assert (made.dated, made.mark, made.copies, made.contact) == ("", "ร่าง", (), ())
    assert made.signature.post == ("รองเลขาธิการ ก.พ.ร.",)
