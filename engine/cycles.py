"""Cycles and meetings entering the register, and definitions being published."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from engine.canonical import canonical
from engine.characters import unprintable
from engine.database import Transaction
from engine.definition import Workflow
from engine.definitions import published_form
from engine.errors import Reason, WrongUse
from engine.load import Where
from engine.office import Answer, Office
from engine.people import Asking
from engine.register import record
from engine.reschedule import reschedule
from engine.tables import Cycle, Definition, Meeting, Organisation, Person, table

_definition, _place, _person = table(Definition).c, table(Organisation).c, table(Person).c
_VERSIONS = select(_definition.version, _definition.digest).where(
    _definition.workflow == bindparam("workflow")
)
_IS_PLACE = select(func.count()).where(_place.code == bindparam("code"))
_IS_PERSON = select(func.count()).where(_person.code == bindparam("code"))


@dataclass(frozen=True, slots=True)
class NewCycle:
    """`fiscal_year` is Buddhist; `rules` and `dates` are plain objects for the content's rules
    and the deadlines, `calendar` says more of the dates (engine.calendar); `classification` is
    `classified` or `monitored` (Cabinet may suspend it)."""

    code: str
    fiscal_year: int
    track: str
    title_th: str
    title_en: str
    classification: str = "classified"
    rules: Mapping[str, Any] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    calendar: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """`chair_for` delegated the chair, by the order `delegation`."""

    ref: str
    body: str
    held_on: date
    chair: str
    title: str = ""
    chair_for: str = ""
    delegation: str = ""
    resolutions: tuple[str, ...] = ()


def open_cycle(office: Office, asking: Asking, new: NewCycle) -> Answer:
    """Open a cycle, or change what is said of it; its items' deadlines follow its dates.

    The answer lists what `moved` (engine.reschedule).
    """
    row = {
        "code": new.code,
        "fiscal_year": new.fiscal_year,
        "track": new.track,
        "title_th": new.title_th,
        "title_en": new.title_en,
        "classification": new.classification,
        "rules": canonical(dict(new.rules)).decode(),
        "dates": canonical(dict(new.dates)).decode(),
        "calendar": canonical(dict(new.calendar)).decode(),
    }

    def work(transaction: Transaction) -> Answer:
        answer = record(transaction, office, asking, [(Cycle, row)]) | {"cycle": new.code}
        because = {"kind": "cycle", "cycle": new.code}
        changed = answer["changed"]
        of_it = Where({"cycle": [new.code]})
        moved = reschedule(transaction, office, asking, because, of_it) if changed else []
        return answer | {"moved": moved}

    return office.command(asking, ["cycle", row], work)


def record_meeting(office: Office, asking: Asking, new: NewMeeting) -> Answer:
    """Record a meeting, or correct its record; each version stays in the audit trail.

    Raises WrongUse for an unknown body or person, and for characters that no letter can print.
    """
    row = {
        "ref": new.ref,
        "body": new.body,
        "held_on": new.held_on.isoformat(),
        "title": new.title,
        "chair": new.chair,
        "chair_for": new.chair_for,
        "delegation": new.delegation,
        "resolutions": canonical(list(new.resolutions)).decode(),
    }

    def work(transaction: Transaction) -> Answer:
        reasons = _unknown(transaction, new)
        for words in (new.title, new.delegation, *new.resolutions):
            reasons += unprintable(words, "")
        if reasons:
            raise WrongUse(*reasons)
        return record(transaction, office, asking, [(Meeting, row)]) | {"meeting": new.ref}

    return office.command(asking, ["meeting", row], work)


def publish(office: Office, asking: Asking, workflow: Workflow) -> Answer:
    """Give a checked definition the next version number; the same one again changes nothing.

    Items that are under way stay on the version they began with.
    """
    document, fingerprint = published_form(workflow)

    def work(transaction: Transaction) -> Answer:
        versions = sorted(transaction.rows(_VERSIONS, {"workflow": workflow.name}))
        if versions and versions[-1][1] == fingerprint:
            number, new = versions[-1][0], False
        else:
            number, new = (versions[-1][0] if versions else 0) + 1, True
            row = {
                "workflow": workflow.name,
                "version": number,
                "digest": fingerprint,
                "document": document,
            }
            record(transaction, office, asking, [(Definition, row)])
        return {"workflow": workflow.name, "version": number, "digest": fingerprint, "new": new}

    return office.command(asking, ["publish", fingerprint], work)


def _unknown(transaction: Transaction, new: NewMeeting) -> list[Reason]:
    reasons = []
    if transaction.row(_IS_PLACE, {"code": new.body}) == (0,):
        reasons.append(
            Reason("body", f"ไม่รู้จักคณะ “{new.body}”", f"the body “{new.body}” is not registered")
        )
    return reasons + [
        Reason("person", f"ไม่รู้จักบุคคล “{person}”", f"no person “{person}” is registered")
        for person in (new.chair, *filter(None, [new.chair_for]))
        if transaction.row(_IS_PERSON, {"code": person}) == (0,)
    ]
