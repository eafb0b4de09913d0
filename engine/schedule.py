"""The only importer of APScheduler: one job in memory that ticks, and a watch over it.

What is due lives in our tables. APScheduler drops a one-shot job that came due while the process
was down, and two processes on one job store fire twice or die silently (both seen), so it is given
neither jobs to remember nor a store to share.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from engine.clock import SystemClock

JOB = "tick"


def run(
    work: Callable[[], None],
    every: float,
    stop: threading.Event,
    *,
    on_error: Callable[[Exception], None],
    scheduler: BackgroundScheduler | None = None,
) -> None:
    """Call `work` now and then every so many seconds, until `stop` is set; a call that has begun
    is finished first. What it raises is told to `on_error`, and the next call comes all the same.
    """
    # A round that outlasts the interval is no trouble: the next one finds what is due.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    watch, clock = _Watch(work, on_error), SystemClock()
    scheduler = scheduler or background()
    scheduler.add_job(
        watch.call,
        "interval",
        id=JOB,
        seconds=every,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
        next_run_time=clock.now(),
    )
    scheduler.start()
    try:
        while not stop.wait(min(every, 1.0)):
            # An interval job sleeps on when the system's clock is set back, by up to as long.
            if watch.is_late(2 * every):
                scheduler.modify_job(JOB, next_run_time=clock.now())
    finally:
        scheduler.shutdown(wait=True)


def background() -> BackgroundScheduler:
    """One thread to work in, nothing to remember."""
    return BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})


class _Watch:
    """Calls, and knows when it last did, by a clock that nobody can set."""

    def __init__(self, work: Callable[[], None], on_error: Callable[[Exception], None]) -> None:
        self._work = work
        self._on_error = on_error
        self._ended = time.monotonic()
        self._busy = False

    def call(self) -> None:
        self._busy = True
        try:
            self._work()
        except Exception as error:  # noqa: BLE001  # a round that failed must not be the last one
            self._on_error(error)
        finally:
            self._ended, self._busy = time.monotonic(), False

    def is_late(self, seconds: float) -> bool:
        return not self._busy and time.monotonic() - self._ended > seconds
