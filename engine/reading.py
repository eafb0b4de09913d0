"""YAML into a frozen model: every complaint at once, each with file and line and what was meant.

A file may come from anybody: its size, its depth and what its aliases unfold to have limits.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from engine.errors import Reason, wrong
from engine.naming import Finding

MAX_BYTES = 250_000  # thirty times the largest that we ship; reading it takes a second
MAX_PARTS = 20_000
MAX_DEPTH = 24
MAX_KEY = 100
MAX_LISTED = 100
Path_ = tuple[str | int, ...]
Fault = tuple[int, Finding]  # the line, and what is wrong there


M = TypeVar("M", bound=BaseModel)


def read(
    path: Path, model: type[M], further: Callable[[M], Iterable[Finding]]
) -> tuple[M | None, list[Reason]]:
    """The model as far as the file has its shape, and everything that is wrong with it (the first
    hundred complaints); `further` tells what a shape cannot show. The model's first key is what
    a file begins with. Raises WrongUse for a file that cannot be read as text."""
    text = _text(path)
    reading = _Reading(_keys(model)[0])
    made: M | None = None
    found: list[Finding] = []
    try:
        document = reading.document(text)
        made = model.model_validate(document)
        found = list(further(made))
    except _Halt as halt:
        reading.faults.append(halt.fault)
    except ValidationError as error:
        found = [_shape(model, fault) for fault in error.errors(include_url=False)]
    faults = reading.faults + [(reading.line(finding.path), finding) for finding in found]
    return made, _reasons(path.name, faults)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        th, en = f"เปิดไฟล์ไม่ได้: {path}", f"cannot open {path}: {error.strerror}"
        raise wrong("file", th, en) from None
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1000} kB"
        en = f"the file is larger than {limit}"
        raise wrong("size", f"ไฟล์ใหญ่เกิน {limit}", en, path.name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        th, en = "ไฟล์ต้องเป็น UTF-8", "the file must be UTF-8"
        raise wrong("encoding", th, en, f"{path.name}:{line}") from None


class _Halt(Exception):
    """Nothing more can be read."""

    def __init__(self, line: int, code: str, th: str, en: str) -> None:
        self.fault: Fault = (line, Finding(code, (), th, en))


class _Loader(yaml.SafeLoader):
    """Stops at what is nested too deeply, before Python's own stack does."""

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self._depth > MAX_DEPTH:
            raise _too_deep(parent.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class _Reading:
    """Plain data of one file, with the line of each part and what is wrong already."""

    def __init__(self, begins: str) -> None:
        self._begins = begins
        self.faults: list[Fault] = []
        self._lines: dict[Path_, int] = {}
        self._parts = 0
        self._inside: set[int] = set()

    def line(self, at: Path_) -> int:
        """The line of a part, or of the nearest part around it."""
        while at and at not in self._lines:
            at = at[:-1]
        return self._lines.get(at, 1)

    def document(self, text: str) -> dict[str, Any]:
        node = _composed(text)
        if not isinstance(node, yaml.MappingNode):
            th = f"ไฟล์ต้องเริ่มด้วย {self._begins}: ชื่อ"
            en = f"the file must begin with {self._begins}: NAME"
            raise _Halt(1, "shape", th, en)
        return dict(self._plain(node, ()))

    def _plain(self, node: yaml.Node, at: Path_) -> Any:
        self._parts += 1
        if len(at) > MAX_DEPTH:
            raise _too_deep(node.start_mark)
        if self._parts > MAX_PARTS:
            en = f"more than {MAX_PARTS} parts, aliases written out"
            raise _Halt(_line(node), "parts", f"มีมากกว่า {MAX_PARTS} ส่วน", en)
        if id(node) in self._inside:
            en = "an alias stands inside the part that it names"
            raise _Halt(_line(node), "alias", "alias อยู่ภายในส่วนที่ตัวเองอ้างถึง", en)
        self._lines.setdefault(at, _line(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        self._inside.add(id(node))
        found: Any
        if isinstance(node, yaml.SequenceNode):
            found = [self._plain(part, (*at, place)) for place, part in enumerate(node.value)]
        else:
            found = self._mapping(node, at)
        self._inside.discard(id(node))
        return found

    def _mapping(self, node: yaml.Node, at: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, part in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or len(key_node.value) > MAX_KEY:
                self._fault(key_node, "key", "คีย์ต้องเป็นชื่อสั้น ๆ", "a key must be a short name")
                continue
            key = self._sound(key_node)
            if key in found:
                self._fault(key_node, "twice", f"“{key}” ซ้ำ", f"“{key}” is given twice")
            self._lines[*at, key] = _line(key_node)
            found[key] = self._plain(part, (*at, key))
        return found

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        """Days and figures stay text: Buddhist years are read by our own rule, not by YAML's."""
        text = self._sound(node)
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in yaml.SafeLoader.bool_values:
            return yaml.SafeLoader.bool_values[text.lower()]
        if kind == "int" and text.isascii() and text.isdigit() and len(text) <= 9:
            return int(text)
        return text

    def _sound(self, node: yaml.ScalarNode) -> str:
        text = str(node.value)
        if all(unicodedata.category(c) not in ("Cc", "Cs") or c in "\n\t" for c in text):
            return text
        self._fault(node, "control", "มีอักขระควบคุม", "control characters are not allowed")
        return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)

    def _fault(self, node: yaml.Node, code: str, th: str, en: str) -> None:
        self.faults.append((_line(node), Finding(code, (), th, en)))


def _composed(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        if "'\\t'" in str(error.problem):
            th, en = "ใช้แท็บย่อหน้าไม่ได้ ใช้ช่องว่าง", "a tab cannot indent; use spaces"
            raise _Halt(line, "yaml", th, en) from None
        said = str(error.problem)
        if error.context and error.context_mark:
            said = f"{error.context} that begins in line {error.context_mark.line + 1}, {said}"
        raise _no_yaml(line, said) from None
    except yaml.reader.ReaderError as error:
        raise _no_yaml(text.count("\n", 0, error.position) + 1, str(error.reason)) from None
    except (ValueError, OverflowError):  # PyYAML on an escape beyond Unicode, on a huge version
        raise _no_yaml(1, "a number or an escape is out of range") from None


def _no_yaml(line: int, said: str) -> _Halt:
    return _Halt(line, "yaml", f"ไวยากรณ์ YAML ผิด ({said})", f"this is not YAML: {said}")


def _too_deep(mark: Any) -> _Halt:
    return _Halt(mark.line + 1, "depth", "ซ้อนลึกเกินไป", "nested too deeply")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _shape(model: type[BaseModel], fault: Mapping[str, Any]) -> Finding:
    at: Path_ = tuple(part for part in fault["loc"] if part != "[key]")
    named = " → ".join(str(part) for part in at)
    if fault["type"] == "extra_forbidden":
        key = str(at[-1])
        th, en = f"ไม่รู้จักคีย์ “{key}”", f"unknown key “{key}”"
        return Finding("unknown-key", at, th, en, key, _siblings(model, at))
    if fault["type"] == "missing":
        return Finding("missing", at, f"ขาด “{named}”", f"“{named}” is missing")
    said = fault["msg"].removeprefix("Value error, ")
    context: Mapping[str, Any] = fault.get("ctx", {})
    th = f"“{named}” ไม่ถูกต้อง: {context.get('th', said)}"
    given, known = "", []
    if fault["type"] == "literal_error":
        given, known = str(fault["input"])[:MAX_KEY], re.findall(r"'([^']+)'", context["expected"])
    return Finding("shape", at, th, f"“{named}”: {said}", given, known)


def _keys(model: Any) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _siblings(model: type[BaseModel], at: Path_) -> list[str]:
    """The keys that the part of a model has in which an unknown key stands."""
    annotation: Any = model
    for part in at[:-1]:
        if hasattr(annotation, "model_fields"):
            by_key = {f.alias or name: f for name, f in annotation.model_fields.items()}
            annotation = _content(by_key[str(part)].annotation)
        else:  # the name in a mapping, or the place in a list
            annotation = _content(get_args(annotation)[-1 if isinstance(part, str) else 0])
    return _keys(annotation)


def _content(annotation: Any) -> Any:
    """Without the `… | None` and the `Annotated` around it."""
    if hasattr(annotation, "model_fields") or get_origin(annotation) in (tuple, Mapping):
        return annotation
    parts = [_content(part) for part in get_args(annotation)]
    return next((part for part in parts if part is not None), None)


def _reasons(name: str, faults: Sequence[Fault]) -> list[Reason]:
    ordered = sorted(faults, key=lambda fault: fault[0])
    reasons = []
    for line, finding in ordered[:MAX_LISTED]:
        hint = nearest(finding.name, finding.known)
        th = f"{finding.th} หมายถึง “{hint}” หรือไม่" if hint else finding.th
        en = f"{finding.en}; did you mean “{hint}”?" if hint else finding.en
        reasons.append(Reason(finding.code, th, en, f"{name}:{line}"))
    if (more := len(ordered) - MAX_LISTED) > 0:
        reasons.append(Reason("more", f"และยังมีอีก {more} ข้อ", f"and {more} more", name))
    return reasons
