"""How fast `assign_weight` is: torch to paddle, on a transformer, against what could be.

Every way moves the same weights between the same two models, in one process, in turns (`contest`). The ways are:

* `memory`: a plain `numpy.copyto` of as many bytes on one thread, without transposes.
* `torch`: torch's own `copy_` into the paddle parameters' memory, through DLPack, transposed where needed.
* `padiff`: `padiff.assign_weight`, with pairing, planning and lint.
* `PaDiff`: what PaDiff does for each tensor: `numpy.transpose`, `paddle.to_tensor`, `paddle.assign`.

Run it with `hatch run bench-transfer [--parameters 350] [--rounds 5]` on a quiet machine.
"""

from __future__ import annotations

import os

# Two OpenMP runtimes share the process; threads of one that spin after their work slow the other down.
os.environ["KMP_BLOCKTIME"] = "0"
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import argparse
import statistics
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from contest import console, peak_while, rounds, show_ratio, show_rounds, show_verdict, timed
from numpy.typing import NDArray

import padiff
from padiff.plan import make_plan

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # paddle looks for a compiler cache and speaks of it
    import paddle

WIDTH, VOCABULARY = 1024, 50257
PLANNED = (1_000, 2_500, 5_000, 10_000)


class TorchNet(torch.nn.Module):
    """An embedding and a stack of encoder layers, with packed attention weights."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(VOCABULARY, WIDTH)
        layer = torch.nn.TransformerEncoderLayer(WIDTH, WIDTH // 64, 4 * WIDTH, batch_first=True)
        self.encoder = torch.nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)


class PaddleNet(paddle.nn.Layer):
    """The same in paddle, where the projections are apart and every matrix is transposed."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.embedding = paddle.nn.Embedding(VOCABULARY, WIDTH)
        layer = paddle.nn.TransformerEncoderLayer(WIDTH, WIDTH // 64, 4 * WIDTH)
        self.encoder = paddle.nn.TransformerEncoder(layer, layers)


@dataclass(frozen=True, slots=True)
class Move:
    """One tensor's way, as somebody would write it by hand."""

    base: torch.Tensor
    raw: paddle.Tensor
    transposed: bool


def moves(base: TorchNet, raw: PaddleNet) -> Iterator[Move]:
    """Every tensor of the two models."""
    yield Move(base.embedding.weight.detach(), raw.embedding.weight, transposed=False)
    for ours, theirs in zip(base.encoder.layers, raw.encoder.layers, strict=True):
        attention, target = ours.self_attn, theirs.self_attn
        projections = (target.q_proj, target.k_proj, target.v_proj)
        packed = attention.in_proj_weight, attention.in_proj_bias
        for projection, weight, bias in zip(
            projections, *(p.chunk(3) for p in packed), strict=True
        ):
            yield Move(weight.detach(), projection.weight, transposed=True)
            yield Move(bias.detach(), projection.bias, transposed=False)
        linears = (
            (attention.out_proj, target.out_proj),
            (ours.linear1, theirs.linear1),
            (ours.linear2, theirs.linear2),
        )
        for linear, other in linears:
            yield Move(linear.weight.detach(), other.weight, transposed=True)
            yield Move(linear.bias.detach(), other.bias, transposed=False)
        for norm, other in ((ours.norm1, theirs.norm1), (ours.norm2, theirs.norm2)):
            yield Move(norm.weight.detach(), other.weight, transposed=False)
            yield Move(norm.bias.detach(), other.bias, transposed=False)


def memory_of(tensor: paddle.Tensor) -> NDArray[Any]:
    """A writable view of a parameter's memory."""
    view: NDArray[Any] = np.from_dlpack(tensor.detach())
    return view


def plain_copies(listed: Sequence[Move]) -> None:
    for move in listed:
        np.copyto(memory_of(move.raw).reshape(-1), move.base.reshape(-1).numpy())


def torch_copies(listed: Sequence[Move]) -> None:
    for move in listed:
        target = torch.utils.dlpack.from_dlpack(move.raw.detach())
        target.copy_(move.base.T if move.transposed else move.base)


def upstream_copies(listed: Sequence[Move]) -> None:
    for move in listed:
        values = move.base.numpy()
        turned = np.transpose(values) if move.transposed else values
        paddle.assign(paddle.to_tensor(turned), move.raw)


def is_moved(listed: Sequence[Move]) -> bool:
    """Whether raw holds base's weights, tensor by tensor."""
    return all(
        np.array_equal(memory_of(m.raw), (m.base.T if m.transposed else m.base).numpy())
        for m in listed
    )


def planning(layers: int) -> tuple[float, float]:
    """Seconds, and seconds of processor time, of planning a stack of small Linear layers.

    Medians of five. Planning is done by one thread, so the second is what a quiet machine would take.
    """
    sizes = [(2, 3) if i % 2 else (3, 2) for i in range(layers)]
    base = padiff.create_model(torch.nn.Sequential(*(torch.nn.Linear(*size) for size in sizes)))
    raw = padiff.create_model(paddle.nn.Sequential(*(paddle.nn.Linear(*size) for size in sizes)))
    walls, processors = [], []
    for _ in range(5):
        start = time.process_time()
        walls.append(timed(lambda: make_plan(base, raw, padiff.registry)))
        processors.append(time.process_time() - start)
    return statistics.median(walls), statistics.median(processors)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--parameters", type=float, default=350, help="size, in millions")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count")
    options = parser.parse_args()
    per_layer = 12 * WIDTH**2 + 13 * WIDTH
    layers = max(1, round((options.parameters * 1e6 - VOCABULARY * WIDTH) / per_layer))
    base, raw = TorchNet(layers), PaddleNet(layers)
    listed = list(moves(base, raw))
    size = sum(move.base.numel() * move.base.element_size() for move in listed)
    console.print(
        f"{size / 4e6:.0f} M parameters, {size / 1e9:.2f} GB, {len(listed)} tensors, {layers} layers; "
        f"torch {torch.__version__} on {torch.get_num_threads()} threads, "
        f"paddle {paddle.version.full_version}, numpy {np.__version__}"
    )

    extra = peak_while(lambda: padiff.assign_weight(base, raw))
    assert is_moved(listed)
    seconds = rounds(
        {
            "memory": lambda: plain_copies(listed),
            "torch": lambda: torch_copies(listed),
            "padiff": lambda: padiff.assign_weight(base, raw),
            "PaDiff": lambda: upstream_copies(listed),
        },
        options.rounds,
    )
    medians = {name: statistics.median(taken) for name, taken in seconds.items()}
    show_rounds(
        seconds,
        {
            "GB/s": lambda name: f"{size / 1e9 / medians[name]:.1f}",
            "to padiff": lambda name: f"{medians[name] / medians['padiff']:.2f}x",
        },
    )
    show_ratio(
        "padiff to torch", seconds["padiff"], seconds["torch"], "at most 1x", lambda r: r <= 1
    )
    show_ratio(
        "PaDiff to padiff", seconds["PaDiff"], seconds["padiff"], "at least 4x", lambda r: r >= 4
    )
    if extra is not None:
        share = 100 * extra / size
        show_verdict(
            "peak extra memory", f"{extra / 1e6:.0f} MB, {share:.2f} %", "below 2 %", met=share < 2
        )
    plans = {count: planning(count) for count in PLANNED}
    for count, (wall, processor) in plans.items():
        console.print(
            f"planning {count:>6,} layers: {wall:.2f} s, {processor:.2f} s of processor time, "
            f"{1e6 * processor / count:.0f} us a layer"
        )
    processor = plans[10_000][1]
    show_verdict("planning 10,000 layers", f"{processor:.2f} s", "below 2 s", met=processor < 2)


if __name__ == "__main__":
    main()
