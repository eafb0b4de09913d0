"""Setting the clock's alarms, and cancelling what is owed, in the transaction of a change."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, or_, select, update

from engine.database import Transaction, fixed
from engine.ledger import Alarm as AlarmRow
from engine.ledger import Obligation
from engine.tables import table
from engine.timing import Alarm

OWED, SENT, FAILED, UNKNOWN, CANCELLED = "owed", "sent", "failed", "unknown", "cancelled"
LEFT, MOVED = "left", "moved"  # why: the item left the state, or the deadline's day was changed

_alarm, _owed = table(AlarmRow), table(Obligation).c
_CLEAR = delete(_alarm).where(_alarm.c.item == bindparam("was_item"))
_SET = insert(_alarm)
_OF_ITEM = select(*_alarm.c).where(_alarm.c.item == bindparam("item")).with_for_update()
# What a sender has taken is on its way and is not called back; what waits to be tried again, for
# the reason that it has, is. The row alone says so: a look at its message would be an older one.
_CANCEL = (
    update(table(Obligation))
    .where(
        _owed.item == bindparam("was_item"),
        _owed.status == fixed(OWED),
        or_(_owed.message == fixed(""), _owed.reason != fixed("")),
    )
    .values(
        status=CANCELLED, reason=bindparam("reason"), settled_at=bindparam("settled_at")
    )
)  # fmt: skip
_CANCEL_ONE = _CANCEL.where(_owed.deadline == bindparam("was_deadline"))


@dataclass(frozen=True, slots=True)
class Reset:
    """The alarms that an item has from now on. What is owed of it is cancelled: of the deadlines
    that `moved`, or everything where it left its state (None)."""

    alarms: Sequence[Alarm]
    moved: Sequence[str] | None = None


Resets = Sequence[tuple[str, Reset]]


def write(transaction: Transaction, resets: Resets, now: str) -> None:
    """Put the alarms of items in place of those that they had. `now` is a stored instant."""
    cleared, left, moved = [], [], []
    for ref, reset in resets:
        cleared.append({"was_item": ref})
        if reset.moved is None:
            left.append({"was_item": ref, "reason": LEFT, "settled_at": now})
        else:
            moved += [
                {"was_item": ref, "was_deadline": name, "reason": MOVED, "settled_at": now}
                for name in reset.moved
            ]
    transaction.run_many(_CLEAR, cleared)
    transaction.run_many(_CANCEL, left)
    transaction.run_many(_CANCEL_ONE, moved)
    opened(transaction, resets)


def opened(transaction: Transaction, resets: Resets) -> None:
    """Set the alarms of items that have none."""
    transaction.run_many(
        _SET,
        [
            {"item": ref, "kind": a.kind, "name": a.name, "step": a.step, "at": a.at}
            for ref, reset in resets
            for a in reset.alarms
        ],
    )


def of_item(transaction: Transaction, ref: str) -> list[Alarm]:
    """Those that are set, for one who will set them anew: the clock waits on PostgreSQL."""
    return [Alarm(*row[1:]) for row in transaction.rows(_OF_ITEM, {"item": ref})]
