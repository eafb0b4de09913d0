"""Two schedulers at full speed on one database, while people work; and schedulers that are killed.

Each writes down what it was given to send: no reminder is lost, and none is there twice.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine import enrol
from engine.claims import LEASE
from engine.errors import AnumatError
from tests.builders import OCTOBER, Desk, broken, step
from tests.engine.reminders import (
    DUE,
    REPORT,
    account,
    at,
    begun,
    flow,
    furnish,
    ledger,
    messages,
)
from tests.engine.runner import Bench, started

PATIENCE = 60
LONG = 330  # days, up to a Wednesday that is no holiday
KEEPERS = [f"keeper{number}" for number in range(6)]
# One reminder on the day, and one for each day after it.
DAILY = REPORT | {"remind": [], "overdue": [], "again": "1d", "ladder": []}


def taken_or_not(office: Desk, ref: str, trigger: str) -> None:
    """A step that may meet an item which is somewhere else."""
    try:
        step(office, ref, trigger, "kai")
    except AnumatError as refused:
        codes = {reason.code for reason in refused.reasons}
        if not codes & {"state", "overtaken"}:
            raise


@pytest.fixture
def desk(office: Desk) -> Desk:
    furnish(office, flow([DAILY], [DAILY | {"due": {"date": "report"}, "name": "review"}]))
    people = [enrol.NewPerson(p, p, p) for p in KEEPERS]
    enrol.people(office, office.asking(), people)
    new = [enrol.NewGrant(p, "keeper", "OPS", OCTOBER) for p in KEEPERS]
    enrol.grants(office, office.asking(), new)
    return office


@pytest.fixture
def bench(tmp_path: Path, desk: Desk) -> Bench:
    made = Bench(tmp_path)
    made.set(desk.clock.now())
    return made


@pytest.fixture
def processes() -> Iterator[list[Any]]:
    """Ended with the test, however it ends."""
    running: list[Any] = []
    yield running
    for process in running:
        process.kill()
        process.join(PATIENCE)


def settled(office: Desk, bench: Bench, unknown: bool) -> None:
    """What the ledger says is what the journal says."""
    given, said = bench.sent(), bench.messages()
    assert max(said.values()) == 1, [key for key, times in said.items() if times > 1]
    for row in ledger(office):
        allowed = {"sent": (1,), "cancelled": (0,), "unknown": (0, 1) if unknown else ()}
        assert given[row["key"]] in allowed[row["status"]], (given[row["key"]], row)
        assert row["status"] == "sent" or row["reason"]
    assert set(given) <= set(ledger(office, "key"))
    assert not bench.faults.exists(), bench.faults.read_text(encoding="utf-8")
    found = account(office)
    assert found.gaps == []
    assert found.balanced == (not found.statuses["unknown"])
    assert broken(office) == []


def waited(office: Desk, seconds: float = PATIENCE) -> None:
    """Until nothing is owed or on its way."""
    deadline = time.monotonic() + seconds
    while account(office).gaps or set(ledger(office, "status")) & {"owed"}:
        assert time.monotonic() < deadline, (account(office), ledger(office, status="owed"))
        time.sleep(0.05)


def steps_until(last: date) -> set[str]:
    days = (last - DUE).days
    return {"0", *(f"again-{number}" for number in range(1, days + 1))}


def two_at_once(
    office: Desk, url: str, tmp_path: Path, bench: Bench, processes: list[Any], days: int
) -> None:
    moving, staying = begun(office, 4), begun(office, 4)
    office.clock.at = at(DUE, 8)
    bench.set(office.clock.at)
    processes += [started(url, tmp_path, by, every=0.01, pause=0) for by in "AB"]
    random = Random(days)
    for _ in range(days):
        office.clock.at += timedelta(days=1)
        for minutes in range(4):
            bench.set(office.clock.at + timedelta(minutes=minutes))
            for ref in random.sample(moving, 2):
                there = ["submit"] if random.random() < 0.5 else ["return"]
                for trigger in there:
                    taken_or_not(office, ref, trigger)
            time.sleep(random.random() / 20)
    last = date(2021, 2, 24) + timedelta(days=(days // 7 + 1) * 7)  # a Wednesday again
    office.clock.at = at(last, 10)
    bench.set(office.clock.at)
    waited_for_reminders(office, staying, last)
    waited(office)  # the leap would end the lease of what is being sent just now
    office.clock.at += timedelta(days=1)
    bench.set(office.clock.at)
    waited_for_reminders(office, staying, last)
    waited(office)
    for process in processes:
        process.terminate()
        process.join(PATIENCE)
        assert process.exitcode == 0
    settled(office, bench, unknown=False)
    complete(office, staying, last + timedelta(days=1))


def waited_for_reminders(office: Desk, refs: Sequence[str], last: date) -> None:
    deadline = time.monotonic() + PATIENCE
    while not all(steps_until(last) <= set(ledger(office, "step", item=ref)) for ref in refs):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def complete(office: Desk, refs: Sequence[str], last: date) -> None:
    """Every day's reminder of items that stayed where they were, to every keeper, and no other."""
    everybody = {*KEEPERS, "kai", "kob"}
    expected = {(step, person) for step in steps_until(last) for person in everybody}
    for ref in refs:
        assert Counter(ledger(office, "step", "recipient", item=ref)) == Counter(expected)


def test_two_schedulers_and_people_at_once_lose_and_double_nothing(
    desk: Desk, database_url: str, tmp_path: Path, bench: Bench, processes: list[Any]
) -> None:
    two_at_once(desk, database_url, tmp_path, bench, processes, 15)


@pytest.mark.soak
def test_two_schedulers_and_people_at_once_lose_and_double_nothing_for_long(
    desk: Desk, database_url: str, tmp_path: Path, bench: Bench, processes: list[Any]
) -> None:
    two_at_once(desk, database_url, tmp_path, bench, processes, LONG)


def killed_again_and_again(
    office: Desk, url: str, tmp_path: Path, bench: Bench, processes: list[Any], kills: int
) -> None:
    refs = begun(office, 3)
    now, random, lost = at(DUE, 8), Random(kills), 0
    bench.set(now)
    for _ in range(kills):
        now += random.choice([timedelta(minutes=3), timedelta(hours=9), timedelta(days=1)])
        bench.set(now)
        process = started(url, tmp_path, "A", every=0.05, pause=0.004)
        processes.append(process)
        lines = len(bench.lines())
        # Somewhere in a round, or, two times of three, when it has begun to send.
        begins_to_send = time.monotonic() + random.choice([0, 0.6, 0.6])
        while len(bench.lines()) == lines and time.monotonic() < begins_to_send:
            time.sleep(0.002)
        time.sleep(random.random() * (0.06 if len(bench.lines()) > lines else 0.4))
        process.kill()
        process.join(PATIENCE)
        lost += process.exitcode == -9
        processes.remove(process)
    assert lost == kills
    office.clock.at = now
    taken = {row["key"] for row in messages(office) if row["status"] == "claimed"}
    # The next one finds what was left, and goes on.
    days = (now.date() - DUE).days // 7 + 2
    last = DUE + timedelta(days=7 * days)
    office.clock.at = at(last, 10)
    assert office.clock.at > now + LEASE
    bench.set(office.clock.at)
    processes.append(started(url, tmp_path, "B", every=0.05, pause=0))
    waited_for_reminders(office, refs, last)
    waited(office)  # the leap would end the lease of what is being sent just now
    office.clock.at += timedelta(days=1)
    bench.set(office.clock.at)
    waited_for_reminders(office, refs, last)
    waited(office)
    processes[-1].terminate()
    processes[-1].join(PATIENCE)
    settled(office, bench, unknown=True)
    complete(office, refs, last + timedelta(days=1))
    ended = {row["key"]: row["status"] for row in messages(office)}
    assert set(ended.values()) <= {"sent", "unknown"}
    assert {ended[key] for key in taken} <= {"unknown"}
    of_message = {row["message"]: row["status"] for row in ledger(office) if row["message"]}
    assert ended == of_message
    begun_only = {line[1] for line in bench.lines() if line[0] == "BEGIN"} - {
        line[1] for line in bench.lines() if line[0] == "END"
    }
    assert {ended[key] for key in begun_only} <= {"unknown"}
    print(f"{kills} kills: {Counter(ended.values())}, {len(begun_only)} in the midst of sending")


def test_a_scheduler_that_is_killed_again_and_again_loses_and_doubles_nothing(
    desk: Desk, database_url: str, tmp_path: Path, bench: Bench, processes: list[Any]
) -> None:
    killed_again_and_again(desk, database_url, tmp_path, bench, processes, 10)


@pytest.mark.soak
def test_a_scheduler_that_is_killed_two_hundred_times_loses_and_doubles_nothing(
    desk: Desk, database_url: str, tmp_path: Path, bench: Bench, processes: list[Any]
) -> None:
    killed_again_and_again(desk, database_url, tmp_path, bench, processes, 220)
