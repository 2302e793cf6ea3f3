"""The state of a model at moments of its run: what is stored of it, and what must not change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec.structs import replace

from padiff.errors import TraceError
from padiff.trace.index import ModuleEntry, Moment, StateEntry
from padiff.trace.keys import state_key
from padiff.trace.writer import digest
from padiff.tree import join

if TYPE_CHECKING:
    from padiff.protocols import Array
    from padiff.trace.tree import Place, Tree, Wanted
    from padiff.trace.writer import TensorSink

__all__ = ["StateLog"]


class StateLog:
    """Notes what a model holds, as often as it is asked; what has not changed is not stored again.

    The model is looked at anew each time, and must be what it was: a module that was put in the place
    of another has no hooks, and the tensors of the other would be recorded on and on.

    Args:
        hooked: The model when its modules got their hooks.
        look: The model as it is now.
        writer: Where tensors go.
    """

    def __init__(self, hooked: Tree, look: Callable[[], Tree], writer: TensorSink) -> None:
        self.hooked = hooked
        self._look = look
        self._writer = writer
        self._first: Tree | None = None
        self._values: dict[str, tuple[str, int]] = {}
        """By key, the hash of what was noted last, and its number."""
        self._gradients: dict[str, tuple[str, int]] = {}
        self._lost: dict[str, str] = {}
        """By key, why nothing can be said of a tensor."""
        self._trainable = _trainable(hooked)
        """Keys of what needed a gradient at some time: a script may forbid it for as long as it tests."""

    def whole(self, wanted: Wanted) -> Moment:
        """The tensors that are wanted, as they are now.

        Raises:
            TraceError: If the model is no longer what it was.
        """
        return {key: number for key, number, _ in self._noted(wanted)}

    def changed(self, wanted: Wanted) -> Moment:
        """Those of them that are not what they were when they were noted last."""
        return {key: number for key, number, new in self._noted(wanted) if new}

    def gradients(self, seen: Mapping[str, Array] | None = None) -> Moment:
        """The gradients of parameters, as they are now.

        Args:
            seen: By a path of the parameter, those to take instead.
        """
        found = self._stored(self._now().gradients(seen), self._gradients)
        return {key: number for key, number, _ in found}

    def moment(self, tensors: Iterable[tuple[str, int, Array]]) -> Moment:
        """Tensors as a `Tree` lists them; those of one memory are stored once, under all their keys."""
        return {key: number for key, number, _ in self._stored(tensors, {})}

    def gradients_now(self, seen: Mapping[str, Array] | None = None) -> dict[str, Array]:
        """The same by key, stored nowhere."""
        return {key: array for key, _, array in self._now().gradients(seen)}

    def told(self, moment: Moment) -> Moment:
        """A moment, without what turned out later to be lost."""
        return {key: number for key, number in moment.items() if key not in self._lost}

    def modules(self, watched: Collection[int]) -> Iterator[ModuleEntry]:
        """The entries of the modules; `watched` are those with hooks."""
        for number, place in enumerate((self._first or self.hooked).places):
            entry = place.entry
            states = [self._in_all(state_key(number, state.name), state) for state in entry.tensors]
            first = number if entry.same < 0 else entry.same
            yield replace(entry, tensors=tuple(states), watched=first in watched)

    def _in_all(self, key: str, state: StateEntry) -> StateEntry:
        """What is to be said of a tensor after all looks at it."""
        defect = self._lost.get(key, state.defect)
        return replace(state, trainable=key in self._trainable, defect=defect)

    def _noted(self, wanted: Wanted) -> Iterator[tuple[str, int, bool]]:
        now = self._now()
        states = {k: self._in_all(k, s) for k, s in (self._first or now).states.items()}
        keys = {key for key, state in states.items() if wanted(state) and not state.defect}
        return self._stored(now.values(keys), self._values)

    def _stored(
        self, tensors: Iterable[tuple[str, int, Array]], last: dict[str, tuple[str, int]]
    ) -> Iterator[tuple[str, int, bool]]:
        """Keys and numbers, and whether the values are new; those of tied tensors are stored once."""
        by_memory: dict[int, tuple[str, int]] = {}
        for key, memory, array in tensors:
            hashed = by_memory[memory][0] if memory in by_memory else digest(array)
            new = key not in last or last[key][0] != hashed
            if new:
                known = by_memory.get(memory)
                last[key] = known or (hashed, self._writer.put(array, hashed))
            by_memory.setdefault(memory, last[key])
            yield key, last[key][1], new

    def _now(self) -> Tree:
        now = self._look()
        for was, place in zip_longest(self.hooked.places, now.places):
            _check_module(was, place)
        self._trainable |= _trainable(now)
        if self._first is None:
            self._first = now
        else:
            self._follow(self._first, now)
        return now

    def _follow(self, first: Tree, now: Tree) -> None:
        """See that the tensors are those of the first look.

        A buffer no state dict holds may come, go and grow: nothing is said of one that did.
        """
        ties = [_ties(tree, first.states.keys() & now.states.keys()) for tree in (first, now)]
        for key in {**first.states, **now.states}:
            was, state = first.states.get(key), now.states.get(key)
            if was and state and _seen(was) == _seen(state):
                if ties[0][key] == ties[1][key]:
                    continue
                got, expected = (_tied(now, key, tied[key]) for tied in reversed(ties))
                raise _changed(_where(now, key), got, expected)
            if any(each and (each.persistent or each.role == "parameter") for each in (was, state)):
                raise _changed(_where(now, key), _shown(state), _shown(was))
            self._lost[key] = "it changed its shape, or came and went, while it was recorded"


def _trainable(tree: Tree) -> set[str]:
    return {key for key, state in tree.states.items() if state.trainable}


def _ties(tree: Tree, keys: Collection[str]) -> dict[str, str]:
    """By key, the first key of the same memory."""
    first: dict[int, str] = {}
    common = ((key, state.memory) for key, state in tree.states.items() if key in keys)
    return {key: first.setdefault(memory, key) for key, memory in common}


def _check_module(was: Place | None, now: Place | None) -> None:
    if was and now and was.node.handle.module is now.node.handle.module:
        return
    known = now or was
    path = known.node.handle.path if known else ""
    found = (f"a {each.entry.class_name}" if each else "no module" for each in (now, was))
    raise _changed(path or "(root)", *found)


def _changed(where: str, got: str, expected: str) -> TraceError:
    return TraceError(
        "The model is no longer what it was when its recording began.",
        where=where,
        got=got,
        expected=expected,
        hint="change it before the block, or record it in two blocks",
    )


def _seen(state: StateEntry) -> tuple[object, ...]:
    return state.shape, state.dtype, state.role, state.defect


def _shown(state: StateEntry | None) -> str:
    return f"{state.dtype} {state.shape} {state.defect}".rstrip() if state else "no such tensor"


def _tied(tree: Tree, key: str, to: str) -> str:
    return "tied to no other" if key == to else f"tied to {_where(tree, to)}"


def _where(tree: Tree, key: str) -> str:
    number, _, name = key.partition("/")
    return join(tree.places[int(number)].entry.path, name)
