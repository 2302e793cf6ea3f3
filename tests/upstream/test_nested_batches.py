"""PaDiff's check_dataloader took no batch that is a list, and passed shuffled rows."""

from __future__ import annotations

import paddle
import torch

import padiff
from tests.align.nets import values

IMAGES, LABELS = values(4, 3), values(4)


def test_a_batch_may_be_a_list() -> None:
    first = [[torch.tensor(IMAGES), torch.tensor(LABELS)]]
    second = [[paddle.to_tensor(IMAGES), paddle.to_tensor(LABELS)]]
    assert padiff.check_dataloader(first, second) is True
    second[0][1] = second[0][1] + 1
    assert padiff.check_dataloader(first, second) is False


def test_shuffled_rows_are_a_difference() -> None:
    order = [1, 0, 3, 2]
    pair = [torch.tensor(IMAGES)], [paddle.to_tensor(IMAGES[order])]
    assert padiff.check_dataloader(*pair) is False
    assert padiff.check_dataloader(*pair, compare_mode="mean") is False
