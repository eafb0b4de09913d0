"""Somebody changes an item, the calendar or a message at the very moment when the clock looks.

Each test stops one transaction half-way, lets the other begin, and looks at what both leave. SQLite
lets in one writer at a time, PostgreSQL both.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.sql import Executable

from engine import corrections, extend, messages
from engine.alarms import SENT
from engine.claims import Claim
from engine.corrections import Correction
from engine.database import Database, Params, Transaction
from engine.errors import AnumatError
from engine.extend import Extension
from engine.obligations import call
from engine.settle import Settlement, settle
from engine.tick import tick
from tests.builders import Desk, broken, dump, step
from tests.engine.reminders import (
    DUE,
    Post,
    account,
    alarms_of,
    at,
    begun,
    fail,
    furnish,
    ledger,
    refuse,
    schedule,
    tick_at,
)

FRIDAY, TUESDAY = date(2021, 2, 19), date(2021, 2, 23)
PATIENCE = 60
Work = Callable[[Desk], Any]
PAUSE = 0.3  # seconds that the other one gets


class Halting(Transaction):
    """Stops once before a statement of a kind, until it may go on."""

    when: Callable[[Executable], bool] = staticmethod(lambda _: False)
    there = threading.Event()
    go_on = threading.Event()
    thread = 0

    def run(self, statement: Executable, params: Params | None = None) -> int:
        self._halt(statement)
        return super().run(statement, params)

    def run_many(self, statement: Executable, rows: Sequence[Params]) -> int:
        self._halt(statement)
        return super().run_many(statement, rows)

    def _halt(self, statement: Executable) -> None:
        if threading.get_ident() == Halting.thread and Halting.when(statement):
            Halting.thread = 0
            Halting.there.set()
            Halting.go_on.wait(PAUSE)


@contextmanager
def halting(
    monkeypatch: pytest.MonkeyPatch, when: Callable[[Executable], bool]
) -> Iterator[Callable[[], None]]:
    """Gives what the thread calls that shall stop."""
    monkeypatch.setattr("engine.database.Transaction", Halting)
    monkeypatch.setattr(Halting, "when", staticmethod(when))
    Halting.there.clear()
    Halting.go_on.clear()

    def this_one() -> None:
        Halting.thread = threading.get_ident()

    yield this_one
    Halting.thread = 0


def writes(name: str) -> Callable[[Executable], bool]:
    """Whether a statement changes rows of the table."""
    return lambda statement: (
        getattr(statement, "is_dml", False) and statement.table.name == name  # type: ignore[attr-defined]
    )


def both(
    url: str,
    office: Desk,
    mark: Callable[[], None],
    first: Callable[[Desk], Any],
    second: Callable[[Desk], Any],
) -> list[Any]:
    """Run `first` until it stops, then `second` beside it, both to their ends."""

    def with_desk(work: Callable[[Desk], Any], begin: Callable[[], None]) -> Any:
        desk = Desk(Database.open(url))
        desk.clock = office.clock
        begin()
        try:
            return work(desk)
        except AnumatError as error:
            return error
        finally:
            desk.close()

    with ThreadPoolExecutor(2) as threads:
        one: Future[Any] = threads.submit(with_desk, first, mark)
        while not Halting.there.wait(0.02):
            assert not one.done(), one.result()
        other: Future[Any] = threads.submit(with_desk, second, lambda: None)
        return [one.result(PATIENCE), other.result(PATIENCE)]


def ticking(desk: Desk) -> Any:
    return tick(desk, "B", desk.clock.now, Post(desk))


@pytest.fixture
def desk(office: Desk) -> Desk:
    furnish(office)
    return office


def sound(office: Desk) -> None:
    """After another day everything is accounted for."""
    post = Post(office)
    tick_at(office, office.clock.now() + timedelta(days=1), post)
    assert account(office).balanced, (account(office), ledger(office))
    assert broken(office) == []


# --- The clock stops half-way --------------------------------------------------------------------


def owing(desk: Desk) -> Any:
    with desk.database.write() as transaction:
        return call(transaction, desk, desk.clock.now())


@pytest.mark.parametrize("table", ["alarm", "obligation"])
def test_an_item_that_leaves_while_it_is_called_has_no_reminder_left(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    [ref] = begun(desk)
    desk.clock.at = at(FRIDAY)
    with halting(monkeypatch, writes(table)) as mark:
        both(database_url, desk, mark, owing, lambda d: step(d, ref, "submit", "kai"))
    assert ledger(desk, "step", "status", "reason") == [("-3d", "cancelled", "left")] * 2
    assert set(alarms_of(desk, ref)) == {"review"}
    sound(desk)


@pytest.mark.parametrize("table", ["alarm", "obligation"])
def test_a_deadline_that_moves_while_it_is_called_reminds_of_its_new_day(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    [ref] = begun(desk)
    desk.clock.at = at(FRIDAY)
    wish = Extension("report", "flood", by="14d")
    with halting(monkeypatch, writes(table)) as mark:
        both(
            database_url, desk, mark, owing, lambda d: extend.extend(d, d.asking("hua"), ref, wish)
        )
    assert ledger(desk, "step", "status", "reason") == [("-3d", "cancelled", "moved")] * 2
    assert alarms_of(desk, ref)["report"][0] == "-3d"
    sound(desk)


@pytest.mark.parametrize("table", ["alarm", "obligation"])
def test_a_holiday_that_comes_while_reminders_are_called_sets_none_of_them_back(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    [ref] = begun(desk)
    desk.clock.at = at(FRIDAY)
    new = [Correction(TUESDAY, "holiday", "cabinet")]
    with halting(monkeypatch, writes(table)) as mark:
        both(database_url, desk, mark, owing, lambda d: corrections.correct(d, d.asking(), new))
    assert ledger(desk, "step", "status") == [("-3d", "owed")] * 2
    monday = TUESDAY - timedelta(days=1)
    assert alarms_of(desk, ref)["report"][0] == "-1d"
    for day in (monday, DUE):
        tick_at(desk, at(day), Post(desk))
    assert ledger(desk, "step", "due_at")[2] == ("-1d", "2021-02-22T02:00:00.000000Z")
    sound(desk)


@pytest.mark.parametrize("table", ["alarm", "obligation"])
def test_two_schedulers_that_call_at_once_call_once(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    begun(desk, 3)
    desk.clock.at = at(FRIDAY)
    with halting(monkeypatch, writes(table)) as mark:
        both(database_url, desk, mark, ticking, ticking)
    assert set(ledger(desk, "step", "status")) <= {("-3d", "sent"), ("-3d", "owed")}
    assert len(ledger(desk)) == 6
    sound(desk)


# --- A command stops half-way --------------------------------------------------------------------


@pytest.mark.parametrize("table", ["item", "alarm", "obligation", "event"])
def test_who_ticks_while_an_item_leaves_reminds_nobody_of_it(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    [ref] = begun(desk)
    desk.clock.at = at(FRIDAY)
    with halting(monkeypatch, writes(table)) as mark:
        both(database_url, desk, mark, lambda d: step(d, ref, "submit", "kai"), ticking)
    # Whoever was first: it is in the ledger, and sent only if it was taken before the step.
    found = set(ledger(desk, "status", "reason"))
    assert found in ({("cancelled", "left")}, {("sent", "")}), found
    assert len(ledger(desk)) == 2
    assert set(alarms_of(desk, ref)) == {"review"}
    sound(desk)


@pytest.mark.parametrize("table", ["holiday", "item", "alarm", "obligation", "event"])
def test_an_item_that_enters_a_state_while_a_holiday_comes_counts_it(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    """Five working days after Friday 19 February are 1 March, for the 26th is a holiday already;
    with the 22nd they are 2 March."""
    [ref, _] = begun(desk, 2)
    desk.clock.at = at(FRIDAY)
    new = [Correction(date(2021, 2, 22), "holiday", "cabinet")]
    order: list[Work] = [
        lambda d: step(d, ref, "submit", "kai"),
        lambda d: corrections.correct(d, d.asking(), new),
    ]
    if table == "holiday":
        order.reverse()
    with halting(monkeypatch, writes(table)) as mark:
        both(database_url, desk, mark, *order)
    rows = [row for row in dump(desk, "item")["item"] if row[0] == ref]
    assert '"effective":"2021-03-02"' in rows[0][15], rows[0][15]
    sound(desk)


@pytest.mark.parametrize("table", ["cycle", "item", "alarm", "event"])
def test_an_item_that_comes_back_while_the_cycle_changes_has_the_new_day(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    [ref] = begun(desk)
    step(desk, ref, "submit", "kai")
    desk.clock.at = at(date(2021, 2, 3))
    new = date(2021, 3, 24)
    order: list[Work] = [
        lambda d: step(d, ref, "return", "wan"),
        lambda d: schedule(d, None, report=new),
    ]
    if table == "cycle":
        order.reverse()
    with halting(monkeypatch, writes(table)) as mark:
        both(database_url, desk, mark, *order)
    [row] = dump(desk, "item")["item"]
    assert '"effective":"2021-03-24"' in row[15], row[15]
    sound(desk)


# --- A message between two -----------------------------------------------------------------------


@pytest.mark.parametrize("table", ["message", "obligation"])
@pytest.mark.parametrize("leaver_first", [True, False])
def test_what_is_taken_for_another_try_is_sent_or_cancelled_and_not_both(
    desk: Desk,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    leaver_first: bool,
) -> None:
    first, _ = begun(desk, 2)
    post = Post(desk)
    post.will = [refuse, refuse]
    tick_at(desk, at(FRIDAY), post)
    desk.clock.at = at(FRIDAY, 10)
    sender: list[Post] = []

    def again(d: Desk) -> Any:
        sender.append(Post(d))
        return tick(d, "A", d.clock.now, sender[0])

    order: list[Work] = [again, lambda d: step(d, first, "submit", "kai")]
    when = writes(table)
    if leaver_first:
        order.reverse()
        when = writes({"message": "alarm", "obligation": "event"}[table])
    with halting(monkeypatch, when) as mark:
        both(database_url, desk, mark, *order)
    for row in ledger(desk):
        expected = {"sent": 1, "cancelled": 0}[row["status"]]
        assert sender[0].counts[row["key"]] == expected, row
    sound(desk)


def test_a_settlement_that_the_sender_overtakes_is_refused_and_leaves_no_event(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wants to cancel what the sender, late, knows to be sent."""
    begun(desk)
    post = Post(desk)
    post.will = [fail]
    tick_at(desk, at(FRIDAY), post)
    key, [token] = (
        "kai|2021-02-19",
        [row[4] for row in dump(desk, "message")["message"] if row[0] == "kai|2021-02-19"],
    )
    events = len(dump(desk, "event")["event"])

    def cancel(d: Desk) -> Any:
        return settle(d, d.asking("hua"), Settlement(key, "cancelled", "moot"))

    def late(d: Desk) -> None:
        claim = Claim(key, "kai", "2021-02-19", token)
        messages._mark(d, claim, SENT, "", d.clock.now())

    with halting(monkeypatch, writes("message")) as mark:
        told, _ = both(database_url, desk, mark, cancel, late)
    [(status,)] = {(s,) for s in ledger(desk, "status", recipient="kai")}
    if isinstance(told, dict):
        assert status == "cancelled"
        assert len(dump(desk, "event")["event"]) == events + 1
    else:
        assert "is sent already" in str(told)
        assert status == "sent"
        assert len(dump(desk, "event")["event"]) == events
    assert broken(desk) == []
