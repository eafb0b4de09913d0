"""anumat bulk."""

from typing import Any

import click

from commands.advance import says
from commands.door import Door, as_person, where_of, with_door, with_key, with_where
from commands.group import t
from commands.terminal import Column, Screen
from engine.advance import bulk
from engine.case import Given
from engine.errors import Reason, wrong


@click.command(
    "bulk",
    help=t(
        "ขั้นเดียวกันกับหลายรายการในการประชุมเดียว เช่น anumat bulk approve --where code=P01 "
        "--meeting MTG-2565-004 --as piti --dry-run; จบด้วยรหัส 1 ถ้ามีรายการถูกปฏิเสธ",
        "The same step for many items, as in: anumat bulk approve --where code=P01 "
        "--meeting MTG-2565-004 --as piti --dry-run; ends with 1 where an item was refused.",
    ),
)
@click.argument("trigger", help=t("คำสั่ง เช่น approve, notify", "The step, as approve, notify"))
@with_where
@as_person
@says
@click.option(
    "--dry-run", is_flag=True, help=t("ดูผลก่อน ไม่บันทึก", "Show what would happen; write nothing")
)
@with_key
@with_door
def command(
    door: Door,
    trigger: str,
    conditions: tuple[str, ...],
    person: str,
    comment: str,
    meeting: str,
    decided_on: str | None,
    letter_number: str,
    letter_date: str | None,
    dry_run: bool,
    key: str | None,
) -> None:
    if not conditions:
        raise wrong("where", "ต้องระบุ --where อย่างน้อยหนึ่งเงื่อนไข", "give at least one --where")
    given = Given(comment, meeting, decided_on or "", letter_number, letter_date or "")
    asking, where = door.asking(person, key), where_of(conditions)
    answer = bulk(door.office, asking, where, trigger, given, dry_run=dry_run)
    if door.screen.json:
        door.screen.data(answer)
    else:
        _print(door.screen, answer)
    if answer["refused"]:
        raise click.exceptions.Exit(1)


def _print(screen: Screen, answer: dict[str, Any]) -> None:
    """Item by item: done and where it went, or refused and every reason."""
    done, refused = answer["done"], answer["refused"]
    rows = [(each["ref"], _done(screen, each, dry_run=answer["dry_run"]), "") for each in done]
    for each in refused:
        reasons = [Reason(**reason).text(screen.lang) for reason in each["reasons"]]
        rows.append((each["ref"], screen.pick("ปฏิเสธ", "refused"), "\n".join(reasons)))
    columns = [Column("รายการ", "Item", shrink=False), Column("ผล", "Result", style=_colour)]
    if refused:
        columns.append(Column("เหตุที่ทำไม่ได้", "Why not"))
    screen.table(columns, [row[: len(columns)] for row in rows])
    if answer["dry_run"]:
        screen.say(
            f"ทดลอง: จะสำเร็จ {len(done)} ปฏิเสธ {len(refused)} ยังไม่บันทึกสิ่งใด",
            f"Dry run: {len(done)} would be done, {len(refused)} refused; nothing is written",
        )
    else:
        screen.say(
            f"สำเร็จ {len(done)} ปฏิเสธ {len(refused)}", f"{len(done)} done, {len(refused)} refused"
        )


def _done(screen: Screen, each: dict[str, Any], *, dry_run: bool) -> str:
    said = screen.pick("จะสำเร็จ", "would be done") if dry_run else screen.pick("สำเร็จ", "done")
    return said + ("" if each["from"] == each["to"] else f" → {each['to']}")


def _colour(text: str) -> str | None:
    return "red" if text in ("ปฏิเสธ", "refused") else None
