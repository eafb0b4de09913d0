"""`python -m commands.reference` prints docs/cli.md, from the commands themselves.

The same bytes on every machine: English, and neither the terminal nor the locale has a say.
"""

import os
import sys
from collections.abc import Iterator

import click

HEAD = """\
# The command line

<!-- Made by `make docs` from the commands themselves. What is changed here by hand is lost. -->

Every command, argument and option of `anumat`. The same texts, in Thai or English, come with
`--help` behind any command. `anumat completion` prints the completion script of your shell.
[operations.md](operations.md) has the exit codes and the environment variables, [json.md](json.md)
has what each command prints with `--json`.

`WHEN` and `DAY` are read as `2020-10-30`, `2563-10-30`, `30/10/2563`, `30 Oct 2020` or
`30 ต.ค. 2563`, in Arabic or Thai digits. `WHEN` may have a time behind it (`2563-10-30 16:00`,
Bangkok time); without one it is 09:00, and for `--as-of` the end of the day. A date that could be
read in two ways is refused.
"""


def main() -> None:
    os.environ["ANUMAT_LANG"] = "en"  # before the commands are loaded: they read it then
    from cli import main as anumat

    sys.stdout.buffer.write(document(anumat).encode())


def document(anumat: click.Group) -> str:
    context = click.Context(anumat, info_name="anumat", **anumat.context_settings)
    parts = [HEAD, *_contents(anumat, context), *_part(anumat, context, level=2)]
    return "\n".join(parts)


def leaves(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    """The commands that do something, in the order of `--help`."""
    if not isinstance(command, click.Group):
        yield context
        return
    for name in command.list_commands(context):
        if (below := command.get_command(context, name)) is not None:
            yield from leaves(below, click.Context(below, info_name=name, parent=context))


def _contents(anumat: click.Group, context: click.Context) -> Iterator[str]:
    yield "| command | what it does |\n|---|---|"
    for leaf in leaves(anumat, context):
        name = leaf.command_path
        link = name.replace(" ", "-")
        yield f"| [`{name}`](#{link}) | {_first_sentence(leaf.command)} |"
    yield ""


def _part(command: click.Command, context: click.Context, *, level: int) -> Iterator[str]:
    yield f"{'#' * level} {context.command_path}\n\n{_help(command)}\n"
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    yield f"    {usage}\n"
    found = [entry for parameter in command.params for entry in _parameter(parameter, context)]
    if found:
        yield "\n".join(found) + "\n"
    if isinstance(command, click.Group):
        deeper = level + (context.parent is not None)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                inner = click.Context(below, info_name=name, parent=context)
                yield from _part(below, inner, level=deeper)


def _parameter(parameter: click.Parameter, context: click.Context) -> Iterator[str]:
    """One bullet."""
    if not isinstance(parameter, click.Option):
        # A choice's own metavar stands in braces, and says what the help need not repeat.
        yield f"- `{parameter.make_metavar(context)}`: {(parameter.help or '').rstrip('.')}."
        return
    names = ", ".join(f"`{name}`" for name in parameter.opts)
    if not parameter.is_flag and not parameter.count:
        metavar = parameter.make_metavar(context).replace("INTEGER RANGE", "NUMBER")
        names = names[:-1] + f" {metavar}`"
    yield f"- {names}: " + " ".join(_facts(parameter))


def _facts(option: click.Option) -> Iterator[str]:
    if option.help:
        yield option.help.rstrip(".") + "."
    if option.required:
        yield "Required."
    if option.multiple:
        yield "May be given more than once."
    if isinstance(option.type, click.IntRange):
        low, high = option.type.min, option.type.max
        yield f"From {low} to {high}." if high is not None else f"{low} or more."
    if option.show_default and option.default is not None:
        yield f"Default: `{option.default}`."
    if isinstance(option.envvar, str):
        yield f"Else from the environment: `{option.envvar}`."


def _help(command: click.Command) -> str:
    return " ".join((command.help or "").split())


def _first_sentence(command: click.Command) -> str:
    """As far as the first full stop, semicolon or example; it stands in a table."""
    text = _help(command)
    for end in (", as in:", "; ", ". "):
        text = text.partition(end)[0]
    return text.rstrip(".").replace("|", "\\|")


if __name__ == "__main__":
    main()
