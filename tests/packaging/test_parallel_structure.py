"""The two adapters can be read side by side: the same files, but for what is listed here."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.packaging.distributions import PADDLE, TORCH, Distribution

# Only where the frameworks' own layers, or the direction of a pair, call for it.
MAY_DIFFER = ("layouts", "inits", "settings")
ONLY_IN = {
    TORCH: set[str](),
    PADDLE: {f"settings/defects/{name}.py" for name in ("__init__", "normalization", "recurrent")},
}


def files(distribution: Distribution) -> set[str]:
    return {path.relative_to(distribution.source).as_posix() for path in distribution.modules()}


def test_the_adapters_have_the_same_files_but_for_those_listed() -> None:
    torch, paddle = files(TORCH), files(PADDLE)
    assert {TORCH: torch - paddle, PADDLE: paddle - torch} == ONLY_IN


@pytest.mark.parametrize("adapter", [TORCH, PADDLE], ids=lambda d: d.name)
def test_only_what_describes_layers_may_be_listed(adapter: Distribution) -> None:
    assert {PurePosixPath(name).parts[0] for name in ONLY_IN[adapter]} <= set(MAY_DIFFER)
