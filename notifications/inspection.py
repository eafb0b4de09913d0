"""Looking through a template before it is rendered: what its language does not have, and names that
its facts do not have.

The facts' shape is that of sample facts: a mapping has its fields, a list is like its first entry,
and of everything else (`None`, an empty list or mapping) nothing is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from engine.errors import Reason
from notifications.language import known_filters, known_tests

if TYPE_CHECKING:
    from jinja2 import nodes

_UNKNOWN: Final = None
_PLAIN = (
    "Template", "Output", "TemplateData", "If", "CondExpr", "Const", "List", "Tuple", "Compare",
    "Operand", "And", "Or", "Not", "Concat", "Keyword", "Scope",
)  # fmt: skip
_LOOP: Mapping[str, Any] = dict.fromkeys(
    ("index", "index0", "revindex", "first", "last", "length"), _UNKNOWN
)
_SAME = {"default", "with", "without"}  # filters whose result is like what they are given
_ENTRY = {"first", "last"}
_CALLED: Mapping[str, str] = {
    "Call": "()", "Mul": "*", "Pow": "**", "Div": "/", "FloorDiv": "//", "Mod": "%", "Add": "+",
    "Sub": "-", "FromImport": "from", "EvalContextModifier": "autoescape",
    "ScopedEvalContextModifier": "autoescape", "CallBlock": "call", "FilterBlock": "filter",
    "AssignBlock": "set … endset",
}  # fmt: skip


def inspected(tree: "nodes.Template", shape: Mapping[str, Any], name: str) -> list[Reason]:
    """The complaints, in the order of their lines; `name` is the template's, for `where`."""
    inspection = _Inspection(name, {**shape})
    inspection.visit(tree)
    return sorted(dict.fromkeys(inspection.faults), key=_line)


def _line(reason: Reason) -> int:
    return int(reason.where.rpartition(":")[2])


@dataclass
class _Inspection:
    name: str
    names: dict[str, Any]
    faults: list[Reason] = field(default_factory=list)
    at: int = 1  # the line; some nodes have none of their own

    def visit(self, node: "nodes.Node") -> Any:
        """What is known of the node's value."""
        kind = type(node).__name__
        self.at = node.lineno or self.at
        if special := getattr(self, f"_{kind.lower()}", None):
            return special(node)
        if kind not in _PLAIN:
            self._strange(node, kind)
            return _UNKNOWN
        known = [self.visit(child) for child in node.iter_child_nodes()]
        return known[1] if kind == "CondExpr" else known[0] if kind == "Or" else _UNKNOWN

    def _for(self, node: "nodes.For") -> None:
        entry = _entry(self.visit(node.iter))
        if node.recursive:
            self._strange(node, "recursive")
        before = dict(self.names)
        self.names["loop"] = _LOOP
        self._bind(node.target, entry)
        for child in filter(None, (node.test, *node.body)):
            self.visit(child)
        self.names = before
        for child in node.else_:
            self.visit(child)

    def _assign(self, node: "nodes.Assign") -> None:
        self._bind(node.target, self.visit(node.node))

    def _bind(self, target: "nodes.Node", value: Any) -> None:
        if type(target).__name__ == "Name":
            self.names[target.name] = value  # type: ignore[attr-defined]  # a Name has one
            self._private(target, target.name)  # type: ignore[attr-defined]
        else:
            self._strange(target, type(target).__name__)

    def _name(self, node: "nodes.Name") -> Any:
        if node.name not in self.names:
            self._unknown(node, "ชื่อ", "name", node.name, self.names)
        return self.names.get(node.name)

    def _getattr(self, node: "nodes.Getattr") -> Any:
        return self._field(node, self.visit(node.node), node.attr)

    def _getitem(self, node: "nodes.Getitem") -> Any:
        known = self.visit(node.node)
        value = getattr(node.arg, "value", None)
        if isinstance(value, str):
            return self._field(node, known, value)
        if not isinstance(value, int):
            self._strange(node, "[…]")
        return _entry(known)

    def _field(self, node: "nodes.Node", known: Any, name: str) -> Any:
        if self._private(node, name):
            return _UNKNOWN
        if isinstance(known, Mapping) and known and name not in known:
            self._unknown(node, "ช่องข้อมูล", "field", name, known)
        if isinstance(known, str | list):
            self._unknown(node, "ช่องข้อมูล", "field", name, ())
        return known.get(name) if isinstance(known, Mapping) else _UNKNOWN

    def _filter(self, node: "nodes.Filter") -> Any:
        if node.node is None:
            self._strange(node, "filter")
            return _UNKNOWN
        known = self.visit(node.node)
        if node.name not in known_filters():
            self._unknown(node, "ตัวกรอง", "filter", node.name, known_filters())
        self._arguments(node)
        if node.name in _ENTRY:
            return _entry(known)
        return known if node.name in _SAME else _UNKNOWN

    def _test(self, node: "nodes.Test") -> Any:
        self.visit(node.node)
        if node.name not in known_tests():
            self._unknown(node, "การทดสอบ", "test", node.name, known_tests())
        self._arguments(node)
        return _UNKNOWN

    def _arguments(self, node: Any) -> None:
        for child in (*node.args, *node.kwargs):
            self.visit(child)
        if node.dyn_args or node.dyn_kwargs:
            self._strange(node, "*")

    def _private(self, node: "nodes.Node", name: str) -> bool:
        if hidden := name.startswith("_"):
            self._fault(
                node,
                f"ชื่อที่ขึ้นต้นด้วย _ ใช้ไม่ได้: {name}",
                f"a name that begins with _ cannot be used: {name}",
            )
        return hidden

    def _strange(self, node: "nodes.Node", kind: str) -> None:
        said = _CALLED.get(kind, kind.lower())
        self._fault(node, f"แบบหนังสือใช้ {said} ไม่ได้", f"a letter's template has no {said}")

    def _unknown(self, node: "nodes.Node", th: str, en: str, name: str, known: Any) -> None:
        from engine.reading import nearest

        hint = nearest(name, known)
        self._fault(
            node,
            f"ไม่รู้จัก{th} {name}" + (f" หมายถึง “{hint}” หรือไม่" if hint else ""),
            f"there is no {en} {name}" + (f"; did you mean “{hint}”?" if hint else ""),
        )

    def _fault(self, node: "nodes.Node", th: str, en: str) -> None:
        self.faults.append(Reason("template", th, en, f"{self.name}:{node.lineno or self.at}"))


def _entry(known: Any) -> Any:
    return known[0] if isinstance(known, list) and known else _UNKNOWN
