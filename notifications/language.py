"""The language of a letter's template: a small part of Jinja2, and nothing that can be called.

Texts with `{{ value }}`, `{% if %}`, `{% for %}`, `{% set %}`; fields by name; comparisons; these
filters and tests, and no others:

    day         30 ตุลาคม 2563, of an ISO day
    number      1,250.5, of a decimal; another text stays as it is
    called      the name of an organisation in a sentence: a province with จังหวัด before it
    outcome     เห็นชอบ, ไม่เห็นชอบ, … of a decision
    with        the entries of a list whose field has a value: items | with("outcome", "approved")
    without     those of them whose field has another value
    default, first, join, last, length: as in Jinja2
    defined     whether a name is there: {% if window is defined %}
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.clock import thai_day
from notifications.structure import literal, marked_lines, without_marks

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "endorsed": "เห็นชอบ",
        "approved": "เห็นชอบ",
        "acknowledged": "รับทราบ",
        "objected": "โต้แย้ง",
        "returned": "ส่งคืนเพื่อปรับปรุง",
        "referred": "เสนอคณะกรรมการวินิจฉัย",
        "rejected": "ไม่เห็นชอบ",
    }
)
_OF_JINJA = ("default", "first", "join", "last", "length")
_TESTS = ("defined",)


def day(iso: str) -> str:
    """Empty where there is no day, so that a template may leave it out."""
    try:
        return thai_day(date.fromisoformat(iso), short=False) if iso else ""
    except ValueError:
        raise ValueError(f"“{iso[:20]}” is no day such as 2020-10-30") from None


def number(value: object) -> str:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not amount.is_finite() or abs(amount.adjusted()) > 30:
        return str(value)
    return format(amount.normalize() + 0, ",f")  # + 0: no minus before a zero


def called(organisation: Mapping[str, Any]) -> str:
    name = str(organisation["name_th"])
    bare = organisation.get("kind") == "province" and not name.startswith("จังหวัด")
    return f"จังหวัด{name}" if bare else name


def outcome(name: str) -> str:
    return OUTCOMES.get(name, name)


def having(entries: Sequence[Mapping[str, Any]], name: str, value: object) -> list[Any]:
    return [entry for entry in entries if entry.get(name) == value]


def lacking(entries: Sequence[Mapping[str, Any]], name: str, value: object) -> list[Any]:
    return [entry for entry in entries if entry.get(name) != value]


FILTERS = MappingProxyType(
    {
        "day": day,
        "number": number,
        "called": called,
        "outcome": outcome,
        "with": having,
        "without": lacking,
    }
)


def known_filters() -> tuple[str, ...]:
    return (*FILTERS, *_OF_JINJA)


def known_tests() -> tuple[str, ...]:
    return _TESTS


def parsed(source: str) -> "nodes.Template":
    """The template's tree. Raises jinja2.TemplateSyntaxError with the line."""
    return _environment().parse(without_marks(source))


def compiled(tree: "nodes.Template") -> "Template":
    """What can be rendered. Each line of its text says from which line of the template it is."""
    from jinja2 import nodes

    for data in tree.find_all(nodes.TemplateData):
        data.data = marked_lines(data.data, data.lineno)
    return _environment().from_string(tree)


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import StrictUndefined  # only who writes letters needs Jinja
    from jinja2.runtime import LoopContext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Closed(ImmutableSandboxedEnvironment):
        """A name after a dot is a field, never a method or another attribute of an object."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            if isinstance(obj, LoopContext):
                return super().getattr(obj, attribute)
            return self.getitem(obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            try:
                return obj[argument]
            except (TypeError, LookupError):
                return self.undefined(obj=obj, name=argument)

    made = Closed(
        undefined=StrictUndefined,
        autoescape=False,  # plain text, which the layout draws as it stands
        finalize=literal,  # no value can begin a line of the head, a row, or a paragraph
    )
    made.filters = {name: made.filters[name] for name in _OF_JINJA} | dict(FILTERS)
    made.tests = {name: made.tests[name] for name in _TESTS}
    made.globals = {}
    return made
