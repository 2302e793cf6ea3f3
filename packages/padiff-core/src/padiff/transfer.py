"""Carrying a plan out: all of it, or nothing."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from padiff.collector import collector_paused
from padiff.copying import copied, is_on_host, nbytes
from padiff.defaults import registry as default_registry
from padiff.filling import run_init_functions
from padiff.linting.engine import lint_pairing
from padiff.plan import Plan, make_plan
from padiff.protocols import SupportsViewCopy
from padiff.trace.opening import as_model, live_model
from padiff.transfer_report import TransferReport

if TYPE_CHECKING:
    from padiff.copying import CopyView
    from padiff.protocols import Array, Restore
    from padiff.registry import Registry

__all__ = ["Progress", "assign_weight", "run_plan"]

Progress: TypeAlias = Callable[[int, int], object]
"""Called as `progress(done, total)` in bytes, after each layer."""


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
        base: The model weights come from: a module, the `ProxyModel` of one, or a `Trace` (or the path
            of one): its weights before the first step.
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
    proxies = as_model(base, "base"), live_model(raw, "raw", "written")
    used = default_registry if registry is None else registry
    with collector_paused():
        plan = make_plan(*proxies, used, ignore=ignore, cast=cast)
        return run_plan(plan, progress=progress)


def run_plan(plan: Plan, *, progress: Progress | None = None) -> TransferReport:
    """Carry out a plan; see `assign_weight`.

    Init functions run first, each against a snapshot, then copies to other devices, against another.
    Copies to host memory come last and cannot fail. Ctrl-C waits until all copies are through: they
    take no longer than moving the bytes.
    """
    findings = lint_pairing(plan.pairing)
    undo: list[Restore] = []
    try:
        run_init_functions(plan, undo)
        undo += [s.pair.raw.state.snapshot() for s in plan.steps if s.names and not is_on_host(s)]
        with _interrupts_held():
            failed = _copy_all(plan, progress)
            undo.clear()  # an interrupt that was held back must not undo what is complete
    except BaseException:
        for restore in reversed(undo):
            restore()
        raise
    if failed is not None:
        if not isinstance(failed, Exception):
            raise failed
        message = f"The progress display failed ({failed!r}); the transfer itself is complete."
        warnings.warn(message, RuntimeWarning, stacklevel=3)
    return TransferReport(
        plan.base.name,
        plan.raw.name,
        plan.base.framework,
        plan.raw.framework,
        plan.records,
        findings,
    )


def _copy_all(plan: Plan, progress: Progress | None) -> BaseException | None:
    """Do every copy; returns what the progress display raised, if it did."""
    total = sum(map(nbytes, plan.steps))
    done, failed = 0, None
    for step in copied(plan.steps, _copier(plan)):
        done += nbytes(step)
        if progress and failed is None:
            try:
                progress(done, total)
            except BaseException as error:  # noqa: BLE001 - a display must not stop a transfer halfway
                failed = error
    return failed


def _copier(plan: Plan) -> CopyView:
    for adapter in (plan.raw.adapter, plan.base.adapter):
        if isinstance(adapter, SupportsViewCopy):
            return adapter.copy_view
    return _no_copier


def _no_copier(_raw: Array, _base: Array) -> bool:
    return False


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back until the block is through (only the main thread ever sees it)."""
    previous = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or previous is None:
        yield
        return
    caught: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: caught.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
        if caught:
            signal.raise_signal(signal.SIGINT)
