"""The wording of a letter: the template of its kind, filled with facts, taken apart.

What is generated is data for a fixed layout, never markup. An office may have a folder of templates
of its own, `<kind>.txt`, of which each stands for the one that we ship.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import Reason, WrongUse, wrong
from notifications.characters import texts
from notifications.kinds import KINDS
from notifications.samples import completed, samples
from notifications.sandbox import complaints_apart, rendered_apart
from notifications.structure import Wording, taken_apart

if TYPE_CHECKING:
    from jinja2 import Template

LONGEST = 20_000  # characters of one value: six pages, and as many as a content may hold
LONGEST_WHOLE = 300_000  # of a letter: a hundred pages; printing them takes seconds
MAX_BYTES = 100_000  # of a template: fifty times the largest that we ship
_SHIPPED = Path(__file__).parent / "templates" / "letters"


def worded(kind: str, facts: Mapping[str, Any], *, folder: Path | None = None) -> Wording:
    """The letter of a kind about these facts.

    Raises WrongUse for a kind that there is not, for what is longer than a letter can be, and with
    file and line for all that is wrong with an office's template.
    """
    _check_kind(kind)
    _check_lengths(facts)
    full = completed(facts)
    path = _path(kind, folder)
    if path.parent == _SHIPPED:
        text = _ours(kind).render(full)
    else:
        text = rendered_apart(_text(path), full, path.name)
    if len(text) > LONGEST_WHOLE:
        raise WrongUse(_too_long(text, LONGEST_WHOLE, kind))
    return taken_apart(text, path.name)


def template_digest(kind: str, folder: Path | None = None) -> str:
    """The SHA-256 of the template that `worded` would take."""
    _check_kind(kind)
    return sha256(_bytes(_path(kind, folder))).hexdigest()


def checked(path: Path, kind: str) -> list[Reason]:
    """Every complaint about an office's template of a kind: its language and names, then what comes
    of it with sample facts. Empty where it can be used."""
    _check_kind(kind)
    known = samples(kind)
    try:
        source = _text(path)
        if faults := complaints_apart(source, completed(known[0]), path.name):
            return faults
        for facts in known:
            taken_apart(rendered_apart(source, completed(facts), path.name), path.name)
    except WrongUse as error:
        return list(error.reasons)
    return []


def shipped(kind: str) -> str:
    """Our own template of a kind: what an office's own may begin with."""
    _check_kind(kind)
    return _text(_SHIPPED / f"{kind}.txt")


def kinds() -> Sequence[str]:
    """The kinds that have a wording."""
    return sorted(path.stem for path in _SHIPPED.glob("*.txt"))


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise wrong(
            "letter",
            f"ไม่มีหนังสือชนิด “{kind}” ที่มี: {known}",
            f"there is no letter of kind “{kind}”; there are: {known}",
        )


def _check_lengths(facts: Mapping[str, Any]) -> None:
    long = [(where, text) for where, text in texts(facts) if len(text) > LONGEST]
    if long:
        raise WrongUse(*(_too_long(text, LONGEST, where) for where, text in long))


def _too_long(text: str, most: int, where: str) -> Reason:
    return Reason(
        "too_long",
        f"ข้อความยาว {len(text):,} ตัวอักษร เกิน {most:,} ตัวอักษรที่หนังสือรับได้ โปรดย่อหรือแยกฉบับ",
        f"this text has {len(text):,} characters, more than {most:,}: shorten or divide it",
        where,
    )


def _path(kind: str, folder: Path | None) -> Path:
    own = folder / f"{kind}.txt" if folder else None
    return own if own and own.exists() else _SHIPPED / f"{kind}.txt"


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise wrong(
            "template",
            "แฟ้มต้องเป็นข้อความ UTF-8",
            "the file must be text in UTF-8",
            f"{path.name}:{line}",
        ) from None


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        th, en = f"เปิดไฟล์ไม่ได้: {path}", f"cannot open {path}: {error.strerror}"
        raise wrong("file", th, en) from None
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1000} kB"
        raise wrong("size", f"ไฟล์ใหญ่เกิน {limit}", f"the file is larger than {limit}", path.name)
    return data


@lru_cache(maxsize=len(KINDS))
def _ours(kind: str) -> "Template":
    from notifications.language import compiled, parsed

    return compiled(parsed(_text(_SHIPPED / f"{kind}.txt")))
