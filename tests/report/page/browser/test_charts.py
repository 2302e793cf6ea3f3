"""Error along the depth, on a log scale, per phase, with the noise floor as a band."""

from __future__ import annotations

from typing import Any

from selenium.webdriver import ActionChains

from tests.report import cases
from tests.report.page.reports import backward, deep, faulty

from .chromium import Page
from .conftest import Open

TIP = "encoder.1.norm LayerNorm 0.25 noise floor 9.54e-07"
CHART = "const plot = document.querySelector(`[data-phase=${arguments[0]}]`).plot;"


def data(page: Page, phase: str) -> list[list[Any]]:
    """Depth, errors, the edges of the bands from below, what is allowed."""
    return list(page.run(f"{CHART} return plot.data", phase))


def colours(page: Page, phase: str, at: float, size: float) -> list[int]:
    """The pixel that is drawn at a place and a size."""
    script = (
        f"{CHART} const x = plot.valToPos(arguments[1], 'x', true);"
        "const y = plot.valToPos(arguments[2], 'y', true);"
        "return [...plot.ctx.getImageData(x, y, 1, 1).data]"
    )
    return list(page.run(script, phase, at, size))


def test_a_chart_for_each_phase_over_the_same_places(show: Open) -> None:
    page = show(backward())
    assert page.texts(".chart figcaption") == [
        "forward all 3 layers agree",
        "backward 1 origin, 1 layer inherits the difference, 1 agrees",
    ]
    ranges = [
        page.run(f"{CHART} const {{ min, max }} = plot.scales.x; return [min, max]", phase)
        for phase in ("forward", "backward")
    ]
    assert ranges == [[-0.5, 2.5]] * 2


def test_layers_stand_where_they_run_and_containers_are_left_out(show: Open) -> None:
    page = show(faulty())
    depth, errors, *_ = data(page, "forward")
    assert depth == [0, 1, 2]
    assert errors == [4.77e-07, 0.25, 0.5]


def test_the_scale_is_logarithmic_and_has_a_lane_for_zero(show: Open) -> None:
    page = show(backward())
    assert page.run(f"{CHART} return plot.scales.y.distr", "forward") == 3
    _, errors, *_ = data(page, "backward")
    assert errors[1:] == [0.5, errors[2]]
    assert 0 < errors[2] < 1e-9
    splits = page.run(f"{CHART} return plot.axes[1].splits(plot)", "backward")
    assert splits[0] == errors[2]


def test_the_noise_floor_is_a_band(show: Open) -> None:
    page = show(faulty())
    assert page.run(f"{CHART} return plot.bands.map((band) => band.series)", "forward") == [
        [3, 2],
        [4, 3],
    ]
    _, _, bottom, floor, explained, _ = data(page, "forward")
    assert floor[1] == 9.54e-07
    assert [round(high / low, 6) for high, low in zip(explained, floor, strict=True)] == [20] * 3
    assert bottom[1] < floor[1]
    page.wait(
        lambda: (
            len({tuple(colours(page, "forward", 1.5, size)) for size in (1e-8, 3e-6, 1e-2)}) == 3
        )
    )


def test_where_no_floor_was_measured_it_is_half_a_unit_in_the_last_place(show: Open) -> None:
    page = show(faulty())
    *_, floor, _, _ = data(page, "forward")
    assert floor[2] == 5.96e-08
    assert "floor measured in float64 at 1 of 3 points" in page.text("#depth .legend")


def test_relative_to_what_base_is(show: Open) -> None:
    page = show(deep())
    absolute = data(page, "update")[1]
    page.click("#depth .choice button", "relative")
    relative = data(page, "update")[1]
    scale = [a / r for a, r in zip(absolute, relative, strict=True)]
    assert max(scale) / min(scale) < 1.01
    assert scale[0] != 1


def test_the_points_have_the_colours_of_their_verdicts(show: Open) -> None:
    page = show(faulty())
    assert (
        page.run("return getComputedStyle(document.documentElement).getPropertyValue('--within')")
        == "#18743f"
    )
    page.wait(lambda: colours(page, "forward", 0, 4.77e-07)[:3] == [0x18, 0x74, 0x3F])


def test_a_click_selects_the_unit(show: Open) -> None:
    page = show(faulty())
    over = page.one(".chart .u-over")
    page.run(
        "const box = arguments[0].getBoundingClientRect();"
        "for (const type of ['mousemove', 'mousedown', 'mouseup', 'click'])"
        "arguments[0].dispatchEvent(new MouseEvent(type, { bubbles: true, clientX: box.right - 4, clientY: box.top + 9 }))",
        over,
    )
    assert page.selected() == "head"


def test_a_point_under_the_pointer_is_told_of(show: Open) -> None:
    page = show(faulty())
    over = page.one(".chart .u-over")
    ActionChains(page.driver).move_to_element(over).perform()
    page.wait(lambda: page.texts("#depth .tip") == [TIP])
    ActionChains(page.driver).move_to_element(page.one(".brand")).perform()
    page.wait(lambda: page.texts("#depth .tip") == [])


def test_errors_without_a_number_have_a_lane_above(show: Open) -> None:
    page = show(cases.shapes())
    _, [error], *_ = data(page, "forward")
    splits = page.run(f"{CHART} return plot.axes[1].splits(plot)", "forward")
    assert error == splits[-1]


def test_a_chart_is_told_in_words(show: Open) -> None:
    page = show(faulty())
    assert page.one(".chart .uplot").get_attribute("aria-label") == (
        "forward: 3 points, largest error 0.5 at head"
    )


def test_another_step(show: Open) -> None:
    page = show(backward())
    page.click("#depth .choice button", "step 0")
    assert max(data(page, "backward")[1]) <= 1e-9
    assert page.text("#detail .state") == "It agrees."
    assert page.text('.tab[aria-pressed="true"]') == "backward 0"
