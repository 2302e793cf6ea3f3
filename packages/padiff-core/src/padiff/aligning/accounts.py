"""What is said of every step, whether it was compared by values or by what is left of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from padiff.aligning.comparison import Comparison, named
from padiff.compare.verdict import Verdict
from padiff.errors import UsageError
from padiff.report.wording import count

if TYPE_CHECKING:
    from padiff.aligning.nodes import Node
    from padiff.aligning.side import Player
    from padiff.aligning.targets import Watched, Watching
    from padiff.capture.recording import Recording
    from padiff.model import Side

__all__ = [
    "NO_GRADIENT",
    "UNMEASURED",
    "call_notes",
    "check_feedable",
    "check_something_compared",
    "lone_gradient",
    "lone_outputs",
    "reached",
]

NO_GRADIENT = "No gradient flows to the outputs of either model."
UNMEASURED = "The rounding error could not be measured in float64: {}"


def check_feedable(recording: Recording) -> None:
    """See that what base's layers hand on is all that their gradients go by.

    Raises:
        UsageError: If it is not: layers fed with it would have other gradients.
    """
    if recording.derived:
        raise UsageError(
            "single_step=True cannot go backward here: gradients of gradients pass by what layers are fed.",
            got="a loss or a model that depends on derivatives",
            hint='leave single_step out, or pass phase="forward" with it',
        )


def check_something_compared(forward: Sequence[Node], base: Player, raw: Player) -> None:
    """See that the outputs of some layer were compared.

    Raises:
        UsageError: If none were: nothing would differ.
    """
    if not any(c.measured is not None for node in forward for c in node.produced):
        raise UsageError(
            "There is nothing to compare: the outputs of the two models hold no tensor, number or text in common.",
            where=f"base {base.proxy.name}, raw {raw.proxy.name}",
        )


def call_notes(
    watching: Watching, base: Callable[[int], int], raw: Callable[[int], int]
) -> Iterator[str]:
    """A note on each layer that one side called more often.

    Args:
        watching: What was paired.
        base: How often base called the layer of a key.
        raw: How often raw did.
    """
    for key, watched in watching.by_key.items():
        ours, theirs = base(key), raw(key)
        if ours != theirs:
            place = watched.base_path or "(root)"
            yield f"{place} was called {count(ours, 'time')} in base, {theirs:,} in raw."


def reached(backward: Sequence[Node]) -> bool:
    """Whether a gradient came to any layer on either side."""
    return any(any(node.comparisons) for root in backward for _, node in root.walk())


def lone_outputs(
    watched: Watched, base: AbstractSet[str], raw: AbstractSet[str]
) -> Iterator[Comparison]:
    """Outputs one side alone has: of the models themselves, a difference.

    Of what is within, it counts where a layer after it is handed something else. And layers of one
    kind return what their framework has them return: attention weights, states.

    Args:
        watched: The layer.
        base: Slots of base's outputs that have no partner.
        raw: Slots of raw's.
    """
    paths = watched.base_path, watched.raw_path
    verdict = None if watched.base_path or watched.kind else Verdict.WRONG
    for side, slots in (("base", base), ("raw", raw)):
        for slot in sorted(slots):
            name = named("output", slot)
            yield Comparison(name, *paths, None, verdict, f"only {side} returns it")


def lone_gradient(
    name: str, paths: tuple[str, str], side: Side, *, zeros: bool, needless: bool = False
) -> Comparison:
    """A gradient that reached one side.

    Args:
        name: What it is of.
        paths: The layer's.
        side: Which one.
        zeros: Whether it is all zeros, which stands for none: an unused state's, in paddle.
        needless: Whether the other side's tensor needs none. The cause is what that was computed from
            then: a frozen layer, unrecorded code.
    """
    note = f"only {side}'s backward pass reached it"
    if zeros:
        return Comparison(name, *paths, None, None, f"{note}, with zeros")
    if needless:
        return Comparison(name, *paths, None, None, f"{note}, the other's needs no gradient")
    return Comparison(name, *paths, None, Verdict.WRONG, note)
