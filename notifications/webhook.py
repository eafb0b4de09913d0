"""Announcements to a group's chat, in the form of the LINE Messaging API's push message.

Only the summary goes there, never what the message says.
"""

import http.client
import json
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from notifications.limit import Limit
from notifications.mail import identity
from notifications.parcel import Parcel
from notifications.text import one_line
from notifications.transports import NotSent, Unclear

LONGEST = 5_000  # in UTF-16 code units, as LINE counts
LIMIT = 60.0  # seconds for the whole exchange
REST = 300.0  # seconds in which one that did not answer is left alone: mail waits for each try
_LONGEST_ANSWER = 300
_ALREADY = 409  # the retry key is known: it was accepted the first time


@dataclass(slots=True)
class _Rest:
    until: float = 0.0  # by the monotonic clock


@dataclass(frozen=True, slots=True)
class Webhook:
    """`to` is the group's id there. The retry key is made of the message's key, so a server that
    knows such keys posts a message once, however often it gets it.

    A request that was sent and not answered is unclear all the same. Nothing is repeated here: mail
    would wait for it, not every server knows retry keys, and those that do forget them after a day.
    """

    url: str
    to: str
    token: str = field(repr=False)
    ca_file: Path | None = None
    timeout: float = 15.0
    limit: float = LIMIT
    _rest: _Rest = field(default_factory=_Rest, init=False, repr=False, compare=False)
    name: ClassVar[str] = "webhook"

    def holds(self, key: str, office: str) -> bool | None:  # noqa: ARG002  # nobody can ask it
        return None

    def send(self, parcel: Parcel) -> None:
        """Raises NotSent and Unclear. A redirection is not followed: the token is for one host."""
        if time.monotonic() < self._rest.until:
            raise NotSent(
                f"{self._host} เพิ่งไม่ตอบ จึงยังไม่ประกาศ / "
                f"{self._host} did not answer a moment ago: not tried"
            )
        try:
            status, said = self._answered(parcel)
        except (NotSent, Unclear):
            self._rest.until = time.monotonic() + REST
            raise
        self._judge(status, said)

    def _answered(self, parcel: Parcel) -> tuple[int, str]:
        text = cut(f"{parcel.summary_th}\n{parcel.summary_en}")
        body = {"to": self.to, "messages": [{"type": "text", "text": text}]}
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json; charset=utf-8",
            "X-Line-Retry-Key": retry_key(parcel.key, parcel.office),
        }
        connection = self._connection()
        with Limit(self.limit, lambda: connection.sock):
            try:
                with self._not_sent():
                    connection.connect()
                return self._posted(connection, json.dumps(body).encode(), headers)
            finally:
                connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        at = urlsplit(self.url)
        if at.scheme == "http":
            return http.client.HTTPConnection(at.hostname or "", at.port, timeout=self.timeout)
        return http.client.HTTPSConnection(
            at.hostname or "",
            at.port,
            timeout=self.timeout,
            context=ssl.create_default_context(cafile=self.ca_file),
        )

    def _posted(
        self, connection: http.client.HTTPConnection, body: bytes, headers: dict[str, str]
    ) -> tuple[int, str]:
        at = urlsplit(self.url)
        target = (at.path or "/") + (f"?{at.query}" if at.query else "")
        try:
            connection.request("POST", target, body, headers)
            answer = connection.getresponse()
            text = answer.read(10_000).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as why:
            raise Unclear(
                f"{self._host} ไม่ตอบว่ารับประกาศหรือไม่: {self._shown(why)} / "
                f"{self._host} did not say whether it took the announcement: {self._shown(why)}"
            ) from why
        return answer.status, f"{answer.status} {self._shown(text)}".strip()

    def _judge(self, status: int, said: str) -> None:
        if 200 <= status < 300 or status == _ALREADY:
            return
        final = 400 <= status < 500 and status != http.HTTPStatus.TOO_MANY_REQUESTS
        raise NotSent(f"{self._host} ไม่รับประกาศ: {said} / it was refused: {said}", final)

    @contextmanager
    def _not_sent(self) -> Iterator[None]:
        try:
            yield
        except OSError as why:
            said = self._shown(why)
            raise NotSent(
                f"ติดต่อ {self._host} ไม่ได้: {said} / cannot reach {self._host}: {said}"
            ) from why

    @property
    def _host(self) -> str:
        return urlsplit(self.url).hostname or "?"  # the rest of an address may be a secret

    def _shown(self, text: object) -> str:
        return one_line(one_line(text).replace(self.token, "…")[:_LONGEST_ANSWER])


def retry_key(key: str, office: str) -> str:
    """A UUID, always the same for a message of an office."""
    return str(UUID(hex=identity(key, office), version=5))


def cut(text: str, most: int = LONGEST) -> str:
    """At most so many UTF-16 code units, `…` where something is missing; no character in halves."""
    units = text.encode("utf-16-le", "replace")
    if len(units) <= 2 * most:
        return text
    return units[: 2 * (most - 1)].decode("utf-16-le", "ignore") + "…"
