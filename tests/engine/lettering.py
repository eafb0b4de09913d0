"""Letters for tests of the engine: the words and the file do not matter here, so they are plain."""

from datetime import date

from engine.clock import day_of
from engine.letters import Draft, Made, issue
from engine.numbers import Place
from engine.occasion import Occasion, Wanted, facts_of, occasions
from engine.office import Answer
from tests.builders import PROVINCE, Desk, drafts, opened, walk

OPDC = "WG"  # the sender: any organisation may have a register


def approved_set(office: Desk) -> list[str]:
    """The whole set of the province, approved in one meeting; nobody was told yet."""
    refs = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    for ref in refs:
        walk(office, ref, PROVINCE[:-1])
    return refs


def owed(office: Desk, **wanted: str) -> list[Occasion]:
    with office.database.read() as transaction:
        return occasions(transaction, office, Wanted(**wanted))


def draft_of(office: Desk, letter: Occasion, dated: date | None = None) -> Draft:
    day = dated or day_of(office.clock.now())
    with office.database.read() as transaction:
        facts = facts_of(transaction, office, letter)
    return Draft(
        kind=letter.kind,
        form="letter",
        place=Place.of(OPDC, "letter", day),
        dated=day,
        recipient=letter.to,
        cycle=letter.cycle,
        occasion=letter.occasion,
        facts=facts,
        template="0" * 64,
        owed=letter.owed,
        roles=letter.roles,
        to=(letter.to,),
        copies=letter.copies,
    )


def made(number: int) -> Made:
    return Made(
        f"นร 1203/{number}", {"number": f"นร 1203/{number}"}, b"%PDF " + str(number).encode()
    )


def issued(office: Desk, letter: Occasion, person: str = "orn", key: str | None = None) -> Answer:
    return issue(office, office.asking(person, key), draft_of(office, letter), made)
