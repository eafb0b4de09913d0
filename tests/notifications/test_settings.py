"""anumat.toml: what may stand in it, and what is said of one that is wrong."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Reason, WrongUse
from notifications.settings import Settings
from notifications.settings_file import MAX_BYTES, read

WHOLE = """\
[mail]
host = "relay.example.go.th"
username = "anumat"
password_file = "mail.password"
sender = "kpi@ops.example.go.th"
sender_name = "กลุ่มพัฒนาระบบบริหาร (กพร.สป.)"
bounces = "returned@ops.example.go.th"
hello = "anumat.ops.example.go.th"
timeout = 20
ca_file = "ca.pem"

[archive]
address = "archive@ops.example.go.th"
mailbox = "archive"

[webhook]
url = "https://api.line.me/v2/bot/message/push"
to = "C4af4980629"
token_env = "LINE_TOKEN"

[letters]
templates = "wording"
fonts = "fonts"
emblem = "garuda.png"

[outbox]
folder = "../post"
keep_copy = true
"""
MAIL = '[mail]\nhost = "r.example"\nsender = "a@b.example"\n'
HOOK = '[webhook]\nto = "C1"\ntoken_env = "T"\n'
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    home = tmp_path / "home"
    for name in ("archive", "wording", "fonts"):
        (home / name).mkdir(parents=True)
    for name in ("ca.pem", "garuda.png"):
        (home / name).write_text("x")
    (home / "mail.password").write_text("s3cret-word\n")
    (home / "mail.password").chmod(0o600)

    def written(text: str) -> Path:
        (home / "anumat.toml").write_text(text, "utf-8")
        return home / "anumat.toml"

    return written


def complaints(path: Path) -> dict[str, tuple[str, str]]:
    """By key: in Thai and English."""
    with pytest.raises(WrongUse) as wrong:
        read(path)
    found = {}
    for reason in wrong.value.reasons:
        assert reason.code == "settings"
        assert reason.where.startswith(str(path))
        found[reason.where.removeprefix(str(path)).removeprefix(": ")] = reason.th, reason.en
    return found


def test_a_whole_file_is_read_and_its_paths_begin_beside_it(write: Write) -> None:
    path = write(WHOLE)
    found, home = read(path), path.parent
    assert found.mail is not None
    assert found.archive is not None
    assert found.webhook is not None
    assert (found.mail.host, found.mail.at_port, found.mail.security) == (
        "relay.example.go.th", 587, "starttls",
    )  # fmt: skip
    assert found.mail.sender_name == "กลุ่มพัฒนาระบบบริหาร (กพร.สป.)"
    assert found.mail.password({}) == "s3cret-word"
    assert found.archive.mailbox == home / "archive"
    assert found.webhook.token({"LINE_TOKEN": "t0ken"}) == "t0ken"
    assert found.letters.templates == home / "wording"
    assert found.letters.emblem == home / "garuda.png"
    assert found.outbox.folder == home / "../post"
    assert found.outbox.keep_copy is True
    assert list(found.warnings()) == []


def test_no_secret_is_in_what_is_shown(write: Write) -> None:
    found = read(write(WHOLE))
    assert "s3cret" not in f"{found!r}{found}{found.model_dump()}"


def test_an_empty_file_means_the_folder_alone(write: Write) -> None:
    assert read(write("")) == Settings()
    assert Settings().mail is None
    assert read(write("\ufeff# nothing yet\n")) == Settings()


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_kind_of_line_has_its_port(write: Write, security: str, port: int) -> None:
    found = read(write(f'{MAIL}security = "{security}"\n'))
    assert found.mail is not None
    assert found.mail.at_port == port


@pytest.mark.parametrize(
    ("text", "key", "th", "en"),
    [
        (MAIL + 'pasword_file = "x"\n', "mail.pasword_file",
         "หมายถึง password_file", "did you mean password_file?"),
        ("[mial]\n", "mial", "หมายถึง mail", "did you mean mail?"),
        ('zzz = "x"\n', "zzz", "ที่ใช้ได้คือ mail, archive", "there are mail, archive, webhook"),
        (MAIL + 'password = "s3cret"\n', "mail.password",
         "ไม่เก็บรหัสผ่าน", "use password_file or password_env"),
        (HOOK + 'url = "https://a.example"\ntoken = "s3cret"\n',
         "webhook.token", "ไม่เก็บ", "use token_file"),
        ('[mail]\nsender = "a@b.example"\n', "mail.host", "ต้องระบุ", "is required"),
        (MAIL + "port = 0\n", "mail.port", "ค่าไม่ถูกต้อง", "greater than or equal to 1"),
        (MAIL + 'port = "25"\n', "mail.port", "ต้องเป็นจำนวนเต็ม", "must be a whole number"),
        (MAIL + "port = true\n", "mail.port", "ต้องเป็นจำนวนเต็ม", "must be a whole number"),
        (MAIL + "timeout = 600\n", "mail.timeout", "ค่าไม่ถูกต้อง", "less than or equal to 60"),
        (MAIL + "timeout = nan\n", "mail.timeout", "ค่าไม่ถูกต้อง", "Input should be"),
        (MAIL + 'security = "ssl"\n', "mail.security", "ค่าไม่ถูกต้อง", "'starttls', 'tls' or 'none'"),
        (MAIL + "host = 5\n", "", "ไม่ใช่ TOML", "this is not TOML"),
        ("[mail]\nhost = 5\nsender = 'a@b.example'\n", "mail.host",
         "ในเครื่องหมายคำพูด", "text in quotes"),
        (MAIL + 'hello = "a b"\n', "mail.hello", "ไม่มีช่องว่าง", "without spaces"),
        (MAIL + 'bounces = "a@b, c@d"\n', "mail.bounces", "ไม่ถูกต้อง", "this is no address"),
        (MAIL + 'bounces = "ก@b.example"\n', "mail.bounces", "ASCII", "outside ASCII"),
        (MAIL + 'username = "u"\n', "mail", "ต้องมาด้วยกัน", "username goes with password_file"),
        (MAIL + 'password_env = "P"\n', "mail", "ต้องมาด้วยกัน", "username goes with"),
        (MAIL + 'username = "u"\npassword_env = "P"\npassword_file = "mail.password"\n',
         "mail", "ใช้ได้ทางเดียว", "one way, not two"),
        (MAIL + 'username = "u"\npassword_env = "P"\nsecurity = "none"\n',
         "mail", "ไม่เข้ารหัส", "would send the password unencrypted"),
        (MAIL + 'ca_file = "nowhere.pem"\n', "mail.ca_file", "ไม่พบ", "there is no "),
        (MAIL + 'ca_file = "~nobody-of-that-name/x"\n', "mail.ca_file", "ไม่พบ", "there is no "),
        (MAIL + 'ca_file = "\\u0000"\n', "mail.ca_file", "ไม่พบ", "there is no "),
        (MAIL + f'ca_file = "{"x" * 5_000}"\n', "mail.ca_file", "ไม่ได้", "File name too long"),
        (MAIL + f"port = {'1' * 5_000}\n", "", "ไม่ใช่ TOML", "this is not TOML"),
        (MAIL + 'ca_file = "fonts"\n', "mail.ca_file", "ไม่ใช่ไฟล์", "is not a file"),
        ('[letters]\nfonts = "ca.pem"\n', "letters.fonts", "ไม่ใช่โฟลเดอร์", "is not a folder"),
        ('[archive]\naddress = "a@b.example"\n', "", "ต้องมี [mail]", "[archive] needs [mail]"),
        (MAIL + '[archive]\naddress = "a@b.example"\nhost = "i.example"\n',
         "archive", "ต้องมี username", "host needs a username"),
        (MAIL + '[archive]\naddress = "a@b.example"\nhost = "i.example"\nmailbox = "archive"\n',
         "archive", "ใช้ได้ทางเดียว", "mailbox, host: one way"),
        (MAIL + '[archive]\naddress = "a@b.example"\nfolder = "a\\u0007"\n',
         "archive", "พิมพ์ไม่ได้", "cannot be shown"),
        (HOOK + 'url = "http://chat.example/x"\n', "webhook.url",
         "https://", "must be an https:// address"),
        (HOOK + 'url = "https://u:p@chat.example/x"\n', "webhook.url", "https://", "https://"),
        (HOOK + 'url = "https://[::1"\n', "webhook.url", "https://", "https://"),
        ('[webhook]\nurl = "https://a.example"\nto = "C"\n',
         "webhook", "token_file", "is required"),
        ("[outbox]\nkeep_copy = 1\n", "outbox.keep_copy", "true หรือ false", "true or false"),
        ("mail = 5\n", "mail", "ต้องเป็นหมวด", "must be a section"),
        ("[mail\n", "", "ไม่ใช่ TOML", "this is not TOML"),
        ("a = " + "[" * 5_000, "", "ไม่ใช่ TOML", "this is not TOML"),
        ("x" * (MAX_BYTES + 1), "", "ใหญ่เกินไป", "too large"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_file_and_the_key(
    write: Write, text: str, key: str, th: str, en: str
) -> None:
    found = complaints(write(text))
    assert key in found, found
    thai, english = found[key]
    assert th in thai
    assert en in english
    assert "s3cret" not in str(found)


def test_everything_that_is_wrong_is_said_at_once(write: Write) -> None:
    assert len(complaints(write(MAIL + 'port = 0\nzzz = 1\n[outbox]\nkeep = "x"\n'))) == 3


def test_a_file_that_cannot_be_read_is_named(write: Write, tmp_path: Path) -> None:
    assert complaints(tmp_path / "nowhere.toml")[""][1].startswith("cannot open it")
    assert complaints(tmp_path)[""][1].startswith("cannot open it")
    path = write("")
    path.write_bytes(b'[mail]\nhost = "\xff"\n')
    assert "this is not TOML" in complaints(path)[""][1]


@pytest.mark.parametrize(
    ("text", "en"),
    [
        ("", "there is no password"),
        ("\n\n", "there is no password"),
        ("one\ntwo\n", "one line of ASCII"),
        ("รหัสผ่าน\n", "one line of ASCII"),
    ],
)
def test_a_password_that_cannot_be_sent_is_not_taken(write: Write, text: str, en: str) -> None:
    path = write(MAIL + 'username = "u"\npassword_file = "mail.password"\n')
    (path.parent / "mail.password").write_text(text, "utf-8")
    mail = read(path).mail
    assert mail is not None
    with pytest.raises(WrongUse, match=en) as wrong:
        mail.password({})
    assert wrong.value.reasons[0].where == str(path.parent / "mail.password")
    assert text.strip() not in str(wrong.value) or not text.strip()


def test_a_password_may_come_from_the_environment(write: Write) -> None:
    mail = read(write(MAIL + 'username = "u"\npassword_env = "MAIL_PASSWORD"\n')).mail
    assert mail is not None
    assert mail.password({"MAIL_PASSWORD": "s3cret"}) == "s3cret"
    with pytest.raises(WrongUse, match=r"\$MAIL_PASSWORD: there is no password"):
        mail.password({})


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_a_password_that_everybody_can_read_is_a_warning(write: Write) -> None:
    path = write(WHOLE)
    (path.parent / "mail.password").chmod(0o644)
    [(th, en)] = read(path).warnings()
    assert "ทุกคนในเครื่องอ่าน" in th
    assert en.endswith("mail.password: chmod o-r")


PLAIN = ['"x"', "1", "true", "nan", '"ก"', '"\\u0000"', "1979-05-27"]
VALUES = st.sampled_from([*PLAIN, "[]", '["x", 1]', "{ x = 1 }"]) | st.text(max_size=9)
KEYS = st.sampled_from(
    ["host", "port", "sender", "url", "mailbox", "folder", "fonts", "ca_file", "password"]
)
SECTIONS = st.tuples(
    st.sampled_from(["mail", "archive", "webhook", "letters", "outbox", "x"]),
    st.lists(st.tuples(KEYS, VALUES), max_size=3),
)


@given(st.lists(SECTIONS, max_size=3))
def test_whatever_the_file_says_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, sections: list[Any]
) -> None:
    lines = [f"[{name}]\n" + "".join(f"{k} = {v}\n" for k, v in keys) for name, keys in sections]
    path = tmp_path_factory.mktemp("any") / "anumat.toml"
    path.write_text("".join(lines), "utf-8", errors="replace")
    reasons: tuple[Reason, ...] = ()
    try:
        read(path)
    except WrongUse as wrong:
        reasons = wrong.reasons
    assert all(reason.th and reason.en for reason in reasons)
