"""anumat revise."""

import click

from commands.contents import FROM, SET, given_content
from commands.door import Door, as_person, item_ref, with_door, with_key
from commands.group import t
from engine.errors import wrong
from engine.revisions import revise


@click.command(
    "revise",
    help=t(
        "แก้ไขเนื้อหาเป็นรุ่นใหม่ มติต่อรุ่นก่อนจะไม่มีผล "
        "เช่น anumat revise IND-2564-0001 --set target_75=80 --as somying",
        "Give an item new content: a new revision, which voids the decisions on the one before, "
        "as in: anumat revise IND-2564-0001 --set target_75=80 --as somying",
    ),
)
@item_ref
@SET
@FROM
@as_person
@with_key
@with_door
def command(
    door: Door,
    ref: str,
    settings: tuple[str, ...],
    file: str | None,
    person: str,
    key: str | None,
) -> None:
    changes = given_content(settings, file)
    if not changes:
        raise wrong("set", "ระบุ --set หรือ --from", "give --set or --from")
    answer = revise(door.office, door.asking(person, key), ref, changes)
    if door.screen.json:
        door.screen.data(answer)
    number, changed = answer["revision"]["number"], ", ".join(answer["changed"])
    door.screen.say(
        f"{ref} เป็นรุ่นที่ {number} แล้ว (เปลี่ยน {changed}) ดูความต่างด้วย anumat diff {ref}",
        f"{ref} is at revision {number} now (changed: {changed}). See: anumat diff {ref}",
    )
