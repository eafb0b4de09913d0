"""What is refused, with every reason, and that nothing changed; keys, names and clocks."""

import json

import pytest

from tests.commands.typist import Typist

FIRST, SECOND = "IND-2564-0001", "IND-2564-0002"


def events(typist: Typist) -> list[str]:
    """The hashes of all events: the same before and after mean that nothing happened."""
    return [json.loads(line)["hash"] for line in typist("audit", "export").out.splitlines()]


def meet(typist: Typist, ref: str = "MTG-1", body: str = "IWG-OPS") -> None:
    typist("meeting", "add", ref, "--body", body, "--on", typist.now, "--chair", "boonchai")


# --- The right -----------------------------------------------------------------------------------


def test_a_person_without_the_right_is_refused_whoever_typed(either: Typist) -> None:
    before = events(either)
    reasons = either.refused("advance", FIRST, "submit", "--as", "anong")
    assert reasons.keys() == {"role", "who-could"}
    assert "may not “Submit to the working group”" in reasons["role"]
    assert "needs: Coordinator" in reasons["role"]
    assert reasons["who-could"] == "who could: Ms Somying Jaidee (somying)"
    thai = either("advance", FIRST, "submit", "--as", "anong", lang="th", code=1)
    assert "ไม่มีสิทธิ “เสนอคณะทำงาน”" in thai.err
    assert "ผู้ที่ทำได้: นางสาวสมหญิง ใจดี (somying)" in thai.err
    assert "•" not in thai.out
    assert events(either) == before


def test_all_that_is_missing_is_said_at_once(office: Typist) -> None:
    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")
    before = events(office)
    reasons = office.refused(
        "advance", FIRST, "endorse", "--as", "somying", "--decided-on", "2563-10-16"
    )
    assert reasons.keys() == {"role", "who-could", "future", "meeting", "different-person"}
    assert "--meeting" in reasons["meeting"]
    assert "16 Oct 2020" in reasons["future"]
    assert "did “submit”" in reasons["different-person"]
    assert reasons["who-could"] == "who could: Mr Wichai Tangman (wichai)"
    assert office.refused("advance", FIRST, "return", "--as", "wichai").keys() == {"comment"}
    assert events(office) == before


def test_a_meeting_of_another_body_does_not_count(office: Typist) -> None:
    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")
    meet(office, "MTG-2", "MEC-MOI")
    typed = ("advance", FIRST, "endorse", "--as", "wichai", "--meeting")
    assert office.refused(*typed, "MTG-2").keys() == {"meeting-body"}
    assert office.refused(*typed, "MTG-3", code=2).keys() == {"meeting"}


def test_a_step_that_is_not_possible_here_names_where_it_is(office: Typist) -> None:
    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")
    reasons = office.refused("advance", FIRST, "submit", "--as", "somying")
    assert "is at “Working group review”" in reasons["state"]
    assert "possible only at Draft" in reasons["state"]
    assert reasons["last-step"] == "the last step was “submit” by Ms Somying Jaidee on 15 Oct 2020"
    assert office.refused("advance", FIRST, "aprove", "--as", "somying").keys() == {"trigger"}


def test_where_nobody_holds_the_right_it_says_how_to_give_it(office: Typist) -> None:
    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")
    office.now = "2563-10-16"
    office("grant", "end", "wichai", "working_group_secretary", "OPS-MOI", "--on", "2563-10-15")
    meet(office)
    reasons = office.refused("advance", FIRST, "endorse", "--as", "wichai", "--meeting", "MTG-1")
    assert reasons.keys() == {"role", "nobody"}
    assert "anumat grant add" in reasons["nobody"]


def test_show_says_what_is_possible_for_whom_and_why_the_rest_is_not(office: Typist) -> None:
    office.now = "2563-10-15"
    office("advance", FIRST, "submit", "--as", "somying")
    possible = {each["trigger"]: each for each in office.data("show", FIRST)["possible"]}
    assert list(possible) == ["endorse", "return", "withdraw"]
    assert possible["endorse"]["asks"] == ["meeting"]
    assert possible["endorse"]["to"] == "committee"
    assert [who["person"] for who in possible["endorse"]["who"]] == ["wichai"]
    assert possible["endorse"]["against"] == []
    assert possible["return"]["asks"] == ["comment"]

    through = office.data("show", FIRST, "--as", "somying")["possible"]
    against = {each["trigger"]: [r["code"] for r in each["against"]] for each in through}
    assert against == {"endorse": ["role", "different-person"], "return": ["role"], "withdraw": []}

    thai = office("show", FIRST, "--as", "somying", lang="th").out
    assert "สิ่งที่ทำได้" in thai
    assert "นายวิชัย ตั้งมั่น (wichai)" in thai
    assert "--meeting" in thai
    assert "จึงทำขั้นนี้เองไม่ได้" in thai


def test_a_set_that_breaks_a_rule_is_explained_with_the_sum(office: Typist) -> None:
    office("revise", FIRST, "--set", "weight=9.99", "--as", "somying")
    answer = office("advance", SECOND, "submit", "--as", "somying", json=True, code=1)
    total, base = (reason["en"] for reason in answer.data["error"]["reasons"])
    assert total.startswith("the weights are 99.99, must be 100 (1=9.99, 2=15, ")
    assert base.startswith("the weights of Performance Base are 69.99, must be 70 (")
    [submit, *_] = office.data("show", SECOND)["possible"]
    assert {reason["code"] for reason in submit["against"]} == {"weights"}
    shown = office("show", SECOND, lang="th").out
    assert "99.99" in shown


# --- Names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("advance", "IND-2564-0099", "submit", "--as", "somying"), "ref"),
        (("advance", FIRST, "submit", "--as", "nobody"), "person"),
        (("show", FIRST, "--as", "nobody"), "person"),
        (("inbox", "--person", "nobody"), "person"),
        (("show", "IND-1"), "ref"),
        (("show", FIRST, "--as-of", "2563-09-08"), "as-of"),
        (("history", "IND-1"), "ref"),
        (("diff", FIRST, "1", "2"), "revision"),
        (("revise", FIRST, "--as", "somying"), "set"),
        (("revise", FIRST, "--as", "somying", "--set", "weight"), "set"),
        (("revise", FIRST, "--as", "somying", "--from", "missing.yaml"), "file"),
        (("revise", FIRST, "--as", "somying", "--set", "colour=red"), "content"),
        (("list", "--where", "colour=red"), "where"),
        (("list", "--where", "state="), "where"),
        (("bulk", "submit", "--as", "somying"), "where"),
        (("opine", "--organisation", "OPDC", "--stance", "support", "--as", "anong"), "where"),
        (("meeting", "show", "MTG-9"), "meeting"),
        (("cycle", "show", "2599-provinces"), "cycle"),
        (("report", "cycle", "2599-provinces"), "cycle"),
        (("workflow", "show", "nothing"), "workflow"),
        (("grant", "end", "malee", "coordinator", "MOI"), "grant"),
        (("audit", "export", "IND-1"), "ref"),
        (("inbox", "--after", "later"), "after"),
    ],
)
def test_an_unknown_name_is_wrong_use(office: Typist, words: tuple[str, ...], code: str) -> None:
    before = events(office)
    assert office.refused(*words, code=2).keys() == {code}
    thai = office(*words, lang="th", code=2)
    assert "•" in thai.err
    assert events(office) == before


def test_every_unknown_name_of_a_meeting_is_said(office: Typist) -> None:
    typed = ("meeting", "add", "M", "--body", "B", "--chair", "C", "--for", "D", "--on")
    answer = office(*typed, "2563-09-01", json=True, code=2)
    said = [reason["en"] for reason in answer.data["error"]["reasons"]]
    assert len(said) == 3
    assert all(any(f"“{name}”" in text for text in said) for name in "BCD")


def test_the_person_may_come_from_the_environment(office: Typist) -> None:
    office.env = {"ANUMAT_AS": "somying"}
    office("advance", FIRST, "submit")
    assert office.data("history", FIRST)["events"][-1]["actor"]["person"] == "somying"
    assert office.data("inbox")["person"] == "somying"
    assert "role" in office.refused("advance", SECOND, "submit", "--as", "anong")


def test_a_step_needs_somebody_s_authority(office: Typist) -> None:
    for words in (("advance", FIRST, "submit"), ("revise", FIRST, "--set", "unit=x")):
        assert "--as" in office.refused(*words, code=2)["usage"]


# --- Repeats -------------------------------------------------------------------------------------


def test_the_same_key_again_gives_the_first_answer_and_changes_nothing(either: Typist) -> None:
    either.now = "2563-10-15"
    typed = ("advance", FIRST, "submit", "--as", "somying", "--key", "K-1")
    first = either.data(*typed)
    before = events(either)
    either.now = "2563-10-16"
    assert either.data(*typed) == first
    assert either(*typed).out == either(*typed).out
    reasons = either.refused("advance", SECOND, "submit", "--as", "somying", "--key", "K-1")
    assert reasons.keys() == {"key"}
    assert events(either) == before


def test_every_command_that_writes_takes_a_key(office: Typist) -> None:
    office.now = "2563-10-15"
    for words in (
        ("revise", FIRST, "--set", "unit=ระดับ", "--as", "somying"),
        ("bulk", "submit", "--where", f"ref={FIRST}", "--as", "somying"),
        ("meeting", "add", "M-1", "--body", "IWG-OPS", "--on", "2563-10-15", "--chair", "nirat"),
        ("grant", "add", "boonchai", "coordinator", "MOI"),
        ("correspondent", "set", "MOI", "--code", "มท 0201"),
        ("signatory", "add", "MOI", "nirat", "--since", "2563-10-15"),
        ("cycle", "open", "2566-provinces"),
        ("open", "performance_report", "--cycle", "2564-departments",
         "--organisation", "OPS-MOI", "--set", "months=9"),
    ):  # fmt: skip
        typed = (*words, "--key", f"key of {words[0]}")
        first = office.data(*typed)
        before = events(office)
        assert office.data(*typed) == first
        assert events(office) == before


# --- The clock -----------------------------------------------------------------------------------


def test_the_clock_of_a_real_database_cannot_be_set(nowhere: Typist) -> None:
    assert nowhere.refused("init", now="2563-10-01", code=2).keys() == {"now"}
    nowhere("init")
    for words in (("list",), ("init",), ("cycle", "open", "2564-departments")):
        assert nowhere.refused(*words, now="2563-10-01", code=2).keys() == {"now"}
    said = nowhere("list", env={"ANUMAT_NOW": "2563-10-01"}, lang="th", code=2).err
    assert "--now ใช้ได้เฉพาะฐานข้อมูลจำลอง" in said


def test_a_clock_that_cannot_be_read(office: Typist) -> None:
    for when in ("yesterday", "2563-10-01 25:00", "3/4/2563", "2563-02-30"):
        assert office.refused("inbox", now=when, code=2).keys() == {"date"}


@pytest.mark.parametrize("day", ["3/4/2563", "soon", "30 ตุลา 2563", "2563-10-32", "63-10-01", ""])
def test_a_day_that_cannot_be_read_names_its_option(office: Typist, day: str) -> None:
    typed = ("advance", FIRST, "submit", "--as", "somying", "--decided-on", day)
    [reason] = office(*typed, json=True, code=2).data["error"]["reasons"]
    assert (reason["code"], reason["where"]) == ("date", "--decided-on")
    assert f"“{day}”" in reason["th"]
    assert f"“{day}”" in reason["en"]
