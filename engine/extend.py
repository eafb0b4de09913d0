"""Putting off a deadline of one item: with a right, a reason and an event."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine import alarms, load
from engine.alarms import Reset
from engine.apply import Change, write
from engine.canonical import plain
from engine.case import Place
from engine.chain import header
from engine.clock import day_of, english_day, instant_of, thai_day
from engine.database import Transaction
from engine.definition import Deadline
from engine.due import extended
from engine.errors import Reason, Refusal, wrong
from engine.events import role_of
from engine.machine import Compiled
from engine.obligations import call_of
from engine.office import Answer, Office
from engine.people import Actor, Asking, person_of, who_could
from engine.replay import ItemState
from engine.reschedule import about, change_of
from engine.timing import Timing

LONGEST = 2_000
SPAN = re.compile(r"[1-9]\d{0,2}(wd|d)")


@dataclass(frozen=True, slots=True)
class Extension:
    """Until when, or by how much: a span counts from the day that was announced, whatever became
    of it since (Supreme Court 2981/2545)."""

    deadline: str
    comment: str
    to: date | None = None
    by: str = ""


def extend(office: Office, asking: Asking, ref: str, wish: Extension) -> Answer:
    """Put off one open deadline of an item. The definition says who may (`extended_by`).

    Raises WrongUse for a deadline that is not open and where it is unclear until when, and Refusal
    with every reason.
    """
    if (wish.to is None) != bool(SPAN.fullmatch(wish.by)) or (wish.to and wish.by):
        raise wrong(
            "span",
            "ต้องระบุวันใหม่ หรือจำนวนวัน เช่น 5d (วันปฏิทิน) หรือ 5wd (วันทำการ) อย่างใดอย่างหนึ่ง",
            "say either the new day, or by how much: 5d (calendar days) or 5wd (working days)",
        )

    def work(transaction: Transaction) -> Answer:
        transaction.share(load.CALENDAR)
        actor = person_of(transaction, asking)
        loaded = load.one(transaction, ref)
        item, place = loaded.item, loaded.place
        compiled = office.definitions.get(transaction, item.workflow, item.definition)
        deadline = _open(compiled, item, wish.deadline)
        timing = Timing(office.workdays(transaction), asking.now)
        days = timing.days(place, item.code)
        was = plain(item.due)["open"][deadline.name]
        to = wish.to or days.after(date.fromisoformat(was["nominal"]), wish.by)
        grant = actor.role_for(deadline.extended_by, place.path)
        reasons = _against(wish, to, was, day_of(asking.now))
        if not deadline.extended_by:
            raise Refusal(_fixed(deadline), *reasons)
        if grant is None:
            could = who_could(transaction, deadline.extended_by, place.path, asking.now)
            raise Refusal(_no_right(actor, deadline, place), could, *reasons)
        if reasons:
            raise Refusal(*reasons)
        entered = day_of(instant_of(item.entered_at))
        before = plain(item.due)
        due = extended(compiled.workflow, item.state, entered, days, before, deadline, to)
        call_of(transaction, office, {ref}, asking.now)
        reset = timing.reset(compiled.workflow, item, place, due, alarms.of_item(transaction, ref))
        document = {
            **header(asking, actor, simulation=office.simulation),
            "kind": "extended",
            **about(compiled, item, place),
            "deadline": change_of(deadline, was, due["open"][deadline.name]),
            "comment": wish.comment.strip(),
            "due": due,
        }
        document["actor"] = {**document["actor"], "role": role_of(compiled, grant)}
        write(transaction, [Change(ref, item, document, reset=Reset(reset, [deadline.name]))])
        return {"ref": ref, **document["deadline"]}

    asked = [wish.deadline, wish.to and wish.to.isoformat(), wish.by, wish.comment]
    return office.command(asking, ["extend", ref, asked], work)


def _open(compiled: Compiled, item: ItemState, name: str) -> Deadline:
    there = plain(item.due).get("open", {})
    state = compiled.workflow.states[item.state]
    for deadline in state.deadlines:
        if deadline.name == name and name in there:
            return deadline
    known = ", ".join(sorted(there)) or "—"
    raise wrong(
        "deadline",
        f"{item.ref} ที่ “{state.title.th}” ไม่มีกำหนด “{name}” ที่ยังเปิดอยู่ มี: {known}",
        f"{item.ref} at “{state.title.en}” has no open deadline “{name}”; it has: {known}",
    )


def _against(wish: Extension, to: date, was: Mapping[str, str], today: date) -> list[Reason]:
    reasons = []
    effective = date.fromisoformat(was["effective"])
    if to <= max(effective, today):
        reasons.append(
            Reason(
                "not-later",
                f"ขยายเป็น {thai_day(to)} ไม่ได้ ต้องหลัง {thai_day(max(effective, today))}",
                f"{english_day(to)} is no extension; it must be after "
                f"{english_day(max(effective, today))}",
            )
        )
    if not wish.comment.strip():
        reasons.append(
            Reason("comment", "ต้องระบุเหตุผล (--comment)", "a reason is required (--comment)")
        )
    if len(wish.comment) > LONGEST:
        reasons.append(
            Reason(
                "comment",
                f"เหตุผลยาวเกิน {LONGEST:,} ตัวอักษร",
                f"the reason is longer than {LONGEST:,} characters",
            )
        )
    return reasons


def _fixed(deadline: Deadline) -> Reason:
    return Reason(
        "fixed",
        f"กำหนด “{deadline.title.th}” ขยายไม่ได้: ขั้นตอนงานไม่ให้ผู้ใดขยาย (extended_by)",
        f"“{deadline.title.en}” cannot be put off: its workflow lets nobody do so (extended_by)",
    )


def _no_right(actor: Actor, deadline: Deadline, place: Place) -> Reason:
    return Reason(
        "role",
        f"{actor.name_th} ไม่มีสิทธิขยายกำหนด “{deadline.title.th}” ของ{place.name_th}",
        f"{actor.name_en} may not extend “{deadline.title.en}” of {place.name_en}",
    )
