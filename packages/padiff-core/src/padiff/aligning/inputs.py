"""What the two models are called with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.capture.nested import leaves, map_leaves
from padiff.capture.protocols import capture_adapter
from padiff.errors import UsageError

if TYPE_CHECKING:
    from padiff.capture.protocols import CaptureAdapter
    from padiff.model import ProxyModel

__all__ = ["Arguments", "one_side", "split_inputs", "widen"]


@dataclass(frozen=True, slots=True)
class Arguments:
    """Positional and keyword arguments for one side."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] | None = None

    def call(self, module: Any, adapter: CaptureAdapter) -> Any:
        """Call the module with copies, for it may write what it is given."""
        copied = self.changed(adapter, adapter.detached)
        return module(*copied.args, **dict(copied.kwargs or {}))

    def changed(self, adapter: CaptureAdapter, change: Callable[[Any], Any]) -> Arguments:
        """The same with each tensor replaced by what `change` makes of it."""
        both = map_leaves((self.args, dict(self.kwargs or {})), adapter.is_tensor, _once(change))
        return Arguments(*both)


def _once(change: Callable[[Any], Any]) -> Callable[[str, Any], Any]:
    """The same answer for the same tensor: attention asks whether its key is its query."""
    known: dict[int, Any] = {}

    def changed(_: str, tensor: Any) -> Any:
        if id(tensor) not in known:
            known[id(tensor)] = change(tensor)
        return known[id(tensor)]

    return changed


def split_inputs(
    inputs: Any, base: ProxyModel[Any], raw: ProxyModel[Any], *, paired: bool | None = None
) -> tuple[Arguments, Arguments]:
    """Arguments for both sides from what a user passed.

    A dict is keyword arguments, a tuple or list positional ones, anything else the only argument.
    They serve both sides: arrays, and tensors of either framework, become tensors of each side's
    own, on the device its model is on. Two such things in a pair, one for each side, are told by
    being two dicts, two tuples, or tensors of the two frameworks.

    Raises:
        UsageError: If no tensor or array is in `inputs`.
    """
    told = _is_pair(inputs, base, raw) if paired is None else paired
    ours, theirs = inputs if told else (inputs, inputs)
    return _arguments(ours, base, raw), _arguments(theirs, raw, base)


def one_side(inputs: Any, model: ProxyModel[Any]) -> Arguments:
    """Arguments for one side alone, from what a user passed.

    Raises:
        UsageError: If no tensor or array is in `inputs`.
    """
    return _arguments(inputs, model, model)


def _is_pair(inputs: Any, base: ProxyModel[Any], raw: ProxyModel[Any]) -> bool:
    if not isinstance(inputs, (tuple, list)) or len(inputs) != 2:
        return False
    first, second = inputs
    if any(isinstance(first, t) and isinstance(second, t) for t in (Mapping, (tuple, list))):
        return True
    of_each = capture_adapter(base).is_tensor(first) and capture_adapter(raw).is_tensor(second)
    return of_each and base.framework != raw.framework


def _arguments(value: Any, side: ProxyModel[Any], other: ProxyModel[Any]) -> Arguments:
    here, there = capture_adapter(side), capture_adapter(other)

    def is_input(item: object) -> bool:
        return (
            isinstance(item, (np.ndarray, np.generic))
            or here.is_tensor(item)
            or there.is_tensor(item)
        )

    def convert(item: Any) -> Any:
        if here.is_tensor(item):
            return here.detached(item)
        if there.is_tensor(item):
            return here.tensor(np.array(there.array(item)), side.model, leaf=there.is_leaf(item))
        return here.tensor(np.array(item), side.model)

    if not any(leaves(value, is_input)):
        raise UsageError(
            "The inputs hold no tensor.",
            got=type(value).__name__,
            expected="a tensor or array, a tuple of positional or a dict of keyword arguments, "
            "or a pair of such, one for base and one for raw",
        )
    converted = map_leaves(value, is_input, _once(convert))
    if isinstance(converted, Mapping):
        return Arguments((), converted)
    if isinstance(converted, (tuple, list)):
        return Arguments(tuple(converted))
    return Arguments((converted,))


def widen(arguments: Arguments, proxy: ProxyModel[Any]) -> Arguments:
    """The arguments with every floating tensor in float64."""
    adapter = capture_adapter(proxy)

    def convert(tensor: Any) -> Any:
        array = adapter.array(tensor)
        if array.dtype.kind not in "fV":
            return tensor
        wide = np.asarray(array, np.float64)
        return adapter.tensor(wide, proxy.model, leaf=adapter.is_leaf(tensor))

    return arguments.changed(adapter, convert)
