"""The contract suite itself: each law can fail, and none can be switched off."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

import pytest

from padiff.errors import UsageError
from padiff.protocols import Array
from padiff.testing import AdapterContract, LayoutContract, ViewCopyContract, deviation
from tests.core.faults import FAULTS
from tests.core.lawbook import broken, laws
from tests.core.layout_faults import LAYOUT_FAULTS, faulty_plugin
from tests.reference import Module, Tensor
from tests.reference.adapter import PLUGIN, ReferenceAdapter
from tests.reference.native import ReferenceNative


class Adapter(AdapterContract[Module, Tensor]):
    adapter = ReferenceAdapter()
    native = ReferenceNative()


class Layouts(LayoutContract[Module, Tensor]):
    adapter = ReferenceAdapter()
    plugin = PLUGIN
    native = ReferenceNative()


@cache
def broken_by(fault: str) -> set[str]:
    """The laws that notice a fault."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        FAULTS[fault][0](monkeypatch)
        return broken(Adapter)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_adapter_breaks_the_law_of_its_fault(fault: str) -> None:
    assert FAULTS[fault][1] in broken_by(fault)


def test_every_law_of_an_adapter_can_fail() -> None:
    noticed = set[str]().union(*map(broken_by, FAULTS))
    assert sorted(set(laws(Adapter)) - noticed) == []


def test_a_sound_adapter_breaks_none() -> None:
    assert broken(Adapter) == set()
    assert len(laws(Adapter)) > 50


def broken_by_layout(fault: str) -> set[str]:
    """The laws that notice a layout's fault."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(Layouts, "plugin", faulty_plugin(LAYOUT_FAULTS[fault][0]))
        return broken(Layouts)


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("fault", LAYOUT_FAULTS)
def test_a_faulty_layout_breaks_the_law_of_its_fault(fault: str) -> None:
    assert LAYOUT_FAULTS[fault][1] in broken_by_layout(fault)


@pytest.mark.usefixtures("reference")
def test_every_law_of_a_layout_can_fail() -> None:
    noticed = set[str]().union(*map(broken_by_layout, LAYOUT_FAULTS))
    # The one left has a test of its own, below.
    assert set(laws(Layouts)) - noticed == {"test_every_registered_layout_has_an_example"}


@pytest.mark.usefixtures("reference")
def test_a_layout_without_an_example_breaks_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = {k: v for k, v in ReferenceNative.examples.items() if "Embedding" not in k}
    monkeypatch.setattr(ReferenceNative, "examples", examples)
    assert broken(Layouts) == {"test_every_registered_layout_has_an_example"}


@pytest.mark.usefixtures("reference")
def test_sound_layouts_break_nothing() -> None:
    assert broken(Layouts) == set()
    assert len(laws(Layouts)) == 9


class SloppyCopier:
    """Copies what is contiguous, and says it copied the rest."""

    def copy_view(self, raw: Array, base: Array) -> bool:
        if raw.flags.c_contiguous and base.flags.c_contiguous:
            raw[...] = base
        return True


class TimidCopier:
    """Declines everything."""

    def copy_view(self, raw: Array, base: Array) -> bool:
        return raw is base


class Sloppy(ViewCopyContract):
    adapter = SloppyCopier()


class Timid(ViewCopyContract):
    adapter = TimidCopier()


def test_a_copier_that_lies_or_is_no_use_breaks_its_contract() -> None:
    assert "test_it_copies_every_bit_or_declines_and_writes_nothing" in broken(Sloppy)
    assert broken(Timid) == {"test_it_takes_a_transposed_matrix_which_is_what_it_is_for"}


LAW = "test_the_root_has_the_empty_path"
HINT = (
    "  hint:     padiff.testing.deviation(reason=..., raises=...) marks an override as a known gap"
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (LAW, None),
        (LAW, lambda self: None),  # noqa: ARG005
        (LAW, pytest.mark.xfail(reason="it is known")(lambda self: None)),  # noqa: ARG005
        (LAW, pytest.mark.xfail(raises=AssertionError)(lambda self: None)),  # noqa: ARG005
        (LAW, pytest.mark.skip(reason="no time")(lambda self: None)),  # noqa: ARG005
        ("pytest_generate_tests", lambda self, metafunc: None),  # noqa: ARG005
        ("__test__", False),
    ],
    ids=["deleted", "replaced", "without raises", "without reason", "skipped", "unasked", "hidden"],
)
def test_no_law_can_be_switched_off(name: str, value: object) -> None:
    with pytest.raises(UsageError) as caught:
        type("TestToy", (Adapter,), {"__module__": "toys", name: value})
    assert str(caught.value).splitlines() == [
        "TestToy overrides a law of its contract.",
        f"  where:    {name}",
        "  expected: the law as it is inherited",
        HINT,
    ]


def test_a_gap_is_a_strict_failure_with_a_reason() -> None:
    class Toy(Adapter):
        @deviation(reason="a toy has no paths", raises=AssertionError)
        def test_the_root_has_the_empty_path(self) -> None:
            super().test_the_root_has_the_empty_path()

    (mark,) = Toy.test_the_root_has_the_empty_path.pytestmark  # type: ignore[attr-defined] # pytest's
    expected: dict[str, object] = {"reason": "a toy has no paths", "raises": AssertionError}
    assert mark.kwargs == {**expected, "strict": True}


def test_a_subclass_may_add_tests_of_its_own() -> None:
    class Toy(Adapter):
        extra: ClassVar[int] = 1

        def test_something_else(self) -> None:
            assert self.extra

    assert "test_something_else" in laws(Toy)
