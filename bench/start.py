"""Row `help`: `anumat --help` beside a Python that does nothing, both with compiled bytecode."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from bench.measure import Figure, Size, take_turns

HERE = Path(__file__).parents[1]
HELP = ("-c", "from cli import main; main(prog_name='anumat')", "--help")
BARE = ("-c", "pass")


def measured(_folder: Path, size: Size, say: Callable[[str], None]) -> Iterator[Figure]:
    say(f"starting the program {size.starts} times")
    ran(HELP)  # compiles what is not compiled yet
    taken = take_turns(size.starts, lambda _: ran(HELP), lambda _: ran(BARE))
    ratio, spread = taken.ratio(of_time=True)
    note = f"{median(taken.ours) * 1000:.0f} ms; {median(taken.floor) * 1000:.0f} ms"
    yield Figure(
        "--help ÷ bare interpreter start", ratio, "", spread, (5,), at_most=True, note=note
    )


def ran(arguments: tuple[str, ...]) -> None:
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=HERE, env=environment, stdout=subprocess.DEVNULL, check=True)
