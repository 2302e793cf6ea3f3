"""Models that raise while they are watched: what holds in every framework."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from padiff.capture.observer import Observer, Target
from padiff.capture.recording import Recorder
from padiff.capture.store import Store
from tests.capture.traces import attributes, trace
from tests.capture.watching import Watching

__all__ = ["FailingLaws"]


class Failing:
    """A sink that raises at the first report of a kind."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __getattr__(self, kind: str) -> Any:
        def report(*_: Any) -> None:
            if kind == self._kind:
                raise ZeroDivisionError(kind)

        return report


class FailingLaws(Watching):
    @pytest.mark.parametrize("kind", ["entered", "left", "gradient"])
    def test_what_a_sink_raises_is_raised_and_leaves_no_trace(self, kind: str) -> None:
        module = self.convolution_like()
        before = trace(self.native, module)
        x = self.native.tensor(self.native.noise(6, 4), needs_gradient=True)

        def run() -> None:
            with self.native.adapter.preserved(module):
                self.watch(module, x, sink=Failing(kind))

        with pytest.raises(ZeroDivisionError, match=kind):
            run()
        assert trace(self.native, module) == before
        with self.native.adapter.preserved(module):
            module(self.native.tensor(self.native.noise(6, 4)))

    def test_what_the_model_raises_is_raised_and_leaves_no_trace(self) -> None:
        def forward(self: Any, x: Any) -> Any:
            return self.inner(x).no_such_method()

        module = self.native.module(forward, inner=self.native.linear(4, 4))
        before = trace(self.native, module)
        x = self.native.tensor(self.native.noise(6, 4))

        def run() -> None:
            with self.native.adapter.preserved(module):
                self.watch(module, x)

        with pytest.raises(AttributeError, match="no_such_method"):
            run()
        assert trace(self.native, module) == before

    def test_hooks_are_on_the_modules_only_while_they_are_watched(self) -> None:
        module = self.native.module(lambda self, x: self.inner(x), inner=self.native.linear(4, 4))
        before = [attributes(child) for child in self.native.modules(module).values()]
        for args in ((self.native.tensor(self.native.noise(6, 4)),), ("no tensor",)):
            with suppress(TypeError, ValueError, RuntimeError, AttributeError):
                self.watch(module, *args)
            assert before == [attributes(child) for child in self.native.modules(module).values()]

    def test_the_innermost_module_that_raised_is_known(self) -> None:
        def fail(_: Any, x: Any) -> Any:
            if x is None:
                raise ZeroDivisionError
            return x

        deep = self.native.module(lambda self, x: self.deeper(x), deeper=self.native.module(fail))
        module = self.native.module(lambda self, x: self.deep(x), deep=deep)
        targets = [
            Target(key, child, leaf=False)
            for key, child in enumerate(self.native.modules(module).values())
        ]
        observer = Observer(
            self.native.adapter,
            targets,
            Recorder(self.native.adapter, Store()),
            backward=False,
        )

        def run(x: Any) -> None:
            with observer.watching(), observer.forward():
                module(x)

        with pytest.raises(ZeroDivisionError):
            run(None)
        assert observer.interrupted == 2
        run(self.native.tensor(np.float32(1)))
        assert observer.interrupted is None

    def test_a_module_that_raised_and_was_caught_never_returned(self) -> None:
        def forward(self: Any, x: Any) -> Any:
            with suppress(ZeroDivisionError):
                self.bad(x)
            return self.good(x)

        def fail(self: Any, x: Any) -> Any:
            self.within(x)
            raise ZeroDivisionError

        module = self.native.module(
            forward,
            bad=self.native.module(fail, within=self.native.linear(4, 4)),
            good=self.native.linear(4, 4),
        )
        outer = self.native.module(lambda self, x: self.inner(x) * 2, inner=module)
        x = self.native.tensor(self.native.noise(6, 4), needs_gradient=True)
        _, recording, keys = self.watch(outer, x)
        assert not recording.calls[keys["inner.bad"], 0].outputs
        for path in ("", "inner", "inner.good", "inner.bad.within"):
            assert recording.calls[keys[path], 0].outputs, path
        root = recording.calls[keys[""], 0]
        assert np.array_equal(
            root.outputs[""].load(), recording.calls[keys["inner"], 0].outputs[""].load() * 2
        )
        parent = recording.calls[keys["inner.good"], 0].call.parent
        assert parent is not None
        assert parent.key == keys["inner"]
