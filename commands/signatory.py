"""anumat signatory …"""

from datetime import date
from typing import Any

import click
from sqlalchemy import select

from commands.counted import say_counts
from commands.door import DAY, Door, with_door, with_key
from commands.group import t
from commands.terminal import Column
from engine.correspondence import Signatory
from engine.signatories import ACTING, NewSignatory, end, signatories
from engine.tables import Person, table
from workflows.roll import several_lines

_row, _person = table(Signatory).c, table(Person).c
_NAMES = [*(column.name for column in _row), "name_th", "name_en"]


def of_whom(function: Any) -> Any:
    """Who signs, and whose letters."""
    for name, th, en in (
        ("person", "รหัสบุคคล", "The person's code"),
        ("organisation", "หน่วยงานเจ้าของหนังสือ", "Whose letters"),
    ):
        function = click.argument(name, help=t(th, en))(function)
    return function


@click.group("signatory", help=t("ผู้ลงนามในหนังสือ", "Who signs an organisation's letters."))
def command() -> None:
    """The help says it."""


@command.command("list", help=t("ผู้ลงนามทั้งหมด หรือของวันหนึ่ง", "Signing officers: all, or of one day"))
@click.option("--on", "day", type=DAY, help=t("เฉพาะผู้ที่ลงนามได้ในวันนั้น", "Who signs on this day"))
@with_door
def listed(door: Door, day: str | None) -> None:
    query = (
        select(*_row, _person.name_th, _person.name_en)
        .select_from(table(Signatory).join(table(Person), _person.code == _row.person))
        .order_by(_row.organisation, _row.since.desc(), _row.person)
    )
    if day:
        query = query.where(_row.since <= day, (_row.until == "") | (_row.until >= day))
    with door.office.database.read() as transaction:
        rows = [dict(zip(_NAMES, row, strict=True)) for row in transaction.ask(query)]
    screen = door.screen
    if screen.json:
        screen.data({"signatories": rows})
        return
    if not rows:
        screen.say("ไม่มีผู้ลงนาม เพิ่มด้วย anumat signatory add", "Nobody signs: anumat signatory add")
        return
    screen.table(
        [
            Column("หน่วยงาน", "Organisation", shrink=False),
            Column("ผู้ลงนาม", "Signs"),
            Column("ตำแหน่ง", "Post"),
            Column("ตั้งแต่", "Since", shrink=False),
            Column("ถึง", "Until", shrink=False),
            Column("คำสั่ง", "By order"),
        ],
        [
            (
                r["organisation"],
                r[f"name_{screen.lang}"],
                "\n".join(filter(None, (r["post"], f"{r['acting']} {r['acting_for']}".strip()))),
                screen.day(r["since"]),
                screen.day(r["until"]),
                r["order_ref"],
            )
            for r in rows
        ],
    )


@command.command(
    "add",
    help=t(
        "เพิ่มผู้ลงนาม หรือแก้ไขรายการเดิมที่เริ่มวันเดียวกัน",
        "Add a signing officer; the same person since the same day again is corrected.",
    ),
)
@of_whom
@click.option("--since", type=DAY, required=True, help=t("ตั้งแต่วันที่", "From this day"))
@click.option("--until", type=DAY, help=t("ถึงวันที่ รวมวันนั้น", "Until this day, included"))
@click.option(
    "--post",
    default="",
    metavar="TEXT",
    help=t("ตำแหน่ง (ปกติตามทะเบียนบุคคล)", "Their own post (default: as the person is registered)"),
)
@click.option(
    "--acting",
    type=click.Choice(ACTING),
    help=t("ลงนามแทนผู้อื่นในฐานะใด", "How they act for another, where they do"),
)
@click.option(
    "--for", "acting_for", default="", metavar="POST", help=t("แทนตำแหน่งใด", "For which post")
)
@click.option(
    "--order", default="", metavar="REF", help=t("คำสั่งที่มอบอำนาจ", "The order that says so")
)
@with_key
@with_door
def added(
    door: Door,
    organisation: str,
    person: str,
    since: str,
    until: str | None,
    post: str,
    acting: str | None,
    acting_for: str,
    order: str,
    key: str | None,
) -> None:
    new = NewSignatory(
        organisation,
        person,
        since=date.fromisoformat(since),
        until=date.fromisoformat(until) if until else None,
        post=several_lines(post),
        acting=acting or "",
        acting_for=several_lines(acting_for),
        order_ref=several_lines(order),
    )
    say_counts(door, signatories(door.office, door.asking(key=key), [new]))


@command.command("end", help=t("สิ้นสุดการเป็นผู้ลงนาม", "Let a person sign no longer"))
@of_whom
@click.option(
    "--until", type=DAY, required=True, help=t("วันสุดท้ายที่ลงนามได้", "The last day that they sign")
)
@with_key
@with_door
def ended(door: Door, organisation: str, person: str, until: str, key: str | None) -> None:
    last = date.fromisoformat(until)
    say_counts(door, end(door.office, door.asking(key=key), organisation, person, last))
