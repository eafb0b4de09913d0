"""What a change of state means in time: the deadlines that it opens, and the alarms that it sets.

An alarm is the next thing that the clock owes an item: the next reminder of a deadline, or the edge
of a window. Each is taken away, or set anew, in the transaction that changes what it stands for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.canonical import plain
from engine.case import Place
from engine.clock import beginning_of, day_of, instant_of, stamp
from engine.definition import Workflow
from engine.due import Days, Due, entering, rescheduled
from engine.ladder import Rung, from_step, next_after, plan_of
from engine.replay import ItemState
from engine.workdays import Workdays

# A reminder, a window's edge, and a step that waits only on a letter that was sent.
REMIND, FIRE, LETTER = "remind", "fire", "letter"


@dataclass(frozen=True, slots=True)
class Alarm:
    """See `tables.Alarm`; of which item is said by the one who sets it."""

    kind: str
    name: str
    step: str
    at: str


@dataclass(frozen=True, slots=True)
class Times:
    """The deadlines of an item, and the alarms that belong to them."""

    due: Due
    alarms: tuple[Alarm, ...]


@dataclass(slots=True)
class Timing:
    """Computes them at one moment; what is the same for many items of a command is done once."""

    workdays: Workdays
    now: datetime
    _known: dict[tuple[Any, ...], Times] = field(default_factory=dict)

    def days(self, place: Place, code: str) -> Days:
        return Days(self.workdays, place.region, code, place.dates, place.policies)

    def entering(
        self, workflow: Workflow, state: str, place: Place, code: str, *,
        before: str = "{}", source: str = "",
    ) -> Times:  # fmt: skip
        """Of a state that is entered now, from `source` with the stored document `before`."""
        key = (id(workflow), state, source, before, code, place.cycle, place.region)
        found = self._known.get(key)
        if found is None:
            days = self.days(place, code)
            due = entering(workflow, state, day_of(self.now), days, plain(before), source)
            found = self._known[key] = Times(due, self._fresh(workflow, state, place, days, due))
        return found

    def again(
        self, workflow: Workflow, item: ItemState, place: Place, kept: Sequence[Alarm]
    ) -> Times:
        """Of an item that stays where it is, by the calendar as it is now. Reminders of a deadline
        whose day stays go on from the step that comes next; one that moved begins anew."""
        days = self.days(place, item.code)
        before = plain(item.due)
        entered = day_of(instant_of(item.entered_at))
        due = rescheduled(workflow, item.state, entered, days, before)
        return Times(due, self.reset(workflow, item, place, due, kept))

    def reset(
        self, workflow: Workflow, item: ItemState, place: Place, due: Due, kept: Sequence[Alarm]
    ) -> tuple[Alarm, ...]:
        """The alarms of a changed document."""
        days, before = self.days(place, item.code), plain(item.due)
        steps = {alarm.name: alarm for alarm in kept if alarm.kind == REMIND}
        fresh = {
            (alarm.kind, alarm.name): alarm
            for alarm in self._fresh(workflow, item.state, place, days, due)
        }
        for name, entry in due.get("open", {}).items():
            was = before.get("open", {}).get(name)
            if was is None or was["moved"] != entry["moved"]:
                continue
            fresh.pop((REMIND, name), None)
            if name in steps:  # else its ladder was climbed to the end
                rung = self._same_step(workflow, item.state, place, days, due, steps[name])
                fresh.update(_alarm(name, rung))
        return (*fresh.values(), *(alarm for alarm in kept if alarm.kind == LETTER))

    def _same_step(
        self, workflow: Workflow, state: str, place: Place, days: Days, due: Due, alarm: Alarm
    ) -> Rung | None:
        deadline = next(d for d in workflow.states[state].deadlines if d.name == alarm.name)
        plan = plan_of(deadline, workflow.states[state].holder or "", place.reminders)
        last = date.fromisoformat(due["open"][alarm.name]["effective"])
        return next(from_step(plan, last, days, alarm.step, instant_of(alarm.at)), None)

    def _fresh(
        self, workflow: Workflow, state: str, place: Place, days: Days, due: Due
    ) -> tuple[Alarm, ...]:
        return (*self._reminders(workflow, state, place, days, due), *_edges(due))

    def _reminders(
        self, workflow: Workflow, name: str, place: Place, days: Days, due: Due
    ) -> Iterator[Alarm]:
        state = workflow.states[name]
        for deadline in state.deadlines:
            entry = due.get("open", {}).get(deadline.name)
            if entry is not None:
                plan = plan_of(deadline, state.holder or "", place.reminders)
                last = date.fromisoformat(entry["effective"])
                rung = next_after(plan, last, days, self.now)
                yield from _alarm(deadline.name, rung).values()


def _alarm(name: str, rung: Rung | None) -> Mapping[tuple[str, str], Alarm]:
    if rung is None:
        return {}
    return {(REMIND, name): Alarm(REMIND, name, rung.step, stamp(rung.at))}


def _edges(due: Due) -> Iterator[Alarm]:
    for trigger, day in due.get("fires", {}).items():
        yield Alarm(FIRE, trigger, "", stamp(beginning_of(date.fromisoformat(day))))
