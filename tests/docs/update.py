"""`python -m tests.docs.update [PAGE…]` writes into the pages what the program prints now.

Outputs that still fit stay as they are, gaps (`…`) included. Shapes in docs/json.md and the tables
of docs/workflow-language.md are written by hand. Read what was written: the words around an output
may not be true any more.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.demo import make_demo
from tests.docs.drawn import redrawn
from tests.docs.pages import ROOT, blocks, named, pages
from tests.docs.session import Session, at_a_terminal, faults, rewritten
from tests.docs.shapes import Reader

REFERENCE = ROOT / "docs" / "cli.md"


def reference() -> str:
    """docs/cli.md as the commands have it."""
    done = subprocess.run(
        [sys.executable, "-m", "commands.reference"], cwd=ROOT, capture_output=True, check=True
    )
    return done.stdout.decode()


def update(wanted: list[str]) -> None:
    with tempfile.TemporaryDirectory() as room:

        @cache
        def demo() -> Path:
            return make_demo(Path(room))

        for page in pages():
            if not page.exists() or (wanted and named(page) not in wanted):
                continue
            text = page.read_text("utf-8")
            new = reference() if page == REFERENCE else redrawn(text, demo)
            if any(block.info == "console" for block in blocks(new)):
                with _fresh(demo, new) as session:
                    new = rewritten(new, session)
            if new != text:
                page.write_text(new, "utf-8")
                print(f"{named(page)}: written anew")
            if any(block.info.startswith("json shape") for block in blocks(new)):
                with _fresh(demo, new) as session:
                    for fault in faults(new, session, Reader()):
                        print(f"{named(page)}: mend by hand: {fault}")


@contextmanager
def _fresh(demo: Callable[[], Path], text: str) -> Iterator[Session]:
    with (
        tempfile.TemporaryDirectory() as folder,
        at_a_terminal(Path(folder), demo, text) as session,
    ):
        yield session


if __name__ == "__main__":
    update(sys.argv[1:])
