"""What the commands about letters share: what a reference means, who sends, and the look."""

import difflib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from commands.door import DAY, Door
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
    if kind and KINDS[known_kind(kind)].scope == "cycle":
        return [composer.of_cycle(transaction, kind, ref)]
    if kind and KINDS[kind].scope == "meeting":
        return [composer.of_meeting(transaction, kind, ref)]
    found = occasions(transaction, office, _wanted(transaction, office, ref, kind))
    if not found:
        raise not_owed(transaction, office, ref, kind or "…")
    kinds = sorted({each.kind for each in found})
    if len(kinds) > 1:
        listed = ", ".join(kinds)
        raise wrong(
            "kind",
            f"{ref} มีหนังสือค้างหลายชนิด ระบุชนิด: {listed}",
            f"letters of several kinds are owed of {ref}; name one: {listed}",
        )
    return [composer.of_steps(transaction, each) for each in found]


def _wanted(transaction: Transaction, office: Office, ref: str, kind: str) -> Wanted:
    """What a reference is: an item, a meeting, or a cycle."""
    tries: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("item", lambda: load.one(transaction, ref)),
        ("occasion", lambda: load.sitting(transaction, ref)),
        ("cycle", lambda: cycle_of(transaction, office, ref)),
    )
    for name, look in tries:
        try:
            look()
        except AnumatError:
            continue
        return Wanted(kind=kind, **{name: ref})
    raise wrong(
        "ref",
        f"ไม่พบรายการ การประชุม หรือรอบ “{ref}”",
        f"there is no item, meeting or cycle “{ref}”",
    )


def written(folder: Path, name: str, body: bytes) -> Path:
    """Put a file into a folder, which is made. Raises WrongUse where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(body)
    except OSError as error:
        raise wrong(
            "output",
            f"เขียน {folder / name} ไม่ได้: {error.strerror}",
            f"cannot write {folder / name}: {error.strerror}",
        ) from None
    return path
