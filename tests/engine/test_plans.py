"""The clock asks often, and beside many: on SQLite, each of its statements goes by an index.

Reconciling is left out: it reads every open deadline and every alarm, by its nature.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import ClauseElement, Delete, Select, Update

from engine import alarms, claims, messages, obligations, tick, windows
from engine.database import Database
from engine.schema import migrate

ROOMS = (alarms, messages, obligations, tick, windows)


STATEMENTS = [
    pytest.param(found, id=f"{room.__name__}.{name}")
    for room in ROOMS
    for name, found in vars(room).items()
    if isinstance(found, Select | Update | Delete)
]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path_factory.mktemp('plans') / 'anumat.db'}"
    migrate(url)
    opened = Database.open(url)
    yield opened
    opened.close()


def plan(database: Database, statement: ClauseElement) -> list[str]:
    """As the engine runs it: constants that are parameters there are parameters here."""
    compiled = statement.compile(database.engine)
    values = tuple(f"a {name}" for name in compiled.positiontup or ())  # type: ignore[attr-defined]
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
        return [row[3] for row in rows]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_clock_reads_no_table_from_end_to_end(
    database: Database, statement: ClauseElement
) -> None:
    steps = plan(database, statement)
    assert steps
    assert [s for s in steps if s.startswith("SCAN") and s != "SCAN CONSTANT ROW"] == []


@pytest.mark.parametrize("statement", STATEMENTS)
def test_nothing_that_is_due_has_to_be_sorted(database: Database, statement: ClauseElement) -> None:
    """Thousands of reminders fall due at the same instant: a batch must not sort them all."""
    assert [step for step in plan(database, statement) if "TEMP B-TREE" in step] == []


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (obligations._DUE, "alarm_due"),
        (windows._DUE, "alarm_due"),
        (claims._PERSONS, "obligation_owed"),
        (claims._TAKE, "obligation_owed"),
        (claims._TO_TRY, "message_open"),
        (messages._LAPSED, "message_open"),
        (alarms._CANCEL, "obligation_of_item"),
        (alarms._CANCEL_ONE, "obligation_of_item"),
    ],
)
def test_what_is_settled_long_ago_is_not_looked_at(
    database: Database, statement: ClauseElement, index: str
) -> None:
    """The index holds only what is open, or begins with what is due."""
    assert f"INDEX {index} (" in plan(database, statement)[0]
