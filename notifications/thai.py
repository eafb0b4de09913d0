"""Thai as letters are typed: digits, the day, and where a line may end.

What a line must not part stands in `_KEPT`; where the words of a run end, `notifications.segment`
knows. Breaks fall after spaces, as Unicode has it: a piece carries the spaces that follow it.
"""

import re
from datetime import date
from itertools import pairwise

from engine.clock import MONTHS_EN, MONTHS_EN_LONG, MONTHS_TH, MONTHS_TH_SHORT, thai_day
from notifications.segment import ends

NO_BREAK = "\u00a0"
BLANK = "." * 12  # where a draft has no number or day yet

_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
# Digits stay as they are in an address of the web; in a run of letters, digits and -._@/+&=?#~%'
# that holds a Latin letter (e-mail, IND-2564-0001, A4); and in a version after a Latin word
# (PMQA 4.0, one digit on either side of the dot). Everything else is text and is converted.
_LATIN = "A-Za-zÀ-ɏ"
_JOINED = "0-9_@/+&=?#~%'.-"
_RUN = rf"[{_LATIN}{_JOINED}]"
_TOKENS = re.compile(
    rf"(?P<web>[A-Za-z][A-Za-z0-9+.-]*://\S+)"
    rf"|(?P<word>(?=[{_JOINED}]*[{_LATIN}]){_RUN}+(?:[ \u00a0][0-9]\.[0-9](?!{_RUN}))?)"
    rf"|(?P<text>{_RUN}+)"
)

_N = "[0-9๐-๙]"
_MONTHS = "|".join(
    re.escape(name) for name in (*MONTHS_TH, *MONTHS_TH_SHORT, *MONTHS_EN_LONG, *MONTHS_EN)
)
_GAP = "(?<! ) +"  # the whole of it: a long one is looked at once
_DAY = rf"(?:(?:ที่ +)?(?<!{_N}){_N}{{1,2}} +)"
_TIME = rf"(?<!{_N}){_N}{{1,2}}[.:]{_N}{{2}}(?!{_N})"
_KEPT = re.compile(
    "|".join(
        (
            rf"{_DAY}?(?:{_MONTHS})(?: +(?:พ\.ศ\. *)?{_N}{{2,4}}(?!{_N}))?",
            rf"(?:พ\.ศ\.|ค\.ศ\.) +{_N}{{4}}",
            rf"{_TIME}(?: *[-–] *{_TIME})?(?: +น\.)?",
            rf"[ก-ฮ]{{2}} +{_N}{{4}}(?:\.{_N}+)*/ *(?:ว *)?{_N}+",  # the number of a letter
            rf"/ *ว +{_N}+",
            rf"(?<=[{_LATIN}]) +{_N}+\.{_N}+",  # PMQA 4.0
            rf"(?<=[ก-๎]) +[4๔]\.[0๐](?!{_N})",  # ระบบราชการ 4.0
            rf"(?:โทร\. *)?(?<!{_N})[0๐]{_N}{{0,2}}(?: {_N}{{3,4}}){{1,3}}(?!{_N})",  # a telephone
            rf"จำนวน +{_N}[0-9๐-๙.,]*(?: +(?=[ก-ฮเ-ไ]))?",  # จำนวน ๖ ตัวชี้วัด
            rf"(?:ที่|ข้อ|มาตรา|ร้อยละ|หมวด) +{_N}[0-9๐-๙.,]*",
            rf"(?<![^\s(]){_N}{{1,2}}(?:\.{_N}{{1,2}})*\) +",  # 1) or (1) of a list
            rf"(?m:^) *(?:[-–•]|{_N}{{1,2}}(?:\.(?:{_N}{{1,2}})?)+) +",  # -, 1. or 1.1 at first
            r"สำนักงาน +ก\.พ\.(?:ร\.)?",
            rf"{_GAP}[-–—/](?= )",  # a dash ends a line, and does not begin one
            rf"{_GAP}[ๆฯ)\]}}”’»!?,;:%]",
            r"[(\[{“‘«] +",
        )
    )
)

_PIECE = re.compile(r"(?P<thai>[ก-ฮะ-ฺเ-ๅ็-๎]+)|(?P<space>(?:[^\S\u00a0\u202f\u2007]|\u200b)+)")
# Between two pieces that no space parts, a line may end before an opening and after a closing sign,
# between the scripts, and after a stroke or hyphen between words.
_AFTER = re.compile(r"[)\]}”’»ๆฯ!?,;:A-Za-z](?!ลฯ)(?=[ก-ฮเ-ไ])")
_BEFORE = re.compile(r"(?<![เ-ไ])[(\[{“‘«A-Za-z]")
_STROKE = re.compile(r"(?<=[ก-๎]{3})[/-](?=[ก-ฮเ-ไ][ก-๎]{2})")
# A name and a surname after a title: made of words, and not to be cut at them. In a sentence it
# follows some words without a space: โดยมีนาง…, แทนนาย…. Posts begin so too, and are no names.
_POSTS = "อำเภอ|ทะเบียน|จ้าง|ช่าง|ทหาร|ตำรวจ|หน้า|ก(?:รัฐมนตรี|เทศมนตรี|เมือง|สภา|สมาคม|องค์การ)"
_NAME = re.compile(
    r"(?:(?<![ก-๎])|(?<=มี)|(?<=แทน)|(?<=โดย)|(?<=ให้)|(?<=ของ))"
    rf"(?:นางสาว|นาง|นาย(?!{_POSTS}))[ก-๎]{{2,16}}(?:[ \u00a0]+[ก-๎]{{2,24}}(?![ก-๎]))?(?![ก-๎])"
)


def digits(text: str) -> str:
    """0-9 as Thai digits, except where they belong to something Latin; `engine.clock.arabic` is
    the way back."""
    return _TOKENS.sub(_converted, text)


def _converted(found: re.Match[str]) -> str:
    return found[0].translate(_TO_THAI) if found["text"] else found[0]


def letter_day(iso: str) -> str:
    """๓๑ มกราคม ๒๕๖๓: the date line of a letter has neither วันที่ nor พ.ศ."""
    return digits(thai_day(date.fromisoformat(iso), short=False))


def day_line(iso: str) -> str:
    """As `letter_day`; dots to write on where a draft has no day yet."""
    return letter_day(iso) if iso else BLANK


def together(text: str) -> str:
    """The text with no-break spaces inside what a line must not part: dates, times, PMQA 4.0."""
    return _KEPT.sub(lambda found: found[0].replace(" ", NO_BREAK), text)


def breaks(text: str) -> list[str]:
    """The pieces between which a line may end; joined they are the text."""
    kept = together(text)  # of the same length
    places = [place for place in sorted(_places(kept)) if 0 < place < len(text)]
    return [text[a:b] for a, b in pairwise([0, *places, len(text)])] if text else []


def _places(text: str) -> set[int]:
    places: set[int] = set()
    for found in _PIECE.finditer(text):
        if found["space"]:
            places.add(found.end())
        else:
            places.update(_in_and_around(text, found))
    places.update(found.end() for found in _STROKE.finditer(text))
    for found in _NAME.finditer(text):
        inside = range(found.start() + 1, found.end())
        places.difference_update(place for place in inside if text[place - 1] != " ")
    return places


def _in_and_around(text: str, found: re.Match[str]) -> list[int]:
    start, end = found.span()
    places = [start + place for place in ends(found[0])]
    if start and _AFTER.match(text, start - 1):
        places.append(start)
    if _BEFORE.match(text, end):
        places.append(end)
    return places
