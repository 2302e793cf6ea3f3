"""Where two models part, or could be paired in another way, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from padiff.errors import LayoutError, PairingError, Problem

if TYPE_CHECKING:
    from padiff.pairing import Pair
    from padiff.tree import Unit

__all__ = ["check_no_doubt", "parting_error"]


def parting_error(base: Sequence[Unit], raw: Sequence[Unit], at: int) -> PairingError:
    """The error for two lists of units that agree up to index `at` and not there."""
    one = base[at] if at < len(base) else None
    other = raw[at] if at < len(raw) else None
    problem = Problem(
        "Among the layers no path or layer map pairs, these are the first that do not fit.",
        base=one.path or "(root)" if one else "(nothing left)",
        raw=other.path or "(root)" if other else "(nothing left)",
        got=f"base {_described(one)}\nraw {_described(other)}",
        expected="two layers of one kind, with the same canonical shapes",
        hint="name the pairs with set_layer_map, or pass ignore= for what has no counterpart",
    )
    return PairingError(
        "The layers of the two models cannot be paired.",
        [problem],
        detail=_side_by_side(base, raw, at),
    )


def _described(unit: Unit | None) -> str:
    if unit is None:
        return "nothing"
    if defects := [f"{spec.name}: {spec.defect}" for spec in unit.specs.values() if spec.defect]:
        return f"{unit.class_name} ({', '.join(defects)})"
    if isinstance(unit.canonical, LayoutError):
        shapes = ", ".join(f"{name} {spec.shape}" for name, spec in unit.specs.items())
        return f"{unit.class_name} ({unit.canonical.what}): {shapes or 'no tensors'}"
    shapes = ", ".join(f"{name} {shape}" for name, shape in unit.canonical.shapes.items())
    return f"{unit.class_name} ({unit.canonical.kind.name}): {shapes or 'no tensors'}"


def _side_by_side(base: Sequence[Unit], raw: Sequence[Unit], at: int, around: int = 4) -> str:
    """Two lists of units beside each other, a few lines around index `at`, which is marked."""
    start, stop = max(at - around, 0), at + around + 1
    rows = [
        (f"{unit.path or '(root)'} {unit.class_name}" if unit else "-")
        for side in (base, raw)
        for unit in [*side[start:stop], *[None] * (stop - start - len(side[start:stop]))]
    ]
    half = stop - start
    lines = [
        (i + start, left, right)
        for i, (left, right) in enumerate(zip(rows[:half], rows[half:], strict=True))
        if (left, right) != ("-", "-")
    ]
    width = max(len("base"), *(len(left) for _, left, _ in lines))
    shown = [f"  {'>' if i == at else ' '} {left:<{width}}   {right}" for i, left, right in lines]
    return "\n".join([f"    {'base':<{width}}   raw", *shown])


def check_no_doubt(pairs: Sequence[Pair], raw_order: Sequence[Unit]) -> None:
    """Refuse a pair made by order where a name or another pair speaks against it."""
    position = {id(unit): i for i, unit in enumerate(raw_order)}
    siblings: dict[str, set[str]] = {}
    for unit in raw_order:
        parent, _, leaf = unit.path.rpartition(".")
        siblings.setdefault(parent, set()).add(leaf)
    places = [position[id(p.raw)] for p in pairs]
    before = _running(places, max, -1)
    after = _running(places[::-1], min, len(raw_order))[::-1]
    base_paths, raw_paths = {p.base.path for p in pairs}, {unit.path for unit in raw_order}
    problems = []
    for pair, place, highest, lowest in zip(pairs, places, before, after, strict=True):
        if pair.by != "order":
            continue
        parent, _, leaf = pair.raw.path.rpartition(".")
        wanted = pair.base.path.rpartition(".")[2]
        if wanted != leaf and not wanted.isdigit() and wanted in siblings[parent]:
            better = f"{parent}.{wanted}" if parent else wanted
            problems.append(_doubt(pair, f"raw also has a layer named {better}"))
        elif pair.base.path != pair.raw.path and pair.base.path in raw_paths:
            problems.append(_doubt(pair, f"raw also has a layer at {pair.base.path}"))
        elif pair.base.path != pair.raw.path and pair.raw.path in base_paths:
            problems.append(_doubt(pair, f"base also has a layer at {pair.raw.path}"))
        elif not highest <= place <= lowest:
            problems.append(_doubt(pair, "other pairs cross it"))
    if problems:
        raise PairingError("Some layers could be paired in more than one way.", problems)


def _running(places: Sequence[int], choose: Callable[[int, int], int], start: int) -> list[int]:
    result, best = [], start
    for place in places:
        result.append(best)
        best = choose(best, place)
    return result


def _doubt(pair: Pair, why: str) -> Problem:
    return Problem(
        f"These two follow one another in definition order, but {why}.",
        base=pair.base.path or "(root)",
        raw=pair.raw.path or "(root)",
        got=f"base {_described(pair.base)}\nraw {_described(pair.raw)}",
        hint="say which belong together with set_layer_map",
    )
