"""How reminders leave the house: the engine's claims become messages, and go to a folder and the
log. E-mail will come in here, as one more transport."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import make_url

from commands.group import t
from engine import bundle
from engine.claims import Claim
from engine.clock import stamp
from engine.messages import Send, Unsent
from engine.office import Office
from notifications.message import Digest, Line
from notifications.transports import Folder, Log, NotSent, Several, Transport

HERE = Path("outbox")
to_outbox = click.option(
    "--outbox",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="ANUMAT_OUTBOX",
    help=t(
        "โฟลเดอร์ที่รับข้อความแจ้งเตือน (ปกติ outbox ข้างฐานข้อมูล)",
        "The folder that takes the reminders (default: outbox, beside the database)",
    ),
)


def transport_of(url: str, outbox: Path | None, write: Callable[[str], None]) -> Transport:
    """The folder first, for only it can tell what it holds; then the log."""

    def told(line: str) -> None:
        with suppress(OSError):  # a reader who left, or a full disk, unsends nothing
            write(line)

    return Several((Folder(outbox or _beside(url)), Log(told)))


def sender(office: Office, clock: Callable[[], datetime], transport: Transport) -> Send:
    """Sends what a claim carries; gives the reason where it certainly did not go out."""

    def send(claim: Claim) -> Unsent | None:
        digest = digest_of(office, claim, clock())
        try:
            transport.send(digest)
        except NotSent as why:
            return Unsent(str(why))
        return None

    return send


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


def _beside(url: str) -> Path:
    """A server's database lies beside nothing that we know: then it is the working folder."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        return Path(address.database).resolve().parent / HERE
    return HERE
