"""Will it make the committee? The next planned sitting that an item could still reach."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.calendar import Sitting
from engine.definition import Workflow
from engine.events import VOIDING


@dataclass(frozen=True, slots=True)
class Outlook:
    """The item must leave its state by `leave_by` to be considered on `day`. `missed` are earlier
    sittings of the body, still to come, whose papers are closed."""

    name: str
    title: Mapping[str, str]
    body: str
    day: date
    leave_by: date
    missed: tuple[date, ...]


def outlook(
    workflow: Workflow, state: str, planned: Iterable[Sitting], today: date
) -> Outlook | None:
    """None where no next state is decided in a meeting, or none is planned with a known day."""
    bodies = _ahead(workflow, state)
    missed: list[date] = []
    for sitting in planned:
        if sitting.body not in bodies or sitting.cutoff is None or sitting.day < today:
            continue
        if sitting.cutoff >= today:
            return Outlook(
                sitting.name, sitting.title, sitting.body, sitting.day, sitting.cutoff,
                tuple(missed),
            )  # fmt: skip
        missed.append(sitting.day)
    return None


def _ahead(workflow: Workflow, state: str) -> set[str]:
    """The bodies that decide in the states to which a step leads on from here."""
    return {
        kind
        for step in workflow.leaving(state)
        if step.to not in (None, state) and step.decision not in VOIDING
        for decision in workflow.leaving(step.to or "")
        if "meeting" in decision.requires
        for kind in decision.body
    }
