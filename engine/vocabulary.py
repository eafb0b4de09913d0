"""What a definition may name: guards, content types and letters. Doors put it together once."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from engine.definition import Title
from engine.errors import Reason

# What a guard may ask to have loaded before it is asked.
NEEDS = frozenset({"decisions", "opinions", "threads", "set", "subject", "content"})


@dataclass(frozen=True, slots=True)
class GuardKind:
    """A pure function of a case and typed parameters that yields every reason against a step.

    `whole_set` says that its answer is the same for every item of one organisation and cycle.
    """

    name: str
    check: Callable[..., Iterable[Reason]]
    parameters: type[BaseModel]
    needs: frozenset[str]
    whole_set: bool = False


def guard(*, needs: Iterable[str] = (), whole_set: bool = False) -> Callable[..., GuardKind]:
    """Register a function `check(case, *, parameter: type, …)`; its signature is its schema."""
    wanted = frozenset(needs)
    if unknown := wanted - NEEDS:
        raise ValueError(f"unknown needs {sorted(unknown)}")

    def register(check: Callable[..., Iterable[Reason]]) -> GuardKind:
        hints = get_type_hints(check, include_extras=True)
        fields: dict[str, Any] = {
            name: (hints[name], ... if p.default is inspect.Parameter.empty else p.default)
            for name, p in inspect.signature(check).parameters.items()
            if p.kind is inspect.Parameter.KEYWORD_ONLY
        }
        shape = create_model(check.__name__, __config__=ConfigDict(extra="forbid"), **fields)
        return GuardKind(check.__name__, check, shape, wanted, whole_set)

    return register


@dataclass(frozen=True, slots=True)
class ContentType:
    """What an item carries. `clean` validates and returns plain canonical data (WrongUse if bad).

    `heading` gives the item's code and title; `amend` (request, subject) gives the subject's
    new content, where this type is a request to change another item.
    """

    name: str
    clean: Callable[[Mapping[str, Any]], dict[str, Any]]
    heading: Callable[[Mapping[str, Any]], tuple[str, str]]
    fields: Mapping[str, Title]
    amend: Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    guards: Mapping[str, GuardKind]
    contents: Mapping[str, ContentType]
    letters: Mapping[str, Title] = field(default_factory=lambda: MappingProxyType({}))
