"""Compares tensors: metrics (what was measured), tolerance (what was allowed), verdict (the outcome).

Works on NumPy arrays alone. The three are kept apart so that saved metrics can be judged again.
"""

from __future__ import annotations

from padiff.compare.again import judged_with
from padiff.compare.envelope import Envelope
from padiff.compare.hints import Hint, find_hints
from padiff.compare.histogram import Histogram
from padiff.compare.measure import measure
from padiff.compare.metrics import (
    Incomparable,
    Measured,
    Metrics,
    SavedMetricsError,
    measured_from_dict,
)
from padiff.compare.noise import NoiseFloor
from padiff.compare.rules import Rule, Tolerances
from padiff.compare.scalars import Element, NonFinite, Scalar
from padiff.compare.tolerance import Mode, NoToleranceError, Tolerance, default_tolerance
from padiff.compare.verdict import NotJudgeableError, Verdict, judge

__all__ = [
    "Element",
    "Envelope",
    "Hint",
    "Histogram",
    "Incomparable",
    "Measured",
    "Metrics",
    "Mode",
    "NoToleranceError",
    "NoiseFloor",
    "NonFinite",
    "NotJudgeableError",
    "Rule",
    "SavedMetricsError",
    "Scalar",
    "Tolerance",
    "Tolerances",
    "Verdict",
    "default_tolerance",
    "find_hints",
    "judge",
    "judged_with",
    "measure",
    "measured_from_dict",
]
