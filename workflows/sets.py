"""Checking a set before it is brought in: what the file adds to what is there already."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import bindparam, select

from engine import load
from engine.canonical import plain
from engine.database import Transaction
from engine.definitions import Definitions
from engine.errors import Reason, wrong
from engine.facts import contents, members
from engine.items import Check, Prepared, no_cycle
from engine.tables import Cycle, table
from workflows.content.indicator import INDICATOR
from workflows.imports import Subjects
from workflows.rules import broken

_cycle = table(Cycle).c
_TRACK = select(_cycle.track).where(_cycle.code == bindparam("code"))
BY_TRACK = {"departments": "indicator_department", "provinces": "indicator_province"}
_RULES = select(_cycle.rules).where(_cycle.code == bindparam("code"))


def whole_sets(definitions: Definitions, *, unfinished: bool = False) -> Check:
    """A check for `open_items`: no code twice in an organisation's set and, unless the set is
    `unfinished`, the cycle's rules hold for the whole of it."""

    def check(transaction: Transaction, cycle: str, prepared: Prepared) -> Iterator[Reason]:
        row = transaction.row(_RULES, {"code": cycle})
        rules = plain(row[0]) if row else {}
        new: dict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
        for draft, content in prepared:
            new[draft.organisation].append((draft.where, content))
        for place, rows in sorted(new.items()):
            known = members(transaction, definitions, cycle, place, INDICATOR.name)
            there = {member.code: member.ref for member in known}
            yield from _twice(place, rows, there)
            if not unfinished:
                everything = [*((m.ref, m.content) for m in known), *rows]
                for reason in broken(rules, everything):
                    at = reason.where or f"{rows[0][0].partition(':')[0]} {place}"
                    yield Reason(reason.code, reason.th, reason.en, at)

    return check


def workflow_of(transaction: Transaction, cycle: str) -> str:
    """The shipped workflow for the indicators of a cycle's track. Raises WrongUse where there is
    no such cycle, or where its track has none."""
    row = transaction.row(_TRACK, {"code": cycle})
    if row is None:
        raise no_cycle(cycle)
    if row[0] not in BY_TRACK:
        raise wrong(
            "workflow",
            f"รอบ {cycle} ไม่ใช่กลุ่มที่รู้จัก ({row[0]}) ระบุ --workflow",
            f"the track of {cycle} ({row[0]}) has no workflow of its own: give --workflow",
        )
    return BY_TRACK[row[0]]


def subjects(transaction: Transaction, cycle: str) -> Subjects:
    """The indicators of a cycle that a request could name."""
    found = load.some(transaction, load.Where({"cycle": (cycle,), "content": (INDICATOR.name,)}))
    bodies = contents(transaction, [each.item.ref for each in found])
    return {
        (each.item.organisation, each.item.code): (
            each.item.ref,
            each.item.digest,
            bodies[each.item.ref],
        )
        for each in found
    }


def _twice(
    place: str, rows: list[tuple[str, Mapping[str, Any]]], there: Mapping[str, str]
) -> Iterator[Reason]:
    for where, content in rows:
        if ref := there.get(content["code"]):
            yield Reason(
                "duplicate",
                f"{place} มีตัวชี้วัดรหัส “{content['code']}” แล้ว ({ref})",
                f"{place} has an indicator “{content['code']}” already ({ref})",
                where,
            )
