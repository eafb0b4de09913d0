"""What leaves in one piece: a person's reminders of a day, or a letter to one recipient."""

from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Parcel:
    """`key` and `office` settle the Message-ID: the same ones mean the same parcel. `stem` says in
    file names whom it is for. `to` is the address as somebody entered it, perhaps none. The
    summaries are one line each, for a log or a group's chat; they never hold the letter itself."""

    key: str
    office: str
    day: str
    stem: str
    to: str
    message: EmailMessage
    summary_th: str
    summary_en: str
