"""anumat open."""

import click

from commands.contents import FROM, SET, given_content
from commands.door import Door, as_person_or_operator, with_door, with_key
from commands.group import t
from engine.items import Draft, open_items


@click.command(
    "open",
    help=t(
        "เปิดรายการใหม่หนึ่งรายการ เช่น anumat open performance_report --cycle 2564-departments "
        "--organisation OPS-MOI --set months=12",
        "Open one new item, as in: anumat open performance_report --cycle 2564-departments "
        "--organisation OPS-MOI --set months=12",
    ),
)
@click.argument("workflow")
@click.option("--cycle", required=True, metavar="CODE", help=t("รอบการประเมิน", "The cycle"))
@click.option("--organisation", required=True, metavar="CODE", help=t("หน่วยงาน", "Whose"))
@click.option(
    "--subject",
    default="",
    metavar="REF",
    help=t("รายการที่ขอเปลี่ยนแปลง", "The item that it wants to change"),
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
    draft = Draft(organisation, given_content(settings, file), subject)
    answer = open_items(door.office, door.asking(person, key), workflow, cycle, [draft])
    if door.screen.json:
        door.screen.data(answer)
    for opened in answer["opened"]:
        door.screen.say(
            f"เปิด {opened['ref']}: {opened['title']}", f"Opened {opened['ref']}: {opened['title']}"
        )
