"""A cycle whose dates change moves the deadlines and the alarms of its own items, and no others."""

from datetime import timedelta

from engine import cycles
from engine.clock import stamp
from tests.builders import BEGIN, Desk, draft, dump, live, opened

BEFORE, AFTER = {"draft_submission": "2021-03-15"}, {"draft_submission": "2021-03-22"}
A_WEEK = timedelta(days=7)


def dated(office: Desk, code: str, dates: dict[str, str]) -> list[dict[str, str]]:
    new = cycles.NewCycle(code, 2564, "departments", code, code, dates=dates)
    moved: list[dict[str, str]] = cycles.open_cycle(office, office.asking(), new)["moved"]
    return moved


def test_only_the_items_of_the_cycle_are_moved(office: Desk) -> None:
    refs = {}
    for code in ("one", "two"):
        dated(office, code, BEFORE)
        [refs[code]] = opened(office, cycle=code, of=[draft("1")])
    first = {row[0]: row[-1] for row in dump(office, "alarm")["alarm"]}
    other = live(office, refs["two"])

    moved = dated(office, "one", AFTER)
    assert [(each["ref"], each["to"]) for each in moved] == [(refs["one"], "2021-03-22")]
    assert live(office, refs["two"]) == other
    then = {row[0]: row[-1] for row in dump(office, "alarm")["alarm"]}
    assert first == dict.fromkeys(refs.values(), stamp(BEGIN + 4 * A_WEEK))
    assert then == {**first, refs["one"]: stamp(BEGIN + 5 * A_WEEK)}
