"""Issued letters are found by who got them and what they tell, on either database."""

from datetime import timedelta
from typing import Any

import pytest

from engine.errors import Refusal
from engine.issued import Wanted, issued, issued_before
from engine.letters import Draft, issue
from engine.numbers import Place
from engine.voiding import set_aside, void
from tests.builders import Desk
from tests.engine import lettering
from tests.engine.lettering import OPDC, approved_set, draft_of, made, owed


@pytest.fixture
def approved(office: Desk) -> list[str]:
    return approved_set(office)


@pytest.fixture
def told(office: Desk, approved: list[str]) -> list[str]:
    """The references of two letters about the same items: the first is void."""
    [letter] = owed(office)
    refs = [lettering.issued(office, letter)["ref"]]
    void(office, office.asking("orn"), refs[0], "ลงนามผิดคน")
    office.clock.at += timedelta(days=1)
    [again] = owed(office)
    return [*refs, lettering.issued(office, again)["ref"]]


def found(office: Desk, **wanted: Any) -> list[str]:
    with office.database.read() as transaction:
        return [row["ref"] for row in issued(transaction, Wanted(**wanted))]


def test_a_letter_is_found_by_its_item_its_recipient_and_its_meeting(
    office: Desk, approved: list[str], told: list[str]
) -> None:
    with office.database.read() as transaction:
        [was, now] = issued(transaction, Wanted(item=approved[0]))
    assert [was["ref"], now["ref"]] == told
    assert (was["status"], now["status"]) == ("void", "issued")
    assert now["items"] == approved
    assert set(was["messages"]) == {"cancelled"}
    assert set(now["messages"]) == {"waiting"}
    assert found(office, to=now["recipient"]) == found(office, occasion=now["occasion"]) == told
    assert found(office, kind=now["kind"]) == told
    for nothing in ("%", "_", approved[0][:-1], '"'):
        assert found(office, item=nothing) == []


def test_numbers_that_were_used_elsewhere_are_no_letters(office: Desk) -> None:
    set_aside(office, office.asking("orn"), Place(OPDC, "letter", 2564), 9, "ออกบนกระดาษ")
    assert found(office) == []


def test_a_letter_that_nobody_owes_is_issued_again_only_when_it_is_meant(
    office: Desk, approved: list[str]
) -> None:
    [letter] = owed(office)
    of_steps = draft_of(office, letter)

    def minutes(*, again: bool) -> Draft:
        return Draft(
            kind="minutes", form="memo", place=of_steps.place, dated=of_steps.dated,
            recipient=letter.to, cycle=letter.cycle, occasion=letter.occasion,
            facts=of_steps.facts, template="0" * 64, owed=(), roles={}, to=(letter.to,),
            copies=(), again=again,
        )  # fmt: skip

    asking = office.asking("orn", "key")
    first = issue(office, asking, minutes(again=False), made)
    assert issue(office, asking, minutes(again=False), made) == first  # a repeat is no second one
    with pytest.raises(Refusal, match="this letter was issued: นร 1203/1 of") as refused:
        issue(office, office.asking("orn"), minutes(again=False), made)
    assert [reason.code for reason in refused.value.reasons] == ["issued-before"]
    issue(office, office.asking("orn"), minutes(again=True), made)
    like = {"sender": OPDC, "kind": "minutes", "cycle": letter.cycle, "occasion": letter.occasion}
    with office.database.read() as transaction:
        assert len(issued_before(transaction, **like)) == 1
        assert issued_before(transaction, **(like | {"occasion": "another"})) == []
    for number in (1, 2):
        ref = minutes(again=False).place.ref(number)
        void(office, office.asking("orn"), ref, "ผิด")
    assert issue(office, office.asking("orn"), minutes(again=False), made)["number"] == 3
