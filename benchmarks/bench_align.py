"""What `align` costs beside the runs it makes anyway: encoders in torch and in paddle, in one process.

The contestants take turns (`contest`). They are:

* `forwards`: one plain forward pass of each model; `align forward` compares every layer of the two.
* `trainings`: a forward and a backward pass of each; `align` compares gradients too.

Tolerances are stated (1e-3), so that nothing is run again in float64 to tell rounding from difference.
Run it with `hatch run bench-align [--parameters 110] [--rounds 5]` on a quiet machine.
"""

from __future__ import annotations

import os

# Two OpenMP runtimes share the process; threads of one that spin after their work slow the other down.
os.environ["KMP_BLOCKTIME"] = "0"
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import argparse
import statistics
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from contest import console, peak_while, rounds, show_ratio, show_rounds, show_verdict

import padiff

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # paddle looks for a compiler cache and speaks of it
    import paddle

BATCH, LENGTH = 4, 128


def encoders(width: int, layers: int) -> tuple[torch.nn.Module, paddle.nn.Layer]:
    """The same stack of encoder layers in both frameworks, with the same weights, without dropout."""
    heads, inner = width // 64, 4 * width
    ours = torch.nn.TransformerEncoderLayer(width, heads, inner, 0.0, batch_first=True)
    theirs = paddle.nn.TransformerEncoderLayer(width, heads, inner, 0.0)
    base = torch.nn.TransformerEncoder(ours, layers, enable_nested_tensor=False)
    raw = paddle.nn.TransformerEncoder(theirs, layers)
    padiff.assign_weight(base, raw)
    return base, raw


def aligned(base: Any, raw: Any, batch: Any, **options: Any) -> None:
    """Align, and see that the two do agree."""
    report = padiff.align(base, raw, batch, atol=1e-3, rtol=1e-3, progress=False, **options)
    assert report, str(report)


def contestants(base: Any, raw: Any, batch: Any) -> dict[str, Callable[[], object]]:
    """By name, what is timed."""
    inputs = torch.from_numpy(batch), paddle.to_tensor(batch)
    # The mean of what a LayerNorm returns is constant: its gradients would be nothing but rounding.
    target = np.random.default_rng(1).standard_normal(batch.shape).astype(np.float32)
    targets = torch.from_numpy(target), paddle.to_tensor(target)
    losses = (
        lambda output: (output - targets[0]).square().mean(),
        lambda output: (output - targets[1]).square().mean(),
    )

    def forwards() -> None:
        with torch.no_grad(), paddle.no_grad():
            base(inputs[0])
            raw(inputs[1])

    def trainings() -> None:
        losses[0](base(inputs[0])).backward()
        losses[1](raw(inputs[1])).backward()
        base.zero_grad()
        raw.clear_gradients(set_to_zero=False)  # as torch does; else `align` sets them aside

    return {
        "forwards": forwards,
        "align forward": lambda: aligned(base, raw, batch, phase="forward"),
        "trainings": trainings,
        "align": lambda: aligned(base, raw, batch, loss=losses),
    }


def activations(model: torch.nn.Module, batch: torch.Tensor) -> list[int]:
    """The bytes of every tensor that enters or leaves a module, each memory once."""
    seen: dict[int, torch.UntypedStorage] = {}

    def hook(_: object, inputs: tuple[object, ...], output: object) -> None:
        for tensor in (*inputs, *(output if isinstance(output, tuple) else (output,))):
            if isinstance(tensor, torch.Tensor):
                storage = tensor.untyped_storage()
                seen[storage.data_ptr()] = storage  # kept, so that no other takes its place

    handles = [module.register_forward_hook(hook) for module in model.modules()]
    with torch.no_grad():
        model(batch)
    for handle in handles:
        handle.remove()
    return [storage.nbytes() for storage in seen.values()]


def show_memory(ways: dict[str, Callable[[], object]], units: list[int]) -> None:
    """What `align` holds beyond the runs alone, beside base's activations and a layer's more."""
    told = f"{sum(units) / 1e6:,.0f} MB, the largest {max(units) / 1e6:,.1f} MB"
    console.print(f"base's activations: {told}")
    allowed = sum(units) + max(units)
    for name, plain in (("align forward", "forwards"), ("align", "trainings")):
        peaks = [(peak_while(ways[plain]), peak_while(ways[name])) for _ in range(3)]
        grown = [both - alone for alone, both in peaks if alone is not None and both is not None]
        if grown:
            extra = statistics.median(grown)
            show_verdict(
                f"memory of {name} beyond the runs",
                f"{extra / 1e6:,.0f} MB",
                f"at most {allowed / 1e6:,.0f} MB",
                met=extra <= allowed,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--parameters", type=float, default=110, help="size, in millions")
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count")
    options = parser.parse_args()
    layers = max(1, round(options.parameters * 1e6 / (12 * options.width**2)))
    base, raw = encoders(options.width, layers)
    batch = np.random.default_rng(0).standard_normal((BATCH, LENGTH, options.width), np.float32)
    ways = contestants(base, raw, batch)
    console.print(
        f"{layers} layers of width {options.width}, a batch of {BATCH} x {LENGTH}; "
        f"torch {torch.__version__} on {torch.get_num_threads()} threads, "
        f"paddle {paddle.version.full_version}"
    )
    # Memory first, once all is warm: later, the heaps are full of holes that hide what a run takes.
    for way in ways.values():
        way()
    show_memory(ways, activations(base, torch.from_numpy(batch)))
    seconds = rounds(ways, options.rounds)
    show_rounds(seconds, {})
    forward, full = seconds["align forward"], seconds["align"]
    show_ratio(
        "align forward to two forwards",
        forward,
        seconds["forwards"],
        "at most 1.2x",
        lambda r: r <= 1.2,
    )
    show_ratio(
        "align to two trainings", full, seconds["trainings"], "at most 1.15x", lambda r: r <= 1.15
    )


if __name__ == "__main__":
    main()
