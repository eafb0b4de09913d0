"""A letter that was really sent takes its items on: `approved → notified` fires by itself.

Sent means that every recipient's message was accepted; copies do not count. The mark and the alarm
are one transaction, the step is another: between the two nothing can be lost. A letter that the
items did not wait for is out of date.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from engine import load
from engine.advance import Wish
from engine.alarms import SENT
from engine.case import Given
from engine.clock import beginning_of, day_of, stamp
from engine.correspondence import Letter, LetterOwed
from engine.database import Transaction
from engine.ledger import Alarm, Message
from engine.numbers import same
from engine.office import Office
from engine.people import CLOCK, Asking
from engine.queries import departure, history
from engine.tables import Item, table
from engine.timing import LETTER
from engine.windows import SPOILT, Fired, take

BATCH = 100
REPLACED = "replaced"  # by another message to the same recipient

_l, _o, _m, _i = (table(model).c for model in (Letter, LetterOwed, Message, Item))
_alarm = table(Alarm).c
_UNSENT = (
    select(func.count())
    .select_from(table(Message).join(table(Letter), _l.ref == _m.letter))
    .where(
        _m.letter == bindparam("letter"),
        _m.is_copy == 0,
        _m.status != SENT,
        _m.status != REPLACED,
    )
)
_TOLD = (
    select(_o.item, _o.seq, _o.kind, _l.printed, _i.workflow, _i.definition)
    .join_from(table(LetterOwed), table(Item), _i.ref == _o.item)
    .join(table(Letter), _l.ref == _o.letter)
    .where(_o.letter == bindparam("letter"))
    .order_by(_o.item)
)
_STEPS = select(_o.item, _o.seq).where(_o.letter == bindparam("letter"))
_RETURNED = delete(table(Alarm)).where(_alarm.kind == LETTER, _alarm.name == bindparam("was_name"))
_FORGET = delete(table(Alarm)).where(
    _alarm.item == bindparam("was_item"),
    _alarm.kind == LETTER,
    _alarm.name == bindparam("was_name"),
)
_SET = insert(table(Alarm))
_DUE = (
    select(_alarm.name, _alarm.step, _alarm.item, _l.printed, _l.dated)
    .join_from(table(Alarm), table(Letter), _l.ref == _alarm.name)
    .where(_alarm.kind == LETTER, _alarm.at <= bindparam("now"))
    .order_by(_alarm.at, _alarm.item, _alarm.name)
    .limit(BATCH)
)
_LATER = (
    update(table(Alarm))
    .where(
        _alarm.item == bindparam("was_item"),
        _alarm.kind == LETTER,
        _alarm.name == bindparam("was_name"),
    )
    .values(at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Told:
    """An item that a letter tells of: the step that the letter takes it on by (empty: it waits for
    none), and the step by which it has gone on meanwhile, if it has."""

    item: str
    printed: str
    trigger: str
    left: Mapping[str, Any] | None

    @property
    def notified(self) -> bool:
        """By this letter; a person may have recorded it, in their own spelling of its number."""
        return bool(self.left and same(self.left.get("letter", {}).get("number", ""), self.printed))


def told(transaction: Transaction, office: Office, letter: str) -> Iterator[Told]:
    """What the letter tells of, and how that stands now."""
    for item, seq, kind, printed, *identity in transaction.rows(_TOLD, {"letter": letter}):
        compiled = office.definitions.get(transaction, *identity)
        events = history(transaction, item)
        trigger = compiled.sent_by(events[seq - 1]["to"]).get(kind, "")
        yield Told(item, printed, trigger, departure(events, seq))


def accepted(transaction: Transaction, office: Office, letter: str, now: datetime) -> None:
    """Call after a message of the letter was marked as sent: with the last one its items go on."""
    if transaction.rows(_UNSENT, {"letter": letter}) != [(0,)]:
        return
    for each in told(transaction, office, letter):
        if each.trigger and each.left is None:
            transaction.run(_FORGET, {"was_item": each.item, "was_name": letter})
            alarm = {"item": each.item, "kind": LETTER, "name": letter, "step": each.trigger}
            transaction.run(_SET, alarm | {"at": stamp(now)})


def returned(transaction: Transaction, letter: str) -> None:
    """Call after a recipient's message came back: items that have not gone on yet wait again."""
    transaction.run(_RETURNED, {"was_name": letter})


def out_of_date(transaction: Transaction, office: Office, letter: str) -> bool:
    """Whether all that waited for the letter has gone on without it: notified by another letter, or
    objected to. A letter that nothing waits for (a question, a return) is never out of date."""
    found = False
    for each in told(transaction, office, letter):
        if not each.trigger or each.left is None or each.notified:
            return False
        found = True
    return found


def arrive(office: Office, typed_by: str, now: datetime) -> Fired:
    """Take the steps of at most a hundred items whose letters were sent, in one transaction. What
    a rule still forbids (the coordinator has not accepted yet) is tried again after the next step
    of the item, and daily."""
    fired = Fired()
    asking = Asking(None, typed_by, now)
    with office.database.write_in_turn() as transaction:
        transaction.share(load.CALENDAR)
        due = transaction.rows(_DUE, {"now": stamp(now)})
        fired.alarms = len(due)
        tomorrow = stamp(beginning_of(day_of(now) + timedelta(days=1)))
        for letter, trigger, number, dated in sorted({(row[0], row[1], *row[3:]) for row in due}):
            refs = {row[2] for row in due if row[:2] == (letter, trigger)}
            found = load.some(transaction, load.Where({"ref": refs}))
            there = _there(transaction, letter)  # asked after loading: who leaves now is overtaken
            for ref in refs - there:
                transaction.run(_FORGET, {"was_item": ref, "was_name": letter})
            found = [each for each in found if each.item.ref in there]
            given = Given(letter_number=number, letter_date=dated)
            wish = Wish(asking, CLOCK, trigger, given, None)
            refused = take(transaction, office, wish, found, fired)
            for ref, reasons in refused.items():
                if any(reason.code == SPOILT for reason in reasons):
                    fired.refused[ref] = reasons  # the others wait, as they should
                later = {"was_item": ref, "was_name": letter, "at": tomorrow}
                transaction.run(_LATER, later)
    return fired


def _there(transaction: Transaction, letter: str) -> set[str]:
    """The items that are where the letter found them. One that left just when its alarm was set has
    one all the same, which must not take it on from its next approval."""
    steps = transaction.rows(_STEPS, {"letter": letter})
    return {item for item, seq in steps if departure(history(transaction, item), seq) is None}
