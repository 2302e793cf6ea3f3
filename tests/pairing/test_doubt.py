"""A pair made by order alone is refused where a name, a path or another pair speaks against it."""

from __future__ import annotations

from tests.small.refused import lines, refusal

from .built import paddle_net, torch_net

DESCRIBED = [
    "     got:      base Linear (linear): weight (3, 3), bias (3,)",
    "               raw Linear (linear): weight (3, 3), bias (3,)",
    "     hint:     say which belong together with set_layer_map",
]


def test_a_sibling_of_the_right_name_speaks_against_it() -> None:
    base, raw = torch_net(q=3, k=3), paddle_net(attention={"k": 3, "q": 3})
    assert lines(refusal(base, raw)) == [
        "Some layers could be paired in more than one way.",
        "  1. These two follow one another in definition order, but raw also has a layer named attention.q.",
        "     where:    base q, raw attention.k",
        *DESCRIBED,
        "  2. These two follow one another in definition order, but raw also has a layer named attention.k.",
        "     where:    base k, raw attention.q",
        *DESCRIBED,
    ]


def test_pairs_that_cross_speak_against_it() -> None:
    assert lines(refusal(torch_net(x=3, a=3), paddle_net(a=3, z=3))) == [
        "Some layers could be paired in more than one way.",
        "  1. These two follow one another in definition order, but other pairs cross it.",
        "     where:    base x, raw z",
        *DESCRIBED,
    ]
