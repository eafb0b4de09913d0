"""How organisations are written to, and how they head their own letters: set up and looked up."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import bindparam, select

from engine.canonical import canonical, digest, plain_form
from engine.clock import arabic
from engine.correspondence import Correspondent
from engine.database import Transaction
from engine.enrol import twice, unknown
from engine.errors import Reason, WrongUse, wrong
from engine.office import Answer, Office
from engine.people import Asking
from engine.register import record
from engine.tables import Organisation, table

LONGEST = 500  # characters of one column
SEVERAL = ("agency", "address", "contact")  # these may have several lines

_row = table(Correspondent).c
_ONE = select(*_row).where(_row.organisation == bindparam("organisation"))
_CODES = select(_row.organisation, _row.code).where(_row.code != "").order_by(_row.organisation)
_PLACES = select(table(Organisation).c.code)
# Two letters of the ministry or province, the number of the unit: the regulation on correspondence.
_CODE = re.compile(r"([ก-ฮ]{2})\s*([0-9]{1,5}(?:\.[0-9]{1,4}){0,3})")
# An address that notifications.mail writes as it is; the engine may not ask it.
_EMAIL = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_LONGEST_EMAIL = 254
# Control and other unseen characters, no characters, pictures: no official font has them.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "So", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as letters know it: the row of `engine.correspondence.Correspondent`."""

    organisation: str
    addressee: str = ""
    email: str = ""
    code: str = ""
    agency: str = ""
    address: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class NewCorrespondent(Party):
    where: str = ""


def correspondents(office: Office, asking: Asking, rows: Sequence[NewCorrespondent]) -> Answer:
    """Enter them, or put them in the place of what was there. Digits become 0-9, a code is spelled
    as `นร 1203`. Raises WrongUse with everything that is wrong in any row."""

    def work(transaction: Transaction) -> Answer:
        return _entered(transaction, office, asking, rows)

    return office.command(asking, ["correspondents", fingerprint(rows)], work)


def amend(office: Office, asking: Asking, organisation: str, changes: Mapping[str, str]) -> Answer:
    """Change what is named of a correspondent, and keep the rest."""

    def work(transaction: Transaction) -> Answer:
        row = asdict(correspondent(transaction, organisation)) | dict(changes)
        return _entered(transaction, office, asking, [NewCorrespondent(**row)])

    named = digest(canonical(plain_form([organisation, changes])))
    return office.command(asking, ["correspondent", named], work)


def correspondent(transaction: Transaction, organisation: str) -> Party:
    """All but the organisation is empty where nobody has said how it is written to."""
    row = transaction.row(_ONE, {"organisation": organisation})
    return Party(*row) if row else Party(organisation)


def sender_of(transaction: Transaction, asked: str | None) -> str:
    """Whose letter it is: the organisation that was asked for, or else the only one that has a code
    for its numbers. Raises WrongUse, which lists those that have one."""
    codes: dict[str, str] = dict(transaction.rows(_CODES))
    if asked is None and len(codes) == 1:
        return next(iter(codes))
    if asked in codes:
        return asked
    th, en = f"“{asked}” ไม่มีรหัสเลขที่หนังสือ", f"“{asked}” has no code for the numbers of its letters"
    if asked is None:
        th, en = "โปรดระบุหน่วยงานเจ้าของหนังสือ (--from)", "say whose letters (--from)"
    if listed := ", ".join(f"{organisation} ({code})" for organisation, code in codes.items()):
        raise wrong("sender", f"{th} ที่มีรหัส: {listed}", f"{en}. Those that have one: {listed}")
    how = "anumat correspondent set ORG --code"
    raise wrong(
        "sender",
        f"{th} ยังไม่มีหน่วยงานใดมีรหัส กำหนดด้วย {how} 'นร 1203'",
        f"{en}. None has one yet: {how} 'นร 1203'",
    )


def faults_of_text(
    fields: Mapping[str, str], several: Collection[str], where: str
) -> dict[str, Reason]:
    """What a letter cannot print, or nobody would mean, by its column: such characters, lines where
    there is one line only, and far too much."""
    return {
        name: Reason("text", *fault, at(where, name))
        for name, text in fields.items()
        if (fault := _fault_of_text(text, lines=name in several))
    }


def at(where: str, name: str) -> str:
    """A cell: the row where it stands, and the name of its column."""
    return f"{where} {name}".strip()


def fingerprint(rows: Sequence[Any]) -> str:
    """Tells a request of such rows from others, before it is known to be sound."""
    return digest(canonical(plain_form([asdict(row) for row in rows])))


def _entered(
    transaction: Transaction, office: Office, asking: Asking, rows: Sequence[NewCorrespondent]
) -> Answer:
    places = {code for (code,) in transaction.rows(_PLACES)}
    reasons = twice([(row.organisation, row.where) for row in rows])
    for row in rows:
        if row.organisation not in places:
            where = at(row.where, "organisation")
            reasons.append(unknown("organisation", row.organisation, where))
        reasons.extend(_faults(row))
    reasons.extend(_taken(transaction, rows))
    if reasons:
        raise WrongUse(*reasons)
    return record(transaction, office, asking, [(Correspondent, _columns(row)) for row in rows])


def _columns(row: NewCorrespondent) -> dict[str, str]:
    """The row as it is kept. An e-mail address with Thai digits is none, and stays one."""
    columns = {name: arabic(value.strip()) for name, value in _fields(row).items()}
    code = _CODE.fullmatch(columns["code"])
    spelled = {"code": f"{code[1]} {code[2]}"} if code else {}
    return {"organisation": row.organisation, **columns, "email": row.email.strip(), **spelled}


def _fields(row: NewCorrespondent) -> dict[str, str]:
    return {k: v for k, v in asdict(row).items() if k not in ("organisation", "where")}


def _faults(row: NewCorrespondent) -> Iterator[Reason]:
    bad = faults_of_text(_fields(row), SEVERAL, row.where)
    yield from bad.values()
    sound = {name: text for name, text in _columns(row).items() if name not in bad}
    email, code = sound.get("email"), sound.get("code")
    if email and not (_EMAIL.fullmatch(email) and len(email) <= _LONGEST_EMAIL):
        yield Reason(
            "email",
            f"“{email}” ไม่ใช่ที่อยู่อีเมลที่ใช้ได้ ใช้เช่น saraban@example.go.th",
            f"“{email}” is no e-mail address that can be used: write saraban@example.go.th",
            at(row.where, "email"),
        )
    if code and not _CODE.fullmatch(code):
        yield Reason(
            "code",
            f"“{code}” ไม่ใช่รหัสเลขที่หนังสือ ใช้อักษรย่อสองตัวและเลข เช่น นร 1203 หรือ มท 0201.2",
            f"“{code}” is no code of letters: two Thai letters and a number, "
            "as นร 1203 or มท 0201.2",
            at(row.where, "code"),
        )


def _taken(transaction: Transaction, rows: Sequence[NewCorrespondent]) -> Iterator[Reason]:
    """Two registers under one code would give the same number to two letters."""
    codes: dict[str, str] = dict(transaction.rows(_CODES))
    codes |= {row.organisation: _columns(row)["code"] for row in rows}
    bearers: dict[str, list[str]] = {}
    for organisation, code in codes.items():
        bearers.setdefault(code, []).append(organisation)
    for row in rows:
        code = codes[row.organisation]
        others = [bearer for bearer in bearers[code][:2] if bearer != row.organisation]
        if code and others:
            yield Reason(
                "code-taken",
                f"รหัส “{code}” เป็นของ {others[0]} แล้ว เลขหนังสือจะซ้ำกัน",
                f"the code “{code}” is {others[0]}'s: two letters would bear the same number",
                at(row.where, "code"),
            )


def _fault_of_text(text: str, *, lines: bool) -> tuple[str, str] | None:
    if len(text) > LONGEST:
        return f"ยาวเกิน {LONGEST} ตัวอักษร", f"it is longer than {LONGEST} characters"
    for char in text:
        if char == "\n" and not lines:
            return "ต้องอยู่ในบรรทัดเดียว", "it must be on one line"
        if char != "\n" and unicodedata.category(char) in _UNPRINTABLE:
            point = f"U+{ord(char):04X}"
            return (
                f"มีอักขระที่พิมพ์ไม่ได้ ({point}) โปรดพิมพ์ข้อความใหม่",
                f"it holds a character that cannot be printed ({point}); type the text again",
            )
    return None
