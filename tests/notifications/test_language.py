"""The filters of a letter's template."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from engine.definition import Outcome
from notifications import language
from notifications.language import OUTCOMES, called, compiled, day, number, parsed


def test_a_day_is_said_in_full_with_its_buddhist_year() -> None:
    assert day("2020-10-30") == "30 ตุลาคม 2563"
    assert day("") == ""
    with pytest.raises(ValueError, match="“30/10/2563” is no day"):
        day("30/10/2563")


@pytest.mark.parametrize(
    ("given_text", "said"),
    [
        ("16.00", "16"),
        ("1250000.50", "1,250,000.5"),
        ("0.985600", "0.9856"),
        ("-0", "0"),
        ("1E+3", "1,000"),
        ("ร้อยละ 80", "ร้อยละ 80"),
        ("", ""),
        ("NaN", "NaN"),
        ("1e999999999", "1e999999999"),
    ],
)
def test_a_number_has_thousands_and_no_idle_noughts(given_text: str, said: str) -> None:
    assert number(given_text) == said


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=6
    )
)
def test_a_number_keeps_its_value(amount: Decimal) -> None:
    assert Decimal(number(str(amount)).replace(",", "")) == amount


def test_a_province_is_called_with_its_kind() -> None:
    assert called({"name_th": "เชียงใหม่", "kind": "province"}) == "จังหวัดเชียงใหม่"
    assert called({"name_th": "จังหวัดเชียงใหม่", "kind": "province"}) == "จังหวัดเชียงใหม่"
    assert called({"name_th": "กรมที่ดิน", "kind": "department"}) == "กรมที่ดิน"
    assert called({"name_th": "เชียงใหม่"}) == "เชียงใหม่"


def test_every_outcome_has_its_words() -> None:
    assert set(OUTCOMES) == {outcome.value for outcome in Outcome}


def test_a_name_after_a_dot_is_a_field_and_never_a_method() -> None:
    def rendered(source: str) -> str:
        return compiled(parsed(source)).render(it={"items": "ก", "copy": "ข"}, text="ค")

    assert "ก" in rendered("{{ it.items }}")
    assert "ข" in rendered("{{ it['copy'] }}")
    for source in (
        "{{ it.keys }}",
        "{{ text.upper }}",
        "{{ it.__class__ }}",
        "{{ text['format'] }}",
    ):
        with pytest.raises(UndefinedError):
            rendered(source)


def test_the_list_of_filters_in_the_documentation_is_the_whole_of_it() -> None:
    assert language.__doc__ is not None
    listed = language.__doc__.split("no others:")[1].translate(str.maketrans(",:", "  ")).split()
    assert {*language.known_filters(), *language.known_tests()} <= set(listed)
    assert not language._environment().globals
