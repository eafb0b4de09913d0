"""What Anumat ships with: four definitions, three content types, and their guards."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from engine.definition import Title
from engine.vocabulary import ContentType, Vocabulary
from workflows.content.change_request import CHANGE_REQUEST
from workflows.content.indicator import INDICATOR
from workflows.content.performance_report import PERFORMANCE_REPORT
from workflows.guards import GUARDS

CONTENTS: Mapping[str, ContentType] = MappingProxyType(
    {kind.name: kind for kind in (INDICATOR, CHANGE_REQUEST, PERFORMANCE_REPORT)}
)


def definitions() -> list[Path]:
    """The shipped definition files, in the order of their names."""
    return sorted(Path(__file__).with_name("definitions").glob("*.yaml"))


def vocabulary(letters: Mapping[str, Title]) -> Vocabulary:
    """The kinds of letter come from the door, for `notifications` is a stranger here."""
    return Vocabulary(GUARDS, CONTENTS, letters)
