"""Reminders of an office by mail, over a relay that fails at random: nothing is lost, nothing that
was accepted goes out twice, and what nobody can know is listed.

The engine, its tables, the door's sender and the dialogue are the real ones; the relay speaks SMTP
over a socket.
"""

import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from commands.sending import sender
from engine import enrol
from engine.claims import Claim
from engine.database import Database
from engine.messages import Send, Unsent
from engine.settle import Settlement, settle
from engine.standing import Wanted, obligations
from engine.tick import tick
from notifications.mail import message_id
from notifications.smtp import Smtp
from tests.builders import OCTOBER, Desk, an_office
from tests.databases import SqliteSource, _settle
from tests.engine.reminders import (
    DUE,
    FOLK,
    Killed,
    account,
    at,
    begun,
    furnish,
    ledger,
    messages,
)
from tests.notifications.relay import ACTS, STEPS, Fault, Relay

# Nobody pulls a plug here: on a disk most of a season's time would go by waiting for it.
MEMORY = Path("/dev/shm")
SLOW = 0.2  # seconds that a silent relay is waited for
AFTER = ("drop", "reset", "garbage", "half", "longer", "3xx", "silence")
ENDED = {"sent", "failed", "unknown", "cancelled"}
Fresh = Callable[[ExitStack], Desk]


def faults(chance: random.Random, count: int) -> list[Fault | None]:
    """Half of them are none; a third are about the one place where nobody knows."""
    found: list[Fault | None] = []
    for _ in range(count):
        kind = chance.random()
        if kind < 0.5:
            found.append(None)
        elif kind < 0.7:
            found.append(Fault("dot", chance.choice(AFTER[:-1]), chance.random() < 0.5))
        else:
            acts = ACTS[:-1] if chance.random() < 0.95 else ACTS
            found.append(Fault(chance.choice(STEPS), chance.choice(acts)))
    return found


class Season:
    """Three weeks of one office: before its deadline, on it, and after it."""

    def __init__(self, office: Desk, relay: Relay, chance: random.Random) -> None:
        self.office, self.relay, self.chance = office, relay, chance
        self.way = Smtp("127.0.0.1", relay.port, "none", "a@b.example", "b.example", timeout=SLOW)
        self.send = sender(office, office.clock.now, self.way)
        self.patient = sender(office, office.clock.now, replace(self.way, timeout=30))
        self.killed: set[str] = set()
        self.sendings = 0
        relay.taken.clear()
        while not relay.faults.empty():
            relay.faults.get()

    def live(self) -> None:
        for day in (-3, -1, 0, 1, 3, 10):
            self.relay.will(*faults(self.chance, self.chance.randrange(8)))
            self.office.clock.at = at(DUE + timedelta(days=day))
            for _ in range(self.chance.randrange(1, 4)):
                self.round(self.dangerous())
                self.office.clock.at += timedelta(minutes=self.chance.choice([1, 6, 16, 90]))
        self.quiet()

    def quiet(self) -> None:
        """All goes well, until nothing waits for another try any more. A busy machine is not
        silence."""
        while not self.relay.faults.empty():
            self.relay.faults.get()
        self.send = self.patient
        for _ in range(8):
            self.office.clock.at += timedelta(hours=7)
            self.round(self.counted)

    def round(self, send: Send) -> None:
        with suppress(Killed):
            assert tick(self.office, "A", self.office.clock.now, send).errors == []

    def counted(self, claim: Claim) -> Unsent | None:
        self.sendings += 1
        return self.send(claim)

    def dangerous(self) -> Send:
        """Now and then the sender dies, before or after it handed the message over."""
        dies = self.chance.random()

        def send(claim: Claim) -> Unsent | None:
            if dies < 0.1:
                self.killed.add(claim.key)
                if dies < 0.05:
                    self.counted(claim)
                raise Killed
            return self.counted(claim)

        return send

    def copies(self) -> Counter[str]:
        """How often the relay accepted each message, by its key."""
        found = self.relay.copies()
        keys = [row["key"] for row in messages(self.office)]
        return Counter({key: found[message_id(key, self.office.ident)] for key in keys})

    def must_be_accounted_for(self) -> None:
        rows, copies = ledger(self.office), self.copies()
        assert rows
        assert {row["status"] for row in rows} <= ENDED, "something still waits"
        assert max(copies.values()) <= 1, "a message was accepted twice"
        assert copies.total() == len(self.relay.taken), "a message that nobody owed"
        for row in rows:
            count = copies[row["message"]]
            assert {"sent": count == 1, "failed": count == 0}.get(row["status"], True), row
        self.must_be_listed(rows)
        found = account(self.office)
        assert found.gaps == []
        assert found.owed == len(rows)

    def must_be_listed(self, rows: list[dict[str, Any]]) -> None:
        """Whatever is unknown, and whatever the relay accepted without being able to say so."""
        unknown = {row["key"] for row in rows if row["status"] == "unknown"}
        with self.office.database.read() as transaction:
            listed = obligations(transaction, Wanted(("unknown",), most=1000))
        assert {each["key"] for each in listed} == unknown
        doubtful = {row["message"] for row in rows if row["status"] == "unknown"}
        known = {message_id(key, self.office.ident) for key in doubtful}
        silent = {taken.message_id for taken in self.relay.taken if not taken.said}
        assert silent <= known, "accepted, and nobody was told to look"

    def look_into_the_archive(self) -> None:
        """A person settles what is unknown by what the relay has; then all has arrived, once."""
        copies = self.copies()
        for row in messages(self.office):
            if row["status"] == "unknown":
                as_: Any = "sent" if copies[row["key"]] else "again"
                asking = self.office.asking("chief")
                settle(self.office, asking, Settlement(row["key"], as_, "looked it up"))
        self.quiet()
        assert max(self.copies().values()) == 1
        for row in ledger(self.office):
            assert row["status"] in ("sent", "failed", "cancelled"), row
            if row["status"] == "sent":
                assert self.copies()[row["message"]] == 1


@pytest.fixture
def fresh(tmp_path: Path, sqlite_source: SqliteSource) -> Iterator[Fresh]:
    """An office with two items, some days before their deadline, as often as it is called."""
    with ExitStack() as stack:
        url = stack.enter_context(sqlite_source.fresh(tmp_path))
        office = an_office(url, simulation=False)
        office.clock.at = at(date(2021, 2, 1))
        furnish(office)
        people = [
            enrol.NewPerson(name, f"คุณ{name}", name.title(), email=f"{name}@ops.example.go.th")
            for name in FOLK
        ]
        enrol.people(office, office.asking(), [*people, enrol.NewPerson("chief", "chief", "chief")])
        enrol.grants(office, office.asking(), [enrol.NewGrant("chief", "clerk", "*", OCTOBER)])
        begun(office, 2)
        office.close()
        template = Path(url.removeprefix("sqlite:///"))
        _settle(template)
        room = stack.enter_context(TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None))
        copy = Path(room) / "season.db"

        def make(made: ExitStack) -> Desk:
            shutil.copyfile(template, copy)
            desk = Desk(Database.open(f"sqlite:///{copy}"))
            for end in ("", "-wal", "-shm"):
                made.callback(Path(f"{copy}{end}").unlink, missing_ok=True)
            made.callback(desk.close)
            return desk

        yield make


def live_through(fresh: Fresh, seeds: range) -> dict[str, float]:
    """All seasons; what was counted."""
    counts: Counter[str] = Counter()
    begun_at = time.monotonic()
    with Relay() as relay:
        for seed in seeds:
            with ExitStack() as made:
                season = Season(fresh(made), relay, random.Random(seed))
                try:
                    season.live()
                    season.must_be_accounted_for()
                    counts.update(row["status"] for row in messages(season.office))
                    season.look_into_the_archive()
                except AssertionError as error:
                    raise AssertionError(f"season {seed}: {error}") from error
                counts["accepted"] += len(relay.taken)
                counts["dialogues"] += season.sendings
    return {**counts, "seconds": round(time.monotonic() - begun_at, 1)}


@pytest.mark.slow
def test_no_reminder_is_lost_or_doubled_by_a_faulty_relay(fresh: Fresh) -> None:
    counts = live_through(fresh, range(60))
    assert counts["sent"] > 100
    assert counts["unknown"] > 20  # the faults did strike


@pytest.mark.soak
@pytest.mark.parametrize("first", range(1_000, 11_000, 500))
def test_no_reminder_is_lost_or_doubled_by_a_faulty_relay_for_long(
    fresh: Fresh, first: int
) -> None:
    """10,000 seasons, in parts that the workers share: half an hour on two cores."""
    print(live_through(fresh, range(first, first + 500)))


def test_messages_go_out_at_a_rate_that_an_office_can_use(fresh: Fresh) -> None:
    """A dialogue each, over the loopback; at five a second 1,000 persons wait three minutes."""
    from tests.notifications.samples import a_parcel

    parcels = [a_parcel(key=f"somying|{number}") for number in range(100)]
    with Relay() as relay:
        way = Smtp("127.0.0.1", relay.port, "none", "a@b.example", "b.example", timeout=20)
        begun_at = time.monotonic()
        for parcel in parcels:
            way.send(parcel)
        rate = len(parcels) / (time.monotonic() - begun_at)
    assert len(relay.taken) == 100
    print(f"{rate:.0f} messages a second")
    assert rate > 5
