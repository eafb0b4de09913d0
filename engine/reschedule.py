"""Deadlines that move because the calendar was changed: a holiday, or a date of the cycle."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import alarms, load
from engine.alarms import Reset
from engine.apply import Change, write
from engine.canonical import plain
from engine.case import Place
from engine.chain import header
from engine.database import Transaction
from engine.definition import Deadline
from engine.ledger import Alarm as AlarmRow
from engine.machine import Compiled
from engine.obligations import call_of
from engine.office import Office
from engine.people import Asking, actor_of
from engine.replay import ItemState
from engine.tables import Item, table
from engine.timing import Alarm, Timing

EVERYWHERE = load.Where()
_OPEN = load.ITEMS.where(table(Item).c.holder > "").order_by(table(Item).c.ref)
_ALARMS = select(*table(AlarmRow).c).join_from(
    table(AlarmRow), table(Item), table(Item).c.ref == table(AlarmRow).c.item
)


def reschedule(
    transaction: Transaction,
    office: Office,
    asking: Asking,
    because: Mapping[str, Any],
    where: load.Where = EVERYWHERE,
) -> list[dict[str, Any]]:
    """Bring the deadlines of all items that are under way, and that the change may concern
    (`where`), to the calendar as it is now, in the transaction that changed it; which ones moved:
    `{"ref", "name", "title", "from", "to", "announced"}`.

    `because` says in each event what the change was. Alarms follow where no day moved, too.
    """
    transaction.alone(load.CALENDAR)
    workdays = load.workdays(transaction)
    timing = Timing(workdays, asking.now)
    call_of(transaction, office, None, asking.now, calendar=lambda _: workdays)
    shared = header(asking, actor_of(transaction, asking), simulation=office.simulation)
    set_now = _alarms(transaction, where)
    changes: list[Change] = []
    resets: list[tuple[str, Reset]] = []
    moved: list[dict[str, Any]] = []
    for loaded in load.loaded_rows(transaction.ask(where.select(transaction, _OPEN))):
        item, place = loaded.item, loaded.place
        compiled = office.definitions.get(transaction, item.workflow, item.definition)
        kept = set_now.get(item.ref, [])
        times = timing.again(compiled.workflow, item, place, kept)
        found = list(_moves(compiled, item, times.due))
        reset = Reset(times.alarms, [each["name"] for each in found])
        if times.due != plain(item.due):
            document = {
                **shared,
                "kind": "rescheduled",
                **about(compiled, item, place),
                "because": dict(because),
                "moved": found,
                **({"due": times.due} if times.due else {}),
            }
            changes.append(Change(item.ref, item, document, reset=reset))
        elif set(times.alarms) != set(kept):
            resets.append((item.ref, reset))
        moved += [{"ref": item.ref, **each} for each in found]
    write(transaction, changes)
    alarms.write(transaction, resets, shared["recorded_at"])
    return moved


def about(compiled: Compiled, item: ItemState, place: Place) -> dict[str, Any]:
    """What the event of a moved deadline says of its item."""
    return {
        "workflow": compiled.identity,
        "organisation": place.snapshot,
        "cycle": item.cycle,
        "state": item.state,
        "revision": {"number": item.revision, "digest": item.digest},
    }


def change_of(deadline: Deadline, was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """From which day to which; null where there was, or is, none."""
    return {
        "name": deadline.name,
        "title": {"th": deadline.title.th, "en": deadline.title.en},
        "from": was.get("effective"),
        "to": now.get("effective"),
        "announced": now.get("nominal"),
    }


def _moves(compiled: Compiled, item: ItemState, due: Mapping[str, Any]) -> list[dict[str, Any]]:
    before, after = plain(item.due).get("open", {}), due.get("open", {})
    return [
        change_of(deadline, before.get(deadline.name, {}), after.get(deadline.name, {}))
        for deadline in compiled.workflow.states[item.state].deadlines
        if before.get(deadline.name, {}).get("effective")
        != after.get(deadline.name, {}).get("effective")
    ]


def _alarms(transaction: Transaction, where: load.Where) -> dict[str, list[Alarm]]:
    found: dict[str, list[Alarm]] = {}
    for ref, *alarm in transaction.ask(where.select(transaction, _ALARMS)):
        found.setdefault(ref, []).append(Alarm(*alarm))
    return found
