"""What kind of fault an origin is, where its phase or its place tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport, Origin
    from padiff.report.units import UnitResult

__all__ = ["Meaning", "is_loss", "is_of", "is_optimizer", "meaning_in_words", "meaning_of"]

Meaning: TypeAlias = Literal[
    "layer",
    "code_between",
    "code_before",
    "code_between_backward",
    "code_before_backward",
    "backward_of_agreeing",
    "backward",
    "loss",
    "loss_gradient",
    "loss_recorded",
    "loss_or_backward",
    "optimizer",
    "optimizer_of_layer",
    "buffer",
]
"""`layer` is a layer going forward, of which the place says everything."""

_WORDS: dict[Meaning, str] = {
    "layer": "",
    "code_between": "{last} agrees, {first} is handed something else: the code between, not a layer",
    "code_before": "what comes in agrees, {first} is handed something else:"
    " the code between, not a layer",
    "code_between_backward": "{last} agrees, {first} hands on something else:"
    " the code between, not a layer",
    "code_before_backward": "what comes in agrees, {first} hands on something else:"
    " the code between, not a layer",
    "backward_of_agreeing": "outputs agree, gradients do not: the backward of this layer",
    "backward": "given the same gradients, it hands on others: the backward of this layer",
    "loss": "outputs agree, losses do not: the loss functions",
    "loss_gradient": "losses agree, their gradients do not: the loss functions",
    "loss_recorded": "outputs agree, the gradients that reached them do not:"
    " the loss, not the model's code",
    "loss_or_backward": "outputs and the gradients that reached them agree, those of layers do not,"
    " and more than these went into them: the loss, or the backward of a layer",
    "optimizer": "gradients agree, weights after the step do not: the optimizer",
    "optimizer_of_layer": "gradients agree, weights after the step do not:"
    " the optimizer's settings for this layer",
    "buffer": "outputs and gradients agree, a buffer does not: what the layer keeps as it runs",
}


def meaning_in_words(report: AlignmentReport, origin: Origin) -> str:
    """A sentence; empty where there is nothing to add to the place."""
    last, first = origin.between or ("", "")
    return _WORDS[meaning_of(report, origin)].format(last=last, first=first)


def meaning_of(report: AlignmentReport, origin: Origin) -> Meaning:
    """What kind of fault an origin is."""
    if origin.phase == "update":
        return _of_update(report, origin)
    if is_loss(report, origin):
        return _of_loss(report, origin)
    if origin.between:
        return _of_code(origin)
    if origin.phase == "backward":
        return "backward_of_agreeing" if _forward_agrees(report, origin) else "backward"
    return "layer"


def _of_loss(report: AlignmentReport, origin: Origin) -> Meaning:
    if origin.phase == "forward":
        return "loss"
    losses = [u for u in report.units if u.kind == "loss" and u.step == origin.step]
    if any(unit.phase == "forward" for unit in losses):
        return "loss_gradient"
    wrong = (tensor.name for unit in losses for tensor in unit.produced if not tensor.agrees)
    handed = any(name.startswith("gradient of output") for name in wrong)
    return "loss_recorded" if handed else "loss_or_backward"


def _of_code(origin: Origin) -> Meaning:
    between = bool(origin.between and origin.between[0])
    if origin.phase == "forward":
        return "code_between" if between else "code_before"
    return "code_between_backward" if between else "code_before_backward"


def _of_update(report: AlignmentReport, origin: Origin) -> Meaning:
    if is_optimizer(report, origin):
        return "optimizer"
    return "optimizer_of_layer" if _has_gradient(report, origin) else "buffer"


def is_optimizer(report: AlignmentReport, origin: Origin) -> bool:
    """Whether an origin stands for the optimizer: the whole model, not the root's own tensors."""
    return (
        origin.phase == "update"
        and not origin.base_path
        and not any(is_of(unit, origin) for unit in report.units)
    )


def is_loss(report: AlignmentReport, origin: Origin) -> bool:
    """Whether an origin stands for the loss functions."""
    return origin.between is None and any(
        unit.kind == "loss"
        and is_of(unit, origin)
        and origin.what in {t.name for t in unit.produced}
        for unit in report.units
    )


def is_of(unit: UnitResult, origin: Origin) -> bool:
    """Whether a unit is where an origin is."""
    return (
        unit.is_origin
        and unit.base_path == origin.base_path
        and (unit.phase, unit.step, unit.call) == (origin.phase, origin.step, origin.call)
    )


def _forward_agrees(report: AlignmentReport, origin: Origin) -> bool:
    mine = [
        unit
        for unit in report.units
        if unit.phase == "forward"
        and (unit.base_path, unit.step, unit.call) == (origin.base_path, origin.step, origin.call)
    ]
    return bool(mine) and all(unit.agrees for unit in mine)


def _has_gradient(report: AlignmentReport, origin: Origin) -> bool:
    """Whether the tensor is a parameter: those have gradients, buffers have not."""
    name = f"gradient of {origin.what}"
    return any(
        tensor.name == name
        for unit in report.units
        if unit.phase == "backward" and unit.base_path == origin.base_path
        for tensor in unit.produced
    )
