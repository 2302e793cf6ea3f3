"""Modules: trees of tensors that are called, with hooks around each call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, TypeAlias

from .tensors import Parameter, Tensor

__all__ = ["Handle", "Hook", "Module", "PreHook"]

PreHook: TypeAlias = Callable[
    ["Module", tuple[Any, ...], Mapping[str, Any]], "tuple[Any, Any] | None"
]
"""Called with module, args and kwargs before the forward; returns what to use instead, or None."""

Hook: TypeAlias = Callable[["Module", tuple[Any, ...], Mapping[str, Any], Any], Any]
"""Called with module, args, kwargs and output after the forward; returns another output, or None."""

_numbers = count()


class Handle:
    """Takes a hook off again."""

    def __init__(self, hooks: dict[int, Any], number: int) -> None:
        self._hooks = hooks
        self._number = number

    def remove(self) -> None:
        """Take the hook off; once is enough."""
        self._hooks.pop(self._number, None)


class Module:
    """Parameters and modules register themselves when they are assigned; buffers are registered."""

    def __init__(self) -> None:
        self._parameters: dict[str, Parameter] = {}
        self._buffers: dict[str, Tensor] = {}
        self._passing: set[str] = set()
        self._children: dict[str, Module] = {}
        self._pre_hooks: dict[int, PreHook] = {}
        self._hooks: dict[int, Hook] = {}
        self.training = True

    def __setattr__(self, name: str, value: Any) -> None:
        kinds = (("_parameters", Parameter), ("_children", Module))
        for registry, kind in kinds:
            if isinstance(value, kind):
                vars(self)[registry][name] = value
                return
        if name in vars(self).get("_buffers", ()):
            self._buffers[name] = value
        else:
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        for registry in ("_parameters", "_buffers", "_children"):
            if name in vars(self)[registry]:
                return vars(self)[registry][name]
        msg = f"{type(self).__name__} has no {name}"
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> None:
        for registry in (self._parameters, self._buffers, self._children):
            if name in registry:
                del registry[name]
                return
        super().__delattr__(name)

    def register_buffer(self, name: str, tensor: Tensor, *, persistent: bool = True) -> None:
        """Keep a tensor that is not trained; `state_dict` holds it if it is persistent."""
        self._buffers[name] = tensor
        if not persistent:
            self._passing.add(name)

    def state_dict(self, prefix: str = "") -> dict[str, Tensor]:
        """The tensors to save, by dotted name."""
        own = {**self._parameters, **self._buffers}
        found = {prefix + name: own[name] for name in own if name not in self._passing}
        for name, child in self._children.items():
            found.update(child.state_dict(f"{prefix}{name}."))
        return found

    def modules(self) -> Iterator[Module]:
        """This module and all registered below it; one with two names comes twice."""
        yield self
        for child in self._children.values():
            yield from child.modules()

    def eval(self) -> Module:
        """Compute as in use, here and below."""
        return self.train(training=False)

    def train(self, *, training: bool = True) -> Module:
        """Compute as in training, here and below."""
        for module in self.modules():
            module.training = training
        return self

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; call the module, not this."""
        raise NotImplementedError

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        for before in list(self._pre_hooks.values()):
            replaced = before(self, args, kwargs)
            if replaced is not None:
                args, kwargs = replaced
        output = self.forward(*args, **kwargs)
        for after in list(self._hooks.values()):
            result = after(self, args, kwargs, output)
            output = output if result is None else result
        return output

    def register_forward_pre_hook(self, hook: PreHook) -> Handle:
        """Call `hook` before every forward, after the hooks already there."""
        return _add(self._pre_hooks, hook)

    def register_forward_hook(self, hook: Hook) -> Handle:
        """Call `hook` after every forward, after the hooks already there."""
        return _add(self._hooks, hook)


def _add(hooks: dict[int, Any], hook: Any) -> Handle:
    number = next(_numbers)
    hooks[number] = hook
    return Handle(hooks, number)
