"""The file for Outlook and Google Calendar: RFC 5545's rules, read back by a parser."""

import re
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Alarm, Calendar, Event

from commands.agenda import KINDS, Entry
from commands.icalendar_file import ics
from engine.clock import BANGKOK

NOW = datetime(2021, 10, 1, 9, 0, 0, 123456, tzinfo=BANGKOK)
ENTRY = Entry(
    uid="IND-2565-0001.draft_submission.1",
    day=date(2021, 10, 25),
    nominal=date(2021, 10, 22),
    title_th="ส่งร่างตัวชี้วัด, ครั้งที่ 1; รอบแรก",
    title_en="Submit the draft",
    detail_th="ถึงสำนักงาน ก.พ.ร.\nภายในเวลาราชการ",
    detail_en="To OPDC\nin office hours",
    kind="deadline",
    ref="IND-2565-0001",
    organisation_th="สป.มท.",
    organisation_en="OPS",
)
OPENING = replace(
    ENTRY, uid="cycle.2565.esar_opens", day=date(2021, 10, 4), nominal=date(2021, 10, 4),
    title_th="เปิดระบบ e-SAR", title_en="e-SAR opens", kind="opens", ref="",
)  # fmt: skip

any_text = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B),
        st.sampled_from('\n\r\t\v\x00\x1b\x1f\x85\u2028\u202e\ufeff\u200d \\,;:"NnN👩🏽🇹🇭é\u0301'),
        st.characters(),
    ),
    max_size=120,
)


def written(
    *entries: Entry, lang: str = "th", name: str = "อนุมัติ: มท.", now: datetime = NOW
) -> bytes:
    return ics(entries, office="MOI", name_th=name, now=now, lang=lang)


def read(file: bytes) -> tuple[Calendar, list[Event]]:
    calendar = Calendar.from_ical(file)
    assert isinstance(calendar, Calendar)
    assert not calendar.errors
    events = [part for part in calendar.walk("VEVENT") if isinstance(part, Event)]
    assert not any(event.errors for event in events)
    return calendar, events


def one(entry: Entry, lang: str = "th") -> Event:
    [event] = read(written(entry, lang=lang))[1]
    return event


def text_of(event: Event, key: str) -> str:
    text = event[key]
    assert isinstance(text, str)
    return text


def unfolded(file: bytes) -> list[str]:
    return file.decode().replace("\r\n ", "").split("\r\n")


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def clean(text: str) -> str:
    """What is left of a text, line by line, whatever its breaks and spaces were."""
    kept = [c for c in text if unicodedata.category(c) not in ("Cc", "Cs") or c.isspace()]
    return " ".join("".join(c for c in kept if c not in "\u202e\ufeff").split())


def test_the_whole_file() -> None:
    assert unfolded(written(ENTRY, OPENING)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Anumat//Calendar//TH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:อนุมัติ: มท.",
        "X-WR-CALNAME:อนุมัติ: มท.",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        "X-WR-TIMEZONE:Asia/Bangkok",
        "BEGIN:VEVENT",
        "SUMMARY:เปิดระบบ e-SAR",
        "DTSTART;VALUE=DATE:20211004",
        "DTEND;VALUE=DATE:20211005",
        "DTSTAMP:20211001T020000Z",
        "UID:cycle.2565.esar_opens@MOI.anumat",
        "SEQUENCE:0",
        "CATEGORIES:เปิดรับ",
        (
            "DESCRIPTION:เปิดระบบ e-SAR\\nสป.มท.\\nถึงสำนักงาน ก.พ.ร.\\nภายในเวลาราชการ"
            "\\n\\ne-SAR opens\\nOPS\\nTo OPDC\\nin office hours"
        ),
        "LAST-MODIFIED:20211001T020000Z",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "SUMMARY:ส่งร่างตัวชี้วัด\\, ครั้งที่ 1\\; รอบแรก (IND-2565-0001)",
        "DTSTART;VALUE=DATE:20211025",
        "DTEND;VALUE=DATE:20211026",
        "DTSTAMP:20211001T020000Z",
        "UID:IND-2565-0001.draft_submission.1@MOI.anumat",
        "SEQUENCE:0",
        "CATEGORIES:ครบกำหนด",
        (
            "DESCRIPTION:ส่งร่างตัวชี้วัด\\, ครั้งที่ 1\\; รอบแรก\\nสป.มท.\\nถึงสำนักงาน ก.พ.ร."
            "\\nภายในเวลาราชการ\\nวันตามประกาศ: 22 ตุลาคม 2564 วันที่มีผล: 25 ตุลาคม 2564"
            "\\n\\nSubmit the draft\\nOPS\\nTo OPDC\\nin office hours"
            "\\nAnnounced: 22 Oct 2021\\; counts: 25 Oct 2021"
        ),
        "LAST-MODIFIED:20211001T020000Z",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:ส่งร่างตัวชี้วัด\\, ครั้งที่ 1\\; รอบแรก (IND-2565-0001)",
        "TRIGGER:-PT15H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_parser_reads_what_was_written() -> None:
    calendar, events = read(written(ENTRY, OPENING))
    assert calendar["X-WR-CALNAME"] == calendar["NAME"] == "อนุมัติ: มท."
    opening, deadline = events
    assert (opening.start, opening.end) == (date(2021, 10, 4), date(2021, 10, 5))
    assert (deadline.start, deadline.end) == (date(2021, 10, 25), date(2021, 10, 26))
    assert text_of(deadline, "SUMMARY") == "ส่งร่างตัวชี้วัด, ครั้งที่ 1; รอบแรก (IND-2565-0001)"
    assert text_of(deadline, "DESCRIPTION").split("\n")[1:4] == [
        "สป.มท.", "ถึงสำนักงาน ก.พ.ร.", "ภายในเวลาราชการ",
    ]  # fmt: skip
    assert deadline.DTSTAMP == deadline.LAST_MODIFIED == datetime(2021, 10, 1, 2, tzinfo=UTC)


def test_english_readers_get_english_first() -> None:
    event = one(ENTRY, "en")
    assert text_of(event, "SUMMARY") == "Submit the draft (IND-2565-0001)"
    assert text_of(event, "DESCRIPTION").startswith("Submit the draft\nOPS")
    assert "\n\nส่งร่างตัวชี้วัด" in text_of(event, "DESCRIPTION")
    assert event.categories == ["Deadline"]


def test_a_day_that_was_moved_moves_the_entry() -> None:
    moved = replace(ENTRY, day=date(2021, 11, 1), title_th="ชื่อใหม่", version=1)
    before, after = one(ENTRY), one(moved)
    assert before["UID"] == after["UID"] == "IND-2565-0001.draft_submission.1@MOI.anumat"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (before.start, after.start) == (date(2021, 10, 25), date(2021, 11, 1))


def test_what_is_provisional_is_tentative_and_says_so() -> None:
    event = one(replace(ENTRY, provisional=True, layer="office"))
    assert event["STATUS"] == "TENTATIVE"
    for said in ("ชั่วคราว", "กำหนดภายในของหน่วยงาน", "Provisional", "The office's own date"):
        assert said in text_of(event, "DESCRIPTION")
        assert said not in text_of(one(ENTRY), "DESCRIPTION")


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_must_be_done_by_a_day_has_an_alarm(kind: str) -> None:
    event = one(replace(ENTRY, kind=kind))
    alarms = event.walk("VALARM")
    assert event.categories == [KINDS[kind][0]]
    assert event["TRANSP"] == "TRANSPARENT"
    assert len(alarms) == (kind in ("deadline", "closes"))
    for alarm in alarms:
        assert isinstance(alarm, Alarm)
        assert (alarm["ACTION"], alarm.TRIGGER) == ("DISPLAY", timedelta(hours=-15))


def test_the_same_entries_make_the_same_bytes_in_any_order() -> None:
    later = replace(OPENING, uid="z")
    orders: Sequence[Sequence[Entry]] = ((ENTRY, later, OPENING), (later, OPENING, ENTRY))
    first, second = (written(*order) for order in orders)
    assert first == second == written(*orders[0], now=NOW.astimezone(UTC))
    assert [text_of(event, "UID").split("@")[0] for event in read(first)[1]] == [
        OPENING.uid, "z", ENTRY.uid,
    ]  # fmt: skip


def test_two_entries_with_one_identity_are_refused() -> None:
    with pytest.raises(ValueError, match=re.escape(ENTRY.uid)):
        written(ENTRY, replace(OPENING, uid=ENTRY.uid + "\x00"))
    with pytest.raises(ValueError, match="''"):
        written(replace(ENTRY, uid="\n"))
    with pytest.raises(ValueError, match="aware"):
        written(ENTRY, now=datetime(2021, 10, 1))  # noqa: DTZ001 - the fault is meant


def test_a_calendar_without_entries_is_a_calendar() -> None:
    calendar, events = read(written())
    assert calendar["METHOD"] == "PUBLISH"
    assert events == []


@given(any_text, any_text, any_text, any_text)
@example("C:\\New\\name\\", "\\n\\N\\,\\;", "\\", "\\N")
@example("ก" * 100 + "👩🏽" * 30, "\\" * 100, "", "ที่" * 40)
def test_any_text_keeps_to_the_rules_for_lines_and_comes_back(
    title: str, detail: str, ref: str, name: str
) -> None:
    entry = replace(ENTRY, title_th=title, detail_th=detail, organisation_th="", ref=ref)
    file = written(entry, name=name)
    text = file.decode()  # and each line below: no character is cut in two
    assert file.endswith(b"END:VCALENDAR\r\n")
    for octets in file.split(b"\r\n"):
        assert len(octets) <= 75
        octets.decode()
    assert not [c for c in text.replace("\r\n", "") if unicodedata.category(c) in ("Cc", "Cs")]
    assert not {"\u202e", "\ufeff"} & set(text)
    lines = unfolded(file)[:-1]
    assert all(re.match("[A-Z-]+[;:]", line) for line in lines)
    # The parser leaves the names of a calendar as they are escaped.
    names = [line.partition(":")[2] for line in lines if "NAME:" in line[:13]]
    assert [unescaped(line) for line in names] == [clean(name)] * 2
    _, [event] = read(file)
    assert text_of(event, "UID") == f"{ENTRY.uid}@MOI.anumat"
    wanted = f"{clean(title)} ({clean(ref)})" if clean(ref) else clean(title)
    assert text_of(event, "SUMMARY") == wanted
    assert clean(text_of(event, "DESCRIPTION")).startswith(clean(f"{title}\n{detail}"))
    assert len(event.walk("VALARM")) == 1


def test_the_library_waits_until_a_file_is_asked_for() -> None:
    program = "import sys, cli, commands.agenda, commands.month; print(*sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert "icalendar" not in done.stdout.split()
