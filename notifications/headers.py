"""Subjects and names in the headers of a message, in encoded words that lose nothing.

Where one encoded word ends and the next begins, the standard library may lose the space between
them when it folds a header: with Python 3.11 in 15 of 100 Thai subjects. Its older `Header` does
not; here that one folds.
"""

from email.header import Header
from email.headerregistry import (
    HeaderRegistry,
    UniqueAddressHeader,
    UniqueUnstructuredHeader,
)
from email.policy import SMTP, Policy

_SHORT, _LONG = 60, 78  # characters of ASCII that need no folding, and of a line


class _Subject(UniqueUnstructuredHeader):
    name: str  # of BaseHeader, which the registry mixes in

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {_folded(str(self), self.name, policy)}{policy.linesep}"


class _Mailbox(UniqueAddressHeader):
    """One person with their address, or nobody."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        if len(self.addresses) != 1 or not self.addresses[0].display_name:
            return f"{self.name}: {self}{policy.linesep}"
        [one] = self.addresses
        line = f"{self.name}: {_folded(one.display_name, self.name, policy)}"
        last = line.rpartition(policy.linesep)[2]
        fits = len(last) + len(one.addr_spec) + 3 <= (policy.max_line_length or _LONG)
        return f"{line}{'' if fits else policy.linesep} <{one.addr_spec}>{policy.linesep}"


def _folded(text: str, name: str, policy: Policy) -> str:
    if text.isascii() and len(text) <= _SHORT:
        return text
    return Header(text, "utf-8", header_name=name).encode(linesep=policy.linesep)


def _registry() -> HeaderRegistry:
    known = HeaderRegistry()
    known.map_to_type("subject", _Subject)  # type: ignore[arg-type]  # the stub forgets the mixing
    for name in ("from", "to", "reply-to"):
        known.map_to_type(name, _Mailbox)  # type: ignore[arg-type]  # the same
    return known


POLICY = SMTP.clone(header_factory=_registry())
