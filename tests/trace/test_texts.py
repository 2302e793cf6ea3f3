"""What is shown of a trace commands no terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from padiff.errors import TraceError
from padiff.trace.trace import Trace
from tests.trace.folders import rewritten, write_rich

INDEX: dict[str, Any] = {
    "padiff": lambda text: {"padiff": text},
    "framework": lambda text: {"framework": text},
    "its version": lambda text: {"framework_version": text},
    "name": lambda text: {"name": text},
    "notes": lambda text: {"notes": [text]},
    "limits": lambda text: {"limits": ["fine", text]},
}
MODULE: dict[str, Any] = {
    "name": lambda text: {"name": text},
    "path": lambda text: {"path": text},
    "class names": lambda text: {"class_names": ["A", text]},
    "class name": lambda text: {"class_name": text},
    "kind": lambda text: {"kind": text},
    "problem": lambda text: {"problem": text},
    "settings": lambda text: {"settings": {text: {"argument": "", "native": 0, "canonical": 0}}},
    "argument": lambda text: {"settings": {"p": {"argument": text, "native": 0, "canonical": 0}}},
}
STATE: dict[str, Any] = {
    "name": lambda text: {"name": text},
    "defect": lambda text: {"defect": text},
}
CALL: dict[str, Any] = {
    "source": lambda text: {"source": text},
    "inputs": lambda text: {"inputs": {text: 0}},
    "outputs": lambda text: {"outputs": {text: 0}},
    "input gradients": lambda text: {"input_gradients": {text: 0}},
    "output gradients": lambda text: {"output_gradients": {text: 0}},
    "floors": lambda text: {"floors": {text: {"rms": 0, "max_abs": 0}}},
}
OWNERS: dict[str, tuple[str, Any]] = {
    "index": ("$", lambda index: index),
    "module": ("$.modules[1]", lambda index: index["modules"][1]),
    "state": ("$.modules[1]", lambda index: index["modules"][1]["tensors"][0]),
    "call": ("$.steps[0].calls", lambda index: index["steps"][0]["calls"][2]),
}
PLACES = [
    (owner, name)
    for owner, fields in (("index", INDEX), ("module", MODULE), ("state", STATE), ("call", CALL))
    for name in fields
]
FIELDS = {"index": INDEX, "module": MODULE, "state": STATE, "call": CALL}


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b2J", "a\rb", "\x7f", "\0"])
@pytest.mark.parametrize(("owner", "name"), PLACES)
def test_control_characters_are_refused(tmp_path: Path, owner: str, name: str, text: str) -> None:
    place, find = OWNERS[owner]
    fields = FIELDS[owner][name](text)
    path = rewritten(write_rich(tmp_path / "t"), lambda index: find(index).update(fields))
    with pytest.raises(TraceError) as caught:
        Trace(path)
    assert str(caught.value) == (
        "The index of a trace contradicts itself.\n"
        f"  where:    {path / 'index.json'}, {place}\n"
        f"  got:      control characters in {text!r}"
    )


def test_several_lines_and_letters_of_all_kinds_are_shown(tmp_path: Path) -> None:
    text = "first\n\tsecond \u4e2d\u6587 \u00e9 \U0001f600"
    path = rewritten(write_rich(tmp_path / "t"), lambda index: index.update(notes=[text]))
    assert Trace(path).index.notes == (text,)
