"""For tests: one line that aligns two models, and the contract suite that every adapter's tests subclass.

* `assert_aligned`: `padiff.align`, or `padiff.compare_traces`, failing with the report's text. It needs no pytest.

The suite is written for pytest. Call `pytest.register_assert_rewrite("padiff.testing")` in a `conftest.py`
before the first import, so that a failing law shows its values.

* `AdapterContract`: the laws of handles, tensors, memory, gradients and snapshots.
* `LayoutContract`: the laws of every registered layout.
* `ViewCopyContract`: for adapters that bring a faster copy.
* `Native`: what the author of an adapter writes for them, using the framework directly.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from padiff.testing.aligned import assert_aligned
from padiff.testing.footprint import Footprint, footprint
from padiff.testing.native import Defective, Native, NeutralCase
from padiff.testing.signatures import differences
from padiff.testing.values import Sizes, bits, random_bits, same_bits

if TYPE_CHECKING:
    from padiff.testing.adapter_contract import AdapterContract
    from padiff.testing.laws import deviation
    from padiff.testing.layout_contract import LayoutContract
    from padiff.testing.view_copy_contract import ViewCopyContract

__all__ = [
    "AdapterContract",
    "Defective",
    "Footprint",
    "LayoutContract",
    "Native",
    "NeutralCase",
    "Sizes",
    "ViewCopyContract",
    "assert_aligned",
    "bits",
    "deviation",
    "differences",
    "footprint",
    "random_bits",
    "same_bits",
]

_WRITTEN_FOR_PYTEST = {
    "AdapterContract": "adapter_contract",
    "LayoutContract": "layout_contract",
    "ViewCopyContract": "view_copy_contract",
    "deviation": "laws",
}


if not TYPE_CHECKING:  # a type checker would take any name for one that is there

    def __getattr__(name: str) -> object:
        """Import what needs pytest when it is asked for."""
        if name not in _WRITTEN_FOR_PYTEST:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_WRITTEN_FOR_PYTEST[name]}"), name)
