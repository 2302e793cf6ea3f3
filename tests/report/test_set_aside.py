"""What was set aside, because nothing that follows sees it, is not what a report goes by."""

from __future__ import annotations

from dataclasses import replace

from padiff.report.extent import extents

from .build import report, tensor, unit


def test_the_largest_error_is_one_that_counts() -> None:
    aside = replace(tensor("output", 2.0), verdict=None, note="it makes no difference")
    shown = report([unit("block", aside), unit("head", tensor("output", 2.0**-20))])
    (forward,) = extents(shown)
    assert forward.largest is not None
    assert (forward.largest[0].base_path, forward.tensors) == ("head", 1)
    assert str(shown).startswith("Aligned in forward: largest error 9.54e-07")
