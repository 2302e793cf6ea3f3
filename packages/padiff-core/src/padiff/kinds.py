"""The built-in kinds, each declared once.

Shapes are symbolic (`padiff.shapes`), in the canonical order every layout agrees on: a weight matrix
is (out, in), a convolution (out, in/groups, *kernel), a transposed convolution (in, out/groups,
*kernel), and the gates of a recurrent layer are stacked along the first axis.
"""

from __future__ import annotations

from padiff.kind import CanonicalTensor as T
from padiff.kind import Kind

__all__ = [
    "ADAPTIVE_LOG_SOFTMAX",
    "BATCH_NORM",
    "BILINEAR",
    "CONV",
    "CONV_TRANSPOSE",
    "EMBEDDING",
    "GROUP_NORM",
    "GRU",
    "INSTANCE_NORM",
    "LAYER_NORM",
    "LINEAR",
    "LSTM",
    "MULTI_HEAD_ATTENTION",
    "PRELU",
    "RMS_NORM",
    "RNN",
]

_WEIGHT_NORM = (
    T("weight.magnitude", "*magnitude", note="g: the norm of each slice of the direction"),
    T("weight.direction", "*direction", note="v, in the orientation of the weight"),
)
_SPECTRAL_NORM = (
    T("weight.original", "*original", note="in the orientation of the weight"),
    T("weight.left", "left", note="u, the left singular vector"),
    T("weight.right", "right", note="v, the right singular vector"),
)
_REPARAMETRISED = (*_WEIGHT_NORM, *_SPECTRAL_NORM)

LINEAR = Kind(
    "linear",
    (T("weight", "out in"), T("bias", "out", neutral=0.0), *_REPARAMETRISED),
    summary="y = x W^T + b",
)
BILINEAR = Kind(
    "bilinear",
    (T("weight", "out in1 in2"), T("bias", "out", neutral=0.0)),
    summary="y_k = x1 W_k x2 + b_k",
)
EMBEDDING = Kind("embedding", (T("weight", "rows features"),), summary="y = W[x]")
CONV = Kind(
    "conv",
    (T("weight", "out in_per_group *kernel"), T("bias", "out", neutral=0.0), *_REPARAMETRISED),
    summary="cross-correlation over 1 to 3 spatial axes",
)
CONV_TRANSPOSE = Kind(
    "conv_transpose",
    (T("weight", "in out_per_group *kernel"), T("bias", "out", neutral=0.0), *_REPARAMETRISED),
    summary="the gradient of a convolution with respect to its input",
)
BATCH_NORM = Kind(
    "batch_norm",
    (
        T("weight", "features", neutral=1.0),
        T("bias", "features", neutral=0.0),
        T("running_mean", "features", neutral=0.0),
        T("running_var", "features", neutral=1.0),
        T(
            "num_batches_tracked",
            "",
            neutral=0.0,
            bookkeeping=True,
            note="only a cumulative average (momentum=None) reads it",
        ),
    ),
    summary="normalisation over batch and space, per feature",
)
INSTANCE_NORM = Kind(
    "instance_norm",
    (
        T("weight", "features", neutral=1.0),
        T("bias", "features", neutral=0.0),
        T("running_mean", "features"),
        T("running_var", "features"),
        T("num_batches_tracked", "", neutral=0.0, bookkeeping=True),
    ),
    summary="normalisation over space, per sample and feature",
)
LAYER_NORM = Kind(
    "layer_norm",
    (T("weight", "features", neutral=1.0), T("bias", "features", neutral=0.0)),
    summary="normalisation over the last axes, flattened",
    elementwise=True,
)
GROUP_NORM = Kind(
    "group_norm",
    (T("weight", "features", neutral=1.0), T("bias", "features", neutral=0.0)),
    summary="normalisation over groups of features",
)
RMS_NORM = Kind(
    "rms_norm",
    (T("weight", "*normalized", neutral=1.0),),
    summary="y = x / rms(x) * w over the last axes",
    elementwise=True,
)
PRELU = Kind("prelu", (T("weight", "features"),), summary="y = max(0, x) + w min(0, x)")


def _recurrent(name: str, gates: str, summary: str, *, projected: bool = False) -> Kind:
    count = len(gates.split())
    stacked = "hidden" if count == 1 else f"{count}*hidden"
    note = f"gates in the order {gates}" if count > 1 else ""
    cell = "{layer}.{direction}."
    tensors = [
        T(cell + "weight_ih", stacked + " in_{layer}", note=note),
        T(cell + "weight_hh", stacked + " recurrent", note=note),
        T(cell + "bias_ih", stacked, neutral=0.0, note=note),
        T(cell + "bias_hh", stacked, neutral=0.0, note=note),
    ]
    if projected:
        tensors.append(T(cell + "weight_hr", "recurrent hidden", note="projects the hidden state"))
    return Kind(name, tuple(tensors), summary=summary)


RNN = _recurrent("rnn", "h", "Elman recurrence; a single cell is layer 0, direction `forward`")
LSTM = _recurrent("lstm", "i f g o", "long short-term memory; a cell is layer 0", projected=True)
GRU = _recurrent("gru", "r z n", "gated recurrent unit; a cell is layer 0")

_PROJECTIONS = (("q", "embed"), ("k", "key"), ("v", "value"))
MULTI_HEAD_ATTENTION = Kind(
    "multi_head_attention",
    (
        *(T(f"{p}.weight", f"embed {size}") for p, size in _PROJECTIONS),
        *(T(f"{p}.bias", "embed", neutral=0.0) for p, _ in _PROJECTIONS),
        T("out.weight", "embed embed"),
        T("out.bias", "embed", neutral=0.0),
        T("k.extra", "embed", note="add_bias_kv: a key appended to every sequence"),
        T("v.extra", "embed", note="add_bias_kv: a value appended to every sequence"),
    ),
    summary="scaled dot-product attention with q, k, v and output projections",
)
ADAPTIVE_LOG_SOFTMAX = Kind(
    "adaptive_log_softmax",
    (
        T("head.weight", "head features"),
        T("head.bias", "head", neutral=0.0),
        T("tail.{cluster}.down", "hidden_{cluster} features"),
        T("tail.{cluster}.up", "words_{cluster} hidden_{cluster}"),
    ),
    summary="log softmax over frequency clusters",
)
