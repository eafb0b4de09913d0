"""Where a copy of everything that was sent lies, to be searched before anything is sent again.

A copy may come late: what the archive does not hold yet may still be out. It is asked once, when a
person or the program considers another try.
"""

import imaplib
import mailbox
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any, Protocol

from notifications.limit import Limit
from notifications.text import one_line
from notifications.transports import Unreadable
from notifications.trouble import because

_LONGEST_HEAD = 100_000  # bytes of a message's headers; a mail server takes less
_LIMIT = 60.0  # seconds for the whole search


class Archive(Protocol):
    def holds(self, message_id: str) -> bool:
        """Raises Unreadable where the archive cannot tell."""


@dataclass(frozen=True, slots=True)
class LocalMailbox:
    """A Maildir (a folder) or an mbox (a file). Only the headers of its messages are read."""

    path: Path

    def holds(self, message_id: str) -> bool:
        try:
            return any(found == message_id for found in self._ids())
        except NotADirectoryError as why:
            raise _unreadable(self.path, "ไม่ใช่ Maildir", "it is no Maildir") from why
        except mailbox.NoSuchMailboxError as why:
            raise _unreadable(self.path, "ไม่มีกล่องจดหมายนี้", "there is no such mailbox") from why
        except (OSError, mailbox.Error, ValueError) as why:
            raise _unreadable(self.path, *because(why)) from why

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
    """A folder of an account, over TLS. Its name is as people see it, or as the server does: what
    is ASCII is taken as it stands."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    ca_file: Path | None = None
    timeout: float = 30.0

    def holds(self, message_id: str) -> bool:
        where = f"{self.host}:{self.port} {self.folder}"
        try:
            return self._found(message_id)
        except imaplib.IMAP4.error as why:
            said = one_line(_text(why.args[0] if why.args else "")).replace(self.password, "…")
            raise _unreadable(where, said, said) from why
        except (OSError, ValueError) as why:
            raise _unreadable(where, *because(why)) from why

    def _found(self, message_id: str) -> bool:
        context = ssl.create_default_context(cafile=self.ca_file)
        account = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=self.timeout)
        with Limit(_LIMIT, lambda: account.sock), account:
            account.login(self.username, self.password)
            _require(account.select(_quoted(_named(self.folder)), readonly=True))
            return any(_require(account.search(None, "HEADER", "Message-ID", _quoted(message_id))))


def _head(box: mailbox.Mailbox[mailbox.Message], key: str) -> bytes:
    head = b""
    with box.get_file(key) as file:
        while (line := file.readline(_LONGEST_HEAD)).strip() and len(head) < _LONGEST_HEAD:
            head += line
    return head


def _id_of(head: bytes) -> str:
    return str(BytesHeaderParser().parsebytes(head).get("Message-ID", "")).strip()


def _require(answer: tuple[str, list[Any]]) -> list[Any]:
    said, data = answer
    if said != "OK":
        raise imaplib.IMAP4.error(*data[:1])
    return data


def _text(said: object) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _unreadable(where: object, th: str, en: str) -> Unreadable:
    return Unreadable(f"อ่านที่เก็บสำเนา {where} ไม่ได้: {th} / the archive {where} cannot be read: {en}")


def _named(folder: str) -> str:
    """In the modified UTF-7 of RFC 3501, 5.1.3: `คลัง` is `&DgQOJQ4xDgc-`."""
    if folder.isascii():
        return folder
    parts = re.split(r"([^ -~]+)", folder.replace("&", "&-"))
    return "".join(_base64(part) if place % 2 else part for place, part in enumerate(parts))


def _base64(text: str) -> str:
    found = b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    return f"&{found}-"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
