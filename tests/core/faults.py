"""Faults an adapter may have, each with the law of the contract that names it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest

from padiff.protocols import Array, Restore
from tests.reference import Module
from tests.reference.adapter import ReferenceAdapter
from tests.reference.handle import ReferenceHandle
from tests.reference.state import ReferenceState

__all__ = ["FAULTS", "Fault"]

Fault = Callable[[pytest.MonkeyPatch], None]


def state(name: str, change: Callable[..., Any]) -> Fault:
    """A fault in a method of the state."""
    good = vars(ReferenceState)[name]
    call = good.fget if isinstance(good, property) else good

    def faulty(self: ReferenceState, *arguments: Any) -> Any:
        return change(self, call, *arguments)

    made: Any = property(faulty) if isinstance(good, property) else faulty
    return lambda monkeypatch: monkeypatch.setattr(ReferenceState, name, made)


def specs(**changes: Callable[[Any], Any]) -> Fault:
    """A fault in one field of every spec."""

    def faulty(self: ReferenceState, call: Any) -> Any:
        return {
            name: spec._replace(**{key: change(spec) for key, change in changes.items()})
            for name, spec in call(self).items()
        }

    return state("specs", faulty)


def handle(name: str, value: Any) -> Fault:
    return lambda monkeypatch: monkeypatch.setattr(ReferenceHandle, name, value)


def adapter(name: str, value: Any) -> Fault:
    return lambda monkeypatch: monkeypatch.setattr(ReferenceAdapter, name, value)


def found(name: str, value: Any) -> Fault:
    """A fault in a function of the adapter's modules."""
    return lambda monkeypatch: monkeypatch.setattr(f"tests.reference.{name}", value)


def _gradients_writable(self: ReferenceState, call: Any) -> dict[str, Array]:
    return {name: array.copy() for name, array in call(self).items()}


def _no_restore(self: ReferenceState, call: Any) -> Restore:
    call(self)
    return lambda: None


def _replaced(self: ReferenceState, _: Any, name: str, array: Array) -> None:
    slot = self._slots[name]
    slot.tensor.memory = np.array(array)


def _names(self: ReferenceHandle) -> tuple[str, ...]:
    return tuple(reversed(list(self._class_names())))


def _marking(self: ReferenceState, call: Any) -> Restore:
    vars(self._modules[0])["seen"] = True
    restore: Restore = call(self)
    return restore


def _marking_children(self: ReferenceHandle) -> list[Any]:
    vars(self.module)["seen"] = True
    return []


def _registered_in_sight(root: Module) -> frozenset[int]:
    own = [(m, *m._parameters.values(), *m._buffers.values()) for m in root.modules()]
    return frozenset(id(item) for items in own for item in items)


def _one_deep(module: Module, kind: type, known: frozenset[int]) -> list[tuple[str, Any]]:
    lists = {k: v for k, v in vars(module).items() if isinstance(v, list)}
    return [
        (f"{name}.{i}", item)
        for name, items in lists.items()
        for i, item in enumerate(items)
        if isinstance(item, kind) and id(item) not in known
    ]


def _endless(module: Module, kind: type, known: frozenset[int]) -> list[tuple[str, Any]]:
    def inside(name: str, value: Any) -> list[tuple[str, Any]]:
        if isinstance(value, kind) and id(value) not in known:
            return [(name, value)]
        items = enumerate(value) if isinstance(value, list) else ()
        return [pair for i, item in items for pair in inside(f"{name}.{i}", item)]

    return [pair for name, value in vars(module).items() for pair in inside(name, value)]


FAULTS: Mapping[str, tuple[Fault, str]] = {
    "open copies": (
        state("open", lambda self, call, name: call(self, name).copy()),
        "test_what_is_written_arrives_in_the_tensor",
    ),
    "open transposes": (
        state("open", lambda self, call, name: call(self, name).T),
        "test_an_opened_array_has_exactly_the_tensors_shape",
    ),
    "open knows every name": (
        state("open", lambda self, call, name: call(self, name if name in self.specs else "w0")),
        "test_an_unknown_name_is_a_key_error",
    ),
    "flush does nothing": (
        state("flush", lambda self, call, name, array: None),  # noqa: ARG005
        "test_what_is_written_arrives_in_the_tensor",
    ),
    "flush replaces the memory": (
        state("flush", _replaced),
        "test_a_tensor_keeps_its_identity_when_it_is_written",
    ),
    "gradients can be written": (
        state("gradients", _gradients_writable),
        "test_a_gradient_is_read_only",
    ),
    "no gradients": (
        state("gradients", lambda self, call: {}),  # noqa: ARG005
        "test_a_gradient_has_the_name_and_values_of_its_tensor",
    ),
    "a snapshot restores nothing": (state("snapshot", _no_restore), "test_values_are_put_back"),
    "specs in another order": (
        state("specs", lambda self, call: dict(reversed(call(self).items()))),
        "test_tensors_are_listed_parameters_buffers_hidden_ones_children",
    ),
    "roles": (
        specs(role=lambda _: "parameter"),
        "test_roles_tell_parameters_from_buffers",
    ),
    "persistence": (
        specs(persistent=lambda _: True),
        "test_persistent_is_what_the_state_dict_holds",
    ),
    "trainable": (
        specs(trainable=lambda _: True),
        "test_trainable_says_whether_there_will_be_a_gradient",
    ),
    "shape as a list": (
        specs(shape=lambda spec: list(spec.shape)),
        "test_shape_and_dtype_are_the_tensors",
    ),
    "device": (
        specs(device=lambda _: "here"),
        "test_the_device_is_the_tensors_and_says_whether_numpy_sees_it",
    ),
    "defects unseen": (specs(defect=lambda _: None), "test_a_tensor_without_values_says_why"),
    "defects everywhere": (
        specs(defect=lambda _: "bad"),
        "test_a_tensor_with_values_has_no_defect",
    ),
    "everything is tied": (specs(memory=lambda _: 0), "test_two_tensors_have_two_memories"),
    "nothing is tied": (
        specs(memory=lambda spec: spec.name),
        "test_one_tensor_under_two_names_has_one_memory",
    ),
    "memory is asked anew": (
        specs(memory=lambda _: object()),
        "test_memory_is_the_same_however_often_it_is_asked_for",
    ),
    "class names upside down": (
        handle("class_names", property(_names)),
        "test_class_names_follow_the_mro_dotted_before_bare",
    ),
    "a class of nobody's": (
        handle("class_names", property(lambda self: (*self._class_names(), "Foreign"))),
        "test_class_names_go_from_the_module_to_its_bases",
    ),
    "no children": (
        handle("children", lambda self: []),  # noqa: ARG005
        "test_children_come_in_definition_order_and_hidden_ones_last",
    ),
    "owns everything": (
        adapter("owns", lambda self, module: True),  # noqa: ARG005
        "test_it_owns_modules_and_nothing_else",
    ),
    "a parameter of another name": (
        adapter("owns", lambda self, thing: isinstance(thing, Module)),  # noqa: ARG005
        "test_the_methods_have_the_protocols_signatures",
    ),
    "a modules own tensors are all below it": (
        handle("state", lambda self, *, own=False: ReferenceState(self.module, self.registered)),  # noqa: ARG005
        "test_a_modules_own_tensors_leave_out_its_childrens",
    ),
    "nothing counts as registered": (
        found("handle.registered", lambda _: frozenset()),
        "test_a_registered_tensor_in_a_list_is_listed_once",
    ),
    "what hidden modules register is forgotten": (
        found("handle.registered", _registered_in_sight),
        "test_what_a_hidden_module_registers_is_not_hidden_in_its_own_list",
    ),
    "containers in containers are not looked into": (
        found("state.hidden", _one_deep),
        "test_a_tensor_at_any_depth_of_plain_containers_is_found",
    ),
    "containers are entered again and again": (
        found("state.hidden", _endless),
        "test_a_container_that_holds_itself_is_entered_once",
    ),
    "specs of another name": (specs(name=lambda _: "x"), "test_a_spec_is_filed_under_its_name"),
    "specs as the module is now": (
        state("specs", lambda self, call: call(ReferenceState(self._modules[0], self._known))),
        "test_later_changes_do_not_show",
    ),
    "a handle of another framework": (
        handle("framework", "other"),
        "test_every_handle_names_the_framework",
    ),
    "no version": (adapter("version", " "), "test_framework_and_version_are_said"),
    "a root with a path": (
        adapter("handle", lambda self, module: ReferenceHandle(module, "root", frozenset())),  # noqa: ARG005
        "test_the_root_has_the_empty_path",
    ),
    "the base class by name": (
        handle("class_names", property(lambda self: (*self._class_names(), "Module"))),
        "test_the_frameworks_own_base_class_has_no_name",
    ),
    "gradients on": (
        adapter("no_grad", lambda self: nullcontext()),  # noqa: ARG005
        "test_without_gradients_a_parameter_can_be_written_and_stays_one",
    ),
    "a snapshot marks": (
        state("snapshot", _marking),
        "test_taking_a_snapshot_changes_nothing_and_so_does_an_idle_restore",
    ),
    "looking marks": (
        handle("children", _marking_children),
        "test_looking_leaves_no_trace",
    ),
}
"""By what is wrong: how to bring it about, and the law that must notice."""
