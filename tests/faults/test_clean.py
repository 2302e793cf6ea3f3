from __future__ import annotations

import paddle
import pytest
import torch

import padiff
from tests.faults.fault import aligned
from tests.models import PAIRS, ModelPair

pytestmark = pytest.mark.filterwarnings(
    "ignore:When training, we now always track global mean:UserWarning"
)
SEEDS = range(20)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_no_clean_pair_raises_an_alarm(pair: ModelPair) -> None:
    base, raw = pair.build_torch(), pair.build_paddle()
    padiff.assign_weight(base, raw)
    alarms = [seed for seed in SEEDS if not aligned(pair, base, raw, seed=seed)]
    assert alarms == []


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_nor_does_one_that_is_judged_by_rounding_alone(pair: ModelPair) -> None:
    base, raw = pair.build_torch(), pair.build_paddle()
    padiff.assign_weight(base, raw)
    alarms = [s for s in SEEDS[:3] if not aligned(pair, base, raw, seed=s, tolerance="auto")]
    assert alarms == []


@pytest.mark.parametrize("name", ["minilm", "gpt", "ocr", "unet"])
def test_no_clean_training_raises_an_alarm(name: str) -> None:
    pair = next(pair for pair in PAIRS if pair.name == name)
    base, raw = pair.build_torch(), pair.build_paddle()
    padiff.assign_weight(base, raw)
    optimizers = (
        torch.optim.Adam(base.parameters(), 1e-3),
        paddle.optimizer.Adam(1e-3, parameters=raw.parameters()),
    )
    report = aligned(pair, base, raw, optimizers=optimizers, steps=3)
    assert report
    assert report.steps == 3
