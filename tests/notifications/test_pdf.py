"""What stands in the file, and that the same letter is always the same file."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest

from engine.errors import WrongUse
from notifications.glyphs import common_characters
from notifications.pdf import _FONTS, compiled
from tests.notifications.letters import LAST_PART, MADE_AT, MAIN_PART, OPENING_PART, letter, memo

ROOT = Path(__file__).parents[2]
PDFTOTEXT = shutil.which("pdftotext")
reads = pytest.mark.skipif(
    PDFTOTEXT is None, reason="THE TEXT LAYER WAS NOT CHECKED: pdftotext (poppler-utils) is missing"
)
LAYOUTS: Mapping[str, Callable[[], Mapping[str, Any]]] = {"letter": letter, "memo": memo}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="9"/></svg>'


def pages(pdf: bytes) -> list[str]:
    assert PDFTOTEXT is not None
    command = [PDFTOTEXT, "-raw", "-enc", "UTF-8", "-", "-"]
    text = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return text.split("\f")[:-1]


def solid(text: str) -> str:
    return "".join(text.split())


def said(words: list[str]) -> str:
    return solid("".join(words))


def refused(layout: str, data: Mapping[str, Any]) -> WrongUse:
    with pytest.raises(WrongUse) as caught:
        compiled(layout, data, made_at=MADE_AT)
    return caught.value


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_data_give_the_same_bytes(layout: str) -> None:
    first, second = (compiled(layout, LAYOUTS[layout](), made_at=MADE_AT) for _ in range(2))
    assert first == second
    assert b"pdfaid:part>2<" in first
    assert b"pdfaid:conformance>B<" in first


def test_another_process_elsewhere_gives_the_same_bytes(tmp_path: Path) -> None:
    program = (
        f"import sys; sys.path[:0] = {[str(ROOT), *sys.path]!r}\n"
        "from hashlib import sha256\n"
        "from notifications.pdf import compiled\n"
        "from tests.notifications.letters import MADE_AT, letter\n"
        "print(sha256(compiled('letter', letter(), made_at=MADE_AT)).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"TZ": "America/Lima", "SOURCE_DATE_EPOCH": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = sha256(compiled("letter", letter(), made_at=MADE_AT)).hexdigest()
    assert done.stdout.strip() == here


@reads
def test_the_parts_of_a_letter_stand_in_the_regulations_order() -> None:
    data = {**letter(rows=2), "body": [OPENING_PART, LAST_PART]}
    [page] = pages(compiled("letter", data, made_at=MADE_AT))
    text = solid(page)
    parts = (
        "ที่นร๑๒๐๕/ว๒๓",
        "สำนักงานก.พ.ร.ถนนพิษณุโลกเขตดุสิตกรุงเทพมหานคร๑๐๓๐๐",
        "๔พฤศจิกายน๒๕๖๓",
        "เรื่อง" + said(data["subject"]),
        "เรียนปลัดกระทรวงมหาดไทย",
        "อ้างถึง",
        "สิ่งที่ส่งมาด้วย",
        said(OPENING_PART),
        said(LAST_PART),
        "ขอแสดงความนับถือ",
        "(นางสาวสมหญิงใจดี)รองเลขาธิการก.พ.ร.ปฏิบัติราชการแทนเลขาธิการก.พ.ร.",
        "กองพัฒนาระบบราชการ๑โทร.๐๒๓๕๖๙๙๙๙ต่อ๘๘๘๘",
        "สำเนาส่ง",
    )
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)
    assert "\u200b" not in page


@reads
def test_a_memo_has_its_title_and_no_closing() -> None:
    [page] = pages(compiled("memo", {**memo(), "closing": "ขอแสดงความนับถือ"}, made_at=MADE_AT))
    text = solid(page)
    parts = ("บันทึกข้อความ", "ส่วนราชการกลุ่มพัฒนา", "ที่มท", "วันที่๑๖ตุลาคม", "เรื่อง", "เรียน")
    places = [text.find(part) for part in (*parts, said(OPENING_PART), said(MAIN_PART))]
    assert -1 not in places
    assert places == sorted(places)
    assert "ขอแสดงความนับถือ" not in text
    assert "...." not in text  # the dotted lines are drawn


@reads
def test_a_line_ends_only_between_words() -> None:
    [page] = pages(compiled("memo", memo(), made_at=MADE_AT))
    text, words = solid(page), [solid(word) for word in MAIN_PART]
    start = text.index("".join(words))
    allowed = {start + len("".join(words[:nr])) for nr in range(len(words) + 1)}
    at, ends = 0, []
    for line in page.split("\n"):
        at += len(solid(line))
        ends.append(at)
    inside = [end for end in ends if start < end < start + len("".join(words))]
    assert len(inside) >= 3
    assert set(inside) <= allowed


@reads
def test_a_table_that_goes_on_repeats_its_heading_under_a_page_number_and_a_catchword() -> None:
    first, second, third = pages(compiled("letter", letter(rows=24), made_at=MADE_AT))
    for page in (first, second, third):
        assert solid(page).count("ค่าเป้าหมายขั้นมาตรฐาน") == 1
    assert second.startswith("- ๒ -")
    assert third.startswith("- ๓ -")
    assert "- ๑ -" not in first
    for page, following in ((first, second), (second, third)):
        catchword = page.strip().split("\n")[-1]
        assert catchword.startswith("/")
        assert catchword.endswith("…")
        number, words = catchword[1:-1].split(" ", 1)
        assert f"\n{number} {words}" in following
        assert f"\n{number} " not in page
    assert "/" not in third.split("ขอแสดงความนับถือ")[1]


@reads
@pytest.mark.parametrize("times", range(1, 30, 4))
def test_a_signature_never_stands_alone(times: int) -> None:
    data = {**letter(), "body": [OPENING_PART, MAIN_PART, LAST_PART * times]}
    *_, page = pages(compiled("letter", data, made_at=MADE_AT))
    before, after = page.split("ขอแสดงความนับถือ")
    assert "ขอบคุณยิ่ง" in before.removeprefix("- ๒ -")
    assert "สำเนาส่ง" in after


@reads
@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/passwd")',
        "*x* _y_ = z",
        '#panic("now")',
        "<label> @label",
        "{{ 7 * 7 }} $x^2$ `code` // no comment",
        '\\ "quoted" -- --- ~ official files',
        "- item",
    ],
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_markup_is_printed_as_it_stands(layout: str, text: str) -> None:
    data: dict[str, Any] = {**LAYOUTS[layout](), "subject": text, "to": text, "number": text}
    data["body"] = [[text], {"columns": [{"title": text, "width": 9}], "rows": [[text]]}, [text]]
    shown = "".join(pages(compiled(layout, data, made_at=MADE_AT)))
    assert solid(shown).count(solid(text)) == 7


def test_what_is_let_through_is_indeed_printed() -> None:
    letting = sorted(common_characters(_FONTS))
    shown = [char for char in letting if not category(char).startswith(("C", "M"))]
    marks = ["ก" + char for char in letting if category(char).startswith("M")]
    assert len(shown) > 400
    assert {"ก" + mark for mark in "ัิีึืุู็่้๊๋์ํ"} <= set(marks)
    compiled(
        "letter", {**letter(rows=1), "body": [shown, marks]}, made_at=MADE_AT
    )  # PDF/A is strict


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ผ่าน ✅", "✅ (U+2705 WHITE HEAVY CHECK MARK)"),
        ("ยินดี 😀", "😀 (U+1F600 GRINNING FACE)"),
        ("ก\x07ข", "U+0007"),
        ("ก\nข", "U+000A"),
        ("ก\u200bข", "U+200B ZERO WIDTH SPACE"),
        ("co\u2011op", "U+2011 NON-BREAKING HYPHEN"),
        ("\uf700", "U+F700"),
        ("漢", "漢 (U+6F22"),
    ],
)
def test_a_character_that_the_font_lacks_is_named_and_refused(text: str, named: str) -> None:
    fault = refused("letter", {**letter(), "body": [OPENING_PART, ["ดี", text, text]]})
    [reason] = fault.reasons
    assert reason.code == "unprintable_character"
    assert reason.where == "body.2"
    assert named in reason.en
    assert named in reason.th


def test_every_such_character_is_told_at_once_wherever_it_stands() -> None:
    data = memo(rows=2)
    data["body"][1]["rows"][1][0] = "♪"
    data["signature"]["name"] = "☺"
    assert [reason.where for reason in refused("memo", data).reasons] == [
        "body.2.rows.2",
        "signature.name",
    ]


def test_a_folder_without_faces_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=rf"^{tmp_path}: the letter's fonts are not there"):
        compiled("memo", memo(), tmp_path, made_at=MADE_AT)


def own_fonts(folder: Path, name: str) -> Path:
    """Ours under another name of ten letters."""
    for face in _FONTS.glob("*.ttf"):
        renamed = face.read_bytes()
        for encoding in ("ascii", "utf-16-be"):
            renamed = renamed.replace("SarabunPSK".encode(encoding), name.encode(encoding))
        (folder / f"{name}-{face.name}").write_bytes(renamed)
    return folder


@reads
def test_an_office_s_own_font_has_a_name_of_its_own(tmp_path: Path) -> None:
    fonts = own_fonts(tmp_path, "SarabunOwn")
    own, ours = (compiled("letter", letter(), path, made_at=MADE_AT) for path in (fonts, None))
    assert b"THSarabunOwn" in own
    assert pages(own) == pages(ours)


def test_faces_of_several_fonts_are_refused(tmp_path: Path) -> None:
    fonts = own_fonts(own_fonts(tmp_path, "SarabunOwn"), "SarabunOld")
    with pytest.raises(WrongUse, match="has: TH SarabunOld, TH SarabunOwn") as caught:
        compiled("memo", memo(), fonts, made_at=MADE_AT)
    assert caught.value.reasons[0].where == str(fonts)


@reads
def test_many_copies_may_go_on_to_another_page() -> None:
    copies = [f"ผู้ว่าราชการจังหวัด ก{nr}ก" for nr in range(76)]
    shown = pages(compiled("letter", {**letter(rows=3), "copies": copies}, made_at=MADE_AT))
    assert len(shown) == 4
    assert all("".join(shown).count(copy) == 1 for copy in copies[:1] + copies[-1:])
    assert "/ผู้ว่าราชการจังหวัด" in shown[1]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_a_letter_still_lacks_is_named(layout: str) -> None:
    [reason] = refused(layout, {**LAYOUTS[layout](), "number": "", "closing": ""}).reasons
    assert reason.code == "letter_incomplete"
    assert ("closing" in reason.en) == (layout == "letter")
    assert "number" in reason.th


def test_a_word_wider_than_its_column_is_broken_and_not_cut_off() -> None:
    columns = [{"title": "ที่", "width": 1}, {"title": "ชื่อ", "width": 15}]
    word = "https://example.go.th/กรุงเทพมหานครอมรรัตนโกสินทร์"
    data = {**memo(), "body": [{"columns": columns, "rows": [[word, word]]}]}
    pdf = compiled("memo", data, made_at=MADE_AT)
    if PDFTOTEXT:
        assert solid("".join(pages(pdf))).count(word) == 2


def test_an_emblem_is_taken_from_a_file(tmp_path: Path) -> None:
    emblem = tmp_path / "garuda.svg"
    emblem.write_text(SVG, "utf-8")
    with_emblem = compiled("letter", {**letter(), "emblem": str(emblem)}, made_at=MADE_AT)
    assert with_emblem != compiled("letter", letter(), made_at=MADE_AT)
    if PDFTOTEXT:
        assert "ครุฑ" not in pages(with_emblem)[0]
        assert "ครุฑ" in pages(compiled("letter", letter(), made_at=MADE_AT))[0]


def test_an_emblem_that_is_none_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "garuda.png"
    assert refused("memo", {**memo(), "emblem": str(broken)}).reasons[0].code == "no_emblem"
    broken.write_text("not a picture", "utf-8")
    [reason] = refused("memo", {**memo(), "emblem": str(broken)}).reasons
    assert (reason.code, str(broken) in reason.en) == ("no_emblem", True)
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    [reason] = refused("memo", {**memo(), "emblem": str(broken)}).reasons
    assert (reason.code, reason.where) == ("letter_not_made", str(broken))


def test_an_instant_without_a_zone_and_an_unknown_layout_are_faults_of_the_program() -> None:
    with pytest.raises(ValueError, match="time zone"):
        compiled("letter", letter(), made_at=datetime(2020, 11, 4))  # noqa: DTZ001
    with pytest.raises(ValueError, match="no layout"):
        compiled("../secret", letter(), made_at=MADE_AT)


def test_what_a_letter_costs_is_measured(record_property: Callable[[str, object], None]) -> None:
    compiled("letter", letter(rows=9), made_at=MADE_AT)
    began = time.process_time()
    for nr in range(20):
        compiled("letter", {**letter(rows=9), "number": str(nr)}, made_at=MADE_AT)
    per_letter = (time.process_time() - began) / 20 * 1000
    record_property("cpu_ms_per_letter", round(per_letter, 1))
    print(f"CPU per letter of two pages: {per_letter:.1f} ms")
