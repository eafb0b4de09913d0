"""The published definitions, compiled once each and kept."""

from typing import Any

from sqlalchemy import bindparam, func, select

from engine.canonical import canonical, digest, plain
from engine.database import Transaction
from engine.definition import Workflow
from engine.errors import wrong
from engine.machine import Compiled
from engine.tables import Definition, table
from engine.vocabulary import Vocabulary

_definition = table(Definition).c
_ONE = select(_definition.document, _definition.digest).where(
    _definition.workflow == bindparam("workflow"), _definition.version == bindparam("version")
)
_NEWEST = select(func.max(_definition.version)).where(_definition.workflow == bindparam("workflow"))
_NAMES = select(_definition.workflow).distinct().order_by(_definition.workflow)


class Definitions:
    """A published version never changes, so what was compiled once stays good."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._compiled: dict[tuple[str, int], Compiled] = {}

    def get(self, transaction: Transaction, workflow: str, version: int) -> Compiled:
        found = self._compiled.get((workflow, version))
        if found is None:
            row = transaction.row(_ONE, {"workflow": workflow, "version": version})
            if row is None:
                raise _unknown(transaction, f"{workflow} v{version}")
            document = Workflow.model_validate(plain(row[0]))
            found = Compiled(document, version, row[1], self.vocabulary)
            self._compiled[workflow, version] = found
        return found

    def newest(self, transaction: Transaction, workflow: str) -> Compiled:
        """The version that new items begin on. Raises WrongUse where none was published."""
        row = transaction.row(_NEWEST, {"workflow": workflow})
        if row is None or row[0] is None:
            raise _unknown(transaction, workflow)
        return self.get(transaction, workflow, row[0])


def published_form(workflow: Workflow) -> tuple[str, str]:
    """The canonical JSON of a definition and its digest."""
    body = canonical(workflow.document())
    return body.decode(), digest(body)


def names(transaction: Transaction) -> list[str]:
    return [row[0] for row in transaction.rows(_NAMES)]


def _unknown(transaction: Transaction, wanted: str) -> Any:
    known = ", ".join(names(transaction)) or "—"
    return wrong(
        "workflow",
        f"ไม่มีขั้นตอนงาน “{wanted}” ที่เผยแพร่แล้ว ที่มีคือ {known}",
        f"no workflow “{wanted}” is published; there are: {known}",
    )
