"""The reference adapter keeps the contract, also where NumPy does not see the memory."""

from __future__ import annotations

import pytest

from padiff.testing import AdapterContract, LayoutContract
from tests.reference import Module, Tensor
from tests.reference.adapter import PLUGIN, ReferenceAdapter
from tests.reference.native import ReferenceNative


class TestReferenceAdapter(AdapterContract[Module, Tensor]):
    adapter = ReferenceAdapter()
    native = ReferenceNative()


@pytest.mark.usefixtures("reference")
class TestReferenceLayouts(LayoutContract[Module, Tensor]):
    adapter = ReferenceAdapter()
    plugin = PLUGIN
    native = ReferenceNative()
