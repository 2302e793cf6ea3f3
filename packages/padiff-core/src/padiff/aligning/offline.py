"""`compare_traces`: two recorded runs held against each other, with no framework at hand."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from padiff.aligning.engine import Engine
from padiff.aligning.progress import metered
from padiff.aligning.renaming import LayerNames, apply_names
from padiff.aligning.settings import DiffPhase, Settings, make_tolerances
from padiff.cut import pair_models
from padiff.defaults import registry as default_registry
from padiff.errors import TraceError, UsageError
from padiff.ignoring import Ignore
from padiff.report.wording import listed
from padiff.trace.model import trace_of
from padiff.trace.opening import as_model
from padiff.trace.trace import Trace

if TYPE_CHECKING:
    from padiff.aligning.progress import Progress
    from padiff.compare.tolerance import Mode
    from padiff.model import ProxyModel
    from padiff.registry import Registry
    from padiff.report.alignment import AlignmentReport

__all__ = ["compare_traces"]


def compare_traces(  # noqa: PLR0913 - each option is one thing a user may want different
    base: Trace | str | os.PathLike[str],
    raw: Trace | str | os.PathLike[str],
    *,
    phase: DiffPhase = "both",
    tolerance: Any = None,
    atol: float | None = None,
    rtol: float | None = None,
    mode: Mode = "strict",
    ignore: Iterable[Any] = (),
    depth: int | None = None,
    layer_map: LayerNames = (),
    registry: Registry | None = None,
    progress: bool | Progress | None = None,
    detail: bool = False,
) -> AlignmentReport:
    """Compare what two models did, from what `padiff.record` kept of each.

    No framework is needed, nor an adapter. Nothing can be run again: rounding cannot be measured in
    float64, so what is beyond the tolerance is a difference; the backward pass is compared as it was;
    and a hint is given only where it can be seen in the recorded numbers. The losses are not known, but
    what they handed to the models is: where only that differs, the origin is the loss (path `""`, what
    `"gradient of output"`).

    Each run goes on from its own weights, and rounding adds up in them. So it is what the optimizers add
    in each step that is compared, and not where it leads. An element of a weight whose gradients differ
    by much of themselves, and agree as they are rounding errors, may be moved otherwise by that much.
    Of traces without values, the weights themselves are compared.

    Args:
        base: The trace of the model that is right, or its path.
        raw: The trace of the model that is to do the same.
        phase: `"forward"` leaves the backward pass out.
        tolerance: None for the defaults per dtype, or a `padiff.compare.rules.Tolerances`.
        atol: Absolute tolerance, for all tensors.
        rtol: Relative tolerance, for all tensors.
        mode: `"strict"` compares element by element; `"mean"` and `"abs_mean"` the mean error.
        ignore: Path patterns to leave out of the pairing, as for `assign_weight`.
        depth: Compare only layers down to this depth (0 is the model itself).
        layer_map: Pairs of dotted paths, base's and raw's, that are to be paired by hand; or a dict, or a
            function, from raw's paths to base's. Without it, by the maps the models had when they were
            recorded.
        registry: Init functions, which join layers that are no pair otherwise; the default if None.
        progress: As for `align`.
        detail: As for `align`; without effect where the traces do not hold values.

    Returns:
        A report, truthy if everything that was compared agrees.

    Raises:
        TraceError: If a trace is not there, or damaged, or the two did not record the same steps.
        UsageError: If an option is wrong.
        LayerMapError: If a path of the map is not in its model, comes twice, or is inside another.
        PairingError: If layers cannot be paired.
    """
    proxies = as_model(base, "base"), as_model(raw, "raw")
    ours, theirs = (_trace(proxy) for proxy in proxies)
    used = default_registry if registry is None else registry
    apply_names(layer_map, *proxies, used)
    _check_steps(ours, theirs)
    tolerances, floor = make_tolerances(tolerance, atol, rtol, mode)
    settings = Settings(
        tolerances=tolerances,
        floor=floor,
        phase=_phase(phase, ours, theirs),
        single_step=False,
        steps=len(ours.steps),
        losses=(None, None),
        optimizers=None,
        synced_dropout=False,
        depth=depth,
        max_memory=None,
        detail=detail,
    )
    skip = Ignore(ignore)
    with metered(progress) as meter:
        pairing, *cuts = pair_models(*proxies, used, skip)
        skip.check_used()
        engine = Engine(proxies, pairing, (cuts[0], cuts[1]), (None, None), settings, meter)
        return engine.run()


def _trace(proxy: ProxyModel[Any]) -> Trace:
    trace = trace_of(proxy)
    if trace is None:
        raise UsageError(
            "compare_traces was given a live model.",
            got=proxy.name,
            expected="two traces, or their paths",
            hint="padiff.align holds a trace, or a live model, against a live model",
        )
    return trace


def _check_steps(base: Trace, raw: Trace) -> None:
    numbers = [[step.number for step in trace.steps] for trace in (base, raw)]
    if numbers[0] != numbers[1]:
        raise TraceError(
            "The two traces did not record the same steps.",
            where=f"base {base.path}, raw {raw.path}",
            got="; ".join(
                f"{side} {listed(list(map(str, each)))}"
                for side, each in zip(("base", "raw"), numbers, strict=True)
            ),
            expected="the same numbers on both sides",
            hint="record both with the same steps= and every=",
        )


def _phase(phase: DiffPhase, base: Trace, raw: Trace) -> DiffPhase:
    """Backward passes are compared if both sides recorded them."""
    if phase != "both":
        return phase
    seen = [any(step.backward for step in trace.steps) for trace in (base, raw)]
    if seen[0] != seen[1]:
        side = "base" if seen[0] else "raw"
        raise TraceError(
            f"Only {side}'s trace holds a backward pass.",
            where=f"base {base.path}, raw {raw.path}",
            hint='pass phase="forward" to compare the forward pass alone',
        )
    return "both" if all(seen) else "forward"
