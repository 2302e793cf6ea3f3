"""A dump folder belongs to one model, and nothing that is no dump is removed from it."""

from __future__ import annotations

import linecache
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from padiff.dumping.folders import _claims
from padiff.errors import TraceError, UsageError
from tests.compat.loop import files

X = torch.ones(2, 2)


class Net(torch.nn.Linear):
    """Some model."""


class Other(torch.nn.Linear):
    """Another one."""


def dumping(cls: type = Net, **options: Any) -> padiff.ProxyModel[Any]:
    model = padiff.create_model(cls(2, 2), **options)
    model(X)
    return model


def dump(cls: type = Net, steps: int = 1, **options: Any) -> None:
    model = padiff.create_model(cls(2, 2), **options)
    for _ in range(steps):
        model(X)
        model.try_dump()


def end_the_run() -> None:
    """What comes now is as if it were in another process."""
    _claims.clear()


def refusal(model: padiff.ProxyModel[Any]) -> list[str]:
    with pytest.raises(UsageError) as caught:
        model.try_dump()
    return str(caught.value).splitlines()


def test_two_living_models_of_one_name(root: Path) -> None:
    first = dumping(name="net")
    first.try_dump()
    second = dumping(name="net")
    assert refusal(second) == [
        "Two models would dump into one folder.",
        f"  where:    {root / 'net'}",
        "  got:      the dumps of another model of this name, ProxyModel('net', torch)",
        f"  expected: none, or those of {__name__}.Net (torch)",
        "  hint:     give them names: create_model(model, name=...); or delete the folder",
    ]
    first(X)
    first.try_dump()
    assert sorted(path.name for path in (root / "net").iterdir()) == ["step_0", "step_1"]


def test_a_path_that_is_given_is_no_default_folder(tmp_path: Path) -> None:
    first, second = dumping(), dumping()
    first.try_dump(tmp_path / "first")
    second.try_dump(tmp_path / "second")


def test_another_kind_of_model_dumped_there_in_an_earlier_run(root: Path) -> None:
    dump(Other, name="net")
    assert refusal(dumping(name="net"))[2] == f"  got:      the dumps of {__name__}.Other (torch)"
    assert padiff.Trace(root / "net/step_0/rank_0/report").index.modules[0].class_name == "Other"


def test_the_same_model_dumped_there_in_an_earlier_run(root: Path) -> None:
    dump(name="net", steps=4)
    end_the_run()
    dump(name="net", steps=2)
    assert sorted(path.name for path in (root / "net").iterdir()) == ["step_0", "step_1"]


def test_dumps_of_every_kind_of_an_earlier_run_are_removed(root: Path) -> None:
    model = dumping(name="net")
    for write in (model.dump_report, model.dump_params, model.dump_weights, model.dump_grads):
        write(root / "net" / "step_5" / "rank_0")
    end_the_run()
    dump(name="net")
    assert [path.name for path in (root / "net").iterdir()] == ["step_0"]


def test_more_processes_dumped_there_in_an_earlier_run(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rank, size in ((0, 4), (1, 4), (2, 4), (3, 4), (1, 2), (0, 2)):
        monkeypatch.setenv("RANK", str(rank))
        monkeypatch.setenv("WORLD_SIZE", str(size))
        dump(name="net", steps=size)
        end_the_run()
    kept = {file for file in files(root / "net") if file.count("/") == 1}
    assert kept == {f"step_{step}/rank_{rank}" for step in range(2) for rank in range(2)}


def test_ranks_that_are_gone_are_removed_by_the_first_alone(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rank, size in ((2, 3), (1, 2)):
        monkeypatch.setenv("RANK", str(rank))
        monkeypatch.setenv("WORLD_SIZE", str(size))
        dump(name="net")
        end_the_run()
    assert sorted(path.name for path in (root / "net" / "step_0").iterdir()) == ["rank_1", "rank_2"]


def test_a_rank_of_another_model_is_not_removed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    dump(Other, name="net")
    monkeypatch.delenv("RANK")
    before = files(root)
    assert refusal(dumping(name="net"))[2] == f"  got:      the dumps of {__name__}.Other (torch)"
    assert files(root) == before


def test_a_model_of_this_run_that_is_gone_dumped_there(root: Path) -> None:
    dump(name="net", steps=4)
    with pytest.warns(UserWarning, match="another model of this process") as caught:
        dump(name="net", steps=2)
    told = (
        f"The dumps in {root / 'net'} are of another model of this process, which is gone; those of"
        " this one take their place. Give the two names to keep both."
    )
    assert [str(warning.message) for warning in caught] == [told]
    places = [linecache.getline(warning.filename, warning.lineno).strip() for warning in caught]
    assert places == ["model.try_dump()"]
    assert sorted(path.name for path in (root / "net").iterdir()) == ["step_0", "step_1"]


def test_what_a_model_that_is_gone_dumped_may_be_gone_too(root: Path) -> None:
    dump(name="net")
    shutil.rmtree(root / "net")
    dump(name="net")  # without a warning


@pytest.mark.parametrize("linked", ["first", "second"])
def test_one_folder_by_two_names(linked: str, root: Path) -> None:
    root.mkdir()
    (root.parent / "link").symlink_to(root)
    models = {}
    for which in ("first", "second"):
        padiff.set_dump_root_path(root.parent / "link" if which == linked else root)
        models[which] = dumping(name="net")
    models["first"].try_dump()
    assert refusal(models["second"])[0] == "Two models would dump into one folder."


def test_a_damaged_dump_is_replaced(root: Path) -> None:
    dump(name="net")
    index = root / "net/step_0/rank_0/params/index.json"
    index.write_bytes(index.read_bytes()[:-20] + b"}" * 20)
    end_the_run()
    dump(name="net")
    padiff.Trace(index.parent)


def test_what_is_no_dump_stays(root: Path) -> None:
    dump(name="net", steps=3)
    (root / "net" / "notes.txt").touch()
    (root / "net" / "step_2" / "rank_0" / "notes.txt").touch()
    (root / "net" / "step_1" / "rank_7").mkdir()
    (root / "net" / "step_1" / "notes.txt").touch()
    (root / "net" / "checkpoint").mkdir()
    (root / "net" / "step_3").touch()
    shutil.copytree(root / "net" / "step_0", root / "net" / "kept")
    end_the_run()
    dump(name="net")
    assert files(root / "net") == [
        *("checkpoint", "kept", "kept/rank_0", "kept/rank_0/params", "kept/rank_0/report"),
        *("notes.txt", "step_0", "step_0/rank_0", "step_0/rank_0/params", "step_0/rank_0/report"),
        *(
            "step_1",
            "step_1/notes.txt",
            "step_1/rank_7",
            "step_2",
            "step_2/rank_0",
            "step_2/rank_0/notes.txt",
            "step_3",
        ),
    ]


def test_making_a_model_removes_nothing(root: Path) -> None:
    dump(name="net")
    before = files(root)
    padiff.create_model(Net(2, 2), name="net")
    assert files(root) == before


def test_a_folder_of_somebody_elses_in_the_place_of_a_dump(tmp_path: Path) -> None:
    (tmp_path / "mine" / "report").mkdir(parents=True)
    (tmp_path / "mine" / "report" / "thesis.tex").touch()
    with pytest.raises(TraceError, match="take the place of something else"):
        dumping().try_dump(tmp_path / "mine")
    assert "report/thesis.tex" in files(tmp_path / "mine")


def test_a_trace_in_the_place_of_a_folder_of_dumps(tmp_path: Path) -> None:
    model = dumping()
    model.dump_report(tmp_path)
    with pytest.raises(TraceError) as caught:
        model.dump_weights(tmp_path / "report")
    assert str(caught.value).splitlines() == [
        "A dump would go into a trace.",
        f"  where:    {tmp_path / 'report'}",
        "  got:      a folder with index.json",
        "  expected: another folder",
        "  hint:     choose another path",
    ]


@pytest.mark.parametrize("name", ["../net", "/net", "a/../../net"])
def test_a_name_that_leads_out_of_the_root(name: str, root: Path) -> None:
    assert refusal(dumping(name=name)) == [
        "The name of a model leads out of the dump root.",
        f"  where:    {root / name}",
        f"  got:      {name!r}",
        "  hint:     name it otherwise in create_model, or pass a path",
    ]


def test_a_name_may_lead_further_in(root: Path) -> None:
    dump(name="torch/net")
    assert (root / "torch" / "net" / "step_0").is_dir()


def test_a_dump_in_the_place_of_a_trace(tmp_path: Path) -> None:
    model = dumping()
    model.try_dump(tmp_path)
    (tmp_path / "notes").mkdir()
    with pytest.raises(TraceError) as caught:
        padiff.Trace(tmp_path)
    assert caught.value.hint == (
        f"name one of those within: {tmp_path / 'params'}, {tmp_path / 'report'}"
    )
