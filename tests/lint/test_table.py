"""The document lists every rule there is, in the words of the code."""

from __future__ import annotations

import padiff_paddle  # noqa: F401 - rules of both adapters' layers are in the table
import padiff_torch  # noqa: F401

from .table import DOCUMENT, between, table, with_table


def test_the_document_holds_the_table_as_the_code_makes_it() -> None:
    document = DOCUMENT.read_text("utf-8")
    assert between(document) == table(), "run python -m tests.lint.table"


def test_another_table_would_be_noticed_and_replaced() -> None:
    document = DOCUMENT.read_text("utf-8")
    stale = document.replace(
        "| `batch_norm.momentum` | warning |", "| `batch_norm.momentum` | info |"
    )
    assert between(stale) != table()
    assert with_table(stale) == document


def test_every_family_of_findings_has_its_row() -> None:
    text = table()
    for rule in (
        (
            "| `batch_norm.momentum` | warning | weight of the new batch in the running statistics "
            "| `momentum` | `momentum` |"
        ),
        (
            "| `batch_norm.running_variance` | warning; silent in eval() "
            "| which variance of a batch goes into the running one | - | - |"
        ),
        (
            "| `multi_head_attention.batch_first` | error; info where a class has no argument for it "
            "| whether inputs are (batch, time, features), or time comes first "
            "| `batch_first` | -, `batch_first` |"
        ),
        (
            "| `lstm.missing_bias` | error "
            "| bias_ih_attr=False or bias_hh_attr=False kills the interpreter, or raises |  | x |"
        ),
        (
            "| `embedding.padding_row` | error "
            "| base's row for padding is not zero, and one side returns zeros whatever the row holds "
            "| both | both |"
        ),
    ):
        assert rule in text
