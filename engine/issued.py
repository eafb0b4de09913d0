"""Letters that were issued, found by what an auditor knows of them: who got one, what it tells."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from engine.canonical import plain
from engine.clock import english_day, thai_day
from engine.correspondence import Letter
from engine.database import Transaction
from engine.errors import Reason
from engine.ledger import Message
from engine.numbers import ELSEWHERE, ISSUED
from engine.tables import table

_l, _m = table(Letter).c, table(Message).c
_SHOWN = tuple(column for column in _l if column.name not in ("facts", "paper"))
_NAMES = [column.name for column in _SHOWN]
_LIKE_IT = (
    select(_l.printed, _l.dated)
    .where(
        _l.sender == bindparam("sender"), _l.kind == bindparam("kind"),
        _l.cycle == bindparam("cycle"), _l.occasion == bindparam("occasion"), _l.status == ISSUED,
    )
    .order_by(_l.year.desc(), _l.number.desc())
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters; what is empty does not restrict. `to` is a recipient, or who gets a copy, and
    `year` the calendar year of the number, Buddhist Era (0: any)."""

    to: str = ""
    item: str = ""
    occasion: str = ""
    kind: str = ""
    year: int = 0


def issued(transaction: Transaction, wanted: Wanted) -> list[dict[str, Any]]:
    """In the order of their days, void ones among them: the row of each number, the `items` that
    the letter tells of, its words, and how many of its `messages` are in which status."""
    where = [_l.status != ELSEWHERE]
    if wanted.to:
        where.append(_l.ref.in_(select(_m.letter).where(_m.recipient == wanted.to)))
    if wanted.item:  # what was told stands in the facts, of a void letter too
        where.append(_l.facts.contains(f'"ref":"{wanted.item}"', autoescape=True))
    if wanted.year:
        where.append(_l.year == wanted.year)
    where += [_l[n] == said for n in ("occasion", "kind") if (said := getattr(wanted, n))]
    counts: dict[str, dict[str, int]] = {}
    for ref, status, number in transaction.ask(
        select(_m.letter, _m.status, func.count())
        .where(_m.letter.in_(select(_l.ref).where(*where)))
        .group_by(_m.letter, _m.status)
    ):
        counts.setdefault(ref, {})[status] = number
    order = (_l.dated, _l.sender, _l.series.desc(), _l.number)
    return [
        dict(zip(_NAMES, row, strict=True))
        | {
            "items": [item["ref"] for item in plain(facts)["items"]],
            "paper": plain(paper),
            "messages": counts.get(row[0], {}),
        }
        for *row, facts, paper in transaction.ask(
            select(*_SHOWN, _l.facts, _l.paper).where(*where).order_by(*order)
        )
    ]


def issued_before(
    transaction: Transaction, *, sender: str, kind: str, cycle: str, occasion: str
) -> list[Reason]:
    """Why a letter about a cycle or a meeting is not wanted: nothing is owed that would end with
    it, so only its like in the register tells that somebody has issued it. Empty if nobody did."""
    like = {"sender": sender, "kind": kind, "cycle": cycle, "occasion": occasion}
    row = transaction.row(_LIKE_IT, like)
    if row is None:
        return []
    printed, day = row[0], date.fromisoformat(row[1])
    return [
        Reason(
            "issued-before",
            f"ออกหนังสือนี้แล้ว: {printed} ลงวันที่ {thai_day(day)} ถ้าต้องออกอีกฉบับ ใช้ --again",
            f"this letter was issued: {printed} of {english_day(day)}. To issue another: --again",
        )
    ]
