"""What is read of two traces: a tensor that decides nothing stays on the disk, and no other is read in vain."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import padiff
from padiff.errors import TraceError
from padiff.trace import trace as opened
from padiff.trace.shards import ShardReader
from tests.cli.traces import Net, write_trace


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> dict[str, Counter[int]]:
    """How often each tensor of a side was read."""
    counts: dict[str, Counter[int]] = {"base": Counter(), "raw": Counter()}
    load = ShardReader.load

    def noted(self: ShardReader, number: int, entry: Any) -> Any:
        counts[self.path.parent.name][number] += 1
        return load(self, number, entry)

    monkeypatch.setattr(ShardReader, "load", noted)
    return counts


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where tensors are too large to be kept until they are asked for again."""
    monkeypatch.setattr(opened, "_KEPT", 0)


def traces(folder: Path, net: Net) -> tuple[padiff.Trace, padiff.Trace]:
    base, raw = (padiff.Trace(write_trace(folder / side, net)) for side in ("base", "raw"))
    return base, raw


def test_weights_are_not_read_for_the_sake_of_buffers_there_are_none_of(
    tmp_path: Path, reads: dict[str, Counter[int]]
) -> None:
    base, raw = traces(tmp_path, Net())
    assert padiff.compare_traces(base, raw)
    calls = base.steps[0].calls
    expected = {n for call in calls for n in (*call.inputs.values(), *call.outputs.values())}
    assert reads["base"].keys() == reads["raw"].keys() == expected
    assert not expected & set(base.index.initial.values())


def test_each_tensor_is_read_once(tmp_path: Path, reads: dict[str, Counter[int]]) -> None:
    base, raw = traces(tmp_path, Net(steps=2, backward=True, updates=True))
    assert padiff.compare_traces(base, raw)
    once = dict.fromkeys(range(len(base.index.tensors)), 1)
    assert reads == {"base": once, "raw": once}


@pytest.mark.usefixtures("nothing_kept")
def test_what_passes_calls_is_read_once_even_if_nothing_is_kept(
    tmp_path: Path, reads: dict[str, Counter[int]]
) -> None:
    base, raw = traces(tmp_path, Net())
    assert padiff.compare_traces(base, raw)
    assert {*reads["base"].values(), *reads["raw"].values()} == {1}


def test_and_once_more_in_the_next_comparison(
    tmp_path: Path, reads: dict[str, Counter[int]]
) -> None:
    base, raw = traces(tmp_path, Net(backward=True))
    for _ in range(2):
        assert padiff.compare_traces(base, raw)
    assert {*reads["base"].values(), *reads["raw"].values()} == {2}


@pytest.mark.usefixtures("nothing_kept")
def test_weights_that_were_not_moved_between_steps_are_not_read_as_they_were_after_the_last(
    tmp_path: Path, reads: dict[str, Counter[int]]
) -> None:
    base, raw = traces(tmp_path, Net(steps=3, updates=True))
    assert padiff.compare_traces(base, raw)
    moments = [base.index.initial, *(step.updated for step in base.steps)]
    found = [[reads[side][moment["1/weight"]] for moment in moments] for side in ("base", "raw")]
    # After a step, and as the next begins: what the two are apart, and of base what it is.
    assert found == [[2, 3, 3, 1], [1, 2, 2, 1]]


def test_what_was_damaged_between_two_comparisons_is_refused(tmp_path: Path) -> None:
    base, raw = traces(tmp_path, Net())
    assert padiff.compare_traces(base, raw)
    (file,) = raw.path.glob("*.safetensors")
    number = raw.steps[0].calls[0].outputs[""]
    values = raw.tensor(number).tobytes()
    file.write_bytes(file.read_bytes().replace(values, values[::-1]))
    with pytest.raises(TraceError) as caught:
        padiff.compare_traces(base, raw)
    assert str(caught.value) == (
        "A file of the trace is damaged.\n"
        f"  where:    {file}\n"
        f"  got:      tensor {number} with other values than were written\n"
        "  hint:     record it again"
    )
