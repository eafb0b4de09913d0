"""A digest as a message: any text may be in it, none can steer it."""

from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP, compat32
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import instant_of
from notifications.digest import rendered
from notifications.mail import built, message_id
from notifications.message import Digest
from notifications.text import one_line
from tests.notifications.samples import DIGEST, MANY, a_digest, a_line

HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Anumat-Key",
    "X-Anumat-Person", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
]  # fmt: skip
NASTY = [
    "x\r\nBcc: spy@example.com", "x\nBcc: spy@example.com\n\nbody", "x\rBcc: a@b", "\r\n\r\n",
    "a, spy@example.com", '" <spy@example.com>, "', "x; y:;", "=?utf-8?q?=0D=0ABcc:_a@b?=",
    "\\", '"', "ก, ข" * 30, "นาย" * 60 + ", <spy@example.com>", "(",
    "a\u2028b", "", " ", "\ud800", "ก" * 999, "..", "a@b\n",
]  # fmt: skip
ANY = st.one_of(
    st.sampled_from(NASTY), st.text(), st.text('ก่ำa ,;:<>@"\r\n=?._-()\\', max_size=120)
)
LINES = st.builds(
    a_line, ref=ANY, title=ANY, organisation_th=ANY, organisation_en=ANY, state_th=ANY,
    state_en=ANY, deadline_th=ANY, deadline_en=ANY, step=ANY, role_th=ANY, role_en=ANY,
    effective=st.dates().map(str), nominal=st.dates().map(str),
    provisional=st.booleans(), late=st.booleans(), escalated=st.booleans(),
)  # fmt: skip
DIGESTS = st.builds(
    a_digest, key=ANY, person=ANY, name_th=ANY, name_en=ANY, post_th=ANY, office=ANY,
    email=st.one_of(ANY, st.emails(), st.just("somying@example.go.th")),
    lines=st.lists(LINES, min_size=1, max_size=3).map(tuple), simulation=st.booleans(),
)  # fmt: skip


def read(message: bytes) -> EmailMessage:
    return message_from_bytes(message, policy=SMTP)


def decoded(message: EmailMessage, header: str) -> str:
    """As RFC 2047 has it; the parser of Python 3.11 puts a space between two encoded words."""
    plain = message_from_bytes(message.as_bytes(), policy=compat32)
    return str(make_header(decode_header(plain[header])))


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


@given(DIGESTS)
def test_any_digest_is_a_whole_message_with_our_headers_and_no_others(digest: Digest) -> None:
    written = built(digest).as_bytes()
    assert max(map(len, written.split(b"\r\n"))) < 998
    assert b"\n" not in written.replace(b"\r\n", b"")
    message = read(written)
    assert message.keys() == HEADERS
    assert not message.defects
    assert [header for header in HEADERS if message[header].defects] == []
    subject, text = rendered(digest)
    assert message["Subject"] == subject
    assert text_of(message) == text
    for line in digest.lines:
        assert one_line(line.title) in text
    for header, said in (("X-Anumat-Key", digest.key), ("X-Anumat-Person", digest.person)):
        shown = message[header].lstrip()  # a long word begins on a line of its own
        assert unquote(shown, errors="surrogatepass") == said or len(shown) == 900


@given(DIGESTS)
def test_there_is_never_an_addressee_but_the_person(digest: Digest) -> None:
    message = read(built(digest).as_bytes())
    addresses = [address.addr_spec for address in message["To"].addresses]
    assert addresses in ([], [digest.email])
    assert len(message["To"].groups) == 1
    assert [address.addr_spec for address in message["From"].addresses] == ["anumat@localhost"]


@pytest.mark.parametrize(
    "trick", [", <spy@example.com>,", '", ', "; z:", "=?utf-8?q?=2C_a=40b=2C?="]
)
@pytest.mark.parametrize("before", ["", "ก " * 20, "x " * 40])
@pytest.mark.parametrize("after", ["", " ก" * 20, " y" * 40])
def test_a_name_that_is_folded_adds_no_addressee(before: str, trick: str, after: str) -> None:
    """Python 3.11 loses the quotes of such a name, and `spy` would get the mail."""
    message = read(built(a_digest(name_th=f"{before}{trick}{after}")).as_bytes())
    assert [address.addr_spec for address in message["To"].addresses] == [DIGEST.email]
    assert not message["To"].defects


def test_the_headers_say_who_when_and_what() -> None:
    message = read(built(MANY, sender="kpi@ops.example.go.th").as_bytes())
    assert decoded(built(MANY), "To") == "นางสาวสมหญิง ใจดี <somying@example.go.th>"
    assert message["From"] == "Anumat <kpi@ops.example.go.th>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Anumat-Key"] == "somying|2020-10-16"
    assert message["Date"].endswith("+0700")
    sent = parsedate_to_datetime(message["Date"])
    assert sent == instant_of(MANY.sent_at)
    assert message["Subject"].startswith("แจ้งเตือนกำหนดเวลา 16 ตุลาคม 2563: เลยกำหนด 2, ")


@pytest.mark.parametrize(
    "email", ["", "no address", "a@b, spy@example.com", "สมหญิง@example.go.th", "a@b\n"]
)
def test_without_a_usable_address_the_person_is_named_and_nobody_addressed(email: str) -> None:
    message = read(built(a_digest(email=email)).as_bytes())
    assert message["To"] == "undisclosed-recipients:;"
    assert message["X-Anumat-Person"] == "somying"
    assert text_of(message).startswith("เรียน นางสาวสมหญิง ใจดี\n")


def test_a_message_id_is_the_keys_and_the_offices_and_nothing_elses() -> None:
    first = message_id("somying|2020-10-16", "ops-moi")
    assert first == "<4b9290960e4d87d5a9b27cd9d3a687d8@ops-moi.anumat>"
    assert built(replace(DIGEST, lines=MANY.lines, sent_at=MANY.sent_at))["Message-ID"] == first
    others = {
        message_id(key, office) for key in ("a", "b", "a|") for office in ("x", "X", "x-", "")
    }
    assert len(others) == 12


def test_the_same_digest_makes_the_same_bytes() -> None:
    assert built(MANY).as_bytes() == built(MANY).as_bytes()
