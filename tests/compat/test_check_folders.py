"""Which dumps of two folders are compared: every step, every rank, and never a part."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from padiff.checker import check_grads, check_params, check_report, check_weights
from padiff.errors import TraceError, UsageError

X = torch.linspace(-1, 1, 6).reshape(3, 2)
CHECKS: list[Callable[..., bool]] = [check_report, check_params, check_weights, check_grads]


def dumped(folder: Path, steps: int = 1, *, off: dict[int, float] | None = None) -> Path:
    """Dumps of a model whose bias is off in some steps."""
    torch.manual_seed(0)
    fc = torch.nn.Linear(2, 2)
    model = padiff.create_model(torch.nn.Sequential(fc, torch.nn.Tanh()))
    for step in range(steps):
        error = (off or {}).get(step, 0.0)
        with torch.no_grad():
            fc.bias.add_(error)
        model.backward(model(X).sum())
        model.try_dump(folder / f"step_{step}" / "rank_0")
        with torch.no_grad():
            fc.bias.sub_(error)
    return folder


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return dumped(tmp_path / "base", 3), dumped(tmp_path / "raw", 3)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_steps_ranks_and_single_dumps(
    check: Callable[..., bool], pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    base, raw = pair
    assert check(base, raw) is True
    assert check(str(base / "step_1"), raw / "step_1") is True
    assert check(base / "step_1" / "rank_0", raw / "step_1" / "rank_0") is True
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_difference_in_any_step_is_found(
    check: Callable[..., bool], step: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, raw = dumped(tmp_path / "base", 3), dumped(tmp_path / "raw", 3, off={step: 0.1})
    assert check(base, raw) is False
    out = capsys.readouterr().out
    assert out.startswith(f"step_{step}/rank_0:\nNot aligned")
    assert out.count("Not aligned") == 1


def test_what_comes_after_a_step_that_differs_is_not_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, raw = dumped(tmp_path / "base", 3), dumped(tmp_path / "raw", 3, off={1: 0.1, 2: 0.1})
    assert check_report(base, raw) is False
    assert "step_2" not in capsys.readouterr().out


def test_all_ranks_of_a_step_are_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, raw = dumped(tmp_path / "base"), dumped(tmp_path / "raw", off={0: 0.1})
    for rank in ("rank_1", "rank_10"):
        shutil.copytree(base / "step_0" / "rank_0", base / "step_0" / rank)
        shutil.copytree(raw / "step_0" / "rank_0", raw / "step_0" / rank)
    assert check_report(base, raw) is False
    out = capsys.readouterr().out
    assert [out.index(f"step_0/{rank}:") for rank in ("rank_0", "rank_1", "rank_10")] == sorted(
        out.index(f"step_0/{rank}:") for rank in ("rank_0", "rank_1", "rank_10")
    )


def test_all_ranks_are_looked_at_where_there_are_no_steps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, raw = dumped(tmp_path / "base"), dumped(tmp_path / "raw", off={0: 0.1})
    for side in (base, raw):
        shutil.copytree(side / "step_0" / "rank_0", side / "step_0" / "rank_1")
    assert check_report(base / "step_0", raw / "step_0") is False
    out = capsys.readouterr().out
    assert out.startswith("rank_0:\nNot aligned")
    assert "\nrank_1:\nNot aligned" in out


def test_a_difference_in_the_last_rank_alone(tmp_path: Path) -> None:
    base, raw = dumped(tmp_path / "base"), dumped(tmp_path / "raw")
    other = dumped(tmp_path / "other", off={0: 0.1})
    shutil.copytree(base / "step_0" / "rank_0", base / "step_0" / "rank_1")
    shutil.copytree(other / "step_0" / "rank_0", raw / "step_0" / "rank_1")
    assert check_report(base / "step_0", raw / "step_0") is False


def test_a_step_that_one_side_lacks(pair: tuple[Path, Path]) -> None:
    base, raw = pair
    shutil.rmtree(raw / "step_2")
    with pytest.raises(TraceError) as caught:
        check_params(base, raw)
    assert str(caught.value).splitlines() == [
        "The two sides did not dump the same steps and ranks.",
        f"  where:    {base} and {raw}",
        "  got:      only on the first: step_2/rank_0",
        "  expected: the same on both sides",
    ]


def test_steps_on_one_side_alone(pair: tuple[Path, Path]) -> None:
    base, raw = pair
    with pytest.raises(TraceError) as caught:
        check_report(base / "step_0", raw / "step_0" / "rank_0")
    assert caught.value.got.splitlines() == [
        "only on the first: rank_0",
        "only on the second: a single dump",
    ]


def test_a_folder_with_something_else_beside_its_steps(pair: tuple[Path, Path]) -> None:
    base, raw = pair
    (base / "notes.txt").touch()
    (raw / "notes.txt").touch()
    with pytest.raises(TraceError) as caught:
        check_report(base, raw)
    assert str(caught.value).splitlines() == [
        "There is no dump of report here.",
        f"  where:    {base}",
        "  got:      notes.txt, step_0, step_1, step_2",
        "  expected: a trace in report",
    ]


def test_of_many_things_that_are_no_dump_eight_are_named(tmp_path: Path) -> None:
    for side in ("base", "raw"):
        for number in range(9):
            (tmp_path / side / f"{number}").mkdir(parents=True)
    with pytest.raises(TraceError) as caught:
        check_report(tmp_path / "base", tmp_path / "raw")
    assert caught.value.got == "0, 1, 2, 3, 4, 5, 6, 7"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_one_folder_on_both_sides(check: Callable[..., bool], pair: tuple[Path, Path]) -> None:
    link = pair[0].with_name("link")
    link.symlink_to(pair[0])
    with pytest.raises(UsageError, match="compared with itself"):
        check(link, pair[0])
    for other in (pair[0], link, f"{pair[0]}/step_0/.."):
        with pytest.raises(UsageError) as caught:
            check(pair[0], other)
    assert str(caught.value).splitlines() == [
        "A dump would be compared with itself.",
        f"  where:    {pair[0]}",
        "  expected: the folders of two models",
        "  hint:     give the models names of their own: create_model(model, name=...)",
    ]


def test_the_same_folder_as_another_step_of_a_run(pair: tuple[Path, Path]) -> None:
    with pytest.raises(TraceError, match="did not record the same steps"):
        check_report(pair[0] / "step_0", pair[1] / "step_1")


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (check_report, "a trace in report"),
        (check_params, "a trace in params"),
        (check_weights, "a trace in weights or a trace in params"),
        (check_grads, "a trace in grads or a trace in params"),
    ],
    ids=["report", "params", "weights", "grads"],
)
def test_nothing_of_the_kind_was_dumped(
    check: Callable[..., bool], expected: str, tmp_path: Path
) -> None:
    for name in ("base", "raw"):
        (tmp_path / name).mkdir()
    with pytest.raises(TraceError) as caught:
        check(tmp_path / "base", tmp_path / "raw")
    assert caught.value.got == "an empty folder"
    assert caught.value.expected == expected
    with pytest.raises(TraceError) as caught:
        check(tmp_path / "nowhere", tmp_path / "raw")
    assert caught.value.got == "nothing"


def test_a_dump_that_was_cut_off(pair: tuple[Path, Path]) -> None:
    base, raw = pair
    (base / "step_0" / "rank_0" / "report").rename(base / "step_0/rank_0/.report.recording-1")
    with pytest.raises(TraceError) as caught:
        check_report(base, raw)
    assert caught.value.got == ".report.recording-1, params"


def test_weights_are_those_of_dump_weights_rather_than_of_dump_params(tmp_path: Path) -> None:
    for name in ("base", "raw"):
        torch.manual_seed(0)
        model = padiff.create_model(torch.nn.Linear(2, 2))
        model.dump_params(tmp_path / name)
        with torch.no_grad():
            model.model.weight += name == "raw"
        model.dump_weights(tmp_path / name)
    assert check_params(tmp_path / "base", tmp_path / "raw") is True
    assert check_weights(tmp_path / "base", tmp_path / "raw") is False


def test_traces_of_record_serve_too(tmp_path: Path) -> None:
    traces = tmp_path / "base", tmp_path / "raw"
    for path in traces:
        torch.manual_seed(0)
        model = torch.nn.Linear(2, 2)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with padiff.record(model, path, steps=2, optimizer=optimizer):
            for _ in range(2):
                optimizer.zero_grad()
                model(X).sum().backward()
                optimizer.step()
    for check in CHECKS:
        assert check(*traces) is True


def test_weights_of_a_recorded_run_are_those_after_its_last_update(tmp_path: Path) -> None:
    traces = tmp_path / "base", tmp_path / "raw"
    for path, rate in zip(traces, (0.1, 0.2), strict=True):
        torch.manual_seed(0)
        model = torch.nn.Linear(2, 2)
        optimizer = torch.optim.SGD(model.parameters(), rate)
        with padiff.record(model, path, steps=1, optimizer=optimizer):
            model(X).sum().backward()
            optimizer.step()
    assert check_grads(*traces) is True
    assert check_weights(*traces) is False


def test_the_names_are_those_of_padiff_itself() -> None:
    for check in CHECKS:
        found: Any = getattr(padiff, check.__name__)
        assert found is check
