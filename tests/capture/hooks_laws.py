"""Hooks on modules and tensors: what holds in every framework."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from padiff.protocols import Array
from tests.capture.native import CaptureNative
from tests.capture.traces import attributes

__all__ = ["HooksLaws"]

WRITES: dict[str, Callable[[CaptureNative, Any], Any]] = {
    "tanh": lambda _, x: x.tanh_(),
    "relu": lambda native, x: native.relu_(x),
    "twice": lambda native, x: native.relu_(x.add_(native.tensor(np.float32(0.5)))),
}
USES: dict[str, Callable[[Any, Any], Any]] = {
    "what is returned": lambda returned, _: returned,
    "what was passed": lambda _, passed: passed,
    "both": lambda returned, passed: returned * passed,
}


def never() -> None:
    raise AssertionError


class HooksLaws:
    native: CaptureNative

    def test_hooks_see_all_arguments_and_the_output(self) -> None:
        module = self.native.module(lambda _, a, *, b: a + b)
        one, two = (self.native.tensor(np.float32(i)) for i in (1, 2))
        seen: list[Any] = []

        def before(args: Any, kwargs: Any) -> None:
            seen.extend((args, kwargs))

        self.native.adapter.attach(module, before, seen.append, never)
        result = module(one, b=two)
        assert seen[0] == (one,)
        assert seen[1].keys() == {"b"}
        assert seen[1]["b"] is two
        assert seen[2] is result

    def test_hooks_can_hand_on_something_else(self) -> None:
        module = self.native.module(lambda _, a, *, b: a + b)
        four, ten = (self.native.tensor(np.float32(i)) for i in (4, 10))
        self.native.adapter.attach(
            module, lambda _, __: ((four,), {"b": four}), lambda output: output * ten, never
        )
        assert self.native.values(module(ten, b=ten)) == 80

    def test_hooks_come_after_the_users_own(self) -> None:
        module = self.native.module(lambda _, x: x)
        module.register_forward_pre_hook(lambda _, args: (args[0] * 2,))
        seen: list[float] = []
        remove = self.native.adapter.attach(
            module,
            lambda args, _: seen.append(float(args[0])),
            lambda output: seen.append(float(output)),
            never,
        )
        module.register_forward_hook(lambda *args: args[-1] * 5)
        module(self.native.tensor(np.float32(1)))
        assert seen == [2, 2]
        remove()
        assert float(module(self.native.tensor(np.float32(1)))) == 10

    def test_hooks_leave_no_trace(self) -> None:
        module = self.native.linear(2, 2)
        before = attributes(module)
        for raises in (False, True):
            remove = self.native.adapter.attach(
                module, lambda *_: None, lambda _: None, lambda: None
            )
            assert attributes(module) != before
            if raises:
                with pytest.raises((TypeError, ValueError, RuntimeError, AttributeError)):
                    module("no tensor")
            else:
                module(self.native.tensor(np.ones((1, 2), np.float32)))
            remove()
            assert attributes(module) == before

    def test_a_call_that_raises_is_reported_as_such_at_every_level(self) -> None:
        calls: list[str] = []

        def forward(self: Any, depth: int) -> Any:
            calls.append(f"run {depth}")
            if depth == 2:
                raise ZeroDivisionError
            if depth == 0:
                try:
                    return self(1)
                except ZeroDivisionError:
                    return self.other(2)
            return self(depth + 1)

        module = self.native.module(forward)
        module.other = self.native.module(lambda _, depth: depth)
        for each in (module, module.other):
            self.native.adapter.attach(
                each,
                lambda args, _: calls.append(f"before {args[0]}"),
                lambda output: calls.append(f"after {output}"),
                lambda: calls.append("raised"),
            )
        try:
            raise KeyError  # noqa: TRY301 - the models are run while this is handled
        except KeyError:
            assert module(0) == 2
        entered = ["before 0", "run 0", "before 1", "run 1", "before 2", "run 2"]
        assert calls == [*entered, "raised", "raised", "before 2", "after 2", "after 2"]

    def test_the_gradient_of_a_tensor_is_the_sum_over_its_uses(self) -> None:
        leaf = self.native.tensor(np.array([1, 2], np.float32), needs_gradient=True)
        middle = leaf * 3
        seen: list[Array] = []
        self.native.adapter.watch_gradient(middle, seen.append)
        self.native.adapter.backward((middle * middle + middle * 5).sum())
        assert [gradient.tolist() for gradient in seen] == [[11, 17]]
        assert not seen[0].flags.writeable

    def test_a_gradient_can_be_replaced(self) -> None:
        leaf = self.native.tensor(np.array([1, 2], np.float32), needs_gradient=True)
        middle = leaf * 3
        self.native.adapter.watch_gradient(middle, lambda g: np.full_like(g, 7))
        self.native.adapter.backward(middle.sum())
        assert leaf.grad is not None
        assert self.native.values(leaf.grad).tolist() == [21, 21]

    @pytest.mark.parametrize("view", [False, True], ids=["a tensor", "a view"])
    @pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
    def test_writing_in_place_does_not_change_the_gradient_watched_before(
        self, write: Callable[[CaptureNative, Any], Any], view: bool
    ) -> None:
        expected, got = (self._written(write, view=view, watch=watch) for watch in (False, True))
        assert np.array_equal(expected[0], got[0])
        assert got[1] is not None
        assert np.array_equal(got[1].reshape(-1), got[0].reshape(-1) / 2)

    def _written(
        self, write: Callable[[CaptureNative, Any], Any], *, view: bool, watch: bool
    ) -> tuple[Array, Array | None]:
        adapter = self.native.adapter
        leaf = self.native.tensor(self.native.noise(3, 4), needs_gradient=True)
        middle = leaf * 2
        if view:
            middle = middle.reshape([4, 3])
        seen: list[Array] = []
        if watch:
            middle = middle if adapter.watchable(middle) else adapter.alias(middle)
            adapter.watch_gradient(middle, lambda g: seen.append(np.array(g)))
        written = write(self.native, middle)
        if watch:
            adapter.watch_gradient(adapter.alias(written), lambda _: None)
        weights = self.native.tensor(self.native.noise(*written.shape, seed=5))
        self.native.backward((written * weights).sum())
        return self.native.values(leaf.grad), seen[0] if seen else None

    def test_leaves_are_not_watchable(self) -> None:
        leaf = self.native.tensor(np.ones(2, np.float32), needs_gradient=True)
        assert not self.native.adapter.watchable(leaf)
        assert self.native.adapter.watchable(leaf * 2)

    def test_an_alias_is_the_same_memory_and_sees_its_own_share_of_the_gradient(self) -> None:
        leaf = self.native.tensor(np.array([1, 2], np.float32), needs_gradient=True)
        for tensor in (leaf, leaf * 1):
            alias = self.native.adapter.alias(tensor)
            assert alias is not tensor
            assert self.native.adapter.watchable(alias)
            assert self.native.adapter.needs_gradient(alias)
            assert np.shares_memory(
                self.native.adapter.array(alias), self.native.adapter.array(tensor)
            )
            seen: list[Array] = []
            self.native.adapter.watch_gradient(alias, seen.append)
            self.native.adapter.backward((alias * 3 + tensor * 5).sum())
            assert [gradient.tolist() for gradient in seen] == [[3, 3]]
        assert self.native.values(leaf.grad).tolist() == [16, 16]

    def test_a_second_backward_pass_goes_through_an_alias_too(self) -> None:
        leaf = self.native.tensor(np.ones(2, np.float32), needs_gradient=True)
        through = self.native.adapter.alias(leaf * 2) * 3
        through.sum().backward(retain_graph=True)
        (through * 10).sum().backward()
        assert self.native.values(leaf.grad).tolist() == [66, 66]

    def test_aliases_of_any_shape_and_type_that_can_have_a_gradient(self) -> None:
        base = self.native.tensor(self.native.noise(4, 6), needs_gradient=True) * 1
        for dtype in ("float16", "bfloat16", "float64"):
            self._same(self.native.cast(base, dtype))
        for view in (base[1:, ::2], base[:0], base.sum(), base.reshape([6, 4])):
            self._same(view)

    def _same(self, tensor: Any) -> None:
        alias = self.native.adapter.alias(tensor)
        assert alias.dtype == tensor.dtype
        assert np.array_equal(self.native.values(alias), self.native.values(tensor))

    @pytest.mark.parametrize("view", [False, True], ids=["a tensor", "a view"])
    @pytest.mark.parametrize("use", USES.values(), ids=USES)
    @pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
    def test_a_written_alias_rejoins_its_tensor(
        self,
        write: Callable[[CaptureNative, Any], Any],
        use: Callable[[Any, Any], Any],
        view: bool,
    ) -> None:
        plain, plain_values, _ = self._run(write, use, view=view, aliases=0)
        for aliases in (1, 3):
            gradient, values, through = self._run(write, use, view=view, aliases=aliases)
            assert np.array_equal(values, plain_values)
            assert np.allclose(gradient, plain, rtol=1e-6)
            assert len(through) == aliases
            for share in through:
                assert np.allclose(share, through[0])

    def _run(
        self,
        write: Callable[[CaptureNative, Any], Any],
        use: Callable[[Any, Any], Any],
        *,
        view: bool,
        aliases: int,
    ) -> tuple[Array, Array, list[Array]]:
        leaf = self.native.tensor(self.native.noise(3, 4), needs_gradient=True)
        whole = leaf * 2
        passed = whole[1:] if view else whole
        adapter, seen, chain = self.native.adapter, [], [passed]
        for _ in range(aliases):
            chain.append(adapter.alias(chain[-1]))
            adapter.watch_gradient(chain[-1], lambda g: seen.append(np.array(g)))
        returned = write(self.native, chain[-1])
        for outer, inner in reversed(list(pairwise(chain))):
            adapter.rejoin(outer, inner)
        used = use(returned, passed)
        weights = self.native.tensor(self.native.noise(*used.shape, seed=5))
        # What a view was taken of is in the graph too.
        self.native.backward((used * weights).sum() + (whole * 3).sum())
        return self.native.values(leaf.grad), self.native.values(used), seen

    def test_an_alias_that_was_not_written_needs_not_rejoin(self) -> None:
        leaf = self.native.tensor(np.ones(2, np.float32), needs_gradient=True)
        middle = leaf * 2
        version = self.native.version(middle)
        alias = self.native.adapter.alias(middle)
        self.native.adapter.rejoin(middle, alias)
        assert self.native.version(middle) == version
        seen: list[Array] = []
        self.native.adapter.watch_gradient(alias, seen.append)
        self.native.backward(middle.sum())
        assert seen == []

    def test_outdated_values_are_noticed_in_the_backward_pass_as_without_an_alias(self) -> None:
        leaf = self.native.tensor(np.ones(2, np.float32), needs_gradient=True)
        middle = (leaf * 2).tanh()
        alias = self.native.adapter.alias(middle)
        alias.exp_()
        self.native.adapter.rejoin(middle, alias)
        with pytest.raises((RuntimeError, OSError), match="version"):
            self.native.adapter.backward(middle.sum())

    def test_replaced_values_are_exact_and_hand_the_gradient_on(self) -> None:
        leaf = self.native.tensor(
            np.array([1, np.inf, np.nan, 1e30], np.float32), needs_gradient=True
        )
        values = np.array([0.1, 2, 3, 4], np.float32)
        result = self.native.adapter.replaced(leaf * 2, values)
        assert np.array_equal(self.native.values(result), values)
        self.native.backward((result * self.native.tensor(values)).sum())
        assert np.array_equal(self.native.values(leaf.grad), values * 2)

    def test_replaced_values_can_be_written_in_place(self) -> None:
        leaf = self.native.tensor(np.ones(2, np.float32), needs_gradient=True)
        values = np.array([-1, 1], np.float32)
        result = self.native.relu_(self.native.adapter.replaced(leaf * 2, values))
        self.native.backward(result.sum())
        assert values.tolist() == [-1, 1]
        assert self.native.values(leaf.grad).tolist() == [0, 2]

    def test_replaced_values_where_no_gradient_flows(self) -> None:
        tensor = self.native.tensor(np.array([1, 2]))
        result = self.native.adapter.replaced(tensor, np.array([3, 4]))
        assert self.native.values(result).tolist() == [3, 4]
        assert not self.native.needs_gradient(result)

    def test_a_gradient_is_needed_where_it_flows_and_is_recorded(self) -> None:
        needs = self.native.adapter.needs_gradient
        leaf = self.native.tensor(np.ones(2, np.float32), needs_gradient=True)
        assert needs(leaf)
        assert needs(leaf * 2)
        assert not needs(leaf.detach())
        assert not needs(self.native.cast(leaf * 2, "int64"))
        with self.native.not_recording():
            assert not needs(leaf)
