"""Names in questions: one that nobody bears would be answered “nothing”, and be believed."""

from collections.abc import Iterator

from sqlalchemy import select, union

from engine.database import Transaction
from engine.errors import Reason, WrongUse, wrong
from engine.tables import Cycle, Definition, Holiday, Item, Organisation, Person, table
from engine.workdays import NATIONAL

_place, _person = table(Organisation).c, table(Person).c
_definition, _item, _cycle = table(Definition).c, table(Item).c, table(Cycle).c
_REGIONS = union(select(table(Holiday).c.scope), select(_place.region))
NAMES = {
    "person": (_person.code, "บุคคล", "person"),
    "body": (_place.code, "คณะ", "body"),
    "organisation": (_place.code, "หน่วยงาน", "organisation"),
    "workflow": (_definition.workflow, "ขั้นตอนงาน", "workflow"),
    "item": (_item.ref, "รายการ", "item"),
    "cycle": (_cycle.code, "รอบ", "cycle"),
}


def unknown(transaction: Transaction, **asked: str) -> Iterator[Reason]:
    """Why not, for each name that is given and that nobody bears."""
    for name, value in asked.items():
        column, th, en = NAMES[name]
        if value and not transaction.ask(select(column).where(column == value).limit(1)):
            yield Reason(name, f"ไม่รู้จัก{th} “{value}”", f"there is no {en} “{value}”")


def require(transaction: Transaction, **asked: str) -> None:
    """Raises WrongUse with all that are unknown."""
    if reasons := list(unknown(transaction, **asked)):
        raise WrongUse(*reasons)


def require_region(transaction: Transaction, region: str) -> None:
    """Raises WrongUse for a region that no organisation and no correction has: a holiday there
    would move nothing."""
    known = ({row[0] for row in transaction.rows(_REGIONS)} - {""}) | {NATIONAL}
    if region not in known:
        listed = ", ".join(sorted(known))
        raise wrong(
            "region",
            f"ไม่รู้จักภาค “{region}” ที่มี: {listed}",
            f"there is no region “{region}”; known: {listed}",
        )
