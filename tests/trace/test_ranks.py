"""Several processes that record to one path: each has a folder of its own in it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import padiff
from padiff.errors import TraceError
from padiff.trace.folder import current_rank
from padiff.trace.trace import Trace
from tests.cli.traces import write_trace


@pytest.mark.parametrize(
    ("environment", "rank"),
    [
        ({}, None),
        ({"RANK": "1"}, None),
        ({"RANK": "0", "WORLD_SIZE": "1"}, None),
        ({"RANK": "0", "WORLD_SIZE": "2"}, 0),
        ({"RANK": "11", "WORLD_SIZE": "16"}, 11),
        ({"PADDLE_TRAINER_ID": "3", "PADDLE_TRAINERS_NUM": "4"}, 3),
        ({"PADDLE_TRAINER_ID": "0", "PADDLE_TRAINERS_NUM": "1"}, None),
        ({"RANK": "", "WORLD_SIZE": "", "PADDLE_TRAINER_ID": "1", "PADDLE_TRAINERS_NUM": "2"}, 1),
        ({"RANK": "²", "WORLD_SIZE": "2"}, None),
        ({"RANK": "-1", "WORLD_SIZE": "2"}, None),
        ({"RANK": "first", "WORLD_SIZE": "two"}, None),
    ],
)
def test_the_launcher_says_which_process_this_is(
    environment: dict[str, str], rank: int | None
) -> None:
    assert current_rank(environment) == rank


def recorded(path: Path, rank: int | None = None) -> None:
    model = torch.nn.Linear(2, 3)
    with padiff.record(model, path, rank=rank):
        model(torch.zeros(1, 2))


@pytest.fixture
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the first of them."""
    for name in ("PADDLE_TRAINER_ID", "PADDLE_TRAINERS_NUM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "2")


@pytest.mark.usefixtures("two_processes")
def test_ranks_stand_beside_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for rank in ("0", "1", "0"):
        monkeypatch.setenv("RANK", rank)
        recorded(tmp_path / "t")
    monkeypatch.setenv("RANK", "1")
    for said in (7, 8):  # goes before what the launcher says
        recorded(tmp_path / "t", rank=said)
    assert sorted(entry.name for entry in (tmp_path / "t").iterdir()) == [
        "rank_0",
        "rank_1",
        "rank_7",
        "rank_8",
    ]
    for number in (0, 1, 7, 8):
        assert Trace(tmp_path / "t" / f"rank_{number}").index.rank == number


def test_ranks_do_not_stand_in_a_trace(tmp_path: Path) -> None:
    write_trace(tmp_path / "t")
    with pytest.raises(TraceError) as caught:
        recorded(tmp_path / "t", rank=0)
    assert str(caught.value) == (
        "The folders of several processes would come to stand in a trace.\n"
        f"  where:    {tmp_path / 't'}\n"
        "  got:      a folder with index.json\n"
        "  expected: a folder for the traces of all processes\n"
        "  hint:     choose another path"
    )


def test_a_trace_does_not_take_the_place_of_ranks(tmp_path: Path) -> None:
    recorded(tmp_path / "t", rank=0)
    with pytest.raises(TraceError, match="got:      a folder with rank_0\n"):
        recorded(tmp_path / "t")


@pytest.mark.usefixtures("two_processes")
def test_traces_of_an_earlier_run_of_more_processes_are_refused(tmp_path: Path) -> None:
    for rank in range(4):
        write_trace(tmp_path / "t" / f"rank_{rank}")
    before = (tmp_path / "t" / "rank_0" / "index.json").read_bytes()
    with pytest.raises(TraceError) as caught:
        recorded(tmp_path / "t")
    assert str(caught.value) == (
        "The folder for the traces of all processes holds some of an earlier run of more.\n"
        f"  where:    {tmp_path / 't'}\n"
        "  got:      rank_2, rank_3\n"
        "  expected: none but rank_0 to rank_1, as this run has 2 processes\n"
        "  hint:     delete the folder, or choose another path"
    )
    assert (tmp_path / "t" / "rank_0" / "index.json").read_bytes() == before
