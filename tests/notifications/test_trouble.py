"""What is said of a machine that could not be spoken to."""

import socket
import ssl

import pytest

from notifications.trouble import because


def test_a_port_that_does_not_begin_with_tls_says_where_to_look() -> None:
    """As a relay's port for STARTTLS, where `security` is `tls`."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"220 relay.ops.example.go.th ESMTP\r\n")
        with pytest.raises(ssl.SSLError) as failed:
            ssl.create_default_context().wrap_socket(ours, server_hostname="relay")
    th, en = because(failed.value)
    assert "ไม่ได้เริ่มด้วย TLS" in th
    assert "it does not begin with TLS (look at the port" in en


def test_a_relay_of_long_ago_is_told_as_such() -> None:
    """Either side may find out: here it is theirs, as with Postfix and `smtpd_tls_protocols`."""
    old = ssl.SSLError(1, "[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version")
    old.reason = "TLSV1_ALERT_PROTOCOL_VERSION"
    assert because(old)[1] == "it speaks only a version of TLS that is too old to be safe"


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (TimeoutError("timed out"), "no answer in time"),
        (ConnectionRefusedError(111, "Connection refused"), "connection refused"),
        (socket.gaierror(-2, "Name or service not known"), "nobody knows its name"),
        (OSError("a\nb\x1b[31m"), "a b [31m"),
        (OSError("x" * 1_000), "x" * 300),
    ],
)
def test_a_reason_is_one_line_that_tells_what_to_do(why: Exception, said: str) -> None:
    assert because(why)[1] == said
