"""The ledger of reminders: who is reminded when, once, and what becomes of each reminder."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, update

from engine import corrections, extend
from engine.claims import Claim
from engine.clock import stamp
from engine.corrections import Correction
from engine.errors import Refusal, WrongUse
from engine.extend import Extension
from engine.ledger import Alarm
from engine.messages import TRIES, Unsent
from engine.settle import Settlement, settle
from engine.tables import Item, table
from engine.tick import last_beat, tick
from tests.builders import Desk, broken, dump, step
from tests.engine.reminders import (
    DUE,
    FOLK,
    REPORT,
    Killed,
    Post,
    account,
    alarms_of,
    at,
    begun,
    die,
    fail,
    flow,
    furnish,
    grant,
    ledger,
    messages,
    refuse,
    schedule,
    tick_at,
)

FRIDAY, TUESDAY, THURSDAY = date(2021, 2, 19), date(2021, 2, 23), date(2021, 2, 25)
MONDAY, AGAIN = date(2021, 3, 1), date(2021, 3, 8)
KEEPERS = ["kai", "kob"]


@pytest.fixture
def desk(office: Desk) -> Desk:
    furnish(office)
    return office


@pytest.fixture
def post(desk: Desk) -> Post:
    return Post(desk)


def days_of(office: Desk, **having: str) -> dict[str, list[str]]:
    """Who is told, by step."""
    found: dict[str, list[str]] = {}
    for name, person in ledger(office, "step", "recipient", **having):
        found.setdefault(name, []).append(person)
    return found


# --- Who is told, and when -----------------------------------------------------------------------


def test_each_rung_tells_its_roles_on_its_working_day(desk: Desk, post: Post) -> None:
    begun(desk)
    told: dict[date, list[str]] = {}
    for number in range(60):
        day = date(2021, 2, 2) + timedelta(days=number)
        before = len(post.messages)
        tick_at(desk, at(day, 8, 59), post)
        assert len(post.messages) == before, "somebody was told before the office opens"
        tick_at(desk, at(day), post)
        if new := post.persons()[before:]:
            told[day] = new
    everybody = ["hua", "kai", "kob", "wan"]
    assert told == {
        FRIDAY: KEEPERS,  # three days before is a Sunday
        TUESDAY: KEEPERS,
        DUE: KEEPERS,
        THURSDAY: KEEPERS,
        MONDAY: ["kai", "kob", "wan"],  # three days behind is a Saturday
        AGAIN: everybody,
        date(2021, 3, 15): everybody,
        date(2021, 3, 22): everybody,
        date(2021, 3, 29): everybody,
    }
    steps = ["-3d", "-1d", "0", "+1d", "+3d", "again-1", "again-2", "again-3", "again-4"]
    assert list(days_of(desk)) == steps
    assert set(ledger(desk, "status")) == {"sent"}
    assert set(post.counts.values()) == {1}
    assert account(desk).balanced


def test_a_reminder_says_in_which_role_somebody_gets_it(desk: Desk, post: Post) -> None:
    begun(desk)
    grant_also(desk, "kai", "head")
    for day in (FRIDAY, TUESDAY, DUE, THURSDAY, MONDAY, AGAIN):
        tick_at(desk, at(day), post)
    roles = ledger(desk, "recipient", "role", step="again-1")
    # The nearest to the item counts, and nobody is told twice.
    assert roles == [("hua", "head"), ("kai", "keeper"), ("kob", "keeper"), ("wan", "watcher")]


def grant_also(office: Desk, person: str, role: str) -> None:
    from engine import enrol
    from tests.builders import OCTOBER

    enrol.grants(office, office.asking(), [enrol.NewGrant(person, role, "MOI", OCTOBER)])


def test_a_cycle_has_the_last_word_on_when_somebody_is_reminded(desk: Desk, post: Post) -> None:
    own = {"remind": ["2d"], "overdue": [], "again": None}
    schedule(desk, {"reminders": {"report": own}}, report=DUE)
    [ref] = begun(desk)
    for number in range(60):
        tick_at(desk, at(date(2021, 2, 2) + timedelta(days=number)), post)
    assert days_of(desk) == {"-2d": KEEPERS, "0": KEEPERS}
    assert alarms_of(desk, ref) == {}
    assert account(desk).balanced


def test_a_reminder_that_lay_behind_when_the_state_was_entered_is_not_owed(
    desk: Desk, post: Post
) -> None:
    desk.clock.at = at(FRIDAY, 12)
    [ref] = begun(desk)
    assert alarms_of(desk, ref) == {"report": ("-1d", stamp(at(TUESDAY)))}
    assert tick_at(desk, at(FRIDAY, 13), post).idle
    assert account(desk).balanced


def test_where_nobody_holds_a_role_the_ladder_is_climbed(desk: Desk, post: Post) -> None:
    begun(desk)
    grant(desk, *KEEPERS, until=date(2021, 2, 10))
    tick_at(desk, at(FRIDAY), post)
    assert days_of(desk) == {"-3d": ["wan"]}
    grant(desk, "wan", until=date(2021, 2, 20))
    tick_at(desk, at(TUESDAY), post)
    assert days_of(desk)["-1d"] == ["hua"]
    assert account(desk).balanced


def test_where_nobody_holds_any_role_it_has_failed_and_is_shown(desk: Desk, post: Post) -> None:
    begun(desk)
    grant(desk, *FOLK, until=date(2021, 2, 10))
    done = tick_at(desk, at(FRIDAY), post)
    assert (done.nobody, done.owed, done.sent) == (1, 0, 0)
    assert ledger(desk, "recipient", "status", "reason") == [
        ("", "failed", "nobody keeper watcher head")
    ]
    found = account(desk)
    assert not found.balanced
    assert found.reasons == {"failed": Counter(nobody=1)}
    grant(desk, *FOLK)
    tick_at(desk, at(TUESDAY), post)  # the next one has somebody again
    assert days_of(desk, status="sent") == {"-1d": KEEPERS}


def test_who_was_told_may_change_from_one_rung_to_the_next(desk: Desk, post: Post) -> None:
    begun(desk)
    tick_at(desk, at(FRIDAY), post)
    grant(desk, "kai", until=FRIDAY)
    tick_at(desk, at(TUESDAY), post)
    assert days_of(desk) == {"-3d": KEEPERS, "-1d": ["kob"]}


# --- After an outage -----------------------------------------------------------------------------


def test_after_an_outage_only_the_last_of_several_is_sent(desk: Desk, post: Post) -> None:
    begun(desk)
    done = tick_at(desk, at(THURSDAY, 10), post)
    assert (done.owed, done.superseded, done.sent) == (2, 6, 2)
    rows = ledger(desk, "step", "recipient", "status", "reason")
    earlier = [
        (name, person, "cancelled", "superseded +1d")
        for name in ("-3d", "-1d", "0")
        for person in KEEPERS
    ]
    assert rows == [*earlier, *(("+1d", person, "sent", "") for person in KEEPERS)]
    assert account(desk).balanced
    assert account(desk).reasons == {"cancelled": Counter(superseded=6)}


def test_thirty_days_without_a_clock_end_in_one_message_for_each(desk: Desk, post: Post) -> None:
    begun(desk, 3)
    tick_at(desk, at(DUE + timedelta(days=30), 11), post)
    assert post.persons() == ["hua", "kai", "kob", "wan"]
    assert [len(keys) for _, _, keys in post.messages] == [3, 3, 3, 3]
    assert account(desk).balanced


def test_what_goes_out_on_a_later_day_is_marked_late(desk: Desk, post: Post) -> None:
    from engine.bundle import carried

    begun(desk)
    tick_at(desk, at(FRIDAY, 18), die_never := post)
    late: list[bool] = []

    def look(claim: Claim) -> None:
        with desk.database.read() as transaction:
            found = carried(transaction, desk, claim.key, claim.day)
        late.extend(each.late for each in found)

    assert die_never.persons() == KEEPERS
    tick_at(desk, at(TUESDAY, 18), look)
    tick_at(desk, at(THURSDAY, 8), look)  # the day itself was missed
    assert late == [False, False, True, True]


def test_the_clock_set_back_reminds_nobody_again(desk: Desk, post: Post) -> None:
    begun(desk)
    tick_at(desk, at(TUESDAY), post)
    for hours in range(1, 100, 7):
        assert tick_at(desk, at(TUESDAY) - timedelta(hours=hours), post).idle
    tick_at(desk, at(TUESDAY, 10), post)
    assert set(post.counts.values()) == {1}
    tick_at(desk, at(DUE), post)
    assert days_of(desk, status="sent") == {"-1d": KEEPERS, "0": KEEPERS}


def test_a_ladder_that_was_climbed_to_its_end_is_not_begun_again(desk: Desk, post: Post) -> None:
    """Though the clock was set back, the calendar changed, and somebody is new."""
    once: dict[str, Any] = {"remind": [], "overdue": [], "again": None}
    schedule(desk, {"reminders": {"report": once}}, report=DUE)
    [ref] = begun(desk)
    grant(desk, "kob", until=date(2021, 2, 10))
    tick_at(desk, at(DUE), post)
    desk.clock.at = at(TUESDAY)
    grant(desk, "kob")
    new = [Correction(date(2021, 4, 1), "holiday", "cabinet")]
    corrections.correct(desk, desk.asking(), new)
    assert alarms_of(desk, ref) == {}
    tick_at(desk, at(THURSDAY), post)
    assert days_of(desk) == {"0": ["kai"]}


# --- Leaving, coming back, and moved days --------------------------------------------------------


def test_leaving_the_state_ends_its_reminders(desk: Desk, post: Post) -> None:
    [ref] = begun(desk)
    desk.clock.at = at(TUESDAY, 8)
    step(desk, ref, "submit", "kai")
    assert set(alarms_of(desk, ref)) == {"review"}
    tick_at(desk, at(DUE), post)
    # What fell due on Friday while no clock ran is in the ledger too.
    rows = ledger(desk, "step", "recipient", "status", "reason")
    assert rows == [("-3d", person, "cancelled", "left") for person in KEEPERS]
    assert post.messages == []
    assert account(desk).balanced


def test_what_is_owed_and_not_taken_is_cancelled_what_was_taken_is_not(
    desk: Desk, post: Post
) -> None:
    """Kob's message is on its way when Kai hands in; Kai's was refused, and waits."""
    [ref] = begun(desk)

    def hand_in(claim: Claim) -> str:
        step(desk, ref, "submit", "kai")
        return ""

    post.will = [refuse, hand_in]
    tick_at(desk, at(FRIDAY), post)
    assert ledger(desk, "recipient", "status", "reason") == [
        ("kai", "cancelled", "left"),
        ("kob", "sent", ""),
    ]
    tick_at(desk, at(FRIDAY, 12), post)
    assert [each["status"] for each in messages(desk)] == ["cancelled", "sent"]
    assert post.persons() == ["kob"]
    assert account(desk).balanced


def test_what_was_taken_for_another_try_is_on_its_way_again(desk: Desk, post: Post) -> None:
    [ref] = begun(desk)

    def hand_in(claim: Claim) -> str:
        step(desk, ref, "submit", "kai")
        return ""

    post.will = [refuse, refuse]
    tick_at(desk, at(FRIDAY), post)
    assert ledger(desk, "status", "reason") == [("owed", "the mailbox is full")] * 2
    post.will = [hand_in]
    tick_at(desk, at(FRIDAY, 10), post)
    assert ledger(desk, "recipient", "status", "reason") == [
        ("kai", "sent", ""),
        ("kob", "cancelled", "left"),
    ]
    assert post.persons() == ["kai"]
    assert account(desk).balanced


def test_what_was_called_and_not_taken_yet_is_cancelled(desk: Desk, post: Post) -> None:
    """A scheduler that was killed after its first message."""
    [ref] = begun(desk)
    post.will = [die]
    with pytest.raises(Killed):
        tick_at(desk, at(FRIDAY), post)
    desk.later(minutes=1)
    step(desk, ref, "submit", "kai")
    assert ledger(desk, "recipient", "status", "reason") == [
        ("kai", "owed", ""),
        ("kob", "cancelled", "left"),
    ]
    tick_at(desk, at(FRIDAY, 10), post)
    assert ledger(desk, "status") == ["unknown", "cancelled"]
    assert post.messages == []


def test_a_second_visit_reminds_again(desk: Desk, post: Post) -> None:
    [ref] = begun(desk)
    tick_at(desk, at(FRIDAY), post)
    step(desk, ref, "submit", "kai")
    desk.later(hours=1)
    desk.clock.at = at(FRIDAY, 8)  # set back an hour, so that Friday's reminder is still to come
    step(desk, ref, "return", "wan")
    tick_at(desk, at(DUE), post)
    keys = [key for key in ledger(desk, "key") if "|writing|" in key]
    assert Counter(key.split("|")[2] for key in keys) == {"1": 2, "2": 6}
    assert Counter(ledger(desk, "step", deadline="report")) == {"-3d": 4, "-1d": 2, "0": 2}
    assert set(post.counts.values()) == {1}


def test_while_information_is_asked_for_the_clock_stands(desk: Desk, post: Post) -> None:
    [ref] = begun(desk)
    desk.clock.at = at(date(2021, 3, 1), 10)  # a Monday: due in five working days, on the 8th
    step(desk, ref, "submit", "kai")
    desk.clock.at = at(date(2021, 3, 3), 10)
    step(desk, ref, "ask", "wan")
    assert alarms_of(desk, ref) == {}
    for day in range(4, 31):
        tick_at(desk, at(date(2021, 3, day)), post)
    assert ledger(desk, deadline="review") == []
    step(desk, ref, "answer", "kai")  # on Tuesday 30 March, with three working days left
    assert alarms_of(desk, ref) == {"review": ("-2wd", stamp(at(date(2021, 3, 31))))}
    for day in (31, 32, 33):
        tick_at(desk, at(date(2021, 3, 1) + timedelta(days=day - 1)), post)
    assert ledger(desk, "step", "due", deadline="review") == [
        ("-2wd", "2021-04-02"),
        ("0", "2021-04-02"),
    ]


def test_a_moved_day_reminds_anew_and_cancels_what_was_owed(desk: Desk, post: Post) -> None:
    [ref] = begun(desk)
    post.will = [die]
    with pytest.raises(Killed):
        tick_at(desk, at(FRIDAY), post)
    later = DUE + timedelta(days=14)
    wish = Extension("report", "flood", to=later)
    extend.extend(desk, desk.asking("hua"), ref, wish)
    assert ledger(desk, "recipient", "status", "reason") == [
        ("kai", "owed", ""),  # on its way, for all that anybody knows
        ("kob", "cancelled", "moved"),
    ]
    assert alarms_of(desk, ref) == {"report": ("-3d", stamp(at(date(2021, 3, 5))))}
    tick_at(desk, at(date(2021, 3, 5)), post)
    assert days_of(desk, status="sent") == {"-3d": KEEPERS}
    assert broken(desk) == []


def test_what_fell_due_before_a_day_is_moved_is_in_the_ledger(desk: Desk, post: Post) -> None:
    [ref] = begun(desk)
    desk.clock.at = at(FRIDAY, 10)
    extend.extend(desk, desk.asking("hua"), ref, Extension("report", "flood", by="14d"))
    rows = ledger(desk, "step", "recipient", "status", "reason")
    assert rows == [("-3d", person, "cancelled", "moved") for person in KEEPERS]
    desk.clock.at = at(date(2021, 3, 5), 10)
    schedule(desk, report=date(2021, 3, 1))  # a deadline that was put off further stays there
    assert Counter(ledger(desk, "status")) == {"cancelled": 2, "owed": 2}  # called now, not moved
    tick_at(desk, at(date(2021, 3, 5), 11), post)
    assert days_of(desk, status="sent") == {"-3d": KEEPERS}


def test_a_day_that_is_taken_away_and_given_again_reminds_again(desk: Desk, post: Post) -> None:
    begun(desk)
    tick_at(desk, at(FRIDAY), post)
    schedule(desk)
    assert tick_at(desk, at(TUESDAY), post).idle
    schedule(desk, report=date(2021, 3, 24))
    tick_at(desk, at(date(2021, 3, 19)), post)  # a Friday; the 21st is a Sunday
    assert ledger(desk, "step", "due", "status") == [
        *[("-3d", "2021-02-24", "sent")] * 2,
        *[("-3d", "2021-03-24", "sent")] * 2,
    ]
    assert account(desk).balanced


def test_a_holiday_moves_the_reminders_that_are_still_to_come(desk: Desk, post: Post) -> None:
    [ref] = begun(desk)
    asking = desk.asking()
    corrections.correct(desk, asking, [Correction(FRIDAY, "holiday", "cabinet")])
    thursday = FRIDAY - timedelta(days=1)
    assert alarms_of(desk, ref) == {"report": ("-3d", stamp(at(thursday)))}
    tick_at(desk, at(thursday), post)
    corrections.correct(desk, asking, [Correction(FRIDAY, "as_published")])
    assert tick_at(desk, at(FRIDAY), post).idle
    assert account(desk).balanced
    assert broken(desk) == []


def test_reminders_in_days_and_in_working_days_keep_their_order_whatever_the_holidays(
    office: Desk,
) -> None:
    """Two working days before is Monday, three days before is Sunday and goes out on Friday. With
    a holiday on Monday and on Friday the first comes before the second."""
    mixed = REPORT | {"remind": ["2wd", "3d"], "overdue": [], "again": None}
    furnish(office, flow([mixed]))
    begun(office)
    post = Post(office)
    tick_at(office, at(FRIDAY), post)
    for day in (FRIDAY, date(2021, 2, 22), TUESDAY):
        asking = office.asking()
        corrections.correct(office, asking, [Correction(day, "holiday", "cabinet")])
    for day in (date(2021, 2, 22), TUESDAY, DUE):
        tick_at(office, at(day), post)
    assert sorted(set(ledger(office, "step"))) == ["-2wd", "-3d", "0"]
    assert Counter(ledger(office, "step")) == {"-2wd": 2, "-3d": 2, "0": 2}
    assert account(office).balanced


def test_a_step_that_is_said_twice_reminds_once(office: Desk) -> None:
    furnish(office, flow([REPORT | {"remind": ["3d", "3d"], "overdue": ["1d", "1d"]}]))
    begun(office)
    post = Post(office)
    for day in (FRIDAY, DUE, THURSDAY, MONDAY):
        tick_at(office, at(day), post)
    assert Counter(ledger(office, "step")) == {"-3d": 2, "0": 2, "+1d": 2}
    assert account(office).balanced


# --- One message for a person and day ------------------------------------------------------------


def test_one_message_carries_all_that_somebody_is_owed(desk: Desk, post: Post) -> None:
    refs = begun(desk, 120)  # more than a batch of alarms
    tick_at(desk, at(FRIDAY), post)
    assert post.persons() == KEEPERS
    assert [len(keys) for _, _, keys in post.messages] == [120, 120]
    assert {row["item"] for row in ledger(desk)} == set(refs)


def test_a_person_of_many_gets_one_message(desk: Desk) -> None:
    """More persons than are claimed from one list."""
    from engine import enrol
    from tests.builders import OCTOBER

    people = [f"k{number:03}" for number in range(60)]
    enrol.people(desk, desk.asking(), [enrol.NewPerson(p, p, p) for p in people])
    new = [enrol.NewGrant(p, "keeper", "OPS", OCTOBER) for p in people]
    enrol.grants(desk, desk.asking(), new)
    begun(desk, 2)
    post = Post(desk)
    tick_at(desk, at(FRIDAY), post)
    assert sorted(post.persons()) == sorted([*people, *KEEPERS])


def test_what_is_owed_after_today_s_message_waits_until_tomorrow(desk: Desk, post: Post) -> None:
    begun(desk)
    tick_at(desk, at(FRIDAY), post)
    desk.clock.at = at(FRIDAY, 8)  # set back, so that another one falls due on the same day
    begun(desk)
    done = tick_at(desk, at(FRIDAY, 10), post)
    assert (done.owed, done.sent) == (2, 0)
    assert tick_at(desk, at(FRIDAY, 23, 59), post).idle
    assert not account(desk).balanced
    assert tick_at(desk, at(FRIDAY + timedelta(days=1), 0), post).sent == 2
    assert account(desk).balanced
    assert set(post.counts.values()) == {1}


def test_a_round_that_goes_on_past_midnight_counts_its_messages_for_the_new_day(
    desk: Desk, post: Post
) -> None:
    begun(desk)
    midnight = at(date(2021, 2, 20), 0)

    def slowly(claim: Claim) -> str:
        desk.clock.at = midnight
        return ""

    post.will = [slowly]
    tick_at(desk, midnight - timedelta(minutes=1), post)
    assert [each["key"] for each in messages(desk)] == ["kai|2021-02-19", "kob|2021-02-20"]


def test_a_second_tick_does_nothing(desk: Desk, post: Post) -> None:
    begun(desk, 3)
    tick_at(desk, at(FRIDAY), post)
    tables = [name for name in dump(desk) if name != "heartbeat"]
    before = dump(desk, *tables)
    for by in "AB":
        assert tick_at(desk, at(FRIDAY, 9, 1), post, by).idle
    assert dump(desk, *tables) == before


# --- What came of it -----------------------------------------------------------------------------


def test_what_was_not_sent_is_tried_again_with_longer_and_longer_pauses(
    desk: Desk, post: Post
) -> None:
    begun(desk)
    grant(desk, "kob", until=date(2021, 2, 10))
    tries: list[datetime] = []

    def no(claim: Claim) -> Unsent:
        tries.append(desk.clock.now())
        return Unsent("the mailbox is full")

    desk.clock.at = at(FRIDAY)
    for _ in range(24 * 60):
        tick(desk, "A", desk.clock.now, no)
        desk.later(minutes=1)
    pauses = [(b - a) // timedelta(minutes=1) for a, b in pairwise(tries)]
    assert pauses == [5, 10, 20, 40, 80]
    assert len(tries) == TRIES
    assert ledger(desk, "status", "reason") == [("failed", "the mailbox is full")]
    assert [(m["status"], m["attempts"]) for m in messages(desk)] == [("failed", 6)]
    assert not account(desk).balanced


def test_a_message_that_is_tried_again_and_accepted_is_sent(desk: Desk, post: Post) -> None:
    begun(desk)
    post.will = [refuse, refuse]
    assert tick_at(desk, at(FRIDAY), post).waiting == 2
    assert not account(desk).balanced
    assert tick_at(desk, at(FRIDAY, 9, 4), post).idle
    assert tick_at(desk, at(FRIDAY, 9, 5), post).sent == 2
    assert ledger(desk, "status", "reason") == [("sent", "")] * 2
    assert account(desk).balanced


def test_a_message_that_is_tried_again_carries_what_it_carried(desk: Desk, post: Post) -> None:
    first, second = begun(desk, 2)
    post.will = [refuse, refuse]
    tick_at(desk, at(FRIDAY), post)
    step(desk, first, "submit", "kai")
    desk.clock.at = at(FRIDAY, 8)
    [third] = begun(desk)
    tick_at(desk, at(FRIDAY, 10), post)
    carried = [[key.partition("|")[0] for key in keys] for _, _, keys in post.messages]
    assert carried == [[second], [second]]
    assert set(ledger(desk, "status", item=first)) == {"cancelled"}
    assert set(ledger(desk, "status", item=third)) == {"owed"}


def test_nobody_can_tell_what_became_of_a_message_whose_sender_failed(
    desk: Desk, post: Post
) -> None:
    begun(desk)
    post.will = [fail]
    done = tick_at(desk, at(FRIDAY), post)
    assert (done.unknown, done.sent) == (1, 1)
    for day in (FRIDAY, DUE):
        tick_at(desk, at(day, 12), post)
    assert ledger(desk, "recipient", "status", "reason", step="-3d") == [
        ("kai", "unknown", "OSError: the line went dead"),
        ("kob", "sent", ""),
    ]
    assert not account(desk).balanced
    assert max(post.counts.values()) == 1


def test_a_message_that_was_claimed_and_never_marked_becomes_unknown(
    desk: Desk, post: Post
) -> None:
    begun(desk)
    post.will = [die]
    with pytest.raises(Killed):
        tick_at(desk, at(FRIDAY), post)
    assert tick_at(desk, at(FRIDAY, 9, 14), post, "B").sent == 1  # the other person's
    assert ledger(desk, "status") == ["owed", "sent"]
    assert tick_at(desk, at(FRIDAY, 9, 15), post, "B").unknown == 1
    note = f"claimed until {stamp(at(FRIDAY, 9, 15))}, never marked"
    assert ledger(desk, "recipient", "status", "reason", status="unknown") == [
        ("kai", "unknown", note)
    ]
    assert post.persons() == ["kob"]
    assert tick_at(desk, at(FRIDAY, 10), post).idle


def test_a_sender_that_slept_past_its_lease_does_not_send(desk: Desk, post: Post) -> None:
    begun(desk)
    asked = 0

    def sleepy() -> datetime:
        """Asleep between the claim and the last look before sending."""
        nonlocal asked
        taken = [each for each in messages(desk) if each["status"] == "claimed"]
        if taken and not asked:
            asked = 1
            desk.later(minutes=16)
        return desk.clock.now()

    desk.clock.at = at(FRIDAY)
    before = desk.database.write
    try:
        done = tick(desk, "A", outside(desk, sleepy), post)
    finally:
        desk.database.write = before  # type: ignore[method-assign]
    assert asked
    assert (done.waiting, done.sent) == (1, 1)
    assert post.persons() == ["kob"]
    tick_at(desk, at(FRIDAY, 10), post)
    assert post.persons() == ["kob", "kai"]
    assert set(post.counts.values()) == {1}
    assert account(desk).balanced


def outside(office: Desk, seam: Callable[[], datetime]) -> Callable[[], datetime]:
    """A clock that does something when it is asked, but never in the midst of a transaction."""
    deep = 0
    write = office.database.write

    class Counted:
        def __init__(self) -> None:
            self.inner = write()

        def __enter__(self) -> Any:
            nonlocal deep
            deep += 1
            return self.inner.__enter__()

        def __exit__(self, *error: Any) -> Any:
            nonlocal deep
            deep -= 1
            return self.inner.__exit__(*error)

    office.database.write = Counted  # type: ignore[method-assign]
    return lambda: office.clock.now() if deep else seam()


def test_a_late_mark_by_the_one_who_sent_it_still_counts(desk: Desk, post: Post) -> None:
    begun(desk)

    def slow(claim: Claim) -> None:
        post.accept(claim)
        desk.later(minutes=20)
        tick(desk, "B", desk.clock.now, post)
        assert ledger(desk, "status", recipient="kai") == ["unknown"]

    post.will = [slow]
    tick_at(desk, at(FRIDAY), post)
    assert ledger(desk, "status", "reason") == [("sent", ""), ("sent", "")]
    assert set(post.counts.values()) == {1}
    assert account(desk).balanced


def test_a_second_scheduler_in_the_midst_of_the_first_sends_nothing_twice(
    desk: Desk, post: Post
) -> None:
    begun(desk, 2)

    def meanwhile(claim: Claim) -> str:
        tick(desk, "B", desk.clock.now, post)
        return ""

    post.will = [meanwhile]
    tick_at(desk, at(FRIDAY), post)
    assert sorted(post.persons()) == KEEPERS
    assert set(post.counts.values()) == {1}
    assert account(desk).balanced


def test_the_heart_beats_with_each_round(desk: Desk, post: Post) -> None:
    assert last_beat(desk) is None
    begun(desk)
    tick_at(desk, at(FRIDAY), post, "A")
    tick_at(desk, at(FRIDAY, 10), post, "B")
    beat = last_beat(desk)
    assert beat is not None
    assert (beat.at, beat.by, beat.did["sent"]) == (at(FRIDAY, 10), "B", 0)


# --- What a person decides -----------------------------------------------------------------------


@pytest.fixture
def unknown(desk: Desk, post: Post) -> str:
    """The key of a message of Kai's whose outcome nobody knows; it carries two reminders."""
    begun(desk, 2)
    post.will = [fail]
    tick_at(desk, at(FRIDAY), post)
    return "kai|2021-02-19"


def settled(office: Desk, key: str, as_: Any, comment: str = "asked them", **more: Any) -> Any:
    office.later(minutes=1)
    return settle(office, office.asking("hua", **more), Settlement(key, as_, comment))


@pytest.mark.parametrize("as_", ["sent", "cancelled"])
def test_somebody_says_what_became_of_it(desk: Desk, post: Post, unknown: str, as_: str) -> None:
    answer = settled(desk, unknown, as_)
    assert answer == {"key": unknown, "was": "unknown", "is": as_}
    assert ledger(desk, "status", "reason", recipient="kai") == [(as_, "asked them")] * 2
    assert tick_at(desk, at(FRIDAY, 12), post).idle
    assert account(desk).balanced
    assert broken(desk) == []


def test_it_is_sent_again_where_somebody_says_so_and_carries_the_same(
    desk: Desk, post: Post, unknown: str
) -> None:
    settled(desk, unknown, "again")
    desk.clock.at = at(FRIDAY, 8)
    begun(desk)  # which falls due meanwhile, and is not the message's business
    tick_at(desk, at(FRIDAY, 10), post)
    [(claim, _, keys)] = [each for each in post.messages if each[0].person == "kai"]
    assert (claim.key, claim.day, len(keys)) == (unknown, "2021-02-19", 2)
    assert Counter(ledger(desk, "status", recipient="kai")) == {"sent": 2, "owed": 1}
    assert broken(desk) == []


def test_what_is_to_be_sent_again_is_cancelled_where_it_matters_no_more(
    desk: Desk, post: Post, unknown: str
) -> None:
    settled(desk, unknown, "again")
    for ref in sorted(set(ledger(desk, "item"))):
        step(desk, ref, "submit", "kai")
    tick_at(desk, at(FRIDAY, 12), post)
    assert ledger(desk, "status", "reason", recipient="kai") == [("cancelled", "left")] * 2
    assert post.persons() == ["kob"]


def test_a_settlement_is_an_event_with_who_and_why_and_a_key_makes_a_repeat_harmless(
    desk: Desk, unknown: str
) -> None:
    before = len(dump(desk, "event")["event"])
    first = settle(desk, desk.asking("hua", "k1"), Settlement(unknown, "cancelled", "moot"))
    assert settle(desk, desk.asking("hua", "k1"), Settlement(unknown, "cancelled", "moot")) == first
    events = dump(desk, "event")["event"]
    assert len(events) == before + 1
    assert any(b'"kind":"settled"' in row[-2] and b"hua" in row[-2] for row in events)
    assert broken(desk) == []


def test_only_what_is_open_can_be_settled_and_only_with_a_reason(
    desk: Desk, post: Post, unknown: str
) -> None:
    before = dump(desk)
    with pytest.raises(WrongUse, match="a reason is required"):
        settled(desk, unknown, "sent", " ")
    with pytest.raises(WrongUse, match="there is no"):
        settled(desk, "kai|2021-02-20", "sent")
    with pytest.raises(Refusal, match="is sent already"):
        settled(desk, "kob|2021-02-19", "again")
    assert dump(desk) == before
    settled(desk, unknown, "sent")
    with pytest.raises(Refusal, match="is sent already"):
        settled(desk, unknown, "again")


def test_a_reminder_to_nobody_can_only_be_cancelled(desk: Desk, post: Post) -> None:
    begun(desk)
    grant(desk, *FOLK, until=date(2021, 2, 10))
    tick_at(desk, at(FRIDAY), post)
    [key] = ledger(desk, "key")
    for as_ in ("sent", "again"):
        with pytest.raises(Refusal, match="nobody to go to"):
            settled(desk, key, as_)
    settled(desk, key, "cancelled")
    assert ledger(desk, "status", "reason") == [("cancelled", "asked them")]
    assert account(desk).balanced
    assert broken(desk) == []


def test_a_failed_message_can_be_sent_again(desk: Desk, post: Post) -> None:
    begun(desk)
    desk.clock.at = at(FRIDAY)
    while set(ledger(desk, "status")) != {"failed"}:
        tick(desk, "A", desk.clock.now, lambda claim: Unsent(refuse(claim)))
        desk.later(minutes=10)
    for person in KEEPERS:
        settled(desk, f"{person}|2021-02-19", "again")
    post.will = [refuse]
    tick(desk, "A", desk.clock.now, post)
    tick_at(desk, desk.clock.now() + timedelta(minutes=6), post)
    assert ledger(desk, "status") == ["sent", "sent"]
    assert set(post.counts.values()) == {1}


def test_a_sender_that_was_settled_over_does_not_have_the_last_word(desk: Desk, post: Post) -> None:
    """It comes back after somebody said that its message shall be cancelled."""
    begun(desk)

    def slow(claim: Claim) -> None:
        desk.later(minutes=20)
        tick(desk, "B", desk.clock.now, post)
        settled(desk, claim.key, "cancelled")

    post.will = [slow]
    tick_at(desk, at(FRIDAY), post)
    assert ledger(desk, "recipient", "status") == [("kai", "cancelled"), ("kob", "sent")]
    assert broken(desk) == []


# --- What somebody did by hand -------------------------------------------------------------------

_alarm, _item = table(Alarm), table(Item)
_WITHOUT = delete(_alarm).where(_alarm.c.item == bindparam("ref"))
_OTHERWISE = update(_alarm).where(_alarm.c.item == bindparam("ref"))
_ROW = update(_item).where(_item.c.ref == bindparam("was_ref"))


def test_an_alarm_that_was_removed_is_a_gap(desk: Desk) -> None:
    [ref, _] = begun(desk, 2)
    with desk.database.write() as transaction:
        transaction.run(_WITHOUT, {"ref": ref})
    found = account(desk)
    assert [(gap.ref, gap.name, gap.en) for gap in found.gaps] == [
        (ref, "report", "its next reminder is not set")
    ]
    assert found.deadlines == 2
    assert not found.balanced


@pytest.mark.parametrize(
    ("column", "value"), [("step", "-1d"), ("step", "-5d"), ("at", "2021-02-22T02:00:00.000000Z")]
)
def test_an_alarm_that_was_changed_is_a_gap(desk: Desk, column: str, value: str) -> None:
    [ref] = begun(desk)
    changed = _OTHERWISE.values({column: value})
    with desk.database.write() as transaction:
        transaction.run(changed, {"ref": ref})
    [gap] = account(desk).gaps
    assert "is set for the wrong time" in gap.en


def test_an_alarm_that_nobody_called_is_a_gap(desk: Desk, post: Post) -> None:
    begun(desk)
    desk.clock.at = at(FRIDAY, 10)
    assert [gap.en.partition(" (")[0] for gap in account(desk).gaps] == [
        "the reminder -3d fell due and was not called"
    ]
    tick_at(desk, at(FRIDAY, 11), post)
    assert account(desk).balanced


def test_an_alarm_without_a_deadline_is_a_gap(desk: Desk) -> None:
    [ref] = begun(desk)
    changed = _OTHERWISE.values(name="other")
    with desk.database.write() as transaction:
        transaction.run(changed, {"ref": ref})
    assert sorted(gap.en for gap in account(desk).gaps) == [
        "an alarm stands without a deadline",
        "its next reminder is not set",
    ]


SPOILT = {
    "no-deadline": {"due": "{}"},
    "no-json": {"due": "{"},
    "not-an-object": {"due": "[]"},
    "nothing": {"due": "null"},
    "no-day": {"due": '{"open":{"report":{"effective":null,"moved":0,"nominal":null}}}'},
    "no-visits": {"visits": "{}"},
    "visits-in-words": {"visits": '{"writing":"once"}'},
    "no-state": {"state": "nowhere"},
    "no-definition": {"definition": 99},
    "the-end-of-time": {
        "due": '{"open":{"report":{"effective":"9999-12-31","moved":0,"nominal":"9999-12-31"}}}'
    },
}  # fmt: skip


@pytest.mark.parametrize("columns", SPOILT.values(), ids=SPOILT)
def test_an_item_that_was_spoilt_by_hand_does_not_keep_the_others_from_being_reminded(
    desk: Desk, post: Post, columns: dict[str, Any]
) -> None:
    spoilt, sound = begun(desk, 2)
    with desk.database.write() as transaction:
        transaction.run(_ROW.values(columns), {"was_ref": spoilt})
    done = tick_at(desk, at(FRIDAY), post)
    assert done.spoilt == 1
    assert days_of(desk, item=sound, status="sent") == {"-3d": KEEPERS}
    [(status, reason)] = ledger(desk, "status", "reason", item=spoilt)
    assert status == "failed"
    assert reason.startswith("the alarm does not fit its item")
    assert not account(desk).balanced
    assert tick_at(desk, at(FRIDAY, 12), post).idle
    assert tick_at(desk, at(TUESDAY), post).sent == 2  # and it is told again, once a day


def test_an_alarm_that_was_set_back_by_hand_reminds_nobody_twice(desk: Desk, post: Post) -> None:
    """Nor does it keep anybody from being reminded."""
    first, _ = begun(desk, 2)
    tick_at(desk, at(FRIDAY), post)
    was = {"step": "-3d", "at": stamp(at(FRIDAY))}
    with desk.database.write() as transaction:
        transaction.run(_OTHERWISE.values(was), {"ref": first})
    for day in (TUESDAY, DUE):
        tick_at(desk, at(day), post)
    assert Counter(ledger(desk, "step", "status")) == {
        ("-3d", "sent"): 4, ("-1d", "sent"): 4, ("0", "sent"): 4,
    }  # fmt: skip
    assert set(post.counts.values()) == {1}
    assert account(desk).balanced
