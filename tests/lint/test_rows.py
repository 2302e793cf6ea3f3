"""Every row of the measured table: those that differ, raise or crash are named, the rest silent.

Nothing is run: four of these layers would kill the interpreter.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

import padiff
from padiff import LintReport
from tests.parity.cases import Case, Raises, of_outcome
from tests.parity.sides import PADDLE, SIDES, TORCH, Side
from tests.small.marks import marks_of

from .findings import INHERENT, named, without_inherent

NAMED: Final[dict[int, list[tuple[str, str]]]] = {
    9: [("error", "embedding.padding_row")],
    51: [("warning", "batch_norm.half_affine")],
    53: [("warning", "batch_norm.batch_statistics_in_eval")],
    57: [("error", "batch_norm.no_cpu_kernel")],
    64: [("error", "instance_norm.eval_statistics")],
    70: [("error", "layer_norm.epsilon_limit")],
    74: [("warning", "group_norm.no_weight")],
    89: [("error", "rnn.missing_bias")],
    91: [("error", "rnn.python_loop")],
    92: [("error", "rnn.python_loop")],
    99: [("error", "rnn.missing_bias")],
    101: [("error", "rnn.python_loop")],
    102: [("error", "rnn.python_loop")],
    109: [("error", "gru.missing_bias")],
    111: [("error", "gru.python_loop")],
    112: [("error", "gru.python_loop")],
    119: [("error", "lstm.missing_bias")],
    # The same layers as in row 137, where the caller passes states.
    138: [("info", "lstm.default_state")],
    # The same layers as in row 148, where the caller inverts the mask.
    149: [("info", "multi_head_attention.bool_mask")],
    175: [("error", "linear.weight_norm_axis")],
    182: [("error", "linear.weight_norm_axis")],
    194: [("error", "spectral_norm.spectral_iterates")],
}
"""By row, what the lint says of it, and nothing else but what is inherent."""

NOTED: Final[dict[int, list[tuple[str, str]]]] = {
    # Matches because the caller transposes: the axes are arranged in another way.
    34: [("info", "conv.channels")],
    55: [("info", "batch_norm.channels")],
    78: [("info", "group_norm.channels")],
    141: [("info", "multi_head_attention.batch_first")],
    170: [("info", "multi_head_attention.batch_first")] * 3,
    # Matches because the caller takes the mean of what paddle returns.
    83: [("info", "embedding.reduction")],
    # A negative control, which matches in eval() only: the issue the lint is for.
    49: [("warning", "batch_norm.momentum")],
    # Matches where torch is in eval() and paddle in train(): in eval() the frozen layer is alike.
    54: [("info", "batch_norm.train_statistics")],
    # Matches where the caller wrote the epsilon of the dtype.
    82: [("info", "rms_norm.default_epsilon")],
    # Matches where the caller passes states.
    137: [("info", "lstm.default_state")],
}
"""By matching row, what the lint says of it: the caller makes up for it, or does not meet with it."""

UNKNOWN: Final = {81, 82}
"""The rows with a layer of the tests' own, whose epsilon nobody declared."""


def built(case: Case) -> tuple[Any, Any]:
    """Both sides in eval(), base's tensors drawn, padding row included."""
    return TORCH.model(case, "float32", 1), PADDLE.build(case, "float32")


def can_be_built(case: Case) -> bool:
    return not (isinstance(case.expect, Raises) and case.expect.when == "build")


def short(report: LintReport) -> list[tuple[str, str]]:
    return [(f.severity, f.rule) for f in without_inherent(report.findings)]


OFF: Final = of_outcome("differs", "raises", "crashes")
each_match = pytest.mark.parametrize("case", of_outcome("match"), ids=lambda case: case.id)
each_off = pytest.mark.parametrize(
    "case", [case for case in OFF if can_be_built(case)], ids=lambda case: case.id
)


@each_off
def test_a_row_that_does_not_match_is_named(case: Case) -> None:
    report = padiff.lint(*built(case))
    expected = [(severity, rule, "", "") for severity, rule in NAMED[case.row]]
    rules = {rule for _, rule in NAMED[case.row]}
    found = [finding for finding in report.findings if finding.rule in rules]
    assert named(found) == expected
    assert short(report) == [each for each in NAMED[case.row] if each[1] not in INHERENT]


@each_off
def test_it_is_named_in_the_other_direction_too(case: Case) -> None:
    torch_side, paddle_side = TORCH.build(case, "float32"), PADDLE.model(case, "float32", 1)
    found = {finding.rule for finding in padiff.lint(paddle_side, torch_side).findings}
    assert {rule for _, rule in NAMED[case.row]} <= found


def test_only_a_constructor_that_raises_keeps_a_layer_from_the_lint() -> None:
    assert {case.row for case in OFF} - NAMED.keys() == {90, 100, 110, 120}
    assert [case.row for case in OFF if not can_be_built(case)] == [90, 100, 110, 120]


@each_match
def test_a_row_that_matches_is_silent(case: Case) -> None:
    report = padiff.lint(*built(case))
    assert short(report) == NOTED.get(case.row, [])
    assert {f.severity for f in report.findings if f.rule in INHERENT} <= {"info"}
    assert bool(report.unknown) == (case.row in UNKNOWN)
    assert (report.base_alone, report.raw_alone) == ((), ())


@each_match
def test_a_row_is_as_silent_in_the_other_direction(case: Case) -> None:
    torch_side, paddle_side = TORCH.build(case, "float32"), PADDLE.model(case, "float32", 1)
    assert sorted(short(padiff.lint(paddle_side, torch_side))) == sorted(NOTED.get(case.row, []))


ONE_SIDED: Final = {"default_state", "eval_backward"}
"""Rules about one layer, whatever stands on the other side."""


@each_match
@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
def test_a_layer_and_its_like_differ_in_nothing(case: Case, side: Side) -> None:
    report = padiff.lint(side.model(case, "float32", 1), side.build(case, "float32"))
    assert {f.rule.rpartition(".")[2] for f in report.findings} <= ONE_SIDED


PARTING: Final = {
    "running_mean": "momentum",
    "running_var": "running_variance",
    "_u": "spectral_order",
    "_v": "spectral_order",
}
"""By buffer that training leaves different, what the lint names."""

TRAINED: Final = [case for case in of_outcome("match") if case.training]


@pytest.mark.parametrize("case", TRAINED, ids=lambda case: case.id)
def test_in_training_it_names_what_was_measured_to_part(case: Case) -> None:
    assert case.training is not None
    base, raw = built(case)
    base.train()
    raw.train()
    grave = {f.rule for f in padiff.lint(base, raw).findings if f.severity != "info"}
    assert {rule.rpartition(".")[2] for rule in grave} == {
        PARTING[name.rpartition(".")[2]] for name in case.training.apart
    }


@each_match
def test_linting_changes_nothing(case: Case) -> None:
    models = built(case)
    before = [marks_of(model) for model in models]
    modes = [model.training for model in models]
    padiff.lint(*models)
    assert [marks_of(model) for model in models] == before
    assert [model.training for model in models] == modes
