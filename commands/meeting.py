"""anumat meeting …"""

from collections import Counter
from datetime import date
from typing import Any

import click
from sqlalchemy import select

from commands import words
from commands.door import DAY, Door, with_door, with_key
from commands.group import t
from commands.terminal import Column
from engine import load
from engine.canonical import plain
from engine.cycles import NewMeeting, record_meeting
from engine.tables import Event, Meeting, Organisation, Person, table

_meeting, _event = table(Meeting).c, table(Event).c
_body, _chair = table(Organisation).c, table(Person).c
meeting_ref = click.argument(
    "ref", help=t("รหัสการประชุม เช่น MTG-2563-001", "The meeting, as MTG-2563-001")
)


@click.group(
    "meeting",
    help=t("การประชุมของคณะทำงานและคณะกรรมการ", "Meetings of working groups and committees."),
)
def command() -> None:
    """The help says it."""


@command.command(
    "add",
    help=t(
        "บันทึกการประชุม เช่น anumat meeting add MTG-2563-001 --body IWG-OPS --on 15/10/2563 "
        "--chair boonchai",
        "Record a meeting, as in: anumat meeting add MTG-2563-001 --body IWG-OPS --on 2563-10-15 "
        "--chair boonchai",
    ),
)
@meeting_ref
@click.option("--body", required=True, metavar="CODE", help=t("คณะที่ประชุม", "The body that meets"))
@click.option("--on", "held_on", type=DAY, required=True, help=t("วันประชุม", "The day"))
@click.option(
    "--chair", required=True, metavar="PERSON", help=t("ประธานในที่ประชุม", "Who was in the chair")
)
@click.option(
    "--for",
    "chair_for",
    default="",
    metavar="PERSON",
    help=t("ผู้มอบหมายให้เป็นประธานแทน", "Who delegated the chair"),
)
@click.option(
    "--delegation", default="", help=t("คำสั่งหรือหนังสือมอบหมาย", "The order of the delegation")
)
@click.option("--title", default="", help=t("ชื่อการประชุม", "The meeting's title"))
@click.option(
    "--resolution",
    "resolutions",
    multiple=True,
    help=t("มติ ใส่ได้หลายครั้ง ตามลำดับ", "A resolution; repeat it, in order"),
)
@with_key
@with_door
def added(
    door: Door,
    ref: str,
    body: str,
    held_on: str,
    chair: str,
    chair_for: str,
    delegation: str,
    title: str,
    resolutions: tuple[str, ...],
    key: str | None,
) -> None:
    new = NewMeeting(
        ref, body, date.fromisoformat(held_on), chair, title, chair_for, delegation, resolutions
    )
    answer = record_meeting(door.office, door.asking(key=key), new)
    if door.screen.json:
        door.screen.data(answer)
    door.screen.say(f"บันทึกการประชุม {ref} แล้ว", f"Meeting {ref} is recorded")


@command.command("list", help=t("การประชุมทั้งหมด", "All meetings"))
@with_door
def listed(door: Door) -> None:
    office, screen = door.office, door.screen
    with office.database.read() as transaction:
        rows = transaction.ask(
            select(
                _meeting.ref,
                _meeting.held_on,
                _meeting.title,
                _body.name_th,
                _body.name_en,
                _chair.name_th,
                _chair.name_en,
            )
            .join_from(table(Meeting), table(Organisation), _body.code == _meeting.body)
            .join(table(Person), _chair.code == _meeting.chair)
            .order_by(_meeting.held_on, _meeting.ref)
        )
    if door.screen.json:
        names = ("ref", "held_on", "title", "body_th", "body_en", "chair_th", "chair_en")
        door.screen.data({"meetings": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    if not rows:
        door.screen.say("ยังไม่มีการประชุม", "No meeting yet")
        return
    th = screen.lang == "th"
    door.screen.table(
        [
            Column("การประชุม", "Meeting", shrink=False),
            Column("วันที่", "Day", shrink=False),
            Column("คณะ", "Body"),
            Column("ประธาน", "Chair"),
        ],
        [(r[0], screen.day(r[1]), r[3] if th else r[4], r[5] if th else r[6]) for r in rows],
    )


@command.command(
    "show",
    help=t(
        "การประชุมหนึ่ง พร้อมมติและรายการที่พิจารณา",
        "One meeting: its resolutions, and the items it decided",
    ),
)
@meeting_ref
@with_door
def shown(door: Door, ref: str) -> None:
    names = [column.name for column in _meeting]
    with door.office.database.read() as transaction:
        sitting = load.sitting(transaction, ref)
        [row] = transaction.ask(select(*_meeting).where(_meeting.ref == ref))
        decided = transaction.ask(
            select(_event.stream, _event.outcome)
            .where(_event.meeting == ref, _event.outcome != "")
            .order_by(_event.stream)
        )
    meeting: dict[str, Any] = dict(zip(names, row, strict=True))
    meeting["resolutions"] = plain(meeting["resolutions"])
    meeting["decided"] = [{"ref": item, "outcome": outcome} for item, outcome in decided]
    if door.screen.json:
        door.screen.data({"meeting": meeting})
        return
    screen = door.screen
    screen.heading(f"{ref} {meeting['title']}".strip())
    screen.fields(
        [
            (screen.pick("คณะ", "Body"), words.titled(screen, sitting.snapshot, "body_")),
            (screen.pick("วันประชุม", "Day"), screen.day(sitting.held_on)),
            (screen.pick("ประธาน", "Chair"), words.in_the_chair(screen, sitting.snapshot)),
            *(
                (screen.pick(f"มติที่ {n}", f"Resolution {n}"), text)
                for n, text in enumerate(meeting["resolutions"], 1)
            ),
            *(
                (words.outcome(screen, outcome), screen.pick(f"{n} รายการ", f"{n} items"))
                for outcome, n in sorted(Counter(outcome for _, outcome in decided).items())
            ),
        ]
    )
