"""The demo's database, made once a run and worker."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.docs.update import make_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes it when it is first asked for; not to be written to."""
    return cache(lambda: make_demo(tmp_path_factory.mktemp("demo")))
