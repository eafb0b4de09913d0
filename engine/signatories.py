"""Who signs an organisation's letters: entered with the post and the order that says so, found by
the day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from engine.clock import arabic
from engine.correspondence import Signatory
from engine.correspondents import at, faults_of_text, fingerprint
from engine.database import Transaction
from engine.enrol import backwards, twice, unknown
from engine.errors import Reason, WrongUse, wrong
from engine.office import Answer, Office
from engine.people import Asking
from engine.register import record
from engine.tables import Organisation, Person, table

# For a post that is vacant or whose holder cannot act; and by a written delegation.
ACTING = ("รักษาราชการแทน", "ปฏิบัติราชการแทน")
SEVERAL = ("post", "acting_for")  # these may have several lines

_row, _person = table(Signatory).c, table(Person).c
_NAMES = [column.name for column in table(Signatory).c]
_PLACES = select(table(Organisation).c.code)
_POSTS = select(_person.code, _person.post_th)
_IN_FORCE = (
    select(*_row, _person.name_th, _person.name_en)
    .select_from(table(Signatory).join(table(Person), _person.code == _row.person))
    .where(
        _row.organisation == bindparam("organisation"),
        _row.since <= bindparam("day"),
        (_row.until == "") | (_row.until >= bindparam("day")),
    )
    .order_by(_row.since.desc(), _row.person)
)


@dataclass(frozen=True, slots=True)
class NewSignatory:
    """`since` and `until` are days in Bangkok, both included; no `until` leaves it open. Without a
    `post` it is the person's own."""

    organisation: str
    person: str
    since: date
    until: date | None = None
    post: str = ""
    acting: str = ""
    acting_for: str = ""
    order_ref: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """A signing officer with their name: a row of `engine.correspondence.Signatory`."""

    organisation: str
    person: str
    since: str
    until: str
    post: str
    acting: str
    acting_for: str
    order_ref: str
    name_th: str
    name_en: str


def signatories(office: Office, asking: Asking, rows: Sequence[NewSignatory]) -> Answer:
    """Enter them; the same (organisation, person, since) again changes the rest. Several may sign
    on one day. Raises WrongUse with everything that is wrong in any row."""

    def work(transaction: Transaction) -> Answer:
        places = {code for (code,) in transaction.rows(_PLACES)}
        posts: dict[str, str] = dict(transaction.rows(_POSTS))
        keys = [f"{row.organisation} {row.person} {row.since}" for row in rows]
        reasons = twice([(key, row.where) for key, row in zip(keys, rows, strict=True)])
        for row in rows:
            if row.organisation not in places:
                where = at(row.where, "organisation")
                reasons.append(unknown("organisation", row.organisation, where))
            reasons.extend(_faults(row, posts))
        if reasons:
            raise WrongUse(*reasons)
        entries = [(Signatory, _columns(row, posts)) for row in rows]
        return record(transaction, office, asking, entries)

    return office.command(asking, ["signatories", fingerprint(rows)], work)


def end(office: Office, asking: Asking, organisation: str, person: str, last: date) -> Answer:
    """Let a person sign until the day `last`, and no longer. Raises WrongUse where they do not
    sign on that day."""

    def work(transaction: Transaction) -> Answer:
        until = {"until": last.isoformat()}
        rows = [each for each in signers(transaction, organisation, last) if each.person == person]
        if not rows:
            raise wrong(
                "signatory",
                f"{person} ไม่ได้เป็นผู้ลงนามของ {organisation} ในวันที่ {last}",
                f"{person} does not sign for {organisation} on {last}",
            )
        entries = [
            (Signatory, {name: getattr(each, name) for name in _NAMES} | until) for each in rows
        ]
        return record(transaction, office, asking, entries)

    return office.command(asking, ["signatory", organisation, person, last.isoformat()], work)


def signer(transaction: Transaction, organisation: str, day: date) -> Signer | None:
    """Who signs on a day in Bangkok: of several, who began last."""
    return next(iter(signers(transaction, organisation, day)), None)


def signers(transaction: Transaction, organisation: str, day: date) -> list[Signer]:
    """Everybody who signs on that day, who began last first."""
    params = {"organisation": organisation, "day": day.isoformat()}
    return [Signer(*row) for row in transaction.rows(_IN_FORCE, params)]


def _columns(row: NewSignatory, posts: Mapping[str, str]) -> dict[str, str]:
    texts = {name: arabic(text.strip()) for name, text in _texts(row).items()}
    return {
        "organisation": row.organisation,
        "person": row.person,
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else "",
        **texts,
        "post": texts["post"] or arabic(posts[row.person]),
    }


def _texts(row: NewSignatory) -> dict[str, str]:
    names = ("post", "acting", "acting_for", "order_ref")
    return {name: getattr(row, name) for name in names}


def _faults(row: NewSignatory, posts: Mapping[str, str]) -> Iterator[Reason]:
    if row.person not in posts:
        yield unknown("person", row.person, at(row.where, "person"))
    elif not (row.post.strip() or posts[row.person]):
        yield Reason(
            "post",
            f"ไม่ทราบตำแหน่งของ “{row.person}” โปรดระบุ",
            f"“{row.person}” is registered without a post: name it",
            at(row.where, "post"),
        )
    if row.until is not None and row.until < row.since:
        yield backwards(row.since, row.until, at(row.where, "until"))
    bad = faults_of_text(_texts(row), SEVERAL, row.where)
    yield from bad.values()
    if "acting" not in bad:
        yield from _faults_of_acting(row)


def _faults_of_acting(row: NewSignatory) -> Iterator[Reason]:
    acting = row.acting.strip()
    if acting and acting not in ACTING:
        kinds = " / ".join(ACTING)
        yield Reason(
            "acting",
            f"“{acting}” ต้องเป็น {kinds} หรือเว้นว่าง",
            f"“{acting}” must be {kinds}, or empty",
            at(row.where, "acting"),
        )
    for name, text in (("acting_for", row.acting_for), ("order_ref", row.order_ref)):
        th, en = _ACTS[name]
        if acting and not text.strip():
            yield Reason(
                name, f"{acting} ต้องระบุ{th}", f"whoever acts needs {en}", at(row.where, name)
            )
        if text.strip() and not acting:
            yield Reason(
                name,
                f"ระบุ{th}แล้ว ต้องระบุด้วยว่าเป็น {' หรือ '.join(ACTING)}",
                f"there is {en}: say also how they act ({' or '.join(ACTING)})",
                at(row.where, name),
            )


_ACTS = {
    "acting_for": ("ตำแหน่งที่แทน", "the post that is acted for"),
    "order_ref": ("เลขที่คำสั่ง", "the reference of the order"),
}
