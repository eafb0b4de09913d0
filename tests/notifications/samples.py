"""A digest and a letter as the engine would make them, and a transport that behaves."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from notifications.mail import Sender, digest_parcel, identity
from notifications.message import Digest, LetterPost, Line
from notifications.parcel import Parcel

LINE = Line(
    ref="IND-2564-0004",
    title="ระดับความสำเร็จในการพัฒนาระบบการพิสูจน์และยืนยันตัวตนทางดิจิทัล (DOPA-Digital ID)",
    organisation_th="สำนักงานปลัดกระทรวงมหาดไทย",
    organisation_en="Office of the Permanent Secretary for Interior",
    state_th="ร่าง",
    state_en="Draft",
    deadline_th="ส่งร่างตัวชี้วัดถึงสำนักงาน ก.พ.ร.",
    deadline_en="Draft reaches OPDC",
    step="-14d",
    nominal="2020-10-30",
    effective="2020-10-30",
    provisional=False,
    due_at="2020-10-16T02:00:00.000000Z",
    late=False,
    role_th="ผู้ประสานงาน (กลุ่มพัฒนาระบบบริหาร)",
    role_en="Coordinator",
    escalated=False,
)
DIGEST = Digest(
    key="somying|2020-10-16",
    person="somying",
    name_th="นางสาวสมหญิง ใจดี",
    name_en="Ms Somying Jaidee",
    post_th="ผู้อำนวยการกลุ่มพัฒนาระบบบริหาร (กพร.สป.)",
    email="somying@example.go.th",
    day="2020-10-16",
    sent_at="2020-10-16T02:00:05.000000Z",
    lines=(LINE,),
    simulation=False,
    office="ops-moi",
)
# One of each kind, in an order that is not the one in which they are shown.
MANY = replace(
    DIGEST,
    lines=(
        LINE,
        replace(
            LINE,
            ref="IND-2564-0002",
            title="ความสำเร็จของการพัฒนารูปแบบการเพิ่มประสิทธิภาพการบริหารราชการในจังหวัดที่มีผลสัมฤทธิ์สูง",
            nominal="2020-10-23",
            effective="2020-10-26",
            provisional=True,
        ),
        replace(
            LINE,
            ref="CHG-2564-0001",
            title="ขอปรับค่าเป้าหมายของตัวชี้วัดที่ 3",
            state_th="สำนักงาน ก.พ.ร. วิเคราะห์",
            state_en="OPDC analysis",
            deadline_th="วิเคราะห์และหารือหน่วยงานเจ้าภาพ",
            deadline_en="Analysis and consultation",
            step="again-1",
            nominal="2020-10-02",
            effective="2020-10-02",
            escalated=True,
        ),
        replace(
            LINE,
            ref="IND-2564-0003",
            title="ความสำเร็จในการพัฒนาศูนย์ข้อมูลกลาง",
            step="+1d",
            nominal="2020-10-15",
            effective="2020-10-15",
            due_at="2020-10-14T02:00:00.000000Z",
            late=True,
        ),
        replace(
            LINE,
            ref="IND-2564-0001",
            state_th="ขอข้อมูลเพิ่มเติม",
            state_en="Information requested",
            deadline_th="ส่งข้อมูลเพิ่มเติม",
            deadline_en="Answer to OPDC",
            step="0",
            nominal="2020-10-16",
            effective="2020-10-16",
        ),
    ),
)

POST = LetterPost(
    key="LET-2564-0001|governor@chiangmai.example.go.th|1",
    office="ops-moi",
    letter="LET-2564-0001",
    number="นร 1203/ว 15",
    subject="แจ้งผลการพิจารณาคำขอเปลี่ยนแปลงรายละเอียดตัวชี้วัด",
    text="ที่ นร 1203/ว 15\n\nเรียน  ผู้ว่าราชการจังหวัดเชียงใหม่\n\n    ตามที่ จังหวัดเชียงใหม่ได้มีหนังสือ\n",
    to_name="ผู้ว่าราชการจังหวัดเชียงใหม่",
    to_email="governor@chiangmai.example.go.th",
    from_name="สำนักงาน ก.พ.ร.",
    reply_to="saraban-opdc@example.go.th",
    pdf=b"%PDF-1.7\n" + bytes(range(256)) * 4,
    pdf_name="นร 1203-ว 15 แจ้งผลการพิจารณา.pdf",
    day="2021-02-01",
    sent_at="2021-02-01T02:00:00.000000Z",
    simulation=False,
    copy=False,
)


def a_line(**changed: Any) -> Line:
    return replace(LINE, **changed)


def a_digest(**changed: Any) -> Digest:
    return replace(DIGEST, **changed)


def a_post(**changed: Any) -> LetterPost:
    return replace(POST, **changed)


def a_parcel(digest: Digest = DIGEST, **changed: Any) -> Parcel:
    return digest_parcel(replace(digest, **changed), Sender())


@dataclass
class Counting:
    """A relay in memory. It fails as it was told: `refusing` each time before it accepts a message,
    `breaking` each time after, when the answer is lost on the way back."""

    refusing: Iterable[Exception] = ()
    breaking: Iterable[Exception] = ()
    name: str = "counting"
    accepted: list[Parcel] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._refusing = iter(self.refusing)
        self._breaking = iter(self.breaking)

    def send(self, parcel: Parcel) -> None:
        for error in self._refusing:
            raise error
        self.accepted.append(parcel)
        for error in self._breaking:
            raise error

    def holds(self, key: str, office: str) -> bool | None:
        wanted = identity(key, office)
        return any(identity(each.key, each.office) == wanted for each in self.accepted)
