"""Announcements to a group's chat, to a server that knows retry keys as LINE's does."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from notifications import webhook
from notifications.mail import Sender, letter_parcel
from notifications.transports import NotSent, Unclear
from notifications.webhook import LONGEST, REST, Webhook, cut, retry_key
from tests.notifications.samples import DIGEST, POST, a_digest, a_line, a_parcel

TOKEN = "t0ken-of-the-channel"
GROUP = "C4af4980629"
PATIENCE = 20  # seconds


class Chat:
    """A group's chat. `will` holds what happens to the next requests: a status, or what is done in
    the place of an answer, before or after it is posted."""

    def __init__(self) -> None:
        self.posted: dict[str, str] = {}  # by retry key
        self.requests: list[dict[str, Any]] = []
        self.will: list[int | str] = []
        self.silent, self.over = threading.Event(), threading.Event()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        self.requests.append({"path": request.path, **request.headers, "body": body})
        act = self.will.pop(0) if self.will else 200
        key = request.headers["X-Line-Retry-Key"]
        if act in (200, "post and hang up", "post and fall silent"):
            if key in self.posted:
                return self._say(request, 409, '{"message": "already accepted"}')
            self.posted[key] = body["messages"][0]["text"]
        if act == "post and fall silent":
            self.silent.set()
            self.over.wait(PATIENCE)
        elif act == "redirect":
            request.send_response(307)
            request.send_header("Location", "http://127.0.0.1:1/elsewhere")
            request.end_headers()
        elif isinstance(act, int):
            self._say(request, act, json.dumps({"message": f"because {TOKEN} … \x1b[31m"}))
        return None

    def _say(self, request: BaseHTTPRequestHandler, status: int, text: str) -> None:
        request.send_response(status)
        request.end_headers()
        request.wfile.write(text.encode())


@contextmanager
def serving(certificate: trustme.LeafCert | None = None) -> Iterator[tuple[str, Chat]]:
    chat = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            chat.answer(self)

        def log_message(self, *_: Any) -> None:
            """Not to the test's output."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = True

        def handle_error(self, *_: Any) -> None:
            """A client that left is no matter here."""

    server = Quiet(("127.0.0.1", 0), Handler)
    if certificate:
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    scheme = "https" if certificate else "http"
    try:
        yield f"{scheme}://localhost:{server.server_address[1]}/v2/bot/message/push", chat
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def there() -> Iterator[tuple[str, Chat]]:
    with serving() as found:
        yield found


def test_a_group_is_told_who_was_reminded_of_what(there: tuple[str, Chat]) -> None:
    url, chat = there
    way = Webhook(url, GROUP, TOKEN)
    way.send(a_parcel())
    [request] = chat.requests
    assert request["path"] == "/v2/bot/message/push"
    assert request["Authorization"] == f"Bearer {TOKEN}"
    assert request["Content-Type"] == "application/json; charset=utf-8"
    assert request["body"]["to"] == GROUP
    [message] = request["body"]["messages"]
    assert message == {
        "type": "text",
        "text": "2020-10-16 somying: แจ้งเตือน 1 รายการ: IND-2564-0004\n"
        "2020-10-16 somying: 1 reminder: IND-2564-0004",
    }
    assert way.holds(DIGEST.key, DIGEST.office) is None
    assert TOKEN not in repr(way)


def test_a_letter_is_announced_and_not_shown(there: tuple[str, Chat]) -> None:
    url, chat = there
    Webhook(url, GROUP, TOKEN).send(letter_parcel(POST, Sender()))
    [text] = chat.posted.values()
    assert f"หนังสือ {POST.number} เรื่อง {POST.subject} ถึง {POST.to_name}" in text
    assert "ตามที่" not in text
    assert POST.to_email not in text


def test_the_same_message_again_is_posted_once(there: tuple[str, Chat]) -> None:
    url, chat = there
    for _ in range(3):
        Webhook(url, GROUP, TOKEN).send(a_parcel())
    assert (len(chat.requests), len(chat.posted)) == (3, 1)
    assert len({request["X-Line-Retry-Key"] for request in chat.requests}) == 1


@pytest.mark.parametrize(
    ("status", "final"),
    [(429, False), (500, False), (503, False), ("redirect", False), (400, True), (401, True)],
)
def test_what_is_refused_was_not_posted(
    there: tuple[str, Chat], status: int | str, final: bool
) -> None:
    url, chat = there
    chat.will = [status]
    with pytest.raises(NotSent, match=" / it was refused: ") as refused:
        Webhook(url, GROUP, TOKEN).send(a_parcel())
    assert refused.value.final is final
    assert TOKEN not in str(refused.value)
    assert "\x1b" not in str(refused.value)
    assert chat.posted == {}
    assert len(chat.requests) == 1  # no redirection was followed


@pytest.mark.parametrize("act", ["post and hang up", "hang up", "post and fall silent"])
def test_without_an_answer_nobody_knows_and_another_try_does_no_harm(
    there: tuple[str, Chat], act: str
) -> None:
    url, chat = there
    chat.will = [act]
    silence = act == "post and fall silent"
    way = Webhook(url, GROUP, TOKEN, timeout=0.3 if silence else PATIENCE)
    with pytest.raises(Unclear, match="did not say whether it took the announcement"):
        way.send(a_parcel())
    assert not silence or chat.silent.wait(PATIENCE)
    Webhook(url, GROUP, TOKEN, timeout=PATIENCE).send(a_parcel())
    chat.over.set()
    assert len(chat.posted) == 1


def test_where_nobody_listens_nothing_was_sent() -> None:
    with serving() as (url, _):
        pass
    with pytest.raises(NotSent, match=r"cannot reach localhost: .*refused") as refused:
        Webhook(url, GROUP, TOKEN).send(a_parcel())
    assert not refused.value.final


@pytest.mark.parametrize(
    ("act", "rest", "tried"), [("hang up", REST, 1), ("hang up", 0.0, 2), (503, REST, 2)]
)
def test_a_chat_that_does_not_answer_is_left_alone_for_a_while(
    there: tuple[str, Chat],
    monkeypatch: pytest.MonkeyPatch,
    act: int | str,
    rest: float,
    tried: int,
) -> None:
    """Where it answers, if only to refuse, mail hardly waits for it."""
    monkeypatch.setattr(webhook, "REST", rest)
    url, chat = there
    chat.will = [act]
    way = Webhook(url, GROUP, TOKEN, timeout=PATIENCE)
    with pytest.raises((NotSent, Unclear)):
        way.send(a_parcel())
    if tried == 2:
        way.send(a_parcel())
    else:
        with pytest.raises(NotSent, match="did not answer a moment ago: not tried") as resting:
            way.send(a_parcel())
        assert not resting.value.final
    assert len(chat.requests) == tried


def test_the_certificate_is_checked(tmp_path: Path) -> None:
    authority = trustme.CA()
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    with serving(authority.issue_cert("localhost")) as (url, chat):
        Webhook(url, GROUP, TOKEN, ca_file).send(a_parcel())
        with pytest.raises(NotSent, match="certificate verify failed"):
            Webhook(url, GROUP, TOKEN).send(a_parcel())
    assert len(chat.requests) == 1


def test_a_flood_of_items_fits_into_one_message(there: tuple[str, Chat]) -> None:
    url, chat = there
    lines = tuple(a_line(ref=f"IND-2564-{number:04}") for number in range(1_000))
    Webhook(url, GROUP, TOKEN).send(a_parcel(a_digest(lines=lines)))
    [text] = chat.posted.values()
    assert len(text) == LONGEST
    assert text.endswith("…")


@given(st.text(), st.integers(1, 40))
def test_a_text_is_cut_where_a_character_ends(text: str, most: int) -> None:
    shown = cut(text, most)
    assert len(shown.encode("utf-16-le")) <= 2 * most or shown == text
    assert shown == text or text.encode("utf-8", "replace").decode().startswith(shown[:-1])


def test_a_retry_key_is_a_uuid_and_the_messages_own() -> None:
    key = retry_key("somying|2020-10-16", "ops-moi")
    assert UUID(key).version == 5
    assert key == retry_key("somying|2020-10-16", "ops-moi")
    assert key != retry_key("somying|2020-10-17", "ops-moi")
