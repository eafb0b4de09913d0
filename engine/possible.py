"""What can be done with an item, by whom, and why the rest cannot: the words behind a refusal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from engine import load
from engine.case import Case, Given
from engine.clock import day_of, english_day, instant_of, thai_day
from engine.database import Transaction
from engine.decide import against, may_ask
from engine.definition import Transition
from engine.errors import Reason
from engine.facts import gather
from engine.office import Office
from engine.people import Actor, Holder, holders, who_could
from engine.tables import Event, Person, table

NOBODY = Actor("", "", "", "", "")

_event = table(Event).c
_LAST = (
    select(_event.trigger, _event.recorded_at, table(Person).c.name_th, table(Person).c.name_en)
    .join_from(table(Event), table(Person), table(Person).c.code == _event.person)
    .where(_event.stream == bindparam("ref"), _event.kind == "advanced")
    .order_by(_event.seq.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Possibility:
    """One transition from where the item is. `against` is empty where it can be taken now by
    one of `who` (and by the actor, where one was named)."""

    transition: Transition
    against: tuple[Reason, ...]
    who: tuple[Holder, ...]
    asks: tuple[str, ...]


def possibilities(
    transaction: Transaction,
    office: Office,
    loaded: load.Loaded,
    actor: Actor | None,
    now: datetime,
) -> list[Possibility]:
    """Every transition from the item's state, in the order of its definition."""
    item = loaded.item
    compiled = office.definitions.get(transaction, item.workflow, item.definition)
    leaving = compiled.workflow.leaving(item.state)
    needs = frozenset().union(*(compiled.needs(item.state, t.trigger) for t in leaving))
    facts = gather(transaction, office.definitions, [loaded], needs)[item.ref]
    case = Case(item, compiled, loaded.place, actor or NOBODY, day_of(now), Given(), None, facts)
    return [_possibility(transaction, case, t, actor, now) for t in leaving]


def explained(
    transaction: Transaction, case: Case, trigger: str, reasons: Sequence[Reason], now: datetime
) -> list[Reason]:
    """The reasons with what the pure decision could not know: who could, and who was faster."""
    transition = case.compiled.transition(case.item.state, trigger)
    found = list(reasons)
    if transition is not None and any(reason.code == "role" for reason in reasons):
        found.append(who_could(transaction, transition.by, case.place.path, now))
    return [*found, *_last_step(transaction, case, trigger, reasons)]


def _possibility(
    transaction: Transaction,
    case: Case,
    transition: Transition,
    actor: Actor | None,
    now: datetime,
) -> Possibility:
    reasons = against(case, transition)
    if actor is not None and isinstance(grant := may_ask(case, transition), Reason):
        reasons = [grant, *reasons]
    who = holders(transaction, transition.by, case.place.path, now)
    return Possibility(transition, tuple(reasons), tuple(who), transition.requires)


def _last_step(
    transaction: Transaction, case: Case, trigger: str, reasons: Sequence[Reason]
) -> Iterator[Reason]:
    """Who brought the item where it is, if it moved on or if they did the very same thing."""
    last = transaction.row(_LAST, {"ref": case.item.ref})
    if last is None:
        return
    done, recorded_at, name_th, name_en = last
    codes = {reason.code for reason in reasons}
    if "state" in codes or (codes & {"role", "already"} and done == trigger):
        day = day_of(instant_of(recorded_at))
        yield Reason(
            "last-step",
            f"ล่าสุด {name_th} ทำ “{done}” เมื่อ {thai_day(day)}",
            f"the last step was “{done}” by {name_en} on {english_day(day)}",
        )
