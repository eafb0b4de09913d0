"""FY2565: the sets of 76 provinces, then 34 provinces ask for changes to 9 of 35 indicators.

The counts are OPDC's report's; it gives no days, so the days here are made up.
"""

from collections.abc import Iterable
from datetime import date

import click

from commands.replay.story import EXAMPLES, Story
from engine.cycles import NewCycle, NewMeeting, open_cycle
from engine.items import open_items
from engine.load import Where
from engine.opinions import Said, opine
from engine.revisions import revise
from workflows import imports
from workflows.content.parts import plain
from workflows.rules import FRAMEWORK
from workflows.sets import subjects, whole_sets

CYCLE = "2565-provinces"
OPDC = "OPDC"
SETS = {"cycle": (CYCLE,), "workflow": ("indicator_province",)}
REQUESTS = {"cycle": (CYCLE,), "workflow": ("change_request",)}
# Which host agency thinks what of the requests on its indicators.
OPINIONS = (
    ("MOTS", ("P01", "P02"), "support", "การท่องเที่ยวหยุดชะงักจากสถานการณ์โควิด-19 ทั้งประเทศ"),
    ("CDD", ("P03",), "support", "ตลาดปิดตามประกาศควบคุมโรค"),
    ("DFT", ("P04",), "support", "ด่านของประเทศเพื่อนบ้านปิดจริงตามช่วงเวลาที่อ้าง"),
    ("DOAE", ("P11",), "no_objection", "ให้ใช้เฉพาะพื้นที่ที่ประกาศเขตประสบภัย"),
    ("PCD", ("P16",), "oppose", "เกณฑ์เดิมแยกจุดความร้อนนอกพื้นที่ไว้แล้ว"),
    ("OAE", ("P23",), "oppose", "ราคาตลาดเป็นความเสี่ยงที่กำหนดไว้ในเป้าหมายเดิม"),
    ("OBEC", ("P28",), "support", "ยกเลิกการทดสอบระดับชาติจริง"),
    ("DSD", ("P29",), "support", "ฝึกอบรมแบบรวมกลุ่มไม่ได้ตามมาตรการ"),
)
APPROVED = ("P01", "P02", "P03", "P04", "P11", "P28", "P29")
REJECTED = ("P16", "P23")


def tell(story: Story) -> None:
    _sets_come_in(story)
    _sets_are_approved(story)
    _requests_come_in(story)
    _requests_are_decided(story)


def _sets_come_in(story: Story) -> None:
    story.at(date(2021, 9, 15))
    new = NewCycle(
        CYCLE,
        2565,
        "provinces",
        "การประเมินจังหวัด ประจำปีงบประมาณ พ.ศ. 2565",
        "Evaluation of provinces, FY2565",
        rules=plain(FRAMEWORK),
        dates={"draft_submission": "2021-10-29", "change_requests_close": "2022-07-01"},
    )
    open_cycle(story.office, story.asking(), new)
    known = imports.catalogue(EXAMPLES / "fy2565_indicator_details.csv")
    drafts = imports.indicators(EXAMPLES / "fy2565_province_sets.csv", known=known)
    check = whole_sets(story.office.definitions)
    open_items(story.office, story.asking(), "indicator_province", CYCLE, drafts, check)
    places = _places(draft.organisation for draft in drafts)
    story.tell(
        f"นำเข้าชุดตัวชี้วัดของ {len(places)} จังหวัด ({len(drafts)} รายการ)",
        f"The sets of {len(places)} provinces are brought in ({len(drafts)} items)",
    )
    story.at(date(2021, 10, 29))
    with click.progressbar(
        places, label=story.screen.pick("จังหวัดส่งร่าง", "provinces submit"), hidden=_unseen(story)
    ) as bar:
        done = sum(
            story.all(Where({**SETS, "organisation": (place,)}), "submit", f"co-{place.lower()}")
            for place in bar
        )
    story.tell(f"จังหวัดส่งร่างครบ ({done} รายการ)", f"All provinces submit ({done} items)")


def _sets_are_approved(story: Story) -> None:
    story.at(date(2021, 11, 10))
    returned = Where({**SETS, "organisation": ("TH-83",), "code": ("P29",)})
    story.all(returned, "return", "anong", comment="ขอให้ระบุคำอธิบายตัวชี้วัดให้ชัดเจน")
    [letter] = story.write(story.ref(returned), "return_for_revision", "anong", OPDC)
    story.tell(
        f"ก.พ.ร. ส่งกลับ 1 รายการของภูเก็ต ({letter['printed']})",
        f"OPDC returns one item of Phuket ({letter['printed']})",
    )
    story.at(date(2021, 11, 15))
    changes = {"definition_th": "นับแรงงานที่ผ่านการฝึกและทดสอบตามมาตรฐานฝีมือแรงงาน"}
    revise(story.office, story.asking("co-th-83"), story.ref(returned), changes)
    story.all(returned, "submit", "co-th-83")
    story.tell("ภูเก็ตแก้ไขและส่งใหม่ (รุ่นที่ 2)", "Phuket revises and submits again (revision 2)")
    story.at(date(2021, 11, 30))
    story.all(Where(SETS), "propose", "anong")
    committee = ("คณะกรรมการกำกับฯ เห็นชอบ", "The steering committee endorses")
    commission = ("อ.ก.พ.ร. เห็นชอบ", "The sub-commission approves")
    for day, ref, body, trigger, person, (th, en) in (
        (date(2021, 12, 15), "MTG-2564-011", "SC-PROV", "endorse", "suda", committee),
        (date(2022, 1, 20), "MTG-2565-001", "SUB-PDC", "approve", "kitti", commission),
    ):
        story.at(day, 16)
        story.meet(NewMeeting(ref, body, day, "opdc-chair"))
        done = story.all(Where(SETS), trigger, person, meeting=ref)
        story.tell(f"{th} {done} รายการในคราวเดียว", f"{en} {done} items at once")
    story.at(date(2022, 2, 1))
    letters = story.write("MTG-2565-001", "notice_of_approval", "anong", OPDC)
    first, last = letters[0]["printed"], letters[-1]["printed"]
    story.add(
        f"หนังสือ {len(letters)} ฉบับ จังหวัดละฉบับ: {first} ถึง {last}",
        f"{len(letters)} letters, one to each province: {first} to {last}",
    )


def _requests_come_in(story: Story) -> None:
    story.at(date(2022, 6, 30))
    asked = imports.proposals(EXAMPLES / "fy2565_proposals.csv")
    with story.office.database.read() as transaction:
        there = subjects(transaction, CYCLE)
    path = EXAMPLES / "fy2565_change_requests.csv"
    drafts = imports.change_requests(path, there, asked)
    open_items(story.office, story.asking(), "change_request", CYCLE, drafts)
    places = _places(draft.organisation for draft in drafts)
    codes = {draft.content["indicator"] for draft in drafts}
    for place in places:
        where = Where({**REQUESTS, "organisation": (place,)})
        story.all(where, "submit", f"co-{place.lower()}")
    story.tell(
        f"{len(places)} จังหวัดขอเปลี่ยนแปลง {len(codes)} จาก 35 ตัวชี้วัด ({len(drafts)} คำขอ)",
        f"{len(places)} provinces ask for changes to {len(codes)} of 35 indicators "
        f"({len(drafts)} requests)",
    )
    story.at(date(2022, 7, 20))
    for agency, codes_of, stance, words in OPINIONS:
        where = Where({**REQUESTS, "code": codes_of})
        said = Said(agency, stance, words, story.now.date().isoformat())
        opine(story.office, story.asking(f"host-{agency.lower()}"), where, said)
    story.tell(
        f"หน่วยงานเจ้าภาพ {len(OPINIONS)} แห่งให้ความเห็น จัดกลุ่มตามตัวชี้วัด",
        f"{len(OPINIONS)} host agencies give their opinions, grouped by indicator",
    )


def _requests_are_decided(story: Story) -> None:
    story.at(date(2022, 7, 29))
    story.all(Where(REQUESTS), "propose", "anong")
    story.at(date(2022, 8, 18), 16)
    ref = "MTG-2565-004"
    story.meet(
        NewMeeting(
            ref,
            "WG-PROV",
            story.now.date(),
            "opdc-chair",
            "พิจารณาคำขอเปลี่ยนแปลงตัวชี้วัดของจังหวัด ปีงบประมาณ พ.ศ. 2565",
            resolutions=("เห็นชอบคำขอของ 7 ตัวชี้วัด", "ไม่เห็นชอบคำขอของ 2 ตัวชี้วัด (P16 และ P23)"),
        )
    )
    yes = story.all(Where({**REQUESTS, "code": APPROVED}), "approve", "prasit", meeting=ref)
    no = story.all(
        Where({**REQUESTS, "code": REJECTED}),
        "reject",
        "prasit",
        meeting=ref,
        comment="หน่วยงานเจ้าภาพไม่เห็นด้วย และไม่เป็นเหตุที่ควบคุมไม่ได้",
    )
    story.tell(
        f"คณะทำงานพิจารณาในคราวเดียว: เห็นชอบ {yes} ไม่เห็นชอบ {no}",
        f"The working group decides in one meeting: {yes} approved, {no} rejected",
    )
    story.add(
        f"ตัวชี้วัดของจังหวัดเป็นรุ่นใหม่ {yes} รายการ ในธุรกรรมเดียวกัน",
        f"{yes} indicators have a new revision, made in the same transaction",
    )
    story.at(date(2022, 8, 31))
    story.write(ref, "meeting_minutes", "anong", OPDC)
    letters = story.write(ref, "decision_on_change_request", "anong", OPDC)
    first, last = letters[0]["printed"], letters[-1]["printed"]
    story.add(
        f"หนังสือแจ้งผล {len(letters)} ฉบับ จังหวัดละฉบับ: {first} ถึง {last}",
        f"{len(letters)} letters of decision, one to each province: {first} to {last}",
    )


def _places(codes: Iterable[str]) -> list[str]:
    return sorted(set(codes))


def _unseen(story: Story) -> bool:
    """No bar where nobody watches: the same run twice gives the same output."""
    return story.screen.json or not story.screen.colour
