"""The letters that steps make owed: written, and called off, in the transaction of the step.

What an item owes when it leaves its state is out of date (a return of which it was never told, a
notice of an approval that was objected to), unless the very step says that it went on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from engine.alarms import CANCELLED, LEFT, OWED
from engine.correspondence import LetterOwed
from engine.database import Transaction
from engine.definition import Transition
from engine.ledger import Alarm
from engine.machine import Compiled
from engine.tables import Item, table
from engine.timing import LETTER

ISSUED, ON_PAPER = "issued", "on_paper"

_o, _alarm = table(LetterOwed).c, table(Alarm).c
_OWE = insert(table(LetterOwed))
_CALL_OFF = (
    update(table(LetterOwed))
    .where(_o.item == bindparam("was_item"), _o.status == OWED)
    .values(status=CANCELLED, reason=LEFT)
)
_WENT_ON_PAPER = (
    update(table(LetterOwed))
    .where(_o.item == bindparam("was_item"), _o.kind == bindparam("was_kind"), _o.status == OWED)
    .values(status=ON_PAPER, reason=bindparam("number"))
)
_FORGET = delete(table(Alarm)).where(_alarm.item == bindparam("was_item"), _alarm.kind == LETTER)
_WAKE = (
    update(table(Alarm))
    .where(_alarm.item == bindparam("was_item"), _alarm.kind == LETTER)
    .values(at=bindparam("at"))
)
OWED_NOW = (
    select(
        _o.kind, _o.occasion, _o.organisation, _o.cycle, _o.item, _o.seq, _o.owed_at,
        table(Item).c.workflow, table(Item).c.definition,
    )
    .join_from(table(LetterOwed), table(Item), table(Item).c.ref == _o.item)
    .where(_o.status == OWED)
    .order_by(_o.owed_at, _o.occasion, _o.kind, _o.organisation, _o.item, _o.seq)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letters:
    """What a step means for the letters of its item: the kinds that it makes owed, whether those
    owed until now are out of date, the kind that it says went on paper, and whether the item may
    have waited for this step to be notified of a letter that was sent."""

    kinds: tuple[str, ...]
    leaves: bool
    on_paper: str
    wakes: bool


def of_step(compiled: Compiled, state: str, transition: Transition) -> Letters | None:
    """None where it means nothing for any letter, as for most steps."""
    kinds = tuple(letter.kind for letter in transition.letters)
    moves = transition.to is not None
    waits = bool(compiled.sent_by(state))
    leaves = moves and (waits or state in compiled.owing)
    wakes = waits and not moves
    if not (kinds or leaves or wakes):
        return None
    sent = transition.automatic.letter_sent if transition.automatic else None
    return Letters(kinds, leaves, sent or "", wakes)


def write(transaction: Transaction, steps: Sequence[tuple[dict[str, Any], Letters]]) -> None:
    """`steps` are the documents of events that are being written, with what they mean."""
    for document, letters in steps:
        was = {"was_item": document["stream"]}
        if letters.leaves and letters.on_paper and "letter" in document:
            number = {"was_kind": letters.on_paper, "number": document["letter"]["number"]}
            transaction.run(_WENT_ON_PAPER, was | number)
        if letters.wakes:
            transaction.run(_WAKE, was | {"at": document["recorded_at"]})
    left = [{"was_item": document["stream"]} for document, each in steps if each.leaves]
    transaction.run_many(_CALL_OFF, left)
    transaction.run_many(_FORGET, left)
    transaction.run_many(
        _OWE, [owed(document, kind) for document, each in steps for kind in each.kinds]
    )


def owed(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """The row of a letter that the event of a step has made owed."""
    meeting = document.get("meeting") or {}
    return {
        "item": document["stream"],
        "seq": document["seq"],
        "kind": kind,
        "organisation": document["organisation"]["code"],
        "cycle": document["cycle"],
        "occasion": meeting.get("ref") or document["recorded_at"],
        "owed_at": document["recorded_at"],
        "status": OWED,
        "reason": "",
        "letter": "",
    }
