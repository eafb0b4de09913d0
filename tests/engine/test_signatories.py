"""Who signs: entered with the post that is acted for, ended, and found by the day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import enrol
from engine.errors import Reason, Refusal, WrongUse
from engine.signatories import ACTING, NewSignatory, Signer, end, signatories, signer
from tests.builders import Desk, broken, dump

FIRST, LAST = date(2020, 10, 1), date(2021, 9, 30)
DEPUTY = NewSignatory(
    "OPS", "palat", FIRST, None, "รองปลัดกระทรวงมหาดไทย", "ปฏิบัติราชการแทน", "ปลัดกระทรวงมหาดไทย",
    "คำสั่งที่ 0/2563", "f:2",
)  # fmt: skip


@pytest.fixture
def office(office: Desk) -> Desk:
    """Two persons have a post."""
    people = [enrol.NewPerson(code, f"คุณ{code}", code, f"ตำแหน่ง ๑ ของ {code}")
              for code in ("somying", "palat")]  # fmt: skip
    enrol.people(office, office.asking(), people)
    return office


def entered(office: Desk, *rows: NewSignatory, key: str | None = None) -> dict[str, Any]:
    return signatories(office, office.asking(key=key), rows)


def signing(office: Desk, day: date, organisation: str = "OPS") -> Signer | None:
    with office.database.read() as tx:
        return signer(tx, organisation, day)


def who(office: Desk, day: date, organisation: str = "OPS") -> str | None:
    found = signing(office, day, organisation)
    return found.person if found else None


def refused(office: Desk, enter: Callable[[], object]) -> list[Reason]:
    """The reasons; and nothing at all was changed."""
    before = dump(office)
    with pytest.raises(WrongUse) as caught:
        enter()
    assert dump(office) == before
    for reason in caught.value.reasons:
        assert any("ก" <= char <= "ฮ" for char in reason.th)
        assert reason.en
    return list(caught.value.reasons)


def faults(office: Desk, *rows: NewSignatory) -> list[tuple[str, str]]:
    return [(r.code, r.where) for r in refused(office, lambda: entered(office, *rows))]


# --- Entered and found ---------------------------------------------------------------------------


def test_who_signs_is_found_with_name_post_and_order_and_is_in_the_trail(office: Desk) -> None:
    assert entered(office, DEPUTY) == {"added": 1, "changed": 0, "same": 0}
    assert signing(office, FIRST) == Signer(
        "OPS", "palat", "2020-10-01", "", "รองปลัดกระทรวงมหาดไทย", "ปฏิบัติราชการแทน",
        "ปลัดกระทรวงมหาดไทย", "คำสั่งที่ 0/2563", "คุณpalat", "palat",
    )  # fmt: skip
    assert entered(office, DEPUTY) == {"added": 0, "changed": 0, "same": 1}
    assert broken(office) == []


def test_without_a_post_it_is_the_one_that_the_person_is_registered_with(office: Desk) -> None:
    entered(office, NewSignatory("OPS", "somying", FIRST))
    found = signing(office, FIRST)
    assert found is not None
    assert found.post == "ตำแหน่ง 1 ของ somying"
    assert (found.acting, found.acting_for, found.order_ref) == ("", "", "")


def test_both_days_are_included_and_no_other(office: Desk) -> None:
    entered(office, NewSignatory("OPS", "palat", FIRST, LAST))
    for day, person in (
        (date(2020, 9, 30), None), (FIRST, "palat"), (LAST, "palat"), (date(2021, 10, 1), None),
    ):  # fmt: skip
        assert who(office, day) == person
    assert who(office, FIRST, "MOI") is None
    assert who(office, FIRST, "NONE") is None


def test_of_several_on_a_day_it_is_who_began_last(office: Desk) -> None:
    middle = date(2021, 1, 1)
    entered(
        office, NewSignatory("OPS", "palat", FIRST), NewSignatory("OPS", "somying", middle, LAST)
    )
    assert [who(office, day) for day in (FIRST, middle, LAST)] == ["palat", "somying", "somying"]
    assert who(office, date(2021, 10, 1)) == "palat"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from(["palat", "somying"]), st.integers(0, 30),
                       st.none() | st.integers(0, 30)), max_size=6),
    st.integers(-2, 35),
)  # fmt: skip
def test_the_signer_of_any_day_is_the_newest_in_force(
    office: Desk, rows: list[tuple[str, int, int | None]], place: int
) -> None:
    """Every example has the rows of those before, too: they count."""
    begin = FIRST.toordinal()
    new = {
        (person, since): NewSignatory(
            "DLA", person, date.fromordinal(begin + since),
            None if span is None else date.fromordinal(begin + since + span),
        )
        for person, since, span in rows
    }  # fmt: skip
    entered(office, *new.values())
    day = date.fromordinal(begin + place).isoformat()
    in_force = [
        row for row in dump(office, "signatory")["signatory"]
        if row[0] == "DLA" and row[2] <= day and (not row[3] or row[3] >= day)
    ]  # fmt: skip
    newest = max((row[2] for row in in_force), default="")
    expected = min((row[1] for row in in_force if row[2] == newest), default=None)
    assert who(office, date.fromisoformat(day), "DLA") == expected


def test_the_same_again_changes_the_rest(office: Desk) -> None:
    entered(office, DEPUTY)
    assert entered(office, NewSignatory("OPS", "palat", FIRST, LAST))["changed"] == 1
    found = signing(office, FIRST)
    assert found is not None
    assert (found.until, found.acting, found.post) == ("2021-09-30", "", "ตำแหน่ง 1 ของ palat")
    assert broken(office) == []


def test_the_same_key_gives_the_first_answer(office: Desk) -> None:
    first = entered(office, DEPUTY, key="k")
    assert entered(office, DEPUTY, key="k") == first
    with pytest.raises(Refusal, match="already used"):
        end(office, office.asking(key="k"), "OPS", "palat", LAST)


# --- Ended ---------------------------------------------------------------------------------------


def test_whoever_ended_signs_until_their_last_day(office: Desk) -> None:
    entered(office, DEPUTY)
    assert end(office, office.asking(), "OPS", "palat", LAST)["changed"] == 1
    assert (who(office, LAST), who(office, date(2021, 10, 1))) == ("palat", None)
    found = signing(office, LAST)
    assert found is not None
    assert found.order_ref == "คำสั่งที่ 0/2563"
    assert end(office, office.asking(), "OPS", "palat", LAST)["same"] == 1
    assert broken(office) == []


@pytest.mark.parametrize(
    ("organisation", "person", "day"),
    [
        ("OPS", "somying", LAST),
        ("MOI", "palat", LAST),
        ("OPS", "palat", date(2020, 9, 30)),
        ("NONE", "nobody", LAST),
    ],
)
def test_who_does_not_sign_cannot_end(
    office: Desk, organisation: str, person: str, day: date
) -> None:
    entered(office, DEPUTY)
    [reason] = refused(office, lambda: end(office, office.asking(), organisation, person, day))
    assert reason.code == "signatory"


# --- Refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"organisation": "NONE"}, ["organisation organisation"]),
        ({"person": "none"}, ["person person"]),
        ({"person": "wipa", "post": ""}, ["post post"]),
        ({"until": date(2020, 9, 30)}, ["until until"]),
        ({"acting": ""}, ["acting_for acting_for", "order_ref order_ref"]),
        ({"acting_for": ""}, ["acting_for acting_for"]),
        ({"order_ref": " "}, ["order_ref order_ref"]),
        ({"acting": "แทน"}, ["acting acting"]),
        ({"acting": "", "order_ref": ""}, ["acting_for acting_for"]),
        ({"post": "ก\tข"}, ["text post"]),
        ({"acting": "ก\x00"}, ["text acting"]),
        ({"acting_for": "\ud800"}, ["text acting_for"]),
        ({"order_ref": "ก\nข"}, ["text order_ref"]),
        ({"organisation": "NONE", "person": "\ud800", "until": date(2020, 1, 1), "acting": "x"},
         ["organisation organisation", "person person", "until until", "acting acting"]),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_meant(office: Desk, changes: dict[str, Any], found: list[str]) -> None:
    expected = [(each.split()[0], f"f:2 {each.split()[1]}") for each in found]
    assert faults(office, replace(DEPUTY, **changes)) == expected


def test_a_row_stands_once_in_a_file(office: Desk) -> None:
    assert faults(office, DEPUTY, replace(DEPUTY, until=LAST, where="f:3")) == [
        ("duplicate", "f:3")
    ]


@pytest.mark.parametrize("acting", ACTING)
def test_both_ways_of_acting_are_known(office: Desk, acting: str) -> None:
    entered(office, replace(DEPUTY, acting=f" {acting} ", post="ก\nข", acting_for="ค\nง"))
    found = signing(office, FIRST)
    assert found is not None
    assert (found.acting, found.post, found.acting_for) == (acting, "ก\nข", "ค\nง")
