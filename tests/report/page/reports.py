"""Reports that ask something of the page."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from padiff.compare.hints import Hint
from padiff.compare.measure import measure
from padiff.compare.verdict import judge
from padiff.report.alignment import AlignmentReport
from padiff.report.modules import ModuleRow
from padiff.report.units import Phase, TensorResult, UnitResult
from tests.report.build import DEFAULT, finding, floats, floor, origin, report, tensor, unit

__all__ = ["HOSTILE", "backward", "counted", "deep", "faulty", "hostile", "paired", "ported"]

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    "]]>&lt;img src=x onerror=alert(1)>",
    "a\u2028b\u2029c",
    "\ud800 alone",
    "{{report}} ${x} \\u003c \"quoted\" 'too'",
)
"""Names that end an element, open a comment, end a line of JavaScript, or look like a template's."""


def hostile() -> AlignmentReport:
    """Such names wherever a name, a note or a path may stand."""
    units = [
        unit(
            name,
            tensor(name, 0.5, note=name),
            raw_path=name,
            classes=name,
            source=name,
            is_origin=True,
        )
        for name in HOSTILE
    ]
    hints = [Hint(name, name) for name in HOSTILE]
    findings = [finding(name, subject=name, what=name, fix=name) for name in HOSTILE]
    origins = [origin(at, hints=hints, findings=findings) for at in units]
    return report(units, origins, notes=HOSTILE, findings=findings)


def faulty() -> AlignmentReport:
    """An encoder whose second norm has another epsilon; a note, and a finding elsewhere."""
    at = unit(
        "encoder.1.norm",
        tensor("output", 0.25, floor=floor(2.0**-20)),
        raw_path="layers.1.ln",
        classes=("LayerNorm", "PaddleNorm"),
        received=[tensor("input args.0", 2.0**-22)],
        source="model.py:12",
        is_origin=True,
    )
    inherits = [tensor("input args.0", 0.25)]
    units = [
        unit("", tensor("output", 0.5), classes="Net"),
        unit("encoder.0", tensor("output", 2.0**-21), raw_path="layers.0"),
        unit("encoder.0.norm", tensor("output", 2.0**-21), raw_path="layers.0.ln"),
        unit("encoder.1", tensor("output", 0.5), raw_path="layers.1"),
        at,
        unit("head", tensor("output", 0.5), received=inherits, source="model.py:20"),
    ]
    findings = [
        finding(
            "encoder.1.norm",
            raw_path="layers.1.ln",
            base="eps=1e-05",
            raw="epsilon=0.01",
        )
    ]
    hint = Hint("epsilon", "with epsilon=1e-05 in raw the two agree")
    elsewhere = finding("head", severity="warning", subject="bias", what="no bias at all", fix="")
    told = [origin(at, findings=findings, hints=[hint])]
    notes = ["No gradient flows to the outputs of either model."]
    return report(units, told, findings=[*findings, elsewhere], notes=notes, losses=[(0.5, 0.75)])


def backward() -> AlignmentReport:
    """Outputs agree, gradients part at fc1; two steps were run."""
    units = []
    for step in (0, 1):
        units += [unit(f"fc{i}", tensor("output"), step=step) for i in range(3)]
        wrong = step == 1
        units += [
            unit("fc2", tensor("gradient of weight"), phase="backward", step=step),
            unit(
                "fc1",
                tensor("gradient of input args.0", 0.5 if wrong else 0.0),
                tensor("gradient of weight", 0.25 if wrong else 0.0),
                phase="backward",
                received=[tensor("gradient of output")],
                step=step,
                is_origin=wrong,
            ),
            unit("fc0", tensor("gradient of weight", 0.125 * wrong), phase="backward", step=step),
        ]
    return report(units, [origin(u) for u in units if u.is_origin], steps=2)


def paired() -> AlignmentReport:
    """Trees that differ: `third` stands for `head`, before the others; one module is on base alone."""
    names = {"first": "body.0", "second": "body.1", "third": "head"}
    base: list[Any] = [("", "A", "", "", "container")]
    base += [(name, "Linear", "linear", names[name], "layer_map") for name in names]
    base += [("drop", "Dropout", "", None, "alone")]
    raw: list[Any] = [
        ("", "B", "", "", "container"),
        ("head", "Linear", "linear", "third", "layer_map"),
    ]
    raw += [("body", "Sequential", "", None, "alone")]
    raw += [(f"body.{i}", "Linear", "linear", n, "layer_map") for i, n in enumerate(names) if i < 2]
    units = [unit(name, tensor("output"), raw_path=partner) for name, partner in names.items()]
    return replace(report(units), base_modules=_modules(base), raw_modules=_modules(raw))


def ported() -> AlignmentReport:
    """Blocks that have other names, with an attention compared as one, and a fault in the second."""

    def rows(stack: str, block: str, layers: tuple[str, str], others: list[str]) -> list[Any]:
        found: list[Any] = [("", "Net", "", "", "container"), (stack, "Stack", "", None, "alone")]
        for i in range(2):
            at = f"{stack}.{i}"
            paired = [
                (f"{at}.{name}", name.title(), "", other.format(i), "order")
                for name, other in zip(layers, others, strict=True)
            ]
            inside = (f"{at}.{layers[0]}.out", "Linear", "", None, "inside")
            found += [(at, block, "", None, "alone"), paired[0], inside, *paired[1:]]
        return found

    base, raw = ("blocks", ("attention", "norm")), ("layers", ("mha", "ln"))
    paths = [[f"{stack}.{{}}.{name}" for name in layers] for stack, layers in (base, raw)]
    units = [
        unit(
            paths[0][j].format(i),
            tensor("output", 0.5 if i else 0.0),
            raw_path=paths[1][j].format(i),
            is_origin=(i, j) == (1, 0),
        )
        for i in range(2)
        for j in range(2)
    ]
    trees = rows(base[0], "Block", base[1], paths[1]), rows(raw[0], "Layer", raw[1], paths[0])
    told = [origin(u) for u in units if u.is_origin]
    return replace(
        report(units, told), base_modules=_modules(trees[0]), raw_modules=_modules(trees[1])
    )


def counted(detail: bool) -> AlignmentReport:
    """One tensor with errors of several sizes, counted if `detail`."""
    raw = floats(0, 0, 0.25, 0.25, 0.25, 0.5, 1, 1)
    found = measure(np.zeros_like(raw), raw, tolerance=DEFAULT, detail=detail)
    at = unit("fc", TensorResult("output", judge(found), found), is_origin=True)
    return report([at], [origin(at)])


def _modules(rows: list[Any]) -> tuple[ModuleRow, ...]:
    return tuple(ModuleRow(*row) for row in rows)


@cache
def deep(layers: int = 2000) -> AlignmentReport:
    """So many layers, three phases, and no two measurements alike; the fault is in layer 1,200."""
    random = np.random.default_rng(0)
    base = random.standard_normal((2, 8), np.float32)

    def measured(name: str, size: float) -> TensorResult:
        noise = random.standard_normal(base.shape).astype(np.float32)
        found = measure(base, base + np.float32(size) * noise, tolerance=DEFAULT)
        return TensorResult(name, judge(found), found)

    def in_phase(phase: Phase, name: str, layer: int) -> UnitResult:
        wrong = phase == "forward" and layer >= layers * 3 // 5
        return unit(
            f"layers.{layer}",
            measured(name, 1e-2 if wrong else 1e-7),
            phase=phase,
            received=[measured("input args.0", 1e-7)],
            is_origin=wrong and layer == layers * 3 // 5,
        )

    parts: tuple[tuple[Phase, str], ...] = (
        ("forward", "output"),
        ("backward", "gradient of weight"),
        ("update", "weight"),
    )
    units = [in_phase(phase, name, layer) for phase, name in parts for layer in range(layers)]
    rows: list[Any] = [("", "Net", "", "", "container")]
    rows += [(f"layers.{i}", "Linear", "linear", f"layers.{i}", "path") for i in range(layers)]
    told = [origin(u) for u in units if u.is_origin]
    return replace(report(units, told), base_modules=_modules(rows), raw_modules=_modules(rows))
