"""What the benchmarks share: contestants that take turns, and how the outcome is told.

Each round begins with another contestant, so that whatever else the machine does meets all alike; what
counts is the median of the rounds.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from padiff.capture.heap import give_back

__all__ = [
    "console",
    "peak_while",
    "ratio",
    "rounds",
    "show_ratio",
    "show_rounds",
    "show_verdict",
    "timed",
]

console = Console()


def timed(func: Callable[[], object]) -> float:
    start = time.perf_counter()
    func()
    return time.perf_counter() - start


def rounds(ways: dict[str, Callable[[], object]], count: int) -> dict[str, list[float]]:
    """Seconds by way, in turns; a first round warms up and does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    order = list(ways)
    for turn in range(count + 1):
        for name in order:
            taken = timed(ways[name])
            if turn:
                seconds[name].append(taken)
        order.append(order.pop(0))
    return seconds


def peak_while(func: Callable[[], object]) -> int | None:
    """How many bytes the process grew at most while `func` ran; None where Linux does not tell.

    What was freed before is given back to the system first, as far as the C library does that: memory
    it keeps would hide as much growth.
    """
    status, reset = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not reset.exists():
        func()
        return None

    def kilobytes(field: str) -> int:
        lines = status.read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(field + ":"))

    gc.collect()
    give_back()
    before = kilobytes("VmRSS")
    reset.write_text("5")  # forget the highest mark so far
    func()
    return max(0, kilobytes("VmHWM") - before) * 1024


def show_rounds(seconds: dict[str, list[float]], more: dict[str, Callable[[str], str]]) -> None:
    """Each contestant's rounds.

    Args:
        seconds: Of the rounds, by contestant.
        more: By the title of another column, what stands in it for a contestant.
    """
    table = Table(box=None, pad_edge=False)
    for title in ("what", "median", "fastest", "slowest", *more):
        table.add_column(title, justify="left" if title == "what" else "right")
    for name, taken in seconds.items():
        figures = statistics.median(taken), min(taken), max(taken)
        columns = (f"{figure:.3f} s" for figure in figures)
        table.add_row(name, *columns, *(told(name) for told in more.values()))
    console.print(table)


def ratio(one: list[float], other: list[float]) -> tuple[float, str]:
    """The ratio of the medians, which counts; and it with that of the fastest, which other load disturbs least."""
    found, of_fastest = statistics.median(one) / statistics.median(other), min(one) / min(other)
    return found, f"{found:.2f}x (fastest {of_fastest:.2f}x)"


def show_ratio(
    what: str, one: list[float], other: list[float], wanted: str, met: Callable[[float], bool]
) -> None:
    found, told = ratio(one, other)
    show_verdict(what, told, wanted, met=met(found))


def show_verdict(what: str, value: str, wanted: str, *, met: bool) -> None:
    mark = "[green]met[/]" if met else "[red]missed[/]"
    console.print(f"{what}: {value} (wanted: {wanted}) {mark}")
