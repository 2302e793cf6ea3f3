"""What an adapter must offer, beyond `FrameworkAdapter`, so that models can be run and compared."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from padiff.errors import UsageError
from padiff.protocols import Array, FrameworkAdapter

if TYPE_CHECKING:
    from padiff.capture.randomness import RandomState
    from padiff.model import ProxyModel

__all__ = [
    "After",
    "Before",
    "CaptureAdapter",
    "Draw",
    "Identity",
    "OnGradient",
    "Raised",
    "RecordAdapter",
    "Remove",
    "capture_adapter",
    "record_adapter",
]

Before: TypeAlias = Callable[[tuple[Any, ...], Mapping[str, Any]], tuple[Any, Any] | None]
"""Called with a module's positional and keyword arguments before it runs. Returns what to call it
with instead, or None to leave them."""

After: TypeAlias = Callable[[Any], Any]
"""Called with a module's output after it ran. Returns what to hand on instead, or None."""

Raised: TypeAlias = Callable[[], None]

OnGradient: TypeAlias = Callable[[Array], Array | None]
"""Called with the gradient of a tensor, a read-only array. Returns what to hand on, or None."""

Remove: TypeAlias = Callable[[], None]

Identity: TypeAlias = Hashable
"""Equal for two looks at one memory with unchanged contents, while a tensor that has it is alive.

Writes that the framework itself does not count (through `Tensor.data`, or a NumPy view) go unseen."""

Draw: TypeAlias = Callable[[tuple[int, ...]], Array]
"""Gives uniform float32 numbers in [0, 1) of a shape: the stream dropout masks are drawn from."""


class CaptureAdapter(FrameworkAdapter, Protocol):
    """An adapter that can run its framework's models and watch them."""

    def is_tensor(self, value: object) -> bool:
        """Whether `value` is a tensor of this framework."""

    def array(self, tensor: Any) -> Array:
        """The tensor's values now: a read-only view of host memory, or a copy from elsewhere.

        A sparse tensor is made dense.
        """

    def tensor(self, array: Array, module: Any, *, leaf: bool = False) -> Any:
        """A new tensor with the values and dtype of `array`, on the device `module` is on.

        With `leaf`, one that needs a gradient.
        """

    def is_leaf(self, tensor: Any) -> bool:
        """Whether the tensor is a leaf that needs a gradient, as parameters are."""

    def detached(self, tensor: Any) -> Any:
        """A copy outside any graph, so that no write and no gradient reaches the tensor.

        Of a leaf that needs a gradient, a leaf that needs one.
        """

    def identity(self, tensor: Any) -> Identity:
        """See `Identity`. Equal for aliases of one tensor; changes when any of them is written."""

    def keep_alive(self, tensor: Any) -> Callable[[], Any]:
        """A weak reference: call it for the tensor, or None once it is gone."""

    def attach(self, module: Any, before: Before, after: After, raised: Raised) -> Remove:
        """Call `before` and `after` around each call of `module`, keyword arguments included.

        Where the module raises, `raised` is called in place of `after`. They come after hooks of
        the user's, and see what the module is called with and hands on at last. The result takes
        them off again, leaving no trace.

        Raises:
            UsageError: If what is within it calls no hooks (a scripted module, a loaded program).
        """

    def as_written(self, *, later: bool) -> AbstractContextManager[object]:
        """A context in which compiled models run as they are written, layer by layer.

        With `later`, also those that are compiled only within it, by somebody else's code.
        """

    def compiled(self, module: Any) -> bool:
        """Whether the module, or one within, is compiled, so that it runs otherwise elsewhere.

        Raises:
            UsageError: If it is, and cannot run as it is written; or if nothing within it calls hooks.
        """

    def needs_gradient(self, tensor: Any) -> bool:
        """Whether what is computed from the tensor now is recorded, and a gradient flows to it."""

    def watchable(self, tensor: Any) -> bool:
        """Whether `watch_gradient` works on the tensor itself, and not on an alias of it alone.

        Hooks on a leaf stay there for ever. Hooks on what is no leaf live as long as its graph,
        and in some frameworks come to nothing where a view is written in place afterwards.
        """

    def watch_gradient(self, tensor: Any, callback: OnGradient) -> None:
        """Call `callback` with the tensor's whole gradient in the backward pass to come.

        The tensor needs a gradient and is watchable. Writing it in place afterwards does not
        matter. Lives as long as the graph.
        """

    def alias(self, tensor: Any) -> Any:
        """The same memory under a new node of the graph: its gradient is what comes through it."""

    def rejoin(self, tensor: Any, alias: Any) -> None:
        """Let the history of `tensor` go through its `alias`, if that was written in place since.

        For modules that write their input in place, and callers that go on with what they passed
        in: without this, the graph would not know that the tensor was written.
        """

    def replaced(self, tensor: Any, values: Array) -> Any:
        """A tensor with `values`, whose gradient flows on to `tensor` unchanged."""

    def dot(self, tensors: Sequence[Any], weights: Sequence[Array | None]) -> Any | None:
        """The sum of all `tensors` times their weights, a scalar to differentiate.

        A weight of None stands for 1 / size (the mean). None if no gradient flows to any of them.
        """

    def backward(self, loss: Any) -> None:
        """Run the backward pass from a scalar."""

    def preserved(self, module: Any, optimizer: Any | None = None) -> AbstractContextManager[None]:
        """A context after which the module is as it was before.

        Gradients (set aside on entry, so that none is there within), all attributes of every
        submodule (modes, hooks, plain tensors with their values, the contents of lists and dicts),
        all buffers, the parameters that a layer rescales as it is called or, in training mode, that need
        no gradient, and of the others the small ones (see `padiff.capture.small`), the random state of
        every device, of Python, of NumPy and of generators of the module's own, and whether gradients
        are recorded. With an optimizer also all parameters' values and the optimizer's state; for a
        function, that of the optimizers it refers to.
        """

    def imprint(self, module: Any) -> Mapping[str, object]:
        """Of each parameter, by name, what tells nearly every write: its memory, its version, some values."""

    def random_state(self) -> RandomState:
        """The state of every generator: of every device that is in use, of Python and of NumPy.

        A model that begins with an equal state draws the same numbers.
        """

    def clear_gradients(self, module: Any) -> None:
        """Drop the gradients of all parameters."""

    def set_gradients(self, module: Any, gradients: Mapping[str, Array]) -> None:
        """Overwrite existing gradients, by state name, in place."""

    def step(self, optimizer: Any) -> None:
        """One optimizer step; a callable is called instead."""

    def widened(self, module: Any) -> Any:
        """A deep copy of the module with every floating tensor in float64."""

    def recording(self, enabled: bool) -> AbstractContextManager[object]:  # noqa: FBT001
        """A context in which gradients are recorded, or are not."""

    def synced_dropout(self, draw: Draw) -> AbstractContextManager[None]:
        """A context in which every dropout takes its mask from `draw`, functional forms included.

        An element is kept where the number drawn is at least the dropout probability. Channel-wise
        dropouts draw one number a channel, recurrent networks draw for (time, batch, feature) in
        whatever order their input comes. Nothing is drawn where nothing, or everything, is dropped.
        What is recomputed in the backward pass gets the masks of the forward pass again, so the
        context is to be around both.

        Raises:
            UsageError: In the forward pass, by what drops at random in a way that cannot be seen.
        """


class RecordAdapter(CaptureAdapter, Protocol):
    """An adapter that can also watch a run it did not start: somebody's training loop."""

    def recomputing(self) -> bool:
        """Whether the code that runs now is called by a backward pass (activation recomputation)."""

    def differentiable(self) -> bool:
        """Whether what the backward pass computes that runs now can be differentiated in its turn."""

    def watch_step(
        self, optimizer: Any, before: Callable[[], None], after: Callable[[], None]
    ) -> Remove:
        """Call `before` and `after` around each step of an optimizer, whoever makes it.

        The result takes that back, leaving no trace. A step that raises is followed by no `after`.

        Raises:
            UsageError: If it has no method that makes a step.
        """

    def watch_parameters(self, module: Any, callback: Callable[[str, Array], None]) -> Remove:
        """Call `callback` with a parameter's state name and its gradient, in each backward pass.

        Once for each parameter that the pass reaches and that needs a gradient, with the whole of what
        the pass brings it, a read-only array; one with several names under its first. Whoever clears
        gradients, and when, does not matter. The result takes that back, leaving no trace.
        """


def capture_adapter(model: ProxyModel[Any]) -> CaptureAdapter:
    """The model's adapter, if it can run models.

    Raises:
        UsageError: If it only moves weights; it names what is missing.
    """
    result: CaptureAdapter = _able(model, CaptureAdapter, "run and compare models")
    return result


def record_adapter(model: ProxyModel[Any]) -> RecordAdapter:
    """The model's adapter, if it can record runs.

    Raises:
        UsageError: If it cannot; it names what is missing.
    """
    result: RecordAdapter = _able(model, RecordAdapter, "record what models do")
    return result


def _able(model: ProxyModel[Any], protocol: type, what: str) -> Any:
    adapter = model.adapter
    demanded = {
        name: None
        for base in reversed(protocol.__mro__)
        if CaptureAdapter in base.__mro__
        for name, value in vars(base).items()
        if callable(value) and not name.startswith("_")
    }
    missing = [name for name in demanded if not hasattr(adapter, name)]
    if missing:
        raise UsageError(
            f"The adapter for {model.framework} cannot {what}.",
            got=f"{type(adapter).__name__} without {', '.join(missing)}",
            expected=f"padiff.capture.protocols.{protocol.__name__}",
        )
    return adapter
