"""What the content types share: exact text, exact decimals, and faults in both languages."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    ValidationError,
)

from engine.clock import arabic
from engine.errors import Reason, WrongUse

LONGEST = 20_000
# A comma stands only between thousands: “33,33” is somebody's 33.33 and must not become 3333.
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).strip()
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
        raise ValueError("control characters are not allowed")
    return text


def _number(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError("write the number as text or as a whole number, not as a float")
    if not isinstance(value, str):
        return value
    text = arabic(value).strip()
    if "," in text and not _GROUPED.fullmatch(text):
        raise ValueError("a comma may only separate thousands; write 33.33, not 33,33")
    return text.replace(",", "")


def _exact(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("not a number")
    # `adjusted` and not `abs`, which raises Overflow on 1e1000000
    if (value and value.adjusted() > 14) or value != value.quantize(Decimal("0.000001")):
        raise ValueError("at most 15 digits before the point and 6 behind it")
    return value


def spelled(value: Decimal) -> str:
    """The one spelling of a decimal: 15 and 15.00 are both `15`."""
    plain = format(value.normalize(), "f")
    return "0" if plain == "-0" else plain


Words = Annotated[str, BeforeValidator(_text)]
Exact = Annotated[
    Decimal, BeforeValidator(_number), AfterValidator(_exact), PlainSerializer(spelled)
]


class Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=LONGEST)


Model = TypeVar("Model", bound=Content)


def validated(model: type[Model], given: Mapping[str, Any]) -> Model:
    """Raises WrongUse with a reason for every field that is wrong."""
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise WrongUse(*(_reason(fault) for fault in error.errors())) from None


def plain(content: Content) -> dict[str, Any]:
    """What is stored: only what was said, decimals as text."""
    return content.model_dump(mode="json", exclude_defaults=True)


_THAI = {
    "missing": "ขาดข้อมูล",
    "extra_forbidden": "ไม่รู้จักข้อมูลนี้",
    "decimal_parsing": "ไม่ใช่ตัวเลข",
    "too_short": "ต้องไม่ว่าง",
    "greater_than": "ต้องมากกว่าศูนย์",
    "less_than_equal": "มากเกินกำหนด",
    "literal_error": "ไม่ใช่ค่าที่ใช้ได้",
}


def _reason(fault: Any) -> Reason:
    parts = [str(part) for part in fault["loc"] if "[" not in str(part)]  # not pydantic's branches
    name = _shown(".".join(parts)) or "content"
    empty = fault["type"] == "too_short"
    said = "must not be empty" if empty else fault["msg"].removeprefix("Value error, ")
    thai = _THAI.get(fault["type"], "ไม่ถูกต้อง")
    silent = fault["type"] in ("missing", "extra_forbidden")
    value = "" if silent else f" “{_shown(str(fault['input']))}”"
    return Reason("content", f"{name}{value}: {thai} ({said})", f"{name}{value}: {said}")


def _shown(text: str) -> str:
    """Fit for a message: short, and nothing that moves a cursor or cannot be written at all."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:40])
