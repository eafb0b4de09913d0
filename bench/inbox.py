"""Rows `inbox` and `memory`: a page of what waits, among few items and among many.

The items are written by the driver alone; the engine only reads them.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from bench.measure import Figure, Size, take_turns
from bench.stage import TITLE, WORKFLOW, asking, at, codes, found, opened
from engine.database import sqlite_driver
from engine.office import Office
from engine.people import actor_of
from engine.queries import Page, Waiting, inbox
from engine.replay import COLUMNS

# What an old installation holds: most items are long done. (state, whom it waits on, how many)
STATES = (
    ("notified", "", 50),
    ("withdrawn", "", 5),
    ("draft", "coordinator", 10),
    ("working_group_review", "working_group_secretary", 10),
    ("committee", "committee_secretary", 5),
    ("opdc_review", "opdc_analyst", 12),
    ("approved", "coordinator", 8),
)
PAGES = 20  # looked up in a row; one alone is too short to be timed
OFFICES = codes(40)
COORDINATORS = [f"co-{code}" for code in OFFICES]
Look = Callable[[Office, int], object]
Row = tuple[Any, ...]


def measured(folder: Path, size: Size, say: Callable[[str], None]) -> Iterator[Figure]:
    say(f"writing {size.few:,} and {size.many:,} items")
    urls = [crowded(folder, amount) for amount in (size.few, size.many)]
    few, many = map(opened, urls)
    looks: dict[str, Look] = {
        "for one role at one organisation": lambda office, n: page(office, COORDINATORS[n]),
        "for one role at a ministry of 200": lambda office, _: page(office, "somying"),
        "for one role everywhere": lambda office, _: page(office, "orn"),
        "… the same, from its middle": lambda office, _: page(office, "orn", Page(since=MIDDLE)),
        "for everybody": lambda office, _: page(office, None),
    }
    sizes = f"{short(size.many)} items ÷ at {short(size.few)}"
    for whose, look in looks.items():
        say(whose)
        yield _compared(few, many, size, f"inbox page {whose}, at {sizes}", look)
    few.close()
    many.close()
    say("memory")
    used = [_megabytes(url) for url in urls]
    note = f"at {short(size.few)} items {used[0]:.0f} MB"
    what = f"memory of a process that shows a page, at {short(size.many)} items"
    yield Figure(what, used[1], "MB", note=note)


def page(office: Office, person: str | None, where: Page = Page()) -> list[Waiting]:  # noqa: B008
    """What a door does: who asks, with which rights, and what waits on them."""
    with office.database.read() as transaction:
        return inbox(transaction, actor_of(transaction, asking(person)), where)


def crowded(folder: Path, amount: int) -> str:
    """A database with so many items, and their indexes as the engine makes them."""
    path = folder / f"{amount}.db"
    found(f"sqlite:///{path}")
    written(path, "item", COLUMNS, rows(amount))
    return f"sqlite:///{path}"


def written(path: Path, name: str, columns: Sequence[str], found: Iterable[Row]) -> None:
    """Rows put into a table by the driver, and its indexes made afterwards."""
    connection = sqlite_driver().connect(path, isolation_level=None)
    for pragma in ("synchronous=OFF", "cache_size=-262144"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master "
        f"WHERE type = 'index' AND tbl_name = '{name}' AND sql IS NOT NULL"
    ).fetchall()
    connection.execute("BEGIN")
    for index, _ in indexes:
        connection.execute(f"DROP INDEX {index}")
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {name} ({names}) VALUES ({marks})", found)
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


DAY = 24 * 3600 * 1000
TEN_YEARS = 3652
MIDDLE = at(-TEN_YEARS // 2 * DAY)


def rows(amount: int) -> Iterator[Row]:
    """Rows of `item`: ten years of items of all organisations, in the order of their references."""
    random = Random(amount)
    states = random.choices(STATES, [share for *_, share in STATES], k=4096)
    moments = [at(-random.randrange(TEN_YEARS * DAY)) for _ in range(65_536)]
    head = bytes(range(32))
    for number in range(amount):
        state, holder, _ = states[number % 4096]
        entered = moments[number * 7919 % 65_536]
        yield (
            f"IND-2564-{number:07d}", WORKFLOW, 1, "indicator", f"25{54 + number % 10}-d",
            OFFICES[number * 31 % len(OFFICES)], str(number % 5 + 1), TITLE, "", state, holder,
            f'{{"draft":1,"{state}":1}}', 1, head.hex(), 0, "{}", entered, 4, head,
        )  # fmt: skip


def _compared(few: Office, many: Office, size: Size, what: str, look: Look) -> Figure:
    def looked(office: Office) -> None:
        for number in range(PAGES):
            look(office, number)

    taken = take_turns(size.bulks, lambda _: looked(many), lambda _: looked(few))
    ratio, spread = taken.ratio(of_time=True)
    at_many, at_few = (sorted(s)[len(s) // 2] / PAGES * 1000 for s in (taken.ours, taken.floor))
    note = f"{at_many:.2f} ms; {at_few:.2f} ms"
    return Figure(what, ratio, "", spread, (1.3,), at_most=True, note=note)


def _megabytes(url: str) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "bench.inbox", url],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        check=True,
    )
    return float(done.stdout)


def short(amount: int) -> str:
    return f"{amount // 1_000_000}M" if amount >= 1_000_000 else f"{amount / 1000:g}k"


def _peak() -> float:
    """The most memory that this process had. What getrusage says begins with the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        said = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(said["VmHWM"].split()[0]) / 1024
    import resource

    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":  # a process of its own: it answers a page and says what that took
    page(opened(sys.argv[1]), "orn")
    print(_peak())
