"""An indicator (ตัวชี้วัด) with its sub-indicators, as an organisation proposes it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.definition import Title
from engine.vocabulary import ContentType
from workflows.content.parts import Content, Exact, Words, plain, validated

Component = Literal["performance_base", "potential_base"]
Weight = Annotated[Exact, Field(gt=0, le=100)]
Filled = Annotated[Words, Field(min_length=1)]


class Part(Content):
    """A sub-indicator (ตัวชี้วัดย่อย); its weight is a share of its parent's."""

    code: Filled
    name_th: Filled
    weight: Weight
    lead_unit: Words = ""


class Indicator(Content):
    """The three targets are the levels 50 (ขั้นต้น), 75 (มาตรฐาน) and 100 (ขั้นสูง)."""

    code: Filled
    name_th: Filled
    name_en: Words = ""
    component: Component
    weight: Weight
    unit: Words = ""
    definition_th: Words = ""
    formula: Words = ""
    baseline: Exact | None = None
    target_50: Exact | None = None
    target_75: Exact | None = None
    target_100: Exact | None = None
    scoring_criteria_th: Words = ""
    data_source: Words = ""
    host_agency: Words = ""
    lead_unit: Words = ""
    mandatory: bool = False
    parts: tuple[Part, ...] = ()


def clean(given: Mapping[str, Any]) -> dict[str, Any]:
    return plain(validated(Indicator, given))


def heading(content: Mapping[str, Any]) -> tuple[str, str]:
    return content["code"], content["name_th"]


def _title(th: str, en: str) -> Title:
    return Title(th=th, en=en)


FIELDS = MappingProxyType(
    {
        "code": _title("รหัส", "Code"),
        "name_th": _title("ชื่อตัวชี้วัด", "Name"),
        "name_en": _title("ชื่อภาษาอังกฤษ", "English name"),
        "component": _title("องค์ประกอบ", "Component"),
        "weight": _title("น้ำหนัก", "Weight"),
        "unit": _title("หน่วยวัด", "Unit"),
        "definition_th": _title("คำอธิบาย", "Definition"),
        "formula": _title("สูตรการคำนวณ", "Formula"),
        "baseline": _title("ข้อมูลพื้นฐาน", "Baseline"),
        "target_50": _title("ค่าเป้าหมายขั้นต้น (50)", "Target, basic (50)"),
        "target_75": _title("ค่าเป้าหมายมาตรฐาน (75)", "Target, standard (75)"),
        "target_100": _title("ค่าเป้าหมายขั้นสูง (100)", "Target, advanced (100)"),
        "scoring_criteria_th": _title("เกณฑ์การให้คะแนน", "Scoring criteria"),
        "data_source": _title("แหล่งข้อมูล", "Data source"),
        "host_agency": _title("หน่วยงานเจ้าภาพตัวชี้วัด", "Host agency"),
        "lead_unit": _title("หน่วยงานหลักที่รับผิดชอบ", "Lead unit"),
        "mandatory": _title("ตัวชี้วัดบังคับ", "Mandatory"),
        "parts": _title("ตัวชี้วัดย่อย", "Sub-indicators"),
    }
)
INDICATOR = ContentType("indicator", clean, heading, FIELDS)
