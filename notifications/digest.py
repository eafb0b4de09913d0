"""The wording of a person's reminders: Thai first, then the same in English below a rule.

The sentences are in templates/digest; here the facts are sorted and put into words that both share.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from engine.clock import day_of, english_day, instant_of, thai_day
from notifications.message import Digest, Line
from notifications.pages import templates
from notifications.text import one_line

GROUPS = ("overdue", "today", "coming")
_REPEAT = re.compile(r"again-(\d+)")


class Rendered(NamedTuple):
    subject: str
    text: str
    html: str


def rendered(digest: Digest) -> Rendered:
    """The wording. Raises ValueError where a day or an instant cannot be read."""
    facts: dict[str, Any] = {
        "simulation": digest.simulation,
        "th": _facts(digest, "th", lambda day: thai_day(day, short=False)),
        "en": _facts(digest, "en", english_day),
    }
    subject, text = (
        templates(html=False).get_template(f"digest/{name}.txt").render(facts)
        for name in ("subject", "text")
    )
    subject = one_line(subject)
    page = templates(html=True).get_template("digest/page.html")
    return Rendered(subject, text, page.render(facts, subject=subject))


def summary(digest: Digest) -> tuple[str, str]:
    """One line for a log, in Thai and English: who is told, of what."""
    refs = ", ".join(dict.fromkeys(one_line(line.ref) for line in digest.lines))
    who, count = one_line(digest.person), len(digest.lines)
    th = f"{digest.day} {who}: แจ้งเตือน {count} รายการ: {refs}"
    en = f"{digest.day} {who}: {count} {'reminder' if count == 1 else 'reminders'}: {refs}"
    return (f"จำลอง {th}", f"SIMULATION {en}") if digest.simulation else (th, en)


def _facts(digest: Digest, lang: str, said: Callable[[date], str]) -> Mapping[str, Any]:
    """What a template may use, plain data only."""
    today = date.fromisoformat(digest.day)
    groups: dict[str, list[Mapping[str, Any]]] = {name: [] for name in GROUPS}
    for line in sorted(digest.lines, key=lambda line: (line.effective, line.ref)):
        left = (date.fromisoformat(line.effective) - today).days
        groups[_group(left)].append(_line(line, left, lang, said))
    return {
        "name": _in(lang, digest.name_th, digest.name_en) or digest.person,
        "post": digest.post_th if lang == "th" else "",
        "day": said(today),
        "count": len(digest.lines),
        "groups": [{"name": name, "lines": lines} for name, lines in groups.items() if lines],
        "only_escalated": all(line.escalated for line in digest.lines),
    }


def _group(left: int) -> str:
    if left < 0:
        return "overdue"
    return "coming" if left else "today"


def _line(line: Line, left: int, lang: str, said: Callable[[date], str]) -> Mapping[str, Any]:
    repeat = _REPEAT.fullmatch(line.step)
    return {
        "ref": line.ref,
        "title": line.title,
        "organisation": _in(lang, line.organisation_th, line.organisation_en),
        "state": _in(lang, line.state_th, line.state_en),
        "deadline": _in(lang, line.deadline_th, line.deadline_en),
        "effective": said(date.fromisoformat(line.effective)),
        "announced": said(date.fromisoformat(line.nominal)),
        "moved": line.nominal != line.effective,
        "days": abs(left),
        "repeat": int(repeat[1]) if repeat else 0,
        "provisional": line.provisional,
        "late": line.late,
        "fell_due": said(day_of(instant_of(line.due_at))),
        "role": _in(lang, line.role_th, line.role_en),
        "escalated": line.escalated,
    }


def _in(lang: str, th: str, en: str) -> str:
    """The Thai one where there is no English: a register may hold Thai names alone."""
    return one_line(th) if lang == "th" else one_line(en) or one_line(th)
