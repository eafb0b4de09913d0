"""Reminders and letters as e-mail messages: the same bytes go into the folder and to a relay."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address, Group
from email.message import EmailMessage
from hashlib import sha256
from urllib.parse import quote

from engine.clock import BANGKOK, day_of, instant_of
from notifications.digest import rendered, summary
from notifications.headers import POLICY
from notifications.letter_mail import file_name, worded
from notifications.letter_mail import summary as letter_summary
from notifications.mail_address import usable
from notifications.message import Digest, LetterPost
from notifications.parcel import Parcel
from notifications.text import one_line

# Outside quotes these make one name several addresses, and some versions of the standard library
# lose the quotes of a long name when they fold it; `=?` begins an encoded word.
# A dot does neither, and stays where the whole name is encoded: ก.พ.ร. is written with it.
_SPECIAL = re.compile(r'[()<>@,:;\\"\[\]=?]+')
_TRIAL_SUBJECT = "ทดสอบการส่งอีเมลของระบบอนุมัติ / Anumat: a test of its mail"
_TRIAL = """\
ข้อความนี้ส่งเพื่อทดสอบการตั้งค่าอีเมลของระบบอนุมัติ (Anumat) ไม่ต้องดำเนินการใด

This message tests the mail settings of Anumat. There is nothing to do.
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name mail goes out, until an office says otherwise."""

    address: str = "anumat@localhost"
    name: str = "Anumat"


def digest_parcel(digest: Digest, sender: Sender) -> Parcel:
    """The whole message. Nothing that a digest says can add a header or an addressee."""
    words = rendered(digest)
    message = EmailMessage(policy=POLICY)
    message["From"] = _mailbox(sender.name, sender.address)
    message["To"] = _addressee(digest.name_th or digest.person, digest.email)
    message["Subject"] = words.subject
    _identify(message, digest.key, digest.office, digest.sent_at)
    message["X-Anumat-Person"] = _token(digest.person)
    _say(message, words.text, words.html)
    _bound(message, digest.key, digest.office)
    th, en = summary(digest)
    return Parcel(
        key=digest.key, office=digest.office, day=digest.day, stem=digest.person,
        to=digest.email, message=message, summary_th=th, summary_en=en,
    )  # fmt: skip


def letter_parcel(post: LetterPost, sender: Sender) -> Parcel:
    """The letter as text and HTML, with its PDF attached under its Thai name."""
    words = worded(post)
    message = EmailMessage(policy=POLICY)
    message["From"] = _mailbox(post.from_name or sender.name, sender.address)
    message["To"] = _addressee(post.to_name, post.to_email)
    if usable(post.reply_to):
        message["Reply-To"] = _mailbox(post.from_name, post.reply_to)
    message["Subject"] = words.subject
    _identify(message, post.key, post.office, post.sent_at)
    message["X-Anumat-Letter"] = _token(post.letter)
    _say(message, words.text, words.html)
    message.add_attachment(
        post.pdf, maintype="application", subtype="pdf", filename=file_name(post.pdf_name)
    )
    _bound(message, post.key, post.office)
    th, en = letter_summary(post)
    return Parcel(
        key=post.key, office=post.office, day=post.day, stem=f"{post.letter}-{post.to_email}",
        to=post.to_email, message=message, summary_th=th, summary_en=en,
    )  # fmt: skip


def trial_parcel(to: str, sender: Sender, sent_at: str) -> Parcel:
    """A message that only proves that mail leaves; never the same one twice."""
    message, key, office = EmailMessage(policy=POLICY), f"test|{to}|{sent_at}", "test"
    message["From"] = _mailbox(sender.name, sender.address)
    message["To"] = _addressee("", to)
    message["Subject"] = _TRIAL_SUBJECT
    _identify(message, key, office, sent_at)
    message.set_content(_TRIAL, charset="utf-8", cte="base64")
    day = day_of(instant_of(sent_at)).isoformat()
    return Parcel(
        key=key, office=office, day=day, stem="test", to=to, message=message,
        summary_th=f"{day} อีเมลทดสอบถึง {to}", summary_en=f"{day} a test of mail to {to}",
    )  # fmt: skip


def identity(key: str, office: str) -> str:
    """32 hexadecimal digits, always the same for a message of an office."""
    return sha256(json.dumps([office, key]).encode()).hexdigest()[:32]


def message_id(key: str, office: str) -> str:
    # The identity tells offices apart; their name is only shown, and short, or it would be folded.
    shown = re.sub(r"[^a-z0-9]+", "-", office.lower())[:20].strip("-")
    return f"<{identity(key, office)}@{shown or 'office'}.anumat>"


def _identify(message: EmailMessage, key: str, office: str, sent_at: str) -> None:
    message["Date"] = instant_of(sent_at).astimezone(BANGKOK)
    message["Message-ID"] = message_id(key, office)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Anumat-Key"] = _token(key)


def _say(message: EmailMessage, text: str, html: str) -> None:
    """In base64: lines of any length, for any relay."""
    message.set_content(text, charset="utf-8", cte="base64")
    message.add_alternative(html, subtype="html", charset="utf-8", cte="base64")


def _bound(message: EmailMessage, key: str, office: str) -> None:
    """Boundaries by what is bounded, or the same message would have other bytes each time. No part
    can hold one: all are base64."""
    for number, part in enumerate(_multiparts(message)):
        part.set_boundary(f"=_{number}_{identity(key, office)}")


def _multiparts(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.walk():
        if part.is_multipart():
            assert isinstance(part, EmailMessage)  # noqa: S101  # as its policy makes them
            yield part


def _addressee(name: str, address: str) -> Address | Group:
    """The recipient with their address. Where there is no usable one, nobody: the X-headers and the
    text say whom it is for (a group with a Thai name is written malformed by the library)."""
    return _mailbox(name, address) if usable(address) else Group("undisclosed-recipients")


def _mailbox(name: str, address: str) -> Address:
    plain = _SPECIAL.sub(" ", one_line(name))
    shown = plain.replace(".", " ") if plain.isascii() else plain
    return Address(one_line(shown), addr_spec=address)


def _token(text: str) -> str:
    """Visible ASCII from which the text can be had again: `%0A` is no line's end. A header has
    room for some 900 characters, which only a text that nobody means can exceed."""
    return quote(text, safe="|:+,;()", errors="surrogatepass")[:900]
