"""anumat tick."""

from collections.abc import Mapping
from pathlib import Path

import click

from commands.door import Door, typed_by, with_door
from commands.group import t
from commands.sending import sender, settings_of, to_outbox, transport_of, with_settings
from commands.terminal import Screen
from engine.tick import Round, tick


@click.command(
    "tick",
    help=t(
        "ทำงานตามเวลาหนึ่งรอบ: เปิดปิดช่วงเวลา แจ้งเตือนที่ถึงกำหนด และบอกว่าทำอะไร",
        "One round of the clock: windows, reminders that are due, and what it did.",
    ),
)
@to_outbox
@with_settings
@with_door
def command(door: Door, outbox: Path | None, settings_file: Path | None) -> None:
    office, screen = door.office, door.screen
    settings = settings_of(door.url, settings_file)
    transport = transport_of(
        door.url, outbox, lambda line: screen.say(line, line), settings,
        simulation=office.simulation,
    )  # fmt: skip
    clock = door.clock
    done = tick(office, typed_by(), clock, sender(office, clock, transport, settings))
    if screen.json:
        screen.data({"did": done.plain()})
    else:
        print_round(screen, done)
    if not done.sound:
        raise click.exceptions.Exit(1)


def print_round(screen: Screen, done: Round) -> None:
    """A line for each thing that happened."""
    if done.idle:
        screen.say("ไม่มีสิ่งใดถึงกำหนด", "Nothing was due")
        return
    for trigger, refs in done.moved.items():
        listed = ", ".join(refs[:10]) + (" …" if len(refs) > 10 else "")
        screen.say(
            f"{trigger}: {len(refs)} รายการ ({listed})", f"{trigger}: {len(refs)} items ({listed})"
        )
    for ref, reasons in done.refused.items():
        said = "; ".join(reason["th" if screen.lang == "th" else "en"] for reason in reasons)
        screen.say(
            f"{ref}: ทำขั้นอัตโนมัติไม่ได้: {said}", f"{ref}: its automatic step was refused: {said}"
        )
    for error in done.errors:
        screen.say(f"ผิดพลาด: {error}", f"went wrong: {error}")
    counts = done.plain()
    lines = [
        f"{screen.pick(th, en)} {counts[name]}" for name, (th, en) in WORDS.items() if counts[name]
    ]
    if lines:
        screen.say(" · ".join(lines), " · ".join(lines))


WORDS: Mapping[str, tuple[str, str]] = {
    "owed": ("ถึงกำหนดเตือน", "reminders due"),
    "superseded": ("ยกเลิกเพราะมีการเตือนที่ใหม่กว่า", "superseded"),
    "sent": ("ส่งข้อความ", "messages sent"),
    "waiting": ("ส่งไม่ได้ จะลองใหม่", "not sent, to be tried again"),
    "nobody": ("ไม่มีผู้รับ", "with nobody to tell"),
    "spoilt": ("ข้อมูลไม่ถูกต้อง", "spoilt"),
    "failed": ("ส่งไม่สำเร็จ", "failed"),
    "unknown": ("ไม่ทราบผล", "of unknown outcome"),
}
