"""The index of a trace: everything but the numbers, as it stands in `index.json`.

`docs/trace-format.md` describes the format for readers in other languages. What is read is held
against the types below, their limits included; an unknown field is an error. Indices into lists stand
for references: a tensor is named by its place in `Index.tensors`, a module by its place in
`Index.modules`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

__all__ = [
    "DEEPEST",
    "DEEPEST_CALL",
    "FORMAT",
    "VERSION",
    "CallEntry",
    "Compound",
    "Count",
    "Digest",
    "Floor",
    "Index",
    "Level",
    "ModuleEntry",
    "Moment",
    "Reference",
    "SettingEntry",
    "Shape",
    "Shard",
    "StateEntry",
    "StepEntry",
    "Summary",
    "TensorEntry",
]

FORMAT = "padiff-trace"
VERSION = 1

DEEPEST = 128
"""As many modules may be around another."""
DEEPEST_CALL = 256
"""As many calls may be around another: modules may be recursive, as far as Python lets them."""

Level: TypeAlias = Literal["full", "statistics", "hash"]
"""What is kept of a tensor: its values, a summary of them, or a hash alone."""

Count: TypeAlias = Annotated[int, Meta(ge=0, le=(1 << 53) - 1)]
Reference: TypeAlias = Annotated[int, Meta(ge=-1, le=(1 << 53) - 1)]
"""A place in a list; -1 for none."""
Shape: TypeAlias = Annotated[tuple[Count, ...], Meta(max_length=64)]
"""As many axes as NumPy's arrays may have."""
Shard: TypeAlias = Annotated[str, Meta(pattern=r"^(tensors-[0-9]{5}\.safetensors)?\Z")]
"""The name of a file beside the index. No other name can be read, so none can lead elsewhere."""
Digest: TypeAlias = Annotated[str, Meta(pattern=r"^([0-9a-f]{32})?\Z")]
Moment: TypeAlias = dict[str, Count]
"""Tensors by `module number/canonical name`: the state of a model at some moment."""


Compound: TypeAlias = Literal["", "derivatives", "passes"]
"""Why gradients of the model's outputs are not all that its backward pass began with: it came through
derivatives that were computed from them, as a loss with the residual of a differential equation has
them; or there were several passes, of which calls have the last gradients and parameters the sum."""


class _Entry(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all entries share."""


class Summary(_Entry, frozen=True):
    """Of a tensor whose values are not kept: what they were like.

    All but the counts are of the finite values, computed in float64; of complex numbers, of their
    moduli.
    """

    mean: float
    mean_abs: float
    rms: float
    least: float
    greatest: float
    nan: Count = 0
    plus_inf: Count = 0
    minus_inf: Count = 0


class Floor(_Entry, frozen=True):
    """How far the model was from itself in float64: its own rounding error."""

    rms: float
    max_abs: float


class TensorEntry(_Entry, frozen=True):
    """One tensor of the trace."""

    shape: Shape
    dtype: str
    """NumPy's name, or ml_dtypes' (`"bfloat16"`)."""
    file: Shard = ""
    """The shard it is in, under the name `str(number)`; empty if its values are not kept."""
    checksum: Count = 0
    """CRC-32 of the stored bytes, to tell damage; 0 without them."""
    digest: Digest = ""
    """At the levels "statistics" and "hash": BLAKE2b of 16 bytes of the values in C order, as hex."""
    summary: Summary | None = None
    """At the level "statistics"."""


class StateEntry(_Entry, frozen=True):
    """One canonical tensor that a module owns."""

    name: str
    shape: Shape
    dtype: str
    role: Literal["parameter", "buffer"]
    trainable: bool
    persistent: bool
    memory: Count
    """Equal for the same elements of the same tensor in the same order: tied weights."""
    defect: str = ""
    """Why it has no values to tell of; its dtype may then be "void"."""


class SettingEntry(_Entry, frozen=True):
    """One hyper-parameter, as `padiff.hyperparameters.Setting` read it.

    Values are null, booleans, numbers, strings and lists of these, and `{"float": "inf"}` (or `"-inf"`,
    `"nan"`) for what JSON has no number for.
    """

    argument: str
    native: Any
    canonical: Any
    applies: bool = True
    """False where it has no meaning for the layer; the two values are then null."""


class ModuleEntry(_Entry, frozen=True):
    """One place in the module tree, in definition order: parents come before children."""

    name: str
    """Its canonical name below its parent; empty for the root."""
    path: str
    """Its dotted path as its framework spells it."""
    parent: Reference
    class_names: tuple[str, ...] = ()
    """As `LayerHandle.class_names`. Empty where the same module stood at an earlier place."""
    same: Reference = -1
    """The place where the same module stood first."""
    class_name: str = ""
    """The bare name of its class."""
    kind: str = ""
    """Of a layer some layout is registered for."""
    unit: Literal["", "whole", "own"] = ""
    """Whether it owns tensors: with all below it, its own alone, or none."""
    tensors: tuple[StateEntry, ...] = ()
    watched: bool = True
    """Whether its calls were recorded; False for what was left out by `Index.limits`."""
    problem: str = ""
    """Why its layout does not fit it; its tensors then stand under their native names."""
    settings: dict[str, SettingEntry] = {}
    training: bool | None = None


class CallEntry(_Entry, frozen=True):
    """One call of a module. Calls stand in the order in which they began."""

    module: Count
    parent: Reference
    """The call within which it was made."""
    source: str = ""
    """The line of user code that made it, `file:line`."""
    inputs: dict[str, Count] = {}
    outputs: dict[str, Count] = {}
    input_gradients: dict[str, Count] = {}
    output_gradients: dict[str, Count] = {}
    arguments: Any = None
    """Of a call that is within no other: what it was given; see `padiff.trace.arguments`."""
    floors: dict[str, Floor] = {}
    """Rounding errors, where they were measured, of the tensors by place and slot: `input/args.0`,
    `output/`, `output gradient/`, ..."""


class StepEntry(_Entry, frozen=True):
    """One recorded step."""

    number: Count
    """Its number among all steps of the run, recorded or not."""
    before: Moment = {}
    """When it began: what was no longer as it was noted last."""
    calls: tuple[CallEntry, ...] = ()
    backward: bool = False
    """Whether a backward pass was seen."""
    compound: Compound = ""
    buffers: Moment = {}
    """At the end of the step, before the optimizer's update: of what layers keep up themselves
    (buffers, and parameters that are not trained), what changed."""
    gradients: Moment = {}
    """Of the parameters, as the optimizer found them; or, where none was watched, what the backward
    passes of the step brought them."""
    floors: dict[str, Floor] = {}
    """Rounding errors of the parameters' gradients, by key, where they were measured."""
    updated: Moment = {}
    """The parameters after the optimizer's step."""


class Index(_Entry, frozen=True):
    """A whole trace."""

    padiff: str
    """The version that wrote it."""
    framework: str
    framework_version: str
    name: str
    level: Level
    modules: tuple[ModuleEntry, ...]
    tensors: tuple[TensorEntry, ...]
    steps: tuple[StepEntry, ...]
    rank: Count = 0
    every: Count = 1
    updates: bool = False
    """Whether an optimizer was watched."""
    notes: tuple[str, ...] = ()
    """In words, what could not be recorded, or ran otherwise than elsewhere."""
    limits: tuple[str, ...] = ()
    """In words, what was left out when the calls were recorded."""
    layer_map: tuple[Count, ...] = ()
    """The modules of the model's layer map, in its order, by the place where each stands first."""
    layer_map_for: Literal["", "base", "raw"] = ""
    """The part it was found for by `auto_layer_map`; empty for one the user wrote."""
    initial: Moment = {}
    """The state before the first step; if weights were not asked for, only what layers keep up
    themselves."""
