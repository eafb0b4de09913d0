"""anumat demo: the main job on the real input, told as a timeline."""

import shlex
import shutil
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from commands import words
from commands.decisions import print_decisions
from commands.door import Door, vocabulary, with_door
from commands.group import t
from commands.reconcile import facts_of, print_account
from commands.replay import fy2564, fy2564_agreed, fy2565
from commands.replay.account import letters_of, print_letters
from commands.replay.story import EXAMPLES, TYPIST, Story
from commands.terminal import Column, Screen
from engine import enrol
from engine.audit import Checked, verify
from engine.canonical import plain
from engine.clock import SetClock, day_of
from engine.corrections import complete
from engine.correspondents import correspondents
from engine.cycles import publish
from engine.database import Database
from engine.errors import wrong
from engine.loader import load
from engine.office import Office
from engine.past import events
from engine.people import Asking
from engine.queries import Who, decisions
from engine.reconcile import reconcile
from engine.register import found
from engine.schema import migrate
from engine.signatories import signatories
from engine.tables import REGISTER
from workflows import roll, shipped
from workflows.calendars import corrections

DEFAULT = Path("demo") / "anumat.db"
BEGIN = date(2020, 9, 9)


@click.command(
    "demo",
    help=t(
        "จำลองปีงบประมาณ 2564 และ 2565 จากข้อมูลจริง ลงในฐานข้อมูลใหม่ demo/anumat.db",
        "Replay FY2564 and FY2565 from the real data into a fresh demo/anumat.db.",
    ),
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=DEFAULT,
    show_default=True,
    help=t("ไฟล์ฐานข้อมูล (ของเดิมถูกแทนที่)", "The database file (an older demo is replaced)"),
)
@with_door
def command(door: Door, *, output: Path) -> None:
    screen = replace(door.screen, simulation=True)
    office = _fresh(output)
    try:
        story = Story(office, screen, _outbox(output), _letters(output))
        screen.banner()
        _office_is_set_up(story)
        screen.heading(
            screen.pick(
                "ปีงบประมาณ พ.ศ. 2564: สป.มท. หกตัวชี้วัด",
                "FY2564: the Office of the Permanent Secretary, six indicators",
            )
        )
        fy2564.tell(story)
        screen.heading(
            screen.pick(
                "ปีงบประมาณ พ.ศ. 2565: 76 จังหวัด (รายงานบอกเพียงไตรมาส วันที่จึงสมมติ)",
                "FY2565: 76 provinces (the report gives quarters only; these days are made up)",
            )
        )
        fy2565.tell(story)
        _end(story, output)
    finally:
        office.close()


def _fresh(path: Path) -> Office:
    """A new simulation, in place of an older demo; raises WrongUse for any other file there."""
    _make_room(path)
    url = f"sqlite:///{path}"
    migrate(url)
    database = Database.open(url)
    asking = Asking(None, TYPIST, SetClock().now())
    found(database, asking, simulation=True)
    database.close()
    office = Office.open(url, vocabulary())
    for definition in shipped.definitions():
        publish(office, asking, load(definition, vocabulary()))
    complete(office, asking, corrections())
    return office


def _make_room(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not _is_demo(path):
            raise wrong(
                "output",
                f"{path} ไม่ใช่ผลของ anumat demo จึงไม่แทนที่",
                f"{path} was not made by anumat demo and is not replaced",
            )
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        for file in (*_outbox(path).glob("*.eml"), *_letters(path).glob("*/*.*")):
            if file.suffix in (".eml", ".pdf", ".xlsx"):
                file.unlink()
    except OSError as error:
        raise wrong(
            "output",
            f"เขียน {path} ไม่ได้: {error.strerror}",
            f"cannot write {path}: {error.strerror}",
        ) from None


def _outbox(path: Path) -> Path:
    """The folder of the demo's reminders."""
    return path.parent / f"{path.stem}-outbox"


def _letters(path: Path) -> Path:
    """The folder of the demo's letters, those of each kind and year in one of their own."""
    return path.parent / f"{path.stem}-letters"


def _is_demo(path: Path) -> bool:
    """Whether its first event was typed by the demo: somebody's own simulation is not ours."""
    older = Office.open(f"sqlite:///{path}", vocabulary())
    try:
        with older.database.read() as transaction:
            first = next(events(transaction, REGISTER), None)
    finally:
        older.close()
    return first is None or plain(bytes(first[2]))["recorded_by"] == TYPIST


def _office_is_set_up(story: Story) -> None:
    office, asking = story.office, story.asking()
    provinces = roll.organisations(EXAMPLES / "provinces.csv", kind="province", parent="PROVINCES")
    enrol.organisations(
        office, asking, [*roll.organisations(EXAMPLES / "organisations.csv"), *provinces]
    )
    for year in ("", "fy2565_"):
        enrol.people(office, asking, roll.people(EXAMPLES / f"{year}people.csv"))
        enrol.grants(office, asking, roll.grants(EXAMPLES / f"{year}grants.csv"))
    correspondents(office, asking, roll.correspondents(EXAMPLES / "correspondents.csv"))
    signatories(office, asking, roll.signatories(EXAMPLES / "signatories.csv"))


def _end(story: Story, output: Path) -> None:
    screen, checked = story.screen, Checked()
    with story.office.database.read() as transaction:
        broken = list(verify(transaction, checked))
        account = reconcile(transaction, story.office, BEGIN, day_of(story.now), story.now)
        everything = decisions(transaction, Who(most=100_000))
        letters = letters_of(transaction)
    ministry = [
        e
        for e in everything
        if e["organisation"]["code"] == fy2564_agreed.OPS and e["outcome"] == "approved"
    ]
    summary = _summary(everything)
    if screen.json:
        screen.data(
            {
                "database": str(output),
                "sound": not broken,
                "events": checked.events,
                "items": checked.items,
                "decisions": summary,
                "reminders": facts_of(account, BEGIN, day_of(story.now)),
                "letters": letters,
            }
        )
    screen.heading(screen.pick("ใครมีมติอะไร", "Who decided what"))
    _print_summary(screen, summary)
    screen.heading(
        screen.pick("ใครเห็นชอบตัวชี้วัดของ สป.มท.", "Who approved the indicators of the office")
    )
    print_decisions(screen, ministry)
    print_letters(screen, letters, story.letters)
    print_account(screen, account, BEGIN, day_of(story.now))
    screen.heading(screen.pick("ตรวจสอบหลักฐาน (audit verify)", "The audit trail (audit verify)"))
    for row in broken:
        screen.say(f"ผิด: {row.where}: {row.th}", f"BROKEN: {row.where}: {row.en}")
    if broken or not account.balanced:
        raise click.exceptions.Exit(1)
    screen.say(
        f"ครบถ้วน: {checked.events:,} เหตุการณ์ {checked.items:,} รายการ ไม่พบการแก้ไข",
        f"Sound: {checked.events:,} events of {checked.items:,} items, nothing was changed",
    )
    _print_next(screen, output)


def _summary(found_decisions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Decisions of the same day, body (or person) and outcome, counted."""
    counts: Counter[tuple[str, ...]] = Counter()
    for event in found_decisions:
        meeting = event.get("meeting", {})
        who = event["actor"]
        counts[
            event["decided_on"],
            meeting.get("body_th") or who["name_th"],
            meeting.get("body_en") or who["name_en"],
            meeting.get("ref", ""),
            event["outcome"],
        ] += 1
    names = ("decided_on", "by_th", "by_en", "meeting", "outcome")
    return [dict(zip(names, key, strict=True)) | {"items": counts[key]} for key in sorted(counts)]


def _print_summary(screen: Screen, summary: list[dict[str, Any]]) -> None:
    screen.table(
        [
            Column("วันที่", "Day", shrink=False),
            Column("โดย", "By"),
            Column("การประชุม", "Meeting", shrink=False),
            Column("มติ", "Decision", style=words.colour_of),
            Column("รายการ", "Items", "right"),
        ],
        [
            (
                screen.day(row["decided_on"]),
                row[f"by_{screen.lang}"],
                row["meeting"] or "—",
                words.outcome(screen, row["outcome"]),
                row["items"],
            )
            for row in summary
        ],
    )


def _print_next(screen: Screen, output: Path) -> None:
    screen.heading(screen.pick("ลองต่อ", "Try next"))
    begin = shlex.join([*_program(), "--db", str(output)])
    for rest in (
        "show CHG-2565-0001",
        "diff IND-2564-0005",
        "report cycle 2565-provinces",
        "calendar --cycle 2564-departments --month 2564-10",
        "obligations --all --item REP-2564-0003",
        "letter show OPDC/2565/78",
        "register show --from OPDC --year 2565",
    ):
        screen.say(f"  {begin} {rest}", f"  {begin} {rest}")


def _program() -> list[str]:
    """How Anumat was called, so that the lines can be pasted."""
    typed = sys.argv[0]
    if typed.endswith(".py"):
        return [sys.executable, typed]
    found = shutil.which("anumat")
    return ["anumat"] if not typed or found == typed else [typed]
