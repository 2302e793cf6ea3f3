"""What a Python file imports, read from its text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Import:
    """One absolute import."""

    root: str
    """The first component of what is imported."""
    line: int
    type_checking: bool
    """Whether only a type checker sees it."""
    at_import: bool
    """Whether it runs when the file itself is imported."""


_DYNAMIC = {"__import__", "import_module", "importorskip"}


class _Finder(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: list[Import] = []
        self._type_checking = False
        self._functions = 0

    def _add(self, name: str, node: ast.stmt | ast.expr) -> None:
        root = name.partition(".")[0]
        at_import = not self._functions and not self._type_checking
        self.found.append(Import(root, node.lineno, self._type_checking, at_import))

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if not node.level:
            self._add(node.module or "", node)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        argument = node.args[0] if node.args else None
        if name in _DYNAMIC and isinstance(argument, ast.Constant):
            self._add(str(argument.value), node)
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


def imports(source: str) -> Iterator[Import]:
    """Every absolute import of `source`, also inside functions and by `importlib`."""
    finder = _Finder()
    finder.visit(ast.parse(source))
    return iter(finder.found)
