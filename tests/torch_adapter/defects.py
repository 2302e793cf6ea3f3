"""torch tensors that have no values a copy could take, or none that NumPy can see."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.testing._internal.two_tensor import TwoTensor

from padiff.testing import Defective

__all__ = ["DEFECTS"]

Make = Callable[[], Defective[nn.Module]]


def _buffer(make: Callable[[], torch.Tensor], defect: str) -> Make:
    """A module with one more tensor, of values, before the defective one."""

    def defective() -> Defective[nn.Module]:
        module = nn.Linear(2, 3)
        module.register_buffer("odd", make())
        return Defective(module, "odd", defect)

    return defective


def _layer(make: Callable[[], nn.Module], name: str, defect: str) -> Make:
    return lambda: Defective(make(), name, defect)


def _quantised(dtype: torch.dtype) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch points to torchao
        return torch.quantize_per_tensor(torch.ones(4), 0.1, 0, dtype)


def _sparse(convert: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # CSR is in beta
        return convert(torch.eye(3))


def _nested(layout: torch.layout) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # nested tensors are a prototype
        return torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=layout)


def _freed() -> torch.Tensor:
    tensor = torch.ones(3)
    tensor.untyped_storage().resize_(0)
    return tensor


def _fake() -> nn.Module:
    with FakeTensorMode():
        return nn.Linear(2, 3)


def _wrapper() -> torch.Tensor:
    wrapper: torch.Tensor = TwoTensor(torch.ones(3), torch.ones(3))  # type: ignore[no-untyped-call]
    return wrapper


_UNINITIALISED = "it is uninitialised: a lazy module before its first forward"
_META = "it is on the meta device: it has a shape and no values"
_LAZY_VIEW = "it is a lazy conjugate or negative view"
DEFECTS: Mapping[str, Make] = {
    "lazy parameter": _layer(lambda: nn.LazyLinear(3), "weight", _UNINITIALISED),
    "lazy buffer": _layer(nn.LazyBatchNorm1d, "running_var", _UNINITIALISED),
    "meta": _layer(lambda: nn.Linear(2, 3, device="meta"), "bias", _META),
    "fake": _layer(_fake, "weight", "NumPy cannot see into it (FakeTensor)"),
    "quantised": _buffer(lambda: _quantised(torch.qint8), "it is quantised (torch.qint8)"),
    "sparse COO": _buffer(
        lambda: _sparse(torch.Tensor.to_sparse), "it is sparse (torch.sparse_coo)"
    ),
    "sparse CSR": _buffer(
        lambda: _sparse(torch.Tensor.to_sparse_csr), "it is sparse (torch.sparse_csr)"
    ),
    "of oneDNN": _buffer(
        lambda: torch.ones(3).to_mkldnn(), "it is not stored by strides (torch._mkldnn)"
    ),
    "nested": _buffer(
        lambda: _nested(torch.strided), "it is nested: its parts have sizes of their own"
    ),
    "jagged": _buffer(
        lambda: _nested(torch.jagged), "it is nested: its parts have sizes of their own"
    ),
    "wrapper": _buffer(
        _wrapper,
        "it is a wrapper of other tensors (TwoTensor)",
    ),
    "conjugate": _buffer(lambda: torch.ones(3, dtype=torch.complex64).conj(), _LAZY_VIEW),
    "negative": _buffer(lambda: torch.ones(3, dtype=torch.complex64).conj().imag, _LAZY_VIEW),
    "efficient zeros": _buffer(
        lambda: torch._efficientzerotensor(3), "it stands for zeros and has no memory"
    ),
    "freed": _buffer(_freed, "its memory was freed"),
    "float8_e8m0fnu": _buffer(
        lambda: torch.ones(3).to(torch.float8_e8m0fnu),
        "NumPy has no counterpart of torch.float8_e8m0fnu",
    ),
}
