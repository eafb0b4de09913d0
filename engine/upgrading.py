"""What an office of an older version owes since before its letters were written down.

An item that waits in a state whose letter nobody recorded as sent owes it; one that has come to its
end does not: that it was told is history.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, insert, select

from engine import load
from engine.correspondence import LetterOwed
from engine.database import Transaction
from engine.definitions import names
from engine.letters_owed import owed
from engine.office import Office
from engine.queries import history
from engine.tables import table

_OWE = insert(table(LetterOwed))
_ANY = select(func.count()).select_from(table(LetterOwed))


def letters_caught_up(office: Office) -> list[str]:
    """Write down what is owed by items that took their last step before there was a ledger of
    letters; their references. In an office that has such a ledger already it does nothing."""
    with office.database.write() as transaction:
        if transaction.rows(_ANY) != [(0,)]:
            return []
        rows = list(_owed_by_items(transaction, office))
        transaction.run_many(_OWE, rows)
    return sorted({row["item"] for row in rows})


def _owed_by_items(transaction: Transaction, office: Office) -> Iterator[dict[str, Any]]:
    for name in names(transaction):
        newest = office.definitions.newest(transaction, name)
        states = [s for s in newest.owing if not newest.workflow.states[s].final]
        where = load.Where({"workflow": [name], "state": states})
        for each in load.some(transaction, where) if states else ():
            compiled = office.definitions.get(transaction, name, each.item.definition)
            moved = [
                event
                for event in history(transaction, each.item.ref)
                if event["kind"] == "advanced" and not event["stays"]
            ]
            step = moved and compiled.workflow.transition(moved[-1]["from"], moved[-1]["trigger"])
            for letter in step.letters if step else ():
                yield owed(moved[-1], letter.kind)
