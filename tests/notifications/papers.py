"""A letter and a memo in words, as an office writes them."""

from dataclasses import replace
from datetime import UTC, datetime

from notifications.paper import Align, Annex, Column, Paper, Signature, Table

MADE_AT = datetime(2020, 11, 4, 2, 0, tzinfo=UTC)
SUBJECT = "การกำหนดตัวชี้วัดตามมาตรการปรับปรุงประสิทธิภาพในการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. 2564"
FIRST = (
    "ตามที่สำนักงาน ก.พ.ร. ได้แจ้งกรอบการประเมินส่วนราชการตามมาตรการปรับปรุงประสิทธิภาพในการปฏิบัติ"
    "ราชการ ประจำปีงบประมาณ พ.ศ. 2564 และขอให้สำนักงานปลัดกระทรวงมหาดไทยจัดทำร่างตัวชี้วัด "
    "ค่าเป้าหมาย และน้ำหนัก ส่งให้สำนักงาน ก.พ.ร. ภายในวันที่ 30 ตุลาคม 2563 นั้น"
)
LAST = "จึงเรียนมาเพื่อโปรดทราบ และแจ้งหน่วยงานในสังกัดที่เกี่ยวข้องดำเนินการต่อไปด้วย จะขอบคุณยิ่ง"
MEASURE = "ระดับความสำเร็จในการแก้ไขปัญหาที่ดินทำกินของประชาชน และการออกหนังสือสำคัญสำหรับที่หลวง"


def table(rows: int = 9) -> Table:
    aligned: tuple[tuple[str, float, Align], ...] = (
        ("ที่", 1.2, "center"),
        ("ตัวชี้วัด", 8.3, "left"),
        ("น้ำหนัก (ร้อยละ)", 2.5, "center"),
        ("ค่าเป้าหมายขั้นมาตรฐาน", 4.0, "right"),
    )
    return Table(
        tuple(Column(*each) for each in aligned),
        tuple((str(nr), MEASURE, "2.5", f"ร้อยละ {60 + nr}") for nr in range(1, rows + 1)),
    )


def letter(rows: int = 9) -> Paper:
    return Paper(
        form="letter",
        number="นร 1205/ว 23",
        dated="2020-11-04",
        agency=("สำนักงาน ก.พ.ร.", "ถนนพิษณุโลก เขตดุสิต", "กรุงเทพมหานคร 10300"),
        subject=SUBJECT,
        opening="เรียน",
        to="ปลัดกระทรวงมหาดไทย",
        refs=(
            "หนังสือสำนักงาน ก.พ.ร. ที่ นร 1200/ว 18 ลงวันที่ 17 กันยายน 2563",
            "หนังสือสำนักงานปลัดกระทรวงมหาดไทย ที่ มท 0201.2/1590 ลงวันที่ 30 ตุลาคม 2563",
        ),
        enclosures=("รายละเอียดตัวชี้วัด จำนวน 1 ชุด",),
        body=(FIRST, table(rows), LAST),
        annexes=(Annex("รายละเอียดตัวชี้วัด", (FIRST, table(rows))),),
        closing="ขอแสดงความนับถือ",
        signature=Signature("นางสาวสมหญิง ใจดี", ("รองเลขาธิการ ก.พ.ร.", "ปฏิบัติราชการแทน")),
        contact=("กองพัฒนาระบบราชการ 1", "โทร. 0 2356 9999", "saraban@example.go.th"),
        copies=("รัฐมนตรีว่าการกระทรวงมหาดไทย", "ผู้ว่าราชการจังหวัดทุกจังหวัด"),
    )


def memo(rows: int = 0) -> Paper:
    return replace(
        letter(),
        form="memo",
        number="มท 0201.2/1590",
        agency=("กลุ่มพัฒนาระบบบริหาร สำนักงานปลัดกระทรวงมหาดไทย", "โทร. 0 2222 1141"),
        refs=(),
        body=(FIRST, table(rows), LAST) if rows else (FIRST, LAST),
        annexes=(),
        closing="",
        contact=(),
        copies=(),
    )
