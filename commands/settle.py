"""anumat settle."""

import click

from commands.door import Door, as_person_or_operator, with_door, with_key
from commands.group import t
from commands.obligations import STATUSES
from engine.errors import wrong
from engine.settle import As, Settlement, settle


@click.command(
    "settle",
    help=t(
        "ตัดสินข้อความที่ไม่ทราบผลหรือส่งไม่สำเร็จ: ส่งแล้ว ส่งใหม่ หรือยกเลิก",
        "Settle a message whose outcome is unknown or that failed: sent, again, or cancelled.",
    ),
)
@click.argument(
    "message",
    metavar="MESSAGE",
    help=t("รหัสจาก anumat obligations", "Its key, from: anumat obligations"),
)
@click.option("--sent", "as_", flag_value="sent", help=t("ตรวจแล้วว่าส่งแล้ว", "It was sent after all"))
@click.option("--again", "as_", flag_value="again", help=t("ให้ส่งใหม่", "Send it again"))
@click.option(
    "--cancel", "as_", flag_value="cancelled", help=t("ยกเลิก", "It is not needed any more")
)
@click.option("--comment", required=True, metavar="TEXT", help=t("เหตุผล", "The reason"))
@as_person_or_operator
@with_key
@with_door
def command(
    door: Door, *, message: str, as_: As | None, comment: str, person: str | None, key: str | None
) -> None:
    if as_ is None:
        raise wrong(
            "settle", "ระบุ --sent, --again หรือ --cancel", "give --sent, --again or --cancel"
        )
    answer = settle(door.office, door.asking(person, key), Settlement(message, as_, comment))
    screen = door.screen
    if screen.json:
        screen.data(answer)
        return
    said = ("จะส่งใหม่รอบหน้า", "to be sent again") if as_ == "again" else STATUSES[as_]
    screen.say(f"{message}: {said[0]}", f"{message}: {said[1]}")
