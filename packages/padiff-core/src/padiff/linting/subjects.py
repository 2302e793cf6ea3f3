"""What of a pairing the lint looks at, in base's definition order."""

from __future__ import annotations

from collections.abc import Iterator

from padiff.linting.layer import Layer, LayerPair
from padiff.pairing import Pairing
from padiff.protocols import LayerHandle

__all__ = ["alone", "subjects"]


def subjects(pairing: Pairing) -> list[LayerPair]:
    """All pairs of a pairing, of units, containers and modules without tensors."""
    found = [
        LayerPair(Layer.of_node(pair.base), Layer.of_node(pair.raw)) for pair in pairing.containers
    ]
    found += [
        LayerPair(Layer.of_unit(pair.base), Layer.of_unit(pair.raw), joined=pair.init is not None)
        for pair in pairing.pairs
    ]
    order = {handle.path: i for i, handle in enumerate(_handles(pairing, 0))}
    return sorted(found, key=lambda pair: order.get(pair.base.path, len(order)))


def alone(pairing: Pairing) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paths (base's, raw's) of registered modules without tensors that found no partner.

    The other side may call a function instead (`F.dropout`), or do without.
    """
    paired = {id(node) for pair in pairing.containers for node in (pair.base, pair.raw)}
    roots = pairing.containers[:1]
    base, raw = (
        tuple(
            node.handle.path
            for pair in roots
            for node in (pair.base, pair.raw)[side].nodes()
            if node.layout and not node.children and id(node) not in paired
        )
        for side in (0, 1)
    )
    return base, raw


def _handles(pairing: Pairing, side: int) -> Iterator[LayerHandle]:
    for pair in pairing.containers[:1]:
        for node in (pair.base, pair.raw)[side].nodes():
            yield node.handle
