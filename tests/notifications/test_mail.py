"""Reminders and letters as messages: any text may be in them, none can steer them."""

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
from notifications import letter_mail
from notifications.digest import rendered
from notifications.mail import Sender, digest_parcel, letter_parcel, message_id
from notifications.message import Digest, LetterPost
from notifications.text import lines_of, one_line
from tests.notifications.samples import DIGEST, MANY, POST, a_digest, a_line, a_post

HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Anumat-Key",
    "X-Anumat-Person", "MIME-Version", "Content-Type",
]  # fmt: skip
LETTER_HEADERS = [name.replace("Person", "Letter") for name in HEADERS]
LETTER_HEADERS.insert(LETTER_HEADERS.index("To") + 1, "Reply-To")
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
POSTS = st.builds(
    a_post, key=ANY, office=ANY, letter=ANY, number=ANY, subject=ANY, text=ANY, to_name=ANY,
    from_name=ANY, pdf_name=ANY, pdf=st.binary(max_size=300), copy=st.booleans(),
    to_email=st.one_of(ANY, st.emails(), st.just(POST.to_email)), simulation=st.booleans(),
)  # fmt: skip


def built(digest: Digest) -> EmailMessage:
    return digest_parcel(digest, Sender()).message


def letter(post: LetterPost) -> EmailMessage:
    return letter_parcel(post, Sender("saraban@opdc.example.go.th", "งานสารบรรณ")).message


def read(message: bytes) -> EmailMessage:
    return message_from_bytes(message, policy=SMTP)


def decoded(message: EmailMessage, header: str) -> str:
    """As RFC 2047 has it; the parser of Python 3.11 puts a space between two encoded words."""
    plain = message_from_bytes(message.as_bytes(), policy=compat32)
    return str(make_header(decode_header(plain[header])))


def body_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


def text_of(message: EmailMessage) -> str:
    return body_of(message, "plain")


def must_be_sound(written: bytes, headers: list[str]) -> EmailMessage:
    """Of the wanted headers and no others, in lines that every relay takes."""
    assert max(map(len, written.split(b"\r\n"))) < 998
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert written.isascii()
    message = read(written)
    assert message.keys() == headers
    for part in message.walk():
        assert not part.defects
        assert not any(value.defects for value in part.values())
    return message


@given(DIGESTS)
def test_any_digest_is_a_whole_message_with_our_headers_and_no_others(digest: Digest) -> None:
    message = must_be_sound(built(digest).as_bytes(), HEADERS)
    words = rendered(digest)
    assert message["Subject"] == words.subject
    assert text_of(message) == words.text
    assert body_of(message, "html") == words.html
    for line in digest.lines:
        assert one_line(line.title) in words.text
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
    sender = Sender("kpi@ops.example.go.th", "กพร.สป.")
    message = read(digest_parcel(MANY, sender).message.as_bytes())
    assert decoded(built(MANY), "To") == "นางสาวสมหญิง ใจดี <somying@example.go.th>"
    assert message["From"] == '"กพร.สป." <kpi@ops.example.go.th>'
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


# --- Letters -------------------------------------------------------------------------------------


@given(POSTS)
def test_any_letter_is_a_whole_message_with_its_pdf(post: LetterPost) -> None:
    message = must_be_sound(letter(post).as_bytes(), LETTER_HEADERS)
    words = letter_mail.worded(post)
    assert message["Subject"] == words.subject
    assert text_of(message) == words.text
    assert body_of(message, "html") == words.html
    for line in lines_of(post.text):
        assert line in words.text.split("\n")
    [attached] = message.iter_attachments()
    assert isinstance(attached, EmailMessage)
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == letter_mail.file_name(post.pdf_name)
    assert attached.get_content() == post.pdf
    addresses = [address.addr_spec for address in message["To"].addresses]
    assert addresses in ([], [post.to_email])
    [sender] = message["From"].addresses
    assert sender.addr_spec == "saraban@opdc.example.go.th"
    [answers] = message["Reply-To"].addresses
    assert answers.addr_spec == POST.reply_to


def test_a_letter_says_what_it_is_and_to_whom() -> None:
    message = read(letter(POST).as_bytes())
    assert decoded(message, "From") == "สำนักงาน ก.พ.ร. <saraban@opdc.example.go.th>"
    assert decoded(message, "To") == f"ผู้ว่าราชการจังหวัดเชียงใหม่ <{POST.to_email}>"
    assert decoded(message, "Reply-To") == f"สำนักงาน ก.พ.ร. <{POST.reply_to}>"
    assert message["Subject"] == f"{POST.number} {POST.subject}"
    assert message["X-Anumat-Letter"] == "LET-2564-0001"
    text = text_of(message)
    assert text.startswith("ที่ นร 1203/ว 15\n\nเรียน  ผู้ว่าราชการจังหวัดเชียงใหม่\n\n    ตามที่ ")
    assert "เอกสารแนบ: นร 1203-ว 15 แจ้งผลการพิจารณา.pdf\n" in text
    html = body_of(message, "html")
    assert '<p style="margin:0;white-space:pre-wrap">    ตามที่ จังหวัด' in html
    assert "SIMULATION" not in f"{message['Subject']}{text}{html}"
    assert "A copy" not in text


@pytest.mark.parametrize("nowhere", ["", "a, spy@example.com", "x\r\nBcc: spy@example.com"])
def test_who_has_no_usable_address_is_answered_where_the_mail_came_from(nowhere: str) -> None:
    message = read(letter(a_post(reply_to=nowhere)).as_bytes())
    assert message["Reply-To"] is None
    assert message["Bcc"] is None


def test_a_simulated_letter_and_a_copy_say_so_first() -> None:
    message = letter(a_post(simulation=True, copy=True))
    assert message["Subject"].startswith("[จำลอง SIMULATION] นร 1203/ว 15 ")
    thai, english, copy_th, copy_en = text_of(message).splitlines()[:4]
    assert thai == "*** จำลอง (SIMULATION): วันเวลาสมมติ ไม่ใช่หนังสือราชการจริง ***"
    assert english == "*** SIMULATION: the dates are made up, this is no official letter ***"
    assert (copy_th, copy_en) == (
        "*** สำเนาส่งเพื่อโปรดทราบ ***",
        "*** A copy, for your information ***",
    )
    assert "no official letter" in body_of(message, "html")
    th, en = letter_mail.summary(a_post(simulation=True, copy=True))
    assert th.startswith("จำลอง 2021-02-01 หนังสือ นร 1203/ว 15 เรื่อง แจ้งผล")
    assert en.endswith("to ผู้ว่าราชการจังหวัดเชียงใหม่ (copy)")


def test_a_letters_text_cannot_become_markup() -> None:
    html = body_of(letter(a_post(text="<b>R&D</b>\n<script>", subject="<i>")), "html")
    assert "&lt;b&gt;R&amp;D&lt;/b&gt;" in html
    assert "<script" not in html
    assert "<i>" not in html


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("หนังสือ.pdf", "หนังสือ.pdf"),
        ("ก/ข\\ค:ง.PDF", "ก-ข-ค-ง.pdf"),
        ("../../etc/passwd", "-..-etc-passwd.pdf"),
        ("a\r\nContent-Type: text/html.pdf", "a Content-Type- text-html.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("", "letter.pdf"),
        (" .pdf", "letter.pdf"),
        ("ก" * 500, "ก" * 80 + ".pdf"),
    ],
)
def test_an_attachment_has_a_name_for_every_system(given_name: str, name: str) -> None:
    [attached] = read(letter(a_post(pdf_name=given_name)).as_bytes()).iter_attachments()
    assert attached.get_filename() == name
    assert len(name.encode()) <= 255


def test_the_same_letter_makes_the_same_bytes_and_its_copies_are_told_apart() -> None:
    assert letter(POST).as_bytes() == letter(POST).as_bytes()
    other = letter(a_post(key="LET-2564-0001|minister@moi.example.go.th|1"))
    assert other["Message-ID"] != letter(POST)["Message-ID"]


@pytest.mark.parametrize("trick", ["=?utf-8?q?=0D=0ABcc:_a@b?=", "x =?utf-8?b?DQpCY2M6IGFAYg==?="])
@pytest.mark.parametrize(
    "field", ["number", "subject", "to_name", "from_name", "pdf_name", "letter"]
)
def test_an_encoded_word_is_not_decoded_into_a_header(field: str, trick: str) -> None:
    must_be_sound(letter(a_post(**{field: trick})).as_bytes(), LETTER_HEADERS)
    must_be_sound(letter(a_post(**{field: "ก" * 60 + trick})).as_bytes(), LETTER_HEADERS)
