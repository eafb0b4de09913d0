"""Will it make the committee? The next planned sitting that an item could still reach."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.calendar import Sitting
from engine.definition import Workflow
from engine.events import VOIDING


@dataclass(frozen=True, slots=True)
class Outlook:
    """The item must leave its state by `leave_by` to be considered on `day`; both are None where
    no sitting is planned any more that it could reach. `missed` are sittings still to come whose
    papers are closed. `name` and `title` are of the next of all these sittings."""

    name: str
    title: Mapping[str, str]
    body: str
    day: date | None
    leave_by: date | None
    missed: tuple[date, ...]


def outlook(
    workflow: Workflow, state: str, planned: Iterable[Sitting], today: date
) -> Outlook | None:
    """None where no next state is decided in a meeting, or none is planned with a known day."""
    bodies = _ahead(workflow, state)
    ahead = [
        (sitting, sitting.cutoff)
        for sitting in planned
        if sitting.body in bodies and sitting.cutoff is not None and sitting.day >= today
    ]
    closed = tuple(sitting.day for sitting, cutoff in ahead if cutoff < today)
    for sitting, cutoff in ahead:
        if cutoff >= today:
            missed = tuple(day for day in closed if day <= sitting.day)
            return Outlook(sitting.name, sitting.title, sitting.body, sitting.day, cutoff, missed)
    if not ahead:
        return None
    [(first, _), *_] = ahead
    return Outlook(first.name, first.title, first.body, None, None, closed)


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
