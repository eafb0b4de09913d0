"""The kinds of letter that a definition or an office may name."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from engine.definition import Title

Scope = Literal["item", "cycle", "meeting"]
Form = Literal["letter", "memo", "circular"]


@dataclass(frozen=True, slots=True)
class Kind:
    """`scope` says what a letter of this kind is about: steps of items that made it owed, a cycle
    or a meeting. A `circular` looks like a letter, is numbered with ว, and says the same to all."""

    title: Title
    scope: Scope
    form: Form


_KINDS: tuple[tuple[Scope, Form, str, str, str], ...] = (
    ("cycle", "circular", "invitation_to_draft",
     "แจ้งกรอบการประเมินและให้จัดทำร่างตัวชี้วัด", "Invitation to draft"),
    ("item", "letter", "information_request", "ขอข้อมูลเพิ่มเติม", "Information request"),
    ("item", "letter", "return_for_revision", "ส่งคืนเพื่อปรับปรุง", "Return for revision"),
    ("item", "letter", "notice_of_approval", "แจ้งผลการเห็นชอบตัวชี้วัด", "Notice of approval"),
    ("item", "letter", "decision_on_change_request",
     "แจ้งผลการพิจารณาคำขอเปลี่ยนแปลง", "Decision on a change request"),
    ("item", "memo", "confirmation_to_units",
     "แจ้งยืนยันรายละเอียดตัวชี้วัดแก่หน่วยงานในสังกัด", "Confirmation to units"),
    ("meeting", "memo", "meeting_agenda", "ระเบียบวาระการประชุม", "Meeting agenda"),
    ("meeting", "memo", "meeting_minutes", "รายงานการประชุม", "Meeting minutes"),
    ("cycle", "circular", "esar_window_opens", "แจ้งเปิดระบบ e-SAR", "e-SAR window opens"),
    ("cycle", "circular", "esar_window_closes",
     "แจ้งใกล้ปิดระบบ e-SAR", "e-SAR window is about to close"),
    ("cycle", "circular", "monitoring_only",
     "แจ้งมติคณะรัฐมนตรีให้ติดตามผลโดยไม่จัดประเภท", "Monitoring only"),
)  # fmt: skip
KINDS: Mapping[str, Kind] = MappingProxyType(
    {name: Kind(Title(th=th, en=en), scope, form) for scope, form, name, th, en in _KINDS}
)
LETTERS: Mapping[str, Title] = MappingProxyType({name: it.title for name, it in KINDS.items()})
