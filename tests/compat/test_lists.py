"""The black list and the white list: what they name, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import padiff
from padiff.errors import UsageError
from tests.small.in_torch import Model


def net() -> padiff.ProxyModel[Any]:
    inner = Model(a=torch.nn.Linear(2, 2), b=torch.nn.Tanh())
    return padiff.create_model(Model(inner=inner, head=torch.nn.Linear(2, 2)), "net")


def admitted(proxy: padiff.ProxyModel[Any]) -> list[str]:
    return [
        path for path in ("", "inner", "inner.a", "inner.b", "head") if proxy.lists.admits(path)
    ]


def refusal(act: Callable[[], None]) -> list[str]:
    with pytest.raises(UsageError) as caught:
        act()
    return str(caught.value).splitlines()


def test_without_lists_everything_is_recorded() -> None:
    assert admitted(net()) == ["", "inner", "inner.a", "inner.b", "head"]


@pytest.mark.parametrize(
    ("mode", "left"),
    [
        ("all", ["", "head"]),
        ("self", ["", "inner.a", "inner.b", "head"]),
        ("sublayers", ["", "inner", "head"]),
    ],
)
def test_the_reach_of_a_black_list(mode: Any, left: list[str]) -> None:
    proxy = net()
    proxy.update_black_list([proxy.model.inner], mode)
    assert admitted(proxy) == left


@pytest.mark.parametrize(
    ("mode", "left"),
    [
        ("all", ["", "inner", "inner.a", "inner.b"]),
        ("self", ["", "inner"]),
        ("sublayers", ["", "inner.a", "inner.b"]),
    ],
)
def test_the_reach_of_a_white_list(mode: Any, left: list[str]) -> None:
    proxy = net()
    proxy.update_white_list(proxy.model.inner, mode)
    assert admitted(proxy) == left


def test_what_a_mode_is_without_being_said() -> None:
    black, white = net(), net()
    black.update_black_list(black.model.inner)
    white.update_white_list(white.model.inner)
    assert admitted(black) == ["", "head"]
    assert admitted(white) == ["", "inner"]


def test_a_white_list_wins_in_whatever_order_they_come() -> None:
    for names in (("black", "white"), ("white", "black")):
        proxy = net()
        for name in names:
            getattr(proxy, f"update_{name}_list")([proxy.model.head], "self")
        assert admitted(proxy) == ["", "head"]


def test_lists_grow() -> None:
    black, white = net(), net()
    for layer in ("inner", "head"):
        black.update_black_list(getattr(black.model, layer))
        white.update_white_list(getattr(white.model, layer))
    assert admitted(black) == [""]
    assert admitted(white) == ["", "inner", "head"]


def test_by_class() -> None:
    black, white = net(), net()
    black.update_black_list_with_class(torch.nn.Linear)
    white.update_white_list_with_class((torch.nn.Linear, torch.nn.Tanh), "all")
    assert admitted(black) == ["", "inner", "inner.b"]
    assert admitted(white) == ["", "inner.a", "inner.b", "head"]


def test_a_class_the_model_itself_is_of() -> None:
    proxy = net()
    proxy.update_black_list_with_class(Model, "all")
    assert admitted(proxy) == ["", "head"]


def test_the_layers_within_the_model_itself() -> None:
    black, white = net(), net()
    black.update_black_list(black.model, "sublayers")
    white.update_white_list(white.model, "sublayers")
    assert admitted(black) == [""]
    assert admitted(white) == ["", "inner", "inner.a", "inner.b", "head"]


def test_a_module_at_two_places_is_left_out_at_both() -> None:
    layer = torch.nn.Linear(2, 2)
    proxy = padiff.create_model(Model(one=layer, two=layer))
    proxy.update_black_list(proxy.model.two)
    assert [proxy.lists.admits(path) for path in ("one", "two")] == [False, False]


def test_a_container_of_modules_stands_for_itself() -> None:
    proxy = padiff.create_model(torch.nn.Sequential(torch.nn.Sequential(torch.nn.Tanh())))
    proxy.update_black_list(proxy.model[0], "self")
    assert [proxy.lists.admits(path) for path in ("0", "0.0")] == [False, True]


def test_an_empty_black_list_leaves_nothing_out() -> None:
    proxy = net()
    proxy.update_black_list([])
    assert len(admitted(proxy)) == 5


def test_what_the_lists_are_in_words() -> None:
    black, white = net(), net()
    black.update_black_list(black.model.inner)
    black.update_black_list(black.model.head, "self")
    white.update_white_list(white.model, "sublayers")
    assert net().lists.limits == ()
    assert black.lists.limits == ("all but the black list (inner with all within, head)",)
    assert white.lists.limits == ("only the white list (within (root))",)


def test_a_module_of_another_model() -> None:
    proxy, other = net(), net()
    assert refusal(lambda: proxy.update_black_list([proxy.model.head, other.model.head])) == [
        "Entry 1 of net's black list is not a module of this model.",
        "  got:      Linear",
        "  expected: the module object itself, such as net.model.<name>",
    ]
    assert len(admitted(proxy)) == 5


def test_what_is_no_module() -> None:
    proxy = net()
    assert refusal(lambda: proxy.update_white_list(["head"])) == [
        "Entry 0 of net's white list is no torch module.",
        "  got:      a path, 'head'",
        "  expected: the module object itself, such as net.model.<name>",
    ]
    assert refusal(lambda: proxy.update_white_list("head")) == [
        "A white list is made of modules.",
        "  got:      'head'",
        "  expected: a module of the model, or a list of them",
    ]
    assert refusal(lambda: proxy.update_black_list(3))[1] == "  got:      int"


def test_an_empty_white_list() -> None:
    proxy = net()
    assert refusal(lambda: proxy.update_white_list([])) == [
        "A white list that names no layer would leave all of them out.",
        "  where:    net",
        "  got:      no layers",
        "  expected: at least one",
    ]


@pytest.mark.parametrize("mode", ["all", "self"])
def test_the_model_itself_cannot_be_left_out(mode: Any) -> None:
    proxy = net()
    assert refusal(lambda: proxy.update_black_list(proxy.model, mode)) == [
        "The model itself cannot be left out.",
        "  where:    net",
        f"  got:      the whole model on the black list, mode={mode!r}",
        '  hint:     with mode="sublayers" all layers within it are left out',
    ]


def test_an_unknown_mode() -> None:
    proxy = net()
    unknown: Any = "recursive"
    assert refusal(lambda: proxy.update_black_list(proxy.model.head, unknown)) == [
        "The mode of a black list is unknown.",
        "  got:      'recursive'",
        "  expected: 'self', 'sublayers', 'all'",
    ]


def test_a_class_the_model_has_no_layer_of() -> None:
    proxy = net()
    assert refusal(lambda: proxy.update_white_list_with_class(torch.nn.LSTM)) == [
        "net has no layer of the class that is to be on its white list.",
        "  got:      LSTM",
    ]


def test_what_is_no_class() -> None:
    proxy = net()
    for wrong in ("Linear", (), (torch.nn.Linear, "Tanh")):
        assert refusal(lambda cls=wrong: proxy.update_black_list_with_class(cls))[0] == (  # type: ignore[misc]
            "A black list by class needs the class itself."
        )
