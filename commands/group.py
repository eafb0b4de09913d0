"""What `anumat` needs before it knows which command was meant: quick to load, and heavy on nothing.

The subcommands are names and modules until one is called; `--help` lists them unloaded.
"""

import importlib
import io
import locale
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from engine.errors import Reason, WrongUse

if TYPE_CHECKING:
    from commands.terminal import Screen

HERE = "anumat.db"
HELP = ("แสดงวิธีใช้นี้", "Show this message and exit.")


@dataclass(frozen=True, slots=True)
class Before:
    """The options that stand before the command."""

    url: str
    screen: "Screen"
    now: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A command that is not loaded yet."""

    module: str
    th: str
    en: str


def language(asked: str | None = None) -> str:
    """Thai where it is asked for, or where the locale is Thai; else English."""
    if asked:
        return asked
    named = next(
        (
            os.environ[n]
            for n in ("ANUMAT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
            if os.environ.get(n)
        ),
        "",
    )
    if not named:
        named = locale.getlocale()[0] or ""
    return "th" if named.lower().startswith("th") else "en"


def said(name: str, argv: Sequence[str]) -> str | None:
    """The value of an option, found before the options are read: help is printed early."""
    for place, word in enumerate(argv):
        if word == name and place + 1 < len(argv):
            return argv[place + 1]
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return None


def t(th: str, en: str) -> str:
    """A help text in the language of the one who reads it."""
    asked = said("--lang", sys.argv)
    return th if language(asked if asked in ("th", "en") else None) == "th" else en


def screen(lang: str | None, *, json: bool) -> "Screen":
    """How to speak to the standard output as it is now."""
    from commands.terminal import Screen  # it takes as long to load as all the rest here

    is_terminal = sys.stdout.isatty()
    # A terminal that does not know its width says 0.
    width = min(os.get_terminal_size().columns or 80, 160) if is_terminal else 120
    colour = is_terminal and not os.environ.get("NO_COLOR")
    return Screen(lang=language(lang), json=json, width=width, colour=colour, terminal=is_terminal)


class Lazy(click.Group):
    """A group whose commands are modules with a `command`, imported when one is called."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **more: Any) -> None:
        super().__init__(*args, **more)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = importlib.import_module(entry.module).command
        _help_in_language(command, ctx)
        return command

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = t(*HELP)
        return option

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """The commands by their entries: a completion must not wait until all are loaded."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=t(entry.th, entry.en))
            for name, entry in self.entries.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, t(entry.th, entry.en)) for name, entry in self.entries.items()]
        with formatter.section(t("คำสั่ง", "Commands")):
            formatter.write_dl(rows)

    def main(self, *args: Any, standalone_mode: bool = True, **more: Any) -> Any:
        """Every error becomes one clear message and an exit code: 2 for wrong use, 1 for a
        refusal. Never a traceback, unless ANUMAT_DEBUG asks for it."""
        given = args[0] if args and args[0] is not None else more.get("args") or sys.argv[1:]
        run: Any = super().main
        _write_what_can_be_written()
        try:
            _require_text(given)
            result: Any = run(*args, standalone_mode=False, **more)
        except Exception as error:
            if not standalone_mode or os.environ.get("ANUMAT_DEBUG"):
                raise
            from commands.faults import explained

            code = explained(error, given)
            _let_go_of_what_cannot_be_written()
            sys.exit(code)
        if standalone_mode:
            sys.exit(result if isinstance(result, int) else 0)
        return result


def _let_go_of_what_cannot_be_written() -> None:
    """A full disk was told already; the interpreter would fail on it once more at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def version() -> str:
    """Empty where it runs from its source and was never installed."""
    from importlib import metadata

    try:
        return metadata.version("anumat")
    except metadata.PackageNotFoundError:
        return ""


def _help_in_language(command: click.Command, ctx: click.Context) -> None:
    option = command.get_help_option(ctx)
    if option is not None:
        option.help = t(*HELP)
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _help_in_language(inner, ctx)


def _write_what_can_be_written() -> None:
    """A console of Windows or TIS-620 has no “→”: better a question mark than no answer."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _require_text(argv: Sequence[str]) -> None:
    """Raises WrongUse for words that are not UTF-8: they could not be kept as they were typed."""
    for word in argv:
        if any("\ud800" <= char <= "\udfff" for char in word):
            shown = word.encode("utf-8", "replace").decode()
            raise WrongUse(
                Reason("encoding", f"“{shown}” ไม่ใช่ UTF-8", f"“{shown}” is not UTF-8 text")
            )
