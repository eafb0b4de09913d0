"""The way to a mail relay.

The dialogue is taken step by step because everything depends on one place in it: until the final
dot of the message was sent, the relay cannot have accepted it; from there on only its answer tells.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Literal

from notifications.archive import Archive
from notifications.limit import Limit
from notifications.mail import message_id
from notifications.mail_address import fault
from notifications.parcel import Parcel
from notifications.smtp_line import Line, dotted
from notifications.text import one_line
from notifications.transports import NotSent, Unclear
from notifications.trouble import because

Security = Literal["starttls", "tls", "none"]
Reply = tuple[int, bytes]
LIMIT = 300.0  # seconds for the whole dialogue: well below the lease of a claim, 15 minutes
_LONGEST_ANSWER = 300
_NO_LOGIN = (
    "ไม่รับชื่อผู้ใช้และรหัสผ่านที่ port นี้ (ตรวจสอบ port หรือเอา username ออก)",
    "takes no username and password at this port (look at port, or leave username out)",
)
# "Log in first", "the password is wrong": true of every message, and mended in the settings.
_OF_THE_LOGIN = {530, 534, 535, 538}
# RFC 3463, 3.8: not this address, but who may send. Postfix says here what it has against a sender.
_OF_THE_RIGHT = b"5.7."
_OF_THE_SIZE = {452, 552}  # RFC 1870, 6.1: said to the sender already, for the size goes with it


@dataclass(frozen=True, slots=True)
class Smtp:
    """One message per dialogue and recipient. `envelope` is where bounces go; `copy_to` gets every
    message too, as a hidden recipient of the same dialogue: both get it or neither. `timeout` is
    for one answer, `limit` for all, in seconds."""

    host: str
    port: int
    security: Security
    envelope: str
    hello: str
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    timeout: float = 30.0
    limit: float = LIMIT
    copy_to: str = ""
    archive: Archive | None = None
    name: ClassVar[str] = "smtp"

    def send(self, parcel: Parcel) -> None:
        self.handed(parcel)

    def holds(self, key: str, office: str) -> bool | None:
        return self.archive.holds(message_id(key, office)) if self.archive else None

    def handed(self, parcel: Parcel) -> str:
        """What the relay says to an accepted message. Raises NotSent and Unclear."""
        th, en = fault(parcel.to)
        if th:
            shown = one_line(parcel.to)[:_LONGEST_ANSWER]
            raise NotSent(f"{th} ({shown}) / {en} ({shown})" if shown else f"{th} / {en}", True)
        content = dotted(parcel.message.as_bytes())
        line = Line(local_hostname=self.hello, timeout=self.timeout)
        with Limit(self.limit, lambda: line.sock) as limit:
            try:
                with self._not_sent(limit):
                    self._begin(line)
                    self._address(line, parcel.to, len(content))
                    line.send(content)
                    if limit.passed:  # halted on the way: somebody else may have taken it over
                        raise TimeoutError("past the limit")
                return self._end(line, limit)
            finally:
                line.close()

    def _begin(self, line: Line) -> None:
        """Reach the relay, encrypted as it was asked for and never less, and log in."""
        line.sock = socket.create_connection((self.host, self.port), self.timeout)
        if self.security == "tls":
            self._encrypt(line)
        self._require(line, line.getreply(), "ไม่พร้อมรับข้อความ", "is not ready", ours=True)
        line.ehlo_or_helo_if_needed()
        if self.security == "starttls":
            if not line.has_extn("starttls"):
                self._refuse(line, "ไม่รองรับ STARTTLS", "does not offer STARTTLS")
            started = line.docmd("STARTTLS")
            self._require(line, started, "ไม่เริ่ม STARTTLS", "refuses STARTTLS", ours=True)
            self._encrypt(line)
            line.ehlo_or_helo_if_needed()
        if self.username:
            if not line.knows_a_login():
                self._refuse(line, *_NO_LOGIN)
            line.login(self.username, self.password)

    def _encrypt(self, line: Line) -> None:
        """Nothing that was said before counts: whoever sits in between may have said it."""
        assert line.sock is not None  # noqa: S101  # it was reached
        secured = _context(self.ca_file).wrap_socket(
            line.sock, server_hostname=self.host, do_handshake_on_connect=False
        )
        line.sock, line.file = secured, None
        line.ehlo_resp = line.helo_resp = None
        line.esmtp_features, line.does_esmtp = {}, False
        secured.do_handshake()

    def _address(self, line: Line, to: str, size: int) -> None:
        options = [f"SIZE={size}"] if line.has_extn("size") else []
        sender = line.mail(self.envelope, options)
        th, en = f"ไม่รับผู้ส่ง {self.envelope}", f"refuses the sender {self.envelope}"
        of_size = sender[0] in _OF_THE_SIZE
        if of_size:
            th, en = f"ไม่รับข้อความขนาด {size:,} ไบต์", f"refuses a message of {size:,} bytes"
        self._require(line, sender, th, en, ours=not of_size)
        recipient = line.rcpt(to)
        th, en = f"ไม่รับผู้รับ {to}", f"refuses the recipient {to}"
        ours = recipient[1].startswith(_OF_THE_RIGHT)
        if ours:
            th, en = f"ไม่อนุญาตให้ส่งถึง {to}", f"does not let us send to {to}"
        self._require(line, recipient, th, en, ours=ours)
        if self.copy_to and self.copy_to != to:
            th = f"ไม่รับที่เก็บสำเนา {self.copy_to}"
            en = f"refuses the archive {self.copy_to}"
            self._require(line, line.rcpt(self.copy_to), th, en, ours=True)
        th, en = "ไม่รับเนื้อความ", "refuses the content"
        self._require(line, line.docmd("DATA"), th, en, wanted=3)

    def _end(self, line: Line, limit: Limit) -> str:
        """The final dot, and what comes of it."""
        try:
            line.send(b".\r\n")
            reply = line.getreply()
        except OSError as why:
            th, en = self._because(why, limit)
            raise Unclear(
                f"ส่งข้อความครบแล้ว แต่เครื่องแม่ข่ายอีเมล {self.host} ไม่ได้ตอบว่ารับหรือไม่: {th} / "
                f"the whole message was sent, but the mail relay {self.host} did not answer: {en}"
            ) from why
        if reply[0] // 100 == 3:
            said = self._said(reply)
            raise Unclear(
                f"ส่งข้อความครบแล้ว แต่คำตอบของเครื่องแม่ข่ายอีเมล {self.host} ไม่มีความหมาย: {said} / "
                f"the whole message was sent, but the mail relay {self.host} made no sense: {said}"
            )
        self._require(line, reply, "ไม่รับข้อความ", "refuses the message")
        line.leave()
        return self._said(reply)

    def _require(
        self, line: Line, reply: Reply, th: str, en: str,
        *, wanted: int = 2, ours: bool = False,
    ) -> None:  # fmt: skip
        """`ours`: a refusal is no matter of this one message, so another try has its chance."""
        kind = reply[0] // 100
        if kind != wanted:
            said = self._said(reply)
            final = kind == 5 and not ours and reply[0] not in _OF_THE_LOGIN
            self._refuse(line, f"{th}: {said}", f"{en}: {said}", final)

    def _refuse(self, line: Line, th: str, en: str, final: bool = False) -> None:
        line.leave()
        raise NotSent(f"เครื่องแม่ข่ายอีเมล {self.host} {th} / the mail relay {self.host} {en}", final)

    @contextmanager
    def _not_sent(self, limit: Limit) -> Iterator[None]:
        """Whatever fails before the final dot."""
        try:
            yield
        except smtplib.SMTPAuthenticationError as why:
            said = self._said((why.smtp_code, _bytes(why.smtp_error)))
            raise NotSent(
                f"เครื่องแม่ข่ายอีเมล {self.host} ไม่ให้ {self.username} เข้าใช้: {said} / "
                f"the mail relay {self.host} does not let {self.username} in: {said}"
            ) from why
        except (OSError, ValueError) as why:
            th, en = self._because(why, limit)
            where = f"{self.host}:{self.port}"
            raise NotSent(
                f"ติดต่อเครื่องแม่ข่ายอีเมล {where} ไม่สำเร็จ: {th} / "
                f"the dialogue with the mail relay {where} failed: {en}"
            ) from why

    def _because(self, why: Exception, limit: Limit) -> tuple[str, str]:
        if limit.passed:
            return f"เกินเวลา {limit.seconds:g} วินาที", f"it took longer than {limit.seconds:g} s"
        if isinstance(why, smtplib.SMTPServerDisconnected):
            return "การเชื่อมต่อถูกตัด", "the connection was closed"
        if isinstance(why, smtplib.SMTPResponseException):
            said = self._said((why.smtp_code, _bytes(why.smtp_error)))
            return said, said
        th, en = because(why)
        return self._kept_secret(th), self._kept_secret(en)

    def _said(self, reply: Reply) -> str:
        code, text = reply
        said = one_line(text.decode("utf-8", "replace"))[:_LONGEST_ANSWER]
        return self._kept_secret(f"{code} {said}".strip())

    def _kept_secret(self, text: str) -> str:
        """Some servers repeat what they were told."""
        return text.replace(self.password, "…") if self.password else text


@lru_cache(maxsize=4)
def _context(ca_file: Path | None) -> ssl.SSLContext:
    """Checks certificate and name. Kept: reading the authorities takes longer than a message."""
    return ssl.create_default_context(cafile=ca_file)


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text
