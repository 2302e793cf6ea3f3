"""Compiled models: what holds in every framework."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.capture.native import CaptureNative

__all__ = ["CompiledLaws"]

LATER = pytest.mark.parametrize("later", [True, False])


class CompiledLaws:
    native: CaptureNative

    def model(self) -> Any:
        return self.native.module(lambda self, x: self.inner(x), inner=self.native.linear(2, 2))

    @LATER
    def test_it_runs_layer_by_layer_as_it_is_written(self, later: bool) -> None:
        native, model = self.native, self.model()
        compiled, x = native.compiled(model), native.tensor(np.ones((1, 2), np.float32))
        seen: list[Any] = []
        remove = native.adapter.attach(
            model.inner, lambda *_: None, seen.append, lambda: seen.append("raised")
        )
        with native.adapter.as_written(later=later):
            result = compiled(x)
        remove()
        assert len(seen) == 1
        assert seen[0] is result

    def test_what_is_compiled_only_within_does_too(self) -> None:
        native, model = self.native, self.model()
        seen: list[Any] = []
        with native.adapter.as_written(later=True):
            remove = native.adapter.attach(
                model.inner, lambda *_: None, seen.append, lambda: seen.append("raised")
            )
            result = native.compiled(model)(native.tensor(np.ones((1, 2), np.float32)))
        remove()
        assert len(seen) == 1
        assert seen[0] is result

    @LATER
    def test_it_runs_compiled_again_afterwards(self, later: bool) -> None:
        native = self.native
        assert native.compiles()
        with native.adapter.as_written(later=later):
            with native.adapter.as_written(later=later):
                assert not native.compiles()
            assert not native.compiles()
        assert native.compiles()
        with pytest.raises(ZeroDivisionError), native.adapter.as_written(later=later):
            raise ZeroDivisionError
        assert native.compiles()

    @LATER
    def test_what_the_user_switched_off_stays_off(self, later: bool) -> None:
        native = self.native
        with native.not_compiling():
            with native.adapter.as_written(later=later):
                assert not native.compiles()
            assert not native.compiles()
        assert native.compiles()

    def test_a_model_is_compiled_if_any_of_it_is(self) -> None:
        native, model = self.native, self.model()
        assert not native.adapter.compiled(model)
        compiled = native.compiled(model)
        assert native.adapter.compiled(compiled)
        for inner in (compiled, [compiled]):
            around = native.module(lambda self, x: self.inner(x), inner=inner)
            assert native.adapter.compiled(around)
