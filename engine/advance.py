"""Firing a trigger on one item or on many: the same loading, the same rules, the same write."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from engine import load
from engine.alarms import Reset
from engine.apply import Change, write
from engine.canonical import canonical, digest
from engine.case import Case, Given, Sitting
from engine.chain import header
from engine.clock import day_of, stamp
from engine.database import Transaction
from engine.decide import Answers, decide
from engine.definition import Transition
from engine.errors import AnumatError, Reason, Refusal, refused
from engine.events import common_to, stepped
from engine.facts import gather
from engine.letters_owed import of_step
from engine.obligations import call_of
from engine.office import Answer, Office
from engine.people import Actor, Asking, person_of
from engine.possible import explained
from engine.timing import Timing


@dataclass(frozen=True, slots=True)
class Wish:
    """A trigger, who fires it, and what is said with it. `since` is from when on the new state's
    time counts, where that is not now: a window that opened while the clock was down."""

    asking: Asking
    actor: Actor
    trigger: str
    given: Given
    sitting: Sitting | None
    since: datetime | None = None


@dataclass(slots=True)
class Sorted:
    """What a trigger would do to many items: the changes, and per item every reason against.

    `common` is what the events of one transition, done by one grant, share.
    """

    timing: Timing
    changes: list[Change] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    refusals: dict[str, list[Reason]] = field(default_factory=dict)
    common: dict[tuple[int, tuple[str, str]], dict[str, Any]] = field(default_factory=dict)


def advance(office: Office, asking: Asking, ref: str, trigger: str, given: Given) -> Answer:
    """Take one step. Raises Refusal with every reason, and WrongUse for unknown names."""

    def work(transaction: Transaction) -> Answer:
        transaction.share(load.CALENDAR)
        wish = _wish(transaction, asking, trigger, given)
        done = sort_out(transaction, office, wish, [load.one(transaction, ref)])
        if reasons := done.refusals.get(ref):
            raise Refusal(*_explained(transaction, done, wish, ref, reasons))
        carry_out(transaction, office, wish, done)
        return done.answers[ref]

    return office.command(asking, ["advance", ref, trigger, given.plain()], work)


def bulk(
    office: Office,
    asking: Asking,
    where: load.Where,
    trigger: str,
    given: Given,
    *,
    dry_run: bool = False,
) -> Answer:
    """The same step for every item found: each is done, or refused with its reasons.

    The answer is `{"done": [...], "refused": [{"ref", "reasons"}]}`; all that is done is done in
    one transaction. With `dry_run` the answer is the same and nothing is written.
    """

    def work(transaction: Transaction) -> Answer:
        if not dry_run:
            transaction.share(load.CALENDAR)
        wish = _wish(transaction, asking, trigger, given)
        found = load.some(transaction, where)
        if not found:
            raise refused("none", "ไม่พบรายการตามเงื่อนไข", "no item matches the conditions")
        done = sort_out(transaction, office, wish, found)
        if not dry_run:
            carry_out(transaction, office, wish, done)
        return {
            "trigger": trigger,
            "dry_run": dry_run,
            "done": list(done.answers.values()),
            "refused": [
                {
                    "ref": ref,
                    "reasons": [
                        asdict(reason)
                        for reason in _explained(transaction, done, wish, ref, reasons)
                    ],
                }
                for ref, reasons in done.refusals.items()
            ],
        }

    if dry_run:
        with office.database.read() as transaction:
            return work(transaction)
    wanted = {name: sorted(values) for name, values in where.values.items()}
    return office.command(asking, ["bulk", wanted, where.under, trigger, given.plain()], work)


def _wish(transaction: Transaction, asking: Asking, trigger: str, given: Given) -> Wish:
    actor = person_of(transaction, asking)
    sitting = load.sitting(transaction, given.meeting) if given.meeting else None
    return Wish(asking, actor, trigger, given, sitting)


def _explained(
    transaction: Transaction, done: Sorted, wish: Wish, ref: str, reasons: Sequence[Reason]
) -> list[Reason]:
    return explained(transaction, done.cases[ref], wish.trigger, reasons, wish.asking.now)


def sort_out(
    transaction: Transaction, office: Office, wish: Wish, found: Sequence[load.Loaded]
) -> Sorted:
    """Decide the wish for every item; what is to be written, and every reason against the rest."""
    definitions, today = office.definitions, day_of(wish.asking.now)
    compiled = [
        definitions.get(transaction, each.item.workflow, each.item.definition) for each in found
    ]
    timing = Timing(office.workdays(transaction), wish.since or wish.asking.now)
    needs = {
        need
        for each, machine in zip(found, compiled, strict=True)
        for need in machine.needs(each.item.state, wish.trigger)
    }
    facts = gather(transaction, definitions, found, needs)
    shared = header(wish.asking, wish.actor, simulation=office.simulation)
    if wish.since is not None:
        shared["since"] = stamp(wish.since)
    result, answers, amended = Sorted(timing), Answers(), set[str]()
    for each, machine in zip(found, compiled, strict=True):
        item, at = each.item, facts[each.item.ref]
        case = Case(item, machine, each.place, wish.actor, today, wish.given, wish.sitting, at)
        verdict = decide(case, wish.trigger, answers)
        amendment: list[Change] = []
        if not isinstance(verdict, list) and verdict[0].amends:
            try:
                amendment = [_amendment(transaction, office, case, shared, amended)]
            except AnumatError as error:
                verdict = list(error.reasons)
        if isinstance(verdict, list):
            result.cases[item.ref], result.refusals[item.ref] = case, verdict
            continue
        _add(result, case, shared, *verdict)
        result.changes += amendment
    return result


def carry_out(transaction: Transaction, office: Office, wish: Wish, done: Sorted) -> None:
    """Write what was sorted out; reminders that fell due in the states that are left come first."""
    leaving = {change.ref for change in done.changes if change.reset is not None}
    if leaving:
        call_of(transaction, office, leaving, wish.asking.now, until=wish.since)
    write(transaction, done.changes)


def _add(
    result: Sorted,
    case: Case,
    shared: dict[str, Any],
    transition: Transition,
    grant: tuple[str, str],
) -> None:
    item = case.item
    if (id(transition), grant) not in result.common:
        result.common[id(transition), grant] = common_to(case, shared, transition, grant)
    document = stepped(case, result.common[id(transition), grant], transition)
    reset = _in_time(result.timing, case, transition, document)
    letters = of_step(case.compiled, item.state, transition)
    result.changes.append(Change(item.ref, item, document, reset=reset, letters=letters))
    result.answers[item.ref] = {
        "ref": item.ref,
        "seq": item.version + 1,
        "trigger": transition.trigger,
        "from": document["from"],
        "to": document["to"],
        "revision": document["revision"],
        "outcome": document.get("outcome", ""),
        "decided_on": document.get("decided_on", ""),
        "recorded_at": document["recorded_at"],
    }


def _in_time(
    timing: Timing, case: Case, transition: Transition, document: dict[str, Any]
) -> Reset | None:
    """Put the deadlines of the state that is entered into the event; the alarms to be set."""
    if transition.to is None:
        return None
    item, workflow = case.item, case.compiled.workflow
    if item.due == "{}" and not workflow.states[transition.to].deadlines:
        return None
    times = timing.entering(
        workflow, transition.to, case.place, item.code, before=item.due, source=item.state
    )
    if times.due:
        document["due"] = times.due
    elif item.due == "{}":
        return None  # nothing was open, and nothing is
    return Reset(times.alarms)


def _amendment(
    transaction: Transaction,
    office: Office,
    case: Case,
    shared: dict[str, Any],
    amended: set[str],
) -> Change:
    """The new revision of the subject, by the authority of the request's decision.

    Raises WrongUse where it cannot be made, and Refusal where this batch has made one already.
    """
    if case.item.subject in amended:
        raise Refusal(_twice(case.item.subject))
    subject, request = case.facts.subject, case.facts.content
    amend = case.compiled.content.amend
    if subject is None or request is None or amend is None:
        raise AssertionError("decide() lets only a request with a subject amend")
    amended.add(case.item.subject)
    item = subject.item
    machine = office.definitions.get(transaction, item.workflow, item.definition)
    content = machine.content.clean(amend(request, subject.content))
    code, title = machine.content.heading(content)
    body = canonical(content)
    document = {
        **shared,
        "kind": "amended",
        "workflow": machine.identity,
        "organisation": case.place.snapshot,
        "cycle": item.cycle,
        "code": code,
        "title": title,
        "revision": {"number": item.revision + 1, "digest": digest(body)},
        "request": {"ref": case.item.ref, "digest": case.item.digest},
        "voids": True,
    }
    return Change(item.ref, item, document, body)


def _twice(subject: str) -> Reason:
    return Reason(
        "subject-twice",
        f"มีคำขออื่นในชุดเดียวกันที่แก้ไข {subject} แล้ว โปรดพิจารณาทีละคำขอ",
        f"another request of the same batch changes {subject}; decide them one by one",
    )
