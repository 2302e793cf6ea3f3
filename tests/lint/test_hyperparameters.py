"""Settings: how a value is read, translated, spelled and compared."""

from __future__ import annotations

from types import SimpleNamespace as Bag
from typing import Any

import pytest

from padiff.configuration import Configuration, configured
from padiff.errors import RegistrationError
from padiff.hyperparameters import ABSENT, NOT_APPLICABLE, Reading, Setting, fixed, same
from padiff.kind import Kind
from padiff.layout import Layout


def test_a_setting_reads_a_dotted_attribute_and_translates() -> None:
    setting = Setting("momentum", "norm.momentum", lambda m: 1 - m)
    assert setting.read(Bag(norm=Bag(momentum=0.25))) == Reading(0.25, 0.75)


def test_a_setting_may_be_read_by_a_function_that_knows_the_canonical_value() -> None:
    setting = Setting("stride", lambda m: Reading(m.stride, m.kernel), lambda _: "not asked")
    assert setting.read(Bag(stride=None, kernel=3)) == Reading(None, 3)


def test_a_value_of_no_meaning_is_not_translated() -> None:
    setting = Setting("p", lambda _: NOT_APPLICABLE, lambda _: pytest.fail("translated"))
    assert setting.read(Bag()).canonical is NOT_APPLICABLE
    assert ABSENT.read(Bag()) == Reading(NOT_APPLICABLE, NOT_APPLICABLE)
    assert repr(NOT_APPLICABLE) == "NOT_APPLICABLE"


def test_what_no_argument_decides_is_said_in_words() -> None:
    assert fixed("first", "channels first").read(Bag()) == Reading("channels first", "first")
    assert fixed(0.0).read(Bag()) == Reading(0.0, 0.0)
    assert fixed("first").spell("channels first") == "channels first"
    assert fixed("first").assign("channels first") == "channels first"


@pytest.mark.parametrize(
    ("native", "subject", "spelled"),
    [
        (0.1, "", "0.1"),
        ("SAME", "", "'SAME'"),
        (None, "", "arg=None"),
        (True, "", "arg=True"),
        (True, "arg", "True"),
        (None, "arg", "None"),
    ],
)
def test_a_bare_truth_value_comes_with_its_argument(
    native: Any, subject: str, spelled: str
) -> None:
    assert Setting("arg", "arg").spell(native, subject) == spelled


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1, True),
        (1, 1.0, True),
        (1e-5, 1.0000001e-5, True),
        (1e-5, 1.00001e-5, False),
        (0.0, 1e-12, False),
        (0.5, "0.5", False),
        (None, 0.0, False),
        ((1, (2.0, 3)), (1, (2, 3)), True),
        ((1, 2), (1, 2, 3), False),
        ((1, 2), 1, False),
        ("same", ((1, 1),), False),
        (True, True, True),
    ],
)
def test_canonical_values_are_equal_up_to_rounding(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) is equal
    assert same(other, one) is equal


def test_settings_are_given_to_layouts_and_their_variants() -> None:
    kind = Kind("k")
    plain = Layout(kind, variants={"turned": Layout(kind), "other": Layout(kind)})
    ours, theirs = Setting("a", "a"), Setting("b", "b")
    configuration = Configuration({"x": ours}, variants={"turned": Configuration({"x": theirs})})
    done = configured({"A": plain, "B": Layout(kind)}, {"A": configuration})
    assert done["A"].settings == {"x": ours}
    assert done["A"].variants["turned"].settings == {"x": theirs}
    assert done["A"].variants["other"].settings == {"x": ours}
    assert done["B"].settings == {}


def test_settings_of_a_class_without_a_layout_are_refused() -> None:
    with pytest.raises(RegistrationError) as caught:
        configured({}, {"torch.nn.Linaer": Configuration()})
    assert str(caught.value).splitlines() == [
        "Settings are declared for classes without a layout.",
        "  got:      torch.nn.Linaer",
    ]
