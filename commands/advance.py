"""anumat advance."""

from typing import Any

import click

from commands import words
from commands.door import DAY, Door, as_person, with_door, with_key
from commands.group import t
from engine.advance import advance
from engine.case import Given

COMMENT = click.option(
    "--comment", default="", help=t("เหตุผลหรือข้อความ", "The reason, or the words")
)
MEETING = click.option(
    "--meeting", default="", metavar="REF", help=t("การประชุมที่มีมติ", "The meeting that decided")
)
DECIDED_ON = click.option(
    "--decided-on",
    type=DAY,
    default="",
    help=t("วันที่มีมติ (ปกติวันประชุม)", "The day of the decision (default: the meeting's)"),
)
LETTER_NUMBER = click.option(
    "--letter-number",
    default="",
    help=t("เลขที่หนังสือที่ส่งเป็นกระดาษ", "Number of a letter that went on paper"),
)
LETTER_DATE = click.option("--letter-date", type=DAY, default="", help=t("วันที่ของหนังสือ", "Its date"))


def says(function: Any) -> Any:
    """The options with which a step says what it needs to say."""
    for option in (LETTER_DATE, LETTER_NUMBER, DECIDED_ON, MEETING, COMMENT):
        function = option(function)
    return function


@click.command(
    "advance",
    help=t(
        "ดำเนินการหนึ่งขั้น เช่น anumat advance IND-2564-0001 submit --as somying "
        "(ดูสิ่งที่ทำได้ด้วย anumat show REF)",
        "Take one step, as in: anumat advance IND-2564-0001 submit --as somying "
        "(anumat show REF says what is possible)",
    ),
)
@click.argument("ref")
@click.argument("trigger")
@as_person
@says
@with_key
@with_door
def command(
    door: Door,
    ref: str,
    trigger: str,
    person: str,
    comment: str,
    meeting: str,
    decided_on: str,
    letter_number: str,
    letter_date: str,
    key: str | None,
) -> None:
    given = Given(comment, meeting, decided_on or "", letter_number, letter_date or "")
    answer = advance(door.office, door.asking(person, key), ref, trigger, given)
    screen = door.screen
    if screen.json:
        screen.data(answer)
        return
    said = words.outcome(screen, answer["outcome"])
    tail = f" ({said}, {screen.day(answer['decided_on'])})" if said else ""
    if answer["from"] == answer["to"]:
        screen.say(f"{ref}: {trigger}{tail}", f"{ref}: {trigger}{tail}")
    else:
        screen.say(
            f"{ref}: {trigger} → {answer['to']}{tail}", f"{ref}: {trigger} → {answer['to']}{tail}"
        )
