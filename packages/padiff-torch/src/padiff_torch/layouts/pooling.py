"""Pooling, and what else changes the size of an image without a weight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from padiff.hyperparameters import NOT_APPLICABLE, Setting, fixed
from padiff.kinds import pooling as kinds
from padiff.layout import Layout
from padiff.settings.windows import collapsed, even_padding, per_axis, shortest
from padiff_torch.settings.common import CHANNELS_FIRST
from padiff_torch.settings.convolution import written_padding

__all__ = ["LAYOUTS"]


def _each(axes: int) -> Callable[[Any], tuple[Any, ...]]:
    return lambda value: per_axis(value, axes)


def _window(axes: int) -> Mapping[str, Setting]:
    return {
        "kernel": Setting("kernel_size", "kernel_size", _each(axes), collapsed),
        "stride": Setting("stride", "stride", _each(axes), collapsed),
        "padding": Setting(
            "padding", "padding", lambda value: even_padding(value, axes), written_padding
        ),
        "ceil_mode": Setting("ceil_mode", "ceil_mode"),
        "channels": CHANNELS_FIRST,
    }


def _counts_padding(module: Any) -> Any:
    """Of no meaning where there is no padding."""
    padded = module.ceil_mode or any(per_axis(module.padding, 1))
    return module.count_include_pad if padded else NOT_APPLICABLE


def _average(axes: int) -> Layout:
    settings = {
        **_window(axes),
        "counts_padding": Setting("count_include_pad", _counts_padding),
        "divisor": fixed(None) if axes == 1 else Setting("divisor_override", "divisor_override"),
    }
    return Layout(kinds.AVERAGE_POOL, settings=settings)


def _maximum(axes: int) -> Layout:
    settings = {
        **_window(axes),
        "dilation": Setting("dilation", "dilation", _each(axes), collapsed),
        "indices": Setting("return_indices", "return_indices"),
    }
    return Layout(kinds.MAX_POOL, settings=settings)


def _output_size(axes: int) -> Mapping[str, Setting]:
    return {"output_size": Setting("output_size", "output_size", _each(axes), collapsed)}


_INDICES = {"indices": Setting("return_indices", "return_indices")}
_CHANNELS = {"channels": CHANNELS_FIRST}


def _align_corners(module: Any) -> Any:
    """Of no meaning where values are only repeated."""
    return NOT_APPLICABLE if module.mode.startswith("nearest") else bool(module.align_corners)


def _half_pixel(module: Any) -> Any:
    """Of no meaning where corners are aligned."""
    return NOT_APPLICABLE if _align_corners(module) in (True, NOT_APPLICABLE) else True


_UPSAMPLE = {
    "size": Setting("size", "size", shortest),
    "scale": Setting("scale_factor", "scale_factor", shortest),
    "mode": Setting("mode", "mode"),
    "align_corners": Setting("align_corners", _align_corners),
    "half_pixel": Setting("", _half_pixel),
    **_CHANNELS,
}
# UpsamplingNearest2d and UpsamplingBilinear2d are Upsample with these two given.
_UPSAMPLE_2D = {
    **_UPSAMPLE,
    "mode": Setting("", "mode"),
    "align_corners": Setting("", _align_corners),
}
LAYOUTS = {
    **{f"torch.nn.AvgPool{n}d": _average(n) for n in (1, 2, 3)},
    **{f"torch.nn.MaxPool{n}d": _maximum(n) for n in (1, 2, 3)},
    **{
        f"torch.nn.AdaptiveAvgPool{n}d": Layout(
            kinds.ADAPTIVE_AVERAGE_POOL, settings={**_output_size(n), **_CHANNELS}
        )
        for n in (1, 2, 3)
    },
    **{
        f"torch.nn.AdaptiveMaxPool{n}d": Layout(
            kinds.ADAPTIVE_MAX_POOL, settings={**_output_size(n), **_INDICES}
        )
        for n in (1, 2, 3)
    },
    "torch.nn.Upsample": Layout(kinds.UPSAMPLE, settings=_UPSAMPLE),
    "torch.nn.UpsamplingNearest2d": Layout(kinds.UPSAMPLE, settings=_UPSAMPLE_2D),
    "torch.nn.UpsamplingBilinear2d": Layout(kinds.UPSAMPLE, settings=_UPSAMPLE_2D),
    "torch.nn.PixelShuffle": Layout(
        kinds.PIXEL_SHUFFLE,
        settings={"factor": Setting("upscale_factor", "upscale_factor"), **_CHANNELS},
    ),
    "torch.nn.PixelUnshuffle": Layout(
        kinds.PIXEL_UNSHUFFLE,
        settings={"factor": Setting("downscale_factor", "downscale_factor"), **_CHANNELS},
    ),
    "torch.nn.Flatten": Layout(
        kinds.FLATTEN,
        settings={
            "start": Setting("start_dim", "start_dim"),
            "stop": Setting("end_dim", "end_dim"),
        },
    ),
}
