"""How stored things are said to people: outcomes, events, persons, contents."""

from collections.abc import Mapping
from typing import Any

from commands.terminal import Screen
from engine.definition import Title, Workflow
from workflows.content.change_request import KINDS
from workflows.content.indicator import FIELDS
from workflows.rules import COMPONENTS

OUTCOMES = {
    "endorsed": Title(th="เห็นชอบ", en="endorsed"),
    "approved": Title(th="อนุมัติ", en="approved"),
    "acknowledged": Title(th="รับทราบ", en="acknowledged"),
    "objected": Title(th="โต้แย้ง", en="objected"),
    "returned": Title(th="ส่งกลับ", en="returned"),
    "referred": Title(th="เสนอวินิจฉัย", en="referred"),
    "rejected": Title(th="ไม่เห็นชอบ", en="rejected"),
}
STANCES = {
    "support": Title(th="เห็นด้วย", en="supports"),
    "no_objection": Title(th="ไม่ขัดข้อง", en="has no objection"),
    "oppose": Title(th="ไม่เห็นด้วย", en="opposes"),
}
LETTERS = {
    "issued": Title(th="ออกแล้ว", en="issued"),
    "void": Title(th="ยกเลิก", en="void"),
    "elsewhere": Title(th="ใช้นอกระบบ", en="used elsewhere"),
}
MESSAGES = {
    "waiting": Title(th="รอส่ง", en="waiting"),
    "claimed": Title(th="กำลังส่ง", en="being sent"),
    "sent": Title(th="ระบบอีเมลรับแล้ว", en="accepted by the relay"),
    "failed": Title(th="ส่งไม่สำเร็จ", en="failed"),
    "unknown": Title(th="ไม่ทราบผล", en="unknown"),
    "cancelled": Title(th="ยกเลิก", en="cancelled"),
    "bounced": Title(th="ตีกลับ", en="bounced"),
    "replaced": Title(th="ส่งฉบับใหม่แทน", en="replaced"),
}
_ORDER = {name: place for place, name in enumerate(FIELDS)}
_GOOD, _BAD = {"endorsed", "approved", "acknowledged"}, {"rejected", "objected"}


def outcome(screen: Screen, name: str) -> str:
    return OUTCOMES[name].text(screen.lang) if name in OUTCOMES else name


def letter_status(screen: Screen, name: str) -> str:
    return LETTERS[name].text(screen.lang) if name in LETTERS else name


def message_status(screen: Screen, name: str) -> str:
    """What became of a message; a relay tells no more than that it was accepted."""
    return MESSAGES[name].text(screen.lang) if name in MESSAGES else name


def recipient(screen: Screen, message: Mapping[str, Any]) -> str:
    """Of a row of the outbox: an organisation, or a person who is reminded."""
    kind = "person_" if message["person"] else "name_"
    named = message[f"{kind}{screen.lang}"] or message[f"{kind}th"] or message["recipient"]
    return f"{named} ({screen.pick('สำเนา', 'copy')})" if message["is_copy"] else str(named)


def colour_of(text: str) -> str | None:
    """Green for what was agreed, red for what was refused, yellow for what goes round again."""
    text = text.partition("\n")[0]
    for name, title in OUTCOMES.items():
        if text in (title.th, title.en):
            return "green" if name in _GOOD else "red" if name in _BAD else "yellow"
    return None


def named(screen: Screen, who: Mapping[str, Any]) -> str:
    """A person of an event, as they were called then."""
    if "operator" in who:
        return screen.pick(f"ผู้ดูแลระบบ ({who['operator']})", f"operator ({who['operator']})")
    return str(who.get(f"name_{screen.lang}") or who.get("name_th") or who.get("person", ""))


def role_of(screen: Screen, who: Mapping[str, Any]) -> str:
    """The post that the person held, else the role in which they acted."""
    role = who.get("role", {})
    return str(who.get(f"post_{screen.lang}") or role.get(screen.lang, ""))


def with_post(screen: Screen, who: Mapping[str, Any]) -> str:
    """Name and post on two lines; one where the name is the post."""
    return "\n".join(dict.fromkeys((named(screen, who), role_of(screen, who))))


def titled(screen: Screen, names: Mapping[str, Any], prefix: str = "name_") -> str:
    return str(names.get(f"{prefix}{screen.lang}") or names.get(f"{prefix}th", ""))


def what_happened(screen: Screen, event: Mapping[str, Any]) -> str:
    """One event in one phrase."""
    revision = event.get("revision", {}).get("number", "")
    match event["kind"]:
        case "advanced":
            phrase = str(event["title"][screen.lang])
        case "opened":
            phrase = screen.pick("เปิดรายการ", "opened")
        case "revised":
            phrase = screen.pick(f"แก้ไขเป็นรุ่นที่ {revision}", f"revised, now revision {revision}")
        case "amended":
            ref = event["request"]["ref"]
            phrase = screen.pick(
                f"แก้ไขตามคำขอ {ref} เป็นรุ่นที่ {revision}",
                f"amended by {ref}, now revision {revision}",
            )
        case "opined":
            said = event["opinion"]
            stance = STANCES[said["stance"]].text(screen.lang)
            phrase = screen.pick(
                f"ความเห็นของ {said['organisation']}: {stance}",
                f"opinion of {said['organisation']}: {stance}",
            )
        case "extended" | "rescheduled":
            phrase = moved(screen, event)
        case kind:
            phrase = str(kind)
    return phrase


def moved(screen: Screen, event: Mapping[str, Any]) -> str:
    """A deadline put off by a person, or a change of the calendar as one item feels it."""
    if event["kind"] == "extended":
        title, day = event["deadline"]["title"], screen.day(event["deadline"]["to"])
        return screen.pick(
            f"ขยายกำหนด “{title['th']}” เป็น {day}", f"“{title['en']}” put off to {day}"
        )
    because = {
        "holidays": ("วันหยุดเปลี่ยน", "a holiday changed"),
        "cycle": ("ปฏิทินของรอบเปลี่ยน", "the cycle's calendar changed"),
        "regions": ("ภาคของหน่วยงานเปลี่ยน", "the organisation's region changed"),
    }.get(event["because"]["kind"], ("ปฏิทินเปลี่ยน", "the calendar changed"))
    moves = [
        f"{each['title'][screen.lang]}: {screen.day(each['from']) or '—'} → "
        f"{screen.day(each['to']) or '—'}"
        for each in event["moved"]
    ]
    return "; ".join([screen.pick(*because), *moves])


def details(screen: Screen, event: Mapping[str, Any]) -> list[str]:
    """What else an event says, a line each: meeting, chair, letter, words."""
    lines: list[str] = []
    if meeting := event.get("meeting"):
        body = titled(screen, meeting, "body_")
        lines.append(f"{body} ({meeting['ref']}, {screen.day(meeting['held_on'])})")
        lines.append(chair(screen, meeting))
    if letter := event.get("letter"):
        number, day = letter["number"], screen.day(letter["date"])
        lines.append(screen.pick(f"หนังสือที่ {number} ลงวันที่ {day}", f"letter {number} of {day}"))
    if opinion := event.get("opinion"):
        lines += [opinion["words"]] if opinion["words"] else []
    if words := event.get("comment"):
        lines.append(f"“{words}”")
    if event.get("voids") and event["kind"] in ("revised", "amended"):
        lines.append(
            screen.pick("มติต่อเนื้อหารุ่นก่อนไม่มีผลอีก", "decisions on the revision before no longer stand")
        )
    return lines


def chair(screen: Screen, meeting: Mapping[str, Any]) -> str:
    return f"{screen.pick('ประธาน', 'chair')}: {in_the_chair(screen, meeting)}"


def in_the_chair(screen: Screen, meeting: Mapping[str, Any]) -> str:
    """Who was in the chair, and by whose delegation."""
    line = named(screen, meeting["chair"])
    if absent := meeting.get("chair_for"):
        name = named(screen, absent)
        line += screen.pick(f" (ได้รับมอบหมายจาก {name}", f" (delegated by {name}")
        line += f", {meeting['delegation']})" if meeting.get("delegation") else ")"
    return line


def in_order(workflow: Workflow) -> list[str]:
    """The states as an item meets them, its ends last: a published definition has lost the order
    of its file."""
    found = [workflow.initial]
    for state in found:  # it grows meanwhile
        for step in workflow.leaving(state):
            if step.to is not None and step.to not in found:
                found.append(step.to)
    found += [state for state in workflow.states if state not in found]
    states = workflow.states
    return sorted(found, key=lambda name: (states[name].final, not states[name].counts))


def value_text(screen: Screen, value: object, field: str = "") -> str:
    """A field of a content for reading; parts, results and changes are listed."""
    if isinstance(value, bool):
        return screen.pick("ใช่", "yes") if value else screen.pick("ไม่ใช่", "no")
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: _ORDER.get(name, len(_ORDER)))
        return "\n".join(f"{_name(screen, name)}: {value[name]}" for name in names)
    if isinstance(value, list):
        return "\n".join(_part(screen, part) for part in value)
    if field == "based_on":
        return f"{str(value)[:16]}…"
    return _name(screen, str(value)) if field in ("component", "kind") else str(value)


def _name(screen: Screen, name: str) -> str:
    """A field, component or kind of request in words."""
    title = FIELDS.get(name) or KINDS.get(name)
    return title.text(screen.lang) if title else COMPONENTS.get(name, name)


def _part(screen: Screen, part: object) -> str:
    if not isinstance(part, Mapping):
        return _name(screen, str(part))
    head = f"{part.get('code', '')} {part.get('name_th', '')}".strip()
    rest = ", ".join(str(v) for k, v in part.items() if k not in ("code", "name_th"))
    return f"{head} ({rest})" if rest else head
