"""What is wrong with the deadlines of a definition, and with the steps that the clock takes."""

from collections.abc import Iterator, Sequence

from engine.definition import Workflow
from engine.naming import At, Finding


def untimely(workflow: Workflow) -> Iterator[Finding]:
    """Lists that repeat themselves, deadlines that nobody holds, edges of a window that is not
    there or is not the only one."""
    for name, state in workflow.states.items():
        path = ("states", name, "deadlines")
        if state.final and state.deadlines:
            yield Finding(
                "final",
                path,
                f"สถานะสุดท้าย “{name}” มีกำหนดเวลาไม่ได้",
                f"the final state “{name}” can have no deadlines",
            )
        for number, deadline in enumerate(state.deadlines):
            for part in ("remind", "overdue", "ladder", "extended_by"):
                yield from _repeated((*path, number, part), getattr(deadline, part))
    yield from _edges(workflow)


def _repeated(path: At, given: Sequence[str]) -> Iterator[Finding]:
    for place, each in enumerate(given):
        if each in given[:place]:
            yield Finding(
                "repeated",
                (*path, place),
                f"“{each}” ซ้ำใน {path[-1]}",
                f"“{each}” stands twice in {path[-1]}",
            )


def _edges(workflow: Workflow) -> Iterator[Finding]:
    taken: set[tuple[str, str]] = set()
    for number, transition in enumerate(workflow.transitions):
        edge = transition.automatic.window if transition.automatic else None
        if edge is None:
            continue
        path = ("transitions", number, "automatic")
        for source in transition.sources:
            yield from _window(workflow, path, source)
            if (source, edge) in taken:
                yield Finding(
                    "edge-twice",
                    path,
                    f"ที่ “{source}” ขอบเวลา {edge} มีขั้นอัตโนมัติมากกว่าหนึ่ง",
                    f"at “{source}” more than one step is taken when the window {edge}",
                )
            taken.add((source, edge))
        if transition.to is None:
            yield Finding(
                "endless-edge",
                path,
                f"“{transition.trigger}” ไม่เปลี่ยนสถานะ ระบบจะทำซ้ำไม่สิ้นสุด",
                f"“{transition.trigger}” stays where it is: the clock would take it for ever",
            )


def _window(workflow: Workflow, path: At, source: str) -> Iterator[Finding]:
    if source not in workflow.states:
        return  # named already
    windows = sum(d.due.window is not None for d in workflow.states[source].deadlines)
    if windows == 0:
        yield Finding(
            "no-window",
            path,
            f"สถานะ “{source}” ไม่มีกำหนดเวลาที่เป็นช่วง (window) ให้เปิดหรือปิด",
            f"the state “{source}” has no deadline that is a window, so none opens or closes",
        )
    elif windows > 1:
        yield Finding(
            "windows",
            path,
            f"สถานะ “{source}” มีหลายช่วงเวลา ไม่ชัดว่าเปิดหรือปิดตามช่วงใด",
            f"the state “{source}” has several windows: which one opens or closes is unclear",
        )
