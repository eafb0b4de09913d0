"""FY2564: six indicators of the Office of the Permanent Secretary, on the days of its report."""

import csv
from collections.abc import Callable
from datetime import date

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
OPS = "OPS-MOI"
SET = Where({"cycle": (CYCLE,), "workflow": ("indicator_department",)})
REPORTS = {"9": "REP-2564-0001", "12": "REP-2564-0002"}
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
        story.at(date.fromisoformat(row["date"]))
        if row["kind"] == "information_request":
            rounds += 1
            _information_round(story, rounds)
        else:
            TELLINGS[row["date"]](story)


def _timeline() -> list[dict[str, str]]:
    with (EXAMPLES / "fy2564_timeline.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _cycle(classification: str) -> NewCycle:
    dates, calendar = split(load(calendar_of(CYCLE)), government())
    return NewCycle(
        CYCLE,
        2564,
        "departments",
        "การประเมินส่วนราชการ ประจำปีงบประมาณ พ.ศ. 2564",
        "Evaluation of departments, FY2564",
        classification,
        plain(FRAMEWORK),
        dates,
        calendar,
    )


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
    story.tell(
        "สำนักงาน ก.พ.ร. ส่งรายละเอียดที่ยืนยัน สำเนาถึง รมว.มท. (เดือนกุมภาพันธ์)",
        "OPDC sends the confirmed details, with a copy for the minister (in February)",
    )
    story.add(
        f"เทียบกับที่เสนอ: ต่าง 1 ตัวชี้วัด (anumat diff {_ref(story, '5')}) นอกนั้นตรงกัน",
        f"compared with what was submitted: 1 differs (anumat diff {_ref(story, '5')})",
    )
    number = story.all(SET, "accept", "somying")
    letter = {"letter_number": "มท 0201.2/ว 1", "letter_date": story.now.date().isoformat()}
    story.all(SET, "notify", "somying", **letter)
    story.add(
        f"รับทราบ {number} ตัวชี้วัด และแจ้งหน่วยงานในสังกัด",
        f"{number} accepted, and the units notified",
    )


def _nine_months(story: Story) -> None:
    _open_report(story, "9")
    for trigger, person in REPORTING:
        story.step(REPORTS["9"], trigger, person)
    story.tell("รายงานผลรอบ 9 เดือนต่อกระทรวง", "The 9-month results are reported to the ministry")


def _cabinet(story: Story) -> None:
    open_cycle(story.office, story.asking(), _cycle("monitored"))
    story.tell(
        "มติคณะรัฐมนตรี: ปี 2564 ติดตามผลโดยไม่จัดประเภท",
        "Cabinet resolution: FY2564 is monitored, not classified",
    )


def _window_opens(story: Story) -> None:
    _open_report(story, "12")
    story.step(REPORTS["12"], "open_window", "anong")
    story.tell("เปิดระบบ e-SAR รอบ 12 เดือน", "The e-SAR window for 12 months opens")


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
    rolled = story.screen.day(government().rolled(story.now.date()))
    story.tell(
        "กำหนดกรมรายงานผล ปัญหา และอุปสรรคต่อกระทรวง",
        "Departments' results and obstacles are due at the ministry",
    )
    story.add(
        f"เป็นวันหยุดราชการ วันทำการถัดไปคือ {rolled}",
        f"a public holiday: the next working day is {rolled}",
    )


REPORTING = (
    ("open_window", "anong"),
    ("submit", "ratree"),
    ("endorse", "somying"),
    ("approve", "ps-moi"),
)
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


def _open_report(story: Story, months: str) -> None:
    draft = Draft(OPS, {"months": months})
    asking = story.asking("somying")
    open_items(story.office, asking, "performance_report", CYCLE, [draft])


def _ref(story: Story, code: str) -> str:
    return story.ref(Where({"cycle": (CYCLE,), "code": (code,), "content": ("indicator",)}))
