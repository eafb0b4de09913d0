"""Letters that are issued with one command, each in a transaction of its own: one that is refused
keeps no other back, and what was interrupted goes on where it stopped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from commands.door import Door
from engine.errors import AnumatError, Reason
from engine.letters import issue
from engine.people import person_of
from notifications.composing import Composed

ON_PAPER = Reason(
    "on-paper",
    "ถ้าข้อความแก้ไม่ได้แล้ว จัดทำไฟล์ Word (anumat letter preview --docx หรือคัดลอกจาก --text "
    "ถ้า Word ก็แสดงไม่ได้) แก้ไขแล้วส่งเป็นกระดาษ "
    "กันเลขที่ใช้ (anumat register set-aside) และบันทึกเลขที่กับวันที่พร้อมขั้นตอน "
    "(--letter-number, --letter-date)",
    "where that text cannot be changed any more, make a Word file (anumat letter preview --docx; "
    "or copy --text, where Word cannot show it either), mend it there and send it on paper, pass "
    "over its number (anumat register set-aside), and record number and day with the step "
    "(--letter-number, --letter-date)",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one letter: the answer, or the reasons against it."""

    recipient: str
    answer: dict[str, Any] | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(slots=True)
class Batch:
    """With a `key`, the letters that are meant are written down before the first is issued, and
    each is issued under a key of its own: the same key again gives the answers of then, and issues
    what had no answer yet, and no letter that became owed meanwhile. `again` as in `Draft`."""

    door: Door
    person: str
    key: str | None
    asked: Sequence[str]
    again: bool = False
    left: list[Composed] = field(default_factory=list)

    def begun(self, compose: Callable[[], list[Composed]]) -> list[Outcome]:
        """What was issued under this key before; `left` are the letters that were not. Raises
        WrongUse for an unknown person once, and not for each letter."""
        office, key = self.door.office, self.key
        with office.database.read() as transaction:
            person_of(transaction, self.door.asking(self.person))
        if key is None:
            self.left = compose()
            return []
        now: list[Composed] = []

        def plan(_: object) -> dict[str, Any]:
            return {"letters": [_name(each) for each in now]}

        if key not in office.answers([key]):
            now = compose()
        planned = office.command(self.door.asking(self.person, key), [*self.asked], plan)
        keys = [f"{key}/{name}" for name in planned["letters"]]
        answers = office.answers(keys)
        if len(answers) < len(keys):
            wanted = {name for name in planned["letters"] if f"{key}/{name}" not in answers}
            self.left = [each for each in now or compose() if _name(each) in wanted]
        return [Outcome(answer["recipient"], answer) for answer in answers.values()]

    def one(self, letter: Composed) -> Outcome:
        now, draft = self.door.now, replace(letter.draft, again=self.again)
        key = f"{self.key}/{_name(letter)}" if self.key else None
        asking = self.door.asking(self.person, key)
        try:
            answer = issue(self.door.office, asking, draft, lambda n: letter.made(n, now))
        except AnumatError as error:
            evidence = draft.owed and error.reasons[0].code == "unprintable_character"
            return Outcome(draft.recipient, reasons=(*error.reasons, *[ON_PAPER] * bool(evidence)))
        return Outcome(draft.recipient, answer)


def _name(letter: Composed) -> str:
    """What tells it from the others of its batch: the first step that it tells of, for no two
    letters of a kind tell of the same."""
    owed = letter.draft.owed
    return f"{owed[0][0]}/{owed[0][1]}" if owed else letter.draft.occasion
