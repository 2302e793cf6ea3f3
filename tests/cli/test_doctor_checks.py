"""What `padiff doctor` says of an environment."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from padiff.cli.diagnosis.checks import Framework, examine
from padiff.cli.diagnosis.environment import Environment, Installed
from padiff.cli.diagnosis.finding import Finding

TORCH = Framework("torch", "torch", "2.13.0", "padiff-torch")
PADDLE = Framework("paddle", "paddle", "3.3.1", "padiff-paddle")
SETUPTOOLS = (Installed("setuptools", "80.0"),)


def said(
    packages: Mapping[str, tuple[Installed, ...]], *known: Framework, **variables: str
) -> list[Finding]:
    """What is said of an environment beyond padiff, Python and NumPy."""
    environment = Environment({"setuptools": SETUPTOOLS, **packages}, variables=variables)
    return list(examine(environment, {framework.name: framework for framework in known}))[3:]


def test_python_numpy_and_padiff_come_first() -> None:
    environment = Environment(
        {}, padiff="0.1.0", python=(3, 12, 1), system="Linux-6", numpy="2.2.5"
    )
    assert list(examine(environment, {})) == [
        Finding("padiff", "0.1.0"),
        Finding("Python", "3.12.1, Linux-6"),
        Finding("NumPy", "2.2.5"),
    ]


@pytest.mark.parametrize("version", ["1.26.4", "2.2.4", "2.2.5rc1"])
def test_a_numpy_whose_views_are_read_only_is_wrong(version: str) -> None:
    found = list(examine(Environment({}, numpy=version), {}))[2]
    assert (found.subject, found.found, found.state) == ("NumPy", version, "wrong")
    assert found.remark == (
        "before 2.2.5 np.from_dlpack returns read-only views, and adapters write through them:"
        " python -m pip install 'numpy>=2.2.5'"
    )


@pytest.mark.parametrize("version", ["2.2.5", "2.10.0", "3.0"])
def test_a_later_numpy_is_right(version: str) -> None:
    assert list(examine(Environment({}, numpy=version), {}))[2] == Finding("NumPy", version)


def test_the_version_that_was_measured_is_right_in_any_build() -> None:
    assert said({"torch": (Installed("torch", "2.13.0+cpu"),)}, TORCH) == [
        Finding("torch", "2.13.0+cpu")
    ]


def test_another_version_is_worth_knowing() -> None:
    assert said({"paddle": (Installed("paddlepaddle", "3.4.0"),)}, PADDLE) == [
        Finding(
            "paddle",
            "3.4.0 (paddlepaddle)",
            "note",
            "what padiff knows of it was measured on 3.3.1",
        )
    ]


def test_a_framework_that_is_not_there_is_no_fault() -> None:
    assert said({}, TORCH, Framework("paddle", "paddle")) == [
        Finding(
            "torch",
            "not installed",
            "note",
            "its traces can be shown and compared all the same",
        ),
        Finding("paddle", "not installed", "note"),
    ]


def test_a_framework_without_its_adapter_is_worth_knowing() -> None:
    installed = (Installed("torch", "2.13.0"),)
    assert said({"torch": installed}, Framework("torch", "torch")) == [
        Finding("torch", "2.13.0"),
        Finding(
            "torch",
            "no adapter",
            "note",
            "its models can be neither recorded nor run: python -m pip install padiff-torch",
        ),
    ]


def test_two_distributions_of_one_package_are_wrong() -> None:
    both = Installed("paddlepaddle", "3.3.1"), Installed("paddlepaddle-gpu", "3.3.0")
    assert said({"paddle": both}, PADDLE) == [
        Finding(
            "paddle",
            "paddlepaddle 3.3.1 and paddlepaddle-gpu 3.3.0",
            "wrong",
            "they overwrite each other's files: uninstall all of them, then install one"
            " (both bring the package paddle)",
        )
    ]


def test_paddle_without_setuptools_is_wrong() -> None:
    packages = {"paddle": (Installed("paddlepaddle", "3.3.1"),), "setuptools": ()}
    assert said(packages, PADDLE)[1:] == [
        Finding(
            "setuptools",
            "not installed",
            "wrong",
            "import paddle needs it, and asks for it on Python 3.12 and later alone:"
            " python -m pip install setuptools",
        )
    ]
    assert said({"setuptools": ()}, PADDLE) == [
        Finding(
            "paddle", "not installed", "note", "its traces can be shown and compared all the same"
        )
    ]


BOTH = {
    "torch": (Installed("torch", "2.13.0"),),
    "paddle": (Installed("paddlepaddle", "3.3.1"),),
}


def test_two_frameworks_are_two_openmp_runtimes() -> None:
    assert said(BOTH, TORCH, PADDLE, KMP_BLOCKTIME="200")[2:] == [
        Finding(
            "OpenMP",
            "KMP_BLOCKTIME=200, OMP_WAIT_POLICY not set",
            "note",
            "torch and paddle each bring a runtime, and in one process their waiting threads can"
            " slow the other down: set KMP_BLOCKTIME=0 OMP_WAIT_POLICY=PASSIVE, or give each a"
            " process (padiff run)",
        )
    ]


def test_openmp_told_to_wait_calmly_is_right() -> None:
    assert said(BOTH, TORCH, PADDLE, KMP_BLOCKTIME="0", OMP_WAIT_POLICY="PASSIVE")[2:] == [
        Finding("OpenMP", "KMP_BLOCKTIME=0, OMP_WAIT_POLICY=PASSIVE")
    ]


@pytest.mark.parametrize(
    "torch",
    [
        Installed("torch", "2.13.0+cu130"),
        Installed("torch", "2.13.0", ("filelock", "nvidia-nccl-cu12==2.27; system == 'Linux'")),
    ],
)
def test_two_cuda_builds_are_worth_knowing(torch: Installed) -> None:
    packages = {"torch": (torch,), "paddle": (Installed("paddlepaddle-gpu", "3.3.1"),)}
    assert said(packages, TORCH, PADDLE)[3:] == [
        Finding(
            "CUDA",
            "torch and paddle are CUDA builds",
            "note",
            "each brings CUDA libraries of its own; if one cannot be imported beside the other,"
            " give each an environment and a process (padiff run)",
        )
    ]


def test_a_cuda_build_beside_one_for_the_cpu_is_not_mentioned() -> None:
    packages = {**BOTH, "paddle": (Installed("paddlepaddle-gpu", "3.3.1"),)}
    assert [found.subject for found in said(packages, TORCH, PADDLE)] == [
        "torch",
        "paddle",
        "OpenMP",
    ]
