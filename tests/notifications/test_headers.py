"""Subjects and names arrive as they were written, space for space."""

import random
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, compat32

from hypothesis import given
from hypothesis import strategies as st

from notifications.headers import POLICY
from notifications.text import one_line

WORDS = [
    "แจ้ง", "ผลการพิจารณา", "คำขอ", "เปลี่ยนแปลง", "ตัวชี้วัด", "ประจำปี", "พ.ศ.", "2564", "นร",
    "1203/ว", "15", "KPI", "ของ", "จังหวัด", "เชียงใหม่",
]  # fmt: skip


def returned(subject: str, name: str) -> tuple[str, str, list[str]]:
    """Subject, name and addresses, as another program reads them."""
    message = EmailMessage(policy=POLICY)
    message["To"] = Address(name, addr_spec="a@b.example")
    message["Subject"] = subject
    written = message.as_bytes()
    assert max(map(len, written.split(b"\r\n"))) <= 78
    assert b"\n" not in written.replace(b"\r\n", b"")
    plain = message_from_bytes(written, policy=compat32)
    read = message_from_bytes(written, policy=SMTP)
    assert not read["To"].defects
    assert read["Subject"] == subject
    to = " ".join(str(make_header(decode_header(plain["To"]))).split("\r\n "))
    return (
        str(make_header(decode_header(plain["Subject"]))),
        to.removesuffix(" <a@b.example>").strip('"'),
        [address.addr_spec for address in read["To"].addresses],
    )


def test_thai_of_many_words_loses_no_space() -> None:
    chance = random.Random(2564)
    for _ in range(500):
        said = " ".join(chance.choices(WORDS, k=chance.randrange(1, 25)))
        assert returned(said, said.replace(".", "")) == (
            said,
            said.replace(".", ""),
            ["a@b.example"],
        )


@given(st.text("ก่ำa1 -/", max_size=150).map(one_line).filter(bool))
def test_whatever_is_written_is_read(said: str) -> None:
    assert returned(said, said) == (said, said, ["a@b.example"])
