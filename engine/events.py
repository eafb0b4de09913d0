"""The event of a step: what it says of one item, and what it says alike of all items of a bulk."""

from typing import Any

from engine.case import Case
from engine.definition import Outcome, Transition
from engine.machine import Compiled

VOIDING = frozenset({Outcome.RETURNED, Outcome.OBJECTED})


def common_to(
    case: Case, shared: dict[str, Any], transition: Transition, grant: tuple[str, str]
) -> dict[str, Any]:
    """What the events of one step say alike for all items: names, roles, bodies and the
    definition as they are now."""
    given, compiled = case.given, case.compiled
    document: dict[str, Any] = {
        **shared,
        "kind": "advanced",
        "actor": {**shared["actor"], "role": role_of(compiled, grant)},
        "workflow": compiled.identity,
        "trigger": transition.trigger,
        "title": {"th": transition.title.th, "en": transition.title.en},
        "stays": transition.to is None,
    }
    if transition.decision is not None:
        document["outcome"] = transition.decision.value
        held_on = case.sitting.held_on if case.sitting else ""
        document["decided_on"] = given.decided_on or held_on or case.today.isoformat()
        if transition.decision in VOIDING:
            document["voids"] = True
    if case.sitting is not None:
        document["meeting"] = case.sitting.snapshot
    if given.comment:
        document["comment"] = given.comment
    if given.letter_number:
        document["letter"] = {"number": given.letter_number, "date": given.letter_date}
    return document


def stepped(case: Case, common: dict[str, Any], transition: Transition) -> dict[str, Any]:
    """The event of a step of one item."""
    item = case.item
    to = transition.to or item.state
    document = {
        **common,
        "organisation": case.place.snapshot,
        "cycle": item.cycle,
        "from": item.state,
        "to": to,
        "visit": item.visit,
        "holder": case.compiled.holder(to),
        "revision": {"number": item.revision, "digest": item.digest},
    }
    if transition.thread is not None:
        number = len(case.facts.rounds) + (transition.thread == "ask")
        document["thread"] = {"step": transition.thread, "number": number}
    return document


def role_of(compiled: Compiled, grant: tuple[str, str]) -> dict[str, str]:
    name, organisation = grant
    if not name:
        return {"name": "", "th": "ระบบ", "en": "The system", "organisation": organisation}
    title = compiled.workflow.roles[name]
    return {"name": name, "th": title.th, "en": title.en, "organisation": organisation}
