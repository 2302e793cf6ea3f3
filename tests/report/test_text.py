from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from padiff.report.alignment import AlignmentReport

from . import build, cases
from .build import finding, origin, tensor, unit

ALIGNED = """\
Aligned in forward, backward and update: largest error 9.54e-07, in forward at (root)
  forward   3 layers, 3 tensors, largest error 9.54e-07 in output of (root) at [1, 2]: base 1.0, raw 1.000001
  backward  2 layers, 2 tensors, all identical
  update    1 layer, 2 tensors, largest error 2.38e-07 in weight of head at [1, 2]: base 1.0, raw 1.0000002
  compared: Net (torch) and PaddleNet (paddle), 1 step
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
  loss: base 0.5, raw 0.5
  lint: 1 note, see report.findings
  note: pooler was called 0 times in base, 1 in raw.
  note: not compared (only raw returns it): output 1 of encoder
"""

FORWARD = """\
Not aligned: they part in forward at base encoder.1.norm / raw layers.1.ln, call 0
  base LayerNorm (torch), raw PaddleNorm (paddle)
  output: 1 of 8 elements is out of tolerance (12.5%)
    largest error 0.25, mean 0.0312, RMS 0.0884
    relative to base up to 0.25; cosine 0.996801
    worst at [1, 2]: base 1.0, raw 1.25
    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
    base's own rounding error there: 9.54e-07 at most; this is about 260,000 times that
    float32, shape (2, 4)
  raw calls it at model.py:12
  lint error: epsilon: base 1e-05; raw 0.01; write epsilon=1e-05
  hint: with epsilon=1e-05 in raw the two agree [epsilon]
  in forward 3 other layers inherit it, 2 agree
  compared: Net (torch) and PaddleNet (paddle), 1 step
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
  loss: base 0.5, raw 0.75
  lint elsewhere: 1 warning, see report.findings
"""

GLUE = """\
Not aligned: they part in forward at block, between block.fc1 and block.fc2, call 0
  base Block (torch), raw Block (paddle)
  block.fc1 agrees, block.fc2 is handed something else: the code between, not a layer
  input args.0 of block.fc2: 1 of 8 elements is out of tolerance (12.5%)
    largest error 0.5, mean 0.0625, RMS 0.177
    relative to base up to 0.5; cosine 0.988105
    worst at [1, 2]: base 1.0, raw 1.5
    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
    float32, shape (2, 4)
  raw calls it at model.py:7
  hint: raw does not add input args.0 [missing_residual]
  in forward 1 other layer inherits it, 1 agrees
  compared: Net (torch) and PaddleNet (paddle), 1 step
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
"""

BEFORE = """\
Not aligned: they part in forward at (root), before fc, call 0
  base Net (torch), raw Net (paddle)
  what comes in agrees, fc is handed something else: the code between, not a layer
  input args.0 of fc: 1 of 8 elements is out of tolerance (12.5%)
    largest error 0.5, mean 0.0625, RMS 0.177
    relative to base up to 0.5; cosine 0.988105
    worst at [1, 2]: base 1.0, raw 1.5
    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
    float32, shape (2, 4)
  in forward 1 other layer inherits it
  compared: Net (torch) and PaddleNet (paddle), 1 step
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
"""

BACKWARD = """\
Not aligned: they part in backward at fc1, call 0
  base Linear (torch), raw Linear (paddle)
  outputs agree, gradients do not: the backward of this layer
  gradient of input args.0: 1 of 8 elements is out of tolerance (12.5%)
    largest error 0.5, mean 0.0625, RMS 0.177
    relative to base up to 0.5; cosine 0.988105
    worst at [1, 2]: base 1.0, raw 1.5
    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
    float32, shape (2, 4)
  raw calls it at model.py:3
  in forward all 2 layers agree; in backward 1 other layer inherits it
  compared: Net (torch) and PaddleNet (paddle), 1 step
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
"""

MISSING = """\
Not aligned: they part in backward at fc, call 0
  base Linear (torch), raw Linear (paddle)
  outputs agree, gradients do not: the backward of this layer
  gradient of bias: only base has a gradient here
  in forward the one layer agrees; in backward no other layer differs
  compared: Net (torch) and PaddleNet (paddle), 1 step
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
"""

LOSS = """\
Not aligned: they part in forward, at the loss
  base Net (torch), raw Net (paddle)
  outputs agree, losses do not: the loss functions
  loss: 1 of 8 elements is out of tolerance (12.5%)
    largest error 0.5, mean 0.0625, RMS 0.177
    relative to base up to 0.5; cosine 0.988105
    worst at [1, 2]: base 1.0, raw 1.5
    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
    float32, shape (2, 4)
  in forward no other layer differs, 1 agrees
  compared: Net (torch) and PaddleNet (paddle), 1 step
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
  loss: base 1, raw 1.5
"""

OPTIMIZER = """\
Not aligned: they part in update, at the optimizer's step, step 1
  base Net (torch), raw Net (paddle)
  gradients agree, weights after the step do not: the optimizer
  weight of fc1: 1 of 8 elements is out of tolerance (12.5%)
    largest error 0.5, mean 0.0625, RMS 0.177
    relative to base up to 0.5; cosine 0.988105
    worst at [1, 2]: base 1.0, raw 1.5
    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
    float32, shape (2, 4)
  in forward all 3 layers agree; in backward all 3 layers agree; in update 2 layers differ, 1 agrees
  compared: Net (torch) and PaddleNet (paddle), 2 steps
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
  loss in step 1: base 0.25, raw 0.25
"""

NONFINITE = """\
Not aligned: they part in forward at fc1, call 0
  base Linear (torch), raw Linear (paddle)
  output: 2 of 4 elements are out of tolerance (50%)
    largest error where both are finite 0.5, mean 0.25, RMS 0.354
    relative to base up to 0.125; cosine 0.999654
    not finite: base 1 +inf; raw 1 NaN, 1 +inf; they differ at 1 position
    worst at [1]: base 2.0, raw nan
    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
    float32, shape (4,)
  in forward no other layer differs, 1 agrees
  compared: Net (torch) and PaddleNet (paddle), 1 step
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
  note: NaN or infinities on both sides alike: output of fc0
"""

SUSPICIOUS = """\
Not aligned: they part in forward at fc, call 0
  base Linear (torch), raw Linear (paddle)
  output: every element is within the tolerance; suspicious: more than rounding explains, yet not by much
    largest error 3.81e-06, mean 4.77e-07, RMS 1.35e-06
    relative to base up to 3.81e-06; cosine 1.000000; 32 ULP
    worst at [1, 2]: base 1.0, raw 1.0000038
    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
    base's own rounding error there: 1.19e-07 at most; this is about 32 times that
    float32, shape (2, 4)
  in forward no other layer differs
  compared: Net (torch) and PaddleNet (paddle), 1 step
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
"""

SEVERAL = """\
Not aligned: they part in 2 places, first in forward at fc0, call 0
1. forward at fc0, call 0
  base Linear (torch), raw Linear (paddle)
  output: 1 of 8 elements is out of tolerance (12.5%)
    largest error 0.5, mean 0.0625, RMS 0.177
    relative to base up to 0.5; cosine 0.988105
    worst at [1, 2]: base 1.0, raw 1.5
    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
    float32, shape (2, 4)
2. forward at fc1, call 1
  base Linear (torch), raw Linear (paddle)
  output: 1 of 8 elements is out of tolerance (12.5%)
    largest error 0.25, mean 0.0312, RMS 0.0884
    relative to base up to 0.25; cosine 0.996801
    worst at [1, 2]: base 1.0, raw 1.25
    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
    float32, shape (2, 4)
  in forward no other layer differs; in backward 1 layer inherits it
  compared: Net (torch) and PaddleNet (paddle), 1 step
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
"""

NOTES_ONLY = """\
Nothing was compared
  compared: Net (torch) and PaddleNet (paddle), 1 step
  tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
  note: No gradient flows to the outputs of either model.
"""

EXPECTED = [
    (cases.aligned, ALIGNED),
    (cases.forward, FORWARD),
    (cases.glue, GLUE),
    (cases.before, BEFORE),
    (cases.backward, BACKWARD),
    (cases.missing, MISSING),
    (cases.loss, LOSS),
    (cases.optimizer, OPTIMIZER),
    (cases.nonfinite, NONFINITE),
    (cases.suspicious, SUSPICIOUS),
    (cases.several, SEVERAL),
    (cases.notes_only, NOTES_ONLY),
]


@pytest.mark.parametrize(("case", "expected"), EXPECTED)
def test_the_whole_text(case: Callable[[], AlignmentReport], expected: str) -> None:
    assert str(case()) + "\n" == expected


@pytest.mark.parametrize("case", cases.CASES)
def test_the_first_line_says_whether_they_agree(case: Callable[[], AlignmentReport]) -> None:
    report = case()
    first = str(report).splitlines()[0]
    nothing = case is cases.notes_only
    expected = "Nothing was compared" if nothing else "Aligned" if report else "Not aligned:"
    assert first.startswith(expected)


@pytest.mark.parametrize("case", cases.CASES)
def test_no_report_is_a_wall(case: Callable[[], AlignmentReport]) -> None:
    assert len(str(case()).splitlines()) <= 80


def _meaning(report: AlignmentReport) -> str:
    return str(report).splitlines()[2].strip()


def test_an_update_that_differs_in_one_layer_is_its_settings_in_the_optimizer() -> None:
    meaning = (
        "gradients agree, weights after the step do not: the optimizer's settings for this layer"
    )
    assert _meaning(cases.weight()) == meaning
    assert _meaning(cases.root_weight()) == meaning


def test_a_buffer_that_differs_is_no_optimizer() -> None:
    assert _meaning(cases.buffer()) == (
        "outputs and gradients agree, a buffer does not: what the layer keeps as it runs"
    )


def test_outputs_that_were_not_compared_are_not_said_to_agree() -> None:
    assert _meaning(cases.backward_alone()) == (
        "given the same gradients, it hands on others: the backward of this layer"
    )


def test_the_gradients_of_a_layer_whose_outputs_differ() -> None:
    report = cases.backward()
    units = [
        replace(unit, produced=(tensor("output", 0.5),)) if unit.phase == "forward" else unit
        for unit in report.units
    ]
    assert _meaning(replace(report, units=tuple(units))).startswith("given the same gradients")


def test_a_difference_without_an_origin() -> None:
    lines = str(cases.unexplained()).splitlines()
    assert lines[:2] == [
        "Not aligned: something differs at 1 layer",
        "  in forward 1 layer differs",
    ]


def test_shapes_that_differ() -> None:
    lines = str(cases.shapes()).splitlines()
    assert lines[2:4] == [
        "  output: base has shape (2, 3), raw has shape (3, 2)",
        "  in forward no other layer differs",
    ]


def test_the_mean_error() -> None:
    lines = str(cases.by_mean()).splitlines()
    assert lines[2] == "  output: the mean error is 0.0625, allowed is 0.001"
    assert lines[6] == "    allowed: mean |base - raw| <= 0.001 + 0 * mean |base|"


def test_of_many_origins_few_are_told_of_and_some_named() -> None:
    lines = str(cases.many()).splitlines()
    assert lines[0] == "Not aligned: they part in 30 places, first in forward at fc0, call 0"
    assert sum(line[0].isdigit() for line in lines) == 6
    assert (
        "25 more places: forward at fc5, call 0; forward at fc6, call 0; forward at fc7, call 0;"
        " forward at fc8, call 0; forward at fc9, call 0 and 20 more"
    ) in lines


def test_findings_of_many_layers_share_a_line_and_are_limited() -> None:
    report = cases.forward()
    short = {"what": "base 1; raw 2", "fix": "write epsilon=1"}
    same = [finding(f"encoder.1.norm.{i}", **short) for i in range(3)]
    other = [finding("encoder.1.norm", subject=f"option{i}", severity="info") for i in range(7)]
    told = replace(report.origins[0], findings=(*other, *same))
    lint = [line.strip() for line in str(replace(report, origins=(told,))).splitlines()]
    assert [line for line in lint if line.startswith("lint")] == [
        "lint error at encoder.1.norm.0 and 2 more: epsilon: base 1; raw 2; write epsilon=1",
        *(f"lint info: option{i}: base 1e-05; raw 0.01; write epsilon=1e-05" for i in range(4)),
        "lint has 3 more to say of it: see origin.findings",
        "lint elsewhere: 1 error, 1 warning, see report.findings",
    ]


def test_two_thousand_layers_are_counted() -> None:
    assert "  in forward 1,964 other layers inherit it, 36 agree" in str(cases.big()).splitlines()


def test_as_many_findings_as_are_shown_leave_none_to_say() -> None:
    report = cases.forward()
    five = tuple(finding("encoder.1.norm", subject=f"option{i}") for i in range(5))
    text = str(replace(report, origins=(replace(report.origins[0], findings=five),)))
    assert text.count("lint error") == 5
    assert "more to say" not in text


def test_the_optimizer_beside_a_buffer() -> None:
    report = cases.optimizer()
    at = unit("bn", tensor("running_var", 0.5), phase="update", step=1, is_origin=True)
    both = replace(report, units=(*report.units, at), origins=(*report.origins, origin(at)))
    assert [line for line in str(both).splitlines() if line[0].isdigit()] == [
        "1. update, at the optimizer's step, step 1",
        "2. update at bn, step 1",
    ]


def test_a_buffer_named_as_a_parameter_of_another_layer() -> None:
    at = unit("bn", tensor("scale", 0.5), phase="update", is_origin=True)
    other = unit("fc", tensor("gradient of scale"), phase="backward")
    assert _meaning(build.report([other, at], [origin(at)])).startswith("outputs and gradients")


def test_a_layer_around_that_returns_the_very_tensor_is_not_named() -> None:
    shared = tensor("output", 0.5)
    around, at = unit("net", shared), unit("net.fc", shared, is_origin=True)
    lines = str(build.report([around, at], [origin(at)])).splitlines()
    assert lines[2] == "  output: 1 of 8 elements is out of tolerance (12.5%)"


def test_as_many_origins_as_are_told_of_leave_none_to_name() -> None:
    report = cases.many(5)
    console = Console(file=io.StringIO(), record=True)
    console.print(report)
    for said in (str(report), report.to_markdown(), console.export_text()):
        assert "5. forward at fc4" in said
        assert "more place" not in said


def test_what_never_ran_keeps_two_models_from_being_aligned() -> None:
    report = replace(cases.aligned(), unrun=("backward", "2 more steps"))
    assert not report
    assert str(report).splitlines()[0] == (
        "Not complete: all that was compared agrees, but not compared was: backward, 2 more steps"
    )
    assert str(replace(cases.forward(), unrun=("backward",))) == str(cases.forward())


def test_a_count_that_is_not_known() -> None:
    lines = str(cases.judged_again()).splitlines()
    assert lines[2] == "  output: at least 1 and at most 3 of 4 elements are out of tolerance"
    assert lines[6] == "    allowed: |base - raw| <= 0.4 + 0 * |base|"
