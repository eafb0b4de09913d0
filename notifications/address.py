"""Forms of address: whom a letter is addressed to, how it opens and closes, and what stands below a
name.

Source: annex 2 of the Prime Minister's Office regulation on correspondence B.E. 2526, as amended by
its letter นร 1305/ว 5293 of 7 July 2541, as collected in domain.md [V19].
"""

import re
from collections.abc import Mapping
from typing import Any, Final

# To the holders of these posts one writes กราบเรียน; to all other persons เรียน. A post below one of
# them (รองนายกรัฐมนตรี) is another post.
_HIGHEST: Final = frozenset(
    {
        "ประธานองคมนตรี",
        "นายกรัฐมนตรี",
        "รัฐบุรุษ",
        "ประธานรัฐสภา",
        "ประธานสภาผู้แทนราษฎร",
        "ประธานวุฒิสภา",
        "ประธานศาลฎีกา",
        "ประธานศาลรัฐธรรมนูญ",
        "ประธานศาลปกครองสูงสุด",
        "ประธานกรรมการการเลือกตั้ง",
        "ประธานกรรมการสิทธิมนุษยชนแห่งชาติ",
        "ประธานกรรมการป้องกันและปราบปรามการทุจริตแห่งชาติ",
        "ประธานกรรมการตรวจเงินแผ่นดิน",
        "ประธานผู้ตรวจการแผ่นดิน",
        "ผู้ตรวจการแผ่นดิน",
        "ผู้ตรวจการแผ่นดินของรัฐสภา",  # as the source still has it
    }
)
_GREETED: Final = ("เรียน", "ขอแสดงความนับถือ")
_GREETED_HIGHEST: Final = ("กราบเรียน", "ขอแสดงความนับถืออย่างยิ่ง")
# What a name begins with, and the post of who heads such an office. The first that fits is taken.
_HEADS: Final = tuple(
    (re.compile(pattern), head)
    for pattern, head in (
        (r"สำนักงานปลัด(.+)", r"ปลัด\1"),  # สำนักงานปลัดกระทรวงมหาดไทย
        (r"(กระทรวง.+|สำนักนายกรัฐมนตรี)", r"ปลัด\1"),
        (r"(กรม.+)", r"อธิบดี\1"),
        (r"สำนักงาน *((?:คณะกรรมการ|ก\.).+)", r"เลขาธิการ\1"),  # สำนักงาน ก.พ.ร.
        (r"(สำนักงาน.+)", r"เลขาธิการ\1"),  # สำนักงานเศรษฐกิจการเกษตร
        (r"คณะ(กรรมการ.+|อนุกรรมการ.+)", r"ประธาน\1"),
        (r"(คณะทำงาน.+|อ\.ก\.พ\.ร\..*)", r"ประธาน\1"),
        (r"((?:กอง|กลุ่ม|สำนัก|ศูนย์|สถาบัน).+)", r"ผู้อำนวยการ\1"),
    )
)
_BEFORE_ABBREVIATION = re.compile(r"^(เลขาธิการ|ประธาน)(?=[ก-ฮ]\.)")


def greeting(addressee: str) -> tuple[str, str]:
    """How a letter opens and closes. What follows a space or a bracket makes no difference:
    นายกรัฐมนตรี (ผ่าน …) is the Prime Minister."""
    post = re.split(r"[\s(]", addressee.strip(), maxsplit=1)[0]
    return _GREETED_HIGHEST if post in _HIGHEST else _GREETED


def addressee_of(organisation: Mapping[str, Any]) -> str:
    """The post that is addressed where the office has registered none, from kind and name.

    Where neither says who heads it, this is the organisation's own name: a post that does not exist
    would be worse. Several heads of สำนักงาน are ผู้อำนวยการ; such an office registers its post.
    """
    name = " ".join(str(organisation["name_th"]).split())
    if organisation.get("kind") == "province":
        return f"ผู้ว่าราชการจังหวัด{name.removeprefix('จังหวัด')}"
    if name == "กรุงเทพมหานคร":
        return f"ผู้ว่าราชการ{name}"
    for pattern, head in _HEADS:
        if found := pattern.fullmatch(name):
            return _BEFORE_ABBREVIATION.sub(r"\1 ", found.expand(head))
    return name


def copied_to(organisation: Mapping[str, Any]) -> str:
    """Who has a copy: of a ministry its minister (domain.md §1: the minister gets copies), and of
    all others the post that letters are addressed to."""
    name = " ".join(str(organisation["name_th"]).split())
    return f"รัฐมนตรีว่าการ{name}" if name.startswith("กระทรวง") else addressee_of(organisation)


def posts(own: str, acting: str, acting_for: str) -> tuple[str, ...]:
    """The lines below a signatory's name: the own post, and for whom they act. `acting` is empty,
    รักษาราชการแทน or ปฏิบัติราชการแทน (domain.md §5)."""
    lines = (*own.splitlines(), f"{acting} {acting_for}" if acting else "")
    return tuple(line.strip() for line in lines if line.strip())
