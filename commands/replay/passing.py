"""Time passing in a told simulation: the clock ticks whenever something falls due, and what it did
stands in the timeline."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from commands.sending import digest_of, parcel_of
from commands.terminal import Screen
from engine.claims import Claim
from engine.clock import SetClock, instant_of
from engine.ledger import Alarm
from engine.office import Office
from engine.tables import table
from engine.tick import Round, tick
from notifications.folder import Folder
from notifications.mail import Sender
from notifications.message import Digest, Line

_NEXT = select(func.min(table(Alarm).c.at))
NAMED = 2  # more recipients than these are counted
LISTED = 6  # … and more items

MOVES: Mapping[str, tuple[str, str]] = {
    "open_window": ("เปิดรับรายงานโดยอัตโนมัติ", "reporting opens by itself"),
    "close_window": ("ปิดรับรายงานโดยอัตโนมัติ", "reporting closes by itself"),
    "notify": ("ส่งหนังสือแล้ว จึงแจ้งผลโดยอัตโนมัติ", "the letter being sent, notified by itself"),
}
Told = tuple[str, str]


def next_due(office: Office) -> datetime | None:
    """When the clock has something to do; None where nothing is to come."""
    with office.database.read() as transaction:
        row = transaction.row(_NEXT)
    return instant_of(row[0]) if row and row[0] else None


def round_at(office: Office, typist: str, now: datetime, outbox: Path) -> list[Told]:
    """One round of the clock, its messages left in the folder; a line for each thing it did."""
    folder, sent = Folder(outbox), list[Digest]()

    def send(claim: Claim) -> None:
        folder.send(parcel_of(office, claim, now, Sender()))
        if not claim.letter:
            sent.append(digest_of(office, claim, now))

    done = tick(office, typist, SetClock(now).now, send)
    return [*_moved(done), *_reminded(sent)]


def _moved(done: Round) -> list[Told]:
    found = []
    for trigger, refs in done.moved.items():
        th, en = MOVES.get(trigger, (trigger, trigger))
        listed = ", ".join(refs) if len(refs) <= LISTED else ""
        found.append(
            (f"{th}: {listed or f'{len(refs)} รายการ'}", f"{en}: {listed or f'{len(refs)} items'}")
        )
    return found


def _reminded(sent: Sequence[Digest]) -> list[Told]:
    """A line for each deadline and step: who is told, of how many items."""
    told: dict[tuple[str, str, str, str], list[tuple[Digest, Line]]] = defaultdict(list)
    for digest in sent:
        for line in digest.lines:
            key = (line.effective, line.deadline_th, line.deadline_en, line.step)
            told[key].append((digest, line))
    return [
        _line(day, title_th, title_en, step, found)
        for (day, title_th, title_en, step), found in sorted(told.items())
    ]


def _line(
    day: str, title_th: str, title_en: str, step: str, found: Sequence[tuple[Digest, Line]]
) -> Told:
    names = dict.fromkeys((digest.name_th, digest.name_en) for digest, _ in found)
    items = len({line.ref for _, line in found})
    if len(names) <= NAMED:
        who_th = " และ ".join(th for th, _ in names)
        who_en = " and ".join(en for _, en in names)
    else:
        who_th, who_en = f"{len(names)} คน", f"{len(names)} persons"
    th, en = stepped(step)
    many = "1 item" if items == 1 else f"{items} items"
    shown = Screen("th", json=False).day(day), Screen("en", json=False).day(day)
    return (
        f"เตือน{th} “{title_th}” {shown[0]}: {who_th} ({items} รายการ)",
        f"reminder, {en}: “{title_en}” {shown[1]}: {who_en} ({many})",
    )


def stepped(step: str) -> Told:
    """Which reminder it is, in words."""
    if step == "0":
        return "วันครบกำหนด", "on the day"
    if step.startswith("again-"):
        return f"เลยกำหนด ซ้ำครั้งที่ {step[6:]}", f"overdue, again ({step[6:]})"
    working = step.endswith("wd")
    number = step[1:].rstrip("wd")
    th = f"{number} วัน" + ("ทำการ" if working else "")
    en = f"{number} " + ("working " if working else "") + ("day" if number == "1" else "days")
    return (
        (f"ล่วงหน้า {th}", f"{en} before") if step[0] == "-" else (f"เลยกำหนด {th}", f"{en} overdue")
    )
