"""anumat obligations."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from commands.door import Door, with_door
from commands.group import t
from commands.memory import look
from commands.names import require
from commands.sending import settings_of, to_outbox, with_settings
from commands.terminal import Column, Screen
from engine.alarms import FAILED, OWED, UNKNOWN
from engine.canonical import plain
from engine.standing import Wanted, obligations, to_come

STATUSES = {
    "owed": ("รอส่ง", "owed"),
    "sent": ("ส่งแล้ว", "sent"),
    "failed": ("ส่งไม่สำเร็จ", "failed"),
    "unknown": ("ไม่ทราบผล", "unknown"),
    "cancelled": ("ยกเลิก", "cancelled"),
}
_COLOURS = {
    text: colour
    for name, colour in (("failed", "red"), ("unknown", "red"), ("owed", "yellow"))
    for text in STATUSES[name]
}


@click.command(
    "obligations",
    help=t(
        "บัญชีการแจ้งเตือน: ที่รอส่ง ที่ส่งไม่สำเร็จ ที่ไม่ทราบผล และที่จะมาถึง",
        "The ledger of reminders: owed, failed, of unknown outcome, and to come.",
    ),
)
@click.option("--due", is_flag=True, help=t("ที่ถึงกำหนดแล้วและยังไม่ส่ง", "Fallen due and not sent yet"))
@click.option(
    "--late", is_flag=True, help=t("ที่ล้มเหลวหรือไม่มีผู้เรียก", "Failed, or due and never called")
)
@click.option("--unknown", is_flag=True, help=t("ที่ไม่ทราบผล", "Of unknown outcome"))
@click.option(
    "--all", "everything", is_flag=True, help=t("ทั้งหมด รวมที่จบแล้ว", "All, the settled too")
)
@click.option("--person", default="", metavar="PERSON", help=t("ของบุคคลนี้", "Of this person"))
@click.option("--item", default="", metavar="REF", help=t("ของรายการนี้", "Of this item"))
@click.option(
    "--most",
    type=click.IntRange(1, 100_000),
    default=200,
    show_default=True,
    help=t("จำนวนสูงสุด", "At most so many"),
)
@to_outbox
@with_settings
@with_door
def command(
    door: Door, *, due: bool, late: bool, unknown: bool, everything: bool,
    person: str, item: str, most: int, outbox: Path | None, settings_file: Path | None,
) -> None:  # fmt: skip
    office, screen = door.office, door.screen
    chosen = {OWED: due, FAILED: late, UNKNOWN: unknown}
    statuses = [status for status, wanted in chosen.items() if wanted]
    if not (statuses or everything):
        statuses = [OWED, FAILED, UNKNOWN]
    wanted = Wanted(() if everything else statuses, person, item, most=most + 1)
    plain_list = not (due or late or unknown)
    with office.database.read() as transaction:
        require(transaction, person=person, item=item)
        found = obligations(transaction, wanted)
        coming = []
        if not person and (plain_list or due or late):
            coming = to_come(transaction, wanted, due_by=None if plain_list else door.now)
    more, found, coming = len(found) > most or len(coming) > most, found[:most], coming[:most]
    lines = [_upcoming(each) for each in coming]
    settings = settings_of(door.url, settings_file)
    lost = {each["message"] for each in found if each["status"] == UNKNOWN}
    looked = {key: look(office, key, door.url, outbox, settings) for key in sorted(lost)}
    if screen.json:
        held = {key: each.held for key, each in looked.items()}
        screen.data({"obligations": found, "to_come": lines, "more": more, "held": held})
        return
    if found:
        _print(screen, found)
    elif not plain_list:
        screen.say("ไม่มี", "None")
    for key, each in looked.items():
        th, en = each.said()
        how = f"(anumat settle '{key}' … --comment …)"
        screen.say(f"{key}: {th} {how}", f"{key}: {en} {how}")
    if lines:
        _print_coming(screen, lines, called=plain_list)
    elif plain_list and not found:
        screen.say("ไม่มีการแจ้งเตือนที่ค้างหรือจะมาถึง", "Nothing is owed, and nothing is to come")
    if more:
        screen.say("ยังมีอีก เพิ่มจำนวนด้วย --most", "There are more: --most")


def _key(each: Mapping[str, Any]) -> str:
    """By which a reminder that no message carried can be settled."""
    return str(each["key"]) if each["status"] == FAILED else ""


def _upcoming(each: dict[str, Any]) -> dict[str, Any]:
    """A reminder that will be owed: of which deadline, and to which role first."""
    entry = plain(each.pop("due_document")).get("open", {}).get(each["deadline"], {})
    return {**each, "announced": entry.get("nominal"), "due": entry.get("effective")}


def _print(screen: Screen, found: list[dict[str, Any]]) -> None:
    screen.table(
        [
            Column("ถึงกำหนดเตือน", "Fell due", shrink=False),
            Column("ผู้รับ", "To", shrink=False),
            Column("รายการ", "Item", shrink=False),
            Column("กำหนด", "Deadline"),
            Column("ครั้ง", "Step", shrink=False),
            Column("ผล", "Status", shrink=False, style=_COLOURS.get),
            Column("เหตุ / ข้อความ", "Why / message"),
        ],
        [
            (
                screen.day(each["due_at"]),
                each["recipient"] or "—",
                each["item"],
                f"{each['deadline']} ({screen.day(each['due']) or '?'})",
                each["step"],
                screen.pick(*STATUSES[each["status"]]),
                " ".join(filter(None, (each["reason"], each["message"] or _key(each)))),
            )
            for each in found
        ],
    )


def _print_coming(screen: Screen, lines: list[dict[str, Any]], *, called: bool) -> None:
    heading = ("จะมาถึง", "To come") if called else ("ถึงกำหนดแล้วแต่ยังไม่เรียก", "Due and not called")
    screen.heading(screen.pick(*heading))
    screen.table(
        [
            Column("เวลา", "When", shrink=False),
            Column("รายการ", "Item", shrink=False),
            Column("เรื่อง", "Title"),
            Column("กำหนด", "Deadline"),
            Column("ครั้ง", "Step", shrink=False),
        ],
        [
            (
                screen.moment(each["due_at"]),
                each["item"],
                each["title"],
                f"{each['deadline']} ({screen.day(each['due'])})",
                each["step"],
            )
            for each in lines
        ],
    )
