"""anumat audit …"""

import csv
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TextIO

import click

from commands import words
from commands.door import DAY, Door, with_door
from commands.group import t
from commands.terminal import Column, Screen
from engine.audit import Broken, Checked, verify
from engine.canonical import plain
from engine.database import Transaction
from engine.definition import Outcome
from engine.errors import wrong
from engine.past import events
from engine.queries import Who, decisions

CSV_COLUMNS = (
    "stream",
    "seq",
    "kind",
    "recorded_at",
    "recorded_by",
    "person",
    "trigger",
    "outcome",
    "decided_on",
    "meeting",
    "organisation",
    "revision",
    "digest",
    "hash",
)


@click.group(
    "audit",
    help=t(
        "ใครเห็นชอบอะไร เมื่อใด โดยเห็นเนื้อหาใด และตรวจสอบว่าไม่มีใครแก้ไข",
        "Who approved what, when, having seen what; and whether anybody changed the answer.",
    ),
)
def command() -> None:
    """The help says it."""


@command.command(
    "who",
    help=t(
        "ใครมีมติอะไร เช่น anumat audit who --organisation OPS-MOI --outcome approved --from 2563-10-01",
        "Who decided what, as in: anumat audit who --organisation OPS-MOI --outcome approved --from 2563-10-01",
    ),
)
@click.argument("item", required=False, default="")
@click.option("--person", default="", metavar="PERSON", help=t("บุคคล", "By this person"))
@click.option("--body", default="", metavar="CODE", help=t("คณะที่มีมติ", "By this body"))
@click.option(
    "--organisation",
    default="",
    metavar="CODE",
    help=t("ของหน่วยงานนี้และในสังกัด", "For this organisation and those below"),
)
@click.option("--workflow", default="", metavar="NAME", help=t("ขั้นตอนงาน", "In this workflow"))
@click.option("--trigger", default="", help=t("คำสั่ง", "By this trigger"))
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=click.Choice([o.value for o in Outcome]),
    help=t("มติ", "With this outcome"),
)
@click.option("--from", "since", type=DAY, help=t("บันทึกตั้งแต่วันที่", "Recorded from this day"))
@click.option("--until", type=DAY, help=t("บันทึกถึงวันที่ รวมวันนั้น", "Recorded until this day, included"))
@click.option(
    "--most",
    type=click.IntRange(1, 1_000_000),
    default=1000,
    show_default=True,
    help=t("จำนวนสูงสุด", "At most so many"),
)
@with_door
def who(
    door: Door,
    item: str,
    person: str,
    body: str,
    organisation: str,
    workflow: str,
    trigger: str,
    outcomes: tuple[str, ...],
    since: str | None,
    until: str | None,
    most: int,
) -> None:
    question = Who(
        person,
        body,
        organisation,
        workflow,
        trigger,
        item,
        outcomes,
        _day(since),
        _day(until),
        most,
    )
    with door.office.database.read() as transaction:
        found = decisions(transaction, question)
    screen = door.screen
    if screen.json:
        screen.data({"decisions": found})
        return
    print_decisions(screen, found)
    screen.say(f"{len(found)} มติ", f"{len(found)} decisions")


def print_decisions(screen: Screen, found: list[dict[str, Any]]) -> None:
    """The who-approved table: what, when, by whom in which post, at which meeting, on what."""
    screen.table(
        [
            Column("มีมติเมื่อ", "Decided", shrink=False),
            Column("มติ", "Decision", style=words.colour_of),
            Column("รายการ", "Item", shrink=False),
            Column("โดย", "By"),
            Column("คณะ / ประธาน", "Body / chair"),
            Column("รุ่น", "Rev.", "right", shrink=False),
            Column("เนื้อหา", "Content", shrink=False),
            Column("บันทึก", "Recorded", shrink=False),
        ],
        [
            (
                screen.day(event["decided_on"]),
                words.outcome(screen, event["outcome"]),
                event["stream"],
                words.with_post(screen, event["actor"]),
                _body(screen, event),
                event["revision"]["number"],
                event["revision"]["digest"][:8],
                f"{screen.moment(event['recorded_at'])}\n{event['recorded_by']}",
            )
            for event in found
        ],
    )


@command.command(
    "verify",
    help=t(
        "ตรวจทุกเหตุการณ์ สาย แฮช คอลัมน์ และแถวปัจจุบัน จบด้วย 0 ถ้าครบถ้วน หรือ 1 พร้อมแถวแรกที่ผิด",
        "Check every event, chain, hash, column and live row; ends with 0, or with 1 and the first broken row.",
    ),
)
@click.option("--all", "everything", is_flag=True, help=t("แสดงทุกแถวที่ผิด", "Show every broken row"))
@with_door
def verified(door: Door, *, everything: bool) -> None:
    checked = Checked()
    with door.office.database.read() as transaction:
        broken = _broken(verify(transaction, checked), everything=everything)
    screen = door.screen
    if screen.json:
        screen.data(
            {
                "sound": not broken,
                "events": checked.events,
                "items": checked.items,
                "broken": broken,
            }
        )
    for row in broken:
        screen.say(f"ผิด: {row.where}: {row.th}", f"BROKEN: {row.where}: {row.en}")
    if broken:
        raise click.exceptions.Exit(1)
    screen.say(
        f"ครบถ้วน: ตรวจ {checked.events:,} เหตุการณ์ {checked.items:,} รายการ ไม่พบการแก้ไข",
        f"Sound: {checked.events:,} events of {checked.items:,} items checked, nothing was changed",
    )


@command.command(
    "export",
    help=t(
        "ส่งออกเหตุการณ์ตามที่บันทึก (JSON ทีละบรรทัด หรือ CSV)",
        "Export the events as they were recorded (JSON lines, or CSV).",
    ),
)
@click.argument("item", required=False, default="")
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help=t("ไฟล์ปลายทาง (ปกติจอภาพ)", "File to write (default: the screen)"),
)
@with_door
def exported(door: Door, item: str, form: str, output: Path | None) -> None:
    door.raw = output is None
    with door.office.database.read() as transaction:
        if output is None:
            number = _export(transaction, item, form, sys.stdout)
        else:
            try:
                with output.open("x", encoding="utf-8", newline="") as file:
                    number = _export(transaction, item, form, file)
            except OSError as error:
                raise wrong(
                    "file",
                    f"เขียนไฟล์ไม่ได้: {output} ({error.strerror})",
                    f"cannot write {output}: {error.strerror}",
                ) from None
            door.screen.say(
                f"ส่งออก {number} เหตุการณ์ไปที่ {output}", f"{number} events exported to {output}"
            )
            if door.screen.json:
                door.screen.data({"events": number, "file": str(output)})


def _export(transaction: Transaction, item: str, form: str, out: TextIO) -> int:
    found = ((bytes(document), bytes(head)) for _, _, document, head in events(transaction, item))
    sheet = csv.writer(out)
    if form == "csv":
        sheet.writerow(CSV_COLUMNS)
    number = 0
    for number, (document, head) in enumerate(found, 1):  # noqa: B007  # it is the count
        if form == "csv":
            sheet.writerow(_csv_row(plain(document), head))
        else:
            # The document goes out byte for byte: whoever hashes it gets the hash beside it.
            out.write(f'{{"hash":"{head.hex()}","document":{document.decode()}}}\n')
    return number


def _csv_row(event: dict[str, Any], head: bytes) -> list[Any]:
    revision, meeting = event.get("revision", {}), event.get("meeting", {})
    organisation, actor = event.get("organisation", {}), event["actor"]
    more = {
        "person": actor.get("person", ""),
        "meeting": meeting.get("ref", ""),
        "organisation": organisation.get("code", ""),
        "revision": revision.get("number", ""),
        "digest": revision.get("digest", ""),
        "hash": head.hex(),
    }
    return [more.get(name, event.get(name, "")) for name in CSV_COLUMNS]


def _broken(found: Iterator[Broken], *, everything: bool) -> list[Broken]:
    if everything:
        return list(found)
    first = next(found, None)
    return [first] if first else []


def _body(screen: Screen, event: dict[str, Any]) -> str:
    meeting = event.get("meeting")
    if not meeting:
        return "—"
    return (
        f"{words.titled(screen, meeting, 'body_')} {meeting['ref']}\n{words.chair(screen, meeting)}"
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
