"""The first door: `anumat`. Its options, and where each command is; the rest loads when used."""

import click

from commands.group import HERE, Before, Entry, Lazy, screen, t, version

COMMANDS = {
    "init": Entry("commands.init", "สร้างหรือปรับรุ่นฐานข้อมูล", "Make the database, or upgrade it"),
    "demo": Entry("commands.demo", "จำลองรอบ 2564 และ 2565 จากข้อมูลจริง", "Replay FY2564 and FY2565"),
    "import": Entry("commands.imports", "นำเข้าไฟล์ CSV หรือ XLSX", "Bring in CSV or XLSX files"),
    "cycle": Entry("commands.cycle", "รอบการประเมิน", "Evaluation cycles"),
    "workflow": Entry("commands.workflow", "ขั้นตอนงาน", "Workflow definitions"),
    "holiday": Entry(
        "commands.holiday", "วันหยุดราชการและการแก้ไข", "Government holidays and corrections"
    ),
    "calendar": Entry(
        "commands.calendar", "ปฏิทินกำหนดเวลา และไฟล์ iCalendar", "Deadlines by month, or as iCalendar"
    ),
    "people": Entry("commands.people", "บุคคลและบทบาท", "Persons and their roles"),
    "grant": Entry("commands.grant", "ให้หรือสิ้นสุดบทบาท", "Give a role, or end it"),
    "correspondent": Entry(
        "commands.correspondent", "ผู้รับและผู้ออกหนังสือ", "To whom letters go, and how heads look"
    ),
    "signatory": Entry("commands.signatory", "ผู้ลงนามในหนังสือ", "Who signs letters"),
    "meeting": Entry("commands.meeting", "การประชุมและมติ", "Meetings and their resolutions"),
    "open": Entry("commands.opening", "เปิดรายการใหม่หนึ่งรายการ", "Open one new item"),
    "list": Entry("commands.listing", "รายการทั้งหมดตามเงื่อนไข", "Items that match conditions"),
    "inbox": Entry("commands.inbox", "งานที่รอฉันอยู่", "What waits on me"),
    "show": Entry(
        "commands.show",
        "รายการหนึ่ง: สถานะ เนื้อหา มติ และสิ่งที่ทำได้",
        "One item: state, content, decisions, what is possible",
    ),
    "advance": Entry("commands.advance", "ดำเนินการหนึ่งขั้นกับรายการหนึ่ง", "Take one step with one item"),
    "bulk": Entry(
        "commands.bulk", "ดำเนินการขั้นเดียวกันกับหลายรายการ", "Take the same step with many items"
    ),
    "opine": Entry(
        "commands.opine", "บันทึกความเห็นของหน่วยงานที่หารือ", "Record a consulted organisation's opinion"
    ),
    "revise": Entry(
        "commands.revise", "แก้ไขเนื้อหา (เป็นรุ่นใหม่)", "Change the content (a new revision)"
    ),
    "diff": Entry("commands.diff", "เทียบสองรุ่น", "Two revisions side by side"),
    "history": Entry("commands.history", "ประวัติของรายการ", "What happened to an item"),
    "deadline": Entry(
        "commands.deadline", "กำหนดเวลาของรายการ", "An item's deadlines; put one off"
    ),
    "letter": Entry("commands.letter", "หนังสือราชการ", "Official letters: owed, previewed, issued"),
    "register": Entry(
        "commands.register", "ทะเบียนหนังสือส่ง", "The register of outgoing letters: every number"
    ),
    "template": Entry("commands.template", "แบบข้อความของหนังสือ", "The wording of letters"),
    "outbox": Entry("commands.outbox", "สิ่งที่กำลังส่งหรือส่งไม่ได้", "What is on its way out, or stuck"),
    "obligations": Entry(
        "commands.obligations", "บัญชีการแจ้งเตือน", "The ledger of reminders: owed, failed, unknown"
    ),
    "settle": Entry(
        "commands.settle", "ตัดสินข้อความที่ไม่ทราบผล", "Settle a message of unknown outcome"
    ),
    "reconcile": Entry(
        "commands.reconcile", "กระทบยอดการแจ้งเตือน", "What was owed and what became of it"
    ),
    "tick": Entry("commands.tick", "ทำงานตามเวลาหนึ่งรอบ", "One round of the clock"),
    "run": Entry("commands.run", "เดินเวลาต่อเนื่อง", "Keep the clock going"),
    "mail": Entry("commands.mail", "การส่งอีเมล", "Sending by e-mail"),
    "status": Entry("commands.status", "การเดินเวลายังทำงานหรือไม่", "Whether the clock goes"),
    "audit": Entry(
        "commands.audit",
        "ใครเห็นชอบอะไร เมื่อใด และตรวจสอบหลักฐาน",
        "Who approved what and when; check the trail",
    ),
    "report": Entry("commands.report", "สรุปภาพรวม", "Counts of a cycle"),
    "doctor": Entry("commands.doctor", "ตรวจเครื่องและฐานข้อมูล", "Check the machine and the database"),
    "completion": Entry("commands.completion", "สคริปต์เติมคำสั่งอัตโนมัติ", "Shell completion script"),
}


def _print_version(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"anumat {version() or t('(ไม่ได้ติดตั้ง)', '(not installed)')}")
        context.exit()


@click.group(
    cls=Lazy,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=t(
        "Anumat (อนุมัติ): นำตัวชี้วัดและคำขอเปลี่ยนแปลงจากร่างถึงแจ้งผล และพิสูจน์ได้ว่าใครเห็นชอบอะไร เมื่อใด",
        "Anumat: carries indicators and change requests from draft to notified, "
        "and can prove who approved what, and when.",
    ),
)
@click.option(
    "--db",
    "url",
    metavar="URL",
    envvar="ANUMAT_DATABASE_URL",
    default=f"sqlite:///{HERE}",
    show_default=True,
    help=t("ฐานข้อมูล (URL หรือชื่อไฟล์ SQLite)", "The database: a URL, or a SQLite file"),
)
@click.option("--json", is_flag=True, help=t("แสดงผลเป็น JSON", "Print JSON"))
@click.option(
    "--lang",
    type=click.Choice(["th", "en"]),
    help=t("ภาษา (ปกติตามระบบ)", "Language (default: from the locale)"),
)
@click.option(
    "--now",
    metavar="WHEN",
    envvar="ANUMAT_NOW",
    help=t("วันเวลาสมมติ (เฉพาะฐานข้อมูลจำลอง)", "Pretend that it is WHEN (simulations only)"),
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help=t("แสดงรุ่นของโปรแกรม", "Show the version and exit."),
)
@click.pass_context
def main(context: click.Context, url: str, json: bool, lang: str | None, now: str | None) -> None:
    address = url if "://" in url else f"sqlite:///{url}"
    context.obj = Before(address, screen(lang, json=json), now)


if __name__ == "__main__":
    main(prog_name="anumat")
