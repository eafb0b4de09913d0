"""The open deadlines of an item: what was announced, and what counts.

They are a document on the item's row and in the event that set them, so that the audit trail says
what day somebody was held to. Pure: `docs/deadlines.md` explains the rules.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from engine.canonical import plain
from engine.clock import parse_day
from engine.definition import Deadline, Policy, State, Workflow
from engine.workdays import Workdays

# {"open": {name: {"nominal", "effective", "moved", "span"?, "to"?}}, "fires": {trigger: day},
#  "extended": {name: day}, "left": {"state", "spans": {name: span}}, "gone": {name: moved}}; what
# is empty is left out.
Due = dict[str, Any]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class DueDay:
    """`effective` is what the deadline's policy makes of `nominal`, the day that was announced."""

    effective: date
    nominal: date


@dataclass(frozen=True, slots=True)
class Days:
    """The days of an item: its cycle's dates, and working days as its region has them.

    A date `name@code` holds for the items with that code. `policies` are the dates' own, which
    outweigh those of a definition's deadlines.
    """

    workdays: Workdays
    region: str = ""
    code: str = ""
    dates: Mapping[str, str] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)

    def named(self, name: str) -> date | None:
        found = self._key(name)
        return parse_day(self.dates[found]) if found in self.dates else None

    def policy(self, name: str) -> Policy | None:
        return self.policies.get(self._key(name))

    def rolled(self, day: date) -> date:
        return self.workdays.rolled(day, self.region)

    def after(self, day: date, span: str) -> date:
        """The last day of a span: `5d` are calendar days, `5wd` working days.

        The first day is not counted (s. 193/3 of the Civil and Commercial Code).
        """
        count, working = parts(span)
        if working:
            return self.workdays.after(day, count, self.region)
        return day + timedelta(days=count)

    def until(self, day: date, last: date, *, working: bool) -> int:
        """How much of a span is left on a day, when `last` is its last day; 0 if nothing is."""
        return self.workdays.between(day, last, self.region) if working else (last - day).days

    def _key(self, name: str) -> str:
        own = f"{name}@{self.code}"
        return own if own in self.dates else name


@lru_cache(maxsize=256)
def parts(span: str) -> tuple[int, bool]:
    """How many, and whether they are working days."""
    return int(span.rstrip("wd")), span.endswith("wd")


def entering(
    workflow: Workflow, name: str, today: date, days: Days, before: Due, source: str = ""
) -> Due:
    """The deadlines of the state that is entered, in place of those `before` in `source`."""
    left = _left(workflow, name, today, days, before, source)
    spans = left["spans"] if left.get("state") == name else {}
    opened = {
        deadline.name: entry
        for deadline in workflow.states[name].deadlines
        if (entry := _entry(deadline, today, days, {"span": spans.get(deadline.name)}, before))
    }
    kept = {} if left.get("state") == name else left
    others = {"extended": before.get("extended", {}), "left": kept}
    return _document(workflow, name, today, days, opened, others)


def rescheduled(workflow: Workflow, name: str, entered: date, days: Days, before: Due) -> Due:
    """The same deadlines by the calendar as it is now; each that moved counts one move more, and
    so does one whose date was taken away: given again, it is a new one."""
    opened, gone = {}, dict(before.get("gone", {}))
    for deadline in workflow.states[name].deadlines:
        was = before.get("open", {}).get(deadline.name, {})
        entry = _entry(deadline, entered, days, was, before)
        if entry is not None:
            moved = bool(was) and was["effective"] != entry["effective"]
            count = was["moved"] if was else gone.pop(deadline.name, 0)
            opened[deadline.name] = entry | {"moved": count + moved}
        elif was:
            gone[deadline.name] = was["moved"] + 1
    return _document(workflow, name, entered, days, opened, before | {"gone": gone})


def extended(
    workflow: Workflow, name: str, entered: date, days: Days, before: Due, deadline: Deadline,
    to: date,
) -> Due:  # fmt: skip
    """The same with one deadline put off. A date of the calendar stays put off for this item in
    all states; a span only for this visit."""
    was = before["open"][deadline.name]
    entry = was | _day(deadline, to, days) | {"moved": was["moved"] + 1, "to": to.isoformat()}
    opened = before["open"] | {deadline.name: entry}
    lasting = before.get("extended", {})
    if deadline.due.after is None:
        lasting = lasting | {deadline.name: to.isoformat()}
    return _document(workflow, name, entered, days, opened, before | {"extended": lasting})


def open_days(text: str) -> dict[str, DueDay]:
    """The open deadlines in a stored document."""
    return {
        name: DueDay(date.fromisoformat(entry["effective"]), date.fromisoformat(entry["nominal"]))
        for name, entry in plain(text).get("open", {}).items()
    }


def first(text: str) -> DueDay | None:
    """The earliest open deadline in a stored document."""
    return min(open_days(text).values(), default=None)


def _entry(
    deadline: Deadline, entered: date, days: Days, was: Mapping[str, Any], before: Due
) -> dict[str, Any] | None:
    """`was` says what is left of a span whose clock had stopped, and until when this visit's
    deadline was put off; a date that was put off in another state is in the document `before`."""
    due, span, to = deadline.due, was.get("span"), was.get("to")
    kept: dict[str, Any] = {"span": span} if span else {}
    if due.after is None:
        to = to or before.get("extended", {}).get(deadline.name)
    nominal: date | None
    if due.after is not None:
        nominal = days.after(entered, span or due.after)
    else:
        nominal = due.fixed or days.named(due.date or (due.window.closes if due.window else ""))
    if to:  # who was put off is not worse off where the date of all is put off further
        kept["to"] = to
        nominal = max(date.fromisoformat(to), nominal or date.min)
    return None if nominal is None else {**_day(deadline, nominal, days), "moved": 0, **kept}


def _day(deadline: Deadline, nominal: date, days: Days) -> dict[str, str]:
    name = deadline.due.date or (deadline.due.window.closes if deadline.due.window else "")
    policy = days.policy(name) or deadline.policy
    effective = days.rolled(nominal) if policy == "next_working_day" else nominal
    return {"nominal": nominal.isoformat(), "effective": effective.isoformat()}


def _left(
    workflow: Workflow, name: str, today: date, days: Days, before: Due, source: str
) -> dict[str, Any]:
    """Where the clock stopped and what was left there, as long as the item waits for others."""
    states = workflow.states
    if not source or states[source].stops_clock:
        waited: dict[str, Any] = before.get("left", {})
        return waited if states[name].stops_clock or waited.get("state") == name else {}
    if not states[name].stops_clock:
        return {}
    spans = {}
    for deadline in states[source].deadlines:
        entry = before.get("open", {}).get(deadline.name)
        if entry is not None and deadline.due.after is not None:
            _, working = parts(deadline.due.after)
            last = date.fromisoformat(entry["effective"])
            rest = max(0, days.until(today, last, working=working))
            spans[deadline.name] = f"{rest}{'wd' if working else 'd'}"
    return {"state": source, "spans": spans} if spans else {}


def _document(
    workflow: Workflow, name: str, entered: date, days: Days, opened: Mapping[str, Any], others: Due
) -> Due:
    """`others` are the parts beside the open deadlines, and the edges that follow from these."""
    fires = dict(_fires(workflow, name, entered, days, opened))
    whole = others | {"open": opened, "fires": fires}
    return {part: dict(value) for part, value in whole.items() if value}


def _fires(
    workflow: Workflow, name: str, entered: date, days: Days, opened: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """The days at whose beginning the clock takes a step. An edge that lay behind when the state
    was entered fires nothing: what is late is somebody's decision."""
    window = window_of(workflow.states[name])
    if window is None or window.due.window is None or window.name not in opened:
        return
    last = date.fromisoformat(opened[window.name]["effective"])
    opens = days.named(window.due.window.opens)
    for transition in workflow.leaving(name):
        edge = transition.automatic.window if transition.automatic else None
        if edge == "closes" and entered <= last:
            yield transition.trigger, (last + ONE_DAY).isoformat()
        elif edge == "opens" and opens is not None and entered <= last:
            yield transition.trigger, opens.isoformat()


def window_of(state: State) -> Deadline | None:
    """The window by whose edges a state is left."""
    return next((deadline for deadline in state.deadlines if deadline.due.window), None)
