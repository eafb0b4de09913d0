"""anumat letter issue: numbers, files, and a place in the outbox, for one letter or for a batch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from commands.correspondence import (
    about,
    composed,
    composer_of,
    dated_on,
    from_sender,
    look_of,
    of_kind,
    ready,
)
from commands.door import Door, as_person, with_door, with_key
from commands.group import t
from commands.letter_batch import Batch, Outcome
from commands.letter_files import put
from commands.sending import with_settings
from commands.terminal import Column, Screen
from engine import numbers
from notifications.composing import Composed


@click.command(
    "issue",
    help=t(
        "ออกหนังสือ: ลงทะเบียนเลข ทำไฟล์ และเข้าคิวส่ง ทีละฉบับหรือทั้งการประชุม",
        "Issue a letter, or all of a meeting: number, file, and a place in the outbox.",
    ),
)
@about
@of_kind
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help=t(
        "โฟลเดอร์สำหรับ PDF แต่ละฉบับ ไฟล์รวม และบัญชีรายชื่อ",
        "A folder for each PDF, and of a batch one file for printing and a mailing list",
    ),
)
@click.option(
    "--duplex",
    is_flag=True,
    help=t("ไฟล์รวมสำหรับพิมพ์สองหน้า", "Each letter of the one file begins a sheet of its own"),
)
@from_sender
@dated_on
@as_person
@with_key
@with_settings
@with_door
def issued(
    door: Door, ref: str, kind: str, *, output: Path | None, duplex: bool, sender: str | None,
    dated: str | None, person: str, key: str | None, settings_file: Path | None,
) -> None:  # fmt: skip
    composer = composer_of(door, sender, dated, look_of(door.url, settings_file))
    if output:
        ready(output)  # before a number is taken

    def compose() -> list[Composed]:
        with door.office.database.read() as transaction:
            return composed(transaction, composer, ref, kind)

    batch = Batch(door, person, key, ["letters", ref, kind, sender or "", dated or ""])
    outcomes = batch.begun(compose)
    with progress(door.screen, batch.left) as letters:
        outcomes += [batch.one(letter) for letter in letters]
    refs = [outcome.answer["ref"] for outcome in outcomes if outcome.answer]
    files: list[str] = []
    with door.office.database.read() as transaction:
        status = {ref: numbers.letter(transaction, ref)["status"] for ref in refs}
        void = [ref for ref in refs if status[ref] == numbers.VOID]
        if output:  # a letter that was taken back is not printed again
            kept = [ref for ref in refs if ref not in void]
            files = list(map(str, put(transaction, kept, output, door.now, duplex=duplex)))
    _tell(door.screen, outcomes, files, void)
    if any(outcome.answer is None for outcome in outcomes):
        raise click.exceptions.Exit(1)


@contextmanager
def progress(screen: Screen, found: Sequence[Composed]) -> Iterator[Iterator[Composed]]:
    """A bar where somebody watches more than a few."""
    hidden = screen.json or not screen.colour or len(found) < 3
    label = screen.pick("ออกหนังสือ", "issuing")
    with click.progressbar(found, label=label, hidden=hidden) as bar:
        yield iter(bar)


def _tell(
    screen: Screen, outcomes: Sequence[Outcome], files: Sequence[str], void: Sequence[str]
) -> None:
    done = [outcome.answer for outcome in outcomes if outcome.answer]
    if screen.json:
        refused = [
            {"to": each.recipient, "reasons": [asdict(r) for r in each.reasons]}
            for each in outcomes
            if each.answer is None
        ]
        screen.data({"issued": done, "refused": refused, "files": list(files)})
        return
    if done:
        screen.table(
            [
                Column("เลขที่", "Number", shrink=False),
                Column("ลงวันที่", "Of", shrink=False),
                Column("ถึง", "To"),
                Column("รหัส", "Reference", shrink=False),
            ],
            [
                (each["printed"], screen.day(each["dated"]), _to(screen, each["recipient"]),
                 each["ref"])
                for each in done
            ],
        )  # fmt: skip
    for outcome in outcomes:
        to = _to(screen, outcome.recipient)
        for reason in outcome.reasons:
            screen.say(f"ไม่ได้ออกถึง {to}: {reason.th}", f"Not issued to {to}: {reason.en}")
    for ref in void:  # since the key was used first
        screen.say(
            f"{ref} ยกเลิกไปแล้ว ถ้าต้องออกใหม่ ใช้คำสั่งนี้โดยไม่ใช้ --key เดิม",
            f"{ref} is void since. To issue it anew, leave this --key out",
        )
    for name in files:
        screen.say(f"เขียน {name}", f"Wrote {name}")


def _to(screen: Screen, recipient: str) -> str:
    """A circular goes to many."""
    return recipient or screen.pick("ทุกหน่วยงานที่เกี่ยวข้อง", "all whom it concerns")
