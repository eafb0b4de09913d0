"""Reading what a command needs, inside its transaction and no more than it needs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from engine.canonical import plain
from engine.case import Place, Sitting
from engine.database import Row, Transaction
from engine.errors import wrong
from engine.people import below
from engine.replay import COLUMNS, ItemState
from engine.tables import (
    REGISTER,
    Cycle,
    Holiday,
    Item,
    Meeting,
    Organisation,
    Person,
    Setting,
    Stream,
    table,
)
from engine.workdays import KNOWN_UNTIL, Override, Workdays

_item, _place = table(Item).c, table(Organisation).c
_cycle, _meeting = table(Cycle).c, table(Meeting).c

ITEMS = (
    select(
        *[_item[name] for name in COLUMNS],
        _place.name_th, _place.name_en, _place.path, _place.region,
        _cycle.rules, _cycle.dates, _cycle.calendar,
    )
    .join_from(table(Item), table(Organisation), _place.code == _item.organisation)
    .join(table(Cycle), _cycle.code == _item.cycle)
)  # fmt: skip
_ONE = ITEMS.where(_item.ref == bindparam("ref"))
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

_holiday, _setting, _stream = table(Holiday).c, table(Setting).c, table(Stream).c
_CORRECTIONS = select(_holiday.day, _holiday.scope, _holiday.kind, _holiday.reason)
_KNOWN = select(_setting.value).where(_setting.name == "holidays_known_until")
_REGISTERED = select(_stream.version).where(_stream.name == REGISTER)
# Who computes deadlines shares it before reading what they depend on; who changes that, and brings
# all items to the new calendar, has it alone: or an item could enter a state by the old calendar
# just when all others were brought to the new one.
CALENDAR = 2_564_001

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


def registered(transaction: Transaction) -> int:
    """How many events the register has: what it says changes only with them."""
    row = transaction.row(_REGISTERED)
    return row[0] if row else 0


def workdays(transaction: Transaction) -> Workdays:
    """The government's working days with the office's corrections, as they are now."""
    known = transaction.row(_KNOWN)
    return Workdays(
        (
            Override(date.fromisoformat(day), scope, kind, reason)
            for day, scope, kind, reason in transaction.rows(_CORRECTIONS)
        ),
        date.fromisoformat(known[0]) if known else KNOWN_UNTIL,
    )


def _loaded(row: Row) -> Loaded:
    item = ItemState(*row[: len(COLUMNS)])
    name_th, name_en, path, region, *documents = row[len(COLUMNS) :]
    rules, dates, calendar = map(_object, documents)
    place = Place(
        item.organisation, name_th, name_en, path, item.cycle, rules, region, dates, calendar
    )
    return Loaded(item, place)


@lru_cache(maxsize=192)
def _object(text: str) -> Mapping[str, Any]:
    return plain(text)  # type: ignore[no-any-return]  # a JSON object by construction
