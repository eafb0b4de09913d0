"""The kinds of letter that a definition may name."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.definition import Title

LETTERS: Mapping[str, Title] = MappingProxyType(
    {
        name: Title(th=th, en=en)
        for name, th, en in (
            ("invitation_to_draft", "แจ้งกรอบการประเมินและให้จัดทำร่างตัวชี้วัด", "Invitation to draft"),
            ("information_request", "ขอข้อมูลเพิ่มเติม", "Information request"),
            ("return_for_revision", "ส่งคืนเพื่อปรับปรุง", "Return for revision"),
            ("notice_of_approval", "แจ้งผลการเห็นชอบตัวชี้วัด", "Notice of approval"),
            (
                "decision_on_change_request",
                "แจ้งผลการพิจารณาคำขอเปลี่ยนแปลง",
                "Decision on a change request",
            ),
            (
                "confirmation_to_units",
                "แจ้งยืนยันรายละเอียดตัวชี้วัดแก่หน่วยงานในสังกัด",
                "Confirmation to units",
            ),
            ("meeting_agenda", "ระเบียบวาระการประชุม", "Meeting agenda"),
            ("meeting_minutes", "รายงานการประชุม", "Meeting minutes"),
            ("esar_window_opens", "แจ้งเปิดระบบ e-SAR", "e-SAR window opens"),
            ("esar_window_closes", "แจ้งใกล้ปิดระบบ e-SAR", "e-SAR window is about to close"),
            ("monitoring_only", "แจ้งมติคณะรัฐมนตรีให้ติดตามผลโดยไม่จัดประเภท", "Monitoring only"),
        )
    }
)
