"""What a letter is about: the step that made it owed, frozen as it was decided.

Facts alone, as plain data: the wording is not the engine's affair.
"""

from typing import Any

from sqlalchemy import bindparam, select

from engine import load
from engine.canonical import plain
from engine.database import Transaction
from engine.definition import Transition, Workflow
from engine.errors import wrong
from engine.load import Loaded
from engine.office import Office
from engine.queries import content_of, history
from engine.tables import Cycle, Event, table

_event, _cycle = table(Event).c, table(Cycle).c
# What was decided of the same organisation by the same step of the same meeting goes in one letter.
_TOGETHER = (
    select(_event.document)
    .where(
        _event.kind == "advanced",
        _event.workflow == bindparam("workflow"),
        _event.trigger == bindparam("trigger"),
        _event.organisation == bindparam("organisation"),
        _event.meeting == bindparam("meeting"),
        _event.decided_on == bindparam("decided_on"),
        _event.outcome != "",
    )
    .order_by(_event.stream, _event.seq)
)
_TITLES = select(
    _cycle.fiscal_year, _cycle.title_th, _cycle.title_en, _cycle.classification
).where(_cycle.code == bindparam("code"))  # fmt: skip


def occasion(transaction: Transaction, office: Office, ref: str, kind: str) -> dict[str, Any]:
    """The facts of the newest step of an item that makes a letter of this kind owed.

    Raises WrongUse where no step of the item has made one, naming the kinds that there are.
    """
    loaded = load.one(transaction, ref)
    item = loaded.item
    workflow = office.definitions.get(transaction, item.workflow, item.definition).workflow
    steps = [event for event in history(transaction, ref) if event["kind"] == "advanced"]
    for event in reversed(steps):
        transition = workflow.transition(event["from"], event["trigger"])
        if transition is not None and kind in {letter.kind for letter in transition.letters}:
            return _facts(transaction, loaded, event, transition, kind)
    raise _none(workflow, steps, ref, kind)


def _facts(
    transaction: Transaction,
    loaded: Loaded,
    event: dict[str, Any],
    transition: Transition,
    kind: str,
) -> dict[str, Any]:
    [letter] = [each for each in transition.letters if each.kind == kind][:1]
    row = transaction.row(_TITLES, {"code": loaded.item.cycle})
    year, title_th, title_en, classification = row or (0, "", "", "")
    return {
        "kind": kind,
        "to": letter.to,
        "copies": list(letter.copies),
        "organisation": event["organisation"],
        "cycle": {
            "code": loaded.item.cycle,
            "fiscal_year": year,
            "th": title_th,
            "en": title_en,
            "classification": classification,
        },
        "step": {
            "trigger": event["trigger"],
            "th": event["title"]["th"],
            "en": event["title"]["en"],
            "outcome": event.get("outcome", ""),
            "decided_on": event.get("decided_on", ""),
            "recorded_at": event["recorded_at"],
            "comment": event.get("comment", ""),
            "round": event.get("thread", {}).get("number", 0),
        },
        "by": event["actor"],
        "meeting": event.get("meeting"),
        "items": [_item(transaction, each) for each in _together(transaction, event)],
    }


def _together(transaction: Transaction, event: dict[str, Any]) -> list[dict[str, Any]]:
    if not event.get("outcome") or not event.get("meeting"):
        return [event]
    params = {
        "workflow": event["workflow"]["name"],
        "trigger": event["trigger"],
        "organisation": event["organisation"]["code"],
        "meeting": event["meeting"]["ref"],
        "decided_on": event["decided_on"],
    }
    found = [plain(document) for (document,) in transaction.rows(_TOGETHER, params)]
    return [each for each in found if each["cycle"] == event["cycle"]]


def _item(transaction: Transaction, event: dict[str, Any]) -> dict[str, Any]:
    content = content_of(transaction, event["stream"], event["revision"]["number"]) or {}
    return {
        "ref": event["stream"],
        "revision": event["revision"],
        "comment": event.get("comment", ""),
        "content": content,
    }


def _none(workflow: Workflow, steps: list[dict[str, Any]], ref: str, kind: str) -> Exception:
    made = {
        letter.kind
        for event in steps
        if (step := workflow.transition(event["from"], event["trigger"])) is not None
        for letter in step.letters
    }
    known = ", ".join(sorted(made)) or "—"
    return wrong(
        "letter",
        f"{ref} ยังไม่มีขั้นใดที่ต้องออกหนังสือ “{kind}” ที่มี: {known}",
        f"no step of {ref} has made a letter “{kind}” owed; there are: {known}",
    )
