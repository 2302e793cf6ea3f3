"""What a Python file imports, read from its text: nothing is imported to find out."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement, or one call that imports."""

    module: str
    """Dotted name; a relative one begins with its dots."""
    names: tuple[str, ...]
    """What `from module import ...` takes from it."""
    line: int
    type_checking: bool
    """Whether only a type checker sees it."""
    at_import: bool
    """Whether it runs when the file itself is imported."""

    @property
    def root(self) -> str:
        """The first component; empty for a relative import."""
        return self.module.partition(".")[0]


_DYNAMIC = {"__import__", "import_module", "importorskip"}


class _Finder(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: list[Import] = []
        self._type_checking = False
        self._functions = 0

    def _add(self, node: ast.stmt | ast.expr, module: str, names: tuple[str, ...] = ()) -> None:
        at_import = not self._functions and not self._type_checking
        self.found.append(Import(module, names, node.lineno, self._type_checking, at_import))

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(node, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        names = tuple(alias.name for alias in node.names)
        self._add(node, "." * node.level + (node.module or ""), names)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        argument = node.args[0] if node.args else None
        if name in _DYNAMIC and isinstance(argument, ast.Constant):
            self._add(node, str(argument.value))
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        before = self._type_checking
        self._type_checking = before or ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body:
            self.visit(statement)
        self._type_checking = before
        for statement in node.orelse:
            self.visit(statement)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._inside_function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._inside_function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._inside_function(node)

    def _inside_function(self, node: ast.AST) -> None:
        self._functions += 1
        self.generic_visit(node)
        self._functions -= 1


def imports(source: str) -> list[Import]:
    """Every import of `source`, also inside functions and by `importlib`."""
    finder = _Finder()
    finder.visit(ast.parse(source))
    return finder.found
