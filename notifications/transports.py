"""Ways out of the house, and what all of them promise: the folder, a mail relay, a group's chat.

`NotSent` means that nothing went out and that another try is safe; whatever else a transport raises
leaves the outcome unknown, and only `holds` can tell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from notifications.parcel import Parcel


class NotSent(Exception):
    """Certainly not sent, so it may be tried again; but where it is `final` that would end in the
    same way. The text says why, in Thai and English."""

    def __init__(self, text: str, final: bool = False) -> None:
        super().__init__(text)
        self.final = final


class Unclear(Exception):
    """It may have gone out or not, and the other side did not say. The text is Thai and English."""


class Unreadable(Exception):
    """What was sent earlier is kept somewhere, but cannot be looked at. The text is Thai and
    English."""


class Transport(Protocol):
    """One way out. `send` returns once the message is accepted: sending the same key again may
    not do harm, but only some transports can prevent the second copy."""

    @property
    def name(self) -> str: ...

    def send(self, parcel: Parcel) -> None:
        """Raises NotSent, or anything else where the outcome is unknown."""

    def holds(self, key: str, office: str) -> bool | None:
        """Whether the message was certainly accepted earlier or certainly not; None where nothing
        is kept. Raises Unreadable."""


@dataclass(frozen=True, slots=True)
class Log:
    """One line per message, for whoever reads the log."""

    write: Callable[[str], None]
    name: ClassVar[str] = "log"

    def send(self, parcel: Parcel) -> None:
        self.write(parcel.summary_en)

    def holds(self, key: str, office: str) -> bool | None:  # noqa: ARG002  # the protocol's
        return None


@dataclass(frozen=True, slots=True)
class Several:
    """Sends through all. The first one counts: without it the others are not tried, and what it
    holds is held. What only others fail at is told, and changes nothing: the message is out."""

    transports: tuple[Transport, ...]
    tell: Callable[[str], None]

    @property
    def name(self) -> str:
        return "+".join(each.name for each in self.transports)

    def send(self, parcel: Parcel) -> None:
        first, *others = self.transports
        first.send(parcel)
        for each in others:
            try:
                each.send(parcel)
            except Exception as why:  # noqa: BLE001  # a sent message must not be called unsent
                said = (
                    str(why)
                    if isinstance(why, NotSent | Unclear)
                    else f"{type(why).__name__}: {why}"
                )
                self.tell(f"{each.name}: {parcel.key}: {said}")

    def holds(self, key: str, office: str) -> bool | None:
        return self.transports[0].holds(key, office)
