"""What the tests of reminders share: a workflow with deadlines, its people, and a post office that
counts what it was given."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from sqlalchemy import bindparam, select

from engine import cycles, enrol, items
from engine.claims import Claim
from engine.definition import Workflow
from engine.ledger import Alarm, Message, Obligation
from engine.messages import Send, Unsent
from engine.reconcile import Account, reconcile
from engine.tables import table
from engine.tick import Round, tick
from tests.builders import OCTOBER, Desk, draft

Plain = dict[str, Any]
TITLE = {"th": "ก", "en": "A"}
LADDER = ["keeper", "watcher", "head"]
FOLK = {"kai": "keeper", "kob": "keeper", "wan": "watcher", "hua": "head"}
CYCLE = "2564-t"
DUE = date(2021, 2, 24)  # a Wednesday; the 26th is a holiday
REPORT: Plain = {
    "name": "report", "title": TITLE, "due": {"date": "report"}, "remind": ["3d", "1d"],
    "overdue": ["1d", "3d"], "again": "7d", "ladder": LADDER, "extended_by": "head",
}  # fmt: skip
REVIEW: Plain = {
    "name": "review", "title": TITLE, "due": {"after": "5wd"}, "remind": ["2wd"],
    "overdue": ["1wd"], "again": None, "extended_by": "head",
}  # fmt: skip
SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
THAI_TIME = timezone(timedelta(hours=7))

_o, _m, _a = table(Obligation).c, table(Message).c, table(Alarm).c
_CARRIED = select(_o.key).where(_o.message == bindparam("message"), _o.status == "owed")
_LEDGER = select(*_o).order_by(_o.due_at, _o.key)
_MESSAGES = select(*_m).order_by(_m.key)


def flow(
    report: Sequence[Plain] = (REPORT,), review: Sequence[Plain] = (REVIEW,), **more: Any
) -> Plain:
    """Written by a keeper, reviewed by a watcher, who may ask and may send it back."""
    by = [*LADDER, "clerk"]  # who never holds an item, and is never reminded
    steps = (
        ("submit", "writing", "reviewing"), ("return", "reviewing", "writing"),
        ("ask", "reviewing", "asked"), ("answer", "asked", "reviewing"),
        ("finish", "reviewing", "done"), ("drop", "writing", "done"),
    )  # fmt: skip
    return {
        "workflow": "timed", "title": TITLE, "content": "indicator", "prefix": "TIM",
        "initial": "writing", "roles": dict.fromkeys(by, TITLE),
        "states": {
            "writing": {"title": TITLE, "holder": "keeper", "deadlines": list(report)},
            "reviewing": {"title": TITLE, "holder": "watcher", "deadlines": list(review)},
            "asked": {"title": TITLE, "holder": "keeper", "stops_clock": True},
            "done": {"title": TITLE, "final": True},
        },
        "transitions": [
            {"trigger": trigger, "title": TITLE, "from": source, "to": to, "by": by}
            for trigger, source, to in steps
        ],
        **more,
    }  # fmt: skip


def furnish(office: Desk, workflow: Plain | None = None, **dates: date) -> None:
    """Publish the workflow, enrol its people, open its cycle."""
    asking = office.asking()
    cycles.publish(office, asking, Workflow.model_validate(workflow or flow()))
    enrol.people(office, asking, [enrol.NewPerson(p, f"คุณ{p}", p.title()) for p in FOLK])
    grant(office, *FOLK)
    schedule(office, None, **(dates or {"report": DUE}))


def grant(office: Desk, *persons: str, until: date | None = None) -> None:
    new = [enrol.NewGrant(person, FOLK[person], "OPS", OCTOBER, until) for person in persons]
    enrol.grants(office, office.asking(), new)


def schedule(office: Desk, calendar: Plain | None = None, **dates: date) -> list[Plain]:
    """Set the cycle's dates; which deadlines moved."""
    days = {name: day.isoformat() for name, day in dates.items()}
    new = cycles.NewCycle(CYCLE, 2564, "departments", "t", "t", dates=days, calendar=calendar or {})
    return list(cycles.open_cycle(office, office.asking(), new)["moved"])


def begun(office: Desk, count: int = 1) -> list[str]:
    """New items, in the state with the deadline `report`."""
    of = [draft(f"{number}") for number in range(count)]
    answer = items.open_items(office, office.asking(), "timed", CYCLE, of)
    return [item["ref"] for item in answer["opened"]]


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """In Bangkok."""
    return datetime.combine(day, time(hour, minute), THAI_TIME).astimezone(UTC)


class Post:
    """A post office that counts every reminder that it was given to send, and does as it is told:
    `will` holds what comes before a message is accepted: the reason why it is not, or None where
    it was accepted there and then."""

    def __init__(self, office: Desk) -> None:
        self.office = office
        self.counts: Counter[str] = Counter()
        self.messages: list[tuple[Claim, datetime, list[str]]] = []
        self.will: list[Callable[[Claim], str | None]] = []

    def __call__(self, claim: Claim) -> Unsent | None:
        said = self.will.pop(0)(claim) if self.will else ""
        if said == "":
            self.accept(claim)
        return Unsent(said) if said else None

    def accept(self, claim: Claim) -> None:
        with self.office.database.read() as transaction:
            keys = [key for (key,) in transaction.rows(_CARRIED, {"message": claim.key})]
        assert keys, "a message without a reminder"
        self.counts.update(keys)
        self.messages.append((claim, self.office.clock.now(), keys))

    def persons(self) -> list[str]:
        return [claim.person for claim, _, _ in self.messages]


def refuse(_: Claim) -> str:
    return "the mailbox is full"


def fail(_: Claim) -> str:
    raise OSError("the line went dead")


class Killed(BaseException):
    """Ends a scheduler where it stands, as kill -9 does: nothing is marked."""


def die(_: Claim) -> str:
    raise Killed


def tick_at(office: Desk, moment: datetime, send: Send, by: str = "A") -> Round:
    office.clock.at = moment
    return tick(office, by, office.clock.now, send)


def ledger(office: Desk, *names: str, **having: str) -> list[Any]:
    """Columns of the obligations with these values, by the instant that they fell due at; a single
    column without a tuple."""
    columns = [column.name for column in _o]
    with office.database.read() as transaction:
        rows = [dict(zip(columns, row, strict=True)) for row in transaction.rows(_LEDGER)]
    rows = [row for row in rows if all(row[name] == value for name, value in having.items())]
    if not names:
        return rows
    return [row[names[0]] if len(names) == 1 else tuple(row[n] for n in names) for row in rows]


def messages(office: Desk) -> list[Plain]:
    columns = [column.name for column in _m]
    with office.database.read() as transaction:
        return [dict(zip(columns, row, strict=True)) for row in transaction.rows(_MESSAGES)]


def alarms_of(office: Desk, ref: str) -> dict[str, tuple[str, str]]:
    """By deadline or trigger: the step and the instant."""
    with office.database.read() as transaction:
        found = transaction.ask(select(_a.name, _a.step, _a.at).where(_a.item == ref))
    return {name: (step, at) for name, step, at in found}


def account(office: Desk, since: date = OCTOBER, until: date = date(2100, 1, 1)) -> Account:
    with office.database.read() as transaction:
        return reconcile(transaction, office, since, until, office.clock.now())
