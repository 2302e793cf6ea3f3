"""Where dumps go if nobody says where."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch

import padiff
from padiff.errors import UsageError


@pytest.fixture(autouse=True)
def unchosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("padiff.dumping.root._chosen", [])


def main(monkeypatch: pytest.MonkeyPatch, file: Path | None, *, spec: object = None) -> None:
    """Let a module with this file and spec be the one that runs."""
    module = ModuleType("__main__")
    module.__spec__ = spec  # type: ignore[assignment]
    if file is not None:
        module.__file__ = str(file)
    monkeypatch.setitem(sys.modules, "__main__", module)


def test_the_root_that_was_chosen(tmp_path: Path) -> None:
    padiff.set_dump_root_path(tmp_path / "here")
    assert padiff.get_dump_root_path() == str(tmp_path / "here")
    padiff.set_dump_root_path("elsewhere")
    assert padiff.get_dump_root_path() == "elsewhere"


def test_it_is_that_of_models_made_from_now_on(tmp_path: Path) -> None:
    padiff.set_dump_root_path(str(tmp_path / "one"))
    model = padiff.create_model(torch.nn.Linear(2, 2), "net")
    padiff.set_dump_root_path(str(tmp_path / "two"))
    assert model.dump_path == str(tmp_path / "one" / "net")
    assert padiff.create_model(torch.nn.Linear(2, 2)).dump_path == str(tmp_path / "two" / "Linear")


def test_choosing_a_root_makes_no_folder(tmp_path: Path) -> None:
    padiff.set_dump_root_path(tmp_path / "here")
    padiff.create_model(torch.nn.Linear(2, 2))
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize("wrong", [None, "", 3, b"x"])
def test_what_is_no_path(wrong: object) -> None:
    with pytest.raises(UsageError) as caught:
        padiff.set_dump_root_path(wrong)  # type: ignore[arg-type]
    assert str(caught.value).splitlines() == [
        "The dump root is no path.",
        f"  got:      {wrong!r}",
        "  expected: the path of a folder",
    ]


def test_beside_the_script_that_runs(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("import padiff\nprint(padiff.get_dump_root_path())")
    for name in (str(script), script.name):
        cwd = tmp_path if name == script.name else Path.cwd()
        done = subprocess.run(
            [sys.executable, name], cwd=cwd, check=True, capture_output=True, text=True
        )
        assert done.stdout.strip() == str(tmp_path / "padiff_dump")


@pytest.mark.parametrize("arguments", [["-c", "{}"], ["-m", "below.train"]], ids=["-c", "-m"])
def test_in_the_working_directory_where_no_script_runs(
    arguments: list[str], tmp_path: Path
) -> None:
    code = "import padiff; print(padiff.get_dump_root_path())"
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "train.py").write_text(code)
    done = subprocess.run(
        [sys.executable, *(a.format(code) for a in arguments)],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == str(tmp_path / "padiff_dump")


def test_at_a_prompt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    main(monkeypatch, None)
    monkeypatch.chdir(tmp_path)
    assert padiff.get_dump_root_path() == str(tmp_path / "padiff_dump")


def test_under_an_installed_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = tmp_path / "bin" / "pytest"
    command.parent.mkdir()
    command.touch()
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path / {"scripts": "bin"}[name]))
    main(monkeypatch, command)
    monkeypatch.chdir(tmp_path)
    assert padiff.get_dump_root_path() == str(tmp_path / "padiff_dump")


def test_under_a_link_to_an_installed_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for folder in ("real/bin", "here"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "real" / "bin" / "pytest").touch()
    (tmp_path / "venv").symlink_to(tmp_path / "real")
    (tmp_path / "pytest").symlink_to(tmp_path / "real" / "bin" / "pytest")
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path / "venv" / "bin"))
    main(monkeypatch, tmp_path / "pytest")
    monkeypatch.chdir(tmp_path / "here")
    assert padiff.get_dump_root_path() == str(tmp_path / "here" / "padiff_dump")


def test_a_script_that_is_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    main(monkeypatch, tmp_path / "gone" / "train.py")
    monkeypatch.chdir(tmp_path)
    assert padiff.get_dump_root_path() == str(tmp_path / "padiff_dump")
