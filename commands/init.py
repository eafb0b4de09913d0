"""anumat init."""

import click

from commands.door import Door, vocabulary, with_door
from commands.group import t
from commands.moved import print_moved
from engine.corrections import complete
from engine.cycles import publish
from engine.database import Database
from engine.definition import Workflow
from engine.definitions import names
from engine.errors import wrong
from engine.loader import load
from engine.office import Answer
from engine.register import found, is_founded
from engine.schema import migrate
from engine.upgrading import letters_caught_up
from workflows import shipped
from workflows.calendars import corrections


@click.command(
    "init",
    help=t(
        "สร้างฐานข้อมูลและเผยแพร่ขั้นตอนงานทั้งสี่ หรือปรับฐานข้อมูลเดิมเป็นรุ่นปัจจุบัน",
        "Make the database and publish the four workflows, or bring an older database up to date.",
    ),
)
@click.option(
    "--simulation",
    is_flag=True,
    help=t(
        "ฐานข้อมูลจำลอง: ตั้งวันเวลาได้ และทุกอย่างระบุว่าจำลอง",
        "A simulation: its clock can be set, and everything says so",
    ),
)
@with_door
def command(door: Door, *, simulation: bool) -> None:
    if door.asked_now and not simulation:
        raise wrong(
            "now",
            "--now ใช้ได้เฉพาะกับ init --simulation",
            "--now goes only with init --simulation",
        )
    migrate(door.url)
    database = Database.open(door.url)
    fresh = not is_founded(database)
    if fresh:
        found(database, door.asking(), simulation=simulation)
    database.close()
    office = door.office
    if simulation and not office.simulation:
        raise wrong(
            "simulation",
            "ฐานข้อมูลนี้ใช้งานจริงอยู่ เปลี่ยนเป็นจำลองไม่ได้",
            "this database is a real one and cannot become a simulation",
        )
    published = [_published(door, load(path, vocabulary())) for path in shipped.definitions()]
    corrected = complete(office, door.asking(), corrections())
    owed = [] if fresh else letters_caught_up(office)
    screen = door.screen
    if screen.json:
        screen.data(
            {
                "database": door.address,
                "created": fresh,
                "workflows": published,
                "holidays_added": corrected["added"],
                "moved": corrected["moved"],
                "letters_owed": owed,
            }
        )
    if fresh:
        screen.say(f"สร้างฐานข้อมูล {door.address} แล้ว", f"Made {door.address}")
    else:
        screen.say(f"ฐานข้อมูล {door.address} เป็นรุ่นปัจจุบัน", f"Up to date: {door.address}")
    if corrected["moved"]:
        print_moved(screen, corrected["moved"])
    if owed:
        screen.say(
            f"พบหนังสือที่ยังไม่ได้ออกของ {len(owed)} รายการ ดูด้วย anumat letter list",
            f"{len(owed)} items owe a letter that nobody recorded. See: anumat letter list",
        )
    for each in published:
        screen.say(
            f"  {each['workflow']} รุ่นที่ {each['version']}",
            f"  {each['workflow']} v{each['version']}",
        )


def _published(door: Door, workflow: Workflow) -> Answer:
    """Publish a shipped definition where the office has none of its name: its own stays."""
    office = door.office
    with office.database.read() as transaction:
        if workflow.name in names(transaction):
            there = office.definitions.newest(transaction, workflow.name)
            return {
                "workflow": workflow.name,
                "version": there.version,
                "digest": there.digest,
                "new": False,
            }
    return publish(office, door.asking(), workflow)
