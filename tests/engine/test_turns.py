"""Who writes again and again, as the clock does, leaves others the time to write."""

from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, delete, insert, select

from engine import database as room
from engine.database import LONGEST_TURN, Database
from engine.tables import Counter, table

ALL = select(table(Counter).c.name)
ADD = insert(table(Counter))
NONE = delete(table(Counter)).where(table(Counter).c.name == bindparam("was_name"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(room, "sleep", found.append)
    return found


def test_others_are_left_as_long_as_it_took(
    database: Database, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([10.0, 10.125, 20.0, 30.0])
    monkeypatch.setattr(room, "perf_counter", lambda: next(moments))
    for _ in range(2):
        with database.write_in_turn() as transaction:
            transaction.run(NONE, {"was_name": "a"})
    assert slept == ([0.125, LONGEST_TURN] if database.dialect == "sqlite" else [])


def test_who_only_looked_goes_on_at_once(database: Database, slept: list[float]) -> None:
    with database.write_in_turn() as transaction:
        transaction.rows(ALL)
    assert slept == []


def test_what_failed_is_rolled_back_as_ever(database: Database, slept: list[float]) -> None:
    def fail() -> None:
        with database.write_in_turn() as transaction:
            transaction.run(ADD, {"name": "a", "value": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as transaction:
        assert transaction.rows(ALL) == []
    assert slept == []
