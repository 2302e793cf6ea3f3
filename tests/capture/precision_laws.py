"""Models in float64: what holds in every framework."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.capture.native import CaptureNative
from tests.capture.traces import trace

__all__ = ["PrecisionLaws"]


class PrecisionLaws:
    native: CaptureNative

    def model(self) -> Any:
        def forward(self: Any, x: Any) -> Any:
            hidden = self.norm(self.first(x)) * self.scale * self.held["two"][0] + self.offset
            return self.second(hidden)

        native = self.native
        module = native.module(
            forward,
            first=native.with_spectral_norm(native.linear(3, 4)),
            norm=native.batch_norm(4),
            second=native.linear(4, 4),
            held={"two": [native.tensor(np.float32(0.3)), native.tensor(np.arange(3))]},
        )
        object.__setattr__(module, "scale", native.tensor(np.float32(0.1)))
        object.__setattr__(module, "pair", (native.tensor(np.float32(0.7)), "text"))
        native.buffer(module, "offset", np.full(4, 0.2, np.float32))
        native.buffer(module, "count", np.array(3))
        module.again = module.second
        return module

    def test_every_floating_tensor_is_in_float64(self) -> None:
        wide = self.native.adapter.widened(self.model())
        tensors = {
            **self.native.state(wide),
            "scale": wide.scale,
            "held": wide.held["two"][0],
            "pair": wide.pair[0],
        }
        for name, tensor in tensors.items():
            kind = np.int64 if "count" in name or "num_batches" in name else np.float64
            assert self.native.values(tensor).dtype == kind, name
        assert self.native.values(wide.held["two"][1]).dtype == np.int64
        assert wide.pair[1] == "text"

    def test_values_are_the_same(self) -> None:
        module = self.model()
        wide = self.native.adapter.widened(module)
        theirs = self.native.state(wide)
        for name, tensor in self.native.state(module).items():
            assert np.array_equal(self.native.values(tensor), self.native.values(theirs[name]))

    def test_the_original_is_not_touched(self) -> None:
        module = self.model()
        x = self.native.noise(5, 3)
        self.native.backward(module(self.native.tensor(x)).sum())
        before = trace(self.native, module)
        wide = self.native.adapter.widened(module)
        assert all(gradient is None for gradient in self.native.gradients(wide).values())
        self.native.backward(wide(self.native.tensor(x.astype(np.float64))).sum())
        assert trace(self.native, module) == before

    def test_it_computes_the_same_more_precisely(self) -> None:
        module = self.model()
        module.eval()
        x = self.native.noise(5, 3)
        narrow = self.native.values(module(self.native.tensor(x)))
        wide = self.native.adapter.widened(module)
        result = self.native.values(wide(self.native.tensor(x.astype(np.float64))))
        assert result.dtype == np.float64
        assert np.allclose(narrow, result, rtol=1e-4)
        assert not np.array_equal(narrow, result)

    def test_what_was_one_tensor_stays_one(self) -> None:
        wide = self.native.adapter.widened(self.model())
        assert wide.again is wide.second
        tied = self.native.linear(4, 4)
        other = self.native.linear(4, 4)
        other.weight = tied.weight
        both = self.native.module(lambda _, x: x, one=tied, two=other, cache=tied.weight)
        wide = self.native.adapter.widened(both)
        assert wide.one.weight is wide.two.weight
        assert wide.cache is wide.one.weight
        plain = self.native.tensor(np.float32(1))
        both = self.native.module(lambda _, x: x, one=[plain], two={"a": [plain]})
        wide = self.native.adapter.widened(both)
        assert wide.one[0] is wide.two["a"][0]

    def test_what_needs_a_gradient_does_so_in_the_copy(self) -> None:
        module = self.model()
        self.native.freeze(module.second.weight)
        wide = self.native.adapter.widened(module)
        assert not self.native.needs_gradient(wide.second.weight)
        assert self.native.needs_gradient(wide.second.bias)

    def test_modes_are_copied(self) -> None:
        module = self.model()
        module.norm.eval()
        wide = self.native.adapter.widened(module)
        assert wide.training
        assert not wide.norm.training

    def test_recurrent_layers_compute_in_float64(self) -> None:
        module = self.native.lstm(3, 4, 2)
        x = self.native.noise(2, 5, 3)
        narrow = self.native.values(module(self.native.tensor(x))[0])
        wide = self.native.adapter.widened(module)
        result = wide(self.native.tensor(x.astype(np.float64)))[0]
        assert self.native.values(result).dtype == np.float64
        assert np.allclose(narrow, self.native.values(result), atol=1e-6)
        self.native.backward(result.sum())
