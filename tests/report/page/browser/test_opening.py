"""What is there at first sight."""

from __future__ import annotations

import pytest

from padiff.report.alignment import AlignmentReport
from tests.report import cases
from tests.report.build import report as built
from tests.report.build import tensor, unit
from tests.report.page.reports import backward, deep, faulty, paired

from .conftest import Open


def test_the_verdict_and_the_two_models(show: Open) -> None:
    page = show(faulty())
    assert page.text("#verdict") == "Not aligned"
    assert page.text("#sides") == "Net torch → PaddleNet paddle"


def test_the_story_says_where_what_why_and_on_which_line(show: Open) -> None:
    page = show(faulty())
    assert page.text("#story h2") == "They part in forward at encoder.1.norm → layers.1.ln"
    assert page.text("#story .what") == "output: 1 of 8 elements is out of tolerance (12.5%)"
    assert page.text("#story .hints") == "with epsilon=1e-05 in raw the two agree epsilon"
    assert page.texts("#story .findings code") == ["epsilon", "eps=1e-05", "epsilon=0.01"]
    assert page.text("#story .actions") == "raw calls it at model.py:12"


def test_the_origin_is_what_is_looked_at(show: Open) -> None:
    page = show(faulty())
    assert page.selected() == "encoder.1.norm"
    assert page.text("#tree .selected") == "norm LayerNorm ln PaddleNorm 0.25"


def test_an_origin_in_a_later_step_and_another_phase(show: Open) -> None:
    page = show(backward())
    assert page.selected() == "fc1"
    assert page.text('#detail [aria-pressed="true"].tab').startswith("backward")
    assert page.text('#depth .choice [aria-pressed="true"]:not([data-key="choice-absolute"])') == (
        "step 1"
    )
    assert (
        page.text("#story .meaning")
        == "Outputs agree, gradients do not: the backward of this layer"
    )


def test_an_origin_among_two_thousand_layers_is_in_sight(show: Open) -> None:
    page = show(deep())
    assert page.selected() == "layers.1200"
    assert page.text("#tree .selected").count("layers.1200") == 2


def test_models_that_agree_show_how_well(show: Open) -> None:
    page = show(cases.aligned())
    assert page.text("#verdict") == "Aligned"
    assert page.text("#story h2") == "Everything that was compared agrees"
    assert page.texts("#story .extent")[0].startswith("forward 3 layers, 3 tensors largest error")
    assert page.selected() == "(root)"


def test_the_loss(show: Open) -> None:
    page = show(cases.loss())
    assert page.text("#story h2") == "They part in forward, at the loss"


def test_the_optimizer(show: Open) -> None:
    page = show(cases.optimizer())
    assert page.text("#story h2") == "They part in update, at the optimizer's step, step 1"
    assert page.text("#detail .state").startswith("The difference arises here")
    assert page.text("#detail .tensor > h3:first-child code") == "weight"


@pytest.mark.parametrize(
    ("report", "verdict", "story"),
    [
        (cases.notes_only(), "Nothing was compared", "Nothing was compared"),
        (cases.unexplained(), "Not aligned", "Something differs, and no single place explains it"),
        (paired(), "Aligned", "Everything that was compared agrees"),
    ],
)
def test_other_outcomes(show: Open, report: AlignmentReport, verdict: str, story: str) -> None:
    page = show(report)
    assert (page.text("#verdict"), page.text("#story h2")) == (verdict, story)


@pytest.mark.parametrize("case", cases.CASES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_report_opens_without_a_complaint(show: Open, case: object, language: str) -> None:
    assert callable(case)
    page = show(case(), language)
    assert page.texts("#verdict") != [""]
    assert "undefined" not in page.text("body")


def test_what_never_ran(show: Open) -> None:
    unrun = ["backward", "2 more steps"]
    page = show(built([unit("fc", tensor("output"))], unrun=unrun))
    assert page.text("#verdict") == "Not complete"
    assert "not compared backward, 2 more steps" in page.text("#rest")


def test_how_it_was_compared_and_what_was_not(show: Open) -> None:
    page = show(faulty())
    said = page.text("#rest")
    assert "compared Net (torch) → PaddleNet (paddle), 1 step" in said
    assert "forward 1 origin, 3 layers inherit the difference, 2 agree" in said
    assert "loss base 0.5, raw 0.75" in said
    assert "No gradient flows to the outputs of either model." in said
    assert "Lint elsewhere 1 warning" in said
