"""What torch alone has: autocast, inference mode, scripted modules, packed sequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import dropout, dropout2d
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence
from torch.utils.checkpoint import checkpoint

from padiff.capture.observer import Observer, Target
from padiff.capture.recording import Recorder, Recording
from padiff.capture.store import Store
from padiff.errors import UsageError
from padiff_torch import preserve
from padiff_torch.adapter import TorchAdapter
from padiff_torch.dropout import synced_dropout
from tests.capture.streams import Stream

ADAPTER = TorchAdapter()


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def first_of(output: Any) -> Any:
    return first_of(output[0]) if isinstance(output, tuple) else output


def watched(module: torch.nn.Module, x: Any) -> tuple[Any, Recording]:
    """Run forward, and backward from the mean of what is a tensor there."""
    recorder = Recorder(ADAPTER, Store())
    targets = [Target(i, child, leaf=False) for i, child in enumerate(module.modules())]
    observer = Observer(ADAPTER, targets, recorder, backward=True)
    with observer.watching():
        with observer.forward():
            output = module(x)
        with observer.backward():
            ADAPTER.backward(first_of(output).double().mean())
    return output, recorder.recording


def gradients(module: torch.nn.Module, x: torch.Tensor) -> list[torch.Tensor]:
    return [p.grad for p in (x, *module.parameters()) if p.grad is not None]


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True),
        lambda: torch.nn.LSTM(8, 4, 2),
        lambda: torch.nn.Sequential(
            torch.nn.Conv1d(4, 4, 3, padding=1),
            torch.nn.BatchNorm1d(4),
            torch.nn.ReLU(inplace=True),
        ),
        lambda: torch.nn.Sequential(
            torch.nn.Linear(8, 8),
            torch.nn.Dropout(0.0, inplace=True),
            torch.nn.Unflatten(2, (2, 4)),
        ),
        lambda: torch.nn.Sequential(torch.nn.Identity(), torch.nn.Hardtanh(inplace=True)),
    ],
    ids=["transformer", "recurrent", "convolution", "views", "identity"],
)
def test_layers_of_torch_have_the_gradients_they_have_without_hooks(
    make: Callable[[], torch.nn.Module],
) -> None:
    module = make()
    results = []
    for look in (False, True):
        with ADAPTER.preserved(module):
            x = noise(2, 4, 8).requires_grad_()
            given = x * 1  # what is written in place is no leaf
            if look:
                watched(module, given)
            else:
                output = module(given)
                first_of(output).double().mean().backward()
            results.append(gradients(module, x))
    plain, seen = results
    assert len(plain) == len(seen) > 0
    for before, after in zip(plain, seen, strict=True):
        assert torch.equal(before, after)


@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpoints_of_both_kinds(reentrant: bool) -> None:
    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = torch.nn.Sequential(
                torch.nn.Linear(4, 4), torch.nn.ReLU(inplace=True), torch.nn.Dropout(0.5)
            )

        def forward(self, x: torch.Tensor) -> Any:
            return checkpoint(self.inner, x, use_reentrant=reentrant)

    module = Model()
    results = []
    for look in (False, True):
        with ADAPTER.preserved(module), ADAPTER.synced_dropout(Stream()):
            x = noise(3, 4).requires_grad_()
            if look:
                _, recording = watched(module, x)
            else:
                module(x).double().mean().backward()
            results.append(gradients(module, x))
    for before, after in zip(*results, strict=True):
        assert torch.equal(before, after)
    linear = list(recording)[2]
    # torch runs the insides of a reentrant checkpoint unrecorded, and once more in the backward pass.
    assert linear.output_gradients


def test_autocast() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU(inplace=True))
    results = []
    for look in (False, True):
        with ADAPTER.preserved(module), torch.autocast("cpu", torch.bfloat16):
            x = noise(3, 4).requires_grad_()
            if look:
                _, recording = watched(module, x)
            else:
                module(x).double().mean().backward()
            results.append(gradients(module, x))
    for before, after in zip(*results, strict=True):
        assert torch.equal(before, after)
    _, linear, relu = recording
    assert linear.inputs["args.0"].load().dtype == np.float32
    for stored in (linear.outputs[""], linear.output_gradients[""], relu.input_gradients["args.0"]):
        assert stored.load().dtype.name == "bfloat16"


def test_packed_sequences_go_in_and_come_out() -> None:
    module = torch.nn.LSTM(4, 3)
    packed = pack_padded_sequence(noise(5, 2, 4).requires_grad_(), torch.tensor([5, 3]))
    output, recording = watched(module, packed)
    (call,) = recording
    assert isinstance(output[0], PackedSequence)
    assert list(call.inputs) == ["args.0.data", "args.0.batch_sizes"]
    assert list(call.outputs) == ["0.data", "0.batch_sizes", "1.0", "1.1"]
    assert list(call.input_gradients) == ["args.0.data"]


def test_what_torch_returns_several_results_in() -> None:
    class Largest(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> Any:
            return x.max(dim=0)

    output, recording = watched(Largest(), noise(3, 4).requires_grad_())
    assert type(output) is torch.return_types.max
    (call,) = recording
    assert list(call.outputs) == ["0", "1"]
    assert list(call.output_gradients) == ["0"]


@pytest.mark.filterwarnings("ignore:Sparse CSR tensor support:UserWarning")
def test_sparse_conjugate_and_negative_tensors_are_seen_as_they_are() -> None:
    dense = torch.tensor([[0.0, 2.0], [3.0, 0.0]])
    for sparse in (dense.to_sparse(), dense.to_sparse_csr()):
        assert np.array_equal(ADAPTER.array(sparse), dense)
        assert ADAPTER.identity(sparse) != ADAPTER.identity(sparse)
    number = torch.tensor([1 + 2j])
    assert ADAPTER.array(number.conj())[0] == 1 - 2j
    assert ADAPTER.array(number.conj().imag)[0] == -2
    assert ADAPTER.identity(number.conj()) != ADAPTER.identity(number)


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor:UserWarning")
def test_tensors_without_values_are_refused() -> None:
    quantised = torch.quantize_per_tensor(noise(2), 0.1, 0, torch.qint8)
    for tensor, got in ((quantised, "torch.qint8 on cpu"), (noise(2).to("meta"), "on meta")):
        with pytest.raises(UsageError, match=r"has no values NumPy can hold") as caught:
            ADAPTER.array(tensor)
        assert got in caught.value.got


def test_inference_mode_allows_a_forward_pass_and_nothing_else() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU(inplace=True))
    with torch.inference_mode(), ADAPTER.recording(enabled=False), ADAPTER.preserved(module):
        recorder = Recorder(ADAPTER, Store())
        targets = [Target(i, child, leaf=False) for i, child in enumerate(module.modules())]
        observer = Observer(ADAPTER, targets, recorder, backward=False)
        with observer.watching(), observer.forward():
            output = module(noise(3, 4))
        root, linear, relu = recorder.recording
        assert np.array_equal(root.outputs[""].load(), output)
        assert np.array_equal(relu.inputs["args.0"].load(), linear.outputs[""].load())
        assert not np.array_equal(relu.inputs["args.0"].load(), relu.outputs[""].load())
        with pytest.raises(UsageError) as caught:
            ADAPTER.recording(enabled=True)
        assert str(caught.value) == (
            "Gradients cannot be recorded in torch's inference mode.\n"
            "  got:      a call within torch.inference_mode()\n"
            "  hint:     Call it outside, or within torch.no_grad(); or compare the forward pass alone."
        )
        with pytest.raises(UsageError) as caught, synced_dropout(Stream()):
            pass
        assert str(caught.value) == (
            "Dropout cannot be synchronised in torch's inference mode.\n"
            "  got:      a call within torch.inference_mode()\n"
            "  hint:     Call it outside, or within torch.no_grad()."
        )


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
def test_scripted_modules_leave_no_trace() -> None:
    module = torch.jit.script(torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.BatchNorm1d(4)))
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    with ADAPTER.preserved(module):
        module(noise(3, 4)).sum().backward()
        assert not torch.equal(module.state_dict()["1.running_mean"], before["1.running_mean"])
    for name, tensor in module.state_dict().items():
        assert torch.equal(tensor, before[name])
    assert all(parameter.grad is None for parameter in module.parameters())


def test_gradients_are_the_same_objects_again_sparse_ones_too() -> None:
    module = torch.nn.Sequential(torch.nn.Embedding(5, 4, sparse=True), torch.nn.Linear(4, 4))
    module(torch.tensor([1, 2])).sum().backward()
    before = [parameter.grad for parameter in module.parameters()]
    assert before[0] is not None
    assert before[0].is_sparse
    with ADAPTER.preserved(module):
        module(torch.tensor([3])).sum().backward()
    assert all(p.grad is g for p, g in zip(module.parameters(), before, strict=True))


def test_tensors_that_came_to_need_a_gradient_need_none_again() -> None:
    module = torch.nn.Linear(2, 2).requires_grad_(requires_grad=False)
    version = module.weight._version
    with ADAPTER.preserved(module, torch.optim.SGD([module.weight])):
        module.requires_grad_()
        torch.nn.init.zeros_(module.weight)
    assert not module.weight.requires_grad
    assert module.weight._version == version


def test_parameter_groups_and_rates_that_are_tensors_are_put_back() -> None:
    module = torch.nn.Linear(2, 2)
    optimizer = torch.optim.Adam(module.parameters(), lr=torch.tensor(0.1))
    groups = [dict(group) for group in optimizer.param_groups]
    with ADAPTER.preserved(module, optimizer):
        optimizer.param_groups[0]["lr"].mul_(2)
        optimizer.param_groups[0]["betas"] = (0.0, 0.0)
        optimizer.add_param_group({"params": [torch.nn.Parameter(torch.ones(1))]})
    assert [list(group) for group in optimizer.param_groups] == [list(group) for group in groups]
    assert optimizer.param_groups[0]["betas"] == groups[0]["betas"]
    assert float(optimizer.param_groups[0]["lr"]) == pytest.approx(0.1)


def test_gradients_of_plain_tensors_are_not_copied_into_float64() -> None:
    plain = [torch.ones(2, requires_grad=True), torch.ones(2).double().requires_grad_()]
    module: Any = torch.nn.Linear(2, 2)
    module.extra = plain
    ADAPTER.backward((module(noise(2)) * plain[0] * plain[1]).sum())
    wide: Any = ADAPTER.widened(module)
    for before, after in zip(plain, wide.extra, strict=True):
        assert before.grad is not None
        assert after.grad is None
        assert after.dtype == torch.float64
        assert after.requires_grad


def test_dropout_that_was_imported_by_name_is_synchronised() -> None:
    stream = Stream()
    with synced_dropout(stream):
        dropout(noise(2, 3), 0.5)
        dropout2d(noise(2, 3, 4, 4), 0.5)
        torch.dropout(noise(2, 3), 0.3, train=True)
        torch.native_dropout(noise(2, 3), 0.3, train=True)
        torch.feature_dropout_(noise(2, 3, 4), 0.3, train=True)
    assert stream.shapes == [(2, 3), (2, 3, 1, 1), (2, 3), (2, 3), (2, 3, 1)]


def test_fused_dropout_has_the_mask_and_its_gradient() -> None:
    stream, x = Stream(), torch.ones(2, 3, requires_grad=True)
    with synced_dropout(stream):
        result, mask = torch.native_dropout(x, 0.25, train=True)
    kept = stream.numbers[0] >= 0.25
    assert np.array_equal(mask, kept)
    assert np.allclose(result.detach(), kept / 0.75)
    ADAPTER.backward(result.sum())
    assert x.grad is not None
    assert np.allclose(x.grad, kept / 0.75)


def test_noise_a_model_makes_itself_is_its_own() -> None:
    stream = Stream()
    torch.manual_seed(0)
    expected = torch.empty(3, 3).bernoulli_(0.5), torch.bernoulli(torch.full((3,), 0.5))
    torch.manual_seed(0)
    with synced_dropout(stream):
        drawn = torch.empty(3, 3).bernoulli_(0.5), torch.bernoulli(torch.full((3,), 0.5))
        assert stream.shapes == []
        dropout(noise(2, 3), 0.5)
    assert stream.shapes == [(2, 3)]
    assert all(map(torch.equal, drawn, expected))


def test_what_cannot_be_synchronised_says_which_layer_it_is() -> None:
    packed = pack_padded_sequence(noise(5, 2, 4), torch.tensor([5, 3]))
    lstm = torch.nn.LSTM(4, 3, 2, dropout=0.5)
    with pytest.raises(UsageError) as caught, synced_dropout(Stream()):
        lstm(packed)
    assert str(caught.value) == (
        "Dropout between the layers of a network on a packed sequence: it cannot be synchronised.\n"
        "  where:    LSTM(4, 3, num_layers=2, dropout=0.5)\n"
        "  hint:     Pass a padded sequence."
    )
    with pytest.raises(UsageError) as caught, synced_dropout(Stream()):
        torch.nn.RReLU()(noise(3))
    assert str(caught.value) == (
        "RReLU draws random slopes in training: it cannot be synchronised.\n"
        "  where:    RReLU(lower=0.125, upper=0.3333333333333333)\n"
        "  hint:     Call its eval() meanwhile."
    )
    x = noise(1, 2, 3, 4)
    with pytest.raises(UsageError) as caught, synced_dropout(Stream()):
        torch.ops.aten._scaled_dot_product_flash_attention(x, x, x, 0.5)
    assert str(caught.value) == (
        "Attention with dropout is pinned to a fused kernel: it cannot be synchronised.\n"
        "  hint:     Let the model choose SDPBackend.MATH meanwhile."
    )


def test_where_nothing_is_dropped_nothing_is_refused() -> None:
    packed = pack_padded_sequence(noise(5, 2, 4), torch.tensor([5, 3]))
    with synced_dropout(Stream()):
        torch.nn.LSTM(4, 3, 2)(packed)
        torch.nn.LSTM(4, 3, 2, dropout=0.5).eval()(packed)
        torch.nn.RReLU().eval()(noise(3))


def test_kernels_are_chosen_again_as_before() -> None:
    def flags() -> list[bool]:
        backends: Any = torch.backends.cuda
        return [
            backends.flash_sdp_enabled(),
            backends.mem_efficient_sdp_enabled(),
            backends.math_sdp_enabled(),
            torch.backends.cudnn.enabled,
        ]

    before = flags()
    with synced_dropout(Stream()):
        assert flags() != before
        torch.nn.GRU(4, 3, 2, dropout=0.5)(noise(5, 2, 4))
    assert flags() == before


def test_parameters_that_were_watched_have_no_dict_of_hooks() -> None:
    module = torch.nn.Linear(2, 2)
    handle = module.bias.register_hook(lambda _: None)  # type: ignore[no-untyped-call]
    before = module.bias._backward_hooks
    remove = ADAPTER.watch_parameters(module, lambda *_: None)
    assert module.weight._backward_hooks
    remove()
    assert module.weight._backward_hooks is None
    assert module.bias._backward_hooks is before
    assert before is not None
    assert len(before) == 1
    handle.remove()


@pytest.mark.parametrize(
    ("training", "frozen", "copied"), [(True, True, 1), (False, True, 0), (True, False, 0)]
)
def test_of_large_parameters_only_frozen_ones_of_a_model_that_trains_are_copied(
    monkeypatch: pytest.MonkeyPatch, training: bool, frozen: bool, copied: int
) -> None:
    kept = preserve._kept
    asked: list[bool] = []

    def spy(tensor: torch.Tensor, *, values: bool) -> Any:
        asked.append(values)
        return kept(tensor, values=values)

    monkeypatch.setattr(preserve, "_kept", spy)
    layer = torch.nn.Linear(600, 600, bias=False).requires_grad_(not frozen).train(training)
    with ADAPTER.preserved(layer):
        pass
    assert sum(asked) == copied
