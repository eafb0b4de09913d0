"""The auditor's questions: who decided what, the trail as a file, and whether it was touched."""

import csv
import io
import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.commands.typist import Typist

FIRST = "IND-2564-0001"


def who(typist: Typist, *words: str) -> list[dict[str, Any]]:
    found = typist.data("audit", "who", *words)
    assert found["more"] is False
    return list(found["decisions"])


def test_who_approved_what_and_when(demo: Typist) -> None:
    [decision] = who(demo, "IND-2564-0004", "--outcome", "approved")
    assert decision["decided_on"] == "2020-12-31"
    assert decision["recorded_by"] == "demo"
    assert decision["actor"]["name_th"] == "นางสาวอนงค์ วิเคราะห์กิจ"
    assert decision["actor"]["role"]["name"] == "opdc_analyst"
    assert decision["meeting"]["ref"] == "MTG-2563-003"
    assert decision["meeting"]["chair"]["name_en"] == "Deputy Secretary-General of OPDC"
    assert decision["revision"]["number"] == 1
    assert len(decision["revision"]["digest"]) == 64
    thai = demo("audit", "who", "IND-2564-0004", lang="th").out
    for said in ("31 ธ.ค. 2563", "อนุมัติ", "นางสาวอนงค์", "MTG-2563-002", "8 มติ", "demo"):
        assert said in thai


@pytest.mark.parametrize(
    ("words", "number"),
    [
        (("--organisation", "OPS-MOI"), 52),
        (("--organisation", "PROVINCES", "--outcome", "rejected"), 7),  # those below it
        (("--person", "prasit"), 42),
        (("--person", "prasit", "--outcome", "rejected"), 7),
        (("--person", "prasit", "--outcome", "rejected", "--outcome", "approved"), 42),
        (("--body", "WG-PROV"), 42),
        (("--body", "MEC-MOI"), 6),
        (("--workflow", "change_request"), 42),
        (("--workflow", "performance_report"), 8),
        (("--trigger", "approve_answer"), 24),
        (("--trigger", "object"), 0),
        (("--from", "2565-08-18", "--until", "2565-08-18"), 42),
        (("--from", "2565-08-19"), 0),
        (("--until", "2563-10-14"), 0),
        (("--until", "2563-10-15"), 6),  # that day included
        (("--from", "15 ต.ค. 2563", "--until", "๒๐ ต.ค. ๒๕๖๓"), 12),
        (("IND-2564-0001",), 8),
        (("--organisation", "TH-83", "--outcome", "returned"), 1),
    ],
)
def test_the_question_narrows_the_answer(demo: Typist, words: tuple[str, ...], number: int) -> None:
    assert len(who(demo, *words)) == number


def test_decisions_beyond_the_most_are_not_passed_over_in_silence(demo: Typist) -> None:
    answer = demo.data("audit", "who", "--most", "10")
    assert (len(answer["decisions"]), answer["more"]) == (10, True)
    assert "There are more" in demo("audit", "who", "--most", "10").out
    everything = demo.data("audit", "who", "--most", "5000")
    assert everything["more"] is False
    assert len(everything["decisions"]) == 1005


def test_a_name_that_nobody_bears_is_no_empty_answer(demo: Typist) -> None:
    typed = ("--person", "somebody", "--body", "B", "--organisation", "O", "--workflow", "w",
             "--trigger", "aprove")  # fmt: skip
    reasons = demo.refused("audit", "who", "IND-1", *typed, code=2)
    assert reasons.keys() == {"person", "body", "organisation", "workflow", "trigger", "item"}
    assert "approve" in reasons["trigger"]


# --- export --------------------------------------------------------------------------------------


def test_each_exported_document_hashes_to_its_hash(demo: Typist, tmp_path: Path) -> None:
    said = demo("audit", "export", "--output", tmp_path / "trail.jsonl").out
    assert "3828 events" in said
    lines = (tmp_path / "trail.jsonl").read_bytes().splitlines()
    assert len(lines) == 3828
    heads: dict[str, str] = {}
    for line in lines:
        before, document = line.split(b',"document":', 1)
        head = json.loads(before + b"}")["hash"]
        assert sha256(document[:-1]).hexdigest() == head
        event = json.loads(line)["document"]
        assert event["prev"] == heads.get(event["stream"], "")
        heads[event["stream"]] = head
    assert len(heads) == 506  # the items and the register


def test_the_screen_gets_the_same_bytes_as_the_file(either: Typist, tmp_path: Path) -> None:
    printed = either("audit", "export")
    answer = either.data("audit", "export", "--output", tmp_path / "trail.jsonl")
    assert (tmp_path / "trail.jsonl").read_text("utf-8") == printed.out
    assert answer["events"] == len(printed.out.splitlines())
    assert "SIMULATION" in printed.err  # and not in what may be piped into a file
    one = either("audit", "export", FIRST).out
    assert [json.loads(line)["document"]["stream"] for line in one.splitlines()] == [FIRST]


def test_export_as_a_sheet(demo: Typist, tmp_path: Path) -> None:
    demo("audit", "export", "CHG-2565-0001", "--format", "csv", "--output", tmp_path / "trail.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "trail.csv").read_text("utf-8"))))
    events = demo.data("history", "CHG-2565-0001")["events"]
    assert [row["hash"] for row in rows] == [event["hash"] for event in events]
    approved = next(row for row in rows if row["outcome"])
    assert (approved["person"], approved["meeting"]) == ("prasit", "MTG-2565-004")
    assert (approved["organisation"], approved["decided_on"]) == ("TH-11", "2022-08-18")
    assert {row["simulated"] for row in rows} == {"yes"}


def test_an_export_overwrites_nothing_and_leaves_no_half(demo: Typist, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept", "utf-8")
    for output in (tmp_path / "kept", tmp_path / "none" / "trail", tmp_path):
        assert demo.refused("audit", "export", "--output", output, code=2).keys() == {"file"}
    demo("audit", "export", "IND-1", "--output", tmp_path / "half", code=2)
    assert (tmp_path / "kept").read_text("utf-8") == "kept"
    assert {path.name for path in tmp_path.iterdir()} == {"kept"}


# --- verify --------------------------------------------------------------------------------------


def test_a_sound_trail(demo: Typist) -> None:
    answer = demo.data("audit", "verify")
    assert (answer["sound"], answer["events"], answer["items"]) == (True, 3828, 505)
    assert "Sound: 3,828 events of 505 items" in demo("audit", "verify").out


def tamper(typist: Typist, *statements: str) -> None:
    """Do what the owner of the file can do: drop the triggers, then change rows."""
    database = sqlite3.connect(typist.url.removeprefix("sqlite:///"))
    with database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert database.execute(statement).rowcount > 0
    database.close()


TAMPERED = {
    "event IND-2564-0003 #6": "UPDATE event SET document = "
    "CAST(replace(CAST(document AS TEXT), 'อนงค์', 'อนันต์') AS BLOB) "
    "WHERE stream = 'IND-2564-0003' AND seq = 6",
    "event IND-2564-0003 #3": "UPDATE event SET person = 'nirat' "
    "WHERE stream = 'IND-2564-0003' AND seq = 3",
    "event IND-2564-0003": "DELETE FROM event WHERE stream = 'IND-2564-0003' AND seq = 5",
    "item IND-2564-0003": "UPDATE item SET state = 'draft' WHERE ref = 'IND-2564-0003'",
    "revision IND-2564-0003 #1": "UPDATE revision SET body = "
    "CAST(replace(CAST(body AS TEXT), '5', '6') AS BLOB) WHERE item = 'IND-2564-0003'",
    "person anong": "UPDATE person SET name_th = 'ผู้อื่น' WHERE code = 'anong'",
    "role_grant nirat": "INSERT INTO role_grant "
    "VALUES ('nirat', 'opdc_analyst', '*', '2020-01-01', '')",
}


@pytest.mark.parametrize(("where", "statement"), TAMPERED.items(), ids=TAMPERED)
def test_the_first_broken_row_is_named(demo_copy: Typist, where: str, statement: str) -> None:
    tamper(demo_copy, statement)
    answer = demo_copy.data("audit", "verify", code=1)
    assert answer["sound"] is False
    assert len(answer["broken"]) == 1
    assert answer["broken"][0]["where"].startswith(where)
    thai = demo_copy("audit", "verify", lang="th", code=1).out
    assert f"ผิด: {where}" in thai
    assert "ครบถ้วน" not in thai


def test_all_broken_rows_on_demand(demo_copy: Typist) -> None:
    tamper(
        demo_copy,
        "UPDATE item SET state = 'draft' WHERE ref IN ('IND-2564-0003', 'REP-2564-0002')",
        "UPDATE person SET name_th = 'ผู้อื่น' WHERE code = 'anong'",
    )
    assert len(demo_copy.data("audit", "verify", code=1)["broken"]) == 1
    found = demo_copy.data("audit", "verify", "--all", code=1)["broken"]
    assert {row["where"] for row in found} == {
        "person anong", "item IND-2564-0003", "item REP-2564-0002",
    }  # fmt: skip


def test_all_broken_rows_among_neighbours(demo_copy: Typist) -> None:
    tamper(
        demo_copy,
        "UPDATE item SET state = 'draft' WHERE ref IN ('IND-2564-0003', 'IND-2564-0004')",
        "DELETE FROM opinion WHERE item = 'CHG-2565-0001'",
    )
    found = demo_copy.data("audit", "verify", "--all", code=1)["broken"]
    assert {row["where"].partition(" #")[0] for row in found} == {
        "item IND-2564-0003", "item IND-2564-0004", "opinion CHG-2565-0001",
    }  # fmt: skip
