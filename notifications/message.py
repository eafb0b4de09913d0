"""What one person is told on one day, and a letter on its way to one recipient: plain facts, frozen
when the message is made.

Days are ISO days in Bangkok, instants are in their stored form (engine.clock).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One deadline of one item.

    `step` says which reminder it is: `-14d` before the day, `0` on it, `+3d` after it, `again-1`
    the first repeat. `effective` is the day that counts, `nominal` the one that was announced,
    `due_at` when the reminder fell due; it is `late` if it goes out on a later day than that.
    The person is reminded as `role`: the item's holder, or, `escalated`, further up the ladder.
    """

    ref: str
    title: str
    organisation_th: str
    organisation_en: str
    state_th: str
    state_en: str
    deadline_th: str
    deadline_en: str
    step: str
    nominal: str
    effective: str
    provisional: bool
    due_at: str
    late: bool
    role_th: str
    role_en: str
    escalated: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """All reminders of a person's day. `key` is unique and settles `person` and `day`
    (`somying|2020-10-16`); `office` is a short, stable name of the installation."""

    key: str
    person: str
    name_th: str
    name_en: str
    post_th: str
    email: str
    day: str
    sent_at: str
    lines: tuple[Line, ...]
    simulation: bool
    office: str


@dataclass(frozen=True, slots=True)
class LetterPost:
    """An official letter to one recipient. `key` is unique (a letter, a recipient, a version),
    `letter` the letter's reference, `number` the one that is printed (นร 1203/ว 15), `text` the
    whole letter in lines. Who answers it writes to `reply_to`, the central address of the
    organisation whose letter it is, where one is known. `copy` says that the recipient gets it for
    information only."""

    key: str
    office: str
    letter: str
    number: str
    subject: str
    text: str
    to_name: str
    to_email: str
    from_name: str
    reply_to: str
    pdf: bytes
    pdf_name: str
    day: str
    sent_at: str
    simulation: bool
    copy: bool
