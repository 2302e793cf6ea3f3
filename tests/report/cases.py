"""One report for everything that may come out of an alignment."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from padiff.compare.again import judged_with
from padiff.compare.hints import Hint
from padiff.compare.measure import measure
from padiff.compare.metrics import Metrics
from padiff.compare.tolerance import Tolerance
from padiff.compare.verdict import Verdict
from padiff.report.alignment import AlignmentReport
from padiff.report.units import Phase, UnitResult

from .build import (
    DEFAULT,
    alone,
    finding,
    floats,
    floor,
    measured,
    origin,
    report,
    tensor,
    unit,
)

OUTPUT = "output"


def aligned() -> AlignmentReport:
    tiny = 2.0**-20
    units = [
        unit("", tensor(OUTPUT, tiny), classes="Net"),
        unit("encoder", tensor("output 0", tiny / 2), alone("output 1", "only raw returns it")),
        unit("head", tensor(OUTPUT, tiny)),
        unit("head", tensor("gradient of weight"), phase="backward"),
        unit("encoder", tensor("gradient of weight"), phase="backward"),
        unit("head", tensor("weight", 2.0**-22), tensor("bias"), phase="update"),
    ]
    return report(
        units,
        losses=[(0.5, 0.5)],
        notes=["pooler was called 0 times in base, 1 in raw."],
        findings=[finding("head", severity="info")],
    )


def forward() -> AlignmentReport:
    """An origin with all that can be said of one."""
    at = unit(
        "encoder.1.norm",
        tensor(OUTPUT, 0.25, floor=floor(2.0**-20)),
        raw_path="layers.1.ln",
        classes=("LayerNorm", "PaddleNorm"),
        source="model.py:12",
        is_origin=True,
    )
    units = [
        unit("", tensor(OUTPUT, 0.5), classes="Net"),
        unit("encoder.0", tensor(OUTPUT), classes="Block"),
        unit("encoder.0.norm", tensor(OUTPUT), classes="LayerNorm"),
        unit("encoder.1", tensor(OUTPUT, 0.5), classes="Block"),
        at,
        unit("head", tensor(OUTPUT, 0.5)),
    ]
    findings = [finding("encoder.1.norm", raw_path="layers.1.ln")]
    hint = Hint("epsilon", "with epsilon=1e-05 in raw the two agree")
    elsewhere = finding("head", severity="warning")
    return report(
        units,
        [origin(at, findings=findings, hints=[hint])],
        losses=[(0.5, 0.75)],
        findings=[*findings, elsewhere],
    )


def glue() -> AlignmentReport:
    """Code between two layers."""
    handed = tensor("input args.0", 0.5)
    around = unit("block", tensor(OUTPUT), classes="Block", source="model.py:7", is_origin=True)
    units = [
        around,
        unit("block.fc1", tensor(OUTPUT)),
        unit("block.fc2", tensor(OUTPUT, 0.5), received=[handed]),
    ]
    hint = Hint("missing_residual", "raw does not add input args.0")
    between = ("block.fc1", "block.fc2")
    return report(units, [origin(around, handed, hints=[hint], between=between)])


def before() -> AlignmentReport:
    """Code before the first layer."""
    handed = tensor("input args.0", 0.5)
    around = unit("", tensor(OUTPUT, 0.25), classes="Net", is_origin=True)
    units = [around, unit("fc", tensor(OUTPUT, 0.5), received=[handed])]
    return report(units, [origin(around, handed, between=("", "fc"))])


def backward() -> AlignmentReport:
    gradient = tensor("gradient of input args.0", 0.5)
    at = unit("fc1", gradient, phase="backward", source="model.py:3", is_origin=True)
    units = [
        unit("fc0", tensor(OUTPUT)),
        unit("fc1", tensor(OUTPUT)),
        at,
        unit("fc0", tensor("gradient of weight", 0.25), phase="backward"),
    ]
    return report(units, [origin(at)])


def backward_alone() -> AlignmentReport:
    """The forward pass was not looked at."""
    at = unit("fc", tensor("gradient of weight", 0.5), phase="backward", is_origin=True)
    return report([at], [origin(at)])


def _trained(*updates: UnitResult) -> list[UnitResult]:
    step = updates[0].step
    paths = ("fc0", "fc1", "bn")
    forward = [unit(path, tensor(OUTPUT), step=step) for path in paths]
    gradients = [
        unit(path, tensor("gradient of weight"), phase="backward", step=step)
        for path in reversed(paths)
    ]
    return [*forward, *gradients, *updates]


def loss() -> AlignmentReport:
    """The loss functions, not the model they are shown at."""
    at = unit("", tensor("loss", 0.5), classes="Net", kind="loss", is_origin=True)
    units = [unit("", tensor(OUTPUT), classes="Net"), unit("fc", tensor(OUTPUT)), at]
    return report(units, [origin(at)], losses=[(1.0, 1.5)])


def optimizer() -> AlignmentReport:
    whole = unit("", tensor("weight", 0.5), classes="Net", phase="update", step=1)
    layers = [
        unit("fc0", tensor("weight", 0.25), phase="update", step=1),
        unit("fc1", whole.produced[0], phase="update", step=1),
        unit("bn", tensor("weight"), classes="BatchNorm", phase="update", step=1),
    ]
    losses = [(0.5, 0.5), (0.25, 0.25)]
    return report(_trained(*layers), [origin(whole)], steps=2, losses=losses)


def weight() -> AlignmentReport:
    """One layer that the optimizer treats otherwise."""
    at = unit("fc1", tensor("weight", 0.5), phase="update", is_origin=True)
    return report(_trained(at, unit("fc0", tensor("weight"), phase="update")), [origin(at)])


def root_weight() -> AlignmentReport:
    """The model's own parameter, not its optimizer."""
    at = unit("", tensor("token", 0.5), classes="Net", phase="update", is_origin=True)
    gradient = unit("", tensor("gradient of token"), phase="backward")
    return report([*_trained(at), gradient], [origin(at)])


def buffer() -> AlignmentReport:
    at = unit("bn", tensor("running_var", 0.5), phase="update", is_origin=True)
    return report(_trained(at), [origin(at)])


def several() -> AlignmentReport:
    first = unit("fc0", tensor(OUTPUT, 0.5), is_origin=True)
    second = unit("fc1", tensor(OUTPUT, 0.25), call=1, is_origin=True)
    units = [
        first,
        unit("fc1", tensor(OUTPUT)),
        second,
        unit("fc1", tensor("gradient of weight", 0.5), phase="backward"),
    ]
    return report(units, [origin(first), origin(second)])


def many(number: int = 30) -> AlignmentReport:
    """More origins than anybody reads."""
    units = [unit(f"fc{i}", tensor(OUTPUT, 0.5), is_origin=True) for i in range(number)]
    findings = [finding(f"other{i}", subject=f"option{i}") for i in range(7)]
    return report(units, [origin(u, findings=findings) for u in units])


def notes_only() -> AlignmentReport:
    return report([], notes=["No gradient flows to the outputs of either model."])


def shapes() -> AlignmentReport:
    found = measure(np.zeros((2, 3)), np.zeros((3, 2)), tolerance=DEFAULT)
    at = unit("fc", tensor(OUTPUT, found), is_origin=True)
    return report([at], [origin(at)])


def missing() -> AlignmentReport:
    note = "only base has a gradient here"
    lost = tensor("gradient of bias", None, verdict=Verdict.WRONG, note=note)
    at = unit("fc", lost, phase="backward", is_origin=True)
    return report([unit("fc", tensor(OUTPUT)), at], [origin(at)])


def nonfinite() -> AlignmentReport:
    base = floats(1, 2, np.inf, 4)
    raw = floats(1, np.nan, np.inf, 4.5)
    at = unit("fc1", tensor(OUTPUT, measure(base, raw, tolerance=DEFAULT)), is_origin=True)
    shared = measure(base, base, tolerance=DEFAULT)
    return report([unit("fc0", tensor(OUTPUT, shared)), at], [origin(at)])


def suspicious() -> AlignmentReport:
    small = tensor(OUTPUT, 2.0**-18, verdict=Verdict.SUSPICIOUS, floor=floor(2.0**-23))
    at = unit("fc", small, is_origin=True)
    return report([at], [origin(at)])


def by_mean() -> AlignmentReport:
    found = measured(0.5, tolerance=Tolerance(1e-3, 0, "mean"))
    at = unit("fc", tensor(OUTPUT, found), is_origin=True)
    return report([at], [origin(at)])


def judged_again() -> AlignmentReport:
    """How many elements are out of the new tolerance is not known."""
    base, raw = floats(1, 1, 1, 1), floats(1.25, 1.3, 1.5, 1)
    found = measure(base, raw, tolerance=DEFAULT, detail=True)
    assert isinstance(found, Metrics)
    at = unit("fc", tensor(OUTPUT, judged_with(found, Tolerance(0.4, 0))), is_origin=True)
    return report([at], [origin(at)])


def unexplained() -> AlignmentReport:
    """A difference of which nobody made an origin."""
    return report([unit("fc", tensor(OUTPUT, 0.5))])


@cache
def big(blocks: int = 400) -> AlignmentReport:
    """2,000 layers; the fault is in block 7."""
    units = [unit("", tensor(OUTPUT, 0.5), classes="Net")]
    for i in range(blocks):
        error = 0.5 if i > 7 else 0.0
        names = ("norm", "fc1", "act", "fc2")
        at = f"blocks.{i}"
        units.append(unit(at, tensor(OUTPUT, 0.5 if i >= 7 else 0.0), classes="Block"))
        for name in names:
            here = i == 7 and name == "fc1"
            found = 0.25 if here else 0.5 if i == 7 and name in names[2:] else error
            units.append(unit(f"{at}.{name}", tensor(OUTPUT, found), is_origin=here))
    return report(units, [origin(next(u for u in units if u.is_origin))])


@cache
def big_aligned(blocks: int = 400) -> AlignmentReport:
    """2,000 layers, every other of which has weights."""
    root = unit("", tensor(OUTPUT), classes="Net")
    phases: tuple[Phase, ...] = ("forward", "backward", "update")
    layers = [
        unit(f"layers.{i}", tensor("weight", 2.0**-22), phase=phase)
        for phase in phases
        for i in range(5 * blocks)
        if phase == "forward" or i % 2
    ]
    return report([root, *layers])


CASES: tuple[Callable[[], AlignmentReport], ...] = (
    aligned,
    forward,
    glue,
    before,
    backward,
    backward_alone,
    loss,
    optimizer,
    weight,
    root_weight,
    buffer,
    several,
    many,
    notes_only,
    shapes,
    missing,
    nonfinite,
    suspicious,
    by_mean,
    judged_again,
    unexplained,
    big,
    big_aligned,
)
