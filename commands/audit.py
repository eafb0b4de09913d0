"""anumat audit …"""

from collections.abc import Iterator

import click

from commands.decisions import who
from commands.door import Door, with_door
from commands.export import exported
from commands.group import t
from engine.audit import Checked, verify
from engine.broken import Broken


@click.group(
    "audit",
    help=t(
        "ใครเห็นชอบอะไร เมื่อใด โดยเห็นเนื้อหาใด และตรวจสอบว่าไม่มีใครแก้ไข",
        "Who approved what, when, having seen what; and whether anybody changed the answer.",
    ),
)
def command() -> None:
    """The help says it."""


command.add_command(who)
command.add_command(exported)


@command.command(
    "verify",
    help=t(
        "ตรวจทุกเหตุการณ์ สาย แฮช คอลัมน์ และแถวปัจจุบัน จบด้วย 0 ถ้าครบถ้วน หรือ 1 พร้อมแถวแรกที่ผิด",
        "Check every event, chain, hash, column and live row; "
        "ends with 0, or with 1 and the first broken row.",
    ),
)
@click.option("--all", "everything", is_flag=True, help=t("แสดงทุกแถวที่ผิด", "Show every broken row"))
@with_door
def verified(door: Door, *, everything: bool) -> None:
    checked = Checked()
    with door.office.database.read() as transaction:
        broken = _broken(verify(transaction, checked), everything=everything)
    screen = door.screen
    if screen.json:
        screen.data(
            {
                "sound": not broken,
                "events": checked.events,
                "items": checked.items,
                "broken": broken,
            }
        )
    for row in broken:
        screen.say(f"ผิด: {row.where}: {row.th}", f"BROKEN: {row.where}: {row.en}")
    if broken:
        raise click.exceptions.Exit(1)
    screen.say(
        f"ครบถ้วน: ตรวจ {checked.events:,} เหตุการณ์ {checked.items:,} รายการ ไม่พบการแก้ไข",
        f"Sound: {checked.events:,} events of {checked.items:,} items checked, nothing was changed",
    )


def _broken(found: Iterator[Broken], *, everything: bool) -> list[Broken]:
    if everything:
        return list(found)
    first = next(found, None)
    return [first] if first else []
