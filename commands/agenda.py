"""What a calendar shows, whoever it is for: one entry for each day that somebody must know of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# What an entry is, in the words of a calendar's category.
KINDS = {
    "deadline": ("ครบกำหนด", "Deadline"),
    "opens": ("เปิดรับ", "Opens"),
    "closes": ("ปิดรับ", "Closes"),
    "meeting": ("ประชุม", "Meeting"),
    "event": ("กิจกรรม", "Event"),
    "cutoff": ("ปิดรับเอกสาร", "Papers close"),
    "policy": ("นโยบาย", "Policy"),
    "information_request": ("ขอข้อมูล", "Information request"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A day that counts (`day`), and the one that was announced (`nominal`).

    `uid` stays what it is when the day or the title changes; `version` grows with every change,
    `moved` counts how often the day was moved.
    A `layer` of `office` is an office's own date. `kind` is one of KINDS.
    """

    uid: str
    day: date
    nominal: date
    title_th: str
    title_en: str
    detail_th: str
    detail_en: str
    kind: str
    ref: str = ""
    organisation_th: str = ""
    organisation_en: str = ""
    layer: str = ""
    moved: int = 0
    version: int = 0
    provisional: bool = False
    overdue: bool = False

    def title(self, lang: str) -> str:
        return self.title_th if lang == "th" else self.title_en

    def detail(self, lang: str) -> str:
        return self.detail_th if lang == "th" else self.detail_en

    def organisation(self, lang: str) -> str:
        return self.organisation_th if lang == "th" else self.organisation_en

    def kind_name(self, lang: str) -> str:
        th, en = KINDS.get(self.kind, (self.kind, self.kind))
        return th if lang == "th" else en


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By day, then by identity, so that the same entries always stand in the same order."""
    return sorted(entries, key=lambda entry: (entry.day, entry.uid))
