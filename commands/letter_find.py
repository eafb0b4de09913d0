"""anumat letter find: which letter told whom what and when, who signed it, and did it go out."""

from pathlib import Path
from typing import Any

import click

from commands import words
from commands.correspondence import known_kind, ready, require_known
from commands.door import Door, as_item, with_door
from commands.group import t
from commands.letter_files import put
from commands.register import of_year
from commands.terminal import Column, Screen
from engine.issued import Wanted, issued
from engine.numbers import ISSUED
from engine.particulars import organisation_of
from notifications.kinds import KINDS
from notifications.paper import Paper

NAMED = 3  # more items than these are counted
as_files = click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help=t(
        "โฟลเดอร์สำหรับ PDF แต่ละฉบับ ไฟล์รวม และบัญชีรายชื่อ (ไม่รวมฉบับที่ยกเลิก)",
        "A folder for each PDF, one file for printing and a mailing list; void letters left out",
    ),
)
in_duplex = click.option(
    "--duplex",
    is_flag=True,
    help=t("ไฟล์รวมสำหรับพิมพ์สองหน้า", "Each letter of the one file begins a sheet of its own"),
)


@click.command(
    "find",
    help=t(
        "ค้นหนังสือที่ออกแล้ว ตามผู้รับ รายการ การประชุม หรือชนิด ทุกปีและทุกทะเบียน หรือเขียนไฟล์อีกครั้ง",
        "Find issued letters of all years and senders: who got one, what it tells. Or their files.",
    ),
)
@click.option(
    "--to", default="", metavar="ORG", help=t("ผู้รับ หรือผู้รับสำเนา", "Who got it, or a copy of it")
)
@click.option(
    "--item",
    default="",
    metavar="REF",
    callback=as_item,
    help=t("รายการ", "An item that it tells of"),
)
@click.option("--meeting", default="", metavar="REF", help=t("การประชุม", "The meeting"))
@click.option("--kind", default="", help=t("ชนิดหนังสือ", "The kind of letter"))
@of_year(t("ปีปฏิทิน พ.ศ. (ปกติทุกปี)", "The calendar year, Buddhist Era (default: any)"))
@as_files
@in_duplex
@with_door
def found(
    door: Door, *, to: str, item: str, meeting: str, kind: str, year: int | None,
    output: Path | None, duplex: bool,
) -> None:  # fmt: skip
    if kind:
        known_kind(kind)
    if output:
        ready(output)
    with door.office.database.read() as transaction:
        require_known(transaction, item, meeting)
        if to:
            organisation_of(transaction, to)
        rows = [
            _facts(row) for row in issued(transaction, Wanted(to, item, meeting, kind, year or 0))
        ]
        refs = [row["ref"] for row in rows if row["status"] == ISSUED]
        files = put(transaction, refs, output, door.now, duplex=duplex) if output else []
    screen = door.screen
    if screen.json:
        screen.data({"letters": rows, "files": list(map(str, files))})
        return
    if not rows:
        screen.say("ไม่พบหนังสือที่ออกแล้ว", "No such letter was issued")
        return
    screen.table(
        [
            Column("เลขที่", "Number", shrink=False),
            Column("ลงวันที่", "Of", shrink=False),
            Column("ถึง", "To"),
            Column("หนังสือ", "Letter"),
            Column("รายการ", "Items"),
            Column("ผู้ลงนาม", "Signed by"),
            Column("การส่ง", "Sending"),
        ],
        [
            (f"{row['printed']}\n{row['ref']}", screen.day(row["dated"]),
             to_whom(screen, row["recipient"]),
             KINDS[row["kind"]].title.text(screen.lang), items_of(screen, row["items"]),
             row["signed_by"], _sending(screen, row))
            for row in rows
        ],
    )  # fmt: skip
    for file in files:
        screen.say(f"เขียน {file}", f"Wrote {file}")


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    """Of its words only who signed: anumat letter show has the others."""
    paper = row.pop("paper")
    return row | {"signed_by": Paper.of_plain(paper).signature.name}


def to_whom(screen: Screen, recipient: str) -> str:
    """A circular goes to many."""
    return recipient or screen.pick("ทุกหน่วยงานที่เกี่ยวข้อง", "all whom it concerns")


def items_of(screen: Screen, refs: list[str]) -> str:
    if len(refs) <= NAMED:
        return ", ".join(refs) or "—"
    return screen.pick(f"{refs[0]} … ({len(refs)} รายการ)", f"{refs[0]} … ({len(refs)} items)")


def _sending(screen: Screen, row: dict[str, Any]) -> str:
    if row["status"] != ISSUED:
        return f"{words.letter_status(screen, row['status'])}: {row['reason']}"
    counts = sorted(row["messages"].items())
    return ", ".join(f"{words.message_status(screen, name)} {number}" for name, number in counts)
