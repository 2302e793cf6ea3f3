"""Carrying a plan out: all of it, or nothing."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from padiff.defaults import registry as default_registry
from padiff.errors import InitFnError, LayoutError
from padiff.memory import memory_problems
from padiff.model import as_proxy
from padiff.plan import Plan, make_plan
from padiff.protocols import SupportsViewCopy
from padiff.steps import Step, canonical_arrays, opened
from padiff.transfer_report import TransferReport

if TYPE_CHECKING:
    from padiff.pairing import Pair
    from padiff.protocols import Array, Restore, TensorSpec
    from padiff.registry import Registry

__all__ = ["Progress", "assign_weight", "run_plan"]

Progress: TypeAlias = Callable[[int, int], object]
"""Called as `progress(done, total)` in bytes, after each layer."""

CopyView: TypeAlias = "Callable[[Array, Array], bool]"


def assign_weight(
    base: Any,
    raw: Any,
    *,
    ignore: Iterable[Any] = (),
    cast: bool = False,
    registry: Registry | None = None,
    progress: Progress | None = None,
) -> TransferReport:
    """Copy base's weights into raw: parameters and buffers, all of them or none.

    Args:
        base: The model weights come from: a module, or the `ProxyModel` of one.
        raw: The model weights go to. Its tensors are written in place: they keep their identity,
            shape, dtype, device, gradients and optimiser state.
        ignore: What to leave out on either side: module objects, and `fnmatch` patterns of dotted
            paths (`"head"` is a module with all below it, `"*.position_ids"` a tensor anywhere).
        cast: Convert between dtypes of one category. Without it, different dtypes are refused.
        registry: Layouts and init functions; the default registry if None.
        progress: Called with bytes done and bytes in all. If it raises, a RuntimeWarning says so
            after the transfer is complete.

    Returns:
        A report, always truthy, that lists each tensor of both models with how it got its value.

    Raises:
        PadiffError: Whatever kept the transfer from happening; raw is then as it was before. Its
            subclasses say what: `UnknownFrameworkError`, `AdapterNotInstalledError`,
            `LayerMapError`, `PairingError`, `PlanError`, `InitFnError`, `UsageError`.
    """
    proxies = as_proxy(base, "base"), as_proxy(raw, "raw")
    used = default_registry if registry is None else registry
    plan = make_plan(*proxies, used, ignore=ignore, cast=cast)
    return run_plan(plan, progress=progress)


def run_plan(plan: Plan, *, progress: Progress | None = None) -> TransferReport:
    """Carry out a plan; see `assign_weight`.

    Init functions run first, each against a snapshot. Copies come after all of them, and Ctrl-C waits
    until they are through: they take no longer than moving the bytes, and cannot fail.
    """
    undo: list[Restore] = []
    try:
        for step in plan.steps:
            if step.pair.init:
                undo.append(step.pair.raw.state.snapshot())
                _run_init(step.pair, plan)
            elif not all(spec.on_host for spec in step.pair.raw.specs.values()):
                undo.append(step.pair.raw.state.snapshot())
        _check_agreement(plan)
        with _interrupts_held():
            failed = _copy_all(plan, progress)
    except BaseException:
        for restore in reversed(undo):
            restore()
        raise
    if failed is not None:
        message = f"The progress display failed ({failed!r}); the transfer itself is complete."
        warnings.warn(message, RuntimeWarning, stacklevel=3)
    return TransferReport(
        plan.base.name, plan.raw.name, plan.base.framework, plan.raw.framework, plan.records
    )


def _run_init(pair: Pair, plan: Plan) -> None:
    if pair.init is None:
        return
    before = dict(pair.raw.specs)
    try:
        with plan.base.adapter.no_grad(), plan.raw.adapter.no_grad():
            pair.init.func(pair.base.handle.module, pair.raw.handle.module)
    except Exception as error:
        raise InitFnError(
            f"The init function {pair.init.origin} failed; raw is as it was.",
            where=pair.where,
            got=f"{type(error).__name__}: {error}",
        ) from error
    after = pair.raw.handle.state(own=not pair.raw.whole).specs
    if changes := list(_changes(before, after)):
        raise InitFnError(
            f"The init function {pair.init.origin} replaced tensors instead of writing them; "
            "raw is as it was.",
            where=pair.where,
            got="\n".join(changes),
            expected="the same tensors, shapes and dtypes, with new values",
            hint="write in place: set_value or set_state_dict (paddle), copy_ (torch)",
        )
    shared = [p for p in memory_problems([pair.base], [pair.raw]) if p.base]
    if shared:
        raise InitFnError(
            f"The init function {pair.init.origin} made raw share base's memory; raw is as it was.",
            where=pair.where,
            got=", ".join(f"{p.raw} is {p.base}" for p in shared),
            expected="copies of base's values",
        )


def _changes(before: dict[str, TensorSpec], after: Any) -> Iterator[str]:
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield f"{name} {'appeared' if old is None else 'disappeared'}"
        elif (old.shape, old.dtype) != (new.shape, new.dtype):
            yield f"{name} {old.shape} {old.dtype} became {new.shape} {new.dtype}"
        elif old.memory != new.memory:
            yield f"{name} is another tensor now"


def _check_agreement(plan: Plan) -> None:
    """Refuse init functions that left, in a tied tensor, other values than a copy will write."""
    initialised = {
        memory for step in plan.steps if step.pair.init for memory in step.pair.raw.memories
    }
    for step in plan.steps:
        if initialised.isdisjoint(step.pair.raw.memories) or not step.copies:
            continue
        base, raw = _both(step)
        for name in step.copies:
            if not np.array_equal(raw[name], base[name]):
                raise InitFnError(
                    "A tensor tied to one an init function wrote would get other values by copy; "
                    "raw is as it was.",
                    where=f"{step.pair.where}, {name}",
                    hint="let the init function write the values base has here",
                )


def _copy_all(plan: Plan, progress: Progress | None) -> BaseException | None:
    """Do every copy; returns what the progress display raised, if it did."""
    copy_view = _copier(plan)
    total = sum(_nbytes(step) for step in plan.steps)
    done, failed = 0, None
    for step in plan.steps:
        if step.names:
            _copy(step, copy_view)
            done += _nbytes(step)
        if progress and failed is None:
            try:
                progress(done, total)
            except Exception as error:  # noqa: BLE001 - a display must not stop a transfer halfway
                failed = error
    return failed


def _nbytes(step: Step) -> int:
    canonical = step.pair.raw.canonical
    if isinstance(canonical, LayoutError):
        return 0
    return sum(canonical.views[name].nbytes for name in step.names)


def _copier(plan: Plan) -> CopyView:
    for adapter in (plan.raw.adapter, plan.base.adapter):
        if isinstance(adapter, SupportsViewCopy):
            return adapter.copy_view
    return _no_copier


def _no_copier(_raw: Array, _base: Array) -> bool:
    return False


def _both(step: Step) -> tuple[dict[str, Array], dict[str, Array]]:
    base, raw = step.pair.base, step.pair.raw
    return canonical_arrays(base, opened(base)), canonical_arrays(raw, opened(raw))


def _copy(step: Step, copy_view: CopyView) -> None:
    pair = step.pair
    base = canonical_arrays(pair.base, opened(pair.base))
    tensors = opened(pair.raw)
    raw = canonical_arrays(pair.raw, tensors)
    for name in step.copies:
        ours, theirs = base[name], raw[name]
        if ours.dtype != theirs.dtype or not copy_view(theirs, ours):
            np.copyto(theirs, ours, casting="unsafe")
    for name, value in step.fills:
        raw[name][...] = value
    flushed = set()
    for name, array in tensors.items():
        if id(array) not in flushed:
            pair.raw.state.flush(name, array)
            flushed.add(id(array))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back until the block is through (only the main thread ever sees it)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[tuple[int, Any]] = []
    previous = signal.signal(signal.SIGINT, lambda number, frame: caught.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
    if caught and callable(previous):
        previous(*caught[-1])
