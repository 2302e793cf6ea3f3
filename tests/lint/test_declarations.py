"""Both adapters say of every class where it keeps every hyper-parameter of its kind."""

from __future__ import annotations

import pytest

import padiff_paddle  # noqa: F401 - the layouts of both adapters are what is tested
import padiff_torch  # noqa: F401
from padiff import Registry
from padiff.adapters import load_layouts
from padiff.registry import LayoutEntry
from padiff.settings.embedding import PADDING_OUTPUT

ENTRIES = tuple(Registry(load_layouts).layouts.values())
OURS = tuple(entry for entry in ENTRIES if entry.key.framework in {"torch", "paddle"})
each_entry = pytest.mark.parametrize("entry", OURS, ids=lambda entry: str(entry.key))

FOR_RULES = {PADDING_OUTPUT}
"""Settings that are no hyper-parameters: a rule reads them."""


KINDS = tuple({kind for entry in OURS for kind in entry.layout.possible_kinds})
RULES = tuple(
    {(kind, rule) for e in OURS for kind in e.layout.possible_kinds for rule in e.layout.rules}
)


@each_entry
def test_every_hyperparameter_has_its_setting(entry: LayoutEntry) -> None:
    for layout in (entry.layout, *entry.layout.variants.values()):
        declared = {h.name for kind in layout.possible_kinds for h in kind.hyperparameters}
        assert declared - layout.settings.keys() == set()
        assert layout.settings.keys() - declared - FOR_RULES == set()


def test_names_are_unique_within_a_kind() -> None:
    for kind in KINDS:
        names = [h.name for h in kind.hyperparameters]
        names += [rule.name for rule in kind.rules]
        names += [rule.name for owner, rule in RULES if owner == kind]
        assert len(names) == len(set(names)), kind.name


def test_every_meaning_is_a_phrase_and_every_rule_gives_advice() -> None:
    for kind in KINDS:
        meanings = [declared.meaning for declared in kind.hyperparameters]
        assert [text for text in meanings if not text or text.endswith(".")] == []
    assert [rule.name for _, rule in RULES if not (rule.meaning and rule.advice)] == []
