"""What no letter could print is refused where it is typed; what is only rare is not."""

from dataclasses import replace
from datetime import date
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import cycles, enrol
from engine.characters import unprintable, unprintable_content
from engine.errors import AnumatError
from engine.revisions import revise
from tests.builders import Desk, draft, dump, opened, step

PICTURES = ["😀", "✅", "❌", "⭐", "🇹🇭", "🕷", "❤\ufe0f", "1\ufe0f\u20e3"]


def codes_of(call: object, *arguments: object, **more: object) -> list[str]:
    with pytest.raises(AnumatError) as refused:
        call(*arguments, **more)  # type: ignore[operator]  # whatever is to be refused
    return [reason.code for reason in refused.value.reasons]


@pytest.mark.parametrize(
    "text",
    ["น้ำหนัก ≥ ๒๐\r\n\tก", "36 °C ™ → ✓ ● ★ ☑ ℃ № ©", "\uf0b7 ข้อ", "ตัว\u200bชี้\u00ad", "", "日本"],
)
def test_ordinary_signs_and_what_thai_is_typed_with_are_fine(text: str) -> None:
    assert unprintable(text, "") == []


@pytest.mark.parametrize("text", [*PICTURES, "\x07", "\ue000", "\u0e5c", "\ufffd", chr(0xDC80)])
def test_what_nobody_could_print_is_named(text: str) -> None:
    [reason] = unprintable(f"ยินดี {text} {text}", "--comment")
    named = [char for char in text if f"U+{ord(char):04X}" in reason.en]
    assert named
    assert all(reason.en.count(f"U+{ord(char):04X}") == 1 for char in named)
    assert reason.where == "--comment"
    assert not any(category(char) in ("Cc", "Cs", "Co", "Cn") for char in reason.th + reason.en)


@pytest.mark.parametrize("char", ["😀", "\x07", "\ue000"])
def test_every_text_of_a_content_is_looked_at(char: str) -> None:
    content = {"weight": 30, "note": None, "name": "ก", "parts": [{"name": "ข"}, {"name": char}]}
    assert [reason.where for reason in unprintable_content(content, "a.csv:3")] == ["a.csv:3 parts"]


@given(st.text(st.characters(categories=["L", "N", "P", "Z", "Sm", "Sc"])))
def test_no_text_of_any_script_is_refused(text: str) -> None:
    assert unprintable(text, "") == []


def test_what_becomes_evidence_is_refused_when_it_is_typed(office: Desk) -> None:
    of = [draft("P1", organisation="CMI")]
    [ref] = opened(office, None, "indicator_province", "2564-free", of)
    step(office, ref, "submit", "chiang")
    before = dump(office)
    assert codes_of(step, office, ref, "return", "orn", comment="แก้ไข 😀") == [
        "unprintable_character"
    ]
    meeting = cycles.NewMeeting("M-9", "WG", date(2021, 1, 29), "palat")
    for new in (
        replace(meeting, title="ครั้งที่ 1 😀"),
        replace(meeting, resolutions=("เห็นชอบ ✅", "รับทราบ ✅")),
    ):
        assert set(codes_of(cycles.record_meeting, office, office.asking(), new)) == {
            "unprintable_character"
        }
    happy = enrol.NewPerson("happy", "คุณสุข 😀", "Happy")
    assert codes_of(enrol.people, office, office.asking(), [happy]) == ["unprintable_character"]
    assert dump(office) == before
    step(office, ref, "return", "orn", comment="แก้ไข ✓")


def test_a_content_names_the_field(office: Desk) -> None:
    happy = draft("P1", organisation="CMI", name_th="ร้อยละ 😀")
    with pytest.raises(AnumatError) as refused:
        opened(office, None, "indicator_province", "2564-free", [happy])
    assert [reason.where.split()[-1] for reason in refused.value.reasons] == ["name_th"]
    [ref] = opened(
        office, None, "indicator_province", "2564-free", [draft("P2", organisation="CMI")]
    )
    asking = office.asking("chiang")
    changes = {"unit": "คน \uf70a", "formula": "A/B"}
    assert codes_of(revise, office, asking, ref, changes) == ["unprintable_character"]
    assert revise(office, asking, ref, {"unit": "คน"})["changed"] == ["unit"]
