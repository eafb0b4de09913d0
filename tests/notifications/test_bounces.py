"""Mail that came back, in the forms in which relays return it, and in forms that none would."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.bounces import MAX_BYTES, Bounce, bounces
from notifications.mail import message_id
from tests.notifications.samples import DIGEST, a_parcel

OURS = message_id(DIGEST.key, DIGEST.office)
REPORT = """\
From: MAILER-DAEMON@relay.example.go.th (Mail Delivery System)
To: kpi@ops.example.go.th
Subject: Undelivered Mail Returned to Sender
Message-ID: <20201016.4F00A1@relay.example.go.th>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_b
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.go.th
X-Postfix-Queue-ID: 4F00A1

Final-Recipient: rfc822; somying@example.go.th
Original-Recipient: rfc822;somying@example.go.th
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <somying@example.go.th>: Recipient address
    rejected: User unknown

--=_b
Content-Description: Undelivered Message
Content-Type: {kind}

{enclosed}
--=_b--
"""
FAILED = Bounce(
    OURS, "somying@example.go.th", "5.1.1",
    "550 5.1.1 <somying@example.go.th>: Recipient address rejected: User unknown", True,
)  # fmt: skip


def returned(kind: str = "message/rfc822", enclosed: str = "", **changed: str) -> bytes:
    text = REPORT.format(kind=kind, enclosed=enclosed or a_parcel().message.as_string())
    for old, new in changed.items():
        line = next(line for line in text.splitlines() if line.startswith(old))
        text = text.replace(line, f"{old}: {new}" if new else "X: y")
    return text.encode()


def test_a_returned_message_says_whose_it_is_and_why() -> None:
    assert bounces(returned()) == [FAILED]
    assert bounces(returned().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")) == [FAILED]


def test_the_headers_alone_are_enough() -> None:
    head = f"Received: by relay\nMessage-Id: {OURS}\nSubject: x\n"
    for kind in ("text/rfc822-headers", "message/rfc822"):
        assert bounces(returned(kind, head)) == [FAILED]
    folded = head.replace("Id: ", "Id:\n ")
    assert bounces(returned("text/rfc822-headers", folded)) == [FAILED]


@pytest.mark.parametrize(
    ("action", "status", "came_back"),
    [("failed", "5.2.2", True), ("failed", "4.4.7", True), ("delayed", "4.4.1", False)],
)
def test_what_a_relay_gave_up_came_back_and_what_it_still_tries_is_late(
    action: str, status: str, came_back: bool
) -> None:
    """A host that was away for days ends as `failed` with 4.4.1 or 4.4.7."""
    [found] = bounces(returned(Action=action, Status=status))
    assert (found.status, found.came_back) == (status, came_back)


def test_a_reason_in_thai_can_be_read() -> None:
    [found] = bounces(returned(**{"Diagnostic-Code": "smtp; 552 5.2.2 ตู้จดหมายเต็ม"}))
    assert found.diagnostic.startswith("552 5.2.2 ตู้จดหมายเต็ม ")


def test_a_status_that_is_missing_is_read_from_what_the_other_side_said() -> None:
    [found] = bounces(returned(Status=""))
    assert found == FAILED
    [found] = bounces(returned(Status="", **{"Diagnostic-Code": "smtp; no reason"}))
    assert (found.status, found.came_back) == ("", True)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "", "perhaps"])
def test_what_did_not_fail_is_no_bounce(action: str) -> None:
    assert bounces(returned(Action=action)) == []


def test_mail_of_somebody_else_is_not_ours() -> None:
    assert bounces(returned(enclosed="Message-ID: <1@example.com>\n\nhello\n")) == []
    assert bounces(returned(enclosed=f"Subject: {OURS}\n\n{OURS}\n")) == []
    assert bounces(a_parcel().message.as_bytes()) == []
    assert bounces(b"") == []


def test_a_forgery_cannot_say_more_than_one_line() -> None:
    nasty = "smtp; 550 5.1.1 a\x1b[31mb\u2028c" + "x" * 5_000
    [found] = bounces(returned(**{"Diagnostic-Code": nasty}))
    assert found.diagnostic.isprintable()
    assert len(found.diagnostic) <= 500


def test_several_recipients_are_told_apart_and_a_flood_is_cut() -> None:
    block = "Final-Recipient: rfc822; u{}@example.go.th\nAction: failed\nStatus: 5.1.1\n\n"
    flood = "".join(block.format(number) for number in range(300))
    text = returned().decode()
    end = "\n--=_b\nContent-Description: Undelivered"
    found = bounces(text.replace(end, f"\n{flood}{end}", 1).encode())
    assert [each.recipient for each in found[:2]] == ["somying@example.go.th", "u0@example.go.th"]
    assert len(found) == 99  # the first group is about the report
    assert bounces(returned() + b"x" * MAX_BYTES) == []


def test_deep_nesting_is_no_trouble() -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3_000)
    )
    assert bounces(nested) == []


@given(st.binary(max_size=400))
def test_any_bytes_have_an_answer(noise: bytes) -> None:
    assert bounces(noise) == []


@given(st.data())
def test_a_report_damaged_anywhere_has_an_answer(data: st.DataObject) -> None:
    report = returned("text/rfc822-headers", f"Message-ID: {OURS}\n")
    at = data.draw(st.integers(0, len(report)))
    length = data.draw(st.integers(0, 60))
    noise = data.draw(st.binary(max_size=40))
    for found in bounces(report[:at] + noise + report[at + length :]):
        assert found.message_id == OURS
        assert replace(found, recipient="").diagnostic.isprintable()
