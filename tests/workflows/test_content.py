"""What an item carries is exact: one spelling of every figure, nothing that was not asked for."""

import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.canonical import canonical, digest
from engine.errors import WrongUse
from engine.vocabulary import ContentType
from workflows.content import change_request, indicator, performance_report
from workflows.content.change_request import MAY_CHANGE
from workflows.content.parts import LONGEST, spelled
from workflows.shipped import CONTENTS

THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
INDICATOR: dict[str, Any] = {
    "code": "4", "name_th": "ความสำเร็จตามภารกิจหลัก", "component": "performance_base", "weight": "20",
}  # fmt: skip
REQUEST: dict[str, Any] = {
    "indicator": "P01", "kind": "target", "reason_th": "การจำกัดการเดินทาง",
    "changes": {"target_75": "80"},
}  # fmt: skip
REPORT: dict[str, Any] = {"months": "12", "results": [{"code": "1", "value": "98.5"}]}
MINIMAL = {"indicator": INDICATOR, "change_request": REQUEST, "performance_report": REPORT}
figures = st.decimals(Decimal(1 - 10**15), Decimal(10**15 - 1), places=6, allow_nan=False)


def _weighed(weight: Any) -> dict[str, Any]:
    return indicator.clean(INDICATOR | {"weight": weight})


def _refused(clean: Callable[[dict[str, Any]], object], content: dict[str, Any]) -> str:
    """What a refusal says, which must be printable and in both languages."""
    with pytest.raises(WrongUse) as caught:
        clean(content)
    for reason in caught.value.reasons:
        assert reason.th
        assert (reason.th + reason.en).isprintable()
        (reason.th + reason.en).encode()
    return " | ".join(reason.en for reason in caught.value.reasons)


@pytest.fixture(params=sorted(CONTENTS))
def kind(request: pytest.FixtureRequest) -> ContentType:
    name: str = request.param
    return CONTENTS[name]


# --- All types -----------------------------------------------------------------------------------


def test_cleaning_gives_plain_canonical_data_and_is_done_once(kind: ContentType) -> None:
    once = kind.clean(MINIMAL[kind.name])
    assert canonical(kind.clean(once)) == canonical(once)
    assert set(once) <= set(kind.fields)
    assert all(title.th and title.en for title in kind.fields.values())
    code, title = kind.heading(once)
    assert code
    assert title


def test_every_unknown_field_is_named(kind: ContentType) -> None:
    said = _refused(kind.clean, MINIMAL[kind.name] | {"colour": "red", "wieght": "5"})
    assert "colour: Extra inputs" in said
    assert "wieght: Extra inputs" in said


def test_every_missing_field_is_named(kind: ContentType) -> None:
    said = _refused(kind.clean, {})
    needed = {
        "indicator": ["code", "name_th", "component", "weight"],
        "change_request": ["indicator", "kind", "reason_th"],
        "performance_report": ["months"],
    }
    assert [part.split(":")[0] for part in said.split(" | ")] == needed[kind.name]


def test_keys_that_are_no_text_are_refused(kind: ContentType) -> None:
    for key in (1, None, "\ud800", "ก", "a\x1b[2J"):
        strange: dict[Any, Any] = {key: "x"}
        _refused(kind.clean, MINIMAL[kind.name] | strange)


def test_only_a_request_amends() -> None:
    assert {name for name, kind in CONTENTS.items() if kind.amend} == {"change_request"}


# --- Figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("15", "15"),
        ("15.00", "15"),
        ("๑๕", "15"),
        ("๑๕.๕๐", "15.5"),
        (" 15 ", "15"),
        ("+15", "15"),
        ("015", "15"),
        ("1.5e1", "15"),
        (".5", "0.5"),
        (15, "15"),
        (Decimal("15.000"), "15"),
        (Decimal("1E+1"), "10"),
        ("100", "100"),
        ("33.333333", "33.333333"),
    ],
)
def test_a_figure_has_one_spelling(written: Any, stored: str) -> None:
    assert _weighed(written)["weight"] == stored


@given(figures, st.integers(0, 3))
def test_every_way_to_write_a_figure_gives_the_same_bytes(value: Decimal, zeros: int) -> None:
    def stored(text: Any) -> bytes:
        return canonical(indicator.clean(INDICATOR | {"baseline": text}))

    plain = format(value, "f")
    same = stored(plain)
    for text in (
        value,
        plain + "0" * zeros,
        format(value, ",f"),
        f"{value:e}",
        plain.translate(THAI),
    ):
        assert stored(text) == same
    assert Decimal(spelled(value)) == value
    assert "e" not in spelled(value).lower()


@pytest.mark.parametrize("value", [10.0, 0.1, 33.33, float("nan"), float("inf"), 1e300])
def test_floats_are_refused_even_where_they_look_exact(value: float) -> None:
    assert "not as a float" in _refused(_from_weight, {"weight": value})
    assert "not as a float" in _refused(
        indicator.clean,
        INDICATOR | {"parts": [{"code": "4.1", "name_th": "ก", "weight": value}]},
    )
    assert "not as a float" in _refused(
        performance_report.clean, {"months": "9", "results": [{"code": "1", "value": value}]}
    )


def _from_weight(content: dict[str, Any]) -> object:
    return indicator.clean(INDICATOR | content)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("0", "greater than 0"),
        ("-1", "greater than 0"),
        ("-0", "greater than 0"),
        ("100.01", "less than or equal to 100"),
        ("1,000", "less than or equal to 100"),
        ("33,33", "33.33, not 33,33"),
        ("3,3", "33.33, not 33,33"),
        ("1,00,0", "33.33, not 33,33"),
        (",5", "33.33, not 33,33"),
        ("0.0000001", "6 behind"),
        ("33.3333333", "6 behind"),
        ("1e15", "15 digits"),
        ("1e1000000", "15 digits"),
        ("1e-1000000", "6 behind"),
        ("1e999999999999", "15 digits"),
        ("9" * 5000, "15 digits"),
        ("ten", "valid decimal"),
        ("", "valid decimal"),
        ("NaN", "finite"),
        ("sNaN", "finite"),
        ("Infinity", "finite"),
        (True, "Decimal input"),
        (None, "Decimal input"),
        ([], "Decimal input"),
        ({}, "Decimal input"),
        (b"10", "Decimal input"),
    ],
)
def test_a_weight_is_a_share_of_a_hundred(value: Any, says: str) -> None:
    assert says in _refused(_from_weight, {"weight": value})


def test_commas_between_thousands_are_read_in_figures() -> None:
    for written in ("1,234,567.5", "๑,๒๓๔,๕๖๗.๕", "1234567.50"):
        assert indicator.clean(INDICATOR | {"baseline": written})["baseline"] == "1234567.5"


# --- Words ---------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip))
def test_words_are_kept_in_one_form(text: str) -> None:
    kept = indicator.clean(INDICATOR | {"name_th": text})["name_th"]
    assert kept == unicodedata.normalize("NFC", text).strip()
    decomposed = unicodedata.normalize("NFD", text)
    assert indicator.clean(INDICATOR | {"name_th": f"  {decomposed}\n"})["name_th"] == kept


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x7f", "\x85", "\r", "\ud800"])
def test_control_characters_are_refused_and_not_repeated(char: str) -> None:
    said = _refused(indicator.clean, INDICATOR | {"name_th": f"ก{char}ข"})
    assert "control characters" in said
    assert char not in said


def test_lines_and_tabs_are_words_too() -> None:
    text = "ระดับ 1\n\tระดับ 2"
    assert indicator.clean(INDICATOR | {"scoring_criteria_th": text})["scoring_criteria_th"] == text


def test_words_end_somewhere() -> None:
    assert indicator.clean(INDICATOR | {"formula": "ก" * LONGEST})["formula"] == "ก" * LONGEST
    said = _refused(indicator.clean, INDICATOR | {"formula": "ก" * (LONGEST + 1)})
    assert f"longer than {LONGEST}" in said
    assert len(said) < 300


@pytest.mark.parametrize("field", ["code", "name_th"])
@pytest.mark.parametrize("value", ["", "  ", "\n", 5, None, ["4"]])
def test_an_indicator_has_a_code_and_a_name(field: str, value: Any) -> None:
    assert _refused(indicator.clean, INDICATOR | {field: value}).startswith(field)


# --- Indicators ----------------------------------------------------------------------------------


def test_only_what_was_said_is_stored() -> None:
    bare = indicator.clean(INDICATOR)
    assert bare == INDICATOR
    said = {"unit": "", "mandatory": False, "baseline": None, "parts": []}
    assert indicator.clean(INDICATOR | said) == bare
    assert indicator.heading(bare) == ("4", "ความสำเร็จตามภารกิจหลัก")


def test_sub_indicators_belong_to_the_content() -> None:
    part = {"code": "4.1", "name_th": "ย่อย", "weight": "๑๐.๐"}
    clean = indicator.clean(INDICATOR | {"parts": [part]})
    assert clean["parts"] == [{"code": "4.1", "name_th": "ย่อย", "weight": "10"}]
    faults: list[dict[str, Any]] = [
        {"weight": "0"}, {"name_th": ""}, {"code": " "}, {"colour": "red"}, {"parts": []},
    ]  # fmt: skip
    for broken in faults:
        said = _refused(indicator.clean, INDICATOR | {"parts": [part, part | broken]})
        assert said.startswith("parts.1.")


@pytest.mark.parametrize("component", ["", "performance", "Performance Base", None, "potential"])
def test_a_component_is_one_of_two(component: Any) -> None:
    assert "component" in _refused(indicator.clean, INDICATOR | {"component": component})
    assert indicator.clean(INDICATOR | {"component": "potential_base"})


@given(
    st.dictionaries(st.sampled_from(sorted(indicator.FIELDS)) | st.text(), st.none() | st.text())
)
def test_anything_is_cleaned_or_refused(content: dict[str, Any]) -> None:
    try:
        clean = indicator.clean(content)
    except WrongUse as fault:
        str(fault).encode()
    else:
        assert indicator.clean(clean) == clean


# --- Requests ------------------------------------------------------------------------------------


def test_each_kind_changes_its_own_fields_and_no_weight() -> None:
    for kind, fields in MAY_CHANGE.items():
        assert "weight" not in fields
        for field in fields:
            clean = change_request.clean(REQUEST | {"kind": kind, "changes": {field: "5"}})
            assert clean["changes"] == {field: "5"}
        for stranger in {"weight", "code", *sum(MAY_CHANGE.values(), ())} - set(fields):
            said = _refused(
                change_request.clean, REQUEST | {"kind": kind, "changes": {stranger: "5"}}
            )
            assert f"not {stranger}" in said
            assert all(field in said for field in fields)


def test_a_request_changes_something() -> None:
    assert "nothing to change" in _refused(change_request.clean, REQUEST | {"changes": {}})
    without = {key: value for key, value in REQUEST.items() if key != "changes"}
    assert "nothing to change" in _refused(change_request.clean, without)


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        ("target", {"target_75": "eighty"}, "target_75: Input should be a valid decimal"),
        ("target", {"target_75": ""}, "target_75: Input should be a valid decimal"),
        ("target", {"target_50": "50", "target_75": "7,5"}, "target_75: a comma"),
        ("target", {"target_75": "1e1000000"}, "target_75: at most 15 digits"),
        ("detail", {"name_th": "  "}, "name_th"),
        ("detail", {"formula": "a\x00b"}, "formula: control characters"),
        ("detail", {"formula": "x" * (LONGEST + 1)}, "formula “xxx"),
        ("target", {"target_75": 80}, "valid string"),
        ("target", {"target_75": None}, "valid string"),
        ("target", ["target_75"], "changes"),
        ("weight", {"target_75": "80"}, "kind"),
    ],
)
def test_a_change_that_the_indicator_could_not_take_is_refused_when_it_is_asked(
    kind: str, changes: Any, says: str
) -> None:
    """Not weeks later, in the meeting that approves it."""
    assert says in _refused(change_request.clean, REQUEST | {"kind": kind, "changes": changes})


def test_a_change_is_spelled_as_the_indicator_spells_it() -> None:
    spellings = ("80", "80.0", "๘๐", " 80 ")
    asked = [change_request.clean(REQUEST | {"changes": {"target_75": text}}) for text in spellings]
    assert {digest(canonical(request)) for request in asked} == {digest(canonical(asked[0]))}


def test_amending_gives_the_indicator_as_the_request_wants_it() -> None:
    subject = indicator.clean(INDICATOR | {"target_50": "60", "target_75": "75", "formula": "a/b"})
    request = change_request.clean(
        REQUEST | {"changes": {"target_75": "70.50", "target_100": "90"}}
    )
    amended = change_request.amend(request, subject)
    assert amended == subject | {"target_75": "70.5", "target_100": "90"}
    clearing = change_request.clean(REQUEST | {"kind": "detail", "changes": {"formula": ""}})
    assert change_request.amend(clearing, subject) == {
        key: value for key, value in subject.items() if key != "formula"
    }


@given(
    st.sampled_from(sorted(MAY_CHANGE)).flatmap(
        lambda kind: st.tuples(
            st.just(kind), st.dictionaries(st.sampled_from(MAY_CHANGE[kind]), st.text(), min_size=1)
        )
    )
)
def test_every_request_that_was_accepted_can_be_fulfilled(
    asked: tuple[str, dict[str, str]],
) -> None:
    try:
        request = change_request.clean(REQUEST | {"kind": asked[0], "changes": asked[1]})
    except WrongUse:
        return
    amended = change_request.amend(request, indicator.clean(INDICATOR))
    for field, value in request["changes"].items():
        assert amended.get(field, "") == value


def test_a_request_names_its_hosts_once_each() -> None:
    def hosts(value: Any) -> Any:
        return change_request.clean(REQUEST | {"host_agency": value}).get("host_agency")

    assert hosts("NSO") == "NSO"
    assert hosts(["NSO", "DOPA"]) == ["NSO", "DOPA"]
    assert hosts("") is hosts([]) is None
    for wrong in (["NSO", "NSO"], ["NSO", ""], ["  "], [5], 5, None):
        said = _refused(change_request.clean, REQUEST | {"host_agency": wrong})
        assert "host_agency" in said
        assert "[" not in said.split(" “")[0]  # nothing of pydantic's inside


def test_a_request_is_headed_by_what_it_changes() -> None:
    request = change_request.clean(REQUEST | {"indicator_name": "รายได้จากการท่องเที่ยว"})
    assert change_request.heading(request) == (
        "P01", "ขอเปลี่ยนแปลงค่าเป้าหมาย: รายได้จากการท่องเที่ยว",
    )  # fmt: skip
    assert change_request.heading(change_request.clean(REQUEST))[1].endswith(": P01")


# --- Reports -------------------------------------------------------------------------------------


@pytest.mark.parametrize("months", ["3", "๙", "", "twelve", None, 12.0])
def test_a_report_is_of_six_nine_or_twelve_months(months: Any) -> None:
    for right in ("6", "9", "12"):
        assert performance_report.clean({"months": right})["months"] == right
    assert "months" in _refused(performance_report.clean, {"months": months})


def test_results_have_exact_figures_too() -> None:
    report = performance_report.clean(
        {
            "months": "12",
            "results": [{"code": "1", "value": "๙๘.๕๐"}, {"code": "2", "note_th": "รอ"}],
        }
    )
    assert report["results"] == [{"code": "1", "value": "98.5"}, {"code": "2", "note_th": "รอ"}]
    assert performance_report.heading(report) == ("12M", "รายงานผลการปฏิบัติราชการ รอบ 12 เดือน")
    said = _refused(performance_report.clean, {"months": "12", "results": [{"value": "x"}]})
    assert "results.0.code" in said
    assert "results.0.value" in said
