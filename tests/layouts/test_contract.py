"""What holds of every layout, and of the kinds they declare."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

import padiff.kinds
from padiff.errors import LayoutError
from padiff.kind import CanonicalTensor, Kind
from padiff.layout import Layout, canonicalise
from padiff.protocols import Array, Tensors
from padiff_paddle.layouts import LAYOUTS as PADDLE
from padiff_torch.layouts import LAYOUTS as TORCH

from .arrays import ALL, canonical_of, numbered, spec

DECLARED = [getattr(padiff.kinds, name) for name in padiff.kinds.__all__]


@pytest.mark.parametrize(("framework", "layouts"), [("torch", TORCH), ("paddle", PADDLE)])
def test_a_class_is_known_by_its_dotted_name_alone(
    framework: str, layouts: Mapping[str, Layout]
) -> None:
    assert [name for name in layouts if not name.startswith(f"{framework}.")] == []


@pytest.mark.parametrize("layout", ALL.values(), ids=ALL)
def test_a_layout_has_a_view_if_its_kind_has_tensors(layout: Layout) -> None:
    assert layout.possible_kinds
    assert {bool(kind.tensors) for kind in layout.possible_kinds} == {layout.view is not None}


def test_every_kind_is_told_apart_summed_up_and_used() -> None:
    assert len({kind.name for kind in DECLARED}) == len(DECLARED)
    assert [kind.name for kind in DECLARED if not kind.summary] == []
    used = {kind for layout in ALL.values() for kind in layout.possible_kinds}
    assert set(DECLARED) - used == set()


@pytest.mark.parametrize("kind", DECLARED, ids=lambda kind: kind.name)
def test_biases_are_neutral_at_zero(kind: Kind) -> None:
    biases = [t for t in kind.tensors if t.name.rpartition(".")[2].startswith("bias")]
    assert {tensor.neutral for tensor in biases} <= {0.0}


TOY = Kind("toy", (CanonicalTensor("weight", "out in"), CanonicalTensor("bias", "out")))


def copying(tensors: Tensors) -> dict[str, Array]:
    return {name: array.copy() for name, array in tensors.items()}


def test_a_copy_is_no_view() -> None:
    with pytest.raises(LayoutError) as caught:
        canonical_of(Layout(TOY, copying), numbered({"weight": (2, 3)}))
    assert str(caught.value) == (
        "The layout returned 'weight' as a copy.\n"
        "  expected: a view of one of the layer's tensors: writing into it must write the layer"
    )


def test_a_computed_tensor_may_be_uninitialised() -> None:
    tensors = numbered({"weight": (2, 3), "state": ()})
    specs = {
        "weight": spec("weight", tensors["weight"]),
        "state": spec("state", tensors["state"], defect="it is uninitialised"),
    }
    canonical = canonicalise(Layout(TOY, dict, recomputed=("sta*",)), specs)
    assert (list(canonical.views), canonical.recomputed) == (["weight"], ("state",))


def test_the_first_attribute_that_is_true_chooses_the_variant() -> None:
    turned = Layout(TOY, dict)
    layout = Layout(TOY, dict, variants={"turned": turned})
    assert layout.variant_for(np.zeros(1)) is layout
    for value, chosen in ((True, turned), (False, layout)):
        module = type("Module", (), {"turned": value})()
        assert layout.variant_for(module) is chosen
