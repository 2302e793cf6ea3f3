"""`record` without a path: the environment says where."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import padiff
from padiff.trace.folder import default_path


def test_the_environment_names_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADIFF_TRACE", str(tmp_path / "trace"))
    model = torch.nn.Linear(2, 3)
    with padiff.record(model):
        model(torch.zeros(1, 2))
    assert padiff.Trace(tmp_path / "trace").name == "Linear"


def test_a_path_that_is_given_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADIFF_TRACE", str(tmp_path / "trace"))
    model = torch.nn.Linear(2, 3)
    with padiff.record(model, tmp_path / "other"):
        model(torch.zeros(1, 2))
    assert [entry.name for entry in tmp_path.iterdir()] == ["other"]


@pytest.mark.parametrize("environment", [{}, {"PADIFF_TRACE": ""}])
def test_nothing_that_names_a_path_is_an_error(environment: dict[str, str]) -> None:
    with pytest.raises(padiff.PadiffError) as refusal:
        default_path(environment)
    assert str(refusal.value) == (
        "record was not told where to record to.\n"
        "  got:      no path, and no PADIFF_TRACE in the environment\n"
        "  expected: one of the two\n"
        "  hint:     pass a path; padiff run sets PADIFF_TRACE for the commands it starts"
    )
