"""What is said of the dates of a cycle: as a calendar is written, and as the cycle keeps it.

`docs/calendars.md` explains every key.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from engine.clock import parse_day
from engine.definition import Name, Names, Policy, Span, Title
from engine.errors import WrongUse
from engine.period import Period, parse_month, parse_quarter

NAME = r"[a-z][a-z0-9_]{0,47}(@[A-Za-z0-9][A-Za-z0-9._-]{0,23})?"
MAX_DATES = 300

T = TypeVar("T")
Kind = Literal[
    "deadline", "opens", "closes", "meeting", "event", "information_request", "policy"
]  # fmt: skip
Layer = Literal["opdc", "office"]
Precision = Literal["day", "month", "quarter"]
# `esar_opens@9M` holds for items with the code 9M alone.
DateName = Annotated[str, StringConstraints(pattern=f"^{NAME}$")]


def _frozen(value: Mapping[str, T]) -> Mapping[str, T]:
    return MappingProxyType(dict(value))


def _by(read: Callable[[str], T]) -> Callable[[Any], T]:
    """A validator; a date that YAML made of 2563-10-30 is read again from its text, for YAML knows
    no Buddhist years."""

    def validate(value: Any) -> T:
        if not isinstance(value, str | date):
            en = "write it as text, such as 2563-10-30"
            raise PydanticCustomError(
                "date", "{en}", {"th": "เขียนเป็นข้อความ เช่น 2563-10-30", "en": en}
            )
        try:
            return read(str(value))
        except WrongUse as fault:
            [reason] = fault.reasons
            raise PydanticCustomError("date", "{en}", {"th": reason.th, "en": reason.en}) from None

    return validate


Day = Annotated[date, BeforeValidator(_by(parse_day))]
Month = Annotated[Period, BeforeValidator(_by(parse_month))]
Quarter = Annotated[Period, BeforeValidator(_by(parse_quarter))]
Dated = Annotated[Mapping[DateName, T], AfterValidator(_frozen), PlainSerializer(dict)]
Deadlines = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{0,47}|\*)$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Base(_Part):
    """The date that another is counted from, and how far away that one is."""

    date: DateName
    by: Span


class Window(_Part):
    """Two days in one: it makes the dates NAME_opens and NAME_closes."""

    opens: Day
    closes: Day


class _Said(_Part):
    title: Title
    layer: Layer = "opdc"
    policy: Policy | None = None
    body: Name | None = None
    cutoff: Span | None = None
    before: Base | None = None
    after: Base | None = None
    source: str = Field(default="", max_length=1000)

    @property
    def base(self) -> Base | None:
        return self.before or self.after


class Entry(_Said):
    """What a cycle keeps of a date besides its day. `policy` goes before a definition's; papers
    for a meeting must be in `cutoff` before it."""

    kind: Kind
    precision: Precision = "day"

    def document(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)


class Line(_Said):
    """A date as it is written: exactly one of the five ways to tell when."""

    kind: Kind | None = None
    day: Day | None = None
    month: Month | None = None
    quarter: Quarter | None = None
    window: Window | None = None

    @property
    def ways(self) -> list[str]:
        ways = ("day", "month", "quarter", "window", "before", "after")
        return [way for way in ways if getattr(self, way) is not None]

    def entries(self, name: str) -> Iterator[tuple[str, Entry, date | None]]:
        """The dates that it makes in a cycle; a counted one has no day yet.

        What must be done within a month may be done on its last day; what begins or happens then
        may do so from its first.
        """
        said = {key: getattr(self, key) for key in _Said.model_fields}
        if self.window:
            yield from _edges(name, self.window, said)
            return
        kind = self.kind or "event"
        period, precision = self.month or self.quarter, "month" if self.month else "quarter"
        day = self.day
        if period is None:
            precision = "day"
        else:
            day = period.last if kind in ("deadline", "closes", "meeting") else period.first
        yield name, Entry.model_validate({**said, "kind": kind, "precision": precision}), day


class Reminders(_Part):
    """What goes before a deadline's own; `again: null` ends the climbing after `overdue`."""

    remind: tuple[Span, ...] = ()
    overdue: tuple[Span, ...] = ()
    again: Span | None = None
    ladder: Names = ()


class Calendar(_Part):
    cycle: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$")]
    title: Title
    dates: Annotated[Dated[Line], Field(max_length=MAX_DATES)]
    reminders: Annotated[
        Mapping[Deadlines, Reminders], AfterValidator(_frozen), PlainSerializer(dict)
    ] = Field(default_factory=lambda: MappingProxyType({}))


def _edges(
    name: str, window: Window, said: Mapping[str, Any]
) -> Iterator[tuple[str, Entry, date | None]]:
    stem, at, code = name.partition("@")
    title: Title = said["title"]
    opens = Title(th=f"เปิด{title.th}", en=f"{title.en} opens")
    closes = Title(th=f"ปิด{title.th}", en=f"{title.en} closes")
    opening = {**said, "title": opens, "policy": None, "kind": "opens"}
    closing = {**said, "title": closes, "kind": "closes"}
    yield f"{stem}_opens{at}{code}", Entry.model_validate(opening), window.opens
    yield f"{stem}_closes{at}{code}", Entry.model_validate(closing), window.closes
