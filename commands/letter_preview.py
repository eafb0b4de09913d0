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
    named_apart,
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
    files: list[Path] = []
    if pdf:
        for path, letter in zip(named_apart(pdf, found), found, strict=True):
            body = in_print(letter.paper(None), door.now, look)
            files.append(written(path.parent, path.name, body))
    if docx:
        from notifications.docx import edited

        for path, letter in zip(named_apart(docx, found), found, strict=True):
            body = edited(letter.paper(None), made_at=door.now)
            files.append(written(path.parent, path.name, body))
    if door.screen.json:
        written_to = list(map(str, files))
        door.screen.data({"letters": [_facts(each) for each in found], "files": written_to})
        return
    for letter in found if as_words or not files else ():
        door.screen.letter(as_text(letter.paper(None)))
    for file in files:
        door.screen.say(f"เขียน {file}", f"Wrote {file}")


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
