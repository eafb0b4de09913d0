"""An office of a realistic shape, for the engine to work in: made by the engine itself."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from engine import advance, cycles, enrol, items, loader, register
from engine.case import Given
from engine.clock import stamp
from engine.database import Database
from engine.load import Where
from engine.office import Office
from engine.people import Asking
from engine.schema import migrate
from notifications.kinds import LETTERS
from workflows.content.parts import plain
from workflows.rules import FRAMEWORK
from workflows.shipped import definitions, vocabulary

WORKFLOW = "indicator_department"
WORDS = vocabulary(LETTERS)
BEGIN = datetime(2021, 2, 1, 2, tzinfo=UTC)
SINCE = date(2020, 10, 1)
SET = 5  # items of one organisation in one cycle: four of 17.5 and one of 30
OFFICES = 200
FULL_CYCLE = SET * OFFICES
MEETING = {"endorse": "M-IWG", "confirm": "M-MC", "approve": "M-WG"}
PEOPLE = {
    "somying": ("coordinator", "MOI"),
    "wipa": ("working_group_secretary", "*"),
    "kanda": ("committee_secretary", "*"),
    "orn": ("opdc_analyst", "*"),
    "palat": ("permanent_secretary", "MOI"),
}
BODIES = {
    "IWG": ("internal_working_group", "คณะทำงานตัวชี้วัดของกระทรวง"),
    "MC": ("ministry_committee", "คณะกรรมการกำกับตัวชี้วัดของกระทรวง"),
    "WG": ("working_group", "คณะทำงานของสำนักงาน ก.พ.ร."),
}
# Of a cycle with deadlines on the way, as an office announces them: all are still to come.
DATES = {
    "internal_draft": "2021-02-26",
    "draft_submission": "2021-03-15",
    "opdc_decision": "2021-04-30",
}
TITLE = "ระดับความสำเร็จในการพัฒนาระบบการพิสูจน์และยืนยันตัวตนทางดิจิทัล (DOPA-Digital ID)"


def asking(person: str | None = None, tick: int = 0) -> Asking:
    """`tick` moves the clock on by so many milliseconds."""
    return Asking(person, "bench", BEGIN + timedelta(milliseconds=tick))


def codes(amount: int = OFFICES) -> list[str]:
    return [f"D{number:03d}" for number in range(amount)]


def opened(url: str) -> Office:
    return Office.open(url, WORDS)


def found(url: str) -> None:
    """A new database with the definition, organisations, people, grants and meetings."""
    migrate(url)
    database = Database.open(url)
    register.found(database, asking(), simulation=False)
    database.close()
    office = opened(url)
    [path] = [each for each in definitions() if each.stem == WORKFLOW]
    cycles.publish(office, asking(), loader.load(path, WORDS))
    places = [enrol.NewOrganisation("MOI", "กระทรวงมหาดไทย", "Interior", "ministry")]
    places += [enrol.NewOrganisation(b, th, b, kind) for b, (kind, th) in BODIES.items()]
    places += [
        enrol.NewOrganisation(code, f"สำนักงานส่วนราชการที่ {code}", f"Office {code}", "office", "MOI")
        for code in codes()
    ]
    enrol.organisations(office, asking(), places)
    own = {f"co-{code}": ("coordinator", code) for code in codes()}
    held = PEOPLE | own
    enrol.people(
        office,
        asking(),
        [enrol.NewPerson(c, f"นางสาว{c} ใจดี", c.title(), "นักวิเคราะห์") for c in held],
    )
    enrol.grants(office, asking(), [enrol.NewGrant(p, r, o, SINCE) for p, (r, o) in held.items()])
    for body in BODIES:
        cycles.record_meeting(
            office, asking(), cycles.NewMeeting(f"M-{body}", body, date(2021, 1, 29), "palat")
        )
    office.close()


def fill(url: str, cycle: str, amount: int, *, submitted: bool, dated: bool = True) -> None:
    """Open a cycle, with its dates or without, and `amount` items in it, whole sets first; submit
    them, if wanted."""
    office = opened(url)
    rules, dates = plain(FRAMEWORK), DATES if dated else {}
    new = cycles.NewCycle(cycle, 2564, "departments", cycle, cycle, rules=rules, dates=dates)
    cycles.open_cycle(office, asking(), new)
    items.open_items(office, asking(), WORKFLOW, cycle, list(_drafts(amount)))
    if submitted:
        given = Given()
        answer = advance.bulk(office, asking("somying"), Where({"cycle": [cycle]}), "submit", given)
        if len(answer["done"]) != amount:
            raise RuntimeError(f"only {len(answer['done'])} of {amount} items could be submitted")
    office.close()


def at(tick: int) -> str:
    """The stored form of a moment."""
    return stamp(BEGIN + timedelta(milliseconds=tick))


def _drafts(amount: int) -> Iterator[items.Draft]:
    if amount % SET or amount > FULL_CYCLE:
        raise ValueError(f"{amount} items are no number of whole sets")
    for code in codes(amount // SET):
        for number in range(1, SET + 1):
            last = number == SET
            yield items.Draft(
                code,
                {
                    "code": str(number),
                    "name_th": f"{TITLE} {number}",
                    "component": "potential_base" if last else "performance_base",
                    "weight": "30" if last else "17.5",
                    "mandatory": last,
                    "unit": "ร้อยละ",
                    "definition_th": "ร้อยละของหน่วยงานที่ดำเนินการตามแผนได้แล้วเสร็จภายในเวลาที่กำหนด",
                    "target_50": "60", "target_75": "75", "target_100": "90",
                },
            )  # fmt: skip
