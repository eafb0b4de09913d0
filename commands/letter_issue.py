"""anumat letter issue: numbers, files, and a place in the outbox, for one letter or for a batch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from commands.correspondence import (
    about,
    composed,
    composer_of,
    dated_on,
    from_sender,
    look_of,
    of_kind,
)
from commands.door import Door, as_person, with_door, with_key
from commands.group import t
from commands.letter_files import put
from commands.sending import with_settings
from commands.terminal import Column, Screen
from engine.errors import AnumatError, Reason
from engine.letters import issue
from notifications.composing import Composed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one letter of a batch: the answer, or the reasons against it."""

    letter: Composed
    answer: dict[str, Any] | None = None
    reasons: tuple[Reason, ...] = ()


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
    with door.office.database.read() as transaction:
        found = composed(transaction, composer, ref, kind)
    outcomes = []
    with progress(door.screen, found) as letters:
        for letter in letters:
            of_this = f"{key}/{letter.draft.recipient}" if key and len(found) > 1 else key
            outcomes.append(_one(door, letter, person, of_this))
    refs = [outcome.answer["ref"] for outcome in outcomes if outcome.answer]
    files: list[str] = []
    if output:
        with door.office.database.read() as transaction:
            files = list(map(str, put(transaction, refs, output, door.now, duplex=duplex)))
    _tell(door.screen, outcomes, files)
    if any(outcome.answer is None for outcome in outcomes):
        raise click.exceptions.Exit(1)


def _one(door: Door, letter: Composed, person: str, key: str | None) -> Outcome:
    """Each letter is a transaction of its own: one that is refused keeps no other back."""
    now = door.now
    try:
        answer = issue(
            door.office, door.asking(person, key), letter.draft, lambda n: letter.made(n, now)
        )
    except AnumatError as error:
        return Outcome(letter, reasons=error.reasons)
    return Outcome(letter, answer)


@contextmanager
def progress(screen: Screen, found: Sequence[Composed]) -> Iterator[Iterator[Composed]]:
    """A bar where somebody watches more than a few."""
    hidden = screen.json or not screen.colour or len(found) < 3
    label = screen.pick("ออกหนังสือ", "issuing")
    with click.progressbar(found, label=label, hidden=hidden) as bar:
        yield iter(bar)


def _tell(screen: Screen, outcomes: Sequence[Outcome], files: Sequence[str]) -> None:
    done = [outcome.answer for outcome in outcomes if outcome.answer]
    if screen.json:
        refused = [
            {"to": each.letter.draft.recipient, "reasons": [asdict(r) for r in each.reasons]}
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
                (each["printed"], screen.day(each["dated"]), each["recipient"] or "ว", each["ref"])
                for each in done
            ],
        )
    for each in outcomes:
        for reason in each.reasons:
            to = each.letter.draft.recipient or "ว"
            screen.say(f"ไม่ได้ออก {to}: {reason.th}", f"Not issued to {to}: {reason.en}")
    for name in files:
        screen.say(f"เขียน {name}", f"Wrote {name}")
