"""What is on its way out of the house, or got stuck there, and what a person does about it.

`bounced` is a message that the relay accepted and somebody returned; sent again it is another one,
with an identity of its own, and the old one is `replaced`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, func, select, update

from engine.alarms import CANCELLED, FAILED, SENT, UNKNOWN
from engine.arrivals import REPLACED, returned
from engine.claims import NEW, WAITING
from engine.clock import stamp
from engine.correspondence import Correspondent, Letter
from engine.database import Transaction
from engine.errors import Overtaken, Reason, refused, wrong
from engine.ledger import Message
from engine.office import Answer, Office
from engine.people import Asking, actor_of
from engine.settle import (
    BOUNCED,
    Settlement,
    record_settlement,
    require_comment,
    require_issued,
    settled,
    settled_from,
)
from engine.tables import Organisation, Person, table

STUCK = (WAITING, FAILED, UNKNOWN, BOUNCED)

_m, _l, _p = table(Message).c, table(Letter).c, table(Person).c
_place, _to = table(Organisation).c, table(Correspondent).c
_SHOWN = (
    *(_m[name] for name in (
        "key", "status", "day", "attempts", "until", "claimed_at", "settled_at", "note", "letter",
        "recipient", "is_copy", "person",
    )),
    _l.printed, _l.kind, _place.name_th, _place.name_en, _p.name_th.label("person_th"),
    _p.name_en.label("person_en"), func.coalesce(_to.email, _p.email, "").label("email"),
)  # fmt: skip
_LISTED = (
    select(*_SHOWN)
    .select_from(
        table(Message)
        .outerjoin(table(Letter), _l.ref == _m.letter)
        .outerjoin(table(Organisation), _place.code == _m.recipient)
        .outerjoin(table(Correspondent), _to.organisation == _m.recipient)
        .outerjoin(table(Person), _p.code == _m.person)
    )
    .order_by(_m.claimed_at != "", _m.claimed_at.desc(), _m.key)
)
_ONE = _LISTED.where(_m.key == bindparam("key"))
_KEYS = select(_m.key).where(_m.claimed_at != "")
_FAILED = select(_m.key).where(_m.status == FAILED).order_by(_m.key)
_BECOMES = (
    update(table(Message))
    .where(_m.key == bindparam("was_key"), _m.status == bindparam("was_status"))
    .values({n: bindparam(n) for n in ("status", "until", "note")})
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages; what is empty does not restrict. `letters` leaves reminders out."""

    statuses: Sequence[str] = ()
    letter: str = ""
    letters: bool = False
    most: int = 500


def listed(transaction: Transaction, wanted: Wanted) -> list[dict[str, Any]]:
    """Messages in the order in which they were last tried; those not tried yet come first. Of too
    many the oldest are left out."""
    statement = _LISTED.limit(wanted.most)
    if wanted.statuses:
        statement = statement.where(_m.status.in_(sorted(wanted.statuses)))
    if wanted.letter:
        statement = statement.where(_m.letter == wanted.letter)
    if wanted.letters:
        statement = statement.where(_m.letter != "")
    found = [_plain(row) for row in transaction.ask(statement)]
    return sorted(found, key=itemgetter("claimed_at", "key"))


def message(transaction: Transaction, key: str) -> dict[str, Any]:
    """Raises WrongUse where there is none."""
    row = transaction.row(_ONE, {"key": key})
    if row is None:
        raise wrong(
            "key",
            f"ไม่พบข้อความ “{key}” ดูรหัสด้วย anumat outbox list",
            f"there is no message “{key}”. See: anumat outbox list",
        )
    return _plain(row)


def tried_keys(transaction: Transaction) -> list[str]:
    """The keys of all that may have left: one of them is meant by a returned message."""
    return [key for (key,) in transaction.rows(_KEYS)]


def retry(office: Office, asking: Asking, key: str, comment: str) -> Answer:
    """Send it again: what failed or is unknown as the same message, what bounced as a new one;
    what waits, now; and a letter's that was cancelled, as what it was before. Raises Refusal for
    what was sent or is being sent, and for a void letter; WrongUse for an unknown key or an empty
    comment."""
    require_comment(comment)

    def work(transaction: Transaction) -> Answer:
        now = message(transaction, key)
        was, letter = now["status"], now["letter"]
        cancelled = was == CANCELLED and letter
        if was == BOUNCED or (cancelled and settled_from(transaction, key) == BOUNCED):
            return _sent_anew(transaction, office, asking, now, comment)
        if was in (FAILED, UNKNOWN) or cancelled:
            return settled(transaction, office, asking, Settlement(key, "again", comment))
        if was != WAITING:
            raise refused(
                "settled",
                f"“{key}” ส่งแล้ว กำลังส่ง หรือยกเลิกแล้ว จึงส่งซ้ำไม่ได้ ดูด้วย anumat outbox show",
                f"“{key}” is {was} and is not sent again",
            )
        actor_of(transaction, asking)  # nothing is recorded, but nobody unknown does it
        _become(transaction, key, WAITING, WAITING, stamp(asking.now), now["note"])
        return {"key": key, "was": WAITING, "is": "again"}

    return office.command(asking, ["retry", key, comment], work)


def retry_failed(office: Office, asking: Asking, comment: str) -> Answer:
    """Send all again that failed, in one transaction: the relay was away too long, say. Raises
    WrongUse for an empty comment."""
    require_comment(comment)

    def work(transaction: Transaction) -> Answer:
        actor_of(transaction, asking)
        keys = [key for (key,) in transaction.rows(_FAILED)]
        wishes = [Settlement(key, "again", comment) for key in keys]
        return {"messages": [settled(transaction, office, asking, wish) for wish in wishes]}

    return office.command(asking, ["retry-failed", comment], work)


def bounced(office: Office, asking: Asking, key: str, why: str) -> Answer:
    """Somebody returned a message: it was accepted, also where nobody knew that yet, and its letter
    is not with its recipient. Raises Refusal where it was not sent, or was settled otherwise."""

    def work(transaction: Transaction) -> Answer:
        now = message(transaction, key)
        if now["status"] not in (SENT, UNKNOWN):
            was = now["status"]
            raise refused("settled", f"“{key}” เป็น {was} อยู่แล้ว", f"“{key}” is {was} already")
        if now["status"] == UNKNOWN:
            settled(transaction, office, asking, Settlement(key, "sent", why))
        _become(transaction, key, SENT, BOUNCED, "", why[:500])
        if now["letter"] and not now["is_copy"]:
            returned(transaction, now["letter"])
        record_settlement(transaction, office, asking, Settlement(key, "bounced", why), SENT)
        return {"key": key, "was": now["status"], "is": BOUNCED}

    return office.command(asking, ["bounced", key, why], work)


def _sent_anew(
    transaction: Transaction, office: Office, asking: Asking, now: dict[str, Any], comment: str
) -> Answer:
    """As another message, for the archive and the relay know the one that was returned."""
    key, was = now["key"], now["status"]
    if not now["letter"]:
        raise refused(
            "reminder",
            f"“{key}” เป็นการแจ้งเตือนของวันที่ผ่านไปแล้ว จึงไม่ส่งซ้ำ แก้ที่อยู่อีเมลสำหรับครั้งต่อไป "
            "(anumat import people) แล้วใช้ anumat outbox cancel",
            f"“{key}” is a reminder of a day that is past, and is not sent again: mend the "
            "address for the next one (anumat import people), then anumat outbox cancel",
        )
    require_issued(transaction, now["letter"])
    again = _next_revision(key)
    _become(transaction, key, was, REPLACED, "", now["note"])
    transaction.run(NEW, _anew(now, again, stamp(asking.now)))
    record_settlement(transaction, office, asking, Settlement(key, "again", comment), was)
    return {"key": again, "was": was, "is": "again"}


def _become(
    transaction: Transaction, key: str, was: str, status: str, until: str, note: str
) -> None:
    row = {"was_key": key, "was_status": was, "status": status, "until": until, "note": note}
    if not transaction.run(_BECOMES, row):
        raise Overtaken(Reason("overtaken", "มีผู้อื่นดำเนินการก่อนแล้ว", "somebody else was faster"))


def _next_revision(key: str) -> str:
    """The same to the same recipient, as another message: `…|1` becomes `…|2`."""
    stem, _, number = key.rpartition("|")
    return f"{stem}|{int(number) + 1}"


def _anew(old: dict[str, Any], key: str, now: str) -> dict[str, Any]:
    kept = {name: old[name] for name in ("day", "letter", "recipient", "is_copy", "person")}
    fresh = dict.fromkeys(("claim", "claimed_at", "settled_at", "note"), "")
    return kept | fresh | {"key": key, "status": WAITING, "until": now, "attempts": 0}


def _plain(row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip((column.name for column in _SHOWN), row, strict=True))
