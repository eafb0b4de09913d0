"""What a check of the trail finds wrong."""

from dataclasses import dataclass

from engine.canonical import digest


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that is not as the trail says. `where` names it."""

    where: str
    th: str
    en: str


def matches(body: object, expected: str) -> bool:
    """Whether bytes of a database are those of a SHA-256 in hexadecimal digits."""
    return isinstance(body, bytes) and digest(body) == expected
