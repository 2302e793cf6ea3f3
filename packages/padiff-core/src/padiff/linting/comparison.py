"""Comparing one hyper-parameter of two layers, and saying what to write instead."""

from __future__ import annotations

from dataclasses import dataclass, replace

from padiff.hyperparameters import (
    NOT_APPLICABLE,
    Hyperparameter,
    Inexpressible,
    Reading,
    Setting,
    Severity,
    same,
)
from padiff.linting.finding import Finding
from padiff.linting.layer import Layer, LayerPair

__all__ = ["compare", "finding"]


def finding(
    severity: Severity, rule: str, pair: LayerPair, what: str, fix: str, subject: str = ""
) -> Finding:
    """A finding about two layers."""
    base, raw = pair.base, pair.raw
    return Finding(
        severity, rule, base.path, raw.path, base.class_name, raw.class_name, subject, what, fix
    )


@dataclass(frozen=True, slots=True)
class _Side:
    layer: Layer
    setting: Setting
    reading: Reading

    def spelled(self, subject: str) -> str:
        return self.setting.spell(self.reading.native, subject)


def compare(rule: str, declared: Hyperparameter, pair: LayerPair) -> Finding | None:
    """Compare a hyper-parameter both layers have a setting for; None if they agree.

    A setting that cannot be read is a finding too: what was not compared must not pass for equal.
    """
    sides = []
    for layer in (pair.base, pair.raw):
        setting = layer.setting(declared.name)
        if setting is None:
            return None
        try:
            sides.append(_Side(layer, setting, setting.read(layer.module)))
        except Exception as error:  # noqa: BLE001 - an attribute of a user's class may do anything
            what = f"cannot be read from {layer.class_name}: {type(error).__name__}: {error}"
            fix = "correct the setting in the layout registered for the class"
            return finding("error", rule, pair, what, fix, declared.name)
    ours, theirs = sides
    if NOT_APPLICABLE in (ours.reading.native, theirs.reading.native):
        return None
    severity = _severity(declared, ours, theirs)
    if severity is None or same(ours.reading.canonical, theirs.reading.canonical):
        return None
    what, fix = _in_words(declared, ours, theirs)
    return replace(
        finding(severity, rule, pair, what, fix, declared.name),
        base=ours.setting.assign(ours.reading.native),
        raw=theirs.setting.assign(theirs.reading.native),
        base_canonical=ours.reading.canonical,
        raw_canonical=theirs.reading.canonical,
    )


def _severity(declared: Hyperparameter, ours: _Side, theirs: _Side) -> Severity | None:
    in_eval = ours.layer.training is False and theirs.layer.training is False
    if in_eval and declared.in_eval != "same":
        return None if declared.in_eval == "silent" else "info"
    given = bool(ours.setting.argument and theirs.setting.argument)
    return declared.severity if given else declared.inherent or declared.severity


def _in_words(declared: Hyperparameter, ours: _Side, theirs: _Side) -> tuple[str, str]:
    names = ours.layer.framework, theirs.layer.framework
    if names[0] == names[1]:
        names = "base", "raw"
    one, other = ours.spelled(declared.name), theirs.spelled(declared.name)
    plain = f"{names[0]} {one}; {names[1]} {other}"
    if not theirs.setting.argument:
        return plain, declared.advice or f"{theirs.layer.class_name} has no argument for it"
    try:
        wanted = theirs.setting.from_canonical(ours.reading.canonical)
    except Inexpressible as error:
        return plain, str(error)
    fix = f"write {theirs.setting.assign(wanted)}"
    if declared.advice:
        fix += f", or {declared.advice}"
    if names == ("base", "raw"):
        return plain, fix
    equal = theirs.setting.spell(wanted, declared.name)
    return f"{names[0]} {one} = {names[1]} {equal}; found {names[1]} {other}", fix
