"""The clock at the command line: one round of it, keeping it going, and whether it goes."""

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from commands.door import vocabulary
from commands.sending import sender, transport_of
from engine.clock import parse_instant, stamp
from engine.office import Office
from engine.tick import last_beat, tick
from tests.commands.typist import EXAMPLES, PATIENCE, ROOT, Typist, furnish, surroundings

FOURTEEN_DAYS = "2563-10-01"  # before the internal drafts are due
OUTBOX = Path("outbox")


def letters(folder: Path = OUTBOX) -> dict[str, EmailMessage]:
    """The messages in the folder by the beginning of their names: day and person."""
    found = {}
    for file in sorted(folder.glob("*.eml")):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        found[file.name.rpartition("-")[0]] = message
    return found


def said_in(message: EmailMessage) -> str:
    plain = message.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content())


# --- tick ----------------------------------------------------------------------------------------


def test_a_round_where_nothing_is_due_does_nothing(office: Typist) -> None:
    did = office.data("tick")["did"]
    assert not any(did.values())
    assert "Nothing was due" in office("tick").out
    assert "ไม่มีสิ่งใดถึงกำหนด" in office("tick", lang="th").out
    assert not OUTBOX.exists()


def test_a_round_sends_what_is_due_once_and_a_second_one_nothing(either: Typist) -> None:
    either.now = FOURTEEN_DAYS
    folder = ("--outbox", "post")
    did = either.data("tick", *folder)["did"]
    assert (did["owed"], did["sent"], did["waiting"], did["failed"]) == (6, 1, 0, 0)
    [(name, message)] = letters(Path("post")).items()
    assert name == "2020-10-01-somying"
    assert "<somying@example.go.th>" in message["To"]
    for ref in range(1, 7):
        assert f"IND-2564-000{ref}" in said_in(message)
    assert "SIMULATION" in f"{message['Subject']}{said_in(message)}"
    for again in (FOURTEEN_DAYS, "2563-10-01 18:00"):
        assert not any(either.data("tick", *folder, now=again)["did"].values())
    assert len(letters(Path("post"))) == 1
    assert either.data("audit", "verify")["sound"]


def test_the_same_in_words_and_the_folder_lies_beside_the_database(office: Typist) -> None:
    office.now = FOURTEEN_DAYS
    thai = office("tick", lang="th").out
    assert "ถึงกำหนดเตือน 6 · ส่งข้อความ 1" in thai
    assert "somying: 6 reminders: IND-2564-0001" in thai  # the log's line
    assert len(letters(OUTBOX)) == 1
    office.now = "2563-10-08"
    assert "reminders due 6 · messages sent 1" in office("tick", env={"ANUMAT_OUTBOX": "other"}).out
    assert list(letters(Path("other"))) == ["2020-10-08-somying"]


def test_after_an_outage_each_person_hears_once_of_the_last_and_of_all_it_is_late(
    office: Typist,
) -> None:
    office.now = "2563-10-20"  # nobody looked for five weeks
    did = office.data("tick")["did"]
    assert (did["sent"], did["superseded"]) == (2, 36)
    assert list(letters()) == ["2020-10-20-ps-moi", "2020-10-20-somying"]  # the ladder was climbed
    assert "superseded" in office("obligations", "--all").out
    assert office.data("reconcile")["balanced"]


def test_a_window_opens_by_itself_and_the_round_says_so(office: Typist) -> None:
    office("open", "performance_report", "--cycle", "2564-departments", "--organisation", "OPS-MOI",
           "--set", "months=12", "--as", "somying")  # fmt: skip
    office.now = "2564-08-01"
    thai = office("tick", lang="th").out
    assert "open_window: 1 รายการ (REP-2564-0001)" in thai
    assert office.data("show", "REP-2564-0001")["item"]["state"] == "draft"
    event = office.data("history", "REP-2564-0001")["events"][-1]
    assert (event["trigger"], event["actor"]["system"]) == ("open_window", "clock")
    office.now = "2564-10-16"
    did = office.data("tick")["did"]
    assert did["moved"] == {"close_window": ["REP-2564-0001"]}
    assert office.data("audit", "verify")["sound"]


def test_a_person_without_an_address_gets_a_message_that_names_them(office: Typist) -> None:
    lines = (EXAMPLES / "people.csv").read_text("utf-8").replace("somying@example.go.th", "")
    Path("people.csv").write_text(lines, "utf-8")
    office("import", "people", "people.csv")
    office.now = FOURTEEN_DAYS
    assert office.data("tick")["did"]["sent"] == 1
    [message] = letters().values()
    assert message["To"] == "undisclosed-recipients:;"
    assert message["X-Anumat-Person"] == "somying"
    assert "นางสาวสมหญิง ใจดี" in said_in(message)


def test_where_nobody_can_be_told_the_round_ends_with_1_and_it_is_shown(office: Typist) -> None:
    for person, role, place in (
        ("somying", "coordinator", "OPS-MOI"),
        ("ps-moi", "permanent_secretary", "MOI"),
    ):
        office("grant", "end", person, role, place, "--on", "2563-09-30")
    office.now = FOURTEEN_DAYS
    answer = office("tick", code=1, lang="th").out
    assert "ไม่มีผู้รับ 6" in answer
    assert letters() == {}
    [first, *_] = office.data("obligations", "--late")["obligations"]
    assert (first["status"], first["recipient"]) == ("failed", "")
    assert first["reason"] == "nobody coordinator permanent_secretary"
    found = office.data("status", code=1)
    assert (found["alive"], found["sound"], found["failed"]) == (True, False, 6)
    account = office.data("reconcile", code=1)
    assert (account["balanced"], account["reasons"]) == (False, {"failed": {"nobody": 6}})
    assert "ไม่มีผู้ถือบทบาท 6" in office("reconcile", lang="th", code=1).out
    assert office.data("tick")["did"]["nobody"] == 0  # it is told once
    assert office.data("tick", now="2563-10-08", code=1)["did"]["nobody"] == 6  # and the next time


def test_where_the_holder_is_missing_the_next_of_the_ladder_is_told(office: Typist) -> None:
    office("grant", "end", "somying", "coordinator", "OPS-MOI", "--on", "2563-09-30")
    office.now = FOURTEEN_DAYS
    assert office.data("tick")["did"]["sent"] == 1
    assert list(letters()) == ["2020-10-01-ps-moi"]


def test_a_folder_that_takes_nothing_keeps_the_message_for_another_try(office: Typist) -> None:
    Path("notes.txt").write_text("notes", "utf-8")
    office.now = FOURTEEN_DAYS
    full = ("--outbox", "notes.txt/outbox")
    said = office("tick", *full, lang="th").out
    assert "ส่งไม่ได้ จะลองใหม่ 1" in said
    found = office.data("status")
    assert (found["waiting"], found["sound"]) == (6, True)
    assert {line["status"] for line in office.data("obligations", "--due")["obligations"]} == {
        "owed"
    }
    assert not any(office.data("tick", *full)["did"].values())  # not before the pause is over
    assert office.data("reconcile", code=1)["waiting"] == 6
    office.now = "2563-10-01 09:05"
    assert office.data("tick")["did"]["sent"] == 1
    [message] = letters().values()
    assert "IND-2564-0006" in said_in(message)
    assert office.data("reconcile")["balanced"]


def test_after_six_tries_a_message_has_failed_and_can_be_sent_again(office: Typist) -> None:
    Path("notes.txt").write_text("notes", "utf-8")
    full = ("tick", "--outbox", "notes.txt/outbox")
    for when in ("09:00", "09:05", "09:15", "09:35", "10:15"):
        office(*full, now=f"{FOURTEEN_DAYS} {when}")
    office.now = f"{FOURTEEN_DAYS} 11:35"
    assert office.data(*full, code=1)["did"]["failed"] == 1
    late = office.data("obligations", "--late")["obligations"]
    assert {(line["status"], line["message"]) for line in late} == {
        ("failed", "somying|2020-10-01")
    }
    assert "cannot write a message into notes.txt/outbox" in late[0]["reason"]
    assert office.data("status", code=1)["failed"] == 6
    office("settle", "somying|2020-10-01", "--again", "--comment", "โฟลเดอร์กลับมาแล้ว")
    assert office.data("tick")["did"]["sent"] == 1
    assert len(letters()) == 1
    assert office.data("status")["sound"]
    assert office.data("audit", "verify")["sound"]


def test_a_reader_of_the_log_who_left_makes_nothing_doubtful(office: Typist) -> None:
    """`anumat tick | head -1`: the messages are in the folder, whoever reads the lines."""

    def broken(line: str) -> None:
        raise BrokenPipeError(line)

    at = parse_instant(FOURTEEN_DAYS)
    there = Office.open(office.url, vocabulary())
    transport = transport_of(office.url, None, broken)
    done = tick(there, "tester", lambda: at, sender(there, lambda: at, transport))
    there.close()
    assert (done.sent, done.unknown) == (1, 0)
    assert len(letters()) == 1


def test_a_folder_that_is_none_is_wrong_use(office: Typist) -> None:
    Path("notes.txt").write_text("notes", "utf-8")
    assert office.refused("tick", "--outbox", "notes.txt", code=2).keys() == {"usage"}
    assert Path("notes.txt").read_text("utf-8") == "notes"


# --- status --------------------------------------------------------------------------------------


def test_a_clock_that_never_ticked_is_not_alive(either: Typist) -> None:
    found = either.data("status", code=1)
    assert (found["alive"], found["sound"], found["last_tick"]) == (False, False, None)
    assert found["next"] == "2020-10-01T02:00:00.000000Z"
    assert "has never ticked: anumat run, or anumat tick" in either("status", code=1).out
    assert "ยังไม่เคยเดินเวลา" in either("status", code=1, lang="th").out
    either("tick")
    found = either.data("status")
    assert (found["alive"], found["last_tick"]) == (True, "2020-09-09T02:00:00.000000Z")
    assert "เดินปกติ: รอบล่าสุด 9 ก.ย. 2563 09:00" in either("status", lang="th").out
    assert "Alive: last round 9 Sep 2020 09:00" in either("status").out


def test_a_clock_that_stands_is_found_by_its_age(office: Typist) -> None:
    office("tick")
    office.now = "2563-09-09 09:05"
    assert office.data("status")["alive"]
    office.now = "2563-09-09 09:06"
    assert not office.data("status", code=1)["alive"]
    assert "STALE: last round 9 Sep 2020 09:00" in office("status", code=1).out
    assert "หยุดเดิน" in office("status", code=1, lang="th").out
    assert office.data("status", "--max-age", "6")["alive"]
    for age in ("0", "-1", "99999999", "soon"):
        assert office.refused("status", "--max-age", age, code=2).keys() == {"usage"}


def test_a_clock_that_was_set_back_is_not_taken_for_a_living_one(office: Typist) -> None:
    office("tick")
    office.now = "2563-09-09 08:59"
    assert not office.data("status", code=1)["alive"]
    assert "has not come yet: the clock was set back" in office("status", code=1).out
    assert "ถูกตั้งถอยหลัง" in office("status", code=1, lang="th").out
    office("tick")  # and it goes again
    assert office.data("status")["alive"]


def test_what_fell_due_and_was_not_called_is_counted(office: Typist) -> None:
    office.now = f"{FOURTEEN_DAYS} 09:04"  # the next round may still be coming
    assert office.data("status", code=1)["late"] == 0
    office.now = f"{FOURTEEN_DAYS} 09:06"
    assert office.data("status", code=1)["late"] == 6
    assert "Due and not called  6" in office("status", code=1).out
    office("tick")
    found = office.data("status")
    assert (found["late"], found["next"]) == (0, "2020-10-08T02:00:00.000000Z")


# --- run -----------------------------------------------------------------------------------------


@contextmanager
def running(url: str, *words: str, lang: str = "en") -> Iterator[subprocess.Popen[str]]:
    """`anumat run --every 1` in a process of its own, once it has begun."""
    typed = [sys.executable, str(ROOT / "cli.py"), "--db", url, "--lang", lang, *words]
    process = subprocess.Popen(
        [*typed, "run", "--every", "1"],
        env=surroundings({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def ended(process: subprocess.Popen[str], number: signal.Signals) -> str:
    """What it said in all, after it was told to stop; with 0."""
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert "Traceback" not in out + err
    return out + err


def beat_after(typist: Typist, before: str | None) -> str:
    """When the heart beat next, as soon as it did."""
    office = Office.open(typist.url, vocabulary())
    last = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < last:
            found = last_beat(office)
            if found is not None and stamp(found.at) != before:
                return stamp(found.at)
            time.sleep(0.1)
    finally:
        office.close()
    raise AssertionError("the heart does not beat")


def complaint_of(process: subprocess.Popen[str]) -> str:
    """The first line of what it says is wrong; empty where it says nothing."""
    assert process.stderr is not None
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    try:
        return process.stderr.readline()
    finally:
        watch.cancel()


@pytest.fixture
def real(nowhere: Typist) -> Typist:
    nowhere("init")
    return nowhere


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ticks_in_a_real_office_until_it_is_told_to_stop(
    real: Typist, number: signal.Signals
) -> None:
    with running(real.url) as process:
        first = beat_after(real, None)
        assert beat_after(real, first) > first
        assert f":{process.pid}" in real.data("status")["by"]
        said = ended(process, number)
    assert "Ticking every 1 s" in said
    assert said.endswith("Stopped\n")


def test_two_side_by_side_do_no_harm(office: Typist) -> None:
    """In real time all of the simulation's deadlines are long past."""
    office.now = ""
    with running(office.url, lang="th") as one, running(office.url) as other:
        beat_after(office, beat_after(office, None))
        said = ended(one, signal.SIGTERM) + ended(other, signal.SIGINT)
    assert said.count("SIMULATION") >= 2
    found = office.data("obligations", "--all", "--most", "100000")["obligations"]
    keys = [line["key"] for line in found]
    assert len(keys) == len(set(keys))
    persons = {line["recipient"] for line in found if line["status"] == "sent"}
    assert persons == {"somying", "ps-moi"}
    assert len(letters()) == 2  # to each person once
    assert office.data("reconcile")["balanced"]
    assert "หยุดเรียบร้อย" in said


def test_it_goes_on_and_stops_in_order_when_nobody_reads_it_any_more(real: Typist) -> None:
    with running(real.url) as process:
        before = beat_after(real, None)
        assert process.stdout is not None
        process.stdout.close()
        beat_after(real, before)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_it_keeps_real_time_only(real: Typist, office: Typist) -> None:
    for typist in (real, office):
        reasons = typist.refused("run", now="2563-10-01", code=2)
        assert reasons == {"now": "anumat run keeps real time: use tick"}
    assert "ใช้เวลาจริงเท่านั้น" in office("run", lang="th", code=2).err
    for every in ("0", "0.5", "3601", "nan", "often"):
        assert real.refused("run", "--every", every, code=2).keys() == {"usage"}


def test_in_json_each_round_is_a_document(real: Typist) -> None:
    with running(real.url, "--json") as process:
        beat_after(real, beat_after(real, None))
        said = ended(process, signal.SIGTERM)
    decoder, rounds = json.JSONDecoder(), []
    while said.strip():
        document, end = decoder.raw_decode(said.lstrip())
        rounds.append(document)
        said = said.lstrip()[end:]
    assert len(rounds) >= 2
    assert all(set(document) == {"at", "did"} for document in rounds)


def test_a_database_that_somebody_holds_is_waited_for(real: Typist, tmp_path: Path) -> None:
    with running(real.url) as process:
        before = beat_after(real, None)
        with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            time.sleep(2.5)
            assert process.poll() is None
            holder.execute("ROLLBACK")
        assert beat_after(real, before) > before
        assert "•" not in ended(process, signal.SIGTERM)


def test_a_database_whose_tables_are_gone_is_told_each_round_and_comes_back(
    real: Typist, tmp_path: Path
) -> None:
    def rename(was: str, now: str) -> None:
        with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as owner:
            owner.execute(f"ALTER TABLE {was} RENAME TO {now}")

    with running(real.url) as process:
        before = beat_after(real, None)
        rename("heartbeat", "elsewhere")
        assert complaint_of(process).startswith("•")
        assert process.poll() is None
        rename("elsewhere", "heartbeat")
        assert beat_after(real, before) > before
        ended(process, signal.SIGTERM)


def test_a_server_that_drops_its_connections_is_connected_to_again(empty: Typist) -> None:
    if empty.url.startswith("sqlite"):
        return
    from sqlalchemy import create_engine, text

    empty("init")
    engine = create_engine(empty.url)
    kick = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
                "pg_backend_pid() AND datname = current_database()")  # fmt: skip
    with running(empty.url) as process:
        before = beat_after(empty, None)
        with engine.connect() as connection:
            connection.execute(kick)
        engine.dispose()
        time.sleep(1.5)
        before = beat_after(empty, before)
        assert beat_after(empty, before) > before
        ended(process, signal.SIGTERM)


def test_without_a_database_it_does_not_begin(nowhere: Typist) -> None:
    assert nowhere.refused("run", code=2).keys() == {"database"}
    assert nowhere.refused("tick", code=2).keys() == {"database"}
    assert nowhere.refused("status", code=2).keys() == {"database"}


# --- Beside other work ---------------------------------------------------------------------------


def test_a_round_during_a_bulk_harms_neither(nowhere: Typist) -> None:
    furnish(nowhere)
    nowhere.now = "2563-10-15"
    typed = ("--db", nowhere.url, "--now", nowhere.now)
    commands = [
        ("bulk", "submit", "--where", "cycle=2564-departments", "--as", "somying"),
        ("tick",),
        ("tick",),
        ("holiday", "add", "2563-10-30", "--name", "พิเศษ"),
    ]
    processes = [
        subprocess.Popen(
            [sys.executable, str(ROOT / "cli.py"), *typed, *words],
            env=surroundings({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        for words in commands
    ]
    for process in processes:
        said, _ = process.communicate(timeout=PATIENCE)
        assert (process.returncode, "Traceback" in said) == (0, False), said
    nowhere("tick")
    assert nowhere.data("reconcile")["balanced"]
    assert nowhere.data("audit", "verify")["sound"]
    assert len(letters()) <= 1


# --- A deadline that goes and comes back ---------------------------------------------------------


def test_a_date_that_was_taken_away_and_given_again_reminds_anew(office: Typist) -> None:
    """Its first reminder was sent before; that one must not stop this one, nor all others."""
    Path("year.yaml").write_text(
        "cycle: 2564-departments\ntitle: {th: ปี, en: A year}\ndates:\n"
        "  briefing: {day: 2563-09-09, kind: event, title: {th: ชี้แจง, en: Briefing}}\n",
        "utf-8",
    )
    office("tick", now="2563-10-16 09:00")
    office("cycle", "open", "2564-departments", "--calendar", "year.yaml", now="2563-10-17")
    office("cycle", "open", "2564-departments", "--date", "draft_submission=2563-11-30",
           now="2563-10-18")  # fmt: skip
    office.now = "2563-11-16 09:00"
    did = office.data("tick")["did"]
    assert (did["owed"], did["sent"]) == (6, 1)
    assert office.data("status")["late"] == 0
    assert office.data("reconcile")["balanced"]
    assert office.data("audit", "verify")["sound"]


def test_an_alarm_that_somebody_set_back_stops_no_other(office: Typist) -> None:
    office("tick", now=FOURTEEN_DAYS)
    with closing(sqlite3.connect(office.url.removeprefix("sqlite:///"))) as owner, owner:
        owner.execute(
            "UPDATE alarm SET step = '-14d', at = '2020-10-01T02:00:00.000000Z' "
            "WHERE item = 'IND-2564-0001' AND name = 'internal_draft'"
        )
    office.now = "2563-10-08"
    assert office.data("tick")["did"]["sent"] == 1
    assert "IND-2564-0002" in said_in(letters()["2020-10-08-somying"])
    assert office.data("reconcile")["balanced"]
