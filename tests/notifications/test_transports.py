"""Several ways out at once: the first one counts, and what others fail at is told."""

from pathlib import Path

import pytest

from notifications.folder import Folder
from notifications.transports import Log, NotSent, Several, Transport, Unclear
from tests.notifications.samples import DIGEST, MANY, Counting, a_digest, a_line, a_parcel

PARCEL = a_parcel()


def test_a_log_gets_one_line_and_does_not_remember() -> None:
    lines: list[str] = []
    log = Log(lines.append)
    log.send(a_parcel(MANY))
    strange = a_digest(person="a\nb", lines=(a_line(ref="X\r\nY"),), simulation=True)
    log.send(a_parcel(strange))
    refs = "IND-2564-0004, IND-2564-0002, CHG-2564-0001, IND-2564-0003, IND-2564-0001"
    assert lines == [
        f"2020-10-16 somying: 5 reminders: {refs}",
        "SIMULATION 2020-10-16 a b: 1 reminder: X Y",
    ]
    assert log.holds(MANY.key, MANY.office) is None


def test_several_send_through_all_and_the_first_one_remembers(tmp_path: Path) -> None:
    lines: list[str] = []
    both: Transport = Several((Folder(tmp_path), Log(lines.append)), lines.append)
    assert both.name == "folder+log"
    assert both.holds(DIGEST.key, DIGEST.office) is False
    both.send(PARCEL)
    assert (len(list(tmp_path.iterdir())), len(lines)) == (1, 1)
    assert both.holds(DIGEST.key, DIGEST.office) is True


def test_what_the_first_one_refuses_is_not_sent_at_all() -> None:
    first, second, told = Counting(refusing=[NotSent("full")]), Counting(), list[str]()
    both = Several((first, second), told.append)
    with pytest.raises(NotSent, match="full"):
        both.send(PARCEL)
    assert (first.accepted, second.accepted) == ([], [])
    both.send(PARCEL)
    assert (first.accepted, second.accepted) == ([PARCEL], [PARCEL])
    assert told == []


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (NotSent("full"), "counting: somying|2020-10-16: full"),
        (Unclear("no answer"), "counting: somying|2020-10-16: no answer"),
        (KeyError("x"), "counting: somying|2020-10-16: KeyError: 'x'"),
    ],
)
def test_what_another_one_fails_at_is_told_and_the_message_is_sent_all_the_same(
    why: Exception, said: str
) -> None:
    """It is out: to call it unsent or unknown would send it a second time."""
    first, last, told = Counting(), Counting(), list[str]()
    all_three = Several((first, Counting(refusing=[why]), last), told.append)
    all_three.send(PARCEL)
    assert told == [said]
    assert (first.accepted, last.accepted) == ([PARCEL], [PARCEL])
    assert all_three.holds(DIGEST.key, DIGEST.office) is True


def test_the_relay_in_memory_loses_answers_as_a_real_one_does() -> None:
    relay = Counting(breaking=[TimeoutError("after DATA")])
    with pytest.raises(TimeoutError):
        relay.send(PARCEL)
    assert relay.holds(DIGEST.key, DIGEST.office) is True
    relay.send(PARCEL)
    assert relay.accepted == [PARCEL, PARCEL]
