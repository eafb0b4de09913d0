"""Random walks through the shipped and through random definitions, beside a small model of them.

The model is a page of Python written from the design alone: it reads a definition's plain data and
says what a step must be answered and what comes after it. The engine must agree, word for word.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import bindparam, func, select
from sqlmodel import SQLModel

from engine import advance, cycles, enrol, items, opinions, past, queries, revisions
from engine.analysis import findings
from engine.case import Given
from engine.definition import Outcome, Workflow
from engine.errors import AnumatError
from engine.load import Where
from engine.tables import Answered, Counter, Event, Item, Opinion, Revision, Stream, Thread, table
from tests.builders import (
    NEVER,
    OCTOBER,
    PEOPLE,
    VOCABULARY,
    Desk,
    an_office,
    broken,
    draft,
    live,
)
from workflows.shipped import definitions

Plain = dict[str, Any]
Reasons = frozenset[str]
NONE: Reasons = frozenset()
EXPLAINING = {"who-could", "nobody", "last-step"}
# Which grants reach an organisation.
REACH = {"OPS": {"*", "MOI", "OPS"}, "CMI": {"*", "CMI"}, "DLA": {"*", "MOI", "DLA"}}
BODY_OF = {
    "M-IWG": "internal_working_group", "M-MC": "ministry_committee", "M-WG": "working_group",
    "M-SC": "steering_committee", "M-SUB": "sub_commission",
}  # fmt: skip
TOMORROW = "2099-01-01"


# Two host agencies, so that one can still be missing.
OFFICERS = {**PEOPLE, "lek": [*PEOPLE["lek"], ("host_agency", "OPS")]}
SHIPPED: dict[str, Plain] = {path.stem: yaml.safe_load(path.read_bytes()) for path in definitions()}


def as_list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


# --- The model -----------------------------------------------------------------------------------


@dataclass
class Taken:
    """A step that was taken."""

    trigger: str
    person: str
    state: str
    outcome: str
    revision: int
    stands: bool = True


@dataclass
class Subject:
    """What a request wants to change."""

    ref: str
    content: Plain
    amendable: bool = True
    revision: int = 1
    version: int = 1


@dataclass
class Model:
    """One item as it must be."""

    workflow: Plain
    organisation: str
    people: Mapping[str, Sequence[tuple[str, str]]]
    content: Plain
    subject: Subject | None = None
    based_on: Plain | None = None  # the subject's content as it was when the request was written
    state: str = ""
    visits: dict[str, int] = field(default_factory=dict)
    revision: int = 1
    version: int = 1
    voided: int = 0
    taken: list[Taken] = field(default_factory=list)
    rounds: list[dict[str, bool]] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)  # who gave an opinion on the present revision

    def __post_init__(self) -> None:
        self.state = self.workflow["initial"]
        self.visits = {self.state: 1}

    @property
    def here(self) -> Plain:
        return dict(self.workflow["states"][self.state])

    @property
    def final(self) -> bool:
        return bool(self.here.get("final"))

    def leaving(self) -> list[Plain]:
        return [t for t in self.workflow["transitions"] if self.state in as_list(t["from"])]

    def roles(self, person: str, organisation: str = "") -> set[str]:
        reach = REACH[organisation or self.organisation]
        return {role for role, place in self.people[person] if place in reach}

    def against(self, trigger: str, person: str, said: Mapping[str, str]) -> Reasons:
        """The reasons that a step must be refused for; none where it must be done."""
        found = [t for t in self.leaving() if t["trigger"] == trigger]
        if not found:
            known = any(t["trigger"] == trigger for t in self.workflow["transitions"])
            return frozenset({"state" if known else "trigger"})
        [step] = found
        reasons = {*self._unsaid(step, said), *self._round(step.get("thread"))}
        if "to" not in step and any(
            (taken.trigger, taken.state) == (trigger, self.state) and taken.stands
            for taken in self.taken
            if taken.outcome
        ):
            reasons.add("already")
        if not self.roles(person) & set(as_list(step.get("by"))):
            reasons.add("role")
        if step.get("amends") and not (self.subject and self.subject.amendable):
            reasons.add("subject")
        for guard in step.get("guards", []):
            [(name, given)] = guard.items() if isinstance(guard, dict) else [(guard, {})]
            reasons |= set(getattr(self, f"_{name}")(person, **given))
        return frozenset(reasons)

    def take(self, trigger: str, person: str) -> None:
        [step] = [t for t in self.leaving() if t["trigger"] == trigger]
        self.version += 1
        outcome = step.get("decision", "")
        self.taken.append(Taken(trigger, person, self.state, outcome, self.revision))
        if outcome in ("returned", "objected"):
            self._void()
        match step.get("thread"):
            case "ask":
                self.rounds.append({"answered": False, "approved": False})
            case "answer":
                self.rounds[-1]["answered"] = True
            case "approve":
                self.rounds[-1]["approved"] = True
        if step.get("amends") and self.subject:
            self.subject.content = self.subject.content | self.content["changes"]
            self.subject.revision += 1
            self.subject.version += 1
        if "to" in step:
            self.state = step["to"]
            self.visits[self.state] = self.visits.get(self.state, 0) + 1

    def against_revising(self, person: str, changes: Plain) -> Reasons:
        edit = set(as_list(self.here.get("edit")))
        if not edit:
            return frozenset({"edit"})
        if not edit & self.roles(person):
            return frozenset({"role"})
        return NONE if self.content | changes != self.content else frozenset({"same"})

    def revise(self, changes: Plain) -> None:
        self.version += 1
        self.revision += 1
        self.content = self.content | changes
        self.heard = set()
        self._void()

    def consulted(self) -> list[str]:
        return as_list(self.content.get("host_agency") or None)

    def against_opining(self, person: str, organisation: str) -> Reasons:
        for consultation in self.workflow.get("consultations", {}).values():
            if self.state in as_list(consultation["during"]) and organisation in self.consulted():
                may = consultation["role"] in self.roles(person, organisation)
                return NONE if may else frozenset({"role"})
        return frozenset({"consultation"})

    def opine(self, organisation: str) -> None:
        self.version += 1
        self.heard.add(organisation)

    def _void(self) -> None:
        self.voided = self.version
        for step in self.taken:
            step.stands = False

    def _unsaid(self, step: Plain, said: Mapping[str, str]) -> Iterator[str]:
        requires, bodies = as_list(step.get("requires")), as_list(step.get("body"))
        if "comment" in requires and not said.get("comment", "").strip():
            yield "comment"
        if "letter" in requires and not (said.get("letter_number") and said.get("letter_date")):
            yield "letter"
        if said.get("decided_on") == TOMORROW or said.get("letter_date") == TOMORROW:
            yield "future"
        if "meeting" in said:
            if bodies and BODY_OF[said["meeting"]] not in bodies:
                yield "meeting-body"
        elif "meeting" in requires:
            yield "meeting"

    def _round(self, thread: str | None) -> Iterator[str]:
        waits = bool(self.rounds) and not self.rounds[-1]["approved"]
        answered = waits and self.rounds[-1]["answered"]
        if {None: False, "ask": waits, "answer": not waits, "approve": not answered}[thread]:
            yield "round"

    def _different_person(self, person: str, trigger: str) -> Iterator[str]:
        did = [step.person for step in self.taken if step.trigger == trigger]
        if did and did[-1] == person:
            yield "different-person"

    def _decision_stands(self, _: str, state: str, outcome: str = "endorsed") -> Iterator[str]:
        of_it = [s for s in self.taken if (s.state, s.outcome) == (state, outcome)]
        if not any(step.stands for step in of_it):
            yield "decision-void" if of_it else "decision-missing"

    def _opinions_in(self, _: str, consultation: str, need: str) -> Iterator[str]:
        assert (consultation, need) == ("host_agency", "all")
        if not self.consulted():
            yield "consultation-empty"
        elif not set(self.consulted()) <= self.heard:
            yield "opinion-missing"

    def _set_rules(self, _: str) -> Iterator[str]:
        yield from ()  # its cycle has none

    def _subject_settled(self, _: str) -> Iterator[str]:
        if not (self.subject and self.subject.amendable):
            yield "subject"

    def _subject_unchanged(self, _: str) -> Iterator[str]:
        if self.subject and self.based_on not in (None, self.subject.content):
            yield "subject-changed"


# --- Random definitions --------------------------------------------------------------------------

TITLE = {"th": "ก", "en": "A"}
ROLES = [f"role_{number}" for number in range(4)]
FOLK = {
    "solo": [("role_0", "*")],
    "duo": [("role_1", "MOI"), ("role_2", "OPS")],
    "rest": [("role_2", "*"), ("role_3", "*")],
    "all": [(role, "*") for role in ROLES],
    "far": [(role, "CMI") for role in ROLES],
    "none": [],
}


@st.composite
def workflows(draw: st.DrawFn) -> Plain:
    """A small valid definition: a way from the first state to an end, and much beside it."""
    names = [f"state_{number}" for number in range(draw(st.integers(1, 4)))]
    ends = [f"end_{number}" for number in range(draw(st.integers(1, 2)))]
    role, here = st.sampled_from(ROLES), st.sampled_from(names)
    transitions: list[Plain] = [
        {"from": name, "to": to, "by": [draw(role)]}
        for name, to in zip(names, [*names[1:], ends[0]], strict=True)
    ]
    transitions += [{"from": draw(here), "to": end, "by": [draw(role)]} for end in ends[1:]]
    states: dict[str, Plain] = {end: {"title": TITLE, "final": True} for end in ends}
    for name, onward in zip(names, transitions, strict=False):
        edit = draw(st.lists(role, max_size=2, unique=True))
        states[name] = {"title": TITLE, "holder": onward["by"][0], "edit": edit}
    for _ in range(draw(st.integers(0, 7))):
        sources = draw(st.lists(here, min_size=1, max_size=2, unique=True))
        by = draw(st.lists(role, min_size=1, max_size=3, unique=True))
        to = draw(st.none() | st.sampled_from([*names, *names, *ends]))
        transitions.append({"from": sources, "by": by} | ({"to": to} if to else {}))
    used: set[tuple[str, str]] = set()
    for step in transitions:
        free = [
            trigger
            for trigger in (f"trigger_{number}" for number in range(12))
            if not {(source, trigger) for source in as_list(step["from"])} & used
        ]
        step.update(trigger=draw(st.sampled_from(free[:4])), title=TITLE)
        used |= {(source, step["trigger"]) for source in as_list(step["from"])}
    triggers = sorted({step["trigger"] for step in transitions})
    for number, step in enumerate(transitions):
        if number >= len(names):
            step.update(draw(demands(names, triggers)))
        elif number and draw(st.booleans()):  # the way on asks for what was to be had on the way
            before = transitions[number - 1]
            before["decision"] = "endorsed"
            step["guards"] = [
                {"decision_stands": {"state": names[number - 1]}},
                {"different_person": {"trigger": before["trigger"]}},
            ]
    granted = {*(r for t in transitions for r in t["by"])}
    granted |= {r for state in states.values() for r in as_list(state.get("edit"))}
    return {
        "workflow": "generated", "title": TITLE, "content": "indicator", "prefix": "GEN",
        "initial": names[0], "roles": dict.fromkeys(sorted(granted), TITLE),
        "states": states, "transitions": transitions,
    }  # fmt: skip


@st.composite
def demands(draw: st.DrawFn, states: Sequence[str], triggers: Sequence[str]) -> Plain:
    """What a step asks for beside a role; mostly nothing."""
    seldom = st.sampled_from([False, False, False, True])
    more: Plain = {}
    requires = set(draw(st.lists(st.sampled_from(["comment", "letter", "meeting"]), max_size=1)))
    if draw(st.booleans()):
        more["decision"] = draw(st.sampled_from([outcome.value for outcome in Outcome]))
    if thread := draw(st.sampled_from(["", "", "ask", "ask", "answer", "approve"])):
        more["thread"] = thread
        requires |= {"comment"} if thread != "approve" else set()
    if draw(seldom):
        more["body"] = ["working_group"]
        requires |= {"meeting"}
    guards: list[Plain] = []
    if draw(seldom):
        guards.append({"different_person": {"trigger": draw(st.sampled_from(triggers))}})
    if draw(seldom):
        outcome = draw(st.sampled_from(["endorsed", "endorsed", "approved"]))
        stands = {"state": draw(st.sampled_from(states)), "outcome": outcome}
        guards.append({"decision_stands": stands})
    return more | {"requires": sorted(requires), "guards": guards}


# Names the roles, so that they can be granted before any generated definition is there.
ROLE_BOOK = {
    "workflow": "role_book", "title": TITLE, "content": "indicator", "prefix": "ROLE",
    "initial": "here", "roles": dict.fromkeys(ROLES, TITLE),
    "states": {
        "here": {"title": TITLE, "holder": ROLES[0]}, "end": {"title": TITLE, "final": True},
    },
    "transitions": [{"trigger": "end", "title": TITLE, "from": "here", "to": "end", "by": ROLES}],
}  # fmt: skip
# An indicator that may be changed from the beginning: what requests are about.
STANDING = {
    "workflow": "standing", "title": TITLE, "content": "indicator", "prefix": "STD",
    "initial": "stands", "roles": {"coordinator": TITLE},
    "states": {
        "stands": {"title": TITLE, "holder": "coordinator", "edit": "coordinator",
                   "amendable": True},
        "open": {"title": TITLE, "holder": "coordinator"},
        "gone": {"title": TITLE, "final": True},
    },
    "transitions": [
        {"trigger": "shut", "title": TITLE, "from": "stands", "to": "open", "by": "coordinator"},
        {"trigger": "open", "title": TITLE, "from": "open", "to": "stands", "by": "coordinator"},
        {"trigger": "end", "title": TITLE, "from": "open", "to": "gone", "by": "coordinator"},
    ],
}  # fmt: skip


# --- The walk ------------------------------------------------------------------------------------

SIDES: list[tuple[type[SQLModel], str]] = [
    (Item, "ref"), (Event, "stream"), (Revision, "item"), (Thread, "item"), (Opinion, "item"),
]  # fmt: skip
_ROWS = [
    select(*table(model).c)
    .where((table(model).c[key] == bindparam("one")) | (table(model).c[key] == bindparam("two")))
    .order_by(*table(model).primary_key)
    for model, key in SIDES
]
COUNTED: list[type[SQLModel]] = [*(model for model, _ in SIDES), Answered]
_COUNTS = [select(func.count()).select_from(table(model)) for model in COUNTED]
HEADS: list[type[SQLModel]] = [Counter, Stream]
_HEADS = [select(*table(model).c) for model in HEADS]
# Decisions that must have been taken since the item was last a draft: (state, outcome).
REVIEWS = {
    ("indicator_department", "approved"): [
        {("working_group_review", "endorsed"), ("committee", "endorsed"),
         ("opdc_review", "approved")},
    ],
    ("indicator_province", "approved"): [
        {("committee", "endorsed"), ("sub_commission", "approved")},
    ],
    ("change_request", "approved"): [
        {("working_group_review", "approved")},
        {("working_group_review", "referred"), ("committee", "approved")},
    ],
    ("performance_report", "submitted"): [
        {("coordinator_review", "endorsed"), ("permanent_secretary", "approved")},
    ],
}  # fmt: skip

comments = st.sampled_from(["", " ", "ก"])
givens = st.fixed_dictionaries(
    {},
    optional={
        "comment": comments,
        "meeting": st.sampled_from(sorted(BODY_OF)),
        "decided_on": st.sampled_from(["2021-01-30", TOMORROW]),
        "letter_number": st.just("มท 1"),
        "letter_date": st.sampled_from(["2021-01-30", TOMORROW]),
    },
)
units = st.sampled_from(["ร้อยละ", "ราย", "บาท"])


class Walk(RuleBasedStateMachine):
    """Takes an item on, back, and in circles; the model says beforehand what will come of it."""

    office: Desk
    people: Mapping[str, Sequence[tuple[str, str]]]
    strongest: str
    model: Model
    ref = ""
    keys = 0

    def open(self, model: Model, drafted: items.Draft, cycle: str = "2564-free") -> None:
        office, name = self.office, model.workflow["workflow"]
        made = items.open_items(office, office.asking(), name, cycle, [drafted])
        self.model, self.ref = model, made["opened"][0]["ref"]
        self.agree()

    # What is tried.

    @rule(data=st.data(), given=givens, in_bulk=st.booleans(), again=st.booleans())
    def try_anything(
        self, data: st.DataObject, given: dict[str, str], in_bulk: bool, again: bool
    ) -> None:
        triggers = sorted({t["trigger"] for t in self.model.workflow["transitions"]})
        trigger = data.draw(st.sampled_from([*triggers, "nonsense"]), "trigger")
        person = data.draw(st.sampled_from(sorted(self.people)), "person")
        self.fire(trigger, person, given, in_bulk=in_bulk, again=again)

    @precondition(lambda self: self.ref)
    @rule(seed=st.integers(0, 2**32 - 1))
    def go_on(self, seed: int) -> None:
        """Up to twelve steps by people who may, with everything said that must be said.

        By chance and not by Hypothesis, which would rather try the same short way again.
        """
        random = Random(f"{seed} {self.model.version}")
        for _ in range(random.randint(1, 12)):
            if not self.model.final:
                self.one_step(random)

    def one_step(self, random: Random) -> None:
        """Mostly the first way to another state, which is the shortest one; seldom to an end."""
        leaving, states = self.model.leaving(), self.model.workflow["states"]
        onward = next(step for step in leaving if "to" in step)
        ends = [bool(states[t.get("to", self.model.state)].get("final")) for t in leaving]
        weights = [
            12 if step is onward else 1 if end else 2 if "to" in step else 6
            for step, end in zip(leaving, ends, strict=True)
        ]
        [step] = random.choices(leaving, weights)
        may = [p for p in self.people if self.model.roles(p) & set(as_list(step.get("by")))]
        person = random.choice(sorted(may))
        said = {"letter_number": "มท 1", "letter_date": "2021-01-29", "comment": "ก"}
        bodies = [m for m, body in BODY_OF.items() if body in as_list(step.get("body"))]
        if bodies or "meeting" in as_list(step.get("requires")):
            said["meeting"] = (bodies or ["M-WG"])[0]
        note(f"{step['trigger']} by {person}")
        in_bulk, again = random.random() < 0.5, random.random() < 0.2
        self.fire(step["trigger"], person, said, in_bulk=in_bulk, again=again)

    @precondition(lambda self: self.ref)
    @rule(data=st.data(), unit=units)
    def revise(self, data: st.DataObject, unit: str) -> None:
        changes: Plain = {"unit": unit}
        if self.model.workflow["content"] == "change_request":
            changes = {"changes": {"target_50": str(len(unit))}}
        elif self.model.workflow["content"] == "performance_report":
            changes = {"obstacles_th": unit}
        editors = as_list(self.model.here.get("edit"))
        able = [p for p in self.people if self.model.roles(p) & set(editors)]
        person = data.draw(st.sampled_from(sorted(able) or sorted(self.people)), "person")
        expected = self.model.against_revising(person, changes)
        office = self.office
        self.told(
            expected,
            lambda: revisions.revise(office, office.asking(person), self.ref, changes),
            lambda: self.model.revise(changes),
        )

    @rule(hours=st.integers(0, 48))
    def wait(self, hours: int) -> None:
        self.office.clock.at += timedelta(hours=hours)

    # How it is tried, and what must be so afterwards.

    def fire(
        self, trigger: str, person: str, said: Mapping[str, str], *, in_bulk: bool, again: bool
    ) -> None:
        office, ref = self.office, self.ref
        expected = self.model.against(trigger, person, said)
        Walk.keys += 1
        asking = office.asking(person, f"key-{Walk.keys}" if again else None)

        def one() -> Any:
            if not in_bulk:
                return advance.advance(office, asking, ref, trigger, Given(**said))
            answer = advance.bulk(office, asking, Where({"ref": [ref]}), trigger, Given(**said))
            for refused in answer["refused"]:
                raise Told(frozenset(reason["code"] for reason in refused["reasons"]))
            return answer

        answer = self.told(expected, one, lambda: self.model.take(trigger, person))
        if again and answer is not None:
            before = self.rows()
            assert one() == answer
            assert self.rows() == before, "a repeated request changed something"

    def told(
        self, expected: Reasons, ask: Callable[[], Any], then: Callable[[], None]
    ) -> Any | None:
        """Ask; compare the answer and everything after it with what was expected."""
        before = self.rows()
        try:
            answer = ask()
        except AnumatError as error:
            reasons = frozenset(reason.code for reason in error.reasons)
        except Told as refused:
            reasons = refused.reasons
        else:
            assert expected == NONE, f"it was done in spite of {set(expected)}"
            then()
            self.agree()
            return answer
        assert reasons - EXPLAINING == expected
        after = self.rows()
        if before[-1] != after[-1]:  # a refused batch of one uses its key, and nothing else
            assert after[-1] == before[-1] + 1
        assert before[:-1] == after[:-1], "a refused step changed something"
        return None

    def rows(self) -> list[Any]:
        """All rows of the item and its subject, how many rows there are, at last the keys."""
        subject = self.model.subject.ref if self.model.subject else ""
        with self.office.database.read() as tx:
            rows = [tx.rows(one, {"one": self.ref, "two": subject}) for one in _ROWS]
            heads = [tx.rows(one) for one in _HEADS]
            return [rows, heads, *(tx.rows(one)[0][0] for one in _COUNTS)]

    def agree(self) -> None:
        model, item = self.model, live(self.office, self.ref)
        assert (item.state, item.revision, item.version) == (
            model.state, model.revision, model.version,
        )  # fmt: skip
        assert json.loads(item.visits) == model.visits
        assert item.voided == model.voided
        assert item.holder == model.here.get("holder", "")
        if model.subject:
            subject = live(self.office, model.subject.ref)
            with self.office.database.read() as tx:
                assert past.item_at(tx, subject.ref, NEVER) == subject
            assert (subject.revision, subject.version) == (
                model.subject.revision, model.subject.version,
            )  # fmt: skip
        with self.office.database.read() as tx:
            assert past.item_at(tx, self.ref, NEVER) == item
            if (ways := REVIEWS.get((model.workflow["workflow"], model.state))) is not None:
                decided = since_draft(queries.history(tx, self.ref))
                assert any(way <= decided for way in ways), decided
        if model.final:
            self.nothing_more()

    def nothing_more(self) -> None:
        """A final state absorbs: whoever tries whatever is refused."""
        office, before = self.office, self.rows()
        said = Given("ก", "M-WG", "", "มท 1", "2021-01-29")
        asking = office.asking(self.strongest)
        for trigger in {t["trigger"] for t in self.model.workflow["transitions"]}:
            with pytest.raises(AnumatError):
                advance.advance(office, asking, self.ref, trigger, said)
        with pytest.raises(AnumatError):
            revisions.revise(office, asking, self.ref, {"unit": "อื่น"})
        assert self.rows() == before


class Told(Exception):
    """What a batch of one was told against its one item."""

    def __init__(self, reasons: Reasons) -> None:
        super().__init__(*sorted(reasons))
        self.reasons = reasons


def since_draft(history: Sequence[Plain]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for event in history:
        if event["kind"] == "opened" or (event.get("to") == "draft" and not event["stays"]):
            found = set()
        elif "outcome" in event:
            found.add((event["from"], event["outcome"]))
    return found


class ShippedWalk(Walk):
    """The four shipped definitions, with the people, subjects and host agencies that they need."""

    people = OFFICERS
    strongest = "both"
    workflow: Plain

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        content: Plain
        workflow = self.workflow
        match workflow["content"]:
            case "indicator":
                place = "OPS" if "department" in workflow["workflow"] else "CMI"
                drafted = draft("1", organisation=place)
                self.open(Model(workflow, place, OFFICERS, dict(drafted.content)), drafted)
            case "performance_report":
                content = {"months": "12"}
                drafted = items.Draft("OPS", content)
                self.open(Model(workflow, "OPS", OFFICERS, content), drafted)
            case _:
                self._request(workflow, data)

    def _request(self, workflow: Plain, data: st.DataObject) -> None:
        """About an indicator, or about none."""
        content: Plain = {"indicator": "1", "kind": "target", "reason_th": "ก"}
        content |= {"changes": {"target_50": "60"}}
        hosts = data.draw(st.sampled_from(["DLA", ["DLA", "OPS"], ""]), "hosts")
        content |= {"host_agency": hosts} if hosts else {}
        subject = None
        if data.draw(st.sampled_from([True, True, True, False]), "about one"):
            drafted, asking = draft("1", organisation="CMI"), self.office.asking()
            made = items.open_items(self.office, asking, "standing", "2564-free", [drafted])
            subject = Subject(made["opened"][0]["ref"], dict(drafted.content))
        model = Model(workflow, "CMI", OFFICERS, content, subject)
        if subject and data.draw(st.booleans(), "based on"):
            content["based_on"] = live(self.office, subject.ref).digest
            model.based_on = dict(subject.content)
        self.open(model, items.Draft("CMI", content, subject.ref if subject else ""))

    @precondition(lambda self: self.ref and self.model.subject)
    @rule(unit=units)
    def revise_subject(self, unit: str) -> None:
        subject = self.model.subject
        assert subject is not None
        if subject.amendable and subject.content.get("unit") != unit:
            asking = self.office.asking("chiang")
            revisions.revise(self.office, asking, subject.ref, {"unit": unit})
            subject.content = subject.content | {"unit": unit}
            subject.revision += 1
            subject.version += 1
            self.agree()

    @precondition(lambda self: self.ref and self.model.subject)
    @rule()
    def shut_or_open_subject(self) -> None:
        subject = self.model.subject
        assert subject is not None
        trigger = "shut" if subject.amendable else "open"
        asking = self.office.asking("chiang")
        advance.advance(self.office, asking, subject.ref, trigger, Given())
        subject.amendable = not subject.amendable
        subject.version += 1
        self.agree()

    @precondition(lambda self: self.ref and self.model.workflow["content"] == "change_request")
    @rule(
        person=st.sampled_from(["hathai", "hathai", "lek", "both"]),
        organisation=st.sampled_from(["DLA", "DLA", "OPS"]),
        stance=st.sampled_from(opinions.STANCES),
    )
    def opine(self, person: str, organisation: str, stance: str) -> None:
        self.say(person, organisation, stance)

    def one_step(self, random: Random) -> None:
        """A request is proposed after its host agencies were heard, mostly."""
        missing = [code for code in self.model.consulted() if code not in self.model.heard]
        if self.model.subject and not self.model.subject.amendable and random.random() < 0.7:
            self.shut_or_open_subject()
        if missing and self.model.state == "opdc_analysis" and random.random() < 0.7:
            self.say({"DLA": "hathai", "OPS": "lek"}[missing[0]], missing[0], "support")
        else:
            super().one_step(random)

    def say(self, person: str, organisation: str, stance: str) -> None:
        office, said = self.office, opinions.Said(organisation, stance)
        where = Where({"ref": [self.ref]})
        self.told(
            self.model.against_opining(person, organisation),
            lambda: opinions.opine(office, office.asking(person), where, said),
            lambda: self.model.opine(organisation),
        )


class GeneratedWalk(Walk):
    """Definitions that nobody wrote."""

    people = FOLK
    strongest = "all"

    @initialize(workflow=workflows())
    def begin(self, workflow: Plain) -> None:
        built = Workflow.model_validate(workflow)
        assert list(findings(built, VOCABULARY)) == []
        cycles.publish(self.office, self.office.asking(), built)
        drafted = draft("1")
        self.open(Model(workflow, "OPS", FOLK, dict(drafted.content)), drafted)


# --- The tests -----------------------------------------------------------------------------------


@pytest.fixture
def ground(database_url: str) -> Iterator[Desk]:
    office = an_office(database_url)
    for document in (ROLE_BOOK, STANDING):
        cycles.publish(office, office.asking(), Workflow.model_validate(document))
    enrol.people(office, office.asking(), [enrol.NewPerson(p, p, p) for p in FOLK])
    enrol.grants(
        office,
        office.asking(),
        [enrol.NewGrant(p, r, o, OCTOBER) for p, held in FOLK.items() for r, o in held],
    )
    enrol.grants(office, office.asking(), [enrol.NewGrant("lek", "host_agency", "OPS", OCTOBER)])
    yield office
    office.close()


def walk_about(machine: type[Walk], office: Desk, chosen: settings, **more: Plain) -> None:
    here = type(machine.__name__, (machine,), {"office": office, **more})
    run_state_machine_as_test(here, settings=chosen)
    assert broken(office) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_definition_does_what_the_model_says(ground: Desk, name: str) -> None:
    walk_about(ShippedWalk, ground, settings(stateful_step_count=12), workflow=SHIPPED[name])


def test_random_definitions_do_what_the_model_says(ground: Desk) -> None:
    walk_about(GeneratedWalk, ground, settings(stateful_step_count=12))


@pytest.mark.soak
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_definition_does_what_the_model_says_for_long(ground: Desk, name: str) -> None:
    walk_about(ShippedWalk, ground, settings(), workflow=SHIPPED[name])


@pytest.mark.soak
def test_random_definitions_do_what_the_model_says_for_long(ground: Desk) -> None:
    walk_about(GeneratedWalk, ground, settings())
