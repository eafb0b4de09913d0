"""Real processes at once on one database: one is faster, the other is told so; and kill -9."""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter as Counts
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, update
from sqlalchemy.sql import Executable

import engine.database
from engine import advance, enrol, items, opinions, revisions
from engine.case import Given
from engine.database import Database, Params, Transaction
from engine.errors import AnumatError, refused
from engine.load import Where
from engine.office import Answer
from engine.tables import Counter, Event, table
from tests.builders import DEPARTMENT, Desk, broken, draft, drafts, dump, opened, step

PROCESSES = multiprocessing.get_context("forkserver")  # nothing of the parent's is shared
PROCESSES.set_forkserver_preload(["tests.builders"])
MANY = 300
PATIENCE = 60  # seconds for the other process, on a slow and busy machine

Told = list[tuple[str, str]]  # the reasons of a refusal: code and words
Turns = Sequence[tuple[Any, ...]]  # a kind of TURNS and its arguments
_barrier: list[Barrier] = []


# --- What runs in the other processes ------------------------------------------------------------


def _join(barrier: Barrier) -> None:
    _barrier.append(barrier)


def _turns(url: str, turns: Turns) -> list[Answer | Told]:
    """Each turn begins when the other process begins the same one."""
    office = Desk(Database.open(url))
    said: list[Answer | Told] = []
    for kind, *arguments in turns:
        _barrier[0].wait(PATIENCE)
        try:
            said.append(TURNS[kind](office, *arguments))
        except AnumatError as error:
            said.append([(reason.code, reason.en) for reason in error.reasons])
    office.close()
    return said


def _fire(office: Desk, person: str, ref: str, trigger: str, meeting: str, key: str) -> Answer:
    return step(office, ref, trigger, person, meeting=meeting, key=key or None)


def _bulk(
    office: Desk,
    person: str,
    trigger: str,
    given: dict[str, str],
    key: str,
    workflow: str = "indicator_department",
) -> Answer:
    asking, where = office.asking(person, key or None), Where({"workflow": [workflow]})
    return advance.bulk(office, asking, where, trigger, Given(**given))


def _accept(office: Desk, times: int) -> Answer:
    answers = [
        _bulk(office, "somying", trigger, {}, "")
        for _ in range(times)
        for trigger in ("accept", "withdraw")  # the second is refused
    ]
    return {"done": [done for answer in answers for done in answer["done"]]}


def _open(office: Desk, key: str) -> Answer:
    asking = office.asking(None, key or None)
    return items.open_items(office, asking, "indicator_department", "2564-free", drafts())


def _revise(office: Desk, person: str, ref: str, weight: str, key: str) -> Answer:
    return revisions.revise(office, office.asking(person, key or None), ref, {"weight": weight})


def _enrol(office: Desk, person: str, key: str) -> Answer:
    new = [enrol.NewPerson(person, "ใหม่", "New")]
    return enrol.people(office, office.asking(None, key or None), new)


TURNS: dict[str, Callable[..., Answer]] = {
    "fire": _fire, "accept": _accept, "bulk": _bulk, "open": _open, "revise": _revise,
    "enrol": _enrol,
}  # fmt: skip


# --- Two at once ---------------------------------------------------------------------------------


class Pair:
    """Two processes that take their turns at the same moment."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def race(self, url: str, one: Turns, other: Turns) -> list[tuple[Any, Any]]:
        """What the two were told, turn by turn."""
        running = [self._pool.submit(_turns, url, turns) for turns in (one, other)]
        first, second = (each.result(2 * PATIENCE) for each in running)
        return list(zip(first, second, strict=True))


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    barrier = PROCESSES.Barrier(2)
    with ProcessPoolExecutor(2, PROCESSES, initializer=_join, initargs=(barrier,)) as pool:
        yield Pair(pool)


@pytest.fixture
def drafted(office: Desk) -> list[str]:
    """Many indicators in draft, in a set without rules."""
    of = [draft(f"{number}") for number in range(MANY)]
    return opened(office, None, cycle="2564-free", of=of)


@pytest.fixture
def under_review(office: Desk, drafted: list[str]) -> list[str]:
    """Many indicators that wait on the working group's secretary."""
    advance.bulk(office, office.asking("somying"), Where(), "submit", Given())
    return drafted


def steps_of(office: Desk, trigger: str) -> dict[str, int]:
    """How often each item took the step."""
    columns = [column.name for column in table(Event).c]
    events = [dict(zip(columns, row, strict=True)) for row in dump(office, "event")["event"]]
    return Counts(event["stream"] for event in events if event["trigger"] == trigger)


def check_race(
    office: Desk, refs: list[str], trigger: str, names: tuple[str, str], told: list[tuple[Any, Any]]
) -> None:
    """Of each two one did it, and the other was told who."""
    for ref, pair in zip(refs, told, strict=True):
        done = [isinstance(answer, dict) for answer in pair]
        assert sorted(done) == [False, True], (ref, pair)
        refused = [words for _, words in pair[done.index(False)]]
        faster = f"the last step was “{trigger}” by {names[done.index(True)]} on 1 Feb 2021"
        assert faster in refused, refused
    assert steps_of(office, trigger) == dict.fromkeys(refs, 1)
    assert broken(office) == []


def test_of_two_who_take_the_same_step_one_does_and_the_other_is_told_who(
    office: Desk, database_url: str, drafted: list[str], pair: Pair
) -> None:
    one, other = (
        [("fire", person, ref, "submit", "", "") for ref in drafted]
        for person in ("somying", "somsak")
    )
    told = pair.race(database_url, one, other)
    check_race(office, drafted, "submit", ("Somying", "Somsak"), told)


def test_the_slower_is_told_who_also_where_the_next_state_knows_the_same_trigger(
    office: Desk, database_url: str, under_review: list[str], pair: Pair
) -> None:
    one, other = (
        [("fire", person, ref, "endorse", "M-IWG", "") for ref in under_review]
        for person in ("wipa", "wit")
    )
    told = pair.race(database_url, one, other)
    check_race(office, under_review, "endorse", ("Wipa", "Wit"), told)


def test_a_decision_that_leaves_the_item_where_it_is_is_taken_once(
    office: Desk, database_url: str, under_review: list[str], pair: Pair
) -> None:
    step_on = Given(meeting="M-IWG")
    advance.bulk(office, office.asking("wipa"), Where(), "endorse", step_on)
    one, other = (
        [("fire", person, ref, "endorse", "M-MC", "") for ref in under_review[:50]]
        for person in ("kanda", "both")
    )
    for answers in pair.race(database_url, one, other):
        assert [isinstance(answer, dict) for answer in answers].count(True) == 1, answers
        [refused] = [answer for answer in answers if not isinstance(answer, dict)]
        assert [code for code, _ in refused] == ["already", "last-step"]
    assert sum(steps_of(office, "endorse").values()) == MANY + 50
    assert broken(office) == []


def test_of_two_batches_each_item_is_in_one(
    office: Desk, database_url: str, drafted: list[str], pair: Pair
) -> None:
    one: Turns = [("bulk", "somying", "submit", {}, "")]
    other: Turns = [("bulk", "somsak", "submit", {}, "")]
    [answers] = pair.race(database_url, one, other)
    done = [{each["ref"] for each in answer["done"]} for answer in answers]
    refused = [{each["ref"] for each in answer["refused"]} for answer in answers]
    assert done[0] | done[1] == set(drafted)
    assert not done[0] & done[1]
    assert refused == [done[1], done[0]]
    for name, answer in zip(("Somsak", "Somying"), answers, strict=True):
        for each in answer["refused"]:
            assert f"by {name} on" in each["reasons"][-1]["en"]
    assert steps_of(office, "submit") == dict.fromkeys(drafted, 1)
    assert broken(office) == []


def test_batches_that_need_the_same_rows_in_another_order_do_not_block_each_other(
    office: Desk, database_url: str, pair: Pair
) -> None:
    """Requests about the last indicator first, while others accept the first indicator first."""
    count, asking = 100, office.asking
    of = [draft(f"{number}") for number in range(count)]
    indicators = opened(office, None, cycle="2564-free", of=of)
    for trigger, person, given in DEPARTMENT[:5]:
        advance.bulk(office, asking(person), Where(), trigger, Given(**given))
    content = {
        "indicator": "1", "kind": "target", "reason_th": "ก", "host_agency": "DLA",
        "changes": {"target_50": "60"},
    }  # fmt: skip
    wanted = [items.Draft("OPS", content, subject) for subject in reversed(indicators)]
    opened(office, None, "change_request", "2564-free", wanted)
    requests = Where({"workflow": ["change_request"]})
    advance.bulk(office, asking("somying"), requests, "submit", Given())
    opinions.opine(office, asking("hathai"), requests, opinions.Said("DLA", "support"))
    advance.bulk(office, asking("orn"), requests, "propose", Given())
    approve = [("bulk", "wipa", "approve", {"meeting": "M-WG"}, "", "change_request")]
    [answers] = pair.race(database_url, approve, [("accept", 20)])
    for answer in answers:  # whoever is overtaken again and again may be told so, and try again
        assert isinstance(answer, dict) or [code for code, _ in answer] == ["overtaken"], answer
    assert broken(office) == []


def test_two_commands_that_wait_on_each_other_are_both_done(
    office: Desk, database_url: str
) -> None:
    """PostgreSQL ends one of them, which is then taken up again; SQLite lets in one at a time."""
    counter = table(Counter)
    meet = threading.Barrier(2)

    def work(transaction: Transaction, names: str) -> Answer:
        for name in names:
            found = counter.c.name == bindparam("was_name")
            more = update(counter).where(found).values(value=counter.c.value + 1)
            assert transaction.run(more, {"was_name": name}) == 1
            with contextlib.suppress(threading.BrokenBarrierError):
                meet.wait(0.5)  # both hold one row now, and want the other's
        return {"names": names}

    def command(names: str) -> Answer:
        desk = Desk(Database.open(database_url))
        try:
            return desk.command(desk.asking(), names, lambda tx: work(tx, names))
        finally:
            desk.close()

    with office.database.write() as tx:
        tx.run_many(insert(counter), [{"name": name, "value": 0} for name in "ab"])
    with ThreadPoolExecutor(2) as threads:
        told = list(threads.map(command, ("ab", "ba")))
    assert told == [{"names": "ab"}, {"names": "ba"}]
    assert dump(office, "counter")["counter"] == [("a", 2), ("b", 2)]


def test_of_two_new_contents_both_are_kept_one_after_the_other(
    office: Desk, database_url: str, pair: Pair
) -> None:
    ref, *_ = opened(office, cycle="2564-free")
    somying, somsak = (
        [("revise", person, ref, f"{number}.{digit}", "") for number in range(1, 31)]
        for person, digit in (("somying", 1), ("somsak", 2))
    )
    told = pair.race(database_url, somying, somsak)
    assert all(isinstance(answer, dict) for answers in told for answer in answers)
    numbers = [answer["revision"]["number"] for answers in told for answer in answers]
    assert sorted(numbers) == list(range(2, 62))
    assert broken(office) == []


def test_two_who_open_at_once_get_different_numbers(
    office: Desk, database_url: str, pair: Pair
) -> None:
    turns = [("open", "")] * 10
    told = pair.race(database_url, turns, turns)
    assert all(isinstance(answer, dict) for answers in told for answer in answers), told
    refs = [item["ref"] for answers in told for answer in answers for item in answer["opened"]]
    assert sorted(refs) == [f"IND-2564-{number:04d}" for number in range(1, 61)]
    assert broken(office) == []


def test_two_who_enrol_the_same_person_are_both_content(
    office: Desk, database_url: str, pair: Pair
) -> None:
    turns = [("enrol", f"p{number}", "") for number in range(30)]
    for told in pair.race(database_url, turns, turns):
        assert all(isinstance(answer, dict) for answer in told), told
        assert sorted(answer["added"] for answer in told) == [0, 1]
    assert broken(office) == []


# --- One key, twice at once ----------------------------------------------------------------------


def test_one_key_in_two_processes_is_one_change_with_one_answer(
    office: Desk, database_url: str, under_review: list[str], pair: Pair
) -> None:
    refs = under_review[:60]
    turns = [("fire", "wipa", ref, "endorse", "M-IWG", f"key-{ref}") for ref in refs]
    for one, other in pair.race(database_url, turns, turns):
        assert one == other
        assert one["to"] == "committee"
    assert steps_of(office, "endorse") == dict.fromkeys(refs, 1)
    assert broken(office) == []


@pytest.mark.parametrize("kind", ["open", "revise", "enrol", "bulk"])
def test_one_key_is_one_change_whatever_the_command(
    office: Desk, database_url: str, pair: Pair, kind: str
) -> None:
    ref, *_ = opened(office, cycle="2564-free")
    arguments: dict[str, Callable[[int], tuple[Any, ...]]] = {
        "open": lambda _: (),
        "revise": lambda number: ("somying", ref, f"{number}.5"),
        "enrol": lambda number: (f"p{number}",),
        "bulk": lambda number: ("somying", ("submit", "withdraw")[number % 2], {}),
    }
    turns = [(kind, *arguments[kind](n), f"key-{n}") for n in range(2 if kind == "bulk" else 20)]
    before = len(dump(office, "event")["event"])
    told = pair.race(database_url, turns, turns)
    for one, other in told:
        assert isinstance(one, dict), one
        assert one == other
    counted = {"open": lambda a: len(a["opened"]), "bulk": lambda a: len(a["done"])}
    changes = sum(counted.get(kind, lambda _: 1)(one) for one, _ in told)
    assert len(dump(office, "event")["event"]) == before + changes
    assert broken(office) == []


def test_one_key_for_two_requests_at_once_is_refused_to_the_slower(
    office: Desk, database_url: str, under_review: list[str], pair: Pair
) -> None:
    halves = under_review[:30], under_review[30:60]
    one, other = (
        [("fire", "wipa", ref, "endorse", "M-IWG", f"k{n}") for n, ref in enumerate(half)]
        for half in halves
    )
    for told in pair.race(database_url, one, other):
        assert [isinstance(answer, dict) for answer in told].count(True) == 1, told
        [refused] = [answer for answer in told if not isinstance(answer, dict)]
        assert [code for code, _ in refused] == ["key"]
    assert sum(steps_of(office, "endorse").values()) == 30
    assert broken(office) == []


def test_a_repeat_that_meets_the_first_request_half_way_gets_its_answer(
    office: Desk, database_url: str
) -> None:
    """It looks for the key before the first request is done, and at the items after it."""
    looked, done = threading.Event(), threading.Event()

    def command(work: Callable[[Transaction], Answer]) -> Answer:
        desk = Desk(Database.open(database_url))
        try:
            return desk.command(desk.asking("wipa", "key"), "the same", work)
        finally:
            desk.close()

    def repeat(transaction: Transaction) -> Answer:
        looked.set()
        if done.wait(0.5):  # on SQLite the first request comes after this one
            raise refused("state", "ก", "what the first request left behind")
        return {"by": "the repeat"}

    with ThreadPoolExecutor(1) as threads:
        repeated = threads.submit(command, repeat)
        assert looked.wait(PATIENCE)
        first = command(lambda _: {"by": "the first"})
        done.set()
        assert repeated.result() == first


# --- kill -9 -------------------------------------------------------------------------------------


class Mortal(Transaction):
    """Ends its process as kill -9 does, before the row that it may not write any more."""

    may_write = 0

    def run_many(self, statement: Executable, rows: Sequence[Params]) -> int:
        return sum(self.run(statement, row) for row in rows)

    def run(self, statement: Executable, params: Params | None = None) -> int:
        if Mortal.may_write == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        Mortal.may_write -= 1
        return super().run(statement, params)


def _die(url: str, may_write: int) -> None:
    engine.database.Transaction = Mortal  # type: ignore[misc]  # in this process only
    Mortal.may_write = may_write
    _bulk(Desk(Database.open(url)), "wipa", "endorse", {"meeting": "M-IWG"}, "batch")


def _hurry(url: str, begun: Connection) -> None:
    office = Desk(Database.open(url))
    begun.send(True)
    _bulk(office, "wipa", "endorse", {"meeting": "M-IWG"}, "")


def states(office: Desk) -> dict[str, int]:
    return Counts(row[9] for row in dump(office, "item")["item"])


@pytest.mark.parametrize(
    "written",
    [0, 1, MANY - 1, MANY, MANY + 1, 2 * MANY - 1, 2 * MANY, 2 * MANY + 1],
    ids=lambda written: f"after-{written}-rows",
)
def test_a_batch_that_is_killed_leaves_nothing_and_can_be_repeated(
    office: Desk, database_url: str, under_review: list[str], written: int
) -> None:
    """An item's row, an event for each, and the key: so many rows make a batch."""
    whole = 2 * MANY + 1
    before = dump(office)
    process = PROCESSES.Process(target=_die, args=(database_url, written))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == (0 if written == whole else -signal.SIGKILL)
    if written == whole:
        assert states(office) == {"committee": MANY}
    else:
        assert dump(office) == before
    assert broken(office) == []
    answer = _bulk(office, "wipa", "endorse", {"meeting": "M-IWG"}, "batch")
    assert len(answer["done"]) == MANY
    assert steps_of(office, "endorse") == dict.fromkeys(under_review, 1)
    assert broken(office) == []


def test_a_batch_that_is_killed_at_any_time_is_there_wholly_or_not_at_all(
    office: Desk, database_url: str, under_review: list[str]
) -> None:
    here, there = PROCESSES.Pipe(duplex=False)
    for milliseconds in (0, 5, 10, 20, 30, 50):
        process = PROCESSES.Process(target=_hurry, args=(database_url, there))
        process.start()
        assert here.poll(PATIENCE)
        here.recv()
        time.sleep(milliseconds / 1000)
        process.kill()
        process.join(PATIENCE)
        assert broken(office) == []
        found = states(office)
        assert found in ({"working_group_review": MANY}, {"committee": MANY}), milliseconds
        if "committee" in found:
            bulk_back(office)
    here.close()
    there.close()


def bulk_back(office: Desk) -> None:
    """Everything before the working group again."""
    asking, back = office.asking("kanda"), Given(comment="อีกครั้ง")
    advance.bulk(office, asking, Where(), "return", back)
    advance.bulk(office, office.asking("somying"), Where(), "submit", Given())
