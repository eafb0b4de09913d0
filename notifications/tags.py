"""What the tags of a Word template may do, wherever it comes from: choose among the values that
they are given and go through them. They make nothing else, and so cannot make too much."""

from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

_FILTERS = ("capitalize", "default", "first", "join", "last", "length", "trim")
_REFUSED: tuple[type[nodes.Node], ...] = (
    nodes.Assign, nodes.AssignBlock, nodes.Block, nodes.Call, nodes.CallBlock, nodes.Extends,
    nodes.FilterBlock, nodes.FromImport, nodes.Import, nodes.Include, nodes.Macro,
    nodes.ScopedEvalContextModifier, nodes.With,
    nodes.Add, nodes.Concat, nodes.Mod, nodes.Mul, nodes.Pow,
)  # fmt: skip
_DEEPEST = 4  # loops inside each other: annexes, their parts, rows, cells


class Tags(ImmutableSandboxedEnvironment):
    """What a tag prints is text of an XML file: escaped, whatever the template does with it."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True, finalize=_literal)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for found in tree.find_all(_REFUSED):
            said = f"a template may not use {type(found).__name__}"
            raise TemplateSyntaxError(said, found.lineno)
        if _depth(tree) > _DEEPEST:
            raise TemplateSyntaxError(f"more than {_DEEPEST} loops inside each other", 1)
        return tree


def _depth(node: nodes.Node) -> int:
    inside = max(map(_depth, node.iter_child_nodes()), default=0)
    return inside + isinstance(node, nodes.For)


def _literal(value: Any) -> Markup:
    # docxtpl makes {{ of {_{, in values too.
    escaped = str(escape(value)).replace("_", "&#95;")
    return Markup(escaped)  # noqa: S704 - escaped just above
