"""Issued letters as files in a folder: each PDF, one file for printing, and the mailing list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from commands.correspondence import written
from commands.words import MESSAGES
from engine import numbers, outbox
from engine.canonical import plain
from engine.database import Transaction
from engine.letters import file_of
from notifications.composing import post_of
from notifications.mailing import Mailed, mailing_list
from notifications.merged import merged

ALL, LIST = "all.pdf", "mailing-list.xlsx"


def put(
    transaction: Transaction, refs: Sequence[str], folder: Path, now: datetime, *, duplex: bool
) -> list[Path]:
    """Write them; of several also the one file and the list. The paths."""
    bodies, rows, paths = [], [], []
    for row in (numbers.letter(transaction, ref) for ref in refs):
        body, name = file_of(transaction, row["ref"]), file_name(row)
        paths.append(written(folder, name, body))
        bodies.append(body)
        rows += _mailed(transaction, row, name)
    if len(bodies) > 1:
        paths.append(written(folder, ALL, merged(bodies, made_at=now, duplex=duplex)))
    if len(rows) > 1:
        paths.append(written(folder, LIST, mailing_list(rows, made_at=now)))
    return paths


def file_name(row: Mapping[str, Any]) -> str:
    """Numbers sort, every system takes the name, and no other register's letter has it:
    OPDC-2564-0117-TH-50.pdf, OPDC-2564-circular-0003.pdf."""
    mark = "circular-" if row["series"] == "circular" else ""
    to = f"-{row['recipient']}" if row["recipient"] else ""
    return f"{row['sender']}-{row['year']}-{mark}{row['number']:04d}{to}.pdf"


def _mailed(transaction: Transaction, row: Mapping[str, Any], name: str) -> list[Mailed]:
    """A line for each recipient and copy."""
    facts, subject = plain(row["facts"]), plain(row["paper"])["subject"]
    return [
        Mailed(
            number=row["printed"],
            dated=row["dated"],
            recipient=message["name_th"],
            addressee=_addressee(transaction, row, message),
            email=message["email"],
            subject=subject,
            items=tuple(item["ref"] for item in facts["items"]),
            file=name,
            state=MESSAGES[message["status"]].th,
        )
        for message in outbox.listed(transaction, outbox.Wanted(letter=row["ref"]))
    ]


def _addressee(transaction: Transaction, row: Mapping[str, Any], message: Mapping[str, Any]) -> str:
    """Who stands on the envelope: of a circular, each for themselves."""
    if message["is_copy"]:
        return "สำเนา"
    if row["recipient"]:
        return str(plain(row["paper"])["to"])
    return post_of(transaction, message["recipient"])
