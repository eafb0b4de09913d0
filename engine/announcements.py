"""Letters that no step makes owed: circulars about a cycle, and what goes out about a meeting."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, select

from engine import load
from engine.canonical import plain
from engine.database import Transaction
from engine.definition import Workflow
from engine.definitions import names
from engine.errors import wrong
from engine.occasion import item_facts
from engine.office import Office
from engine.particulars import cycle_of, organisation_of
from engine.queries import content_of
from engine.tables import Event, Item, Meeting, Organisation, table

_i, _e, _m = table(Item).c, table(Event).c, table(Meeting).c
_IN_CYCLE = (
    select(_i.organisation)
    .where(_i.cycle == bindparam("cycle"))
    .distinct()
    .order_by(_i.organisation)
)
_OF_KIND = (
    select(table(Organisation).c.code)
    .where(table(Organisation).c.kind == bindparam("kind"))
    .order_by(table(Organisation).c.code)
)
_MEETING = select(_m.resolutions, _m.body).where(_m.ref == bindparam("ref"))
_DECIDED = (
    select(_e.document)
    .where(_e.meeting == bindparam("ref"), _e.kind == "advanced")
    .order_by(_e.stream, _e.seq)
)


def of_cycle(transaction: Transaction, office: Office, kind: str, code: str) -> dict[str, Any]:
    """The facts of a circular about a cycle."""
    nothing: dict[str, Any] = dict.fromkeys(("recipient", "organisation", "step", "by", "meeting"))
    cycle = cycle_of(transaction, office, code)
    return {"kind": kind, "scope": "cycle", **nothing, "cycle": cycle, "items": []}


def everybody(transaction: Transaction, code: str, track: str) -> list[str]:
    """Whom a circular of a cycle goes to: who takes part in it, and before anybody does, all
    organisations of its track."""
    there = [place for (place,) in transaction.rows(_IN_CYCLE, {"cycle": code})]
    return there or [
        place for (place,) in transaction.rows(_OF_KIND, {"kind": track.removesuffix("s")})
    ]


def of_meeting(transaction: Transaction, office: Office, kind: str, ref: str) -> dict[str, Any]:
    """The facts of an agenda (`meeting_agenda`: the items that wait on the body) or of minutes: the
    items that it decided. Raises WrongUse for a meeting that was not recorded."""
    sitting = load.sitting(transaction, ref)
    [(resolutions, body)] = transaction.rows(_MEETING, {"ref": ref})
    if kind == "meeting_agenda":
        items = list(_waiting(transaction, office, sitting.body, sitting.body_kind))
    else:
        decided = [plain(bytes(row[0])) for row in transaction.rows(_DECIDED, {"ref": ref})]
        items = [item_facts(transaction, office, event) for event in decided]
    cycles = {item["cycle"] for item in items}
    if not items:
        raise _nothing(ref, sitting.body, agenda=kind == "meeting_agenda")
    return {
        "kind": kind,
        "scope": "meeting",
        "recipient": organisation_of(transaction, body),
        "organisation": None,
        "cycle": cycle_of(transaction, office, min(cycles)),
        "step": None,
        "by": None,
        "meeting": {**sitting.snapshot, "resolutions": plain(resolutions)},
        "items": items,
    }


def _nothing(ref: str, body: str, *, agenda: bool) -> Exception:
    if agenda:
        return wrong(
            "meeting",
            f"{ref} ยังไม่มีวาระ เพราะไม่มีรายการใดรอการพิจารณาของ {body} เสนอรายการขึ้นมาก่อน "
            "(anumat advance หรือ bulk) ถ้ามีมติแล้ว ใช้ meeting_minutes",
            f"{ref} has no agenda, for no item waits for a decision of {body}. Pass items on to it "
            "first (anumat advance or bulk); what it has decided already is told in "
            "meeting_minutes",
        )
    return wrong(
        "meeting",
        f"{ref} ยังไม่มีรายการที่มีมติ บันทึกมติก่อน (anumat advance หรือ bulk กับ --meeting {ref})",
        f"{ref} has decided no item. Record its decisions first "
        f"(anumat advance or bulk, with --meeting {ref})",
    )


def _waiting(
    transaction: Transaction, office: Office, body: str, kind: str
) -> Iterator[dict[str, Any]]:
    """Items in a state whose next decision is this body's."""
    for name in names(transaction):
        workflow = office.definitions.newest(transaction, name).workflow
        states = list(_decided_by(workflow, {body, kind}))
        where = load.Where({"workflow": [name], "state": states})
        for each in load.some(transaction, where) if states else ():
            item = each.item
            yield {
                "ref": item.ref,
                "code": item.code,
                "title": item.title,
                "cycle": item.cycle,
                "organisation": organisation_of(transaction, item.organisation),
                "outcome": "",
                "comment": "",
                "decided_on": "",
                "state_th": workflow.states[item.state].title.th,
                "revision": {"number": item.revision, "digest": item.digest},
                "content": content_of(transaction, item.ref, item.revision) or {},
                "subject": {},
            }


def _decided_by(workflow: Workflow, bodies: set[str]) -> Iterator[str]:
    for name in workflow.states:
        steps = workflow.leaving(name)
        if any("meeting" in step.requires and bodies & set(step.body) for step in steps):
            yield name
