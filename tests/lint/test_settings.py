"""Every setting reads what its argument writes, and writes what it reads.

For each class of both adapters and each hyper-parameter with an argument: a layer is built without
the argument and with it. Their canonical values differ, and the argument that is made of the second
builds a layer with the same canonical value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import Any, Final

import paddle.nn as pnn
import pytest
import torch

from padiff import Registry
from padiff.adapters import load_layouts
from padiff.hyperparameters import NOT_APPLICABLE, Setting, same
from padiff.registry import LayoutEntry

BY_HAND: Final = {"weight_norm dim", "spectral_norm dim", "spectral_norm eps", "n_power_iterations"}
"""Arguments of functions that wrap a layer; `test_reparametrised` has them."""

REQUIRED: Final[dict[str, tuple[Any, ...]]] = {
    "Conv": (4, 6, 3),
    "SubmConv": (4, 6, 3),
    "BatchNorm": (4,),
    "SyncBatchNorm": (4,),
    "InstanceNorm": (4,),
    "GroupNorm": (2, 4),
    "LayerNorm": (4,),
    "RMSNorm": (4,),
    "Embedding": (10, 4),
    "EmbeddingBag": (10, 4),
    "MultiheadAttention": (12, 2),
    "MultiHeadAttention": (12, 2),
    "FusedMultiHeadAttention": (12, 2),
    "FusedFeedForward": (6, 10),
    "FusedBiasDropoutResidualLayerNorm": (6,),
    "FusedTransformerEncoderLayer": (6, 2, 10),
    "TransformerEncoderLayer": (6, 2, 10),
    "TransformerDecoderLayer": (6, 2, 10),
    "LinearCrossEntropyLoss": (5, 7),
    "RNN": (3, 5),
    "SimpleRNN": (3, 5),
    "SimpleRNNCell": (3, 5),
    "RNNCell": (3, 5),
    "GRUCell": (3, 5),
    "LSTMCell": (3, 5),
    "LSTM": (3, 5),
    "GRU": (3, 5),
    "MaxPool": (3,),
    "AvgPool": (3,),
    "AdaptiveAvgPool": (4,),
    "AdaptiveMaxPool": (4,),
    "PixelShuffle": (2,),
    "PixelUnshuffle": (2,),
    "Threshold": (1.0, 0.0),
    "_SpectralNorm": (torch.eye(4, 6),),
    "SpectralNorm": ([4, 6],),
}
"""By class, without its number of axes: the arguments that must be given."""

CELLS: Final[dict[str, Callable[[], tuple[Any, ...]]]] = {
    "paddle.nn.RNN": lambda: (pnn.SimpleRNNCell(3, 5),),
    "paddle.nn.BiRNN": lambda: (pnn.SimpleRNNCell(3, 5), pnn.SimpleRNNCell(3, 5)),
}
"""The wrappers of a cell, whose activation is an argument of the cell."""

VALUES: Final[dict[str, Any]] = {
    "act": "relu",
    "act_dropout_rate": 0.25,
    "activation": "gelu",
    "add_zero_attn": True,
    "align_corners": True,
    "align_mode": 1,
    "alpha": 0.25,
    "approximate": "tanh",
    "attn_dropout_rate": 0.25,
    "axis": 0,
    "batch_first": True,
    "beta": 2.0,
    "bidirectional": True,
    "ceil_mode": True,
    "count_include_pad": False,
    "data_layout": "NHWC",
    "delta": 0.5,
    "dilation": 2,
    "dim": 0,
    "direction": "bidirect",
    "divisor_override": 5,
    "downscale_factor": 3,
    "dropout": 0.25,
    "dropout_rate": 0.25,
    "end_dim": 2,
    "eps": 1e-4,
    "epsilon": 1e-4,
    "exclusive": False,
    "groups": 2,
    "ignore_index": 3,
    "is_huber": False,
    "is_reverse": True,
    "kernel_size": 2,
    "label_smoothing": 0.25,
    "lambd": 0.25,
    "log_target": True,
    "lower": 0.0625,
    "margin": 0.5,
    "max": 2.0,
    "max_norm": 2.0,
    "max_val": 2.0,
    "min": -2.0,
    "min_val": -2.0,
    "momentum": 0.25,
    "negative_slope": 0.25,
    "nonlinearity": "relu",
    "norm_first": True,
    "norm_type": 1.0,
    "normalize_before": True,
    "normalized_shape": (3, 5),
    "num_groups": 4,
    "num_heads": 3,
    "num_layers": 2,
    "output_padding": 1,
    "output_size": 3,
    "p": 0.25,
    "padding": 1,
    "padding_idx": 3,
    "padding_mode": "reflect",
    "power_iters": 3,
    "proj_size": 2,
    "reduction": "sum",
    "return_indices": True,
    "return_mask": True,
    "scale": 1.5,
    "scale_factor": 3,
    "scale_grad_by_freq": True,
    "size": 9,
    "start_axis": 2,
    "start_dim": 2,
    "stop_axis": 2,
    "stride": 2,
    "threshold": 0.25,
    "time_major": True,
    "track_running_stats": True,
    "trainable_statistics": True,
    "upper": 0.5,
    "upscale_factor": 3,
    "use_softmax": False,
    "value": 0.25,
}
"""By argument, a value that is not the default of any class."""

SPECIAL: Final[dict[tuple[str, str], Any]] = {
    ("BatchNorm", "track_running_stats"): False,
    ("SyncBatchNorm", "track_running_stats"): False,
    ("use_global_stats", "eval_statistics"): False,
    ("use_global_stats", "train_statistics"): True,
    ("SimpleRNN", "activation"): "relu",
    ("SimpleRNNCell", "activation"): "relu",
    ("EmbeddingBag", "mode"): "sum",
    ("Dropout", "mode"): "downscale_in_infer",
    ("Upsample", "mode"): "bilinear",
    ("Upsample", "data_format"): "NHWC",
    ("MultiMarginLoss", "p"): 2,
}
"""By class and argument, or argument and hyper-parameter, where that is not the value to take."""

CONTEXT: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("LSTM", "dropout"): {"num_layers": 2},
    ("GRU", "dropout"): {"num_layers": 2},
    ("RNN", "dropout"): {"num_layers": 2},
    ("SimpleRNN", "dropout"): {"num_layers": 2},
    ("InstanceNorm", "momentum"): {"track_running_stats": True},
    ("Embedding", "norm_type"): {"max_norm": 1.0},
    ("EmbeddingBag", "norm_type"): {"max_norm": 1.0},
    ("Conv", "output_padding"): {"stride": 2},
    ("AvgPool", "counts_padding"): {"padding": 1},
    ("Upsample", "align_corners"): {"scale_factor": 2, "mode": "bilinear"},
    ("Upsample", "half_pixel"): {"scale_factor": 2, "mode": "bilinear"},
    ("Upsample", "mode"): {"scale_factor": 2},
    ("Upsample", "channels"): {"scale_factor": 2},
    ("SmoothL1Loss", "divided"): {"delta": 0.5},
}
"""By class and hyper-parameter, what gives the hyper-parameter a meaning."""


@dataclass(frozen=True, slots=True)
class Written:
    """A setting of a class, with an argument."""

    entry: LayoutEntry
    name: str
    setting: Setting

    def __str__(self) -> str:
        return f"{self.entry.key} {self.name}"

    @property
    def stem(self) -> str:
        """The class's bare name, without its number of axes and what follows."""
        bare = self.entry.key.class_name.rpartition(".")[2]
        stem = bare.rstrip("dD").rstrip("0123456789")
        return "Conv" if bare.startswith("Conv") else stem if stem != bare.rstrip("dD") else bare

    @property
    def value(self) -> Any:
        for key in ((self.stem, self.setting.argument), (self.setting.argument, self.name)):
            if key in SPECIAL:
                return SPECIAL[key]
        if self.setting.argument == "data_format":
            return {"1": "NLC", "3": "NDHWC"}.get(self.entry.key.class_name.strip("D")[-1], "NHWC")
        return VALUES[self.setting.argument]

    def build(self, **options: Any) -> Any:
        """A layer of the class."""
        module, _, bare = self.entry.key.class_name.rpartition(".")
        cls = getattr(import_module(module), bare)
        given = {**CONTEXT.get((self.stem, self.name), {}), **options}
        if bare.startswith("Upsampl") and not {"size", "scale_factor"} & given.keys():
            given["scale_factor"] = 2
        required = CELLS.get(self.entry.key.class_name, lambda: REQUIRED.get(self.stem, ()))()
        names = list(signature(cls).parameters)[: len(required)]
        values = [given.pop(name, value) for name, value in zip(names, required, strict=True)]
        return cls(*values, **given)


def written() -> Iterator[Written]:
    for entry in Registry(load_layouts).layouts.values():
        for name, setting in entry.layout.settings.items():
            of_the_cell = name == "activation" and entry.key.class_name in CELLS
            if setting.argument and setting.argument not in BY_HAND and not of_the_cell:
                yield Written(entry, name, setting)


@pytest.mark.parametrize("case", list(written()), ids=str)
def test_a_setting_reads_what_its_argument_writes(case: Written) -> None:
    before = case.setting.read(case.build()).canonical
    reading = case.setting.read(case.build(**{case.setting.argument: case.value}))
    assert reading.canonical is not NOT_APPLICABLE
    assert not same(before, reading.canonical)
    again = case.setting.from_canonical(reading.canonical)
    rebuilt = case.build(**{case.setting.argument: again})
    assert same(case.setting.read(rebuilt).canonical, reading.canonical)
