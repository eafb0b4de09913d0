"""Organisations, persons and grants entering the register: checked whole, written whole."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from engine.canonical import canonical, digest
from engine.characters import unprintable
from engine.database import Transaction
from engine.definitions import names
from engine.errors import Reason, WrongUse
from engine.office import Answer, Office
from engine.people import EVERYWHERE, Asking
from engine.register import record
from engine.reschedule import reschedule
from engine.tables import Grant, Organisation, Person, table

_place, _person, _grant = table(Organisation).c, table(Person).c, table(Grant).c
_CODES = select(_place.code)
_PLACES = select(*table(Organisation).c)
_NAMES = [column.name for column in table(Organisation).c]
_PEOPLE = select(_person.code)


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    code: str
    name_th: str
    name_en: str
    kind: str
    parent: str = ""
    region: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class NewPerson:
    code: str
    name_th: str
    name_en: str
    post_th: str = ""
    post_en: str = ""
    email: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class NewGrant:
    """`since` and `until` are days in Bangkok, both included; no `until` leaves it open."""

    person: str
    role: str
    organisation: str
    since: date
    until: date | None = None
    where: str = ""


def organisations(office: Office, asking: Asking, rows: Sequence[NewOrganisation]) -> Answer:
    """Parents may stand anywhere in the same file, and what is below moves with them; a changed
    region moves deadlines. Raises WrongUse naming every bad row."""
    _require_sound(rows)

    def work(transaction: Transaction) -> Answer:
        there = {row[0]: dict(zip(_NAMES, row, strict=True)) for row in transaction.rows(_PLACES)}
        new = {row.code: _columns(row) for row in rows}
        parents = {code: row["parent"] for code, row in (there | new).items()}
        paths = {code: _path(code, parents) for code in parents}
        if reasons := [_astray(row, parents) for row in rows if paths[row.code] is None]:
            raise WrongUse(*reasons)
        moved = {c: row for c, row in there.items() if c not in new and row["path"] != paths[c]}
        entries = [
            (Organisation, row | {"path": paths[code]}) for code, row in (new | moved).items()
        ]
        answer = record(transaction, office, asking, entries)
        elsewhere = [c for c in new if c in there and there[c]["region"] != new[c]["region"]]
        if elsewhere:
            because = {"kind": "regions", "organisations": sorted(elsewhere)}
            answer["moved"] = reschedule(transaction, office, asking, because)
        return answer

    return office.command(asking, ["organisations", _asked(rows)], work)


def people(office: Office, asking: Asking, rows: Sequence[NewPerson]) -> Answer:
    _require_sound(rows)

    def work(transaction: Transaction) -> Answer:
        return record(transaction, office, asking, [(Person, _columns(row)) for row in rows])

    return office.command(asking, ["people", _asked(rows)], work)


def grants(office: Office, asking: Asking, rows: Sequence[NewGrant]) -> Answer:
    """Give roles; the same (person, role, organisation, since) again changes only `until`."""

    def work(transaction: Transaction) -> Answer:
        places = {code for (code,) in transaction.rows(_CODES)} | {EVERYWHERE}
        persons = {code for (code,) in transaction.rows(_PEOPLE)}
        roles = _known_roles(transaction, office)
        reasons: list[Reason] = []
        for row in rows:
            if row.person not in persons:
                reasons.append(unknown("person", row.person, row.where))
            if row.organisation not in places:
                reasons.append(unknown("organisation", row.organisation, row.where))
            if row.role not in roles:
                reasons.append(unknown("role", row.role, row.where))
            if row.until is not None and row.until < row.since:
                reasons.append(backwards(row.since, row.until, row.where))
        if reasons:
            raise WrongUse(*reasons)
        return record(transaction, office, asking, [(Grant, _grant_row(row)) for row in rows])

    return office.command(asking, ["grants", _asked(rows)], work)


def _grant_row(row: NewGrant) -> dict[str, str]:
    return {
        "person": row.person,
        "role": row.role,
        "organisation": row.organisation,
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else "",
    }


def _path(code: str, parents: Mapping[str, str]) -> str | None:
    """`/root/…/code/`; None where a parent is unknown or the parents go in a circle."""
    chain = [code]
    while parent := parents[chain[-1]]:
        if parent not in parents or parent in chain:
            return None
        chain.append(parent)
    return "/" + "/".join(reversed(chain)) + "/"


def _astray(row: NewOrganisation, parents: Mapping[str, str]) -> Reason:
    """Why an organisation has no path."""
    chain = [row.code]
    while (parent := parents[chain[-1]]) in parents and parent not in chain:
        chain.append(parent)
    if parent not in parents:
        return unknown("parent", parent, row.where)
    circle = " → ".join([*chain, parent])
    return Reason(
        "parent",
        f"หน่วยงานต้นสังกัดวนเป็นวง: {circle}",
        f"the parents go in a circle: {circle}",
        row.where,
    )


def _require_sound(rows: Sequence[NewOrganisation] | Sequence[NewPerson]) -> None:
    """Codes make paths, and `*` means everywhere; PostgreSQL holds no NUL, nothing a surrogate."""
    reasons = twice([(row.code, row.where) for row in rows])
    for row in rows:
        if not row.code.strip() or "/" in row.code or row.code == EVERYWHERE or _bad(row.code):
            th, en = f"รหัส {row.code!r} ใช้ไม่ได้", f"{row.code!r} cannot be a code"
            reasons.append(Reason("code", th, en, row.where))
        elif any(_bad(str(value)) for value in asdict(row).values()):
            th, en = "มีอักขระควบคุม", "control characters are not allowed"
            reasons.append(Reason("text", th, en, row.where or row.code))
        else:  # names stand in letters, as they were when the step was taken
            for value in asdict(row).values():
                reasons += unprintable(str(value), row.where or row.code)
    if reasons:
        raise WrongUse(*reasons)


def _bad(text: str) -> bool:
    return any(unicodedata.category(char) in ("Cc", "Cs") for char in text)


def _known_roles(transaction: Transaction, office: Office) -> set[str]:
    return {
        role
        for name in names(transaction)
        for role in office.definitions.newest(transaction, name).workflow.roles
    }


def _columns(row: NewOrganisation | NewPerson) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name != "where"}


def _asked(rows: Sequence[Any]) -> str:
    return digest(canonical([{k: str(v) for k, v in asdict(row).items()} for row in rows]))


def twice(codes: Sequence[tuple[str, str]]) -> list[Reason]:
    seen: dict[str, str] = {}
    reasons: list[Reason] = []
    for code, where in codes:
        if code in seen:
            reasons.append(
                Reason(
                    "duplicate",
                    f"“{code}” ซ้ำกับ {seen[code]}",
                    f"“{code}” stands already at {seen[code]}",
                    where,
                )
            )
        seen.setdefault(code, where)
    return reasons


_NOUNS = {
    "parent": ("หน่วยงานต้นสังกัด", "parent organisation"),
    "person": ("บุคคล", "person"),
    "organisation": ("หน่วยงาน", "organisation"),
    "role": ("บทบาท", "role"),
}


def unknown(noun: str, value: str, where: str) -> Reason:
    th, en = _NOUNS[noun]
    return Reason(noun, f"ไม่รู้จัก{th} “{value}”", f"the {en} “{value}” is not known", where)


def backwards(since: date, until: date, where: str) -> Reason:
    return Reason(
        "until",
        f"วันสิ้นสุด {until} อยู่ก่อนวันเริ่ม {since}",
        f"it ends on {until}, before it begins on {since}",
        where,
    )
