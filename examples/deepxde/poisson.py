"""Train a small network to solve Poisson's equation with DeepXDE, and record what it does.

    -u''(x) = strength * pi**2 * sin(pi * x),  u(0) = u(1) = 0

DeepXDE has the same networks, optimizers and losses for torch and for paddle; the environment variable
DDE_BACKEND chooses one for a process. `hatch run deepxde` runs this script with each, as `align.toml`
beside it says, and compares what was recorded: every call of every layer, the gradients, and what each
step of Adam adds to the weights. The loss is of second derivatives of the network, so gradients reach
the layers through derivatives of derivatives.

Nothing of DeepXDE knows of padiff. What a script needs is `padiff.record` around the training, and on
one side `padiff.load_weights`, so that both begin with equal weights. To see a fault found, give the
second `command` in `align.toml` an option more: `--activation sin`, `--rate 1.01e-3` or `--strength 1.1`.

In float64, where rounding leaves no doubt. In float32, DeepXDE's default, the two agree as well (give
both commands `--float float32`, and `--steps 100` if you like), but the rounding errors of gradients
come near to what is allowed of them, on one processor more than on another. On [-1, 1] they part: there
the problem is odd, gradients of biases are zero but for rounding, and Adam makes steps of full length of
that, other ones in each run.
"""

from __future__ import annotations

import argparse
from typing import Any

import deepxde as dde  # type: ignore[import-untyped]  # the package ships no types
import numpy as np

import padiff


def problem(activation: str, strength: float) -> Any:
    """The equation on fixed points, and a network with two hidden layers."""

    def residual(x: Any, u: Any) -> Any:
        return dde.grad.hessian(u, x) + strength * np.pi**2 * dde.backend.sin(np.pi * x)

    interval = dde.geometry.Interval(0, 1)
    at_the_ends = dde.icbc.DirichletBC(interval, lambda _: 0, lambda _, on_boundary: on_boundary)
    data = dde.data.PDE(
        interval,
        residual,
        at_the_ends,
        num_domain=32,
        num_boundary=2,
        train_distribution="uniform",
        num_test=16,
    )
    return dde.Model(data, dde.nn.FNN([1, 20, 20, 1], activation, "Glorot uniform"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Solve Poisson's equation, and record it.")
    parser.add_argument("--weights", metavar="TRACE", help="begin with the weights of this trace")
    parser.add_argument("--activation", default="tanh")
    parser.add_argument("--rate", type=float, default=1e-3, help="Adam's learning rate")
    parser.add_argument("--strength", type=float, default=1.0, help="of the source term")
    parser.add_argument("--float", choices=["float32", "float64"], default="float64")
    parser.add_argument("--steps", type=int, default=10)
    options = parser.parse_args()

    dde.config.set_default_float(options.float)
    dde.config.set_random_seed(1)  # of base's weights; raw's come from the trace
    model = problem(options.activation, options.strength)
    if options.weights:
        padiff.load_weights(options.weights, model.net)
    model.compile("adam", lr=options.rate)
    with padiff.record(model.net, steps=options.steps, optimizer=model.opt):
        model.train(iterations=options.steps, display_every=options.steps)


if __name__ == "__main__":
    main()
