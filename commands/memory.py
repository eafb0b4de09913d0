"""What was sent earlier, as the archive of mail or the folder knows it, for whoever must settle a
message of unknown outcome."""

from dataclasses import dataclass
from pathlib import Path

from commands.sending import archive_of, folder_of
from engine.errors import WrongUse
from engine.office import Office
from notifications.mail import message_id
from notifications.settings import Settings
from notifications.transports import Unreadable


@dataclass(frozen=True, slots=True)
class Looked:
    """`held` is None where nothing is kept, or where it cannot be read: then `why` says so, in Thai
    and English. `mailed` tells the archive from the folder."""

    held: bool | None
    why: str
    mailed: bool

    def said(self) -> tuple[str, str]:
        """What there is, and how the message is settled by it, in Thai and English."""
        place, where = ("ที่เก็บสำเนา", "archive") if self.mailed else ("โฟลเดอร์", "folder")
        if self.held:
            return f"อยู่ใน{place}แล้ว ใช้ --sent", f"is in the {where}: --sent"
        if self.held is False:
            return f"ไม่อยู่ใน{place} ใช้ --again", f"is not in the {where}: --again"
        if self.why:
            return f"ตรวจสอบก่อน: {self.why}", f"look first: {self.why}"
        return (
            "ไม่ได้ตั้งที่เก็บสำเนาไว้ สอบถามผู้ดูแลเครื่องแม่ข่ายอีเมลหรือผู้รับก่อน",
            "no archive is set: ask the relay's administrator or the recipient first",
        )


def look(office: Office, key: str, url: str, folder: Path | None, settings: Settings) -> Looked:
    """Needs no password but the archive's: whoever types may not be whoever sends."""
    mailed = settings.mail is not None and not office.simulation
    try:
        if not mailed:
            return Looked(folder_of(url, folder, settings).holds(key, office.ident), "", mailed)
        archive = archive_of(settings)
        held = archive.holds(message_id(key, office.ident)) if archive else None
    except Unreadable as why:
        return Looked(None, str(why), mailed)
    except WrongUse as wrong:
        th, en = (", ".join(each.text(lang) for each in wrong.reasons) for lang in ("th", "en"))
        said = f"อ่านที่เก็บสำเนาไม่ได้: {th} / the archive cannot be read: {en}"
        return Looked(None, said, mailed)
    return Looked(held, "", mailed)
