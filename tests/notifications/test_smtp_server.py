"""The dialogue with a whole mail server: encryption, certificates, logins, sizes."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from notifications.smtp import Security, Smtp
from notifications.transports import NotSent
from tests.notifications.samples import DIGEST, a_parcel

PARCEL = a_parcel()
LOGIN = {"username": "anumat", "password": "s3cret-word"}


class Post:
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.encrypted: list[bool] = []

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.envelopes.append(envelope)
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 2.0.0 Ok: queued as 4F00A1"


def known(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth: Any
) -> AuthResult:
    good = isinstance(auth, LoginPassword) and (auth.login, auth.password) == (
        b"anumat",
        b"s3cret-word",
    )
    return AuthResult(success=good, handled=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@contextmanager
def serving(context: ssl.SSLContext | None, security: Security, **more: Any) -> Iterator[Any]:
    """A server and its post; the port is chosen before, for the controller takes no 0."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    post = Post()
    how: dict[str, Any] = {"tls": {"ssl_context": context}, "none": {}}.get(
        security, {"tls_context": context, "require_starttls": True}
    )
    server = Controller(post, hostname="127.0.0.1", port=port, **how, **more)
    server.start()
    try:
        yield port, post
    finally:
        server.stop()


def certificate(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def way(port: int, security: Security, ca_file: Path | None, **more: Any) -> Smtp:
    return Smtp(
        "localhost", port, security, "kpi@ops.example.go.th", "ops.example.go.th",
        ca_file=ca_file, timeout=20, **more,
    )  # fmt: skip


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_message_arrives_by_each_kind_of_line(
    authority: trustme.CA, ca_file: Path, security: Security
) -> None:
    with serving(certificate(authority, "localhost"), security) as (port, post):
        said = way(port, security, ca_file).handed(PARCEL)
    assert said == "250 2.0.0 Ok: queued as 4F00A1"
    [envelope] = post.envelopes
    assert envelope.rcpt_tos == [DIGEST.email]
    assert envelope.content == PARCEL.message.as_bytes()
    assert post.encrypted == [security != "none"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_somebody_else_is_refused(
    authority: trustme.CA, ca_file: Path, security: Security
) -> None:
    contexts = [
        (certificate(trustme.CA(), "localhost"), "unable to get local issuer"),
        (certificate(authority, "relay.example"), "mismatch"),
    ]
    for context, said in contexts:
        with (
            serving(context, security) as (port, post),
            pytest.raises(NotSent, match=r"certificate is not trusted \(.*" + said) as refused,
        ):
            way(port, security, ca_file).send(PARCEL)
        assert not refused.value.final
        assert "ใบรับรองไม่น่าเชื่อถือ" in str(refused.value)
        assert post.envelopes == []


def test_where_encryption_is_not_offered_nothing_is_said_in_the_clear() -> None:
    with serving(None, "none") as (port, post):
        with pytest.raises(NotSent, match="does not offer STARTTLS"):
            way(port, "starttls", None, **LOGIN).send(PARCEL)
        with pytest.raises(NotSent, match="failed"):
            way(port, "tls", None, **LOGIN).send(PARCEL)
    assert post.envelopes == []


def test_the_relay_lets_in_who_knows_the_password(authority: trustme.CA, ca_file: Path) -> None:
    locked = {"authenticator": known, "auth_required": True}
    with serving(certificate(authority, "localhost"), "starttls", **locked) as (port, post):
        way(port, "starttls", ca_file, **LOGIN).send(PARCEL)
        wrong = way(port, "starttls", ca_file, username="anumat", password="wr0ng-word")
        with pytest.raises(NotSent, match="does not let anumat in: 535 ") as refused:
            wrong.send(PARCEL)
        nobody = way(port, "starttls", ca_file)
        with pytest.raises(NotSent, match=r"refuses the sender .*: 530 ") as unasked:
            nobody.send(PARCEL)
    assert len(post.envelopes) == 1
    for each in (refused, unasked):  # it is true of all messages, and mended in the settings
        assert not each.value.final
        assert "wr0ng" not in str(each.value)


def test_what_is_too_large_is_refused_for_good_before_it_is_sent() -> None:
    with (
        serving(None, "none", data_size_limit=2_000) as (port, post),
        pytest.raises(NotSent, match=r"refuses a message of [0-9,]+ bytes: 552 ") as refused,
    ):
        way(port, "none", None).send(PARCEL)
    assert refused.value.final
    assert post.envelopes == []


def test_a_stolen_start_is_not_believed(authority: trustme.CA, ca_file: Path) -> None:
    """Whoever sits in between may add answers before the encryption begins: they do not count."""

    async def meddle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        await reader.readline()
        writer.write(b"250-relay\r\n250 STARTTLS\r\n")
        await reader.readline()
        writer.write(b"220 go on\r\n250-relay\r\n250 2.0.0 OK\r\n")
        await writer.drain()
        await reader.read(1)
        writer.close()

    async def talk() -> str:
        server = await asyncio.start_server(meddle, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            try:
                await asyncio.to_thread(way(port, "starttls", ca_file).send, PARCEL)
            except NotSent as why:
                return str(why)
        return ""

    assert "failed" in asyncio.run(talk())
