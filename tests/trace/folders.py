"""Traces on disk, changed behind padiff's back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from padiff.model import walk
from padiff.protocols import Array
from padiff.trace.survey import survey
from padiff.trace.trace import Trace
from tests.cli.traces import Net, write_trace

__all__ = ["contents", "read_all", "rewritten", "with_index", "write_rich"]


def write_rich(path: Path) -> Path:
    """A trace with everything in it: two steps, gradients, updates."""
    return write_trace(path, Net(steps=2, backward=True, updates=True))


def contents(trace: Trace) -> list[Array]:
    """All its tensors."""
    return [np.array(trace.tensor(number)) for number in range(len(trace.index.tensors))]


def read_all(path: Path) -> None:
    """Open a trace, and do with it what can be done without a framework."""
    trace = Trace(path)
    survey(trace)
    trace.check_values()
    for position in range(-1, len(trace.steps)):
        trace.go_to(position)
        for handle in walk(trace.model().handle()):
            state = handle.state()
            state.gradients()
            for name, spec in state.specs.items():
                if not spec.defect:
                    state.open(name)
    for position in range(len(trace.steps)):
        trace.begin(position)


def with_index(path: Path, body: bytes) -> Path:
    """Put an index in the place of a trace's own, with the right checksum."""
    checksum = f"sha256:{hashlib.sha256(body).hexdigest()}"
    head = f'{{"format":"padiff-trace","version":1,"checksum":"{checksum}","trace":'
    (path / "index.json").write_bytes(head.encode() + body + b"}")
    return path


def rewritten(path: Path, change: Callable[[Any], object]) -> Path:
    """Change a trace's index, as a dict, in place; the checksum is right again."""
    index = json.loads((path / "index.json").read_bytes())["trace"]
    change(index)
    return with_index(path, json.dumps(index).encode())
