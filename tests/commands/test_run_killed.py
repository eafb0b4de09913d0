"""`anumat run` itself, killed in the midst of sending, again and again: nothing lost or doubled."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine import enrol
from tests.builders import OCTOBER, Desk, an_office, broken
from tests.commands.typist import ROOT, surroundings
from tests.engine.reminders import (
    REPORT,
    Post,
    account,
    begun,
    flow,
    furnish,
    ledger,
    messages,
    tick_at,
)

MANY = 250
PATIENCE = 60
COMMAND = [sys.executable, "-m", "cli", "run", "--every", "1"]


@pytest.fixture
def office(database_url: str) -> Iterator[Desk]:
    """Two items whose last reminder fell due long ago, for many people."""
    office = an_office(database_url)
    furnish(office, flow([REPORT | {"overdue": ["1d"], "again": None}]))
    people = [f"k{number:03}" for number in range(MANY)]
    enrol.people(office, office.asking(), [enrol.NewPerson(p, p, p) for p in people])
    new = [enrol.NewGrant(p, "keeper", "OPS", OCTOBER) for p in people]
    enrol.grants(office, office.asking(), new)
    begun(office, 2)
    yield office
    office.close()


def kill_it(office: Desk, url: str, folder: Path, kills: int) -> int:
    """Start and kill it until it has nothing to do; how often."""
    log, outbox, seed = folder / "log", folder / "outbox", random.Random(kills)
    env = surroundings({"ANUMAT_DATABASE_URL": url, "ANUMAT_OUTBOX": str(outbox)})
    for number in range(kills):
        before = len(list(outbox.glob("*.eml"))) if outbox.exists() else 0
        with log.open("ab") as file:
            process = subprocess.Popen(
                COMMAND, env=env, stdout=file, stderr=subprocess.STDOUT, cwd=ROOT
            )
        try:
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline and process.poll() is None:
                if outbox.exists() and len(list(outbox.glob("*.eml"))) > before:
                    break
                time.sleep(0.005)
            else:
                return number
            time.sleep(seed.random() * 0.05)
        finally:
            process.kill()
            process.wait(PATIENCE)
    return kills


def check(office: Desk, url: str, folder: Path, kills: int) -> None:
    killed = kill_it(office, url, folder, kills)
    said = (folder / "log").read_text(encoding="utf-8")
    assert "Traceback" not in said, said
    assert "failed" not in said, said
    times = Counter(
        word.rstrip(":") for word in said.split() if word.startswith("k") and word.endswith(":")
    )
    assert killed >= min(kills, 3)
    assert max(times.values()) == 1, times.most_common(3)
    # What is left goes out sixteen minutes later, through a post office that counts as well.
    post = Post(office)
    tick_at(office, datetime.now(UTC) + timedelta(minutes=16), post)
    tick_at(office, office.clock.now() + timedelta(days=1), post)
    there = {file.name for file in (folder / "outbox").glob("*.eml")}
    for person, status in ledger(office, "recipient", "status", step="+1d"):
        by_file = sum(f"-{person}-" in name for name in there)
        by_post = person in post.persons()
        if status == "sent":
            assert by_file + by_post == 1, person
        else:
            assert (status, by_post) == ("unknown", False), person
            assert by_file <= 1, person
    assert len(ledger(office, step="+1d")) == 2 * (MANY + 2)
    unknown = sum(message["status"] == "unknown" for message in messages(office))
    assert unknown <= killed
    assert account(office).balanced == (unknown == 0)
    assert account(office).gaps == []
    assert broken(office) == []
    print(f"{killed} kills, {unknown} messages unknown, {len(there)} files")


def test_the_command_that_is_killed_loses_and_doubles_nothing(
    office: Desk, database_url: str, tmp_path: Path
) -> None:
    check(office, database_url, tmp_path, 4)


@pytest.mark.soak
def test_the_command_that_is_killed_often_loses_and_doubles_nothing(
    office: Desk, database_url: str, tmp_path: Path
) -> None:
    check(office, database_url, tmp_path, 200)
