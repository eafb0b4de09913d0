"""YAML into a definition: every complaint at once, each with file and line and what was meant."""

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from engine.analysis import Finding, findings
from engine.definition import Workflow
from engine.errors import Reason, WrongUse, wrong
from engine.vocabulary import Vocabulary

MAX_BYTES = 1_000_000
Path_ = tuple[str | int, ...]
Lines = dict[Path_, int]


def load(path: Path, vocabulary: Vocabulary) -> Workflow:
    """The definition in a file. Raises WrongUse with every complaint that `check` has."""
    workflow, complaints = check(path, vocabulary)
    if complaints or workflow is None:
        raise WrongUse(*complaints)
    return workflow


def check(path: Path, vocabulary: Vocabulary) -> tuple[Workflow | None, list[Reason]]:
    """The definition as far as it has a shape, and everything that is wrong with it."""
    document, lines, complaints = _read(path)
    if complaints:
        return None, complaints
    try:
        workflow = Workflow.model_validate(document)
    except ValidationError as error:
        return None, [_shape(path, lines, fault) for fault in error.errors()]
    found = sorted(findings(workflow, vocabulary), key=lambda f: _line(lines, f.path))
    return workflow, [_complaint(path, lines, finding) for finding in found]


def _read(path: Path) -> tuple[Any, Lines, list[Reason]]:
    try:
        text = path.read_bytes()
        if len(text) > MAX_BYTES:
            raise wrong("size", "ไฟล์ใหญ่เกิน 1 MB", "the file is larger than 1 MB", path.name)
        node = yaml.compose(text.decode("utf-8-sig"), yaml.SafeLoader)
    except OSError as error:
        raise wrong(
            "file", f"เปิดไฟล์ไม่ได้: {path}", f"cannot open {path}: {error.strerror}"
        ) from None
    except UnicodeDecodeError:
        raise wrong("encoding", "ไฟล์ต้องเป็น UTF-8", "the file must be UTF-8", path.name) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        said = Reason(
            "yaml", "ไวยากรณ์ YAML ผิด", f"this is not YAML: {error.problem}", f"{path.name}:{line}"
        )
        return None, {}, [said]
    except yaml.YAMLError as error:
        return (
            None,
            {},
            [Reason("yaml", "ไวยากรณ์ YAML ผิด", f"this is not YAML: {error}", path.name)],
        )
    lines: Lines = {}
    complaints: list[Reason] = []
    document = _plain(node, (), lines, complaints, path.name)
    return document, lines, complaints


def _plain(node: Any, at: Path_, lines: Lines, complaints: list[Reason], name: str) -> Any:
    """Plain data; remembers each part's line and complains of keys given twice and of aliases
    that stand inside themselves."""
    if node is None:
        return None
    line = node.start_mark.line + 1
    if len(at) > 24:
        complaints.append(Reason("depth", "ซ้อนลึกเกินไป", "nested too deeply", f"{name}:{line}"))
        return None
    lines[at] = line
    if isinstance(node, yaml.SequenceNode):
        return [_plain(n, (*at, i), lines, complaints, name) for i, n in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return _scalar(node)
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(getattr(key_node, "value", key_node))
        if key in found:
            where = f"{name}:{key_node.start_mark.line + 1}"
            complaints.append(Reason("twice", f"“{key}” ซ้ำ", f"“{key}” is given twice", where))
        found[key] = _plain(value_node, (*at, key), lines, complaints, name)
        lines[*at, key] = key_node.start_mark.line + 1
    return found


def _scalar(node: Any) -> Any:
    """Days stay text, so that Buddhist years are read by our own rule and not by YAML's."""
    if node.tag in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:float"):
        return node.value
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        return node.value


def _shape(path: Path, lines: Lines, fault: Mapping[str, Any]) -> Reason:
    at = tuple(part for part in fault["loc"] if part != "function-before[_tuple()")
    where = f"{path.name}:{_line(lines, at)}"
    named = " → ".join(str(part) for part in at) or "—"
    if fault["type"] == "extra_forbidden":
        known = [str(k) for k in _siblings(at)]
        hint = nearest(str(at[-1]), known)
        return Reason(
            "unknown-key",
            f"ไม่รู้จักคีย์ “{at[-1]}”{_meant_th(hint)}",
            f"unknown key “{at[-1]}”{_meant_en(hint)}",
            where,
        )
    if fault["type"] == "missing":
        return Reason("missing", f"ขาด “{named}”", f"“{named}” is missing", where)
    said = fault["msg"].removeprefix("Value error, ")
    return Reason("shape", f"“{named}” ไม่ถูกต้อง: {said}", f"“{named}”: {said}", where)


def _siblings(at: Path_) -> Iterable[str]:
    """The keys that the part of a definition has in which an unknown key stands."""
    model: Any = Workflow
    for part in at[:-1]:
        fields = getattr(model, "model_fields", {})
        by_alias = {field.alias or name: field for name, field in fields.items()}
        if isinstance(part, str) and part in by_alias:
            model = _model_in(by_alias[part].annotation)
    fields = getattr(model, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def _model_in(annotation: Any) -> Any:
    """The model inside tuple[…], Mapping[Name, …] or … | None."""
    if hasattr(annotation, "model_fields"):
        return annotation
    for part in reversed(getattr(annotation, "__args__", ())):
        if (found := _model_in(part)) is not None:
            return found
    return None


def _complaint(path: Path, lines: Lines, finding: Finding) -> Reason:
    hint = nearest(finding.name, finding.known)
    return Reason(
        finding.code,
        finding.th + _meant_th(hint),
        finding.en + _meant_en(hint),
        f"{path.name}:{_line(lines, finding.path)}",
    )


def _line(lines: Lines, at: Path_) -> int:
    """The line of a part, or of the nearest part around it."""
    while at and at not in lines:
        at = at[:-1]
    return lines.get(at, 1)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def _meant_th(hint: str | None) -> str:
    return f" หมายถึง “{hint}” หรือไม่" if hint else ""


def _meant_en(hint: str | None) -> str:
    return f"; did you mean “{hint}”?" if hint else ""
