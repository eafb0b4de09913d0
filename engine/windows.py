"""Windows that open and close by themselves: the clock takes the steps at their edges.

It is a system actor with a closed list of triggers: those that a definition makes `automatic` by a
window. The rules of the step are asked as they are for a person; a refusal is tried again daily.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from engine import load
from engine.advance import Wish, carry_out, sort_out
from engine.case import Given
from engine.clock import beginning_of, day_of, instant_of, stamp
from engine.database import Transaction
from engine.errors import Reason, WrongUse
from engine.ledger import Alarm
from engine.load import Loaded
from engine.office import Office
from engine.people import CLOCK, Asking
from engine.tables import table
from engine.timing import FIRE

BATCH = 100
SPOILT = "spoilt"
REFUSED = "refused"  # the alarm's step, once a rule stood in its way

_alarm = table(Alarm).c
_DUE = (
    select(_alarm.name, _alarm.at, _alarm.item)
    .where(_alarm.kind == FIRE, _alarm.at <= bindparam("now"))
    .order_by(_alarm.at, _alarm.item, _alarm.name)
    .limit(BATCH)
)
_LATER = (
    update(table(Alarm))
    .where(
        _alarm.item == bindparam("was_item"),
        _alarm.kind == FIRE,
        _alarm.name == bindparam("was_name"),
    )
    .values(step=REFUSED, at=bindparam("at"))
)


@dataclass(slots=True)
class Fired:
    """What a round of windows came to: how many alarms it looked at, the items that moved by
    trigger, and the reasons of the others by reference."""

    alarms: int = 0
    moved: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, Sequence[Reason]] = field(default_factory=dict)


def fire(office: Office, typed_by: str, now: datetime) -> Fired:
    """Take the steps of at most a hundred window edges that have come, in one transaction."""
    fired = Fired()
    asking = Asking(None, typed_by, now)
    with office.database.write_in_turn() as transaction:
        transaction.share(load.CALENDAR)
        due = transaction.rows(_DUE, {"now": stamp(now)})
        fired.alarms = len(due)
        tomorrow = stamp(beginning_of(day_of(now) + timedelta(days=1)))
        # Edges in the order of time; an item moves once in a round, for its alarms are others then.
        for at, trigger in sorted({(at, name) for name, at, _ in due}):
            there = {ref for name, edge, ref in due if (name, edge) == (trigger, at)}
            refs = there.difference(*fired.moved.values())
            found = load.some(transaction, load.Where({"ref": refs}))
            wish = Wish(asking, CLOCK, trigger, Given(), None, instant_of(at))
            refused = take(transaction, office, wish, found, fired)
            for ref, reasons in refused.items():
                fired.refused[ref] = reasons
                later = {"was_item": ref, "was_name": trigger, "at": tomorrow}
                transaction.run(_LATER, later)
    return fired


def take(
    transaction: Transaction, office: Office, wish: Wish, found: Sequence[Loaded], fired: Fired
) -> Mapping[str, Sequence[Reason]]:
    """Take the step of all that may; why the others may not. An item that cannot even be decided
    (its definition names a rule that this program lacks) must not keep all others waiting."""
    try:
        done = sort_out(transaction, office, wish, found)
    except (KeyError, ValueError, WrongUse) as error:
        if len(found) == 1:
            return {found[0].item.ref: [_spoilt(error)]}
        parts = (take(transaction, office, wish, [each], fired) for each in found)
        return {ref: reasons for part in parts for ref, reasons in part.items()}
    carry_out(transaction, office, wish, done)
    if done.answers:
        fired.moved.setdefault(wish.trigger, []).extend(sorted(done.answers))
    return done.refusals


def _spoilt(error: Exception) -> Reason:
    return Reason(SPOILT, f"พิจารณาไม่ได้ ({error!r})", f"the step cannot be decided ({error!r})")
