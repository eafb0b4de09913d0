"""Where the boxes and arrows of a figure go: one spine downwards, the rest at its sides.

Arrows run in three places only, so that no label can lie on a box: down the spine between two
neighbours; left of the spine (returns and leaps); between the spine and the column of the other
states at the right. At a side a label lies on its arrow's stretch beside a box, and every arrow
that touches a box there has a height of its own, with room for its label.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

BIG, SMALL = 16, 12.5  # sizes of a state's title, and of everything else
LINE = 18  # from one line of a label to the next
LANE = 14  # from one upright line to the next
PORT = 18  # from one unlabelled arrow at a box to the next
GAP = 46  # between two boxes
NARROW = 200  # no box is narrower
MARGIN = 36
DOT = "•"  # before each of several; never alone on a line
ROOM = 230  # where the lines in boxes are wrapped; labels are at 3/4 of it

_CLUSTER = re.compile(r"[เ-ไ]{0,2}(?![เ-ไ]).[ัิ-ฺ็-๎]*[ะาำๅๆฯ]?[ัิ-ฺ็-๎]*|.")
_WIDTHS = (("ญณฌฒ", 0.9), ("ะาำๅเแโใไฯๆ", 0.55), ("mwMW", 0.88), (" .,:;()[]/-–'|il", 0.36))

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Net:
    """Arrows into one state that share their labels."""

    sources: tuple[str, ...]
    target: str
    labels: tuple[str, ...]

    @property
    def ends(self) -> tuple[str, ...]:
        return (self.target, *self.sources)


@dataclass(slots=True)
class Card:
    """A state's box. `y` is its middle, and `ports` say how far from there arrows touch it."""

    name: str
    final: bool
    texts: Sequence[tuple[str, float, str]]  # what is written, its size, its colour
    lines: list[tuple[str, float, str]] = field(default_factory=list)
    x: float = 0
    y: float = 0
    height: float = 24
    ports: dict[Net, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for text, size, ink in self.texts:
            self.lines += [(line, size, ink) for line in wrap(text, size, ROOM)]
        self.height += sum(size * 1.5 for _, size, _ in self.lines)

    def give(self, arrows: Sequence[tuple[Net, float]]) -> None:
        """Spread arrows over one side; each runs at the lower end of the room that it needs."""
        total = sum(room for _, room in arrows)
        self.height = max(self.height, total + 12)
        at = -total / 2
        for net, room in arrows:
            at += room
            self.ports[net] = at - PORT / 2


def one_line(text: str) -> str:
    """The text without line breaks and without anything that cannot be printed."""
    seen = (char if char.isprintable() else " " for char in text.replace("\u200b", ""))
    return " ".join("".join(seen).split()) or "–"


def width_of(text: str, size: float) -> float:
    """How wide a text is, rather too much than too little: a reader's fonts are not known."""
    return sum(map(_em, text)) * size


def _em(char: str) -> float:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return 1
    usual = 0.57 if char.islower() or char.isdigit() else 0.68
    return next((width for chars, width in _WIDTHS if char in chars), usual)


def wrap(text: str, size: float, room: float) -> list[str]:
    """As few lines as the room allows, of about one length."""
    lines = _fill(text, size, room)
    while len(even := _fill(text, size, room := room * 0.93)) == len(lines) > 1:
        lines = even
    return lines


def _fill(text: str, size: float, room: float) -> list[str]:
    """Lines no wider than the room, broken at spaces, else between Thai clusters."""
    lines = [""]
    for word in one_line(text).split(" "):
        spaced = f"{lines[-1]} {word}".strip()
        if width_of(spaced, size) <= room:
            lines[-1] = spaced
            continue
        if lines[-1] == DOT:
            lines[-1] += " "
        else:
            lines.append("")
        for cluster in _CLUSTER.findall(word):
            if lines[-1] and width_of(lines[-1] + cluster, size) > room:
                lines.append("")
            lines[-1] += cluster
    return [line for line in lines if line]


class Plan:
    """A figure in which everything has its place."""

    def __init__(self, cards: Sequence[Card], spine: Sequence[str], nets: Sequence[Net]) -> None:
        self.spine = spine
        self.cards = {card.name: card for card in cards}
        lines = [line for card in cards for line in card.lines]
        self.width = max([NARROW, *(width_of(text, size) + 36 for text, size, _ in lines)])
        pairs = {((above,), below) for above, below in pairwise(spine)}
        self.steps = [net for net in nets if (net.sources, net.target) in pairs]
        others = [net for net in nets if net not in self.steps]
        self.left = [net for net in others if set(net.ends) <= set(spine)]
        self.right = [net for net in others if net not in self.left]
        self.labels = {net: self._label(net) for net in nets}
        self._rank()
        for card in cards:
            self._give_ports(card, self.left)
            self._give_ports(card, self.right)
        self._stack()
        self._spread()

    def _label(self, net: Net) -> list[str]:
        room = self.width / 2 if net in self.steps else ROOM * 3 / 4
        point = f"{DOT} " if len(net.labels) > 1 else ""
        return [line for text in net.labels for line in wrap(point + text, SMALL, room)]

    def _rank(self) -> None:
        """The row of every state; one beside the spine has that of the state it belongs to."""
        rows = {name: row for row, name in enumerate(self.spine)}
        self.rank = dict(rows)
        self.beside = [name for name in self.cards if name not in rows]
        for name in self.beside:
            nets = [net for net in self.right if name in net.ends]
            closest = sorted(nets, key=lambda net: len(net.sources))[:1]
            near = [rows[end] for net in closest for end in net.ends if end in rows]
            self.rank[name] = max(near, default=max(len(rows) - 1, 0))
        self.beside.sort(key=self.rank.__getitem__)

    def _give_ports(self, card: Card, nets: Sequence[Net]) -> None:
        """Arrows that go up touch a box above those that go down."""

        def lean(net: Net) -> float:
            ends = net.sources if card.name == net.target else (net.target,)
            return sum(self.rank[end] for end in ends) / len(ends)

        touching = sorted((net for net in nets if card.name in net.ends), key=lean)
        labelled = [self._level(net) or self.place(net) == card.name for net in touching]
        rooms = [
            PORT + LINE * len(self.labels[net]) * wide
            for net, wide in zip(touching, labelled, strict=True)
        ]
        card.give(list(zip(touching, rooms, strict=True)))

    def _level(self, net: Net) -> bool:
        """Whether an arrow joins states of one row only."""
        return len({self.rank[end] for end in net.ends}) == 1

    def place(self, net: Net) -> str:
        """The state beside which the label is: not one of the spine, if there is a choice."""
        return next((end for end in net.ends if end in self.beside), net.target)

    def _stack(self) -> None:
        """Heights: the spine first, then the other states."""
        labels = {net.sources[0]: len(self.labels[net]) for net in self.steps}
        top = MARGIN + 104.0
        for name in self.spine:
            card = self.cards[name]
            card.y = top + card.height / 2
            top += card.height + max(GAP, LINE * labels.get(name, 0) + 30)
        free = MARGIN + 76.0
        for name in self.beside:
            card = self.cards[name]
            card.y = max(free + card.height / 2, self._wanted(card))
            free = card.y + card.height / 2 + GAP

    def _wanted(self, card: Card) -> float:
        """Where a box would stand so that an arrow to its row runs level."""
        row = self.spine[self.rank[card.name] :][:1]
        for net in sorted(card.ports, key=self._level, reverse=True):
            for end in set(row) & set(net.ends):
                return self.cards[end].y + self.cards[end].ports[net] - card.ports[net]
        return sum(self.cards[name].y for name in row)

    def _spread(self) -> None:
        """Where the upright lines are, and so the two columns."""
        near = sorted(self.left, key=self._span)
        label = self._widest(self.left)
        x = MARGIN + LANE * len(near) + label
        self.lanes = {net: x - label - LANE * k for k, net in enumerate(near)}
        for name in self.spine:
            self.cards[name].x = x
        self.middle = x + self.width / 2
        x += self.width
        bent = [net for net in self.right if self._span(net)]
        self.lanes |= {net: x + LANE * k for k, net in enumerate(bent, 1)}
        x += LANE * (len(bent) + 1) + self._widest(self.right) if self.beside else 0
        for name in self.beside:
            self.cards[name].x = x
        self.end = x + self.width if self.beside else x
        self.bottom = max((card.y + card.height / 2 for card in self.cards.values()), default=90)

    def _widest(self, nets: Sequence[Net]) -> float:
        lines = (line for net in nets for line in self.labels[net])
        return max((width_of(line, SMALL) + GAP for line in lines), default=0)

    def _span(self, net: Net) -> float:
        heights = [self.touch(net, end)[1] for end in net.ends]
        return max(heights) - min(heights)

    def touch(self, net: Net, name: str) -> Point:
        """Where an arrow touches a box."""
        card = self.cards[name]
        far = net in self.right and name in self.spine
        return (card.x + self.width * far, round(card.y + card.ports[net], 1))
