"""anumat people …"""

import click
from sqlalchemy import select

from commands.door import Door, with_door
from commands.group import t
from commands.terminal import Column
from engine.tables import Grant, Person, table

_person, _grant = table(Person).c, table(Grant).c


@click.group("people", help=t("บุคคลที่ลงทะเบียน", "Registered persons."))
def command() -> None:
    """The help says it."""


@command.command("list", help=t("บุคคลและบทบาทที่มีผลวันนี้", "Persons, with the roles in force today"))
@click.option("--role", default="", help=t("เฉพาะผู้มีบทบาทนี้", "Only who holds this role"))
@with_door
def listed(door: Door, role: str) -> None:
    screen, office = door.screen, door.office
    in_force = (_grant.since <= door.today) & ((_grant.until == "") | (_grant.until >= door.today))
    with office.database.read() as transaction:
        people = transaction.ask(
            select(
                _person.code, _person.name_th, _person.name_en, _person.post_th, _person.post_en
            ).order_by(_person.code)
        )
        grants = transaction.ask(
            select(_grant.person, _grant.role, _grant.organisation)
            .where(in_force)
            .order_by(_grant.person, _grant.role)
        )
    held: dict[str, list[dict[str, str]]] = {}
    for person, name, organisation in grants:
        held.setdefault(person, []).append({"role": name, "organisation": organisation})
    rows = [
        {
            "code": code,
            "name_th": name_th,
            "name_en": name_en,
            "post_th": post_th,
            "post_en": post_en,
            "roles": held.get(code, []),
        }
        for code, name_th, name_en, post_th, post_en in people
        if not role or any(grant["role"] == role for grant in held.get(code, []))
    ]
    if door.screen.json:
        door.screen.data({"people": rows})
        return
    lang = screen.lang
    door.screen.table(
        [
            Column("รหัส", "Code", shrink=False),
            Column("ชื่อ", "Name"),
            Column("ตำแหน่ง", "Post"),
            Column("บทบาท", "Roles"),
        ],
        [
            (
                r["code"],
                r[f"name_{lang}"],
                r[f"post_{lang}"],
                ", ".join(f"{g['role']}@{g['organisation']}" for g in held.get(str(r["code"]), [])),
            )
            for r in rows
        ],
    )
