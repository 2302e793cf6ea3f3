"""The demonstration: pair the attentions by hand, transfer, and compare sentences."""

from __future__ import annotations

from collections import Counter

import attention  # noqa: F401 - registers the init function
import numpy as np
import numpy.typing as npt
import paddle
import torch
from encoder import Encoder, EncoderConfig
from published import Tokens, load_encoder, pool, tokenize
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from transformers import BertModel

import padiff

PAIRS = (
    ("A man is eating food.", "A man is eating a piece of bread."),
    ("The girl is carrying a baby.", "A woman holds a child in her arms."),
    ("The cat sat on the mat.", "Quarterly revenue rose by four per cent."),
    ("How do I reset my password?", "I forgot the code for my account."),
)

TOLERANCE = 1e-5
"""How far the two encoders' cosines may be apart. Rounding in float32 makes less than 1e-6."""


def demo(console: Console) -> bool:
    """Run the demonstration; whether all similarities agree."""
    base = padiff.create_model(load_encoder(), "transformers BertModel")
    raw = padiff.create_model(Encoder(EncoderConfig()), "encoder.Encoder")
    raw.model.eval()

    base.set_layer_map([layer.attention for layer in base.model.encoder.layer])
    raw.set_layer_map([block.attention for block in raw.model.blocks])
    report = padiff.assign_weight(base, raw, ignore=[base.model.pooler, "*_ids"])
    show_report(console, report)

    tokens = tokenize([sentence for pair in PAIRS for sentence in pair])
    cosines = (
        similarities(encode_torch(base.model, tokens)),
        similarities(encode_paddle(raw.model, tokens)),
    )
    show_similarities(console, *cosines)
    agreed = bool(np.abs(cosines[0] - cosines[1]).max() <= TOLERANCE)
    console.print()
    if agreed:
        console.print("[bold green]Both encoders find the sentences equally similar.[/]")
    else:
        console.print("[bold red]The two encoders do not agree; see above.[/]")
    return agreed


def encode_torch(model: BertModel, tokens: Tokens) -> npt.NDArray[np.float32]:
    with torch.no_grad():
        hidden = model(
            input_ids=torch.from_numpy(tokens.input_ids),
            attention_mask=torch.from_numpy(tokens.attention_mask),
            token_type_ids=torch.from_numpy(tokens.token_type_ids),
        ).last_hidden_state
    return pool(hidden.numpy(), tokens)


def encode_paddle(model: Encoder, tokens: Tokens) -> npt.NDArray[np.float32]:
    with paddle.no_grad():
        hidden = model(
            paddle.to_tensor(tokens.input_ids),
            paddle.to_tensor(tokens.attention_mask),
            paddle.to_tensor(tokens.token_type_ids),
        )
    return pool(hidden.numpy(), tokens)


def similarities(embeddings: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Cosines of the first and second, third and fourth, ... of normalised embeddings."""
    cosines: npt.NDArray[np.float32] = (embeddings[0::2] * embeddings[1::2]).sum(axis=1)
    return cosines


def show_report(console: Console, report: padiff.TransferReport) -> None:
    """How many tensors were accounted for in which way, and why."""
    heading(
        console,
        "1  transfer",
        f"{report.base} ({report.base_framework}) to {report.raw} ({report.raw_framework})",
    )
    copied, ignored = report.select("copied"), report.select("ignored")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(style="dim")
    kinds = ", ".join(dict.fromkeys(record.kind for record in copied))
    table.add_row(str(len(copied)), "copied", f"through the layouts of {kinds}")
    notes = Counter(record.note for record in report.select("initialised"))
    for note, count in notes.items():
        table.add_row(str(count), "initialised", note)
    names = ", ".join(str(record.base) for record in ignored)
    table.add_row(str(len(ignored)), "ignored", names)
    console.print(Padding(table, (0, 2), expand=False))


def heading(console: Console, title: str, about: str) -> None:
    console.print()
    console.rule(f"[bold]{title}[/]  [dim]{about}[/]", align="left", style="dim")
    console.print()


def show_similarities(
    console: Console, base: npt.NDArray[np.float32], raw: npt.NDArray[np.float32]
) -> None:
    heading(console, "2  sentence similarities", "cosines of the mean-pooled embeddings")
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("sentences")
    table.add_column("torch", justify="right", style="orange_red1", no_wrap=True)
    table.add_column("paddle", justify="right", style="dodger_blue1", no_wrap=True)
    table.add_column("difference", justify="right", no_wrap=True)
    for number, (pair, ours, theirs) in enumerate(zip(PAIRS, base, raw, strict=True)):
        if number:
            table.add_row()
        apart = abs(float(ours) - float(theirs))
        style = "green" if apart <= TOLERANCE else "bold red"
        table.add_row(pair[0], f"{ours:.6f}", f"{theirs:.6f}", Text(f"{apart:.0e}", style))
        table.add_row(pair[1])
    console.print(Padding(table, (0, 2), expand=False))
