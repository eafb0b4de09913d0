"""Messages as files in a folder: the way out of a house without mail, and its memory."""

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from notifications.mail import identity
from notifications.parcel import Parcel
from notifications.transports import NotSent, Unreadable

_REASONS = {
    errno.EACCES: ("ไม่มีสิทธิ์", "no permission"),
    errno.EPERM: ("ไม่มีสิทธิ์", "no permission"),
    errno.EROFS: ("เขียนไม่ได้ อ่านได้อย่างเดียว", "it can only be read"),
    errno.ENOSPC: ("เนื้อที่เต็ม", "the disk is full"),
    errno.EDQUOT: ("เกินโควตาเนื้อที่", "the disk quota is used up"),
    errno.EFBIG: ("แฟ้มใหญ่เกินขีดจำกัด", "the file is larger than the system allows"),
    errno.EEXIST: ("ไม่ใช่โฟลเดอร์", "it is not a folder"),
    errno.ENOTDIR: ("ไม่ใช่โฟลเดอร์", "it is not a folder"),
}


@dataclass(frozen=True, slots=True)
class Folder:
    """One .eml file per message, whole or not there at all; any mail program opens it.

    The files are the memory: one that was taken out of the folder was, for `holds`, never sent.
    A killed process can leave a `.anumat-….part` behind; nothing reads it, and it may be deleted.
    """

    path: Path
    name: ClassVar[str] = "folder"

    def send(self, parcel: Parcel) -> None:
        """Writes the file, durably; does nothing where it is there already."""
        message = parcel.message.as_bytes()
        target = self.path / _file_name(parcel)
        with _not_sent(self.path):
            _make(self.path)
            if not target.exists():
                self._place(message, target)
        _sync(self.path)  # the file can be seen by now: if this fails, the outcome is unknown

    def holds(self, key: str, office: str) -> bool:
        ending = _ending(key, office)
        try:
            return any(file.name.endswith(ending) for file in self.path.iterdir())
        except FileNotFoundError:
            return False
        except OSError as why:
            th, en = _reason(why)
            raise Unreadable(
                f"อ่านโฟลเดอร์ {self.path} ไม่ได้: {th} / cannot read the folder {self.path}: {en}"
            ) from why

    def _place(self, message: bytes, target: Path) -> None:
        part = self.path / f".anumat-{secrets.token_hex(8)}.part"
        try:
            with part.open("xb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            _name(part, target)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _file_name(parcel: Parcel) -> str:
    """Days sort, and every system takes the name: a-z, 0-9 and dashes."""
    stem = re.sub(r"[^a-z0-9]+", "-", parcel.stem.lower())[:40].strip("-")
    return f"{parcel.day}-{stem or 'person'}{_ending(parcel.key, parcel.office)}"


def _ending(key: str, office: str) -> str:
    return f"-{identity(key, office)[:16]}.eml"


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    if folder.parent != folder:
        _make(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _name(part: Path, target: Path) -> None:
    """Gives the finished file its name, and never that of another one."""
    try:
        os.link(part, target)
    except FileExistsError:
        return  # another sender was faster, with the same message
    except OSError:
        # No links on this disk (FAT, some shares). A sender that came in between is overwritten
        # by the same message, whole: no harm.
        if not target.exists():
            part.rename(target)


def _sync(folder: Path) -> None:
    """Makes new names in a folder outlast a power cut, where the system can."""
    if os.name == "nt":
        return  # folders cannot be opened there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as why:
        if why.errno not in (errno.EINVAL, errno.ENOTSUP):  # some shares cannot
            raise
    finally:
        os.close(handle)


def _reason(why: OSError) -> tuple[str, str]:
    known = why.errno is not None and _REASONS.get(why.errno)
    return known or (why.strerror or str(why),) * 2


@contextmanager
def _not_sent(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as why:
        th, en = _reason(why)
        raise NotSent(
            f"เขียนข้อความลงใน {folder} ไม่ได้: {th} / cannot write a message into {folder}: {en}"
        ) from why
