"""anumat diff."""

from typing import Any

import click

from commands import words
from commands.door import Door, item_ref, with_door
from commands.group import t
from commands.terminal import Column
from engine import load
from engine.database import Transaction
from engine.errors import wrong
from engine.queries import content_of, history


@click.command(
    "diff",
    help=t(
        "สองรุ่นเทียบกัน ปกติคือรุ่นที่เสนอกับรุ่นปัจจุบัน (ที่ยืนยัน)",
        "Two revisions side by side; "
        "by default what was submitted against what is now (confirmed).",
    ),
)
@item_ref
@click.argument(
    "a",
    required=False,
    type=click.IntRange(min=1),
    help=t("รุ่นแรก (ปกติรุ่นที่เสนอ)", "First revision (default: what was submitted)"),
)
@click.argument(
    "b",
    required=False,
    type=click.IntRange(min=1),
    help=t("รุ่นที่สอง (ปกติรุ่นปัจจุบัน)", "Second revision (default: the present one)"),
)
@click.option(
    "--all", "everything", is_flag=True, help=t("แสดงส่วนที่เหมือนกันด้วย", "Show what is the same, too")
)
@with_door
def command(door: Door, ref: str, a: int | None, b: int | None, everything: bool) -> None:
    office, screen = door.office, door.screen
    with office.database.read() as transaction:
        item = load.one(transaction, ref).item
        first = a or _submitted(transaction, ref)
        second = b or item.revision
        old, new = _content(transaction, ref, first), _content(transaction, ref, second)
        fields = office.definitions.get(transaction, item.workflow, item.definition).content.fields
    names = [name for name in fields if name in old or name in new]
    rows = [
        {
            "field": name,
            "a": old.get(name),
            "b": new.get(name),
            "same": old.get(name) == new.get(name),
        }
        for name in names
    ]
    different = [row for row in rows if not row["same"]]
    screen = door.screen
    if screen.json:
        screen.data(
            {"ref": ref, "a": first, "b": second, "fields": rows if everything else different}
        )
        return
    if not different:
        screen.say(
            f"{ref}: รุ่นที่ {first} และ {second} เหมือนกันทุกประการ",
            f"{ref}: revisions {first} and {second} are the same",
        )
    shown = rows if everything else different
    if shown:
        screen.table(
            [
                Column("ข้อมูล", "Field"),
                Column(f"รุ่นที่ {first}", f"Revision {first}"),
                Column(f"รุ่นที่ {second}", f"Revision {second}"),
            ],
            [
                (
                    ("  " if row["same"] else "* ") + fields[str(row["field"])].text(screen.lang),
                    *(
                        "—"
                        if row[side] is None
                        else words.value_text(screen, row[side], str(row["field"]))
                        for side in "ab"
                    ),
                )
                for row in shown
            ],
        )


def _submitted(transaction: Transaction, ref: str) -> int:
    """The revision that first left the draft; the first one where none did."""
    steps = (event for event in history(transaction, ref) if event["kind"] == "advanced")
    first = next((event for event in steps if not event["stays"]), None)
    return int(first["revision"]["number"]) if first else 1


def _content(transaction: Transaction, ref: str, number: int) -> dict[str, Any]:
    found = content_of(transaction, ref, number)
    if found is None:
        raise wrong("revision", f"{ref} ไม่มีรุ่นที่ {number}", f"{ref} has no revision {number}")
    return found
