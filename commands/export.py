"""anumat audit export."""

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click

from commands.door import Door, with_door
from commands.group import t
from engine.canonical import plain
from engine.database import Transaction
from engine.errors import wrong
from engine.past import events

CSV_COLUMNS = (
    "stream", "seq", "kind", "recorded_at", "recorded_by", "person", "trigger", "outcome",
    "decided_on", "meeting", "organisation", "revision", "digest", "hash", "simulated",
)  # fmt: skip


@click.command(
    "export",
    help=t(
        "ส่งออกเหตุการณ์ตามที่บันทึก (JSON ทีละบรรทัด หรือ CSV)",
        "Export the events as they were recorded (JSON lines, or CSV).",
    ),
)
@click.argument(
    "item", required=False, default="", help=t("เฉพาะรายการนี้", "Only the events of this item")
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help=t("รูปแบบไฟล์", "The form of the file"),
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help=t("ไฟล์ปลายทาง (ปกติจอภาพ)", "File to write (default: the screen)"),
)
@with_door
def exported(door: Door, item: str, form: str, output: Path | None) -> None:
    door.raw = output is None
    make = _csv if form == "csv" else _jsonl
    with door.office.database.read() as transaction:
        if item and next(events(transaction, item), None) is None:
            raise wrong("ref", f"ไม่มีเหตุการณ์ของ “{item}”", f"there are no events of “{item}”")
        if output is None:
            _write(make(transaction, item), sys.stdout.buffer)
            return
        lines = _to_file(make(transaction, item), output)
    number = lines - (form == "csv")
    door.screen.say(f"ส่งออก {number} เหตุการณ์ไปที่ {output}", f"{number} events exported to {output}")
    if door.screen.json:
        door.screen.data({"events": number, "file": str(output)})


def _jsonl(transaction: Transaction, item: str) -> Iterator[bytes]:
    """A document goes out byte for byte: whoever hashes it gets the hash beside it."""
    for _, _, document, head in events(transaction, item):
        name = bytes(head).hex().encode()
        yield b'{"hash":"' + name + b'","document":' + bytes(document) + b"}\n"


def _csv(transaction: Transaction, item: str) -> Iterator[bytes]:
    yield _line(CSV_COLUMNS)
    for _, _, document, head in events(transaction, item):
        yield _line(_row(plain(document), bytes(head)))


def _row(event: dict[str, Any], head: bytes) -> list[Any]:
    revision, meeting = event.get("revision", {}), event.get("meeting", {})
    organisation, actor = event.get("organisation", {}), event["actor"]
    more = {
        "person": actor.get("person", ""),
        "meeting": meeting.get("ref", ""),
        "organisation": organisation.get("code", ""),
        "revision": revision.get("number", ""),
        "digest": revision.get("digest", ""),
        "hash": head.hex(),
        "simulated": "yes" if event.get("simulated") else "",
    }
    return [more.get(name, event.get(name, "")) for name in CSV_COLUMNS]


def _line(values: Sequence[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue().encode()


def _write(lines: Iterator[bytes], out: BinaryIO) -> int:
    number = 0
    for line in lines:
        out.write(line)
        number += 1
    out.flush()
    return number


def _to_file(lines: Iterator[bytes], output: Path) -> int:
    """A new file, whole or not at all; how many lines it has."""
    made = False
    try:
        with output.open("xb") as file:
            made = True
            return _write(lines, file)
    except BaseException as error:
        if made:
            output.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise wrong(
                "file",
                f"เขียนไฟล์ไม่ได้: {output} ({error.strerror})",
                f"cannot write {output}: {error.strerror}",
            ) from None
        raise
