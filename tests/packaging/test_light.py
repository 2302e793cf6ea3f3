"""What an environment with one framework leaves out, and what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packaging import light

INSTALLED = {"numpy", "padiff", "padiff_torch", "torch"}

FILES = {
    "__init__.py": "",
    "models/__init__.py": "",
    "models/in_paddle.py": "from paddle import nn",
    "models/in_torch.py": "import torch",
    "models/both.py": "from . import in_paddle, in_torch",
    "deep/__init__.py": "import paddle",
    "deep/plain.py": "",
}


@pytest.fixture
def tests_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `tests` package with helpers, where torch is installed and paddle is not."""
    monkeypatch.setattr(light, "ROOT", tmp_path)
    monkeypatch.setattr(light, "installed", INSTALLED.__contains__)
    for name, text in FILES.items():
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "tests"


@pytest.mark.parametrize(
    ("source", "absent"),
    [
        ("import numpy, torch.nn", set()),
        ("import paddle.nn", {"paddle"}),
        ("from padiff_paddle import PLUGIN", {"padiff_paddle"}),
        ("import paddle, flax", {"paddle", "flax"}),
        ("def test_it():\n    import paddle", set()),
        ("if TYPE_CHECKING:\n    import paddle", set()),
        ("import pytest\npytest.importorskip('paddle')", {"pytest", "paddle"}),
        ("from tests.models import in_torch", set()),
        ("from tests.models import in_paddle", {"paddle"}),
        ("from tests.models.in_paddle import nn", {"paddle"}),
        ("import tests.models.in_paddle", {"paddle"}),
        ("from tests.models.both import x", {"paddle"}),
        ("from tests.deep.plain import x", {"paddle"}),
        ("from .models import in_torch", set()),
        ("from .models import in_paddle", {"paddle"}),
        ("from .models.both import in_torch", {"paddle"}),
    ],
)
def test_a_file_needs_what_it_and_its_helpers_import(
    tests_folder: Path, source: str, absent: set[str]
) -> None:
    file = tests_folder / "test_uses.py"
    file.write_text(source)
    assert light.missing(file) == absent


@pytest.mark.parametrize(
    ("name", "source", "ignored"),
    [
        ("test_torch.py", "import torch", None),
        ("test_paddle.py", "import paddle", True),
        # No test file: pytest does not collect it, and nothing is to be said about it.
        ("in_paddle.py", "import paddle", None),
    ],
)
def test_a_test_file_is_left_out_if_something_is_missing(
    tests_folder: Path, name: str, source: str, ignored: bool | None
) -> None:
    (tests_folder / name).write_text(source)
    assert light.pytest_ignore_collect(tests_folder / name) is ignored


def test_a_folder_is_left_out_if_its_conftest_cannot_be_imported(tests_folder: Path) -> None:
    (tests_folder / "models" / "conftest.py").write_text("from .both import x")
    assert light.pytest_ignore_collect(tests_folder / "models") is True
    assert light.pytest_ignore_collect(tests_folder / "deep") is None
