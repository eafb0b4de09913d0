"""The ledger of reminders: what is owed, what became of it, and what nobody can account for."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from commands.door import vocabulary
from commands.sending import digest_of
from engine.claims import Claim
from engine.clock import parse_instant
from engine.office import Office
from engine.tick import tick
from notifications.folder import Folder
from notifications.mail import Sender, digest_parcel
from tests.commands.typist import Typist

FIRST, MESSAGE = "IND-2564-0001", "somying|2020-10-01"
DAY = "2563-10-01"  # fourteen days before the internal drafts are due


@pytest.fixture
def told(office: Typist) -> Typist:
    """The first reminders have gone out."""
    office.now = DAY
    office("tick")
    return office


@pytest.fixture
def doubtful(office: Typist) -> Typist:
    """The relay took the first message, or did not: the line went dead, and nobody knows."""
    office.now = DAY

    def dead(claim: Claim) -> None:
        raise TimeoutError(f"after DATA of {claim.key}")

    at = parse_instant(DAY)
    there = Office.open(office.url, vocabulary())
    assert tick(there, "tester", lambda: at, dead).unknown == 1
    there.close()
    return office


def ledger(office: Typist, *words: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.data("obligations", *words, **more)["obligations"]
    return found


def by_hand(office: Typist, statement: str) -> None:
    """What the owner of the file does past all commands."""
    with closing(sqlite3.connect(office.url.removeprefix("sqlite:///"))) as owner, owner:
        owner.execute(statement)


# --- obligations ---------------------------------------------------------------------------------


def test_what_is_to_come_is_listed_before_anything_is_owed(either: Typist) -> None:
    found = either.data("obligations")
    assert (found["obligations"], found["more"]) == ([], False)
    assert len(found["to_come"]) == 12  # six drafts with two deadlines each
    first = found["to_come"][0]
    assert first == {
        "item": FIRST,
        "state": "draft",
        "deadline": "internal_draft",
        "step": "-14d",
        "due_at": "2020-10-01T02:00:00.000000Z",
        "title": first["title"],
        "role": "coordinator",
        "announced": "2020-10-15",
        "due": "2020-10-15",
    }
    thai = either("obligations", lang="th").out
    for said in ("จะมาถึง", "1 ต.ค. 2563 09:00", "internal_draft (15 ต.ค. 2563)"):
        assert said in thai
    assert "To come" in either("obligations").out


def test_what_fell_due_and_nobody_called_is_due_and_late(office: Typist) -> None:
    office.now = DAY
    for option in ("--due", "--late"):
        assert len(office.data("obligations", option)["to_come"]) == 6
        assert "Due and not called" in office("obligations", option).out
        assert "ถึงกำหนดแล้วแต่ยังไม่เรียก" in office("obligations", option, lang="th").out
    assert office.data("obligations", "--unknown") == {
        "simulation": True, "obligations": [], "to_come": [], "held": {}, "more": False,
    }  # fmt: skip
    assert "None" in office("obligations", "--unknown").out
    assert "ไม่มี" in office("obligations", "--unknown", lang="th").out


def test_what_is_settled_is_shown_when_all_is_asked_for(told: Typist) -> None:
    assert ledger(told) == []
    assert ledger(told, "--due") == []
    lines = ledger(told, "--all")
    assert {(line["status"], line["recipient"], line["message"]) for line in lines} == {
        ("sent", "somying", MESSAGE)
    }
    assert [line["item"] for line in lines] == [f"IND-2564-000{n}" for n in range(1, 7)]
    assert lines[0]["key"] == f"{FIRST}|draft|1|internal_draft|0|-14d|somying"
    thai = told("obligations", "--all", lang="th").out
    assert "ส่งแล้ว" in thai
    assert MESSAGE in thai
    assert "sent" in told("obligations", "--all").out


def test_the_question_narrows_the_ledger(told: Typist) -> None:
    assert len(ledger(told, "--all", "--person", "somying")) == 6
    assert ledger(told, "--all", "--person", "malee") == []
    assert len(ledger(told, "--all", "--item", FIRST)) == 1
    assert ledger(told, "--all", "--item", FIRST, "--person", "malee") == []
    assert {each["item"] for each in told.data("obligations", "--item", FIRST)["to_come"]} == {
        FIRST
    }
    assert told.data("obligations", "--all", "--person", "somying")["to_come"] == []


def test_more_than_was_asked_for_is_not_passed_over_in_silence(told: Typist) -> None:
    found = told.data("obligations", "--all", "--most", "2")
    assert (len(found["obligations"]), len(found["to_come"]), found["more"]) == (2, 2, True)
    assert "There are more: --most" in told("obligations", "--all", "--most", "2").out
    assert "ยังมีอีก เพิ่มจำนวนด้วย --most" in told("obligations", "--most", "11", lang="th").out
    assert told.data("obligations", "--all", "--most", "12")["more"] is False
    for most in ("0", "-1", "100001", "many", "๑"):
        code = 0 if most == "๑" else 2  # Python reads Thai digits
        told("obligations", "--most", most, code=code)


def test_a_name_that_nobody_bears_is_no_empty_ledger(told: Typist) -> None:
    reasons = told.refused("obligations", "--person", "somyng", "--item", "IND-9", code=2)
    assert reasons == {"person": "there is no person “somyng”", "item": "there is no item “IND-9”"}
    assert "ไม่รู้จักบุคคล “somyng”" in told("obligations", "--person", "somyng", lang="th", code=2).err


def test_what_was_left_before_its_reminder_went_out_is_cancelled(office: Typist) -> None:
    Path("notes.txt").write_text("notes", "utf-8")
    office.now = "2563-10-15"
    office("tick", "--outbox", "notes.txt/outbox")
    office("advance", FIRST, "submit", "--as", "somying")
    [line] = ledger(office, "--all", "--item", FIRST, "--person", "somying")[-1:]
    assert (line["status"], line["reason"].split()[0]) == ("cancelled", "left")
    assert office.data("reconcile", code=1)["reasons"]["cancelled"]["left"] == 1
    assert "the item had left 1" in office("reconcile", code=1).out
    assert "รายการพ้นขั้นนั้นแล้ว 1" in office("reconcile", lang="th", code=1).out


# --- unknown and settle --------------------------------------------------------------------------


def test_what_nobody_knows_is_shown_until_a_person_settles_it(doubtful: Typist) -> None:
    lines = ledger(doubtful, "--unknown")
    assert {(line["status"], line["message"]) for line in lines} == {("unknown", MESSAGE)}
    assert "TimeoutError" in lines[0]["reason"]
    assert "ไม่ทราบผล" in doubtful("obligations", lang="th").out
    found = doubtful.data("status", code=1)
    assert (found["unknown"], found["alive"], found["sound"]) == (6, True, False)
    assert "See: anumat obligations --late, --unknown" in doubtful("status", code=1).out
    assert doubtful.data("reconcile", code=1)["unknown"] == 6
    assert not any(doubtful.data("tick")["did"].values())  # it is not sent again blindly


def test_it_was_sent_after_all(doubtful: Typist) -> None:
    answer = doubtful.data(
        "settle", MESSAGE, "--sent", "--comment", "พบในตู้จดหมาย", "--as", "ps-moi"
    )
    assert (answer["key"], answer["was"], answer["is"]) == (MESSAGE, "unknown", "sent")
    assert {line["status"] for line in ledger(doubtful, "--all")} == {"sent"}
    assert not any(doubtful.data("tick")["did"].values())
    assert doubtful.data("reconcile")["balanced"]
    settled = [line for line in doubtful("audit", "export").out.splitlines() if '"settled"' in line]
    assert len(settled) == 1
    assert "พบในตู้จดหมาย" in settled[0]
    assert '"ps-moi"' in settled[0]
    assert doubtful.data("audit", "verify")["sound"]


def test_it_is_sent_again_under_the_same_name(doubtful: Typist) -> None:
    said = doubtful("settle", MESSAGE, "--again", "--comment", "ไม่พบในตู้จดหมาย", lang="th").out
    assert f"{MESSAGE}: จะส่งใหม่รอบหน้า" in said
    assert {line["status"] for line in ledger(doubtful)} == {"owed"}
    assert doubtful.data("tick")["did"]["sent"] == 1
    assert len(list(Path("outbox").glob("2020-10-01-somying-*.eml"))) == 1
    assert doubtful.data("reconcile")["balanced"]


def test_it_is_cancelled_with_the_reason(doubtful: Typist) -> None:
    said = doubtful("settle", MESSAGE, "--cancel", "--comment", "แจ้งทางโทรศัพท์แล้ว").out
    assert f"{MESSAGE}: cancelled" in said
    assert {(line["status"], line["reason"]) for line in ledger(doubtful, "--all")} == {
        ("cancelled", "แจ้งทางโทรศัพท์แล้ว")
    }
    assert not any(doubtful.data("tick")["did"].values())
    assert doubtful.data("reconcile")["balanced"]


def test_what_is_settled_is_not_settled_again(doubtful: Typist) -> None:
    typed = ("settle", MESSAGE, "--sent", "--comment", "พบแล้ว")
    first = doubtful.data(*typed, "--key", "k-1")
    assert doubtful.data(*typed, "--key", "k-1") == first
    assert doubtful.refused(*typed) == {"settled": f"“{MESSAGE}” is sent already"}
    assert "อยู่แล้ว" in doubtful(*typed, lang="th", code=1).err
    other = ("settle", MESSAGE, "--cancel", "--comment", "x", "--key", "k-1")
    assert doubtful.refused(*other).keys() == {"key"}


def test_a_reminder_that_had_nobody_to_go_to_can_only_be_cancelled(office: Typist) -> None:
    for held in (("somying", "coordinator", "OPS-MOI"), ("ps-moi", "permanent_secretary", "MOI")):
        office("grant", "end", *held, "--on", "2563-09-30")
    office("tick", now=DAY, code=1)
    office.now = DAY
    key = ledger(office, "--late", "--item", FIRST)[0]["key"]
    for option in ("--sent", "--again"):
        assert office.refused("settle", key, option, "--comment", "x").keys() == {"no-message"}
    assert (
        "ยกเลิกได้เท่านั้น" in office("settle", key, "--again", "--comment", "x", lang="th", code=1).err
    )
    office("settle", key, "--cancel", "--comment", "แจ้งด้วยวาจา")
    assert ledger(office, "--late", "--item", FIRST) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((MESSAGE, "--comment", "x"), "settle"),
        ((MESSAGE, "--sent"), "usage"),
        (("--sent", "--comment", "x"), "usage"),
        (("nobody|2020-10-01", "--sent", "--comment", "x"), "key"),
        (("", "--sent", "--comment", "x"), "key"),
        (("' OR 1=1 --\x1b[31m", "--sent", "--comment", "x"), "key"),
        ((MESSAGE, "--sent", "--comment", ""), "comment"),
        ((MESSAGE, "--sent", "--comment", " \n"), "comment"),
        ((MESSAGE, "--sent", "--comment", "ก" * 100_000), "comment"),
        ((MESSAGE, "--sent", "--comment", "x", "--as", "nobody"), "person"),
    ],
)
def test_what_settles_nothing_is_wrong_use(
    doubtful: Typist, words: tuple[str, ...], code: str
) -> None:
    assert doubtful.refused("settle", *words, code=2).keys() == {code}
    assert "\x1b" not in doubtful("settle", *words, lang="th", code=2).said
    assert len(ledger(doubtful, "--unknown")) == 6


def test_a_sender_that_fell_silent_leaves_an_unknown_and_not_a_second_message(
    office: Typist,
) -> None:
    """Its process is killed between the claim and the mark."""
    office.now = DAY

    def killed(claim: Claim) -> None:
        Folder(Path("outbox")).send(digest_parcel(digest_of(there, claim, at), Sender()))
        raise KeyboardInterrupt

    at = parse_instant(DAY)
    there = Office.open(office.url, vocabulary())
    with pytest.raises(KeyboardInterrupt):
        tick(there, "tester", lambda: at, killed)
    there.close()
    assert office.data("tick")["did"]["unknown"] == 0  # its lease has not ended
    office.now = "2563-10-01 09:16"
    assert office.data("tick", code=1)["did"]["unknown"] == 1
    assert {line["status"] for line in ledger(office)} == {"unknown"}
    office("settle", MESSAGE, "--again", "--comment", "ไม่แน่ใจ")
    office("tick")
    assert len(list(Path("outbox").glob("*.eml"))) == 1
    assert office.data("reconcile")["balanced"]


# --- reconcile -----------------------------------------------------------------------------------


def test_an_account_in_which_everything_was_sent_balances(either: Typist) -> None:
    either.now = DAY
    either("tick", "--outbox", "post")
    account = either.data("reconcile")
    assert account == {
        "simulation": True, "from": "2020-10-01", "until": "2020-10-01", "balanced": True,
        "owed": 6, "waiting": 0, "sent": 6, "failed": 0, "unknown": 0, "cancelled": 0,
        "reasons": {}, "open_deadlines": 12, "gaps": [],
        "letters": {"accepted": 0, "open": 0, "to_issue": 0},
    }  # fmt: skip
    assert "Balanced: everything is accounted for" in either("reconcile").out
    thai = either("reconcile", lang="th").out
    assert "การแจ้งเตือน 1 ต.ค. 2563 – 1 ต.ค. 2563" in thai
    assert "ครบถ้วน: อธิบายได้ทุกรายการ" in thai


def test_a_clock_that_nobody_wound_leaves_gaps(office: Typist) -> None:
    office.now = "2563-10-14"
    account = office.data("reconcile", code=1)
    assert (account["balanced"], len(account["gaps"])) == (False, 6)
    assert account["from"] == "2020-10-01"
    gap = account["gaps"][0]
    assert (gap["ref"], gap["name"]) == (FIRST, "internal_draft")
    assert "the reminder -14d fell due and was not called" in gap["en"]
    assert "ถึงกำหนดเตือน -14d แล้วแต่ยังไม่มีการเตือน" in office("reconcile", lang="th", code=1).out
    assert "Not balanced. See: anumat obligations" in office("reconcile", code=1).out
    office("tick")
    assert office.data("reconcile")["reasons"] == {"cancelled": {"superseded": 18}}
    assert "มีการเตือนที่ใหม่กว่า 18" in office("reconcile", lang="th").out


def test_an_alarm_that_somebody_deleted_is_found(told: Typist) -> None:
    by_hand(told, f"DELETE FROM alarm WHERE item = '{FIRST}' AND name = 'draft_submission'")
    [gap] = told.data("reconcile", code=1)["gaps"]
    assert (gap["ref"], gap["name"]) == (FIRST, "draft_submission")
    assert gap["en"] == "its next reminder is not set"
    assert "ไม่มีการตั้งเตือนครั้งต่อไป" in told("reconcile", lang="th", code=1).out


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alarm SET at = '2030-01-01T02:00:00.000000Z' WHERE item = '{}'",
        "UPDATE alarm SET step = 'never' WHERE item = '{}'",
        "UPDATE alarm SET name = 'other' WHERE item = '{}' AND name = 'draft_submission'",
        "UPDATE alarm SET item = 'IND-2564-0009' WHERE item = '{}'",
    ],
)
def test_an_alarm_that_somebody_changed_is_found(told: Typist, statement: str) -> None:
    by_hand(told, statement.format(FIRST))
    gaps = told.data("reconcile", code=1)["gaps"]
    assert gaps
    assert {gap["ref"] for gap in gaps} <= {FIRST, "IND-2564-0009"}


def test_a_period_is_read_in_both_eras_and_holds_both_of_its_days(told: Typist) -> None:
    told.now = "2563-10-08"
    told("tick")

    def owed(*words: str) -> int:
        return int(told.data("reconcile", *words)["owed"])

    assert owed() == 12
    assert owed("--from", "2563-10-01", "--until", "๑ ต.ค. ๒๕๖๓") == 6
    assert owed("--from", "2020-10-02") == 6
    assert owed("--until", "7 ตุลาคม 2563") == 6
    assert owed("--from", "2563-10-02", "--until", "2563-10-07") == 0
    assert owed("--until", "2563-12-31") == 12  # what is to come is not owed yet
    shown = told("reconcile", "--from", "2563-10-01", "--until", "2563-10-07", lang="th").out
    assert "การแจ้งเตือน 1 ต.ค. 2563 – 7 ต.ค. 2563" in shown


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--from", "2563-11-01", "--until", "2563-10-01"), "period"),
        (("--from", "2564-01-01"), "period"),  # until today, if not said
        (("--from", "3/4/2563"), "date"),
        (("--until", "0001-01-01"), "date"),
        (("--until", ""), "date"),
    ],
)
def test_a_period_that_is_none_is_wrong_use(
    told: Typist, words: tuple[str, ...], code: str
) -> None:
    assert told.refused("reconcile", *words, code=2).keys() == {code}


def test_a_day_on_which_nothing_was_owed_balances(told: Typist) -> None:
    account = told.data("reconcile", "--until", "1900-01-01")
    assert (account["owed"], account["balanced"], account["from"]) == (0, True, "1900-01-01")
