"""A told simulation: an office whose clock stands where the story is, and a timeline on screen."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from commands.correspondence import composed
from commands.fitting import fit, width_of
from commands.letter_files import put
from commands.letter_issue import progress
from commands.replay.passing import next_due, round_at
from commands.terminal import Screen
from engine.advance import advance, bulk
from engine.case import Given
from engine.clock import BANGKOK, ERA, day_of
from engine.cycles import NewMeeting, record_meeting
from engine.errors import Reason, Refusal
from engine.letters import issue
from engine.load import Where, some
from engine.office import Office
from engine.people import Asking
from notifications.composing import Composed, Composer

HERE = Path(__file__).resolve()
# Beside the packages in a checkout, inside this one in a wheel.
EXAMPLES = next(
    (
        folder
        for folder in (HERE.parents[1] / "examples", HERE.parents[2] / "examples")
        if folder.is_dir()
    ),
    HERE.parents[2] / "examples",
)
TYPIST = "demo"
DAY_WIDTH = 15


class Story:
    """Every method does a command at the story's time, and raises Refusal where one is refused."""

    def __init__(self, office: Office, screen: Screen, outbox: Path, letters: Path) -> None:
        self.office = office
        self.screen = screen
        self.outbox = outbox
        self.letters = letters
        self._told = ""  # the last day that stands in the timeline
        self.now = datetime.combine(date(2020, 9, 9), time(9), BANGKOK)

    def at(self, day: date, hour: int = 9) -> None:
        """Let time pass until a full hour of a day in Bangkok; what fell due till then is told."""
        moment = datetime.combine(day, time(hour), BANGKOK)
        while (due := next_due(self.office)) is not None and due <= moment:
            self.now = max(due, min(self.now, moment))
            self.tick()
        self.now = moment

    def tick(self) -> None:
        """One round of the clock now; what it did is told."""
        for told in round_at(self.office, TYPIST, self.now, self.outbox):
            self.tell(*told)

    def asking(self, person: str | None = None, key: str | None = None) -> Asking:
        return Asking(person, TYPIST, self.now, key)

    def tell(self, th: str, en: str) -> None:
        """A line of the timeline, under the story's day."""
        day = self.screen.day(day_of(self.now))
        self._line("" if day == self._told else day, self.screen.pick(th, en))
        self._told = day

    def add(self, th: str, en: str) -> None:
        """What happened on the same day, below its line."""
        self._line("", "· " + self.screen.pick(th, en))

    def _line(self, day: str, text: str) -> None:
        room = self.screen.width - DAY_WIDTH
        for number, part in enumerate(fit(text, room)):
            head = day if number == 0 else ""
            line = head + " " * (DAY_WIDTH - width_of(head)) + part
            self.screen.say(line, line)

    def step(self, ref: str, trigger: str, person: str, **said: str) -> dict[str, Any]:
        return advance(self.office, self.asking(person), ref, trigger, Given(**said))

    def all(self, where: Where, trigger: str, person: str, **said: str) -> int:
        """The step for all that match; how many were done. One refusal raises."""
        answer = bulk(self.office, self.asking(person), where, trigger, Given(**said))
        if answer["refused"]:
            raise Refusal(*(Reason(**reason) for reason in answer["refused"][0]["reasons"]))
        return len(answer["done"])

    def write(self, about: str, kind: str, person: str, sender: str) -> list[dict[str, Any]]:
        """Issue the letters of this kind about an item, a meeting or a cycle, leave them as files,
        and let the clock send them."""
        composer = Composer(self.office, sender, day_of(self.now))
        with self.office.database.read() as transaction:
            found = composed(transaction, composer, about, kind)
        with progress(self.screen, found) as letters:
            answers = [self._issue(each, person) for each in letters]
        folder = self.letters / f"{composer.dated.year + ERA}-{kind}"
        with self.office.database.read() as transaction:
            refs = [answer["ref"] for answer in answers]
            put(transaction, refs, folder, self.now, duplex=False)
        self.tick()
        return answers

    def _issue(self, letter: Composed, person: str) -> dict[str, Any]:
        return issue(
            self.office,
            self.asking(person),
            letter.draft,
            lambda number: letter.made(number, self.now),
        )

    def meet(self, new: NewMeeting) -> None:
        record_meeting(self.office, self.asking(), new)

    def ref(self, where: Where) -> str:
        """The reference of the one item that is meant."""
        with self.office.database.read() as transaction:
            [found] = some(transaction, where)
        return found.item.ref
