"""An opened installation: its database, its vocabulary, whether it is a simulation.

Every command takes one. `Office.open` is what a door calls once.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import bindparam, insert, select

from engine import load
from engine.canonical import canonical, digest, plain, written
from engine.clock import stamp
from engine.database import Database, Transaction
from engine.definitions import Definitions
from engine.errors import Overtaken, Refusal, refused
from engine.people import Asking
from engine.schema import require_current
from engine.tables import Answered, Setting, table
from engine.vocabulary import Vocabulary
from engine.workdays import Workdays

TRIES = 5
Answer = dict[str, Any]

_table = table(Answered)
_FIRST_ANSWER = select(_table.c.asked, _table.c.answer).where(_table.c.key == bindparam("key"))
_REMEMBER = insert(_table)
_SETTINGS = select(table(Setting).c.name, table(Setting).c.value)


class Office:
    def __init__(self, database: Database, vocabulary: Vocabulary) -> None:
        self.database = database
        self.definitions = Definitions(vocabulary)
        self._workdays: tuple[int, Workdays] | None = None
        with database.read() as transaction:
            settings: dict[str, str] = dict(transaction.rows(_SETTINGS))
        self.simulation = settings.get("simulation") == "yes"
        # A short name that stays: messages and calendar entries are known by it elsewhere.
        self.ident = digest(canonical(settings.get("created_at", "")))[:12]

    @classmethod
    def open(cls, url: str, vocabulary: Vocabulary) -> "Office":
        """Raises WrongUse where there is no current database at the URL."""
        database = Database.open(url)
        require_current(database)
        return cls(database, vocabulary)

    def close(self) -> None:
        self.database.close()

    def workdays(self, transaction: Transaction) -> Workdays:
        """The government's working days as the office has corrected them."""
        version = load.registered(transaction)
        known = self._workdays
        if known is None or known[0] != version:
            known = self._workdays = (version, load.workdays(transaction))
        return known[1]

    def command(
        self,
        asking: Asking,
        asked: object,
        work: Callable[[Transaction], Answer],
    ) -> Answer:
        """Run `work` in one write transaction and give its answer; the same key again gives the
        first answer and changes nothing.

        Who was overtaken between loading and writing is loaded and decided once more, and is
        refused then for what the faster one left behind. Raises Refusal where a key was used for
        something else.
        """
        overtaken: Overtaken | None = None
        for _ in range(TRIES):
            try:
                return self._once(asking, asked, work)
            except Overtaken as error:
                overtaken = error
            except Refusal:
                # The same key may have been answered meanwhile, which is why we are refused.
                if asking.key is None or (answer := self._first_answer(asking, asked)) is None:
                    raise
                return answer
        raise overtaken or AssertionError("TRIES must be positive")

    def _once(self, asking: Asking, asked: object, work: Callable[[Transaction], Answer]) -> Answer:
        with self.database.write() as transaction:
            if asking.key is None:
                return work(transaction)
            if (answer := _answered_before(transaction, asking, asked)) is not None:
                return answer
            answer = work(transaction)
            transaction.run(
                _REMEMBER,
                {
                    "key": asking.key,
                    "asked": _fingerprint(asking, asked),
                    "answer": written(answer).decode(),
                    "recorded_at": stamp(asking.now),
                },
            )
            return answer

    def answers(self, keys: Iterable[str]) -> dict[str, Answer]:
        """What was answered first under each of these keys, by whoever gave them out: whether they
        were used for the same is not asked."""
        with self.database.read() as transaction:
            rows = {key: transaction.row(_FIRST_ANSWER, {"key": key}) for key in keys}
        return {key: plain(row[1]) for key, row in rows.items() if row}

    def _first_answer(self, asking: Asking, asked: object) -> Answer | None:
        with self.database.read() as transaction:
            return _answered_before(transaction, asking, asked)


def _fingerprint(asking: Asking, asked: object) -> str:
    return digest(canonical([asking.person, asked]))


def _answered_before(transaction: Transaction, asking: Asking, asked: object) -> Answer | None:
    row = transaction.row(_FIRST_ANSWER, {"key": asking.key})
    if row is None:
        return None
    if row[0] != _fingerprint(asking, asked):
        raise refused(
            "key",
            f"รหัสกันซ้ำ “{asking.key}” เคยใช้กับคำสั่งอื่นแล้ว",
            f"the key “{asking.key}” was already used for another command",
        )
    return plain(row[1])  # type: ignore[no-any-return]  # an object by construction
