"""`try_dump` ends a step: what it writes, where, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

import padiff
from padiff.errors import TraceError, UsageError
from tests.capture.native import CaptureNative
from tests.compat.loop import Loop, files, trace

__all__ = ["SteppingLaws"]


class SteppingLaws:
    native: ClassVar[CaptureNative]

    def test_each_step_has_a_folder(self, root: Path) -> None:
        loop = Loop(self.native, name="net")
        for step in range(2):
            loop.run(step)
            loop.proxy.try_dump()
        assert loop.proxy.dump_path == str(root / "net")
        assert files(root / "net") == [
            *("step_0", "step_0/rank_0", "step_0/rank_0/params", "step_0/rank_0/report"),
            *("step_1", "step_1/rank_0", "step_1/rank_0/params", "step_1/rank_0/report"),
        ]

    def test_a_dump_knows_its_step(self, root: Path) -> None:
        loop = Loop(self.native, name="net", dump_freq=2)
        for step in range(3):
            loop.run(step)
            loop.proxy.try_dump()
        last = root / "net" / "step_2" / "rank_0"
        assert [trace(last, kind).steps[0].number for kind in ("report", "params")] == [2, 2]

    def test_only_steps_whose_turn_it_is_are_dumped(self, root: Path) -> None:
        loop = Loop(self.native, name="net", dump_freq=3)
        for step in range(7):
            loop.run(step)
            loop.proxy.try_dump()
        assert sorted(path.name for path in (root / "net").iterdir()) == [
            *("step_0", "step_3", "step_6")
        ]

    def test_a_step_holds_its_own_calls_alone(self, root: Path) -> None:
        loop = Loop(self.native, name="net")
        for step in range(2):
            loop.run(step)
            loop.proxy.try_dump()
        for step in range(2):
            found = trace(root, "net", f"step_{step}", "rank_0", "report")
            (call,) = (call for call in found.steps[0].calls if call.module == 0)
            passed = found.tensor(call.inputs["args.0"])
            assert passed.tolist() == self.native.noise(5, 4, seed=step).tolist()

    def test_nothing_is_noted_between(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = Loop(self.native, dump_freq=2)
        loop.run()
        loop.proxy.try_dump()

        attached: list[Any] = []
        monkeypatch.setattr(type(self.native.adapter), "attach", lambda *_: attached.append(_))
        loop.run()
        loop.proxy.try_dump()
        assert attached == []

    def test_a_folder_of_ones_own(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        for step in range(2):
            loop.run(step)
            loop.proxy.try_dump(tmp_path / "mine")
        assert files(tmp_path / "mine") == ["params", "report"]
        assert trace(tmp_path, "mine", "report").steps[0].number == 1

    def test_the_rank_the_launcher_gives(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RANK", "3")
        monkeypatch.setenv("WORLD_SIZE", "4")
        loop = Loop(self.native, name="net")
        loop.run()
        loop.proxy.try_dump()
        assert trace(root, "net", "step_0", "rank_3", "report").index.rank == 3
        assert trace(root, "net", "step_0", "rank_3", "params").index.rank == 3

    def test_an_older_dump_in_the_folder_is_replaced_as_a_whole(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.run()
        loop.proxy.dump_weights(tmp_path / "mine")
        loop.proxy.dump_grads(tmp_path / "mine")
        assert files(tmp_path / "mine") == ["grads", "weights"]
        loop.proxy.try_dump(tmp_path / "mine")
        assert files(tmp_path / "mine") == ["params", "report"]

    def test_a_step_without_a_call(self, root: Path) -> None:
        seldom = ", nor are steps that 2 does not divide"
        for frequency, more in ((1, ""), (2, seldom)):
            loop = Loop(self.native, name="net", dump_freq=frequency)
            loop.module(loop.batch())
            with pytest.raises(TraceError) as caught:
                loop.proxy.try_dump()
            assert str(caught.value).splitlines() == [
                "There is nothing to dump: the model was not called.",
                "  where:    net, step 0",
                "  expected: calls of the ProxyModel itself since the last try_dump or clear_report",
                f"  hint:     calls of .model are not noted{more}",
            ]
        assert not root.exists()

    def test_a_step_whose_only_call_raised(self) -> None:
        loop = Loop(self.native)
        with pytest.raises(Exception, match=r"shape|size|dim"):
            loop.proxy(self.native.tensor(self.native.noise(5, 3)))
        with pytest.raises(TraceError, match="There is nothing to dump"):
            loop.proxy.try_dump()

    def test_a_dump_that_fails_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any) -> None:
            raise TraceError("No space left.")

        loop = Loop(self.native)
        loop.run()
        monkeypatch.setattr("padiff.trace.writer.TraceWriter.finish", fail)
        for dump in (loop.proxy.dump_report, loop.proxy.dump_weights):
            with pytest.raises(TraceError, match="No space left"):
                dump(tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_what_is_no_path(self) -> None:
        per_step: Any = 2
        loop = Loop(self.native)
        loop.run()
        with pytest.raises(UsageError) as caught:
            loop.proxy.try_dump(per_step)
        assert str(caught.value).splitlines() == [
            "A dump goes into a folder.",
            "  got:      2",
            "  expected: a path, or nothing for the default",
            "  hint:     how often try_dump dumps is said by create_model(model, dump_freq=...)",
        ]

    def test_what_is_no_path_and_no_number_either(self) -> None:
        wrong: list[Any] = [["net"], ""]
        loop = Loop(self.native)
        loop.run()
        for no_path in wrong:
            with pytest.raises(UsageError) as caught:
                loop.proxy.try_dump(no_path)
            assert (caught.value.got, caught.value.hint) == (repr(no_path), "")

    def test_what_is_no_frequency(self) -> None:
        for frequency in (0, -1, 1.0, True, "2"):
            with pytest.raises(UsageError, match="dump_freq= is no number of steps"):
                padiff.create_model(self.native.linear(2, 2), None, frequency)  # type: ignore[arg-type]

    @pytest.mark.usefixtures("root")
    def test_a_step_that_is_not_dumped_has_its_backward_pass(self) -> None:
        loop = Loop(self.native, name="net", dump_freq=2)
        loop.run()
        loop.proxy.try_dump()
        loop.clear()
        loop.run()
        gradient = self.native.gradient(loop.module.head.bias)
        assert gradient is not None
        assert gradient.any()
