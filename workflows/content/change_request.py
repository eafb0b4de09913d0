"""A request (คำขอเปลี่ยนแปลง) to change the detail, the targets or the criteria of an indicator."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, model_validator

from engine.definition import Title
from engine.vocabulary import ContentType
from workflows.content import indicator
from workflows.content.indicator import Filled
from workflows.content.parts import Content, Words, plain, validated

Kind = Literal["target", "detail", "scoring_criteria"]
# What a request of each kind may change. Weights are not among them: no rule for changing them
# during the year could be verified.
MAY_CHANGE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "target": ("target_50", "target_75", "target_100"),
        "detail": ("name_th", "definition_th", "formula", "unit", "data_source"),
        "scoring_criteria": ("scoring_criteria_th",),
    }
)
KINDS = MappingProxyType(
    {
        "target": Title(th="ค่าเป้าหมาย", en="target"),
        "detail": Title(th="รายละเอียด", en="detail"),
        "scoring_criteria": Title(th="เกณฑ์การให้คะแนน", en="scoring criteria"),
    }
)
# Each change is read as the indicator's own field reads it: what cannot be written into the
# indicator must not wait for the meeting to fail.
_FIELDS = {
    name: TypeAdapter[Any](indicator.Indicator.model_fields[name].rebuild_annotation())
    for names in MAY_CHANGE.values()
    for name in names
}


def _readable(changes: Mapping[str, str]) -> dict[str, str]:
    read = dict(changes)
    for name in _FIELDS.keys() & read.keys():
        try:
            value = _FIELDS[name].validate_python(read[name])
        except ValidationError as error:
            said = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise ValueError(f"{name}: {said}") from None
        read[name] = _FIELDS[name].dump_python(value, mode="json")
    return read


def _once(hosts: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(hosts, tuple) and len(set(hosts)) < len(hosts):
        raise ValueError("a host agency is named twice")
    return hosts or ""


class ChangeRequest(Content):
    """`changes` holds the indicator's fields as they shall become; `based_on` is the digest of
    the indicator's content that the request was written against."""

    indicator: Filled
    indicator_name: Words = ""
    kind: Kind
    reason_th: Filled
    changes: Annotated[Mapping[str, str], AfterValidator(_readable)] = Field(default_factory=dict)
    host_agency: Annotated[Words | tuple[Filled, ...], AfterValidator(_once)] = ""
    based_on: Words = ""

    @model_validator(mode="after")
    def _only_its_kind(self) -> Self:
        allowed = MAY_CHANGE[self.kind]
        if strange := sorted(set(self.changes) - set(allowed)):
            raise ValueError(
                f"a request of kind {self.kind} changes {', '.join(allowed)}; "
                f"not {', '.join(strange)}"
            )
        if not self.changes:
            raise ValueError(
                f"nothing to change is given; kind {self.kind} needs {' or '.join(allowed)}"
            )
        return self


def about(digest: str, subject: Mapping[str, Any]) -> dict[str, Any]:
    """What a request says of the indicator that it is about, besides what it wants."""
    return {
        "indicator": subject["code"],
        "indicator_name": subject["name_th"],
        "host_agency": subject.get("host_agency", ""),
        "based_on": digest,
    }


def clean(given: Mapping[str, Any]) -> dict[str, Any]:
    return plain(validated(ChangeRequest, given))


def heading(content: Mapping[str, Any]) -> tuple[str, str]:
    what = KINDS[content["kind"]].th
    name = content.get("indicator_name") or content["indicator"]
    return content["indicator"], f"ขอเปลี่ยนแปลง{what}: {name}"


def amend(request: Mapping[str, Any], subject: Mapping[str, Any]) -> dict[str, Any]:
    """The indicator as the request wants it."""
    return indicator.clean({**subject, **request["changes"]})


FIELDS = MappingProxyType(
    {
        "indicator": Title(th="รหัสตัวชี้วัด", en="Indicator"),
        "indicator_name": Title(th="ชื่อตัวชี้วัด", en="Indicator's name"),
        "kind": Title(th="สิ่งที่ขอเปลี่ยนแปลง", en="What shall change"),
        "reason_th": Title(th="เหตุผล", en="Reason"),
        "changes": Title(th="การเปลี่ยนแปลงที่ขอ", en="Changes"),
        "host_agency": Title(th="หน่วยงานเจ้าภาพตัวชี้วัด", en="Host agency"),
        "based_on": Title(th="เนื้อหาเดิม (รหัสยืนยัน)", en="Based on (digest)"),
    }
)
CHANGE_REQUEST = ContentType("change_request", clean, heading, FIELDS, amend)
