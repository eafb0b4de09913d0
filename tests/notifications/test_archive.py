"""The archive: whether a copy of a message is there, is not there, or nobody can tell."""

import mailbox
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from notifications.archive import Imap, LocalMailbox
from notifications.mail import message_id
from notifications.smtp import Smtp
from notifications.transports import Unreadable
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
    for path, why in ((tmp_path / "nowhere", "no such mailbox"), (tmp_path, "it is no Maildir")):
        with pytest.raises(Unreadable, match=why):
            LocalMailbox(path).holds(OURS)
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
    with pytest.raises(Unreadable, match=r"Sent cannot be read: .*not today"):
        archive.holds(OURS)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"password": "wrong"}, r"\[AUTHENTICATIONFAILED\] no"),
        ({"folder": "Nowhere"}, "there is no such folder"),
        ({"ca_file": None}, "its certificate is not trusted"),
        ({"port": 1}, "connection refused"),
        ({"host": "archive.invalid"}, "nobody knows its name"),
    ],
)
def test_a_wrong_setting_is_told(
    reached: tuple[Account, Imap], wrong: dict[str, Any], why: str
) -> None:
    _, archive = reached
    with pytest.raises(Unreadable, match=why) as unreadable:
        replace(archive, **wrong).holds(OURS)
    assert str(unreadable.value).startswith("อ่านที่เก็บสำเนา ")
    assert 's3"cret' not in str(unreadable.value)
    assert archive.holds(OURS) is True


@pytest.mark.parametrize(
    ("folder", "heard"),
    [
        ("ส่งแล้ว", '"&DioOSA4HDkEOJQ5JDic-"'),
        ("INBOX.ก & ข", '"INBOX.&DgE- &- &DgI-"'),
        ("&DgE-", '"&DgE-"'),
        ("[Gmail]/Sent & more", '"[Gmail]/Sent & more"'),
    ],
)
def test_a_folder_may_have_a_thai_name(
    reached: tuple[Account, Imap], folder: str, heard: str
) -> None:
    account, archive = reached
    with pytest.raises(Unreadable):
        replace(archive, folder=folder).holds(OURS)
    assert any(command.endswith(f"EXAMINE {heard}") for command in account.heard)
