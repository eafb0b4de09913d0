"""anumat workflow …"""

from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import func, select

from commands import words
from commands.door import Door, vocabulary, with_door, with_key
from commands.group import t
from commands.terminal import Column
from engine.clock import day_of
from engine.cycles import publish
from engine.database import Transaction
from engine.definition import Workflow
from engine.diagram import mermaid, svg
from engine.errors import AnumatError, Reason, WrongUse
from engine.loader import check, load
from engine.tables import Definition, Grant, Item, table
from workflows import shipped

workflow_name = click.argument(
    "name", help=t("ชื่อที่เผยแพร่ หรือไฟล์ YAML", "A published name, or a YAML file")
)
definition_file = click.argument(
    "file", type=click.Path(path_type=Path), help=t("ไฟล์ YAML", "A YAML file")
)
_item, _definition, _grant = table(Item).c, table(Definition).c, table(Grant).c


@click.group(
    "workflow",
    help=t(
        "ขั้นตอนงาน: ดู ตรวจ เผยแพร่ วาดแผนภาพ", "Workflow definitions: look at, check, publish, draw."
    ),
)
def command() -> None:
    """The help says it."""


@command.command("list", help=t("ขั้นตอนงานที่เผยแพร่แล้ว", "The published workflows"))
@with_door
def listed(door: Door) -> None:
    office = door.office
    screen = door.screen
    with office.database.read() as transaction:
        counts = select(_item.workflow, _item.definition, func.count())
        items = {
            (w, v): n
            for w, v, n in transaction.ask(counts.group_by(_item.workflow, _item.definition))
        }
        rows = [
            {
                "workflow": name,
                "version": version,
                "title": office.definitions.get(transaction, name, version).workflow.title.text(
                    screen.lang
                ),
                "items": items.get((name, version), 0),
                "digest": digest,
            }
            for name, version, digest in transaction.ask(
                select(_definition.workflow, _definition.version, _definition.digest).order_by(
                    _definition.workflow, _definition.version
                )
            )
        ]
    if screen.json:
        screen.data({"workflows": rows})
        return
    screen.table(
        [
            Column("ขั้นตอนงาน", "Workflow", shrink=False),
            Column("รุ่น", "Version", "right"),
            Column("ชื่อ", "Title"),
            Column("รายการ", "Items", "right"),
            Column("รหัสยืนยัน", "Digest"),
        ],
        [
            (r["workflow"], r["version"], r["title"], r["items"], str(r["digest"])[:12])
            for r in rows
        ],
    )


@command.command(
    "show",
    help=t(
        "สถานะและการดำเนินการของขั้นตอนงาน (ชื่อที่เผยแพร่ หรือไฟล์)",
        "States and transitions of a workflow (a published name, or a file)",
    ),
)
@workflow_name
@with_door
def shown(door: Door, name: str) -> None:
    workflow, screen = _workflow(door, name), door.screen
    if screen.json:
        screen.data({"workflow": workflow.document()})
        return
    lang = screen.lang
    screen.heading(f"{workflow.title.text(lang)} ({workflow.name})")
    screen.table(
        [
            Column("จาก → ไป", "From → to"),
            Column("คำสั่ง", "Trigger"),
            Column("โดย", "By"),
            Column("ต้องมี", "Needs"),
        ],
        [
            (
                f"{workflow.states[source].title.text(lang)}\n→ "
                + (
                    workflow.states[step.to].title.text(lang)
                    if step.to
                    else screen.pick("(คงเดิม)", "(stays)")
                ),
                f"{step.trigger}\n{step.title.text(lang)}",
                "\n".join(workflow.roles[role].text(lang) for role in step.by) or "—",
                "\n".join((*step.requires, *dict.fromkeys(g.name for g in step.guards))) or "—",
            )
            for source in words.in_order(workflow)
            for step in workflow.leaving(source)
        ],
    )


@command.command(
    "check",
    help=t("บอกทุกอย่างที่ผิดในไฟล์ขั้นตอนงาน", "Say everything that is wrong with a definition file"),
)
@definition_file
@with_door
def checked(door: Door, file: Path) -> None:
    workflow, complaints = check(file, vocabulary())
    warnings = _nobody(door, workflow, file.name) if workflow and not complaints else []
    screen = door.screen
    if screen.json:
        screen.data({"file": file.name, "complaints": complaints, "warnings": warnings})
    for warning in warnings:
        screen.say(f"เตือน {warning.text('th')}", f"warning: {warning.text('en')}")
    if complaints and not screen.json:
        raise AnumatError(*complaints)
    if complaints:
        raise click.exceptions.Exit(1)
    assert workflow is not None  # noqa: S101  # a file without complaints has a workflow
    states, steps = len(workflow.states), len(workflow.transitions)
    screen.say(
        f"{file.name}: ถูกต้อง ({states} สถานะ {steps} การดำเนินการ)",
        f"{file.name}: sound ({states} states, {steps} transitions)",
    )


@command.command(
    "publish",
    help=t(
        "เผยแพร่ขั้นตอนงานเป็นรุ่นใหม่ รายการเดิมยังใช้รุ่นเดิม",
        "Publish a definition as a new version; items under way stay on theirs",
    ),
)
@definition_file
@with_key
@with_door
def published(door: Door, file: Path, key: str | None) -> None:
    answer = publish(door.office, door.asking(key=key), load(file, vocabulary()))
    if door.screen.json:
        door.screen.data(answer)
    door.screen.say(
        f"{answer['workflow']} รุ่นที่ {answer['version']}" + ("" if answer["new"] else " (เหมือนเดิม)"),
        f"{answer['workflow']} version {answer['version']}"
        + ("" if answer["new"] else " (as before)"),
    )


@command.command(
    "diagram",
    help=t(
        "แผนภาพ Mermaid หรือ SVG (ชื่อที่เผยแพร่ หรือไฟล์)",
        "A diagram as Mermaid or SVG text (a published name, or a file)",
    ),
)
@workflow_name
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "svg"]),
    default="mermaid",
    show_default=True,
    help=t("รูปแบบแผนภาพ", "The form of the diagram"),
)
@with_door
def drawn(door: Door, name: str, form: str) -> None:
    door.raw = True
    workflow = _workflow(door, name)
    draw: Callable[[Workflow, str], str] = svg if form == "svg" else mermaid
    text = draw(workflow, door.screen.lang)
    if door.screen.json:
        door.screen.data({"workflow": workflow.name, "format": form, "diagram": text})
    else:
        click.echo(text)


def _workflow(door: Door, name: str) -> Workflow:
    """A file, or a published definition by its name; without a database, a shipped one."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return load(path, vocabulary())
    try:
        office = door.office
    except WrongUse:
        of_that_name = [path for path in shipped.definitions() if path.stem == name]
        if not of_that_name:
            raise
        return load(of_that_name[0], vocabulary())
    with office.database.read() as transaction:
        return office.definitions.newest(transaction, name).workflow


def _nobody(door: Door, workflow: Workflow, where: str) -> list[Reason]:
    """Roles that no person holds today, where a database is at hand to tell."""
    try:
        office = door.office
    except WrongUse:
        return []
    with office.database.read() as transaction:
        held = _held(transaction, day_of(door.now).isoformat())
    return [
        Reason(
            "role-nobody",
            f"ยังไม่มีผู้ใดได้รับบทบาท “{name}” ({title.th})",
            f"nobody is granted the role “{name}” ({title.en})",
            where,
        )
        for name, title in workflow.roles.items()
        if held and name not in held
    ]


def _held(transaction: Transaction, day: str) -> set[str]:
    in_force = (_grant.since <= day) & ((_grant.until == "") | (_grant.until >= day))
    return {role for (role,) in transaction.ask(select(_grant.role).distinct().where(in_force))}
