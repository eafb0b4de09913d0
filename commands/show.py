"""anumat show."""

from typing import Any

import click

from commands import sheet, words
from commands.deadline import open_lines
from commands.desk import sitting_data
from commands.door import Door, item_ref, with_door
from commands.group import t
from engine import load
from engine.calendar import sittings
from engine.clock import day_of, instant_of, parse_instant
from engine.database import Transaction
from engine.errors import wrong
from engine.outlook import outlook
from engine.past import item_at
from engine.people import actor_of
from engine.possible import Possibility, possibilities
from engine.queries import content_of, history, moment_of
from engine.replay import ItemState


@click.command(
    "show",
    help=t(
        "รายการหนึ่ง: อยู่ที่ใด เนื้อหา มติ คำถามคำตอบ ความเห็น สิ่งที่ทำได้และโดยใคร และเหตุที่ทำไม่ได้",
        "One item: where it is, content, decisions, questions and answers, opinions, "
        "what is possible and for whom, and why the rest is not.",
    ),
)
@item_ref
@click.option(
    "--as-of", "as_of", metavar="WHEN", help=t("ตามที่เป็น ณ เวลานั้น", "As it was at that time")
)
@click.option(
    "--as",
    "person",
    metavar="PERSON",
    envvar="ANUMAT_AS",
    help=t("ในสายตาของบุคคลนี้", "Through the eyes of this person"),
)
@with_door
def command(door: Door, ref: str, as_of: str | None, person: str | None) -> None:
    office = door.office
    with office.database.read() as transaction:
        loaded = load.one(transaction, ref)
        item, until = loaded.item, ""
        possible: list[Possibility] = []
        if as_of:
            until = moment_of(_moment(as_of))
            item = _item_at(transaction, ref, until, as_of)
        else:
            actor = actor_of(transaction, door.asking(person)) if person else None
            possible = possibilities(transaction, office, loaded, actor, door.now)
        events = [e for e in history(transaction, ref) if not until or e["recorded_at"] <= until]
        content = content_of(transaction, ref, item.revision) or {}
        compiled = office.definitions.get(transaction, item.workflow, item.definition)
        workdays, place = office.workdays(transaction), loaded.place
    screen, today = door.screen, day_of(instant_of(until) if until else door.now)
    planned = sittings(place.calendar, place.dates, workdays)
    sitting = sitting_data(outlook(compiled.workflow, item.state, planned, today))
    facts: dict[str, Any] = {
        "item": _item(item, compiled.workflow, screen.lang),
        "as_of": until or None,
        "content": content,
        "deadlines": open_lines(item, compiled.workflow, workdays, screen.lang),
        "sitting": None if as_of else sitting,
        "decisions": [_decision(e, item) for e in events if e.get("outcome")],
        "changed_since_decision": _changed_since(events, item),
        "rounds": _rounds(events),
        "opinions": [e["opinion"] for e in events if e["kind"] == "opined"],
        "possible": [_possible(each) for each in possible],
    }
    if screen.json:
        screen.data(facts)
        return
    sheet.print_item(screen, facts["item"], place.snapshot)
    sheet.print_deadlines(screen, facts["deadlines"], facts["sitting"], today)
    screen.heading(screen.pick("เนื้อหา", "Content"))
    fields = compiled.content.fields
    screen.fields(
        [
            (fields[k].text(screen.lang), words.value_text(screen, content[k], k))
            for k in fields
            if k in content
        ]
    )
    sheet.print_decisions(screen, events)
    sheet.print_changed(screen, events, facts["changed_since_decision"], item)
    sheet.print_rounds(screen, facts["rounds"])
    sheet.print_opinions(screen, facts["opinions"])
    if not as_of:
        sheet.print_possible(screen, possible)


def _moment(text: str) -> Any:
    """A day means its end; a time means itself."""
    moment = parse_instant(text)
    return moment if ":" in text else day_of(moment)


def _item_at(transaction: Transaction, ref: str, until: str, asked: str) -> ItemState:
    found = item_at(transaction, ref, until)
    if found is None:
        raise wrong("as-of", f"{ref} ยังไม่มีเมื่อ {asked}", f"{ref} did not exist at {asked}")
    return found


def _item(item: ItemState, workflow: Any, lang: str) -> dict[str, Any]:
    return {
        "ref": item.ref,
        "code": item.code,
        "title": item.title,
        "workflow": item.workflow,
        "workflow_version": item.definition,
        "cycle": item.cycle,
        "organisation": item.organisation,
        "subject": item.subject or None,
        "state": item.state,
        "state_title": workflow.states[item.state].title.text(lang),
        "visit": item.visit,
        "holder": item.holder or None,
        "holder_title": workflow.roles[item.holder].text(lang) if item.holder else None,
        "since": item.entered_at,
        "revision": item.revision,
        "digest": item.digest,
        "events": item.version,
        "decisions_void_until": item.voided,
    }


def _changed_since(events: list[dict[str, Any]], item: ItemState) -> int | None:
    """The revision that was last decided on, where the content has changed since."""
    decided = [event["revision"]["number"] for event in events if event.get("outcome")]
    return decided[-1] if decided and decided[-1] != item.revision else None


def _decision(event: dict[str, Any], item: ItemState) -> dict[str, Any]:
    return {
        "stands": sheet.stands(event, item),
        "seq": event["seq"],
        "outcome": event["outcome"],
        "trigger": event["trigger"],
        "state": event["from"],
        "person": event["actor"]["person"],
        "name_th": event["actor"]["name_th"],
        "name_en": event["actor"]["name_en"],
        "role": event["actor"]["role"],
        "decided_on": event["decided_on"],
        "recorded_at": event["recorded_at"],
        "recorded_by": event["recorded_by"],
        "meeting": event.get("meeting"),
        "revision": event["revision"],
        "comment": event.get("comment"),
    }


def _rounds(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rounds: dict[int, dict[str, Any]] = {}
    for event in events:
        if thread := event.get("thread"):
            said = {
                "words": event.get("comment"),
                "person": event["actor"]["person"],
                "name_th": event["actor"]["name_th"],
                "name_en": event["actor"]["name_en"],
                "at": event["recorded_at"],
            }
            one = rounds.setdefault(thread["number"], {"number": thread["number"]})
            one[thread["step"]] = said
    return list(rounds.values())


def _possible(each: Possibility) -> dict[str, Any]:
    return {
        "trigger": each.transition.trigger,
        "title": each.transition.title.model_dump(),
        "to": each.transition.to,
        "asks": each.asks,
        "who": [
            {"person": h.code, "name_th": h.name_th, "name_en": h.name_en, "role": h.role}
            for h in each.who
        ],
        "against": each.against,
    }
