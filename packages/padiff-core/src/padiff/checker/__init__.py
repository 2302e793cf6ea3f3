"""Holding what two models dumped against each other, and what two data loaders give."""

from padiff.checker.checks import check_grads, check_params, check_report, check_weights
from padiff.checker.loaders import check_dataloader

__all__ = ["check_dataloader", "check_grads", "check_params", "check_report", "check_weights"]
