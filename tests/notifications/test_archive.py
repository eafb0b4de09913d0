"""The archive: whether a copy of a message is there, is not there, or nobody can tell."""

import mailbox
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from notifications.archive import Imap, LocalMailbox
from notifications.mail import message_id
from notifications.smtp import Smtp
from tests.notifications.imap import Account
from tests.notifications.samples import DIGEST, a_parcel

OURS = message_id(DIGEST.key, DIGEST.office)
OTHER = message_id("somying|2020-10-17", DIGEST.office)
Kind = type[mailbox.Maildir] | type[mailbox.mbox]


@pytest.mark.parametrize("kind", [mailbox.Maildir, mailbox.mbox])
def test_a_mailbox_holds_what_was_put_into_it(tmp_path: Path, kind: Kind) -> None:
    path = tmp_path / "archive"
    box = kind(str(path))
    archive = LocalMailbox(path)
    for number in range(3):
        box.add(a_parcel(key=f"malee|{number}").message.as_bytes())
    box.flush()
    assert archive.holds(OURS) is False
    box.add(a_parcel().message.as_bytes())
    box.add(b"Subject: none\n\nMessage-ID: " + OTHER.encode() + b"\n")
    box.add(b"\xff\xfe" * 50)
    box.flush()
    assert archive.holds(OURS) is True
    assert archive.holds(OTHER) is False
    box.close()


def test_a_header_that_was_folded_on_its_way_is_the_same(tmp_path: Path) -> None:
    box = mailbox.mbox(str(tmp_path / "archive"))
    box.add(f"Received: by relay\nMESSAGE-ID:\n {OURS}\nSubject: x\n\nbody\n".encode())
    box.close()
    assert LocalMailbox(tmp_path / "archive").holds(OURS) is True


def test_what_is_no_mailbox_cannot_tell(tmp_path: Path) -> None:
    assert LocalMailbox(tmp_path / "nowhere").holds(OURS) is None
    assert LocalMailbox(tmp_path).holds(OURS) is None
    assert list(tmp_path.iterdir()) == []  # it makes none


def test_the_way_to_the_relay_asks_its_archive(tmp_path: Path) -> None:
    box = mailbox.Maildir(str(tmp_path / "archive"))
    box.add(a_parcel().message.as_bytes())
    way = Smtp("h", 25, "tls", "a@b.example", "b", archive=LocalMailbox(tmp_path / "archive"))
    assert way.holds(DIGEST.key, DIGEST.office) is True
    assert way.holds(DIGEST.key, "another office") is False


# --- IMAP ----------------------------------------------------------------------------------------


@pytest.fixture
def reached(tmp_path: Path) -> Iterator[tuple[Account, Imap]]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with Account(context, 's3"cret', [OURS]) as account:
        # as the server hears it: quoted
        account.password = 's3\\"cret'
        yield (
            account,
            Imap("localhost", account.port, "archive", 's3"cret', "Sent", tmp_path / "ca.pem", 10),
        )


def test_an_account_is_searched_and_not_changed(reached: tuple[Account, Imap]) -> None:
    account, archive = reached
    assert archive.holds(OURS) is True
    assert archive.holds(OTHER) is False
    words = {command.split()[1] for command in account.heard}
    assert words == {"CAPABILITY", "LOGIN", "EXAMINE", "SEARCH", "LOGOUT"}
    assert "s3" not in repr(archive)


@pytest.mark.parametrize("word", ["LOGIN", "EXAMINE", "SEARCH"])
def test_an_account_that_does_not_answer_cannot_tell(
    reached: tuple[Account, Imap], word: str
) -> None:
    account, archive = reached
    account.broken = {word}
    assert archive.holds(OURS) is None


def test_a_wrong_setting_cannot_tell(reached: tuple[Account, Imap], tmp_path: Path) -> None:
    _, archive = reached
    for wrong in (
        replace(archive, password="wrong"),
        replace(archive, folder="Nowhere"),
        replace(archive, ca_file=None),
        replace(archive, port=1),
        replace(archive, host="archive.invalid"),
    ):
        assert wrong.holds(OURS) is None
    assert archive.holds(OURS) is True
