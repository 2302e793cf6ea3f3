"""Convolutions: paddle takes a padding for both ends of an axis, for each end, or in words."""

from __future__ import annotations

from typing import Any

from padiff.configuration import Configuration
from padiff.hyperparameters import Reading, Setting, fixed
from padiff.settings.windows import Pads, collapsed, even_padding, per_axis, same_padding
from padiff_paddle.settings.common import CHANNELS_LAST, channels
from padiff_paddle.settings.reparametrised import reparametrised

__all__ = ["CONFIGURATIONS", "pads", "written_padding"]


def pads(native: Any, axes: int) -> Pads:
    """The canonical padding of one in numbers.

    >>> pads(1, 2), pads([1, 0], 2), pads([1, 2, 3, 4], 2)
    (((1, 1), (1, 1)), ((1, 1), (0, 0)), ((1, 2), (3, 4)))
    >>> pads([[0, 0], [0, 0], [1, 2], [3, 4]], 2)
    ((1, 2), (3, 4))
    """
    if isinstance(native, int) or (len(native) <= axes and not _is_pair(native[0])):
        return even_padding(native, axes)
    if _is_pair(native[0]):
        pairs = [(before, after) for before, after in native]
        spatial = pairs[2:] if pairs[1] == (0, 0) else pairs[1:-1]
        return tuple(spatial if len(pairs) > axes else pairs)
    return tuple(zip(native[::2], native[1::2], strict=True))


def _is_pair(item: Any) -> bool:
    return isinstance(item, (list, tuple))


def _padding(layer: Any) -> Reading:
    native, kernel = layer._padding, layer._kernel_size
    word = native.upper() if isinstance(native, str) else ""
    if word == "SAME":
        return Reading(native, same_padding(kernel, layer._dilation, layer._stride))
    return Reading(native, pads(0 if word == "VALID" else native, len(kernel)))


def written_padding(canonical: Pads | str) -> Any:
    """The argument for a canonical padding."""
    if isinstance(canonical, str):
        return "SAME"
    if all(before == after for before, after in canonical):
        return collapsed([before for before, _ in canonical])
    return [size for ends in canonical for size in ends]


def _output_padding(layer: Any) -> Reading:
    native = layer.output_padding
    return Reading(native, per_axis(native, len(layer._kernel_size)))


_WINDOW = {
    "stride": Setting("stride", "_stride", tuple, collapsed),
    "padding": Setting("padding", _padding, from_canonical=written_padding),
    "dilation": Setting("dilation", "_dilation", tuple, collapsed),
    "groups": Setting("groups", "_groups"),
}
_PADDING_MODE = {"padding_mode": Setting("padding_mode", "_padding_mode")}
_NORMED = reparametrised(turned=False)
_OUTPUT_PADDING = {
    "output_padding": Setting("output_padding", _output_padding, from_canonical=collapsed)
}


def _conv(axes: int) -> Configuration:
    return Configuration({**_WINDOW, **_PADDING_MODE, **_NORMED, "channels": channels(axes)})


def _transposed(axes: int) -> Configuration:
    return Configuration({**_WINDOW, **_OUTPUT_PADDING, **_NORMED, "channels": channels(axes)})


_SPARSE = {
    **_WINDOW,
    "groups": fixed(1),
    "padding_mode": fixed("zeros"),
    "channels": CHANNELS_LAST,
}


CONFIGURATIONS = {
    **{f"paddle.nn.Conv{n}D": _conv(n) for n in (1, 2, 3)},
    **{f"paddle.nn.Conv{n}DTranspose": _transposed(n) for n in (1, 2, 3)},
    **{f"paddle.sparse.nn.Conv{n}D": Configuration({**_SPARSE, **_NORMED}) for n in (2, 3)},
    **{f"paddle.sparse.nn.SubmConv{n}D": Configuration(_SPARSE) for n in (2, 3)},
}
