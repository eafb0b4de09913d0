"""The live rows are a projection of the events: `fold` is the only place that says how.

The write path folds each new event into the row it stores, and `audit verify` and every as-of
view fold the stored ones again: there is no second account of what an event means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from engine.canonical import plain, written


@dataclass(slots=True)
class ItemState:
    """An item's row in memory; field for field the columns of `tables.Item`."""

    ref: str
    workflow: str
    definition: int
    content: str
    cycle: str
    organisation: str
    code: str
    title: str
    subject: str
    state: str
    holder: str
    visits: str
    revision: int
    digest: str
    voided: int
    due: str
    entered_at: str
    version: int
    head: bytes

    @property
    def visit(self) -> int:
        """Which visit to the present state this is, counted from 1."""
        return int(plain(self.visits)[self.state])

    def row(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(part.name for part in fields(ItemState))
Event = Mapping[str, Any]


def fold(item: ItemState | None, event: Event, head: bytes) -> ItemState:
    """The item after the event; `item` itself is changed, except by the event that opens it."""
    kind = event["kind"]
    if item is None:
        item = _opened(event)
    elif kind == "advanced":
        _advanced(item, event)
    elif kind in ("extended", "rescheduled"):
        item.due = _due(event)
    elif kind in ("revised", "amended"):
        item.revision = event["revision"]["number"]
        item.digest = event["revision"]["digest"]
        item.code, item.title = event["code"], event["title"]
    if event.get("voids"):
        item.voided = event["seq"]
    item.version = event["seq"]
    item.head = head
    return item


def side_rows(event: Event) -> dict[str, dict[str, Any]]:
    """What an event writes beside its item: at most one row of a revision, thread, opinion.

    A thread's row holds only the columns that this event sets.
    """
    found: dict[str, dict[str, Any]] = {}
    if event["kind"] in ("opened", "revised", "amended"):
        found["revision"] = {"item": event["stream"], **event["revision"]}
    if thread := event.get("thread"):
        found["thread"] = {"item": event["stream"], "number": thread["number"], **_round(event)}
    if opinion := event.get("opinion"):
        found["opinion"] = {"item": event["stream"], "seq": event["seq"], **opinion}
    return found


@lru_cache(maxsize=1024)  # most items take the same few ways
def entered(visits: str, state: str) -> str:
    """The visits after entering a state once more."""
    counts = plain(visits)
    counts[state] = counts.get(state, 0) + 1
    return written(counts).decode()


def _opened(event: Event) -> ItemState:
    born = event["item"]
    return ItemState(
        ref=event["stream"],
        workflow=event["workflow"]["name"],
        definition=event["workflow"]["version"],
        content=born["content"],
        cycle=born["cycle"],
        organisation=event["organisation"]["code"],
        code=event["code"],
        title=event["title"],
        subject=born["subject"],
        state=event["to"],
        holder=event["holder"],
        visits=entered("{}", event["to"]),
        revision=event["revision"]["number"],
        digest=event["revision"]["digest"],
        voided=0,
        due=_due(event),
        entered_at=event["recorded_at"],
        version=0,
        head=b"",
    )


def _advanced(item: ItemState, event: Event) -> None:
    if event["stays"]:
        return
    item.state = event["to"]
    item.holder = event["holder"]
    item.visits = entered(item.visits, item.state)
    item.entered_at = event.get("since", event["recorded_at"])  # of a step that the clock took late
    item.due = _due(event)


def _due(event: Event) -> str:
    due = event.get("due")
    return written(due).decode() if due else "{}"


def _round(event: Event) -> dict[str, str]:
    who, when, words = (
        event["actor"].get("person", ""),
        event["recorded_at"],
        event.get("comment", ""),
    )
    match event["thread"]["step"]:
        case "ask":
            return {"question": words, "asked_by": who, "asked_at": when}
        case "answer":
            return {"answer": words, "answered_by": who, "answered_at": when}
        case _:
            return {"approved_by": who, "approved_at": when}
