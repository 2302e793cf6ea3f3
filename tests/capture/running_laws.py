"""Tensors in and out, losses, backward passes, steps: what holds in every framework."""

from __future__ import annotations

import gc
import inspect
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from padiff.capture.protocols import CaptureAdapter
from padiff.errors import UsageError
from tests.capture.native import CaptureNative

__all__ = ["RunningLaws"]


class RunningLaws:
    native: CaptureNative

    def test_methods_take_what_the_contract_says(self) -> None:
        for name, method in vars(CaptureAdapter).items():
            if not name.startswith("_") and callable(method):
                _, *expected = inspect.signature(method).parameters.values()
                own = inspect.signature(getattr(self.native.adapter, name)).parameters.values()
                assert [(p.name, p.kind, p.default) for p in own] == [
                    (p.name, p.kind, p.default) for p in expected
                ], name

    def test_arrays_become_tensors_and_tensors_arrays_bit_by_bit(self) -> None:
        module = self.native.linear(2, 2)
        for name in self.native.dtypes:
            dtype = np.dtype(getattr(ml_dtypes, name, name))
            for shape in ((), (0,), (2, 3)):
                array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
                tensor = self.native.adapter.tensor(array, module)
                assert self.native.adapter.is_tensor(tensor)
                assert self.native.values(tensor).dtype == dtype
                back = self.native.adapter.array(tensor)
                assert (back.dtype, back.shape) == (dtype, shape)
                assert back.tobytes() == array.tobytes()

    def test_a_tensor_made_of_an_array_has_its_own_memory(self) -> None:
        array = np.ones((2, 2), np.float32)
        tensor = self.native.adapter.tensor(array, self.native.linear(2, 2))
        array[:] = 5
        assert np.array_equal(self.native.values(tensor), np.ones((2, 2)))

    def test_strided_and_reversed_arrays_become_tensors(self) -> None:
        array = np.arange(6, dtype=np.float32).reshape(2, 3).T[::-1]
        tensor = self.native.adapter.tensor(array, self.native.linear(2, 2))
        assert np.array_equal(self.native.values(tensor), array)

    def test_an_array_no_tensor_can_hold_is_refused(self) -> None:
        with pytest.raises(UsageError, match="has no counterpart of a NumPy dtype") as caught:
            self.native.adapter.tensor(np.array(["a"]), self.native.linear(2, 2))
        assert caught.value.got == "<U1"

    def test_arrays_are_nothing_but_tensors(self) -> None:
        assert not self.native.adapter.is_tensor(np.ones(2))
        assert not self.native.adapter.is_tensor(1.0)

    def test_an_array_is_a_read_only_view_of_host_memory(self) -> None:
        tensor = self.native.tensor(np.zeros(3, np.float32), needs_gradient=True) * 1
        view = self.native.adapter.array(tensor)
        assert not view.flags.writeable
        with self.native.not_recording():
            tensor.exp_()
        assert view.tolist() == [1, 1, 1]

    def test_a_view_of_a_tensor_is_seen_as_it_is(self) -> None:
        tensor = self.native.tensor(np.arange(12, dtype=np.float32).reshape(3, 4))
        assert np.array_equal(self.native.adapter.array(tensor[1:, ::2]), [[4, 6], [8, 10]])

    def test_leaves_are_told_and_made(self) -> None:
        adapter, module = self.native.adapter, self.native.linear(2, 2)
        for wanted in (True, False):
            made = adapter.tensor(np.ones(2, np.float32), module, leaf=wanted)
            assert adapter.is_leaf(made) is wanted
            assert self.native.needs_gradient(made) is wanted
        assert not adapter.is_leaf(made * 1)
        assert not adapter.is_leaf(adapter.tensor(np.ones(2, np.float32), module, leaf=True) * 1)

    def test_detached_tensors_are_copies_out_of_every_graph(self) -> None:
        leaf = self.native.tensor(np.ones(2, np.float32), needs_gradient=True)
        for tensor, needs in ((leaf, True), (leaf * 2, False), (leaf.detach(), False)):
            copy = self.native.adapter.detached(tensor)
            assert self.native.needs_gradient(copy) == needs
            assert copy.is_leaf
            before = self.native.values(tensor)
            with self.native.not_recording():
                copy.exp_()
            assert np.array_equal(self.native.values(tensor), before)
        self.native.backward((self.native.adapter.detached(leaf) * 3).sum())
        assert leaf.grad is None

    def test_identity_is_of_memory_and_contents(self) -> None:
        identity = self.native.adapter.identity
        tensor = self.native.tensor(np.ones((2, 3), np.float32), needs_gradient=True) * 1
        other = self.native.tensor(np.ones((2, 3), np.float32))
        first = identity(tensor)
        assert identity(tensor) == first
        assert identity(self.native.adapter.alias(tensor)) == first
        assert len({first, identity(other), identity(tensor[:1]), identity(tensor[:, :1])}) == 4
        tensor.tanh_()
        assert identity(tensor) != first

    def test_identity_changes_when_an_alias_is_written(self) -> None:
        identity = self.native.adapter.identity
        tensor = self.native.tensor(np.ones(3, np.float32), needs_gradient=True) * 1
        tensor.tanh_()
        first = identity(tensor)
        alias = self.native.adapter.alias(tensor)
        nested = self.native.adapter.alias(alias)
        assert identity(nested) == first
        nested.tanh_()
        self.native.adapter.rejoin(alias, nested)
        self.native.adapter.rejoin(tensor, alias)
        assert identity(nested) != first
        assert identity(alias) != first
        assert identity(tensor) != first

    def test_identity_changes_when_an_alias_is_written_unrecorded(self) -> None:
        identity = self.native.adapter.identity
        tensor = self.native.tensor(np.ones(3, np.float32), needs_gradient=True) * 1
        first = identity(tensor)
        alias = self.native.adapter.alias(tensor)
        with self.native.not_recording():
            alias.tanh_()
        self.native.adapter.rejoin(tensor, alias)
        assert identity(alias) != first
        assert identity(tensor) != first

    def test_keep_alive_keeps_nothing_alive(self) -> None:
        tensor: Any = self.native.tensor(np.ones(3, np.float32))
        reference = self.native.adapter.keep_alive(tensor)
        assert reference() is tensor
        del tensor
        gc.collect()
        assert reference() is None

    def test_dot_is_the_weighted_sum(self) -> None:
        a, b = self.native.noise(2, 3), self.native.noise(4, seed=1)
        weight = self.native.noise(2, 3, seed=2)
        tensors = [self.native.tensor(x, needs_gradient=True) for x in (a, b)]
        loss = self.native.adapter.dot(tensors, [weight, None])
        assert np.isclose(self.native.values(loss), (a * weight).sum() + b.mean())
        self.native.adapter.backward(loss)
        assert np.array_equal(tensors[0].grad, weight)
        assert np.allclose(tensors[1].grad, 0.25)

    def test_dot_leaves_out_what_no_gradient_flows_to(self) -> None:
        dot = self.native.adapter.dot
        plain = self.native.tensor(np.ones(2, np.float32))
        integers = self.native.tensor(np.ones(2, np.int64))
        assert dot([plain, integers], [None, None]) is None
        leaf = self.native.tensor(np.full(2, 3, np.float32), needs_gradient=True)
        loss = dot([plain, leaf, integers], [None, None, None])
        assert self.native.values(loss) == 3

    def test_dot_of_half_precision_adds_up_in_single(self) -> None:
        leaf = self.native.tensor(np.full(4096, 1.0, np.float32), needs_gradient=True)
        loss = self.native.adapter.dot([self.native.cast(leaf, "bfloat16")], [np.ones(4096)])
        assert self.native.values(loss).dtype == np.float32
        assert self.native.values(loss) == 4096

    def test_dot_of_doubles_and_complex_numbers(self) -> None:
        double = self.native.tensor(np.full(2, 1 / 3), needs_gradient=True)
        loss = self.native.adapter.dot([double], [None])
        assert self.native.values(loss).dtype == np.float64
        assert self.native.values(loss) == 1 / 3
        leaf = self.native.tensor(np.array([3 + 4j], np.complex64), needs_gradient=True)
        loss = self.native.adapter.dot([leaf * 1], [np.array([1 + 2j], np.complex64)])
        assert self.native.values(loss) == 11
        assert self.native.values(self.native.adapter.dot([leaf * 1], [None])) == 7

    def test_dot_of_an_empty_tensor_is_nothing(self) -> None:
        leaf = self.native.tensor(np.zeros((0, 3), np.float32), needs_gradient=True)
        assert self.native.values(self.native.adapter.dot([leaf * 1], [None])) == 0

    def test_what_a_hook_raises_is_raised_by_backward_as_it_is(self) -> None:
        leaf = self.native.tensor(np.ones(2, np.float32), needs_gradient=True)
        result = leaf * 2
        error = KeyError("mine")

        def hook(_: Any) -> None:
            raise error

        self.native.adapter.watch_gradient(result, hook)
        with pytest.raises(KeyError) as caught:
            self.native.adapter.backward(result.sum())
        assert caught.value is error

    def test_backward_without_a_hook_raises_what_the_framework_raises(self) -> None:
        leaf = self.native.tensor(np.ones(2, np.float32), needs_gradient=True)
        loss = (leaf * leaf).sum()
        self.native.adapter.backward(loss)
        with pytest.raises((RuntimeError, SystemError), match="retain_graph"):
            self.native.adapter.backward(loss)

    def test_step_calls_what_can_be_called(self) -> None:
        calls = []
        self.native.adapter.step(lambda: calls.append(1))
        assert calls == [1]

    def test_step_steps_an_optimizer(self) -> None:
        module = self.native.linear(2, 2)
        optimizer = self.native.momentum(list(module.parameters()))
        before = self.native.values(module.weight)
        self.native.backward(module(self.native.tensor(np.ones((1, 2), np.float32))).sum())
        self.native.adapter.step(optimizer)
        assert np.allclose(self.native.values(module.weight), before - 0.1)

    def test_recording_is_switched_and_put_back(self) -> None:
        for outside in (True, False):
            with self.native.adapter.recording(outside):
                for enabled in (True, False):
                    with self.native.adapter.recording(enabled):
                        assert self.native.gradients_recorded() == enabled
                    assert self.native.gradients_recorded() == outside

    def test_gradients_are_cleared(self) -> None:
        module = self.native.linear(2, 2)
        self.native.backward(module(self.native.tensor(np.ones((1, 2), np.float32))).sum())
        self.native.adapter.clear_gradients(module)
        assert self.native.gradients(module) == {"weight": None, "bias": None}

    def test_gradients_are_set_in_place_by_name(self) -> None:
        module = self.native.module(lambda self, x: self.inner(x), inner=self.native.linear(2, 2))
        self.native.backward(module(self.native.tensor(np.ones((1, 2), np.float32))).sum())
        held = module.inner.weight.grad
        values = self.native.noise(2, 2)
        self.native.adapter.set_gradients(module, {"inner.weight": values})
        assert np.array_equal(module.inner.weight.grad, values)
        assert np.array_equal(self.native.values(held), values)
        assert np.array_equal(module.inner.bias.grad, [1, 1])

    def test_gradients_that_are_not_there_are_not_set(self) -> None:
        module = self.native.linear(2, 2)
        self.native.freeze(module.bias)
        self.native.backward(module(self.native.tensor(np.ones((1, 2), np.float32))).sum())
        before = self.native.gradient(module.weight)
        zeros = np.zeros(2, np.float32)
        gradients = {"weight": np.zeros((2, 2), np.float32), "bias": zeros, "gone": zeros}
        with pytest.raises(UsageError) as caught:
            self.native.adapter.set_gradients(module, gradients)
        assert str(caught.value) == (
            "A gradient that is not there cannot be set.\n  where:    bias, gone"
        )
        assert before is not None
        assert np.array_equal(module.weight.grad, before)
