"""What the commands about letters share: what a reference means, who sends, and the look."""

import difflib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import click

from commands.door import DAY, Door, item_named
from commands.group import t
from commands.sending import settings_of
from engine import load
from engine.database import Transaction
from engine.errors import AnumatError, wrong
from engine.occasion import Wanted, not_owed, occasions
from engine.office import Office
from engine.particulars import cycle_of
from notifications.composing import Composed, Composer, Look
from notifications.kinds import KINDS

about = click.argument(
    "ref",
    help=t(
        "รายการ การประชุม หรือรอบ ที่หนังสือกล่าวถึง",
        "What the letter is about: an item, a meeting, or a cycle",
    ),
)
of_kind = click.argument(
    "kind",
    required=False,
    default="",
    help=t("ชนิดหนังสือ (ไม่ระบุได้ถ้าค้างอยู่ชนิดเดียว)", "The kind of letter, where several are owed"),
)
from_sender = click.option(
    "--from",
    "sender",
    metavar="ORG",
    help=t("หน่วยงานผู้ออกหนังสือ", "The organisation that sends it"),
)
dated_on = click.option(
    "--date", "dated", type=DAY, help=t("ลงวันที่ (ปกติวันนี้)", "The letter's day (default: today)")
)


def known_kind(name: str) -> str:
    """Raises WrongUse for a kind that is none, with the nearest that is."""
    if name in KINDS:
        return name
    near, listed = "".join(difflib.get_close_matches(name, KINDS, n=1)), ", ".join(KINDS)
    raise wrong(
        "kind",
        f"ไม่มีหนังสือชนิด “{name}” {f'หมายถึง {near} หรือไม่ ' if near else ''}มี: {listed}",
        f"there is no kind of letter “{name}”.{f' Did you mean {near}?' if near else ''} "
        f"There are: {listed}",
    )


def require_known(transaction: Transaction, item: str, meeting: str) -> None:
    """Raises WrongUse for what does not exist: “no letter” would be taken for an answer."""
    if item:
        load.one(transaction, item)
    if meeting:
        load.sitting(transaction, meeting)


def look_of(url: str, settings_file: Path | None) -> Look:
    """The office's own wording, fonts and emblem, where its settings name them."""
    letters = settings_of(url, settings_file).letters
    return Look(letters.templates, letters.fonts, letters.emblem)


def composer_of(door: Door, sender: str | None, dated: str | None, look: Look) -> Composer:
    day = date.fromisoformat(dated or door.today)
    return Composer(door.office, sender, day, look)


def composed(transaction: Transaction, composer: Composer, ref: str, kind: str) -> list[Composed]:
    """The letters that are meant: those owed by an item, decided by a meeting, or of a cycle; or
    the one about a meeting or a cycle. Raises WrongUse where there is none."""
    office = composer.office
    if kind and KINDS[known_kind(kind)].scope == "meeting":
        return [composer.of_meeting(transaction, kind, ref)]
    wanted = _wanted(transaction, office, ref, kind)
    if kind and KINDS[kind].scope == "cycle" and wanted.cycle:
        return [composer.of_cycle(transaction, kind, ref)]
    found = occasions(transaction, office, wanted)
    if not found:
        raise _nameless(wanted, ref) or not_owed(transaction, office, wanted, ref)
    kinds = sorted({each.kind for each in found})
    if len(kinds) > 1:
        listed = ", ".join(kinds)
        raise wrong(
            "kind",
            f"{ref} มีหนังสือค้างหลายชนิด ระบุชนิด: {listed}",
            f"letters of several kinds are owed of {ref}; name one: {listed}",
        )
    if KINDS[kinds[0]].scope == "cycle":  # a circular says the same to all who take part
        cycles = sorted({each.cycle for each in found})
        return [composer.of_cycle(transaction, kinds[0], cycle) for cycle in cycles]
    return [composer.of_steps(transaction, each) for each in found]


def _nameless(wanted: Wanted, ref: str) -> Exception | None:
    """Of a cycle or a meeting a letter can be written that nobody owes, if its kind is named."""
    scope = "cycle" if wanted.cycle else "meeting" if wanted.occasion else ""
    if wanted.kind or not scope:
        return None
    listed = ", ".join(name for name, it in KINDS.items() if it.scope == scope)
    return wrong(
        "letter",
        f"ไม่มีหนังสือที่ต้องออกของ {ref} ที่ออกแล้วดูด้วย anumat letter find ถ้าต้องการฉบับอื่น ระบุชนิด: {listed}",
        f"no letter of {ref} is to be issued. Those that were: anumat letter find. "
        f"For another one name its kind: {listed}",
    )


def _wanted(transaction: Transaction, office: Office, ref: str, kind: str) -> Wanted:
    """What a reference is: an item, a meeting, or a cycle."""
    item = item_named(ref)
    tries: tuple[tuple[str, str, Callable[[], Any]], ...] = (
        ("item", item, lambda: load.one(transaction, item)),
        ("occasion", ref, lambda: load.sitting(transaction, ref)),
        ("cycle", ref, lambda: cycle_of(transaction, office, ref)),
    )
    for name, named, look in tries:
        try:
            look()
        except AnumatError:
            continue
        return Wanted(kind=kind, **{name: named})
    raise wrong(
        "ref",
        f"ไม่พบรายการ การประชุม หรือรอบ “{ref}”",
        f"there is no item, meeting or cycle “{ref}”",
    )


def named_apart(path: Path, letters: Sequence[Composed]) -> list[Path]:
    """Several letters are several files: letter-TH-50.pdf, and letter-TH-50-2.pdf where one of them
    gets two."""
    if len(letters) == 1:
        return [path]
    paths: list[Path] = []
    for place, letter in enumerate(letters, 1):
        mine = path.with_name(f"{path.stem}-{letter.draft.recipient or place}{path.suffix}")
        again = path.with_name(f"{mine.stem}-{place}{path.suffix}")
        paths.append(again if mine in paths else mine)
    return paths


def ready(folder: Path) -> None:
    """Make a folder for files. Raises WrongUse where nothing can be written to it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise _unwritable(folder, error) from None


def written(folder: Path, name: str, body: bytes) -> Path:
    """Put a file into a folder, which is made; the file is there whole or not at all. Raises
    WrongUse where it cannot be written."""
    path, part = folder / name, folder / f".anumat-{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():  # such as /dev/stdout
            path.write_bytes(body)
        else:
            part.write_bytes(body)
            part.replace(path.resolve())
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise _unwritable(path, error) from None
    return path


def _unwritable(path: Path, error: OSError) -> Exception:
    return wrong(
        "output", f"เขียน {path} ไม่ได้: {error.strerror}", f"cannot write {path}: {error.strerror}"
    )
