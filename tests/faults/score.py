"""The score of `align`: planted faults that were located, and clean pairs that raised an alarm.

At the defaults, and judged by base's rounding error alone (`tolerance="auto"`). Run as `hatch run faults`. The same faults and pairs are tests, in `test_faults.py` and `test_clean.py`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rich.console import Console
from rich.progress import track
from rich.table import Table

import padiff
from tests.faults.catalogue import FAULTS
from tests.faults.fault import Fault, aligned
from tests.faults.test_clean import SEEDS
from tests.models import PAIRS, ModelPair

__all__ = ["main"]

Auto: TypeAlias = Literal["auto"] | None
_JUDGED: dict[str, Auto] = {"at the defaults": None, "by rounding alone": "auto"}


@dataclass(frozen=True, slots=True)
class _Score:
    pair: ModelPair
    faults: int
    located: int
    promised: int
    """Faults for which a hint is promised."""
    hinted: int
    runs: int
    """Of the clean pair."""
    alarms: int


def _score(pair: ModelPair, faults: list[Fault], tolerance: Auto) -> _Score:
    located = hinted = 0
    for fault in faults:
        report = fault.report(tolerance=tolerance)
        located += fault.located_in(report)
        hinted += fault.hint is not None and fault.found_in(report)
    return _Score(
        pair,
        len(faults),
        located,
        sum(fault.hint is not None for fault in faults),
        hinted,
        len(SEEDS),
        sum(not clean for clean in _clean_runs(pair, tolerance)),
    )


def _clean_runs(pair: ModelPair, tolerance: Auto) -> Iterator[bool]:
    base, raw = pair.build_torch(), pair.build_paddle()
    padiff.assign_weight(base, raw)
    return (bool(aligned(pair, base, raw, seed=seed, tolerance=tolerance)) for seed in SEEDS)


def _table(title: str, scores: list[_Score]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, show_footer=True)
    totals = [
        f"{sum(done for done, _ in each):,} of {sum(of for _, of in each):,}"
        for each in zip(*(_cells(score) for score in scores), strict=True)
    ]
    for name, total in zip(
        ("pair", "located", "hints", "false alarms"), ("all", *totals), strict=True
    ):
        table.add_column(name, total)
    for score in scores:
        table.add_row(score.pair.name, *(f"{done} of {of}" for done, of in _cells(score)))
    return table


def _cells(score: _Score) -> tuple[tuple[int, int], ...]:
    return (
        (score.located, score.faults),
        (score.hinted, score.promised),
        (score.alarms, score.runs),
    )


def main() -> None:
    """Print the score, pair by pair and in all."""
    warnings.filterwarnings("ignore", "When training, we now always track global mean")
    progress = Console(stderr=True)
    for title, tolerance in _JUDGED.items():
        scores = [
            _score(pair, [fault for fault in FAULTS if fault.pair == pair.name], tolerance)
            for pair in track(PAIRS, "planting faults", console=progress, transient=True)
        ]
        Console().print(_table(title, scores), "")


if __name__ == "__main__":
    main()
