"""anumat run."""

import os
import signal
import socket
import threading
from contextlib import suppress
from pathlib import Path

import click

from commands.door import Door, typed_by, with_door
from commands.faults import unexpected
from commands.group import t
from commands.sending import sender, settings_of, to_outbox, transport_of, with_settings
from commands.tick import print_round
from engine import schedule
from engine.errors import AnumatError, wrong
from engine.tick import tick


@click.command(
    "run",
    help=t(
        "เดินเวลาต่อเนื่อง (ให้ระบบดูแลบริการ เช่น systemd เป็นผู้เปิด) หยุดด้วย SIGTERM หรือ Ctrl-C",
        "Keep the clock going (let a service manager start it); SIGTERM or Ctrl-C stops it.",
    ),
)
@click.option(
    "--every",
    type=click.IntRange(1, 3600),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help=t("ทุกกี่วินาที", "Seconds between two rounds"),
)
@to_outbox
@with_settings
@with_door
def command(door: Door, every: int, outbox: Path | None, settings_file: Path | None) -> None:
    if door.asked_now:
        raise wrong(
            "now",
            "anumat run ใช้เวลาจริงเท่านั้น (ใช้ anumat tick)",
            "anumat run keeps real time: use tick",
        )
    office, screen = door.office, door.screen
    by = f"{typed_by()}@{socket.gethostname()}:{os.getpid()}"
    settings = settings_of(door.url, settings_file)
    transport = transport_of(
        door.url, outbox, lambda line: screen.say(line, line), settings,
        simulation=office.simulation,
    )  # fmt: skip
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def work() -> None:
        send = sender(office, door.clock, transport, settings)
        done = tick(office, by, door.clock, send, stop.is_set)
        if screen.json:
            screen.data({"at": door.now, "did": done.plain()}, one_line=True)
        elif not done.idle:
            print_round(screen, done)

    def trouble(error: Exception) -> None:
        """A database that is away for a while is told, and asked again the next time."""
        screen.refuse(error if isinstance(error, AnumatError) else unexpected(error))

    screen.say(f"เริ่มเดินเวลา ทุก {every} วินาที ({by})", f"Ticking every {every} s ({by})")
    schedule.run(work, every, stop, on_error=trouble)
    with suppress(OSError):  # nobody reads any more: it stopped in order all the same
        screen.say("หยุดเรียบร้อย", "Stopped")
