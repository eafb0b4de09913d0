"""How one item is laid out on the screen: its head, decisions, rounds, opinions, ways on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from commands import words
from commands.deadline import counted
from commands.desk import sitting_text
from commands.terminal import Column, Screen
from engine.errors import Reason
from engine.possible import Possibility
from engine.replay import ItemState


def stands(event: dict[str, Any], item: ItemState) -> bool:
    """Whether a decision is on the content as it is, and nothing has voided it since."""
    return bool(event["seq"] > item.voided and event["revision"]["number"] == item.revision)


def amended_by(events: list[dict[str, Any]], item: ItemState) -> str:
    """The approved request that made the present revision; empty where none did."""
    made = [e for e in events if e["kind"] in ("opened", "revised", "amended")]
    last = made[-1] if made else {}
    is_present = last.get("revision", {}).get("number") == item.revision
    return str(last["request"]["ref"]) if is_present and last["kind"] == "amended" else ""


def print_item(screen: Screen, item: dict[str, Any], place: dict[str, str]) -> None:
    screen.heading(f"{item['ref']}  {item['code']} {item['title']}")
    visit = screen.pick(f" (ครั้งที่ {item['visit']})", f" (visit {item['visit']})")
    screen.fields(
        [
            (screen.pick("หน่วยงาน", "Organisation"), words.titled(screen, place)),
            (
                screen.pick("รอบ", "Cycle"),
                f"{item['cycle']}  ·  {item['workflow']} v{item['workflow_version']}",
            ),
            (screen.pick("อยู่ที่", "At"), item["state_title"] + (visit if item["visit"] > 1 else "")),
            (screen.pick("รอ", "Waits on"), item["holder_title"] or "—"),
            (screen.pick("ตั้งแต่", "Since"), screen.moment(item["since"])),
            (
                screen.pick("รุ่นเนื้อหา", "Revision"),
                f"{item['revision']}  ·  sha256 {item['digest'][:16]}…",
            ),
            *(
                [(screen.pick("ขอเปลี่ยนแปลง", "Changes"), item["subject"])]
                if item["subject"]
                else []
            ),
        ]
    )


def print_deadlines(
    screen: Screen,
    lines: Sequence[Mapping[str, Any]],
    sitting: Mapping[str, Any] | None,
    today: date,
) -> None:
    """Each open deadline with what was announced and what counts, and the sitting to be reached."""
    rows = []
    for line in lines:
        day = counted(screen, line)
        if line["announced"] != line["due"]:
            announced = screen.day(line["announced"])
            day += screen.pick(f" (กำหนดเดิม {announced})", f" (announced {announced})")
        if line["extended_to"]:
            day += screen.pick(" (ขยายแล้ว)", " (put off)")
        if line["due"] < today.isoformat():
            day += screen.pick("  ! เลยกำหนด", "  ! overdue")
        rows.append((line["title"], day))
    if sitting:
        rows.append((screen.pick("การประชุม", "Sitting"), sitting_text(screen, sitting)))
    if rows:
        screen.heading(screen.pick("กำหนดเวลา", "Deadlines"))
        screen.fields(rows)


def print_changed(
    screen: Screen, events: list[dict[str, Any]], decided: int | None, item: ItemState
) -> None:
    """Whoever decides next sees that the content is not what was decided on, and what differs."""
    request = amended_by(events, item)
    if decided is not None and request:
        screen.say(
            f"รุ่นที่ {item.revision} เป็นไปตามคำขอ {request} ที่เห็นชอบแล้ว: "
            f"anumat diff {item.ref} {decided} {item.revision}",
            f"Revision {item.revision} follows the approved request {request}: "
            f"anumat diff {item.ref} {decided} {item.revision}",
        )
    elif decided is not None:
        screen.say(
            f"เนื้อหาเปลี่ยนหลังมติล่าสุด ดูความต่าง: anumat diff {item.ref} {decided} {item.revision}",
            f"The content changed after the last decision: "
            f"anumat diff {item.ref} {decided} {item.revision}",
        )


def print_decisions(screen: Screen, events: list[dict[str, Any]]) -> None:
    """An amendment by an approved request does not take back what was decided before it."""
    decided = [event for event in events if event.get("outcome")]
    if not decided:
        return
    voiding = [e["seq"] for e in events if e.get("voids") and e["kind"] != "amended"]
    screen.heading(screen.pick("มติ", "Decisions"))
    screen.table(
        [
            Column("วันที่มีมติ", "Decided", shrink=False),
            Column("มติ", "Decision", style=words.colour_of),
            Column("โดย", "By"),
            Column("รายละเอียด", "Detail"),
            Column("รุ่น", "Rev.", "right", shrink=False),
        ],
        [
            (
                screen.day(event["decided_on"]),
                words.outcome(screen, event["outcome"])
                + (
                    screen.pick(" (ไม่มีผลแล้ว)", " (void)")
                    if event["seq"] < max(voiding, default=0)
                    else ""
                ),
                words.named(screen, event["actor"]),
                "\n".join((words.what_happened(screen, event), *words.details(screen, event))),
                event["revision"]["number"],
            )
            for event in decided
        ],
    )


def print_rounds(screen: Screen, rounds: list[dict[str, Any]]) -> None:
    if not rounds:
        return
    screen.heading(screen.pick("ขอข้อมูลเพิ่มเติม", "Requests for information"))
    for one in rounds:
        number = one["number"]
        pairs = []
        for step, th, en in (
            ("ask", f"ครั้งที่ {number} ถาม", f"Round {number}, asked"),
            ("answer", "ตอบ", "answered"),
            ("approve", "เห็นชอบคำตอบ", "answer approved"),
        ):
            if said := one.get(step):
                who, day = words.named(screen, said), screen.day(said["at"])
                text = f"{who}, {day}" + (f": {said['words']}" if said["words"] else "")
                pairs.append((screen.pick(th, en), text))
        screen.fields(pairs)


def print_opinions(screen: Screen, opinions: list[dict[str, Any]]) -> None:
    if not opinions:
        return
    screen.heading(screen.pick("ความเห็นของหน่วยงานที่หารือ", "Opinions"))
    screen.fields(
        [
            (
                said["organisation"],
                f"{words.STANCES[said['stance']].text(screen.lang)} "
                f"({screen.day(said['given_on'])}) {said['words']}".strip(),
            )
            for said in opinions
        ]
    )


def print_possible(screen: Screen, possible: list[Possibility]) -> None:
    screen.heading(screen.pick("สิ่งที่ทำได้", "What is possible"))
    if not possible:
        screen.say("เรื่องสิ้นสุดแล้ว ไม่มีขั้นต่อไป", "It has ended; no step leads on")
        return
    columns = [
        Column("คำสั่ง", "Trigger", shrink=False),
        Column("การดำเนินการ", "Step"),
        Column("ผู้ที่ทำได้", "Who could"),
        Column("ต้องระบุ", "Say with it"),
        Column("ติดขัด", "In the way", style=lambda text: "red" if text != "—" else None),
    ]
    rows = [
        [
            each.transition.trigger,
            each.transition.title.text(screen.lang),
            _who(screen, each),
            "\n".join(_asked(each, name) for name in each.asks) or "—",
            "\n".join(reason.text(screen.lang) for reason in each.against) or "—",
        ]
        for each in possible
    ]
    if screen.narrow:
        columns = [
            Column("คำสั่ง", "Trigger"),
            Column("ผู้ที่ทำได้ / ต้องระบุ", "Who could / say with it"),
            columns[4],
        ]
        rows = [
            [f"{trigger}\n{title}", f"{who}\n{asked}".removesuffix("\n—"), against]
            for trigger, title, who, asked, against in rows
        ]
    screen.table(columns, rows)


def _asked(each: Possibility, name: str) -> str:
    """The options with which it is said; for a meeting, of which kind of body."""
    if name == "letter":
        return "--letter-number --letter-date"
    if name == "meeting" and each.transition.body:
        return f"--meeting ({' / '.join(each.transition.body)})"
    return f"--{name}"


def _who(screen: Screen, each: Possibility) -> str:
    if not each.who:
        nobody = Reason("nobody", "ยังไม่มีผู้ได้รับสิทธิ", "nobody holds the right")
        return nobody.text(screen.lang)
    names = [
        words.titled(screen, {"name_th": h.name_th, "name_en": h.name_en}) for h in each.who[:3]
    ]
    more = len(each.who) - len(names)
    tail = screen.pick(f" และอีก {more}", f" and {more} more") if more > 0 else ""
    return ", ".join(f"{name} ({h.code})" for name, h in zip(names, each.who, strict=False)) + tail
