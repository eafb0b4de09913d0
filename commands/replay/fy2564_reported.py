"""FY2564 from the results of nine months to the reports of all departments; some days and names are
made up, and are told as such."""

from datetime import date

from commands.replay.fy2564_agreed import CDD, CYCLE, MINISTRY, OPDC, REPORTS, cycle_of, open_report
from commands.replay.story import Story
from engine.cycles import open_cycle
from engine.due import open_days
from engine.load import one

LATE, TO_MINISTRY = "REP-2564-0003", "REP-2564-0004"  # of the other department
REPORTING = (
    ("submit", "ratree"),
    ("endorse", "somying"),
    ("approve", "ps-moi"),
)
OTHERS = (("submit", "lamai"), ("endorse", "chuchai"), ("approve", "ps-moi"))


def nine_months(story: Story) -> None:
    for trigger, person in REPORTING:
        story.step(REPORTS["9"], trigger, person)
    story.tell("รายงานผลรอบ 9 เดือนต่อกระทรวง", "The 9-month results are reported to the ministry")


def cabinet(story: Story) -> None:
    open_cycle(story.office, story.asking(), cycle_of("monitored"))
    story.tell(
        "มติคณะรัฐมนตรี: ปี 2564 ติดตามผลโดยไม่จัดประเภท",
        "Cabinet resolution: FY2564 is monitored, not classified",
    )
    [letter] = story.write(CYCLE, "monitoring_only", "anong", OPDC)
    story.add(f"หนังสือเวียน {letter['printed']}", f"circular {letter['printed']}")
    open_cycle(story.office, story.asking(), cycle_of("monitored", MINISTRY))
    open_report(story, "12", CDD)
    open_report(story, "12", CDD, MINISTRY)
    story.add(
        "มท. เปิดรอบรับรายงานผลของกรม (ตัวอย่าง: กรมการพัฒนาชุมชน วันที่ของกรมสมมติ)",
        "the ministry will collect its departments' results (here: Community Development; its days "
        "are made up)",
    )


def window_opens(story: Story) -> None:
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


def closing_soon(story: Story) -> None:
    story.at(date(2021, 10, 1))
    [letter] = story.write(CYCLE, "esar_window_closes", "anong", OPDC)
    story.tell(
        f"หนังสือเวียน {letter['printed']} แจ้งใกล้ปิดระบบ e-SAR",
        f"Circular {letter['printed']}: e-SAR is about to close",
    )


def units_report(story: Story) -> None:
    story.step(REPORTS["12"], "submit", "ratree")
    story.tell(
        "หน่วยงานหลักส่งรายงานให้ กพร.สป. (กำหนดภายใน)",
        "The lead units report to the coordinator (internal deadline)",
    )


def window_closes(story: Story) -> None:
    story.step(REPORTS["12"], "endorse", "somying")
    story.at(story.now.date(), 14)
    story.step(REPORTS["12"], "approve", "ps-moi")
    story.tell(
        "ปมท. เห็นชอบ รายงานในระบบ e-SAR ก่อนปิด",
        "The permanent secretary approves; entered into e-SAR before it closes",
    )


def departments(story: Story) -> None:
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


def next_working_day(story: Story) -> None:
    story.at(date(2021, 10, 25), 14)
    for trigger, person in OTHERS[1:]:
        story.step(TO_MINISTRY, trigger, person)
    story.tell(
        "กรมการพัฒนาชุมชนรายงานต่อกระทรวง ทันกำหนด",
        "Community Development reports to the ministry, in time",
    )


def late_report(story: Story) -> None:
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
