"""The documents' Python blocks satisfy the type checker, and what they say it refuses, it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import paddle  # noqa: F401 - without the frameworks, their types are unknown to the checker
import torch  # noqa: F401

from tests.docs.documents import DOCUMENTS, ROOT, examples, files

DECORATED = "@padiff.special_init(Fused, Split)\ndef fill("


def checked(scripts: list[Path]) -> list[str]:
    """What mypy has to say about files, without its summary."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--config-file", "pyproject.toml"),
            *("--hide-error-context", "--no-error-summary", *map(str, scripts)),
        ],
        check=False,
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    return (done.stdout + done.stderr).splitlines()


def script(document: Path) -> str:
    """The Python blocks of a document, each at its line."""
    text = ""
    for example in examples(document.read_text("utf-8"), "python"):
        text += "\n" * (example.code.line - 1 - text.count("\n")) + example.code.text
    return text


def test_the_python_blocks_satisfy_the_type_checker(tmp_path: Path) -> None:
    scripts = []
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        shown = {name: code for name, code in files(text).items() if name.endswith(".py")}
        for name, content in {f"{document.stem}.py": script(document), **shown}.items():
            scripts.append(tmp_path / f"{document.stem}_{name}")
            scripts[-1].write_text(content, "utf-8")
    assert checked(scripts) == []


def test_an_init_function_for_other_classes_is_refused(tmp_path: Path) -> None:
    readme = script(DOCUMENTS[0])
    right, wrong = tmp_path / "right.py", tmp_path / "wrong.py"
    right.write_text(readme.replace("def fill(", DECORATED), "utf-8")
    wrong.write_text(
        readme.replace("def fill(", DECORATED.replace("Fused, Split", "Fused, Fused")), "utf-8"
    )
    [error] = checked([right, wrong])
    # By name: mypy's cache may quote the folder of an earlier run.
    assert Path(error.partition(":")[0]).name == wrong.name
    assert "[arg-type]" in error
