"""The kinds of letter, their scopes and forms."""

from notifications.kinds import KINDS, LETTERS
from notifications.samples import samples
from notifications.wording import kinds


def test_every_kind_has_a_title_for_definitions_and_a_wording() -> None:
    assert {name: kind.title for name, kind in KINDS.items()} == dict(LETTERS)
    assert set(kinds()) == set(KINDS)
    assert all(kind.title.th and kind.title.en for kind in KINDS.values())


def test_a_circular_is_about_a_cycle_and_has_no_recipient_of_its_own() -> None:
    for name, kind in KINDS.items():
        assert (kind.form == "circular") == (kind.scope == "cycle")
        for facts in samples(name):
            assert facts["scope"] == kind.scope
            assert (facts["recipient"] is None) == (kind.form == "circular")


def test_only_what_stays_in_the_house_is_a_memo() -> None:
    memos = {name for name, kind in KINDS.items() if kind.form == "memo"}
    assert memos == {"confirmation_to_units", "meeting_agenda", "meeting_minutes"}
