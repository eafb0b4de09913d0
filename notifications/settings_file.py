"""Reading `anumat.toml`, and what it says of one that is wrong."""

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from engine.errors import Reason, WrongUse, wrong
from notifications.settings import Archive, Letters, Mail, Outbox, Settings, Webhook
from notifications.settings_values import Said
from notifications.text import one_line

MAX_BYTES = 100_000


def read(path: Path) -> Settings:
    """Raises WrongUse with everything that is wrong, each with the file and the key."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as why:
        said = why.strerror or str(why)
        raise wrong(
            "settings", f"เปิดไฟล์ไม่ได้: {said}", f"cannot open it: {said}", str(path)
        ) from None
    if len(data) > MAX_BYTES:
        raise wrong("settings", "ไฟล์ใหญ่เกินไป", "the file is too large", str(path))
    try:
        found = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as why:  # no UTF-8, no TOML, a number without an end
        said = one_line(why)
        raise wrong(
            "settings", f"ไม่ใช่ TOML ที่ถูกต้อง: {said}", f"this is not TOML: {said}", str(path)
        ) from None
    try:
        return Settings.model_validate(found, context={"folder": path.resolve().parent})
    except ValidationError as error:
        reasons = (_reason(path, fault) for fault in error.errors(include_url=False))
        raise WrongUse(*reasons) from None


_THAI = {
    "missing": ("ต้องระบุ", "is required"),
    "bool_type": ("ต้องเป็น true หรือ false", "must be true or false"),
    "int_type": ("ต้องเป็นจำนวนเต็ม", "must be a whole number"),
    "string_type": ("ต้องเป็นข้อความในเครื่องหมายคำพูด", "must be text in quotes"),
    "model_type": ("ต้องเป็นหมวด [ ]", "must be a section"),
}


def _reason(path: Path, fault: Any) -> Reason:
    at = [str(part) for part in fault["loc"]]
    if fault["type"] == "extra_forbidden":
        th, en = _unknown(at)
    elif isinstance(said := fault.get("ctx", {}).get("error"), Said):
        th, en = said.args
    elif fault["type"] in _THAI:
        th, en = _THAI[fault["type"]]
    else:
        th, en = f"ค่าไม่ถูกต้อง ({fault['msg']})", fault["msg"]
    key = one_line(".".join(at))
    return Reason("settings", th, en, f"{path}: {key}" if key else str(path))


def _unknown(at: list[str]) -> tuple[str, str]:
    *section, key = at
    if section and key in ("password", "token"):
        return (
            f"ไม่เก็บรหัสผ่านในไฟล์นี้ ใช้ {key}_file หรือ {key}_env",
            f"no secrets in this file: use {key}_file or {key}_env",
        )
    known = _keys(section)
    near = difflib.get_close_matches(key[:100], known, n=1)
    if near:
        return f"ไม่รู้จักคำนี้ หมายถึง {near[0]} หรือไม่", f"unknown; did you mean {near[0]}?"
    listed = ", ".join(known)
    return f"ไม่รู้จักคำนี้ ที่ใช้ได้คือ {listed}", f"unknown; there are {listed}"


def _keys(section: Iterable[str]) -> list[str]:
    sections: dict[str, type[BaseModel]] = {
        "mail": Mail, "archive": Archive, "webhook": Webhook, "letters": Letters, "outbox": Outbox,
    }  # fmt: skip
    models = [sections[name] for name in section]
    return list(models[-1].model_fields if models else Settings.model_fields)
