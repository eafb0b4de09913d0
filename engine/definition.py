"""A workflow as it was declared: immutable, shaped when built, knowing nothing of any item.

`docs/workflow-language.md` explains every key. `engine.analysis` finds what a shape cannot show.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from engine.clock import parse_day
from engine.errors import WrongUse

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
Span = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,2}(wd|d)$")]
Policy = Literal["as_stated", "next_working_day"]


def _tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _read_day(value: Any) -> Any:
    if not isinstance(value, str | date):  # pydantic would take 86400 for 2 January 1970
        raise ValueError("write the day as text, such as 2563-10-30")
    try:
        return parse_day(value) if isinstance(value, str) else value
    except WrongUse as fault:
        raise ValueError(fault.reasons[0].en) from None


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return MappingProxyType({key: _frozen(part) for key, part in value.items()})
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def _thawed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _thawed(part) for key, part in value.items()}
    return [_thawed(part) for part in value] if isinstance(value, tuple) else value


Names = Annotated[tuple[Name, ...], BeforeValidator(_tuple)]
Day = Annotated[date, BeforeValidator(_read_day)]
T = TypeVar("T")
Named = Annotated[Mapping[Name, T], AfterValidator(MappingProxyType), PlainSerializer(dict)]

Parameters = Annotated[Mapping[str, Any], AfterValidator(_frozen), PlainSerializer(_thawed)]


class Outcome(StrEnum):
    """What a decision says. เห็นชอบ (endorsed) and รับทราบ (acknowledged) are different."""

    ENDORSED = "endorsed"
    APPROVED = "approved"
    ACKNOWLEDGED = "acknowledged"
    OBJECTED = "objected"
    RETURNED = "returned"
    REFERRED = "referred"
    REJECTED = "rejected"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Title(_Part):
    th: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, lang: str) -> str:
        return self.th if lang == "th" else self.en


class Window(_Part):
    """Two dates of the cycle's calendar, by name."""

    opens: Name
    closes: Name


class Due(_Part):
    """When: exactly one of a fixed day, a named date of the cycle, a window, or a span."""

    fixed: Day | None = None
    date: Name | None = None
    window: Window | None = None
    after: Span | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [n for n in ("fixed", "date", "window", "after") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of fixed, date, window, after")
        return self


class Deadline(_Part):
    """`5wd` are working days, `5d` are calendar days; both count from entering the state.

    The state's holder is reminded `remind` before and on the day; `overdue` after it the `ladder`
    is climbed, a role more with each step, and then `again` and again. `extended_by` may extend.
    """

    name: Name
    title: Title
    due: Due
    policy: Policy = "as_stated"
    remind: tuple[Span, ...] = ("14d", "7d", "3d", "1d")
    overdue: tuple[Span, ...] = ("1d", "3d", "7d")
    again: Span | None = "7d"
    ladder: Names = ()
    extended_by: Names = ()


class Letter(_Part):
    """A letter that a transition makes owed; its kind is one that `notifications` knows."""

    kind: Name
    to: Name
    copies: Names = ()


class Automatic(_Part):
    """What fires a transition without a person: a letter really sent, or a window's edge."""

    letter_sent: Name | None = None
    window: Literal["opens", "closes"] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.letter_sent is None) == (self.window is None):
            raise ValueError("give exactly one of letter_sent, window")
        return self


class Guard(_Part):
    """A registered function's name and its parameters; never code."""

    name: Name
    parameters: Parameters = Field(default_factory=lambda: MappingProxyType({}))

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, value: Any) -> Any:
        """`name`, or `{name: {parameter: value}}`."""
        if isinstance(value, str):
            return {"name": value}
        if isinstance(value, Mapping) and len(value) == 1 and "name" not in value:
            [(name, parameters)] = value.items()
            return {"name": name, "parameters": parameters or {}}
        return value


class State(_Part):
    """`counts: false`: an item here is outside its organisation's set. `amendable`: an approved
    request may change the content of an item here."""

    title: Title
    holder: Name | None = None
    edit: Names = ()
    final: bool = False
    counts: bool = True
    amendable: bool = False
    stops_clock: bool = False
    deadlines: tuple[Deadline, ...] = ()


class Transition(_Part):
    """Without `to`, the item stays where it is and no new visit begins."""

    trigger: Name
    title: Title
    sources: Names = Field(alias="from", min_length=1)
    to: Name | None = None
    by: Names = ()
    requires: tuple[Literal["comment", "meeting", "letter"], ...] = ()
    guards: tuple[Guard, ...] = ()
    decision: Outcome | None = None
    body: Names = ()
    thread: Literal["ask", "answer", "approve"] | None = None
    amends: bool = False
    letters: tuple[Letter, ...] = ()
    automatic: Automatic | None = None


class Consultation(_Part):
    """Organisations asked for an opinion: those that a field of the content names."""

    title: Title
    role: Name
    field: Name
    during: Names


class Workflow(_Part):
    name: Name = Field(alias="workflow")
    title: Title
    content: Name
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}$")]
    initial: Name
    opened_by: Names = ()
    roles: Named[Title]
    consultations: Named[Consultation] = Field(default_factory=lambda: MappingProxyType({}))
    states: Named[State]
    transitions: tuple[Transition, ...]

    def document(self) -> dict[str, Any]:
        """The plain form that is published: building it again gives an equal workflow."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def leaving(self, state: str) -> list[Transition]:
        return [transition for transition in self.transitions if state in transition.sources]

    def transition(self, state: str, trigger: str) -> Transition | None:
        return next((t for t in self.leaving(state) if t.trigger == trigger), None)
