"""A line to a mail relay: what goes over it, and what counts as an answer."""

import re
import smtplib
from contextlib import suppress

LONGEST, MOST = 8_192, 100  # bytes of an answer's line, and lines of an answer
FAREWELL = 2.0  # seconds for the answer to QUIT, which tells nothing any more
_REPLY = re.compile(rb"([2-5]\d\d)(?:([ -])([^\n]*))?\n")
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Line(smtplib.SMTP):
    """Takes for an answer only what is one, to its end: the library would take `2500` for 250, and
    half a line before the connection broke for a whole one."""

    def getreply(self) -> tuple[int, bytes]:
        """Raises OSError where there is no answer."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        if self.file is None:
            self.file = self.sock.makefile("rb")
        said = []
        for _ in range(MOST):
            heard = self.file.readline(LONGEST)
            if not heard:
                raise smtplib.SMTPServerDisconnected("the connection was closed")
            found = _REPLY.fullmatch(heard.replace(b"\r\n", b"\n"))
            if not found:
                raise smtplib.SMTPException(f"this is no SMTP: {heard[:100]!r}")
            code, more, text = found.groups(b"")
            said.append(text.strip())
            if more != b"-":
                return int(code), b"\n".join(said)
        raise smtplib.SMTPException("an answer without an end")

    def knows_a_login(self) -> bool:
        """One of those with a password that the library speaks; some servers want tokens."""
        offered = self.esmtp_features.get("auth", "").split()
        return not {"CRAM-MD5", "PLAIN", "LOGIN"}.isdisjoint(offered)

    def leave(self) -> None:
        """Politely, when all was said; what comes of it changes nothing."""
        if self.sock is not None:
            with suppress(OSError, ValueError):
                self.sock.settimeout(FAREWELL)
                self.docmd("QUIT")


def dotted(message: bytes) -> bytes:
    """As it is sent after DATA, but for the final dot: lines end with CRLF and with nothing else,
    so that no server sees an end where another sees none; dots at their beginning are doubled."""
    lines = _LINE_END.split(message.removesuffix(b"\n").removesuffix(b"\r"))
    return b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines)
