"""Settings of weight norm and spectral norm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import paddle.compat.nn as cnn
import paddle.nn as pnn
from torch import nn
from torch.nn.utils import parametrizations

from tests.parity.cases.chatter import expected_warnings

from .differences import Difference, each, found, left
from .findings import lines

Norm = Callable[..., Any]


def old(norm: Norm) -> Norm:
    """One of torch's deprecated hooks, without its warning."""

    def apply(*args: Any, **options: Any) -> Any:
        with expected_warnings():
            return norm(*args, **options)

    return apply


WEIGHT_NORMS: Final = {"hook": old(nn.utils.weight_norm), "new": parametrizations.weight_norm}
SPECTRAL_NORMS: Final = {
    "hook": old(nn.utils.spectral_norm),
    "new": parametrizations.spectral_norm,
}


def weight_norms(how: str, norm: Norm) -> tuple[Difference, ...]:
    return (
        Difference(
            f"axis of a linear layer ({how})",
            lambda: norm(nn.Linear(5, 5)),
            lambda: pnn.utils.weight_norm(pnn.Linear(5, 5)),
            "error: (root)   weight_norm_axis   torch 0 = paddle 1; found paddle 0   "
            "write weight_norm dim=1",
            lambda: pnn.utils.weight_norm(pnn.Linear(5, 5), dim=1),
        ),
        Difference(
            f"axis of a linear layer, from paddle ({how})",
            lambda: pnn.utils.weight_norm(pnn.Linear(5, 5)),
            lambda: norm(nn.Linear(5, 5)),
            "error: (root)   weight_norm_axis   paddle 0 = torch 1; found torch 0   "
            "write weight_norm dim=1",
            lambda: norm(nn.Linear(5, 5), dim=1),
        ),
        Difference(
            f"axis of a compat linear layer ({how})",
            lambda: norm(nn.Linear(5, 5), dim=1),
            lambda: pnn.utils.weight_norm(cnn.Linear(5, 5)),
            "error: (root)   weight_norm_axis   torch 1 = paddle 1; found paddle 0   "
            "write weight_norm dim=1",
            lambda: pnn.utils.weight_norm(cnn.Linear(5, 5), dim=1),
        ),
        Difference(
            f"one norm for the whole weight ({how})",
            lambda: norm(nn.Conv2d(5, 5, 3), dim=None),
            lambda: pnn.utils.weight_norm(pnn.Conv2D(5, 5, 3)),
            "error: (root)   weight_norm_axis   torch -1 = paddle weight_norm dim=None; "
            "found paddle 0   write weight_norm dim=None",
            lambda: pnn.utils.weight_norm(pnn.Conv2D(5, 5, 3), dim=None),  # type: ignore[arg-type]
        ),
        Difference(
            f"no weight norm in raw ({how})",
            lambda: norm(nn.Conv2d(5, 5, 3)),
            lambda: pnn.Conv2D(5, 5, 3),
            "error: (root)   weight_norm_axis   torch 0 = paddle 0; found paddle 'none'   "
            "write weight_norm dim=0",
            lambda: pnn.utils.weight_norm(pnn.Conv2D(5, 5, 3), dim=0),
        ),
        Difference(
            f"weight norm in raw alone ({how})",
            lambda: pnn.Conv2D(5, 5, 3),
            lambda: norm(nn.Conv2d(5, 5, 3)),
            "error: (root)   weight_norm_axis   paddle 'none'; torch 0   "
            "remove the norm from raw's weight",
            lambda: nn.Conv2d(5, 5, 3),
        ),
    )


def spectral_norms(how: str, norm: Norm) -> tuple[Difference, ...]:
    paddle_norm = pnn.utils.spectral_norm
    return (
        Difference(
            f"iterations ({how})",
            lambda: norm(nn.Linear(5, 7), n_power_iterations=3),
            lambda: paddle_norm(pnn.Linear(5, 7)),
            "warning: (root)   spectral_iterations   torch 3 = paddle 3; found paddle 1   "
            "write n_power_iterations=3",
            lambda: paddle_norm(pnn.Linear(5, 7), n_power_iterations=3),
        ),
        Difference(
            f"epsilon ({how})",
            lambda: norm(nn.Linear(5, 7), eps=1e-6),
            lambda: paddle_norm(pnn.Linear(5, 7)),
            "warning: (root)   spectral_epsilon   torch 1e-06 = paddle 1e-06; found paddle 1e-12   "
            "write spectral_norm eps=1e-06",
            lambda: paddle_norm(pnn.Linear(5, 7), eps=1e-6),
        ),
        Difference(
            f"axis ({how})",
            lambda: norm(nn.Linear(5, 5)),
            lambda: paddle_norm(pnn.Linear(5, 5), dim=0),
            "error: (root)   spectral_norm_axis   torch 0 = paddle 1; found paddle 0   "
            "write spectral_norm dim=1",
            lambda: paddle_norm(pnn.Linear(5, 5), dim=1),
        ),
    )


DIFFERENCES: Final = (
    *(each for how, norm in WEIGHT_NORMS.items() for each in weight_norms(how, norm)),
    *(each for how, norm in SPECTRAL_NORMS.items() for each in spectral_norms(how, norm)),
)


@each(DIFFERENCES)
def test_a_difference_is_named_and_its_advice_cures_it(difference: Difference) -> None:
    assert found(difference) == [difference.line]
    assert left(difference) == []


def test_the_order_of_the_power_iteration_is_spoken_of_in_training_only() -> None:
    raw = pnn.utils.spectral_norm(pnn.Linear(5, 7))
    new, hook = (SPECTRAL_NORMS[how](nn.Linear(5, 7)) for how in ("new", "hook"))
    assert lines(new, raw) == [
        (
            "warning: (root)   spectral_order   torch u, then v; paddle v, then u   "
            "torch's old nn.utils.spectral_norm goes the way paddle goes; in eval() both agree"
        )
    ]
    assert lines(hook, raw) == []
    (within_torch,) = lines(hook, new)
    assert "spectral_order   base v, then u; raw u, then v" in within_torch
    raw.eval()
    assert lines(new.eval(), raw) == []
