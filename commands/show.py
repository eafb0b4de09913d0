"""anumat show."""

from typing import Any

import click

from commands import words
from commands.door import Door, with_door
from commands.group import t
from commands.terminal import Column, Screen
from engine import load
from engine.clock import day_of, parse_instant
from engine.database import Transaction
from engine.errors import Reason, wrong
from engine.past import item_at
from engine.people import actor_of
from engine.possible import Possibility, possibilities
from engine.queries import content_of, history, moment_of
from engine.replay import ItemState


@click.command(
    "show",
    help=t(
        "รายการหนึ่ง: อยู่ที่ใด เนื้อหา มติ คำถามคำตอบ ความเห็น สิ่งที่ทำได้และโดยใคร และเหตุที่ทำไม่ได้",
        "One item: where it is, content, decisions, questions and answers, opinions, what is possible "
        "and for whom, and why the rest is not.",
    ),
)
@click.argument("ref")
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
    screen = door.screen
    facts: dict[str, Any] = {
        "item": _item(item, compiled.workflow, screen.lang),
        "as_of": until or None,
        "content": content,
        "decisions": [_decision(e) for e in events if e.get("outcome")],
        "rounds": _rounds(events),
        "opinions": [e["opinion"] for e in events if e["kind"] == "opined"],
        "possible": [_possible(each) for each in possible],
    }
    if screen.json:
        screen.data(facts)
        return
    _print_item(screen, facts["item"], loaded.place.snapshot)
    screen.heading(screen.pick("เนื้อหา", "Content"))
    fields = compiled.content.fields
    screen.fields(
        [
            (fields[k].text(screen.lang), words.value_text(screen, content[k]))
            for k in fields
            if k in content
        ]
    )
    _print_decisions(screen, events)
    _print_rounds(screen, facts["rounds"])
    _print_opinions(screen, facts["opinions"])
    _print_possible(screen, possible)


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


def _decision(event: dict[str, Any]) -> dict[str, Any]:
    return {
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


def _print_item(screen: Screen, item: dict[str, Any], place: dict[str, str]) -> None:
    screen.heading(f"{item['ref']}  {item['code']} {item['title']}")
    visit = screen.pick(f" (ครั้งที่ {item['visit']})", f" (visit {item['visit']})")
    screen.fields(
        [
            (screen.pick("หน่วยงาน", "Organisation"), words.titled(screen, place)),
            (
                screen.pick("รอบ", "Cycle"),
                f"{item['cycle']}  ·  {item['workflow']} v{item['workflow_version']}",
            ),
            (screen.pick("อยู่ที่", "At"), item["state_title"] + (visit if item["visit"] > 1 else "")),
            (screen.pick("รอ", "Waits on"), item["holder_title"] or "—"),
            (screen.pick("ตั้งแต่", "Since"), screen.moment(item["since"])),
            (
                screen.pick("รุ่นเนื้อหา", "Revision"),
                f"{item['revision']}  ·  sha256 {item['digest'][:16]}…",
            ),
            *(
                [(screen.pick("ขอเปลี่ยนแปลง", "Changes"), item["subject"])]
                if item["subject"]
                else []
            ),
        ]
    )


def _print_decisions(screen: Screen, events: list[dict[str, Any]]) -> None:
    decided = [event for event in events if event.get("outcome")]
    if not decided:
        return
    screen.heading(screen.pick("มติ", "Decisions"))
    screen.table(
        [
            Column("วันที่มีมติ", "Decided", shrink=False),
            Column("มติ", "Decision", style=words.colour_of),
            Column("โดย", "By"),
            Column("รายละเอียด", "Detail"),
            Column("รุ่น", "Rev.", "right", shrink=False),
        ],
        [
            (
                screen.day(event["decided_on"]),
                words.outcome(screen, event["outcome"]),
                words.named(screen, event["actor"]),
                "\n".join((words.what_happened(screen, event), *words.details(screen, event))),
                event["revision"]["number"],
            )
            for event in decided
        ],
    )


def _print_rounds(screen: Screen, rounds: list[dict[str, Any]]) -> None:
    if not rounds:
        return
    screen.heading(screen.pick("ขอข้อมูลเพิ่มเติม", "Requests for information"))
    for one in rounds:
        number = one["number"]
        pairs = []
        for step, th, en in (
            ("ask", f"ครั้งที่ {number} ถาม", f"Round {number}, asked"),
            ("answer", "ตอบ", "answered"),
            ("approve", "เห็นชอบคำตอบ", "answer approved"),
        ):
            if said := one.get(step):
                who, day = words.named(screen, said), screen.day(said["at"])
                text = f"{who}, {day}" + (f": {said['words']}" if said["words"] else "")
                pairs.append((screen.pick(th, en), text))
        screen.fields(pairs)


def _print_opinions(screen: Screen, opinions: list[dict[str, Any]]) -> None:
    if not opinions:
        return
    screen.heading(screen.pick("ความเห็นของหน่วยงานที่หารือ", "Opinions"))
    screen.fields(
        [
            (
                said["organisation"],
                f"{words.STANCES[said['stance']].text(screen.lang)} "
                f"({screen.day(said['given_on'])}) {said['words']}".strip(),
            )
            for said in opinions
        ]
    )


def _print_possible(screen: Screen, possible: list[Possibility]) -> None:
    if not possible:
        return
    screen.heading(screen.pick("สิ่งที่ทำได้", "What is possible"))
    screen.table(
        [
            Column("คำสั่ง", "Trigger", shrink=False),
            Column("การดำเนินการ", "Step"),
            Column("ผู้ที่ทำได้", "Who could"),
            Column("ต้องระบุ", "Say with it"),
            Column("ติดขัด", "In the way", style=lambda text: "red" if text != "—" else None),
        ],
        [
            (
                each.transition.trigger,
                each.transition.title.text(screen.lang),
                _who(screen, each),
                ", ".join(f"--{name}" for name in each.asks) or "—",
                "\n".join(reason.text(screen.lang) for reason in each.against) or "—",
            )
            for each in possible
        ],
    )


def _who(screen: Screen, each: Possibility) -> str:
    if not each.who:
        nobody = Reason("nobody", "ยังไม่มีผู้ได้รับสิทธิ", "nobody holds the right")
        return nobody.text(screen.lang)
    names = [
        words.titled(screen, {"name_th": h.name_th, "name_en": h.name_en}) for h in each.who[:3]
    ]
    more = len(each.who) - len(names)
    tail = screen.pick(f" และอีก {more}", f" and {more} more") if more > 0 else ""
    return ", ".join(f"{name} ({h.code})" for name, h in zip(names, each.who, strict=False)) + tail
