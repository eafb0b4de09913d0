"""What a claimed message has to say: the person, and each reminder in words."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from engine.alarms import OWED
from engine.clock import day_of, instant_of
from engine.database import Transaction
from engine.definition import Deadline, Title, Workflow
from engine.ledger import Obligation
from engine.office import Office
from engine.tables import Item, Organisation, Person, table

_o, _i, _p = table(Obligation).c, table(Item).c, table(Organisation).c
_person = table(Person).c
_CARRIED = (
    select(
        _o.item, _i.title, _p.name_th, _p.name_en, _i.workflow, _i.definition,
        _o.state, _o.deadline, _o.step, _o.role, _o.announced, _o.due, _o.due_at,
    )
    .join_from(table(Obligation), table(Item), _i.ref == _o.item)
    .join(table(Organisation), _p.code == _i.organisation)
    .where(_o.message == bindparam("message"), _o.status == OWED)
    .order_by(_o.due, _o.item, _o.deadline)
)  # fmt: skip
_ADDRESSED = select(
    _person.name_th, _person.name_en, _person.post_th, _person.email
).where(_person.code == bindparam("code"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Addressee:
    name_th: str
    name_en: str
    post_th: str
    email: str


@dataclass(frozen=True, slots=True)
class Carried:
    """One reminder of a message. `late`: it goes out on a later day than it fell due."""

    ref: str
    title: str
    organisation_th: str
    organisation_en: str
    state: Title
    deadline: Title
    role: Title
    step: str
    nominal: str
    effective: str
    provisional: bool
    due_at: str
    late: bool
    escalated: bool


def addressee(transaction: Transaction, code: str) -> Addressee:
    row = transaction.row(_ADDRESSED, {"code": code})
    return Addressee(*row) if row else Addressee(code, code, "", "")


def carried(transaction: Transaction, office: Office, message: str, day: str) -> list[Carried]:
    """The reminders of a message that goes out on a day, the most urgent first."""
    workdays = office.workdays(transaction)
    found = []
    for row in transaction.rows(_CARRIED, {"message": message}):
        ref, title, name_th, name_en, workflow, definition, *rest = row
        state, deadline, step, role, announced, due, due_at = rest
        flow = office.definitions.get(transaction, workflow, definition).workflow
        there = flow.states[state]
        found.append(
            Carried(
                ref, title, name_th, name_en,
                there.title, titled(flow, state, deadline).title, flow.roles[role],
                step, announced, due, workdays.provisional(date.fromisoformat(due)), due_at,
                late=day > day_of(instant_of(due_at)).isoformat(),
                escalated=role != there.holder,
            )
        )  # fmt: skip
    return found


def titled(workflow: Workflow, state: str, name: str) -> Deadline:
    """The deadline of that name. Raises StopIteration for one that the state has not."""
    return next(each for each in workflow.states[state].deadlines if each.name == name)
