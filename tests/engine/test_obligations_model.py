"""Random months of an office, beside a small model of who must be reminded of what, and when.

The model is written day by day from the rules in `docs/deadlines.md`, with a calendar and a ladder
of its own. Two schedulers tick, pause, crash and overtake each other; the clock jumps; holidays,
dates and people come and go. The ledger must hold what the model says, each reminder once.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine import corrections, cycles, enrol, extend
from engine.canonical import plain
from engine.claims import Claim
from engine.clock import BANGKOK, stamp
from engine.corrections import Correction
from engine.database import Database
from engine.definition import Workflow
from engine.extend import Extension
from engine.messages import Unsent
from engine.settle import Settlement, settle
from engine.tick import tick
from engine.workdays import published
from tests.builders import BEGIN, OCTOBER, Desk, an_office, broken, live, step
from tests.databases import SqliteSource, _settle
from tests.engine.reminders import (
    FOLK,
    LADDER,
    TITLE,
    Killed,
    Plain,
    Post,
    account,
    alarms_of,
    at,
    begun,
    flow,
    furnish,
    grant,
    ledger,
    messages,
    schedule,
)

DAY = timedelta(days=1)
FIRST = date(2021, 2, 1)
Step = tuple[str, date, Sequence[str]]  # a reminder: its name, its day, the roles that it tells


def bangkok(instant: datetime) -> date:
    return instant.astimezone(BANGKOK).date()


# --- The model -----------------------------------------------------------------------------------


def far(span: str) -> float:
    return int(span[:-2]) * 1.4 if span.endswith("wd") else int(span[:-1])


@dataclass
class Days:
    """Weekends, and the holidays of this office; there are no others."""

    holidays: set[date] = field(default_factory=set)

    def works(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        return day if self.works(day) else self.on_or_after(day + DAY)

    def on_or_before(self, day: date) -> date:
        return day if self.works(day) else self.on_or_before(day - DAY)

    def walk(self, day: date, span: str, way: timedelta) -> date:
        if not span.endswith("wd"):
            return day + int(span[:-1]) * way
        left = int(span[:-2])
        while left:
            day += way
            left -= self.works(day)
        return day

    def left_until(self, day: date, last: date, unit: str) -> str:
        days = [day + DAY * n for n in range(1, (last - day).days + 1)]
        return f"{sum(unit == 'd' or self.works(each) for each in days)}{unit}"


@dataclass
class Open:
    """A deadline that is open on an item."""

    said: Plain
    holder: str
    prefix: str
    entered: date
    nominal: date
    effective: date
    rest: str = ""
    to: date | None = None
    moved: int = 0
    to_come: set[str] = field(default_factory=set)
    repeated: int = 0

    def steps(self, days: Days) -> Iterator[Step]:
        """All of them. One before the day is never behind a nearer one; one after it, never
        before."""
        others = [role for role in self.said.get("ladder", []) if role != self.holder]
        ladder, day = [self.holder, *others], days.on_or_before(self.effective)
        before: list[Step] = [("0", day, ladder[:1])]
        for span in sorted(self.said["remind"], key=far):
            nearest = days.on_or_before(days.walk(self.effective, span, -DAY))
            day = min(day, nearest)
            before.append((f"-{span}", day, ladder[:1]))
        yield from reversed(before)
        day = self.effective
        for climbed, span in enumerate(sorted(self.said["overdue"], key=far), 1):
            day = max(day, days.on_or_after(days.walk(self.effective, span, DAY)))
            yield f"+{span}", day, ladder[:climbed]
        if self.said["again"]:
            for number in count(1):
                day = days.walk(day, self.said["again"], DAY)
                yield f"again-{number}", days.on_or_after(day), ladder

    def begin(self, days: Days, now: datetime) -> None:
        """What lies behind is not owed."""
        self.to_come, self.repeated = set(), 0
        for name, day, _ in self.steps(days):
            again = name.startswith("again-")
            if at(day) > now and again:
                break
            if at(day) > now:
                self.to_come.add(name)
            elif again:
                self.repeated += 1

    def coming(self, days: Days) -> Iterator[Step]:
        for name, day, roles in self.steps(days):
            if name in self.to_come or int(name.partition("again-")[2] or 0) > self.repeated:
                yield name, day, roles

    def fallen(self, days: Days, now: datetime) -> list[Step]:
        """And they are not to come any more."""
        found = []
        for each in self.coming(days):
            if at(each[1]) > now:
                break
            found.append(each)
        for name, _, _ in found:
            self.to_come.discard(name)
            self.repeated += name.startswith("again-")
        return found


@dataclass
class Thing:
    """An item."""

    ref: str
    state: str
    visits: Counter[str]
    entered: datetime
    open: dict[str, Open] = field(default_factory=dict)
    put_off: dict[str, date] = field(default_factory=dict)  # dates of the cycle, for good
    stopped: dict[str, str] = field(default_factory=dict)  # what is left of spans
    gone: dict[str, int] = field(default_factory=dict)


@dataclass
class Model:
    workflow: Plain
    dates: dict[str, date]
    policies: dict[str, str]
    overrides: dict[str, Plain]
    days: Days = field(default_factory=Days)
    until: dict[str, date] = field(default_factory=dict)  # of those who left
    things: dict[str, Thing] = field(default_factory=dict)
    ledger: dict[str, str] = field(default_factory=dict)  # by key: why it is not owed, or nothing
    ended: set[str] = field(default_factory=set)  # the item left, or the day moved

    def deadlines(self, state: str) -> dict[str, Plain]:
        found = self.workflow["states"][state].get("deadlines", [])
        own = {**self.overrides.get("*", {})}
        return {d["name"]: {**d, **own, **self.overrides.get(d["name"], {})} for d in found}

    def began(self, ref: str, now: datetime) -> None:
        self.things[ref] = Thing(ref, "", Counter(), now)
        self.enter(ref, "writing", now)

    def enter(self, ref: str, state: str, now: datetime) -> None:
        thing = self.things[ref]
        self.call(ref, now)
        self.end(ref)
        if self.workflow["states"][state].get("stops_clock"):
            thing.stopped = {
                name: self.days.left_until(
                    bangkok(now), each.effective, "wd" if "wd" in each.said["due"]["after"] else "d"
                )
                for name, each in thing.open.items()
                if "after" in each.said["due"]
            }
        elif thing.state != "asked":
            thing.stopped = {}
        rest = {} if state == "asked" else thing.stopped
        thing.state, thing.entered, thing.gone, thing.open = state, now, {}, {}
        thing.visits[state] += 1
        for name, said in self.deadlines(state).items():
            made = self.made(thing, said, rest.get(name, ""), thing.put_off.get(name))
            if made:
                made.begin(self.days, now)
                thing.open[name] = made
        if state != "asked":
            thing.stopped = {}

    def made(self, thing: Thing, said: Plain, rest: str, to: date | None) -> Open | None:
        entered = bangkok(thing.entered)
        nominal: date | None
        if "after" in said["due"]:
            nominal = self.days.walk(entered, rest or said["due"]["after"], DAY)
        else:
            nominal = self.dates.get(said["due"]["date"])
        if to:  # whichever is later
            nominal = max(to, nominal or to)
        if nominal is None:
            return None
        policy = self.policies.get(said["due"].get("date", ""), said.get("policy", "as_stated"))
        rolls = policy == "next_working_day"
        effective = self.days.on_or_after(nominal) if rolls else nominal
        holder = self.workflow["states"][thing.state]["holder"]
        prefix = f"{thing.ref}|{thing.state}|{thing.visits[thing.state]}|{said['name']}"
        return Open(said, holder, prefix, entered, nominal, effective, rest, to)

    def late(self, now: datetime) -> set[tuple[str, str]]:
        """What fell due, and nobody called."""
        return {
            (thing.ref, name)
            for thing in self.things.values()
            for name, each in thing.open.items()
            if (first := next(each.coming(self.days), None)) and at(first[1]) <= now
        }

    def recompute(self, now: datetime, late: set[tuple[str, str]]) -> None:
        """The calendar was changed, when some reminders were late."""
        for thing in self.things.values():
            self.call(thing.ref, now, {name for ref, name in late if ref == thing.ref})
            for name, said in self.deadlines(thing.state).items():
                was = thing.open.pop(name, None)
                to = was.to if was else thing.put_off.get(name)
                made = self.made(thing, said, was.rest if was else "", to)
                if made is None:
                    if was:
                        self.end(thing.ref, was)
                        thing.gone[name] = was.moved + 1
                    continue
                thing.open[name] = made
                if was and was.effective == made.effective:
                    made.moved, made.to_come = was.moved, was.to_come
                    made.repeated = was.repeated
                    continue
                made.moved = was.moved + 1 if was else thing.gone.pop(name, 0)
                made.begin(self.days, now)
                if was:
                    self.end(thing.ref, was)

    def put_off(self, ref: str, name: str, to: date, now: datetime) -> None:
        thing = self.things[ref]
        self.call(ref, now)
        was = thing.open[name]
        made = self.made(thing, was.said, was.rest, to)
        assert made is not None
        self.end(ref, was)
        made.moved = was.moved + 1
        made.begin(self.days, now)
        thing.open[name] = made
        if "date" in was.said["due"]:
            thing.put_off[name] = to

    def call(self, ref: str, now: datetime, only: set[str] | None = None) -> None:
        """Of what fell due the last is owed; of that, to whoever holds a role of it today."""
        for deadline, each in self.things[ref].open.items():
            if only is not None and deadline not in only:
                continue
            fallen = each.fallen(self.days, now)
            for name, _, roles in fallen:
                others = [r for r in each.said.get("ladder", []) if r != each.holder]
                told = self.told(roles, [each.holder, *others], bangkok(now))
                why = "" if told else "nobody"
                if name != fallen[-1][0]:
                    why = f"superseded {fallen[-1][0]}"
                for person in told or [""]:
                    key = f"{each.prefix}|{each.moved}|{name}|{person}"
                    assert key not in self.ledger, "the model itself reminds twice"
                    self.ledger[key] = why

    def told(self, roles: Sequence[str], ladder: Sequence[str], day: date) -> set[str]:
        def hold(some: Sequence[str]) -> set[str]:
            here = {p for p in FOLK if p not in self.until or day <= self.until[p]}
            return {person for person in here if FOLK[person] in some}

        found = hold(roles)
        for role in ladder[len(roles) :]:
            found = found or hold([role])
        return found

    def end(self, ref: str, one: Open | None = None) -> None:
        begins = f"{one.prefix}|{one.moved}|" if one else f"{ref}|"
        self.ended |= {key for key in self.ledger if key.startswith(begins)}


# --- What may happen -----------------------------------------------------------------------------

spans = st.sampled_from(["1d", "2d", "3d", "5d", "7d", "14d", "1wd", "2wd", "3wd", "5wd"])
plans = st.fixed_dictionaries(
    {
        "remind": st.lists(spans, max_size=4, unique=True),
        "overdue": st.lists(spans, max_size=3, unique=True),
        "again": st.sampled_from([None, "2d", "7d", "3wd"]),
        "ladder": st.lists(st.sampled_from(LADDER), max_size=3, unique=True),
    }
)
policies = st.sampled_from(["as_stated", "next_working_day"])
near_days = st.integers(0, 60).map(lambda n: FIRST + n * DAY)


@st.composite
def deadlines(draw: st.DrawFn, *named: str) -> list[Plain]:
    found = []
    for name in named:
        due = {"date": name} if name in ("report", "letter") else {"after": draw(spans)}
        base = {"name": name, "title": TITLE, "due": due, "extended_by": "clerk"}
        found.append(base | draw(plans) | {"policy": draw(policies)})
    return found


jumps = st.one_of(
    st.integers(1, 72).map(lambda hours: timedelta(hours=hours)),
    st.sampled_from([DAY, 2 * DAY, 7 * DAY, 30 * DAY]),
    st.integers(1, 48 * 60).map(lambda minutes: timedelta(minutes=-minutes)),
)
# What a sender does with a message.
ways = st.sampled_from(
    ["accept"] * 5
    + ["refuse", "fail before", "fail after", "die before", "die after", "meanwhile", "slowly"]
)
# What happens between two looks at the clock.
events = st.sampled_from(["other ticks", "sleeps", "step", "jump", "holiday"])
seams = st.lists(st.tuples(st.integers(0, 12), events), max_size=2)


class Months(RuleBasedStateMachine):
    fresh: Callable[[ExitStack], str]
    model: Model
    ready = False

    def __init__(self) -> None:
        super().__init__()
        self.made = ExitStack()

    @initialize(
        report=deadlines("report", "start"), review=deadlines("review", "letter"),
        dates=st.fixed_dictionaries({"report": near_days}, optional={"letter": near_days}),
        own=st.fixed_dictionaries({}, optional={"report": policies}),
        overrides=st.sampled_from([None, "*", "report"]), plan=plans,
        holidays=st.sets(near_days, max_size=4),
    )  # fmt: skip
    def begin(
        self, report: list[Plain], review: list[Plain], dates: dict[str, date],
        own: dict[str, str], overrides: str | None, plan: Plain, holidays: set[date],
    ) -> None:  # fmt: skip
        url = self.fresh(self.made)
        self.desks = {by: Desk(Database.open(url)) for by in "AB"}
        self.office = self.desks["A"]
        self.desks["B"].clock = self.office.clock
        self.depth = dict.fromkeys("AB", 0)
        workflow = flow(report, review)
        reminders = {overrides: plan} if overrides else {}
        self.model = Model(workflow, dates, own, reminders)
        self.own = own
        office = self.office
        cycles.publish(office, office.asking(), Workflow.model_validate(workflow))
        schedule(office, self.calendar(dates), **dates)
        self.post = Post(office)
        self.doubtful: set[str] = set()
        self.latest = office.clock.now()
        self.first_days: dict[str, date] = {}
        self.plan: list[tuple[int, str]] = []
        self.will: list[str] = []
        self.looks = 0
        for by, desk in self.desks.items():
            self._count(by, desk)
        for day in sorted(holidays):
            self.toggle(day)
        self.open_one()
        self.ready = True

    def teardown(self) -> None:
        try:
            if self.ready:
                self.last_of_all()
        finally:
            for desk in getattr(self, "desks", {}).values():
                desk.close()
            self.made.close()

    # People and the calendar.

    @precondition(lambda self: self.ready and len(self.model.things) < 4)
    @rule()
    def open_one(self) -> None:
        [ref] = begun(self.office)
        self.model.began(ref, self.office.clock.now())

    @precondition(lambda self: self.ready)
    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        ref = data.draw(st.sampled_from(sorted(self.model.things)), "ref")
        self.one_step(ref, data.draw(st.integers(0, 5), "which"))

    def one_step(self, ref: str, which: int) -> None:
        transitions = self.model.workflow["transitions"]
        there = [t for t in transitions if t["from"] == self.model.things[ref].state]
        there = [t for t in there if t["to"] != "done"] * 3 + [
            t for t in there if t["to"] == "done"
        ]
        if there:
            taken = there[which % len(there)]
            note(f"{ref} {taken['trigger']}")
            step(self.office, ref, taken["trigger"], "chief")
            self.model.enter(ref, taken["to"], self.office.clock.now())

    @precondition(lambda self: self.ready)
    @rule(by=jumps)
    def jump(self, by: timedelta) -> None:
        self.office.clock.at = max(BEGIN, self.office.clock.at + by)
        self.latest = max(self.latest, self.office.clock.at)

    @precondition(lambda self: self.ready)
    @rule(offset=st.integers(-3, 25))
    def holiday(self, offset: int) -> None:
        self.toggle(bangkok(self.office.clock.now()) + offset * DAY)

    def calendar(self, dates: Mapping[str, date]) -> Plain:
        said = {"title": TITLE, "kind": "deadline"}
        entries = {n: said | {"policy": policy} for n, policy in self.own.items() if n in dates}
        return {"reminders": self.model.overrides, "entries": entries}

    def toggle(self, day: date) -> None:
        days = self.model.days.holidays
        kind = "working_day" if day in days else "holiday"
        corrections.correct(self.office, self.office.asking(), [Correction(day, kind, "cabinet")])
        late = self.model.late(self.office.clock.now())
        days.symmetric_difference_update({day})
        self.model.recompute(self.office.clock.now(), late)

    @precondition(lambda self: self.ready)
    @rule(name=st.sampled_from(["report", "letter"]), days=st.none() | st.integers(-3, 40))
    def another_date(self, name: str, days: int | None) -> None:
        dates = {key: day for key, day in self.model.dates.items() if key != name}
        if days is not None:
            dates[name] = bangkok(self.office.clock.now()) + days * DAY
        if dates != self.model.dates:
            schedule(self.office, self.calendar(dates), **dates)
            self.model.dates = dates
            now = self.office.clock.now()
            self.model.recompute(now, self.model.late(now))

    @precondition(lambda self: self.ready and any(t.open for t in self.model.things.values()))
    @rule(data=st.data(), days=st.integers(1, 30))
    def put_off(self, data: st.DataObject, days: int) -> None:
        places = [(t.ref, name) for t in self.model.things.values() for name in t.open]
        ref, name = data.draw(st.sampled_from(sorted(places)), "deadline")
        now = self.office.clock.now()
        was = self.model.things[ref].open[name]
        to = max(was.effective, bangkok(now)) + days * DAY
        asking = self.office.asking("chief")
        extend.extend(self.office, asking, ref, Extension(name, "flood", to=to))
        self.model.put_off(ref, name, to, now)

    @precondition(lambda self: self.ready)
    @rule(person=st.sampled_from(sorted(FOLK)))
    def goes_or_comes(self, person: str) -> None:
        if person in self.model.until:
            del self.model.until[person]
            grant(self.office, person)
        else:
            self.model.until[person] = bangkok(self.office.clock.now()) - DAY
            grant(self.office, person, until=self.model.until[person])

    # Two schedulers.

    @precondition(lambda self: self.ready)
    @rule(by=st.sampled_from("AB"), will=st.lists(ways, max_size=5), plan=seams, data=st.data())
    def ticks(
        self, by: str, will: list[str], plan: list[tuple[int, str]], data: st.DataObject
    ) -> None:
        self.plan, self.looks, self.data = plan, 0, data
        self.will = will
        try:
            self._tick(by)
        except Killed:
            note("killed")
        finally:
            self.plan, self.will = [], []

    def _tick(self, by: str) -> None:
        assert tick(self.desks[by], by, self._clock(by), self._send).errors == []

    def _count(self, by: str, desk: Desk) -> None:
        """Know when a write transaction is open: nothing else may happen on that connection."""
        write = desk.database.write

        class Counted:
            def __init__(_) -> None:  # noqa: N805  # `self` is the machine
                _.inner = write()

            def __enter__(_) -> Any:  # noqa: N805
                self.depth[by] += 1
                return _.inner.__enter__()

            def __exit__(_, *error: Any) -> Any:  # noqa: N805
                self.depth[by] -= 1
                return _.inner.__exit__(*error)

        desk.database.write = Counted  # type: ignore[method-assign]

    def _clock(self, by: str) -> Callable[[], datetime]:
        def now() -> datetime:
            if self.depth[by]:  # it is about to call what fell due
                for ref in self.model.things:
                    self.model.call(ref, self.office.clock.now())
            else:
                self._seam(by)
            return self.office.clock.now()

        return now

    def _seam(self, by: str) -> None:
        self.looks += 1
        due = [what for when, what in self.plan if when == self.looks - 1]
        self.plan = [each for each in self.plan if each[0] != self.looks - 1]
        for what in due:
            self._meanwhile(what, by)

    def _meanwhile(self, what: str, by: str) -> None:
        note(f"meanwhile: {what}")
        match what:
            case "other ticks":
                kept, self.plan, self.will = (self.plan, self.will), [], []
                other = "AB".replace(by, "")
                self._tick(other)
                self.plan, self.will = kept
            case "sleeps":
                self.jump(timedelta(minutes=16))
            case "step":
                ref = self.data.draw(st.sampled_from(sorted(self.model.things)), "ref")
                self.one_step(ref, self.data.draw(st.integers(0, 5), "which"))
            case "jump":
                self.jump(self.data.draw(jumps, "by"))
            case "holiday":
                self.holiday(self.data.draw(st.integers(-3, 25), "offset"))

    def _send(self, claim: Claim) -> Unsent | None:
        way = self.will.pop(0) if self.will else "accept"
        note(f"{claim.key}: {way}")
        [row] = [row for row in messages(self.office) if row["key"] == claim.key]
        if not row["attempts"] and claim.key not in self.first_days:
            claimed = datetime.fromisoformat(row["claimed_at"])
            self.first_days[claim.key] = bangkok(claimed)
        if way.startswith(("fail", "die")):
            self.doubtful.add(claim.key)
        if way in ("meanwhile", "slowly"):
            self._meanwhile("sleeps" if way == "slowly" else "other ticks", "A")
            self.doubtful.add(claim.key)  # its lease may be over before it is marked
        if way == "refuse":
            return Unsent("no")
        if not way.endswith("before"):
            self._accept(claim)
        if way.startswith("fail"):
            raise OSError("the line went dead")
        if way.startswith("die"):
            raise Killed
        return None

    def _accept(self, claim: Claim) -> None:
        keys = [r["key"] for r in ledger(self.office, message=claim.key)
                if r["status"] in ("owed", "unknown")]  # fmt: skip
        assert keys, f"{claim.key} says nothing"
        self.post.counts.update(keys)
        self.post.messages.append((claim, self.office.clock.now(), keys))

    @precondition(lambda self: self.ready)
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        """Somebody looks into the archive, and decides."""
        unclear = [m["key"] for m in messages(self.office) if m["status"] in ("unknown", "failed")]
        alone = [r["key"] for r in ledger(self.office, status="failed") if not r["message"]]
        if not unclear + alone:
            return
        key = data.draw(st.sampled_from(sorted(unclear + alone)), "key")
        accepted = any(claim.key == key for claim, _, _ in self.post.messages)
        as_: Any = "cancelled"
        if accepted:
            as_ = "sent"
        elif key in unclear:
            as_ = data.draw(st.sampled_from(["again", "again", "cancelled"]), "as")
        settle(self.office, self.office.asking("chief"), Settlement(key, as_, "asked them"))

    # What must be so.

    @invariant()
    def agree(self) -> None:
        if not self.ready:
            return
        rows = ledger(self.office)
        assert {row["key"] for row in rows} == set(self.model.ledger)
        claimed = {m["key"] for m in messages(self.office) if m["status"] == "claimed"}
        for row in rows:
            assert self.allowed(row, self.post.counts[row["key"]], claimed), row
        self.agree_on_days()
        said = Counter(claim.key for claim, _, _ in self.post.messages)
        assert max(said.values(), default=1) == 1, said
        for key, day in self.first_days.items():
            assert key.endswith(f"|{day}"), "a message on another day than its own"

    def allowed(self, row: Plain, sent: int, claimed: set[str]) -> bool:
        """Whether a reminder that was sent so often may stand in the ledger like that."""
        key, status, reason = row["key"], row["status"], row["reason"]
        why, ended = self.model.ledger[key], key in self.model.ended
        if why.startswith("superseded"):
            return (status, reason, sent) == ("cancelled", why, 0)
        if why == "nobody":
            return not sent and (status == "failed" or reason == "asked them")
        fits = {
            "sent": sent == 1,
            "cancelled": not sent
            and (reason == "asked them" or (ended and reason in ("left", "moved"))),
            "failed": not sent and reason != "",
            "unknown": sent <= 1 and reason != "" and row["message"] in self.doubtful,
            "owed": (not sent or row["message"] in claimed) and (not ended or row["message"] != ""),
        }
        return fits[status]

    def agree_on_days(self) -> None:
        model, days = self.model, self.model.days
        for thing in model.things.values():
            there = live(self.office, thing.ref)
            opened = plain(there.due).get("open", {})
            assert {n: (e["nominal"], e["effective"], e["moved"]) for n, e in opened.items()} == {
                n: (e.nominal.isoformat(), e.effective.isoformat(), e.moved)
                for n, e in thing.open.items()
            }
            expected = {}
            for name, each in thing.open.items():
                if (first := next(each.coming(days), None)) is not None:
                    expected[name] = (first[0], stamp(at(first[1])))
            assert alarms_of(self.office, thing.ref) == expected

    def last_of_all(self) -> None:
        """A quiet round later on: nothing is owed any more."""
        for days in (1, 2):
            self.office.clock.at = at(bangkok(self.latest) + days * DAY, 10)
            for by in "AB":
                self._tick(by)
            self.agree()
        found = account(self.office)
        assert found.gaps == []
        statuses = found.statuses
        assert statuses["owed"] == 0
        assert found.balanced == (not statuses["failed"] + statuses["unknown"])
        assert found.owed == len(self.model.ledger)
        assert broken(self.office) == []


# --- The tests -----------------------------------------------------------------------------------


def prepared(url: str) -> None:
    """An office whose only holidays are the test's."""
    office = an_office(url)
    furnish(office)
    enrol.people(office, office.asking(), [enrol.NewPerson("chief", "chief", "chief")])
    enrol.grants(office, office.asking(), [enrol.NewGrant("chief", "clerk", "*", OCTOBER)])
    plain_days = [
        Correction(day, "working_day", "the test's own calendar")
        for year in (2020, 2021, 2022, 2023)
        for day in published(year)
    ]
    corrections.correct(office, office.asking(), plain_days)
    office.close()


def live_through(fresh: Callable[[ExitStack], str], chosen: settings) -> None:
    machine = type("Months", (Months,), {"fresh": staticmethod(fresh)})
    run_state_machine_as_test(machine, settings=chosen)


@pytest.fixture
def on_sqlite(tmp_path: Path, sqlite_source: SqliteSource) -> Iterator[Callable[[ExitStack], str]]:
    with sqlite_source.fresh(tmp_path) as url:
        prepared(url)
        template = Path(url.removeprefix("sqlite:///"))
        _settle(template)
        numbers = count()

        def fresh(made: ExitStack) -> str:
            path = tmp_path / f"months-{next(numbers)}.db"
            shutil.copyfile(template, path)
            for end in ("", "-wal", "-shm"):
                made.callback(Path(f"{path}{end}").unlink, missing_ok=True)
            return f"sqlite:///{path}"

        yield fresh


@pytest.fixture
def on_postgres(postgres_source: Any) -> Callable[[ExitStack], str]:
    def fresh(made: ExitStack) -> str:
        url: str = made.enter_context(postgres_source.fresh())
        prepared(url)
        return url

    return fresh


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_each_reminder_is_sent_once_or_has_a_reason(
    on_sqlite: Callable[[ExitStack], str],
) -> None:
    chosen = settings(max_examples=120, stateful_step_count=25, suppress_health_check=QUIET)
    live_through(on_sqlite, chosen)


def test_each_reminder_is_sent_once_or_has_a_reason_on_postgresql(
    on_postgres: Callable[[ExitStack], str],
) -> None:
    chosen = settings(max_examples=8, stateful_step_count=25, suppress_health_check=QUIET)
    live_through(on_postgres, chosen)


@pytest.mark.soak
def test_each_reminder_is_sent_once_or_has_a_reason_for_long(
    on_sqlite: Callable[[ExitStack], str],
) -> None:
    live_through(on_sqlite, settings(max_examples=2_000, stateful_step_count=60))


@pytest.mark.soak
def test_each_reminder_is_sent_once_or_has_a_reason_on_postgresql_for_long(
    on_postgres: Callable[[ExitStack], str],
) -> None:
    live_through(on_postgres, settings(max_examples=200, stateful_step_count=60))
