"""anumat history."""

import click

from commands import words
from commands.door import Door, with_door
from commands.group import t
from commands.terminal import Column
from engine import load
from engine.queries import hashed_history


@click.command(
    "history",
    help=t(
        "ทุกเหตุการณ์ของรายการ ตามลำดับ พร้อมผู้ดำเนินการ ผู้พิมพ์ การประชุม และรุ่นเนื้อหา",
        "Every event of an item, in order: who, typed by whom, at which meeting, on which revision.",
    ),
)
@click.argument("ref")
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
    screen.table(
        [
            Column("#", "#", "right", shrink=False),
            Column("บันทึกเมื่อ", "Recorded", shrink=False),
            Column("โดย", "By"),
            Column("เหตุการณ์", "What"),
            Column("มติ", "Decision", style=words.colour_of),
            Column("วันที่มีมติ", "Decided", shrink=False),
            Column("รุ่น", "Rev.", "right", shrink=False),
            Column("หลักฐาน", "Hash", shrink=False),
        ],
        [
            (
                event["seq"],
                screen.moment(event["recorded_at"]),
                words.named(screen, event["actor"]),
                "\n".join((words.what_happened(screen, event), *words.details(screen, event))),
                words.outcome(screen, event.get("outcome", "")),
                screen.day(event.get("decided_on")),
                event["revision"]["number"],
                head.hex()[:8],
            )
            for event, head in events
        ],
    )
