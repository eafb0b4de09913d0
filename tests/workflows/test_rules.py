"""A set that breaks a rule is told the sum, what was expected, and the rows; and never wrongly."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Reason, WrongUse
from workflows.content import indicator
from workflows.content.parts import plain, spelled
from workflows.rules import FRAMEWORK, broken, rules_of

RULES = plain(FRAMEWORK)
Rows = list[tuple[str, dict[str, Any]]]


def _row(
    code: str, weight: str, base: str = "performance", parts: Sequence[str] = (), **more: Any
) -> tuple[str, dict[str, Any]]:
    content = {
        "code": code, "name_th": "ก", "component": f"{base}_base", "weight": weight,
        "parts": [
            {"code": f"{code}.{number}", "name_th": "ข", "weight": part}
            for number, part in enumerate(parts, 1)
        ], **more,
    }  # fmt: skip
    return f"IND-2564-000{code}", indicator.clean(content)


def _ops() -> Rows:
    """The Office of the Permanent Secretary, FY2564."""
    return [
        _row("1", "10"), _row("2", "15"), _row("3", "5"),
        _row("4", "20", parts=["10", "10"]), _row("5", "20", parts=["10", "10"]),
        _row("6", "30", "potential", parts=["15", "15"], mandatory=True),
    ]  # fmt: skip


def _found(rows: Rows, rules: dict[str, Any] = RULES) -> dict[str, list[Reason]]:
    found: dict[str, list[Reason]] = {}
    for reason in broken(rules, rows):
        found.setdefault(reason.code, []).append(reason)
    return found


def test_the_set_of_fy2564_keeps_the_framework() -> None:
    assert _found(_ops()) == {}


def test_no_rule_is_no_rule() -> None:
    assert _found([], {}) == {}
    assert _found([_row("1", "99.99", parts=["1"])], {}) == {}


def test_one_hundredth_is_missing() -> None:
    rows = [*_ops()[:2], _row("3", "4.99"), *_ops()[3:]]
    found = _found(rows)
    assert set(found) == {"weights"}
    total, component = found["weights"]
    listed = "1=10, 2=15, 3=4.99, 4=20, 5=20"
    assert total.en == f"the weights are 99.99, must be 100 ({listed}, 6=30)"
    assert total.th == f"น้ำหนักรวม ได้ 99.99 ต้องเป็น 100 ({listed}, 6=30)"
    assert component.en == f"the weights of Performance Base are 69.99, must be 70 ({listed})"


def test_a_hundred_in_the_wrong_shares() -> None:
    rows = [*_ops()[:5], _row("6", "25", "potential", mandatory=True), _row("7", "5")]
    found = _found(rows)["weights"]
    assert [reason.en.split(" (")[0] for reason in found] == [
        "the weights of Performance Base are 75, must be 70",
        "the weights of Potential Base are 25, must be 30",
    ]
    assert found[1].en.endswith("(6=25)")
    assert found[1].th.endswith("(6=25)")


def test_six_indicators_of_the_performance_base_are_one_too_many() -> None:
    rows = [*_ops()[:4], _row("5", "15", parts=["7.5", "7.5"]), *_ops()[5:], _row("7", "5")]
    found = _found(rows)
    assert set(found) == {"too-many"}
    [reason] = found["too-many"]
    assert reason.en == "Performance Base has 6 indicators, at most 5 (1, 2, 3, 4, 5, 7)"
    assert "เกิน 5" in reason.th


def test_the_mandatory_indicator_is_missing() -> None:
    rows = [*_ops()[:5], _row("6", "30", "potential", parts=["15", "15"])]
    found = _found(rows)
    assert set(found) == {"mandatory"}
    assert "Potential Base" in found["mandatory"][0].en
    wrong_side = [_row("1", "10", mandatory=True), *_ops()[1:5], rows[5]]
    assert set(_found(wrong_side)) == {"mandatory"}


@pytest.mark.parametrize("parts", [["10", "9.99"], ["10"], ["10", "10", "0.000001"], ["20", "20"]])
def test_sub_weights_that_are_not_their_parent_s(parts: list[str]) -> None:
    rows = [*_ops()[:3], _row("4", "20", parts=parts), *_ops()[4:]]
    found = _found(rows)
    assert set(found) == {"sub-weights"}
    [reason] = found["sub-weights"]
    assert reason.where == "IND-2564-0004"
    total = spelled(sum((Decimal(part) for part in parts), Decimal(0)))
    listed = ", ".join(f"4.{n}={spelled(Decimal(part))}" for n, part in enumerate(parts, 1))
    assert reason.en == f"the sub-weights of 4 are {total}, must be 20 ({listed})"
    assert f"รวม {total} ต้องเท่ากับ 20 ({listed})" in reason.th


def test_an_empty_set_breaks_every_rule_that_asks_for_something() -> None:
    found = _found([])
    assert {code: len(reasons) for code, reasons in found.items()} == {"weights": 3, "mandatory": 1}
    assert found["weights"][0].en == "the weights are 0, must be 100 (—)"


def test_every_broken_rule_is_told_at_once() -> None:
    rows = [_row(str(n), "12.5", parts=["6", "6"]) for n in range(1, 7)]
    found = _found(rows)
    assert {code: len(reasons) for code, reasons in found.items()} == {
        "weights": 3, "too-many": 1, "mandatory": 1, "sub-weights": 6,
    }  # fmt: skip


# --- Exact sums ----------------------------------------------------------------------------------


def test_thirds_that_make_a_hundred() -> None:
    rows = [_row("1", "33.33"), _row("2", "33.33"), _row("3", "33.34")]
    assert _found(rows, {"total": "100"}) == {}
    tenths = [_row(str(n), "0.1") for n in range(1, 4)]
    assert _found(tenths, {"total": "0.3"}) == {}  # 0.1 + 0.1 + 0.1 != 0.3 in floats


weights = st.decimals(Decimal("0.000001"), Decimal(100), places=6)


@given(st.lists(weights, min_size=1, max_size=12), st.randoms())
def test_a_sum_is_exact_whatever_the_order(given: list[Decimal], random: Any) -> None:
    exact = sum((Fraction(weight) for weight in given), Fraction(0))
    total = Decimal(exact.numerator) / Decimal(exact.denominator)
    rows = [_row(str(n), str(weight)) for n, weight in enumerate(given)]
    random.shuffle(rows)
    assert _found(rows, {"total": str(total)}) == {}
    for off in ("0.000001", "-0.000001"):
        [reason] = _found(rows, {"total": str(total + Decimal(off))})["weights"]
        assert f"are {spelled(total)}, must be {spelled(total + Decimal(off))}" in reason.en


@given(st.lists(st.integers(1, 99_999_999), max_size=5, unique=True))
def test_any_cut_of_a_weight_into_parts_adds_up(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), 100_000_000]
    parts = [str(Decimal(b - a) / 1_000_000) for a, b in pairwise(edges)]
    assert _found([_row("1", "100", parts=parts)], {"parts_equal_parent": True}) == {}
    parts[0] = str(Decimal(parts[0]) + Decimal("0.000001"))
    if Decimal(parts[0]) <= 100:
        assert "sub-weights" in _found(
            [_row("1", "100", parts=parts)], {"parts_equal_parent": True}
        )


# --- A cycle's own rules -------------------------------------------------------------------------


def test_rules_are_stored_plain_and_read_back() -> None:
    assert rules_of(RULES) == RULES
    assert RULES == {
        "total": "100",
        "components": {"performance_base": "70", "potential_base": "30"},
        "parts_equal_parent": True,
        "at_most": {"performance_base": 5},
        "mandatory": ["potential_base"],
    }
    assert rules_of({"total": "๑๐๐.๐๐", "components": {"performance_base": 60}}) == {
        "total": "100",
        "components": {"performance_base": "60"},
    }
    assert rules_of({}) == {}


@pytest.mark.parametrize(
    "rules",
    [
        {"total": 100.0},
        {"total": "a hundred"},
        {"totals": "100"},
        {"components": {"performance": "70"}},
        {"components": {"performance_base": 0.7}},
        {"at_most": {"performance_base": "five"}},
        {"mandatory": ["everything"]},
        {"parts_equal_parent": "perhaps"},
    ],
)
def test_what_is_no_rule_is_refused(rules: dict[str, Any]) -> None:
    with pytest.raises(WrongUse) as caught:
        rules_of(rules)
    assert next(iter(rules)) in caught.value.reasons[0].en


def test_another_year_s_shares() -> None:
    rules = rules_of({"components": {"performance_base": "60", "potential_base": "40"}})
    rows = [_row("1", "60"), _row("2", "40", "potential")]
    assert _found(rows, rules) == {}
    assert len(_found(_ops(), rules)["weights"]) == 2
