"""anumat letter …"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from commands import words
from commands.correspondence import known_kind, require_known, written
from commands.door import Door, as_item, as_person, with_door, with_key
from commands.group import t
from commands.letter_find import found, items_of
from commands.letter_issue import issued
from commands.letter_preview import previewed
from commands.terminal import Column, Screen
from engine import numbers, outbox
from engine.canonical import plain
from engine.clock import BANGKOK, instant_of
from engine.errors import refused
from engine.letters import file_of
from engine.occasion import Occasion, Wanted, occasions
from engine.voiding import void
from notifications.draft import TAKEN_BACK
from notifications.kinds import KINDS
from notifications.paper import Paper
from notifications.plaintext import as_text

number = click.argument(
    "number",
    help=t(
        "เลขที่หนังสือ เช่น นร 1203/15 หรือ OPDC/2564/15",
        "Its number as printed, or its reference, as OPDC/2564/15",
    ),
)


@click.group(
    "letter",
    help=t("หนังสือราชการ: ที่ต้องออก ตัวอย่าง การออกเลข", "Official letters: owed, previewed, issued."),
)
def command() -> None:
    """The help says it."""


command.add_command(previewed)
command.add_command(issued)
command.add_command(found)


@command.command("list", help=t("หนังสือที่ต้องออก", "The letters that are to be issued"))
@click.option("--kind", default="", help=t("ชนิดหนังสือ", "The kind of letter"))
@click.option("--item", default="", metavar="REF", callback=as_item, help=t("รายการ", "The item"))
@click.option("--meeting", default="", metavar="REF", help=t("การประชุม", "The meeting"))
@with_door
def listed(door: Door, kind: str, item: str, meeting: str) -> None:
    office, screen = door.office, door.screen
    if kind:
        known_kind(kind)
    with office.database.read() as transaction:
        require_known(transaction, item, meeting)
        wanted = Wanted(kind=kind, item=item, occasion=meeting)
        owed = occasions(transaction, office, wanted)
    if screen.json:
        screen.data({"letters": [_facts(each) for each in owed]})
        return
    if not owed:
        screen.say("ไม่มีหนังสือที่ต้องออก", "No letter is to be issued")
        return
    screen.table(
        [
            Column("หนังสือ", "Letter"),
            Column("ถึง", "To"),
            Column("สำเนา", "Copies"),
            Column("รายการ", "Items"),
            Column("การประชุม", "Meeting", shrink=False),
            Column("ตั้งแต่", "Since", shrink=False),
        ],
        [
            (KINDS[each.kind].title.text(screen.lang), _to(each), ", ".join(each.copies) or "—",
             items_of(screen, [ref for ref, _ in each.owed]), _meeting(each),
             screen.day(each.owed_at))
            for each in owed
        ],
    )  # fmt: skip


@command.command(
    "show",
    help=t(
        "หนังสือที่ออกแล้ว: ข้อความ ผู้รับ และการส่ง หรือเขียนเป็นไฟล์",
        "An issued letter: its words, who gets it, how the sending stands; or as a file",
    ),
)
@number
@click.option("--pdf", type=click.Path(path_type=Path), help=t("เขียนไฟล์ PDF", "Write the PDF"))
@click.option(
    "--docx", type=click.Path(path_type=Path), help=t("เขียนไฟล์ Word", "Write a Word file of it")
)
@click.option(
    "--void",
    "though_void",
    is_flag=True,
    help=t("เขียนไฟล์แม้หนังสือถูกยกเลิกแล้ว", "Write the file of a letter although it is void"),
)
@with_door
def shown(
    door: Door, number: str, *, pdf: Path | None, docx: Path | None, though_void: bool
) -> None:
    office, screen = door.office, door.screen
    with office.database.read() as transaction:
        row = numbers.letter(transaction, number)
        is_void = row["status"] == numbers.VOID
        if is_void and (pdf or docx) and not though_void:
            raise _not_to_be_sent(row)
        body = file_of(transaction, row["ref"]) if pdf else b""
        messages = outbox.listed(transaction, outbox.Wanted(letter=row["ref"]))
    paper = Paper.of_plain(plain(row["paper"])) if row["paper"] != "{}" else None
    if paper and is_void:  # the PDF is evidence, and stays as it was
        paper = replace(paper, mark=f"{paper.mark} {TAKEN_BACK}".strip())
    files: list[Path] = []
    if pdf:
        files.append(written(pdf.parent, pdf.name, body))
    if docx:
        if paper is None:
            raise refused("file", f"{row['ref']} ไม่มีไฟล์", f"{row['ref']} has no file")
        from notifications.docx import edited

        dated = instant_of(f"{row['dated']}T02:00:00.000000Z").astimezone(BANGKOK)
        files.append(written(docx.parent, docx.name, edited(paper, made_at=dated)))
    if screen.json:
        facts = {name: row[name] for name in row if name not in ("facts", "paper")}
        screen.data(
            {
                "letter": facts,
                "facts": plain(row["facts"]),
                "paper": plain(row["paper"]) or None,
                "messages": messages,
                "files": list(map(str, files)),
            }
        )
        return
    _print(screen, row, paper, messages)
    for file in files:
        screen.say(f"เขียน {file}", f"Wrote {file}")
    if files and is_void:
        screen.say(
            f"{row['ref']} ยกเลิกแล้ว ห้ามพิมพ์ส่ง", f"{row['ref']} is void: do not print and post it"
        )


@command.command(
    "void",
    help=t(
        "ยกเลิกหนังสือที่ยังไม่ได้ส่ง เลขไม่นำกลับมาใช้",
        "Take back a letter that has not been sent; its number stays taken, with the reason.",
    ),
)
@number
@click.option("--reason", required=True, metavar="TEXT", help=t("เหตุผล", "The reason"))
@as_person
@with_key
@with_door
def voided(door: Door, number: str, *, reason: str, person: str, key: str | None) -> None:
    answer = void(door.office, door.asking(person, key), number, reason)
    if door.screen.json:
        door.screen.data(answer)
        return
    owed = ", ".join(answer["owed_again"])
    door.screen.say(
        f"ยกเลิก {answer['printed']} แล้ว "
        + (f"ต้องออกใหม่ของ: {owed}" if owed else "ไม่มีรายการใดรออยู่"),
        f"{answer['printed']} is void; "
        + (f"a letter is owed again of: {owed}" if owed else "no item waits for another"),
    )


def _not_to_be_sent(row: Mapping[str, Any]) -> Exception:
    """Nobody prints and posts unawares what was taken back."""
    ref, reason = row["ref"], row["reason"]
    return refused(
        "void",
        f"{ref} ยกเลิกแล้ว ({reason}) จึงไม่เขียนไฟล์ ถ้าต้องการเก็บเป็นหลักฐาน ใช้ --void",
        f"{ref} is void ({reason}), so no file of it is written. To have it as evidence: --void",
    )


def _facts(each: Occasion) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "to": each.to,
        "addressed": each.addressed,
        "copies": list(each.copies),
        "items": [ref for ref, _ in each.owed],
        "organisation": each.organisation,
        "cycle": each.cycle,
        "occasion": each.occasion,
        "owed_at": each.owed_at,
    }


def _to(each: Occasion) -> str:
    """A unit that is no registered organisation is named behind the one that it belongs to."""
    return f"{each.to}: {each.addressed}" if each.addressed else each.to


def _meeting(each: Occasion) -> str:
    """What was decided in no meeting has the instant of its step for an occasion."""
    return "—" if each.occasion == each.owed_at else each.occasion


def _print(
    screen: Screen, row: dict[str, Any], paper: Paper | None, messages: list[dict[str, Any]]
) -> None:
    screen.heading(f"{row['printed'] or row['ref']} · {screen.day(row['dated'])}")
    status = words.letter_status(screen, row["status"])
    kind = KINDS[row["kind"]].title.text(screen.lang) if row["kind"] else "—"
    screen.fields(
        [
            (
                screen.pick("สถานะ", "Status"),
                f"{status}: {row['reason']}" if row["reason"] else status,
            ),
            (screen.pick("ชนิด", "Kind"), kind),
            (screen.pick("รหัส", "Reference"), row["ref"]),
        ]
    )
    if messages:
        screen.table(
            [
                Column("ผู้รับ", "Recipient"),
                Column("อีเมล", "E-mail"),
                Column("การส่ง", "Sending", shrink=False),
                Column("หมายเหตุ", "Note"),
            ],
            [
                (words.recipient(screen, each), each["email"] or "—",
                 words.message_status(screen, each["status"]), each["note"] or "—")
                for each in messages
            ],
        )  # fmt: skip
    if paper:
        screen.say("", "")
        screen.letter(as_text(paper))
