"""An office of an older version gets a ledger of letters: who waits for one still, owes it."""

from sqlalchemy import delete

from engine.correspondence import LetterOwed
from engine.tables import table
from engine.upgrading import letters_caught_up
from tests.builders import (
    DEPARTMENT,
    LETTER,
    Desk,
    drafts,
    dump,
    live,
    opened,
    requested,
    settled,
    step,
    walk,
)
from tests.engine.lettering import issued, owed


def forget(office: Desk) -> list[tuple[object, ...]]:
    """As before there was a ledger; what it held."""
    rows = dump(office, "letter_owed")["letter_owed"]
    with office.database.write() as transaction:
        transaction.run(delete(table(LetterOwed)))
    return rows


def test_who_waits_for_a_letter_owes_it_as_if_it_had_been_written_down(office: Desk) -> None:
    approved, accepted, notified = opened(office)
    walk(office, approved, DEPARTMENT[:-2])
    walk(office, accepted, DEPARTMENT[:-1])
    walk(office, notified, DEPARTMENT)
    returned, asked, submitted = opened(
        office, "chiang", "indicator_province", "2564-p", drafts("CMI")
    )
    for ref in (returned, asked, submitted):
        step(office, ref, "submit", "chiang")
    step(office, returned, "return", "orn", comment="แก้สูตร")
    step(office, asked, "ask_information", "orn", comment="ขอสูตร")
    before = forget(office)
    assert letters_caught_up(office) == sorted([approved, accepted, returned, asked])
    waits = [row for row in before if row[-3] == "owed" and row[0] != notified]
    assert dump(office, "letter_owed")["letter_owed"] == waits
    assert live(office, notified).state == "notified"
    first, *_ = owed(office)
    assert issued(office, first)["number"] == 1


def test_a_decided_request_owes_its_letter(office: Desk) -> None:
    request = requested(office, settled(office))
    for trigger, person in (("submit", "chiang"), ("opine", "hathai"), ("propose", "orn")):
        step(office, request, trigger, person)
    step(office, request, "reject", "wipa", meeting="M-WG", comment="ไม่เข้าเกณฑ์")
    forget(office)
    assert letters_caught_up(office) == [request]


def test_a_second_time_changes_nothing(office: Desk) -> None:
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    forget(office)
    assert letters_caught_up(office) == [ref]
    before = dump(office)
    assert letters_caught_up(office) == []
    assert dump(office) == before


def test_an_office_that_told_everybody_owes_nothing(office: Desk) -> None:
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-1])
    step(office, ref, "notify", "somying", **LETTER)
    forget(office)
    assert letters_caught_up(office) == []
