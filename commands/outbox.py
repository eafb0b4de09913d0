"""anumat outbox …"""

from pathlib import Path
from typing import Any

import click

from commands import words
from commands.door import Door, as_person_or_operator, with_door, with_key
from commands.group import t
from commands.memory import Looked, look
from commands.outbox_bounce import returned
from commands.sending import settings_of, to_outbox, with_settings
from commands.terminal import Column, Screen
from engine import numbers, outbox
from engine.alarms import CANCELLED, UNKNOWN
from engine.claims import WAITING
from engine.errors import refused
from engine.outbox import Wanted, retry, retry_failed
from engine.outbox import message as message_of
from engine.settle import Settlement, settle, settled_from
from notifications.mail import message_id

message_key = click.argument(
    "message", help=t("รหัสข้อความ (ดูจาก outbox list)", "The message's key: outbox list")
)
with_comment = click.option(
    "--comment", required=True, metavar="TEXT", help=t("เหตุผล", "The reason")
)


@click.group("outbox", help=t("สิ่งที่กำลังส่งหรือส่งไม่ได้", "What is on its way out, or got stuck."))
def command() -> None:
    """The help says it."""


command.add_command(returned)


@command.command(
    "list",
    help=t("ข้อความที่รอส่ง ส่งไม่ได้ ไม่ทราบผล หรือตีกลับ", "What waits, failed, is unknown or bounced"),
)
@click.option("--all", "everything", is_flag=True, help=t("ทุกข้อความ", "Also what was sent"))
@click.option("--letters", is_flag=True, help=t("เฉพาะหนังสือ", "Letters only"))
@click.option("--letter", default="", metavar="REF", help=t("หนังสือฉบับหนึ่ง", "Of one letter"))
@click.option(
    "--most",
    type=click.IntRange(1, 1_000_000),
    default=500,
    show_default=True,
    help=t("จำนวนสูงสุด", "At most so many"),
)
@with_door
def listed(door: Door, *, everything: bool, letters: bool, letter: str, most: int) -> None:
    statuses = () if everything or letter else outbox.STUCK
    with door.office.database.read() as transaction:
        of = numbers.letter(transaction, letter)["ref"] if letter else ""
        rows = outbox.listed(transaction, Wanted(statuses, of, letters, most + 1))
    screen, more, rows = door.screen, len(rows) > most, rows[:most]
    if screen.json:
        screen.data({"messages": rows, "more": more})
        return
    if not rows:
        if statuses:
            screen.say("ไม่มีข้อความค้าง", "Nothing is waiting or stuck")
        else:
            screen.say("ไม่มีข้อความ", "There are no messages")
        return
    _table(screen, rows)
    if more:
        screen.say("ยังมีอีก เพิ่มจำนวนด้วย --most", "There are more: --most")


@command.command("show", help=t("ข้อความหนึ่ง", "One message"))
@message_key
@to_outbox
@with_settings
@with_door
def shown(door: Door, message: str, *, outbox: Path | None, settings_file: Path | None) -> None:
    with door.office.database.read() as transaction:
        row = message_of(transaction, message)
    screen = door.screen
    if screen.json:
        screen.data({"message": row | {"message_id": message_id(message, door.office.ident)}})
        return
    screen.heading(message)
    screen.fields(
        [
            (screen.pick("ถึง", "To"), words.recipient(screen, row)),
            (screen.pick("อีเมล", "E-mail"), row["email"] or "—"),
            (screen.pick("หนังสือ", "Letter"), row["printed"] or "—"),
            (screen.pick("สถานะ", "Status"), words.message_status(screen, row["status"])),
            (screen.pick("พยายามแล้ว", "Tries"), str(row["attempts"])),
            (screen.pick("ลองใหม่", "Next try"), _next_try(screen, row)),
            (screen.pick("หมายเหตุ", "Note"), row["note"] or "—"),
            ("Message-ID", message_id(message, door.office.ident)),
        ]
    )
    if row["status"] == UNKNOWN:
        th, en = _looked(door, message, outbox, settings_file).said()
        how = f"(anumat settle '{message}' … --comment …)"
        screen.say(f"{th} {how}", f"{en} {how}")


@command.command(
    "retry",
    help=t(
        "ส่งอีกครั้ง: ที่ล้มเหลว ไม่ทราบผล หรือยกเลิกเป็นข้อความเดิม ที่ตีกลับเป็นข้อความใหม่",
        "Send it again: what failed, is unknown or cancelled as the same message, what bounced as "
        "a new one.",
    ),
)
@message_key
@with_comment
@to_outbox
@with_settings
@as_person_or_operator
@with_key
@with_door
def again(
    door: Door, message: str, *, comment: str, outbox: Path | None,
    settings_file: Path | None, person: str | None, key: str | None,
) -> None:  # fmt: skip
    _require_not_held(door, message, outbox, settings_file)
    answer = retry(door.office, door.asking(person, key), message, comment)
    if door.screen.json:
        door.screen.data(answer)
        return
    door.screen.say(
        f"จะส่ง {answer['key']} ในรอบถัดไป", f"{answer['key']} goes out with the next round"
    )


@command.command(
    "retry-failed",
    help=t(
        "ส่งทุกข้อความที่ล้มเหลวอีกครั้ง (เช่น เครื่องแม่ข่ายอีเมลหยุดทำงานนาน)",
        "Send all that failed once more (the relay was away too long, say)",
    ),
)
@with_comment
@as_person_or_operator
@with_key
@with_door
def all_again(door: Door, *, comment: str, person: str | None, key: str | None) -> None:
    answer = retry_failed(door.office, door.asking(person, key), comment)
    if door.screen.json:
        door.screen.data(answer)
        return
    count = len(answer["messages"])
    if not count:
        door.screen.say("ไม่มีข้อความที่ล้มเหลว", "Nothing has failed")
        return
    door.screen.say(
        f"จะส่ง {count:,} ข้อความในรอบถัดไป", f"Messages to go out with the next round: {count:,}"
    )


def _looked(door: Door, message: str, folder: Path | None, settings_file: Path | None) -> Looked:
    settings = settings_of(door.url, settings_file)
    return look(door.office, message, door.url, folder, settings)


def _require_not_held(
    door: Door, message: str, folder: Path | None, settings_file: Path | None
) -> None:
    """What nobody knows of is looked for first: in the archive of mail, or in the folder."""
    with door.office.database.read() as transaction:
        status = message_of(transaction, message)["status"]
        if status == CANCELLED:
            status = settled_from(transaction, message)
    if status != UNKNOWN:
        return
    looked = _looked(door, message, folder, settings_file)
    if looked.why:
        th, en = looked.said()
        raise refused(
            "unreadable",
            f"“{message}”: {th} (anumat settle กับ --again ส่งซ้ำโดยไม่ตรวจ)",
            f"“{message}”: {en} (anumat settle with --again sends it without a look)",
        )
    if looked.held:
        raise refused(
            "held",
            f"“{message}” ส่งไปแล้ว มีสำเนาเก็บไว้ ใช้ anumat settle กับ --sent "
            "(หรือ --again ถ้าต้องส่งซ้ำจริง)",
            f"“{message}” did go out, a copy of it is held: anumat settle with --sent "
            "(or with --again, if it really must go twice)",
        )


@command.command(
    "cancel",
    help=t("ไม่ส่งอีก (เช่น ส่งทางไปรษณีย์แทน)", "Do not send it any more (it went by post, say)"),
)
@message_key
@with_comment
@as_person_or_operator
@with_key
@with_door
def cancelled(
    door: Door, message: str, *, comment: str, person: str | None, key: str | None
) -> None:
    wish = Settlement(message, "cancelled", comment)
    answer = settle(door.office, door.asking(person, key), wish)
    if door.screen.json:
        door.screen.data(answer)
        return
    door.screen.say(f"ยกเลิกการส่ง {message}", f"{message} is cancelled")


def _next_try(screen: Screen, row: dict[str, Any]) -> str:
    """What is being sent has a lease until then, which is no try."""
    return screen.moment(row["until"]) if row["status"] == WAITING and row["until"] else "—"


def _table(screen: Screen, rows: list[dict[str, Any]]) -> None:
    screen.table(
        [
            Column("รหัส", "Message", shrink=False),  # it is typed again
            Column("ถึง", "To"),
            Column("สถานะ", "Status", shrink=False),
            Column("พยายาม", "Tries", "right"),
            Column("ลองใหม่", "Next try"),
            Column("หมายเหตุ", "Note"),
        ],
        [
            (row["key"], words.recipient(screen, row), words.message_status(screen, row["status"]),
             row["attempts"], _next_try(screen, row), row["note"] or "—")
            for row in rows
        ],
    )  # fmt: skip
