"""An init function is found by two classes, in one direction, base's names in the outer loop."""

from __future__ import annotations

from padiff import Registry
from padiff.registry import InitEntry

from .functions import first, second

BASE = ("zoo.Tuned", "Tuned", "torch.nn.LSTM", "LSTM")
RAW = ("zoo.Fast", "Fast", "paddle.nn.LSTM", "LSTM")


def find(registry: Registry) -> InitEntry | None:
    return registry.find_init("torch", BASE, "paddle", RAW)


def registered(*pairs: tuple[str, str]) -> Registry:
    """The last pair gets the second function."""
    registry = Registry()
    for base, raw in pairs:
        func = second if (base, raw) == pairs[-1] else first
        registry.register_init(("torch", base), ("paddle", raw), func)
    return registry


def test_a_pair_is_found_by_bare_names() -> None:
    entry = find(registered(("LSTM", "LSTM")))
    assert entry is not None
    assert entry.func is second


def test_a_pair_is_found_by_dotted_names() -> None:
    assert find(registered(("torch.nn.LSTM", "paddle.nn.LSTM"))) is not None


def test_a_pair_may_mix_dotted_and_bare() -> None:
    assert find(registered(("torch.nn.LSTM", "Fast"))) is not None


def test_dotted_comes_before_bare_on_the_base_side() -> None:
    entry = find(registered(("LSTM", "LSTM"), ("torch.nn.LSTM", "LSTM")))
    assert entry is not None
    assert entry.func is second


def test_dotted_comes_before_bare_on_the_raw_side() -> None:
    entry = find(registered(("LSTM", "LSTM"), ("LSTM", "paddle.nn.LSTM")))
    assert entry is not None
    assert entry.func is second


def test_a_specific_base_class_outweighs_a_specific_raw_class() -> None:
    entry = find(registered(("LSTM", "zoo.Fast"), ("Tuned", "LSTM")))
    assert entry is not None
    assert entry.func is second


def test_the_other_direction_is_another_key() -> None:
    registry = Registry()
    registry.register_init(("paddle", "LSTM"), ("torch", "LSTM"), first)
    assert find(registry) is None


def test_one_class_alone_is_no_pair() -> None:
    assert find(registered(("LSTM", "GRU"), ("GRU", "LSTM"))) is None
