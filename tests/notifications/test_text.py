"""Text from elsewhere on one line."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from notifications.text import lines_of, one_line


@given(st.text())
def test_nothing_ends_the_line_or_steers_the_screen(text: str) -> None:
    said = one_line(text)
    assert len(said.splitlines()) <= 1
    assert not {unicodedata.category(char) for char in said} & {"Cc", "Cs", "Zl", "Zp"}
    assert said == one_line(said) == " ".join(said.split())


def test_no_character_takes_a_short_way_past() -> None:
    """What is let through at once must be what would have come of a look at each character."""
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        looked_at = one_line(f"  {char}")  # two spaces: the long way
        assert one_line(char) == looked_at, hex(code)


def test_thai_stays_as_it_is() -> None:
    text = "น้ำหนัก ที่ปรึกษา กตัญญู “ฎีกา” 10.5"
    assert one_line(text) == text
    assert lines_of(f"  {text}\n\x1b[2J{text}") == [f"  {text}", f" [2J{text}"]
