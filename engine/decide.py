"""Whether a step may be taken: pure, the same for one item and for a thousand.

Every reason against it is found, not the first one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from engine.case import Case
from engine.characters import unprintable
from engine.clock import english_day, parse_day, thai_day
from engine.definition import Transition
from engine.errors import Reason
from engine.machine import BoundGuard
from engine.people import EVERYWHERE
from engine.vocabulary import GuardKind

LONGEST = 20_000
Grant = tuple[str, str]


@dataclass(slots=True)
class Answers:
    """What is the same for many items that one person steps with in one bulk: asked once.

    Transitions and guards are named by their identity; their definitions live as long as these.
    """

    said: dict[int, tuple[Reason, ...]] = field(default_factory=dict)
    rights: dict[tuple[int, str], Grant | Reason] = field(default_factory=dict)
    sets: dict[tuple[int, str, str], tuple[Reason, ...]] = field(default_factory=dict)


def transition_of(case: Case, trigger: str) -> Transition | Reason:
    """The transition, or why there is none from the item's present state."""
    found = case.compiled.transition(case.item.state, trigger)
    if found is not None and case.compiled.fire(case.item.state, trigger) is not None:
        return found
    return _not_from_here(case, trigger)


def against(case: Case, transition: Transition, answers: Answers | None = None) -> list[Reason]:
    """Every reason against the step, apart from who asks and what they said with it."""
    found = [*_round(case, transition), *_subject(case, transition), *_already(case, transition)]
    for bound in case.compiled.guards(transition):
        found.extend(_answer(bound, case, answers))
    return found


def may_ask(case: Case, transition: Transition) -> Grant | Reason:
    """The grant (role, organisation) on which the actor may do it, or why not."""
    if case.actor.system:
        return _by_itself(transition)
    grant = case.actor.role_for(transition.by, case.place.path)
    if grant is not None:
        return grant
    roles = [case.compiled.workflow.roles[name] for name in transition.by]
    return Reason(
        "role",
        f"{case.actor.name_th} ไม่มีสิทธิ “{transition.title.th}” ของ{case.place.name_th} "
        f"(ต้องเป็น {' หรือ '.join(role.th for role in roles) or 'ระบบ'})",
        f"{case.actor.name_en} may not “{transition.title.en}” for {case.place.name_en} "
        f"(needs: {' or '.join(role.en for role in roles) or 'the system'})",
    )


def _by_itself(transition: Transition) -> Grant | Reason:
    """The clock may take the steps at a window's edge, and those that follow a letter that was
    really sent (engine.arrivals): what a definition calls automatic, and nothing else."""
    if transition.automatic is not None:
        return "", EVERYWHERE
    return Reason(
        "role",
        f"ระบบทำ “{transition.title.th}” เองไม่ได้",
        f"“{transition.title.en}” does not happen by itself",
    )


def unsaid(case: Case, transition: Transition) -> Iterator[Reason]:
    """What the step asks to be said with it, and was not, or not rightly."""
    given = case.given
    if "comment" in transition.requires and not given.comment.strip():
        yield Reason(
            "comment", "ต้องระบุเหตุผลหรือข้อความ (--comment)", "a comment is required (--comment)"
        )
    if len(given.comment) > LONGEST:
        yield Reason(
            "comment",
            f"ข้อความยาวเกิน {LONGEST:,} ตัวอักษร",
            f"the comment is longer than {LONGEST:,} characters",
        )
    yield from unprintable(given.comment, "--comment")
    if "letter" in transition.requires and not (given.letter_number and given.letter_date):
        yield Reason(
            "letter",
            "ต้องระบุเลขที่และวันที่ของหนังสือ (--letter-number, --letter-date)",
            "the letter's number and date are required (--letter-number, --letter-date)",
        )
    today = case.today.isoformat()
    for what_th, what_en, day in (
        ("วันที่มีมติ", "the decision's date", given.decided_on),
        ("วันที่ของหนังสือ", "the letter's date", given.letter_date),
    ):
        if day > today:
            yield _future(what_th, what_en, day)
    yield from _sitting(case, transition)


def decide(
    case: Case, trigger: str, answers: Answers | None = None
) -> tuple[Transition, Grant] | list[Reason]:
    """The transition and the grant it rests on, or every reason why not."""
    transition = transition_of(case, trigger)
    if isinstance(transition, Reason):
        return [transition]
    known = answers if answers is not None else Answers()
    grant = _right(case, transition, known)
    reasons = [grant] if isinstance(grant, Reason) else []
    reasons.extend(_unsaid_once(case, transition, known))
    reasons.extend(against(case, transition, known))
    if reasons or isinstance(grant, Reason):
        return reasons
    return transition, grant


def _right(case: Case, transition: Transition, answers: Answers) -> Grant | Reason:
    key = (id(transition), case.place.path)
    if key not in answers.rights:
        answers.rights[key] = may_ask(case, transition)
    return answers.rights[key]


def _unsaid_once(case: Case, transition: Transition, answers: Answers) -> Iterable[Reason]:
    if id(transition) not in answers.said:
        answers.said[id(transition)] = tuple(unsaid(case, transition))
    return answers.said[id(transition)]


def _answer(bound: BoundGuard, case: Case, answers: Answers | None) -> Iterable[Reason]:
    kind: GuardKind = bound.kind
    check: Callable[..., Iterable[Reason]] = kind.check
    if answers is None or not kind.whole_set:
        return check(case, **bound.parameters)
    key = (id(bound), case.item.cycle, case.item.organisation)
    if key not in answers.sets:
        answers.sets[key] = tuple(check(case, **bound.parameters))
    return answers.sets[key]


def _sitting(case: Case, transition: Transition) -> Iterator[Reason]:
    bodies = " / ".join(transition.body) or "—"
    if case.sitting is None:
        if "meeting" in transition.requires:
            yield Reason(
                "meeting",
                f"ต้องระบุการประชุม (--meeting) ของ {bodies}",
                f"the meeting is required (--meeting) of: {bodies}",
            )
        return
    if transition.body and case.sitting.body_kind not in transition.body:
        yield Reason(
            "meeting-body",
            f"การประชุม {case.sitting.ref} เป็นของ {case.sitting.body_kind} แต่ต้องเป็นของ {bodies}",
            f"meeting {case.sitting.ref} is of a {case.sitting.body_kind}; this needs: {bodies}",
        )
    if case.sitting.held_on > case.today.isoformat():
        yield _future("วันประชุม", "the meeting's day", case.sitting.held_on)


def _round(case: Case, transition: Transition) -> Iterator[Reason]:
    if transition.thread is None:
        return
    last = case.facts.rounds[-1] if case.facts.rounds else None
    is_open = last is not None and not last.approved
    if transition.thread == "ask" and is_open:
        yield Reason(
            "round", "ยังมีคำขอข้อมูลที่ไม่ได้ตอบ", "an earlier request for information is still open"
        )
    elif transition.thread != "ask" and not is_open:
        yield Reason(
            "round", "ไม่มีคำขอข้อมูลที่รอคำตอบ", "no request for information waits for an answer"
        )
    elif transition.thread == "approve" and last is not None and not last.answered:
        yield Reason(
            "round",
            f"คำขอข้อมูลครั้งที่ {last.number} ยังไม่มีคำตอบให้เห็นชอบ",
            f"round {last.number} has no answer yet that could be approved",
        )


def _already(case: Case, transition: Transition) -> Iterator[Reason]:
    """A decision that leaves the item where it is cannot be told by its state from one that was
    not taken yet: of two who take it at once, the slower must find it standing."""
    if transition.to is not None or transition.decision is None:
        return
    for step in case.facts.steps:
        same = (step.trigger, step.source) == (transition.trigger, case.item.state)
        if same and step.seq > case.item.voided and step.revision == case.item.revision:
            yield Reason(
                "already",
                f"“{transition.title.th}” มีมติไว้แล้วและยังมีผลอยู่",
                f"“{transition.title.en}” was decided already, and still stands",
            )
            return


def _subject(case: Case, transition: Transition) -> Iterator[Reason]:
    if not transition.amends:
        return
    subject = case.facts.subject
    if subject is None:
        yield Reason("subject", "คำขอนี้ไม่มีรายการที่จะแก้ไข", "the request names nothing to change")
    elif not subject.amendable:
        yield Reason(
            "subject",
            f"{subject.item.ref} อยู่ที่ “{subject.item.state}” ซึ่งยังแก้ไขตามคำขอไม่ได้",
            f"{subject.item.ref} is at “{subject.item.state}”, where no request may change it",
        )


def _future(what_th: str, what_en: str, text: str) -> Reason:
    day = parse_day(text)
    return Reason(
        "future",
        f"{what_th} ({thai_day(day)}) ยังมาไม่ถึง",
        f"{what_en} ({english_day(day)}) has not come yet",
    )


def _not_from_here(case: Case, trigger: str) -> Reason:
    workflow = case.compiled.workflow
    here = workflow.states[case.item.state]
    sources = sorted(
        {source for t in workflow.transitions if t.trigger == trigger for source in t.sources}
    )
    if not sources:
        known = ", ".join(sorted({t.trigger for t in workflow.leaving(case.item.state)})) or "—"
        return Reason(
            "trigger",
            f"ขั้นตอนงานนี้ไม่มี “{trigger}” จาก “{here.title.th}” ทำได้: {known}",
            f"this workflow has no “{trigger}”; from “{here.title.en}” one can: {known}",
        )
    return Reason(
        "state",
        f"{case.item.ref} อยู่ที่ “{here.title.th}” ทำ “{trigger}” ได้เฉพาะที่ "
        + " / ".join(workflow.states[source].title.th for source in sources),
        f"{case.item.ref} is at “{here.title.en}”; “{trigger}” is possible only at "
        + " / ".join(workflow.states[source].title.en for source in sources),
    )
