"""The outbox at the command line: what waits, got stuck or came back, and what is done about it."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import pytest

from commands.door import vocabulary
from commands.sending import parcel_of
from engine.claims import Claim
from engine.clock import parse_instant
from engine.messages import Unsent
from engine.office import Office
from engine.tick import tick
from notifications.folder import Folder
from notifications.mail import Sender
from tests.commands.lettering import DEPARTMENT, PROVINCES, TODAY
from tests.commands.typist import PATIENCE, Typist, run, surroundings

AS = ("--as", "anong")
FIRST, SECOND = "OPDC/2564/1|TH-11|1", "OPDC/2564/2|TH-50|1"


@pytest.fixture
def issued(desk: Typist) -> Typist:
    """Two letters wait to be sent."""
    desk("letter", "issue", PROVINCES, "--from", "OPDC", *AS)
    return desk


@pytest.fixture
def later(issued: Typist) -> Iterator[Any]:
    """Ticks at a time, in which each message comes to what is said of it."""
    office = Office.open(issued.url, vocabulary())

    def at(time: str, send: Any) -> None:
        issued.now = time
        tick(office, "tester", lambda: parse_instant(time), send)

    yield at
    office.close()


def messages(desk: Typist, *words: str) -> dict[str, str]:
    """The letters', without the copies that the ministry has of each."""
    found = desk.data("outbox", "list", *words)["messages"]
    return {each["key"]: each["status"] for each in found if not each["is_copy"]}


def full(claim: Claim) -> Unsent | None:
    return Unsent("550 ตู้จดหมายเต็ม", final=True) if "TH-11" in claim.key else None


def dead(claim: Claim) -> None:
    raise TimeoutError(f"after DATA of {claim.key}")


def test_what_waits_is_listed_until_it_is_sent(issued: Typist) -> None:
    assert messages(issued) == {FIRST: "waiting", SECOND: "waiting"}
    assert messages(issued, "--letter", "นร ๑๒๐๓/๒") == {SECOND: "waiting"}
    assert "Ministry of Interior (copy)  waiting" in issued("outbox", "list", "--letters").out
    issued("tick")
    assert messages(issued) == {}
    assert "Nothing is waiting or stuck" in issued("outbox", "list").out
    assert "ไม่มีข้อความค้าง" in issued("outbox", "list", lang="th").out
    assert messages(issued, "--all") == {FIRST: "sent", SECOND: "sent"}
    assert messages(issued, "--letter", "OPDC/2564/1") == {FIRST: "sent"}
    assert "ระบบอีเมลรับแล้ว" in issued("outbox", "list", "--all", lang="th").out
    assert issued.refused("outbox", "list", "--letter", "X", code=2).keys() == {"letter"}


def test_more_messages_than_are_shown_are_not_passed_over_in_silence(issued: Typist) -> None:
    everything = issued.data("outbox", "list")
    assert (len(everything["messages"]), everything["more"]) == (4, False)
    some = issued.data("outbox", "list", "--most", 3)
    assert (some["messages"], some["more"]) == (everything["messages"][:3], True)
    assert "There are more: --most" in issued("outbox", "list", "--most", 3).out
    assert "There are more" not in issued("outbox", "list", "--most", 4).out


def test_reminders_are_there_too(office: Typist) -> None:
    office("tick", now="2563-10-01")
    assert len(messages(office, "--all")) == 1
    assert messages(office, "--all", "--letters") == {}
    assert "There are no messages" in office("outbox", "list", "--all", "--letters").out
    [key] = messages(office, "--all")
    assert "Ms Somying Jaidee" in office("outbox", "show", key).out


def test_one_message_is_shown_with_its_identity(issued: Typist) -> None:
    found = issued.data("outbox", "show", FIRST)["message"]
    assert (found["email"], found["printed"]) == ("saraban-th11@example.go.th", "นร 1203/1")
    assert found["message_id"].endswith(".anumat>")
    shown = issued("outbox", "show", FIRST).out
    assert found["message_id"] in shown
    assert "16 Dec 2021 09:00" in shown
    issued("tick")
    assert issued.data("outbox", "show", FIRST)["message"]["message_id"] == found["message_id"]
    thai = issued("outbox", "show", FIRST, lang="th").out
    for said in ("สมุทรปราการ", "ระบบอีเมลรับแล้ว", "นร 1203/1"):
        assert said in thai
    assert issued.refused("outbox", "show", "X", code=2).keys() == {"key"}


def test_what_failed_is_sent_again_and_then_the_items_are_notified(
    issued: Typist, later: Any
) -> None:
    later(f"{TODAY} 10:00", full)
    assert messages(issued) == {FIRST: "failed"}
    assert "550 ตู้จดหมายเต็ม" in issued("outbox", "list").out
    assert issued.data("status", code=1)["letters"]["stuck"] == 1
    assert "anumat outbox list" in issued("status", code=1).out
    typed = ("outbox", "retry", FIRST, "--comment", "ขยายตู้แล้ว", *AS)
    answer = issued.data(*typed, "--key", "k")
    assert (answer["key"], answer["was"], answer["is"]) == (FIRST, "failed", "again")
    assert issued.data(*typed, "--key", "k") == answer
    assert f"{FIRST} goes out with the next round" in issued(*typed).out  # it waits: now
    issued("tick")
    assert messages(issued, "--letter", "OPDC/2564/1") == {FIRST: "sent"}
    assert issued.data("show", "IND-2565-0001")["item"]["state"] == "notified"
    assert issued.refused(*typed).keys() == {"settled"}
    assert issued.data("audit", "verify")["sound"]


def test_all_that_failed_is_sent_again_in_one_go(issued: Typist, later: Any) -> None:
    typed = ("outbox", "retry-failed", "--comment", "ระบบกลับมาแล้ว", *AS)
    assert "Nothing has failed" in issued(*typed).out
    later(f"{TODAY} 10:00", lambda _: Unsent("เครื่องแม่ข่ายหยุดทำงาน", final=True))
    assert messages(issued) == {FIRST: "failed", SECOND: "failed"}
    found = issued.data(*typed, "--key", "k")["messages"]
    assert {"key": FIRST, "was": "failed", "is": "again"} in found
    assert f"with the next round: {len(found)}" in issued(*typed, "--key", "k").out
    issued("tick")
    assert messages(issued) == {}


def test_a_message_that_went_by_post_is_cancelled(issued: Typist, later: Any) -> None:
    later(f"{TODAY} 10:00", full)
    typed = ("outbox", "cancel", FIRST, "--comment", "ส่งทางไปรษณีย์แล้ว", *AS)
    assert issued.data(*typed)["is"] == "cancelled"
    assert messages(issued) == {}
    assert issued.refused(*typed).keys() == {"settled"}
    assert issued.data("audit", "verify")["sound"]


def test_an_unknown_outcome_waits_for_a_person(issued: Typist, later: Any) -> None:
    later(f"{TODAY} 10:00", dead)
    assert messages(issued) == {FIRST: "unknown", SECOND: "unknown"}
    assert "unknown" in issued("outbox", "list").out
    thai = issued("outbox", "retry", FIRST, "--comment", "ไม่พบในตู้สำเนา", lang="th").out
    assert f"จะส่ง {FIRST} ในรอบถัดไป" in thai
    assert f"ยกเลิกการส่ง {SECOND}" in issued(
        "outbox", "cancel", SECOND, "--comment", "พบแล้ว", lang="th"
    ).out  # fmt: skip


@pytest.mark.parametrize("command", ["retry", "cancel"])
def test_what_cannot_be_done_about_a_message(issued: Typist, command: str) -> None:
    typed = ("outbox", command)
    assert issued.refused(*typed, "X", "--comment", "x", *AS, code=2)
    assert issued.refused(*typed, FIRST, *AS, code=2).keys() == {"usage"}
    stranger = (*typed, FIRST, "--comment", "x", "--as", "stranger")
    assert issued.refused(*stranger, code=2).keys() == {"person"}
    assert issued.refused(*typed, FIRST, "--comment", " ", *AS, code=2).keys() == {"comment"}
    assert messages(issued)[FIRST] == "waiting"
    issued("tick")
    for lang in ("th", "en"):
        assert FIRST in issued(*typed, FIRST, "--comment", "x", *AS, code=1, lang=lang).err


# --- Returned ------------------------------------------------------------------------------------


def returned(
    message_id: str,
    name: str = "bounce.eml",
    to: str = "saraban-th11@example.go.th",
    action: str = "failed",
) -> Path:
    """A delivery status notification, as a relay writes it."""
    fields = Message()
    fields["Reporting-MTA"] = "dns; relay.example.go.th"
    of = Message()
    of["Final-Recipient"] = f"rfc822; {to}"
    of["Action"], of["Status"] = action, "5.1.1"
    of["Diagnostic-Code"] = "smtp; 550 5.1.1 no such user"
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([fields, of])
    headers = MIMEText(f"Message-ID: {message_id}\n", "rfc822-headers")
    report = MIMEMultipart("report")
    report.set_param("report-type", "delivery-status")
    for part in (MIMEText("It could not be delivered."), status, headers):
        report.attach(part)
    path = Path(name)
    path.write_bytes(report.as_bytes())
    return path


def test_a_letter_whose_file_somebody_changed_stays_in_the_house(issued: Typist) -> None:
    with closing(sqlite3.connect(issued.url.removeprefix("sqlite:///"))) as owner, owner:
        owner.execute("UPDATE letter_file SET body = x'00' WHERE letter = 'OPDC/2564/1'")
    assert issued.data("tick", code=1)["did"]["failed"] == 2  # the ministry's copy too
    assert messages(issued, "--all") == {FIRST: "failed", SECOND: "sent"}
    said = "the file of OPDC/2564/1 is not the one that was issued"
    assert said in issued.data("outbox", "show", FIRST)["message"]["note"]
    assert issued.refused("letter", "show", "OPDC/2564/1", "--pdf", "it.pdf").keys() == {"file"}


def test_a_returned_message_is_recorded_and_sent_again_as_another(issued: Typist) -> None:
    issued("tick")
    identity = issued.data("outbox", "show", FIRST)["message"]["message_id"]
    answer = issued.data("outbox", "bounce", returned(identity), *AS)
    assert (answer["key"], answer["is"]) == (FIRST, "bounced")
    assert messages(issued) == {FIRST: "bounced"}
    assert "5.1.1" in issued("outbox", "list").out
    assert issued.data("status", code=1)["letters"]["stuck"] == 1
    again = issued.refused("outbox", "bounce", "bounce.eml", *AS)
    assert again == {"settled": f"“{FIRST}” is bounced already"}
    assert issued.refused("outbox", "retry", FIRST, "--comment", " ", *AS, code=2)
    issued("correspondent", "set", "TH-11", "--email", "new-th11@example.go.th")
    again = issued.data("outbox", "retry", FIRST, "--comment", "แก้ที่อยู่แล้ว", *AS)["key"]
    assert again == FIRST.removesuffix("1") + "2"
    issued("tick", "--outbox", "second")
    assert messages(issued, "--letter", "OPDC/2564/1") == {FIRST: "replaced", again: "sent"}
    assert len(list(Path("second").iterdir())) == 1
    assert issued.data("outbox", "show", again)["message"]["email"] == "new-th11@example.go.th"
    assert issued.data("audit", "verify")["sound"]


def test_a_returned_letter_may_go_by_post_instead(issued: Typist) -> None:
    issued("tick")
    identity = issued.data("outbox", "show", FIRST)["message"]["message_id"]
    issued("outbox", "bounce", returned(identity), *AS)
    typed = ("outbox", "cancel", FIRST, "--comment", "ส่งทางไปรษณีย์แล้ว", *AS)
    assert issued.data(*typed)["was"] == "bounced"
    assert messages(issued) == {}


def test_the_archives_full_mailbox_is_no_recipients(issued: Typist) -> None:
    """The recipient has the letter: sent again they would have it twice."""
    issued("tick")
    identity = issued.data("outbox", "show", FIRST)["message"]["message_id"]
    Path("anumat.toml").write_text(
        '[mail]\nhost = "h"\nsender = "a@b.example"\n[archive]\naddress = "Archive@b.example"\n'
    )
    path = returned(identity, to="archive@b.example")
    assert "is about the copy for the archive" in issued("outbox", "bounce", path, *AS, code=2).err
    assert messages(issued) == {}
    issued("outbox", "bounce", returned(identity), *AS)
    assert messages(issued) == {FIRST: "bounced"}


def test_a_message_that_is_only_late_did_not_come_back(issued: Typist) -> None:
    issued("tick")
    identity = issued.data("outbox", "show", FIRST)["message"]["message_id"]
    path = returned(identity, action="delayed")
    assert "only says that the message is late" in issued("outbox", "bounce", path, *AS, code=2).err
    assert messages(issued) == {}


def test_a_return_proves_that_an_unknown_message_was_accepted(issued: Typist, later: Any) -> None:
    def silent(claim: Claim) -> None:
        raise TimeoutError("no answer")

    later(TODAY, silent)
    identity = issued.data("outbox", "show", FIRST)["message"]["message_id"]
    answer = issued.data("outbox", "bounce", returned(identity), *AS)
    assert (answer["was"], answer["is"]) == ("unknown", "bounced")
    assert messages(issued)[FIRST] == "bounced"
    issued("tick")
    assert issued.data("show", "IND-2565-0001")["item"]["state"] == "approved"  # it came back
    issued("outbox", "retry", FIRST, "--comment", "แก้ที่อยู่แล้ว", *AS)
    issued("tick")
    assert issued.data("show", "IND-2565-0001")["item"]["state"] == "notified"
    assert issued.data("audit", "verify")["sound"]


def test_what_is_no_returned_message_of_ours(issued: Typist) -> None:
    issued("tick")
    stranger = returned("<" + "0" * 32 + "@ab.anumat>", "stranger.eml")
    other = EmailMessage()
    other["Subject"] = "Hello"
    Path("hello.eml").write_bytes(bytes(other))
    Path("noise.eml").write_bytes(b"\xff\x00" * 500)
    for path in (stranger, "hello.eml", "noise.eml"):
        assert issued.refused("outbox", "bounce", path, *AS, code=2).keys() == {"bounce"}
        assert issued("outbox", "bounce", path, *AS, code=2, lang="th").err.startswith("• ")
    assert issued.refused("outbox", "bounce", "none.eml", *AS, code=2).keys() == {"file"}
    assert messages(issued) == {}


# --- Other processes -----------------------------------------------------------------------------


@pytest.mark.slow
def test_two_who_issue_at_once_take_every_number_once(desk: Typist) -> None:
    options = ("--db", desk.url, "--now", TODAY, "--json", "letter", "issue")
    words = (
        (PROVINCES, "--from", "OPDC", *AS), (DEPARTMENT, "--from", "OPDC", *AS),
        ("2565-provinces", "invitation_to_draft", "--from", "OPDC", *AS),
        (PROVINCES, "meeting_minutes", "--from", "OPDC", *AS),
    )  # fmt: skip
    with ThreadPoolExecutor(4) as typists:
        answers = list(typists.map(lambda typed: run(*options, *typed, cwd=Path.cwd()), words))
    assert [answer.code for answer in answers] == [0] * 4, answers
    rows = desk.data("register", "show", "--from", "OPDC")["numbers"]
    assert [row["ref"] for row in rows] == [
        *(f"OPDC/2564/{number}" for number in range(1, 5)), "OPDC/2564/ว1",
    ]  # fmt: skip
    assert desk.data("letter", "list")["letters"] == []
    assert desk.data("audit", "verify")["sound"]


KILLED_SENDING = """
import os, signal, sys
from cli import main
from notifications.folder import Folder

sent, moment = Folder.send, sys.argv.pop(1)

def send(self, parcel):
    if moment == "after":
        sent(self, parcel)
    os.kill(os.getpid(), signal.SIGKILL)

Folder.send = send
main()
"""
KILLED_ISSUING = """
import os, signal
import commands.letter_batch as batch
from cli import main

issue = batch.issue

def once(*words):
    issue(*words)
    os.kill(os.getpid(), signal.SIGKILL)

batch.issue = once
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_clock_that_is_killed_while_it_sends_leaves_the_rest_to_the_next(
    issued: Typist, moment: str
) -> None:
    """What the folder holds is settled as sent, for it is not sent again; what it does not hold
    is sent again under the same name."""
    typed = ("--db", issued.url, "--now", TODAY, "tick")
    done = subprocess.run(
        [sys.executable, "-c", KILLED_SENDING, moment, *typed], env=surroundings({}),
        cwd=Path.cwd(), capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(list(Path("outbox").glob("*.eml"))) == (moment == "after")
    issued.now = f"{TODAY} 12:00"  # the lease of what was claimed has run out
    issued("tick", code=1)
    [doubtful] = issued.data("outbox", "list")["messages"]
    assert doubtful["status"] == "unknown"
    again = ("outbox", "retry", doubtful["key"], "--comment", "ดูในโฟลเดอร์แล้ว", *AS)
    if moment == "after":
        assert issued.refused(*again).keys() == {"held"}
        issued("settle", doubtful["key"], "--sent", "--comment", "อยู่ในโฟลเดอร์", *AS)
    else:
        issued(*again)
    issued("tick")
    issued("tick")
    assert len(list(Path("outbox").glob("*.eml"))) == 4
    assert messages(issued, "--all") == {FIRST: "sent", SECOND: "sent"}
    assert issued.data("show", "IND-2565-0008")["item"]["state"] == "notified"
    assert issued.data("audit", "verify")["sound"]


@pytest.mark.slow
def test_a_typist_who_is_killed_after_issuing_goes_on_with_the_same_key(desk: Typist) -> None:
    """The first letter has its number; the second has none yet."""
    typed = ("letter", "issue", PROVINCES, "--from", "OPDC", *AS, "--key", "k")
    done = subprocess.run(
        [sys.executable, "-c", KILLED_ISSUING, "--db", desk.url, "--now", TODAY, *typed],
        env=surroundings({}), cwd=Path.cwd(), capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    found = desk.data(*typed)
    assert [each["printed"] for each in found["issued"]] == ["นร 1203/1", "นร 1203/2"]
    desk("tick")
    assert messages(desk, "--all") == {FIRST: "sent", SECOND: "sent"}


def test_what_did_go_out_is_not_sent_again_blindly(issued: Typist, later: Any) -> None:
    """The folder took it, and its sender died before it could write that down."""
    office = Office.open(issued.url, vocabulary())

    def taken(claim: Claim) -> None:
        moment = parse_instant(TODAY)
        Folder(Path("outbox")).send(parcel_of(office, claim, moment, Sender()))
        raise TimeoutError("after it was taken")

    later(TODAY, taken)
    office.close()
    again = ("outbox", "retry", FIRST, "--comment", "ไม่แน่ใจ", *AS)
    assert issued.refused(*again).keys() == {"held"}
    assert "มีสำเนาเก็บไว้" in issued(*again, code=1, lang="th").err
    nowhere = issued("outbox", "retry", SECOND, "--comment", "x", "--outbox", "empty", *AS).out
    assert "goes out with the next round" in nowhere
    issued("settle", FIRST, "--sent", "--comment", "อยู่ในโฟลเดอร์", *AS)
    issued("tick")
    assert issued.data("show", "IND-2565-0001")["item"]["state"] == "notified"


def test_the_account_knows_of_letters_that_wait_or_got_stuck(issued: Typist, later: Any) -> None:
    def account(code: int) -> dict[str, int]:
        found: dict[str, int] = issued.data("reconcile", code=code)["letters"]
        return found

    assert account(1) == {"accepted": 0, "open": 4, "to_issue": 1}
    assert "0 accepted, 4 waiting or stuck, 1 to be issued" in issued("reconcile", code=1).out
    later(TODAY, full)
    assert account(1) == {"accepted": 3, "open": 1, "to_issue": 1}
    issued("outbox", "cancel", FIRST, "--comment", "ส่งทางไปรษณีย์", *AS)
    assert account(0) == {"accepted": 3, "open": 0, "to_issue": 1}
