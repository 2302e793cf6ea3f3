"""A recorded layer is of the kind it was, whatever family that kind is of."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from padiff import compare_traces, kinds
from padiff.kind import Kind
from padiff.trace.index import SettingEntry
from padiff.trace.model import RecordedHandle
from padiff.trace.trace import Trace
from tests.cli.traces import Net, write_trace

FAMILIES = sorted(path.stem for path in Path(kinds.__file__).parent.glob("[!_]*.py"))


def of_family(family: str) -> list[Kind]:
    values = vars(import_module(f"padiff.kinds.{family}")).values()
    return [value for value in values if isinstance(value, Kind)]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_kinds_of_every_family_are_found_again(tmp_path: Path, family: str) -> None:
    for kind in of_family(family):
        trace = Trace(write_trace(tmp_path / kind.name, Net(activation=kind.name)))
        layout = RecordedHandle(trace, 2).layout
        assert layout is not None
        assert layout.kind is kind


def test_there_are_families_with_kinds() -> None:
    assert sum(len(of_family(family)) for family in FAMILIES) > 50


def test_settings_of_layers_without_tensors_are_compared(tmp_path: Path) -> None:
    forms = [SettingEntry("approximate", form, form) for form in ("erf", "tanh")]
    base, raw = (
        write_trace(tmp_path / form.native, Net(activation="gelu", settings={"form": form}))
        for form in forms
    )
    [found] = compare_traces(base, raw).findings
    assert (found.rule, found.base_path) == ("gelu.form", "act")
