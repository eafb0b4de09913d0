"""Mail at the command line: by which settings, over which relay, and never out of a simulation."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from commands.sending import settings_of, smtp_of, transport_of
from engine.clock import SystemClock, parse_instant
from notifications.settings import Settings
from notifications.settings_file import read
from tests.commands.typist import Typist
from tests.notifications.relay import Fault, Relay

FOURTEEN_DAYS = "2563-10-01"
MAIL = """\
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "kpi@ops.example.go.th"
sender_name = "กพร.สป."
"""
RETURNED = """\
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.go.th

Final-Recipient: rfc822; somying@example.go.th
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: {}

--b--
"""


@contextmanager
def settings(*, more: str = "", name: str = "anumat.toml") -> Iterator[Relay]:
    """A file with them in the working folder, and the relay that they name."""
    with Relay() as relay:
        Path(name).write_text(MAIL.format(port=relay.port) + more, "utf-8")
        yield relay


@pytest.fixture
def real(office: Typist, monkeypatch: pytest.MonkeyPatch) -> Typist:
    """The office, its database none of a simulation any more, 14 days before its first day."""
    with closing(sqlite3.connect(office.url.removeprefix("sqlite:///"))) as owner, owner:
        owner.execute("UPDATE setting SET value = 'no' WHERE name = 'simulation'")
    monkeypatch.setattr(SystemClock, "now", lambda _: parse_instant(FOURTEEN_DAYS))
    office.now = ""
    return office


def test_reminders_go_out_by_mail_where_the_settings_name_a_relay(real: Typist) -> None:
    with settings() as relay:
        did = real.data("tick")["did"]
    assert (did["owed"], did["sent"]) == (6, 1)
    [message] = relay.taken
    assert message.sender == "kpi@ops.example.go.th"
    assert message.to == ("somying@example.go.th",)
    assert not Path("outbox").exists()


def test_a_copy_is_laid_into_the_folder_where_that_is_wanted(real: Typist) -> None:
    with settings(more='[outbox]\nkeep_copy = true\nfolder = "post"\n') as relay:
        said = real("tick").out
    [file] = Path("post").iterdir()
    assert file.read_bytes() == relay.taken[0].content
    assert "somying: 6 reminders: IND-2564-0001" in said


def test_a_copy_that_fails_is_told_and_the_mail_is_sent(real: Typist) -> None:
    Path("post").write_text("no folder", "utf-8")
    with settings(more='[outbox]\nkeep_copy = true\nfolder = "post"\n') as relay:
        said = real("tick").out
    assert "folder: somying|2020-10-01:" in said
    assert "it is not a folder" in said
    assert "messages sent 1" in said
    assert relay.copies().total() == 1


@pytest.mark.parametrize(
    ("fault", "what", "code"),
    [
        (Fault("rcpt", "4xx"), "waiting", 0),
        (Fault("dot", "drop", take=True), "unknown", 1),
        (Fault("dot", "drop"), "unknown", 1),
    ],
)
def test_what_the_relay_does_is_what_the_ledger_says(
    real: Typist, fault: Fault, what: str, code: int
) -> None:
    with settings() as relay:
        relay.will(fault)
        assert real.data("tick", code=code)["did"][what] == 1
        [first, *_] = real.data("obligations")["obligations"]
    said = "try again later" if what == "waiting" else "the whole message was sent"
    assert said in first["reason"]
    assert first["reason"][0] >= "ก"  # words for a person, and no name of ours before them


def test_what_is_unknown_is_looked_up_in_the_archive(real: Typist, tmp_path: Path) -> None:
    import mailbox

    box = mailbox.Maildir(str(tmp_path / "archive"))
    more = '[archive]\naddress = "archive@ops.example.go.th"\nmailbox = "archive"\n'
    with settings(more=more) as relay:
        relay.will(Fault("dot", "drop", take=True))
        real("tick", code=1)
        unknown = ("obligations", "--unknown")
        assert real.data(*unknown)["held"] == {"somying|2020-10-01": False}
        assert "is not in the archive: --again" in real(*unknown).out
        [message] = relay.taken
        assert message.to == ("somying@example.go.th", "archive@ops.example.go.th")
        box.add(message.content)
        assert real.data(*unknown)["held"] == {"somying|2020-10-01": True}
        assert "อยู่ในที่เก็บสำเนาแล้ว ใช้ --sent" in real(*unknown, lang="th").out
    box.close()


def test_while_the_archive_cannot_be_read_nothing_goes_twice_blindly(real: Typist) -> None:
    """It may be the archive alone that is away: then nobody knows whether the message went."""
    Path("archive").mkdir()
    more = '[archive]\naddress = "archive@ops.example.go.th"\nmailbox = "archive"\n'
    again = ("outbox", "retry", "somying|2020-10-01", "--comment", "ไม่มีใครได้รับ")
    with settings(more=more) as relay:
        relay.will(Fault("dot", "drop", take=True))
        real("tick", code=1)
        assert "archive cannot be read: it is no Maildir" in real("obligations", "--unknown").out
        assert "it is no Maildir" in real("outbox", "show", "somying|2020-10-01").out
        assert real.refused(*again).keys() == {"unreadable"}
    with settings():
        assert "no archive is set: ask" in real("obligations", "--unknown").out
        assert "goes out with the next round" in real(*again).out


def test_who_only_looks_needs_no_password_of_who_sends(real: Typist) -> None:
    """The passwords are in the service's hands, the question is in a clerk's."""
    more = (
        '[archive]\naddress = "archive@ops.example.go.th"\nhost = "imap.invalid"\n'
        'username = "archive"\npassword_env = "OF_THE_ARCHIVE"\n'
    )
    chat = '[webhook]\nurl = "https://chat.example/x"\nto = "C1"\ntoken_env = "OF_THE_CHAT"\n'
    with settings(more=more + chat):
        assert real.data("obligations")["held"] == {}
    with settings() as relay:
        relay.will(Fault("dot", "drop"))
        real("tick", code=1)
    with settings(more=more + chat):
        said = real("obligations", "--unknown").out
        again = ("outbox", "retry", "somying|2020-10-01", "--comment", "x")
        assert real.refused(*again).keys() == {"unreadable"}
    assert "look first: " in said
    assert "the archive cannot be read: $OF_THE_ARCHIVE: there is no password" in said


def test_a_returned_reminder_is_taken_off_the_list(real: Typist) -> None:
    """Its day is past, so it does not go again; the next one does."""
    key = "somying|2020-10-01"
    with settings():
        real("tick")
    identity = real.data("outbox", "show", key)["message"]["message_id"]
    Path("bounce.eml").write_text(RETURNED.format(identity), "utf-8")
    real("outbox", "bounce", "bounce.eml")
    assert real.refused("outbox", "retry", key, "--comment", "x").keys() == {"reminder"}
    real("outbox", "cancel", key, "--comment", "แก้ที่อยู่แล้ว")
    assert real.data("outbox", "list")["messages"] == []
    assert real.data("reconcile")["balanced"]


def test_out_of_a_simulation_nothing_is_mailed_or_announced(office: Typist) -> None:
    office.now = FOURTEEN_DAYS
    chat = '[webhook]\nurl = "https://chat.example/x"\nto = "C1"\ntoken_env = "NOT_SET"\n'
    with settings(more=chat) as relay:
        said = office("tick").out
    assert "SIMULATION: nothing is mailed or announced" in said
    assert "messages sent 1" in said
    assert len(list(Path("outbox").glob("*.eml"))) == 1
    assert relay.heard == []


def test_the_settings_are_those_that_are_named_or_lie_beside_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def port(url: str, file: str = "") -> int:
        mail = settings_of(url, Path(file) if file else None).mail
        return mail.at_port if mail else 0

    def place(folder: str, number: int) -> Path:
        path = tmp_path / folder / "anumat.toml"
        path.parent.mkdir()
        path.write_text(MAIL.format(port=number), "utf-8")
        return path

    (tmp_path / "home").mkdir()
    here, beside, named = place("here", 1), place("beside", 2), place("named", 3)
    monkeypatch.chdir(here.parent)
    url = f"sqlite:///{beside.parent / 'anumat.db'}"
    assert port(url, str(named)) == 3
    assert port(url) == 2
    beside.unlink()
    assert port(url) == 1
    assert port("postgresql://anumat@dbhost/anumat") == 1
    here.unlink()
    assert settings_of(url, None) == Settings()
    assert settings_of("://", None) == Settings()


def test_a_command_names_its_settings_or_the_environment_does(real: Typist) -> None:
    Path("broken.toml").write_text("[mial]\n", "utf-8")
    for command in ("tick", "obligations", "run"):
        reasons = real.refused(command, "--settings", "broken.toml", code=2)
        assert reasons == {"settings": "unknown; did you mean mail?"}
    answer = real("tick", env={"ANUMAT_SETTINGS": "broken.toml"}, code=2, lang="th")
    assert "broken.toml: mial: ไม่รู้จักคำนี้ หมายถึง mail หรือไม่" in answer.err
    assert "cannot open it" in real("tick", "--settings", "nowhere.toml", code=2).err
    assert real.data("tick")["did"]["sent"] == 1  # into the folder


def test_a_password_that_is_missing_stops_it_before_anything_is_claimed(real: Typist) -> None:
    login = 'username = "anumat"\npassword_env = "NOT_SET_ANYWHERE"\n'
    with settings(more=login) as relay:
        assert "there is no password" in real("tick", code=2).err
    assert relay.heard == []
    Path("anumat.toml").unlink()
    assert real.data("tick")["did"]["sent"] == 1


def test_the_relay_is_addressed_as_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "s3cret")
    path = tmp_path / "anumat.toml"
    path.write_text(
        '[mail]\nhost = "relay.example"\nsender = "kpi@ops.example"\nsecurity = "tls"\n'
        'username = "u"\npassword_env = "MAIL_PASSWORD"\n'
        '[archive]\naddress = "archive@ops.example"\nhost = "imap.example"\n'
        'username = "a"\npassword_env = "MAIL_PASSWORD"\nfolder = "Sent items"\n',
        "utf-8",
    )
    relay = smtp_of(read(path))
    assert (relay.port, relay.security, relay.hello) == (465, "tls", "ops.example")
    assert (relay.envelope, relay.password) == ("kpi@ops.example", "s3cret")
    assert relay.copy_to == "archive@ops.example"
    assert "s3cret" not in repr(relay)
    way = transport_of("sqlite:///x.db", None, print, read(path))
    assert way.name == "smtp+log"


# --- anumat mail test ----------------------------------------------------------------------------


def test_a_test_message_goes_out_and_the_relays_answer_is_shown(nowhere: Typist) -> None:
    with settings() as relay:
        said = nowhere("mail", "test", "somying@example.go.th").out
        found = nowhere.data("mail", "test", "somying@example.go.th")
        thai = nowhere("mail", "test", "somying@example.go.th", lang="th").out
    assert "The relay 127.0.0.1 accepted it: 250 2.0.0 OK" in said
    assert "เครื่องแม่ข่ายอีเมล 127.0.0.1 รับแล้ว: 250 2.0.0 OK" in thai
    assert "Archive: none is set" in said
    assert (found["accepted_by"], found["archived"]) == ("127.0.0.1", None)
    assert [each.message_id for each in relay.taken][1] == found["message_id"]
    assert len(relay.copies()) == 3  # each is another message
    assert not Path("new.db").exists()


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (Fault("rcpt", "5xx"), "not-sent", "refuses the recipient somying@example.go.th: 550 "),
        (Fault("dot", "drop"), "unclear", "the whole message was sent"),
    ],
)
def test_a_test_that_fails_says_why(nowhere: Typist, fault: Fault, code: str, said: str) -> None:
    with settings() as relay:
        relay.will(fault)
        reasons = nowhere.refused("mail", "test", "somying@example.go.th")
    assert reasons.keys() == {code}
    assert said in reasons[code]


def test_a_test_says_why_the_archive_cannot_be_read(nowhere: Typist) -> None:
    Path("post").mkdir()
    more = '[archive]\naddress = "archive@ops.example.go.th"\nmailbox = "post"\n'
    with settings(more=more):
        reasons = nowhere.refused("mail", "test", "somying@example.go.th")
    assert "accepted it (250" in reasons["archive"]
    assert "post cannot be read: it is no Maildir" in reasons["archive"]


def test_a_test_needs_settings_and_an_address(nowhere: Typist) -> None:
    assert "there is no [mail]" in nowhere("mail", "test", "a@b.example", code=2).err
    with settings() as relay:
        assert "outside ASCII" in nowhere("mail", "test", "ก@b.example", code=2).err
        assert "this is no address" in nowhere("mail", "test", "a b", code=2).err
    assert relay.heard == []
