"""What every row shares: how much is measured, what a figure is, and rounds that take turns."""

import gc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Size:
    """How many rounds of how many single steps, how many bulks of how many items, how many items in
    the two inboxes and in the trail that is verified, how often the program is started, how many
    reminders fall due at once, and how many steps can be taken beside them."""

    rounds: int
    steps: int
    bulks: int
    bulk: int
    few: int
    many: int
    trail: int
    starts: int
    due: int
    beside: int


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "tiny": Size(2, 5, 2, 10, few=300, many=900, trail=20, starts=2, due=20, beside=200),
        "quick": Size(30, 12, 5, 1_000, 20_000, 100_000, 1_000, 7, 1_000, 3_000),
        "full": Size(150, 20, 15, 1_000, 100_000, 1_000_000, 10_000, 25, 1_000, 5_000),
    }
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `reach` holds the nearer goal first; `at_most` turns it round.

    `spread` is where the middle half of the rounds lies.
    """

    what: str
    value: float
    unit: str = "×"
    spread: tuple[float, float] | None = None
    reach: tuple[float, ...] = ()
    at_most: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """`ok` where the last goal is reached, the goal where an earlier one is, else `short`."""
        met = [goal for goal in self.reach if goal == self.value or self._beats(goal)]
        if not met:
            return "short" if self.reach else ""
        return "ok" if met[-1] == self.reach[-1] else f"ok for {met[-1]:g}"

    def _beats(self, goal: float) -> bool:
        return self.value < goal if self.at_most else self.value > goal


@dataclass(frozen=True, slots=True)
class Rounds:
    """The seconds that two sides took, round by round."""

    ours: list[float]
    floor: list[float]

    def ratio(self, *, of_time: bool = False) -> tuple[float, tuple[float, float]]:
        """Our speed ÷ the floor's (or our time ÷ its time), by round: the median and the spread."""
        pairs = zip(self.ours, self.floor, strict=True)
        found = [o / f if of_time else f / o for o, f in pairs]
        return median(found), spread(found)

    def rates(self, amount: int, noun: str) -> str:
        """Both speeds, and how much the floor alone varied: the machine's noise."""
        low, high = spread(self.floor)
        wide = (high - low) / median(self.floor) / 2
        ours, floor = amount / median(self.ours), amount / median(self.floor)
        return f"{ours:,.0f} {noun}/s; floor {floor:,.0f} ±{wide:.0%}"


def spread(values: list[float]) -> tuple[float, float]:
    low, _, high = quantiles(values, n=4, method="inclusive")
    return low, high


def take_turns(
    rounds: int,
    ours: Callable[[int], object],
    floor: Callable[[int], object],
    clock: Callable[[], float] = perf_counter,
) -> Rounds:
    """Both sides once per round, the first to go changing, so that the machine's moods hit both."""
    taken = Rounds([], [])
    gc.collect()
    gc.freeze()  # what is there already is not for the rounds to look through again
    for number in range(rounds):
        sides = [(ours, taken.ours), (floor, taken.floor)]
        for side, seconds in sides if number % 2 else reversed(sides):
            gc.collect()
            begin = clock()
            side(number)
            seconds.append(clock() - begin)
    gc.unfreeze()
    return taken


def aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as their widest cell; the last one is left as it is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        yield "  ".join([*cells, row[-1]]).rstrip()
