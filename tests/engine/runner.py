"""A scheduler in a process of its own, for tests that run two of them, or kill them.

It tells the time by a file that the test writes, and keeps a journal of what it was given to send:
a line before, a line after, each on the disk before it goes on.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select

from engine.claims import Claim
from engine.clock import instant_of, stamp
from engine.database import Database
from engine.ledger import Obligation
from engine.schedule import run
from engine.tables import table
from engine.tick import tick
from tests.builders import Desk

PROCESSES = multiprocessing.get_context("forkserver")  # nothing of the parent's is shared
PROCESSES.set_forkserver_preload(["tests.engine.runner"])

_o = table(Obligation).c
_CARRIED = select(_o.key).where(_o.message == bindparam("message"), _o.status == "owed")


class Bench:
    """A folder that the test and its schedulers share."""

    def __init__(self, folder: Path) -> None:
        self.journal = folder / "journal"
        self.faults = folder / "faults"
        self._clock = folder / "clock"

    def set(self, now: datetime) -> None:
        part = self._clock.with_suffix(".part")
        part.write_text(stamp(now), encoding="utf-8")
        part.replace(self._clock)

    def now(self) -> datetime:
        return instant_of(self._clock.read_text(encoding="utf-8"))

    def write(self, line: str) -> None:
        """Whole, whoever else writes; on the disk when it comes back."""
        handle = os.open(self.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(handle, f"{line}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def lines(self) -> list[list[str]]:
        if not self.journal.exists():
            return []
        return [line.split(" ") for line in self.journal.read_text(encoding="utf-8").splitlines()]

    def sent(self) -> Counter[str]:
        """How often each reminder was given to be sent."""
        return Counter(key for what, *keys in self.lines() if what == "BEGIN" for key in keys[1:])

    def messages(self) -> Counter[str]:
        return Counter(keys[0] for what, *keys in self.lines() if what == "BEGIN")


def serve(url: str, folder: str, by: str, every: float, pause: float) -> None:
    """Tick until SIGTERM; `pause` is how long sending takes."""
    bench, stop = Bench(Path(folder)), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    office: list[Desk] = []  # opened where it is used: a connection belongs to a thread

    def send(claim: Claim) -> None:
        with office[0].database.read() as transaction:
            keys = [key for (key,) in transaction.rows(_CARRIED, {"message": claim.key})]
        bench.write(" ".join(["BEGIN", claim.key, *keys]))
        time.sleep(pause)
        bench.write(f"END {claim.key}")

    def work() -> None:
        if not office:
            office.append(Desk(Database.open(url)))
        tick(office[0], by, bench.now, send)

    def told(error: Exception) -> None:
        with bench.faults.open("a", encoding="utf-8") as file:
            file.write(f"{by}: {error!r}\n")

    run(work, every, stop, on_error=told)


def started(url: str, bench_at: Path, by: str, *, every: float, pause: float) -> Any:
    process = PROCESSES.Process(target=serve, args=(url, str(bench_at), by, every, pause))
    process.start()
    return process
