"""The bench itself: that it runs, and that its floor does the same work as the engine."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from bench.__main__ import ROWS, main
from bench.floor import Floor
from bench.measure import SIZES, Figure, aligned, take_turns
from bench.stage import opened
from bench.steps import PLAYS, played, rehearsed, staged

HERE = Path(__file__).parents[2]
TINY = SIZES["tiny"]


def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    office = opened(url)
    with office.database.read() as transaction:
        found = {
            name: sorted(transaction.ask(select(*table.c)))
            for name, table in SQLModel.metadata.tables.items()
        }
    office.close()
    return found


def test_the_floor_writes_the_very_rows_that_the_engine_writes(
    fresh_database: Callable[[], str],
) -> None:
    first, ours, floors = (fresh_database() for _ in range(3))
    for url in (first, ours, floors):
        staged(url, TINY, PLAYS)
    before = contents(floors)
    plan = rehearsed(first, TINY, PLAYS)
    office, floor = opened(ours), Floor(floors)
    for play, rounds in plan:
        played(office, floor, play, rounds)
    floor.close()
    office.close()

    after = contents(ours)
    assert after == contents(floors) == contents(first)
    steps = sum(len(each.refs) for _, rounds in plan for each in rounds)
    assert steps == TINY.rounds * TINY.steps * 3 + TINY.bulks * TINY.bulk * 2
    assert len(after["event"]) == len(before["event"]) + steps
    assert len(set(after["item"]) - set(before["item"])) == steps
    assert {name for name in after if after[name] != before[name]} == {"alarm", "event", "item"}


@pytest.mark.slow
def test_the_cheap_rows_run_from_end_to_end() -> None:
    rows = ["step", "bulk", "inbox", "tick", "verify", "letters", "help"]
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--size", "tiny", *rows],
        cwd=HERE,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    _, header, *lines, _ = done.stdout.splitlines()
    assert header.split()[:4] == ["row", "figure", "spread", "reach"]
    assert {line.split()[0] for line in lines} == set(rows)
    assert all(float(line.split()[1]) >= 0 for line in lines)
    assert "verifying" in done.stderr
    assert "verifying" not in done.stdout


def test_an_unknown_row_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["stepp", "--quick"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "stepp" in said
    assert all(row in said for row in ROWS)


@pytest.mark.parametrize(
    ("value", "at_most", "verdict"),
    [
        (0.49, False, "short"),
        (0.5, False, "ok for 0.5"),
        (0.7, False, "ok"),
        (0.71, True, "short"),
        (0.7, True, "ok"),
    ],
)
def test_a_verdict_names_the_goal_that_is_reached(
    value: float, at_most: bool, verdict: str
) -> None:
    reach = (0.7,) if at_most else (0.5, 0.7)
    assert Figure("", value, reach=reach, at_most=at_most).verdict == verdict


def test_without_a_goal_there_is_no_verdict() -> None:
    assert Figure("", 0.1).verdict == ""


def test_both_sides_take_turns_and_go_first_by_turns() -> None:
    seen: list[str] = []
    taken = take_turns(3, lambda n: seen.append(f"ours {n}"), lambda n: seen.append(f"floor {n}"))
    assert seen == ["floor 0", "ours 0", "ours 1", "floor 1", "floor 2", "ours 2"]
    assert len(taken.ours) == len(taken.floor) == 3


def test_columns_align_and_the_last_is_left_as_it_is() -> None:
    assert list(aligned([("a", "bb", "c"), ("aaa", "b", "")])) == ["a    bb  c", "aaa  b"]
