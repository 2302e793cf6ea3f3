"""`check_report`, `check_params`, `check_weights`, `check_grads`: two dumps against each other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from padiff.aligning.offline import compare_traces
from padiff.checker.config import CheckConfig, Tolerated, read_config
from padiff.checker.folders import Dumped, find_trace, side_by_side
from padiff.checker.state import compare_states

if TYPE_CHECKING:
    from padiff.aligning.settings import DiffPhase
    from padiff.report.alignment import AlignmentReport

__all__ = ["check_grads", "check_params", "check_report", "check_weights"]

_Path: TypeAlias = "str | os.PathLike[str]"
_Compare: TypeAlias = "Callable[[Path, Path], AlignmentReport]"


def check_report(
    path_0: _Path, path_1: _Path, cfg: CheckConfig | None = None, diff_phase: DiffPhase = "both"
) -> bool:
    """Compare what two models did, from what they dumped; print where they part.

    A folder that holds `step_*` alone stands for all of these, one that holds `rank_*` alone for all
    of those. No framework is needed. What is compared, and how, `compare_traces` says; it gives the
    whole report.

    Args:
        path_0: The folder base dumped to, or a trace of it.
        path_1: The folder raw dumped to, or a trace of it.
        cfg: `atol`, `rtol` and `compare_mode`. Without the first two, the tolerance of each dtype.
        diff_phase: `"forward"` leaves the backward pass out.

    Returns:
        Exactly True or False. After a step that differs, later ones are not looked at.

    Raises:
        TraceError: If there is no report, or a damaged one; or the two sides do not have the same
            steps and ranks.
        UsageError: If `cfg` says what is not known, or the two paths are one folder.
        PairingError: If layers cannot be paired.
    """
    tolerated = read_config(cfg)

    def compare(base: Path, raw: Path) -> AlignmentReport:
        return compare_traces(base, raw, phase=diff_phase, **tolerated)

    return _check(path_0, path_1, ("report",), compare)


def check_params(path_0: _Path, path_1: _Path, cfg: CheckConfig | None = None) -> bool:
    """Compare the weights and the gradients two models dumped; print what differs.

    The arguments, and what is raised, are those of `check_report`. Each tensor is compared in the
    order of axes that all frameworks share. One that only one side has must hold its neutral value (a
    bias 0), else it is a difference; so is a layer whose tensors no layout takes, unless an init
    function is registered for it.

    Returns:
        Exactly True or False.
    """
    return _check_states(path_0, path_1, ("params",), cfg, weights=True, gradients=True)


def check_weights(path_0: _Path, path_1: _Path, cfg: CheckConfig | None = None) -> bool:
    """Compare the weights two models dumped, by `dump_weights` or `dump_params`.

    See `check_params`.
    """
    return _check_states(path_0, path_1, ("weights", "params"), cfg, weights=True)


def check_grads(path_0: _Path, path_1: _Path, cfg: CheckConfig | None = None) -> bool:
    """Compare the gradients two models dumped, by `dump_grads` or `dump_params`.

    See `check_params`.
    """
    return _check_states(path_0, path_1, ("grads", "params"), cfg, gradients=True)


def _check_states(
    path_0: _Path,
    path_1: _Path,
    kinds: tuple[str, ...],
    cfg: CheckConfig | None,
    *,
    weights: bool = False,
    gradients: bool = False,
) -> bool:
    tolerated: Tolerated = read_config(cfg)

    def compare(base: Path, raw: Path) -> AlignmentReport:
        return compare_states(base, raw, tolerated, weights=weights, gradients=gradients)

    return _check(path_0, path_1, kinds, compare)


def _check(path_0: _Path, path_1: _Path, kinds: tuple[str, ...], compare: _Compare) -> bool:
    found = side_by_side(path_0, path_1)
    traces = [(each, [find_trace(path, kinds, kinds[0]) for path in each.paths]) for each in found]
    failed: Dumped | None = None
    for each, (base, raw) in traces:
        if failed is not None and each.step != failed.step:
            break
        report = compare(base, raw)
        if not report:
            failed = each
            _show(each, report)
    return failed is None


def _show(each: Dumped, report: AlignmentReport) -> None:
    from rich import print as show

    if each.place:
        show(f"{each.place}:")
    show(report)
