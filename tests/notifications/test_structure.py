"""A rendered text taken apart; and that no value is ever taken for a part of the letter."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.errors import WrongUse
from notifications.language import compiled, parsed
from notifications.paper import Annex, Column, Table
from notifications.structure import HEADS, Wording, taken_apart
from notifications.text import one_line

TEMPLATE = """
เรื่อง {{ value }}
เรียน {{ value }}
อ้างถึง {{ value }}
สิ่งที่ส่งมาด้วย {{ value }}
{{ empty }}
---
{{ value }}

ก {{ value }} ข

| ที่ {1 center} | ชื่อ {{ value }} {9.5} | ค่า {2 right} |
| 1 | {{ value }} | {{ value }}{{ empty }} |

| 2 | ก{{ empty }}ข | |
=== {{ value }}
{{ value }}
| ที่ {1} |
=== ว่าง
{{ empty }}
"""
OURS = {chr(code) for code in range(0xFDD0, 0xFDD7)}
WORD = str.maketrans("\uf0b7\uf0a7\uf0d8\uf0fc\uf076", "•▪➢✓❖")
tricky = st.one_of(
    st.text(min_size=1),
    st.sampled_from(
        [
            "---",
            "===",
            "=== ก",
            "|",
            "| ก | ข |",
            "{8}",
            "ก {8 right}",
            "{{ 7 }}",
            "{% if",
            "\n\n",
            "#",
        ]
        + [f"{label} ปลอม" for label in HEADS]
    ),
    st.text(
        st.sampled_from("|{}=-\n\r\u2028 เรื่อง8\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6"),
        min_size=1,
    ),
)


def taken(template: str, **facts: object) -> Wording:
    return taken_apart(compiled(parsed(template)).render(**facts), "letter.txt")


def complaints(template: str, **facts: object) -> list[tuple[str, str]]:
    with pytest.raises(WrongUse) as caught:
        taken(template, **facts)
    return [(reason.where, reason.en) for reason in caught.value.reasons]


@given(tricky)
@example("เรื่อง")
@example("\ufdd13\ufdd1")
@example("\uf0b7 ข้อหนึ่ง \uf0fc")
def test_any_value_stands_in_the_letter_as_it_is_and_changes_nothing_else(value: str) -> None:
    said = one_line("".join(char for char in value if char not in OURS)).translate(WORD)
    if not said:
        return
    wording = taken(TEMPLATE, value=value, empty="")
    assert wording == Wording(
        subject=said,
        dear=said,
        refers=(said,),
        encloses=(said,),
        body=(
            said,
            f"ก {said} ข",
            Table(
                (
                    Column("ที่", 1, "center"),
                    Column(f"ชื่อ {said}", 9.5),
                    Column("ค่า", 2, "right"),
                ),
                (("1", said, said), ("2", "กข", "")),
            ),
        ),
        annexes=(Annex(said, (said,)), Annex("ว่าง", ())),
    )


def test_an_abbreviation_is_parted_from_the_thai_words_beside_it() -> None:
    head = "เรื่อง ก\nเรียน ข\n---\n"
    said = "{{ who }}ได้พิจารณา ({{ who }}) โดย{{ who }}"
    for who, expected in (
        ("สำนักงาน ก.พ.ร.", "สำนักงาน ก.พ.ร. ได้พิจารณา (สำนักงาน ก.พ.ร.) โดยสำนักงาน ก.พ.ร."),
        ("กรมที่ดิน", "กรมที่ดินได้พิจารณา (กรมที่ดิน) โดยกรมที่ดิน"),
        ("สป.มท", "สป.มทได้พิจารณา (สป.มท) โดย สป.มท"),
        ("อ.ก.พ.ร. ที่หนึ่ง", "อ.ก.พ.ร. ที่หนึ่งได้พิจารณา (อ.ก.พ.ร. ที่หนึ่ง) โดย อ.ก.พ.ร. ที่หนึ่ง"),
    ):
        assert taken(head + said, who=who).body == (expected,)


@pytest.mark.parametrize(
    ("template", "where", "said"),
    [
        ("เรื่อง ก\n---\nข", "letter.txt:3", "one line “เรียน”"),
        ("เรื่อง ก\nเรื่อง ข\nเรียน ค\n---\nง", "letter.txt:5", "one line “เรื่อง”"),
        ("เรื่อง ก\nเรียน ข\n", "letter.txt:2", "no line ---"),
        ("เรื่อง ก\nเรียน ข\n---\n\n", "letter.txt:4", "no body"),
        ("เรื่อง ก\nเรียนข\nเรียน ค\n---\nง", "letter.txt:2", "begins with one of"),
        ("เรื่อง ก\nเรียน ข\n---\nค\n===\n", "letter.txt:5", "needs a title"),
        ("เรื่อง ก\nเรียน ข\n---\n| 1 | 2 |", "letter.txt:4", "first row"),
        ("เรื่อง ก\nเรียน ข\n---\n| ค {3} | ง |", "letter.txt:4", "first row"),
        ("เรื่อง ก\nเรียน ข\n---\nค\n| ค {30} |\n| 1 |", "letter.txt:5", "not 30"),
        ("เรื่อง ก\nเรียน ข\n---\n| ค {3} |\n| 1", "letter.txt:5", "ends with |"),
        ("เรื่อง ก\nเรียน ข\n---\n| ค {3} |\n\n| 1 | 2 |", "letter.txt:6", "2 cells"),
    ],
)
def test_what_is_missing_or_ill_formed_is_told_with_its_line(
    template: str, where: str, said: str
) -> None:
    assert (where, said) in [
        (place, said if said in text else text) for place, text in complaints(template)
    ]


def test_a_row_below_a_loop_is_told_with_the_line_of_the_template() -> None:
    rows = "{% for nr in numbers %}\n| {{ nr }} |\n{% endfor %}\n| 1 | 2 | 3 |\n"
    template = f"เรื่อง ก\nเรียน ข\n---\n| ค {{3}} |\n{rows}"
    [(where, _)] = complaints(template, numbers=list(range(5)))
    assert where == "letter.txt:8"


def test_a_line_with_nothing_but_a_tag_does_not_end_a_paragraph() -> None:
    head = "เรื่อง ก\nเรียน ข\n---\n"
    said = "ตามที่\n{% if yes %}\nได้ขอ\n{% endif %}\nนั้น{% if yes %}\n\n{% endif %}จึง\n  \nเรียน"
    assert taken(head + said, yes=True).body == ("ตามที่ ได้ขอ นั้น", "จึง", "เรียน")
    assert taken(head + said, yes=False).body == ("ตามที่ นั้นจึง", "เรียน")


def test_a_table_without_rows_is_left_out() -> None:
    wording = taken("เรื่อง ก\nเรียน ข\n---\nค\n\n| ง {3} |\n\nจ")
    assert wording.body == ("ค", "จ")
