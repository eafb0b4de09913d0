"""Two processes that issue letters at once, and one that is killed: no number twice, and none
missing without a reason."""

import multiprocessing
import os
import random
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing.synchronize import Barrier
from typing import Any, ClassVar

import pytest
from sqlalchemy.sql import Executable

import engine.database
from engine.database import Database, Params, Transaction
from engine.errors import Refusal
from engine.letters import file_of
from engine.numbers import register_of
from engine.voiding import void
from tests.builders import Desk, broken, draft, dump, opened, step
from tests.engine.lettering import OPDC, issued, owed

PROCESSES = multiprocessing.get_context("forkserver")  # nothing of the parent's is shared
PROCESSES.set_forkserver_preload(["tests.engine.lettering"])
MANY = 40
HOUR = 1  # later: the issuers' clock must be behind the last question


# --- What runs in the other processes ------------------------------------------------------------


class Start:
    """Where an issuer waits for the other one, in its own process."""

    line: ClassVar[Barrier]

    @classmethod
    def draw(cls, line: Barrier) -> None:
        cls.line = line


def issue_all(url: str, seed: int) -> tuple[list[int], int]:
    """Issue whatever both found owed, in an order of one's own, and void a few: the numbers that
    were taken, and how often somebody else was faster."""
    office, turns = Desk(Database.open(url)), random.Random(seed)
    office.later(hours=HOUR)
    taken, late = [], 0
    found = owed(office)
    Start.line.wait(120)
    turns.shuffle(found)
    for each in found:
        try:
            answer = issued(office, each)
        except Refusal:
            late += 1
            continue
        taken.append(answer["number"])
        if turns.random() < 0.2:
            void(office, office.asking("orn"), answer["ref"], "พิมพ์ผิด")
    office.close()
    return taken, late


class Mortal(Transaction):
    """Ends its process as kill -9 does, before the row that it may not write any more."""

    may_write: ClassVar[int]

    def run_many(self, statement: Executable, rows: Sequence[Params]) -> int:
        return sum(self.run(statement, row) for row in rows)

    def run(self, statement: Executable, params: Params | None = None) -> int:
        if not Mortal.may_write:
            os.kill(os.getpid(), signal.SIGKILL)
        Mortal.may_write -= 1
        return super().run(statement, params)


def issue_and_die(url: str, may_write: int) -> None:
    engine.database.Transaction = Mortal  # type: ignore[misc]  # in this process only
    Mortal.may_write = may_write
    office = Desk(Database.open(url))
    office.later(hours=HOUR)
    issued(office, owed(office)[0])


# --- Two at once ---------------------------------------------------------------------------------


@pytest.fixture
def pool() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(2, PROCESSES, Start.draw, (PROCESSES.Barrier(2),)) as both:
        yield both


@pytest.fixture
def asked(office: Desk) -> list[str]:
    """Every item was asked something at a moment of its own, so each is owed its own letter."""
    of = [draft(f"P{number}", organisation="CMI") for number in range(MANY)]
    refs = opened(office, None, "indicator_province", "2564-free", of)
    for ref in refs:
        step(office, ref, "submit", "chiang")
        office.later(seconds=1)
        step(office, ref, "ask_information", "orn", comment="ขอสูตร")
    return refs


def the_register(office: Desk) -> list[dict[str, Any]]:
    with office.database.read() as transaction:
        return register_of(transaction, OPDC, 2564)


def test_two_processes_take_every_number_once_and_leave_no_gap(
    office: Desk, database_url: str, asked: list[str], pool: ProcessPoolExecutor
) -> None:
    both = [pool.submit(issue_all, database_url, seed) for seed in (1, 2)]
    (one, late), (other, late_too) = (each.result(120) for each in both)
    assert one
    assert other
    assert sorted(one + other) == list(range(1, len(one + other) + 1))
    assert late + late_too, "they never met"
    rows = the_register(office)
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(row["reason"] for row in rows if row["status"] == "void")
    assert sum(row["status"] == "issued" for row in rows) + len(owed(office)) == MANY
    with office.database.read() as transaction:
        for row in rows:
            body = file_of(transaction, row["ref"])
            assert body == f"%PDF {row['number']}".encode()
            assert row["pdf"] == sha256(body).hexdigest()
    assert broken(office) == []


@pytest.mark.parametrize("may_write", range(7))
def test_an_issuer_that_is_killed_leaves_the_number_untaken(
    office: Desk, database_url: str, asked: list[str], may_write: int
) -> None:
    before = dump(office)
    process = PROCESSES.Process(target=issue_and_die, args=(database_url, may_write))
    process.start()
    process.join(60)
    died = process.exitcode == -signal.SIGKILL
    assert died == (may_write < 6), process.exitcode  # row, head, event, file, owed, messages
    assert (dump(office) == before) == died
    office.later(hours=HOUR)
    assert issued(office, owed(office)[0])["number"] == (1 if died else 2)
    assert broken(office) == []
