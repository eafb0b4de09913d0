"""A workflow as a picture: Mermaid text for pages that draw it, SVG for everything else."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

from engine.definition import Outcome, Transition, Workflow
from engine.drawing import BIG, DOT, LINE, MARGIN, SMALL, Card, Net, Plan, Point, one_line, width_of

FONT = "Sarabun, 'TH Sarabun New', 'Noto Sans Thai', sans-serif"
INK, SOFT, FAINT, HEAD = "#1f3a5f", "#566575", "#93a1af", 22

Way = tuple[int, tuple[str, ...]]  # how much a way is worth, and the states along it

# Words that Mermaid's grammar takes for itself where a state's name could stand.
_RESERVED = re.compile("accdescr|acctitle|class(def)?|click|default|href|note|scale|state|style")
_UNSAFE = re.compile(r"[^\w .,()/\u0e00-\u0e7f–-]|--+")
_STAYS = {"th": "คงสถานะเดิม", "en": "stays"}
_AGAIN = {"th": "เริ่มรอบใหม่", "en": "begins again"}


def mermaid(workflow: Workflow, lang: str) -> str:
    """The text of a `stateDiagram-v2`, one line a transition and source."""
    lines = ["stateDiagram-v2", "    direction TB"]
    for name, state in workflow.states.items():
        lines.append(f'    state "{_quoted(state.title.text(lang))}" as {_id(name)}')
    lines.append(f"    [*] --> {_id(workflow.initial)}")
    for step in workflow.transitions:
        label = _quoted(step.title.text(lang)) + ("" if step.to else f" ({_said(_STAYS, lang)})")
        lines += [f"    {_id(at)} --> {_id(step.to or at)} : {label}" for at in step.sources]
    lines += [f"    {_id(name)} --> [*]" for name, state in workflow.states.items() if state.final]
    return "\n".join(lines) + "\n"


def svg(workflow: Workflow, lang: str) -> str:
    """A self-contained SVG document. Steps to or from states that are not declared are left out."""
    first, second = ("th", "en") if lang == "th" else ("en", "th")
    cards = []
    for name, state in workflow.states.items():
        texts = [(state.title.text(first), BIG, INK), (state.title.text(second), SMALL, SOFT)]
        if state.holder:
            role = workflow.roles.get(state.holder)
            texts.append((role.text(lang) if role else state.holder, SMALL, INK))
        texts += [(f"{DOT} {text}", SMALL, SOFT) for text in _inside(workflow, name, lang)]
        cards.append(Card(name, state.final, texts))
    spine = main_path(workflow)
    plan = Plan(cards, spine, _nets(workflow, lang, spine))
    return _document(plan, workflow.title.text(first), workflow.title.text(second))


def main_path(workflow: Workflow) -> tuple[str, ...]:
    """The states of the longest way forward: what most items are expected to go through.

    A step that many states share (withdraw, return) counts for little, and one whose decision
    sends back or rejects is not a way forward.
    """
    ways = _ways_forward(workflow)
    known: dict[str, Way] = {}
    under_way: set[str] = set()

    def longest(name: str) -> Way:
        if name not in known:
            under_way.add(name)
            found: list[Way] = [(2 if workflow.states[name].final else 0, (name,))]
            for target, weight in ways[name].items():
                if target not in under_way:
                    worth, rest = longest(target)
                    found.append((worth + weight, (name, *rest)))
            under_way.remove(name)
            known[name] = max(found, key=lambda way: way[0])
        return known[name]

    return longest(workflow.initial)[1] if workflow.initial in workflow.states else ()


def _ways_forward(workflow: Workflow) -> dict[str, dict[str, int]]:
    """Per state the states that follow, with weights; the heaviest first."""
    ways: dict[str, dict[str, int]] = {name: {} for name in workflow.states}
    sharers: dict[tuple[str, str | None], set[str]] = {}
    for step in workflow.transitions:
        sharers.setdefault((step.trigger, step.to), set()).update(step.sources)
    for step in workflow.transitions:
        if step.decision not in (Outcome.RETURNED, Outcome.REJECTED):
            weight = 4 if len(sharers[step.trigger, step.to]) == 1 else 1
            for source, target in _edges(workflow, step):
                ways[source][target] = max(weight, ways[source].get(target, 0))
    return {
        name: dict(sorted(found.items(), key=lambda way: -way[1])) for name, found in ways.items()
    }


def _edges(workflow: Workflow, step: Transition) -> list[tuple[str, str]]:
    """The arrows of a transition that lead from one declared state to another."""
    known = workflow.states
    if step.to is None or step.to not in known:
        return []
    return [(source, step.to) for source in step.sources if source in known and source != step.to]


def _nets(workflow: Workflow, lang: str, path: tuple[str, ...]) -> tuple[Net, ...]:
    """Arrows gathered: equal ones from many states, and all those between the same two states."""
    on_path = set(pairwise(path))
    shared: dict[tuple[str, str, str], dict[str, None]] = {}
    merged: dict[tuple[tuple[str, ...], str], dict[str, None]] = {}
    for step in workflow.transitions:
        label = one_line(step.title.text(lang))
        for source, target in _edges(workflow, step):
            if (source, target) in on_path:
                merged.setdefault(((source,), target), {})[label] = None
            else:
                shared.setdefault((step.trigger, target, label), {})[source] = None
    for (_, target, label), sources in shared.items():
        merged.setdefault((tuple(sources), target), {})[label] = None
    return tuple(
        Net(sources, target, tuple(labels)) for (sources, target), labels in merged.items()
    )


def _inside(workflow: Workflow, name: str, lang: str) -> list[str]:
    """What can be done in a state without leaving it."""
    return [
        f"{step.title.text(lang)} ({_said(_AGAIN if step.to else _STAYS, lang)})"
        for step in workflow.leaving(name)
        if step.to in (None, name)
    ]


def _said(words: dict[str, str], lang: str) -> str:
    return words["th" if lang == "th" else "en"]


def _id(name: str) -> str:
    # A dot cannot be part of a name, so this cannot become the name of another state.
    return f"{name}.state" if _RESERVED.fullmatch(name) else name


def _quoted(text: str) -> str:
    """The text with everything that Mermaid could read as syntax written as `#60;`."""
    return _UNSAFE.sub(lambda found: "".join(f"#{ord(c)};" for c in found[0]), one_line(text))


def _document(plan: Plan, title: str, subtitle: str) -> str:
    wide = max(plan.end, MARGIN + max(width_of(title, HEAD), width_of(subtitle, BIG))) + MARGIN
    size = f'width="{wide:.0f}" height="{plan.bottom + MARGIN:.0f}"'
    nets = sorted((*plan.left, *plan.right), key=lambda net: -len(net.sources))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" role="img" '
        f'viewBox="0 0 {wide:.0f} {plan.bottom + MARGIN:.0f}"><title>{_xml(title)}</title>'
    )
    parts = [
        head,
        *(_arrowhead(ink) for ink in (INK, SOFT, FAINT)),
        f'<rect {size} fill="#ffffff"/>',
        _text((MARGIN, MARGIN + 18), title, HEAD, INK, "start"),
        _text((MARGIN, MARGIN + 44), subtitle, BIG, SOFT, "start"),
        *(part for net in nets for part in _side_arrows(plan, net)),
        *(part for name in plan.spine[:1] for part in _start(plan, plan.cards[name])),
        *(part for net in plan.steps for part in _step(plan, net)),
        *(part for card in plan.cards.values() for part in _box(plan, card)),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _start(plan: Plan, card: Card) -> list[str]:
    top = card.y - card.height / 2
    dot = f'<circle cx="{plan.middle:.1f}" cy="{top - 34:.1f}" r="6" fill="{INK}"/>'
    return [dot, _path([(plan.middle, top - 34), (plan.middle, top)], INK, 2)]


def _step(plan: Plan, net: Net) -> list[str]:
    above, below = plan.cards[net.sources[0]], plan.cards[net.target]
    top, bottom = above.y + above.height / 2, below.y - below.height / 2
    last = (top + bottom + LINE * len(plan.labels[net])) / 2 - 6
    arrow = _path([(plan.middle, top), (plan.middle, bottom)], INK, 2)
    return [arrow, *_label((plan.middle + 10, last), plan.labels[net], INK, "start")]


def _side_arrows(plan: Plan, net: Net) -> list[str]:
    ink, weight = (FAINT, 1.2) if len(net.sources) > 1 else (SOFT, 1.4)
    end = plan.touch(net, net.target)
    found = []
    for start in (plan.touch(net, name) for name in net.sources):
        turns = [(plan.lanes[net], y) for y in (start[1], end[1])] if start[1] != end[1] else []
        found.append(_path([start, *turns, end], ink, weight))
    x, y = plan.touch(net, plan.place(net))
    return [*found, *_label((x - 12, y - 6), plan.labels[net], SOFT, "end")]


def _path(points: Sequence[Point], ink: str, weight: float) -> str:
    """An arrow with round corners."""
    drawn = ["M{:.1f} {:.1f}".format(*points[0])]
    for before, turn, after in zip(points, points[1:], points[2:], strict=False):
        into, out = _beside(turn, before), _beside(turn, after)
        drawn.append("L{:.1f} {:.1f}Q{:.1f} {:.1f} {:.1f} {:.1f}".format(*into, *turn, *out))
    drawn.append("L{:.1f} {:.1f}".format(*points[-1]))
    return (
        f'<path d="{"".join(drawn)}" fill="none" stroke="{ink}" stroke-width="{weight}" '
        f'marker-end="url(#tip-{ink[1:]})"/>'
    )


def _beside(turn: Point, other: Point) -> Point:
    """Where the rounding of a turn begins, on the way to another point."""
    far = max(abs(other[0] - turn[0]), abs(other[1] - turn[1]))
    part = min(10 / far, 0.5)
    return (turn[0] + (other[0] - turn[0]) * part, turn[1] + (other[1] - turn[1]) * part)


def _arrowhead(ink: str) -> str:
    return (
        f'<marker id="tip-{ink[1:]}" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="9" '
        f'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0 1L10 5L0 9z" fill="{ink}"/></marker>'
    )


def _box(plan: Plan, card: Card) -> list[str]:
    ink, fill = (INK, "#f3f7fc") if card.name in plan.spine else (SOFT, "#f7f8f9")
    parts = [f'<g data-state="{card.name}">']
    parts += [
        f'<rect x="{card.x + inset:.1f}" y="{card.y - card.height / 2 + inset:.1f}" '
        f'width="{plan.width - 2 * inset:.1f}" height="{card.height - 2 * inset:.1f}" '
        f'rx="{9 - inset}" fill="{fill}" stroke="{ink}" stroke-width="1.5"/>'
        for inset in ((0, 4) if card.final else (0,))
    ]
    y = card.y - sum(size * 1.5 for _, size, _ in card.lines) / 2
    for line, size, colour in card.lines:
        parts.append(_text((card.x + plan.width / 2, y + size * 1.08), line, size, colour))
        y += size * 1.5
    return [*parts, "</g>"]


def _label(last: Point, lines: Sequence[str], ink: str, anchor: str) -> Iterable[str]:
    """Lines of which the last one stands at a point."""
    for n, line in enumerate(lines, 1):
        yield _text((last[0], last[1] - (len(lines) - n) * LINE), line, SMALL, ink, anchor)


def _text(at: Point, text: str, size: float, ink: str, anchor: str = "middle") -> str:
    weight = 600 if size >= BIG and ink == INK else 400
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size}" font-weight="{weight}" '
        f'fill="{ink}" text-anchor="{anchor}">{_xml(text)}</text>'
    )


def _xml(text: str) -> str:
    return escape(one_line(text))
