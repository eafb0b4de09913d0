"""anumat outbox bounce: what another machine returned is recorded with the message that it was."""

from pathlib import Path

import click

from commands.door import Door, as_person_or_operator, with_door, with_key
from commands.group import t
from commands.sending import settings_of, with_settings
from engine.errors import wrong
from engine.outbox import bounced, tried_keys
from notifications.bounces import Bounce, bounces
from notifications.mail import message_id


@click.command(
    "bounce",
    help=t("บันทึกอีเมลตีกลับจากไฟล์ .eml", "Record a returned e-mail, from its .eml file"),
)
@click.argument(
    "file", type=click.Path(path_type=Path), help=t("ไฟล์อีเมลตีกลับ", "The returned message")
)
@with_settings
@as_person_or_operator
@with_key
@with_door
def returned(
    door: Door, file: Path, *, settings_file: Path | None, person: str | None, key: str | None
) -> None:
    office = door.office  # what is wrong with the file is said by a simulation as such
    archive = settings_of(door.url, settings_file).archive
    bounce = _read(file, archive.address if archive else "")
    with office.database.read() as transaction:
        keys = tried_keys(transaction)
    meant = {message_id(each, office.ident): each for each in keys}
    found = meant.get(bounce.message_id)
    if found is None:
        raise wrong(
            "bounce",
            f"ไม่พบข้อความที่ตีกลับ ({bounce.message_id}) ในกล่องส่งออก",
            f"the returned message ({bounce.message_id}) is none that was sent from here",
        )
    answer = bounced(office, door.asking(person, key), found, bounce.why)
    if door.screen.json:
        door.screen.data(answer)
        return
    door.screen.say(f"บันทึกว่า {found} ตีกลับ: {bounce.why}", f"{found} was returned: {bounce.why}")


def _read(file: Path, archive: str) -> Bounce:
    """The bounce of the one to whom the message went; the archive's copy is another matter."""
    try:
        body = file.read_bytes()
    except OSError as error:
        raise wrong(
            "file", f"อ่าน {file} ไม่ได้: {error.strerror}", f"cannot read {file}: {error.strerror}"
        ) from None
    found = bounces(body)
    theirs = [each for each in found if each.recipient.lower() != archive.lower()]
    back = [each for each in theirs if each.came_back]
    if back:
        return back[0]  # a message of ours has one recipient
    if theirs:
        raise wrong(
            "bounce",
            f"{file} แจ้งเพียงว่าอีเมลยังส่งไม่ถึง ระบบปลายทางยังพยายามส่งต่อ จึงไม่มีอะไรต้องบันทึก",
            f"{file} only says that the message is late: it is still tried, nothing is to record",
        )
    if found:
        why = found[0].why
        raise wrong(
            "bounce",
            f"{file} เป็นเรื่องของสำเนาที่ส่งไปยังที่เก็บ {archive} ไม่ใช่ของผู้รับ: {why}",
            f"{file} is about the copy for the archive {archive}, not the recipient: {why}",
        )
    raise wrong(
        "bounce",
        f"{file} ไม่ใช่ใบแจ้งส่งไม่สำเร็จ (RFC 3464) ของอีเมลที่ส่งจากระบบนี้",
        f"{file} is no report (RFC 3464) that a message of ours could not be delivered",
    )
