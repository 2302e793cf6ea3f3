"""Arrays beyond the limit go to files, which are gone afterwards."""

from __future__ import annotations

from pathlib import Path

import ml_dtypes
import numpy as np

from padiff.capture.store import Store, open_store


def test_arrays_come_back_as_they_were() -> None:
    arrays = [
        np.arange(6, dtype=dtype).reshape(2, 3)
        for dtype in (np.float32, np.int64, np.complex64, ml_dtypes.bfloat16, ml_dtypes.float8_e5m2)
    ]
    arrays += [np.array(3.0), np.zeros((0, 4)), np.arange(6.0).reshape(2, 3).T]
    for limit in (None, 0, 30):
        with open_store(limit) as store:
            stored = [store.put(array) for array in arrays]
            for array, held in zip(arrays, stored, strict=True):
                assert held.load().dtype == held.dtype == array.dtype
                assert held.load().shape == held.shape == array.shape
                assert np.array_equal(held.load(), array)


def test_memory_is_used_up_to_the_limit_and_then_files(tmp_path: Path) -> None:
    store = Store(tmp_path, max_memory=16)
    small, large = np.zeros(2), np.ones(3)
    assert np.array_equal(store.put(small).load(), small)
    stored = store.put(large)
    assert store.nbytes == 16
    assert [path.stat().st_size for path in tmp_path.iterdir()] == [24]
    assert not stored.load().flags.writeable


def test_without_a_limit_no_file_is_written(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(np.zeros(1000))
    assert list(tmp_path.iterdir()) == []


def test_files_are_gone_afterwards() -> None:
    with open_store(0) as store:
        folder = store._folder
        store.put(np.ones(3))
        assert folder is not None
        assert len(list(folder.iterdir())) == 1
    assert not folder.exists()
