"""`anumat demo`: both years on the real input, the same every time."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.commands.typist import Typist, run, surroundings


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
    again = run("--lang", "th", "demo", cwd=path.parents[1])  # replaces the one before
    assert (again.code, again.out) == (0, out)
    trail = Typist(f"sqlite:///{path}")("audit", "export").out
    assert trail == demo("audit", "export").out
    assert len(trail.splitlines()) == 3590


def test_the_timeline_is_told_day_by_day(told: tuple[Path, str]) -> None:
    _, out = told
    days = [
        "9 ก.ย. 2563", "15 ต.ค. 2563", "20 ต.ค. 2563", "30 ต.ค. 2563", "10 พ.ย. 2563",
        "25 พ.ย. 2563", "7 ธ.ค. 2563", "23 ธ.ค. 2563", "31 ธ.ค. 2563", "1 ก.พ. 2564",
        "5 ก.ค. 2564", "20 ก.ค. 2564", "1 ส.ค. 2564", "5 ต.ค. 2564", "15 ต.ค. 2564",
        "22 ต.ค. 2564", "30 มิ.ย. 2565", "18 ส.ค. 2565",
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
        "ครบถ้วน: 3,590 เหตุการณ์ 503 รายการ ไม่พบการแก้ไข",
    ):
        assert said in out, said


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
    assert len(lines) == 3
    done = subprocess.run(
        shlex.split(lines[0]), cwd=path.parents[1], env=surroundings({}), capture_output=True,
        encoding="utf-8", timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[2].startswith("CHG-2565-0001")
    for line, said in zip(lines[1:], ("Scoring criteria", "34 provinces"), strict=True):
        _, url, *words = shlex.split(line)[shlex.split(line).index("--db") :]
        assert said in Typist(str(path.parents[1] / url))(*words).out


def test_in_json_it_is_one_document(nowhere: Typist, tmp_path: Path) -> None:
    answer = nowhere.data("demo", "--output", tmp_path / "new" / "demo.db")
    assert (answer["sound"], answer["events"], answer["items"]) == (True, 3590, 503)
    assert answer["simulation"] is True
    decided = {row["meeting"]: row["items"] for row in answer["decisions"] if row["meeting"]}
    assert (decided["MTG-2563-002"], decided["MTG-2565-001"]) == (6, 453)
    assert not (tmp_path / "new.db").exists()  # --db is for the other commands


def test_it_replaces_nothing_but_its_own(nowhere: Typist, office: Typist, tmp_path: Path) -> None:
    nowhere("init")
    (tmp_path / "notes.txt").write_text("notes, " * 100, "utf-8")
    real = nowhere("audit", "export").out
    own = office("audit", "export").out  # somebody's own simulation
    for output in ("new.db", "office.db", "notes.txt", ".", "notes.txt/x.db"):
        nowhere("demo", "--output", output, code=2)
    assert nowhere("audit", "export").out == real
    assert office("audit", "export").out == own
    assert (tmp_path / "notes.txt").read_text("utf-8") == "notes, " * 100
