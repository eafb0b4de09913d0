"""What is wrong with a definition that its shape cannot show: names, reachability, dead ends."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from engine.definition import Transition, Workflow
from engine.vocabulary import Vocabulary

At = tuple[str | int, ...]
Ways = Mapping[str, set[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One complaint; `path` leads to the part, `name` and `known` allow to guess what was meant."""

    code: str
    path: At
    th: str
    en: str
    name: str = ""
    known: Collection[str] = ()


def findings(workflow: Workflow, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Everything, in no particular order."""
    yield from _names(workflow, vocabulary)
    yield from _twice(workflow)
    yield from _guards(workflow, vocabulary)
    yield from _consultations(workflow, vocabulary)
    yield from _states(workflow)
    yield from _holders(workflow)
    yield from _roles(workflow)
    yield from _steps(workflow, vocabulary)


def reachable(ways: Ways, start: Iterable[str]) -> set[str]:
    """The states that can be reached from any of these, they included."""
    seen = set(start)
    todo = list(seen)
    while todo:
        new = ways.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    return seen


def ways_of(workflow: Workflow) -> tuple[Ways, Ways]:
    """Which states each state leads to, and which lead to it."""
    forward: dict[str, set[str]] = defaultdict(set)
    backward: dict[str, set[str]] = defaultdict(set)
    for transition in workflow.transitions:
        for source in transition.sources if transition.to else ():
            forward[source].add(str(transition.to))
            backward[str(transition.to)].add(source)
    return forward, backward


def _names(workflow: Workflow, vocabulary: Vocabulary) -> Iterator[Finding]:
    states, roles = workflow.states, workflow.roles
    yield from _known("content", ("content",), [workflow.content], vocabulary.contents)
    yield from _known("state", ("initial",), [workflow.initial], states)
    yield from _known("role", ("opened_by",), workflow.opened_by, roles)
    for name, state in workflow.states.items():
        yield from _known("role", ("states", name, "holder"), filter(None, [state.holder]), roles)
        yield from _known("role", ("states", name, "edit"), state.edit, roles)
        for number, deadline in enumerate(state.deadlines):
            ladder = ("states", name, "deadlines", number, "ladder")
            yield from _known("role", ladder, deadline.ladder, roles)
    for number, transition in enumerate(workflow.transitions):
        at = ("transitions", number)
        yield from _known("state", (*at, "from"), transition.sources, states)
        yield from _known("state", (*at, "to"), filter(None, [transition.to]), states)
        yield from _known("role", (*at, "by"), transition.by, roles)
        for place, letter in enumerate(transition.letters):
            kind = (*at, "letters", place, "kind")
            yield from _known("letter", kind, [letter.kind], vocabulary.letters)
        if transition.automatic and transition.automatic.letter_sent:
            sent = (*at, "automatic", "letter_sent")
            yield from _known(
                "letter", sent, [transition.automatic.letter_sent], vocabulary.letters
            )
    for name, consultation in workflow.consultations.items():
        at_consultation = ("consultations", name)
        yield from _known("role", (*at_consultation, "role"), [consultation.role], roles)
        yield from _known("state", (*at_consultation, "during"), consultation.during, states)


def _twice(workflow: Workflow) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for number, transition in enumerate(workflow.transitions):
        for source in transition.sources:
            if (source, transition.trigger) in seen:
                yield Finding(
                    "trigger-twice",
                    ("transitions", number, "trigger"),
                    f"“{transition.trigger}” จาก “{source}” ถูกกำหนดซ้ำ",
                    f"“{transition.trigger}” from “{source}” is defined twice",
                )
            seen.add((source, transition.trigger))


def _guards(workflow: Workflow, vocabulary: Vocabulary) -> Iterator[Finding]:
    parts: dict[str, Collection[str]] = {
        "trigger": {t.trigger for t in workflow.transitions},
        "state": workflow.states.keys(),
        "consultation": workflow.consultations.keys(),
    }
    for number, transition in enumerate(workflow.transitions):
        for place, guard in enumerate(transition.guards):
            path = ("transitions", number, "guards", place)
            kind = vocabulary.guards.get(guard.name)
            if kind is None:
                yield from _known("guard", path, [guard.name], vocabulary.guards)
                continue
            try:
                given = dict(kind.parameters.model_validate(dict(guard.parameters)))
            except ValidationError as error:
                known = kind.parameters.model_fields
                yield from (_parameter(path, guard.name, known, f) for f in error.errors())
                continue
            # Parameters that name a part of the definition must name one that is there.
            for parameter, there in parts.items():
                if value := given.get(parameter):
                    yield from _known(parameter, (*path, guard.name, parameter), [value], there)


def _parameter(path: At, guard: str, known: Collection[str], fault: Mapping[str, Any]) -> Finding:
    name = str(fault["loc"][0]) if fault["loc"] else ""
    extra = fault["type"] == "extra_forbidden"
    said = "no such parameter" if extra else str(fault["msg"]).removeprefix("Value error, ")
    return Finding(
        "guard-parameter",
        (*path, guard, name),
        f"เงื่อนไข “{guard}”: พารามิเตอร์ “{name}” ไม่ถูกต้อง ({said})",
        f"guard “{guard}”: parameter “{name}”: {said}",
        name if extra else "",
        known if extra else (),
    )


def _consultations(workflow: Workflow, vocabulary: Vocabulary) -> Iterator[Finding]:
    content = vocabulary.contents.get(workflow.content)
    for name, consultation in workflow.consultations.items():
        path = ("consultations", name)
        if content is not None:
            yield from _known("field", (*path, "field"), [consultation.field], content.fields)
        if not consultation.during:
            yield Finding(
                "consultation",
                (*path, "during"),
                f"การหารือ “{name}” ไม่มีขั้นใดที่ทำได้",
                f"consultation “{name}” can happen in no state",
            )


def _states(workflow: Workflow) -> Iterator[Finding]:
    forward, backward = ways_of(workflow)
    finals = {name for name, state in workflow.states.items() if state.final}
    starts = [workflow.initial] if workflow.initial in workflow.states else workflow.states
    alive, ending = reachable(forward, starts), reachable(backward, finals)
    if not finals:
        yield Finding("final", ("states",), "ไม่มีสถานะสุดท้าย", "no state is final")
    for name, state in workflow.states.items():
        path = ("states", name)
        if name not in alive:
            yield Finding(
                "unreachable",
                path,
                f"ไปไม่ถึงสถานะ “{name}”",
                f"the state “{name}” cannot be reached",
            )
        if state.final:
            continue
        if not forward.get(name):
            yield Finding(
                "dead-end",
                path,
                f"สถานะ “{name}” ไม่มีทางออก",
                f"the state “{name}” has no way out and is not final",
            )
        elif finals and name not in ending:
            yield Finding(
                "endless",
                path,
                f"จาก “{name}” ไปไม่ถึงสถานะสุดท้าย",
                f"no final state can be reached from “{name}”",
            )


def _holders(workflow: Workflow) -> Iterator[Finding]:
    may: dict[str, set[str]] = defaultdict(set)
    for transition in workflow.transitions:
        for source in transition.sources:
            may[source] |= {"", *transition.by}
    for name, state in workflow.states.items():
        path = ("states", name)
        if state.final and may[name]:
            yield Finding(
                "final",
                path,
                f"สถานะสุดท้าย “{name}” ยังมีทางออก",
                f"the final state “{name}” has a way out",
            )
        if state.final == bool(state.holder):
            yield Finding(
                "holder",
                path,
                f"สถานะ “{name}” " + ("สุดท้ายต้องไม่มีผู้ถือ" if state.final else "ต้องมีผู้ถือ (holder)"),
                f"the state “{name}” "
                + ("is final and can have no holder" if state.final else "needs a holder"),
            )
        elif state.holder and state.holder not in may[name]:
            yield Finding(
                "holder",
                (*path, "holder"),
                f"ผู้ถือ “{state.holder}” ทำสิ่งใดไม่ได้ที่ “{name}”",
                f"the holder “{state.holder}” can do nothing at “{name}”",
            )


def _roles(workflow: Workflow) -> Iterator[Finding]:
    used = set(workflow.opened_by) | {c.role for c in workflow.consultations.values()}
    for state in workflow.states.values():
        used |= {*state.edit, *(role for deadline in state.deadlines for role in deadline.ladder)}
    for transition in workflow.transitions:
        used |= set(transition.by)
    for name in workflow.roles:
        if name not in used:
            yield Finding(
                "role-unused",
                ("roles", name),
                f"ไม่มีการให้สิทธิใดแก่บทบาท “{name}”",
                f"the role “{name}” is granted nothing",
            )


def _steps(workflow: Workflow, vocabulary: Vocabulary) -> Iterator[Finding]:
    content = vocabulary.contents.get(workflow.content)
    for number, transition in enumerate(workflow.transitions):
        path = ("transitions", number)
        yield from _said(path, transition)
        if not transition.by and not transition.automatic:
            yield Finding(
                "nobody",
                path,
                f"ไม่มีใครทำ “{transition.trigger}” ได้",
                f"nobody may “{transition.trigger}”",
            )
        if transition.amends and content is not None and content.amend is None:
            yield Finding(
                "amends",
                (*path, "amends"),
                f"เนื้อหาชนิด “{workflow.content}” แก้ไขรายการอื่นไม่ได้",
                f"content of type “{workflow.content}” changes no other item",
            )


def _said(path: At, transition: Transition) -> Iterator[Finding]:
    if transition.thread in ("ask", "answer") and "comment" not in transition.requires:
        yield Finding(
            "thread",
            (*path, "thread"),
            "การถามหรือตอบต้องกำหนด requires: [comment]",
            "asking and answering need requires: [comment]",
        )
    if transition.body and "meeting" not in transition.requires:
        yield Finding(
            "body",
            (*path, "body"),
            "กำหนด body แล้วต้องมี requires: [meeting]",
            "a body decides in a meeting: add requires: [meeting]",
        )


_NOUNS = {
    "state": "สถานะ", "role": "บทบาท", "guard": "เงื่อนไข", "content": "ชนิดเนื้อหา",
    "letter": "ชนิดหนังสือ", "trigger": "คำสั่ง", "consultation": "การหารือ", "field": "ข้อมูล",
}  # fmt: skip


def _known(noun: str, path: At, given: Iterable[str], known: Collection[str]) -> Iterator[Finding]:
    for place, name in enumerate(given):
        if name not in known:
            yield Finding(
                f"unknown-{noun}",
                (*path, place),
                f"ไม่รู้จัก{_NOUNS[noun]} “{name}”",
                f"unknown {noun} “{name}”",
                name,
                known,
            )
