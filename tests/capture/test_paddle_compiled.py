"""What paddle alone makes of models: programs that are saved and loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import paddle
import pytest

import padiff
from padiff.errors import UsageError

REFUSAL = (
    "A loaded program cannot be watched: it has no layers within.\n"
    "  where:    PirTranslatedLayer\n"
    "  hint:     pass the layer it was saved from"
)


def net() -> Any:
    return paddle.nn.Sequential(paddle.nn.Linear(4, 3), paddle.nn.ReLU())


def loaded(folder: Path) -> Any:
    spec = [paddle.static.InputSpec([2, 4])]
    paddle.jit.save(paddle.jit.to_static(net()), str(folder / "net"), input_spec=spec)
    return paddle.jit.load(str(folder / "net"))


def test_loaded_programs_cannot_be_watched(tmp_path: Path) -> None:
    module, x = loaded(tmp_path), paddle.ones([2, 4])
    for base, raw in ((module, module), (net(), module), (module, net())):
        with pytest.raises(UsageError) as caught:
            padiff.align(base, raw, x)
        assert str(caught.value) == REFUSAL
    with pytest.raises(UsageError) as caught, padiff.record(module, tmp_path / "t"):
        pass
    assert str(caught.value) == REFUSAL
    proxy = padiff.create_model(module)
    assert proxy(x).shape == [2, 3]
    with pytest.raises(UsageError) as caught:
        proxy.dump_report(tmp_path / "d")
    assert str(caught.value) == REFUSAL


def test_a_loaded_part_that_is_not_watched_does_not_matter(tmp_path: Path) -> None:
    around, x = paddle.nn.Sequential(loaded(tmp_path), paddle.nn.Linear(3, 2)), paddle.ones([2, 4])
    with pytest.raises(UsageError) as caught, padiff.record(around, tmp_path / "t"):
        pass
    assert str(caught.value) == REFUSAL
    with padiff.record(around, tmp_path / "t", only=["1"]):
        around(x)
