"""`align`: run base and raw on the same inputs, compare every layer, name the first that differs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from padiff.aligning.engine import Engine
from padiff.aligning.inputs import one_side, split_inputs
from padiff.aligning.players import beside_trace
from padiff.aligning.progress import Progress, metered
from padiff.aligning.settings import DiffPhase, Settings, make_tolerances, pair_of
from padiff.capture.written import check_watchable
from padiff.cut import pair_models
from padiff.defaults import registry as default_registry
from padiff.errors import UsageError
from padiff.ignoring import Ignore
from padiff.trace.model import trace_of
from padiff.trace.opening import as_model, live_model
from padiff.transfer import assign_weight

if TYPE_CHECKING:
    from padiff.compare.tolerance import Mode
    from padiff.registry import Registry
    from padiff.report.alignment import AlignmentReport

__all__ = ["align"]


def align(  # noqa: PLR0913 - each option is one thing a user may want different
    base: Any,
    raw: Any,
    inputs: Any = None,
    *,
    loss: Any = None,
    optimizers: Any = None,
    steps: int = 1,
    init: bool = False,
    phase: DiffPhase = "both",
    single_step: bool = False,
    tolerance: Any = None,
    atol: float | None = None,
    rtol: float | None = None,
    mode: Mode = "strict",
    dropout: str | None = None,
    ignore: Iterable[Any] = (),
    depth: int | None = None,
    max_memory: int | None = None,
    registry: Registry | None = None,
    paired: bool | None = None,
    progress: bool | Progress | None = None,
    detail: bool = False,
) -> AlignmentReport:
    """Run two models on the same inputs and compare what every layer does.

    What the models return beside tensors is compared too: NumPy arrays, numbers, lists of them, text.

    Afterwards both models are as they were: no hook, attribute, gradient, mode, buffer, weight or
    random state differs, also after an exception. Only `init=True` writes raw's weights. A note names what a
    model wrote itself of its large trained parameters: without optimizers these are not copied.

    Compiled models run as they are written, layer by layer, and a note says so.

    Args:
        base: The model that is right: a module, the `ProxyModel` of one, or a `Trace` (or the path of
            one) that was recorded of it.
        raw: The model that is to do the same.
        inputs: A dict of keyword arguments, a tuple of positional ones, or the only argument; arrays,
            or tensors of either framework. Or a pair of such things, one for each side. None, with a
            trace as base: what that was called with, step by step.
        loss: A function of the model's output that returns a scalar, or a pair of functions; `"mean"`
            for the mean of all output tensors. Without it, outputs are weighted with fixed random
            numbers, so that every element counts; or, with a trace as base, with the gradients its
            outputs had. Your own losses are compared as well: if they differ although the outputs
            agree, the loss is where the models part (path `""`, what `"loss"`).
        optimizers: A pair of optimizers, or of functions without argument that make the step. The
            weights after the step are compared too; they are put back at the end. With a trace as
            base, raw's alone.
        steps: How many steps to run, each from equal ground: where gradients (weights) agree, raw's
            are set to base's before (after) the optimizers step, so that only what the optimizers do
            differently adds up.
        init: Transfer base's weights first (`padiff.assign_weight`).
        phase: `"forward"` leaves the backward pass out, `"backward"` reports that alone.
        single_step: Feed each layer of raw what base's had, so that several independent faults show,
            each by itself.
        tolerance: None for the defaults per dtype; `"auto"` to judge everything by base's own
            rounding error; or a `padiff.compare.rules.Tolerances` with rules by path. What is beyond
            the defaults is held against base's rounding error before it counts as a difference; a
            tolerance you state yourself is final. A rule that decides for no tensor is refused.
        atol: Absolute tolerance, for all tensors.
        rtol: Relative tolerance, for all tensors.
        mode: `"strict"` compares element by element; `"mean"` and `"abs_mean"` the mean error.
        dropout: `"synced"` draws the masks of both sides from one stream. Without it, every run of either
            model begins a step with the same random state: two models of one framework draw alike,
            those of two do not.
        ignore: Modules and path patterns to leave out of the pairing, as for `assign_weight`.
        depth: Compare only layers down to this depth (0 is the model itself).
        max_memory: Bytes of base's recording to keep in memory; the rest goes to temporary files.
        registry: Layouts and init functions; the default registry if None.
        paired: Whether `inputs` is a pair; None to tell by what is in it.
        progress: What shows how far it is. None for a bar on standard error where that is an
            interactive terminal; True for one wherever it is, False for none; or a function, called as
            `progress(what, done, total)`: as `assign_weight` calls its own, with what runs in front
            (`"base forward"`, `"settling in float64: base backward"`), in layers instead of bytes.
            If it raises, a RuntimeWarning says so once the alignment is complete.
        detail: Measure so that the report can be judged by other tolerances later, without the models
            (`AlignmentReport.judged_with`).

    Returns:
        A report, truthy if everything that was compared agrees.

    Raises:
        UsageError: If an option is wrong, a rule of `tolerance` decided for nothing, the inputs hold no tensor,
            or what is within a model calls no hooks (a scripted module, a loaded program).
        PairingError: If layers cannot be paired.
        RunError: If a model, its loss or its optimizer raised; the cause is attached.
    """
    proxies = as_model(base, "base"), live_model(raw, "raw", "run")
    trace = trace_of(proxies[0])
    if trace is not None and optimizers is not None and not isinstance(optimizers, (tuple, list)):
        optimizers = None, optimizers
    if dropout not in (None, "synced"):
        raise UsageError("dropout= is unknown.", got=repr(dropout), expected='None or "synced"')
    tolerances, floor = make_tolerances(tolerance, atol, rtol, mode)
    settings = Settings(
        tolerances,
        floor,
        phase,
        single_step,
        steps,
        pair_of(loss, "loss="),
        pair_of(optimizers, "optimizers=") if optimizers is not None else None,
        synced_dropout=dropout == "synced",
        depth=depth,
        max_memory=max_memory,
        detail=detail,
    )
    if trace is not None:
        settings = beside_trace(settings, trace)
    for live in proxies if trace is None else proxies[1:]:
        check_watchable(live)
    used = default_registry if registry is None else registry
    arguments = (
        split_inputs(inputs, *proxies, paired=paired)
        if trace is None
        else (None, None if inputs is None else one_side(inputs, proxies[1]))
    )
    items = tuple(ignore)
    skip = Ignore(items)
    with metered(progress) as meter:
        if init:
            assign_weight(*proxies, ignore=items, registry=used, progress=meter.transfer)
        pairing, *cuts = pair_models(*proxies, used, skip)
        skip.check_used()
        return Engine(proxies, pairing, (cuts[0], cuts[1]), arguments, settings, meter).run()
