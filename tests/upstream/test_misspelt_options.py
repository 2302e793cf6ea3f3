"""PaDiff took misspelt options and ignored them, and several steps were one."""

from __future__ import annotations

from typing import Any

import pytest

import padiff
from padiff.errors import UsageError
from tests.align.nets import chain, values

X = values(2, 4)


@pytest.mark.parametrize("name", ["loss_fn", "optimizer", "auto_weights", "options", "layer_map"])
def test_an_option_that_is_not_known_is_refused(name: str) -> None:
    options: dict[str, Any] = {name: None}
    with pytest.raises(UsageError, match="options it does not have"):
        padiff.auto_diff(chain(4, 4), chain(4, 4), (X, X), **options)


def test_the_losses_given_are_called_and_the_steps_made() -> None:
    called: list[str] = []

    def loss(output: Any) -> Any:
        called.append("loss")
        return output.sum()

    steps = (lambda: called.append("base"), lambda: called.append("raw"))
    models = chain(4, 4), chain(4, 4)
    assert padiff.auto_diff(*models, (X, X), loss_fns=(loss, loss), optimizers=steps, steps=5)
    assert called.count("base") == called.count("raw") == 5
    assert called.count("loss") == 10
