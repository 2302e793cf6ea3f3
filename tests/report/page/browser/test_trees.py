"""Two trees beside each other, with the pairing drawn."""

from __future__ import annotations

from tests.report import cases
from tests.report.build import origin, report, tensor, unit
from tests.report.page.reports import deep, faulty, paired, ported

from .conftest import Open

CELLS = 'return [...document.querySelectorAll("#tree .cell")].map((cell) => cell.title)'


def test_pairs_share_a_row_as_far_as_their_order_allows(show: Open) -> None:
    assert show(paired()).rows() == [
        "Net A PaddleNet B",
        "head Linear 0",
        "body Sequential",
        "first Linear 0 Linear 0",
        "second Linear 1 Linear 0",
        "third Linear 0",
        "drop Dropout",
    ]


def test_a_line_for_each_pair_and_one_that_crosses(show: Open) -> None:
    page = show(paired())
    lines = page.run(
        'return [...document.querySelectorAll(".links path")].map((p) => p.getAttribute("d"))'
    )
    assert len(lines) == 4
    assert [line for line in lines if "C" in line] == [lines[3]]


def test_the_kinds_of_pairing_are_told_apart_without_colour(show: Open) -> None:
    page = show(paired())
    assert page.texts("#modules > .legend span") == [
        "paired by the layer map",
        "at the same place, without tensors",
    ]
    dashes = page.run(
        'return [...document.querySelectorAll("#modules > .legend path")]'
        '.map((path) => [path.getAttribute("stroke-dasharray"), getComputedStyle(path).strokeWidth])'
    )
    assert dashes == [["", "2.6px"], ["1.5 3.5", "1.4px"]]


def test_the_legend_names_each_verdict_beside_its_shape(show: Open) -> None:
    page = show(faulty())
    assert page.texts(".filter") == ["origin 1", "wrong 4", "within tolerance 2"]
    shapes = page.run(
        'return [...document.querySelectorAll(".filter path")].map((p) => p.getAttribute("d"))'
    )
    assert len(set(shapes)) == 3


def test_a_module_is_folded_together_with_its_counterpart(show: Open) -> None:
    page = show(paired())
    page.click("#tree .twisty[aria-label='Fold body']")
    assert "first Linear 0" in page.rows()
    assert "body Sequential + 2 modules 0" in page.rows()
    page.click("#tree .twisty[aria-label='Unfold body']")
    assert "first Linear 0 Linear 0" in page.rows()


def test_everything_is_folded_and_unfolded(show: Open) -> None:
    page = show(faulty())
    page.click(".buttons button", "Fold all")
    assert page.rows()[1] == "encoder.0 Linear + 1 module layers.0 Linear + 1 module 4.77e-07"
    page.click(".buttons button", "Unfold all")
    assert len(page.rows()) == 6


def test_modules_that_nobody_paired_stand_beside_each_other_if_what_is_in_them_does(
    show: Open,
) -> None:
    assert show(ported()).rows() == [
        "Net Net PaddleNet Net",
        "blocks Stack layers Stack",
        "0 Block 0 Layer",
        "attention Attention mha Mha 0",
        "out Linear part of a layer out Linear part of a layer",
        "norm Norm ln Ln 0",
        "1 Block 1 Layer",
        "attention Attention mha Mha 0.5",
        "out Linear part of a layer out Linear part of a layer",
        "norm Norm ln Ln 0.5",
    ]


def test_they_are_folded_together_too(show: Open) -> None:
    page = show(ported())
    page.click("#tree .twisty[aria-label='Fold blocks.1']")
    assert page.rows()[-1] == "1 Block + 3 modules 1 Layer + 3 modules 0.5"


def test_what_is_folded_shows_an_origin_before_a_larger_error(show: Open) -> None:
    page = show(faulty())
    page.click("#tree .twisty[aria-label='Fold encoder.1']")
    titles = page.run(CELLS)
    assert titles[-2] == "forward, wrong, 0.25, origin"


def test_folding_does_not_look_at_another_module(show: Open) -> None:
    page = show(faulty())
    page.click("#tree .twisty[aria-label='Fold encoder.0']")
    assert page.selected() == "encoder.1.norm"


def test_the_optimizer_is_marked_at_the_model(show: Open) -> None:
    page = show(cases.optimizer())
    assert page.run(CELLS)[2] == "update, wrong, 0.5, origin"


def test_of_a_large_model_only_the_way_to_the_origin_is_open(show: Open) -> None:
    page = show(cases.big())
    rows = page.rows()
    assert "blocks.6 Block + 4 modules blocks.6 Block + 4 modules 0" in rows
    assert "fc1 Linear fc1 Linear 0.25" in rows
    assert page.one("#tree").get_attribute("aria-rowcount") == "406"


def test_the_way_to_every_origin_is_open(show: Open) -> None:
    paths = [f"{i}.{name}" for i in range(60) for name in ("a", "b", "c", "d")]
    faults = {"20.b", "40.c"}
    units = [unit(f"{i}", tensor("output")) for i in range(60)]
    units += [
        unit(path, tensor("output", 0.5 if path in faults else 0.0), is_origin=path in faults)
        for path in paths
    ]
    page = show(report(units, [origin(u) for u in units if u.is_origin]))
    assert page.one("#tree").get_attribute("aria-rowcount") == str(2 + 60 + 8)


def test_what_is_out_of_sight_is_not_named_as_active(show: Open) -> None:
    page = show(deep())
    active = 'return document.getElementById("tree").getAttribute("aria-activedescendant")'
    assert page.run(active) == "row-1201"
    page.run('document.getElementById("tree").scrollTop = 0')
    page.wait(lambda: page.run(active) is None)


def test_another_language_leaves_the_rows_where_they_are(show: Open) -> None:
    page = show(deep())
    page.run('document.getElementById("tree").scrollTop = 2400')
    page.click("#languages button", "\u4e2d\u6587")
    assert page.run('return document.getElementById("tree").scrollTop') == 2400


def test_only_the_rows_in_sight_are_there(show: Open) -> None:
    page = show(deep())
    assert page.run('return document.querySelectorAll("#tree .row").length') < 100
    assert page.run('return document.querySelectorAll("*").length') < 2500
    assert page.one("#tree").get_attribute("aria-rowcount") == "2002"


def test_scrolling_brings_others_into_sight(show: Open) -> None:
    page = show(deep())
    page.run('document.getElementById("tree").scrollTop = 1e6')
    page.wait(lambda: any("layers.1999" in row for row in page.rows()))


def test_a_row_says_where_it_is_in_the_tree(show: Open) -> None:
    page = show(faulty())
    attributes = page.run(
        'const row = document.querySelector("#tree .selected");'
        "return Object.fromEntries([...row.attributes].map(({ name, value }) => [name, value]))"
    )
    assert attributes["role"] == "row"
    assert {name: attributes[f"aria-{name}"] for name in ("level", "selected", "rowindex")} == {
        "level": "3",
        "selected": "true",
        "rowindex": "6",
    }
    assert page.one("#tree").get_attribute("aria-activedescendant") == attributes["id"]


def test_a_cell_says_in_words_what_its_shape_means(show: Open) -> None:
    titles = show(faulty()).run(CELLS)
    assert titles[4:] == ["forward, wrong, 0.25, origin", "forward, wrong, 0.5, inherits"]
