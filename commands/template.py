"""anumat template …"""

from dataclasses import asdict
from pathlib import Path

import click

from commands.correspondence import known_kind
from commands.door import Door, with_door
from commands.group import t
from commands.terminal import Column
from engine.definition import Title
from notifications.kinds import KINDS
from notifications.wording import checked, shipped

_SCOPES = {
    "item": Title(th="รายการ", en="items"),
    "cycle": Title(th="รอบการประเมิน", en="a cycle"),
    "meeting": Title(th="การประชุม", en="a meeting"),
}
_FORMS = {
    "letter": Title(th="หนังสือภายนอก", en="letter"),
    "memo": Title(th="บันทึกข้อความ", en="memo"),
    "circular": Title(th="หนังสือเวียน (ว)", en="circular (ว)"),
}
kind_argument = click.argument("kind", help=t("ชนิดหนังสือ", "The kind of letter"))


@click.group(
    "template",
    help=t("แบบข้อความของหนังสือ", "The wording of letters: see ours, check an office's own."),
)
def command() -> None:
    """The help says it."""


@command.command("list", help=t("หนังสือทุกชนิด", "All kinds of letters"))
@with_door
def listed(door: Door) -> None:
    screen = door.screen
    if screen.json:
        kinds = [
            {"kind": name, "th": it.title.th, "en": it.title.en, "scope": it.scope, "form": it.form}
            for name, it in KINDS.items()
        ]
        screen.data({"kinds": kinds})
        return
    screen.table(
        [
            Column("ชนิด", "Kind", shrink=False),
            Column("หนังสือ", "Letter"),
            Column("เกี่ยวกับ", "About", shrink=False),
            Column("รูปแบบ", "Form", shrink=False),
        ],
        [
            (name, it.title.text(screen.lang), _SCOPES[it.scope].text(screen.lang),
             _FORMS[it.form].text(screen.lang))
            for name, it in KINDS.items()
        ],
    )  # fmt: skip


@command.command(
    "show",
    help=t(
        "พิมพ์แบบของเรา เป็นจุดตั้งต้นของแบบของหน่วยงาน",
        "Print our template of a kind: what an office's own begins with",
    ),
)
@kind_argument
@with_door
def shown(door: Door, kind: str) -> None:
    text = shipped(known_kind(kind))
    if door.screen.json:
        door.screen.data({"kind": kind, "template": text})
        return
    door.screen.say(text, text)


@command.command(
    "check",
    help=t(
        "ตรวจแบบของหน่วยงาน: ชื่อที่ไม่รู้จัก คำสั่งที่ไม่ปลอดภัย และโครงสร้าง พร้อมบรรทัด",
        "Check an office's template: unknown names, unsafe constructs, structure, with lines.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path), help=t("ไฟล์แบบ", "The template"))
@click.option(
    "--kind",
    default="",
    help=t("ชนิดหนังสือ (ปกติตามชื่อไฟล์)", "The kind of letter (default: as the file is called)"),
)
@with_door
def check(door: Door, file: Path, kind: str) -> None:
    name = known_kind(kind or file.stem)
    faults = checked(file, name)
    screen = door.screen
    if screen.json:
        screen.data({"file": str(file), "kind": name, "faults": [asdict(each) for each in faults]})
    elif not faults:
        screen.say(f"{file} ใช้ได้", f"{file} can be used")
    else:
        for each in faults:
            screen.say(each.text("th"), each.text("en"))
    if faults:
        raise click.exceptions.Exit(1)
