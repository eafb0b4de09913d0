"""The one job that ticks: at once, again and again, one call at a time, until it is stopped."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import schedule

PATIENCE = 60  # seconds for what comes at once, on a slow and busy machine


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.005)


@contextmanager
def running(
    work: Callable[[], None], every: float, errors: list[Exception] | None = None, **more: Any
) -> Iterator[threading.Event]:
    """Runs beside the test until its end."""
    stop, told = threading.Event(), errors if errors is not None else []
    thread = threading.Thread(
        target=schedule.run, args=(work, every, stop), kwargs={"on_error": told.append, **more}
    )
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert errors is not None or told == []


def test_it_works_at_once_and_then_at_intervals() -> None:
    calls: list[float] = []
    with running(lambda: calls.append(time.monotonic()), 0.2):
        until(lambda: len(calls) >= 4)
    assert calls[3] - calls[0] >= 0.4  # three intervals, the first of which may be cut short


def test_the_first_call_does_not_wait_for_the_interval() -> None:
    calls: list[int] = []
    with running(lambda: calls.append(1), 3600):
        until(lambda: bool(calls))
    assert len(calls) == 1


def test_a_round_that_failed_is_told_and_is_not_the_last() -> None:
    calls: list[int] = []
    errors: list[Exception] = []

    def work() -> None:
        calls.append(1)
        if len(calls) < 3:
            raise ValueError(f"round {len(calls)}")

    with running(work, 0.05, errors):
        until(lambda: len(calls) >= 5)
    assert [str(error) for error in errors] == ["round 1", "round 2"]


def test_who_stops_it_waits_for_the_round_that_has_begun() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        time.sleep(0.5)
        ended.set()

    with running(work, 3600) as stop:
        assert begun.wait(PATIENCE)
        stop.set()
    assert ended.is_set()


def test_there_is_never_a_second_call_beside_the_first() -> None:
    """Also where each takes longer than the interval, and than the watch's patience."""
    at_work, most, calls = 0, 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal at_work, most, calls
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.3)
        with lock:
            at_work -= 1
            calls += 1

    with running(work, 0.05):
        until(lambda: calls >= 4)
    assert most == 1


def test_a_job_that_oversleeps_is_woken() -> None:
    """As it would be where the system's clock was set back by an hour."""
    scheduler, calls = schedule.background(), 0

    def work() -> None:
        nonlocal calls
        calls += 1
        later = datetime.now(UTC) + timedelta(hours=1)
        scheduler.modify_job(schedule.JOB, next_run_time=later)

    with running(work, 0.1, scheduler=scheduler):
        until(lambda: calls >= 4)


@pytest.mark.parametrize("seconds", [0.05, 3600])
def test_it_stops_at_once_between_two_rounds(seconds: float) -> None:
    """`running` waits for its end, and not for an hour."""
    calls: list[int] = []
    with running(lambda: calls.append(1), seconds):
        until(lambda: bool(calls))
