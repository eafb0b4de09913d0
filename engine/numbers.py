"""The numbers of outgoing letters: one sequence a sender and calendar year, circulars apart.

Source: the Office of the Prime Minister's regulation on correspondence B.E. 2526 (1983): the
sequence begins anew with the calendar year, not the fiscal year, and circulars (ว) have their own.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import bindparam, func, select

from engine.clock import ERA, arabic, english_day, thai_day
from engine.correspondence import Letter
from engine.database import Transaction
from engine.errors import Reason, wrong
from engine.people import Actor, covers, named, with_a_role
from engine.tables import Organisation, table

Series = Literal["letter", "circular"]
ISSUED, VOID, ELSEWHERE = "issued", "void", "elsewhere"
NAMED = 3  # persons; more are counted
NUMBERS = 2_564_002  # the advisory lock of whoever takes a number

_l = table(Letter).c
_LAST = select(func.max(_l.number), func.max(_l.dated)).where(
    _l.sender == bindparam("sender"), _l.series == bindparam("series"), _l.year == bindparam("year")
)
_SHOWN = tuple(column for column in _l if column.name not in ("facts", "paper"))
_REGISTER = (
    select(*_SHOWN)
    .where(_l.sender == bindparam("sender"), _l.year == bindparam("year"))
    .order_by(_l.series.desc(), _l.number)
)
_SENDERS = select(_l.sender, _l.year).distinct().order_by(_l.sender, _l.year)
_PATH = select(table(Organisation).c.path).where(table(Organisation).c.code == bindparam("code"))
_BY_REF = select(*_l).where(_l.ref == bindparam("ref"))
_REF = re.compile(r"(.+)/([0-9]{4})/(ว?)([0-9]{1,6})")
_AMONG = select(*_l).where(
    _l.sender == bindparam("sender"), _l.series == bindparam("series"),
    _l.year == bindparam("year"), _l.first <= bindparam("asked"), _l.number >= bindparam("asked"),
)  # fmt: skip
_BEARER = select(_l.ref).where(_l.year == bindparam("year"), _l.printed == bindparam("printed"))
_BY_NUMBER = (
    select(*_l)
    .where(_l.printed != "", func.replace(_l.printed, " ", "") == bindparam("number"))
    .order_by(_l.year.desc())
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number is taken: `year` is the calendar year of the letter's day, Buddhist Era."""

    sender: str
    series: Series
    year: int

    @classmethod
    def of(cls, sender: str, series: Series, dated: date) -> "Place":
        return cls(sender, series, dated.year + ERA)

    def ref(self, number: int) -> str:
        """The letter's name in this house: OPDC/2564/117, OPDC/2564/ว3."""
        mark = "ว" if self.series == "circular" else ""
        return f"{self.sender}/{self.year}/{mark}{number}"


@dataclass(frozen=True, slots=True)
class Last:
    """The last number that was taken, and the day of the newest letter (ISO; empty if none)."""

    number: int
    dated: str


def last(transaction: Transaction, place: Place) -> Last:
    params = {"sender": place.sender, "series": place.series, "year": place.year}
    row = transaction.row(_LAST, params)
    return Last((row and row[0]) or 0, (row and row[1]) or "")


def no_right(transaction: Transaction, actor: Actor, sender: str, now: datetime) -> list[Reason]:
    """Why a person may not use a sender's register, and who may: its numbers are taken by who holds
    a role there, or above it; empty where they may."""
    row = transaction.row(_PATH, {"code": sender})
    path = row[0] if row else ""
    if any(covers(place, path) for _, place in actor.grants if path):
        return []
    th, en = named(with_a_role(transaction, path, now), NAMED)
    give = "anumat grant add"
    return [
        Reason(
            "role",
            f"{actor.name_th} ไม่มีสิทธิในทะเบียนหนังสือของ {sender} "
            + (f"ผู้ที่มีสิทธิ: {th}" if th else f"ยังไม่มีผู้ใดมีสิทธิ เพิ่มด้วย {give}"),
            f"{actor.name_en} has no right in the register of {sender}. "
            + (f"Those who have: {en}" if en else f"Nobody has: {give}"),
        )
    ]


def out_of_order(newest: Last, dated: date, today: date) -> list[Reason]:
    """The sequence follows the days: a number is no older than the one before it."""
    if dated > today:
        return [
            Reason(
                "dated",
                f"หนังสือลงวันที่ {thai_day(dated)} ไม่ได้ เพราะยังมาไม่ถึง",
                f"a letter cannot be of {english_day(dated)}, which is in the future",
            )
        ]
    if dated.isoformat() < newest.dated:
        before = date.fromisoformat(newest.dated)
        return [
            Reason(
                "dated",
                f"เลขก่อนหน้าลงวันที่ {thai_day(before)} แล้ว หนังสือลงวันที่ก่อนหน้านั้นไม่ได้",
                f"the number before is of {english_day(before)}: "
                "a letter cannot be of an earlier day",
            )
        ]
    return []


def bearer(transaction: Transaction, place: Place, printed: str) -> str:
    """The letter of that year that bears this number already; empty if none does."""
    row = transaction.row(_BEARER, {"year": place.year, "printed": printed})
    return row[0] if row else ""


def register_of(transaction: Transaction, sender: str, year: int) -> list[dict[str, Any]]:
    """Every number of a sender and year in order, letters first; without facts and words."""
    params = {"sender": sender, "year": year}
    names = [column.name for column in _SHOWN]
    return [dict(zip(names, row, strict=True)) for row in transaction.rows(_REGISTER, params)]


def senders(transaction: Transaction) -> list[tuple[str, int]]:
    """The registers that there are: (sender, year)."""
    return [(sender, year) for sender, year in transaction.rows(_SENDERS)]


def same(one: str, other: str) -> bool:
    """Whether two numbers are one letter's, however a person has typed them."""
    return _bare(one) == _bare(other)


def _bare(number: str) -> str:
    """Without what people type in different ways: spaces, Thai digits, ที่ before it."""
    return "".join(arabic(number).split()).removeprefix("ที่")


def letter(transaction: Transaction, asked: str) -> dict[str, Any]:
    """A letter by its reference, or by the number that stands on it, however it is typed (`_bare`):
    then the newest of that number. A number that was set aside with others is found by any of them.
    Raises WrongUse where there is none."""
    names, said = [column.name for column in _l], _bare(asked)
    row = (
        transaction.row(_BY_REF, {"ref": said})
        or transaction.row(_BY_REF, {"ref": said.upper()})
        or transaction.row(_BY_NUMBER, {"number": said})
    )
    if row is None and (found := _REF.fullmatch(said)):
        series = "circular" if found[3] else "letter"
        where = {"series": series, "year": int(found[2]), "asked": int(found[4])}
        row = transaction.row(_AMONG, {"sender": found[1], **where}) or transaction.row(
            _AMONG, {"sender": found[1].upper(), **where}
        )
    if row is None:
        raise wrong(
            "letter",
            f"ไม่พบหนังสือ “{asked}” ดูทะเบียนด้วย anumat register",
            f"there is no letter “{asked}”. See: anumat register",
        )
    return dict(zip(names, row, strict=True))
