"""Definitions at the terminal: checked, published, shown, drawn."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.commands.typist import Typist
from workflows.shipped import definitions

TEXTS = {path.stem: path.read_text("utf-8") for path in definitions()}
REPORT = TEXTS["performance_report"]


def changed(*pairs: tuple[str, str], text: str = REPORT) -> Path:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path = Path("changed.yaml")
    path.write_text(text, "utf-8")
    return path


# --- check ---------------------------------------------------------------------------------------


def test_what_is_shipped_is_sound(nowhere: Typist) -> None:
    for path in definitions():
        assert "sound" in nowhere("workflow", "check", path).out
        answer = nowhere.data("workflow", "check", path)
        assert (answer["complaints"], answer["warnings"]) == ([], [])


def test_every_fault_is_named_with_its_line_and_what_was_meant(nowhere: Typist) -> None:
    path = changed(
        ("by: esar_officer", "by: esar_oficer"),
        ("to: coordinator_review", "to: coordinator_reviw"),
        ("different_person: {trigger: endorse}", "diferent_person: {trigger: endorse}"),
        ("final: true", "final: false"),
    )
    answer = nowhere.data("workflow", "check", path, code=1)
    texts = [complaint["en"] for complaint in answer["complaints"]]
    assert any("esar_oficer" in text and "esar_officer" in text for text in texts)
    assert any("coordinator_reviw" in text and "coordinator_review" in text for text in texts)
    assert any("diferent_person" in text and "different_person" in text for text in texts)
    lines = path.read_text("utf-8").splitlines()
    for complaint in answer["complaints"]:
        name, line = re.fullmatch(r"(.+):(\d+)", complaint["where"]).groups()  # type: ignore[union-attr]
        assert name == "changed.yaml"
        for wrong in ("esar_oficer", "coordinator_reviw", "diferent_person"):
            if f"“{wrong}”" in complaint["en"]:
                assert wrong in lines[int(line) - 1]
    thai = nowhere("workflow", "check", path, lang="th", code=1)
    assert "changed.yaml:" in thai.err
    assert "esar_officer" in thai.err
    assert "ถูกต้อง" not in thai.out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "by: coordinator\n    decision: endorsed",
            "by: coordinator\n    decision: agreed",
            "endorsed",
        ),
        ("  - trigger: close_window", "  - trigger: approve", "approve"),  # twice from one state
        ("    to: submitted", "    to: draft", "submitted"),  # not to be reached any more
        ("{trigger: endorse}", "{triger: endorse}", "triger"),
        ("workflow: performance_report", "workflow: [", "changed.yaml"),
    ],
)
def test_what_only_analysis_finds(nowhere: Typist, old: str, new: str, said: str) -> None:
    answer = nowhere("workflow", "check", changed((old, new)), code=1)
    assert said in answer.err
    assert "changed.yaml:" in answer.err


def test_a_file_that_is_none(nowhere: Typist, tmp_path: Path) -> None:
    for name, content in (
        ("missing.yaml", None),
        ("thai.yaml", "ร่าง".encode("cp874")),
        (".", None),
    ):
        if content:
            (tmp_path / name).write_bytes(content)
        nowhere("workflow", "check", name, code=2)
        nowhere("workflow", "publish", name, code=2)
        nowhere("workflow", "diagram", name, code=2)


def test_a_role_that_nobody_is_granted_is_a_warning(office: Typist) -> None:
    province = next(path for path in definitions() if path.stem == "indicator_province")
    answer = office.data("workflow", "check", province)
    assert answer["complaints"] == []
    assert [warning["en"] for warning in answer["warnings"]] == [
        "nobody is granted the role “governor” (Governor)",
        "nobody is granted the role “sub_commission_secretary” (Sub-commission secretary)",
    ]
    for role in ("governor", "sub_commission_secretary"):
        office("grant", "add", "nirat", role, "MOI")
    assert office.data("workflow", "check", province)["warnings"] == []
    office("grant", "end", "nirat", "governor", "MOI")
    said = office("workflow", "check", province, lang="th", now="2563-09-10").out
    assert "เตือน indicator_province.yaml: ยังไม่มีผู้ใดได้รับบทบาท “governor”" in said
    assert "ถูกต้อง" in said


# --- publish and show ----------------------------------------------------------------------------


def test_a_changed_definition_becomes_the_next_version(either: Typist) -> None:
    path = changed(("ยังไม่เปิดรับรายงาน", "ยังไม่เปิด"))
    either("open", "performance_report", "--cycle", "2564-departments",
           "--organisation", "OPS-MOI", "--set", "months=9")  # fmt: skip
    first = either.data("workflow", "publish", path)
    assert (first["version"], first["new"]) == (2, True)
    again = either.data("workflow", "publish", path)
    assert (again["version"], again["new"]) == (2, False)
    assert "as before" in either("workflow", "publish", path).out
    rows = either.data("workflow", "list")["workflows"]
    assert [(r["version"], r["items"]) for r in rows if r["workflow"] == "performance_report"] == [
        (1, 1),
        (2, 0),
    ]
    shown = either.data("show", "REP-2564-0001")["item"]
    assert (shown["workflow_version"], shown["state_title"]) == (1, "Not open")  # as it began
    assert (
        "ยังไม่เปิดรับรายงาน" not in either("workflow", "diagram", "performance_report", lang="th").out
    )
    assert either.data("audit", "verify")["sound"]


def test_a_definition_with_faults_is_not_published(office: Typist) -> None:
    before = office("audit", "export").out
    office("workflow", "publish", changed(("final: true", "final: perhaps")), code=2)
    assert office("audit", "export").out == before


def test_a_definition_is_shown_from_its_beginning_to_its_ends(office: Typist) -> None:
    thai = office("workflow", "show", "indicator_department", lang="th").out
    titles = ("คณะทำงานพิจารณา\n", "→ คณะกรรมการพิจารณา", "→ สำนักงาน ก.พ.ร.", "→ แจ้งผลแล้ว")
    places = [thai.find(title.strip()) for title in titles]
    assert places == sorted(places)
    assert -1 not in places
    assert "submit_to_opdc" in thai
    from_file = office.data("workflow", "show", changed())["workflow"]
    assert from_file["workflow"] == "performance_report"
    assert set(from_file["states"]) >= {"not_open", "draft", "submitted"}
    assert len(office.data("workflow", "list")["workflows"]) == 4


# --- diagram -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_diagrams_need_no_database(nowhere: Typist, tmp_path: Path, name: str) -> None:
    mermaid = nowhere("workflow", "diagram", name).out
    assert mermaid.startswith("stateDiagram-v2")
    drawn = ET.fromstring(nowhere("workflow", "diagram", name, "--format", "svg", lang="th").out)
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    text = "".join(drawn.itertext())
    assert "ร่าง" in text
    answer = nowhere.data("workflow", "diagram", name)
    assert (answer["workflow"], answer["format"]) == (name, "mermaid")
    assert answer["diagram"].strip() == mermaid.strip()
    assert list(tmp_path.iterdir()) == []


def test_a_diagram_of_a_file(nowhere: Typist) -> None:
    assert (
        "Still closed"
        in nowhere("workflow", "diagram", changed(("en: Not open", "en: Still closed"))).out
    )
    assert nowhere.refused("workflow", "diagram", "nothing", code=2).keys() == {"database"}
