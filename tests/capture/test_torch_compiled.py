"""What torch alone makes of models: scripted and traced ones, and what an old torch cannot do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from padiff.errors import UsageError
from padiff_torch.compiling import compiled

X = torch.ones(2, 4)


def net() -> torch.nn.Sequential:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU())


def scripted(_: Path) -> Any:
    return torch.jit.script(net())


def traced(_: Path) -> Any:
    return torch.jit.trace(net(), X)  # type: ignore[no-untyped-call]


def loaded(folder: Path) -> Any:
    torch.jit.save(scripted(folder), folder / "net.pt")
    return torch.jit.load(folder / "net.pt")  # type: ignore[no-untyped-call]


def refusal(cls: str) -> str:
    return (
        "A scripted or traced module cannot be watched: nothing within calls hooks.\n"
        f"  where:    {cls} of Sequential\n"
        "  hint:     pass the module it was made from"
    )


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
@pytest.mark.parametrize(
    ("make", "cls"),
    [
        (scripted, "RecursiveScriptModule"),
        (traced, "TopLevelTracedModule"),
        (loaded, "RecursiveScriptModule"),
    ],
)
def test_scripted_and_traced_modules_cannot_be_watched(
    make: Callable[[Path], Any], cls: str, tmp_path: Path
) -> None:
    module = make(tmp_path)
    for base, raw in ((module, module), (torch.nn.Linear(4, 3), module), (module, net())):
        with pytest.raises(UsageError) as caught:
            padiff.align(base, raw, X)
        assert str(caught.value) == refusal(cls)
    with pytest.raises(UsageError) as caught, padiff.record(module, tmp_path / "t"):
        pass
    assert str(caught.value) == refusal(cls)
    proxy = padiff.create_model(module)
    assert proxy(X).shape == (2, 3)
    with pytest.raises(UsageError) as caught:
        proxy.dump_report(tmp_path / "d")
    assert str(caught.value) == refusal(cls)


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_a_scripted_part_that_is_not_watched_does_not_matter(tmp_path: Path) -> None:
    around = torch.nn.Sequential(scripted(tmp_path), torch.nn.Linear(3, 2))
    with pytest.raises(UsageError, match="scripted"), padiff.record(around, tmp_path / "t"):
        pass
    with padiff.record(around, tmp_path / "t", only=["1"]):
        around(X)


def test_a_torch_that_cannot_switch_its_compiler_off(monkeypatch: pytest.MonkeyPatch) -> None:
    model, plain = torch.compile(net(), backend="eager"), net()
    monkeypatch.delattr(torch.compiler, "set_stance")
    assert padiff.align(plain, net(), X)
    with pytest.raises(UsageError) as caught:
        padiff.align(net(), model, X)
    assert str(caught.value) == (
        "A compiled model cannot be watched before torch 2.6.\n"
        "  where:    OptimizedModule\n"
        f"  got:      torch {torch.__version__}\n"
        "  hint:     pass the module it was made from"
    )


def test_what_is_kept_from_the_compiler_is_not_compiled() -> None:
    model: Any = net()
    disable: Any = torch.compiler.disable
    assert not compiled(disable(model))
    model.forward = disable(model.forward)
    assert not compiled(model)


def test_nothing_is_imported_for_an_alignment_of_plain_models(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "torch._dynamo")
    monkeypatch.setattr(torch.compiler, "set_stance", None)
    assert padiff.align(net(), net(), X)
    assert "torch._dynamo" not in sys.modules


def test_a_recording_switches_off_what_may_be_imported_later(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []

    def stance(name: str) -> AbstractContextManager[None]:
        asked.append(name)
        return nullcontext()

    monkeypatch.delitem(sys.modules, "torch._dynamo")
    monkeypatch.setattr(torch.compiler, "set_stance", stance)
    model = net()
    with padiff.record(model, tmp_path / "t"):
        model(X)
    assert asked == ["force_eager"]
