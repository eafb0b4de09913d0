"""`python -m bench [--quick] [ROW …]`: the figures of design §11, each against a floor measured in
the same run. It ends with 0 whatever they are: speed is measured here, and asserted nowhere."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from types import MappingProxyType

from bench import inbox, letters, start, steps, tick, trail
from bench.measure import SIZES, Figure, Size, aligned
from engine.database import sqlite_driver

Say = Callable[[str], None]
Group = Callable[[Path, Size, Say], Iterator[Figure]]
ROWS: Mapping[str, Group] = MappingProxyType(
    {
        "step": steps.of("SQLite", "step", "step-undated", "submit"),
        "bulk": steps.of("SQLite", "bulk", "bulk-undated"),
        "step-postgresql": steps.of("PostgreSQL", "step", "step-undated", "submit"),
        "bulk-postgresql": steps.of("PostgreSQL", "bulk", "bulk-undated"),
        "inbox": inbox.measured,
        "tick": tick.measured,
        "verify": trail.measured,
        "letters": letters.measured,
        "help": start.measured,
    }
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if unknown := sorted(set(chosen.rows) - set(ROWS)):
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    began = perf_counter()

    def say(what: str) -> None:
        print(f"{perf_counter() - began:5.0f} s  {what}", file=sys.stderr, flush=True)

    size = SIZES[chosen.size]
    table: list[tuple[str, ...]] = [
        ("row", "figure", "spread", "reach", "", "what", "for information")
    ]
    with ExitStack() as made:
        folder = Path(made.enter_context(tempfile.TemporaryDirectory(dir=chosen.folder)))
        print(_machine(folder))
        for row in chosen.rows or ROWS:
            place = folder / row
            place.mkdir()
            say(row)
            table += [_line(row, figure) for figure in ROWS[row](place, size, say)]
    print("\n".join(aligned(table)))
    print("ratios: the median of rounds that take turns; spread: where the middle half of them is")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"only these: {', '.join(ROWS)}")
    parser.add_argument("--size", choices=SIZES, default="full", help="how much is measured")
    parser.add_argument(
        "--quick", dest="size", action="store_const", const="quick", help="short for --size quick"
    )
    parser.add_argument(
        "--folder",
        help="where the databases are made for the while (default: the system's; "
        "in memory, as in /dev/shm, the disk's part is left out, which is hardest on the engine)",
    )
    return parser


def _line(row: str, figure: Figure) -> tuple[str, ...]:
    places = ".2f" if figure.unit in ("", "ms", "s") else ".0f"
    low_high = "–".join(f"{edge:{places}}" for edge in figure.spread or ())
    than = "≤" if figure.at_most else "≥"
    reach = f"{than} {', then '.join(f'{goal:g}' for goal in figure.reach)}" if figure.reach else ""
    value = f"{figure.value:{places}} {figure.unit}".rstrip()
    return row, value, low_high, reach, figure.verdict, figure.what, figure.note


def _machine(folder: Path) -> str:
    load = f"load {os.getloadavg()[0]:.1f}, " if hasattr(os, "getloadavg") else ""
    syncs = sorted(_fsyncs(folder, 200))
    *_, slow = quantiles(syncs, n=10)
    return (
        f"{os.cpu_count()} cores, {load}Python {platform.python_version()}, "
        f"SQLite {sqlite_driver().sqlite_version}; a page made durable in "
        f"{syncs[len(syncs) // 2] * 1e6:.0f} µs, one in ten takes {slow * 1e6:.0f} µs and more"
    )


def _fsyncs(folder: Path, times: int) -> Iterator[float]:
    with (folder / "page").open("wb", buffering=0) as file:
        for _ in range(times):
            file.write(bytes(4096))
            began = perf_counter()
            os.fsync(file.fileno())
            yield perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
