"""Facts as letters get them, made up: a template is tried with them before it is used.

`samples` gives several for each kind: one in which everything is said, and one in which all that
may be empty is. Their names of fields are what a template may ask for; `completed` puts the fields
that a content leaves out.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from notifications.kinds import KINDS

Facts = dict[str, Any]

_OPDC: Final = {
    "code": "OPDC",
    "name_th": "สำนักงาน ก.พ.ร.",
    "name_en": "Office of the Public Sector Development Commission",
    "kind": "opdc",
}
_OPS: Final = {
    "code": "OPS-MOI",
    "name_th": "สำนักงานปลัดกระทรวงมหาดไทย",
    "name_en": "Office of the Permanent Secretary for Interior",
    "kind": "department",
}
_PROVINCE: Final = {
    "code": "TH-50",
    "name_th": "เชียงใหม่",
    "name_en": "Chiang Mai",
    "kind": "province",
}
_PART: Final = {
    "code": "4.1",
    "name_th": "ความสำเร็จตามภารกิจหลัก/ยุทธศาสตร์ มท.",
    "weight": "20",
    "lead_unit": "สำนักนโยบายและแผน",
}
_INDICATOR: Final[Facts] = {
    "code": "4",
    "name_th": "ความสำเร็จตามภารกิจหลักของส่วนราชการ",
    "name_en": "Success in the department's main mission",
    "component": "performance_base",
    "weight": "20",
    "unit": "ร้อยละ",
    "definition_th": "ผลการดำเนินงานตามภารกิจหลักที่ได้รับมอบหมาย",
    "formula": "ผลรวมถ่วงน้ำหนักของตัวชี้วัดย่อย",
    "baseline": "72.5",
    "target_50": "75",
    "target_75": "80",
    "target_100": "85.5",
    "scoring_criteria_th": "เทียบค่าเป้าหมายโดยวิธีเทียบบัญญัติไตรยางศ์",
    "data_source": "รายงานผลการดำเนินงานของหน่วยงาน",
    "host_agency": "CDD",
    "lead_unit": "สำนักนโยบายและแผน",
    "mandatory": True,
    "parts": [_PART],
}
_CHANGE: Final[Facts] = {
    "indicator": "P02",
    "indicator_name": "จำนวนผู้เยี่ยมเยือนของจังหวัด",
    "kind": "target",
    "reason_th": "มาตรการจำกัดการเดินทางข้ามพื้นที่ในสถานการณ์การแพร่ระบาด",
    "changes": {
        "target_50": "1.8",
        "target_75": "2",
        "target_100": "2.2",
        "name_th": "",
        "definition_th": "",
        "formula": "",
        "unit": "",
        "data_source": "",
        "scoring_criteria_th": "",
    },
    "host_agency": "MOTS",
    "based_on": "0" * 64,
}
_STEP: Final = {
    "trigger": "approve",
    "th": "คณะทำงานเห็นชอบ",
    "en": "Working group approves",
    "outcome": "approved",
    "decided_on": "2021-01-15",
    "recorded_at": "2021-01-18T02:00:00.000000Z",
    "comment": "ขอให้ชี้แจงที่มาของข้อมูลพื้นฐานย้อนหลัง 3 ปี",
    "round": 2,
}
_MEETING: Final = {
    "ref": "MTG-2564-0007",
    "title": "การประชุมครั้งที่ 1/2564",
    "held_on": "2021-01-15",
    "body": "WG-DEPT",
    "body_th": "คณะทำงานเพื่อพิจารณาตัวชี้วัดของส่วนราชการ",
    "body_en": "OPDC working group on department indicators",
    "chair": {"person": "chair", "name_th": "นายบุญชัย รักราชการ", "name_en": "Mr Boonchai Rakrat"},
    "chair_for": {"person": "head", "name_th": "นางสาวสมหญิง ใจดี", "name_en": "Ms Somying Jaidee"},
    "delegation": "คำสั่งสำนักงาน ก.พ.ร. ที่ 12/2564",
    "resolutions": ["เห็นชอบตัวชี้วัดตามที่เสนอ", "มอบหมายให้ฝ่ายเลขานุการแจ้งผลแก่ส่วนราชการ"],
}  # fmt: skip
_BY: Final = {
    "person": "analyst",
    "name_th": "นางสาววิไล ตั้งใจ",
    "name_en": "Ms Wilai Tangjai",
    "post_th": "นักพัฒนาระบบราชการชำนาญการ",
    "post_en": "Public sector development officer",
}
_DATES: Final = (
    ("draft_submission", "ร่างตัวชี้วัดและเกณฑ์ถึงสำนักงาน ก.พ.ร.", "Drafts", "", "2020-10-30"),
    ("cabinet_resolution", "มติ ครม. ให้ติดตามผลโดยไม่จัดประเภท", "Cabinet", "", "2021-07-20"),
    ("esar", "ระบบ e-SAR รอบ 12 เดือน", "e-SAR for twelve months", "2021-08-01", "2021-10-15"),
)  # fmt: skip


def samples(kind: str) -> tuple[Facts, ...]:
    """The first says everything that facts of its scope can say."""
    scope = KINDS[kind].scope
    full: Facts = {
        "kind": kind,
        "scope": scope,
        "addressee": "ผู้ว่าราชการจังหวัดเชียงใหม่",
        "sender": _OPDC,
        "recipient": _PROVINCE,
        "organisation": _PROVINCE,
        "cycle": {
            "code": "2564-provinces",
            "fiscal_year": 2564,
            "track": "provinces",
            "th": "การประเมินจังหวัด ประจำปีงบประมาณ พ.ศ. 2564",
            "en": "Evaluation of provinces, FY2564",
            "classification": "monitored",
            "dates": [
                {"name": name, "th": th, "en": en, "opens": opens, "day": day}
                for name, th, en, opens, day in _DATES
            ],
        },
        "step": _STEP,
        "by": _BY,
        "meeting": _MEETING,
        "items": [_item(nr, kind) for nr in range(1, 4)],
    }
    if scope != "item":
        full.update(organisation=None, step=None, by=None)
    if scope == "cycle":
        full.update(addressee="ผู้ว่าราชการจังหวัด ทุกจังหวัด", recipient=None, meeting=None, items=[])
    return deepcopy(full), _sparse(deepcopy(full))


def completed(facts: Mapping[str, Any]) -> Facts:
    """The facts with every field that a content or a meeting may leave out, empty."""
    meeting = facts["meeting"]
    return {
        **facts,
        "items": [
            {
                **item,
                "content": _content(item["content"]),
                "subject": _content(item.get("subject", {})),
            }
            for item in facts["items"]
        ],
        "meeting": meeting and {"chair_for": None, "delegation": "", **meeting},
    }


def _content(given: Mapping[str, Any]) -> Facts:
    content = {**_blank(_INDICATOR), **_blank(_CHANGE), **given}
    if isinstance(content["changes"], Mapping):  # an office's own content may mean something else
        content["changes"] = {**_blank(_CHANGE["changes"]), **content["changes"]}
    if isinstance(content["parts"], list):
        content["parts"] = [
            {**_blank(_PART), **part} if isinstance(part, Mapping) else part
            for part in content["parts"]
        ]
    return {name: "" if value is None else value for name, value in content.items()}


def _blank(like: Mapping[str, Any]) -> Facts:
    return {name: type(value)() for name, value in like.items()}


def _item(nr: int, kind: str) -> Facts:
    change = kind == "decision_on_change_request"
    return {
        "ref": f"{'CHG' if change else 'IND'}-2564-{nr:04}",
        "code": "P02" if change else str(nr),
        "title": _CHANGE["indicator_name"] if change else _INDICATOR["name_th"],
        "organisation": _PROVINCE if change else _OPS,
        "outcome": "rejected" if nr == 2 else "approved",
        "comment": "ข้อมูลยังไม่เพียงพอต่อการพิจารณา",
        "state_th": "คณะทำงานพิจารณา",
        "revision": {"number": nr, "digest": "0" * 64},
        "content": {**(_CHANGE if change else _INDICATOR)},
        "subject": {**_INDICATOR} if change else {},  # what a request wants to change, before it
    }


def _sparse(facts: Facts) -> Facts:
    """The same without all that may be missing."""
    facts["cycle"].update(dates=[], classification="classified")
    if facts["step"]:
        facts["step"].update(comment="", round=0)
        facts["meeting"] = None
    elif facts["meeting"]:
        facts["meeting"].update(title="", resolutions=[])
        del facts["meeting"]["chair_for"], facts["meeting"]["delegation"]
    facts["items"] = [_bare(item) for item in facts["items"][:1]]
    return facts


def _bare(item: Facts) -> Facts:
    change = "changes" in item["content"]
    wanted = ("indicator", "kind", "changes") if change else ("code", "name_th", "weight")
    content = {name: item["content"][name] for name in wanted}
    return {**item, "comment": "", "content": content, "subject": {}}
