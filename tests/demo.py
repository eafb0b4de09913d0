"""The demo, for tests and pages that look at what it leaves behind."""

from pathlib import Path

DEMO = "anumat.db"
SAID = "anumat.json"


def make_demo(folder: Path) -> Path:
    """The demo's database, as `anumat demo` leaves it; what it said in JSON lies beside it."""
    from click.testing import CliRunner

    from cli import main

    path = folder / DEMO
    done = CliRunner().invoke(main, ["--json", "demo", "--output", str(path)])
    if done.exit_code:
        raise AssertionError(done.output)
    path.with_name(SAID).write_text(done.stdout, "utf-8")
    return path
