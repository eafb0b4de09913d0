"""Who is asking: a person with the grants in force, or the operator who typed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.clock import day_of
from engine.database import Transaction
from engine.errors import Reason, refused, wrong
from engine.tables import Grant, Organisation, Person, table

EVERYWHERE = "*"
SHOWN = 5

_person, _grant = table(Person).c, table(Grant).c
# One round trip: a person and the grants in force; a person without any gives one row of nulls.
_WHO = (
    select(
        _person.name_th, _person.name_en, _person.post_th, _person.post_en,
        _grant.role, _grant.organisation,
    )
    .select_from(
        table(Person).outerjoin(
            table(Grant),
            (_grant.person == _person.code)
            & (_grant.since <= bindparam("day"))
            & ((_grant.until == "") | (_grant.until >= bindparam("day"))),
        )
    )
    .where(_person.code == bindparam("code"))
)  # fmt: skip
_PATHS = select(table(Organisation).c.code, table(Organisation).c.path)
_IN_FORCE = (
    select(_grant.role, _grant.organisation, _person.code, _person.name_th, _person.name_en)
    .select_from(table(Grant).join(table(Person), _person.code == _grant.person))
    .where(
        _grant.since <= bindparam("day"),
        (_grant.until == "") | (_grant.until >= bindparam("day")),
    )
    .order_by(_person.code)
)
_HOLDERS = _IN_FORCE.where(_grant.role == bindparam("role"))


@dataclass(frozen=True, slots=True)
class Asking:
    """A command's who and when. `person` is on whose authority (None: the operator's own),
    `typed_by` the operating-system user, `key` makes a repeat harmless."""

    person: str | None
    typed_by: str
    now: datetime
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as they were when they acted. `grants` are (role, organisation) in force."""

    code: str
    name_th: str
    name_en: str
    post_th: str
    post_en: str
    grants: tuple[tuple[str, str], ...] = field(default=())
    system: bool = False

    def role_for(self, roles: Collection[str], path: str) -> tuple[str, str] | None:
        """The first grant that gives one of the roles over an organisation with this path."""
        for role, organisation in self.grants:
            if role in roles and covers(organisation, path):
                return role, organisation
        return None

    def snapshot(self) -> dict[str, Any]:
        if self.system:
            return {"system": self.code, "name_th": self.name_th, "name_en": self.name_en}
        return {
            "person": self.code,
            "name_th": self.name_th,
            "name_en": self.name_en,
            "post_th": self.post_th,
            "post_en": self.post_en,
        }


# Takes the steps that a definition leaves to a window's edge or to a sent letter, and no others.
CLOCK = Actor("clock", "ระบบอัตโนมัติ", "Anumat's clock", "", "", system=True)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds a role somewhere."""

    role: str
    organisation: str
    code: str
    name_th: str
    name_en: str


def below(transaction: Transaction, organisation: str) -> list[str]:
    """The codes of an organisation and of all below it. Exact: codes may differ in case only, and
    may hold what a LIKE takes for a wildcard."""
    return [code for code, path in transaction.rows(_PATHS) if covers(organisation, path)]


def covers(granted: str, path: str) -> bool:
    """Whether a grant for an organisation reaches one with this path."""
    return granted == EVERYWHERE or f"/{granted}/" in path


def actor_of(transaction: Transaction, asking: Asking) -> Actor | None:
    """None for the operator. Raises WrongUse for a person whom nobody registered."""
    if asking.person is None:
        return None
    params = {"code": asking.person, "day": day_of(asking.now).isoformat()}
    rows = transaction.rows(_WHO, params)
    if not rows:
        raise wrong(
            "person",
            f"ไม่รู้จักบุคคล “{asking.person}” ดูรายชื่อด้วย anumat people list",
            f"no person “{asking.person}” is registered. See: anumat people list",
        )
    grants = tuple((row[4], row[5]) for row in rows if row[4] is not None)
    name_th, name_en, post_th, post_en, *_ = rows[0]
    return Actor(asking.person, name_th, name_en, post_th, post_en, grants)


def person_of(transaction: Transaction, asking: Asking) -> Actor:
    """The person on whose authority it is done. Raises Refusal where the operator named none."""
    actor = actor_of(transaction, asking)
    if actor is None:
        raise refused(
            "actor",
            "ต้องระบุผู้มีอำนาจที่ดำเนินการ (--as)",
            "say on whose authority (--as PERSON)",
        )
    return actor


def holders(
    transaction: Transaction, roles: Collection[str], path: str, now: datetime
) -> list[Holder]:
    """Who could act in one of the roles for the organisation with this path, today."""
    found = (each for role in sorted(roles) for each in holders_of(transaction, role, now))
    return [holder for holder in found if covers(holder.organisation, path)]


def holders_of(transaction: Transaction, role: str, now: datetime) -> list[Holder]:
    """Who holds a role today, for whichever organisation."""
    params = {"role": role, "day": day_of(now).isoformat()}
    return [Holder(*row) for row in transaction.rows(_HOLDERS, params)]


def who_could(transaction: Transaction, roles: Collection[str], path: str, now: datetime) -> Reason:
    """The other half of a refusal for want of a right: who has it today."""
    found = holders(transaction, roles, path, now)
    if not found:
        return Reason(
            "nobody",
            "ขณะนี้ไม่มีผู้ใดได้รับสิทธินี้ เพิ่มด้วย anumat grant add",
            "nobody holds this right now. Give it with: anumat grant add",
        )
    th, en = named(found, SHOWN)
    return Reason("who-could", f"ผู้ที่ทำได้: {th}", f"who could: {en}")


def with_a_role(transaction: Transaction, path: str, now: datetime) -> list[Holder]:
    """Who holds any role today that reaches the organisation with this path, each person once;
    those who hold it nearest to it come first."""
    rows = transaction.rows(_IN_FORCE, {"day": day_of(now).isoformat()})
    found = [
        holder for holder in (Holder(*row) for row in rows) if covers(holder.organisation, path)
    ]
    nearest: dict[str, Holder] = {}
    for holder in sorted(found, key=lambda each: -path.find(f"/{each.organisation}/")):
        nearest.setdefault(holder.code, holder)
    return list(nearest.values())


def named(found: Sequence[Holder], most: int) -> tuple[str, str]:
    """In Thai and English; beyond `most` they are counted."""
    more = len(found) - most
    th = ", ".join(f"{h.name_th} ({h.code})" for h in found[:most])
    en = ", ".join(f"{h.name_en} ({h.code})" for h in found[:most])
    return (
        th + (f" และอีก {more} คน" if more > 0 else ""),
        en + (f" and {more} more" if more > 0 else ""),
    )
