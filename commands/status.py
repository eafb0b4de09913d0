"""anumat status."""

from datetime import timedelta
from typing import Any

import click

from commands.door import Door, with_door
from commands.group import t
from engine.clock import stamp
from engine.standing import Standing, standing
from engine.tick import Beat, last_beat

SKEW = timedelta(seconds=5)  # two machines' clocks may differ by so much


@click.command(
    "status",
    help=t(
        "การเดินเวลายังทำงานอยู่หรือไม่ และมีสิ่งใดค้าง (จบด้วยรหัส 1 ถ้าเก่าเกินไปหรือมีสิ่งที่ต้องดูแล)",
        "Whether the clock goes, and what needs a person; exit code 1 where it is too old or "
        "something does (for monitoring).",
    ),
)
@click.option(
    "--max-age",
    type=click.IntRange(1, 10_080),
    default=5,
    show_default=True,
    metavar="MINUTES",
    help=t("รอบล่าสุดต้องไม่เก่ากว่ากี่นาที", "How old the last round may be"),
)
@with_door
def command(door: Door, max_age: int) -> None:
    office, screen, now = door.office, door.screen, door.now
    beat = last_beat(office)
    with office.database.read() as transaction:
        found = standing(transaction, now, timedelta(minutes=max_age))
    age = now - beat.at if beat else None
    alive = age is not None and -SKEW <= age <= timedelta(minutes=max_age)
    errors = list(beat.did.get("errors", ())) if beat else []
    sound = alive and not (found.late or found.failed or found.unknown or found.stuck or errors)
    if screen.json:
        screen.data(_facts(beat, found, alive=alive, sound=sound))
    else:
        _print(door, beat, found, max_age)
    if not sound:
        raise click.exceptions.Exit(1)


def _facts(beat: Beat | None, found: Standing, *, alive: bool, sound: bool) -> dict[str, Any]:
    return {
        "alive": alive,
        "sound": sound,
        "last_tick": stamp(beat.at) if beat else None,
        "by": beat.by if beat else None,
        "did": dict(beat.did) if beat else None,
        "waiting": found.waiting,
        "late": found.late,
        "failed": found.failed,
        "unknown": found.unknown,
        "next": found.next or None,
        "letters": {"to_issue": found.to_issue, "to_send": found.to_send, "stuck": found.stuck},
    }


def _print(door: Door, beat: Beat | None, found: Standing, max_age: int) -> None:
    screen, now = door.screen, door.now
    if beat is None:
        screen.say(
            "ยังไม่เคยเดินเวลา เริ่มด้วย anumat run หรือ anumat tick",
            "The clock has never ticked: anumat run, or anumat tick",
        )
    else:
        age = now - beat.at
        when = screen.moment(stamp(beat.at))
        if age < -SKEW:
            screen.say(
                f"รอบล่าสุดคือ {when} ซึ่งยังมาไม่ถึง: นาฬิกาของเครื่องถูกตั้งถอยหลัง",
                f"The last round was {when}, which has not come yet: the clock was set back",
            )
        elif age > timedelta(minutes=max_age):
            screen.say(
                f"หยุดเดิน: รอบล่าสุด {when} ({beat.by})", f"STALE: last round {when} ({beat.by})"
            )
        else:
            screen.say(
                f"เดินปกติ: รอบล่าสุด {when} ({beat.by})", f"Alive: last round {when} ({beat.by})"
            )
    screen.fields(
        [
            (screen.pick("รอส่ง", "To be sent"), str(found.waiting)),
            (screen.pick("ถึงกำหนดแต่ยังไม่เรียก", "Due and not called"), str(found.late)),
            (screen.pick("ส่งไม่สำเร็จ", "Failed"), str(found.failed)),
            (screen.pick("ไม่ทราบผล", "Unknown"), str(found.unknown)),
            (screen.pick("หนังสือที่ต้องออก", "Letters to issue"), str(found.to_issue)),
            (screen.pick("หนังสือรอส่ง", "Letters to be sent"), str(found.to_send)),
            (screen.pick("หนังสือที่ส่งไม่ได้", "Letters stuck"), str(found.stuck)),
            (
                screen.pick("ครั้งต่อไป", "Next"),
                screen.moment(found.next) if found.next else screen.pick("ไม่มี", "nothing"),
            ),
        ]
    )
    for error in beat.did.get("errors", ()) if beat else ():
        screen.say(f"รอบล่าสุดผิดพลาด: {error}", f"The last round went wrong: {error}")
    if found.failed or found.unknown:
        screen.say(
            "ดู: anumat obligations --late และ --unknown",
            "See: anumat obligations --late, --unknown",
        )
    if found.stuck:
        screen.say("ดู: anumat outbox list", "See: anumat outbox list")
