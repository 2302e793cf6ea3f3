"""The layers of a plain list are paired as those of a Sequential: by number, and by place."""

from __future__ import annotations

import pytest

import padiff
from padiff import Registry
from padiff.errors import PairingError
from tests.reference import Linear, Module


class Listing(Module):
    """Keeps its layers where the framework does not see them."""

    def __init__(self, layers: list[Module]) -> None:
        super().__init__()
        self.layers = layers


def row(letters: str) -> Listing:
    """`L` is a layer, anything else a module without tensors."""
    return Listing([Linear(2, 2) if letter == "L" else Module() for letter in letters])


@pytest.mark.parametrize(
    ("base", "raw", "expected"),
    [
        ("LL", "LL", ["00", "11"]),
        ("LRL", "LL", ["00", "21"]),
        ("RLL", "LL", ["10", "21"]),
        ("LLR", "RLL", ["01", "12"]),
        ("RLRL", "LRLR", ["10", "32"]),
    ],
)
def test_modules_without_tensors_may_be_on_one_side_only(
    reference: Registry, base: str, raw: str, expected: list[str]
) -> None:
    report = padiff.assign_weight(row(base), row(raw), registry=reference)
    weights = [r for r in report.records if r.canonical == "weight" and r.base and r.raw]
    numbers = [(r.base or "").split(".")[1] + (r.raw or "").split(".")[1] for r in weights]
    assert numbers == expected
    assert {r.by for r in weights} == {"path"}


def test_a_layer_too_many_is_refused(reference: Registry) -> None:
    with pytest.raises(PairingError, match="cannot be paired"):
        padiff.assign_weight(row("LRL"), row("LLL"), registry=reference)


def test_two_lists_do_not_lend_each_other_layers(reference: Registry) -> None:
    base, raw = Module(), Module()
    base.heads, base.tails = [Module(), Linear(2, 2)], [Linear(2, 2)]
    raw.heads, raw.tails = [Linear(2, 2)], [Module(), Linear(2, 2)]
    report = padiff.assign_weight(base, raw, registry=reference)
    paths = [(r.base, r.raw) for r in report.records if r.canonical == "weight"]
    assert paths == [("heads.1.weight", "heads.0.weight"), ("tails.0.weight", "tails.1.weight")]
