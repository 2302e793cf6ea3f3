"""What a recorder keeps of tensors that pass: copies, and one of those that are equal."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from padiff.capture.observer import Call
from padiff.capture.recording import Recorder
from padiff.capture.store import Store
from padiff.protocols import Array
from padiff_torch.adapter import TorchAdapter

VALUES = np.arange(12, dtype=np.float32).reshape(3, 4)


class Passing:
    """A recorder, and a call whose inputs are what passes."""

    def __init__(self) -> None:
        self.store = Store()
        self.recorder = Recorder(TorchAdapter(), self.store)
        self.call = Call(0, 0, None, leaf=True, source="")

    def inputs(self, *tensors: torch.Tensor) -> list[Array]:
        self.recorder.entered(self.call, [(str(i), tensor) for i, tensor in enumerate(tensors)])
        recorded = self.recorder.recording.calls[self.call.identity]
        return [stored.load() for stored in recorded.inputs.values()]

    def gradients(self, *arrays: Array) -> list[Array]:
        self.inputs()
        for i, array in enumerate(arrays):
            self.recorder.gradient(self.call, "input", str(i), array)
        recorded = self.recorder.recording.calls[self.call.identity]
        return [stored.load() for stored in recorded.input_gradients.values()]


def test_equal_tensors_that_pass_one_after_the_other_are_kept_once() -> None:
    passing = Passing()
    kept = passing.inputs(torch.from_numpy(VALUES), torch.from_numpy(VALUES.copy()))
    assert kept[0] is kept[1]
    assert passing.store.nbytes == VALUES.nbytes


def test_so_are_gradients() -> None:
    first, second = Passing().gradients(VALUES, VALUES.copy())
    assert first is second


@pytest.mark.parametrize(
    "other",
    [VALUES + 1, VALUES.T, VALUES.reshape(4, 3), VALUES.view(np.int32), VALUES.astype(np.float64)],
)
def test_others_are_kept_beside_them(other: Array) -> None:
    first, second = Passing().gradients(VALUES, other)
    assert np.array_equal(first, VALUES)
    assert (second.shape, second.dtype) == (other.shape, other.dtype)
    assert np.array_equal(second, other)


def test_a_difference_at_the_end_or_in_a_sign_of_zero_is_one() -> None:
    large = np.zeros((64, 64), np.float32)
    other = large.copy()
    other[-1, -1] = -0.0
    first, second = Passing().gradients(large, other)
    assert np.signbit([first[-1, -1], second[-1, -1]]).tolist() == [False, True]


def test_of_two_orders_in_memory_the_values_count() -> None:
    square = VALUES[:, :3]
    for arrays in ((square.T, square.copy()), (square.copy(), square.T)):
        kept = Passing().gradients(*arrays)
        assert all(np.array_equal(k, a) for k, a in zip(kept, arrays, strict=True))


def test_equal_ones_of_another_order_in_memory_than_rows_are_kept_once() -> None:
    first, second = Passing().gradients(VALUES.T, VALUES.copy().T)
    assert first is second


def test_a_part_of_a_tensor_is_compared_by_its_values() -> None:
    whole = VALUES.copy()
    first, second = Passing().gradients(whole[:, ::2], whole[:, 1::2])
    assert np.array_equal(first, VALUES[:, ::2])
    assert np.array_equal(second, VALUES[:, 1::2])


def test_what_was_kept_stays_as_it_was() -> None:
    written = VALUES.copy()
    passing = Passing()
    tensor = torch.from_numpy(written)
    [first] = passing.inputs(tensor)
    tensor.mul_(2)
    [second] = passing.inputs(tensor)
    assert np.array_equal(first, VALUES)
    assert np.array_equal(second, VALUES * 2)
