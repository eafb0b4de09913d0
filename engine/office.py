"""An opened installation: its database, its vocabulary, whether it is a simulation.

Every command takes one. `Office.open` is what a door calls once.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, insert, select

from engine.canonical import canonical, digest, plain, written
from engine.clock import stamp
from engine.database import Database, Transaction
from engine.definitions import Definitions
from engine.errors import Overtaken, refused
from engine.people import Asking
from engine.schema import require_current
from engine.tables import Answered, Setting, table
from engine.vocabulary import Vocabulary

TRIES = 5
Answer = dict[str, Any]

_answered = table(Answered)
_FIRST_ANSWER = select(_answered.c.asked, _answered.c.answer).where(
    _answered.c.key == bindparam("key")
)
_REMEMBER = insert(_answered)
_SETTINGS = select(table(Setting).c.name, table(Setting).c.value)


class Office:
    def __init__(self, database: Database, vocabulary: Vocabulary) -> None:
        self.database = database
        self.definitions = Definitions(vocabulary)
        with database.read() as transaction:
            settings: dict[str, str] = dict(transaction.rows(_SETTINGS))
        self.simulation = settings.get("simulation") == "yes"

    @classmethod
    def open(cls, url: str, vocabulary: Vocabulary) -> "Office":
        """Raises WrongUse where there is no current database at the URL."""
        database = Database.open(url)
        require_current(database)
        return cls(database, vocabulary)

    def close(self) -> None:
        self.database.close()

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
        for _ in range(TRIES - 1):
            try:
                return self._once(asking, asked, work)
            except Overtaken:
                continue
        return self._once(asking, asked, work)

    def _once(self, asking: Asking, asked: object, work: Callable[[Transaction], Answer]) -> Answer:
        with self.database.write() as transaction:
            if asking.key is None:
                return work(transaction)
            fingerprint = digest(canonical([asking.person, asked]))
            row = transaction.row(_FIRST_ANSWER, {"key": asking.key})
            if row is not None:
                return _repeated(row[0], row[1], fingerprint, asking.key)
            answer = work(transaction)
            transaction.run(
                _REMEMBER,
                {
                    "key": asking.key,
                    "asked": fingerprint,
                    "answer": written(answer).decode(),
                    "recorded_at": stamp(asking.now),
                },
            )
            return answer


def _repeated(asked: str, answer: str, fingerprint: str, key: str) -> Answer:
    if asked != fingerprint:
        raise refused(
            "key",
            f"รหัสกันซ้ำ “{key}” เคยใช้กับคำสั่งอื่นแล้ว",
            f"the key “{key}” was already used for another command",
        )
    return plain(answer)  # type: ignore[no-any-return]  # an object by construction
