"""A letter as text, for a screen or an e-mail."""

from dataclasses import replace

import pytest

from notifications.kinds import KINDS
from notifications.paper import Annex, Column, Paper, Table
from notifications.plaintext import as_text
from tests.notifications.facts import paper

LETTER = replace(
    paper("notice_of_approval"),
    refs=("หนังสือกระทรวงมหาดไทย ที่ มท 0201.2/1590 ลงวันที่ 30 ตุลาคม 2563",),
    enclosures=("รายละเอียดตัวชี้วัด", "ปฏิทิน"),
    body=("ด้วยสำนักงาน ก.พ.ร. มีมติ", "จึงเรียนมาเพื่อโปรดทราบ"),
    annexes=(
        Annex(
            "รายละเอียด",
            (
                "ตามตาราง",
                Table(
                    (Column("ที่", 1), Column("ตัวชี้วัด", 9), Column("น้ำหนัก", 2), Column("เป้า", 2)),
                    (("1", "ก", "10", "80"), ("1.1", "ข", "5", "")),
                ),
            ),
        ),
        Annex("ปฏิทิน", (Table((Column("เรื่อง", 9), Column("วัน", 2)), (("e-SAR", "1"),)),)),
    ),
    urgency="ด่วนที่สุด",
    mark="ร่าง",
)
TEXT = """\
(ร่าง)
ด่วนที่สุด

ที่ นร ๑๒๐๓/๑๕
สำนักงาน ก.พ.ร.
ถนนพิษณุโลก เขตดุสิต
กรุงเทพมหานคร ๑๐๓๐๐
๒๐ มกราคม ๒๕๖๔

เรื่อง แจ้งผลการพิจารณาตัวชี้วัด สำหรับการประเมินจังหวัด ประจำปีงบประมาณ พ.ศ. ๒๕๖๔
เรียน ผู้ว่าราชการจังหวัดเชียงใหม่
อ้างถึง หนังสือกระทรวงมหาดไทย ที่ มท ๐๒๐๑.๒/๑๕๙๐ ลงวันที่ ๓๐ ตุลาคม ๒๕๖๓
สิ่งที่ส่งมาด้วย
  ๑. รายละเอียดตัวชี้วัด
  ๒. ปฏิทิน

ด้วยสำนักงาน ก.พ.ร. มีมติ

จึงเรียนมาเพื่อโปรดทราบ

ขอแสดงความนับถือ

(นางสาวสมหญิง ใจดี)
รองเลขาธิการ ก.พ.ร.
ปฏิบัติราชการแทน เลขาธิการ ก.พ.ร.

กองพัฒนาระบบราชการ ๑
โทร. ๐ ๒๓๕๖ ๙๙๙๙ ต่อ ๘๘๘๘
ไปรษณีย์อิเล็กทรอนิกส์ saraban@example.go.th

สำเนาส่ง
  ๑. รัฐมนตรีว่าการกระทรวงมหาดไทย
  ๒. ปลัดกระทรวงมหาดไทย

----------------------------------------
สิ่งที่ส่งมาด้วย ๑
รายละเอียด

ตามตาราง

๑. ก
   น้ำหนัก: ๑๐
   เป้า: ๘๐

๑.๑ ข
   น้ำหนัก: ๕

----------------------------------------
สิ่งที่ส่งมาด้วย ๒
ปฏิทิน

เรื่อง: e-SAR
   วัน: ๑
"""


def test_the_parts_stand_in_the_regulations_order() -> None:
    assert as_text(LETTER) == TEXT


def test_a_memo_has_its_title_and_no_closing() -> None:
    text = as_text(paper("meeting_agenda"))
    assert text.startswith(
        "บันทึกข้อความ\n"
        "ส่วนราชการ กองพัฒนาระบบราชการ ๑ สำนักงาน ก.พ.ร. โทร. ๐ ๒๓๕๖ ๙๙๙๙ ต่อ ๘๘๘๘\n"
        "ที่ นร ๑๒๐๓/๑๕  วันที่ ๒๐ มกราคม ๒๕๖๔\n"
    )
    assert "ขอแสดงความนับถือ" not in text


def test_a_draft_has_dots_to_write_on() -> None:
    text = as_text(replace(LETTER, dated=""))
    assert "กรุงเทพมหานคร ๑๐๓๐๐\n............\n" in text


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_leaves_gaps_or_stray_spaces(kind: str) -> None:
    made: Paper = paper(kind, items=6)
    text = as_text(made)
    assert "\n\n\n" not in text
    assert text == "\n".join(line.rstrip() for line in text.split("\n"))
    for annex in made.annexes:
        assert annex.title.split(" ")[0] in text
