"""Saved metrics, read back: the inverse of every `to_dict` of this package."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise
from typing import Any, get_args

import numpy as np

from padiff.compare.envelope import Envelope
from padiff.compare.histogram import Histogram
from padiff.compare.metrics import Incomparable, Measured, Metrics
from padiff.compare.scalars import Element, NonFinite, Scalar
from padiff.compare.tolerance import Mode, Tolerance
from padiff.dtypes import Category, category, named_dtype
from padiff.plain import Plain

__all__ = ["read_extended", "read_incomparable", "read_measured", "read_metrics", "read_tolerance"]

_NONFINITE = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def read_measured(saved: Plain) -> Measured:
    """What either `to_dict` wrote."""
    is_incomparable = isinstance(saved.value, dict) and "reason" in saved.value
    return read_incomparable(saved) if is_incomparable else read_metrics(saved)


def read_incomparable(saved: Plain) -> Incomparable:
    """What `Incomparable.to_dict` wrote."""
    data = saved.record(*(f.name for f in fields(Incomparable)))
    reason = data["reason"].choice(("shape", "dtype"))
    shapes = _shape(data["base_shape"]), _shape(data["raw_shape"])
    names = data["base_dtype"].text(), data["raw_dtype"].text()
    return Incomparable("dtype" if reason == "dtype" else "shape", *shapes, *names)


def read_metrics(saved: Plain) -> Metrics:
    """What `Metrics.to_dict` wrote."""
    data = saved.record(*(f.name for f in fields(Metrics)))
    shape = _shape(data["shape"])
    dtypes = _dtype(data["base_dtype"]), _dtype(data["raw_dtype"])
    size = math.prod(shape)

    def element(name: str) -> Element | None:
        return data[name].optional(lambda found: _element(found, shape, dtypes))

    def count(name: str) -> int:
        found = data[name].whole()
        if found > size:
            raise data[name].wrong(f"at most {size}, the number of elements")
        return found

    def size_of(name: str) -> float:
        return read_extended(data[name], least=0)

    return Metrics(
        shape=shape,
        base_dtype=data["base_dtype"].text(),
        raw_dtype=data["raw_dtype"].text(),
        tolerance=read_tolerance(data["tolerance"]),
        max_abs=size_of("max_abs"),
        mean_abs=size_of("mean_abs"),
        rms=size_of("rms"),
        max_rel=size_of("max_rel"),
        mean_abs_base=size_of("mean_abs_base"),
        rms_base=size_of("rms_base"),
        cosine=read_extended(data["cosine"]),
        out_of_tolerance=count("out_of_tolerance"),
        required_atol=size_of("required_atol"),
        max_ulps=data["max_ulps"].optional(Plain.whole),
        base_nonfinite=_nonfinite(data["base_nonfinite"]),
        raw_nonfinite=_nonfinite(data["raw_nonfinite"]),
        nonfinite_differences=count("nonfinite_differences"),
        worst=element("worst"),
        max_abs_at=element("max_abs_at"),
        max_rel_at=element("max_rel_at"),
        histogram=data["histogram"].optional(lambda found: _histogram(found, size)),
        envelope=data["envelope"].optional(_envelope),
        out_of_tolerance_at_most=data["out_of_tolerance_at_most"].optional(
            lambda found: _at_most(found, data["out_of_tolerance"].whole(), size)
        ),
    )


def read_tolerance(saved: Plain) -> Tolerance:
    """What `Tolerance.to_dict` wrote."""
    data = saved.record("atol", "rtol", "mode")
    atol, rtol = data["atol"].number(0), data["rtol"].number(0)
    return Tolerance(atol, rtol, data["mode"].choice(get_args(Mode)))


def _shape(saved: Plain) -> tuple[int, ...]:
    return tuple(extent.whole() for extent in saved.items())


def _dtype(saved: Plain) -> np.dtype[Any]:
    dtype = named_dtype(saved.text())
    if dtype is None:
        raise saved.wrong("the name of a dtype of numbers")
    return dtype


def read_extended(saved: Plain, least: float = -math.inf) -> float:
    """A number, or one of the strings that stand for what JSON has no number for."""
    if isinstance(saved.value, str):
        found = _NONFINITE[saved.choice(tuple(_NONFINITE))]
        if found < least:
            raise saved.wrong(f"a number >= {least:g}")
        return found
    return float(saved.number(least))


def _nonfinite(saved: Plain) -> NonFinite:
    data = saved.record("nan", "plus_inf", "minus_inf")
    return NonFinite(*(data[name].whole() for name in ("nan", "plus_inf", "minus_inf")))


def _element(
    saved: Plain, shape: tuple[int, ...], dtypes: tuple[np.dtype[Any], np.dtype[Any]]
) -> Element:
    data = saved.record("index", "base", "raw")
    index = _shape(data["index"])
    inside = all(i < extent for i, extent in zip(index, shape, strict=False))
    if len(index) != len(shape) or not inside:
        raise data["index"].wrong(f"an index into shape {shape}")
    return Element(index, _scalar(data["base"], dtypes[0]), _scalar(data["raw"], dtypes[1]))


def _scalar(saved: Plain, dtype: np.dtype[Any]) -> Scalar:
    value = _of_category(saved, category(dtype))
    with np.errstate(all="ignore"):
        kept = value != value or _holds(dtype, value)  # noqa: PLR0124 - NaN is no number's equal
    if not kept:
        raise saved.wrong(f"a value that {dtype.name} holds")
    return value


def _holds(dtype: np.dtype[Any], value: Any) -> bool:
    try:
        return bool(type(value)(dtype.type(value)) == value)
    except OverflowError:  # a whole number out of range
        return False


def _of_category(saved: Plain, of: Category) -> Scalar:
    match of:
        case "bool":
            return saved.flag()
        case "int":
            return saved.whole(-(2**63))
        case "complex":
            parts = saved.record("real", "imag")
            return complex(read_extended(parts["real"]), read_extended(parts["imag"]))
        case _:
            return read_extended(saved)


def _at_most(saved: Plain, least: int, size: int) -> int:
    if not least < (found := saved.whole()) <= size:
        raise saved.wrong(f"more than {least} and at most {size}")
    return found


def _histogram(saved: Plain, size: int) -> Histogram:
    data = saved.record("zeros", "bins")
    pairs = [pair.pair() for pair in data["bins"].items()]
    bins = tuple((exponent.whole(-1074), count.whole(1)) for exponent, count in pairs)
    _check_order(data["bins"], [exponent for exponent, _ in bins])
    if bins and bins[-1][0] > 1024:
        raise data["bins"].wrong("exponents of at most 1024", got=str(bins[-1][0]))
    found = Histogram(data["zeros"].whole(), bins)
    if found.elements > size:
        raise saved.wrong(f"at most {size} elements", got=f"{found.elements} elements")
    return found


def _envelope(saved: Plain) -> Envelope:
    data = saved.record("points", "slack")
    pairs = [pair.pair() for pair in data["points"].items()]
    points = tuple((magnitude.number(0), read_extended(error, 0)) for magnitude, error in pairs)
    for axis in zip(*points, strict=True):
        _check_order(data["points"], axis)
    return Envelope(points, read_extended(data["slack"], 0))


def _check_order(saved: Plain, values: Sequence[Any]) -> None:
    if any(not first < second for first, second in pairwise(values)):
        raise saved.wrong("pairs in increasing order", got="another order")
