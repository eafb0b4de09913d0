"""How what is owed leaves the house: the engine's claims become parcels, and go to a folder and the
log, or, where the settings name a relay, by mail."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from commands.group import t
from engine import bundle, numbers, outbox
from engine.canonical import plain
from engine.claims import Claim
from engine.clock import stamp
from engine.correspondents import correspondent
from engine.errors import AnumatError
from engine.letters import file_of
from engine.messages import Doubtful, Send, Unsent
from engine.office import Office
from engine.particulars import organisation_of
from notifications.folder import Folder
from notifications.mail import Sender, digest_parcel, letter_parcel
from notifications.message import Digest, LetterPost, Line
from notifications.paper import Paper
from notifications.parcel import Parcel
from notifications.plaintext import as_text
from notifications.settings import Settings
from notifications.transports import Log, NotSent, Several, Transport, Unclear

if TYPE_CHECKING:
    from notifications.archive import Archive
    from notifications.smtp import Smtp
    from notifications.webhook import Webhook

HERE, SETTINGS = Path("outbox"), Path("anumat.toml")
to_outbox = click.option(
    "--outbox",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="ANUMAT_OUTBOX",
    help=t(
        "โฟลเดอร์ที่รับข้อความแจ้งเตือน (ปกติ outbox ข้างฐานข้อมูล)",
        "The folder that takes the reminders (default: outbox, beside the database)",
    ),
)
with_settings = click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="ANUMAT_SETTINGS",
    help=t(
        "ไฟล์การตั้งค่า (ปกติ anumat.toml ข้างฐานข้อมูล หรือในโฟลเดอร์ที่ทำงาน)",
        "The settings (default: anumat.toml, beside the database or in the working folder)",
    ),
)


def settings_of(url: str, file: Path | None) -> Settings:
    """The settings that were named, or else those that lie there; none is no fault. Raises WrongUse
    where they are wrong."""
    if file is None:
        file = next((path for path in (_beside(url, SETTINGS), SETTINGS) if path.is_file()), None)
    if file is None:
        return Settings()
    from notifications.settings_file import read

    return read(file)


def transport_of(
    url: str,
    outbox: Path | None,
    write: Callable[[str], None],
    settings: Settings | None = None,
    *,
    simulation: bool = False,
) -> Transport:
    """The relay first where there is one, else the folder: only the first one's word counts. In a
    simulation nothing reaches real people, whatever the settings say."""

    def told(line: str) -> None:
        with suppress(OSError):  # a reader who left, or a full disk, unsends nothing
            write(line)

    chosen = settings or Settings()
    folder = folder_of(url, outbox, chosen)
    if simulation:
        if chosen.mail or chosen.webhook:
            told("จำลอง ไม่ส่งอีเมลหรือประกาศ / SIMULATION: nothing is mailed or announced")
        return Several((folder, Log(told)), told)
    for th, en in chosen.warnings():
        told(f"{th} / {en}")
    ways: list[Transport] = [folder]
    if chosen.mail:
        ways = [smtp_of(chosen), *([folder] if chosen.outbox.keep_copy else [])]
    if chosen.webhook:
        ways.append(_webhook(chosen))
    return Several((*ways, Log(told)), told)


def folder_of(url: str, outbox: Path | None, settings: Settings) -> Folder:
    return Folder(outbox or settings.outbox.folder or _beside(url, HERE))


def smtp_of(settings: Settings) -> "Smtp":
    """Reads the passwords. Raises WrongUse where it cannot; the settings must have [mail]."""
    from notifications.smtp import Smtp  # its libraries take longer than a tick with nothing due

    mail, archive = settings.mail, settings.archive
    assert mail is not None  # noqa: S101  # the caller's part
    return Smtp(
        host=mail.host,
        port=mail.at_port,
        security=mail.security,
        envelope=mail.bounces or mail.sender,
        hello=mail.hello or mail.sender.partition("@")[2],
        username=mail.username or "",
        password=mail.password(os.environ) if mail.username else "",
        ca_file=mail.ca_file,
        timeout=mail.timeout,
        copy_to=archive.address if archive else "",
        archive=archive_of(settings),
    )


def sender_of(settings: Settings) -> Sender:
    mail = settings.mail
    return Sender(mail.sender, mail.sender_name) if mail else Sender()


def sender(
    office: Office,
    clock: Callable[[], datetime],
    transport: Transport,
    settings: Settings | None = None,
) -> Send:
    """Sends what a claim carries; gives the reason where it certainly did not go out."""
    writer = sender_of(settings or Settings())

    def send(claim: Claim) -> Unsent | None:
        try:
            parcel = parcel_of(office, claim, clock(), writer)
        except AnumatError as why:  # nothing has left; a database that is busy may be tried again
            return Unsent(str(why), final="file" in {reason.code for reason in why.reasons})
        try:
            transport.send(parcel)
        except NotSent as why:
            return Unsent(str(why), why.final)
        except Unclear as why:
            raise Doubtful(str(why)) from why
        return None

    return send


def parcel_of(office: Office, claim: Claim, now: datetime, writer: Sender) -> Parcel:
    """What a claim sends, whole: a person's reminders, or a letter to one recipient."""
    if claim.letter:
        return letter_parcel(letter_of(office, claim, now), writer)
    return digest_parcel(digest_of(office, claim, now), writer)


def letter_of(office: Office, claim: Claim, now: datetime) -> LetterPost:
    """The letter of a claim as it was issued; the address as it is now, for somebody may have
    corrected it."""
    with office.database.read() as transaction:
        row = numbers.letter(transaction, claim.letter)
        message = outbox.message(transaction, claim.key)
        pdf = file_of(transaction, claim.letter)
        sender = organisation_of(transaction, row["sender"])
        answers = correspondent(transaction, row["sender"]).email
    paper = Paper.of_plain(plain(row["paper"]))
    return LetterPost(
        key=claim.key,
        office=office.ident,
        letter=claim.letter,
        number=paper.number,
        subject=paper.subject,
        text=as_text(paper),
        to_name=paper.to if row["recipient"] == claim.recipient else message["name_th"],
        to_email=message["email"],
        from_name=sender["name_th"],
        reply_to=answers,
        pdf=pdf,
        pdf_name=paper.number,
        day=claim.day,
        sent_at=stamp(now),
        simulation=office.simulation,
        copy=bool(message["is_copy"]),
    )


def digest_of(office: Office, claim: Claim, now: datetime) -> Digest:
    """The message of a claim, in words."""
    with office.database.read() as transaction:
        person = bundle.addressee(transaction, claim.person)
        carried = bundle.carried(transaction, office, claim.key, claim.day)
    return Digest(
        key=claim.key,
        person=claim.person,
        **asdict(person),
        day=claim.day,
        sent_at=stamp(now),
        lines=tuple(map(_line, carried)),
        simulation=office.simulation,
        office=office.ident,
    )


def archive_of(settings: Settings) -> "Archive | None":
    """Raises WrongUse where its password cannot be read."""
    from notifications.archive import Imap, LocalMailbox

    said = settings.archive
    if said and said.mailbox:
        return LocalMailbox(said.mailbox)
    if said and said.host:
        return Imap(
            host=said.host,
            port=said.port,
            username=said.username or "",
            password=said.password(os.environ),
            folder=said.folder,
            ca_file=said.ca_file,
        )
    return None


def _webhook(settings: Settings) -> "Webhook":
    from notifications.webhook import Webhook

    said = settings.webhook
    assert said is not None  # noqa: S101  # the caller's part
    return Webhook(said.url, said.to, said.token(os.environ), said.ca_file)


def _line(each: bundle.Carried) -> Line:
    return Line(
        ref=each.ref,
        title=each.title,
        organisation_th=each.organisation_th,
        organisation_en=each.organisation_en,
        state_th=each.state.th,
        state_en=each.state.en,
        deadline_th=each.deadline.th,
        deadline_en=each.deadline.en,
        step=each.step,
        nominal=each.nominal,
        effective=each.effective,
        provisional=each.provisional,
        due_at=each.due_at,
        late=each.late,
        role_th=each.role.th,
        role_en=each.role.en,
        escalated=each.escalated,
    )


def _beside(url: str, name: Path) -> Path:
    """A server's database lies beside nothing that we know: then it is the working folder."""
    try:
        address = make_url(url)
    except ArgumentError:  # whoever opens it will say so
        return name
    if address.get_backend_name() == "sqlite" and address.database:
        return Path(address.database).resolve().parent / name
    return name
