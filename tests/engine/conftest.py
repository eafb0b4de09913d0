"""The office that most tests of the engine work in."""

from collections.abc import Iterator

import pytest

from tests.builders import Desk, an_office


@pytest.fixture
def office(database_url: str) -> Iterator[Desk]:
    """Founded in a fresh database, its clock at 1 February 2021, 09:00 in Bangkok."""
    made = an_office(database_url)
    yield made
    made.close()
