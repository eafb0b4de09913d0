"""Rows `step`, `submit` and `bulk`: the engine's steps against the floor, on both databases.

The engine takes all steps once, untimed, in a first copy of the staged database. What it wrote
there are the floor's parameters; then both take turns, each in a copy of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bench.floor import Floor, Rows, rows_of, timed
from bench.measure import Figure, Rounds, Size, take_turns
from bench.stage import FULL_CYCLE, MEETING, SET, asking, fill, found, opened
from engine import advance
from engine.case import Given
from engine.load import Where
from engine.office import Office
from engine.people import Asking
from engine.tables import Item, table
from tests.databases import PostgresSource, Run, SqliteSource, Unavailable

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Play:
    """Steps of one kind. `person` does `trigger` with the items of a cycle, round by round. In one
    that is `dated` the steps begin and end deadlines."""

    name: str
    what: str
    trigger: str
    person: str
    reach: dict[str, tuple[float, ...]]
    bulk: bool = False
    dated: bool = True

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

    def planned(self, office: Office, size: Size) -> list["Round"]:
        item = table(Item).c
        wanted = [
            select(item.ref).where(item.cycle == cycle).order_by(item.ref)
            for cycle in self.cycles(size)
        ]
        with office.database.read() as transaction:
            refs = [ref for of_cycle in wanted for (ref,) in transaction.ask(of_cycle)]
        each = size.bulk if self.bulk else size.steps
        rounds = []
        for number in range(self.rounds(size)):
            ticks = range(number * each, (number + 1) * each)
            askings = [asking(self.person, tick) for tick in (ticks[:1] if self.bulk else ticks)]
            rounds.append(Round(number, refs[ticks.start : ticks.stop], askings))
        return rounds

    def take(self, office: Office, round_: "Round") -> None:
        """The engine's side of a round."""
        given = Given(meeting=MEETING.get(self.trigger, ""))
        if self.bulk:
            where = Where({"cycle": [f"{self.name}-{round_.number}"]})
            advance.bulk(office, round_.askings[0], where, self.trigger, given)
            return
        for who, ref in zip(round_.askings, round_.refs, strict=True):
            advance.advance(office, who, ref, self.trigger, given)


NO_ROWS = Rows((), (), (), ())


@dataclass(slots=True)
class Round:
    """What both sides need, ready before the time runs. Each single step has its own moment."""

    number: int
    refs: list[str]
    askings: list[Asking]
    rows: Rows = NO_ROWS


PLAYS = (
    Play(
        "step", "one durable step ÷ floor", "endorse", "wipa",
        {"SQLite": (0.5, 0.7), "PostgreSQL": (1.0,)},
    ),
    Play(
        "step-undated", "… without a deadline on the way", "endorse", "wipa",
        {"SQLite": (0.5, 0.7), "PostgreSQL": (1.0,)}, dated=False,
    ),
    Play("submit", "… whose guard reads a whole set", "submit", "somying", {}),
    Play(
        "bulk", "bulk of {bulk:,} in one transaction ÷ floor", "endorse", "wipa",
        {"SQLite": (0.7, 0.9), "PostgreSQL": (0.7, 0.9)}, bulk=True,
    ),
    Play(
        "bulk-undated", "… without a deadline on the way", "endorse", "wipa",
        {"SQLite": (0.7, 0.9), "PostgreSQL": (0.7, 0.9)}, bulk=True, dated=False,
    ),
)  # fmt: skip


def staged(url: str, size: Size, plays: Sequence[Play]) -> None:
    """A database in which every round of the plays can be taken."""
    found(url)
    for play in plays:
        for cycle, amount in play.cycles(size).items():
            fill(url, cycle, amount, submitted=play.trigger != "submit", dated=play.dated)


def of(database: str, *names: str) -> Callable[[Path, Size, Say], Iterator[Figure]]:
    """The rows of some plays on one kind of database."""
    plays = [play for play in PLAYS if play.name in names]

    def measured(folder: Path, size: Size, say: Say) -> Iterator[Figure]:
        with ExitStack() as made:
            try:
                fresh = _copies(database, folder, lambda url: staged(url, size, plays), made)
            except Unavailable as why:
                say(f"left out: {why}")
                return
            plan = rehearsed(fresh(), size, plays)
            office = opened(fresh())
            made.callback(office.close)
            floor = Floor(fresh())
            made.callback(floor.close)
            for play, rounds in plan:
                say(play.trigger)
                yield _figure(play, database, size, played(office, floor, play, rounds))

    return measured


def _copies(
    database: str, folder: Path, stage: Callable[[str], None], made: ExitStack
) -> Callable[[], str]:
    """Gives the URL of one more copy of a staged database each time. Raises Unavailable."""
    if database == "SQLite":
        files = SqliteSource(folder, stage)
        return lambda: made.enter_context(files.fresh(folder))
    run = Run.begin()
    made.callback(run.end)
    server = PostgresSource(run.postgres(), stage)
    made.callback(server.close)
    return lambda: made.enter_context(server.fresh())


Plan = list[tuple[Play, list[Round]]]


def rehearsed(url: str, size: Size, plays: Sequence[Play]) -> Plan:
    """Take every step once, to know which rows it writes."""
    office = opened(url)
    plan: Plan = []
    for play in plays:
        rounds = play.planned(office, size)
        for each in rounds:
            before = timed(office.database)
            play.take(office, each)
            each.rows = rows_of(office.database, each.refs, before)
        plan.append((play, rounds))
    office.close()
    return plan


def played(office: Office, floor: Floor, play: Play, rounds: Sequence[Round]) -> Rounds:
    """Both sides of one play, taking turns."""
    write = floor.bulk if play.bulk else floor.singles
    return take_turns(
        len(rounds),
        lambda number: play.take(office, rounds[number]),
        lambda number: write(rounds[number].rows),
    )


def _figure(play: Play, database: str, size: Size, taken: Rounds) -> Figure:
    ratio, spread = taken.ratio()
    amount = size.bulk if play.bulk else size.steps
    what = f"{play.what.format(bulk=size.bulk)}, {database}"
    reach = play.reach.get(database, ())
    return Figure(what, ratio, "", spread, reach, note=taken.rates(amount, "steps"))
