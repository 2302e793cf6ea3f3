from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from padiff.report.alignment import AlignmentReport

from . import cases

FORWARD = """\
**Not aligned: they part in forward at base encoder.1.norm / raw layers.1.ln, call 0**

- base LayerNorm (torch), raw PaddleNorm (paddle)
- raw calls it at model.py:12
- lint error: epsilon: base 1e-05; raw 0.01; write epsilon=1e-05
- hint: with epsilon=1e-05 in raw the two agree \\[epsilon\\]

```text
output: 1 of 8 elements is out of tolerance (12.5%)
  largest error 0.25, mean 0.0312, RMS 0.0884
  relative to base up to 0.25; cosine 0.996801
  worst at [1, 2]: base 1.0, raw 1.25
  allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|
  base's own rounding error there: 9.54e-07 at most; this is about 260,000 times that
  float32, shape (2, 4)
```

<details><summary>Errors by layer and phase</summary>

```text
layer                          forward
Net                            0.5 inherits
  encoder.0 (Block, 2 layers)  0
  encoder.1 (Block)            0.5 inherits
    norm (LayerNorm)           0.25 origin
  head (Linear)                0.5 inherits
```

</details>

- in forward 3 other layers inherit it, 2 agree
- compared: Net (torch) and PaddleNet (paddle), 1 step
- tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
- loss: base 0.5, raw 0.75
- lint elsewhere: 1 warning, see report.findings
"""

ALIGNED = """\
**Aligned in forward, backward and update: largest error 9.54e-07, in forward at (root)**

<details><summary>Errors by layer and phase</summary>

```text
layer               forward   backward  update
Net                 9.54e-07  -         -
  encoder (Linear)  4.77e-07  0         -
  head (Linear)     9.54e-07  0         2.38e-07
```

</details>

- forward   3 layers, 3 tensors, largest error 9.54e-07 in output of (root) at \\[1, 2\\]: base 1.0, raw 1.000001
- backward  2 layers, 2 tensors, all identical
- update    1 layer, 2 tensors, largest error 2.38e-07 in weight of head at \\[1, 2\\]: base 1.0, raw 1.0000002
- compared: Net (torch) and PaddleNet (paddle), 1 step
- tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype
- loss: base 0.5, raw 0.5
- lint: 1 note, see report.findings
- note: pooler was called 0 times in base, 1 in raw.
- note: not compared (only raw returns it): output 1 of encoder
"""


@pytest.mark.parametrize(("case", "expected"), [(cases.forward, FORWARD), (cases.aligned, ALIGNED)])
def test_the_whole_page(case: Callable[[], AlignmentReport], expected: str) -> None:
    assert case().to_markdown() + "\n" == expected


def test_each_of_several_origins_has_a_heading() -> None:
    lines = cases.several().to_markdown().splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        "#### 1. forward at fc0, call 0",
        "#### 2. forward at fc1, call 1",
    ]


def test_the_meaning_stands_out() -> None:
    lines = cases.backward().to_markdown().splitlines()
    assert lines[3] == "- **outputs agree, gradients do not: the backward of this layer**"


def test_many_origins() -> None:
    page = cases.many().to_markdown()
    assert page.count("####") == 5
    assert "\n25 more places: forward at fc5, call 0; " in page


def test_nothing_but_notes() -> None:
    assert cases.notes_only().to_markdown().splitlines() == [
        "**Nothing was compared**",
        "",
        "- compared: Net (torch) and PaddleNet (paddle), 1 step",
        "- tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype",
        "- note: No gradient flows to the outputs of either model.",
    ]


def test_names_are_no_markup() -> None:
    report = cases.forward()
    odd = replace(
        report.origins[0],
        base_path="_x_.*.`y`",
        raw_path="a_b.<lambda>",
        base_class="__Norm__",
    )
    lines = replace(report, origins=(odd,)).to_markdown().splitlines()
    assert lines[0] == (
        r"**Not aligned: they part in forward at base \_x\_.\*.\`y\` / raw a_b.\<lambda>, call 0**"
    )
    assert lines[2] == r"- base \_\_Norm\_\_ (torch), raw PaddleNorm (paddle)"


def test_a_fence_is_longer_than_any_within() -> None:
    report = cases.forward()
    page = replace(report, base="`Net```").to_markdown()
    assert "````text\nlayer " in page


def test_two_thousand_layers_stay_readable() -> None:
    assert len(cases.big().to_markdown().splitlines()) < 40
    assert len(cases.big_aligned().to_markdown().splitlines()) < 40
