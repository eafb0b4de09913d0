"""A digest as an e-mail message. The same bytes go into the folder today and to a relay later."""

import json
import re
from email.headerregistry import Address, Group
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from urllib.parse import quote

from engine.clock import BANGKOK, instant_of
from notifications.digest import rendered
from notifications.message import Digest
from notifications.text import one_line

SENDER = "anumat@localhost"  # until an office says otherwise
_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_LONGEST_ADDRESS = 254
# Outside quotes these make one name several addresses, and some versions of the standard library
# lose the quotes of a long name when they fold it; `=?` begins an encoded word.
_SPECIAL = re.compile(r'[()<>@,:;.\\"\[\]=?]+')


def built(digest: Digest, sender: str = SENDER) -> EmailMessage:
    """The whole message. Nothing that a digest says can add a header or an addressee."""
    subject, text = rendered(digest)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Anumat", addr_spec=sender)
    message["To"] = _addressee(digest)
    message["Subject"] = subject
    message["Date"] = instant_of(digest.sent_at).astimezone(BANGKOK)
    message["Message-ID"] = message_id(digest.key, digest.office)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Anumat-Key"] = _token(digest.key)
    message["X-Anumat-Person"] = _token(digest.person)
    message.set_content(text, charset="utf-8", cte="base64")  # lines of any length, any relay
    return message


def identity(key: str, office: str) -> str:
    """32 hexadecimal digits, always the same for a message of an office."""
    return sha256(json.dumps([office, key]).encode()).hexdigest()[:32]


def message_id(key: str, office: str) -> str:
    # The identity tells offices apart; their name is only shown, and short, or it would be folded.
    shown = re.sub(r"[^a-z0-9]+", "-", office.lower())[:20].strip("-")
    return f"<{identity(key, office)}@{shown or 'office'}.anumat>"


def _addressee(digest: Digest) -> Address | Group:
    """The person with their address. Where there is no usable one, nobody: X-Anumat-Person and the
    text say whom it is for (a group with a Thai name is written malformed by the library)."""
    if len(digest.email) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(digest.email):
        name = one_line(_SPECIAL.sub(" ", one_line(digest.name_th or digest.person)))
        return Address(name, addr_spec=digest.email)
    return Group("undisclosed-recipients")


def _token(text: str) -> str:
    """Visible ASCII from which the text can be had again: `%0A` is no line's end. A header has
    room for some 900 characters, which only a text that nobody means can exceed."""
    return quote(text, safe="|:+,;()", errors="surrogatepass")[:900]
