"""How notifications/words/thai.txt.gz was made: `python make_words.py WHEEL_OF_PYTHAINLP TARGET`.

Not part of any run; kept so that the list can be made again, and argued about.
"""

import gzip
import re
import sys
from pathlib import Path
from zipfile import ZipFile

CORPUS = "pythainlp/corpus/"
# A compound that begins like this takes its first syllable from the word before it:
# มาตร|การปรับปรุง. It is dropped where its rest is a word too.
PREFIXES = ("การ", "ความ", "ผู้", "นัก", "ทุก")
# These steal a syllable from a neighbour in letters: ชุม|ทางการ, ประ|ชุมทาง.
STEALING = {
    "ชุมทาง", "ทางการ", "งานการ", "พัฒนาการ", "เป็นการ", "ได้การ", "ให้การ", "ใช้การ", "เสียการ",
    "พอการ", "เกินการ", "ตรวจการ", "วางแผนการ", "ไม่ต้องการ", "รู้ความ", "ทำความ", "ได้ความ",
    "เป็นความ", "หาความ", "มากความ", "สรุปความ",
}  # fmt: skip
INSIDE = re.compile("(.+)(?:การ|ความ)(.+)")  # ผลการดำเนินงาน, of words that stand by themselves
LONGEST = 20  # beyond it are proverbs, which a line may break as it likes
# Times in the Thai National Corpus: rarer words of two or three signs would only cut up names.
OFTEN = {2: 500, 3: 20}
_THAI = re.compile(r"[\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e45\u0e47-\u0e4e]+")


def kept(word: str, words: set[str], times: dict[str, int]) -> bool:
    if not _THAI.fullmatch(word) or not 2 <= len(word) <= LONGEST or word in STEALING:
        return False
    if times.get(word, 0) < OFTEN.get(len(word), 0):
        return False
    found = INSIDE.fullmatch(word)
    if found and found[1] in words and found[2] in words:
        return False
    return not any(word.startswith(p) and word[len(p) :] in words for p in PREFIXES)


def listed(archive: ZipFile, name: str) -> list[str]:
    return archive.read(CORPUS + name).decode().split("\n")


def main(wheel: str, target: str) -> None:
    with ZipFile(wheel) as archive:
        words = {line.strip() for line in listed(archive, "words_th.txt")} - {""}
        pairs = [line.split("\t") for line in listed(archive, "tnc_freq.txt") if "\t" in line]
    times = {word: int(count) for word, count in pairs}
    chosen = "\n".join(sorted(word for word in words if kept(word, words, times)))
    Path(target).write_bytes(gzip.compress(chosen.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
