"""Fixtures for all tests, Hypothesis profiles, and the rule that CI skips nothing."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import PostgresSource, Run, SqliteSource, Unavailable
from tests.demo import DEMO, make_demo

RUN = pytest.StashKey[Run]()
IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")

# The same examples every time: a red test stays red until somebody mends it. New ones come by soak.
settings.register_profile("default", derandomize=True, deadline=None, max_examples=50)
settings.register_profile(
    "soak",
    deadline=None,
    max_examples=5_000,
    stateful_step_count=100,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


# --- Databases -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def once(pytestconfig: pytest.Config) -> Callable[[str, Callable[[Path], object]], Path]:
    """Makes what takes long once for all workers: see `Run.once`."""
    return pytestconfig.stash[RUN].once


@pytest.fixture(scope="session")
def finished_demo(
    once: Callable[[str, Callable[[Path], object]], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The database that `anumat demo` makes, as a file of this worker's own; for reading only."""
    made = once("demo", make_demo) / DEMO
    return Path(shutil.copyfile(made, tmp_path_factory.mktemp("demo") / DEMO))


@pytest.fixture(scope="session")
def sqlite_source(tmp_path_factory: pytest.TempPathFactory) -> SqliteSource:
    from engine.schema import migrate

    return SqliteSource(tmp_path_factory.mktemp("sqlite"), migrate)


@pytest.fixture(scope="session")
def postgres_source(pytestconfig: pytest.Config) -> Iterator[PostgresSource]:
    """Skips the test where no PostgreSQL can be had."""
    from engine.schema import migrate

    try:
        server = pytestconfig.stash[RUN].postgres()
    except Unavailable as why:
        pytest.skip(str(why))
    source = PostgresSource(server, migrate)
    yield source
    source.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives the URL of one more fresh, migrated database each time that it is called."""
    with ExitStack() as made:
        if request.param == "sqlite":
            sqlite: SqliteSource = request.getfixturevalue("sqlite_source")
            yield lambda: made.enter_context(sqlite.fresh(tmp_path))
        else:
            postgres: PostgresSource = request.getfixturevalue("postgres_source")
            yield lambda: made.enter_context(postgres.fresh())


@pytest.fixture
def database_url(fresh_database: Callable[[], str]) -> str:
    """The URL of a fresh, migrated database; the test runs once on each kind."""
    return fresh_database()


# --- The run -------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    worker = getattr(config, "workerinput", None)  # under pytest-xdist, in a worker
    config.stash[RUN] = Run(Path(worker["anumat_run"])) if worker else Run.begin()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """pytest-xdist asks what to tell a new worker."""
    node.workerinput["anumat_run"] = str(node.config.stash[RUN].folder)  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN in config.stash and not hasattr(config, "workerinput"):
        config.stash[RUN].end()


def _skipped(config: pytest.Config) -> dict[str, list[str]]:
    """Which tests were skipped, by reason; only the first process of a run knows them all."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    found: dict[str, list[str]] = {}
    if reporter is not None and not hasattr(config, "workerinput"):
        for report in reporter.stats.get("skipped", []):
            why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            found.setdefault(why.removeprefix("Skipped: "), []).append(report.nodeid)
    return found


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if IN_CI and exitstatus == pytest.ExitCode.OK and _skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = _skipped(terminalreporter.config)
    if not skipped:
        return
    title = f"{sum(map(len, skipped.values()))} SKIPPED"
    title += ", WHICH IS A FAILURE IN CI" if IN_CI else ""
    terminalreporter.section(title, sep="!", red=IN_CI, yellow=not IN_CI, bold=True)
    for why, tests in skipped.items():
        terminalreporter.line(f"{len(tests)} because: {why}")
        for test in tests if IN_CI else tests[:3]:
            terminalreporter.line(f"    {test}")
        if not IN_CI and len(tests) > 3:
            terminalreporter.line(f"    and {len(tests) - 3} more")
