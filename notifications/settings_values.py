"""What may stand in the settings for a single value, and what is said of one that may not."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationInfo

from notifications.mail_address import fault
from notifications.text import one_line

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Said(ValueError):
    """Of a validator: in Thai and English."""


def _address(value: str) -> str:
    th, en = fault(value)
    if th:
        raise Said(th, en)
    return value


def _header(value: str) -> str:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise Said("ใช้ได้เฉพาะอักษร ASCII ไม่มีช่องว่าง", "only ASCII characters, without spaces")
    return value


def _path(value: Path, info: ValidationInfo) -> Path:
    return Path((info.context or {})["folder"], value)


def _there(value: Path) -> Path:
    try:
        there = value.exists()
    except OSError as why:  # a name that is too long, a folder that may not be entered
        raise Said(
            f"เปิด {value} ไม่ได้: {why.strerror}", f"cannot reach {value}: {why.strerror}"
        ) from why
    if not there:
        raise Said(f"ไม่พบ {value}", f"there is no {value}")
    return value


def _folder(value: Path) -> Path:
    if not _there(value).is_dir():
        raise Said(f"{value} ไม่ใช่โฟลเดอร์", f"{value} is not a folder")
    return value


def _file(value: Path) -> Path:
    if not _there(value).is_file():
        raise Said(f"{value} ไม่ใช่ไฟล์", f"{value} is not a file")
    return value


def _url(value: str) -> str:
    try:
        at = urlsplit(value)
        whole = at.hostname and at.port != 0 and not at.username and not at.fragment
    except ValueError:
        at, whole = urlsplit(""), ""
    local = at.scheme == "http" and at.hostname in LOOPBACK
    if not whole or not (at.scheme == "https" or local):
        raise Said("ต้องเป็นที่อยู่ https://", "it must be an https:// address")
    return _header(value)


Word = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_header)]
Address = Annotated[str, AfterValidator(_address)]
Url = Annotated[str, Field(max_length=2_000), AfterValidator(_url)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(one_line)]
Port = Annotated[int, Field(strict=True, ge=1, le=65_535)]
Seconds = Annotated[float, Field(strict=True, ge=1, le=60)]
Flag = Annotated[bool, Field(strict=True)]
Place = Annotated[Path, AfterValidator(_path)]
AFile = Annotated[Place, AfterValidator(_file)]
AFolder = Annotated[Place, AfterValidator(_folder)]
There = Annotated[Place, AfterValidator(_there)]
