"""anumat grant …"""

from datetime import date
from typing import Any

import click
from sqlalchemy import select

from commands.door import DAY, Door, with_door, with_key
from commands.group import t
from engine.enrol import NewGrant, grants
from engine.errors import wrong
from engine.tables import Grant, table

_grant = table(Grant).c


def of_whom(function: Any) -> Any:
    """Whose role it is, and where."""
    for name, th, en in (
        ("organisation", "หน่วยงาน (* = ทุกหน่วยงาน)", "For which organisation (* for all)"),
        ("role", "บทบาท เช่น coordinator", "The role, as coordinator"),
        ("person", "รหัสบุคคล", "The person's code"),
    ):
        function = click.argument(name, help=t(th, en))(function)
    return function


@click.group(
    "grant",
    help=t(
        "ให้บทบาทแก่บุคคลสำหรับหน่วยงาน (* = ทุกหน่วยงาน)",
        "Give a person a role for an organisation (* for all).",
    ),
)
def command() -> None:
    """The help says it."""


@command.command("add", help=t("ให้บทบาท", "Give a role"))
@of_whom
@click.option(
    "--from", "since", type=DAY, help=t("ตั้งแต่วันที่ (ปกติวันนี้)", "From this day (default: today)")
)
@click.option("--until", type=DAY, help=t("ถึงวันที่ รวมวันนั้น", "Until this day, included"))
@with_key
@with_door
def added(
    door: Door,
    person: str,
    role: str,
    organisation: str,
    since: str | None,
    until: str | None,
    key: str | None,
) -> None:
    first = date.fromisoformat(since or door.today)
    last = date.fromisoformat(until) if until else None
    new = NewGrant(person, role, organisation, first, last)
    _done(door, grants(door.office, door.asking(key=key), [new]))


@command.command("end", help=t("สิ้นสุดบทบาทที่มีผลอยู่", "End a role that is in force"))
@of_whom
@click.option(
    "--on", "last", type=DAY, help=t("วันสุดท้ายที่มีผล (ปกติวันนี้)", "The last day (default: today)")
)
@with_key
@with_door
def ended(
    door: Door, person: str, role: str, organisation: str, last: str | None, key: str | None
) -> None:
    until = date.fromisoformat(last or door.today)
    with door.office.database.read() as transaction:
        found = transaction.ask(
            select(_grant.since)
            .where(_grant.person == person, _grant.role == role)
            .where(_grant.organisation == organisation)
            .where(_grant.since <= until.isoformat())
            .where((_grant.until == "") | (_grant.until >= until.isoformat()))
        )
    if not found:
        raise wrong(
            "grant",
            f"{person} ไม่มีบทบาท {role} ของ {organisation} ที่มีผลอยู่",
            f"{person} holds no {role} for {organisation} now",
        )
    rows = [
        NewGrant(person, role, organisation, date.fromisoformat(since), until) for (since,) in found
    ]
    _done(door, grants(door.office, door.asking(key=key), rows))


def _done(door: Door, answer: dict[str, object]) -> None:
    if door.screen.json:
        door.screen.data(answer)
    door.screen.say("บันทึกแล้ว", "Recorded")
