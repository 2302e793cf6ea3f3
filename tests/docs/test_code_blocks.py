"""Every Python block of the documents runs, and prints what the document says it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import paddle  # noqa: F401 - the blocks need it, so that these tests do too
import pytest
import torch  # noqa: F401 - the blocks need it, so that these tests do too

from tests.docs.documents import DOCUMENTS, Example, differs, examples, name_of, tidy

SESSION = Path(__file__).with_name("session.py")


def run(name: str, found: Sequence[Example], folder: Path) -> list[str]:
    """Run blocks in a process of their own, where a warning is an error; what each printed."""
    strict = ["-W", "error", "-W", "ignore:No ccache found:UserWarning"]
    done = subprocess.run(
        [sys.executable, *strict, str(SESSION), name],
        check=False,
        cwd=folder,
        input=json.dumps([(example.code.line, example.code.text) for example in found]),
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    printed: list[str] = json.loads(done.stdout)
    return printed


def differences(name: str, found: Sequence[Example], printed: Sequence[str]) -> list[str]:
    """Blocks that printed something else than is quoted; `...` in a quotation is anything."""
    return [
        f"{name}:{example.code.line}: the document says\n{example.printed}it printed\n{output}"
        for example, output in zip(found, printed, strict=True)
        if differs(example.printed, tidy(output))
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_the_python_blocks_run_and_print_what_is_quoted(document: Path, tmp_path: Path) -> None:
    found = list(examples(document.read_text("utf-8"), "python"))
    printed = run(name_of(document), found, tmp_path) if found else []
    assert differences(name_of(document), found, printed) == []


def test_the_readme_has_blocks_to_run() -> None:
    assert len(list(examples(DOCUMENTS[0].read_text("utf-8"), "python"))) >= 5


SAMPLE = """\
```python
x = 1
print(x + {x})
```

```text
2
```

Words.

```python
print("3...")
```

```text
3...
```
"""


def test_blocks_share_a_namespace_and_outputs_are_compared(tmp_path: Path) -> None:
    found = list(examples(SAMPLE.replace("{x}", "x"), "python"))
    assert differences("sample", found, run("sample", found, tmp_path)) == []


def test_another_output_is_noticed(tmp_path: Path) -> None:
    found = list(examples(SAMPLE.replace("{x}", "2"), "python"))
    assert differences("sample", found, run("sample", found, tmp_path)) == [
        "sample:2: the document says\n2\nit printed\n3\n"
    ]


def test_an_output_that_is_not_quoted_is_noticed(tmp_path: Path) -> None:
    found = list(examples("```python\nprint(1)\n```\n\nWords.\n\n```text\n1\n```\n", "python"))
    assert differences("sample", found, run("sample", found, tmp_path)) == [
        "sample:2: the document says\nit printed\n1\n"
    ]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("\n\n1 / 0", 'File "sample", line 4'),
        ("import warnings\nwarnings.warn('old', DeprecationWarning)", "DeprecationWarning: old"),
    ],
)
def test_a_block_that_fails_is_noticed_at_its_line(tmp_path: Path, code: str, error: str) -> None:
    found = list(examples(f"```python\n{code}\n```\n", "python"))
    with pytest.raises(AssertionError) as caught:
        run("sample", found, tmp_path)
    assert error in str(caught.value)
