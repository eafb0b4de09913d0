"""Letters of every kind as files: what is read back from them, their pages, and what they cost."""

import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.errors import WrongUse
from notifications.kinds import KINDS
from notifications.paper import Annex, Paper, Table
from notifications.pdf import printed, words
from notifications.thai import day_line, digits
from tests.notifications.facts import MADE_AT, paper
from tests.notifications.test_pdf import pages, reads, solid

QPDF = shutil.which("qpdf")
LONG = "ความสำเร็จในการพัฒนาและแก้ไขปัญหาในระดับพื้นที่ตามแนวพระราชดำริและปรัชญาของเศรษฐกิจพอเพียง " * 8


def texts(made: Paper) -> list[str]:
    """All that a reader must find again, as printed."""
    bodies = [made.body, *(annex.body for annex in made.annexes)]
    cells = [
        cell
        for body in bodies
        for part in body
        for row in (part.rows if isinstance(part, Table) else ((part,),))
        for cell in row
    ]
    head = [made.number, made.subject, made.to, *made.refs, *made.enclosures, *made.agency]
    end = [f"({made.signature.name})", *made.signature.post, *made.contact, *made.copies]
    found = [digits(text) for text in (*head, *cells, *end, *(it.title for it in made.annexes))]
    return [*found, day_line(made.dated)]


@reads
@pytest.mark.parametrize("items", [1, 6, 35])
@pytest.mark.parametrize("kind", KINDS)
def test_every_word_of_every_kind_is_read_back(kind: str, items: int) -> None:
    made = paper(kind, items=items)
    shown = solid("".join(pages(printed(made, made_at=MADE_AT))))
    for text in texts(made):
        # A long cell may go on on the next page, with the heading between.
        assert solid(text)[:40] in shown, text


@example("2 \u200b")
@given(st.text(st.sampled_from("กขคงจ่้ำเ ๑2A.,/()\u200b\u2060 "), max_size=80))
def test_words_are_the_text_in_thai_digits_without_what_cannot_be_seen(text: str) -> None:
    visible = text.replace("\u200b", "").replace("\u2060", "")
    cut = words(text)
    assert solid("".join(cut)) == solid(digits(text).replace("\u200b", "").replace("\u2060", ""))
    assert all(piece == " " or not piece.endswith(" ") for piece in cut)
    assert bool(cut) == bool(visible)


@reads
def test_an_annex_begins_on_a_page_of_its_own_and_counts_from_there() -> None:
    made = paper("decision_on_change_request", items=35)
    shown = pages(printed(made, made_at=MADE_AT))
    first = next(nr for nr, page in enumerate(shown) if page.startswith("สิ่งที่ส่งมาด้วย\n"))
    assert "ขอแสดงความนับถือ" in shown[first - 1]
    assert "…" not in shown[first - 1]  # the letter's last page leads nowhere
    assert len(shown) > first + 3
    for nr, page in enumerate(shown[first + 1 :], start=2):
        assert page.startswith(digits(f"- {nr} -\n"))
        assert "เหตุผลประกอบ" in solid(page)  # the heading is repeated


@reads
def test_several_annexes_are_numbered() -> None:
    made = paper("meeting_agenda")
    two = replace(made, annexes=(*made.annexes, Annex("แผนที่", ("ห้องประชุม",))))
    assert [page.split("\n")[0] for page in pages(printed(two, made_at=MADE_AT))[1:]] == [
        "สิ่งที่ส่งมาด้วย ๑",
        "สิ่งที่ส่งมาด้วย ๒",
    ]


@reads
@pytest.mark.parametrize("kind", ["notice_of_approval", "confirmation_to_units"])
def test_a_mark_stands_on_each_page_of_what_is_no_letter(kind: str) -> None:
    made = replace(paper(kind, items=6), mark="จำลอง")
    shown = pages(printed(made, made_at=MADE_AT))
    assert len(shown) > 1
    assert all(page.count("จำลอง") == 1 for page in shown)
    assert "จำลอง" not in "".join(pages(printed(replace(made, mark=""), made_at=MADE_AT)))


@reads
def test_a_draft_without_number_and_day_has_dots_to_write_on() -> None:
    made = replace(paper("monitoring_only"), number="นร 1203/ว ............", dated="")
    [page] = pages(printed(made, made_at=MADE_AT))
    assert "นร ๑๒๐๓/ว ............" in page
    assert page.count("............") == 2


@reads
@pytest.mark.parametrize("kind", ["return_for_revision", "confirmation_to_units"])
@pytest.mark.parametrize("times", range(1, 8))
def test_a_signature_never_stands_alone(kind: str, times: int) -> None:
    made = paper(kind, items=2)
    *body, last = made.body
    made = replace(made, body=(*body, *([LONG] * times), last), annexes=(), enclosures=())
    *_, page = pages(printed(made, made_at=MADE_AT))
    assert "จึงเรียนมาเพื่อโปรด" in page.split("(นางสาวสมหญิง")[0]


@reads
def test_long_names_stay_in_their_columns() -> None:
    made = paper("notice_of_approval", items=2)
    [annex] = made.annexes
    [table] = annex.body
    assert isinstance(table, Table)
    rows = tuple((nr, LONG, *others) for nr, _, *others in table.rows)
    made = replace(made, annexes=(replace(annex, body=(Table(table.columns, rows),)),))
    shown = solid("".join(pages(printed(made, made_at=MADE_AT))[1:]))
    assert shown.count("เศรษฐกิจพอเพียง") == 8 * len(rows)


@reads
@pytest.mark.parametrize("characters", [1_500, 20_000])
@pytest.mark.parametrize("kind", ["meeting_minutes", "decision_on_change_request"])
def test_a_long_comment_is_printed_to_its_end(kind: str, characters: int) -> None:
    """Its row is longer than a page, and has short cells beside it."""
    comment = "".join(f"ประเด็น P{nr:03}X " for nr in range(characters // 14))
    made = paper(kind, items=2)
    [annex] = made.annexes
    table = next(part for part in annex.body if isinstance(part, Table))
    rows = tuple((*row[:-1], comment) for row in table.rows)
    made = replace(made, annexes=(replace(annex, body=(Table(table.columns, rows),)),))
    shown = solid("".join(pages(printed(made, made_at=MADE_AT))))
    for point in comment.split()[1::2]:
        assert shown.count(point) == len(rows), point


@reads
def test_signs_that_are_pasted_from_word_are_printed() -> None:
    approved = "● Σ(W×S)/ΔW ▪ ระดับ\u2011 A\u20104 ≥ 80"
    made = replace(paper("monitoring_only"), subject=approved)
    [page] = pages(printed(made, made_at=MADE_AT))
    assert "เรื่อง ● Σ(W×S)/ΔW ▪ ระดับ- A-4 ≥ ๘๐\n" in page


def test_a_sign_that_cannot_be_printed_is_named_with_its_place() -> None:
    made = paper("notice_of_approval", items=6)
    with pytest.raises(WrongUse) as caught:
        printed(replace(made, subject="ยินดี 😀", copies=("ก\nข",)), made_at=MADE_AT)
    assert [reason.where for reason in caught.value.reasons] == ["subject", "copies.1"]


@pytest.mark.skipif(QPDF is None, reason="THE FILES WERE NOT CHECKED: qpdf is missing")
@pytest.mark.parametrize(
    "kind", ["decision_on_change_request", "monitoring_only", "meeting_agenda"]
)
def test_the_files_are_sound(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("pdf") / "letter.pdf"
    path.write_bytes(printed(replace(paper(kind), mark="ร่าง"), made_at=MADE_AT))
    assert QPDF is not None
    done = subprocess.run([QPDF, "--check", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["notice_of_approval", "decision_on_change_request"])
def test_what_a_letter_costs_is_measured(
    kind: str, record_property: Callable[[str, object], None]
) -> None:
    made = paper(kind, items=6)
    printed(made, made_at=MADE_AT)
    began = time.process_time()
    for nr in range(10):
        printed(replace(made, number=f"นร 1203/{nr}"), made_at=MADE_AT)
    per_letter = (time.process_time() - began) / 10 * 1000
    record_property("cpu_ms_per_letter", round(per_letter, 1))
    print(f"CPU per letter with an annex: {per_letter:.1f} ms")
