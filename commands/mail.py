"""anumat mail …"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.door import Door, with_door
from commands.group import t
from commands.sending import sender_of, settings_of, smtp_of, with_settings
from commands.terminal import Screen
from engine.clock import stamp
from engine.errors import Reason, Refusal, wrong
from notifications.mail import trial_parcel
from notifications.mail_address import fault
from notifications.parcel import Parcel
from notifications.transports import NotSent, Unclear, Unreadable

if TYPE_CHECKING:
    from notifications.smtp import Smtp

ARCHIVED = {
    True: ("มีสำเนาแล้ว", "it holds a copy"),
    False: ("ยังไม่มีสำเนา (อาจมาช้า)", "it holds no copy yet (it may be slow)"),
    None: ("ไม่ได้ตั้งไว้", "none is set"),
}


@click.group("mail", help=t("การส่งอีเมล", "Sending by e-mail"))
def command() -> None:
    """The help says it."""


@command.command(
    "test",
    help=t(
        "ส่งอีเมลทดสอบหนึ่งฉบับตามการตั้งค่า และบอกว่าเครื่องแม่ข่ายอีเมลตอบอะไร",
        "Send one test message by the settings, and say what the relay answered.",
    ),
)
@click.argument("address", help=t("ที่อยู่อีเมลผู้รับ", "To whom"))
@with_settings
@with_door
def tested(door: Door, address: str, settings_file: Path | None) -> None:
    settings = settings_of(door.url, settings_file)
    if settings.mail is None:
        raise wrong(
            "mail",
            "ยังไม่มีการตั้งค่า [mail] ใน anumat.toml (ระบุไฟล์ด้วย --settings)",
            "there is no [mail] in anumat.toml (--settings names the file)",
        )
    th, en = fault(address)
    if th:
        raise wrong("address", f"{th}: {address}", f"{en}: {address}")
    relay = smtp_of(settings)
    for warning_th, warning_en in settings.warnings():
        door.screen.say(warning_th, warning_en)
    parcel = trial_parcel(address, sender_of(settings), stamp(door.now))
    try:
        answer = relay.handed(parcel)
    except NotSent as why:
        raise Refusal(Reason("not-sent", str(why), str(why))) from why
    except Unclear as why:
        raise Refusal(Reason("unclear", str(why), str(why))) from why
    held = _held(relay, parcel, answer)
    _print(door.screen, relay.host, answer, parcel.message["Message-ID"], held)


def _held(relay: "Smtp", parcel: Parcel, answer: str) -> bool | None:
    """Without its archive the office could not settle what is of unknown outcome: no success."""
    try:
        return relay.holds(parcel.key, parcel.office)
    except Unreadable as why:
        raise Refusal(
            Reason(
                "archive",
                f"เครื่องแม่ข่ายอีเมล {relay.host} รับแล้ว ({answer}) แต่{why}",
                f"the relay {relay.host} accepted it ({answer}), but {why}",
            )
        ) from why


def _print(screen: Screen, host: str, answer: str, message_id: str, held: bool | None) -> None:
    if screen.json:
        screen.data(
            {"accepted_by": host, "answer": answer, "message_id": message_id, "archived": held}
        )
        return
    screen.say(f"เครื่องแม่ข่ายอีเมล {host} รับแล้ว: {answer}", f"The relay {host} accepted it: {answer}")
    screen.say(f"Message-ID: {message_id}", f"Message-ID: {message_id}")
    th, en = ARCHIVED[held]
    screen.say(f"ที่เก็บสำเนา: {th}", f"Archive: {en}")
