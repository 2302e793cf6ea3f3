"""Each adapter works where the other framework does not exist, and the core where none does.

A run that was recorded in one such environment is read in another.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from importlib.metadata import requires
from pathlib import Path

import pytest

from tests.packaging.distributions import CORE, PADDLE, TORCH, Built, Distribution
from tests.packaging.environments import closure, environment
from tests.packaging.processes import run

PROBES = Path(__file__).parent / "probes"
PROBES_OF_ABSENCE = (
    "core_alone",
    "torch_alone",
    "paddle_alone",
    "record_torch",
    "record_paddle",
    "compare_traces",
)
Install = Callable[..., Path]


@pytest.fixture
def install(built: dict[str, Built], tmp_path: Path) -> Install:
    def install(
        *distributions: Distribution, extras: tuple[str, ...] = (), also: tuple[str, ...] = ()
    ) -> Path:
        wheels = [built[d.name].wheel for d in distributions]
        folder = tmp_path / "-".join(d.package for d in distributions)
        return environment(folder, wheels, extras, also)

    return install


def test_the_core_works_where_no_framework_is_installed(install: Install) -> None:
    said = run(install(CORE), str(PROBES / "core_alone.py"))
    assert said.startswith("The object belongs to no framework an adapter is installed for.")


def test_the_command_works_where_no_framework_is_installed(install: Install) -> None:
    command = install(CORE).parent / "padiff"
    done = subprocess.run([command, "inits"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_traces_are_recorded_where_one_framework_is_and_compared_where_none_is(
    install: Install, tmp_path: Path
) -> None:
    traces = str(tmp_path / "traces")
    run(install(CORE, TORCH), str(PROBES / "record_torch.py"), traces)
    run(install(CORE, PADDLE, extras=("cpu",)), str(PROBES / "record_paddle.py"), traces)
    said = run(install(CORE), str(PROBES / "compare_traces.py"), traces)
    assert said.startswith("Aligned in forward, backward and update: ")
    assert "\nNot aligned: they part in update, at the optimizer's step, step 1\n" in said


def test_pytest_finds_the_plugin_where_the_core_is_installed(
    install: Install, tmp_path: Path
) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "def test_it(aligned):\n"
        "    with pytest.raises(TypeError):\n"
        "        aligned(object(), object())\n"
    )
    interpreter = install(CORE, also=("pytest",))
    said = run(
        interpreter,
        "-m",
        "pytest",
        "-W",
        "error",
        "--rootdir",
        str(tmp_path),
        str(tmp_path / "test_it.py"),
    )
    assert "not compared: UnknownFrameworkError" in said


def test_torch_and_its_adapter_need_no_paddle(install: Install) -> None:
    run(install(CORE, TORCH), str(PROBES / "torch_alone.py"))


def test_paddle_and_its_adapter_need_no_torch(install: Install) -> None:
    run(install(CORE, PADDLE, extras=("cpu",)), str(PROBES / "paddle_alone.py"))


def test_the_paddle_adapter_without_paddle_names_what_to_install(install: Install) -> None:
    said = run(install(CORE, PADDLE), str(PROBES / "adapter_without_paddle.py"))
    assert "padiff-paddle[cpu]" in said
    assert "padiff-paddle[gpu]" in said


@pytest.mark.parametrize("probe", PROBES_OF_ABSENCE)
def test_the_probe_fails_where_both_frameworks_are_installed(install: Install, probe: str) -> None:
    both = install(CORE, TORCH, PADDLE, extras=("cpu",))
    with pytest.raises(AssertionError, match="is installed"):
        run(both, str(PROBES / f"{probe}.py"))


def test_a_framework_gets_in_only_where_it_is_required() -> None:
    core = closure(requires(CORE.name) or [])
    assert {"numpy", "typer"} <= set(core)
    assert not {"torch", "paddlepaddle"} & set(core)
    assert "torch" in closure(requires(TORCH.name) or [])
    assert "paddlepaddle" not in closure(requires(PADDLE.name) or [])
    assert "paddlepaddle" in closure(requires(PADDLE.name) or [], ("cpu",))
