"""anumat init."""

import click

from commands.door import Door, vocabulary, with_door
from commands.group import t
from engine.cycles import publish
from engine.database import Database
from engine.errors import wrong
from engine.loader import load
from engine.register import found, is_founded
from engine.schema import migrate
from workflows import shipped


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
    asking, known = door.asking(), vocabulary()
    published = [publish(office, asking, load(path, known)) for path in shipped.definitions()]
    screen = door.screen
    if screen.json:
        screen.data({"database": door.url, "created": fresh, "workflows": published})
    screen.say(
        f"{'สร้าง' if fresh else 'ปรับรุ่น'}ฐานข้อมูล {door.url} แล้ว",
        f"{'Made' if fresh else 'Up to date:'} {door.url}",
    )
    for each in published:
        screen.say(
            f"  {each['workflow']} รุ่นที่ {each['version']}",
            f"  {each['workflow']} v{each['version']}",
        )
