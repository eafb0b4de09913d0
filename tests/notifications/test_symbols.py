"""Signs of other faces: that each is there, what is borrowed, and what stands for the rest."""

from typing import Any

import pytest

from engine.errors import WrongUse
from notifications.glyphs import common_characters
from notifications.pdf import _FONTS, compiled, words
from notifications.symbols import FACES, borrowed, doubled
from tests.notifications.letters import MADE_AT, OPENING_PART, cut, letter
from tests.notifications.test_pdf import pages, reads, solid

SIGNS = "".join(FACES.values())


def showing(*parts: Any) -> dict[str, Any]:
    return {**letter(rows=1), "body": [*parts, OPENING_PART]}


@reads
@pytest.mark.parametrize("sign", SIGNS)
def test_each_sign_is_in_its_face_regular_and_bold_and_is_read_back(sign: str) -> None:
    """PDF/A refuses what a face lacks; a table's heading is bold."""
    table = {"columns": [{"title": f"ก{sign}", "width": 16}], "rows": [[f"ข{sign}"]]}
    shown = solid("".join(pages(compiled("letter", showing([f"ค{sign}"], table), made_at=MADE_AT))))
    assert [shown.count(char + sign) for char in "กขค"] == [1, 1, 1]


def test_each_sign_has_one_face_and_is_not_in_the_letters_own() -> None:
    assert len(set(SIGNS)) == len(SIGNS)
    assert set(SIGNS).isdisjoint(common_characters(_FONTS))
    assert set(SIGNS).isdisjoint(r"[]^\-")  # they stand in a class of a regular expression


@reads
def test_ordinary_symbols_of_officials_are_printed_in_a_sentence() -> None:
    text = "ขั้นที่ ๑ → ขั้นที่ ๒ ✓ ☐ ● ① Ⅳ ≥ ≤ × ± ² CO₂ ΔW=Σ(W×S) ๓๗℃"
    made = compiled("letter", showing(cut(text)), made_at=MADE_AT)
    assert text in pages(made)[0].replace("\n", " ")
    assert made == compiled("letter", showing(cut(text)), made_at=MADE_AT)


def test_a_letter_without_such_signs_has_no_other_face_in_it() -> None:
    faces = (b"Libertinus", b"DejaVu")
    plain = compiled("letter", showing(["ดี ≥ ๘๐"]), made_at=MADE_AT)
    assert not any(face in plain for face in faces)
    assert all(face in compiled("letter", showing(["→ ✓"]), made_at=MADE_AT) for face in faces)


def test_only_what_the_own_font_lacks_is_borrowed() -> None:
    assert borrowed("ก→✓", "ก") == {"Libertinus Serif": "→", "DejaVu Sans Mono": "✓"}
    assert borrowed("ก→✓", "ก✓") == {"Libertinus Serif": "→"}
    assert borrowed("ก", "ก") == {}


def test_units_of_one_sign_are_spelled_and_their_number_is_thai() -> None:
    assert doubled("A\u20104 co\u2011op") == "A-4 co-op"
    assert "".join(words("พื้นที่ 20㎡ หนัก 5 ㎏")) == "พื้นที่ ๒๐m² หนัก ๕ kg"


def test_an_emoji_is_refused_all_the_same() -> None:
    with pytest.raises(WrongUse, match="GRINNING FACE"):
        compiled("letter", showing(["ดี → 😀"]), made_at=MADE_AT)
