"""anumat correspondent …"""

from dataclasses import astuple
from typing import Any

import click
from sqlalchemy import bindparam, select

from commands.counted import say_counts
from commands.door import Door, with_door, with_key
from commands.group import t
from commands.terminal import Column
from engine.clock import day_of
from engine.correspondence import Correspondent
from engine.correspondents import amend, correspondent
from engine.errors import wrong
from engine.signatories import signer
from engine.tables import Organisation, table
from workflows.roll import several_lines

_row, _place = table(Correspondent).c, table(Organisation).c
_ALL = (
    select(_place.name_th, _place.name_en, *_row)
    .select_from(table(Correspondent).join(table(Organisation), _place.code == _row.organisation))
    .order_by(_row.organisation)
)
_NAME = select(_place.name_th, _place.name_en).where(_place.code == bindparam("code"))
_NAMES = ["name_th", "name_en", *(column.name for column in _row)]
# What can be said of one, as a label and as an option's help.
TITLES = {
    "addressee": ("เรียน", "Addressee"),
    "email": ("อีเมลสารบรรณกลาง", "Central e-mail"),
    "code": ("รหัสเลขที่หนังสือ", "Code of its letters"),
    "agency": ("ส่วนราชการ", "Name in the head"),
    "address": ("ที่ตั้ง", "Address"),
    "contact": ("เจ้าของเรื่องและโทรศัพท์", "Owning unit and telephone"),
}
organisation = click.argument(
    "organisation", help=t("รหัสหน่วยงาน เช่น OPDC", "The organisation's code, as OPDC")
)


def said_of_it(function: Any) -> Any:
    """The options of `set`."""
    for name, th, en in (
        ("contact", "เจ้าของเรื่องและโทรศัพท์ (คั่นบรรทัดด้วย |)", "Owning unit, telephone (| parts lines)"),
        ("address", "ที่ตั้ง (คั่นบรรทัดด้วย |)", "Its address (| parts lines)"),
        ("agency", "ชื่อส่วนราชการที่หัวหนังสือ", "Its name as its own letters have it"),
        ("code", "รหัสเลขที่หนังสือ เช่น นร 1203", "The code before its numbers: two letters, a number"),
        ("email", "อีเมลสารบรรณกลาง", "Central e-mail address"),
        ("addressee", "ตำแหน่งที่เรียนถึง", "The post that letters to it are addressed to"),
    ):  # fmt: skip
        function = click.option(f"--{name}", metavar="TEXT", help=t(th, en))(function)
    return function


@click.group(
    "correspondent",
    help=t("หน่วยงานในฐานะผู้รับและผู้ออกหนังสือ", "Organisations as letters know them."),
)
def command() -> None:
    """The help says it."""


@command.command(
    "list", help=t("หน่วยงานทั้งหมดที่ตั้งค่าไว้", "All organisations that are set up for letters")
)
@with_door
def listed(door: Door) -> None:
    with door.office.database.read() as transaction:
        rows = [dict(zip(_NAMES, row, strict=True)) for row in transaction.rows(_ALL)]
    screen = door.screen
    if screen.json:
        screen.data({"correspondents": rows})
        return
    if not rows:
        screen.say(
            "ยังไม่มี นำเข้าด้วย anumat import correspondents", "None yet: anumat import correspondents"
        )
        return
    screen.table(
        [
            Column("รหัส", "Code", shrink=False),
            Column("หน่วยงาน", "Organisation"),
            Column(*TITLES["addressee"]),
            Column(*TITLES["email"]),
            Column("เลขที่", "Numbers", shrink=False),
        ],
        [
            (r["organisation"], r[f"name_{screen.lang}"], r["addressee"], r["email"], r["code"])
            for r in rows
        ],
    )


@command.command(
    "show", help=t("หนึ่งหน่วยงาน และผู้ลงนามในวันนี้", "One organisation, and who signs for it today")
)
@organisation
@with_door
def shown(door: Door, organisation: str) -> None:
    with door.office.database.read() as transaction:
        name = transaction.row(_NAME, {"code": organisation})
        party = correspondent(transaction, organisation)
        officer = signer(transaction, organisation, day_of(door.now))
    if name is None:
        th, en = f"ไม่รู้จักหน่วยงาน “{organisation}”", f"there is no organisation “{organisation}”"
        raise wrong("organisation", th, en)
    screen, row = door.screen, dict(zip(_NAMES, (*name, *astuple(party)), strict=True))
    if screen.json:
        screen.data({"correspondent": row, "signer": officer})
        return
    pairs = [(screen.pick(*title), row[column]) for column, title in TITLES.items()]
    signs = screen.pick(officer.name_th, officer.name_en) if officer else ""
    pairs.append((screen.pick("ผู้ลงนามวันนี้", "Signs today"), signs))
    screen.heading(f"{organisation} {row[f'name_{screen.lang}']}")
    screen.fields([(label, text or "—") for label, text in pairs])


@command.command(
    "set",
    help=t(
        "เปลี่ยนเฉพาะที่ระบุ ที่เหลือคงเดิม ข้อความว่างคือลบออก",
        "Change what is named and keep the rest; an empty text takes it away.",
    ),
)
@organisation
@said_of_it
@with_key
@with_door
def changed(door: Door, organisation: str, key: str | None, **given: str | None) -> None:
    changes = {name: several_lines(text) for name, text in given.items() if text is not None}
    if not changes:
        raise wrong(
            "nothing",
            f"ไม่ได้ระบุว่าจะเปลี่ยนอะไร ใช้ {', '.join(f'--{name}' for name in TITLES)}",
            f"say what to change: {', '.join(f'--{name}' for name in TITLES)}",
        )
    say_counts(door, amend(door.office, door.asking(key=key), organisation, changes))
