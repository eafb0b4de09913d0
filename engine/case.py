"""A case: everything that a decision may look at, gathered before it is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from engine.definition import Policy
from engine.machine import Compiled
from engine.people import Actor
from engine.replay import ItemState


@dataclass(frozen=True, slots=True)
class Given:
    """What the person said with the step. `letter_date` and `decided_on` are ISO days."""

    comment: str = ""
    meeting: str = ""
    decided_on: str = ""
    letter_number: str = ""
    letter_date: str = ""

    def plain(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.__slots__}


class Step(NamedTuple):
    """An earlier step of the same item, as its event says."""

    seq: int
    trigger: str
    source: str
    outcome: str
    person: str
    revision: int


@dataclass(frozen=True, slots=True)
class Voice:
    """The newest opinion of one consulted organisation."""

    consultation: str
    organisation: str
    stance: str
    revision: int


@dataclass(frozen=True, slots=True)
class Round:
    """A round of asking for information."""

    number: int
    answered: bool
    approved: bool


@dataclass(frozen=True, slots=True)
class Member:
    """An item of the same organisation, cycle and content type, with its present content."""

    ref: str
    code: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """The item that a request wants to change."""

    item: ItemState
    content: Mapping[str, Any]
    amendable: bool


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting as it was recorded."""

    ref: str
    body: str
    body_kind: str
    held_on: str
    snapshot: Mapping[str, Any]


@dataclass(slots=True)
class Facts:
    """Only what the guards of the step asked for is filled in; the rest stays empty."""

    steps: Sequence[Step] = ()
    voices: Sequence[Voice] = ()
    rounds: Sequence[Round] = ()
    members: Sequence[Member] = ()
    subject: Subject | None = None
    content: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Place:
    """An organisation, and the rules and the calendar of the cycle that it is evaluated in."""

    code: str
    name_th: str
    name_en: str
    path: str
    cycle: str
    rules: Mapping[str, Any]
    region: str = ""
    dates: Mapping[str, str] = field(default_factory=dict)
    calendar: Mapping[str, Any] = field(default_factory=dict)

    @property
    def snapshot(self) -> dict[str, str]:
        """As the audit trail writes it."""
        return {"code": self.code, "name_th": self.name_th, "name_en": self.name_en}

    @property
    def reminders(self) -> Mapping[str, Any]:
        """The cycle's own ladders, by deadline."""
        return self.calendar.get("reminders", {})  # type: ignore[no-any-return]  # by construction

    @property
    def policies(self) -> Mapping[str, Policy]:
        """What the cycle says of its dates that fall on a holiday."""
        entries = self.calendar.get("entries", {})
        return {name: said["policy"] for name, said in entries.items() if "policy" in said}


@dataclass(slots=True)
class Case:
    item: ItemState
    compiled: Compiled
    place: Place
    actor: Actor
    today: date
    given: Given
    sitting: Sitting | None
    facts: Facts
