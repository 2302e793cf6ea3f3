"""`record`: what a model does inside a block of somebody's code, kept as a trace."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from padiff.capture.protocols import record_adapter
from padiff.capture.written import notes_on_compiled
from padiff.defaults import registry as default_registry
from padiff.errors import UsageError
from padiff.model import create_model
from padiff.trace.folder import default_path, launched
from padiff.trace.index import Level
from padiff.trace.limits import Limits
from padiff.trace.rounding import Rounding
from padiff.trace.session import Options, Session
from padiff.trace.state import StateLog
from padiff.trace.tree import look_at
from padiff.trace.writer import TraceWriter

if TYPE_CHECKING:
    from padiff.registry import Registry

__all__ = ["record"]


@contextmanager
def record(  # noqa: PLR0913 - each option is one thing a user may want different
    model: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    steps: int = 1,
    optimizer: Any = None,
    every: int = 1,
    level: Level = "full",
    weights: bool = True,
    inputs: bool = True,
    depth: int | None = None,
    only: Sequence[str] = (),
    classes: Sequence[str | type] = (),
    rounding: bool = False,
    rank: int | None = None,
    registry: Registry | None = None,
) -> Iterator[Session]:
    """Record what a model does inside the block, whoever calls it.

    A step is one call of the model with the backward pass that follows it; with `optimizer=`, all
    that happens until that has stepped. Without it, a step is over when the model is called again:
    pass it where one backward pass follows several calls.

    After `steps` of them the trace is complete and in its place, and the rest of the block is not
    recorded. The model, its gradients and its random state are not changed, by errors of the
    recording neither: such an error ends the recording, and is raised at the end of the block. A
    block that raises before the last step leaves no trace.

    The model must stay what it is: from its first call in the block on, no module and no tensor may
    be exchanged for another. What is not called through its modules cannot be seen, such as code
    exported before the block; what is compiled runs as it is written inside the block. A framework
    may take another path where modules have hooks (torch's fused encoder layers in `eval()` do),
    whose results differ by rounding.

    Args:
        model: A module, or the `ProxyModel` of one.
        path: The folder to be made; by default what the environment variable `PADIFF_TRACE` names,
            which `padiff run` sets. A trace that is there is replaced once the new one is complete;
            anything else is refused. If several processes of a launcher record to one path (or
            `rank` is given), each writes a folder `rank_<n>` in it; folders that an earlier run of more
            processes left there are refused.
        steps: How many steps to record.
        optimizer: Whose steps to watch: parameters are recorded after each, and their gradients as it
            finds them. Without it, what the step's backward passes brought each parameter.
        every: Record every n-th step.
        level: `"full"` keeps all values; `"statistics"` a summary and a hash of each tensor, `"hash"`
            the hash alone, for models too large to store.
        weights: Record the parameters before the first step, so that they can be loaded from the
            trace. Always with an optimizer. Buffers are recorded in any case.
        inputs: Record what layers are called with, so that a difference can be told from one that
            came in, and the model's own arguments, so that it can be called with them again.
        depth: Record calls only of modules down to this depth (0 is the model itself).
        only: Record calls only of modules whose dotted path matches one of these `fnmatch` patterns.
        classes: Record calls only of modules of these classes, given by name or as themselves.
        rounding: After each step, run a float64 copy of the model with what it was called with, to measure
            the model's own rounding error: a comparison can then tell rounding from difference. Takes
            the memory of that copy and of the step, and about twice the time.
        rank: The number of this process among several; told from the launcher's environment if None.
        registry: Layouts; the default registry if None.

    Yields:
        The session; its `done` says whether all steps have been recorded, `recorded` how many.

    Raises:
        UsageError: If an option is wrong, no path is known, the model's adapter cannot record, or what is
            within a module to be watched calls no hooks.
        TraceError: If the trace cannot be written, or nothing was called, or the model changed.
    """
    proxy = create_model(model)
    adapter = record_adapter(proxy)
    _check(steps=steps, every=every, rank=rank)
    if level not in get_args(Level):
        raise UsageError(
            "level= is unknown.", got=repr(level), expected=", ".join(map(repr, get_args(Level)))
        )
    number, ranks = (launched() or (None, None)) if rank is None else (rank, None)
    place = default_path() if path is None else Path(path)
    used = default_registry if registry is None else registry
    tree = look_at(proxy, used)
    limits = Limits(depth, only, classes, proxy.lists)
    options = Options(
        steps=steps,
        every=every,
        rank=number or 0,
        weights=weights or optimizer is not None,
        inputs=inputs,
        updates=optimizer is not None,
        limits=limits.described,
        notes=notes_on_compiled(proxy),
    )
    targets = limits.targets(tree)
    measured = Rounding(proxy, adapter, tree, targets) if rounding else None
    with ExitStack() as stack:
        writer = TraceWriter(place, level, number, ranks)
        stack.callback(writer.discard)
        state = StateLog(tree, lambda: look_at(proxy, used), writer)
        session = Session(
            proxy, adapter, targets, state, writer, options=options, rounding=measured
        )
        stack.callback(session.end)
        if optimizer is not None:
            stack.callback(
                adapter.watch_step(optimizer, session.before_update, session.after_update)
            )
        stack.enter_context(session.observer.watching())
        yield session
        session.close()


def _check(*, steps: object, every: object, rank: object) -> None:
    for name, value in (("steps", steps), ("every", every)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise UsageError(f"{name}= is no number of steps.", got=repr(value), expected=">= 1")
    if rank is not None and (isinstance(rank, bool) or not isinstance(rank, int) or rank < 0):
        raise UsageError("rank= is no number of a process.", got=repr(rank), expected=">= 0")
