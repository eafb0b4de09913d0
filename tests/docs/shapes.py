"""Shapes of JSON documents, as docs/json.md writes them.

{"key": …, "key?": …}   an object: these keys, the second only sometimes
{"...": "Name", …}      the keys of a named shape, and more
{"*": …}                an object with any keys
[…]                     a list
"text | null"           one of several: text, number, yes/no, day, instant, digest, null, any,
                        'the word itself', or the name of a shape that the page has explained
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.docs.pages import Block
from tests.docs.session import Session

KINDS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "yes/no": lambda value: isinstance(value, bool),
    "day": lambda value: _written(value, r"\d{4}-\d\d-\d\d"),
    "instant": lambda value: _written(value, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
    "digest": lambda value: _written(value, r"[0-9a-f]{64}"),
    "null": lambda value: value is None,
    "any": lambda value: True,
}


@dataclass(slots=True)
class Shapes:
    """The page's named shapes, and which of its promises some document has kept."""

    named: dict[str, Any] = field(default_factory=dict)
    promised: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def learn(self, text: str) -> Any:
        shape = json.loads(text)
        self.promised |= set(_promises(shape, text))
        return shape

    def complaints(self, shape: Any, value: Any, text: str, at: str = "$") -> Iterator[str]:
        """Where the value is not of the shape; `text` tells this shape from the others."""
        if isinstance(shape, str):
            yield from self._leaf(shape, value, text, at)
        elif isinstance(shape, list):
            if not isinstance(value, list):
                yield f"{at}: {value!r} is no list"
                return
            for number, part in enumerate(value):
                yield from self.complaints(shape[0], part, text, f"{at}[{number}]")
        elif not isinstance(value, dict):
            yield f"{at}: {value!r} is no object"
        elif set(shape) == {"*"}:
            for key, part in value.items():
                yield from self.complaints(shape["*"], part, text, f"{at}.{key}")
        else:
            yield from self._object(shape, value, text, at)

    def _object(
        self, shape: Mapping[str, Any], value: Mapping[str, Any], text: str, at: str
    ) -> Iterator[str]:
        if named := shape.get("..."):
            base, words = self.named[named]
            here = {key.removesuffix("?") for key in shape}
            own = {key: value[key] for key in value.keys() - here}
            yield from self._object(base, own, words, at)
            shape = {key: part for key, part in shape.items() if key != "..."}
            value = {key: value[key] for key in value.keys() & here}
        known = {key.removesuffix("?"): key for key in shape}
        for key in value.keys() - known.keys():
            yield f"{at}.{key} is not documented"
        for key, spelled in known.items():
            if key in value:
                self.kept.add(_promise(text, spelled))
                yield from self.complaints(shape[spelled], value[key], text, f"{at}.{key}")
            elif not spelled.endswith("?"):
                yield f"{at}.{key} is missing"

    def _leaf(self, shape: str, value: Any, text: str, at: str) -> Iterator[str]:
        found: list[str] = []
        for choice in shape.split(" | "):
            against = list(self._choice(choice, value, at))
            if not against:
                return
            found = against if choice in self.named else found
        yield from found or [f"{at}: {value!r} is not {shape}"]

    def _choice(self, choice: str, value: Any, at: str) -> Iterator[str]:
        if choice in self.named:
            shape, text = self.named[choice]
            yield from self.complaints(shape, value, text, at)
        elif choice.startswith("'"):
            if value != choice.strip("'"):
                yield f"{at}: {value!r} is not {choice}"
        elif not KINDS[choice](value):
            yield f"{at}: {value!r} is not {choice}"


class Reader:
    """Remembers the named shapes, and compares each other one with all since the last."""

    def __init__(self) -> None:
        self.shapes = Shapes()

    def __call__(self, block: Block, session: Session) -> None:
        shape = self.shapes.learn(block.text)
        name = block.info.removeprefix("json shape").strip()
        if name:
            self.shapes.named[name] = (shape, block.text)
            return
        complaints = [
            complaint
            for printed in session.documents
            for complaint in self.shapes.complaints(shape, _document(printed), block.text)
        ]
        session.documents.clear()
        assert not complaints, "\n".join(complaints[:10])

    def broken_promises(self) -> set[str]:
        return self.shapes.promised - self.shapes.kept


def _document(printed: str) -> Any:
    document = json.loads(printed)
    document.pop("simulation", None)
    return document


def _promises(shape: Any, text: str) -> Iterator[str]:
    """Keys that are there only sometimes: each must be in some document."""
    if isinstance(shape, list):
        yield from _promises(shape[0], text)
    elif isinstance(shape, dict):
        for key, part in shape.items():
            if key.endswith("?"):
                yield _promise(text, key)
            yield from _promises(part, text)


def _promise(text: str, key: str) -> str:
    first = " ".join(text.split())[:40]
    return f"{key} of {first}…"


def _written(value: Any, pattern: str) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None
