"""`check_dataloader`: two data loaders, batch by batch."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from typing_extensions import Unpack

from padiff.checker.batches import Difference, compare_batches
from padiff.checker.config import CheckConfig, Tolerated, read_config
from padiff.errors import UsageError

__all__ = ["check_dataloader"]

_END = object()


def check_dataloader(
    first: Iterable[Any], second: Iterable[Any], **options: Unpack[CheckConfig]
) -> bool:
    """Compare two data loaders batch by batch, and print the first batch that differs.

    A batch is a tensor of any framework, an array, a number, a string or None; or lists, tuples, dicts
    and dataclasses of such. Two batches are equal if they have the same slots, and the same in each
    slot: data in another order, or one batch more on either side, is a difference.

    Args:
        first: A loader, or anything that gives batches; base in what is printed.
        second: The other one; raw in what is printed.
        **options: `atol`, `rtol` and `compare_mode`. Without the first two, the tolerance of each dtype;
            without the last, `"strict"`: data are not rounded, and a mean hides a sample.

    Returns:
        Exactly True or False; False if neither gives a batch, for then nothing was compared.

    Raises:
        UsageError: If an option is unknown, a loader gives no batches, or a batch holds what cannot be
            compared.
    """
    stated: CheckConfig = {"compare_mode": "strict", **options}
    batches = _batches(first, "first"), _batches(second, "second")
    if batches[0] is batches[1]:
        raise UsageError(
            "A loader would be compared with itself.",
            got=f"one {type(first).__name__} given twice",
            expected="two loaders, each with batches of its own",
        )
    told = _first_difference(*batches, read_config(stated))
    if told:
        from rich import print as show
        from rich.text import Text

        show(Text(told))
    return not told


def _batches(loader: Any, side: str) -> Iterator[Any]:
    try:
        return iter(loader)
    except TypeError as error:
        raise UsageError(
            f"The {side} loader gives no batches.",
            got=type(loader).__name__,
            expected="something to iterate over",
        ) from error


def _first_difference(first: Iterator[Any], second: Iterator[Any], tolerated: Tolerated) -> str:
    """The first difference, in words; empty if there is none."""
    compared = 0
    for ours, theirs in itertools.zip_longest(first, second, fillvalue=_END):
        if ours is _END or theirs is _END:
            shorter, longer = ("first", "second") if ours is _END else ("second", "first")
            batches = "batch" if compared == 1 else "batches"
            return f"Not equal: the {shorter} loader ends after {compared} {batches}, the {longer} goes on"
        if found := compare_batches(ours, theirs, tolerated):
            return "\n".join([f"Not equal: batch {compared}", *_lines(found)])
        compared += 1
    return "" if compared else "Nothing was compared: neither loader gave a batch"


def _lines(found: Iterable[Difference]) -> Iterator[str]:
    for difference in found:
        yield f"  {difference.slot or '(the batch itself)'}: {difference.what}"
        yield from (f"    {line}" for line in difference.details)
