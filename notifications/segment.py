"""Where Thai words end: Thai writes no spaces between them.

A run of Thai letters is cut into the fewest words of a list. What the list does not know, names
mostly, stays whole, together with the short words that only chance found beside it.
"""

import gzip
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

_DATA = Path(__file__).parent / "words"
# Nothing smaller than this can begin a line: vowels written before a consonant, what hangs on it or
# follows it, the consonant that must close a ั, and silenced consonants (ร์).
_UNIT = re.compile("(?:[เ-ไ]*[ก-ฮ](?:ั[่-๋]?[ก-ฮ])?[ะ-ฺๅ็-๎]*|[เ-ไ]*[ะ-ฺๅ็-๎]+|[เ-ไ]+)(?:[ก-ฮ][ิุู]?์[ะ-ฺๅ็-๎]*)*")

_WORD, _UNKNOWN = 10, 40  # what a piece costs; the cheapest cut wins
_BARE = {"การ": 13, "ความ": 13}  # before these stand alone, รายการ and ข้อความ are tried
_STEALS = {"กิจการ": 16}  # it would take its กิจ from เศรษฐกิจ, ธุรกิจ and ภารกิจ before a การ
_TERMS = ((8, 4), (6, 8))  # from so many signs a term of ours costs less: it outweighs chance
_SPLIT_AM = re.compile("ํ([่-๋]?)า")  # two signs where ำ is one: old keyboards and PDF files
_PREFIXES = frozenset({"การ", "ความ", "ผู้", "นัก"})  # they begin a word, and never end a line
_CHANCE = 3  # signs: a word as short as this beside something unknown is likely a part of it
_COMMON = frozenset((
    "การ", "กับ", "ก็", "ของ", "ขอ", "คือ", "จะ", "จาก", "ด้วย", "ดัง", "ได้", "ตาม", "ต่อ", "ถึง",
    "ถ้า", "ทั้ง", "ที่", "นี้", "นั้น", "ใน", "เป็น", "ไป", "ปี", "ผล", "มา", "มี", "ไม่", "ยัง", "รับ",
    "แล้ว", "และ", "ว่า", "ส่ง", "ให้", "หรือ", "อยู่", "โดย", "เมื่อ", "แต่", "นาย", "นาง",
))  # fmt: skip


class _Words:
    """The list, and for every two signs that begin a word the length of the longest such word."""

    def __init__(self, words: list[str], terms: list[str]) -> None:
        self.known = frozenset(words)
        self.costs = {term: _term_cost(term) for term in terms} | _BARE | _STEALS
        self.reach: dict[str, int] = {}
        for word in words:
            start = word[:2]
            if len(word) > self.reach.get(start, 0):
                self.reach[start] = len(word)


def _term_cost(term: str) -> int:
    return next((cost for signs, cost in _TERMS if len(term) >= signs), _WORD)


@cache
def _words() -> _Words:
    terms = (_DATA / "terms.txt").read_text(encoding="utf-8").split()
    listed = gzip.decompress((_DATA / "thai.txt.gz").read_bytes()).decode().split("\n")
    return _Words(listed + terms, terms)


def ends(run: str) -> list[int]:
    """The places inside a run of Thai letters where a line may end, in order."""
    words = _words()
    pieces = _cheapest(run, words)
    known = [word if (word := _spelled(piece)) in words.known else "" for piece in pieces]
    places: list[int] = []
    at = 0
    for piece, (left, right) in zip(pieces, pairwise(known), strict=False):
        at += len(piece)
        if _may_part(left, right):
            places.append(at)
    return places


def _cheapest(run: str, words: _Words) -> list[str]:
    """The run in words, each unit outside them alone; of equal cuts the one that begins longest."""
    bounds = [0, *(found.end() for found in _UNIT.finditer(run))]
    last = len(bounds) - 1
    slack = run.count("ํ")
    cost = [0] * (last + 1)
    following = [0] * (last + 1)
    for here in range(last - 1, -1, -1):
        start = bounds[here]
        best, goal = _UNKNOWN + cost[here + 1], here + 1
        limit = start + words.reach.get(_spelled(run[start : start + 3])[:2], 0) + slack
        for there in range(here + 1, last + 1):
            if bounds[there] > limit:
                break
            word = _spelled(run[start : bounds[there]])
            if word in words.known:
                price = words.costs.get(word, _WORD) + cost[there]
                if price <= best:
                    best, goal = price, there
        cost[here], following[here] = best, goal
    return _walked(run, bounds, following)


def _spelled(piece: str) -> str:
    return _SPLIT_AM.sub(r"\1ำ", piece) if "ํ" in piece else piece


def _walked(run: str, bounds: list[int], following: list[int]) -> list[str]:
    pieces: list[str] = []
    here, last = 0, len(bounds) - 1
    while here < last:
        pieces.append(run[bounds[here] : bounds[following[here]]])
        here = following[here]
    return pieces


def _may_part(left: str, right: str) -> bool:
    """Two neighbours, "" for what the list does not know."""
    if left in _PREFIXES:
        return False
    if left and right:
        return True
    word = left or right
    return word in _COMMON or len(word) > _CHANCE
