"""What a consulted organisation says of a request, before those who decide see it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import bindparam, select

from engine import load
from engine.apply import Change, write
from engine.chain import header
from engine.clock import day_of
from engine.database import Transaction
from engine.definition import Consultation, Workflow
from engine.errors import Reason, Refusal, refused, wrong
from engine.facts import contents
from engine.machine import Compiled
from engine.office import Answer, Office
from engine.people import Actor, Asking, person_of, who_could
from engine.replay import ItemState
from engine.tables import Organisation, table

_place = table(Organisation).c
_PATH = select(_place.path).where(_place.code == bindparam("code"))
STANCES = ("support", "no_objection", "oppose")


@dataclass(frozen=True, slots=True)
class Said:
    """An opinion as it was given: `given_on` is the ISO day of the organisation's letter."""

    organisation: str
    stance: str
    words: str = ""
    given_on: str = ""


def opine(office: Office, asking: Asking, where: load.Where, said: Said) -> Answer:
    """One opinion of one organisation on one item or on many; all or nothing.

    Raises Refusal where the organisation is not consulted on an item there, or where the person
    may not speak for it.
    """
    if said.stance not in STANCES:
        raise wrong(
            "stance",
            f"ไม่รู้จักความเห็น “{said.stance}” ใช้ {', '.join(STANCES)}",
            f"there is no stance “{said.stance}”: use {', '.join(STANCES)}",
        )

    def work(transaction: Transaction) -> Answer:
        actor = person_of(transaction, asking)
        today = day_of(asking.now).isoformat()
        if said.given_on > today:
            raise refused("future", "วันที่ให้ความเห็นยังมาไม่ถึง", "the opinion's day has not come yet")
        found = load.some(transaction, where)
        if not found:
            raise refused("none", "ไม่พบรายการตามเงื่อนไข", "no item matches the conditions")
        bodies = contents(transaction, [each.item.ref for each in found])
        shared = header(asking, actor, simulation=office.simulation)
        path = _path(transaction, said.organisation)
        changes: list[Change] = []
        reasons: list[Reason] = []
        roles: set[str] = set()
        for each in found:
            compiled = office.definitions.get(transaction, each.item.workflow, each.item.definition)
            roles |= {asked.role for asked in compiled.workflow.consultations.values()}
            name = _consultation(
                compiled.workflow, each.item, bodies[each.item.ref], actor, said, path
            )
            if isinstance(name, Reason):
                reasons.append(name)
            else:
                document = _document(each, compiled, shared, name, said, today)
                changes.append(Change(each.item.ref, each.item, document))
        if any(reason.code == "role" for reason in reasons):
            reasons.append(who_could(transaction, roles, path, asking.now))
        if reasons:
            raise Refusal(*reasons)
        write(transaction, changes)
        return {"opinions": [change.ref for change in changes], "stance": said.stance}

    wanted = {name: sorted(values) for name, values in where.values.items()}
    return office.command(asking, ["opine", wanted, where.under, asdict(said)], work)


def consulted(content: Mapping[str, Any], consultation: Consultation) -> list[str]:
    """The organisations that a consultation asks: the content's field holds one or several."""
    value = content.get(consultation.field) or []
    return [value] if isinstance(value, str) else list(value)


def _consultation(
    workflow: Workflow,
    item: ItemState,
    content: Mapping[str, Any],
    actor: Actor,
    said: Said,
    path: str,
) -> str | Reason:
    """The name of the consultation under which the opinion counts, or why there is none."""
    here = workflow.states[item.state].title
    for name, consultation in workflow.consultations.items():
        if item.state not in consultation.during:
            continue
        if said.organisation not in consulted(content, consultation):
            continue
        if actor.role_for([consultation.role], path) is None:
            role = workflow.roles[consultation.role]
            return Reason(
                "role",
                f"{actor.name_th} ไม่มีสิทธิให้ความเห็นแทน {said.organisation} (ต้องเป็น {role.th})",
                f"{actor.name_en} may not speak for {said.organisation} (needs: {role.en})",
                item.ref,
            )
        return name
    return Reason(
        "consultation",
        f"ไม่ได้หารือ {said.organisation} ที่ขั้น “{here.th}”",
        f"{said.organisation} is not consulted at “{here.en}”",
        item.ref,
    )


def _document(
    each: load.Loaded,
    compiled: Compiled,
    shared: Mapping[str, Any],
    name: str,
    said: Said,
    today: str,
) -> dict[str, Any]:
    item = each.item
    return {
        **shared,
        "kind": "opined",
        "workflow": compiled.identity,
        "organisation": each.place.snapshot,
        "cycle": item.cycle,
        "revision": {"number": item.revision, "digest": item.digest},
        "opinion": {
            "consultation": name,
            "organisation": said.organisation,
            "stance": said.stance,
            "words": said.words,
            "person": shared["actor"]["person"],
            "given_on": said.given_on or today,
            "revision": item.revision,
        },
    }


def _path(transaction: Transaction, organisation: str) -> str:
    row = transaction.row(_PATH, {"code": organisation})
    if row is None:
        raise wrong(
            "organisation",
            f"ไม่รู้จักหน่วยงาน “{organisation}”",
            f"no organisation “{organisation}” is registered",
        )
    return str(row[0])
