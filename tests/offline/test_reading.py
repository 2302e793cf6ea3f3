"""What is read of two traces: a tensor that decides nothing stays on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import padiff
from padiff.trace.shards import ShardReader
from tests.cli.traces import Net, write_trace


def test_weights_are_not_read_for_the_sake_of_buffers_there_are_none_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, raw = (padiff.Trace(write_trace(tmp_path / side, Net())) for side in ("base", "raw"))
    read = set()
    load = ShardReader.load

    def noted(self: ShardReader, number: int, entry: Any) -> Any:
        read.add(number)
        return load(self, number, entry)

    monkeypatch.setattr(ShardReader, "load", noted)
    assert padiff.compare_traces(base, raw)
    calls = base.steps[0].calls
    assert read == {
        number for call in calls for number in (*call.inputs.values(), *call.outputs.values())
    }
    assert not read & set(base.index.initial.values())
