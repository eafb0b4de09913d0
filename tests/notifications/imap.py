"""An IMAP server over TLS with one account, which knows what a search for a Message-ID needs."""

import re
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class Account:
    """`ids` are the messages of the folder `Sent`. What is in `broken` is answered with NO."""

    context: ssl.SSLContext
    password: str
    ids: list[str]
    broken: set[str] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)

    def __enter__(self) -> "Account":
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._open = True
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._door.close()

    def _serve(self) -> None:
        while True:
            plain, _ = self._door.accept()
            if not self._open:
                plain.close()
                return
            plain.settimeout(20)
            with suppress(OSError), self.context.wrap_socket(plain, server_side=True) as line:
                self._speak(line)
            plain.close()

    def _speak(self, line: ssl.SSLSocket) -> None:
        line.sendall(b"* OK IMAP4rev1 ready\r\n")
        with line.makefile("rb") as commands:
            while command := commands.readline().decode().strip():
                self.heard.append(command)
                tag, _, rest = command.partition(" ")
                for said in self._answers(tag, rest):
                    line.sendall(f"{said}\r\n".encode())

    def _answers(self, tag: str, command: str) -> list[str]:
        word = command.split(maxsplit=1)[0].upper()
        if word in self.broken:
            return [f"{tag} NO not today"]
        found = [f"{tag} OK done"]
        match word:
            case "CAPABILITY":
                found.insert(0, "* CAPABILITY IMAP4rev1")
            case "LOGIN" if f'"{self.password}"' not in command:
                found = [f"{tag} NO [AUTHENTICATIONFAILED] no"]
            case "EXAMINE" if '"Sent"' not in command:
                found = [f"{tag} NO there is no such folder"]
            case "EXAMINE":
                found.insert(0, f"* {len(self.ids)} EXISTS")
            case "SEARCH":
                [wanted] = re.findall(r'HEADER Message-ID "([^"]+)"', command)
                places = [str(n) for n, each in enumerate(self.ids, 1) if wanted in each]
                found.insert(0, " ".join(["* SEARCH", *places]))
            case "LOGOUT":
                found.insert(0, "* BYE")
        return found
