"""The comparator beside `numpy.testing.assert_allclose`, on the same arrays in the same process.

    python benchmarks/bench_compare.py [--mib 256] [--repeats 5]

"detail" is `measure(..., detail=True)`, which gathers a histogram of the errors and the elements that decide every tolerance. The
floor is `numpy.array_equal`: one read of both arrays, and a temporary of a quarter their size. GiB/s count the bytes of both
arrays. Extra memory is the peak that NumPy asked for during the first call of a thread.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable, Iterator
from statistics import median
from threading import Thread

import ml_dtypes
import numpy as np

from padiff.compare import default_tolerance, measure
from padiff.protocols import Array

Case = tuple[str, Array, Array]


def cases(mib: int) -> Iterator[Case]:
    """Pairs that agree within tolerance, as those of a correct port do."""
    rng = np.random.default_rng(0)
    base = rng.standard_normal(mib * 2**18, dtype=np.float32)
    noise = rng.standard_normal(base.size, dtype=np.float32)
    noise *= np.float32(6e-8)
    noise += base
    yield "float32, rounding noise", base, noise
    del noise
    yield "float32, last digit", base, np.nextafter(base, np.float32(np.inf))
    yield "float32, identical", base, base.copy()
    side = int((base.size // 4) ** 0.5)
    square = base[: side * side].reshape(side, side)
    yield "float32, transposed view", square.T, np.nextafter(square.T.copy(), np.float32(np.inf))
    quarter = base[: base.size // 4]
    yield "float64, rounding noise", quarter.astype("f8"), quarter.astype("f8") * (1 + 2.0**-52)
    half = quarter.astype(ml_dtypes.bfloat16)
    yield "bfloat16, last digit", half, (half.view(np.int16) + 1).view(half.dtype)
    yield "float16, last digit", (f := quarter.astype("f2")), np.nextafter(f, np.float16(9))


def seconds(call: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return median(times)


def extra_memory(call: Callable[[], object]) -> int:
    """In a new thread, for which nothing was kept by an earlier call."""
    thread = Thread(target=call)
    tracemalloc.start()
    thread.start()
    thread.join()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def report(name: str, base: Array, raw: Array, repeats: int) -> str:
    tolerance = default_tolerance(base.dtype)
    calls: list[Callable[[], object]] = [
        lambda: measure(base, raw, tolerance=tolerance),
        lambda: measure(base, raw, tolerance=tolerance, detail=True),
        lambda: np.testing.assert_allclose(raw, base, rtol=tolerance.rtol, atol=tolerance.atol),
        lambda: np.array_equal(base, raw),
    ]
    ours, detailed, theirs, floor = (seconds(call, repeats) for call in calls)
    gib = (base.nbytes + raw.nbytes) / 2**30
    memory = [extra_memory(call) / 2**20 for call in calls[:3]]
    return (
        f"{name:26} {gib / ours:7.2f} {gib / detailed:7.2f} {gib / theirs:15.2f} {gib / floor:9.2f}"
        f" {theirs / ours:9.1f}x {theirs / detailed:7.1f}x {ours / floor:8.1f}x"
        f" {memory[0]:7.1f} {memory[1]:7.1f} {memory[2]:15.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mib", type=int, default=256, help="size of each float32 array")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    print(" " * 32 + "GiB/s" + " " * 27 + "against assert_allclose" + " " * 10 + "extra MiB")
    print(
        f"{'':26} {'ours':>7} {'detail':>7} {'assert_allclose':>15} {'one read':>9}"
        f" {'ours':>10} {'detail':>8} {'one read':>9} {'ours':>7} {'detail':>7} {'assert_allclose':>15}"
    )
    for name, base, raw in cases(arguments.mib):
        print(report(name, base, raw, arguments.repeats), flush=True)


if __name__ == "__main__":
    main()
