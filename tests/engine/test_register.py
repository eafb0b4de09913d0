"""What enters the register is checked whole, written whole, and each change of it is an event."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.audit import Checked, verify
from engine.canonical import digest, plain
from engine.clock import stamp
from engine.cycles import NewCycle, NewMeeting, open_cycle, publish, record_meeting
from engine.database import Database
from engine.definition import Workflow
from engine.enrol import NewGrant, NewOrganisation, NewPerson, grants, organisations, people
from engine.errors import Reason, Refusal, WrongUse
from engine.items import Draft, open_items
from engine.loader import load
from engine.office import Office
from engine.people import Asking
from engine.register import found, is_founded, record
from engine.tables import (
    REGISTER,
    Cycle,
    Definition,
    Event,
    Grant,
    Item,
    Meeting,
    Organisation,
    Person,
    Setting,
    Stream,
    table,
)
from notifications.kinds import LETTERS
from workflows.shipped import definitions, vocabulary

VOCABULARY = vocabulary(LETTERS)
NOW = datetime(2020, 10, 30, 2, tzinfo=UTC)
ASKING = Asking(None, "tester", NOW)
SINCE = date(2020, 10, 1)
TABLES = (Setting, Organisation, Person, Grant, Cycle, Definition, Meeting)
DEPARTMENT = next(
    load(path, VOCABULARY) for path in definitions() if path.stem == "indicator_department"
)

Entering = Callable[[], object]


@pytest.fixture
def house(database_url: str) -> Iterator[Office]:
    """A founded office with nobody in it, and the definition of departments."""
    database = Database.open(database_url)
    found(database, ASKING, simulation=False)
    database.close()
    office = Office.open(database_url, VOCABULARY)
    publish(office, ASKING, DEPARTMENT)
    yield office
    office.close()


def _rows(office: Office, model: Any) -> list[dict[str, Any]]:
    columns = [column.name for column in table(model).c]
    with office.database.read() as transaction:
        rows = transaction.rows(select(*table(model).c))
    return sorted((dict(zip(columns, row, strict=True)) for row in rows), key=str)


def _events(office: Office) -> list[dict[str, Any]]:
    statement = select(table(Event).c.document).where(table(Event).c.stream == REGISTER)
    with office.database.read() as transaction:
        rows = transaction.rows(statement.order_by(table(Event).c.seq))
    return [plain(row[0]) for row in rows]


def _everything(office: Office) -> list[Any]:
    return [_events(office), *(_rows(office, model) for model in (*TABLES, Stream))]


def _proved(office: Office) -> None:
    """The trail explains every row of the register."""
    with office.database.read() as transaction:
        assert list(verify(transaction, Checked())) == []


def _refused(office: Office, enter: Entering) -> list[Reason]:
    """The reasons; and nothing at all was changed."""
    before = _everything(office)
    with pytest.raises(WrongUse) as caught:
        enter()
    assert _everything(office) == before
    assert all(reason.th and reason.en for reason in caught.value.reasons)
    return list(caught.value.reasons)


def _place(code: str, parent: str = "", **more: str) -> NewOrganisation:
    return NewOrganisation(code, f"หน่วย {code}", f"Unit {code}", "agency", parent, **more)


def _paths(office: Office) -> dict[str, str]:
    return {row["code"]: row["path"] for row in _rows(office, Organisation)}


# --- Beginning -----------------------------------------------------------------------------------


@pytest.mark.parametrize("simulation", [False, True])
def test_an_office_begins_once(database_url: str, simulation: bool) -> None:
    database = Database.open(database_url)
    assert not is_founded(database)
    found(database, ASKING, simulation=simulation)
    assert is_founded(database)
    for again in (True, False):
        with pytest.raises(Refusal, match="in use already"):
            found(database, ASKING, simulation=again)
    database.close()
    office = Office.open(database_url, VOCABULARY)
    assert office.simulation is simulation
    assert {row["name"] for row in _rows(office, Setting)} == {"created_at", "simulation"}
    assert [event["row"]["name"] for event in _events(office)] == ["created_at", "simulation"]
    assert all(event.get("simulated", False) is simulation for event in _events(office))
    _proved(office)
    office.close()


def test_the_day_of_the_beginning_is_written_as_every_instant(database_url: str) -> None:
    database = Database.open(database_url)
    found(database, ASKING, simulation=False)
    settings = select(table(Setting).c.value).where(table(Setting).c.name == "created_at")
    with database.read() as transaction:
        assert transaction.rows(settings) == [(stamp(NOW),)]
    database.close()


# --- Organisations -------------------------------------------------------------------------------


def test_parents_may_stand_anywhere_in_the_file(house: Office) -> None:
    rows = [_place("D", "C"), _place("B", "A"), _place("C", "B"), _place("A"), _place("E", "A")]
    assert organisations(house, ASKING, rows) == {"added": 5, "changed": 0, "same": 0}
    expected = {"A": "/A/", "B": "/A/B/", "C": "/A/B/C/", "D": "/A/B/C/D/", "E": "/A/E/"}
    assert _paths(house) == expected
    for order in itertools.islice(itertools.permutations(rows), 0, 120, 17):
        assert organisations(house, ASKING, order) == {"added": 0, "changed": 0, "same": 5}
    assert _paths(house) == expected
    _proved(house)


def test_a_parent_may_be_there_already(house: Office) -> None:
    organisations(house, ASKING, [_place("A"), _place("B", "A")])
    organisations(house, ASKING, [_place("D", "C"), _place("C", "B")])
    assert _paths(house)["D"] == "/A/B/C/D/"


def test_every_unknown_parent_is_named_with_its_row(house: Office) -> None:
    rows = [
        _place("A", where="org.csv:2"),
        _place("B", "ZZ", where="org.csv:3"),
        _place("C", "B", where="org.csv:4"),
        _place("D", "YY", where="org.csv:5"),
    ]
    reasons = _refused(house, lambda: organisations(house, ASKING, rows))
    assert {reason.where for reason in reasons} >= {"org.csv:3", "org.csv:5"}
    assert {reason.code for reason in reasons} == {"parent"}
    assert "“ZZ”" in reasons[0].en
    assert _paths(house) == {}


@pytest.mark.parametrize(
    "circle", [{"A": "A"}, {"A": "B", "B": "A"}, {"A": "B", "B": "C", "C": "A", "D": "A"}]
)
def test_parents_do_not_go_in_a_circle(house: Office, circle: dict[str, str]) -> None:
    rows = [_place(code, parent) for code, parent in circle.items()]
    reasons = _refused(house, lambda: organisations(house, ASKING, rows))
    assert {reason.code for reason in reasons} == {"parent"}
    assert len(reasons) == len(circle)


def test_parents_do_not_go_in_a_circle_through_what_is_there(house: Office) -> None:
    organisations(house, ASKING, [_place("A"), _place("B", "A"), _place("C", "B")])
    [reason] = _refused(house, lambda: organisations(house, ASKING, [_place("A", "C")]))
    assert reason.code == "parent"
    assert "circle" in reason.en


def test_what_is_below_moves_with_its_parent(house: Office) -> None:
    organisations(house, ASKING, [_place("A"), _place("B", "A"), _place("C", "B"), _place("N")])
    answer = organisations(house, ASKING, [_place("B", "N")])
    assert _paths(house) == {"A": "/A/", "B": "/N/B/", "C": "/N/B/C/", "N": "/N/"}
    assert answer == {"added": 0, "changed": 2, "same": 0}
    _proved(house)


@pytest.mark.parametrize("code", ["", " ", "*", "A/B", "/", "A\x00", "A\n"])
def test_a_code_that_would_be_read_as_a_path_is_refused(house: Office, code: str) -> None:
    """`*` in a grant means everywhere, and a path is made of codes."""
    [reason] = _refused(house, lambda: organisations(house, ASKING, [_place(code)]))
    assert reason.code == "code"


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\x1b[2J"])
def test_text_that_not_every_database_can_hold_is_refused(house: Office, text: str) -> None:
    rows = [replace(_place("A"), name_th=f"ก{text}"), replace(_place("B"), name_en=text)]
    reasons = _refused(house, lambda: organisations(house, ASKING, rows))
    assert [reason.code for reason in reasons] == ["text", "text"]
    person = NewPerson("p", "ก", "P", email=text)
    assert [r.code for r in _refused(house, lambda: people(house, ASKING, [person]))] == ["text"]


def test_a_code_stands_once_in_a_file(house: Office) -> None:
    rows = [_place("A", where="x:2"), _place("B", where="x:3"), _place("A", "B", where="x:4")]
    [reason] = _refused(house, lambda: organisations(house, ASKING, rows))
    assert (reason.code, reason.where) == ("duplicate", "x:4")
    assert "x:2" in reason.en
    person = NewPerson("p", "ก", "P", where="y:2")
    twice = [person, replace(person, where="y:3")]
    [reason] = _refused(house, lambda: people(house, ASKING, twice))
    assert (reason.code, reason.where) == ("duplicate", "y:3")


# --- The same again, and changes -----------------------------------------------------------------


def test_the_same_file_again_is_the_same(house: Office) -> None:
    places = [_place("A"), _place("B", "A")]
    persons = [
        NewPerson("p", "ก", "P", "ตำแหน่ง", "Post", "p@example.org"),
        NewPerson("q", "ข", "Q"),
    ]
    roles = [NewGrant("p", "coordinator", "A", SINCE), NewGrant("q", "opdc_analyst", "*", SINCE)]
    enter: list[tuple[Callable[..., Any], Any]] = [
        (organisations, places), (people, persons), (grants, roles),
    ]  # fmt: skip
    for run, rows in enter:
        assert run(house, ASKING, rows) == {"added": 2, "changed": 0, "same": 0}
    before = _everything(house)
    later = replace(ASKING, now=NOW + timedelta(days=1))
    for run, rows in enter:
        assert run(house, later, rows) == {"added": 0, "changed": 0, "same": 2}
        assert run(house, later, []) == {"added": 0, "changed": 0, "same": 0}
    assert _everything(house) == before
    _proved(house)


def test_a_change_is_an_event_that_holds_the_whole_row(house: Office) -> None:
    people(house, ASKING, [NewPerson("p", "ก", "P"), NewPerson("q", "ข", "Q")])
    already = len(_events(house))
    later = replace(ASKING, now=NOW + timedelta(days=1), typed_by="root")
    new = [NewPerson("p", "ก", "P", email="p@example.org"), NewPerson("q", "ข", "Q")]
    assert people(house, later, new) == {"added": 0, "changed": 1, "same": 1}
    [event] = _events(house)[already:]
    assert event["kind"] == "registered"
    assert event["table"] == "person"
    assert event["row"] == next(row for row in _rows(house, Person) if row["code"] == "p")
    assert event["row"]["email"] == "p@example.org"
    assert event["recorded_at"] == stamp(later.now)
    assert (event["recorded_by"], event["actor"]) == ("root", {"operator": "root"})
    _proved(house)


def test_the_register_s_events_are_one_chain(house: Office) -> None:
    organisations(house, ASKING, [_place("A"), _place("B", "A")])
    people(house, ASKING, [NewPerson("p", "ก", "P")])
    events = _events(house)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    with house.database.read() as transaction:
        hashes = transaction.rows(
            select(table(Event).c.document, table(Event).c.hash).order_by(table(Event).c.seq)
        )
        [(version, head)] = transaction.rows(select(table(Stream).c.version, table(Stream).c.head))
    assert (version, bytes(head)) == (len(events), bytes(hashes[-1][1]))
    before = ""
    for event, (document, hash_) in zip(events, hashes, strict=True):
        assert event["prev"] == before
        assert digest(bytes(document)) == bytes(hash_).hex()
        before = bytes(hash_).hex()


def test_who_enters_something_is_written_into_the_event(house: Office) -> None:
    people(house, ASKING, [NewPerson("p", "สมชาย", "Somchai", "ผู้อำนวยการ", "Director")])
    as_person = replace(ASKING, person="p")
    organisations(house, as_person, [_place("A")])
    people(house, as_person, [NewPerson("p", "สมชาย", "Somchai", "ปลัด", "Secretary")])
    organisations(house, as_person, [_place("B")])
    first, _, last = _events(house)[-3:]
    assert (first["actor"]["post_en"], last["actor"]["post_en"]) == ("Director", "Secretary")
    assert first["actor"]["person"] == "p"
    nobody = replace(ASKING, person="nobody")
    [reason] = _refused(house, lambda: organisations(house, nobody, [_place("C")]))
    assert reason.code == "person"


def test_the_same_key_gives_the_first_answer(house: Office) -> None:
    keyed = replace(ASKING, key="import-1")
    rows = [_place("A")]
    answer = organisations(house, keyed, rows)
    before = _everything(house)
    assert organisations(house, keyed, rows) == answer == {"added": 1, "changed": 0, "same": 0}
    assert _everything(house) == before
    with pytest.raises(Refusal, match="already used"):
        organisations(house, keyed, [_place("B")])
    assert _everything(house) == before


# --- Grants --------------------------------------------------------------------------------------


def _ready(house: Office) -> None:
    organisations(house, ASKING, [_place("A")])
    people(house, ASKING, [NewPerson("p", "ก", "P")])


GRANT = NewGrant("p", "coordinator", "A", SINCE, where="g:2")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"person": "nobody"}, ["person"]),
        ({"role": "cordinator"}, ["role"]),
        ({"organisation": "ZZ"}, ["organisation"]),
        ({"until": SINCE - timedelta(days=1)}, ["until"]),
        ({"person": "", "role": "", "organisation": ""}, ["person", "organisation", "role"]),
        ({"person": "*"}, ["person"]),
        ({"role": "*"}, ["role"]),
    ],
)
def test_a_grant_of_what_is_not_known(
    house: Office, change: dict[str, Any], codes: list[str]
) -> None:
    _ready(house)
    rows = [GRANT, replace(GRANT, where="g:3", **change)]
    reasons = _refused(house, lambda: grants(house, ASKING, rows))
    assert [reason.code for reason in reasons] == codes
    assert {reason.where for reason in reasons} == {"g:3"}
    for name, value in change.items():
        assert any(str(value) in reason.en for reason in reasons), name


def test_every_wrong_grant_is_named(house: Office) -> None:
    _ready(house)
    rows = [replace(GRANT, person=f"x{n}", where=f"g:{n}") for n in range(5)]
    reasons = _refused(house, lambda: grants(house, ASKING, rows))
    assert [reason.where for reason in reasons] == [f"g:{n}" for n in range(5)]


def test_a_grant_of_one_day_and_one_for_everywhere(house: Office) -> None:
    _ready(house)
    rows = [replace(GRANT, until=SINCE), replace(GRANT, organisation="*")]
    assert grants(house, ASKING, rows)["added"] == 2
    assert {(row["organisation"], row["until"]) for row in _rows(house, Grant)} == {
        ("A", "2020-10-01"), ("*", ""),
    }  # fmt: skip


def test_a_grant_again_changes_only_its_end(house: Office) -> None:
    _ready(house)
    assert grants(house, ASKING, [GRANT])["added"] == 1
    ended = replace(GRANT, until=date(2021, 9, 30))
    assert grants(house, ASKING, [ended])["changed"] == 1
    assert grants(house, ASKING, [ended])["same"] == 1
    later = replace(GRANT, since=date(2021, 10, 1))
    assert grants(house, ASKING, [later])["added"] == 1
    assert [(row["since"], row["until"]) for row in _rows(house, Grant)] == [
        ("2020-10-01", "2021-09-30"), ("2021-10-01", ""),
    ]  # fmt: skip
    _proved(house)


# --- Definitions ---------------------------------------------------------------------------------


def _changed(title: str = "Another") -> Workflow:
    document = DEPARTMENT.document()
    document["title"]["en"] = title
    return Workflow.model_validate(document)


def test_publishing_the_same_again_gives_no_new_version(house: Office) -> None:
    before = _everything(house)
    answer = publish(house, ASKING, DEPARTMENT)
    assert (answer["version"], answer["new"]) == (1, False)
    assert answer["digest"] == digest(_rows(house, Definition)[0]["document"].encode())
    read_again = Workflow.model_validate(plain(_rows(house, Definition)[0]["document"]))
    assert publish(house, ASKING, read_again)["new"] is False
    assert _everything(house) == before


def _opened(house: Office, code: str) -> str:
    content = {"code": code, "name_th": "ก", "component": "performance_base", "weight": "10"}
    answer = open_items(house, ASKING, "indicator_department", "2564D", [Draft("A", content)])
    return str(answer["opened"][0]["ref"])


def _versions(house: Office) -> dict[str, int]:
    return {row["ref"]: row["definition"] for row in _rows(house, Item)}


def test_items_stay_on_the_version_that_they_began_with(house: Office) -> None:
    _ready(house)
    open_cycle(house, ASKING, NewCycle("2564D", 2564, "department", "รอบ", "Cycle"))
    first = _opened(house, "1")
    answer = publish(house, ASKING, _changed())
    assert (answer["version"], answer["new"]) == (2, True)
    second = _opened(house, "2")
    assert _versions(house) == {first: 1, second: 2}
    with house.database.read() as transaction:
        get = house.definitions.get
        assert get(transaction, "indicator_department", 1).workflow == DEPARTMENT
        assert get(transaction, "indicator_department", 2).workflow == _changed()
        newest = house.definitions.newest(transaction, "indicator_department")
        assert newest.version == 2
        assert newest.digest == answer["digest"]
    again = publish(house, ASKING, DEPARTMENT)
    assert (again["version"], again["new"]) == (3, True)  # back is forward: history keeps its order
    assert _versions(house) == {first: 1, second: 2}
    _proved(house)


def test_an_unknown_workflow_or_version_is_told_what_there_is(house: Office) -> None:
    with house.database.read() as transaction:
        with pytest.raises(WrongUse, match="there are: indicator_department"):
            house.definitions.newest(transaction, "indicator_departement")
        with pytest.raises(WrongUse, match=r"v9.*there are: indicator_department"):
            house.definitions.get(transaction, "indicator_department", 9)


# --- Cycles and meetings -------------------------------------------------------------------------


def test_a_cycle_is_opened_and_changed(house: Office) -> None:
    new = NewCycle(
        "2564D", 2564, "department", "รอบ 2564", "FY2564", rules={"total": "100"},
        dates={"draft_submission": "2020-10-30"},
    )  # fmt: skip
    assert open_cycle(house, ASKING, new)["added"] == 1
    assert open_cycle(house, ASKING, new)["same"] == 1
    suspended = replace(new, classification="monitored")
    assert open_cycle(house, ASKING, suspended) == {
        "added": 0, "changed": 1, "same": 0, "cycle": "2564D", "moved": [],
    }  # fmt: skip
    [row] = _rows(house, Cycle)
    assert row["classification"] == "monitored"
    assert (plain(row["rules"]), plain(row["dates"])) == (new.rules, new.dates)
    kinds = [event["row"]["classification"] for event in _events(house)[-2:]]
    assert kinds == ["classified", "monitored"]
    _proved(house)


MEETING = NewMeeting("WG-1/2564", "A", date(2020, 12, 15), "p", resolutions=("เห็นชอบ", "รับทราบ"))


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"body": "ZZ"}, ["body"]),
        ({"chair": "zz"}, ["person"]),
        ({"chair_for": "zz"}, ["person"]),
        ({"chair": ""}, ["person"]),
        ({"body": "ZZ", "chair": "yy", "chair_for": "zz"}, ["body", "person", "person"]),
    ],
)
def test_a_meeting_of_those_who_are_not_known(
    house: Office, change: dict[str, Any], codes: list[str]
) -> None:
    _ready(house)
    reasons = _refused(house, lambda: record_meeting(house, ASKING, replace(MEETING, **change)))
    assert [reason.code for reason in reasons] == codes
    for value, reason in zip(change.values(), reasons, strict=True):
        assert f"“{value}”" in reason.en
        assert f"“{value}”" in reason.th


def test_a_meeting_s_record_is_corrected_and_both_stay_in_the_trail(house: Office) -> None:
    _ready(house)
    people(house, ASKING, [NewPerson("q", "ข", "Q")])
    assert record_meeting(house, ASKING, MEETING) == {
        "added": 1, "changed": 0, "same": 0, "meeting": "WG-1/2564",
    }  # fmt: skip
    assert record_meeting(house, ASKING, MEETING)["same"] == 1
    right = replace(MEETING, held_on=date(2020, 12, 16), chair_for="q", delegation="ที่ 1/2563")
    assert record_meeting(house, ASKING, right)["changed"] == 1
    [row] = _rows(house, Meeting)
    assert (row["held_on"], row["chair"], row["chair_for"]) == ("2020-12-16", "p", "q")
    assert plain(row["resolutions"]) == ["เห็นชอบ", "รับทราบ"]
    days = [event["row"]["held_on"] for event in _events(house) if event["table"] == "meeting"]
    assert days == ["2020-12-15", "2020-12-16"]
    _proved(house)


# --- All or nothing ------------------------------------------------------------------------------


def test_one_bad_row_keeps_all_out(house: Office) -> None:
    good = [_place(f"G{n}") for n in range(50)]
    for bad in (_place("X", "ZZ"), _place("G7")):
        for at in (0, 25, 50):
            rows = [*good[:at], bad, *good[at:]]
            assert _refused(house, partial(organisations, house, ASKING, rows))
    assert _paths(house) == {}


def test_a_fault_after_some_rows_were_written_takes_them_back(house: Office) -> None:
    class Fault(Exception):
        pass

    before = _everything(house)
    row = {"code": "A", "name_th": "", "name_en": "", "kind": "", "parent": "", "region": ""}

    def work(transaction: Any) -> dict[str, Any]:
        counts = record(transaction, house, ASKING, [(Organisation, row | {"path": "/A/"})])
        assert counts["added"] == 1
        assert transaction.rows(select(func.count()).select_from(table(Organisation))) == [(1,)]
        raise Fault

    with pytest.raises(Fault):
        house.command(replace(ASKING, key="k"), ["x"], work)
    assert _everything(house) == before
    organisations(house, replace(ASKING, key="k"), [_place("A")])  # the key was not used up
    assert _paths(house) == {"A": "/A/"}
