"""FY2564: six indicators of the Office of the Permanent Secretary, on the days of its report."""

import csv
from collections.abc import Callable
from datetime import date

from commands.replay.story import EXAMPLES, Story
from engine.calendar import split
from engine.cycles import NewCycle, NewMeeting, open_cycle
from engine.due import open_days
from engine.items import Draft, open_items
from engine.load import Where, one
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
LATE, TO_MINISTRY = "REP-2564-0003", "REP-2564-0004"  # of the other department
QUESTIONS = (
    "ขอรายละเอียดสูตรการคำนวณและแหล่งข้อมูลของทุกตัวชี้วัด",
    "ขอข้อมูลพื้นฐานย้อนหลังประกอบค่าเป้าหมาย",
    "ขอเหตุผลประกอบน้ำหนักของตัวชี้วัดย่อย",
    "ขอความชัดเจนของเกณฑ์การให้คะแนน",
)


def tell(story: Story) -> None:
    """Go through the timeline, day by day; each of its rows has a telling below."""
    rounds = 0
    for row in _timeline():
        if row["date"] in BEFORE:
            BEFORE[row["date"]](story)
        story.at(date.fromisoformat(row["date"]))
        if row["kind"] == "information_request":
            rounds += 1
            _information_round(story, rounds)
        else:
            TELLINGS[row["date"]](story)
    _next_working_day(story)


def _timeline() -> list[dict[str, str]]:
    with (EXAMPLES / "fy2564_timeline.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _cycle(classification: str, code: str = CYCLE) -> NewCycle:
    shipped = load(calendar_of(code))
    dates, calendar = split(shipped, government())
    th, en = TITLES[code]
    rules = plain(FRAMEWORK)
    return NewCycle(code, 2564, "departments", th, en, classification, rules, dates, calendar)


def _briefing(story: Story) -> None:
    story.tell("สำนักงาน ก.พ.ร. ชี้แจงกรอบการประเมินปี 2564", "OPDC briefs on the FY2564 framework")
    open_cycle(story.office, story.asking(), _cycle("classified"))
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


def _working_group(story: Story) -> None:
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


def _committee(story: Story) -> None:
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


def _submission(story: Story) -> None:
    number = story.all(SET, "submit_to_opdc", "somying")
    story.tell(
        f"ส่งร่างตัวชี้วัดและเกณฑ์ {number} ตัวชี้วัดถึงสำนักงาน ก.พ.ร. ทันกำหนด",
        f"{number} drafts with their criteria reach OPDC, on the day they are due",
    )


def _information_round(story: Story, number: int) -> None:
    story.all(SET, "ask_information", "anong", comment=QUESTIONS[number - 1])
    [letter] = story.write(_ref(story, "1"), "information_request", "anong", OPDC)
    story.at(story.now.date(), 13)
    if number == len(QUESTIONS):
        criteria = "คะแนนเต็มเมื่อเรื่องร้องเรียนได้ข้อยุติตามเป้าหมาย คิดคะแนนตามสัดส่วน"
        changes = {"scoring_criteria_th": criteria, "unit": "ร้อยละ"}
        revise(story.office, story.asking("somying"), _ref(story, "5"), changes)
    story.all(SET, "answer", "somying", comment=f"คำตอบครั้งที่ {number} พร้อมเอกสารประกอบ")
    story.at(story.now.date(), 15)
    done = story.all(SET, "approve_answer", "ps-moi")
    story.tell(
        f"สำนักงาน ก.พ.ร. ขอข้อมูลครั้งที่ {number} ตอบโดยความเห็นชอบของ ปมท. ({done} ตัวชี้วัด)",
        f"OPDC asks for information, round {number}; answered with the permanent secretary's "
        f"approval ({done} indicators)",
    )
    story.add(f"หนังสือ {letter['printed']} ถึง สป.มท.", f"letter {letter['printed']} to the office")


def _approval(story: Story) -> None:
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


def _confirmation(story: Story) -> None:
    [letter] = story.write("MTG-2563-003", "notice_of_approval", "anong", OPDC)
    story.tell(
        f"สำนักงาน ก.พ.ร. ส่งรายละเอียดที่ยืนยัน ({letter['printed']}) สำเนาถึง รมว.มท. (เดือนกุมภาพันธ์)",
        f"OPDC sends the confirmed details ({letter['printed']}), with a copy for the minister "
        "(in February)",
    )
    story.add(
        f"เทียบกับที่เสนอ: ต่าง 1 ตัวชี้วัด (anumat diff {_ref(story, '5')}) นอกนั้นตรงกัน",
        f"compared with what was submitted: 1 differs (anumat diff {_ref(story, '5')})",
    )
    story.at(story.now.date(), 14)
    number = story.all(SET, "accept", "somying")
    story.tell(f"สป.มท. รับทราบ {number} ตัวชี้วัด", f"The office accepts {number}")
    story.tick()
    [memo] = story.write(_ref(story, "1"), "confirmation_to_units", "somying", OPS)
    story.add(
        f"บันทึก {memo['printed']} แจ้งยืนยันแก่หน่วยงานในสังกัด",
        f"memo {memo['printed']} confirms them to the units",
    )
    for months in REPORTS:
        _open_report(story, months)
    story.add(
        "เตรียมรายงานรอบ 9 และ 12 เดือน: ระบบจะเปิดให้เองตามปฏิทิน",
        "the reports for 9 and 12 months are prepared: they open by themselves, by the calendar",
    )


def _nine_months(story: Story) -> None:
    for trigger, person in REPORTING:
        story.step(REPORTS["9"], trigger, person)
    story.tell("รายงานผลรอบ 9 เดือนต่อกระทรวง", "The 9-month results are reported to the ministry")


def _cabinet(story: Story) -> None:
    open_cycle(story.office, story.asking(), _cycle("monitored"))
    story.tell(
        "มติคณะรัฐมนตรี: ปี 2564 ติดตามผลโดยไม่จัดประเภท",
        "Cabinet resolution: FY2564 is monitored, not classified",
    )
    [letter] = story.write(CYCLE, "monitoring_only", "anong", OPDC)
    story.add(f"หนังสือเวียน {letter['printed']}", f"circular {letter['printed']}")
    open_cycle(story.office, story.asking(), _cycle("monitored", MINISTRY))
    _open_report(story, "12", CDD)
    _open_report(story, "12", CDD, MINISTRY)
    story.add(
        "มท. เปิดรอบรับรายงานผลของกรม (ตัวอย่าง: กรมการพัฒนาชุมชน วันที่ของกรมสมมติ)",
        "the ministry will collect its departments' results (here: Community Development; its days "
        "are made up)",
    )


def _window_opens(story: Story) -> None:
    story.add(
        "e-SAR รอบ 12 เดือนเปิดรับถึง 15 ตุลาคม",
        "e-SAR takes the reports for 12 months until 15 October",
    )
    story.at(date(2021, 8, 2))  # the day before was a Sunday
    [letter] = story.write(CYCLE, "esar_window_opens", "anong", OPDC)
    story.tell(
        f"หนังสือเวียน {letter['printed']} แจ้งเปิดระบบ e-SAR",
        f"Circular {letter['printed']}: e-SAR is open",
    )


def _closing_soon(story: Story) -> None:
    story.at(date(2021, 10, 1))
    [letter] = story.write(CYCLE, "esar_window_closes", "anong", OPDC)
    story.tell(
        f"หนังสือเวียน {letter['printed']} แจ้งใกล้ปิดระบบ e-SAR",
        f"Circular {letter['printed']}: e-SAR is about to close",
    )


def _units_report(story: Story) -> None:
    story.step(REPORTS["12"], "submit", "ratree")
    story.tell(
        "หน่วยงานหลักส่งรายงานให้ กพร.สป. (กำหนดภายใน)",
        "The lead units report to the coordinator (internal deadline)",
    )


def _window_closes(story: Story) -> None:
    story.step(REPORTS["12"], "endorse", "somying")
    story.at(story.now.date(), 14)
    story.step(REPORTS["12"], "approve", "ps-moi")
    story.tell(
        "ปมท. เห็นชอบ รายงานในระบบ e-SAR ก่อนปิด",
        "The permanent secretary approves; entered into e-SAR before it closes",
    )


def _departments(story: Story) -> None:
    with story.office.database.read() as transaction:
        closes = open_days(one(transaction, TO_MINISTRY).item.due)["esar"].effective
    counts = story.screen.day(closes)
    story.tell(
        "กำหนดกรมรายงานผล ปัญหา และอุปสรรคต่อกระทรวง",
        "Departments' results and obstacles are due at the ministry",
    )
    story.add(
        f"เป็นวันหยุดราชการ (มติ ครม.) วันที่นับคือ {counts} ระบบจึงยังไม่ปิดรับ",
        f"a public holiday (cabinet): what counts is {counts}, so it does not close yet",
    )


def _next_working_day(story: Story) -> None:
    story.at(date(2021, 10, 25), 14)
    for trigger, person in OTHERS[1:]:
        story.step(TO_MINISTRY, trigger, person)
    story.tell(
        "กรมการพัฒนาชุมชนรายงานต่อกระทรวง ทันกำหนด",
        "Community Development reports to the ministry, in time",
    )


def _late_report(story: Story) -> None:
    """A department that missed the window: late is a recorded exception, with a right."""
    story.at(date(2021, 10, 18))
    reason = "ระบบของกรมขัดข้องในสัปดาห์สุดท้าย"
    story.step(LATE, "allow_late", "anong", comment=reason)
    for trigger, person in OTHERS:
        story.step(LATE, trigger, person)
    story.tell(
        f"ก.พ.ร. อนุญาตให้กรมการพัฒนาชุมชนส่งช้า: “{reason}” (สมมติ)",
        "OPDC allows Community Development a late report, with a reason (made up)",
    )
    story.at(date(2021, 10, 20), 10)
    story.step(TO_MINISTRY, *OTHERS[0])


REPORTING = (
    ("submit", "ratree"),
    ("endorse", "somying"),
    ("approve", "ps-moi"),
)
OTHERS = (("submit", "lamai"), ("endorse", "chuchai"), ("approve", "ps-moi"))
# What happens before a row of the timeline, on a day that the report does not name.
BEFORE: dict[str, Callable[[Story], None]] = {
    "2021-10-05": _closing_soon,
    "2021-10-22": _late_report,
}
TELLINGS: dict[str, Callable[[Story], None]] = {
    "2020-09-09": _briefing,
    "2020-10-15": _working_group,
    "2020-10-20": _committee,
    "2020-10-30": _submission,
    "2020-12-31": _approval,
    "2021-02-01": _confirmation,
    "2021-07-05": _nine_months,
    "2021-07-20": _cabinet,
    "2021-08-01": _window_opens,
    "2021-10-05": _units_report,
    "2021-10-15": _window_closes,
    "2021-10-22": _departments,
}


def _open_report(story: Story, months: str, place: str = OPS, cycle: str = CYCLE) -> None:
    draft = Draft(place, {"months": months})
    asking = story.asking("somying" if place == OPS else "chuchai")
    open_items(story.office, asking, "performance_report", cycle, [draft])


def _ref(story: Story, code: str) -> str:
    return story.ref(Where({"cycle": (CYCLE,), "code": (code,), "content": ("indicator",)}))
