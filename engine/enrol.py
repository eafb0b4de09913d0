"""Organisations, persons and grants entering the register: checked whole, written whole."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from engine.canonical import canonical, digest
from engine.database import Transaction
from engine.definitions import names
from engine.errors import Reason, WrongUse
from engine.office import Answer, Office
from engine.people import EVERYWHERE, Asking
from engine.register import record
from engine.tables import Grant, Organisation, Person, table

_place, _person, _grant = table(Organisation).c, table(Person).c, table(Grant).c
_PLACES = select(_place.code, _place.path)
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
    """Parents may stand anywhere in the same file. Raises WrongUse naming every bad row."""

    def work(transaction: Transaction) -> Answer:
        paths: dict[str, str] = dict(transaction.rows(_PLACES))
        parents = {row.code: row.parent for row in rows}
        reasons = list(_twice([(row.code, row.where) for row in rows]))
        entries = []
        for row in rows:
            path = _path(row.code, parents, paths)
            if path is None:
                reasons.append(_unknown("parent", row.parent, row.where))
            else:
                entries.append((Organisation, _columns(row) | {"path": path}))
        if reasons:
            raise WrongUse(*reasons)
        return record(transaction, office, asking, entries)

    return office.command(asking, ["organisations", _asked(rows)], work)


def people(office: Office, asking: Asking, rows: Sequence[NewPerson]) -> Answer:
    def work(transaction: Transaction) -> Answer:
        if reasons := list(_twice([(row.code, row.where) for row in rows])):
            raise WrongUse(*reasons)
        return record(transaction, office, asking, [(Person, _columns(row)) for row in rows])

    return office.command(asking, ["people", _asked(rows)], work)


def grants(office: Office, asking: Asking, rows: Sequence[NewGrant]) -> Answer:
    """Give roles; the same (person, role, organisation, since) again changes only `until`."""

    def work(transaction: Transaction) -> Answer:
        places = {code for code, _ in transaction.rows(_PLACES)} | {EVERYWHERE}
        persons = {code for (code,) in transaction.rows(_PEOPLE)}
        roles = _known_roles(transaction, office)
        reasons: list[Reason] = []
        for row in rows:
            if row.person not in persons:
                reasons.append(_unknown("person", row.person, row.where))
            if row.organisation not in places:
                reasons.append(_unknown("organisation", row.organisation, row.where))
            if row.role not in roles:
                reasons.append(_unknown("role", row.role, row.where))
            if row.until is not None and row.until < row.since:
                reasons.append(_backwards(row))
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


def _path(code: str, parents: Mapping[str, str], paths: Mapping[str, str]) -> str | None:
    """`/root/…/code/`; None where a parent is unknown or the parents go in a circle."""
    chain = [code]
    while parent := parents.get(chain[-1], ""):
        if parent not in parents:
            known = paths.get(parent)
            return known + "/".join(reversed(chain)) + "/" if known else None
        if parent in chain:
            return None
        chain.append(parent)
    return "/" + "/".join(reversed(chain)) + "/"


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


def _twice(codes: Sequence[tuple[str, str]]) -> list[Reason]:
    seen: dict[str, str] = {}
    reasons: list[Reason] = []
    for code, where in codes:
        if code in seen:
            reasons.append(
                Reason(
                    "duplicate",
                    f"รหัส “{code}” ซ้ำกับ {seen[code]}",
                    f"the code “{code}” stands already at {seen[code]}",
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


def _unknown(noun: str, value: str, where: str) -> Reason:
    th, en = _NOUNS[noun]
    return Reason(noun, f"ไม่รู้จัก{th} “{value}”", f"the {en} “{value}” is not known", where)


def _backwards(row: NewGrant) -> Reason:
    return Reason(
        "until",
        f"วันสิ้นสุด {row.until} อยู่ก่อนวันเริ่ม {row.since}",
        f"it ends on {row.until}, before it begins on {row.since}",
        row.where,
    )
