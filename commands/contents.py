"""Content given on the command line: `--set FIELD=VALUE`, or a YAML or JSON file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import yaml

from commands.group import t
from engine.errors import wrong

MAX_BYTES = 1_000_000
SET = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="FIELD=VALUE",
    help=t(
        "กำหนดค่า ใส่ได้หลายครั้ง changes.target_75=80 สำหรับค่าที่ซ้อน",
        "Set a field; repeat it; changes.target_75=80 for a nested one",
    ),
)
FROM = click.option(
    "--from",
    "file",
    type=click.Path(),
    help=t("อ่านค่าจากไฟล์ YAML หรือ JSON", "Read fields from a YAML or JSON file"),
)


def given_content(settings: Iterable[str], file: str | None) -> dict[str, Any]:
    """The fields of the file, then those set one by one. Raises WrongUse for what is unreadable."""
    content = mapping_of(Path(file)) if file else {}
    for text in settings:
        name, separator, value = text.partition("=")
        if not separator or not name.strip():
            raise wrong("set", f"“{text}” ต้องเป็น FIELD=VALUE", f"“{text}” must be FIELD=VALUE")
        _put(content, name.strip().split("."), value)
    return content


def _put(content: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        inner = content.setdefault(part, {})
        if not isinstance(inner, dict):
            raise wrong("set", f"{part} ไม่มีค่าซ้อน", f"{part} has no fields of its own")
        content = inner
    content[path[-1]] = value


class _Text(yaml.BaseLoader):
    """Everything stays text (a weight of 14.10 must not go through a float), and nothing is
    repeated by an alias: a small file could grow without end."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not accepted")
        return super().compose_node(parent, index)


def mapping_of(path: Path) -> dict[str, Any]:
    """What a YAML or JSON file says, all of it text. Raises WrongUse for what is unreadable."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise wrong("file", "ไฟล์ใหญ่เกิน 1 MB", "the file is larger than 1 MB", path.name)
        found = yaml.load(path.read_text("utf-8-sig"), _Text)  # noqa: S506  # text only
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise wrong("file", f"อ่านไฟล์ไม่ได้: {said}", f"cannot read it: {said}", path.name) from None
    if not isinstance(found, dict):
        raise wrong(
            "file", "ต้องเป็นรายการ field: value", "it must hold field: value lines", path.name
        )
    return found
