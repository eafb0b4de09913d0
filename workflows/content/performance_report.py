"""A report of results (รายงานผลการปฏิบัติราชการ) for one round, as it goes into e-SAR."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from engine.definition import Title
from engine.vocabulary import ContentType
from workflows.content.indicator import Filled
from workflows.content.parts import Content, Exact, Words, plain, validated


class Result(Content):
    """What was reached for one indicator; `value` is in the indicator's own unit."""

    code: Filled
    value: Exact | None = None
    note_th: Words = ""


class PerformanceReport(Content):
    """`months` is the round: results after 6, 9 or 12 months of the fiscal year."""

    months: Literal["6", "9", "12"]
    results: tuple[Result, ...] = ()
    obstacles_th: Words = ""
    lessons_th: Words = ""


def clean(given: Mapping[str, Any]) -> dict[str, Any]:
    return plain(validated(PerformanceReport, given))


def heading(content: Mapping[str, Any]) -> tuple[str, str]:
    return f"{content['months']}M", f"รายงานผลการปฏิบัติราชการ รอบ {content['months']} เดือน"


FIELDS = MappingProxyType(
    {
        "months": Title(th="รอบ (เดือน)", en="Round (months)"),
        "results": Title(th="ผลการดำเนินงาน", en="Results"),
        "obstacles_th": Title(th="ปัญหาอุปสรรค", en="Obstacles"),
        "lessons_th": Title(th="ถอดบทเรียน", en="Lessons learned"),
    }
)
PERFORMANCE_REPORT = ContentType("performance_report", clean, heading, FIELDS)
