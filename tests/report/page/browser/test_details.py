"""A click on a unit shows everything that is known of it."""

from __future__ import annotations

from tests.report import cases
from tests.report.page.reports import backward, faulty, paired

from .conftest import Open


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
    assert "260,000 \u00d7 the noise floor" in page.text(".measures")


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


def test_two_shapes(show: Open) -> None:
    page = show(cases.shapes())
    assert page.text(".tensor .summary") == "base has shape (2, 3), raw has shape (3, 2)"
    assert page.texts(".measures td") == ["float64 (2, 3)", "float64 (3, 2)"]


def test_numbers_that_are_not_finite(show: Open) -> None:
    page = show(cases.nonfinite())
    said = "base 1 +inf; raw 1 NaN, 1 +inf; they differ at 1 position"
    assert said in page.texts(".measures td")
    assert page.texts(".worst tr") == ["base 2.0", "raw nan"]


def test_a_place_of_the_lint_leads_to_the_layer(show: Open) -> None:
    page = show(faulty())
    page.click("#rest summary")
    page.click("#rest .findings .link")
    assert page.selected() == "head"
