"""anumat import …: files come in whole or not at all."""

from pathlib import Path
from typing import Any

import click

from commands.counted import say_counts
from commands.door import Door, as_person_or_operator, with_door, with_key
from commands.group import t
from commands.moved import print_moved
from engine import correspondents as parties
from engine import enrol
from engine import signatories as signing
from engine.items import open_items
from engine.office import Answer
from workflows import imports, roll
from workflows.sets import subjects, whole_sets, workflow_of

FILE = click.argument(
    "file", type=click.Path(path_type=Path), help=t("ไฟล์ .csv หรือ .xlsx", "A .csv or .xlsx file")
)
CYCLE = click.option("--cycle", required=True, metavar="CODE", help=t("รอบการประเมิน", "The cycle"))


@click.group(
    "import",
    help=t(
        "นำเข้าไฟล์ CSV (UTF-8 หรือ TIS-620) หรือ XLSX: ทั้งไฟล์หรือไม่นำเข้าเลย ทุกแถวที่ผิดถูกระบุ",
        "Bring in a CSV (UTF-8 or TIS-620) or XLSX file: all or nothing, every bad row named.",
    ),
)
def command() -> None:
    """The help says it."""


@command.command(
    help=t(
        "หน่วยงาน จังหวัด และคณะต่าง ๆ: code, name_th, name_en, kind, parent, region",
        "Organisations, provinces, bodies: code, name_th, name_en, kind, parent, region",
    )
)
@FILE
@click.option(
    "--kind",
    default="",
    help=t("ชนิด ถ้าไฟล์ไม่มีคอลัมน์ kind", "Kind, where the file has no such column"),
)
@click.option(
    "--parent", default="", help=t("ต้นสังกัด ถ้าไฟล์ไม่ระบุ", "Parent, where the file names none")
)
@with_key
@with_door
def organisations(door: Door, file: Path, kind: str, parent: str, key: str | None) -> None:
    rows = roll.organisations(file, kind=kind, parent=parent)
    _counted(door, enrol.organisations(door.office, door.asking(key=key), rows))


@command.command(
    help=t(
        "บุคคล: code, name_th, name_en, post_th, post_en, email",
        "Persons: code, name_th, name_en, post_th, post_en, email",
    )
)
@FILE
@with_key
@with_door
def people(door: Door, file: Path, key: str | None) -> None:
    rows = roll.people(file)
    _counted(door, enrol.people(door.office, door.asking(key=key), rows))


@command.command(
    help=t(
        "บทบาท: person, role, organisation (* = ทุกหน่วยงาน), from, until",
        "Roles: person, role, organisation (* for all), from, until",
    )
)
@FILE
@with_key
@with_door
def grants(door: Door, file: Path, key: str | None) -> None:
    rows = roll.grants(file)
    _counted(door, enrol.grants(door.office, door.asking(key=key), rows))


@command.command(
    help=t(
        "หน่วยงานผู้รับและผู้ออกหนังสือ: organisation, addressee, email, code, agency, address, contact "
        "หลายบรรทัดคั่นด้วย |",
        "To whom letters go, and how heads look: organisation, addressee, email, code, agency, "
        "address, contact; several lines parted by |",
    )
)
@FILE
@with_key
@with_door
def correspondents(door: Door, file: Path, key: str | None) -> None:
    rows = roll.correspondents(file)
    _counted(door, parties.correspondents(door.office, door.asking(key=key), rows))


@command.command(
    help=t(
        "ผู้ลงนาม: organisation, person, since, until, post, acting, acting_for, order_ref",
        "Signing officers: organisation, person, since, until, post, acting, acting_for, order_ref",
    )
)
@FILE
@with_key
@with_door
def signatories(door: Door, file: Path, key: str | None) -> None:
    rows = roll.signatories(file)
    _counted(door, signing.signatories(door.office, door.asking(key=key), rows))


@command.command(
    help=t(
        "ตัวชี้วัด: code, name_th, component, weight … ตัวชี้วัดย่อยใส่ parent_code",
        "Indicators: code, name_th, component, weight …; sub-indicators have a parent_code.",
    )
)
@FILE
@CYCLE
@click.option(
    "--workflow",
    metavar="NAME",
    help=t(
        "ขั้นตอนงาน (ปกติตามกลุ่มของรอบ เช่น indicator_province)",
        "The workflow (default: by the cycle's track, as indicator_province)",
    ),
)
@click.option(
    "--organisation",
    default="",
    metavar="CODE",
    help=t("หน่วยงาน ถ้าไฟล์ไม่ระบุ", "Whose, where the file does not say"),
)
@click.option(
    "--catalogue",
    type=click.Path(path_type=Path),
    help=t("ไฟล์รายชื่อตัวชี้วัด (code, name_th, component, …)", "A file that says what each code is"),
)
@click.option(
    "--unfinished",
    is_flag=True,
    help=t("ยังไม่ตรวจน้ำหนักรวมของชุด", "Do not check the set's rules yet"),
)
@as_person_or_operator
@with_key
@with_door
def indicators(
    door: Door,
    file: Path,
    cycle: str,
    workflow: str | None,
    organisation: str,
    catalogue: Path | None,
    unfinished: bool,
    person: str | None,
    key: str | None,
) -> None:
    known = imports.catalogue(catalogue) if catalogue else None
    drafts = imports.indicators(file, organisation=organisation, known=known)
    check = whole_sets(door.office.definitions, unfinished=unfinished)
    asking = door.asking(person, key)
    with door.office.database.read() as transaction:
        name = workflow or workflow_of(transaction, cycle)
    _opened(door, open_items(door.office, asking, name, cycle, drafts, check))


@command.command(
    "change-requests",
    help=t(
        "คำขอเปลี่ยนแปลง: province, indicator, kind, reason_th และค่าที่ขอ",
        "Change requests: province, indicator, kind, reason_th, and what shall become of it",
    ),
)
@FILE
@CYCLE
@click.option(
    "--workflow",
    default="change_request",
    show_default=True,
    metavar="NAME",
    help=t("ขั้นตอนงาน", "The workflow"),
)
@click.option(
    "--proposals",
    type=click.Path(path_type=Path),
    help=t("ไฟล์ค่าที่ขอ (indicator, kind, field, value)", "A file with what is asked for"),
)
@as_person_or_operator
@with_key
@with_door
def change_requests(
    door: Door,
    file: Path,
    cycle: str,
    workflow: str,
    proposals: Path | None,
    person: str | None,
    key: str | None,
) -> None:
    asked = imports.proposals(proposals) if proposals else None
    with door.office.database.read() as transaction:
        there = subjects(transaction, cycle)
    drafts = imports.change_requests(file, there, asked)
    _opened(door, open_items(door.office, door.asking(person, key), workflow, cycle, drafts))


def _counted(door: Door, answer: Answer) -> None:
    say_counts(door, answer)
    if answer.get("moved"):  # a region has other holidays
        print_moved(door.screen, answer["moved"])


def _opened(door: Door, answer: dict[str, Any]) -> None:
    opened, screen = answer["opened"], door.screen
    if screen.json:
        screen.data(answer)
    elif opened:
        first, last = opened[0]["ref"], opened[-1]["ref"]
        screen.say(
            f"เปิด {len(opened)} รายการ: {first} – {last}",
            f"{len(opened)} items opened: {first} – {last}",
        )
