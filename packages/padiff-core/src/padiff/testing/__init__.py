"""The contract suite: what every adapter's tests subclass. It is written for pytest.

Call `pytest.register_assert_rewrite("padiff.testing")` in a `conftest.py` before the first import,
so that a failing law shows its values.

* `AdapterContract`: the laws of handles, tensors, memory, gradients and snapshots.
* `LayoutContract`: the laws of every registered layout.
* `ViewCopyContract`: for adapters that bring a faster copy.
* `Native`: what the author of an adapter writes for them, using the framework directly.
"""

from padiff.testing.adapter_contract import AdapterContract
from padiff.testing.footprint import Footprint, footprint
from padiff.testing.laws import deviation
from padiff.testing.layout_contract import LayoutContract
from padiff.testing.native import Defective, Native, NeutralCase
from padiff.testing.signatures import differences
from padiff.testing.values import Sizes, bits, random_bits, same_bits
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
    "bits",
    "deviation",
    "differences",
    "footprint",
    "random_bits",
    "same_bits",
]
