"""Hypothesis strategies for pairs of arrays that differ here and there, in any memory layout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import strategies as st

from padiff.compare import Tolerance
from padiff.protocols import Array

FLOATS = ("float16", "bfloat16", "float32", "float64", "float8_e4m3fn", "float8_e5m2")
COMPLEX = ("complex64", "complex128")
INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool")
DTYPES = (*FLOATS, *COMPLEX, *INTEGERS)


def dtype_named(name: str) -> np.dtype[np.generic]:
    return np.dtype(getattr(ml_dtypes, name, name))


def from_bits(name: str, words: list[int]) -> Array:
    """One element from each 128-bit word: every bit pattern of every dtype can occur."""
    dtype = dtype_named(name)
    data = b"".join(word.to_bytes(16, "little")[: dtype.itemsize] for word in words)
    return (
        np.frombuffer(data, np.uint8).astype(bool) if name == "bool" else np.frombuffer(data, dtype)
    )


# Small words make numbers near zero, repeated bytes those in between, and the rest is anything.
_WORD = st.one_of(
    st.integers(0, 4),
    st.integers(0, 255).map(lambda byte: int.from_bytes(bytes([byte] * 16), "little")),
    st.integers(0, 2**128 - 1),
)
_SHAPES = st.sampled_from([(), (0,), (1,), (7,), (40,), (5, 8), (8, 5), (2, 3, 4), (3, 0, 2)])


@st.composite
def pairs(draw: st.DrawFn, names: tuple[str, ...] = DTYPES) -> tuple[Array, Array]:
    """Two arrays of one shape and dtype; raw's elements are base's, near them, or others."""
    name, shape = draw(st.sampled_from(names)), draw(_SHAPES)
    size = int(np.prod(shape))
    words = draw(st.lists(_WORD, min_size=size, max_size=size))
    others = draw(st.lists(_WORD, min_size=size, max_size=size))
    changes = draw(st.lists(st.sampled_from("===+-!"), min_size=size, max_size=size))
    moved = {"=": lambda b, _: b, "+": lambda b, _: b + 1, "-": lambda b, _: abs(b - 1)}
    changed = [
        moved.get(change, lambda _, o: o)(b, o) % 2**128
        for change, b, o in zip(changes, words, others, strict=True)
    ]
    return from_bits(name, words).reshape(shape), from_bits(name, changed).reshape(shape)


@st.composite
def laid_out(draw: st.DrawFn, array: Array) -> Array:
    """The same values in another memory layout."""
    how = draw(st.sampled_from(["as is", "fortran", "gaps", "flipped", "read only", "unaligned"]))
    match how:
        case "fortran":
            return array.copy(order="F")
        case "gaps":
            return np.repeat(array[..., None], 2, axis=-1)[..., 0]
        case "flipped":
            backwards: tuple[Any, ...] = (*(slice(None, None, -1) for _ in array.shape), ...)
            array = array[backwards].copy()[backwards]
        case "unaligned":
            memory = np.frombuffer(b"\0" + array.tobytes(), np.uint8)[1:]
            return memory.view(array.dtype).reshape(array.shape)
        case "read only":
            array = array.copy()
            array.flags.writeable = False
    return array


@st.composite
def tolerances(draw: st.DrawFn) -> Tolerance:
    # The last ones are beyond float32, and as products beyond float64.
    number = st.sampled_from([0.0, 1e-12, 1e-7, 1.3e-6, 1e-5, 1e-3, 0.5, 1.0, 300.0, 1e39, 1e300])
    return Tolerance(draw(number), draw(number))


@contextmanager
def small_blocks(elements: int) -> Iterator[None]:
    """Blocks, parts and rows of a few elements, so that small arrays have many."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("fast", "measure"):
            patch.setattr(import_module(f"padiff.compare.{module}"), "BLOCK_BYTES", 8 * elements)
        for module in ("blocks", "detail", "fast", "histogram", "ulp"):
            patch.setattr(import_module(f"padiff.compare.{module}"), "PART", max(1, elements // 2))
        yield
