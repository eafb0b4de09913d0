"""Reading what a command needs, inside its transaction and no more than it needs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from engine.canonical import plain
from engine.case import Facts, Member, Place, Round, Sitting, Step, Subject, Voice
from engine.database import Row, Transaction
from engine.definitions import Definitions
from engine.errors import wrong
from engine.people import below
from engine.replay import COLUMNS, ItemState
from engine.tables import (
    Cycle,
    Event,
    Item,
    Meeting,
    Opinion,
    Organisation,
    Person,
    Revision,
    Thread,
    table,
)

CHUNK = 500
Gathered = dict[str, Facts]

_item, _event, _place = table(Item).c, table(Event).c, table(Organisation).c
_revision, _thread, _opinion = table(Revision).c, table(Thread).c, table(Opinion).c
_cycle, _meeting = table(Cycle).c, table(Meeting).c

ITEMS = (
    select(
        *[_item[name] for name in COLUMNS],
        _place.name_th, _place.name_en, _place.path, _cycle.rules,
    )
    .join_from(table(Item), table(Organisation), _place.code == _item.organisation)
    .join(table(Cycle), _cycle.code == _item.cycle)
)  # fmt: skip
_ONE = ITEMS.where(_item.ref == bindparam("ref"))
_STEPS = select(
    _event.stream, _event.seq, _event.trigger, _event.source, _event.outcome, _event.person,
    _event.revision,
).where(_event.kind == "advanced").order_by(_event.stream, _event.seq)  # fmt: skip
_VOICES = select(
    _opinion.item, _opinion.consultation, _opinion.organisation, _opinion.stance, _opinion.revision
).order_by(_opinion.item, _opinion.seq)
_ROUNDS = select(
    _thread.item, _thread.number, _thread.answered_at, _thread.approved_at
).order_by(_thread.item, _thread.number)  # fmt: skip
_CONTENTS = select(_item.ref, _revision.body).join_from(
    table(Item),
    table(Revision),
    (_revision.item == _item.ref) & (_revision.number == _item.revision),
)
_MEMBERS = (
    select(_item.ref, _item.code, _item.state, _item.workflow, _item.definition, _revision.body)
    .join_from(
        table(Item),
        table(Revision),
        (_revision.item == _item.ref) & (_revision.number == _item.revision),
    )
    .where(
        _item.cycle == bindparam("cycle"),
        _item.organisation == bindparam("organisation"),
        _item.content == bindparam("content"),
    )
    .order_by(_item.code, _item.ref)
)
_chair, _absent = table(Person).alias("chair"), table(Person).alias("absent")
_SITTING = (
    select(
        *[_meeting[n] for n in ("ref", "body", "held_on", "title", "delegation")],
        _place.kind, _place.name_th, _place.name_en,
        _chair.c.code, _chair.c.name_th, _chair.c.name_en,
        _absent.c.code, _absent.c.name_th, _absent.c.name_en,
    )
    .join_from(table(Meeting), table(Organisation), _place.code == _meeting.body)
    .join(_chair, _chair.c.code == _meeting.chair)
    .outerjoin(_absent, _absent.c.code == _meeting.chair_for)
    .where(_meeting.ref == bindparam("ref"))
)  # fmt: skip

FILTERS = ("ref", "workflow", "cycle", "state", "organisation", "code", "holder", "content")


@dataclass(frozen=True, slots=True)
class Where:
    """Which items: every named column must have one of its values; `under` takes an organisation
    and all below it."""

    values: Mapping[str, Collection[str]] = field(default_factory=dict)
    under: str = ""

    def select(self, transaction: Transaction, statement: Select[Any]) -> Select[Any]:
        for name, wanted in self.values.items():
            statement = statement.where(_item[name].in_(sorted(wanted)))
        if self.under:
            statement = statement.where(_item.organisation.in_(below(transaction, self.under)))
        return statement


@dataclass(frozen=True, slots=True)
class Loaded:
    item: ItemState
    place: Place


def one(transaction: Transaction, ref: str) -> Loaded:
    """Raises WrongUse where there is no such item."""
    row = transaction.row(_ONE, {"ref": ref})
    if row is None:
        raise wrong(
            "ref",
            f"ไม่พบรายการ “{ref}” ดูรายการทั้งหมดด้วย anumat list",
            f"there is no item “{ref}”. See: anumat list",
        )
    return _loaded(row)


def some(transaction: Transaction, where: Where) -> list[Loaded]:
    """In the order of their references, so that two writers lock rows in the same order."""
    return loaded_rows(transaction.ask(where.select(transaction, ITEMS).order_by(_item.ref)))


def loaded_rows(rows: Iterable[Row]) -> list[Loaded]:
    """Rows of `ITEMS` as items with their places."""
    return [_loaded(row) for row in rows]


def facts(
    transaction: Transaction,
    definitions: Definitions,
    found: Sequence[Loaded],
    needs: AbstractSet[str],
) -> dict[str, Facts]:
    """By reference. Contents that rules read are read once for all items."""
    gathered = {loaded.item.ref: Facts() for loaded in found}
    refs = list(gathered)
    for need, fill in _FILLS.items():
        if need in needs:
            fill(transaction, refs, gathered)
    if needs & {"content", "opinions"}:
        for ref, content in contents(transaction, refs).items():
            gathered[ref].content = content
    if "set" in needs:
        _members(transaction, definitions, found, gathered)
    if "subject" in needs:
        _subjects(transaction, definitions, found, gathered)
    return gathered


def contents(transaction: Transaction, refs: Sequence[str]) -> dict[str, Any]:
    """The present content of each item."""
    return {ref: plain(rows[0][1]) for ref, rows in _by_item(transaction, _CONTENTS, refs)}


def sitting(transaction: Transaction, ref: str) -> Sitting:
    """A meeting with the names as they are now. Raises WrongUse where nobody recorded it."""
    row = transaction.row(_SITTING, {"ref": ref})
    if row is None:
        raise wrong(
            "meeting",
            f"ไม่พบการประชุม “{ref}” บันทึกด้วย anumat meeting add",
            f"no meeting “{ref}” was recorded. Record it with: anumat meeting add",
        )
    meeting, body, held_on, title, delegation, kind, name_th, name_en, *people = row
    snapshot = {
        "ref": meeting, "title": title, "held_on": held_on,
        "body": body, "body_th": name_th, "body_en": name_en,
        "chair": {"person": people[0], "name_th": people[1], "name_en": people[2]},
    }  # fmt: skip
    if people[3] is not None:
        snapshot["chair_for"] = dict(zip(("person", "name_th", "name_en"), people[3:], strict=True))
        snapshot["delegation"] = delegation
    return Sitting(meeting, body, kind, held_on, snapshot)


def chunks(refs: Sequence[str]) -> Iterator[Sequence[str]]:
    return (refs[start : start + CHUNK] for start in range(0, len(refs), CHUNK))


def _by_item(
    transaction: Transaction, statement: Select[Any], refs: Sequence[str]
) -> Iterable[tuple[str, list[Row]]]:
    """Rows grouped by their first column, which is the item's reference."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for chunk in chunks(refs):
        size = 1 if len(chunk) == 1 else CHUNK
        params = {f"ref{n}": chunk[min(n, len(chunk) - 1)] for n in range(size)}
        for row in transaction.rows(_of(statement, size), params):
            grouped[row[0]].append(row)
    return grouped.items()


@cache
def _of(statement: Select[Any], size: int) -> Select[Any]:
    """The statement for so many references: to compile it anew costs ten times what it runs."""
    reference, *_ = statement.selected_columns
    return statement.where(reference.in_([bindparam(f"ref{n}") for n in range(size)]))


def _steps(transaction: Transaction, refs: Sequence[str], gathered: Gathered) -> None:
    for ref, rows in _by_item(transaction, _STEPS, refs):
        gathered[ref].steps = [Step(*row[1:]) for row in rows]


def _voices(transaction: Transaction, refs: Sequence[str], gathered: Gathered) -> None:
    for ref, rows in _by_item(transaction, _VOICES, refs):
        newest = {(row[1], row[2]): Voice(*row[1:]) for row in rows}
        gathered[ref].voices = list(newest.values())


def _rounds(transaction: Transaction, refs: Sequence[str], gathered: Gathered) -> None:
    for ref, rows in _by_item(transaction, _ROUNDS, refs):
        gathered[ref].rounds = [Round(row[1], bool(row[2]), bool(row[3])) for row in rows]


_FILLS = {"decisions": _steps, "opinions": _voices, "threads": _rounds}


def _members(
    transaction: Transaction,
    definitions: Definitions,
    found: Sequence[Loaded],
    gathered: dict[str, Facts],
) -> None:
    sets: dict[tuple[str, str, str], list[Member]] = {}
    for loaded in found:
        item = loaded.item
        key = (item.cycle, item.organisation, item.content)
        if key not in sets:
            sets[key] = members(transaction, definitions, *key)
        gathered[item.ref].members = sets[key]


def members(
    transaction: Transaction, definitions: Definitions, cycle: str, organisation: str, content: str
) -> list[Member]:
    """The set of an organisation in a cycle, without what was withdrawn."""
    params = {"cycle": cycle, "organisation": organisation, "content": content}
    return [
        Member(ref, code, plain(body))
        for ref, code, state, workflow, version, body in transaction.rows(_MEMBERS, params)
        if state not in definitions.get(transaction, workflow, version).uncounted
    ]


def _subjects(
    transaction: Transaction,
    definitions: Definitions,
    found: Sequence[Loaded],
    gathered: dict[str, Facts],
) -> None:
    wanted = sorted({loaded.item.subject for loaded in found if loaded.item.subject})
    subjects = {s.item.ref: s.item for s in some(transaction, Where({"ref": wanted}))}
    bodies = contents(transaction, wanted)
    for loaded in found:
        if subject := subjects.get(loaded.item.subject):
            compiled = definitions.get(transaction, subject.workflow, subject.definition)
            amendable = compiled.workflow.states[subject.state].amendable
            gathered[loaded.item.ref].subject = Subject(subject, bodies[subject.ref], amendable)


def _loaded(row: Row) -> Loaded:
    item = ItemState(*row[: len(COLUMNS)])
    name_th, name_en, path, rules = row[len(COLUMNS) :]
    place = Place(item.organisation, name_th, name_en, path, item.cycle, _rules(rules))
    return Loaded(item, place)


@lru_cache(maxsize=64)
def _rules(text: str) -> Mapping[str, Any]:
    return plain(text)  # type: ignore[no-any-return]  # a JSON object by construction
