"""anumat opine."""

import click

from commands.door import DAY, Door, as_person, where_of, with_door, with_key, with_where
from commands.group import t
from engine.errors import wrong
from engine.load import Where
from engine.opinions import STANCES, Said, opine


@click.command(
    "opine",
    help=t(
        "บันทึกความเห็นของหน่วยงานที่หารือ ต่อหนึ่งรายการหรือทุกคำขอของตัวชี้วัดเดียวกัน "
        "เช่น anumat opine --where code=P01 --organisation MOTS --stance support --as host-mots",
        "Record the opinion of a consulted organisation, on one item or on all requests of an "
        "indicator, as in: anumat opine --where code=P01 --organisation MOTS --stance support "
        "--as host-mots",
    ),
)
@click.argument(
    "ref", required=False, help=t("รายการเดียว (หรือใช้ --where)", "One item (or --where)")
)
@with_where
@click.option(
    "--organisation",
    required=True,
    metavar="CODE",
    help=t("หน่วยงานที่ให้ความเห็น", "Whose opinion it is"),
)
@click.option(
    "--stance",
    type=click.Choice(STANCES),
    required=True,
    help=t("เห็นด้วย ไม่ขัดข้อง หรือไม่เห็นด้วย", "What it thinks of the request"),
)
@click.option("--text", default="", help=t("ความเห็น", "The opinion's words"))
@click.option(
    "--on",
    "given_on",
    type=DAY,
    help=t("วันที่ให้ความเห็น (ปกติวันนี้)", "The day it was given (default: today)"),
)
@as_person
@with_key
@with_door
def command(
    door: Door,
    ref: str | None,
    conditions: tuple[str, ...],
    organisation: str,
    stance: str,
    text: str,
    given_on: str | None,
    person: str,
    key: str | None,
) -> None:
    if bool(ref) == bool(conditions):
        raise wrong("where", "ระบุ REF หรือ --where อย่างใดอย่างหนึ่ง", "give either REF or --where")
    where = Where({"ref": (ref,)}) if ref else where_of(conditions)
    said = Said(organisation, stance, text, given_on or "")
    answer = opine(door.office, door.asking(person, key), where, said)
    if door.screen.json:
        door.screen.data(answer)
    number = len(answer["opinions"])
    door.screen.say(f"บันทึกความเห็นต่อ {number} รายการ", f"The opinion is recorded on {number} items")
