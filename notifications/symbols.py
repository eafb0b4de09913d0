"""Signs that officials type and the letters' font lacks: arrows, ticks, circled digits, Ⅳ, CO₂.

What a meeting has approved is not typed anew for its letter. Two faces that come with Typst have
most of these signs, each in regular and bold; a few others are printed as what they stand for.
"""

from collections.abc import Collection, Mapping

# Of two faces that have a sign, the one that suits TH SarabunPSK better.
FACES: Mapping[str, str] = {
    "Libertinus Serif": (
        "←↑→↓↔↕⇐⇒⇔■□▲△▶▷▼▽◀◁◆◇○●◎◉★"
        "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾❿"
        "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ"
        "ΓΔΘΛΞΠΣΦΨΩαβγδεζηθικλμνξπρστυφχψω"
        "⁰⁴⁵⁶⁷⁸⁹⁺⁻ⁿ₀₁₂₃₄₅₆₇₈₉₊₋"
        "≅≡∓∙∗∈∉∩∪⊂⊃∅※‣―‒℃℉℅№"
    ),
    "DejaVu Sans Mono": "➔➜➢➤✓✔✕✖✗✘☐☑☒☆◯▪▫◦❖✦∝∴∵∠⊥☎✉",
}
_UNITS = {"㎜": "mm", "㎝": "cm", "㎞": "km", "㎎": "mg", "㎏": "kg", "㎡": "m²", "㎥": "m³"}
# The word joiner parts a unit from its number, whose digits are Thai then; nobody sees it.
_DOUBLES = str.maketrans(
    {"\u2010": "-", "\u2011": "-", **{sign: f"\u2060{unit}" for sign, unit in _UNITS.items()}}
)


def doubled(text: str) -> str:
    """With what any font has in the place of other hyphens, and of units pressed into one sign."""
    return text.translate(_DOUBLES)


def borrowed(used: Collection[str], own: Collection[str]) -> dict[str, str]:
    """The signs that are used and the own font lacks, in order, by the face that has them."""
    lacking = {
        face: "".join(sign for sign in signs if sign in used and sign not in own)
        for face, signs in FACES.items()
    }
    return {face: signs for face, signs in lacking.items() if signs}
