"""Rows `step`, `submit` and `bulk`: the engine's steps against the floor, on both databases.

The engine takes all steps once, untimed, in a first copy of the staged database. What it wrote
there are the floor's parameters; then both take turns, each in a copy of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bench.floor import Floor, Rows, rows_of
from bench.measure import Figure, Rounds, Size, take_turns
from bench.stage import FULL_CYCLE, MEETING, SET, asking, fill, found, opened
from engine import advance
from engine.case import Given
from engine.load import Where
from engine.office import Office
from engine.tables import Item, table
from tests.databases import PostgresSource, Run, SqliteSource

NEARER = (0.5, 0.7)


@dataclass(frozen=True, slots=True)
class Play:
    """Steps of one kind. `person` does `trigger` with the items of a cycle, round by round."""

    name: str
    what: str
    trigger: str
    person: str
    reach: dict[str, tuple[float, ...]]
    bulk: bool = False

    def rounds(self, size: Size) -> int:
        return size.bulks if self.bulk else size.rounds

    def cycles(self, size: Size) -> dict[str, int]:
        """The cycles to be staged, and how many items each must have: one cycle for each bulk, as
        few as possible for single steps."""
        if self.bulk:
            return {f"{self.name}-{number}": size.bulk for number in range(size.bulks)}
        wanted = -(-size.rounds * size.steps // SET) * SET
        starts = range(0, wanted, FULL_CYCLE)
        return {f"{self.name}-{start}": min(FULL_CYCLE, wanted - start) for start in starts}

    def refs(self, office: Office, size: Size) -> list[list[str]]:
        """The items of each round."""
        item = table(Item).c
        wanted = select(item.ref).where(item.cycle.in_(self.cycles(size))).order_by(item.ref)
        with office.database.read() as transaction:
            refs = [ref for (ref,) in transaction.ask(wanted)]
        each = size.bulk if self.bulk else size.steps
        return [refs[n * each : (n + 1) * each] for n in range(self.rounds(size))]

    def take(self, office: Office, refs: Sequence[str], number: int) -> None:
        """The engine's side of a round."""
        given, first = Given(meeting=MEETING.get(self.trigger, "")), number * len(refs)
        if self.bulk:
            where = Where({"cycle": [f"{self.name}-{number}"]})
            advance.bulk(office, asking(self.person, first), where, self.trigger, given)
            return
        for tick, ref in enumerate(refs, first):
            advance.advance(office, asking(self.person, tick), ref, self.trigger, given)


PLAYS = (
    Play(
        "step", "one durable step ÷ floor", "endorse", "wipa",
        {"SQLite": NEARER, "PostgreSQL": (1.0,)},
    ),
    Play("submit", "… whose guard reads a whole set", "submit", "somying", {}),
    Play(
        "bulk", "bulk of {bulk:,} in one transaction ÷ floor", "endorse", "wipa",
        {"SQLite": (0.7, 0.9), "PostgreSQL": (0.7, 0.9)}, bulk=True,
    ),
)  # fmt: skip


def staged(url: str, size: Size, plays: Sequence[Play]) -> None:
    """A database in which every round of the plays can be taken."""
    found(url)
    for play in plays:
        for cycle, amount in play.cycles(size).items():
            fill(url, cycle, amount, submitted=play.trigger != "submit")


def on_sqlite(folder: Path, size: Size, plays: Sequence[Play]) -> Iterator[tuple[Play, Figure]]:
    source = SqliteSource(folder, lambda url: staged(url, size, plays))
    with source.fresh(folder) as first, source.fresh(folder) as ours, source.fresh(folder) as floor:
        plan = rehearsed(first, size, plays)
        yield from _figures("SQLite", ours, floor, size, plan)


def on_postgresql(
    folder: Path, size: Size, plays: Sequence[Play]
) -> Iterator[tuple[Play, Figure]]:
    """Raises Unavailable where no server can be had."""
    run = Run.begin()
    try:
        source = PostgresSource(run.postgres(), lambda url: staged(url, size, plays))
        with source.fresh() as first, source.fresh() as ours, source.fresh() as floor:
            plan = rehearsed(first, size, plays)
            yield from _figures("PostgreSQL", ours, floor, size, plan)
        source.close()
    finally:
        run.end()


Round = tuple[list[str], Rows]
Plan = list[tuple[Play, list[Round]]]


def rehearsed(url: str, size: Size, plays: Sequence[Play]) -> Plan:
    """Take every step once; by play and round, the items and the rows that were written."""
    office = opened(url)
    plan: Plan = []
    for play in plays:
        refs = play.refs(office, size)
        for number, chosen in enumerate(refs):
            play.take(office, chosen, number)
        plan.append((play, [(chosen, rows_of(office.database, chosen)) for chosen in refs]))
    office.close()
    return plan


def played(office: Office, floor: Floor, play: Play, rounds: list[Round]) -> Rounds:
    """Both sides of one play, taking turns."""
    write = floor.bulk if play.bulk else floor.singles
    return take_turns(
        len(rounds),
        lambda number: play.take(office, rounds[number][0], number),
        lambda number: write(rounds[number][1]),
    )


def _figures(
    database: str, ours: str, floor_url: str, size: Size, plan: Plan
) -> Iterator[tuple[Play, Figure]]:
    office, floor = opened(ours), Floor(floor_url)
    for play, rounds in plan:
        taken = played(office, floor, play, rounds)
        ratio, spread = taken.ratio()
        what = f"{play.what.format(bulk=size.bulk)}, {database}"
        note = taken.rates(len(rounds[0][0]), "steps")
        yield play, Figure(what, ratio, "", spread, play.reach.get(database, ()), note=note)
    floor.close()
    office.close()
