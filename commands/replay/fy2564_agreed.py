"""FY2564 from the briefing until the indicators are confirmed, on the days of the report."""

from commands.replay.story import EXAMPLES, Story
from engine.calendar import split
from engine.cycles import NewCycle, NewMeeting, open_cycle
from engine.items import Draft, open_items
from engine.load import Where
from engine.revisions import revise
from workflows import imports
from workflows.calendars import government
from workflows.calendars.reading import calendar_of, load
from workflows.content.parts import plain
from workflows.rules import FRAMEWORK
from workflows.sets import whole_sets

CYCLE = "2564-departments"
MINISTRY = "2564-moi"
TITLES = {
    CYCLE: ("การประเมินส่วนราชการ ประจำปีงบประมาณ พ.ศ. 2564", "Evaluation of departments, FY2564"),
    MINISTRY: (
        "การรายงานผลของกรมต่อ มท. ปีงบประมาณ พ.ศ. 2564",
        "Departments' reports to the ministry, FY2564",
    ),
}
OPS, OPDC = "OPS-MOI", "OPDC"
CDD = "CDD"
SET = Where({"cycle": (CYCLE,), "workflow": ("indicator_department",)})
REPORTS = {"9": "REP-2564-0001", "12": "REP-2564-0002"}
QUESTIONS = (
    "ขอรายละเอียดสูตรการคำนวณและแหล่งข้อมูลของทุกตัวชี้วัด",
    "ขอข้อมูลพื้นฐานย้อนหลังประกอบค่าเป้าหมาย",
    "ขอเหตุผลประกอบน้ำหนักของตัวชี้วัดย่อย",
    "ขอความชัดเจนของเกณฑ์การให้คะแนน",
)


def cycle_of(classification: str, code: str = CYCLE) -> NewCycle:
    shipped = load(calendar_of(code))
    dates, calendar = split(shipped, government())
    th, en = TITLES[code]
    rules = plain(FRAMEWORK)
    return NewCycle(code, 2564, "departments", th, en, classification, rules, dates, calendar)


def briefing(story: Story) -> None:
    story.tell("สำนักงาน ก.พ.ร. ชี้แจงกรอบการประเมินปี 2564", "OPDC briefs on the FY2564 framework")
    open_cycle(story.office, story.asking(), cycle_of("classified"))
    drafts = imports.indicators(EXAMPLES / "fy2564_ops_moi_indicators.csv", organisation=OPS)
    check = whole_sets(story.office.definitions)
    asking = story.asking("somying")
    opened = open_items(story.office, asking, "indicator_department", CYCLE, drafts, check)
    number = len(opened["opened"])
    story.add(
        f"นำเข้าร่างตัวชี้วัดของ สป.มท. {number} ตัวชี้วัด น้ำหนักรวม 100 (70/30)",
        f"{number} draft indicators of the office brought in, weights 100 (70/30)",
    )
    [letter] = story.write(CYCLE, "invitation_to_draft", "anong", OPDC)
    story.add(
        f"หนังสือเวียน {letter['printed']} แจ้งกำหนดการและขอให้จัดทำร่าง",
        f"circular {letter['printed']}: the dates, and the invitation to draft",
    )


def working_group(story: Story) -> None:
    story.all(SET, "submit", "somying")
    story.at(story.now.date(), 16)
    story.meet(
        NewMeeting(
            "MTG-2563-001",
            "IWG-OPS",
            story.now.date(),
            "boonchai",
            "พิจารณา (ร่าง) ตัวชี้วัดของ สป.มท. ปีงบประมาณ พ.ศ. 2564",
            resolutions=("เห็นชอบ (ร่าง) ตัวชี้วัด 6 ตัวชี้วัด เสนอคณะกรรมการฯ",),
        )
    )
    number = story.all(SET, "endorse", "wichai", meeting="MTG-2563-001")
    story.tell(
        f"คณะทำงานของ สป.มท. เห็นชอบ {number} ตัวชี้วัด ประธาน: รอง ปมท. (บ)",
        f"The internal working group endorses {number}; a deputy permanent secretary chairs",
    )


def committee(story: Story) -> None:
    story.at(story.now.date(), 16)
    story.meet(
        NewMeeting(
            "MTG-2563-002",
            "MEC-MOI",
            story.now.date(),
            "nirat",
            "พิจารณา (ร่าง) ตัวชี้วัดของกรมในสังกัด มท.",
            chair_for="ps-moi",
            delegation="ปมท. มอบหมาย",
            resolutions=("เห็นชอบ และให้ส่งสำนักงาน ก.พ.ร. ภายในวันที่ 30 ตุลาคม 2563",),
        )
    )
    number = story.all(SET, "endorse", "malee", meeting="MTG-2563-002")
    story.tell(
        f"คณะกรรมการของ มท. เห็นชอบ {number} ตัวชี้วัด ประธาน: นายนิรัตน์ แทน ปมท.",
        f"The ministry's committee endorses {number}; Mr Nirat in the chair, delegated by the "
        "permanent secretary",
    )


def submission(story: Story) -> None:
    number = story.all(SET, "submit_to_opdc", "somying")
    story.tell(
        f"ส่งร่างตัวชี้วัดและเกณฑ์ {number} ตัวชี้วัดถึงสำนักงาน ก.พ.ร. ทันกำหนด",
        f"{number} drafts with their criteria reach OPDC, on the day they are due",
    )


def information_round(story: Story, number: int) -> None:
    story.all(SET, "ask_information", "anong", comment=QUESTIONS[number - 1])
    [letter] = story.write(ref_of(story, "1"), "information_request", "anong", OPDC)
    story.at(story.now.date(), 13)
    if number == len(QUESTIONS):
        criteria = "คะแนนเต็มเมื่อเรื่องร้องเรียนได้ข้อยุติตามเป้าหมาย คิดคะแนนตามสัดส่วน"
        changes = {"scoring_criteria_th": criteria, "unit": "ร้อยละ"}
        revise(story.office, story.asking("somying"), ref_of(story, "5"), changes)
    story.all(SET, "answer", "somying", comment=f"คำตอบครั้งที่ {number} พร้อมเอกสารประกอบ")
    story.at(story.now.date(), 15)
    done = story.all(SET, "approve_answer", "ps-moi")
    story.tell(
        f"สำนักงาน ก.พ.ร. ขอข้อมูลครั้งที่ {number} ตอบโดยความเห็นชอบของ ปมท. ({done} ตัวชี้วัด)",
        f"OPDC asks for information, round {number}; answered with the permanent secretary's "
        f"approval ({done} indicators)",
    )
    story.add(f"หนังสือ {letter['printed']} ถึง สป.มท.", f"letter {letter['printed']} to the office")


def approval(story: Story) -> None:
    story.meet(
        NewMeeting(
            "MTG-2563-003", "WG-DEPT", story.now.date(), "opdc-chair", "พิจารณาตัวชี้วัดของกรมในสังกัด มท."
        )
    )
    number = story.all(SET, "approve", "anong", meeting="MTG-2563-003")
    story.tell(
        f"คณะทำงานของสำนักงาน ก.พ.ร. เห็นชอบ {number} ตัวชี้วัด (ภายในเดือนธันวาคม)",
        f"OPDC's working group approves {number} (within December)",
    )


def confirmation(story: Story) -> None:
    [letter] = story.write("MTG-2563-003", "notice_of_approval", "anong", OPDC)
    story.tell(
        f"สำนักงาน ก.พ.ร. ส่งรายละเอียดที่ยืนยัน ({letter['printed']}) สำเนาถึง รมว.มท. (เดือนกุมภาพันธ์)",
        f"OPDC sends the confirmed details ({letter['printed']}), with a copy for the minister "
        "(in February)",
    )
    story.add(
        f"เทียบกับที่เสนอ: ต่าง 1 ตัวชี้วัด (anumat diff {ref_of(story, '5')}) นอกนั้นตรงกัน",
        f"compared with what was submitted: 1 differs (anumat diff {ref_of(story, '5')})",
    )
    story.at(story.now.date(), 14)
    number = story.all(SET, "accept", "somying")
    story.tell(f"สป.มท. รับทราบ {number} ตัวชี้วัด", f"The office accepts {number}")
    story.tick()
    [memo] = story.write(ref_of(story, "1"), "confirmation_to_units", "somying", OPS)
    story.add(
        f"บันทึก {memo['printed']} แจ้งยืนยันแก่หน่วยงานในสังกัด",
        f"memo {memo['printed']} confirms them to the units",
    )
    for months in REPORTS:
        open_report(story, months)
    story.add(
        "เตรียมรายงานรอบ 9 และ 12 เดือน: ระบบจะเปิดให้เองตามปฏิทิน",
        "the reports for 9 and 12 months are prepared: they open by themselves, by the calendar",
    )


def open_report(story: Story, months: str, place: str = OPS, cycle: str = CYCLE) -> None:
    draft = Draft(place, {"months": months})
    asking = story.asking("somying" if place == OPS else "chuchai")
    open_items(story.office, asking, "performance_report", cycle, [draft])


def ref_of(story: Story, code: str) -> str:
    return story.ref(Where({"cycle": (CYCLE,), "code": (code,), "content": ("indicator",)}))
