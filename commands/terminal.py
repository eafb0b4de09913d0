"""What a person sees at the terminal: Thai or English, tables that line up, or JSON instead."""

import dataclasses
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Literal

import click

from commands.fitting import columns, fit, harmless, safe, width_of
from engine.clock import BANGKOK, day_of, english_day, instant_of, stamp, thai_day
from engine.errors import AnumatError, WrongUse

GAP = "  "
READABLE = 10  # a cell is not made narrower than this


@dataclass(frozen=True, slots=True)
class Column:
    """`style` names a colour that click knows for a cell's text, or None."""

    title_th: str
    title_en: str
    align: Literal["left", "right"] = "left"
    shrink: bool = True
    style: Callable[[str], str | None] | None = None

    def padded(self, line: str, width: int, whole: str) -> str:
        """One line of the cell `whole`; click takes the colour out again where there is none."""
        space = " " * (width - columns(line))
        tint = self.style(whole) if self.style else None
        shown = click.style(line, fg=tint) if tint and line else line
        return space + shown if self.align == "right" else shown + space


@dataclass(frozen=True, slots=True)
class Screen:
    """How to speak to the one who typed; built once by the door. With `json`, only data is."""

    lang: str
    json: bool
    simulation: bool = False
    width: int = 100
    colour: bool = False
    terminal: bool = False

    @property
    def narrow(self) -> bool:
        """Too narrow for a table of many columns."""
        return self.width < 100

    def pick(self, th: str, en: str) -> str:
        return th if self.lang == "th" else en

    def say(self, th: str, en: str) -> None:
        self._put(harmless(self.pick(th, en)))

    def letter(self, text: str) -> None:
        """A text of paragraphs: on a terminal their lines end between words, and keep how far they
        are indented; elsewhere a paragraph stays a line, for a program or a file."""
        for line in text.splitlines():
            indent = len(line) - len(line.lstrip(" "))
            parts = fit(line, self.width - indent) if self.terminal else [line[indent:]]
            for part in parts or [""]:
                self._put(" " * indent + harmless(part))

    def heading(self, text: str) -> None:
        self._put("\n" + harmless(text), bold=True)

    def pieces(self, line: Sequence[tuple[str, str | None]]) -> None:
        """One line, put together of texts in a colour that click knows, or in none."""
        shown = [(harmless(text).replace("\n", " "), fg) for text, fg in line]
        self._put("".join(click.style(text, fg) if fg else text for text, fg in shown))

    def banner(self, *, aside: bool = False) -> None:
        """Say that nothing here is real, if so; `aside` on stderr."""
        if self.simulation:
            th = "จำลอง (SIMULATION): วันเวลาสมมติ ไม่ใช่การดำเนินการจริง"
            en = "จำลอง (SIMULATION): the dates are made up, nothing here is official"
            self._put(self.pick(th, en), fg="yellow", aside=aside)

    def day(self, text: str | date | None) -> str:
        """30 ต.ค. 2563 or 30 Oct 2020, from a day or from an instant (its day in Bangkok)."""
        if not text:
            return ""
        if isinstance(text, datetime):
            text = stamp(text)
        if isinstance(text, str):
            text = day_of(instant_of(text)) if "T" in text else date.fromisoformat(text)
        return thai_day(text) if self.lang == "th" else english_day(text)

    def moment(self, stamp_text: str) -> str:
        """A stored instant as the day and the time in Bangkok."""
        return f"{self.day(stamp_text)} {instant_of(stamp_text).astimezone(BANGKOK):%H:%M}"

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
        cells = [[self._cell(value) for value in row] for row in rows]
        titles = [self.pick(column.title_th, column.title_en) for column in columns]
        widths = self._widths(columns, [titles, *cells])
        self._row([dataclasses.replace(column, style=None) for column in columns], widths, titles)
        self._put("─" * (sum(widths) + len(GAP) * (len(widths) - 1)))
        for row in cells:
            self._row(columns, widths, row)

    def fields(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Aligned `label  value` lines."""
        left = min(max((width_of(label) for label, _ in pairs), default=0), self.width // 3)
        widths = (left, max(READABLE, self.width - left - len(GAP)))
        for pair in pairs:
            self._row((Column("", ""), Column("", "")), widths, pair)

    def data(self, payload: Mapping[str, object], *, one_line: bool = False) -> None:
        """The JSON document of a command; on one line where more of them follow."""
        mark = {"simulation": True} if self.simulation else {}
        document = {**mark, **payload, **mark}
        indent = None if one_line else 2
        text = json.dumps(
            document, ensure_ascii=False, indent=indent, allow_nan=False, default=_plain
        )
        # json lets C1 controls, bidi overrides and lone surrogates pass, and a terminal obeys them.
        click.echo("".join(c if safe(c) else json.dumps(c)[1:-1] for c in text), color=False)

    def refuse(self, error: AnumatError) -> None:
        """Every reason: to stderr for people, to stdout as JSON for programs."""
        if self.json:
            kind = "wrong_use" if isinstance(error, WrongUse) else "refusal"
            self.data({"error": {"kind": kind, "reasons": list(error.reasons)}})
            return
        for reason in error.reasons:
            text = harmless(reason.text(self.lang)).replace("\n", "\n  ")
            click.echo(f"• {text}", err=True, color=False)

    def _widths(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
        limits = [self.width if column.shrink else sys.maxsize for column in columns]
        widths = [
            max(width_of("\n".join(fit(cell, limit))) for cell in cells)
            for cells, limit in zip(zip(*rows, strict=True), limits, strict=True)
        ]
        over = sum(widths) + len(GAP) * (len(widths) - 1) - self.width
        while over > 0 and (
            able := [i for i, c in enumerate(columns) if c.shrink and widths[i] > READABLE]
        ):
            widths[max(able, key=widths.__getitem__)] -= 1
            over -= 1
        return widths

    def _row(self, columns: Sequence[Column], widths: Sequence[int], row: Sequence[str]) -> None:
        lines = [fit(cell, width) for cell, width in zip(row, widths, strict=True)]
        for line in zip_longest(*lines, fillvalue=""):
            shown = map(Column.padded, columns, line, widths, row)
            self._put(GAP.join(shown).rstrip())

    def _cell(self, value: object) -> str:
        if isinstance(value, datetime):
            return self.moment(stamp(value))
        if isinstance(value, date | None):
            return self.day(value)
        return f"{value:f}" if isinstance(value, Decimal) else str(value)

    def _put(
        self, line: str, fg: str | None = None, *, bold: bool = False, aside: bool = False
    ) -> None:
        if not self.json:
            text = click.style(line, fg, bold=bold) if fg or bold else line
            click.echo(text, color=self.colour, err=aside)


def _plain(value: object) -> object:
    """What json cannot write by itself."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date | Decimal):
        return stamp(value) if isinstance(value, datetime) else str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")
