"""A mail relay in this process that speaks SMTP over a real socket, and fails as it is told.

A fault belongs to one dialogue: at which step, and how. Dialogues come one after the other, as one
sender has them.
"""

import queue
import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

STEPS = ("greeting", "ehlo", "mail", "rcpt", "data", "content", "dot")
# `take` is only for the dot: the message is accepted, and then the answer does not come or is none.
ACTS = ("4xx", "5xx", "drop", "reset", "garbage", "endless", "half", "longer", "silence")
REPLIES = {
    "4xx": b"451 4.3.0 try again later\r\n",
    "5xx": b"550 5.1.1 no such user\r\n",
    "garbage": b"\xff\x00 hello?\r\n",
    "endless": b"250-" + b"x" * 20_000 + b"\r\n",
    "half": b"250 2.0.0 O",
    "longer": b"2500 OK\r\n",
    "3xx": b"354 go on\r\n",
    "2xx": b"250 2.0.0 OK\r\n",
}
OK = {"greeting": b"220 relay ready\r\n", "ehlo": b"250-relay\r\n250 SIZE 50000000\r\n",
      "data": b"354 go on\r\n"}  # fmt: skip


_MESSAGE_ID = re.compile(rb"(?m)^Message-ID: (<[^>\r\n]+>)\r$")
STEP_OF = {b"EHLO": "ehlo", b"HELO": "ehlo", b"MAIL": "mail", b"RCPT": "rcpt", b"DATA": "data"}


@dataclass(frozen=True)
class Fault:
    step: str
    act: str
    take: bool = False


@dataclass(frozen=True)
class Taken:
    """A message that the relay accepted; `said` whether it could say so."""

    sender: str
    to: tuple[str, ...]
    content: bytes
    said: bool

    @property
    def message_id(self) -> str:
        found = _MESSAGE_ID.search(self.content)
        return found[1].decode() if found else ""


class _Gone(Exception):
    """The dialogue has ended."""


@dataclass
class Relay:
    """`faults` holds those of the dialogues to come; where it is empty, all goes well."""

    faults: "queue.SimpleQueue[Fault | None]" = field(default_factory=queue.SimpleQueue)
    taken: list[Taken] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)  # the commands

    def __enter__(self) -> "Relay":
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._door.close()

    _open = True

    def will(self, *faults: Fault | None) -> None:
        for fault in faults:
            self.faults.put(fault)

    def refuses(self, to: str) -> bool:
        return False

    def copies(self) -> Counter[str]:
        """How often each message was accepted."""
        return Counter(each.message_id for each in self.taken)

    def _serve(self) -> None:
        while True:
            line, _ = self._door.accept()
            with line:
                if not self._open:
                    return
                line.settimeout(30)
                fault = None
                with suppress(queue.Empty):
                    fault = self.faults.get_nowait()
                with suppress(OSError, _Gone), line.makefile("rb") as heard:
                    self._speak(line, heard.readline, fault)

    def _speak(self, line: socket.socket, hear: Callable[[], bytes], fault: Fault | None) -> None:
        def answer(step: str) -> None:
            if fault and fault.step == step:
                self._fail(line, hear, fault)
            if not fault or fault.step != step or fault.act == "late":
                line.sendall(OK.get(step, b"250 2.0.0 OK\r\n"))

        answer("greeting")
        sender, to = "", list[str]()
        while command := hear():
            self.heard.append(command)
            step = STEP_OF.get(command[:4].upper(), "quit")
            who = command.partition(b"<")[2].partition(b">")[0].decode()
            if step == "rcpt" and self.refuses(who):
                line.sendall(REPLIES["5xx"])
                continue
            answer(step)
            if step == "mail":
                sender = who
            elif step == "rcpt":
                to.append(who)
            elif step == "data" and not (fault and fault.step == "data" and fault.act != "late"):
                self._take(line, hear, fault, sender, tuple(to), answer)
            elif step == "quit":
                return

    def _take(
        self, line: socket.socket, hear: Callable[[], bytes], fault: Fault | None,
        sender: str, to: tuple[str, ...], answer: Callable[[str], None],
    ) -> None:  # fmt: skip
        content = b""
        while (part := hear()) != b".\r\n":
            if not part:
                raise _Gone
            if fault and fault.step == "content":
                self._fail(line, hear, fault)
            content += part[1:] if part.startswith(b".") else part
        failing = fault is not None and fault.step == "dot"
        if not failing or (fault is not None and fault.take):
            self.taken.append(Taken(sender, to, content, said=not failing))
        answer("dot")

    def _fail(self, line: socket.socket, hear: Callable[[], bytes], fault: Fault) -> None:
        if fault.act in REPLIES:
            line.sendall(REPLIES[fault.act])
            if fault.act in ("4xx", "5xx") and fault.step != "content":
                return  # in the midst of a message it can only hang up
        if fault.act == "late":
            time.sleep(0.4)
            return
        if fault.act == "reset":
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if fault.act == "trickle":
            while True:
                line.sendall(b"2")
                time.sleep(0.02)
        if fault.act == "silence":
            while hear():  # until the other side has enough
                pass
        raise _Gone
