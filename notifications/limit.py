"""A limit for a whole dialogue over a socket.

A socket's own timeout begins anew with every byte, and a server that sends one now and then would
hold us beyond the lease of what we send.
"""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

AGAIN = 1.0  # seconds; the socket may not have been there yet, or another one took its place


class Limit:
    """Within it the socket that `of` gives is shut when `seconds` have passed: whoever reads from
    it or writes to it gets an error at once."""

    def __init__(self, seconds: float, of: Callable[[], socket.socket | None]) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._of = of
        self._left = threading.Event()
        self._watch = threading.Thread(target=self._shut, daemon=True)

    @property
    def passed(self) -> bool:
        """By the clock: a process that was halted learns it before its watch has run again."""
        return time.monotonic() >= self._end

    def __enter__(self) -> "Limit":
        self._watch.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left.set()
        self._watch.join()

    def _shut(self) -> None:
        wait = self.seconds
        while not self._left.wait(wait):
            wait = AGAIN
            with suppress(OSError):
                found = self._of()
                # Past TLS, whose own shutdown would let the next bytes out in the clear.
                if found is not None:
                    socket.socket.shutdown(found, socket.SHUT_RDWR)
