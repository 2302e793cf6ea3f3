"""Hints about code between layers: what it does to the tensors the layers around it hand on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from padiff.compare.hints import Hint, find_hints

if TYPE_CHECKING:
    from padiff.aligning.nodes import Node
    from padiff.aligning.step import Step
    from padiff.aligning.trial import Trial
    from padiff.protocols import Array

__all__ = ["glue_hints"]

_TOLERANCE = 1e-5
_erf = np.vectorize(math.erf, otypes=[np.float64])
_ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "gelu (erf)": lambda x: 0.5 * x * (1 + _erf(x / math.sqrt(2))),
    "gelu (tanh)": lambda x: (
        0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    ),
    "relu": lambda x: np.maximum(x, 0),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "the identity": lambda x: x,
}
_SAMPLE = 4096


def glue_hints(node: Node, trial: Trial, step: Step) -> Iterator[Hint]:
    """What explains that a layer within received something else, although all before it agrees.

    Or, if all within agrees, that the origin itself returned something else.
    """
    first = node.between()
    known = _known(node, step)
    found = list(_explained(trial.inputs_of(first) if first else trial.outputs(), known))
    yield from found
    if not (found or node.leaf):
        yield from _seen_behind(node, trial, step, known)


def _seen_behind(
    node: Node, trial: Trial, step: Step, known: Mapping[str, Array]
) -> Iterator[Hint]:
    """What explains that the layer after a container received something else.

    Two containers of one path need not return the same thing, even where the models agree.
    """
    forward = [n for root in step.roots if root.phase == "forward" for _, n in root.walk()]
    within = sum(1 for _ in node.walk())
    later = forward[forward.index(node) + within :]
    behind = next((other for other in later if not other.received_agrees), None)
    if behind is not None:
        place = behind.watched.base_path or "(root)"
        for hint in _explained(trial.inputs_of(behind), known):
            yield Hint(hint.kind, f"in what base's {place} receives, {hint.text}")


def _explained(pairs: Iterable[tuple[Array, Array]], known: Mapping[str, Array]) -> Iterator[Hint]:
    """What explains each pair of base's and raw's values that differs."""
    for base, raw in pairs:
        if base.shape == raw.shape and _close(base, raw):
            continue
        found = [*_activations(base, raw, known), *_residual(base, raw, known)]
        yield from found or find_hints(base, raw)


def _known(node: Node, step: Step) -> dict[str, Array]:
    """What was there before: the origin's inputs, and the outputs of the layers within it."""
    known: dict[str, Array] = {}
    own = step.runs.recording.calls.get((node.key, node.call))
    for slot, stored in (own.inputs if own else {}).items():
        known[f"input {slot}"] = stored.load()
    for child in node.children:
        recorded = step.runs.recording.calls.get((child.key, child.call))
        for slot, stored in (recorded.outputs if recorded else {}).items():
            known[f"output {slot} of {child.watched.base_path}".replace("  ", " ")] = stored.load()
    return {name: values for name, values in known.items() if values.dtype.kind == "f"}


def _activations(base: Array, raw: Array, known: Mapping[str, Array]) -> Iterator[Hint]:
    for name, values in known.items():
        if values.shape != base.shape:
            continue
        x, ours, theirs = (_sampled(a) for a in (values, base, raw))
        with np.errstate(over="ignore"):
            forms = {form: function(x) for form, function in _ACTIVATIONS.items()}
        used = [
            next((f for f, y in forms.items() if _close(y, side)), None) for side in (ours, theirs)
        ]
        if None not in used and used[0] != used[1]:
            both_gelu = all(form and form.startswith("gelu") for form in used)
            kind = "gelu" if both_gelu else "activation"
            yield Hint(kind, f"after {name}, base computes {used[0]} and raw {used[1]}")
            return


def _residual(base: Array, raw: Array, known: Mapping[str, Array]) -> Iterator[Hint]:
    if base.dtype.kind != "f" or base.shape != raw.shape:
        return
    missing = base.astype(np.float64) - raw
    for name, values in known.items():
        if values.shape == base.shape and values.any():
            for side, difference in (("raw", missing), ("base", -missing)):
                if _close(values, difference, like=base):
                    yield Hint("missing_residual", f"{side} does not add {name}")
                    return


def _sampled(values: Array) -> Array:
    return values.reshape(-1)[:_SAMPLE].astype(np.float64)


def _close(ours: Array, theirs: Array, like: Array | None = None) -> bool:
    if ours.shape != theirs.shape or ours.dtype.kind != "f":
        return ours.shape == theirs.shape and bool(np.array_equal(ours, theirs))
    scale = float(np.abs(ours if like is None else like).max(initial=0.0))
    difference = np.abs(ours.astype(np.float64) - theirs).max(initial=0.0)
    return bool(difference <= _TOLERANCE * max(scale, 1e-30))
