"""The demo's database, made once a run."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest) -> Callable[[], Path]:
    """Makes it when it is first asked for; not to be written to."""
    return lambda: request.getfixturevalue("finished_demo")
