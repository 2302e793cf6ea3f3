"""Hints: hypotheses about an origin, each given only if it was tried and removes the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.aligning.glue import glue_hints
from padiff.aligning.parameters import canonical_values, set_values
from padiff.aligning.trial import Trial, attribute_set, restored
from padiff.compare.hints import Hint, find_hints
from padiff.errors import LayoutError

if TYPE_CHECKING:
    from padiff.aligning.nodes import Node
    from padiff.aligning.step import Step
    from padiff.linting.finding import Finding
    from padiff.pairing import Pair
    from padiff.protocols import Array

__all__ = ["described", "try_hints", "weights_apart"]

_CLOSE = 1e-6
"""Weights within this share of their largest count as the same, when it is asked which was copied
where: they may have passed through another dtype."""


def try_hints(node: Node, step: Step, findings: Sequence[Finding]) -> tuple[Hint, ...]:
    """Every hypothesis that explains an origin.

    Args:
        node: The origin.
        step: The step it was found in, whose recording is still there.
        findings: What the lint says of the two models.
    """
    if node.phase == "update":
        return ()
    trial = Trial(node, step)
    if node.phase == "forward" and node.between() is not None:
        return tuple(glue_hints(node, trial, step))
    found = [*_weights(node, trial, step), *_settings(node, trial, findings), *_mode(node, trial)]
    if not found and node.phase == "forward":
        found += glue_hints(node, trial, step)
    return tuple({hint.kind: hint for hint in found}.values())


def _settings(node: Node, trial: Trial, findings: Sequence[Finding]) -> Iterator[Hint]:
    """Each hyper-parameter the lint found to differ here: does base's value remove the difference?"""
    for finding in findings:
        here = finding.base_path == node.watched.base.path and finding.subject
        if here and (change := _assigned(node, finding)) and trial.removes(change):
            text = f"with {finding.fix.removeprefix('write ')} in raw the two agree"
            yield Hint(_kind(finding), text)


def _kind(finding: Finding) -> str:
    """A stable name: GELU's form is known by the name of the activation."""
    return "gelu" if finding.rule.startswith("gelu.") else finding.subject


def _assigned(node: Node, finding: Finding) -> AbstractContextManager[None] | None:
    """Base's value of a hyper-parameter, in raw's spelling, in force for a while."""
    layout = node.watched.raw_layout
    setting = layout.settings.get(finding.subject) if layout else None
    if setting is None or not isinstance(setting.attribute, str):
        return None
    try:
        value = setting.from_canonical(finding.base_canonical)
    except ValueError:
        return None
    return attribute_set(node.watched.raw.module, setting.attribute, value)


def _mode(node: Node, trial: Trial) -> Iterator[Hint]:
    modules = node.watched.base.module, node.watched.raw.module
    modes = [getattr(module, "training", None) for module in modules]
    if None in modes or modes[0] == modes[1]:
        return
    if trial.removes(_in_mode(node, modes[0])):
        name = "train()" if modes[0] else "eval()"
        yield Hint("training_mode", f"base is in {name}, raw is not; in the same mode they agree")


@contextmanager
def _in_mode(node: Node, training: Any) -> Iterator[None]:
    """Raw's module and all below it in one mode."""
    with ExitStack() as stack:
        pending = [node.watched.raw]
        while pending:
            handle = pending.pop()
            if hasattr(handle.module, "training"):
                stack.enter_context(attribute_set(handle.module, "training", training))
            pending += [child for _, child in handle.children()]
        yield


def _weights(node: Node, trial: Trial, step: Step) -> Iterator[Hint]:
    """Do the two layers hold the same weights, and if not, is that all?"""
    pair = node.watched.pair
    if pair is None or isinstance(pair.base.canonical, LayoutError):
        return
    names = weights_apart(pair)
    if names and trial.removes(restored(pair.raw.state.snapshot, lambda: set_values(pair))):
        yield described(pair, names, step)


def weights_apart(pair: Pair) -> list[str]:
    """The canonical names of the tensors that differ between the two layers, by whatever little."""
    return [v.name for v in canonical_values(pair) if not np.array_equal(v.base, v.raw)]  # type: ignore[arg-type]


def described(pair: Pair, names: Sequence[str], step: Step) -> Hint:
    """What became of base's weights in raw: a transpose, another order, another layer's, or just others."""
    values = {v.name: (v.base, v.raw) for v in canonical_values(pair)}
    for name in names:
        base, raw = values[name]
        if base is None or raw is None:
            continue
        if base.ndim == 2 and base.shape[0] == base.shape[1] and _same(base.T, raw):
            return Hint("transposed", f"raw's {name} is base's, transposed")
        for other in names:
            theirs = values[other]
            if other != name and theirs[0] is not None and _same(theirs[0], raw):
                return Hint("swapped", f"raw's {name} holds base's {other}")
        for other_pair in step.pairs:
            if other_pair is not pair and _holds(other_pair, name, raw):
                there = other_pair.base.path
                return Hint("swapped", f"raw's {name} holds that of base's {there}")
        if "bias" in name and not raw.any():
            return Hint("missing_bias", f"raw's {name} is zero, base's is not")
    listed = ", ".join(names)
    return _derived(values) or Hint(
        "weights", f"the weights differ ({listed}); with base's they agree"
    )


def _derived(values: Mapping[str, tuple[Array | None, Array | None]]) -> Hint | None:
    """How raw's tensors follow from base's, if each that differs does: shifted, permuted, scaled."""
    kinds: list[str] = []
    texts: list[str] = []
    for name, (base, raw) in values.items():
        if base is None or raw is None or _same(base, raw):
            continue
        hint = next((h for h in find_hints(base, raw) if h.kind != "missing_bias"), None)
        if hint is None:
            return None
        kinds.append(hint.kind)
        texts.append(f"in {name}, {hint.text}")
    told = "; ".join(texts)
    return Hint(kinds[0], f"{told}; with base's they agree") if kinds else None


def _holds(pair: Pair, name: str, raw: Array) -> bool:
    """Whether base's layer of another pair holds, under this name, what raw has here."""
    base = next((v.base for v in canonical_values(pair) if v.name == name), None)
    return base is not None and bool(base.any()) and _same(base, raw)


def _same(base: Any, raw: Any) -> bool:
    if base.shape != raw.shape or base.dtype.kind not in "fV":
        return bool(base.shape == raw.shape and np.array_equal(base, raw))
    ours, theirs = base.astype(np.float64), raw.astype(np.float64)
    return bool(np.abs(ours - theirs).max(initial=0.0) <= _CLOSE * np.abs(ours).max(initial=0.0))
