"""Row `verify`: checking the whole trail against the live rows, beside hashing the same bytes."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from bench.measure import Figure, Size, take_turns
from bench.stage import FULL_CYCLE, MEETING, asking, fill, found, opened
from engine import advance, audit
from engine.case import Given
from engine.load import Where
from engine.office import Office
from engine.tables import Event, table

WAY = (
    ("endorse", "wipa", MEETING["endorse"]),
    ("endorse", "kanda", MEETING["confirm"]),
    ("submit_to_opdc", "somying", ""),
    ("approve", "orn", MEETING["approve"]),
    ("accept", "somying", ""),
)
REACH = 0.136  # 150,000 events/s where hashing alone does 1.1 million


def measured(folder: Path, size: Size, say: Callable[[str], None]) -> Iterator[Figure]:
    say(f"taking {size.trail:,} items through {len(WAY) + 2} events each")
    office = opened(written(folder, size.trail))
    with office.database.read() as transaction:
        bodies = [bytes(body) for (body,) in transaction.ask(select(table(Event).c.document))]
    say(f"verifying {len(bodies):,} events")
    taken = take_turns(
        size.bulks,
        lambda _: verified(office, len(bodies)),
        lambda _: [sha256(body).digest() for body in bodies],
    )
    ratio, spread = taken.ratio()
    note = taken.rates(len(bodies), "events")
    yield Figure("audit verify ÷ hashing alone", ratio, "", spread, (REACH,), note=note)
    office.close()


def written(folder: Path, amount: int) -> str:
    """A database with so many approved items."""
    url = f"sqlite:///{folder / 'trail.db'}"
    found(url)
    for start in range(0, amount, FULL_CYCLE):
        cycle = f"trail-{start}"
        fill(url, cycle, min(FULL_CYCLE, amount - start), submitted=True)
        office = opened(url)
        for tick, (trigger, person, meeting) in enumerate(WAY, start):
            where, given = Where({"cycle": [cycle]}), Given(meeting=meeting)
            advance.bulk(office, asking(person, tick), where, trigger, given)
        office.close()
    return url


def verified(office: Office, events: int) -> None:
    """Raises RuntimeError where not everything is found, and found to be right."""
    checked = audit.Checked()
    with office.database.read() as transaction:
        broken = list(audit.verify(transaction, checked))
    if broken or checked.events != events:
        raise RuntimeError(f"{checked.events} of {events} events verified; broken: {broken[:3]}")
