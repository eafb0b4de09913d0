"""Calendar files: the shipped ones have every reported date, and a wrong one is told where."""

import csv
import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.calendar import due_days, split
from engine.definition import Workflow
from engine.errors import Reason, WrongUse
from engine.loader import load as load_definition
from notifications.kinds import LETTERS
from workflows.calendars import government
from workflows.calendars.reading import check, load, shipped, shipped_files
from workflows.shipped import definitions, vocabulary

TIMELINE = Path(__file__).parents[2] / "examples" / "fy2564_timeline.csv"
KINDS = {"window_opens": "opens", "window_closes": "closes"}
TITLE = "title: {th: ก, en: A}"
HEAD = f"cycle: 2564-departments\n{TITLE}\ndates:\n"
Complaints = Callable[[str | bytes], list[Reason]]


@pytest.fixture
def complaints(tmp_path: Path) -> Complaints:
    def said(text: str | bytes) -> list[Reason]:
        path = tmp_path / "calendar.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return check(path)[1]

    return said


# --- what is shipped -----------------------------------------------------------------------------


def test_every_row_of_the_timeline_is_in_the_calendar() -> None:
    calendar = shipped("2564-departments")
    assert calendar
    dates, described = split(calendar, government())
    entries = described["entries"]
    there = {(dates[n], e["kind"], e.get("precision", "day")) for n, e in entries.items()}
    with TIMELINE.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            (row["date"], KINDS.get(row["kind"], row["kind"]), row["precision"])
            for row in csv.DictReader(file)
        ]
    assert len(rows) == 16
    assert set(rows) <= there


@pytest.mark.parametrize("path", shipped_files(), ids=lambda path: path.stem)
def test_a_shipped_calendar_is_that_of_the_cycle_in_its_name(path: Path) -> None:
    calendar = shipped(path.stem)
    assert calendar == load(path)
    assert calendar.cycle == path.stem
    _, described = split(calendar, government())
    assert all(entry["source"] for entry in described["entries"].values())


def test_the_definitions_find_their_dates() -> None:
    """Those of departments in the calendar of departments, and so on."""
    of_track = {"indicator_province": "2565-provinces", "change_request": "2565-provinces"}
    for path in definitions():
        workflow = load_definition(path, vocabulary(LETTERS))
        code = of_track.get(workflow.name, "2564-departments")
        calendar = shipped(code)
        assert calendar
        dates, _ = split(calendar, government())
        assert _named(workflow) <= dates.keys(), workflow.name


def test_the_golden_days() -> None:
    calendar, ministry = shipped("2564-departments"), shipped("2564-moi")
    assert calendar
    assert ministry
    dates, described = split(calendar, government())
    assert (dates["internal_draft"], dates["lead_unit_report"]) == ("2020-10-15", "2021-10-05")
    assert dates["lead_unit_report@9M"] == dates["esar_closes@9M"] == "2021-07-05"
    due = due_days(described, dates, government())
    assert due["department_report"].effective == date(2021, 10, 25)
    dates, described = split(ministry, government())
    assert due_days(described, dates, government())["esar_closes"].effective == date(2021, 10, 25)


def test_no_calendar_is_shipped_for_other_codes() -> None:
    assert shipped("2566-departments") is None
    assert shipped("../calendars/2564-departments") is None


def _named(workflow: Workflow) -> set[str]:
    found: set[str] = set()
    for state in workflow.states.values():
        for deadline in state.deadlines:
            due = deadline.due
            found |= {due.date} if due.date else set()
            found |= {due.window.opens, due.window.closes} if due.window else set()
    return found


# --- what is wrong, and where --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("due: {day: 3/4/2564, kind: deadline, T}", "shape", "could be exchanged"),
        ("due: {day: 30 ต.ค. 63, kind: deadline, T}", "shape", "cannot read the date"),
        ("due: {month: ธ.ค. 63, kind: deadline, T}", "shape", "cannot read the month"),
        ("due: {quarter: Q4/2022, kind: deadline, T}", "shape", "cannot read the quarter"),
        ("due: {day: 2463-10-30, kind: deadline, T}", "far-away", "outside of fiscal year 2564"),
        ("due: {day: 2563-10-30, kind: deadlin, T}", "shape", "did you mean “deadline”?"),
        ("due: {day: 2563-10-30, kind: deadline, polcy: as_stated, T}", "unknown-key", "“policy”"),
        ("due: {day: 2563-10-30, T}", "kind", "needs a kind"),
        ("due: {kind: deadline, T}", "when", "exactly one"),
        ("due: {kind: event, day: 2563-10-30, month: 2563-10, T}", "when", "day, month"),
        ("due: {kind: event, day: 2563-10-30, policy: as_stated, T}", "policy", "no policy"),
        ("due: {kind: event, day: 2563-10-30, cutoff: 2wd, T}", "body", "no cutoff"),
        ("due: {kind: meeting, day: 2563-10-30, T}", "body", "needs a body"),
        ("due: {kind: event, after: {date: ohter, by: 1d}, T}", "unknown-date", "“other”"),
        ("due: {kind: event, after: {date: due, by: 1d}, T}", "circle", "due → due"),
        ("due: {kind: event, after: {date: other, by: 0d}, T}", "shape", "by"),
        ("due: {window: {opens: 2563-10-30, closes: 2563-10-29}, T}", "window", "is before"),
        ("Due: {kind: event, day: 2563-10-30, T}", "shape", "Due"),
        ("due@: {kind: event, day: 2563-10-30, T}", "shape", "due@"),
        ("other: {kind: event, day: 2563-10-30, T}", "twice", "given twice"),
    ],
)
def test_a_complaint_names_the_line_and_what_was_meant(
    complaints: Complaints, line: str, code: str, said: str
) -> None:
    other = f"  other: {{day: 2563-10-15, kind: event, {TITLE}}}\n"
    [reason] = complaints(f"{HEAD}{other}  {line.replace('T}', TITLE + '}')}\n")
    assert (reason.code, reason.where) == (code, "calendar.yaml:5")
    assert said in reason.en
    assert reason.th != reason.en


def test_every_complaint_at_once(complaints: Complaints) -> None:
    text = (
        f"{HEAD}  a: {{day: soon, kind: x, {TITLE}}}\n  b: 5\nreminders: {{due: {{remind: 5}}}}\n"
    )
    assert [reason.where.partition(":")[2] for reason in complaints(text)] == ["4", "4", "5", "6"]


def test_a_window_and_a_date_cannot_have_the_same_name(complaints: Complaints) -> None:
    window = f"  esar: {{window: {{opens: 2564-08-01, closes: 2564-10-15}}, {TITLE}}}\n"
    date_too = f"  esar_opens: {{day: 2564-08-02, kind: opens, {TITLE}}}\n"
    [reason] = complaints(HEAD + window + date_too)
    assert (reason.code, reason.where) == ("twice", "calendar.yaml:5")


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe", "", "- a", "cycle: &a [*a]", "cycle: 2564\n", HEAD, "[" * 99, "a: b: c",
        HEAD + "".join(f"  d{n}: {{day: 2563-10-30, kind: event, {TITLE}}}\n" for n in range(301)),
        HEAD + "  a: &a [" + "x, " * 9999 + "]\n  b: [*a, *a, *a]\n",
        "#" * 300_000,
    ],
)  # fmt: skip
def test_what_is_no_calendar(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(WrongUse):
        load(path)


WHOLE = shipped_files()[1].read_text("utf-8")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False), st.integers(1, 5))
def test_a_spoilt_calendar_is_a_calendar_or_wrong_use(
    tmp_path: Path, chance: random.Random, times: int
) -> None:
    """Words of the file put elsewhere, left out, or made something else."""
    words = re.split(r"(\s+|[{}:,\[\]])", WHOLE)
    for _ in range(times):
        at = chance.randrange(len(words))
        words[at] = chance.choice([*words, "", "99999d", "2563-13-01", "*a", "&a", "null", "- "])
    path = tmp_path / "calendar.yaml"
    path.write_text("".join(words), "utf-8")
    _either(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode(errors="replace"))
    )
)
@example(b"cycle: x\ntitle: {th: a, en: b}\ndates: {d: {day: !!timestamp 2563-10-30, kind: event}}")
def test_garbage_is_wrong_use(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_bytes(data)
    _either(path)


def _either(path: Path) -> None:
    """A calendar that can be used, or complaints in both languages that name the file."""
    try:
        split(load(path), government())
    except WrongUse as fault:
        reasons = fault.reasons
    else:
        reasons = ()
    assert all(r.where.startswith(path.name) and r.th and r.en for r in reasons)
