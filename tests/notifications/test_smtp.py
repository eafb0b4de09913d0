"""The dialogue with a relay that fails at every step, in every way."""

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.limit import Limit
from notifications.mail import Sender, letter_parcel
from notifications.smtp import Smtp
from notifications.smtp_line import dotted
from notifications.transports import NotSent, Unclear
from tests.notifications.relay import ACTS, REPLIES, STEPS, Fault, Relay
from tests.notifications.samples import DIGEST, POST, a_parcel, a_post

PARCEL = a_parcel()
SHORT = 0.3  # seconds


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as made:
        yield made


def way_to(relay: Relay, **more: Any) -> Smtp:
    made = Smtp(
        "127.0.0.1", relay.port, "none", "kpi@ops.example.go.th", "ops.example.go.th", timeout=20
    )
    return replace(made, **more)


def test_what_is_accepted_arrives_as_it_was_made(relay: Relay) -> None:
    way = way_to(relay)
    assert way.name == "smtp"
    assert way.handed(PARCEL) == "250 2.0.0 OK"
    way.send(letter_parcel(POST, Sender()))
    first, second = relay.taken
    assert (first.sender, first.to) == ("kpi@ops.example.go.th", (DIGEST.email,))
    assert first.content == PARCEL.message.as_bytes()
    letter = message_from_bytes(second.content, policy=SMTP)
    [pdf] = letter.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content()) == (POST.pdf_name, POST.pdf)
    words = [line.split()[0].lower() for line in relay.heard]
    assert words == [b"ehlo", b"mail", b"rcpt", b"data", b"quit"] * 2
    assert relay.heard[0] == b"ehlo ops.example.go.th\r\n"
    size = len(first.content)
    assert relay.heard[1].lower() == f"mail from:<kpi@ops.example.go.th> size={size}\r\n".encode()


def final(step: str, act: str) -> bool:
    """The sender is the same one in all messages, and is mended in the settings."""
    return act == "5xx" and step in ("rcpt", "data", "dot")


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("step", STEPS[:5])
def test_whatever_fails_before_the_message_is_certainly_not_sent(
    relay: Relay, step: str, act: str
) -> None:
    relay.will(Fault(step, act))
    way = way_to(relay, timeout=SHORT if act == "silence" else 20)
    with pytest.raises(NotSent) as refused:
        way.send(PARCEL)
    assert relay.taken == []
    assert refused.value.final is final(step, act)
    thai, english = str(refused.value).split(" / ", 1)
    assert "เครื่องแม่ข่ายอีเมล" in thai
    assert "the mail relay 127.0.0.1" in english
    if act in ("4xx", "5xx") and step != "ehlo":
        assert "451 4.3.0 try again later" in english or "550 5.1.1 no such user" in english
    way_to(relay).send(PARCEL)
    assert relay.copies().total() == 1


def test_without_a_word_to_go_on_nothing_is_sent(relay: Relay) -> None:
    relay.will(Fault("data", "2xx"))
    with pytest.raises(NotSent, match="refuses the content: 250 ") as refused:
        way_to(relay).send(PARCEL)
    assert not refused.value.final
    assert relay.taken == []


@pytest.mark.parametrize("act", ACTS)
def test_what_fails_in_the_midst_of_the_message_is_not_accepted(relay: Relay, act: str) -> None:
    """The sender may have been done when it failed, and then cannot tell."""
    relay.will(Fault("content", act))
    way = way_to(relay, timeout=SHORT if act == "silence" else 20)
    with pytest.raises((NotSent, Unclear)):
        way.send(PARCEL)
    assert relay.taken == []


def unclear(relay: Relay, fault: Fault, patience: str) -> str:
    """What is said where the fault is behind the dot. On a busy machine the steps before it may
    take too long too: then all has ten times as long."""
    for seconds in (SHORT, 10 * SHORT, 100 * SHORT):
        relay.will(fault)
        try:
            way_to(relay, **{patience: seconds}).send(PARCEL)
        except Unclear as why:
            return str(why)
        except NotSent:
            assert relay.taken == []
    raise AssertionError("the dot was never reached")


@pytest.mark.parametrize("taken", [False, True])
@pytest.mark.parametrize(
    "act", ["drop", "reset", "garbage", "endless", "silence", "half", "longer", "3xx"]
)
def test_after_the_final_dot_no_answer_means_that_nobody_knows(
    relay: Relay, act: str, *, taken: bool
) -> None:
    thai, english = unclear(relay, Fault("dot", act, taken), "timeout").split(" / ", 1)
    way_to(relay).send(PARCEL)  # one dialogue after the other: that one has ended
    assert len(relay.taken) == taken + 1
    assert "ส่งข้อความครบแล้ว" in thai
    assert "the whole message was sent" in english


@pytest.mark.parametrize(("act", "last"), [("4xx", False), ("5xx", True)])
def test_a_refusal_after_the_final_dot_is_a_refusal(relay: Relay, act: str, *, last: bool) -> None:
    relay.will(Fault("dot", act))
    with pytest.raises(NotSent, match="refuses the message") as refused:
        way_to(relay).send(PARCEL)
    assert refused.value.final is last


def test_a_refused_connection_is_not_sent_and_may_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    way = Smtp("127.0.0.1", port, "none", "a@b.example", "b.example", timeout=5)
    with pytest.raises(NotSent, match=f"127.0.0.1:{port} failed: connection refused") as refused:
        way.send(PARCEL)
    assert not refused.value.final
    assert "เครื่องไม่รับการเชื่อมต่อ" in str(refused.value)


def test_a_name_that_nobody_knows_is_said() -> None:
    way = Smtp("relay.invalid", 25, "none", "a@b.example", "b.example", timeout=5)
    with pytest.raises(NotSent, match=r"relay\.invalid:25 failed: nobody knows its name"):
        way.send(PARCEL)


@pytest.mark.parametrize(
    ("email", "th", "en"),
    [
        ("", "ไม่มีที่อยู่อีเมล", "no address"),
        ("  ", "ไม่มีที่อยู่อีเมล", "no address"),
        ("สมหญิง@example.go.th", "ไม่ใช่ ASCII", "letters outside ASCII"),
        ("somying@มหาดไทย.ไทย", "ไม่ใช่ ASCII", "letters outside ASCII"),
        ("a@b, spy@example.com", "ไม่ถูกต้อง", "this is no address"),
        ("a@b\r\nRCPT TO:<spy@example.com>", "ไม่ถูกต้อง", "this is no address"),
        ("a" * 65 + "@example.go.th", "ไม่ถูกต้อง", "this is no address"),
    ],
)
def test_without_a_usable_address_nothing_is_said_to_the_relay(
    relay: Relay, email: str, th: str, en: str
) -> None:
    for parcel in (a_parcel(email=email), letter_parcel(a_post(to_email=email), Sender())):
        with pytest.raises(NotSent) as refused:
            way_to(relay).send(parcel)
        assert refused.value.final
        assert th in str(refused.value)
        assert en in str(refused.value)
        assert "\n" not in str(refused.value)
    assert relay.heard == []


def test_the_archive_gets_a_hidden_copy_in_the_same_dialogue(relay: Relay) -> None:
    way = way_to(relay, copy_to="archive@ops.example.go.th")
    way.send(PARCEL)
    way.send(a_parcel(email="archive@ops.example.go.th"))
    first, second = relay.taken
    assert first.to == (DIGEST.email, "archive@ops.example.go.th")
    assert second.to == ("archive@ops.example.go.th",)
    assert b"archive" not in first.content


def test_without_its_copy_for_the_archive_nothing_goes_out(relay: Relay) -> None:
    """Else a message could be out that the archive does not know, and would be sent again."""

    class Full(Relay):
        def refuses(self, to: str) -> bool:
            return to.startswith("archive")

    with Full() as full:
        way = way_to(full, copy_to="archive@ops.example.go.th")
        with pytest.raises(NotSent, match="refuses the archive archive@") as refused:
            way.send(PARCEL)
    assert not refused.value.final
    assert full.taken == []


@pytest.mark.parametrize("step", ["greeting", "ehlo", "rcpt", "data"])
def test_a_server_that_answers_byte_by_byte_is_cut_off(relay: Relay, step: str) -> None:
    """Each byte comes in time; the answer never would."""
    relay.will(Fault(step, "trickle"))
    begun = time.monotonic()
    with pytest.raises(NotSent, match=r"it took longer than 0.4 s"):
        way_to(relay, limit=0.4).send(PARCEL)
    assert time.monotonic() - begun < 10


def test_cut_off_after_the_final_dot_it_is_unclear(relay: Relay) -> None:
    said = unclear(relay, Fault("dot", "trickle", take=True), "limit")
    assert re.search(r"it took longer than (0.3|3|30) s", said)


def test_who_was_halted_on_the_way_does_not_send_the_final_dot(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the process goes on, its watch may not have run yet; the lease may be over."""
    monkeypatch.setattr(Limit, "_shut", lambda _: None)
    relay.will(Fault("data", "late"))
    with pytest.raises(NotSent, match=r"it took longer than 0.2 s"):
        way_to(relay, limit=0.2).send(PARCEL)
    assert relay.taken == []


def test_what_happens_to_the_farewell_changes_nothing(relay: Relay) -> None:
    for act in ("drop", "reset", "garbage", "silence"):
        relay.will(Fault("quit", act))
        assert way_to(relay).handed(PARCEL) == "250 2.0.0 OK"
    assert len(relay.taken) == 4


def test_without_an_archive_nothing_is_known(relay: Relay) -> None:
    assert way_to(relay).holds(DIGEST.key, DIGEST.office) is None


@pytest.mark.parametrize(
    "answer",
    [
        b"554 5.7.1 <somying@example.go.th>: Relay access denied\r\n",
        b"553 5.7.1 <kpi@ops.example.go.th>: Sender address rejected: not owned by user\r\n",
    ],
)
def test_who_may_not_send_tries_again_for_it_is_mended_in_the_settings(
    relay: Relay, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    """A relay may tell at the recipient what it has against the sender."""
    monkeypatch.setitem(REPLIES, "5xx", answer)
    relay.will(Fault("rcpt", "5xx"))
    with pytest.raises(NotSent, match=r"does not let us send to .*: 55[34] 5\.7\.1 ") as refused:
        way_to(relay).send(PARCEL)
    assert not refused.value.final


def test_a_relay_without_logins_is_told_apart(relay: Relay) -> None:
    with pytest.raises(NotSent, match="takes no username and password at this port"):
        way_to(relay, username="anumat", password="s3cret").send(PARCEL)


def test_passwords_are_not_shown() -> None:
    way = Smtp("h", 25, "tls", "a@b", "b", username="u", password="s3cret", ca_file=Path("x"))
    assert "s3cret" not in repr(way)
    assert way._said((535, b"what s3cret is that?")) == "535 what … is that?"


@given(st.binary(max_size=200) | st.text(".\r\n ก", max_size=60).map(str.encode))
def test_no_content_can_hold_the_end_of_a_message(content: bytes) -> None:
    """Read back as a server does, whatever it takes for the end of a line."""
    sent = dotted(content)
    assert sent.endswith(b"\r\n")
    lines = sent.removesuffix(b"\r\n").split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert b"." not in lines
    back = [line[1:] if line.startswith(b".") else line for line in lines]
    end = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n")
    assert b"\n".join(back) == end
