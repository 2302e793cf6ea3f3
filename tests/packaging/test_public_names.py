"""`__all__` of every public module names what the module offers, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.distributions import DISTRIBUTIONS


def assigned(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, also those under `if` and `try`."""
    for node in body:
        if isinstance(node, ast.If | ast.Try):
            handlers = [stmt for handler in getattr(node, "handlers", []) for stmt in handler.body]
            yield from top_level([*node.body, *node.orelse, *handlers])
        else:
            yield node


def is_type_variable(node: ast.stmt) -> bool:
    value = getattr(node, "value", None)
    made_by = getattr(value, "func", None)
    return getattr(made_by, "id", "") in {"TypeVar", "ParamSpec", "TypeVarTuple"}


def defined(tree: ast.Module) -> set[str]:
    """What a module defines for others: functions, classes and constants without an underscore."""
    names: set[str] = set()
    for node in top_level(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not is_type_variable(node):
            names.update(assigned(node))
    return {name for name in names if not name.startswith("_")}


def imported(tree: ast.Module) -> set[str]:
    nodes = (n for n in top_level(tree.body) if isinstance(n, ast.Import | ast.ImportFrom))
    return {alias.asname or alias.name for node in nodes for alias in node.names}


def exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and assigned(node) == ["__all__"]:
            assert node.value is not None
            names = ast.literal_eval(node.value)
            return [str(name) for name in names]
    return None


def problems(source: str) -> list[str]:
    """What is wrong with the `__all__` of a module."""
    tree = ast.parse(source)
    names = exported(tree)
    if names is None:
        return ["no __all__"] if defined(tree) else []
    missing, unknown = defined(tree) - set(names), set(names) - defined(tree) - imported(tree)
    wrong = [f"missing from __all__: {name}" for name in sorted(missing)]
    wrong += [f"in __all__, not in the module: {name}" for name in sorted(unknown)]
    if len(names) != len(set(names)):
        wrong.append("a name twice in __all__")
    return wrong


def is_public(path: Path) -> bool:
    return path.stem == "__init__" or not path.stem.startswith("_")


PUBLIC_MODULES = [(d, path) for d in DISTRIBUTIONS for path in d.modules() if is_public(path)]


@pytest.mark.parametrize(
    "path",
    [path for _, path in PUBLIC_MODULES],
    ids=[path.relative_to(d.source.parent).as_posix() for d, path in PUBLIC_MODULES],
)
def test_all_names_what_the_module_offers(path: Path) -> None:
    assert problems(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("def f(): ...", "no __all__"),
        ("__all__ = []\nclass C: ...", "missing from __all__: C"),
        ("__all__ = []\nif True:\n    X = 1", "missing from __all__: X"),
        ("__all__ = []\nX: int = 1", "missing from __all__: X"),
        ("__all__ = ['g']\n", "in __all__, not in the module: g"),
        ("__all__ = ['f', 'f']\ndef f(): ...", "a name twice in __all__"),
    ],
)
def test_the_check_of_all_can_fail(source: str, problem: str) -> None:
    assert problems(source) == [problem]


def test_a_type_variable_and_a_private_name_stay_inside() -> None:
    source = "__all__ = []\nT = TypeVar('T')\n_cache = {}\ndef _f(): ..."
    assert problems(source) == []
