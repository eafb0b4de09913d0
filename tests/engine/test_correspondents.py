"""How organisations are written to: entered whole or not at all, changed in part, looked up."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import correspondents as ours
from engine.clock import arabic
from engine.correspondents import (
    LONGEST,
    NewCorrespondent,
    Party,
    amend,
    correspondent,
    correspondents,
    faults_of_text,
    sender_of,
)
from engine.errors import Reason, Refusal, WrongUse
from notifications.mail_address import usable
from tests.builders import Desk, broken, dump

MOI = NewCorrespondent(
    "MOI", "ปลัดกระทรวงมหาดไทย", "saraban-moi@example.go.th", "มท 0201.2", "กระทรวงมหาดไทย",
    "ถนนอัษฎางค์\nกทม. 10200", "กลุ่มพัฒนาระบบบริหาร\nโทร. 0 0000 0000",
)  # fmt: skip


def entered(office: Desk, *rows: NewCorrespondent, key: str | None = None) -> dict[str, Any]:
    return correspondents(office, office.asking(key=key), rows)


def there(office: Desk, organisation: str) -> Party:
    with office.database.read() as tx:
        return correspondent(tx, organisation)


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


def faults(office: Desk, *rows: NewCorrespondent) -> list[tuple[str, str]]:
    return [(r.code, r.where) for r in refused(office, lambda: entered(office, *rows))]


# --- Entered and found ---------------------------------------------------------------------------


def test_what_is_entered_is_found_and_is_in_the_trail(office: Desk) -> None:
    assert entered(office, MOI) == {"added": 1, "changed": 0, "same": 0}
    assert there(office, "MOI") == Party(
        "MOI", MOI.addressee, MOI.email, MOI.code, MOI.agency, MOI.address, MOI.contact
    )
    assert entered(office, MOI) == {"added": 0, "changed": 0, "same": 1}
    assert entered(office, NewCorrespondent("MOI")) == {"added": 0, "changed": 1, "same": 0}
    assert broken(office) == []


def test_an_organisation_of_which_nothing_was_said_is_found_empty(office: Desk) -> None:
    assert there(office, "CMI") == Party("CMI", "", "", "", "", "", "")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("นร 1203", "นร 1203"),
        ("นร ๑๒๐๓", "นร 1203"),
        ("นร1203", "นร 1203"),
        ("นร\u00a0 1203", "นร 1203"),
        (" มท ๐๒๐๑.๒ ", "มท 0201.2"),
        ("อว 0201.01.3", "อว 0201.01.3"),
        ("", ""),
    ],
)
def test_a_code_is_spelled_in_one_way(office: Desk, typed: str, kept: str) -> None:
    entered(office, NewCorrespondent("MOI", code=typed))
    assert there(office, "MOI").code == kept
    assert entered(office, NewCorrespondent("MOI", code=kept))["same"] == 1


def test_thai_digits_are_kept_as_arabic_ones_and_spaces_around_are_not(office: Desk) -> None:
    entered(office, NewCorrespondent("MOI", address=" กทม. ๑๐๒๐๐\n", contact="โทร. ๐ ๐๐๐๐"))
    assert there(office, "MOI").address == "กทม. 10200"
    assert there(office, "MOI").contact == "โทร. 0 0000"


def test_what_is_named_is_changed_and_the_rest_is_kept(office: Desk) -> None:
    entered(office, MOI)
    answer = amend(office, office.asking(), "MOI", {"email": "new@example.go.th", "contact": ""})
    assert answer == {"added": 0, "changed": 1, "same": 0}
    assert there(office, "MOI") == Party(
        "MOI", MOI.addressee, "new@example.go.th", MOI.code, MOI.agency, MOI.address, ""
    )
    assert amend(office, office.asking(), "CMI", {"code": "ชม 0017"})["added"] == 1
    assert broken(office) == []


def test_the_same_key_gives_the_first_answer(office: Desk) -> None:
    first = entered(office, MOI, key="k")
    assert entered(office, MOI, key="k") == first
    with pytest.raises(Refusal, match="already used"):
        entered(office, NewCorrespondent("MOI"), key="k")
    with pytest.raises(Refusal, match="already used"):
        amend(office, office.asking(key="k"), "MOI", {"email": ""})


# --- Refused -------------------------------------------------------------------------------------

NO_CODES = (
    "1203", "นร", "น 1203", "นรม 1203", "นร 1203/1", "นร 1203.", "AB 1203", "นร 123456", "นร ²",
    "ำร 1203", "นร 1203/ว",
)  # fmt: skip
NO_EMAILS = (
    "moi", "@example.go.th", "moi@", "a@b@c", "ก@example.go.th", "a@ตัวอย่าง.ไทย", "a b@c.d",
    "a..b@c.d", "A <a@b.c>", "a@b.c, d@e.f", "๑@example.go.th", "a" * 250 + "@b.co",
)  # fmt: skip
UNPRINTABLE = (
    "a\0b", "a\tb", "a\x1b[31m", "a\rb", "ก\u200bข", "a\u202eb", "\ufeffa", "\ud800", "a\u2028b",
    "\ue000", "\u0e5c", "a@b.c😀", "ก" * (LONGEST + 1),
)  # fmt: skip
COLUMNS = ("addressee", "email", "code", "agency", "address", "contact")


@pytest.mark.parametrize(
    ("code", "column", "texts"),
    [
        ("code", "code", NO_CODES),
        ("email", "email", NO_EMAILS),
        *(("text", column, UNPRINTABLE) for column in COLUMNS),
        *(("text", column, ("a\nb",)) for column in ("addressee", "email", "code")),
    ],
)
def test_what_cannot_be_meant_names_its_cell(
    office: Desk, code: str, column: str, texts: tuple[str, ...]
) -> None:
    for text in texts:
        row = NewCorrespondent("MOI", **{column: text}, where="f:2")
        assert faults(office, row) == [(code, f"f:2 {column}")], text


def test_two_organisations_do_not_number_under_one_code(office: Desk) -> None:
    assert faults(
        office,
        NewCorrespondent("OPS", code="นร 1203", where="f:2"),
        NewCorrespondent("CMI", code="นร ๑๒๐๓", where="f:3"),
    ) == [("code-taken", "f:2 code"), ("code-taken", "f:3 code")]
    entered(office, MOI)
    [reason] = refused(office, lambda: entered(office, NewCorrespondent("OPS", code=MOI.code)))
    assert (reason.code, reason.where) == ("code-taken", "code")
    assert "MOI's" in reason.en
    entered(office, NewCorrespondent("OPS", code=MOI.code), NewCorrespondent("MOI", code="มท 1"))
    assert (there(office, "OPS").code, there(office, "MOI").code) == ("มท 0201.2", "มท 1")


def test_everything_that_is_wrong_is_said_at_once(office: Desk) -> None:
    rows = [
        NewCorrespondent("NONE", "ก\tข", "a", "b", where="f:2"),
        NewCorrespondent("MOI", where="f:3"),
        NewCorrespondent("MOI", where="f:4"),
    ]
    assert faults(office, *rows) == [
        ("duplicate", "f:4"), ("organisation", "f:2 organisation"), ("text", "f:2 addressee"),
        ("email", "f:2 email"), ("code", "f:2 code"),
    ]  # fmt: skip
    reasons = refused(office, lambda: amend(office, office.asking(), "NONE", {"email": "a"}))
    assert [(r.code, r.where) for r in reasons] == [
        ("organisation", "organisation"), ("email", "email"),
    ]  # fmt: skip


# --- Whose letter it is --------------------------------------------------------------------------


def test_the_sender_is_the_one_asked_for_or_the_only_one(office: Desk) -> None:
    entered(office, MOI, NewCorrespondent("CMI", "ผู้ว่าราชการจังหวัดเชียงใหม่"))
    with office.database.read() as tx:
        assert sender_of(tx, None) == "MOI"
        assert sender_of(tx, "MOI") == "MOI"
    entered(office, NewCorrespondent("CMI", code="ชม 0017"))
    with office.database.read() as tx:
        assert sender_of(tx, "CMI") == "CMI"


def test_a_sender_without_numbers_is_refused_and_those_that_have_them_are_listed(
    office: Desk,
) -> None:
    def said(asked: str | None) -> str:
        def ask() -> None:
            with office.database.read() as tx:
                sender_of(tx, asked)

        [reason] = refused(office, ask)
        assert reason.code == "sender"
        return reason.en

    assert said(None) == (
        "say whose letters (--from). None has one yet: "
        "anumat correspondent set ORG --code 'นร 1203'"
    )
    entered(office, MOI)
    assert said("CMI") == (
        "“CMI” has no code for the numbers of its letters. Those that have one: MOI (มท 0201.2)"
    )
    entered(office, NewCorrespondent("CMI", code="ชม 0017"))
    assert said(None).endswith("Those that have one: CMI (ชม 0017), MOI (มท 0201.2)")
    assert said("").startswith("“” has no code")


# --- Whatever is typed ---------------------------------------------------------------------------


@given(st.text(max_size=30) | st.from_regex(r"[a-z.@+-]{0,12}@[a-z.-]{0,9}", fullmatch=True))
def test_an_address_is_good_here_exactly_where_the_post_can_use_it(text: str) -> None:
    codes = {each.code for each in ours._faults(NewCorrespondent("MOI", email=text))}
    kept = ours._columns(NewCorrespondent("MOI", email=text))["email"]
    if "text" not in codes:
        assert ("email" in codes) is not (kept == "" or usable(kept))


@given(st.text(max_size=20))
def test_text_is_kept_only_where_it_can_be_printed_and_then_as_it_was_typed(text: str) -> None:
    row = NewCorrespondent("MOI", addressee=text, address=text)
    found = faults_of_text({"addressee": text, "address": text}, ["address"], "")
    unseen = any(not (char.isprintable() or char in "\n\u00a0\u3000" or char.isspace())
                 for char in text)  # fmt: skip
    if unseen:
        assert found.keys() == {"addressee", "address"}
    if not found:
        assert "\n" not in text
        kept = ours._columns(row)
        assert kept["addressee"] == kept["address"] == arabic(text.strip())
