"""Linting a pairing: every difference in configuration, without running or writing anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from padiff.kind import Kind
from padiff.linting.comparison import compare, finding
from padiff.linting.finding import Finding
from padiff.linting.layer import Layer, LayerPair
from padiff.linting.modes import mode_findings
from padiff.linting.subjects import subjects
from padiff.pairing import Pairing
from padiff.protocols import SupportsLayout
from padiff.rules import Rule

__all__ = ["Unknown", "lint_pairing", "unknown_pairs"]


def lint_pairing(pairing: Pairing) -> tuple[Finding, ...]:
    """Compare the configuration of all paired modules.

    Reads attributes of the modules, and weights where a rule asks for them. Never raises because of
    what a module, a setting or a rule does: that is a finding of its own.

    Returns:
        Findings in base's definition order; the severities come mixed.
    """
    found = subjects(pairing)
    modes = {id(pair): each for pair, each in mode_findings(found)}
    # Of a recorded model no module is there, of any other all are: the first pair tells.
    ask_rules = not any(map(_is_recorded, found[:1]))
    findings: list[Finding] = []
    for pair in found:
        findings += [modes[id(pair)]] if id(pair) in modes else []
        findings += _of_settings(pair)
        findings += _of_rules(pair) if ask_rules else ()
    return tuple(findings)


def _is_recorded(pair: LayerPair) -> bool:
    """Whether one of the modules is not there: rules look at attributes and weights."""
    return any(isinstance(layer.handle, SupportsLayout) for layer in (pair.base, pair.raw))


def _of_settings(pair: LayerPair) -> Iterator[Finding]:
    kinds = pair.base.kind, pair.raw.kind
    if kinds[0] and kinds[0] == kinds[1]:
        for declared in kinds[0].hyperparameters:
            if difference := compare(f"{kinds[0].name}.{declared.name}", declared, pair):
                yield difference
    elif kinds[0] and kinds[1] and not pair.joined:
        base, raw = (
            f"{layer.class_name} is {kind.name}"
            for layer, kind in zip((pair.base, pair.raw), kinds, strict=True)
            if kind
        )
        fix = "use layers that compute the same"
        yield finding("error", "kind", pair, f"{base}; {raw}", fix, "kind")


def _of_rules(pair: LayerPair) -> Iterator[Finding]:
    kind = pair.base.kind
    if kind and kind == pair.raw.kind:
        for rule in kind.rules:
            if hit := _apply(rule, kind, pair, pair.base, pair.raw):
                yield hit
    yield from _of_layouts(pair)


def _of_layouts(pair: LayerPair) -> Iterator[Finding]:
    seen = set()
    for layer, other in ((pair.base, pair.raw), (pair.raw, pair.base)):
        if layer.kind is None or layer.layout is None:
            continue
        for rule in layer.layout.rules:
            hit = _apply(rule, layer.kind, pair, layer, other)
            if hit and (hit.rule, hit.what) not in seen:
                seen.add((hit.rule, hit.what))
                yield hit


def _apply(rule: Rule, kind: Kind, pair: LayerPair, layer: Layer, other: Layer) -> Finding | None:
    name = f"{kind.name}.{rule.name}"
    try:
        what = rule.check(layer, other)
    except Exception as error:  # noqa: BLE001 - a rule may be anybody's
        what = f"the rule {name} failed: {type(error).__name__}: {error}"
        return finding("error", name, pair, what, "correct the rule")
    return finding(rule.severity, name, pair, what, rule.advice) if what else None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Two paired modules of which something was not compared, for want of a declaration."""

    base_path: str
    raw_path: str
    why: str


def unknown_pairs(pairing: Pairing) -> tuple[Unknown, ...]:
    """Paired modules that no kind describes, or whose layouts do not say where a setting is kept.

    Two modules of classes nobody registered are not listed: they are the user's own code, and what
    they hold is looked at by itself.
    """
    return tuple(
        Unknown(pair.base.path, pair.raw.path, why)
        for pair in subjects(pairing)
        if (why := _ignorance(pair))
    )


def _ignorance(pair: LayerPair) -> str:
    base, raw = pair.base, pair.raw
    if base.kind and raw.kind:
        return _undeclared(base.kind, pair) if base.kind == raw.kind else ""
    strangers = [layer for layer in (base, raw) if layer.kind is None]
    if len(strangers) == 1 or any(layer.is_misfit for layer in strangers):
        names = dict.fromkeys(layer.class_name for layer in strangers)
        return f"no kind describes {' and '.join(names)}"
    return ""


def _undeclared(kind: Kind, pair: LayerPair) -> str:
    gaps = []
    for layer in (pair.base, pair.raw):
        missing = [h.name for h in kind.hyperparameters if layer.setting(h.name) is None]
        gaps += [f"{layer.class_name} declares no {', '.join(missing)}"] if missing else []
    return "; ".join(dict.fromkeys(gaps))
