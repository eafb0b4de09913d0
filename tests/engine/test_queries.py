"""What people ask: what waits on me, who approved what, how it was at a moment."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from engine import advance, enrol, past, queries, revisions
from engine.case import Given
from engine.clock import instant_of, stamp
from engine.errors import AnumatError
from engine.load import Where
from engine.people import Actor, actor_of
from engine.queries import Page, Waiting, Who
from engine.replay import COLUMNS, ItemState
from engine.tables import Item, table
from tests.builders import (
    DEPARTMENT,
    NEVER,
    PEOPLE,
    PROVINCE,
    REQUEST,
    Desk,
    draft,
    drafts,
    dump,
    live,
    meet,
    opened,
    requested,
    settled,
    step,
    walk,
)

FREE = "2564-free"


def inbox(office: Desk, person: str | None, **page: Any) -> list[Waiting]:
    with office.database.read() as tx:
        actor: Actor | None = actor_of(tx, office.asking(person))
        return queries.inbox(tx, actor, Page(**page))


def waiting(office: Desk, person: str | None) -> list[str]:
    return [found.ref for found in inbox(office, person)]


def decided(office: Desk, **who: Any) -> list[tuple[str, str]]:
    """Item and trigger of each decision."""
    with office.database.read() as tx:
        return [(e["stream"], e["trigger"]) for e in queries.decisions(tx, Who(**who))]


# --- What waits ----------------------------------------------------------------------------------


def test_each_waits_on_the_holder_of_its_state(office: Desk) -> None:
    one, two, three = opened(office)
    walk(office, two, DEPARTMENT[:1])
    walk(office, three, DEPARTMENT[:2])
    assert waiting(office, "somying") == [one]
    assert waiting(office, "wipa") == [two]
    assert waiting(office, "kanda") == [three]
    assert waiting(office, "palat") == []
    assert waiting(office, "nobody") == []
    assert sorted(waiting(office, "both")) == [one, two, three]
    assert sorted(waiting(office, None)) == [one, two, three]
    walk(office, three, DEPARTMENT[2:])
    assert three not in waiting(office, None)


def test_the_longest_waiting_comes_first(office: Desk) -> None:
    of = [draft(f"{number}", organisation=org) for number in (1, 2, 3) for org in ("OPS", "MOPH")]
    refs = opened(office, None, cycle=FREE, of=of)
    for ref in (refs[4], refs[0], refs[5], refs[2]):
        office.later(minutes=1)
        step(office, ref, "submit", "both")
    assert waiting(office, "wipa") == [refs[4], refs[0], refs[5], refs[2]]
    assert waiting(office, "both") == [refs[1], refs[3], refs[4], refs[0], refs[5], refs[2]]
    office.later(minutes=1)
    step(office, refs[4], "return", "wipa", comment="แก้")
    assert waiting(office, "both")[-1] == refs[4]


def test_items_that_wait_since_the_same_moment_come_by_reference(office: Desk) -> None:
    refs = opened(office, None, cycle=FREE, of=[draft(f"{n}") for n in range(9)])
    assert waiting(office, "somying") == refs


@pytest.mark.parametrize("most", [1, 2, 7, 50])
@pytest.mark.parametrize("person", ["both", "somying", None])
def test_pages_follow_each_other_without_gap_or_repeat(
    office: Desk, most: int, person: str | None
) -> None:
    random = Random(most)
    of = [draft(f"{n}", organisation=random.choice(("OPS", "DLA", "MOPH"))) for n in range(20)]
    for ref in opened(office, None, cycle=FREE, of=of):
        office.later(minutes=random.choice((0, 1)))  # some wait since the same moment
        if random.random() < 0.5:
            step(office, ref, "submit", "both")
    pages: list[Waiting] = []
    page: dict[str, Any] = {"most": most}
    while found := inbox(office, person, **page):
        assert len(found) <= most
        pages += found
        assert len(pages) <= 20, "a page came again"
        page |= {"since": found[-1].entered_at, "after": found[-1].ref}
    order = [(found.entered_at, found.ref) for found in pages]
    assert order == sorted(set(order))
    assert [found.ref for found in pages] == waiting(office, person)
    assert len(pages) == (20 if person != "somying" else len(waiting(office, "somying")))
    assert pages


def test_a_desk_shows_the_organisation_and_those_below_it(office: Desk) -> None:
    of = [draft("1", organisation=code) for code in ("OPS", "DLA", "MOI", "MOPH")]
    ops, dla, moi, moph = opened(office, None, cycle=FREE, of=of)
    assert waiting(office, "somying") == [ops, dla, moi]
    day = date(2021, 1, 1)
    enrol.grants(office, office.asking(), [enrol.NewGrant("nobody", "coordinator", "DLA", day)])
    assert waiting(office, "nobody") == [dla]
    assert moph in waiting(office, "both")


@pytest.mark.parametrize("like", ["O_S", "ops", "O%"])
def test_a_desk_does_not_show_what_is_only_called_alike(office: Desk, like: str) -> None:
    """`_` and `%` are letters here, and capitals differ, on every database."""
    new = enrol.NewOrganisation(like, "ก", like, "office")
    enrol.organisations(office, office.asking(), [new])
    day = date(2021, 1, 1)
    enrol.grants(office, office.asking(), [enrol.NewGrant("nobody", "coordinator", like, day)])
    ops, own = opened(office, None, cycle=FREE, of=[draft("1"), draft("1", organisation=like)])
    assert waiting(office, "nobody") == [own]
    with pytest.raises(AnumatError):
        step(office, ops, "submit", "nobody")
    answer = advance.bulk(office, office.asking("both"), Where(under=like), "submit", Given())
    assert [done["ref"] for done in answer["done"]] == [own]
    for ref in (ops, own):
        if ref == ops:
            step(office, ref, "submit", "both")
        step(office, ref, "return", "wipa", comment="แก้")
    assert decided(office, organisation=like) == [(own, "return")]


def test_a_desk_empties_when_the_grant_ends(office: Desk) -> None:
    opened(office)
    since, until = date(2020, 10, 1), date(2021, 2, 3)
    enrol.grants(
        office, office.asking(), [enrol.NewGrant("somying", "coordinator", "MOI", since, until)]
    )
    office.clock.at = datetime(2021, 2, 3, 16, 59, tzinfo=UTC)
    assert len(waiting(office, "somying")) == 3
    office.clock.at = datetime(2021, 2, 3, 17, 0, tzinfo=UTC)
    assert waiting(office, "somying") == []


def test_a_desk_says_what_waits_and_since_when(office: Desk) -> None:
    [ref] = opened(office, None, cycle=FREE, of=[draft("7.1")])
    office.later(hours=3)
    step(office, ref, "submit", "somying")
    [found] = inbox(office, "wipa")
    assert (found.ref, found.title, found.code, found.organisation, found.state) == (
        ref, "ตัวชี้วัดที่ 7.1", "7.1", "OPS", "working_group_review",
    )  # fmt: skip
    assert (found.holder, found.cycle, found.entered_at) == (
        "working_group_secretary", FREE, stamp(office.clock.at),
    )  # fmt: skip


# --- Who decided ---------------------------------------------------------------------------------


@pytest.fixture
def history(office: Desk) -> tuple[str, str, str]:
    """Decisions about three items of two organisations and three workflows."""
    subject = settled(office)
    request = requested(office, subject)
    walk(office, request, REQUEST)
    one, *_ = opened(office)
    walk(office, one, DEPARTMENT[:4])
    office.later(minutes=1)
    step(office, one, "return", "orn", comment="แก้")
    walk(office, one, DEPARTMENT)
    return subject, request, one


def test_every_decision_and_nothing_else_is_told_in_order(
    office: Desk, history: tuple[str, str, str]
) -> None:
    subject, request, one = history
    again = [(one, "endorse"), (one, "endorse")]
    assert decided(office) == [
        (subject, "endorse"), (subject, "approve"), (request, "approve"), *again, (one, "return"),
        *again, (one, "approve"), (one, "accept"),
    ]  # fmt: skip


def test_who_approved_what(office: Desk, history: tuple[str, str, str]) -> None:
    subject, request, one = history
    assert decided(office, person="wipa") == [
        (request, "approve"), (one, "endorse"), (one, "endorse"),
    ]  # fmt: skip
    assert decided(office, body="WG") == [(request, "approve"), (one, "approve")]
    assert decided(office, workflow="change_request") == [(request, "approve")]
    assert decided(office, trigger="approve") == [
        (subject, "approve"), (request, "approve"), (one, "approve"),
    ]  # fmt: skip
    assert decided(office, item=subject) == [(subject, "endorse"), (subject, "approve")]
    assert decided(office, outcomes=["returned", "acknowledged"]) == [
        (one, "return"), (one, "accept"),
    ]  # fmt: skip
    assert decided(office, person="wipa", body="WG", trigger="approve") == [(request, "approve")]
    assert decided(office, person="nobody") == []


def test_an_organisation_means_also_those_below_it(
    office: Desk, history: tuple[str, str, str]
) -> None:
    subject, _, one = history
    assert {ref for ref, _ in decided(office, organisation="MOI")} == {one}
    assert {ref for ref, _ in decided(office, organisation="OPS")} == {one}
    assert subject in {ref for ref, _ in decided(office, organisation="CMI")}
    assert decided(office, organisation="MO") == []
    assert decided(office, organisation="DLA") == []


def test_no_more_than_were_asked_for(office: Desk, history: tuple[str, str, str]) -> None:
    assert decided(office, most=4) == decided(office)[:4]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, [0, 1, 2, 3]),
        (date(2021, 2, 10), None, [1, 2, 3]),
        (None, date(2021, 2, 10), [0, 1, 2]),
        (date(2021, 2, 10), date(2021, 2, 10), [1, 2]),
        (date(2021, 2, 11), date(2021, 2, 11), [3]),
        (date(2021, 2, 12), None, []),
        (None, date(2021, 2, 8), []),
    ],
)
def test_days_begin_and_end_at_midnight_in_bangkok(
    office: Desk, since: date | None, until: date | None, expected: list[int]
) -> None:
    refs = opened(office, None, cycle=FREE, of=[draft(f"{number}") for number in range(4)])
    midnight = datetime(2021, 2, 9, 17, tzinfo=UTC)  # the 10th begins in Bangkok
    tick, day = timedelta(microseconds=1), timedelta(days=1)
    moments = (midnight - tick, midnight, midnight + day - tick, midnight + day)
    for ref, moment in zip(refs, moments, strict=True):
        step(office, ref, "submit", "somying")
        office.clock.at = moment
        step(office, ref, "return", "wipa", comment="แก้")
    found = decided(office, since=since, until=until)
    assert found == [(refs[place], "return") for place in expected]


def test_the_answer_holds_what_an_auditor_asks_for(
    office: Desk, history: tuple[str, str, str]
) -> None:
    with office.database.read() as tx:
        [found] = queries.decisions(tx, Who(workflow="change_request"))
    assert found["actor"]["name_en"] == "Wipa"
    assert found["actor"]["role"]["name"] == "working_group_secretary"
    assert found["meeting"]["body_th"] == "คณะทำงานของสำนักงาน ก.พ.ร."
    assert (found["decided_on"], found["recorded_by"]) == ("2021-01-29", "tester")
    assert found["revision"] == {"number": 1, "digest": live(office, history[1]).digest}


# --- As it was -----------------------------------------------------------------------------------


def table_of(office: Desk) -> list[ItemState]:
    assert tuple(column.name for column in table(Item).c) == COLUMNS
    return [ItemState(*row) for row in dump(office, "item")["item"]]


def wander(office: Desk, random: Random, refs: Sequence[str]) -> None:
    """Try something that may be possible or not."""
    ref, person = random.choice(refs), random.choice(list(PEOPLE))
    try:
        match random.choices(("on", "back", "edit", "open"), (16, 1, 1, 1))[0]:
            case "on":
                trigger, person, given = random.choice((*DEPARTMENT, *PROVINCE))
                step(office, ref, trigger, person, **given)
            case "back":
                trigger = random.choice(("return", "object", "ask_information", "withdraw"))
                step(office, ref, trigger, person, comment="ก")
            case "edit":
                revisions.revise(office, office.asking(person), ref, {"unit": f"{random.random()}"})
            case _:
                opened(office, None, cycle=FREE, of=[draft("9")])
    except AnumatError:
        return


@pytest.mark.parametrize("seed", range(3))
def test_looking_back_shows_what_the_table_showed(office: Desk, seed: int) -> None:
    random = Random(seed)
    refs = [
        *opened(office, None, cycle=FREE),
        *opened(office, None, "indicator_province", FREE, drafts("CMI")),
    ]
    seen: dict[str, list[ItemState]] = {}
    for _ in range(250):
        wander(office, random, refs)
        seen[stamp(office.clock.at)] = table_of(office)  # the last one of each moment
        office.later(microseconds=random.choice((0, 1, 10**6, 10**11)))
    assert len({item.state for rows in seen.values() for item in rows}) >= 6
    now = table_of(office)
    with office.database.read() as tx:
        for moment, expected in seen.items():
            assert list(past.items_at(tx, moment)) == expected
            ref = random.choice(refs)
            there = [item for item in expected if item.ref == ref]
            assert past.item_at(tx, ref, moment) == (there[0] if there else None)
        moments = sorted(seen)
        for earlier, later in pairwise(moments):
            just_before = stamp(instant_of(later) - timedelta(microseconds=1))
            assert list(past.items_at(tx, just_before)) == seen[earlier]
        assert list(past.items_at(tx, "2021-01-31T23:59:59.999999Z")) == []
        assert list(past.items_at(tx, NEVER)) == now


def test_looking_back_ends_before_a_step_that_a_slow_clock_dated_too_early(office: Desk) -> None:
    """Of two machines one may be behind: no step is shown without those before it."""
    ref, *_ = opened(office)
    begin = office.clock.at
    office.clock.at = begin + timedelta(seconds=10)
    step(office, ref, "submit", "somying")
    office.clock.at = begin + timedelta(seconds=5)
    step(office, ref, "return", "wipa", comment="แก้")
    with office.database.read() as tx:
        found = past.item_at(tx, ref, stamp(begin + timedelta(seconds=7)))
        assert found is not None
        assert (found.state, found.version) == ("draft", 1)
        now = past.item_at(tx, ref, stamp(begin + timedelta(seconds=10)))
        assert now is not None
        assert (now.state, now.version) == ("draft", 3)
    office.clock.at = begin - timedelta(days=1)
    step(office, ref, "submit", "somying")
    with office.database.read() as tx:
        assert list(past.items_at(tx, stamp(begin - timedelta(hours=1)))) == []


def test_a_day_means_its_end_in_bangkok(office: Desk) -> None:
    assert queries.moment_of(date(2021, 2, 10)) == "2021-02-10T16:59:59.999999Z"
    assert queries.moment_of(datetime(2021, 2, 10, 3, tzinfo=UTC)) == "2021-02-10T03:00:00.000000Z"
    office.clock.at = datetime(2021, 2, 10, 16, 59, 59, 999999, tzinfo=UTC)
    first, *_ = opened(office)
    office.later(microseconds=1)
    step(office, first, "submit", "somying")
    with office.database.read() as tx:
        assert list(past.items_at(tx, queries.moment_of(date(2021, 2, 9)))) == []
        states = [i.state for i in past.items_at(tx, queries.moment_of(date(2021, 2, 10)))]
        assert states == ["draft"] * 3
        found = past.item_at(tx, first, queries.moment_of(date(2021, 2, 11)))
        assert found is not None
        assert found.state == "working_group_review"


def test_history_and_contents_are_told_as_they_were(office: Desk) -> None:
    ref, *_ = opened(office)
    revisions.revise(office, office.asking("somying"), ref, {"unit": "ร้อยละ"})
    meet(office, "IWG", date(2021, 1, 30), "M-LATER")
    walk(office, ref, DEPARTMENT[:1])
    with office.database.read() as tx:
        kinds = [event["kind"] for event in queries.history(tx, ref)]
        first, second, none = (queries.content_of(tx, ref, number) for number in (1, 2, 3))
    assert kinds == ["opened", "revised", "advanced"]
    assert none is None
    assert first is not None
    assert second == first | {"unit": "ร้อยละ"}
