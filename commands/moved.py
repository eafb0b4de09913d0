"""Which deadlines a change moved: told alike wherever that can happen."""

from collections.abc import Mapping, Sequence
from typing import Any

from commands.terminal import Column, Screen

SHOWN = 20


def print_moved(screen: Screen, moved: Sequence[Mapping[str, Any]]) -> None:
    """`moved` as engine.reschedule gives it."""
    if not moved:
        screen.say("ไม่มีกำหนดใดเลื่อน", "No deadline moved")
        return
    screen.say(f"กำหนดที่เลื่อน {len(moved)} กำหนด:", f"{len(moved)} deadlines moved:")
    screen.table(
        [
            Column("รายการ", "Item", shrink=False),
            Column("กำหนด", "Deadline"),
            Column("จาก", "From", shrink=False),
            Column("เป็น", "To", shrink=False),
        ],
        [
            (each["ref"], each["title"][screen.lang], screen.day(each["from"]) or "—",
             screen.day(each["to"]) or "—")
            for each in moved[:SHOWN]
        ],
    )  # fmt: skip
    if len(moved) > SHOWN:
        more = len(moved) - SHOWN
        screen.say(f"และอีก {more} กำหนด", f"and {more} more")
