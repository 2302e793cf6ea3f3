"""What recording costs beside the training it watches, in torch and in paddle, and how fast traces are compared.

Encoders are trained for a few steps, again and again. The contestants take turns (`contest`). They are:

* `plain`: the steps alone: a forward and a backward pass and a step of SGD.
* `hash`, `statistics`, `full`: the same within `padiff.record` at that level, from the look at the model and
  the weights before the first step to a trace that is whole and on the disk.

Then two traces of all values, torch's and one of a model whose weights differ in the last digit:

* `compare_traces`: padiff, which reads, checks, pairs and judges them.
* `assert_allclose`: NumPy's, of the same arrays of the same files, read by safetensors.

Run it with `hatch run bench-trace [--parameters 30] [--steps 2] [--rounds 5]` on a quiet machine.
"""

from __future__ import annotations

import os

# Two OpenMP runtimes share the process; threads of one that spin after their work slow the other down.
os.environ["KMP_BLOCKTIME"] = "0"
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import argparse
import copy
import statistics
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from bench_align import BATCH, LENGTH, encoders
from contest import console, ratio, rounds, show_rounds
from safetensors.numpy import load_file

import padiff
from padiff.trace.index import Index, Level

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # paddle looks for a compiler cache and speaks of it
    import paddle

LEVELS: tuple[Level, ...] = get_args(Level)
RATE = 1e-3
RTOL, ATOL = 1e-3, 1e-4


@dataclass(frozen=True, slots=True)
class Training:
    """A model that learns nothing in particular, the same in each framework."""

    model: Any
    optimizer: Any
    batch: Any
    clear: Callable[[], object]
    steps: int

    def run(self) -> None:
        for _ in range(self.steps):
            self.model(self.batch).square().mean().backward()
            self.optimizer.step()
            self.clear()

    def recorded(self, path: Path, level: Level) -> None:
        """The same, in a trace."""
        with padiff.record(
            self.model, path, steps=self.steps, optimizer=self.optimizer, level=level
        ):
            self.run()


def in_torch(model: Any, batch: Any, steps: int) -> Training:
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    return Training(model, optimizer, torch.from_numpy(batch), optimizer.zero_grad, steps)


def in_paddle(model: Any, batch: Any, steps: int) -> Training:
    optimizer = paddle.optimizer.SGD(RATE, model.parameters())
    return Training(model, optimizer, paddle.to_tensor(batch), optimizer.clear_grad, steps)


def size(trace: Path) -> int:
    """Bytes on the disk."""
    return sum(file.stat().st_size for file in trace.iterdir())


def measure_recording(training: Training, folder: Path, count: int) -> None:
    """Rounds of the training, plain and at each level."""
    paths = {level: folder / level for level in LEVELS}
    ways: dict[str, Callable[[], object]] = {"plain": training.run}
    for level, path in paths.items():
        ways[level] = partial(training.recorded, path, level)
    seconds = rounds(ways, count)
    plain = statistics.median(seconds["plain"])

    def more_a_step(name: str) -> str:
        return f"{1e3 * (statistics.median(seconds[name]) - plain) / training.steps:.0f} ms"

    def on_disk(name: str) -> str:
        return f"{size(folder / name) / 1e6:,.2f} MB" if name in paths else ""

    show_rounds(seconds, {"more a step": more_a_step, "on disk": on_disk})
    for level in LEVELS:
        console.print(f"{level} to plain: {ratio(seconds[level], seconds['plain'])[1]}")


def in_the_last_digit(model: torch.nn.Module) -> torch.nn.Module:
    """A copy whose weights are the next numbers after the model's."""
    twin = copy.deepcopy(model)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.copy_(torch.nextafter(parameter, torch.tensor(torch.inf)))
    return twin


def numbers(index: Index) -> list[str]:
    """Of the tensors, in an order that is the same for two runs of one program."""
    moments = [index.initial]
    for step in index.steps:
        moments.append(step.before)
        for call in step.calls:
            moments += [call.inputs, call.outputs, call.input_gradients, call.output_gradients]
        moments += [step.buffers, step.gradients, step.updated]
    return [str(moment[key]) for moment in moments for key in sorted(moment)]


def numpy_compared(base: Path, raw: Path, pairs: Iterable[tuple[str, str]]) -> None:
    """What people write: each array of one run against that of the other."""
    ours, theirs = (
        {
            name: array
            for file in trace.glob("*.safetensors")
            for name, array in load_file(file).items()
        }
        for trace in (base, raw)
    )
    for one, other in pairs:
        np.testing.assert_allclose(theirs[other], ours[one], rtol=RTOL, atol=ATOL)


def padiff_compared(base: Path, raw: Path) -> None:
    report = padiff.compare_traces(base, raw, rtol=RTOL, atol=ATOL, progress=False)
    assert report, str(report)


def measure_comparison(base: Path, raw: Path, count: int) -> None:
    """Rounds of comparing two traces of all values."""
    gib = (size(base) + size(raw)) / 2**30
    indexes = (padiff.Trace(path).index for path in (base, raw))
    pairs = dict.fromkeys(zip(*map(numbers, indexes), strict=True))
    seconds = rounds(
        {
            "compare_traces": lambda: padiff_compared(base, raw),
            "assert_allclose": lambda: numpy_compared(base, raw, pairs),
        },
        count,
    )

    def speed(name: str) -> str:
        return f"{gib / statistics.median(seconds[name]):.2f}"

    show_rounds(seconds, {"GiB/s": speed})
    told = ratio(seconds["compare_traces"], seconds["assert_allclose"])[1]
    console.print(f"compare_traces to assert_allclose: {told}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--parameters", type=float, default=30, help="size, in millions")
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--steps", type=int, default=2, help="steps of each training")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count")
    parser.add_argument("--folder", type=Path, help="where traces are written for a while")
    options = parser.parse_args()
    layers = max(1, round(options.parameters * 1e6 / (12 * options.width**2)))
    base, raw = encoders(options.width, layers)
    batch = np.random.default_rng(0).standard_normal((BATCH, LENGTH, options.width))
    batch = batch.astype(np.float32)
    console.print(
        f"{layers} layers of width {options.width}, a batch of {BATCH} x {LENGTH}, {options.steps} steps; "
        f"torch {torch.__version__} on {torch.get_num_threads()} threads, "
        f"paddle {paddle.version.full_version}, numpy {np.__version__}"
    )
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        for framework, training in (
            ("torch", in_torch(base, batch, options.steps)),
            ("paddle", in_paddle(raw, batch, options.steps)),
        ):
            console.print(f"[bold]{framework}")
            measure_recording(training, folder / framework, options.rounds)
        console.print("[bold]comparison")
        in_torch(copy.deepcopy(base), batch, options.steps).recorded(folder / "base", "full")
        twin = in_the_last_digit(base)  # only now: the rounds above have trained it
        in_torch(twin, batch, options.steps).recorded(folder / "raw", "full")
        measure_comparison(folder / "base", folder / "raw", options.rounds)


if __name__ == "__main__":
    main()
