"""The contract of an adapter: all laws of its handles, tensors, gradients and snapshots."""

from __future__ import annotations

from padiff.testing.gradient_laws import GradientLaws
from padiff.testing.memory_laws import MemoryLaws
from padiff.testing.snapshot_laws import SnapshotLaws
from padiff.testing.spec_laws import ModuleT, SpecLaws, TensorT
from padiff.testing.tie_laws import TieLaws
from padiff.testing.tree_laws import TreeLaws

__all__ = ["AdapterContract"]


class AdapterContract(
    TreeLaws[ModuleT, TensorT],
    SpecLaws[ModuleT, TensorT],
    TieLaws[ModuleT, TensorT],
    MemoryLaws[ModuleT, TensorT],
    GradientLaws[ModuleT, TensorT],
    SnapshotLaws[ModuleT, TensorT],
):
    """Subclass it in an adapter's tests, under a name that begins with `Test`.

    For example:

        class TestToyAdapter(AdapterContract[toy.Module, toy.Tensor]):
            adapter = ToyAdapter()
            native = ToyNative()

    `native` is the adapter author's `padiff.testing.Native`, which uses the framework directly.
    """
