"""The wording of letters at the command line: ours printed, an office's own checked and used."""

from pathlib import Path

import pytest

from notifications.kinds import KINDS
from tests.commands.lettering import ITEMS
from tests.commands.typist import Typist

OWN = "เรื่อง {{ cycle.th }}\nเรียน {{ addressee }}\n---\nแบบของสำนักงานเอง {{ items | length }}\n"
SENDER = ("--from", "OPDC")


@pytest.fixture
def folder() -> Path:
    """An office's own templates, which its settings name."""
    path = Path("templates")
    path.mkdir()
    Path("anumat.toml").write_text('[letters]\ntemplates = "templates"\n', "utf-8")
    return path


def put(text: str | bytes, name: str = "notice_of_approval.txt") -> Path:
    path = Path(name)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_all_kinds_are_listed(nowhere: Typist) -> None:
    """They are the program's, so there need be no database."""
    found = nowhere.data("template", "list")["kinds"]
    assert [each["kind"] for each in found] == list(KINDS)
    assert next(each for each in found if each["scope"] == "item") == {
        "kind": "information_request", "th": "ขอข้อมูลเพิ่มเติม", "en": "Information request",
        "scope": "item", "form": "letter",
    }  # fmt: skip
    thai = nowhere("template", "list", lang="th").out
    assert "แจ้งเปิดระบบ e-SAR" in thai
    assert "หนังสือเวียน" in thai
    assert "circular" in nowhere("template", "list").out


@pytest.mark.parametrize("kind", KINDS)
def test_ours_is_a_template_that_can_be_used(nowhere: Typist, kind: str) -> None:
    text = nowhere("template", "show", kind).out
    assert nowhere.data("template", "show", kind)["template"] == text.removesuffix("\n")
    path = put(text, f"{kind}.txt")
    assert nowhere.data("template", "check", path) == {
        "file": f"{kind}.txt", "kind": kind, "faults": [],
    }  # fmt: skip
    assert f"{kind}.txt ใช้ได้" in nowhere("template", "check", path, lang="th").out


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("{{ cyle.th }}\n" + OWN, 1, "cyle"),
        (OWN + "{{ cycle.name }}\n", 5, "name"),
        (OWN + "{{ items.append(1) }}\n", 5, ""),
        (OWN + "{{ ''.__class__ }}\n", 5, ""),
        (OWN + "{% include '/etc/passwd' %}\n", 5, ""),
        (OWN + "{{ cycle.th | upper }}\n", 5, "upper"),
        (OWN + "{% if x %}\n", 5, ""),
        (OWN + "| ที่ | ก |\n", 5, "title and width"),
        (OWN + "=== \n", 5, "title"),
        (OWN.replace("---\n", ""), 3, "above ---"),
    ],
)
def test_a_fault_is_told_with_its_line(nowhere: Typist, text: str, line: int, said: str) -> None:
    found = nowhere.data("template", "check", put(text), code=1)["faults"]
    assert any(each["where"] == f"notice_of_approval.txt:{line}" for each in found), found
    assert said in " ".join(each["en"] for each in found)
    shown = nowhere("template", "check", "notice_of_approval.txt", code=1, lang="th").out
    assert f"notice_of_approval.txt:{line}: " in shown


def test_what_is_no_template_is_refused(nowhere: Typist) -> None:
    for content in (b"\xff\xfe", b"", b"\x00" * 200_000):
        assert nowhere.data("template", "check", put(content), code=1)["faults"]
    assert nowhere.data("template", "check", "notice_of_approval.txt/x", "--kind",
                        "meeting_minutes", code=1)["faults"]  # fmt: skip
    said = nowhere("template", "check", "no.txt", "--kind", "meeting_minutes", code=1).out
    assert said.startswith("cannot open no.txt: ")
    assert "Did you mean" in nowhere.refused(
        "template", "check", put(OWN, "notice_of_aproval.txt"), code=2
    )["kind"]  # fmt: skip
    assert nowhere.refused("template", "show", "notice", code=2).keys() == {"kind"}


def test_the_kind_may_be_named_where_the_file_is_called_otherwise(nowhere: Typist) -> None:
    path = put(OWN, "draft.txt")
    assert nowhere.refused("template", "check", path, code=2).keys() == {"kind"}
    assert nowhere.data("template", "check", path, "--kind", "notice_of_approval")["faults"] == []


def test_an_offices_own_wording_is_used(desk: Typist, folder: Path) -> None:
    put(OWN, "templates/notice_of_approval.txt")
    assert "แบบของสำนักงานเอง ๖" in desk("letter", "preview", ITEMS[0], *SENDER).out
    desk("letter", "issue", ITEMS[0], *SENDER, "--as", "anong")
    put(OWN.replace("แบบของ", "แบบใหม่ของ"), "templates/notice_of_approval.txt")
    assert "แบบของสำนักงานเอง ๖" in desk("letter", "show", "OPDC/2564/1").out
    Path("anumat.toml").unlink()
    Path("other.toml").write_text('[letters]\ntemplates = "templates"\n', "utf-8")
    typed = ("letter", "preview", "IND-2565-0001", *SENDER)
    assert "แบบใหม่ของสำนักงานเอง" not in desk(*typed).out
    assert "แบบใหม่ของสำนักงานเอง" in desk(*typed, "--settings", "other.toml").out


def test_a_spoilt_wording_issues_nothing(desk: Typist, folder: Path) -> None:
    put(OWN + "{{ nothing }}", "templates/notice_of_approval.txt")
    typed = ("letter", "issue", ITEMS[0], *SENDER, "--as", "anong")
    [refused] = desk.data(*typed, code=1)["refused"]
    assert [each["where"] for each in refused["reasons"]] == ["notice_of_approval.txt:5"]
    assert desk.data("register", "show", *SENDER)["numbers"] == []
    assert desk.refused("letter", "preview", ITEMS[0], *SENDER, code=2).keys() == {"template"}
