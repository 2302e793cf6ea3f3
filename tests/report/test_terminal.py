from __future__ import annotations

import io
from collections.abc import Callable, Iterable

import pytest
from rich.console import Console, Group, RenderableType

from padiff.report.alignment import AlignmentReport
from padiff.report.terminal import render

from . import cases
from .build import origin, report, tensor, unit


def shown(what: RenderableType, width: int = 80) -> str:
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(what)
    return "\n".join(line.rstrip() for line in console.export_text().splitlines())


def tree(what: AlignmentReport, *, full: bool = False) -> list[str]:
    """The lines of the table."""
    lines = shown(Group(*render(what, full=full)), width=200).splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("layer "))
    return lines[begin : lines.index("", begin)]


FORWARD = """\
Not aligned: they part in forward at base encoder.1.norm / raw layers.1.ln, call
0
  base LayerNorm (torch), raw PaddleNorm (paddle)
  output: 1 of 8 elements is out of tolerance (12.5%)
    largest error 0.25, mean 0.0312, RMS 0.0884
    relative to base up to 0.25; cosine 0.996801
    worst at [1, 2]: base 1.0, raw 1.25
    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
    base's own rounding error there: 9.54e-07 at most; this is about 260,000
    times that
    float32, shape (2, 4)
  raw calls it at model.py:12
  lint error: epsilon: base 1e-05; raw 0.01; write epsilon=1e-05
  hint: with epsilon=1e-05 in raw the two agree [epsilon]

layer                          forward
Net                            0.5 inherits
  encoder.0 (Block, 2 layers)  0
  encoder.1 (Block)            0.5 inherits
    norm (LayerNorm)           0.25 origin
  head (Linear)                0.5 inherits

in forward 3 other layers inherit it, 2 agree
compared: Net (torch) and PaddleNet (paddle), 1 step
tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
loss: base 0.5, raw 0.75
lint elsewhere: 1 warning, see report.findings
"""

ALIGNED = """\
Aligned in forward, backward and update: largest error 9.54e-07, in forward at
(root)

layer               forward   backward  update
Net                 9.54e-07  -         -
  encoder (Linear)  4.77e-07  0         -
  head (Linear)     9.54e-07  0         2.38e-07

forward   3 layers, 3 tensors, largest error 9.54e-07 in output of (root) at [1,
2]: base 1.0, raw 1.000001
backward  2 layers, 2 tensors, all identical
update    1 layer, 2 tensors, largest error 2.38e-07 in weight of head at [1,
2]: base 1.0, raw 1.0000002
compared: Net (torch) and PaddleNet (paddle), 1 step
tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
loss: base 0.5, raw 0.5
lint: 1 note, see report.findings
note: pooler was called 0 times in base, 1 in raw.
note: not compared (only raw returns it): output 1 of encoder
"""


@pytest.mark.parametrize(("case", "expected"), [(cases.forward, FORWARD), (cases.aligned, ALIGNED)])
def test_all_of_it_at_80_columns(case: Callable[[], AlignmentReport], expected: str) -> None:
    assert shown(case()) + "\n" == expected


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("case", cases.CASES)
def test_no_line_is_too_wide_and_nothing_is_cut(
    case: Callable[[], AlignmentReport], width: int
) -> None:
    said = shown(case(), width)
    assert max(map(len, said.splitlines())) <= width
    words = str(case()).split()
    assert not [word for word in words if len(word) < 60 and word not in said]
    assert "\N{HORIZONTAL ELLIPSIS}" not in said


@pytest.mark.parametrize("case", cases.CASES)
def test_it_is_printed_where_only_ascii_can_be(case: Callable[[], AlignmentReport]) -> None:
    assert shown(case()).isascii()


def test_a_fault_between_layers_is_marked_at_the_layer_around() -> None:
    assert tree(cases.glue()) == [
        "layer             forward",
        "Net               -",
        "  block (Block)   0.5 origin",
        "    fc1 (Linear)  0",
        "    fc2 (Linear)  0.5 inherits",
    ]


def test_a_column_for_each_phase() -> None:
    assert tree(cases.backward()) == [
        "layer           forward  backward",
        "Net             -        -",
        "  fc0 (Linear)  0        0.25 inherits",
        "  fc1 (Linear)  0        0.5 origin",
    ]


def test_the_loss_is_marked_at_the_model() -> None:
    assert tree(cases.loss()) == [
        "layer          forward",
        "Net            0.5 origin",
        "  fc (Linear)  0",
    ]


def test_the_optimizer_is_marked_at_the_model_and_nobody_inherits_it() -> None:
    assert tree(cases.optimizer()) == [
        "layer           forward  backward  update",
        "Net             -        -         0.5 origin",
        "  fc0 (Linear)  0        0         0.25 differs",
        "  fc1 (Linear)  0        0         0.5 differs",
        "  bn (Linear)   0        0         0",
    ]


@pytest.mark.parametrize(
    ("case", "cell"),
    [
        (cases.shapes, "shape origin"),
        (cases.missing, "missing origin"),
        (cases.nonfinite, "NaN/inf origin"),
        (cases.unexplained, "0.5 inherits"),
    ],
)
def test_what_has_no_number(case: Callable[[], AlignmentReport], cell: str) -> None:
    assert tree(case())[-1].endswith(f"  {cell}")


def test_nothing_but_notes() -> None:
    assert shown(cases.notes_only()).splitlines() == [
        "Nothing was compared",
        "compared: Net (torch) and PaddleNet (paddle), 1 step",
        "tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype",
        "note: No gradient flows to the outputs of either model.",
    ]


def test_two_thousand_layers() -> None:
    assert tree(cases.big()) == [
        "layer                                     forward",
        "Net                                       0.5 inherits",
        "  blocks.0 ... blocks.6 (35 layers)       0",
        "  blocks.7 (Block)                        0.5 inherits",
        "    norm (Linear)                         0",
        "    fc1 (Linear)                          0.25 origin",
        "    act (Linear)                          0.5 inherits",
        "    fc2 (Linear)                          0.5 inherits",
        "  blocks.8 ... blocks.399 (1,960 layers)  0.5 inherits",
    ]


def test_two_thousand_layers_that_agree() -> None:
    assert tree(cases.big_aligned()) == [
        "layer                                      forward   backward  update",
        "Net                                        0         -         -",
        "  layers.0 ... layers.1999 (2,000 layers)  2.38e-07  2.38e-07  2.38e-07",
    ]


def test_every_layer_if_asked_for() -> None:
    assert len(tree(cases.big(), full=True)) == 2002
    assert tree(cases.forward(), full=True) == [
        "layer                 forward",
        "Net                   0.5 inherits",
        "  encoder.0 (Block)   0",
        "    norm (LayerNorm)  0",
        "  encoder.1 (Block)   0.5 inherits",
        "    norm (LayerNorm)  0.25 origin",
        "  head (Linear)       0.5 inherits",
    ]


def test_many_origins_share_a_line() -> None:
    lines = tree(cases.many())
    assert len(lines) == 23
    assert lines[-1] == "  fc20 ... fc29 (10 layers)  0.5 origin"


def _alternating(number: int) -> Iterable[float]:
    return (0.5 if i % 2 else 0.0 for i in range(number))


def test_neighbours_that_alternate_share_a_line_too() -> None:
    at = unit("first", tensor("output", 0.5), is_origin=True)
    rest = [unit(f"fc{i}", tensor("output", e)) for i, e in enumerate(_alternating(100))]
    assert tree(report([at, *rest], [origin(at)])) == [
        "layer                        forward",
        "Net                          -",
        "  first (Linear)             0.5 origin",
        "  fc0 ... fc99 (100 layers)  0.5 inherits",
    ]


def test_a_folded_line_has_the_largest_error_of_all_within() -> None:
    units = [unit("a", tensor("output")), unit("a.b", tensor("output", 2.0**-20))]
    lines = tree(report([unit("", tensor("output")), *units, unit("c", tensor("output"))]))
    assert lines[2:] == ["  a (Linear, 2 layers)  9.54e-07", "  c (Linear)            0"]


def test_the_worst_of_several_calls() -> None:
    calls = [unit("fc", tensor("output", e), call=i) for i, e in enumerate((0.0, 2.0**-20, 0.0))]
    assert tree(report(calls))[-1] == "  fc (Linear)  9.54e-07"


def test_only_the_step_where_they_part() -> None:
    at = unit("fc", tensor("weight", 0.5), phase="update", step=1, is_origin=True)
    before = unit("fc", tensor("weight", 2.0**-20), phase="update")
    later = unit("gc", tensor("weight", 2.0**-20), phase="update")
    lines = tree(report([before, later, at], [origin(at)], steps=2))
    assert lines[1:] == ["Net            -", "  fc (Linear)  0.5 origin"]


def test_a_model_within_another_is_looked_into() -> None:
    paths = ("model", "model.net", "model.net.a", "model.net.b")
    lines = tree(report([unit(path, tensor("output")) for path in paths]))
    assert lines[2:] == [
        "  model (Linear)  0",
        "    net (Linear)  0",
        "      a (Linear)  0",
        "      b (Linear)  0",
    ]


def _styles(what: AlignmentReport) -> dict[str, str]:
    console = Console(width=120, file=io.StringIO(), force_terminal=True)
    lines = console.render_lines(Group(*render(what)), pad=False)
    segments = (segment for line in lines for segment in line)
    return {segment.text.strip(): str(segment.style) for segment in segments}


def test_the_origin_stands_out_and_what_inherits_it_does_not() -> None:
    styles = _styles(cases.forward())
    assert styles["0.25 origin"] == "bold red"
    assert styles["0.5 inherits"] == "dim"
    assert styles["0"] == "green"
    assert styles["hint: with epsilon=1e-05 in raw the two agree [epsilon]"] == "bold cyan"


@pytest.mark.parametrize(
    ("case", "style"),
    [
        (cases.aligned, "bold green"),
        (cases.backward_alone, "bold red"),
        (cases.notes_only, "bold red"),
    ],
)
def test_the_outcome_has_a_colour(case: Callable[[], AlignmentReport], style: str) -> None:
    assert _styles(case())[str(case()).splitlines()[0]] == style


def test_neighbours_that_differ_in_one_phase_are_told_from_those_that_agree() -> None:
    names = [f"fc{i}" for i in range(14)]
    whole = unit("", tensor("weight", 0.5), phase="update")
    errors = [0.5] * 7 + [0.0] * 7
    forward = [unit(name, tensor("output")) for name in names]
    update = [
        unit(n, tensor("weight", e), phase="update") for n, e in zip(names, errors, strict=True)
    ]
    assert tree(report([*forward, *update], [origin(whole)])) == [
        "layer                      forward  update",
        "Net                        -        0.5 origin",
        "  fc0 ... fc6 (7 layers)   0        0.5 differs",
        "  fc7 ... fc13 (7 layers)  0        0",
    ]


def test_few_neighbours_of_an_origin_keep_their_lines() -> None:
    at = unit("at", tensor("output", 0.5), is_origin=True)
    for number, rows in ((5, 5), (6, 1)):
        rest = [unit(f"fc{i}", tensor("output", 0.5)) for i in range(number)]
        assert len(tree(report([at, *rest], [origin(at)]))) == 3 + rows


def test_twenty_lines_are_not_too_many() -> None:
    at = unit("at", tensor("output", 0.5), is_origin=True)
    for number, rows in ((19, 19), (20, 1)):
        rest = [unit(f"fc{i}", tensor("output", e)) for i, e in enumerate(_alternating(number))]
        assert len(tree(report([at, *rest], [origin(at)]))) == 3 + rows
