"""anumat report …"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import click
from sqlalchemy import select

from commands import words
from commands.door import Door, with_door
from commands.group import t
from commands.terminal import Column
from engine.clock import parse_day
from engine.database import Transaction
from engine.errors import wrong
from engine.load import Where, some
from engine.office import Office
from engine.past import items_at
from engine.queries import moment_of
from engine.replay import ItemState
from engine.tables import Organisation, table

_place = table(Organisation).c


@click.group("report", help=t("สรุปภาพรวม", "Counts for the whole."))
def command() -> None:
    """The help says it."""


@command.command(
    "cycle",
    help=t(
        "จำนวนรายการของรอบ ตามสถานะ หน่วยงาน และตัวชี้วัด",
        "How many items of a cycle are where: by state, organisation and indicator.",
    ),
)
@click.argument("code", help=t("รหัสรอบ เช่น 2565-provinces", "The cycle's code, as 2565-provinces"))
@click.option(
    "--as-of",
    "as_of",
    metavar="DAY",
    help=t("ตามที่เป็น ณ สิ้นวันนั้น", "As it was at the end of that day"),
)
@click.option(
    "--by",
    type=click.Choice(["state", "organisation", "indicator", "all"]),
    default="all",
    show_default=True,
    help=t("แสดงเฉพาะตารางนี้", "Only this table"),
)
@with_door
def cycle(door: Door, code: str, as_of: str | None, by: str) -> None:
    office = door.office
    with office.database.read() as transaction:
        items = _items(transaction, code, as_of)
        if not items:
            raise wrong("cycle", f"รอบ “{code}” ไม่มีรายการ", f"the cycle “{code}” has no items")
        titles = _titles(transaction, office, items)
        names = _names(transaction, items)
    counts = _counts(items)
    screen = door.screen
    if screen.json:
        screen.data({"cycle": code, "as_of": as_of, **counts})
        return
    for workflow, part in counts["workflows"].items():
        title = titles[workflow][""][screen.lang == "en"]
        screen.heading(f"{title}: {_sentence(door, part, counts['indicators'])}")
        for name in ("state", "organisation", "indicator"):
            if by in (name, "all"):
                _print(door, name, part, titles[workflow], names[name])


def _items(transaction: Transaction, code: str, as_of: str | None) -> list[ItemState]:
    if as_of is None:
        return [found.item for found in some(transaction, Where({"cycle": (code,)}))]
    moment = moment_of(parse_day(as_of))
    return [item for item in items_at(transaction, moment) if item.cycle == code]


Titles = dict[str, tuple[str, str]]


def _titles(
    transaction: Transaction, office: Office, items: Iterable[ItemState]
) -> dict[str, Titles]:
    """Per workflow, the (Thai, English) title of each state; under "" its own."""
    found: dict[str, Titles] = defaultdict(dict)
    for name, version in sorted({(item.workflow, item.definition) for item in items}):
        workflow = office.definitions.get(transaction, name, version).workflow
        found[name][""] = (workflow.title.th, workflow.title.en)
        for state in words.in_order(workflow):
            title = workflow.states[state].title
            found[name][state] = (title.th, title.en)
    return found


def _names(transaction: Transaction, items: Iterable[ItemState]) -> dict[str, Titles]:
    """The (Thai, English) names behind the codes of organisations and indicators."""
    places = transaction.ask(select(_place.code, _place.name_th, _place.name_en))
    indicators = {i.code: (i.title, i.title) for i in items if i.content == "indicator"}
    return {
        "state": {},
        "organisation": {code: (th, en) for code, th, en in places},
        "indicator": indicators,
    }


def _counts(items: list[ItemState]) -> dict[str, Any]:
    workflows: dict[str, Any] = {}
    for item in items:
        part = workflows.setdefault(
            item.workflow,
            {
                "items": 0,
                "organisations": set(),
                "indicators": set(),
                "content": item.content,
                "state": Counter(),
                "organisation": defaultdict(Counter),
                "indicator": defaultdict(Counter),
            },
        )
        part["items"] += 1
        part["organisations"].add(item.organisation)
        part["indicators"].add(item.code)
        part["state"][item.state] += 1
        part["organisation"][item.organisation][item.state] += 1
        part["indicator"][item.code][item.state] += 1
    for part in workflows.values():
        for name in ("organisations", "indicators"):
            part[name] = len(part[name])
        for name in ("organisation", "indicator"):
            part[name] = {key: dict(part[name][key]) for key in sorted(part[name])}
        part["state"] = dict(part["state"])
    return {
        "indicators": len({item.code for item in items if item.content == "indicator"}),
        "workflows": dict(sorted(workflows.items())),
    }


def _sentence(door: Door, part: dict[str, Any], indicators: int) -> str:
    places, codes, items = part["organisations"], part["indicators"], part["items"]
    if part["content"] == "change_request":
        return door.screen.pick(
            f"{places} จังหวัด {codes} จาก {indicators} ตัวชี้วัด ({items} คำขอ)",
            f"{places} provinces, {codes} of {indicators} indicators ({items} requests)",
        )
    return door.screen.pick(
        f"{places} หน่วยงาน {codes} ตัวชี้วัด ({items} รายการ)",
        f"{places} organisations, {codes} indicators ({items} items)",
    )


HEADINGS = {
    "state": ("สถานะ", "State"),
    "organisation": ("หน่วยงาน", "Organisation"),
    "indicator": ("ตัวชี้วัด", "Indicator"),
}


def _print(door: Door, name: str, part: dict[str, Any], titles: Titles, names: Titles) -> None:
    screen, english = door.screen, door.screen.lang == "en"
    states = [state for state in titles if state and state in part["state"]]
    heading = Column(*HEADINGS[name], shrink=False)
    if name == "state":
        screen.table(
            [heading, Column("จำนวน", "Items", "right")],
            [(titles[state][english], part["state"][state]) for state in states],
        )
        return
    screen.heading(screen.pick(f"ตาม{HEADINGS[name][0]}", f"By {HEADINGS[name][1].lower()}"))
    counted = [Column(titles[state][0], titles[state][1], "right") for state in states]
    rows = [
        (key, names.get(key, ("", ""))[english], *(row.get(state, "·") for state in states))
        for key, row in part[name].items()
    ]
    screen.table([heading, Column("ชื่อ", "Name"), *counted], rows)
