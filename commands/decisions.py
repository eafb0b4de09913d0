"""anumat audit who."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import click
from sqlalchemy import select

from commands import words
from commands.door import DAY, Door, with_door
from commands.group import t
from commands.names import unknown
from commands.terminal import Column, Screen
from engine.database import Transaction
from engine.definition import Outcome
from engine.errors import Reason, WrongUse
from engine.office import Office
from engine.queries import Who, decisions
from engine.tables import Definition, table

_definition = table(Definition).c


@click.command(
    "who",
    help=t(
        "ใครมีมติอะไร เช่น anumat audit who --organisation OPS-MOI --outcome approved "
        "--from 2563-10-01",
        "Who decided what, as in: anumat audit who --organisation OPS-MOI --outcome approved "
        "--from 2563-10-01",
    ),
)
@click.argument(
    "item", required=False, default="", help=t("เฉพาะรายการนี้", "Only decisions on this item")
)
@click.option("--person", default="", metavar="PERSON", help=t("บุคคล", "By this person"))
@click.option("--body", default="", metavar="CODE", help=t("คณะที่มีมติ", "By this body"))
@click.option(
    "--organisation",
    default="",
    metavar="CODE",
    help=t("ของหน่วยงานนี้และในสังกัด", "For this organisation and those below"),
)
@click.option("--workflow", default="", metavar="NAME", help=t("ขั้นตอนงาน", "In this workflow"))
@click.option("--trigger", default="", help=t("คำสั่ง", "By this trigger"))
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=click.Choice([o.value for o in Outcome]),
    help=t("มติ", "With this outcome"),
)
@click.option("--from", "since", type=DAY, help=t("บันทึกตั้งแต่วันที่", "Recorded from this day"))
@click.option("--until", type=DAY, help=t("บันทึกถึงวันที่ รวมวันนั้น", "Recorded until this day, included"))
@click.option(
    "--most",
    type=click.IntRange(1, 1_000_000),
    default=1000,
    show_default=True,
    help=t("จำนวนสูงสุด", "At most so many"),
)
@with_door
def who(
    door: Door,
    item: str,
    person: str,
    body: str,
    organisation: str,
    workflow: str,
    trigger: str,
    outcomes: tuple[str, ...],
    since: str | None,
    until: str | None,
    most: int,
) -> None:
    question = Who(
        person,
        body,
        organisation,
        workflow,
        trigger,
        item,
        outcomes,
        _day(since),
        _day(until),
        most + 1,  # one more tells whether there are more
    )
    office = door.office
    with office.database.read() as transaction:
        if reasons := list(_unknown(transaction, office, question)):
            raise WrongUse(*reasons)
        found = decisions(transaction, question)
    screen, more, found = door.screen, len(found) > most, found[:most]
    if screen.json:
        screen.data({"decisions": found, "more": more})
        return
    print_decisions(screen, found)
    screen.say(f"{len(found)} มติ", f"{len(found)} decisions")
    if more:
        screen.say("ยังมีอีก เพิ่มจำนวนด้วย --most", "There are more: --most")


def print_decisions(screen: Screen, found: list[dict[str, Any]]) -> None:
    """The who-approved table: what, when, by whom in which post, at which meeting, on what.

    Where the terminal is narrow, what belongs together stands in one column.
    """
    columns = [
        Column("มีมติเมื่อ", "Decided", shrink=False),
        Column("มติ", "Decision", style=words.colour_of),
        Column("รายการ", "Item", shrink=False),
        Column("โดย", "By"),
        Column("คณะ / ประธาน", "Body / chair"),
        Column("รุ่น", "Rev.", "right", shrink=False),
        Column("เนื้อหา", "Content", shrink=False),
        Column("บันทึก", "Recorded", shrink=False),
    ]
    rows = [_row(screen, event) for event in found]
    if screen.narrow:
        columns = [columns[0], columns[2], columns[3], columns[7]]
        rows = [
            [f"{day}\n{said}", f"{ref}\n{revision} · {digest}", f"{who}\n{body}", recorded]
            for day, said, ref, who, body, revision, digest, recorded in rows
        ]
    screen.table(columns, rows)


def _row(screen: Screen, event: dict[str, Any]) -> list[str]:
    return [
        screen.day(event["decided_on"]),
        words.outcome(screen, event["outcome"]),
        event["stream"],
        words.with_post(screen, event["actor"]),
        _body(screen, event),
        str(event["revision"]["number"]),
        event["revision"]["digest"][:8],
        f"{screen.moment(event['recorded_at'])}\n{event['recorded_by']}",
    ]


def _body(screen: Screen, event: dict[str, Any]) -> str:
    meeting = event.get("meeting")
    if not meeting:
        return "—"
    return (
        f"{words.titled(screen, meeting, 'body_')} {meeting['ref']}\n{words.chair(screen, meeting)}"
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _unknown(transaction: Transaction, office: Office, asked: Who) -> Iterator[Reason]:
    """A name that nobody bears would answer “no decisions”, and an auditor would believe it."""
    named = ("person", "body", "organisation", "workflow", "item")
    yield from unknown(transaction, **{name: getattr(asked, name) for name in named})
    if asked.trigger:
        versions = transaction.ask(select(_definition.workflow, _definition.version))
        known = {
            step.trigger
            for workflow, version in versions
            for step in office.definitions.get(transaction, workflow, version).workflow.transitions
        }
        if asked.trigger not in known:
            shown = ", ".join(sorted(known))
            yield Reason(
                "trigger",
                f"ไม่มีคำสั่ง “{asked.trigger}” ในขั้นตอนงานใด มีแต่ {shown}",
                f"no workflow has a trigger “{asked.trigger}”: there are {shown}",
            )
