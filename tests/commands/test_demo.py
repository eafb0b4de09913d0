"""`anumat demo`: both years on the real input, the same every time."""

import json
import shlex
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.typist import PATIENCE, Typist, run, surroundings
from tests.demo import SAID, make_demo


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A demo in a process of its own, in Thai: where, and what it printed."""
    folder = tmp_path_factory.mktemp("told")
    answer = run("--lang", "th", "demo", cwd=folder)
    assert (answer.code, answer.err) == (0, "")
    return folder / "demo" / "anumat.db", answer.out


def test_the_same_run_twice_gives_the_same_output_and_the_same_trail(
    told: tuple[Path, str], demo: Typist
) -> None:
    path, out = told
    first, messages = rows(path), letters(path)
    again = run("--lang", "th", "demo", cwd=path.parents[1])  # replaces the one before
    assert (again.code, again.out) == (0, out)
    assert rows(path) == first
    assert letters(path) == messages
    trail = Typist(f"sqlite:///{path}")("audit", "export").out
    assert trail == demo("audit", "export").out
    assert len(trail.splitlines()) == 3828


def rows(path: Path) -> dict[str, list[str]]:
    """All that the database holds, but for the tokens by which a message is claimed."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE message SET claim = ''")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}")))
            for (name,) in tables.fetchall()
        }


def letters(path: Path) -> dict[str, bytes]:
    """The messages in the folder beside a demo's database."""
    folder = path.with_name(f"{path.stem}-outbox")
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_the_timeline_is_told_day_by_day(told: tuple[Path, str]) -> None:
    _, out = told
    days = [
        "9 ก.ย. 2563", "15 ต.ค. 2563", "20 ต.ค. 2563", "30 ต.ค. 2563", "10 พ.ย. 2563",
        "25 พ.ย. 2563", "7 ธ.ค. 2563", "23 ธ.ค. 2563", "31 ธ.ค. 2563", "1 ก.พ. 2564",
        "1 ก.ค. 2564", "5 ก.ค. 2564", "20 ก.ค. 2564", "1 ส.ค. 2564", "5 ต.ค. 2564",
        "15 ต.ค. 2564", "16 ต.ค. 2564", "22 ต.ค. 2564", "25 ต.ค. 2564", "30 มิ.ย. 2565",
        "18 ส.ค. 2565",
    ]  # fmt: skip
    places = [out.index(f"\n{day}") for day in days]
    assert places == sorted(places)
    for said in (
        "จำลอง (SIMULATION)",
        "6 ตัวชี้วัด น้ำหนักรวม 100 (70/30)",
        "ประธาน: นายนิรัตน์ แทน ปมท.",
        "ขอข้อมูลครั้งที่ 4",
        "ต่าง 1 ตัวชี้วัด (anumat diff IND-2564-0005)",
        "ติดตามผลโดยไม่จัดประเภท",
        "ชุดตัวชี้วัดของ 76 จังหวัด (453 รายการ)",
        "34 จังหวัดขอเปลี่ยนแปลง 9 จาก 35 ตัวชี้วัด (42 คำขอ)",
        "เห็นชอบ 35 ไม่เห็นชอบ 7",
        "ตัวชี้วัดของจังหวัดเป็นรุ่นใหม่ 35 รายการ",
        "ครบถ้วน: 3,828 เหตุการณ์ 505 รายการ ไม่พบการแก้ไข",
    ):
        assert said in out, said


def told_on(out: str, day: str) -> str:
    """What the timeline tells of a day."""
    _, _, rest = out.partition(f"\n{day} ")
    lines = rest.split("\n")
    end = next(n for n, line in enumerate(lines[1:], 1) if not line.startswith("   "))
    return "\n".join(lines[:end])


def test_reminders_go_out_on_their_days(told: tuple[Path, str]) -> None:
    _, out = told
    for day, step in (
        ("1 ต.ค. 2563", "ล่วงหน้า 14 วัน"),
        ("8 ต.ค. 2563", "ล่วงหน้า 7 วัน"),
        ("12 ต.ค. 2563", "ล่วงหน้า 3 วัน"),
        ("14 ต.ค. 2563", "ล่วงหน้า 1 วัน"),
        ("15 ต.ค. 2563", "วันครบกำหนด"),
    ):
        said = f"เตือน{step} “หน่วยงานเสนอร่างภายใน” 15 ต.ค. 2563: นางสาวสมหญิง ใจดี (6 รายการ)"
        assert said in told_on(out, day)
    late = told_on(out, "8 ต.ค. 2564")  # the ladder is climbed
    assert "เตือนเลยกำหนด 3 วัน" in late
    assert "นายชูชัย พัฒนกิจ และ นางละไม ชุมชนดี" in late
    assert "76 คน (453 รายการ)" in told_on(out, "29 ต.ค. 2564")


def test_windows_open_and_close_by_themselves(told: tuple[Path, str], demo: Typist) -> None:
    _, out = told
    opened = "เปิดรับรายงานโดยอัตโนมัติ: REP-2564-000"
    assert f"{opened}1" in told_on(out, "1 ก.ค. 2564")
    assert f"{opened}2, REP-2564-0003" in told_on(out, "1 ส.ค. 2564")
    assert "ปิดรับรายงานโดยอัตโนมัติ: REP-2564-0003" in told_on(out, "16 ต.ค. 2564")
    steps = [e["trigger"] for e in demo.data("history", "REP-2564-0003")["events"][1:]]
    assert steps[:2] == ["open_window", "close_window"]  # and then an exception was made


def test_the_holiday_of_22_october_2021_puts_the_last_day_to_the_25th(
    told: tuple[Path, str], demo: Typist
) -> None:
    _, out = told
    holiday = told_on(out, "22 ต.ค. 2564")
    assert "เป็นวันหยุดราชการ (มติ ครม.) วันที่นับคือ 25 ต.ค. 2564" in holiday
    assert "ปิดรับรายงานโดยอัตโนมัติ" not in holiday
    last = told_on(out, "25 ต.ค. 2564")
    assert "เตือนวันครบกำหนด “ปิดรับรายงาน” 25 ต.ค. 2564" in last
    assert "ทันกำหนด" in last
    days = {each["name"]: each for each in demo.data("cycle", "show", "2564-departments")["days"]}
    report = days["department_report"]
    assert (report["day"], report["effective"]) == ("2021-10-22", "2021-10-25")


def test_every_reminder_is_accounted_for(told: tuple[Path, str], demo: Typist) -> None:
    path, out = told
    assert "ครบถ้วน: อธิบายได้ทุกรายการ" in out
    account = demo.data("reconcile", now="2565-08-31")
    assert account["balanced"]
    assert (account["owed"], account["sent"], account["cancelled"]) == (2646, 2637, 9)
    found = demo.data("obligations", "--all", "--most", "5000")
    carried = {line["message"] for line in found["obligations"] if line["message"]}
    messages = [name for name, body in letters(path).items() if b"application/pdf" not in body]
    assert len(messages) == len(carried) == 430  # one for each person and day
    assert sorted({name.rpartition("-")[0] for name in messages}) == sorted(
        f"{day}-{person.lower()}" for person, _, day in (key.partition("|") for key in carried)
    )


def test_every_letter_is_a_file_was_sent_and_notified_its_items(
    told: tuple[Path, str], demo: Typist
) -> None:
    path, out = told
    counts = Counter(file.suffix for file in path.with_name(f"{path.stem}-letters").rglob("*.*"))
    issued = demo.data("register", "show", "--from", "OPDC", "--year", "2565")["numbers"]
    assert [row["number"] for row in issued] == list(range(1, 112))  # 76, the minutes, 34
    assert counts[".pdf"] == 122 + 2  # … and of each batch one file of all
    carried = [name for name, body in letters(path).items() if b"application/pdf" in body]
    assert len(carried) == 235  # a letter to each, and copies for the ministry and the minister
    assert demo.data("outbox", "list", "--letters")["messages"] == []
    assert demo.data("letter", "list")["letters"] == []
    notified = demo.data("history", "CHG-2565-0001")["events"][-1]
    assert (notified["actor"]["system"], notified["letter"]["number"]) == ("clock", "นร 1203/78")
    for said in ("นร 1203/1 ถึง นร 1203/76", "นร 1203/78 ถึง นร 1203/111", "มท 0201.2/1"):
        assert said in out


def test_what_it_leaves_behind_is_what_it_told(demo: Typist) -> None:
    assert demo.data("audit", "verify")["sound"]
    kinds = [
        json.loads(line)["document"]["kind"] for line in demo("audit", "export").out.splitlines()
    ]
    assert kinds.count("amended") == 35
    items = demo.data("list", "--most", "1000")["items"]
    by_workflow = [item["workflow"] for item in items]
    assert by_workflow.count("indicator_department") == 6
    assert by_workflow.count("indicator_province") == 453
    assert by_workflow.count("change_request") == 42
    assert {item["state"] for item in items} == {"notified", "submitted"}
    rounds = demo.data("show", "IND-2564-0001")["rounds"]
    assert [(r["number"], r["approve"]["person"]) for r in rounds] == [
        (n, "ps-moi") for n in (1, 2, 3, 4)
    ]
    opinions = [demo.data("show", f"CHG-2565-{n:04d}")["opinions"] for n in (1, 42)]
    assert all(len(found) == 1 for found in opinions)
    cycle = demo.data("cycle", "show", "2564-departments")["cycle"]
    assert cycle["classification"] == "monitored"
    assert demo.data("inbox")["waiting"] == []


def test_the_commands_that_it_suggests_can_be_typed(told: tuple[Path, str]) -> None:
    path, out = told
    lines = [line.strip() for line in out[out.index("ลองต่อ") :].splitlines()[1:]]
    assert len(lines) == 7
    done = subprocess.run(
        shlex.split(lines[0]), cwd=path.parents[1], env=surroundings({}), capture_output=True,
        encoding="utf-8", timeout=PATIENCE, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[2].startswith("CHG-2565-0001")
    for line, said in zip(
        lines[1:],
        (
            "Scoring criteria",
            "34 provinces",
            "October 2021",
            "REP-2564-0003",
            "นร 1203/78",
            "นร 1203/111",
        ),
        strict=True,
    ):
        _, url, *words = shlex.split(line)[shlex.split(line).index("--db") :]
        assert said in Typist(str(path.parents[1] / url))(*words).out


def test_in_json_it_is_one_document(
    once: Callable[[str, Callable[[Path], object]], Path],
) -> None:
    answer = json.loads((once("demo", make_demo) / SAID).read_text("utf-8"))
    assert (answer["sound"], answer["events"], answer["items"]) == (True, 3828, 505)
    assert answer["simulation"] is True
    assert answer["reminders"]["balanced"]
    assert answer["reminders"]["gaps"] == []
    decided = {row["meeting"]: row["items"] for row in answer["decisions"] if row["meeting"]}
    assert (decided["MTG-2563-002"], decided["MTG-2565-001"]) == (6, 453)


def test_it_replaces_nothing_but_its_own(nowhere: Typist, office: Typist, tmp_path: Path) -> None:
    nowhere("demo", "--output", ".", code=2)
    assert not (tmp_path / "new.db").exists()  # --db is for the other commands
    nowhere("init")
    (tmp_path / "notes.txt").write_text("notes, " * 100, "utf-8")
    real = nowhere("audit", "export").out
    own = office("audit", "export").out  # somebody's own simulation
    for output in ("new.db", "office.db", "notes.txt", ".", "notes.txt/x.db"):
        nowhere("demo", "--output", output, code=2)
    assert nowhere("audit", "export").out == real
    assert office("audit", "export").out == own
    assert (tmp_path / "notes.txt").read_text("utf-8") == "notes, " * 100
