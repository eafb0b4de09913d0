"""What a definition names and is not there: states, roles, guards and their parameters, letters."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from engine.definition import Workflow
from engine.vocabulary import Vocabulary

At = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One complaint; `path` leads to the part, `name` and `known` allow to guess what was meant."""

    code: str
    path: At
    th: str
    en: str
    name: str = ""
    known: Collection[str] = ()


def unknown(workflow: Workflow, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Every name that means nothing, and every guard whose parameters are not its own."""
    yield from _names(workflow, vocabulary)
    yield from _guards(workflow, vocabulary)
    yield from _consultations(workflow, vocabulary)


def _names(workflow: Workflow, vocabulary: Vocabulary) -> Iterator[Finding]:
    states, roles = workflow.states, workflow.roles
    yield from _known("content", ("content",), [workflow.content], vocabulary.contents)
    yield from _known("state", ("initial",), [workflow.initial], states)
    yield from _known("role", ("opened_by",), workflow.opened_by, roles)
    for name, state in workflow.states.items():
        yield from _known("role", ("states", name, "holder"), filter(None, [state.holder]), roles)
        yield from _known("role", ("states", name, "edit"), state.edit, roles)
        for number, deadline in enumerate(state.deadlines):
            at_deadline = ("states", name, "deadlines", number)
            yield from _known("role", (*at_deadline, "ladder"), deadline.ladder, roles)
            yield from _known("role", (*at_deadline, "extended_by"), deadline.extended_by, roles)
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
