"""The demo, for tests and pages that look at what it leaves behind."""

from pathlib import Path

DEMO = "anumat.db"


def make_demo(folder: Path) -> Path:
    """The demo's database, as `anumat demo` leaves it."""
    from click.testing import CliRunner

    from cli import main

    path = folder / DEMO
    done = CliRunner().invoke(main, ["--lang", "en", "demo", "--output", str(path)])
    if done.exit_code:
        raise AssertionError(done.output)
    return path
