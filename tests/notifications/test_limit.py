"""A limit for a whole dialogue."""

import socket
import threading
import time

import pytest

from notifications import limit
from notifications.limit import Limit


def test_in_time_nothing_happens_and_nothing_is_left() -> None:
    ours, theirs = socket.socketpair()
    before = threading.active_count()
    with ours, theirs, Limit(60, lambda: ours) as watched:
        theirs.sendall(b"x")
        assert ours.recv(1) == b"x"
    assert not watched.passed
    assert threading.active_count() == before


def test_whoever_waits_too_long_is_woken() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, Limit(0.05, lambda: ours) as watched:
        assert ours.recv(1) == b""  # it would wait for ever
        assert watched.passed
        with pytest.raises(OSError, match="Broken pipe"):
            ours.sendall(b"x")


def test_a_socket_that_comes_after_the_end_is_shut_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, "AGAIN", 0.01)
    found: list[socket.socket] = []
    with Limit(0.01, lambda: found[0] if found else None) as watched:
        while not watched.passed:
            time.sleep(0.001)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            found.append(ours)
            assert ours.recv(1) == b""
