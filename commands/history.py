"""anumat history."""

from collections.abc import Sequence
from typing import Any

import click

from commands import words
from commands.door import Door, item_ref, with_door
from commands.group import t
from commands.terminal import Column, Screen
from engine import load
from engine.queries import hashed_history


@click.command(
    "history",
    help=t(
        "ทุกเหตุการณ์ของรายการ ตามลำดับ พร้อมผู้ดำเนินการ ผู้พิมพ์ การประชุม และรุ่นเนื้อหา",
        "Every event of an item, in order: "
        "who, typed by whom, at which meeting, on which revision.",
    ),
)
@item_ref
@with_door
def command(door: Door, ref: str) -> None:
    office = door.office
    with office.database.read() as transaction:
        load.one(transaction, ref)
        events = hashed_history(transaction, ref)
    screen = door.screen
    if screen.json:
        screen.data({"ref": ref, "events": [event | {"hash": h.hex()} for event, h in events]})
        return
    _print(screen, events)


def _print(screen: Screen, events: Sequence[tuple[dict[str, Any], bytes]]) -> None:
    """Where the terminal is narrow, who and what was decided stand in one column."""
    wide = not screen.narrow
    columns = [
        Column("#", "#", "right", shrink=False),
        Column("บันทึกเมื่อ / ผู้พิมพ์", "Recorded / typed by", shrink=False),
        *([Column("โดย", "By")] if wide else []),
        Column("เหตุการณ์", "What"),
        *([Column("มติ", "Decision", style=words.colour_of)] if wide else []),
        Column("รุ่น", "Rev.", "right", shrink=False),
        Column("หลักฐาน", "Hash", shrink=False),
    ]
    screen.table(columns, [_row(screen, event, head, wide=wide) for event, head in events])


def _row(screen: Screen, event: dict[str, Any], head: bytes, *, wide: bool) -> list[object]:
    who = words.named(screen, event["actor"])
    what, *more = [words.what_happened(screen, event), *words.details(screen, event)]
    decided = [words.outcome(screen, event["outcome"])] if event.get("outcome") else []
    decided += [screen.day(event["decided_on"])] if decided else []
    if wide:
        middle = [who, "\n".join((what, *more)), "\n".join(decided)]
    else:
        middle = ["\n".join((what, *([" ".join(decided)] if decided else []), who, *more))]
    recorded = f"{screen.moment(event['recorded_at'])}\n{event['recorded_by']}"
    revision = event.get("revision", {}).get("number", "")  # a deadline that moves has none
    return [event["seq"], recorded, *middle, revision, head.hex()[:8]]
