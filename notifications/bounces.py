"""Returned mail: which of our messages came back, and from whom, or are only late (RFC 3464).

Everything here was written by strangers' machines. Whatever the bytes are, there is an answer: the
bounces, or none.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import compat32

from notifications.text import one_line

MAX_BYTES = 5_000_000  # what is larger is not looked into
_MOST = 100  # recipients of one report
_LONGEST = 500
_MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@[a-z0-9-]{1,20}\.anumat>")  # as notifications.mail has it
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Bounce:
    """`status` is the enhanced status code (5.1.1) or empty; 4.x.x is a reason that may pass, but
    where the message `came_back` nobody tries any more: after some days a relay gives up. Else it
    is only late. `recipient` is the address that was written to."""

    message_id: str
    recipient: str
    status: str
    diagnostic: str
    came_back: bool

    @property
    def why(self) -> str:
        """In the words of whoever refused it; most begin with the status anyway."""
        said = self.diagnostic
        return said if self.status in said else f"{self.status} {said}".strip()


def bounces(returned: bytes) -> list[Bounce]:
    """One for each recipient that failed or is late; nothing where this is no report of delivery
    about a message of ours. A report that it was delivered is not a bounce."""
    if len(returned) > MAX_BYTES:
        return []
    try:
        message = message_from_bytes(returned, policy=compat32)
        parts = list(message.walk())
        ours = _ours(parts)
        reports = [block for part in parts for block in _blocks(part)]
    except (MessageError, ValueError, LookupError, RecursionError):
        return []  # the library's own stumbles over what no machine should have sent
    if not ours:
        return []
    found = (_bounce(ours, block) for block in reports[:_MOST])
    return [bounce for bounce in found if bounce]


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a delivery report; the first is about the report itself."""
    if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
        return []
    return [block for block in part.get_payload() if isinstance(block, Message)]


def _ours(parts: list[Message]) -> str:
    """The Message-ID of ours in the headers that were sent back; the report has one of its own."""
    for part in parts[1:]:
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            text = payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""
            found = re.search(r"(?im)^message-id:\s*(\S+)", text)
            said = found[1] if found else ""
        else:
            said = _field(part, "Message-ID")
        if _MESSAGE_ID.fullmatch(said):
            return said
    return ""


def _bounce(message_id: str, block: Message) -> Bounce | None:
    action = _field(block, "Action").lower()
    recipient = _field(block, "Original-Recipient") or _field(block, "Final-Recipient")
    if action not in ("failed", "delayed") or not recipient:
        return None
    diagnostic = _typed(_field(block, "Diagnostic-Code"))
    status = _STATUS.search(_field(block, "Status")) or _STATUS.search(diagnostic)
    code = status[0] if status else ""
    return Bounce(message_id, _typed(recipient), code, diagnostic, action == "failed")


def _typed(value: str) -> str:
    """Without the kind before it, as in `rfc822; somying@example.go.th`."""
    kind, separator, rest = value.partition(";")
    return (rest if separator and "@" not in kind else value).strip()


def _field(part: Message, name: str) -> str:
    """Its bytes are read as UTF-8: relays in Thailand give reasons in Thai, and encode nothing."""
    values = (str(value) for key, value in part.raw_items() if key.lower() == name.lower())
    raw = next(values, "").encode("utf-8", "surrogateescape")
    return one_line(raw.decode("utf-8", "replace"))[:_LONGEST]
