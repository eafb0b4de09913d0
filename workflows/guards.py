"""Guards that know what indicators and requests are."""

from collections.abc import Iterator
from types import MappingProxyType

from engine.case import Case
from engine.errors import Reason
from engine.guards import GUARDS as GENERAL
from engine.vocabulary import guard
from workflows.rules import broken


@guard(needs=["set"], whole_set=True)
def set_rules(case: Case) -> Iterator[Reason]:
    """The whole set of the organisation in its cycle keeps the cycle's rules."""
    rows = [(member.ref, member.content) for member in case.facts.members]
    yield from broken(case.place.rules, rows)


@guard(needs=["subject"])
def subject_settled(case: Case) -> Iterator[Reason]:
    """The indicator is the asker's own and was approved, so that there is something to change."""
    subject = case.facts.subject
    if subject is not None and subject.item.organisation != case.item.organisation:
        yield Reason(
            "subject",
            f"{subject.item.ref} เป็นของหน่วยงานอื่น ({subject.item.organisation})",
            f"{subject.item.ref} belongs to another organisation ({subject.item.organisation})",
        )
        return
    if subject is None or not subject.amendable:
        name = subject.item.ref if subject else "—"
        yield Reason(
            "subject",
            f"ตัวชี้วัด {name} ยังไม่ได้รับความเห็นชอบ จึงขอเปลี่ยนแปลงไม่ได้",
            f"the indicator {name} is not approved yet, there is nothing to change",
        )


@guard(needs=["subject", "content"])
def subject_unchanged(case: Case) -> Iterator[Reason]:
    """The indicator is still as it was when the request was written."""
    subject, content = case.facts.subject, case.facts.content
    if subject is None or content is None:
        return
    if content.get("based_on", subject.item.digest) != subject.item.digest:
        yield Reason(
            "subject-changed",
            f"{subject.item.ref} เปลี่ยนเป็นรุ่นที่ {subject.item.revision} แล้วหลังเขียนคำขอ "
            "ส่งคำขอกลับไปแก้ไขก่อน",
            f"{subject.item.ref} went on to revision {subject.item.revision} after the request "
            "was written; return the request for revision first",
        )


GUARDS = MappingProxyType(
    {**GENERAL, **{k.name: k for k in (set_rules, subject_settled, subject_unchanged)}}
)
