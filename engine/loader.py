"""YAML into a definition: every complaint at once, each with file and line and what was meant."""

from pathlib import Path

from engine.analysis import findings
from engine.definition import Workflow
from engine.errors import Reason, WrongUse
from engine.reading import read
from engine.vocabulary import Vocabulary


def load(path: Path, vocabulary: Vocabulary) -> Workflow:
    """The definition in a file. Raises WrongUse with every complaint that `check` has."""
    workflow, complaints = check(path, vocabulary)
    if complaints or workflow is None:
        raise WrongUse(*complaints)
    return workflow


def check(path: Path, vocabulary: Vocabulary) -> tuple[Workflow | None, list[Reason]]:
    """The definition as far as it has a shape, and everything that is wrong with it (the first
    hundred complaints). Raises WrongUse for a file that cannot be read as text."""
    return read(path, Workflow, lambda workflow: findings(workflow, vocabulary))
