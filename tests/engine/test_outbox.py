"""What got stuck on its way out, and what a person does about it."""

from threading import Thread
from typing import Any

import pytest

import engine.settle
from engine.claims import NEW, Claim
from engine.clock import stamp
from engine.errors import AnumatError
from engine.messages import Unsent
from engine.outbox import Wanted, bounced, listed, message, retry, retry_failed, tried_keys
from engine.queries import history
from engine.settle import Settlement, settle
from engine.tables import REGISTER
from engine.tick import tick
from engine.voiding import void
from tests.builders import (
    DEPARTMENT,
    PROVINCE,
    Desk,
    broken,
    draft,
    drafts,
    dump,
    live,
    opened,
    step,
    walk,
)
from tests.engine.lettering import approved_set, issued, owed


@pytest.fixture
def letter(office: Desk) -> str:
    """The message of a letter that waits to be sent."""
    approved_set(office)
    return str(issued(office, owed(office)[0])["messages"][0])


def send(office: Desk, unsent: Unsent | None = None) -> list[str]:
    tried: list[str] = []

    def of(claim: Claim) -> Unsent | None:
        tried.append(claim.key)
        return unsent if claim.letter else None

    tick(office, "clockwork", office.clock.now, of)
    return tried


def dead(claim: Claim) -> None:
    """The line, just behind the last dot."""
    raise TimeoutError(claim.key)


def reasons_of(call: object, *arguments: object) -> set[str]:
    with pytest.raises(AnumatError) as refused:
        call(*arguments)  # type: ignore[operator]  # whatever is to be refused
    return {reason.code for reason in refused.value.reasons}


def refs_of(office: Desk) -> list[str]:
    return [row[0] for row in dump(office, "item")["item"]]


def status(office: Desk, key: str) -> str:
    with office.database.read() as transaction:
        return str(message(transaction, key)["status"])


def test_a_retry_has_one_key_whatever_became_of_the_message(office: Desk, letter: str) -> None:
    send(office, Unsent("no such mailbox", final=True))
    first = retry(office, office.asking("orn", "k"), letter, "แก้แล้ว")
    assert first == {"key": letter, "was": "failed", "is": "again"}
    send(office)
    before = dump(office)
    assert retry(office, office.asking("orn", "k"), letter, "แก้แล้ว") == first
    assert dump(office) == before
    assert reasons_of(retry, office, office.asking("orn", "k"), letter, "อีก") == {"key"}


def test_who_retries_is_known_and_says_why(office: Desk, letter: str) -> None:
    before = dump(office)
    assert reasons_of(retry, office, office.asking("stranger"), letter, "x") == {"person"}
    for comment in ("", "  ", "ก" * 3_000):
        assert reasons_of(retry, office, office.asking("orn"), letter, comment) == {"comment"}
    assert reasons_of(retry, office, office.asking("orn"), "X", "x") == {"key"}
    assert dump(office) == before


def test_what_waits_for_its_next_try_goes_out_now(office: Desk, letter: str) -> None:
    send(office, Unsent("the relay is away"))
    office.later(seconds=1)
    assert send(office) == []
    retry(office, office.asking("orn"), letter, "ระบบกลับมาแล้ว")
    assert send(office) == [letter]


def test_all_that_failed_is_sent_again_at_once(office: Desk, letter: str) -> None:
    of = [draft("P1", organisation="CMI")]
    [ref] = opened(office, None, "indicator_province", "2564-free", of)
    step(office, ref, "submit", "chiang")
    step(office, ref, "ask_information", "orn", comment="ขอสูตร")
    other = str(issued(office, owed(office)[0])["messages"][0])
    assert send(office, Unsent("the relay is gone", final=True)) == [letter, other]
    before = dump(office)
    assert reasons_of(retry_failed, office, office.asking("stranger"), "x") == {"person"}
    assert reasons_of(retry_failed, office, office.asking("orn"), " ") == {"comment"}
    assert dump(office) == before
    answer = retry_failed(office, office.asking("orn", "k"), "ระบบกลับมาแล้ว")
    assert [each["key"] for each in answer["messages"]] == [letter, other]
    assert retry_failed(office, office.asking("orn", "k"), "ระบบกลับมาแล้ว") == answer
    assert send(office) == [letter, other]
    assert retry_failed(office, office.asking("orn"), "x") == {"messages": []}
    assert broken(office) == []


def test_a_returned_letter_may_go_by_post_instead(office: Desk, letter: str) -> None:
    send(office)
    bounced(office, office.asking(), letter, "5.1.1 unknown user")
    cancel = Settlement(letter, "cancelled", "ส่งทางไปรษณีย์แล้ว")
    assert settle(office, office.asking("orn"), cancel)["was"] == "bounced"
    assert status(office, letter) == "cancelled"
    assert send(office) == []
    assert broken(office) == []


def test_what_was_cancelled_by_mistake_goes_out_after_all(office: Desk, letter: str) -> None:
    settle(office, office.asking("orn"), Settlement(letter, "cancelled", "ส่งทางไปรษณีย์แล้ว"))
    assert send(office) == []
    answer = retry(office, office.asking("orn", "k"), letter, "ยกเลิกผิดฉบับ")
    assert answer == {"key": letter, "was": "cancelled", "is": "again"}
    with office.database.read() as transaction:
        assert history(transaction, REGISTER)[-1].items() >= {
            "kind": "settled", "message": letter, "was": "cancelled", "is": "again",
            "comment": "ยกเลิกผิดฉบับ",
        }.items()  # fmt: skip
    assert send(office) == [letter]
    send(office)
    assert {live(office, ref).state for ref in refs_of(office)} == {"notified"}
    assert retry(office, office.asking("orn", "k"), letter, "ยกเลิกผิดฉบับ") == answer
    assert reasons_of(retry, office, office.asking("orn"), letter, "x") == {"settled"}
    assert broken(office) == []


def test_what_was_cancelled_and_did_go_out_notifies_its_items(office: Desk, letter: str) -> None:
    tick(office, "clockwork", office.clock.now, dead)
    settle(office, office.asking("orn"), Settlement(letter, "cancelled", "ไม่ต้องส่งแล้ว"))
    wish = Settlement(letter, "sent", "ผู้รับยืนยันว่าได้รับแล้ว")
    assert settle(office, office.asking("orn"), wish)["was"] == "cancelled"
    assert send(office) == []
    assert {live(office, ref).state for ref in refs_of(office)} == {"notified"}


def test_what_was_returned_and_then_cancelled_goes_out_as_another_message(
    office: Desk, letter: str
) -> None:
    """The archive holds the first one; whether the second went out is another question."""
    tick(office, "clockwork", office.clock.now, dead)
    bounced(office, office.asking(), letter, "5.1.1 unknown user")
    settle(office, office.asking("orn"), Settlement(letter, "cancelled", "ส่งทางไปรษณีย์แล้ว"))
    for as_ in ("sent", "again"):
        wish = Settlement(letter, as_, "x")
        assert reasons_of(settle, office, office.asking("orn"), wish) == {"settled"}
    answer = retry(office, office.asking("orn"), letter, "แก้ที่อยู่แล้ว")
    assert answer == {"key": f"{letter[:-1]}2", "was": "cancelled", "is": "again"}
    assert {live(office, ref).state for ref in refs_of(office)} == {"approved"}
    assert send(office) == [answer["key"]]
    assert {live(office, ref).state for ref in refs_of(office)} == {"notified"}
    assert broken(office) == []


def test_a_cancelled_message_of_a_void_letter_is_never_taken_back(
    office: Desk, letter: str
) -> None:
    tick(office, "clockwork", office.clock.now, dead)
    bounced(office, office.asking(), letter, "5.1.1 unknown user")
    settle(office, office.asking("orn"), Settlement(letter, "cancelled", "ยกเลิก"))
    void(office, office.asking("orn"), letter.partition("|")[0], "ผู้ลงนามผิด")
    assert reasons_of(retry, office, office.asking("orn"), letter, "x") == {"void"}
    again = str(issued(office, owed(office)[0])["messages"][0])
    assert again != letter
    void(office, office.asking("orn"), again.partition("|")[0], "ผู้ลงนามผิด")
    before = dump(office)
    assert reasons_of(retry, office, office.asking("orn"), again, "x") == {"void"}
    for way in ("sent", "again"):
        wish = Settlement(again, way, "x")
        assert reasons_of(settle, office, office.asking("orn"), wish) == {"void"}
    assert dump(office) == before


def test_a_letter_that_becomes_void_at_that_moment_is_not_sent(
    office: Desk, letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the letter and the event somebody makes it void."""
    settle(office, office.asking("orn"), Settlement(letter, "cancelled", "ยกเลิกผิดฉบับ"))
    ref = letter.partition("|")[0]
    other = Thread(target=lambda: void(office, office.asking("orn"), ref, "ผู้ลงนามผิด"))
    record = engine.settle.record_settlement

    def slowly(*arguments: Any) -> None:
        if other.ident is None:
            other.start()
            other.join(0.5)  # it waits for us; if it did not, it would be done by now
        record(*arguments)

    monkeypatch.setattr(engine.settle, "record_settlement", slowly)
    retry(office, office.asking("orn"), letter, "ยกเลิกผิดฉบับ")
    other.join(60)
    assert status(office, letter) == "cancelled"
    assert [each.kind for each in owed(office)] == ["notice_of_approval"]  # it is void
    assert send(office) == []


def test_what_was_returned_is_neither_sent_nor_forgotten_by_itself(
    office: Desk, letter: str
) -> None:
    send(office)
    bounced(office, office.asking(), letter, "ก" * 5_000)
    with office.database.read() as transaction:
        assert len(message(transaction, letter)["note"]) == 500
    for as_ in ("sent", "again"):
        wish = Settlement(letter, as_, "x")
        assert reasons_of(settle, office, office.asking("orn"), wish) == {"settled"}
    ref = letter.partition("|")[0]
    assert reasons_of(void, office, office.asking("orn"), ref, "ตีกลับ") == {"sent"}


def test_a_returned_message_tells_that_it_was_accepted(office: Desk, letter: str) -> None:
    """The line went dead after the last dot, and then the letter came back."""
    with office.database.read() as transaction:
        assert tried_keys(transaction) == []
    tick(office, "clockwork", office.clock.now, dead)
    with office.database.read() as transaction:
        assert tried_keys(transaction) == [letter]
    answer = bounced(office, office.asking(), letter, "5.1.1 unknown user")
    assert answer == {"key": letter, "was": "unknown", "is": "bounced"}
    assert status(office, letter) == "bounced"
    assert send(office) == []
    assert {live(office, ref).state for ref in refs_of(office)} == {"approved"}
    with pytest.raises(AnumatError, match="is bounced already"):
        bounced(office, office.asking(), letter, "5.1.1 unknown user")
    assert broken(office) == []


def test_a_returned_reminder_can_be_cleared_away(office: Desk, letter: str) -> None:
    row = dict.fromkeys(("claim", "until", "note", "letter", "recipient"), "")
    row |= {"key": "orn|2021-02-01", "person": "orn", "day": "2021-02-01", "status": "sent"}
    row |= {"claimed_at": stamp(office.clock.now()), "settled_at": stamp(office.clock.now())}
    with office.database.write() as transaction:
        transaction.run(NEW, row | {"attempts": 1, "is_copy": 0})
    key = row["key"]
    bounced(office, office.asking(), key, "5.1.1 unknown user")
    assert reasons_of(retry, office, office.asking("orn"), key, "x") == {"reminder"}
    settle(office, office.asking("orn"), Settlement(key, "cancelled", "ลาออกแล้ว"))
    assert status(office, key) == "cancelled"
    assert reasons_of(retry, office, office.asking("orn"), key, "x") == {"settled"}


def test_messages_are_listed_by_letter_and_by_status(office: Desk, letter: str) -> None:
    ref = letter.partition("|")[0]
    with office.database.read() as transaction:
        [row] = listed(transaction, Wanted(letter=ref))
        assert (row["recipient"], row["printed"], row["status"]) == ("CMI", "นร 1203/1", "waiting")
        assert listed(transaction, Wanted(letter="X")) == []
        assert listed(transaction, Wanted(statuses=["failed"])) == []
        assert listed(transaction, Wanted(most=0)) == []


def test_of_too_many_messages_the_newest_are_listed(office: Desk) -> None:
    refs = opened(office, "chiang", "indicator_province", "2564-p", drafts("CMI"))
    keys = []
    for ref in refs:
        walk(office, ref, PROVINCE[:1])
        step(office, ref, "return", "orn", comment="แก้สูตร")
        keys += issued(office, owed(office)[0])["messages"]
        if ref != refs[-1]:
            send(office)
    with office.database.read() as transaction:
        newest = listed(transaction, Wanted(most=2))
        everything = listed(transaction, Wanted())
    assert [row["key"] for row in newest] == [keys[2], keys[1]]
    assert [row["key"] for row in everything] == [keys[2], keys[0], keys[1]]


def test_a_void_letter_of_an_item_that_went_on_is_not_owed_again(office: Desk) -> None:
    [ref, *_] = opened(office)
    walk(office, ref, DEPARTMENT[:-1])
    answer = issued(office, owed(office)[0])
    walk(office, ref, [("notify", "somying", {"letter_number": "นร 1/1",
                                              "letter_date": "2021-02-01"})])  # fmt: skip
    assert void(office, office.asking("orn"), answer["ref"], "ส่งบนกระดาษแล้ว")["owed_again"] == []
    assert [each.kind for each in owed(office)] == ["confirmation_to_units"]
    with office.database.read() as transaction:
        assert history(transaction, ref)[-1]["trigger"] == "notify"
    assert send(office) == []
    assert live(office, ref).state == "notified"
    assert broken(office) == []
