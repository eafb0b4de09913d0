"""Opening items: all that a file holds, or none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine import load
from engine.alarms import Reset
from engine.apply import Change, write
from engine.canonical import canonical, digest, plain, plain_form
from engine.case import Place
from engine.chain import header
from engine.characters import unprintable_content
from engine.database import Transaction
from engine.errors import Reason, Refusal, WrongUse, wrong
from engine.machine import Compiled
from engine.office import Answer, Office
from engine.people import Actor, Asking, actor_of, who_could
from engine.tables import Counter, Cycle, Organisation, table
from engine.timing import Timing

_counter, _place, _cycle = table(Counter), table(Organisation).c, table(Cycle).c
_COUNTED = select(_counter.c.value).where(_counter.c.name == bindparam("name"))
_COUNT = (
    update(_counter)
    .where(_counter.c.name == bindparam("was_name"))
    .values(value=_counter.c.value + bindparam("more"))
)
_FIRST_COUNT = insert(_counter)
_PLACES = select(_place.code, _place.name_th, _place.name_en, _place.path, _place.region)
_CYCLE = select(_cycle.fiscal_year, _cycle.dates, _cycle.calendar).where(
    _cycle.code == bindparam("code")
)


@dataclass(frozen=True, slots=True)
class Draft:
    """An item to be opened: whose it is, what it says, which item it wants to change."""

    organisation: str
    content: Mapping[str, Any]
    subject: str = ""
    where: str = ""


Prepared = Sequence[tuple[Draft, dict[str, Any]]]
Check = Callable[[Transaction, str, Prepared], Iterable[Reason]]


def open_items(
    office: Office,
    asking: Asking,
    workflow: str,
    cycle: str,
    drafts: Sequence[Draft],
    check: Check | None = None,
) -> Answer:
    """Open all or none; the answer is `{"opened": [{"ref", "organisation", "code", "title"}]}`.

    The operator may open drafts (an import); a person needs one of the definition's opening roles.
    `check` sees the cleaned drafts inside the transaction and may find more against them.
    Raises WrongUse naming every draft that is wrong.
    """

    def work(transaction: Transaction) -> Answer:
        transaction.share(load.CALENDAR)
        actor = actor_of(transaction, asking)
        compiled = office.definitions.newest(transaction, workflow)
        year, dates, calendar = _cycle_of(transaction, cycle)
        places = {
            code: Place(code, name_th, name_en, path, cycle, {}, region, dates, calendar)
            for code, name_th, name_en, path, region in transaction.rows(_PLACES)
        }
        prepared = _prepared(compiled, places, drafts)
        if actor is not None:
            _require_right(
                transaction, asking, compiled, actor, [places[d.organisation] for d in drafts]
            )
        _require_subjects(transaction, drafts)
        if check is not None and (reasons := list(check(transaction, cycle, prepared))):
            raise WrongUse(*reasons)
        shared = header(asking, actor, simulation=office.simulation)
        timing = Timing(office.workdays(transaction), asking.now)
        name = f"{compiled.workflow.prefix}-{year}"
        first = _numbers(transaction, name, len(prepared))
        changes = [
            _born(compiled, shared, timing, f"{name}-{number:04d}", each, places)
            for number, each in enumerate(prepared, first)
        ]
        write(transaction, changes)
        return {"opened": [_opened(change.document) for change in changes]}

    asked = [[d.organisation, dict(d.content), d.subject] for d in drafts]
    return office.command(
        asking, ["open", workflow, cycle, digest(canonical(plain_form(asked)))], work
    )


def _prepared(
    compiled: Compiled,
    places: Mapping[str, Place],
    drafts: Sequence[Draft],
) -> list[tuple[Draft, dict[str, Any]]]:
    reasons: list[Reason] = []
    prepared: list[tuple[Draft, dict[str, Any]]] = []
    for draft in drafts:
        place = places.get(draft.organisation)
        if place is None:
            reasons.append(
                Reason(
                    "organisation",
                    f"ไม่รู้จักหน่วยงาน “{draft.organisation}”",
                    f"no organisation “{draft.organisation}” is registered",
                    draft.where,
                )
            )
            continue
        try:
            content = compiled.content.clean(draft.content)
            reasons += unprintable_content(content, draft.where)
            prepared.append((draft, content))
        except WrongUse as fault:
            reasons += [Reason(r.code, r.th, r.en, draft.where or r.where) for r in fault.reasons]
    if reasons:
        raise WrongUse(*reasons)
    return prepared


def _require_right(
    transaction: Transaction,
    asking: Asking,
    compiled: Compiled,
    actor: Actor,
    places: Sequence[Place],
) -> None:
    roles = compiled.workflow.opened_by
    unable = {p.code: p for p in places if actor.role_for(roles, p.path) is None}
    if unable:
        raise Refusal(
            *(
                reason
                for code, place in sorted(unable.items())
                for reason in (
                    _may_not_open(actor, code),
                    who_could(transaction, roles, place.path, asking.now),
                )
            )
        )


def _require_subjects(transaction: Transaction, drafts: Sequence[Draft]) -> None:
    wanted = {draft.subject for draft in drafts if draft.subject}
    if not wanted:
        return
    there = {found.item.ref for found in load.some(transaction, load.Where({"ref": wanted}))}
    if missing := [draft for draft in drafts if draft.subject and draft.subject not in there]:
        raise WrongUse(
            *(
                Reason(
                    "subject",
                    f"ไม่พบรายการ “{draft.subject}” ที่ขอเปลี่ยนแปลง",
                    f"there is no item “{draft.subject}” to change",
                    draft.where,
                )
                for draft in missing
            )
        )


def _born(
    compiled: Compiled,
    shared: Mapping[str, Any],
    timing: Timing,
    ref: str,
    prepared: tuple[Draft, Mapping[str, Any]],
    places: Mapping[str, Place],
) -> Change:
    draft, content = prepared
    place = places[draft.organisation]
    code, title = compiled.content.heading(content)
    body = canonical(content)
    initial = compiled.workflow.initial
    document = {
        **shared,
        "kind": "opened",
        "workflow": compiled.identity,
        "organisation": place.snapshot,
        "cycle": place.cycle,
        "item": {
            "content": compiled.content.name,
            "cycle": place.cycle,
            "subject": draft.subject,
        },
        "code": code,
        "title": title,
        "to": initial,
        "holder": compiled.holder(initial),
        "revision": {"number": 1, "digest": digest(body)},
    }
    times = timing.entering(compiled.workflow, initial, place, code)
    if times.due:
        document["due"] = times.due
    return Change(ref, None, document, body, Reset(times.alarms) if times.alarms else None)


def _opened(document: Mapping[str, Any]) -> dict[str, str]:
    return {
        "ref": document["stream"],
        "organisation": document["organisation"]["code"],
        "code": document["code"],
        "title": document["title"],
    }


def _numbers(transaction: Transaction, name: str, more: int) -> int:
    """The first of `more` numbers that nobody else gets."""
    if transaction.run(_COUNT, {"was_name": name, "more": more}) == 0:
        transaction.run(_FIRST_COUNT, {"name": name, "value": more})
    [(last,)] = transaction.rows(_COUNTED, {"name": name})
    return int(last) - more + 1


def _cycle_of(
    transaction: Transaction, cycle: str
) -> tuple[int, Mapping[str, str], Mapping[str, Any]]:
    """A cycle's year, dates and calendar. Raises WrongUse where nobody opened it."""
    row = transaction.row(_CYCLE, {"code": cycle})
    if row is None:
        raise no_cycle(cycle)
    year, dates, calendar = row
    return int(year), plain(dates), plain(calendar)


def no_cycle(code: str) -> WrongUse:
    return wrong(
        "cycle",
        f"ไม่มีรอบการประเมิน “{code}” เปิดด้วย anumat cycle open",
        f"there is no cycle “{code}”. Open it with: anumat cycle open",
    )


def _may_not_open(actor: Actor, organisation: str) -> Reason:
    return Reason(
        "role",
        f"{actor.name_th} ไม่มีสิทธิเปิดรายการของ {organisation}",
        f"{actor.name_en} may not open items of {organisation}",
    )
