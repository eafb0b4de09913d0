"""What is wrong with a definition that its shape cannot show: unreachable states, dead ends, steps
that nobody can take. Names are `engine.naming`'s."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from engine.deadlines import untimely
from engine.definition import Transition, Workflow
from engine.naming import At, Finding, unknown
from engine.vocabulary import Vocabulary

Ways = Mapping[str, set[str]]


def findings(workflow: Workflow, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Everything, in no particular order."""
    yield from unknown(workflow, vocabulary)
    yield from _twice(workflow)
    yield from _states(workflow)
    yield from _holders(workflow)
    yield from _roles(workflow)
    yield from _steps(workflow, vocabulary)
    yield from untimely(workflow)
    yield from _circles(workflow)


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
    for name, state in workflow.states.items():
        names = [deadline.name for deadline in state.deadlines]
        for number, deadline in enumerate(state.deadlines):
            if deadline.name in names[:number]:
                yield Finding(
                    "deadline-twice",
                    ("states", name, "deadlines", number, "name"),
                    f"กำหนดเวลา “{deadline.name}” ซ้ำในสถานะ “{name}”",
                    f"the deadline “{deadline.name}” is given twice at “{name}”",
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
        used |= set(state.edit)
        for deadline in state.deadlines:
            used |= {*deadline.ladder, *deadline.extended_by}
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


def _circles(workflow: Workflow) -> Iterator[Finding]:
    """Steps at a window's opening that come back to where they began: it is open still, so the
    clock would never stop."""
    ways: dict[str, set[str]] = defaultdict(set)
    opening = [
        (number, transition)
        for number, transition in enumerate(workflow.transitions)
        if transition.to and transition.automatic and transition.automatic.window == "opens"
    ]
    for _, transition in opening:
        for source in transition.sources:
            ways[source].add(str(transition.to))
    for number, transition in opening:
        back = reachable(ways, [str(transition.to)]).intersection(transition.sources)
        for source in sorted(back):
            yield Finding(
                "endless-edge",
                ("transitions", number, "automatic"),
                f"“{transition.trigger}” วนกลับมาที่ “{source}” ระบบจะทำซ้ำไม่สิ้นสุด",
                f"“{transition.trigger}” comes back to “{source}”: the clock would take it "
                "for ever",
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
