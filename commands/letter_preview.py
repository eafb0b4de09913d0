"""anumat letter preview: the letter as it would be issued now, without taking a number."""

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
    written,
)
from commands.door import Door, with_door
from commands.group import t
from commands.sending import with_settings
from notifications.composing import Composed, in_print
from notifications.plaintext import as_text


@click.command(
    "preview",
    help=t(
        "ดูร่างหนังสือก่อนออกเลข เป็นข้อความ PDF หรือ Word",
        "See a letter before it is issued: as text, PDF or Word.",
    ),
)
@about
@of_kind
@click.option(
    "--text", "as_words", is_flag=True, help=t("แสดงข้อความ (ปกติ)", "Print it (the default)")
)
@click.option("--pdf", type=click.Path(path_type=Path), help=t("เขียนไฟล์ PDF", "Write a PDF"))
@click.option(
    "--docx", type=click.Path(path_type=Path), help=t("เขียนไฟล์ Word", "Write a Word file")
)
@from_sender
@dated_on
@with_settings
@with_door
def previewed(
    door: Door, ref: str, kind: str, *, as_words: bool, pdf: Path | None, docx: Path | None,
    sender: str | None, dated: str | None, settings_file: Path | None,
) -> None:  # fmt: skip
    look = look_of(door.url, settings_file)
    composer = composer_of(door, sender, dated, look)
    with door.office.database.read() as transaction:
        found = composed(transaction, composer, ref, kind)
    for place, letter in enumerate(found):
        paper = letter.paper(None)
        if pdf:
            path = _numbered(pdf, place, found)
            written(path.parent, path.name, in_print(paper, door.now, look))
        if docx:
            from notifications.docx import edited

            path = _numbered(docx, place, found)
            written(path.parent, path.name, edited(paper, made_at=door.now))
        if as_words or not (pdf or docx or door.screen.json):
            text = as_text(paper)
            door.screen.say(text, text)
    if door.screen.json:
        door.screen.data({"letters": [_facts(each) for each in found]})
    elif pdf or docx:
        number = len(found)
        door.screen.say(f"เขียนแล้ว {number} ฉบับ", f"Wrote {number}")


def _numbered(path: Path, place: int, found: list[Composed]) -> Path:
    """Several letters are several files: letter.pdf, letter-TH-50.pdf, …"""
    if len(found) == 1:
        return path
    recipient = found[place].draft.recipient or str(place + 1)
    return path.with_name(f"{path.stem}-{recipient}{path.suffix}")


def _facts(letter: Composed) -> dict[str, object]:
    draft = letter.draft
    return {
        "kind": draft.kind,
        "to": list(draft.to),
        "copies": list(draft.copies),
        "items": [ref for ref, _ in draft.owed],
        "facts": dict(draft.facts),
        "paper": letter.paper(None).plain(),
    }
