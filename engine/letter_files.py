"""The files of letters against what the register says of them."""

from collections.abc import Iterator

from sqlalchemy import bindparam, select

from engine.broken import Broken, matches
from engine.correspondence import Letter, LetterFile
from engine.database import Transaction
from engine.tables import table

CHUNK = 500

_letter, _file = table(Letter).c, table(LetterFile).c
_DIGESTS = (
    select(_letter.ref, _letter.pdf)
    .where((_letter.status == "issued") | (_letter.pdf != ""))
    .order_by(_letter.ref)
)
_FILES_BETWEEN = select(_file.letter, _file.body).where(
    _file.format == "pdf",
    _file.letter >= bindparam("low"),
    _file.letter <= bindparam("high"),
)
# Files that no digest speaks for.
_STRAYS = (
    select(_file.letter, _file.format)
    .where((_file.format != "pdf") | _file.letter.not_in(select(_DIGESTS.subquery().c.ref)))
    .order_by(_file.letter, _file.format)
)


def unlike_their_digests(transaction: Transaction) -> Iterator[Broken]:
    """The file of each letter that was issued, against the digest in the register."""
    digests = transaction.rows(_DIGESTS)
    for start in range(0, len(digests), CHUNK):
        part = digests[start : start + CHUNK]
        limits = {"low": part[0][0], "high": part[-1][0]}
        bodies: dict[str, object] = dict(transaction.rows(_FILES_BETWEEN, limits))
        for ref, said in part:
            where = f"letter_file {ref} pdf"
            if ref not in bodies:
                yield Broken(where, "ไฟล์หนังสือหายไป", "the letter's file is missing")
            elif not matches(bodies[ref], said):
                yield Broken(
                    where, "ไฟล์ไม่ตรงกับค่าแฮชของหนังสือ", "its bytes do not match the letter's digest"
                )
    for ref, form in transaction.rows(_STRAYS):
        where = f"letter_file {ref} {form}"
        yield Broken(where, "ไฟล์นี้ไม่มีหนังสือ", "this file belongs to no letter")
