"""The particulars that letters state: an organisation by name, a cycle with its dates."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import bindparam, select

from engine.calendar import entries_of
from engine.canonical import plain
from engine.database import Transaction
from engine.definitions import names
from engine.entries import Entry
from engine.errors import wrong
from engine.office import Office
from engine.tables import Cycle, Organisation, table

ANNOUNCED = ("deadline", "opens", "closes")
RESOLUTION = "cabinet_resolution"  # the date of the resolution that makes a cycle monitored

_place, _cycle = table(Organisation).c, table(Cycle).c
_ORGANISATION = select(_place.code, _place.name_th, _place.name_en, _place.kind).where(
    _place.code == bindparam("code")
)
_CYCLE = select(*_cycle).where(_cycle.code == bindparam("code"))


def organisation_of(transaction: Transaction, code: str) -> dict[str, str]:
    """Raises WrongUse for one that is not registered."""
    row = transaction.row(_ORGANISATION, {"code": code})
    if row is None:
        raise wrong(
            "organisation", f"ไม่รู้จักหน่วยงาน “{code}”", f"the organisation “{code}” is not known"
        )
    return dict(zip(("code", "name_th", "name_en", "kind"), row, strict=True))


def cycle_of(transaction: Transaction, office: Office, code: str) -> dict[str, Any]:
    """A cycle and the dates that it announces, in their order; internal ones stay inside.

    Raises WrongUse for one that was not opened.
    """
    row = transaction.row(_CYCLE, {"code": code})
    if row is None:
        raise wrong(
            "cycle",
            f"ไม่พบรอบ “{code}” ดูด้วย anumat cycle list",
            f"there is no cycle “{code}”. See: anumat cycle list",
        )
    said = dict(zip((column.name for column in _cycle), row, strict=True))
    dates, entries = plain(said["dates"]), entries_of(plain(said["calendar"]))
    return {
        "code": code,
        "fiscal_year": said["fiscal_year"],
        "track": said["track"],
        "th": said["title_th"],
        "en": said["title_en"],
        "classification": said["classification"],
        "dates": list(_announced(dates, entries, _titles(transaction, office))),
    }


def _announced(
    dates: Mapping[str, str], entries: Mapping[str, Entry], titles: Mapping[str, tuple[str, str]]
) -> Iterator[dict[str, str]]:
    """A window is one entry with the day on which it `opens`; `day` is always the last one."""
    for name, day in sorted(dates.items(), key=lambda item: (item[1], item[0])):
        entry = entries.get(name)
        if entry is None:
            th, en = titles.get(name, ("", ""))
        else:
            th, en = entry.title.th, entry.title.en
            if entry.layer != "opdc" or (entry.kind not in ANNOUNCED and name != RESOLUTION):
                continue
        stem, edge, code = name.partition("_closes")
        opens = dates.get(f"{stem}_opens{code}", "") if edge else ""
        if not th or "_opens" in name or "@" in name:
            continue
        if opens:
            th, en = th.removeprefix("ปิด"), en.removesuffix(" closes")
        yield {"name": stem if opens else name, "th": th, "en": en, "opens": opens, "day": day}


def _titles(transaction: Transaction, office: Office) -> dict[str, tuple[str, str]]:
    """What the deadlines of the definitions call the dates that they go by."""
    return {
        deadline.due.date: (deadline.title.th, deadline.title.en)
        for name in names(transaction)
        for state in office.definitions.newest(transaction, name).workflow.states.values()
        for deadline in state.deadlines
        if deadline.due.date is not None
    }
