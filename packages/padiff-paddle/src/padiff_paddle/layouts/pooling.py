"""Pooling, and what else changes the size of an image without a weight.

`paddle.compat.nn.AvgPool1D` to `AvgPool3D` count padding by default, as torch's do; paddle's own do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from padiff.hyperparameters import NOT_APPLICABLE, Reading, Setting, fixed
from padiff.kinds import pooling as kinds
from padiff.layout import Layout
from padiff.settings.windows import collapsed, per_axis, same_padding, shortest
from padiff_paddle.settings.common import channels
from padiff_paddle.settings.convolution import pads, written_padding

__all__ = ["LAYOUTS"]


def _each(axes: int) -> Callable[[Any], tuple[Any, ...]]:
    return lambda value: per_axis(value, axes)


def _padding(axes: int, kernel: str) -> Setting:
    def read(layer: Any) -> Reading:
        native, size = layer.padding, per_axis(getattr(layer, kernel), axes)
        word = native.upper() if isinstance(native, str) else ""
        if word == "SAME":
            return Reading(native, same_padding(size, (1,) * axes, _stride(layer, kernel, axes)))
        return Reading(native, pads(0 if word == "VALID" else native, axes))

    return Setting("padding", read, from_canonical=written_padding)


def _stride(layer: Any, kernel: str, axes: int) -> tuple[Any, ...]:
    """The window's own size if no stride is given."""
    return per_axis(getattr(layer, kernel) if layer.stride is None else layer.stride, axes)


def _window(axes: int, kernel: str, order: Setting) -> Mapping[str, Setting]:
    return {
        "kernel": Setting("kernel_size", kernel, _each(axes), collapsed),
        "stride": Setting(
            "stride",
            lambda layer: Reading(layer.stride, _stride(layer, kernel, axes)),
            from_canonical=collapsed,
        ),
        "padding": _padding(axes, kernel),
        "ceil_mode": Setting("ceil_mode", "ceil_mode"),
        "channels": order,
    }


def _of(axes: int) -> Mapping[str, Setting]:
    """The window of paddle.nn's own classes, of which those of one axis are spelled apart."""
    if axes == 1:
        return _window(1, "kernel_size", fixed("first", "channels first"))
    return _window(axes, "ksize", channels(axes, "data_format"))


def _is_padded(layer: Any) -> bool:
    if isinstance(layer.padding, str):
        return bool(layer.ceil_mode) or layer.padding.upper() != "VALID"
    return bool(layer.ceil_mode or np.any(layer.padding))


_COUNTS_PADDING = Setting(
    "exclusive",
    lambda layer: layer.exclusive if _is_padded(layer) else NOT_APPLICABLE,
    lambda exclusive: not exclusive,
    lambda counts: not counts,
)


def _average(axes: int) -> Layout:
    divisor = fixed(None) if axes == 1 else Setting("divisor_override", "divisor")
    settings = {**_of(axes), "counts_padding": _COUNTS_PADDING, "divisor": divisor}
    return Layout(kinds.AVERAGE_POOL, settings=settings)


def _compat_average(axes: int) -> Layout:
    settings = {
        **_window(axes, "kernel_size", fixed("first", "channels first")),
        "counts_padding": Setting(
            "count_include_pad",
            lambda layer: layer.count_include_pad if _is_padded(layer) else NOT_APPLICABLE,
        ),
        "divisor": fixed(None) if axes == 1 else Setting("divisor_override", "divisor_override"),
    }
    return Layout(kinds.AVERAGE_POOL, settings=settings)


def _maximum(axes: int) -> Layout:
    settings = {
        **_of(axes),
        "dilation": fixed((1,) * axes),
        "indices": Setting("return_mask", "return_mask"),
    }
    return Layout(kinds.MAX_POOL, settings=settings)


def _adaptive_average(axes: int) -> Layout:
    attribute = "output_size" if axes == 1 else "_output_size"
    settings = {
        "output_size": Setting("output_size", attribute, _each(axes), collapsed),
        "channels": fixed("first", "channels first") if axes == 1 else channels(axes),
    }
    return Layout(kinds.ADAPTIVE_AVERAGE_POOL, settings=settings)


def _adaptive_maximum(axes: int) -> Layout:
    start = "" if axes == 1 else "_"
    settings = {
        "output_size": Setting("output_size", f"{start}output_size", _each(axes), collapsed),
        "indices": Setting("return_mask", f"{start}return_mask"),
    }
    return Layout(kinds.ADAPTIVE_MAX_POOL, settings=settings)


_LINEAR = {"linear", "bilinear", "trilinear"}


def _half_pixel(layer: Any) -> Any:
    """Of no meaning where corners are aligned, or values only repeated."""
    applies = layer.mode in _LINEAR and not layer.align_corners
    return layer.align_mode if applies else NOT_APPLICABLE


_RESIZED = {
    "size": Setting("size", "size", shortest),
    "scale": Setting("scale_factor", "scale_factor", shortest),
}
_NEAREST = {
    "mode": fixed("nearest"),
    "align_corners": fixed(NOT_APPLICABLE),
    "half_pixel": fixed(NOT_APPLICABLE),
}
_BILINEAR = {
    "mode": fixed("bilinear"),
    "align_corners": fixed(value=True),
    "half_pixel": fixed(NOT_APPLICABLE),
}
_UPSAMPLE = {
    **_RESIZED,
    "mode": Setting("mode", "mode", str.lower),
    "align_corners": Setting(
        "align_corners",
        lambda layer: NOT_APPLICABLE if layer.mode == "nearest" else layer.align_corners,
    ),
    "half_pixel": Setting(
        "align_mode", _half_pixel, lambda mode: mode == 0, lambda half: 0 if half else 1
    ),
    # Without a data format, the channels come first.
    "channels": Setting(
        "data_format",
        lambda layer: Reading(
            layer.data_format,
            "last" if layer.data_format in ("NLC", "NWC", "NHWC", "NDHWC") else "first",
        ),
        from_canonical=lambda order: None if order == "first" else "NHWC",
    ),
}
LAYOUTS = {
    **{f"paddle.nn.AvgPool{n}D": _average(n) for n in (1, 2, 3)},
    **{f"paddle.compat.nn.AvgPool{n}D": _compat_average(n) for n in (1, 2, 3)},
    **{f"paddle.nn.MaxPool{n}D": _maximum(n) for n in (1, 2, 3)},
    **{f"paddle.nn.AdaptiveAvgPool{n}D": _adaptive_average(n) for n in (1, 2, 3)},
    **{f"paddle.nn.AdaptiveMaxPool{n}D": _adaptive_maximum(n) for n in (1, 2, 3)},
    "paddle.nn.Upsample": Layout(kinds.UPSAMPLE, settings=_UPSAMPLE),
    "paddle.nn.UpsamplingNearest2D": Layout(
        kinds.UPSAMPLE, settings={**_RESIZED, **_NEAREST, "channels": channels(2, "data_format")}
    ),
    "paddle.nn.UpsamplingBilinear2D": Layout(
        kinds.UPSAMPLE, settings={**_RESIZED, **_BILINEAR, "channels": channels(2, "data_format")}
    ),
    "paddle.nn.PixelShuffle": Layout(
        kinds.PIXEL_SHUFFLE,
        settings={"factor": Setting("upscale_factor", "_upscale_factor"), "channels": channels()},
    ),
    "paddle.nn.PixelUnshuffle": Layout(
        kinds.PIXEL_UNSHUFFLE,
        settings={
            "factor": Setting("downscale_factor", "_downscale_factor"),
            "channels": channels(),
        },
    ),
    "paddle.nn.Flatten": Layout(
        kinds.FLATTEN,
        settings={
            "start": Setting("start_axis", "start_axis"),
            "stop": Setting("stop_axis", "stop_axis"),
        },
    ),
}
