"""What a letter is about: the steps that made it owed, frozen as they were decided.

Facts alone, as plain data: the wording is not the engine's affair. Steps of one kind of letter, one
organisation and one occasion (a meeting, or the instant of a bulk) are told in one letter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select

from engine import load
from engine.canonical import plain
from engine.correspondence import LetterOwed
from engine.database import Transaction
from engine.errors import wrong
from engine.letters_owed import OWED_NOW
from engine.office import Office
from engine.particulars import cycle_of, organisation_of
from engine.queries import content_of, history
from engine.tables import Event, Organisation, table

MINISTER = "minister"
Copies = tuple[tuple[str, str], ...]  # organisation, and the definition's word for it

_o, _p = table(LetterOwed).c, table(Organisation).c
_e = table(Event).c
_EVENT = select(_e.document).where(_e.stream == bindparam("stream"), _e.seq == bindparam("seq"))
_PLACES = select(_p.code, _p.name_th, _p.name_en, _p.kind, _p.path)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A letter that is owed: to whom it goes (`to`, `copies`: organisations), who may issue it, and
    the (item, event) that it tells of. `addressed` is who is meant inside the recipient, where an
    item's content names a unit that is no registered organisation; `copied` says for each copy by
    which word of the definition it goes there: the minister's copy goes to the ministry."""

    kind: str
    occasion: str
    organisation: str
    cycle: str
    owed_at: str
    to: str
    addressed: str
    copied: Copies
    owed: tuple[tuple[str, int], ...]
    roles: Mapping[str, tuple[str, ...]]

    @property
    def copies(self) -> tuple[str, ...]:
        """Minister and ministry get one together."""
        return tuple(dict.fromkeys(code for code, _ in self.copied))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which owed letters; what is empty does not restrict."""

    kind: str = ""
    item: str = ""
    occasion: str = ""
    organisation: str = ""
    cycle: str = ""


def occasions(transaction: Transaction, office: Office, wanted: Wanted) -> list[Occasion]:
    """The letters that are owed, the oldest first, one for each recipient."""
    statement = OWED_NOW
    for name in ("kind", "occasion", "organisation", "cycle"):
        if value := getattr(wanted, name):
            statement = statement.where(_o[name] == value)
    rows = transaction.ask(statement)
    if wanted.item:
        of_item = {row[:4] for row in rows if row[4] == wanted.item}
        rows = [row for row in rows if row[:4] in of_item]
    places = _places(transaction)
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for row in rows:  # a meeting's decisions may be recorded one after the other
        groups.setdefault(row[:4], []).append(row)
    found = [
        each for group in groups.values() for each in _of_group(transaction, office, group, places)
    ]
    return [each for each in found if not wanted.item or wanted.item in each.roles]


def owed_of_cycle(transaction: Transaction, kind: str, cycle: str) -> tuple[tuple[str, int], ...]:
    """What a circular about a cycle settles: the steps of its items that asked for one."""
    rows = transaction.ask(OWED_NOW.where(_o.kind == kind, _o.cycle == cycle))
    return tuple((row[4], row[5]) for row in rows)


def facts_of(transaction: Transaction, office: Office, letter: Occasion) -> dict[str, Any]:
    """The facts of an owed letter (`docs/letters.md` lists them)."""
    events = [_event(transaction, ref, seq) for ref, seq in letter.owed]
    first = events[0]
    meeting = first.get("meeting")
    if meeting:
        meeting = load.sitting(transaction, meeting["ref"]).snapshot | meeting
    return {
        "kind": letter.kind,
        "scope": "item",
        "recipient": organisation_of(transaction, letter.to),
        "organisation": _as_it_was(transaction, first["organisation"]),
        "cycle": cycle_of(transaction, office, letter.cycle),
        "step": {
            "trigger": first["trigger"],
            "th": first["title"]["th"],
            "en": first["title"]["en"],
            "outcome": first.get("outcome", ""),
            "decided_on": first.get("decided_on", ""),
            "recorded_at": first["recorded_at"],
            "comment": first.get("comment", ""),
            "round": first.get("thread", {}).get("number", 0),
        },
        "by": first["actor"],
        "meeting": meeting,
        "items": [item_facts(transaction, office, event) for event in events],
    }


def item_facts(
    transaction: Transaction, office: Office, event: Mapping[str, Any]
) -> dict[str, Any]:
    """An item as a step found it: the content is that of the revision that was decided on."""
    identity = event["workflow"]
    compiled = office.definitions.get(transaction, identity["name"], identity["version"])
    content = content_of(transaction, event["stream"], event["revision"]["number"]) or {}
    code, title = compiled.content.heading(content)
    return {
        "ref": event["stream"],
        "code": code,
        "title": title,
        "cycle": event["cycle"],
        "organisation": _as_it_was(transaction, event["organisation"]),
        "outcome": event.get("outcome", ""),
        "comment": event.get("comment", ""),
        "decided_on": event.get("decided_on", ""),
        "state_th": compiled.workflow.states[event["to"]].title.th,
        "revision": event["revision"],
        "content": content,
        "subject": _subject(transaction, event),
    }


def _subject(transaction: Transaction, event: Mapping[str, Any]) -> dict[str, Any]:
    """What a request wants to change, as it was before the step; empty for an item that is none."""
    ref = load.one(transaction, event["stream"]).item.subject
    numbers = [
        earlier["revision"]["number"]
        for earlier in (history(transaction, ref) if ref else ())
        if earlier["kind"] in ("opened", "revised", "amended")
        and earlier["recorded_at"] <= event["recorded_at"]
        and earlier.get("request", {}).get("ref") != event["stream"]
    ]
    return (content_of(transaction, ref, numbers[-1]) or {}) if numbers else {}


def _as_it_was(transaction: Transaction, snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """An organisation by the name that it had, with its kind, which events do not keep."""
    return {**organisation_of(transaction, snapshot["code"]), **snapshot}


def _of_group(
    transaction: Transaction,
    office: Office,
    rows: Sequence[tuple[Any, ...]],
    places: Mapping[str, tuple[Any, ...]],
) -> Iterable[Occasion]:
    """One letter for each recipient, whom the definition names by their part in the item, and for
    each person who took steps by themselves."""
    kind, occasion, organisation, cycle, *_ = rows[0]
    apart: dict[tuple[str, str, Copies, str], list[tuple[Any, ...]]] = {}
    roles: dict[str, tuple[str, ...]] = {}
    for row in rows:
        ref, seq, _, workflow, version = row[4:]
        event = _event(transaction, ref, seq)
        compiled = office.definitions.get(transaction, workflow, version)
        transition = compiled.workflow.transition(event["from"], event["trigger"])
        [letter] = [each for each in transition.letters if each.kind == kind] if transition else []
        content = content_of(transaction, ref, event["revision"]["number"]) or {}
        to, addressed = _meant(letter.to, organisation, content, places)
        copies = [(_meant(n, organisation, content, places)[0], n) for n in letter.copies]
        others = tuple(dict.fromkeys((code, name) for code, name in copies if code != to))
        # Without a meeting it is a person who speaks, also at one moment of a clock that stands.
        speaks = "" if event.get("meeting") else event["actor"].get("person", "")
        apart.setdefault((to, addressed, others, speaks), []).append(row)
        notifying = compiled.sent_by(event["to"]).get(kind, "")
        then = compiled.workflow.transition(event["to"], notifying) if notifying else None
        by = (*(transition.by if transition else ()), *(then.by if then else ()))
        roles[ref] = tuple(dict.fromkeys(by))
    for (to, addressed, others, _), those in apart.items():
        owed = tuple((row[4], row[5]) for row in those)
        yield Occasion(
            kind, occasion, organisation, cycle, those[0][6], to, addressed, others, owed,
            {ref: roles[ref] for ref, _ in owed},
        )  # fmt: skip


def _meant(
    name: str,
    organisation: str,
    content: Mapping[str, Any],
    places: Mapping[str, tuple[Any, ...]],
) -> tuple[str, str]:
    """`organisation`, a kind of organisation above it (`ministry`; `minister` is in it), or a field
    of the content that names one; a unit that is not registered is written to at its
    organisation."""
    if name == "organisation":
        return organisation, ""
    name = "ministry" if name == MINISTER else name
    above = [code for code in reversed(places[organisation][4].split("/")) if code in places]
    for code in above:
        if places[code][3] == name:
            return code, ""
    said = str(content.get(name) or "")
    return (said, "") if said in places else (organisation, said)


def _places(transaction: Transaction) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row for row in transaction.rows(_PLACES)}


def _event(transaction: Transaction, ref: str, seq: int) -> dict[str, Any]:
    row = transaction.row(_EVENT, {"stream": ref, "seq": seq})
    if row is None:
        raise AssertionError(f"{ref} has no event {seq}, and owes a letter of it")
    return plain(bytes(row[0]))  # type: ignore[no-any-return]  # an object by construction


def not_owed(transaction: Transaction, office: Office, wanted: Wanted, ref: str) -> Exception:
    """Why an item, a meeting or a cycle has no such letter, naming those that are owed of it."""
    others = occasions(transaction, office, replace(wanted, kind=""))
    if not others:
        return wrong(
            "letter",
            f"ไม่มีหนังสือที่ต้องออกของ {ref} ที่ออกแล้วดูด้วย anumat letter find",
            f"no letter of {ref} is to be issued. Those that were: anumat letter find",
        )
    known = ", ".join(sorted({each.kind for each in others}))
    return wrong(
        "letter",
        f"{ref} ไม่มีหนังสือ “{wanted.kind}” ที่ต้องออก ที่ค้างอยู่: {known}",
        f"no letter “{wanted.kind}” is owed of {ref}; there are: {known}",
    )
