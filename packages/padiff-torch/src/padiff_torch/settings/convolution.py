"""Convolutions: torch keeps one value an axis, and pads both ends of an axis alike."""

from __future__ import annotations

from typing import Any

from padiff.configuration import Configuration
from padiff.hyperparameters import Inexpressible, Reading, Setting
from padiff.settings.windows import Pads, collapsed, even_padding, same_padding
from padiff_torch.settings.common import CHANNELS_FIRST
from padiff_torch.settings.reparametrised import REPARAMETRISED

__all__ = ["CONFIGURATIONS", "written_padding"]


def _padding(module: Any) -> Reading:
    native = module.padding
    if native == "same":
        return Reading(native, same_padding(module.kernel_size, module.dilation, module.stride))
    size = 0 if native == "valid" else native
    return Reading(native, even_padding(size, len(module.kernel_size)))


def written_padding(pads: Pads | str) -> Any:
    """The argument for a canonical padding.

    Raises:
        Inexpressible: If the ends of an axis differ, or the padding depends on the input.
    """
    if isinstance(pads, str) or any(before != after for before, after in pads):
        raise Inexpressible("torch pads both ends alike: pad the input with F.pad before the layer")
    return collapsed([before for before, _ in pads])


_SHARED = {
    "stride": Setting("stride", "stride", tuple, collapsed),
    "padding": Setting("padding", _padding, from_canonical=written_padding),
    "dilation": Setting("dilation", "dilation", tuple, collapsed),
    "groups": Setting("groups", "groups"),
    "channels": CHANNELS_FIRST,
    **REPARAMETRISED,
}
_CONV = Configuration({**_SHARED, "padding_mode": Setting("padding_mode", "padding_mode")})
_TRANSPOSED = Configuration(
    {**_SHARED, "output_padding": Setting("output_padding", "output_padding", tuple, collapsed)}
)
CONFIGURATIONS = {
    **{f"torch.nn.Conv{n}d": _CONV for n in (1, 2, 3)},
    **{f"torch.nn.ConvTranspose{n}d": _TRANSPOSED for n in (1, 2, 3)},
}
