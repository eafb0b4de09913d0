"""To whom one writes, how, and what stands below a name."""

import csv
from pathlib import Path

import pytest

from notifications.address import addressee_of, copied_to, greeting, posts

EXAMPLES = Path(__file__).parents[2] / "examples"
DEFAULT = ("เรียน", "ขอแสดงความนับถือ")
HIGHEST = ("กราบเรียน", "ขอแสดงความนับถืออย่างยิ่ง")


@pytest.mark.parametrize(
    "post",
    [
        "นายกรัฐมนตรี",
        "ประธานองคมนตรี",
        "ประธานรัฐสภา",
        "ประธานสภาผู้แทนราษฎร",
        "ประธานวุฒิสภา",
        "ประธานศาลฎีกา",
        "ประธานศาลปกครองสูงสุด",
        "นายกรัฐมนตรี (ผ่านเลขาธิการคณะรัฐมนตรี)",
        " ประธานกรรมการตรวจเงินแผ่นดิน",
    ],
)
def test_the_highest_posts_are_greeted_with_more_respect(post: str) -> None:
    assert greeting(post) == HIGHEST


@pytest.mark.parametrize(
    "post",
    [
        "รัฐมนตรีว่าการกระทรวงมหาดไทย",
        "ปลัดกระทรวงมหาดไทย",
        "ผู้ว่าราชการจังหวัดเชียงใหม่",
        "รองนายกรัฐมนตรี",
        "เลขาธิการนายกรัฐมนตรี",
        "ประธานศาลฎีกาชั้นต้น",
        "รองประธานวุฒิสภา",
        "ปลัดสำนักนายกรัฐมนตรี",
        "",
    ],
)
def test_all_others_are_greeted_as_usual(post: str) -> None:
    assert greeting(post) == DEFAULT


@pytest.mark.parametrize(
    ("kind", "name", "addressee"),
    [
        ("province", "เชียงใหม่", "ผู้ว่าราชการจังหวัดเชียงใหม่"),
        ("province", "จังหวัดเชียงใหม่", "ผู้ว่าราชการจังหวัดเชียงใหม่"),
        ("agency", "กรุงเทพมหานคร", "ผู้ว่าราชการกรุงเทพมหานคร"),
        ("ministry", "กระทรวงมหาดไทย", "ปลัดกระทรวงมหาดไทย"),
        ("agency", "กระทรวงการท่องเที่ยวและกีฬา", "ปลัดกระทรวงการท่องเที่ยวและกีฬา"),
        ("ministry", "สำนักนายกรัฐมนตรี", "ปลัดสำนักนายกรัฐมนตรี"),
        ("department", "สำนักงานปลัดกระทรวงมหาดไทย", "ปลัดกระทรวงมหาดไทย"),
        ("department", "สำนักงานปลัดสำนักนายกรัฐมนตรี", "ปลัดสำนักนายกรัฐมนตรี"),
        ("agency", "กรมการพัฒนาชุมชน", "อธิบดีกรมการพัฒนาชุมชน"),
        ("opdc", "สำนักงาน ก.พ.ร.", "เลขาธิการ ก.พ.ร."),
        ("agency", "สำนักงาน ก.พ.", "เลขาธิการ ก.พ."),
        ("agency", "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน", "เลขาธิการคณะกรรมการการศึกษาขั้นพื้นฐาน"),
        ("agency", "สำนักงานเศรษฐกิจการเกษตร", "เลขาธิการสำนักงานเศรษฐกิจการเกษตร"),
        ("ministry_committee", "คณะกรรมการประเมินผลฯ ของ มท.", "ประธานกรรมการประเมินผลฯ ของ มท."),
        ("working_group", "คณะทำงานเพื่อพิจารณาตัวชี้วัด", "ประธานคณะทำงานเพื่อพิจารณาตัวชี้วัด"),
        ("sub_commission", "อ.ก.พ.ร. เกี่ยวกับการติดตาม", "ประธาน อ.ก.พ.ร. เกี่ยวกับการติดตาม"),
        ("unit", "กลุ่มพัฒนาระบบบริหาร", "ผู้อำนวยการกลุ่มพัฒนาระบบบริหาร"),
        ("unit", "สนผ.สป.", "สนผ.สป."),
        ("province_group", "จังหวัดทั้ง 76 จังหวัด", "จังหวัดทั้ง 76 จังหวัด"),
        ("unit", "  กรม\nที่ดิน ", "อธิบดีกรม ที่ดิน"),
    ],
)  # fmt: skip
def test_the_addressed_post_follows_from_kind_and_name(
    kind: str, name: str, addressee: str
) -> None:
    assert addressee_of({"kind": kind, "name_th": name}) == addressee


def test_every_province_has_its_governor() -> None:
    with (EXAMPLES / "provinces.csv").open(encoding="utf-8") as file:
        names = [row["name_th"] for row in csv.DictReader(file)]
    assert len(names) == 76
    for name in names:
        addressee = addressee_of({"kind": "province", "name_th": name})
        assert addressee == f"ผู้ว่าราชการจังหวัด{name}"


def test_a_ministry_s_copy_is_the_minister_s() -> None:
    assert (
        copied_to({"kind": "ministry", "name_th": "กระทรวงมหาดไทย"}) == "รัฐมนตรีว่าการกระทรวงมหาดไทย"
    )
    assert copied_to({"kind": "agency", "name_th": "กรมที่ดิน"}) == "อธิบดีกรมที่ดิน"


def test_below_a_name_stand_the_own_post_and_for_whom_one_acts() -> None:
    assert posts("เลขาธิการ ก.พ.ร.", "", "") == ("เลขาธิการ ก.พ.ร.",)
    assert posts("รองปลัดกระทรวง", "รักษาราชการแทน", "ปลัดกระทรวงมหาดไทย") == (
        "รองปลัดกระทรวง",
        "รักษาราชการแทน ปลัดกระทรวงมหาดไทย",
    )
    assert posts("ผู้อำนวยการกลุ่ม\nพัฒนาระบบบริหาร\n", "", "") == ("ผู้อำนวยการกลุ่ม", "พัฒนาระบบบริหาร")
