"""A model that runs while it is watched, for the laws of what is seen."""

from __future__ import annotations

from typing import Any

from padiff.capture.nested import leaves
from padiff.capture.observer import Observer, Target
from padiff.capture.recording import Recorder, Recording
from padiff.capture.store import Store
from tests.capture.native import CaptureNative

__all__ = ["Watching"]


class Watching:
    native: CaptureNative

    def convolution_like(self) -> Any:
        """A residual block as ResNets have it: ReLUs in place, one of whose results is ignored."""
        native = self.native

        def forward(self: Any, x: Any) -> Any:
            hidden = self.norm(self.first(x))
            self.relu(hidden)
            return self.relu(self.second(hidden) + hidden)

        return native.module(
            forward,
            first=native.linear(4, 4),
            norm=native.batch_norm(4),
            second=native.linear(4, 4),
            relu=native.module(lambda _, x: native.relu_(x)),
        )

    def watch(
        self, module: Any, *args: Any, backward: bool = True, sink: Any = None, **kwargs: Any
    ) -> tuple[Any, Recording, dict[str, int]]:
        """Run the module watched; the output, the recording, and keys by path."""
        adapter = self.native.adapter
        modules = self.native.modules(module)
        keys = {path: key for key, path in enumerate(modules)}
        targets = [Target(keys[path], child, leaf=False) for path, child in modules.items()]
        recorder = sink or Recorder(adapter, Store())
        observer = Observer(adapter, targets, recorder, backward=backward)
        with observer.watching():
            with observer.forward():
                output = module(*args, **kwargs)
            if backward:
                loss = self._loss(output)
                if loss is not None:
                    with observer.backward():
                        adapter.backward(loss)
        return output, recorder.recording if isinstance(recorder, Recorder) else Recording(), keys

    def _loss(self, output: Any) -> Any:
        found = [tensor for _, tensor in leaves(output, self.native.adapter.is_tensor)]
        weights = [self.native.noise(*tensor.shape, seed=9) for tensor in found]
        return self.native.adapter.dot(found, weights)
