"""Which package may import what: the core no framework, an adapter only its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.packaging.distributions import CORE, DISTRIBUTIONS, PADDLE, TORCH, Distribution
from tests.packaging.imports import imports
from tests.packaging.processes import run

FRAMEWORKS = {"torch", "paddle"}

# The installed packages that each may import besides the standard library and itself: its own requirements,
# and for an adapter also what the core of the same version brings.
_NUMERIC = {"numpy", "ml_dtypes", "typing_extensions"}
ALLOWED = {
    CORE: _NUMERIC | {"msgspec", "rich", "safetensors", "tomli", "typer"},
    TORCH: _NUMERIC | {"padiff", "torch"},
    PADDLE: _NUMERIC | {"padiff", "paddle"},
}

# Files that may import more, by path inside the package.
EXTRA = {
    # The contract suite is written for pytest, which whoever runs it has.
    (CORE, "testing"): {"pytest"},
    # So is the plugin, which pytest loads.
    (CORE, "padiff_pytest"): {"padiff_pytest", "pytest"},
}

# Init functions are written for a pair; the other framework is there for the type checker alone.
TYPE_CHECKING_ONLY = {(TORCH, "inits"): {"paddle"}, (PADDLE, "inits"): {"torch"}}

# What a process without the framework reads: these files leave even their own framework alone.
IMPORTABLE_ALONE = ("__init__", "layouts")


def part(distribution: Distribution, path: Path) -> str:
    """The first component of a file's path inside its package, without suffix; or a package beside it."""
    package, *inside = path.relative_to(distribution.source.parent).parts
    return inside[0].removesuffix(".py") if package == distribution.package else package


def violations(distribution: Distribution, where: str, source: str) -> list[str]:
    """The imports that a file at `where` (first path component) may not have."""
    free = ALLOWED[distribution] | {distribution.package} | sys.stdlib_module_names
    free |= EXTRA.get((distribution, where), set())
    for_types = TYPE_CHECKING_ONLY.get((distribution, where), set())
    wrong = []
    for found in imports(source):
        allowed = free | for_types if found.type_checking else free
        if found.at_import and where in IMPORTABLE_ALONE:
            allowed = allowed - FRAMEWORKS
        # A relative import (no root) stays inside the package.
        if found.root and found.root not in allowed:
            wrong.append(f"line {found.line}: {found.root}")
    return wrong


EVERY_MODULE = [(d, path) for d in DISTRIBUTIONS for path in d.modules()]


@pytest.mark.parametrize(
    ("distribution", "path"),
    EVERY_MODULE,
    ids=[path.relative_to(d.source.parent).as_posix() for d, path in EVERY_MODULE],
)
def test_a_module_imports_only_what_its_package_may(distribution: Distribution, path: Path) -> None:
    assert violations(distribution, part(distribution, path), path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("distribution", "where", "source"),
    [
        (CORE, "plan", "import torch"),
        (CORE, "plan", "import paddle.nn as nn"),
        (CORE, "plan", "from torch import nn"),
        (CORE, "plan", "def late():\n    import torch"),
        (CORE, "plan", "if TYPE_CHECKING:\n    import torch"),
        (CORE, "plan", "import importlib\nimportlib.import_module('torch.nn')"),
        (CORE, "plan", "__import__('paddle')"),
        (CORE, "plan", "import padiff_torch"),
        (CORE, "plan", "import pytest"),
        (TORCH, "adapter", "import paddle"),
        (TORCH, "adapter", "if TYPE_CHECKING:\n    import paddle"),
        (TORCH, "adapter", "import padiff_paddle"),
        (TORCH, "inits", "import paddle"),
        (TORCH, "inits", "def late():\n    import paddle"),
        (TORCH, "inits", "if TYPE_CHECKING:\n    pass\nelse:\n    import paddle"),
        (TORCH, "layouts", "import torch"),
        (TORCH, "__init__", "try:\n    import torch\nexcept ImportError:\n    pass"),
        (PADDLE, "adapter", "import torch"),
        (PADDLE, "inits", "from torch import nn"),
        (PADDLE, "layouts", "class A:\n    import paddle"),
    ],
)
def test_the_check_of_imports_can_fail(distribution: Distribution, where: str, source: str) -> None:
    assert violations(distribution, where, source) != []


@pytest.mark.parametrize(
    ("distribution", "where", "source"),
    [
        (CORE, "plan", "from __future__ import annotations\nimport sys, numpy.typing"),
        (CORE, "plan", "from . import registry"),
        (CORE, "testing", "import pytest"),
        (TORCH, "adapter", "import torch.nn\nfrom padiff.protocols import LayerHandle"),
        (TORCH, "inits", "if TYPE_CHECKING:\n    from paddle import nn"),
        (TORCH, "layouts", "import numpy as np"),
        (TORCH, "__init__", "def adapter():\n    import torch"),
        (PADDLE, "inits", "import typing\nif typing.TYPE_CHECKING:\n    import torch"),
    ],
)
def test_the_check_of_imports_lets_these_pass(
    distribution: Distribution, where: str, source: str
) -> None:
    assert violations(distribution, where, source) == []


def modules_after(code: str) -> set[str]:
    """The top-level modules in a new process once `code` has run."""
    report = "import sys\nprint(*{name.partition('.')[0] for name in sys.modules})"
    return set(run(Path(sys.executable), "-c", f"{code}\n{report}").split())


RUN_COMMAND = """
import contextlib, io, sys
from padiff.cli import main

sys.argv = ["padiff", "{command}"]
try:
    with contextlib.redirect_stdout(io.StringIO()):
        main()
except SystemExit as stop:
    assert not stop.code
"""

IMPORT_LAYOUTS = """
import importlib, pkgutil
import {package}.layouts as layouts

for found in pkgutil.walk_packages(layouts.__path__, layouts.__name__ + "."):
    importlib.import_module(found.name)
"""

WITHOUT_A_FRAMEWORK = {
    "import padiff": "import padiff",
    "the registry": "import padiff\nassert padiff.registry.layouts",
    "the init functions": "import padiff\nassert padiff.registry.inits is not None",
    "two data loaders": "import padiff\nassert padiff.check_dataloader([1], [1])",
    "padiff inits": RUN_COMMAND.format(command="inits"),
    "padiff doctor": RUN_COMMAND.format(command="doctor"),
    "a start of pytest": "import padiff_pytest",
    "the layouts of padiff_torch": IMPORT_LAYOUTS.format(package="padiff_torch"),
    "the layouts of padiff_paddle": IMPORT_LAYOUTS.format(package="padiff_paddle"),
}


@pytest.mark.parametrize("code", WITHOUT_A_FRAMEWORK.values(), ids=WITHOUT_A_FRAMEWORK)
def test_no_framework_is_imported_by(code: str) -> None:
    loaded = modules_after(code)
    assert not loaded & FRAMEWORKS
    assert loaded & {source.name for d in DISTRIBUTIONS for source in d.sources}


def test_pytest_starts_without_numpy_and_padiff() -> None:
    assert not modules_after("import padiff_pytest") & {"numpy", "padiff", "rich"}


def test_the_assertion_needs_no_pytest() -> None:
    assert "pytest" not in modules_after("from padiff.testing import assert_aligned")
    assert "pytest" in modules_after("from padiff.testing import deviation")


@pytest.mark.parametrize("framework", sorted(FRAMEWORKS))
def test_the_check_of_loaded_modules_can_fail(framework: str) -> None:
    assert framework in modules_after(f"import padiff, {framework}")
