"""A call through the proxy leaves nothing on the model, and gives what a plain call gives."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

import padiff
from padiff.errors import TraceError, UsageError
from tests.capture.native import CaptureNative
from tests.capture.traces import attributes
from tests.compat.loop import Loop

__all__ = ["UnmarkedLaws"]


class UnmarkedLaws:
    native: ClassVar[CaptureNative]

    def attributes(self, module: Any) -> dict[str, Any]:
        return {p: attributes(m) for p, m in self.native.modules(module).items()}

    def test_a_call_gives_what_a_plain_call_gives(self) -> None:
        noted, plain = Loop(self.native), Loop(self.native)
        output = plain.module(plain.batch())
        self.native.backward(output.mean())
        assert noted.run().tolist() == self.native.values(output).tolist()
        ours, theirs = (self.native.gradients(loop.module) for loop in (noted, plain))
        assert len([g for g in theirs.values() if g is not None]) == 6
        assert {n: None if g is None else g.tolist() for n, g in ours.items()} == {
            n: None if g is None else g.tolist() for n, g in theirs.items()
        }

    def test_there_is_no_hook_after_a_call(self) -> None:
        loop = Loop(self.native)
        loop.module.eval()
        loop.module(loop.batch())
        before = self.attributes(loop.module)
        loop.proxy(loop.batch())
        assert self.attributes(loop.module) == before

    def test_nor_after_one_that_raised(self) -> None:
        loop = Loop(self.native)
        loop.module.eval()
        loop.module(loop.batch())
        before = self.attributes(loop.module)
        with pytest.raises(Exception, match=r"shape|size|dim"):
            loop.proxy(self.native.tensor(self.native.noise(5, 3)))
        assert self.attributes(loop.module) == before

    def test_parameters_have_no_hook_after_a_backward_pass(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loop = Loop(self.native)
        removed: list[str] = []
        watch = type(self.native.adapter).watch_parameters

        def watched(*args: Any) -> Any:
            remove = watch(*args)

            def noted() -> None:
                remove()
                removed.append("all")

            return noted

        monkeypatch.setattr(type(self.native.adapter), "watch_parameters", staticmethod(watched))
        loop.run()
        assert removed == ["all"]

    def test_wrapping_a_model_looks_at_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: Any) -> Any:
            raise AssertionError

        monkeypatch.setattr(type(self.native.adapter), "handle", fail)
        padiff.create_model(self.native.linear(2, 2))

    def test_the_wrapped_model_goes_with_its_proxy(self) -> None:
        import gc
        import weakref

        loop = Loop(self.native)
        loop.run()
        gone = weakref.ref(loop.proxy)
        gc.disable()
        try:
            del loop.proxy
            assert gone() is None
        finally:
            gc.enable()


class UnattendedLaws:
    native: ClassVar[CaptureNative]

    def lost(self, loop: Loop) -> list[str]:
        with pytest.raises(TraceError) as caught:
            loop.proxy.try_dump()
        return str(caught.value).splitlines()

    def hooked(self, loop: Loop, monkeypatch: pytest.MonkeyPatch) -> bool:
        """Whether a call puts hooks on the model."""
        attached: list[Any] = []
        attach = type(self.native.adapter).attach

        def noted(*args: Any) -> Any:
            attached.append(args)
            return attach(*args)

        with monkeypatch.context() as patch:
            patch.setattr(type(self.native.adapter), "attach", staticmethod(noted))
            loop.proxy(loop.batch())
        return bool(attached)

    def test_after_eight_calls_in_a_row_calls_are_calls_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loop = Loop(self.native, name="net")
        assert [self.hooked(loop, monkeypatch) for _ in range(10)] == [True] * 8 + [False] * 2
        assert self.lost(loop) == [
            "What the model did was dropped, for it seemed that nobody would dump it.",
            "  where:    net",
            "  got:      8 calls in a row, and nobody dumped them",
            (
                "  hint:     call clear_report() before the step that is to be dumped; call .model itself"
                " where nothing is to be dumped; or use padiff.record"
            ),
        ]

    def test_clearing_the_report_begins_anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = Loop(self.native)
        for _ in range(10):
            loop.proxy(loop.batch())
        loop.proxy.clear_report()
        assert self.hooked(loop, monkeypatch)
        loop.proxy.try_dump()

    def test_gradient_accumulation_may_take_as_many_calls_as_it_likes(self) -> None:
        loop = Loop(self.native)
        for _ in range(2):
            outputs = [loop.proxy(loop.batch()) for _ in range(8)]
            loop.proxy.backward(outputs[-1].mean())
        loop.proxy.try_dump()

    def test_a_report_that_is_dumped_is_attended_to(self, root: Any) -> None:
        loop = Loop(self.native)
        for _ in range(2):
            for _ in range(8):
                loop.proxy(loop.batch())
            loop.proxy.dump_report(root)
        loop.proxy.try_dump()

    def test_one_call_may_take_any_space_a_second_may_not(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("padiff.dumping.steps._SPACE", 1)
        loop = Loop(self.native)
        loop.run()
        loop.proxy.try_dump()
        loop.run()
        loop.run()
        assert "  got:      more than 0 GiB of tensors" in self.lost(loop)

    def test_large_reports_go_to_disk_and_are_gone_when_cleared(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        monkeypatch.setattr("padiff.dumping.shelf._MEMORY", 1)
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        loop = Loop(self.native)
        loop.run()
        (folder,) = tmp_path.glob("padiff-*")
        assert len(list(folder.iterdir())) > 4
        loop.proxy.try_dump()
        assert list(tmp_path.glob("padiff-*")) == []

    def test_an_adapter_that_cannot_record(self, monkeypatch: pytest.MonkeyPatch) -> None:
        expected = Loop(self.native).run()
        monkeypatch.delattr(type(self.native.adapter), "watch_parameters")
        loop = Loop(self.native)
        assert loop.run().tolist() == expected.tolist()
        for called_or_not in (loop, Loop(self.native)):
            with pytest.raises(UsageError, match="cannot record what models do"):
                called_or_not.proxy.try_dump()
