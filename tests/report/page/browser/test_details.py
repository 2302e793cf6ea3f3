"""A click on a unit shows everything that is known of it."""

from __future__ import annotations

import numpy as np

from padiff.compare.measure import measure
from padiff.report.units import Phase
from tests.report import cases
from tests.report.build import DEFAULT, finding, origin, report, tensor, unit
from tests.report.page.reports import backward, counted, faulty, paired

from .conftest import Open

HISTOGRAM = "return document.querySelector('.histogram').plot.data"


def test_metrics_worst_element_and_source_of_the_unit_that_is_clicked(show: Open) -> None:
    page = show(faulty())
    page.click("#tree .row", "head")
    assert page.selected() == "head"
    measures = dict(zip(page.texts(".measures th"), page.texts(".measures td"), strict=True))
    assert measures["largest error"] == "0.5"
    assert measures["out of tolerance"] == "1 / 8 12.5%"
    assert measures["allowed"] == "≤ 1e-05 + 1.3e-06·|base|"
    assert measures["would pass with atol"] == "0.5"
    assert measures["noise floor"] == "not measured"
    assert measures["dtype, shape"] == "float32 (2, 4)"
    assert page.text(".worst h3") == "Worst element [1, 2]"
    assert page.texts(".worst tr") == ["base 1.0", "raw 1.5"]
    assert page.text("#detail .source") == "raw calls it at model.py:20"


def test_hyper_parameters_hint_and_noise_floor_of_an_origin(show: Open) -> None:
    page = show(faulty())
    page.click("#tree .row", "head")
    page.click("#tree .row", "PaddleNorm")
    assert page.text("#detail .state") == (
        "The difference arises here: what comes in agrees, what goes out does not."
    )
    assert page.text("#detail .hints") == "with epsilon=1e-05 in raw the two agree epsilon"
    assert page.texts("#detail .lint .values td") == [
        "torch LayerNorm",
        "eps=1e-05",
        "paddle LayerNorm",
        "epsilon=0.01",
    ]
    assert page.text("#detail .lint .fix") == "write epsilon=1e-05"
    assert "260,000 \u00d7 the floor" in page.text(".measures")


def test_what_a_layer_inherits_is_said(show: Open) -> None:
    page = show(faulty())
    page.click("#tree .row", "head")
    assert page.text("#detail .state") == (
        "It inherits the difference: what it was given already differs."
    )


def test_another_tensor_of_the_unit(show: Open) -> None:
    page = show(faulty())
    assert page.text(".tensor > h3:first-child") == "output wrong"
    page.click(".tensor-row", "input args.0")
    assert page.text(".tensor > h3:first-child") == "input args.0 within tolerance"
    assert page.text('.tensor-row[aria-pressed="true"]').startswith("input args.0 2.38e-07")


def test_another_phase_of_the_module(show: Open) -> None:
    page = show(backward())
    assert page.texts(".tab") == ["forward 0", "backward 0.5"]
    page.click(".tab", "forward")
    assert page.text("#detail .state") == "It agrees."
    assert page.text('.tab[aria-pressed="true"]') == "forward 0"


def test_another_call_of_the_module(show: Open) -> None:
    page = show(cases.several())
    page.click("#story [data-origin]", "2.")
    assert page.selected() == "fc1"
    assert page.texts('#detail .choice [aria-pressed="true"]') == ["call 1"]
    page.click("#detail .choice button", "call 0")
    assert page.text("#detail .state") == "It agrees."


def test_the_other_origin_is_told_of(show: Open) -> None:
    page = show(cases.several())
    assert page.text("#story .eyebrow") == "first difference"
    page.click("#story [data-origin]", "2.")
    assert page.text("#story .eyebrow") == "difference 2 of 2"
    assert page.text("#story .place") == "They part in forward at fc1"


def test_a_module_without_a_counterpart_says_why_nothing_was_compared(show: Open) -> None:
    page = show(paired())
    page.click("#tree .row", "drop")
    assert page.text("#detail .state") == "The other model has no counterpart, and needs none."


def test_where_a_layer_agrees_although_what_it_was_given_differs(show: Open) -> None:
    given = [tensor("input args.0", 0.5)]
    page = show(report([unit("fc", tensor("output"), received=given)]))
    assert page.text("#detail .state") == "It agrees, although something it was given differs."


def test_another_phase_of_the_same_call(show: Open) -> None:
    phases: tuple[Phase, ...] = ("forward", "backward")
    units = [unit("fc", tensor("x"), phase=phase, call=call) for phase in phases for call in (0, 1)]
    page = show(report(units))
    page.click("#detail .choice button", "call 1")
    page.click(".tab", "backward")
    assert page.texts('#detail .choice [aria-pressed="true"]') == ["call 1"]


def test_a_module_is_looked_at_where_it_fails(show: Open) -> None:
    page = show(backward())
    page.click(".tab", "forward")
    page.click("#tree .row", "fc0")
    assert page.text('.tab[aria-pressed="true"]') == "backward 0.125"
    page.click(".tab", "forward")
    page.click("#tree .row", "fc1")
    assert page.text('.tab[aria-pressed="true"]') == "backward 0.5"


def test_a_module_is_looked_at_where_a_difference_arises(show: Open) -> None:
    calls = [unit("fc", tensor("output", 0.5), call=call, is_origin=call == 1) for call in (0, 1)]
    page = show(report(calls, [origin(calls[1])]))
    page.click("#tree .row .base .name", "Net")
    page.click("#tree .row", "fc")
    assert page.texts('#detail .choice [aria-pressed="true"]') == ["call 1"]


def test_the_last_origin_that_was_looked_at_stays_told(show: Open) -> None:
    page = show(cases.several())
    page.click("#story [data-origin]", "2.")
    page.click("#tree .row .base .name", "Net")
    assert page.selected() == "(root)"
    assert page.text("#story .place") == "They part in forward at fc1"


def test_what_a_finding_says_of_all_below_is_said_of_each(show: Open) -> None:
    findings = [
        finding("block", subject="training mode", below=True),
        finding("block", subject="of the block alone"),
        finding("blocks", subject="of another", below=True),
    ]
    page = show(report([unit("block.fc", tensor("output"))], findings=findings))
    assert page.texts("#detail .findings .severity") == ["error training mode"]


def test_a_small_share_is_not_nothing(show: Open) -> None:
    base = np.zeros(20_000, np.float32)
    raw = base.copy()
    raw[0] = 1
    found = measure(base, raw, tolerance=DEFAULT)
    page = show(report([unit("fc", tensor("output", found))]))
    assert page.text(".tensor .summary") == "1 of 20,000 elements is out of tolerance (<0.01%)"


def test_errors_by_size(show: Open) -> None:
    page = show(counted(detail=True))
    page.wait(lambda: page.run(HISTOGRAM) == [[-3, -2, -1, 0, 1], [0, 3, 1, 2, 0]])
    assert (
        page.text(".histogram p") == "2 elements without an error; most others between 0.25 and 0.5"
    )


def test_errors_that_nobody_counted(show: Open) -> None:
    page = show(counted(detail=False))
    assert page.text(".histogram") == "Not counted; align(..., detail=True) counts."


def test_a_histogram_is_drawn_once_there_is_room_for_it(show: Open) -> None:
    page = show(counted(detail=True), size=(390, 844))
    page.click("#story .more")
    page.wait(lambda: page.run("return document.querySelector('.histogram').plot.width") > 300)


def test_two_shapes(show: Open) -> None:
    page = show(cases.shapes())
    assert page.text(".tensor .summary") == "base has shape (2, 3), raw has shape (3, 2)"
    assert page.texts(".measures td") == ["float64 (2, 3)", "float64 (3, 2)"]


def test_numbers_that_are_not_finite(show: Open) -> None:
    page = show(cases.nonfinite())
    assert page.rows()[-1].endswith("NaN/inf")
    said = "base 1 +inf; raw 1 NaN, 1 +inf; they differ at 1 position"
    assert said in page.texts(".measures td")
    assert page.texts(".worst tr") == ["base 2.0", "raw nan"]


def test_a_place_of_the_lint_leads_to_the_layer(show: Open) -> None:
    page = show(faulty())
    page.click("#rest summary")
    page.click("#rest .findings .link")
    assert page.selected() == "head"


def test_a_count_that_is_not_known_is_a_range(show: Open) -> None:
    page = show(cases.judged_again())
    said = "output: at least 1 and at most 3 of 4 elements are out of tolerance"
    assert page.text("#story .what") == said
    page.click("#tree .row", "fc")
    measures = dict(zip(page.texts(".measures th"), page.texts(".measures td"), strict=True))
    assert measures["out of tolerance"] == "1\u20133 / 4"
    assert measures["allowed"] == "≤ 0.4 + 0·|base|"
    assert measures["would pass with atol"] == "0.5"
