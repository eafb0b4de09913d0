"""What inbox and list share: an item's line, with its state's title and when it is due."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from commands.terminal import Column, Screen
from engine.agenda import cycles
from engine.calendar import Sitting, sittings
from engine.database import Transaction
from engine.due import first
from engine.machine import Compiled
from engine.office import Office
from engine.outlook import Outlook, outlook
from engine.queries import Waiting
from engine.tables import Organisation, table
from engine.workdays import Workdays

_place = table(Organisation).c


@dataclass(slots=True)
class Desk:
    """What is looked up once for a whole list."""

    office: Office
    transaction: Transaction
    places: Mapping[str, tuple[str, str]]  # Thai name, English name
    workdays: Workdays
    sittings: Mapping[str, Sequence[Sitting]]  # planned, by cycle
    today: date

    @classmethod
    def of(cls, office: Office, transaction: Transaction, today: date) -> "Desk":
        workdays = office.workdays(transaction)
        places = transaction.ask(select(_place.code, _place.name_th, _place.name_en))
        return cls(
            office,
            transaction,
            {code: (th, en) for code, th, en in places},
            workdays,
            {
                code: sittings(said, days, workdays)
                for code, days, said in cycles(transaction, None)
            },
            today,
        )

    def compiled(self, waiting: Waiting) -> Compiled:
        return self.office.definitions.get(self.transaction, waiting.workflow, waiting.definition)

    def outlook(self, waiting: Waiting) -> Outlook | None:
        """The next sitting that the item could reach."""
        workflow, planned = self.compiled(waiting).workflow, self.sittings.get(waiting.cycle, ())
        return outlook(workflow, waiting.state, planned, self.today)

    def line(self, waiting: Waiting, lang: str) -> dict[str, Any]:
        """The stable JSON form of a line."""
        workflow = self.compiled(waiting).workflow
        due = first(waiting.due)
        name = self.places.get(waiting.organisation, ("", ""))
        return {
            "ref": waiting.ref,
            "code": waiting.code,
            "title": waiting.title,
            "organisation": waiting.organisation,
            "organisation_name": name[0 if lang == "th" else 1],
            "workflow": waiting.workflow,
            "cycle": waiting.cycle,
            "state": waiting.state,
            "state_title": workflow.states[waiting.state].title.text(lang),
            "holder": waiting.holder,
            "holder_title": workflow.roles[waiting.holder].text(lang) if waiting.holder else "",
            "since": waiting.entered_at,
            "due": due.effective.isoformat() if due else None,
            "due_announced": due.nominal.isoformat() if due else None,
            "due_provisional": due is not None and self.workdays.provisional(due.effective),
            "overdue": due is not None and due.effective < self.today,
            "sitting": sitting_data(self.outlook(waiting)),
        }


def print_lines(screen: Screen, lines: Sequence[dict[str, Any]], *, can: bool = False) -> None:
    """A row for each line; the last column says what the person can do, or on whom it waits.

    Where the terminal is narrow, what belongs together stands in one column.
    """
    last = Column("ทำได้", "Can do") if can else Column("รอ", "Waits on")
    columns = [
        Column("รายการ", "Item", shrink=False),
        Column("เรื่อง", "Title"),
        Column("หน่วยงาน", "Organisation"),
        Column("อยู่ที่", "At"),
        Column("ตั้งแต่", "Since", shrink=False),
        Column("กำหนด", "Due", shrink=False, style=_late),
        last,
    ]
    rows = [_row(screen, line, can=can) for line in lines]
    if screen.narrow:
        columns = [
            Column("รายการ / ตั้งแต่", "Item / since", shrink=False),
            Column("เรื่อง / หน่วยงาน", "Title / organisation"),
            Column("อยู่ที่ / กำหนด", "At / due", style=_late),
            last,
        ]
        rows = [
            [f"{ref}\n{since}", f"{title}\n{place}", f"{at}\n{due}".strip(), waits]
            for ref, title, place, at, since, due, waits in rows
        ]
    screen.table(columns, rows)


def _row(screen: Screen, line: Mapping[str, Any], *, can: bool) -> list[str]:
    return [
        line["ref"],
        f"{line['code']} {line['title']}",
        line["organisation_name"],
        _at(screen, line),
        screen.day(line["since"]),
        _due(screen, line),
        ", ".join(line["can"]) if can else line["holder_title"] or "—",
    ]


def _at(screen: Screen, line: Mapping[str, Any]) -> str:
    """Where it is; under it by when it must leave to reach the next sitting."""
    lines = [line["state_title"]]
    if line["sitting"]:
        lines.append(sitting_text(screen, line["sitting"]))
    return "\n".join(lines)


def sitting_data(found: Outlook | None) -> dict[str, Any] | None:
    """The stable JSON form of an outlook."""
    return None if found is None else asdict(found)


def sitting_text(screen: Screen, found: Mapping[str, Any]) -> str:
    """By when the item must leave, to be considered when."""
    late = ", ".join(map(screen.day, found["missed"]))
    if found["day"] is None:
        return screen.pick(
            f"ไม่ทันประชุม {late} (ปิดรับเอกสารแล้ว)", f"too late for {late}: papers closed"
        )
    leave_by, day = screen.day(found["leave_by"]), screen.day(found["day"])
    text = screen.pick(f"ส่งต่อภายใน {leave_by} ทันประชุม {day}", f"pass on by {leave_by} for {day}")
    if late:
        text += screen.pick(f" (ไม่ทันประชุม {late})", f" (too late for {late})")
    return text


def _due(screen: Screen, line: Mapping[str, Any]) -> str:
    """The day that counts; under it the announced one where it was rolled forward, and a word
    where the cabinet has not fixed all holidays of that year."""
    if not line["due"]:
        return ""
    day = screen.day(line["due"])
    if line["due_announced"] != line["due"]:
        announced = screen.day(line["due_announced"])
        day = screen.pick(f"(กำหนด {announced})", f"(announced {announced})") + f"\n{day}"
    if line["due_provisional"]:
        day = screen.pick("ชั่วคราว", "provisional") + f"\n{day}"
    return f"{day} !" if line["overdue"] else day


def _late(text: str) -> str | None:
    return "red" if text.endswith("!") else None
