"""anumat advance."""

from typing import Any

import click

from commands import words
from commands.door import DAY, Door, as_person, item_ref, with_door, with_key
from commands.group import t
from commands.terminal import Screen
from engine import load
from engine.advance import advance
from engine.case import Given
from engine.definition import Workflow

COMMENT = click.option(
    "--comment", default="", help=t("เหตุผลหรือข้อความ", "The reason, or the words")
)
MEETING = click.option(
    "--meeting", default="", metavar="REF", help=t("การประชุมที่มีมติ", "The meeting that decided")
)
DECIDED_ON = click.option(
    "--decided-on",
    type=DAY,
    help=t("วันที่มีมติ (ปกติวันประชุม)", "The day of the decision (default: the meeting's)"),
)
LETTER_NUMBER = click.option(
    "--letter-number",
    default="",
    help=t("เลขที่หนังสือที่ส่งเป็นกระดาษ", "Number of a letter that went on paper"),
)
LETTER_DATE = click.option("--letter-date", type=DAY, help=t("วันที่ของหนังสือ", "Its date"))


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
@item_ref
@click.argument("trigger", help=t("คำสั่ง เช่น submit, endorse", "The step, as submit, endorse"))
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
    decided_on: str | None,
    letter_number: str,
    letter_date: str | None,
    key: str | None,
) -> None:
    given = Given(comment, meeting, decided_on or "", letter_number, letter_date or "")
    office = door.office
    answer = advance(office, door.asking(person, key), ref, trigger, given)
    screen = door.screen
    if screen.json:
        screen.data(answer)
        return
    with office.database.read() as transaction:
        item = load.one(transaction, ref).item
        workflow = office.definitions.get(transaction, item.workflow, item.definition).workflow
    _print(screen, answer, workflow)


def _print(screen: Screen, answer: dict[str, Any], workflow: Workflow) -> None:
    """What was done, where the item is now, and on whom it waits there."""
    source, target = (workflow.states[answer[name]] for name in ("from", "to"))
    step = next(t.title for t in workflow.leaving(answer["from"]) if t.trigger == answer["trigger"])
    line = f"{answer['ref']}: {step.text(screen.lang)}"
    if said := words.outcome(screen, answer["outcome"]):
        line += f" ({said}, {screen.day(answer['decided_on'])})"
    if source is not target:
        line += f" · {source.title.text(screen.lang)} → {target.title.text(screen.lang)}"
    screen.say(line, line)
    if target.holder:
        title = workflow.roles[target.holder]
        screen.say(f"รอ: {title.th}", f"Waits on: {title.en}")
