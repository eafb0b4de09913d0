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
from commands.letter_find import in_duplex, to_whom
from commands.sending import with_settings
from commands.terminal import Column, Screen
from engine import numbers
from engine.claims import WAITING
from engine.errors import AnumatError, Reason
from engine.outbox import Wanted, listed
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
@in_duplex
@click.option(
    "--again",
    is_flag=True,
    help=t(
        "ออกอีกฉบับ แม้หนังสือชนิดนี้ของรอบหรือการประชุมออกไปแล้ว",
        "Another one, although the cycle or meeting has had a letter of this kind",
    ),
)
@from_sender
@dated_on
@as_person
@with_key
@with_settings
@with_door
def issued(
    door: Door, ref: str, kind: str, *, output: Path | None, duplex: bool, again: bool,
    sender: str | None, dated: str | None, person: str, key: str | None, settings_file: Path | None,
) -> None:  # fmt: skip
    composer = composer_of(door, sender, dated, look_of(door.url, settings_file))
    if output:
        ready(output)  # before a number is taken

    def compose() -> list[Composed]:
        with door.office.database.read() as transaction:
            return composed(transaction, composer, ref, kind)

    batch = Batch(door, person, key, ["letters", ref, kind, sender or "", dated or ""], again)
    outcomes = batch.begun(compose)
    try:
        with progress(door.screen, batch.left) as letters:
            for letter in letters:
                outcomes.append(batch.one(letter))
    except BaseException:  # whoever stops it must know what was issued
        if not door.screen.json:
            _tell(door.screen, outcomes)
            _tell_how_to_go_on(door.screen, len(batch.left))
        raise
    refs = [outcome.answer["ref"] for outcome in outcomes if outcome.answer]
    void = _void_among(door, refs)
    if not door.screen.json:  # before the files, for those may take a while, or fail
        _tell(door.screen, outcomes)
        _tell_what_is_void(door.screen, void)
        _tell_who_has_no_address(door, refs)
    kept = [ref for ref in refs if ref not in void]
    files, unwritten = _files(door, kept, output, duplex=duplex)
    if door.screen.json:
        door.screen.data(_facts(outcomes, files, unwritten) | {"void": void})
    else:
        _tell_what_is_written(door.screen, files, unwritten)
    if unwritten or any(outcome.answer is None for outcome in outcomes):
        raise click.exceptions.Exit(1)


def _void_among(door: Door, refs: Sequence[str]) -> list[str]:
    """What was taken back since the key was used first is not printed again."""
    with door.office.database.read() as transaction:
        status = {ref: numbers.letter(transaction, ref)["status"] for ref in refs}
    return [ref for ref in refs if status[ref] == numbers.VOID]


def _files(
    door: Door, refs: Sequence[str], output: Path | None, *, duplex: bool
) -> tuple[list[str], Sequence[Reason]]:
    """The files that were written, or why none could be: the letters are issued all the same."""
    if output is None:
        return [], ()
    try:
        with door.office.database.read() as transaction:
            paths = put(transaction, refs, output, door.now, duplex=duplex)
    except AnumatError as error:
        return [], error.reasons
    return list(map(str, paths)), ()


@contextmanager
def progress(screen: Screen, found: Sequence[Composed]) -> Iterator[Iterator[Composed]]:
    """A bar where somebody watches more than a few."""
    hidden = screen.json or not screen.terminal or len(found) < 3
    label = screen.pick("ออกหนังสือ", "issuing")
    with click.progressbar(found, label=label, hidden=hidden) as bar:
        yield iter(bar)


def _facts(
    outcomes: Sequence[Outcome], files: Sequence[str], unwritten: Sequence[Reason]
) -> dict[str, object]:
    return {
        "issued": [outcome.answer for outcome in outcomes if outcome.answer],
        "refused": [
            {"to": each.recipient, "reasons": [asdict(r) for r in each.reasons]}
            for each in outcomes
            if each.answer is None
        ],
        "files": list(files),
        "unwritten": [asdict(reason) for reason in unwritten],
    }


def _tell(screen: Screen, outcomes: Sequence[Outcome]) -> None:
    done = [outcome.answer for outcome in outcomes if outcome.answer]
    if done:
        screen.table(
            [
                Column("เลขที่", "Number", shrink=False),
                Column("ลงวันที่", "Of", shrink=False),
                Column("ถึง", "To"),
                Column("รหัส", "Reference", shrink=False),
            ],
            [
                (each["printed"], screen.day(each["dated"]), to_whom(screen, each["recipient"]),
                 each["ref"])
                for each in done
            ],
        )  # fmt: skip
    against: dict[Reason, list[str]] = {}  # what is wrong with all letters is said once
    for outcome in outcomes:
        for reason in outcome.reasons:
            against.setdefault(reason, []).append(to_whom(screen, outcome.recipient))
    for reason, recipients in against.items():
        to = ", ".join(recipients)
        screen.say(f"ไม่ได้ออกถึง {to}: {reason.th}", f"Not issued to {to}: {reason.en}")


def _tell_what_is_void(screen: Screen, void: Sequence[str]) -> None:
    for ref in void:
        screen.say(
            f"{ref} ยกเลิกไปแล้ว ถ้าต้องออกใหม่ ใช้คำสั่งนี้โดยไม่ใช้ --key เดิม",
            f"{ref} is void since. To issue it anew, leave this --key out",
        )


def _tell_who_has_no_address(door: Door, refs: Sequence[str]) -> None:
    """It can still be mended: the address is looked up when the message leaves."""
    with door.office.database.read() as transaction:
        messages = [m for ref in refs for m in listed(transaction, Wanted(letter=ref))]
    waiting = [m for m in messages if m["status"] == WAITING]
    nowhere = ", ".join(sorted({m["recipient"] for m in waiting if not m["email"]}))
    if nowhere:
        door.screen.say(
            f"ยังไม่มีอีเมลของ {nowhere} กำหนดก่อนส่งด้วย anumat correspondent set",
            f"No e-mail address of {nowhere}. Enter it before they are sent: "
            "anumat correspondent set",
        )


def _tell_how_to_go_on(screen: Screen, meant: int) -> None:
    screen.say(
        f"หยุดก่อนครบ {meant} ฉบับ ที่ออกแล้วไม่ต้องออกซ้ำ พิมพ์คำสั่งเดิมเพื่อออกฉบับที่เหลือ "
        "ไฟล์ของทั้งหมด: anumat letter find --output",
        f"Stopped before all {meant} were issued. What is above stays issued: the same command "
        "issues the rest. For the files of all: anumat letter find --output",
    )


def _tell_what_is_written(
    screen: Screen, files: Sequence[str], unwritten: Sequence[Reason]
) -> None:
    for name in files:
        screen.say(f"เขียน {name}", f"Wrote {name}")
    if unwritten:
        screen.refuse(AnumatError(*unwritten))
        screen.say(
            "หนังสือออกเลขแล้ว ยังไม่มีไฟล์ครบ เขียนไฟล์ใหม่ด้วย: anumat letter find --output",
            "The letters are issued, but not all files are written. To write them: "
            "anumat letter find --output",
        )
