"""anumat completion."""

import click
from click.shell_completion import get_completion_class

from commands.group import t
from engine.errors import wrong

SHELLS = ("bash", "zsh", "fish")


@click.command(
    "completion",
    help=t(
        'สคริปต์เติมคำสั่งอัตโนมัติ เช่น ใส่ใน ~/.bashrc: eval "$(anumat completion bash)"',
        'Print the completion script of a shell; in ~/.bashrc: eval "$(anumat completion bash)"',
    ),
)
@click.argument("shell", type=click.Choice(SHELLS), help=t("เชลล์ที่ใช้", "Your shell"))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    kind = get_completion_class(shell)
    if kind is None:
        raise wrong("shell", f"ไม่รองรับ {shell}", f"{shell} is not supported")
    root = context.find_root().command
    click.echo(kind(root, {}, "anumat", "_ANUMAT_COMPLETE").source())
