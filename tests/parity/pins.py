"""The direct comparison of what the outputs do not show, without any layout."""

from __future__ import annotations

import numpy as np

from .cases import Array, Arrays, Case


def pins_agree(case: Case, torch: Arrays, paddle: Arrays) -> bool:
    """Whether every blind or interchangeable tensor of a case is the same on both sides."""
    return all(
        np.array_equal(
            part(torch, pin.torch, pin.torch_rows), part(paddle, pin.paddle, pin.paddle_rows)
        )
        for pin in (*case.blind, *(pin for pair in case.twins for pin in pair))
    )


def part(arrays: Arrays, name: str, rows: slice | None) -> Array:
    """These rows of a native tensor, or all of it."""
    return arrays[name] if rows is None else arrays[name][rows]
