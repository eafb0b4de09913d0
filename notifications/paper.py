"""An official letter in words, before it takes a form: text, PDF and DOCX are made of the same one.

Everything is plain text on one line, with Arabic digits and without marks for line breaks; days are
ISO days. What stands in several lines (the head's address, a post) is a tuple of lines.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any, Literal, Self

Align = Literal["left", "center", "right"]
Form = Literal["letter", "memo"]
ENCLOSED = "สิ่งที่ส่งมาด้วย"


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in centimetres; the paper has 16 between its margins."""

    title: str
    width: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """What begins on a page of its own: something that is enclosed, or else a list that is
    part of the letter itself."""

    title: str
    body: tuple[str | Table, ...]
    enclosed: bool = True


@dataclass(frozen=True, slots=True)
class Signature:
    """`post` are the lines below the name: the own post, and where one acts for another, how, and
    for which post. `order_ref` is the order that says so; it is kept, not printed."""

    name: str
    post: tuple[str, ...]
    order_ref: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """`number` is as printed (นร 1203/ว 15), or with a blank in a draft. `opening` is เรียน or
    กราบเรียน, `to` the addressee, `closing` empty on a memo. `mark` stands on each page of what is
    no letter: of a draft, of a simulation, or of one that is void."""

    form: Form
    number: str
    dated: str
    agency: tuple[str, ...]
    subject: str
    opening: str
    to: str
    refs: tuple[str, ...]
    enclosures: tuple[str, ...]
    body: tuple[str | Table, ...]
    annexes: tuple[Annex, ...]
    closing: str
    signature: Signature
    contact: tuple[str, ...]
    copies: tuple[str, ...]
    urgency: str = ""
    mark: str = ""

    def labels(self) -> list[str]:
        """What stands above each annex: that it is enclosed, and where several are, which it is."""
        several = sum(annex.enclosed for annex in self.annexes) > 1
        numbers = count(1)
        return [
            f"{ENCLOSED} {next(numbers) if several else ''}".strip() if annex.enclosed else ""
            for annex in self.annexes
        ]

    def plain(self) -> dict[str, Any]:
        """For canonical JSON; `of_plain` is the way back."""
        return {name: _listed(value) for name, value in asdict(self).items()}

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> Self:
        return cls(
            **{
                **{name: _tupled(value) for name, value in plain.items()},
                "body": _body(plain["body"]),
                "annexes": tuple(
                    Annex(each["title"], _body(each["body"]), each.get("enclosed", True))
                    for each in plain["annexes"]
                ),
                "signature": Signature(
                    plain["signature"]["name"],
                    tuple(plain["signature"]["post"]),
                    plain["signature"]["order_ref"],
                ),
            }
        )


def _body(parts: list[Any]) -> tuple[str | Table, ...]:
    return tuple(part if isinstance(part, str) else _table(part) for part in parts)


def _table(part: Mapping[str, Any]) -> Table:
    columns = tuple(Column(c["title"], float(c["width"]), c["align"]) for c in part["columns"])
    return Table(columns, tuple(map(tuple, part["rows"])))


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _listed(inner) for name, inner in value.items()}
    if isinstance(value, float):
        return f"{value:g}"  # canonical JSON has no floats here
    return [_listed(inner) for inner in value] if isinstance(value, list | tuple) else value
