"""anumat open."""

from typing import Any

import click

from commands.contents import FROM, SET, given_content
from commands.door import Door, as_person_or_operator, with_door, with_key
from commands.group import t
from engine import load
from engine.facts import contents
from engine.items import Draft, open_items
from workflows.content.change_request import CHANGE_REQUEST, about


@click.command(
    "open",
    help=t(
        "เปิดรายการใหม่หนึ่งรายการ เช่น anumat open performance_report --cycle 2564-departments "
        "--organisation OPS-MOI --set months=12",
        "Open one new item, as in: anumat open performance_report --cycle 2564-departments "
        "--organisation OPS-MOI --set months=12",
    ),
)
@click.argument("workflow", help=t("ชื่อขั้นตอนงาน", "The workflow's name"))
@click.option("--cycle", required=True, metavar="CODE", help=t("รอบการประเมิน", "The cycle"))
@click.option("--organisation", required=True, metavar="CODE", help=t("หน่วยงาน", "Whose"))
@click.option(
    "--subject",
    default="",
    metavar="REF",
    help=t(
        "รายการที่ขอเปลี่ยนแปลง (เติมข้อมูลตัวชี้วัดในคำขอให้)",
        "The item that it wants to change; fills in what a change request says of it",
    ),
)
@SET
@FROM
@as_person_or_operator
@with_key
@with_door
def command(
    door: Door,
    workflow: str,
    cycle: str,
    organisation: str,
    subject: str,
    settings: tuple[str, ...],
    file: str | None,
    person: str | None,
    key: str | None,
) -> None:
    content = given_content(settings, file)
    if subject and workflow == CHANGE_REQUEST.name:
        content = _about(door, subject) | content
    draft = Draft(organisation, content, subject)
    answer = open_items(door.office, door.asking(person, key), workflow, cycle, [draft])
    if door.screen.json:
        door.screen.data(answer)
    for opened in answer["opened"]:
        door.screen.say(
            f"เปิด {opened['ref']}: {opened['title']}", f"Opened {opened['ref']}: {opened['title']}"
        )


def _about(door: Door, subject: str) -> dict[str, Any]:
    with door.office.database.read() as transaction:
        item = load.one(transaction, subject).item
        content = contents(transaction, [subject])[subject]
    return about(item.digest, content)
