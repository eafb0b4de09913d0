"""The rules of a whole set, configured per cycle, checked whichever of its items is submitted.

Source of the defaults: the FY2564 framework (70/30, at most five indicators of the performance
base, one mandatory indicator of the potential base). Other years: `anumat cycle open --rules`.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.errors import Reason
from workflows.content.indicator import Component
from workflows.content.parts import Content, Exact, plain, spelled, validated

COMPONENTS = {"performance_base": "Performance Base", "potential_base": "Potential Base"}
Rows = Sequence[tuple[str, Mapping[str, Any]]]


class SetRules(Content):
    """An absent rule is not checked."""

    total: Exact | None = None
    components: Mapping[Component, Exact] = {}
    parts_equal_parent: bool = False
    at_most: Mapping[Component, int] = {}
    mandatory: tuple[Component, ...] = ()


FRAMEWORK = SetRules(
    total=Decimal(100),
    components={"performance_base": Decimal(70), "potential_base": Decimal(30)},
    parts_equal_parent=True,
    at_most={"performance_base": 5},
    mandatory=("potential_base",),
)


def rules_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The plain form of a cycle's rules. Raises WrongUse for what is not a rule."""
    return plain(validated(SetRules, given))


def broken(rules: Mapping[str, Any], rows: Rows) -> Iterator[Reason]:
    """A reason for every rule that the set fails: the sum, what was expected, and the rows.

    `rows` are (where, content): a reference, or a file's line.
    """
    wanted = SetRules.model_validate(dict(rules))
    if wanted.total is not None:
        yield from _sum("น้ำหนักรวม", "the weights", rows, wanted.total)
    for component, expected in wanted.components.items():
        name = COMPONENTS[component]
        of_it = [(where, c) for where, c in rows if c["component"] == component]
        yield from _sum(f"น้ำหนัก {name}", f"the weights of {name}", of_it, expected)
    for component, most in wanted.at_most.items():
        yield from _count(component, rows, most)
    for component in wanted.mandatory:
        yield from _mandatory(component, rows)
    if wanted.parts_equal_parent:
        yield from _parts(rows)


def _weight(content: Mapping[str, Any]) -> Decimal:
    return Decimal(content["weight"])


def _listed(rows: Rows) -> str:
    shown = [f"{content['code']}={content['weight']}" for _, content in rows]
    return ", ".join(shown) or "—"


def _sum(th: str, en: str, rows: Rows, expected: Decimal) -> Iterator[Reason]:
    total = sum((_weight(content) for _, content in rows), Decimal(0))
    if total != expected:
        got, want = spelled(total), spelled(expected)
        yield Reason(
            "weights",
            f"{th} ได้ {got} ต้องเป็น {want} ({_listed(rows)})",
            f"{en} are {got}, must be {want} ({_listed(rows)})",
        )


def _count(component: Component, rows: Rows, most: int) -> Iterator[Reason]:
    codes = [content["code"] for _, content in rows if content["component"] == component]
    if len(codes) > most:
        name = COMPONENTS[component]
        yield Reason(
            "too-many",
            f"{name} มี {len(codes)} ตัวชี้วัด เกิน {most} ({', '.join(codes)})",
            f"{name} has {len(codes)} indicators, at most {most} ({', '.join(codes)})",
        )


def _mandatory(component: Component, rows: Rows) -> Iterator[Reason]:
    if not any(c["component"] == component and c.get("mandatory") for _, c in rows):
        name = COMPONENTS[component]
        yield Reason(
            "mandatory",
            f"ขาดตัวชี้วัดบังคับของ {name}",
            f"a mandatory indicator of {name} is missing",
        )


def _parts(rows: Rows) -> Iterator[Reason]:
    for where, content in rows:
        parts = content.get("parts") or []
        total = sum((_weight(part) for part in parts), Decimal(0))
        if parts and total != _weight(content):
            listed = ", ".join(f"{part['code']}={part['weight']}" for part in parts)
            yield Reason(
                "sub-weights",
                f"น้ำหนักตัวชี้วัดย่อยของ {content['code']} รวม {spelled(total)} "
                f"ต้องเท่ากับ {content['weight']} ({listed})",
                f"the sub-weights of {content['code']} are {spelled(total)}, "
                f"must be {content['weight']} ({listed})",
                where,
            )
