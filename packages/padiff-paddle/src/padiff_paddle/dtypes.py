"""paddle dtypes and the NumPy dtypes of the same bits."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import paddle

__all__ = ["NUMPY_OF", "numpy_dtype"]

NUMPY_OF: dict[Any, np.dtype[Any]] = {
    paddle.bool: np.dtype(np.bool_),
    paddle.uint8: np.dtype(np.uint8),
    paddle.int8: np.dtype(np.int8),
    paddle.int16: np.dtype(np.int16),
    paddle.int32: np.dtype(np.int32),
    paddle.int64: np.dtype(np.int64),
    paddle.float16: np.dtype(np.float16),
    paddle.bfloat16: np.dtype(ml_dtypes.bfloat16),
    paddle.float32: np.dtype(np.float32),
    paddle.float64: np.dtype(np.float64),
    paddle.complex64: np.dtype(np.complex64),
    paddle.complex128: np.dtype(np.complex128),
    paddle.float8_e4m3fn: np.dtype(ml_dtypes.float8_e4m3fn),
    paddle.float8_e5m2: np.dtype(ml_dtypes.float8_e5m2),
}
"""By paddle dtype, the NumPy dtype of the same width and meaning."""


def numpy_dtype(dtype: Any) -> np.dtype[Any] | None:
    """The NumPy dtype of a paddle dtype; None if there is none."""
    return NUMPY_OF.get(dtype)
