"""Guards that need no knowledge of what an item is about: people, decisions, opinions."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from engine.case import Case
from engine.definition import Outcome
from engine.errors import Reason
from engine.opinions import consulted
from engine.vocabulary import guard

# At least none would be no condition; and `true` is no number.
AtLeast = Annotated[int, Field(ge=1, strict=True)]


@guard(needs=["decisions"])
def different_person(case: Case, *, trigger: str) -> Iterator[Reason]:
    """Whoever last did `trigger` may not do this step as well; persons are compared, not roles."""
    before = next((s for s in reversed(case.facts.steps) if s.trigger == trigger), None)
    if before is not None and before.person == case.actor.code:
        yield Reason(
            "different-person",
            f"{case.actor.name_th} เป็นผู้ทำ “{trigger}” จึงทำขั้นนี้เองไม่ได้",
            f"{case.actor.name_en} did “{trigger}” and may not take this step as well",
        )


@guard(needs=["decisions"])
def decision_stands(
    case: Case, *, state: str, outcome: Outcome = Outcome.ENDORSED
) -> Iterator[Reason]:
    """A decision with this outcome was taken in `state` on the content as it is now, and nothing
    has voided it since."""
    taken = [s for s in case.facts.steps if s.source == state and s.outcome == outcome]
    if any(s.seq > case.item.voided and s.revision == case.item.revision for s in taken):
        return
    title = case.compiled.workflow.states[state].title
    if not taken:
        yield Reason(
            "decision-missing",
            f"ยังไม่มีมติของขั้น “{title.th}”",
            f"there is no decision of “{title.en}” yet",
        )
        return
    last = taken[-1].revision
    yield Reason(
        "decision-void",
        f"มติของขั้น “{title.th}” มีต่อเนื้อหารุ่นที่ {last} และไม่มีผลแล้ว ปัจจุบันเป็นรุ่นที่ {case.item.revision}",
        f"the decision of “{title.en}” was on revision {last} and no longer stands; "
        f"the content is at revision {case.item.revision}",
    )


@guard(needs=["opinions"])
def opinions_in(
    case: Case, *, consultation: str, need: Literal["all", "any"] | AtLeast = "all"
) -> Iterator[Reason]:
    """Opinions on the present revision have come from all, any or at least n of those consulted."""
    asked = consulted(case.facts.content or {}, case.compiled.workflow.consultations[consultation])
    heard = {
        voice.organisation
        for voice in case.facts.voices
        if voice.consultation == consultation and voice.revision == case.item.revision
    }
    missing = [code for code in asked if code not in heard]
    enough = int({"all": len(asked), "any": 1}.get(str(need), need))
    if asked and len(asked) - len(missing) >= enough:
        return
    title = case.compiled.workflow.consultations[consultation].title
    if not asked:
        yield Reason(
            "consultation-empty",
            f"เนื้อหาไม่ได้ระบุ{title.th}ที่ต้องหารือ",
            f"the content names no {title.en} to consult",
        )
        return
    if enough > len(asked):
        yield Reason(
            "consultation-few",
            f"ต้องการความเห็นของ{title.th} {enough} แห่ง แต่เนื้อหาระบุเพียง {len(asked)}",
            f"{enough} opinions are needed ({title.en}); the content names only {len(asked)}",
        )
        return
    yield Reason(
        "opinion-missing",
        f"ยังไม่ได้รับความเห็นของ{title.th}: {', '.join(missing)}",
        f"opinions still missing ({title.en}): {', '.join(missing)}",
    )


GUARDS = MappingProxyType(
    {kind.name: kind for kind in (different_person, decision_stands, opinions_in)}
)
