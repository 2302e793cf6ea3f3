"""The demonstration, in three parts: there, reading, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import paddle
import screen
import torch
from crnn import CRNN
from published import NUM_CLASSES, decode, fresh_network, published_weights, render
from rich.console import Console

import padiff
from padiff.plan import make_plan

LINES = (
    ("ព្រះរាជាណាចក្រកម្ពុជា", "KhmerOS"),
    ("ភាសាខ្មែរ", "KhmerOSApsra"),
    ("អង្គរវត្ត", "KhmerMoul"),
    ("ភ្នំពេញ", "Angkor"),
    ("ជាតិ សាសនា ព្រះមហាក្សត្រ", "KhmerOS"),
    ("1234567890", "AKbalthom KhmerBasic"),
)
"""What is rendered, and in which of the package's fonts. The network misreads the last one."""

TOLERANCE = 1e-3
"""How far two logits may be apart. They reach 40, where float32 rounding adds up to about 1e-4."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One rendered line, and what the two networks made of it."""

    text: str
    font: str
    base: str
    raw: str
    difference: float
    """The largest difference between two logits."""
    reach: float
    """The largest logit, either sign."""

    @property
    def agrees(self) -> bool:
        return self.base == self.raw and self.difference <= TOLERANCE


@dataclass(frozen=True, slots=True)
class Returned:
    """How the weights compare with the published ones after both transfers."""

    identical: tuple[str, ...]
    """Names of the tensors that hold the same bits."""
    different: tuple[str, ...]
    """Names of all others."""


def demo(console: Console, *, every_tensor: bool = False) -> bool:
    """Run the demonstration; whether everything agreed."""
    published = published_weights()
    network = fresh_network()
    network.load_state_dict(published)
    base = padiff.create_model(network, "khmer_ocr_ocm.CRNN")
    port = CRNN(NUM_CLASSES)
    port.eval()
    raw = padiff.create_model(port, "crnn.CRNN")

    screen.heading(console, "1  torch to paddle", f"{base.name} to {raw.name}")
    screen.plan(console, make_plan(base, raw, padiff.registry))
    report = transfer(console, base, raw)
    screen.outcome(console, report)
    if every_tensor:
        console.print(report)

    screen.heading(console, "2  both read", "lines rendered with the fonts of khmer-ocr-ocm")
    found = [read(text, font, network, port) for text, font in LINES]
    screen.readings(console, found)

    fresh = padiff.create_model(fresh_network(), "a fresh khmer_ocr_ocm.CRNN")
    screen.heading(console, "3  paddle back to torch", f"{raw.name} to {fresh.name}")
    report = transfer(console, raw, fresh)
    screen.outcome(console, report)
    returned = compare(published, fresh.model.state_dict())
    screen.returned(console, returned)

    agreed = all(reading.agrees for reading in found) and not returned.different
    screen.verdict(console, agreed=agreed)
    return agreed


def transfer(
    console: Console, base: padiff.ProxyModel[Any], raw: padiff.ProxyModel[Any]
) -> padiff.TransferReport:
    """`assign_weight`, under a progress bar."""
    with screen.progress(console) as advance:
        return padiff.assign_weight(base, raw, progress=advance)


def read(text: str, font: str, network: torch.nn.Module, port: paddle.nn.Layer) -> Reading:
    """Render a line and read it with both networks; both are decoded by the package's decoder."""
    image = render(text, font)
    with torch.no_grad(), paddle.no_grad():
        base: torch.Tensor = network(image)
        raw = torch.from_numpy(port(paddle.to_tensor(image.numpy())).numpy())
    difference = (base - raw).abs().max().item()
    return Reading(text, font, decode(base), decode(raw), difference, base.abs().max().item())


def compare(published: dict[str, torch.Tensor], returned: dict[str, torch.Tensor]) -> Returned:
    """Compare two state dicts bit by bit, name by name."""
    groups: dict[bool, list[str]] = {True: [], False: []}
    for name in sorted(published.keys() | returned.keys()):
        groups[bits(published.get(name)) == bits(returned.get(name))].append(name)
    return Returned(tuple(groups[True]), tuple(groups[False]))


def bits(tensor: torch.Tensor | None) -> object:
    """Everything that makes two tensors the same: dtype, shape, and every bit of the values."""
    return None if tensor is None else (tensor.dtype, tensor.shape, tensor.numpy().tobytes())
