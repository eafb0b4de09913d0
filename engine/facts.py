"""What guards may look at, read before they are asked: for one item or for a thousand at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from engine.canonical import plain
from engine.case import Facts, Member, Round, Step, Subject, Voice
from engine.database import Row, Transaction
from engine.definitions import Definitions
from engine.load import Loaded, Where, some
from engine.tables import Event, Item, Opinion, Revision, Thread, table

CHUNK = 500
Gathered = dict[str, Facts]

_item, _event, _revision = table(Item).c, table(Event).c, table(Revision).c
_thread, _opinion = table(Thread).c, table(Opinion).c

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


def gather(
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
