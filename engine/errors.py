"""One root for everything that Anumat refuses; a refusal carries all its reasons."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong: what, where, and what to do, in both languages.

    `code` is stable and meant for programs; `where` is a file and line, a cell, or a reference.
    """

    code: str
    th: str
    en: str
    where: str = ""

    def text(self, lang: str) -> str:
        said = self.th if lang == "th" else self.en
        return f"{self.where}: {said}" if self.where else said


class AnumatError(Exception):
    """The root. `exit_code` is what a command line ends with."""

    exit_code = 1

    def __init__(self, *reasons: Reason) -> None:
        if not reasons:
            raise ValueError("an AnumatError needs at least one reason")
        self.reasons = reasons
        super().__init__("; ".join(reason.text("en") for reason in reasons))


class Refusal(AnumatError):
    """The request was understood and is not allowed. Nothing was changed."""


class Overtaken(Refusal):
    """Somebody else was faster; the reasons name them. Nothing was changed."""


class WrongUse(AnumatError):
    """The request itself is wrong: a bad file, an unknown name, a date nobody can read."""

    exit_code = 2


def wrong(code: str, th: str, en: str, where: str = "") -> WrongUse:
    return WrongUse(Reason(code, th, en, where))


def refused(code: str, th: str, en: str, where: str = "") -> Refusal:
    return Refusal(Reason(code, th, en, where))
