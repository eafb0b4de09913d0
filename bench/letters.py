"""Row `letters`: what a letter of one page with a table costs, as PDF and as a Word file, and what
the letters to all provinces do. Processor time, unless it says otherwise.

The floor of a PDF is the bare compile of the same page: its text as plain strings, which break
where Typst likes, and nothing checked.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from bench.measure import Figure, Size, take_turns
from notifications.paper import Column, Paper, Signature, Table

HERE = Path(__file__).parents[1]
LAYOUTS = HERE / "notifications" / "layouts"
FONTS = HERE / "notifications" / "fonts"
MADE_AT = datetime(2020, 11, 4, 2, tzinfo=UTC)
PROVINCES = 76
EACH = 5  # letters of a round
COUNTED = count(1)  # no letter twice: Typst remembers what it has set
FIRST = "from bench.letters import {}; {}(1)"

ASKED = (
    "ตามหนังสือที่อ้างถึง จังหวัดเชียงใหม่ขอเปลี่ยนแปลงตัวชี้วัดตามมาตรการปรับปรุงประสิทธิภาพในการปฏิบัติราชการ "
    "ประจำปีงบประมาณ พ.ศ. 2564 ความละเอียดแจ้งแล้ว นั้น"
)
FLOOR = b"""
#let it = json(bytes(sys.inputs.letter))
#set page(paper: "a4", margin: (left: 3cm, right: 2cm, top: 2.5cm, bottom: 2cm))
#set text(font: "TH SarabunPSK", size: 16pt, fallback: false, lang: "th",
  top-edge: 0.85em, bottom-edge: -0.46em)
#set par(leading: 0pt, spacing: 6pt, first-line-indent: (amount: 2.5cm, all: true))
#for line in (it.number, ..it.agency, it.dated, it.subject, it.opening, it.to) { line + parbreak() }
#for part in it.body {
  if type(part) == str { part + parbreak() } else {
    table(columns: part.columns.map(column => float(column.width) * 1cm),
      table.header(..part.columns.map(column => column.title)), ..part.rows.flatten())
  }
}
#let last = (it.closing, it.signature.name, ..it.signature.post, ..it.contact)
#for line in last { line + parbreak() }
"""


def measured(_folder: Path, size: Size, say: Callable[[str], None]) -> Iterator[Figure]:
    say("letters as PDF, beside the bare compile")
    yield from _as_pdf(size)
    say("the first letter of a process")
    yield from _first(size)
    say(f"{PROVINCES} letters, and one file of them")
    yield from _to_all()
    say("letters as Word files")
    yield from _as_word(size)


# --- What is written -----------------------------------------------------------------------------


def letter(nr: int) -> Paper:
    """A letter to a province, which fills a page."""
    columns = (
        Column("ที่", 1.2, "center"),
        Column("ตัวชี้วัด", 8.3),
        Column("น้ำหนัก (ร้อยละ)", 2.5, "center"),
        Column("ค่าเป้าหมายขั้นมาตรฐาน", 4.0, "right"),
    )
    measure = "ร้อยละความสำเร็จของการบริหารจัดการขยะมูลฝอย"
    rows = [(str(line), measure, "17.5", f"ร้อยละ {60 + line}") for line in range(1, 5)]
    return Paper(
        form="letter",
        number=f"นร 1205/{nr}",
        dated="2020-11-04",
        agency=("สำนักงาน ก.พ.ร.", "ถนนพิษณุโลก เขตดุสิต", "กรุงเทพมหานคร 10300"),
        subject=f"แจ้งผลการพิจารณาคำขอเปลี่ยนแปลงตัวชี้วัด ประจำปีงบประมาณ พ.ศ. 2564 (คำขอที่ {nr})",
        opening="เรียน",
        to="ผู้ว่าราชการจังหวัดเชียงใหม่",
        refs=(f"หนังสือจังหวัดเชียงใหม่ ที่ ชม 0017.1/{nr} ลงวันที่ 17 กันยายน 2563",),
        enclosures=(),
        body=(
            ASKED,
            "คณะทำงานพิจารณาแล้วมีมติเห็นชอบให้จังหวัดเปลี่ยนแปลงตัวชี้วัดและค่าเป้าหมายตามตารางดังต่อไปนี้",
            Table(columns, tuple(rows)),
            "จึงเรียนมาเพื่อโปรดทราบ และแจ้งหน่วยงานในสังกัดที่เกี่ยวข้องดำเนินการต่อไปด้วย จะขอบคุณยิ่ง",
        ),
        annexes=(),
        closing="ขอแสดงความนับถือ",
        signature=Signature("นางสาวสมหญิง ใจดี", ("รองเลขาธิการ ก.พ.ร.", "ปฏิบัติราชการแทน")),
        contact=("กองพัฒนาระบบราชการ 1", "โทร. 0 2356 9999"),
        copies=(),
    )


def ours(nr: int) -> bytes:
    from notifications.pdf import printed

    return printed(letter(nr), made_at=MADE_AT)


def bare(nr: int) -> bytes:
    import typst

    return typst.compile(
        FLOOR,
        root=str(LAYOUTS),
        font_paths=_faces(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"letter": json.dumps(letter(nr).plain(), ensure_ascii=False)},
        pdf_standards=["a-2b"],
        timestamp=int(MADE_AT.timestamp()),
    )


@lru_cache(maxsize=1)
def _faces() -> Any:
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


# --- What it costs -------------------------------------------------------------------------------


def _some(make: Callable[[int], object]) -> Callable[[int], None]:
    def some(_: int) -> None:
        for _ in range(EACH):
            make(next(COUNTED))

    return some


def _as_pdf(size: Size) -> Iterator[Figure]:
    for make in (ours, bare):
        make(next(COUNTED))  # the first one loads the fonts and the words
    taken = take_turns(size.starts, _some(ours), _some(bare), process_time)
    each = [seconds / EACH * 1000 for seconds in taken.ours]
    ratio, spread = taken.ratio(of_time=True)
    note = f"{1000 / median(each):.0f} letters per second of one core"
    what = "a letter of a page with a table, as PDF"
    yield Figure(what, median(each), "ms", None, (100,), at_most=True, note=note)
    note = taken.rates(EACH, "letters")
    yield Figure("… ÷ the bare compile of the page", ratio, "", spread, note=note)


def _first(size: Size) -> Iterator[Figure]:
    first, floor = ((sys.executable, "-c", FIRST.format(name, name)) for name in ("ours", "bare"))
    elapsed: list[float] = []

    def run(_: int) -> None:
        began = perf_counter()
        _run(first)
        elapsed.append(perf_counter() - began)

    _run(first)  # compiles what is not compiled yet
    taken = take_turns(size.starts, run, lambda _: _run(floor), _by_others)
    ratio, spread = taken.ratio(of_time=True)
    note = f"{median(elapsed) * 1000:.0f} ms by the clock on the wall"
    what = "the first letter, in a fresh process"
    yield Figure(what, median(taken.ours) * 1000, "ms", note=note)
    note = f"{median(taken.floor) * 1000:.0f} ms"
    what = "… ÷ a fresh process with the bare compile"
    yield Figure(what, ratio, "", spread, note=note)


def _by_others() -> float:
    """The processor time of the processes that were started here and have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


def _run(command: tuple[str, ...]) -> None:
    subprocess.run(command, cwd=HERE, check=True)


def _to_all() -> Iterator[Figure]:
    from notifications.merged import merged

    merged([ours(next(COUNTED))], made_at=MADE_AT)
    began, spent = perf_counter(), process_time()
    files = [ours(next(COUNTED)) for _ in range(PROVINCES)]
    elapsed, cpu = perf_counter() - began, process_time() - spent
    note = f"{elapsed:.1f} s by the clock on the wall"
    yield Figure(f"{PROVINCES} letters as PDF", cpu, "s", note=note)
    spent = process_time()
    file = merged(files, made_at=MADE_AT, duplex=True)
    merging = process_time() - spent
    note = f"{len(file) / 1e6:.1f} MB of {sum(map(len, files)) / 1e6:.1f}"
    yield Figure(f"{PROVINCES} letters merged into one file", merging * 1000, "ms", note=note)
    yield Figure("… ÷ making the letters", merging / cpu, "")


def _as_word(size: Size) -> Iterator[Figure]:
    """The floor opens the template and saves it, with nothing filled in."""
    from docx import Document

    from notifications.docx import edited

    def opened(_: int) -> None:
        Document(str(LAYOUTS / "letter.docx")).save(BytesIO())

    def filled(nr: int) -> bytes:
        return edited(letter(nr), made_at=MADE_AT)

    filled(next(COUNTED))
    taken = take_turns(size.starts, _some(filled), _some(opened), process_time)
    each = [seconds / EACH * 1000 for seconds in taken.ours]
    ratio, spread = taken.ratio(of_time=True)
    note = taken.rates(EACH, "files")
    yield Figure("the same letter as a Word file", median(each), "ms", note=note)
    yield Figure("… ÷ the template opened and saved", ratio, "", spread)
