"""An office with people, meetings and items, for tests of everything that needs one.

Its clock stands still until a test moves it; every command of a test is asked at that time.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine import advance, audit, cycles, enrol, items, loader, opinions, register
from engine.broken import Broken
from engine.case import Given
from engine.clock import SetClock
from engine.database import Database
from engine.errors import AnumatError
from engine.load import Where
from engine.office import Answer, Office
from engine.people import Asking
from engine.replay import COLUMNS, ItemState
from engine.tables import Item, table
from engine.vocabulary import Vocabulary
from notifications.kinds import LETTERS
from workflows.content.parts import plain
from workflows.rules import FRAMEWORK
from workflows.shipped import definitions, vocabulary

VOCABULARY = vocabulary(LETTERS)
BEGIN = datetime(2021, 2, 1, 2, tzinfo=UTC)  # 09:00 in Bangkok
OCTOBER = date(2020, 10, 1)
NEVER = "9999"  # an instant behind every other

ORGANISATIONS = (
    ("MOI", "กระทรวงมหาดไทย", "ministry", ""),
    ("OPS", "สำนักงานปลัดกระทรวงมหาดไทย", "office", "MOI"),
    ("DLA", "กรมส่งเสริมการปกครองท้องถิ่น", "department", "MOI"),
    ("MOPH", "กระทรวงสาธารณสุข", "ministry", ""),
    ("CMI", "จังหวัดเชียงใหม่", "province", ""),
    ("IWG", "คณะทำงานตัวชี้วัดของกระทรวง", "internal_working_group", ""),
    ("MC", "คณะกรรมการของกระทรวง", "ministry_committee", ""),
    ("WG", "คณะทำงานของสำนักงาน ก.พ.ร.", "working_group", ""),
    ("SC", "คณะกรรมการกำกับการประเมินผลฯ", "steering_committee", ""),
    ("SUB", "อ.ก.พ.ร. เกี่ยวกับการประเมินผล", "sub_commission", ""),
)
# Person: the roles that they hold, and for which organisation (`*`: for all).
PEOPLE: Mapping[str, Sequence[tuple[str, str]]] = {
    "somying": [("coordinator", "MOI")],
    "somsak": [("coordinator", "MOI")],
    "chiang": [("coordinator", "CMI")],
    "wipa": [("working_group_secretary", "*")],
    "wit": [("working_group_secretary", "*")],
    "kanda": [("committee_secretary", "*")],
    "orn": [("opdc_analyst", "*")],
    "oat": [("opdc_analyst", "*")],
    "palat": [("permanent_secretary", "MOI")],
    "governor": [("governor", "CMI")],
    "suda": [("sub_commission_secretary", "*")],
    "hathai": [("host_agency", "DLA")],
    "lek": [("lead_unit", "OPS")],
    "esar": [("esar_officer", "*")],
    "both": [("coordinator", "*"), ("working_group_secretary", "*"), ("opdc_analyst", "*"),
             ("committee_secretary", "*"), ("permanent_secretary", "*"), ("governor", "*")],
    "nobody": [],
}  # fmt: skip
# A meeting of each body is called after it.
BODIES = ("IWG", "MC", "WG", "SC", "SUB")

Path = Sequence[tuple[str, str, Mapping[str, str]]]
LETTER = {"letter_number": "นร 1201/ว 15", "letter_date": "2021-01-29"}
# The shortest way of each workflow from its first state to its end.
DEPARTMENT: Path = (
    ("submit", "somying", {}),
    ("endorse", "wipa", {"meeting": "M-IWG"}),
    ("endorse", "kanda", {"meeting": "M-MC"}),
    ("submit_to_opdc", "somying", {}),
    ("approve", "orn", {"meeting": "M-WG"}),
    ("accept", "somying", {}),
    ("notify", "somying", LETTER),
)
PROVINCE: Path = (
    ("submit", "chiang", {}),
    ("propose", "orn", {}),
    ("endorse", "kanda", {"meeting": "M-SC"}),
    ("approve", "suda", {"meeting": "M-SUB"}),
    ("notify", "orn", LETTER),
)
REQUEST: Path = (
    ("submit", "chiang", {}),
    ("opine", "hathai", {}),
    ("propose", "orn", {}),
    ("approve", "wipa", {"meeting": "M-WG"}),
    ("notify", "orn", LETTER),
)
REPORT: Path = (
    ("open_window", "esar", {}),
    ("submit", "lek", {}),
    ("endorse", "somying", {}),
    ("approve", "palat", {}),
)


class Desk(Office):
    """An office with a clock that a test can set."""

    def __init__(self, database: Database, words: Vocabulary = VOCABULARY) -> None:
        super().__init__(database, words)
        self.clock = SetClock(BEGIN)

    def asking(self, person: str | None = None, key: str | None = None) -> Asking:
        return Asking(person, "tester", self.clock.now(), key)

    def later(self, **span: float) -> datetime:
        """Move the clock on; the new time."""
        self.clock.at += timedelta(**(span or {"seconds": 1}))
        return self.clock.at


def an_office(database_url: str, simulation: bool = True, words: Vocabulary = VOCABULARY) -> Desk:
    """Found it in a fresh database, with definitions, people, grants, cycles and meetings."""
    database = Database.open(database_url)
    founder = Asking(None, "tester", BEGIN)
    register.found(database, founder, simulation=simulation)
    office = Desk(database, words)
    for path in definitions():
        cycles.publish(office, founder, loader.load(path, words))
    places = [enrol.NewOrganisation(c, th, c.title(), k, p) for c, th, k, p in ORGANISATIONS]
    enrol.organisations(office, founder, places)
    enrol.people(office, founder, [enrol.NewPerson(c, f"คุณ{c}", c.title()) for c in PEOPLE])
    held = [(person, *each) for person, grants in PEOPLE.items() for each in grants]
    enrol.grants(office, founder, [enrol.NewGrant(p, r, o, OCTOBER) for p, r, o in held])
    rules = plain(FRAMEWORK)
    for code, track in (("2564-d", "departments"), ("2564-p", "provinces")):
        new = cycles.NewCycle(code, 2564, track, code, code, rules=rules)
        cycles.open_cycle(office, founder, new)
    free = cycles.NewCycle("2564-free", 2564, "departments", "free", "free")  # of rules for sets
    cycles.open_cycle(office, founder, free)
    for body in BODIES:
        meet(office, body, date(2021, 1, 29))
    return office


def meet(office: Desk, body: str, held_on: date, ref: str = "") -> str:
    new = cycles.NewMeeting(ref or f"M-{body}", body, held_on, "palat")
    cycles.record_meeting(office, office.asking(), new)
    return new.ref


def step(
    office: Desk,
    ref: str,
    trigger: str,
    person: str | None,
    *,
    key: str | None = None,
    **given: str,
) -> Answer:
    """One step at the office's time; `opine` is the host agency's opinion."""
    if trigger == "opine":
        said = opinions.Said(given.pop("organisation", "DLA"), "support", "เห็นชอบ", **given)
        return opinions.opine(office, office.asking(person, key), Where({"ref": [ref]}), said)
    return advance.advance(office, office.asking(person, key), ref, trigger, Given(**given))


def walk(office: Desk, ref: str, path: Path) -> None:
    """Take the steps, a minute after each other."""
    for trigger, person, given in path:
        office.later(minutes=1)
        step(office, ref, trigger, person, **given)


def refusal(
    office: Desk, ref: str, trigger: str, person: str | None, **given: str
) -> dict[str, str]:
    """The refused step's reasons: what was said in English by code."""
    before = dump(office)
    try:
        step(office, ref, trigger, person, **given)
    except AnumatError as error:
        assert dump(office) == before, "a refused step changed something"
        return {reason.code: reason.en for reason in error.reasons}
    raise AssertionError(f"{trigger} of {ref} by {person} was not refused")


def draft(code: str, weight: str = "10", organisation: str = "OPS", **more: Any) -> items.Draft:
    base = {"code": code, "name_th": f"ตัวชี้วัดที่ {code}", "component": "performance_base"}
    return items.Draft(organisation, base | {"weight": weight} | more)


def drafts(organisation: str = "OPS") -> list[items.Draft]:
    """A whole set that keeps the framework's rules: 70 and 30, one mandatory."""
    return [
        draft("1", "40", organisation),
        draft("2", "30", organisation),
        draft("3", "30", organisation, component="potential_base", mandatory=True),
    ]


def opened(
    office: Desk,
    person: str | None = None,
    workflow: str = "indicator_department",
    cycle: str = "2564-d",
    of: Sequence[items.Draft] | None = None,
) -> list[str]:
    """Open a set (the whole one of OPS, if not said); the references."""
    answer = items.open_items(office, office.asking(person), workflow, cycle, of or drafts())
    return [item["ref"] for item in answer["opened"]]


def settled(office: Desk) -> str:
    """A notified indicator of the province: something that a request can change."""
    first, *_ = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    walk(office, first, PROVINCE)
    return first


def requested(office: Desk, subject: str, person: str = "chiang", **more: Any) -> str:
    """A request to change the target of an indicator, with a host agency to ask."""
    base = {"indicator": "1", "kind": "target", "reason_th": "น้ำท่วม", "host_agency": "DLA"}
    content = base | {"changes": {"target_100": "90"}} | more
    of = [items.Draft("CMI", content, subject)]
    [ref] = opened(office, person, "change_request", "2564-p", of)
    return ref


def reported(office: Desk) -> str:
    of = [items.Draft("OPS", {"months": "12", "results": [{"code": "1", "value": "80"}]})]
    [ref] = opened(office, "somying", "performance_report", "2564-d", of)
    return ref


def live(office: Desk, ref: str) -> ItemState:
    """An item's row as it stands in the table."""
    columns = [table(Item).c[name] for name in COLUMNS]
    with office.database.read() as tx:
        [row] = tx.ask(select(*columns).where(table(Item).c.ref == ref))
    return ItemState(*row)


def dump(office: Desk, *names: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables (or of the named ones), in one order."""
    found = table(Item).metadata.tables
    with office.database.read() as tx:
        return {n: sorted(tx.ask(select(*found[n].c))) for n in (names or sorted(found))}


def broken(office: Desk) -> list[Broken]:
    """What `audit verify` finds."""
    with office.database.read() as tx:
        return list(audit.verify(tx, audit.Checked()))
