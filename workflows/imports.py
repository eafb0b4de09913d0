"""Rows of a file into drafts: every bad row is named, and nothing is half done.

Column names are those of the published data; an organisation may stand under `organisation` or,
in provincial files, under `province`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.clock import arabic
from engine.errors import Reason, WrongUse, wrong
from engine.items import Draft
from workflows.cells import each, filled, yes_or_no
from workflows.content.change_request import MAY_CHANGE, about
from workflows.tabular import Row, decimal_of, read_table

TEXTS = (
    "name_en", "lead_unit", "unit", "definition_th", "formula", "scoring_criteria_th",
    "data_source", "host_agency",
)  # fmt: skip
NUMBERS = ("weight", "baseline", "target_50", "target_75", "target_100")
OF_A_PART = ("name_th", "weight", "lead_unit")


def catalogue(path: Path) -> dict[str, dict[str, Any]]:
    """What a list of indicators says of each code, for files that hold codes and weights only."""
    rows = read_table(
        path,
        required=("code", "name_th", "component"),
        optional=(*TEXTS, *NUMBERS, "mandatory"),
    )
    found: dict[str, dict[str, Any]] = {}

    def made(row: Row) -> None:
        code = filled(row, "code")
        if code in found:
            raise _twice(code, row)
        found[code] = _indicator(row)

    each(rows, made)
    return found


def indicators(
    path: Path, *, organisation: str = "", known: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Draft]:
    """One draft for each indicator; rows with a `parent_code` become parts of their parent.

    `organisation` fills in where the file names none; `known` is a catalogue.
    """
    rows = read_table(
        path,
        required=("weight",),
        optional=(
            "organisation",
            "province",
            "code",
            "indicator",
            "parent_code",
            "component",
            "name_th",
            "mandatory",
            *TEXTS,
            *(name for name in NUMBERS if name != "weight"),
        ),
    )
    drafts: dict[tuple[str, str], Draft] = {}
    reasons: list[Reason] = []
    for row in sorted(rows, key=lambda row: bool(row.cells["parent_code"])):
        try:
            _gather(drafts, row, organisation, known or {})
        except WrongUse as fault:
            reasons.extend(fault.reasons)
    if reasons:
        raise WrongUse(*reasons)
    return list(drafts.values())


Proposals = Mapping[tuple[str, str], Mapping[str, str]]


def proposals(path: Path) -> Proposals:
    """What requests want indicators to become: (indicator, kind) → field → new value."""
    rows = read_table(path, required=("indicator", "kind", "field", "value"))
    found: dict[tuple[str, str], dict[str, str]] = {}

    def made(row: Row) -> None:
        code, kind, field = (filled(row, name) for name in ("indicator", "kind", "field"))
        fields = found.setdefault((code, kind), {})
        if field in fields:
            raise _twice(f"{code} {kind} {field}", row)
        fields[field] = filled(row, "value")

    each(rows, made)
    return found


Subjects = Mapping[tuple[str, str], tuple[str, str, Mapping[str, Any]]]


def change_requests(path: Path, subjects: Subjects, asked: Proposals | None = None) -> list[Draft]:
    """`subjects` are the indicators as they stand: (organisation, code) → (reference, digest,
    content). What shall change is in the row's own columns, or in `asked`."""
    fields = sorted({field for names in MAY_CHANGE.values() for field in names})
    rows = read_table(
        path,
        required=("indicator", "kind", "reason_th"),
        optional=("organisation", "province", "host_agency", *fields),
    )

    seen: set[tuple[str, str, str]] = set()

    def made(row: Row) -> Draft:
        place, code = filled(row, "organisation", "province"), filled(row, "indicator")
        if (place, code) not in subjects:
            raise wrong(
                "subject",
                f"{place} ไม่มีตัวชี้วัด “{code}” ในรอบนี้",
                f"{place} has no indicator “{code}” in this cycle",
                row.where,
            )
        ref, digest, content = subjects[place, code]
        kind = filled(row, "kind")
        if (place, code, kind) in seen:
            raise _twice(f"{place} {code} {kind}", row)
        seen.add((place, code, kind))
        own = {name: row.cells[name] for name in fields if row.cells[name]}
        request = {
            **about(digest, content),
            "kind": kind,
            "reason_th": filled(row, "reason_th"),
            "changes": own or dict((asked or {}).get((code, kind), {})),
        }
        if row.cells["host_agency"]:
            request["host_agency"] = row.cells["host_agency"]
        return Draft(place, request, subject=ref, where=row.where)

    return each(rows, made)


def _gather(
    drafts: dict[tuple[str, str], Draft],
    row: Row,
    organisation: str,
    known: Mapping[str, Mapping[str, Any]],
) -> None:
    cells = row.cells
    place = cells["organisation"] or cells["province"] or organisation
    if not place:
        raise wrong(
            "organisation",
            "ไม่ระบุหน่วยงาน ใส่คอลัมน์ organisation หรือใช้ --organisation",
            "no organisation: give a column `organisation`, or --organisation",
            row.where,
        )
    code = filled(row, "code", "indicator")
    parent = arabic(cells["parent_code"])
    if (place, code) in drafts:
        raise wrong(
            "duplicate",
            f"รหัส “{code}” ซ้ำกับ {drafts[place, code].where}",
            f"the code “{code}” stands already at {drafts[place, code].where}",
            row.where,
        )
    if not parent:
        content = {**known.get(code, {}), **_indicator(row), "code": code}
        component = content.get("component")
        content.setdefault("mandatory", component == "potential_base")
        drafts[place, code] = Draft(place, content, where=row.where)
        return
    if (place, parent) not in drafts:
        raise wrong(
            "parent",
            f"ไม่พบตัวชี้วัดหลัก “{parent}” ของ “{code}”",
            f"the parent “{parent}” of “{code}” is not in the file",
            row.where,
        )
    _add_part(drafts[place, parent], row, code)


def _add_part(parent: Draft, row: Row, code: str) -> None:
    parts: list[dict[str, Any]] = parent.content.setdefault("parts", [])  # type: ignore[attr-defined]  # made a dict above
    if any(part["code"] == code for part in parts):
        raise _twice(code, row)
    part = _indicator(row)
    if strange := [name for name in part if name not in (*OF_A_PART, "component")]:
        names = ", ".join(strange)
        raise wrong(
            "part",
            f"ตัวชี้วัดย่อยมีเพียง {', '.join(OF_A_PART)} จึงเก็บ {names} ไม่ได้ โปรดย้ายไปที่ตัวชี้วัดหลัก",
            f"a sub-indicator has {', '.join(OF_A_PART)} only and cannot keep {names}; "
            "move that to its parent",
            row.where,
        )
    if part.get("component", parent.content.get("component")) != parent.content.get("component"):
        raise wrong(
            "component",
            f"องค์ประกอบของ “{code}” ต่างจากตัวชี้วัดหลัก",
            f"the component of “{code}” is not its parent's",
            row.where,
        )
    parts.append({"code": code, **{name: part[name] for name in OF_A_PART if name in part}})


def _twice(code: str, row: Row) -> WrongUse:
    return wrong("duplicate", f"รหัส “{code}” ซ้ำ", f"the code “{code}” is given twice", row.where)


def _indicator(row: Row) -> dict[str, Any]:
    """The fields that the row fills in; numbers exact, in either kind of digits."""
    cells = row.cells
    content: dict[str, Any] = {
        name: cells[name] for name in ("name_th", "component", *TEXTS) if cells.get(name)
    }
    for name in NUMBERS:
        if text := cells.get(name):
            number = decimal_of(text)
            if number is None:
                raise wrong(
                    "number",
                    f"{name} “{text}” ไม่ใช่ตัวเลข",
                    f"{name} “{text}” is not a number",
                    row.where,
                )
            content[name] = number
    if text := cells.get("mandatory"):
        content["mandatory"] = yes_or_no(row, text)
    return content
