"""Where a copy of everything that was sent lies, to be searched before anything is sent again.

A copy may come late: what the archive does not hold yet may still be out. It is asked once, when a
person or the program considers another try.
"""

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Protocol

from notifications.limit import Limit

_LONGEST_HEAD = 100_000  # bytes of a message's headers; a mail server takes less
_LIMIT = 60.0  # seconds for the whole search


class Archive(Protocol):
    """`holds` gives None where the archive cannot tell."""

    def holds(self, message_id: str) -> bool | None: ...


@dataclass(frozen=True, slots=True)
class LocalMailbox:
    """A Maildir (a folder) or an mbox (a file). Only the headers of its messages are read."""

    path: Path

    def holds(self, message_id: str) -> bool | None:
        try:
            return any(found == message_id for found in self._ids())
        except (OSError, mailbox.Error, ValueError):
            return None

    def _ids(self) -> Iterator[str]:
        kind = mailbox.Maildir if self.path.is_dir() else mailbox.mbox
        if kind is mailbox.Maildir and not (self.path / "cur").is_dir():
            raise NotADirectoryError(self.path)
        box = kind(str(self.path), create=False)
        try:
            for key in box.iterkeys():
                with suppress(KeyError, FileNotFoundError):  # a reader has moved it meanwhile
                    yield _id_of(_head(box, key))
        finally:
            box.close()


@dataclass(frozen=True, slots=True)
class Imap:
    """A folder of an account, over TLS."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    ca_file: Path | None = None
    timeout: float = 30.0

    def holds(self, message_id: str) -> bool | None:
        try:
            return self._found(message_id)
        except (OSError, imaplib.IMAP4.error, ValueError):
            return None

    def _found(self, message_id: str) -> bool | None:
        context = ssl.create_default_context(cafile=self.ca_file)
        account = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=self.timeout)
        with Limit(_LIMIT, lambda: account.sock), account:
            account.login(self.username, self.password)
            chosen, _ = account.select(_quoted(self.folder), readonly=True)
            if chosen != "OK":
                return None
            said, numbers = account.search(None, "HEADER", "Message-ID", _quoted(message_id))
            return any(numbers) if said == "OK" else None


def _head(box: mailbox.Mailbox[mailbox.Message], key: str) -> bytes:
    head = b""
    with box.get_file(key) as file:
        while (line := file.readline(_LONGEST_HEAD)).strip() and len(head) < _LONGEST_HEAD:
            head += line
    return head


def _id_of(head: bytes) -> str:
    return str(BytesHeaderParser().parsebytes(head).get("Message-ID", "")).strip()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
