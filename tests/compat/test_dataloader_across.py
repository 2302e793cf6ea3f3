"""`check_dataloader` with the frameworks' own loaders and tensors."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from tests.align.nets import values

DATA = values(7, 3)
LABELS = list(range(7))


class TorchData(torch.utils.data.Dataset[Any]):
    def __len__(self) -> int:
        return len(DATA)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return {"image": torch.tensor(DATA[index]), "label": LABELS[index], "name": str(index)}


class PaddleData(paddle.io.Dataset[Any]):
    def __len__(self) -> int:
        return len(DATA)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return {"image": DATA[index], "label": LABELS[index], "name": str(index)}


def in_torch(batch_size: int = 3) -> Any:
    return torch.utils.data.DataLoader(TorchData(), batch_size=batch_size)


def in_paddle(*, shuffle: bool = False) -> Any:
    return paddle.io.DataLoader(PaddleData(), batch_size=3, shuffle=shuffle, return_list=True)


def test_loaders_of_two_frameworks() -> None:
    assert padiff.check_dataloader(in_torch(), in_paddle()) is True
    assert padiff.check_dataloader(in_paddle(), in_torch()) is True


def test_a_loader_that_shuffles(capsys: pytest.CaptureFixture[str]) -> None:
    paddle.seed(0)
    assert padiff.check_dataloader(in_torch(), in_paddle(shuffle=True)) is False
    assert "label" in capsys.readouterr().out


def test_batches_of_another_size() -> None:
    assert padiff.check_dataloader(in_torch(2), in_paddle()) is False


def test_tensors_and_arrays_in_one_batch() -> None:
    first = [[torch.tensor(DATA), DATA, paddle.to_tensor(DATA)]]
    second = [(DATA, paddle.to_tensor(DATA), torch.tensor(DATA))]
    assert padiff.check_dataloader(first, second) is True
    second[0][2][4, 1] += 1
    assert padiff.check_dataloader(first, second) is False


def test_bfloat16() -> None:
    first, second = torch.tensor(DATA).bfloat16(), paddle.to_tensor(DATA).astype("bfloat16")
    assert padiff.check_dataloader([first], [second]) is True
    assert padiff.check_dataloader([first * 2], [second]) is False


def test_a_tensor_that_needs_a_gradient() -> None:
    tensor = torch.tensor(DATA, requires_grad=True)
    assert padiff.check_dataloader([tensor], [DATA]) is True
    assert tensor.grad is None
