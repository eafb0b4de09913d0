"""One event: its document, the bytes that are hashed, and the columns that repeat them.

Chained per stream: each document names the hash of the one before, and the stream's head is kept
on the item's own row (for the register, in `stream`).
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import insert

from engine.canonical import written
from engine.clock import stamp
from engine.people import Actor, Asking
from engine.tables import Event, table

INSERT = insert(table(Event))
REPEATED = (
    "stream", "seq", "kind", "recorded_at", "person", "organisation", "workflow", "trigger",
    "source", "outcome", "body", "meeting", "decided_on", "revision",
)  # fmt: skip
_NOTHING: Mapping[str, Any] = {}


def header(asking: Asking, actor: Actor | None, *, simulation: bool) -> dict[str, Any]:
    """What every event of one command shares: who, typed by whom, when."""
    shared: dict[str, Any] = {
        "recorded_at": stamp(asking.now),
        "recorded_by": asking.typed_by,
        "actor": actor.snapshot() if actor else {"operator": asking.typed_by},
    }
    if simulation:
        shared["simulated"] = True
    if asking.key:
        shared["key"] = asking.key
    return shared


def link(document: dict[str, Any], stream: str, version: int, head: bytes) -> dict[str, Any]:
    """Put the event behind the stream's last one; returns its row."""
    document["stream"] = stream
    document["seq"] = version + 1
    document["prev"] = head.hex()
    body = written(document)
    row = repeated(document)
    row["document"] = body
    row["hash"] = sha256(body).digest()
    return row


def repeated(document: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that an event's row must have, from what its document says."""
    return dict(zip(REPEATED, values(document), strict=True))


def values(document: Mapping[str, Any]) -> tuple[Any, ...]:
    """What those columns must hold, in the order of `REPEATED`."""
    get = document.get
    meeting = get("meeting") or _NOTHING
    return (
        document["stream"],
        document["seq"],
        document["kind"],
        document["recorded_at"],
        document["actor"].get("person", ""),
        (get("organisation") or _NOTHING).get("code", ""),
        (get("workflow") or _NOTHING).get("name", ""),
        get("trigger", ""),
        get("from", ""),
        get("outcome", ""),
        meeting.get("body", ""),
        meeting.get("ref", ""),
        get("decided_on", ""),
        (get("revision") or _NOTHING).get("number", 0),
    )
