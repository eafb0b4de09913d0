"""The templates of messages: plain text as it stands, and HTML in which every value is escaped."""

from functools import lru_cache
from typing import TYPE_CHECKING

from notifications.text import one_line

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment


@lru_cache(maxsize=2)
def templates(*, html: bool) -> "ImmutableSandboxedEnvironment":
    from jinja2 import PackageLoader, StrictUndefined  # a tick with nothing due needs no Jinja
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=PackageLoader("notifications"),
        undefined=StrictUndefined,
        autoescape=html,  # plain text: `&amp;` would be shown as it stands
        finalize=_tidy,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _tidy(value: object) -> object:
    """What could hurt in plain text, a line's end, no value gets past this. Only what a macro of
    ours has made is Markup; it was tidied and escaped when it was made."""
    from markupsafe import Markup

    return value if isinstance(value, Markup) else one_line(value)
