"""Running init functions, and holding them to their contract (`padiff.protocols.InitFn`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from padiff.errors import InitFnError, LayoutError
from padiff.steps import Step, canonical_arrays, opened

if TYPE_CHECKING:
    from padiff.pairing import Pair
    from padiff.plan import Plan
    from padiff.protocols import Restore, TensorSpec
    from padiff.registry import InitEntry

__all__ = ["run_init_functions"]


def run_init_functions(plan: Plan, undo: list[Restore]) -> None:
    """Run every init function of a plan.

    Args:
        plan: The plan.
        undo: Grows by what puts a raw layer back, before its function is called.

    Raises:
        InitFnError: If a function raises, replaces tensors instead of writing them, or leaves a tied
            tensor with other values than the rest of the plan gives it.
    """
    tied = _tied(plan)
    written: dict[object, tuple[str, bytes]] = {}
    for step in plan.steps:
        if init := step.pair.init:
            undo.append(step.pair.raw.state.snapshot())
            _run(step.pair, init, plan)
            _check_other_functions(step.pair, init, tied, written)
    _check_copies(plan)


def _run(pair: Pair, init: InitEntry, plan: Plan) -> None:
    try:
        with plan.base.adapter.no_grad(), plan.raw.adapter.no_grad():
            init.func(pair.base.handle.module, pair.raw.handle.module)
    except Exception as error:
        raise InitFnError(
            f"The init function {init.origin} failed; raw is as it was.",
            where=pair.where,
            got=f"{type(error).__name__}: {error}",
        ) from error
    after = pair.raw.handle.state(own=not pair.raw.whole).specs
    base = {
        spec.memory: f"base's {pair.base.tensor_path(name)}"
        for name, spec in pair.base.specs.items()
    }
    if changes := list(_changes(pair.raw.specs, after, base)):
        raise InitFnError(
            f"The init function {init.origin} replaced tensors instead of writing them; "
            "raw is as it was.",
            where=pair.where,
            got="\n".join(changes),
            expected="the same tensors, shapes and dtypes, with new values",
            hint="write in place: set_value or set_state_dict (paddle), copy_ (torch)",
        )


def _changes(
    before: Mapping[str, TensorSpec], after: Mapping[str, TensorSpec], base: Mapping[object, str]
) -> Iterator[str]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield f"{name} {'appeared' if old is None else 'disappeared'}"
        elif (old.shape, old.dtype) != (new.shape, new.dtype):
            yield f"{name} {old.shape} {old.dtype} became {new.shape} {new.dtype}"
        elif old.memory != new.memory:
            yield f"{name} is {base.get(new.memory, 'another tensor')} now"


def _tied(plan: Plan) -> set[object]:
    """Memory that more than one init function may write."""
    seen: set[object] = set()
    tied: set[object] = set()
    for step in plan.steps:
        if step.pair.init:
            tied |= step.pair.raw.memories & seen
            seen |= step.pair.raw.memories
    return tied


def _check_other_functions(
    pair: Pair, init: InitEntry, tied: set[object], written: dict[object, tuple[str, bytes]]
) -> None:
    for name, spec in pair.raw.specs.items():
        if spec.memory not in tied or spec.defect:
            continue
        path = pair.raw.tensor_path(name)
        values = pair.raw.state.open(name).tobytes()
        other, expected = written.setdefault(spec.memory, (path, values))
        if values != expected:
            raise InitFnError(
                f"The init function {init.origin} wrote other values than another one into a tied "
                "tensor; raw is as it was.",
                where=f"raw {other} and {path} (the same memory)",
                hint="let both functions write the same values, or untie the two in raw",
            )


def _check_copies(plan: Plan) -> None:
    """Refuse functions that left, in a tied tensor, other values than a copy will write."""
    initialised = {
        memory for step in plan.steps if step.pair.init for memory in step.pair.raw.memories
    }
    for step in plan.steps:
        if initialised.isdisjoint(step.pair.raw.memories):
            continue
        for path in _disagreeing(step, initialised):
            raise InitFnError(
                "A tensor tied to one an init function wrote would get other values by copy; "
                "raw is as it was.",
                where=f"{step.pair.where}: {path}",
                hint="let the init function write the values base has here",
            )


def _disagreeing(step: Step, initialised: set[object]) -> Iterator[str]:
    """Paths of raw tensors among `initialised` that this step would change."""
    base, raw = step.pair.base, step.pair.raw
    owners = {} if isinstance(raw.canonical, LayoutError) else raw.canonical.owners
    names = [name for name in step.names if raw.specs[owners[name]].memory in initialised]
    if not names:
        return
    ours, theirs = canonical_arrays(base, opened(base)), canonical_arrays(raw, opened(raw))
    fills = dict(step.fills)
    for name in names:
        now = theirs[name]
        with np.errstate(all="ignore"):
            then = np.full_like(now, fills[name]) if name in fills else ours[name].astype(now.dtype)
        if now.tobytes() != then.tobytes():
            yield raw.tensor_path(owners[name])
