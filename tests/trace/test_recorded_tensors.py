"""A tensor of a trace tells its shape and dtype without being read."""

from __future__ import annotations

from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

from padiff.trace.index import Index, ModuleEntry
from padiff.trace.model import RecordedTensor
from padiff.trace.shards import ShardReader
from padiff.trace.trace import Trace
from padiff.trace.writer import TraceWriter


def test_shape_and_dtype_are_the_values_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dtypes = (np.float32, np.bool_, np.complex64, ml_dtypes.bfloat16)
    writer = TraceWriter(tmp_path / "trace", "full")
    arrays = [np.ones((2, place), dtype) for place, dtype in enumerate(dtypes)]
    numbers = [writer.put(array) for array in arrays]
    module, tensors = ModuleEntry("", "", -1, ("nets.Net",)), tuple(writer.tensors)
    writer.finish(Index("0.1.0", "torch", "9.9", "Net", "full", (module,), tensors, ()))
    trace = Trace(tmp_path / "trace")
    monkeypatch.delattr(ShardReader, "load")
    told = [RecordedTensor(trace, number) for number in numbers]
    assert [(t.shape, t.dtype) for t in told] == [(a.shape, a.dtype) for a in arrays]
