"""A letter's way: owed by a step, issued with a number, sent, and its item notified."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from engine import cycles, enrol, letters, loader
from engine.claims import Claim
from engine.clock import day_of
from engine.correspondence import LetterFile
from engine.errors import AnumatError, Refusal, wrong
from engine.ledger import Alarm, Message
from engine.messages import Unsent
from engine.numbers import Place, letter, register_of
from engine.outbox import Wanted, bounced, listed, message, retry
from engine.queries import history
from engine.reconcile import reconcile
from engine.settle import Settlement, settle
from engine.tables import Item, table
from engine.tick import tick
from engine.voiding import set_aside, void
from tests.builders import (
    DEPARTMENT,
    LETTER,
    PROVINCE,
    VOCABULARY,
    Desk,
    broken,
    draft,
    drafts,
    dump,
    live,
    opened,
    requested,
    settled,
    step,
    walk,
)
from tests.engine.lettering import OPDC, draft_of, issued, made, owed
from workflows.shipped import definitions

TO_APPROVED = PROVINCE[:-1]
YEAR = 2564


@pytest.fixture
def approved(office: Desk) -> list[str]:
    """The whole set of the province, approved in one meeting; nobody was told yet."""
    refs = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    for ref in refs:
        walk(office, ref, TO_APPROVED)
    return refs


def sent(office: Desk, *unsent: Unsent | None) -> list[Claim]:
    """A tick: the first messages come to what is said, the others are accepted; what was tried."""
    tried: list[Claim] = []
    will = list(unsent)

    def send(claim: Claim) -> Unsent | None:
        tried.append(claim)
        return will.pop(0) if will else None

    assert tick(office, "clockwork", office.clock.now, send).errors == []
    return [claim for claim in tried if claim.letter]


def waiting(office: Desk) -> list[dict[str, Any]]:
    with office.database.read() as transaction:
        return listed(transaction, Wanted(letters=True))


def reasons_of(call: object, *arguments: object) -> set[str]:
    with pytest.raises(AnumatError) as refused:
        call(*arguments)  # type: ignore[operator]  # whatever is to be refused
    return {reason.code for reason in refused.value.reasons}


# --- What is owed --------------------------------------------------------------------------------


def test_what_one_meeting_decided_of_one_organisation_is_one_letter(
    office: Desk, approved: list[str]
) -> None:
    [found] = owed(office)
    assert (found.kind, found.to, found.copies) == ("notice_of_approval", "CMI", ())
    assert [ref for ref, _ in found.owed] == approved
    assert found.roles[approved[0]] == ("sub_commission_secretary", "opdc_analyst")


def test_a_ministry_above_gets_a_copy(office: Desk) -> None:
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    [found] = owed(office)
    assert found.to == "OPS"
    assert found.copies == ("MOI",)


def test_approved_and_rejected_requests_of_a_meeting_go_in_one_letter(office: Desk) -> None:
    subject = settled(office)
    one, two = requested(office, subject), requested(office, subject, reason_th="อื่น")
    for ref in (one, two):
        for trigger, person in (("submit", "chiang"), ("opine", "hathai"), ("propose", "orn")):
            step(office, ref, trigger, person)
    step(office, one, "approve", "wipa", meeting="M-WG")
    step(office, two, "reject", "wipa", meeting="M-WG", comment="ไม่ใช่เหตุที่ควบคุมไม่ได้")
    [found] = owed(office, kind="decision_on_change_request")
    assert [ref for ref, _ in found.owed] == [one, two]
    facts = draft_of(office, found).facts
    assert [item["outcome"] for item in facts["items"]] == ["approved", "rejected"]
    assert facts["items"][1]["comment"] == "ไม่ใช่เหตุที่ควบคุมไม่ได้"


def test_decisions_that_are_recorded_one_after_the_other_are_still_one_letter_each(
    office: Desk,
) -> None:
    """Of two organisations in turns: the letters of neither are torn apart."""
    refs: dict[str, list[str]] = {}
    for place in ("CMI", "DLA"):
        of = [draft(f"{place}{number}", organisation=place) for number in (1, 2)]
        refs[place] = opened(office, None, "indicator_province", "2564-free", of)
    for number in (0, 1):
        for place in ("CMI", "DLA"):
            path = [(t, "both" if p == "chiang" else p, said) for t, p, said in TO_APPROVED]
            walk(office, refs[place][number], path)
    found = {each.organisation: [ref for ref, _ in each.owed] for each in owed(office)}
    assert found == refs
    assert len(owed(office)) == 2


def test_what_was_asked_in_one_bulk_is_one_letter_and_later_questions_are_another(
    office: Desk,
) -> None:
    first, second, third = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    for ref in (first, second, third):
        step(office, ref, "submit", "chiang")
    for ref in (first, second):
        step(office, ref, "ask_information", "orn", comment="ขอสูตร")
    office.later(hours=1)
    step(office, third, "ask_information", "orn", comment="ขอสูตร")
    together, alone = owed(office, kind="information_request")
    assert [ref for ref, _ in together.owed] == [first, second]
    assert [ref for ref, _ in alone.owed] == [third]


def test_what_two_persons_did_at_one_moment_is_a_letter_of_each(office: Desk) -> None:
    """The clock of a simulation stands still; nobody could issue what both have done."""
    one, two, *_ = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    walk(office, one, PROVINCE[:1])
    walk(office, two, PROVINCE[:2])
    step(office, one, "return", "orn", comment="แก้สูตร")
    step(office, two, "return", "kanda", comment="แก้น้ำหนัก")
    mine, theirs = owed(office, kind="return_for_revision")
    assert [ref for ref, _ in mine.owed] == [one]
    assert issued(office, mine, "orn")["number"] == 1
    assert issued(office, theirs, "kanda")["number"] == 2


def test_a_letter_that_nobody_wrote_in_time_is_called_off_when_the_item_leaves(
    office: Desk,
) -> None:
    ref, *_ = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    step(office, ref, "submit", "chiang")
    step(office, ref, "return", "orn", comment="แก้สูตร")
    assert owed(office, item=ref)
    step(office, ref, "submit", "chiang")
    assert owed(office, item=ref) == []
    [row] = dump(office, "letter_owed")["letter_owed"]
    assert row[-3:] == ("cancelled", "left", "")


def test_a_letter_that_went_on_paper_is_not_owed_any_more(
    office: Desk, approved: list[str]
) -> None:
    step(office, approved[0], "notify", "orn", **LETTER)
    assert [ref for ref, _ in owed(office)[0].owed] == approved[1:]
    rows = {row[0]: row[-3:] for row in dump(office, "letter_owed")["letter_owed"]}
    assert rows[approved[0]] == ("on_paper", LETTER["letter_number"], "")


# --- Issuing -------------------------------------------------------------------------------------


def test_an_issued_letter_has_its_number_its_file_and_a_message_for_each_recipient(
    office: Desk,
) -> None:
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    answer = issued(office, owed(office)[0])
    assert (answer["ref"], answer["printed"]) == (f"{OPDC}/2564/1", "นร 1203/1")
    with office.database.read() as transaction:
        assert letters.file_of(transaction, answer["ref"]) == b"%PDF 1"
        for typed in ("นร ๑๒๐๓/๑", "นร1203/1", " นร  1203 / 1", f"{OPDC}/2564/1"):
            assert letter(transaction, typed)["ref"] == answer["ref"]
        for typed in ("", "นร 1203/2", f"{OPDC}/2565/1"):
            assert reasons_of(letter, transaction, typed) == {"letter"}
    assert [(row["recipient"], row["is_copy"], row["status"]) for row in waiting(office)] == [
        ("MOI", 1, "waiting"),
        ("OPS", 0, "waiting"),
    ]
    assert owed(office) == []
    assert broken(office) == []


def test_numbers_follow_each_other_and_begin_anew_with_the_calendar_year(
    office: Desk, approved: list[str]
) -> None:
    [found] = owed(office)
    one = issued(office, found)
    void(office, office.asking("orn"), one["ref"], "พิมพ์ผิด")
    two = issued(office, owed(office)[0])
    assert [one["number"], two["number"]] == [1, 2]
    void(office, office.asking("orn"), two["ref"], "พิมพ์ผิดอีก")
    office.later(days=330)  # the fiscal year changed on the way, the calendar year too
    three = issued(office, owed(office)[0])
    assert three["ref"] == f"{OPDC}/2564/3"
    void(office, office.asking("orn"), three["ref"], "รอปีใหม่")
    office.later(days=30)
    assert issued(office, owed(office)[0])["ref"] == f"{OPDC}/2565/1"


def test_who_has_no_right_issues_nothing(office: Desk, approved: list[str]) -> None:
    before = dump(office)
    assert reasons_of(issued, office, owed(office)[0], "chiang") == {"role"}
    assert reasons_of(issued, office, owed(office)[0], None) == {"actor"}
    assert dump(office) == before


def test_a_right_over_the_items_is_none_in_another_ones_register(
    office: Desk, approved: list[str]
) -> None:
    """The secretary of the sub-commission took the step, and has no role at the sender."""
    grant = enrol.NewGrant("nobody", "sub_commission_secretary", "CMI", date(2020, 10, 1))
    enrol.grants(office, office.asking(), [grant])
    before = dump(office)
    with pytest.raises(Refusal) as refused:
        issued(office, owed(office)[0], "nobody")
    [reason] = refused.value.reasons
    assert reason.en == (
        "Nobody has no right in the register of WG. "
        "Those who have: Both (both), Esar (esar), Kanda (kanda) and 5 more"
    )
    assert "ผู้ที่มีสิทธิ: คุณboth (both), " in reason.th
    assert reason.th.endswith("และอีก 5 คน")
    assert dump(office) == before
    nearer = enrol.NewGrant("chiang", "coordinator", OPDC, date(2020, 10, 1))
    past = enrol.NewGrant("somsak", "coordinator", OPDC, date(2020, 10, 1), date(2020, 12, 31))
    enrol.grants(office, office.asking(), [nearer, past])
    with pytest.raises(Refusal, match=r"Those who have: Chiang \(chiang\), Both \(both\)"):
        issued(office, owed(office)[0], "nobody")


def test_a_letter_is_issued_once(office: Desk, approved: list[str]) -> None:
    [found] = owed(office)
    first = issued(office, found, key="k")
    assert issued(office, found, key="k") == first
    assert reasons_of(issued, office, found) == {"not-owed"}
    with office.database.read() as transaction:
        assert len(register_of(transaction, OPDC, YEAR)) == 1


def test_a_letter_is_of_no_future_day_and_of_none_before_the_number_before(
    office: Desk, approved: list[str]
) -> None:
    [found] = owed(office)
    today = draft_of(office, found).dated
    for day, way in ((today + timedelta(days=1), "future"), (today, "fine")):
        of_day = draft_of(office, found, day)
        if way == "future":
            asking = office.asking("orn")
            assert reasons_of(letters.issue, office, asking, of_day, made) == {"dated"}
    place = Place(OPDC, "letter", YEAR)
    set_aside(office, office.asking("orn"), place, 8, "ออกบนกระดาษ")
    yesterday = draft_of(office, found, today - timedelta(days=1))
    assert reasons_of(letters.issue, office, office.asking("orn"), yesterday, made) == {"dated"}
    assert issued(office, found)["number"] == 9


def test_a_letter_is_of_no_day_before_what_it_tells(office: Desk, approved: list[str]) -> None:
    """The sub-commission met on 29 January. A slip of the year would begin another register."""
    [found] = owed(office)
    for day in (date(2021, 1, 28), date(2011, 2, 1)):
        early = draft_of(office, found, day)
        assert reasons_of(letters.issue, office, office.asking("orn"), early, made) == {"dated"}
    on_the_day = draft_of(office, found, date(2021, 1, 29))
    answer = letters.issue(office, office.asking("orn"), on_the_day, made)
    assert answer["dated"] == "2021-01-29"


def test_a_question_is_of_no_day_before_it_was_asked(office: Desk) -> None:
    ref, *_ = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    walk(office, ref, PROVINCE[:1])
    step(office, ref, "ask_information", "orn", comment="ขอสูตร")
    yesterday = draft_of(office, owed(office)[0], date(2021, 1, 31))
    assert reasons_of(letters.issue, office, office.asking("orn"), yesterday, made) == {"dated"}
    assert issued(office, owed(office)[0])["dated"] == "2021-02-01"


def test_the_year_of_a_number_ends_at_midnight_in_bangkok(
    office: Desk, approved: list[str]
) -> None:
    office.clock.at = datetime(2021, 12, 31, 16, 59, 59, tzinfo=UTC)
    last = issued(office, owed(office)[0])
    void(office, office.asking("orn"), last["ref"], "พิมพ์ผิด")
    office.later(seconds=1)
    first = issued(office, owed(office)[0])
    assert [last["ref"], first["ref"]] == [f"{OPDC}/2564/1", f"{OPDC}/2565/1"]
    void(office, office.asking("orn"), "นร 1203/1", "พิมพ์ผิด")  # the newer one of that number
    of_last_year = draft_of(office, owed(office)[0], date(2021, 12, 31))
    answer = letters.issue(office, office.asking("orn"), of_last_year, made)
    assert answer["ref"] == f"{OPDC}/2564/2"
    assert broken(office) == []


def test_two_senders_never_give_one_number_to_two_letters(
    office: Desk, approved: list[str]
) -> None:
    """The code went from one sender to another within the year."""
    first = issued(office, owed(office)[0])
    void(office, office.asking("orn"), first["ref"], "พิมพ์ผิด")
    theirs = Place("SUB", "letter", YEAR)
    heir = replace(draft_of(office, owed(office)[0]), place=theirs)
    before = dump(office)
    assert reasons_of(letters.issue, office, office.asking("orn"), heir, made) == {"number"}
    assert dump(office) == before
    set_aside(office, office.asking("orn"), theirs, 1, "หน่วยงานเดิมใช้แล้ว")
    assert letters.issue(office, office.asking("orn"), heir, made)["printed"] == "นร 1203/2"


def test_minister_and_ministry_get_one_copy_together(office: Desk, tmp_path: Path) -> None:
    shipped = next(path for path in definitions() if path.stem == "indicator_department")
    own = tmp_path / shipped.name
    said = shipped.read_text("utf-8").replace("copies: [minister]", "copies: [ministry, minister]")
    own.write_text(said, "utf-8")
    cycles.publish(office, office.asking(), loader.load(own, VOCABULARY))
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    [found] = owed(office)
    assert (found.copies, found.copied) == (("MOI",), (("MOI", "ministry"), ("MOI", "minister")))
    assert len(issued(office, found)["messages"]) == 2


def test_a_file_that_somebody_changed_does_not_go_out(office: Desk, approved: list[str]) -> None:
    ref = issued(office, owed(office)[0])["ref"]
    with office.database.write() as transaction:
        transaction.run(update(table(LetterFile)).values(body=b"%PDF other"))
    with office.database.read() as transaction:
        assert reasons_of(letters.file_of, transaction, ref) == {"file"}


def test_a_file_that_was_made_for_another_number_is_made_anew(
    office: Desk, approved: list[str]
) -> None:
    """Between the making and the taking somebody else takes the number."""
    of = draft_of(office, owed(office)[0])
    asked: list[int] = []

    def slowly(number: int) -> letters.Made:
        if not asked:
            set_aside(office, office.asking("orn"), of.place, number, "เร็วกว่า")
        asked.append(number)
        return made(number)

    answer = letters.issue(office, office.asking("orn"), of, slowly)
    assert asked == [1, 2]
    assert answer["printed"] == "นร 1203/2"
    with office.database.read() as transaction:
        assert letters.file_of(transaction, answer["ref"]) == b"%PDF 2"


def test_a_letter_that_cannot_be_made_takes_no_number(office: Desk, approved: list[str]) -> None:
    before = dump(office)

    def never(_: int) -> letters.Made:
        raise wrong("letter", "พิมพ์ไม่ได้", "it cannot be printed")

    of = draft_of(office, owed(office)[0])
    assert reasons_of(letters.issue, office, office.asking("orn"), of, never) == {"letter"}
    assert dump(office) == before


# --- Gaps ----------------------------------------------------------------------------------------


def test_a_void_number_stays_with_its_reason_and_what_it_told_is_owed_again(
    office: Desk, approved: list[str]
) -> None:
    ref = issued(office, owed(office)[0])["ref"]
    answer = void(office, office.asking("orn"), ref, "ผู้ลงนามไม่ถูกต้อง")
    assert answer["owed_again"] == approved
    assert sent(office) == []
    with office.database.read() as transaction:
        [row] = register_of(transaction, OPDC, YEAR)
    assert (row["status"], row["reason"]) == ("void", "ผู้ลงนามไม่ถูกต้อง")
    assert [ref for each in owed(office) for ref, _ in each.owed] == approved
    assert reasons_of(void, office, office.asking("orn"), ref, "อีกครั้ง") == {"status"}
    assert broken(office) == []


def test_a_void_letter_that_had_failed_is_never_sent_again(
    office: Desk, approved: list[str]
) -> None:
    answer = issued(office, owed(office)[0])
    sent(office, Unsent("550 no such mailbox", final=True))
    void(office, office.asking("orn"), answer["ref"], "ที่อยู่ผิด")
    key = answer["messages"][0]
    assert reasons_of(retry, office, office.asking("orn"), key, "ลองใหม่") == {"void"}
    assert sent(office) == []


def test_what_was_sent_is_not_void(office: Desk, approved: list[str]) -> None:
    ref = issued(office, owed(office)[0])["ref"]
    sent(office)
    assert reasons_of(void, office, office.asking("orn"), ref, "สาย") == {"sent"}
    assert reasons_of(void, office, office.asking("orn"), ref, " ") == {"reason"}


def test_what_went_by_post_and_notified_an_item_is_not_void(
    office: Desk, approved: list[str]
) -> None:
    answer = issued(office, owed(office)[0])
    post = Settlement(answer["messages"][0], "cancelled", "ส่งทางไปรษณีย์")
    settle(office, office.asking("orn"), post)
    on_paper = {"letter_number": "นร๑๒๐๓/๑", "letter_date": "2021-02-01"}
    step(office, approved[0], "notify", "orn", **on_paper)
    before = dump(office)
    assert reasons_of(void, office, office.asking("orn"), answer["ref"], "x") == {"notified"}
    assert dump(office) == before


def test_what_was_sent_and_came_back_has_notified_all_the_same(
    office: Desk, approved: list[str]
) -> None:
    answer = issued(office, owed(office)[0])
    sent(office)
    bounced(office, office.asking(), answer["messages"][0], "5.1.1 unknown user")
    post = Settlement(answer["messages"][0], "cancelled", "ส่งทางไปรษณีย์")
    settle(office, office.asking("orn"), post)
    assert reasons_of(void, office, office.asking("orn"), answer["ref"], "x") == {"notified"}


def test_numbers_that_were_used_elsewhere_are_one_row_with_a_reason(office: Desk) -> None:
    place = Place(OPDC, "circular", YEAR)
    answer = set_aside(office, office.asking("orn"), place, 1589, "ทะเบียนกระดาษ")
    with office.database.read() as transaction:
        for typed in (f"{OPDC}/2564/ว๑๕", f"{OPDC}/2564/ว 1589", f"{OPDC.lower()}/2564/ว2"):
            assert letter(transaction, typed)["ref"] == answer["ref"]
        assert reasons_of(letter, transaction, "") == {"letter"}
    assert answer == {"ref": f"{OPDC}/2564/ว1-1589", "first": 1, "number": 1589}
    assert reasons_of(set_aside, office, office.asking("orn"), place, 1589, "x") == {"number"}
    to_come = Place(OPDC, "circular", YEAR + 1)
    assert reasons_of(set_aside, office, office.asking("orn"), to_come, 5, "x") == {"year"}
    assert reasons_of(set_aside, office, office.asking("chiang"), place, 1600, "x") == {"role"}


# --- Sent ----------------------------------------------------------------------------------------


def test_a_letter_that_was_sent_notifies_its_items(office: Desk, approved: list[str]) -> None:
    answer = issued(office, owed(office)[0])
    office.later(minutes=1)
    [claim] = sent(office)
    assert (claim.letter, claim.recipient) == (answer["ref"], "CMI")
    assert {live(office, ref).state for ref in approved} == {"notified"}
    with office.database.read() as transaction:
        last = history(transaction, approved[0])[-1]
    assert last["letter"] == {"number": "นร 1203/1", "date": "2021-02-01"}
    assert last["actor"]["system"] == "clock"
    assert dump(office, "alarm")["alarm"] == []
    assert broken(office) == []


def test_a_copy_that_is_refused_keeps_nobody_waiting(office: Desk) -> None:
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-1])  # accepted before the letter came
    issued(office, owed(office)[0])
    sent(office, Unsent("full"))  # the first message is the copy
    assert live(office, ref).state == "notified"


def test_an_item_that_must_be_accepted_first_is_notified_when_it_was(office: Desk) -> None:
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    issued(office, owed(office)[0])
    sent(office)
    assert live(office, ref).state == "approved"
    office.later(hours=1)
    step(office, ref, "accept", "somying")
    sent(office)
    assert live(office, ref).state == "notified"
    assert [each.kind for each in owed(office)] == ["confirmation_to_units"]


def test_an_item_that_was_objected_to_is_not_notified_by_the_old_letter(office: Desk) -> None:
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    issued(office, owed(office)[0])
    sent(office)
    step(office, ref, "object", "somying", comment="น้ำหนักไม่ตรง")
    office.later(days=1)
    step(office, ref, "approve", "orn", meeting="M-WG")
    step(office, ref, "accept", "somying")
    office.later(days=2)
    sent(office)
    assert live(office, ref).state == "approved"
    assert len(owed(office)) == 1


def test_an_old_letter_notifies_nobody_of_the_new_approval(office: Desk) -> None:
    """That it had left was only known when the item had been objected to, and approved again."""
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    [key] = [each for each in issued(office, owed(office)[0])["messages"] if "|OPS|" in each]

    def dead(claim: Claim) -> None:
        if claim.key == key:
            raise TimeoutError(claim.key)

    tick(office, "clockwork", office.clock.now, dead)
    step(office, ref, "object", "somying", comment="น้ำหนักไม่ตรง")
    office.later(days=1)
    step(office, ref, "approve", "orn", meeting="M-WG")
    step(office, ref, "accept", "somying")
    settle(office, office.asking("orn"), Settlement(key, "sent", "พบในตู้จดหมายสำเนา"))
    sent(office)
    assert live(office, ref).state == "approved"
    issued(office, owed(office, kind="notice_of_approval")[0])
    sent(office)
    assert live(office, ref).state == "notified"


def test_an_alarm_that_was_set_just_when_its_item_left_notifies_nobody(office: Desk) -> None:
    """On PostgreSQL the clock may find the item there, and set the alarm when it has left."""
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    answer = issued(office, owed(office)[0])
    sent(office)
    [alarm] = dump(office, "alarm")["alarm"]
    step(office, ref, "object", "somying", comment="น้ำหนักไม่ตรง")
    with office.database.write() as transaction:
        names = [column.name for column in table(Alarm).c]
        transaction.run(insert(table(Alarm)), dict(zip(names, alarm, strict=True)))
    step(office, ref, "approve", "orn", meeting="M-WG")
    step(office, ref, "accept", "somying")
    assert answer["ref"] in alarm
    sent(office)
    assert live(office, ref).state == "approved"
    assert dump(office, "alarm")["alarm"] == []


def test_a_letter_whose_items_were_notified_by_another_one_is_called_off(
    office: Desk, approved: list[str]
) -> None:
    answer = issued(office, owed(office)[0])
    key = answer["messages"][0]
    for ref in approved[1:]:
        step(office, ref, "notify", "orn", **LETTER)
    sent(office, Unsent("the relay is away"))  # one of them waits for it still
    step(office, approved[0], "notify", "orn", **LETTER)
    office.later(hours=1)
    assert sent(office) == []
    with office.database.read() as transaction:
        found = message(transaction, key)
    assert (found["status"], found["attempts"]) == ("cancelled", 1)  # the one that failed
    assert "its items went on without it" in found["note"]
    retry(office, office.asking("orn"), key, "ลองใหม่")
    assert sent(office) == []  # nor when somebody asks for it
    with office.database.read() as transaction:
        assert message(transaction, key)["status"] == "cancelled"
    assert void(office, office.asking("orn"), answer["ref"], "ส่งฉบับอื่น")["owed_again"] == []


def test_items_that_go_on_while_the_relay_fails_call_the_letter_off(
    office: Desk, approved: list[str]
) -> None:
    issued(office, owed(office)[0])

    def busy(claim: Claim) -> Unsent:
        for ref in approved:
            step(office, ref, "notify", "orn", **LETTER)
        return Unsent("the relay is away")

    tick(office, "clockwork", office.clock.now, busy)
    office.later(hours=1)
    assert sent(office) == []
    assert [row["status"] for row in waiting(office)] == ["cancelled"]


def test_a_letter_of_the_number_that_was_recorded_still_goes_out(
    office: Desk, approved: list[str]
) -> None:
    """The original went by post, the file follows by mail."""
    issued(office, owed(office)[0])
    for ref in approved:
        step(office, ref, "notify", "orn", letter_number="นร ๑๒๐๓/๑", letter_date="2021-02-01")
    assert len(sent(office)) == 1


def test_a_question_goes_out_though_it_was_answered_already(office: Desk) -> None:
    ref, *_ = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    walk(office, ref, PROVINCE[:1])
    step(office, ref, "return", "orn", comment="แก้สูตร")
    issued(office, owed(office)[0])
    step(office, ref, "submit", "chiang")
    assert len(sent(office)) == 1


def test_a_letter_that_came_back_notifies_nobody_until_it_is_sent_again(office: Desk) -> None:
    """The item waited for its coordinator to accept when the letter came back."""
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    copy, key = sorted(issued(office, owed(office)[0])["messages"])
    sent(office)
    bounced(office, office.asking(), key, "5.1.1 unknown user")
    step(office, ref, "accept", "somying")
    sent(office)
    assert live(office, ref).state == "approved"
    bounced(office, office.asking(), copy, "5.1.1 unknown user")
    retry(office, office.asking(), key, "แก้ที่อยู่แล้ว")
    sent(office)
    assert live(office, ref).state == "notified"


def test_the_account_is_balanced_while_a_letter_waits_to_be_accepted(office: Desk) -> None:
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-2])
    issued(office, owed(office)[0])
    sent(office)
    assert dump(office, "alarm")["alarm"]  # it was sent, and its item is not notified yet
    today = day_of(office.clock.now())
    with office.database.read() as transaction:
        account = reconcile(transaction, office, today, today, office.clock.now())
    assert (account.gaps, account.balanced) == ([], True)


def test_a_letter_that_somebody_took_out_of_the_outbox_or_sent_astray_is_a_gap(
    office: Desk, approved: list[str]
) -> None:
    ref = issued(office, owed(office)[0])["ref"]
    today = day_of(office.clock.now())

    def gaps() -> list[tuple[str, str]]:
        with office.database.read() as transaction:
            account = reconcile(transaction, office, today, today, office.clock.now())
        return [(gap.ref, gap.en) for gap in account.gaps]

    assert gaps() == []
    said = "it was issued, and no message to its recipient is in the outbox"
    for by_hand in (update(table(Message)).values(recipient="MOPH"), delete(table(Message))):
        with office.database.write() as transaction:
            transaction.run(by_hand)
        assert gaps() == [(ref, said)]
    void(office, office.asking("orn"), ref, "ข้อความหาย")
    assert gaps() == []


def test_a_relay_that_is_away_is_tried_again_and_then_left_to_a_person(
    office: Desk, approved: list[str]
) -> None:
    key = issued(office, owed(office)[0])["messages"][0]
    for _ in range(6):
        sent(office, Unsent("the relay is away"))
        office.later(hours=7)
    with office.database.read() as transaction:
        assert message(transaction, key)["status"] == "failed"
    assert sent(office) == []
    retry(office, office.asking(), key, "ระบบกลับมาแล้ว")
    assert [claim.key for claim in sent(office)] == [key]
    assert live(office, approved[0]).state == "notified"


def test_a_refusal_for_good_is_not_tried_again(office: Desk, approved: list[str]) -> None:
    key = issued(office, owed(office)[0])["messages"][0]
    sent(office, Unsent("550 no such mailbox", final=True))
    office.later(days=1)
    assert sent(office) == []
    with office.database.read() as transaction:
        found = message(transaction, key)
    assert (found["status"], found["note"]) == ("failed", "550 no such mailbox")


def test_an_unknown_outcome_waits_for_a_person(office: Desk, approved: list[str]) -> None:
    issued(office, owed(office)[0])

    def dead(claim: Claim) -> None:
        raise TimeoutError(claim.key)

    tick(office, "clockwork", office.clock.now, dead)
    office.later(days=1)
    assert sent(office) == []
    [key] = [row[0] for row in dump(office, "message")["message"]]
    settle(office, office.asking("orn"), Settlement(key, "sent", "พบในตู้จดหมายสำเนา"))
    sent(office)
    assert live(office, approved[0]).state == "notified"


def test_a_returned_message_is_sent_again_as_another_one(office: Desk, approved: list[str]) -> None:
    key = issued(office, owed(office)[0])["messages"][0]
    sent(office)
    bounced(office, office.asking(), key, "5.1.1 unknown user")
    again = retry(office, office.asking(), key, "แก้ที่อยู่แล้ว")["key"]
    assert again == key.removesuffix("|1") + "|2"
    assert [claim.key for claim in sent(office)] == [again]
    with office.database.read() as transaction:
        assert message(transaction, key)["status"] == "replaced"
    assert reasons_of(bounced, office, office.asking(), key, "x") == {"settled"}


def test_an_item_that_nobody_can_read_keeps_no_other_letter_back(office: Desk) -> None:
    refs = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    for ref in refs[:2]:
        walk(office, ref, PROVINCE[:1])
        step(office, ref, "return", "orn", comment="แก้สูตร")
        issued(office, owed(office)[0])
    with office.database.write() as transaction:
        transaction.run(
            update(table(Item)).values(definition=99).where(table(Item).c.ref == refs[0])
        )
    for _ in range(2):
        tick(office, "clockwork", office.clock.now, lambda claim: None)
    assert "sent" in {row["status"] for row in waiting(office)}


def test_more_letters_than_a_batch_go_out_in_one_round(office: Desk) -> None:
    many = [draft(f"P{n}", organisation="CMI") for n in range(60)]
    refs = opened(office, None, "indicator_province", "2564-free", many)
    for ref in refs:
        step(office, ref, "submit", "chiang")
        step(office, ref, "ask_information", "orn", comment="ขอสูตร")
        office.later(seconds=1)
    for each in owed(office):
        issued(office, each)
    assert len(sent(office)) == 60
