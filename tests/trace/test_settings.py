"""Hyper-parameters on their way through a trace: nothing of them is changed."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest

from padiff.hyperparameters import ABSENT, NOT_APPLICABLE, Inexpressible, Reading, Setting, fixed
from padiff.kinds import LINEAR
from padiff.layout import Layout
from padiff.trace.index import SettingEntry
from padiff.trace.settings import recorded_setting, setting_entries


def again(setting: Setting, module: Any = None) -> Reading:
    """What is read of a setting after its way through JSON."""
    ((name, entry),) = setting_entries(Layout(LINEAR, settings={"x": setting}), module)
    assert name == "x"
    data = msgspec.json.encode(entry)
    json.loads(data, parse_constant=pytest.fail)
    return recorded_setting(msgspec.json.decode(data, type=SettingEntry)).read(module)


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -3, 0.1, -0.0, 1e-300, "same", "inf", (1, 2), ((1, None), "a"), (), 1 << 53],
)
def test_values_are_what_they_were(value: Any) -> None:
    found = again(fixed(value, "words"))
    assert repr(found) == repr(Reading("words", value))


def test_numbers_json_has_not_are_what_they_were() -> None:
    assert again(fixed((math.inf, -math.inf))).canonical == (math.inf, -math.inf)
    assert math.isnan(again(Setting("eps", "eps"), SimpleNamespace(eps=math.nan)).native)


def test_numbers_of_other_types_are_plain_ones() -> None:
    found = again(Setting("p", "p"), SimpleNamespace(p=np.float64(0.5))).native
    assert (type(found), found) == (float, 0.5)


def test_native_and_canonical_are_both_kept() -> None:
    momentum = Setting("momentum", "m", lambda m: 1 - m)
    assert again(momentum, SimpleNamespace(m=0.75)) == Reading(0.75, 0.25)


def test_what_does_not_apply_does_not_apply_afterwards() -> None:
    assert again(ABSENT) == Reading(NOT_APPLICABLE, NOT_APPLICABLE)


@pytest.mark.parametrize("value", [object(), 1 << 60, (1, object()), {"a": 1}, 1j])
def test_what_json_cannot_hold_is_left_out(value: Any) -> None:
    assert list(setting_entries(Layout(LINEAR, settings={"x": fixed(value, "words")}), None)) == []


def test_what_cannot_be_read_is_left_out() -> None:
    gone = Setting("gone", "gone")
    assert list(setting_entries(Layout(LINEAR, settings={"x": gone}), object())) == []
    assert list(setting_entries(None, object())) == []


def test_how_a_framework_spells_a_value_is_not_known_here() -> None:
    setting = recorded_setting(SettingEntry("momentum", 0.9, 0.1))
    with pytest.raises(Inexpressible) as caught:
        setting.from_canonical(0.2)
    assert str(caught.value) == "change momentum: in canonical spelling it is to be 0.2"
