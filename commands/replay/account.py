"""What the demo tells at its end of the letters that it wrote."""

from collections import Counter
from pathlib import Path
from typing import Any

from commands.terminal import Column, Screen
from engine import numbers
from engine.database import Transaction
from notifications.kinds import KINDS


def letters_of(transaction: Transaction) -> list[dict[str, Any]]:
    """How many letters of each kind a sender issued in a year, from its registers."""
    found: Counter[tuple[str, int, str]] = Counter()
    for sender, year in numbers.senders(transaction):
        for row in numbers.register_of(transaction, sender, year):
            found[sender, year, row["kind"]] += 1
    return [
        {"sender": sender, "year": year, "kind": kind, "letters": number}
        for (sender, year, kind), number in sorted(found.items())
    ]


def print_letters(screen: Screen, letters: list[dict[str, Any]], folder: Path) -> None:
    screen.heading(
        screen.pick("หนังสือราชการ (anumat register)", "Official letters (anumat register)")
    )
    screen.table(
        [
            Column("ผู้ออก", "Sender", shrink=False),
            Column("ปีปฏิทิน", "Calendar year", shrink=False),
            Column("หนังสือ", "Letter"),
            Column("ฉบับ", "Letters", "right"),
        ],
        [
            (row["sender"], str(row["year"]), KINDS[row["kind"]].title.text(screen.lang),
             row["letters"])
            for row in letters
        ],
    )  # fmt: skip
    screen.say(f"ไฟล์ PDF อยู่ใน {folder}", f"The PDF files are in {folder}")
