"""Weights that are computed: weight_norm and spectral_norm."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter

__all__ = ["REPARAMETRISED", "SPECTRAL"]

SPECTRAL = (
    Hyperparameter(
        "spectral_iterations",
        "steps of the power iteration in each forward pass, in training",
        severity="warning",
    ),
    Hyperparameter("spectral_epsilon", "keeps the iteration's norms from zero", severity="warning"),
    Hyperparameter(
        "spectral_order",
        "which singular vector a step of the power iteration updates first",
        severity="warning",
        in_eval="silent",
        advice="torch's old nn.utils.spectral_norm goes the way paddle goes; in eval() both agree",
    ),
    Hyperparameter(
        "spectral_iterates",
        "when the power iteration runs: in training, or in every forward pass",
        advice="normalise by hand, or with nn.utils.spectral_norm of a layer",
    ),
)
"""What a spectral norm is made of, whether wrapped around a layer's weight or a layer of its own."""

REPARAMETRISED = (
    Hyperparameter(
        "weight_norm_axis",
        "the axis of the canonical weight whose slices keep a norm of their own; 'whole' for one "
        "norm of all, 'none' without weight_norm",
    ),
    Hyperparameter(
        "spectral_norm_axis",
        "the axis of the canonical weight that makes the rows of the matrix; 'none' without "
        "spectral_norm",
    ),
    *SPECTRAL,
)
"""What a layer whose weight may be normalised adds to its own."""
