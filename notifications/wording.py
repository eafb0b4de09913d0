"""The wording of a letter: a template's text, taken apart into the parts of an official letter.

A template is text: lines `เรื่อง …`, `เรียน …`, `อ้างถึง …`, `สิ่งที่ส่งมาด้วย …`, a line `---`, then the
paragraphs, an empty line between two. What is generated is data for a fixed layout, never markup.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.errors import wrong
from notifications.text import one_line

if TYPE_CHECKING:
    from jinja2 import Environment

SUBJECT, DEAR, REFERS, ENCLOSES = "เรื่อง", "เรียน", "อ้างถึง", "สิ่งที่ส่งมาด้วย"
HEADS = (SUBJECT, DEAR, REFERS, ENCLOSES)
_EMPTY_LINE = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one letter, with Arabic digits; where there are none a part is empty."""

    subject: str
    dear: str
    refers: tuple[str, ...]
    encloses: tuple[str, ...]
    paragraphs: tuple[str, ...]


def worded(kind: str, facts: Mapping[str, Any]) -> Wording:
    """The letter of a kind about these facts. Raises WrongUse for a kind that has no wording."""
    from jinja2 import TemplateNotFound

    try:
        template = _templates().get_template(f"letters/{kind}.txt")
    except TemplateNotFound:
        raise wrong(
            "letter",
            f"หนังสือชนิด “{kind}” ยังไม่มีแบบ",
            f"there is no wording for letters of kind “{kind}” yet",
        ) from None
    return taken_apart(template.render(facts))


def taken_apart(text: str) -> Wording:
    """The parts of a rendered template. Raises ValueError where it has no subject or addressee."""
    head, _, body = text.partition("\n---\n")
    said: dict[str, list[str]] = {name: [] for name in HEADS}
    for line in filter(None, map(str.strip, head.splitlines())):
        name = next((each for each in HEADS if line.startswith(each)), None)
        if name is None:
            raise ValueError(f"“{line}” is no part of a letter's head")
        said[name].append(line.removeprefix(name).strip())
    if len(said[SUBJECT]) != 1 or len(said[DEAR]) != 1:
        raise ValueError("a letter has one subject and one addressee")
    paragraphs = [" ".join(part.split()) for part in _EMPTY_LINE.split(body)]
    return Wording(
        said[SUBJECT][0],
        said[DEAR][0],
        tuple(filter(None, said[REFERS])),
        tuple(filter(None, said[ENCLOSES])),
        tuple(filter(None, paragraphs)),
    )


def kinds() -> Sequence[str]:
    """The kinds that have a wording."""
    names = _templates().list_templates(filter_func=lambda name: name.startswith("letters/"))
    return [name.removeprefix("letters/").removesuffix(".txt") for name in names]


@lru_cache(maxsize=1)
def _templates() -> "Environment":
    from jinja2 import PackageLoader, StrictUndefined  # only who writes letters needs Jinja
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader("notifications"),
        undefined=StrictUndefined,
        autoescape=False,  # plain text, which the layout draws as it stands
        finalize=one_line,  # no value can begin a line of the head, or a paragraph
    )
    from notifications.thai import letter_day

    environment.filters["day"] = letter_day
    return environment
