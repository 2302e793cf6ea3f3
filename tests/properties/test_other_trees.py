"""Two trees that do not match: the transfer is refused, and nothing is changed on either model."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import padiff
from padiff import PadiffError
from padiff.testing import Native, footprint
from tests.paddle_adapter.native import PaddleNative
from tests.torch_adapter.native import TorchNative

from .arrived import fill
from .in_paddle import PaddleBuilder
from .in_torch import TorchBuilder
from .mismatches import Mismatch, mismatches

NATIVES: dict[type, Native[Any, Any]] = {TorchBuilder: TorchNative(), PaddleBuilder: PaddleNative()}


@given(mismatches(), st.permutations([TorchBuilder, PaddleBuilder]))
def test_a_mismatch_is_refused_and_changes_nothing(
    mismatch: Mismatch, builders: list[type[TorchBuilder | PaddleBuilder]]
) -> None:
    _, blueprint = mismatch
    ours, theirs = builders[0](), builders[1]("its_" if blueprint.renamed else "")
    base = ours.model(blueprint.base, blueprint.inside, blueprint.rows)
    raw = theirs.model(blueprint.raw, blueprint.inside, blueprint.rows)
    fill(ours.layers, seed=0)
    fill(theirs.layers, seed=1)
    models = [(NATIVES[builders[0]], base), (NATIVES[builders[1]], raw)]
    before = [footprint(native, model) for native, model in models]
    with pytest.raises(PadiffError):
        padiff.assign_weight(base, raw)
    after = [footprint(native, model) for native, model in models]
    assert [one.changes(other) for one, other in zip(before, after, strict=True)] == [[], []]
