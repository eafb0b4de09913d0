"""anumat inbox."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

from commands.desk import Desk, print_lines
from commands.door import Door, with_door
from commands.group import t
from engine.clock import day_of
from engine.database import Transaction
from engine.errors import wrong
from engine.office import Office
from engine.people import Actor, actor_of
from engine.queries import Page, Waiting, inbox

_PLACE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z/\S+")


@click.command(
    "inbox",
    help=t(
        "งานที่รออยู่ นานที่สุดก่อน: รอใคร ตั้งแต่เมื่อใด ทำอะไรได้",
        "What waits, the longest first: on whom, since when, and what can be done.",
    ),
)
@click.option(
    "--person",
    metavar="PERSON",
    envvar="ANUMAT_AS",
    help=t("ของบุคคลนี้ (ไม่ระบุ: ทั้งหมด)", "On this person (default: on anybody)"),
)
@click.option("--overdue", is_flag=True, help=t("เฉพาะที่เลยกำหนด", "Only what is past its deadline"))
@click.option(
    "--most",
    type=click.IntRange(1, 10_000),
    default=50,
    show_default=True,
    help=t("จำนวนสูงสุด", "At most so many"),
)
@click.option(
    "--after",
    metavar="PLACE",
    default="",
    help=t("ต่อจากหน้าก่อน (ที่คำสั่งบอกไว้)", "Go on where the page before ended (it says so)"),
)
@with_door
def command(door: Door, *, person: str | None, overdue: bool, most: int, after: str) -> None:
    office = door.office
    page = _page(after, most + 1)  # one more tells whether there are more
    with office.database.read() as transaction:
        actor = actor_of(transaction, door.asking(person)) if person else None
        desk = Desk.of(office, transaction, day_of(door.now))
        lines = list(_lines(door, desk, actor, page, overdue=overdue))
    screen, more, lines = door.screen, len(lines) > most, lines[:most]
    place = f"{lines[-1]['since']}/{lines[-1]['ref']}" if more else None
    if screen.json:
        screen.data({"person": person, "waiting": lines, "next": place})
        return
    if not lines:
        screen.say("ไม่มีงานรออยู่", "Nothing waits")
        return
    print_lines(screen, lines, can=actor is not None)
    if place:
        screen.say(f"ยังมีอีก ดูต่อด้วย --after {place}", f"There are more: --after {place}")


def _page(after: str, most: int) -> Page:
    if not after:
        return Page(most=most)
    since, _, ref = after.partition("/")
    if not _PLACE.fullmatch(after):
        raise wrong(
            "after",
            f"--after “{after}” ต้องเป็นข้อความที่หน้าก่อนบอกไว้",
            f"--after “{after}” must be what the page before said",
        )
    return Page(since, ref, most)


def _lines(
    door: Door, desk: Desk, actor: Actor | None, page: Page, *, overdue: bool
) -> Iterator[dict[str, Any]]:
    shown = 0
    for waiting in _pages(desk.transaction, actor, page):
        line = desk.line(waiting, door.screen.lang)
        if overdue and not line["overdue"]:
            continue
        yield line | {"can": _can(desk.office, desk.transaction, waiting, actor)}
        shown += 1
        if shown == page.most:
            return


def _pages(transaction: Transaction, actor: Actor | None, page: Page) -> Iterator[Waiting]:
    while found := inbox(transaction, actor, page):
        yield from found
        page = replace(page, since=found[-1].entered_at, after=found[-1].ref)


def _can(
    office: Office, transaction: Transaction, waiting: Waiting, actor: Actor | None
) -> list[str]:
    """The triggers that the person's roles allow here, before any condition is looked at."""
    compiled = office.definitions.get(transaction, waiting.workflow, waiting.definition)
    roles = {role for role, _ in actor.grants} if actor else set()
    return [t.trigger for t in compiled.workflow.leaving(waiting.state) if roles & set(t.by)]
