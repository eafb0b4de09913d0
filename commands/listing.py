"""anumat list."""

import click

from commands.desk import Desk, print_lines
from commands.door import Door, where_of, with_door, with_where
from commands.group import t
from engine.clock import day_of
from engine.queries import WAITING, Waiting, listed


@click.command(
    "list",
    help=t(
        "รายการตามเงื่อนไข เช่น anumat list --where state=committee --where under=MOI",
        "Items that match, as in: anumat list --where state=committee --where under=MOI",
    ),
)
@with_where
@click.option(
    "--most",
    type=click.IntRange(1, 100_000),
    default=200,
    show_default=True,
    help=t("จำนวนสูงสุด", "At most so many"),
)
@with_door
def command(door: Door, conditions: tuple[str, ...], most: int) -> None:
    office = door.office
    screen = door.screen
    with office.database.read() as transaction:
        desk = Desk.of(office, transaction, day_of(door.now))
        found = listed(transaction, where_of(conditions), most + 1)  # one more: are there more?
        lines = [
            desk.line(
                Waiting(**{name: getattr(each.item, name) for name in WAITING}),
                screen.lang,
            )
            for each in found[:most]
        ]
    more = len(found) > most
    if screen.json:
        screen.data({"items": lines, "more": more})
        return
    print_lines(screen, lines)
    screen.say(f"{len(lines)} รายการ", f"{len(lines)} items")
    if more:
        screen.say("ยังมีอีก เพิ่มจำนวนด้วย --most", "There are more: --most")
