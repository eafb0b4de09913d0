"""anumat deadline …"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from commands.door import DAY, Door, as_person, item_ref, with_door, with_key
from commands.group import t
from commands.terminal import Column, Screen
from engine import load
from engine.canonical import plain
from engine.clock import arabic
from engine.definition import Workflow
from engine.errors import wrong
from engine.extend import Extension, extend
from engine.replay import ItemState
from engine.workdays import Workdays

_SPAN = re.compile(r"[1-9][0-9]{0,2}w?d")


def open_lines(
    item: ItemState, workflow: Workflow, workdays: Workdays, lang: str
) -> list[dict[str, Any]]:
    """The stable JSON form of an item's open deadlines."""
    there = plain(item.due).get("open", {})
    return [
        {
            "name": deadline.name,
            "title": deadline.title.text(lang),
            "announced": there[deadline.name]["nominal"],
            "due": there[deadline.name]["effective"],
            "provisional": workdays.provisional(
                date.fromisoformat(there[deadline.name]["effective"])
            ),
            "moved": there[deadline.name]["moved"],
            "extended_to": there[deadline.name].get("to"),
            "extended_by": list(deadline.extended_by),
        }
        for deadline in workflow.states[item.state].deadlines
        if deadline.name in there
    ]


@click.group("deadline", help=t("กำหนดเวลาของรายการ", "The deadlines of an item."))
def command() -> None:
    """The help says it."""


@command.command(
    "list",
    help=t("กำหนดเวลาที่เปิดอยู่ของรายการ", "An item's open deadlines: announced, and what counts"),
)
@item_ref
@with_door
def listed(door: Door, ref: str) -> None:
    office, screen = door.office, door.screen
    with office.database.read() as transaction:
        loaded = load.one(transaction, ref)
        compiled = office.definitions.get(transaction, loaded.item.workflow, loaded.item.definition)
        workdays = office.workdays(transaction)
    lines = open_lines(loaded.item, compiled.workflow, workdays, screen.lang)
    if screen.json:
        screen.data({"ref": ref, "deadlines": lines})
        return
    if not lines:
        screen.say("ไม่มีกำหนดเวลาที่เปิดอยู่", "No deadline is open")
        return
    roles = compiled.workflow.roles
    screen.table(
        [
            Column("กำหนด", "Deadline", shrink=False),
            Column("เรื่อง", "Title"),
            Column("ประกาศ", "Announced", shrink=False),
            Column("วันที่นับ", "Counts", shrink=False),
            Column("ขยายได้โดย", "Extended by"),
        ],
        [
            (line["name"], line["title"], screen.day(line["announced"]), counted(screen, line),
             ", ".join(roles[name].text(screen.lang) for name in line["extended_by"]) or "—")
            for line in lines
        ],
    )  # fmt: skip


@command.command(
    "extend",
    help=t(
        "ขยายกำหนดเวลาของรายการ ต้องมีสิทธิและเหตุผล",
        "Put off a deadline of an item: needs a right and a reason.",
    ),
)
@item_ref
@click.argument(
    "deadline", help=t("ชื่อกำหนด (ดูจาก deadline list)", "The deadline's name: deadline list")
)
@click.option("--to", type=DAY, help=t("ถึงวันที่", "Until this day"))
@click.option(
    "--by",
    metavar="SPAN",
    default="",
    help=t(
        "ขยายเท่าใดจากวันที่ประกาศ เช่น 7d หรือ 5wd (วันทำการ)",
        "By so much from the announced day: 7d, or 5wd for working days",
    ),
)
@click.option("--comment", required=True, metavar="TEXT", help=t("เหตุผล", "The reason"))
@as_person
@with_key
@with_door
def extended(
    door: Door, ref: str, deadline: str, *, to: str | None, by: str, comment: str,
    person: str, key: str | None,
) -> None:  # fmt: skip
    if bool(to) == bool(by):
        raise wrong("extend", "ระบุ --to หรือ --by อย่างใดอย่างหนึ่ง", "give either --to or --by")
    wish = Extension(deadline, comment, date.fromisoformat(to) if to else None, _span(by))
    answer = extend(door.office, door.asking(person, key), ref, wish)
    screen = door.screen
    if screen.json:
        screen.data(answer)
        return
    was, now = screen.day(answer["from"]), screen.day(answer["to"])
    screen.say(
        f"ขยาย “{answer['title']['th']}” ของ {ref} จาก {was} เป็น {now}",
        f"“{answer['title']['en']}” of {ref} is put off from {was} to {now}",
    )


def _span(text: str) -> str:
    span = arabic(text.strip())
    if text and not _SPAN.fullmatch(span):
        raise wrong(
            "by",
            f"--by “{text}” ต้องเป็นเช่น 7d หรือ 5wd (ไม่เกิน 999)",
            f"--by “{text}” must be as 7d or 5wd (999 at most)",
        )
    return span


def counted(screen: Screen, line: Mapping[str, Any]) -> str:
    """The day that counts, and whether its year's holidays are all known."""
    day = screen.day(line["due"])
    return day + screen.pick(" (ชั่วคราว)", " (provisional)") if line["provisional"] else day
