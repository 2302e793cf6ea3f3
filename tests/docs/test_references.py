"""The documents name only what is there: files, modules and their names, hatch scripts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.docs.documents import DOCUMENTS, ROOT, name_of
from tests.docs.references import broken_references

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SCRIPTS = {
    *tomllib.loads((ROOT / "hatch.toml").read_text())["envs"]["default"]["scripts"],
    "python",  # whatever is no script is run as a command
}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_a_document_names_what_is_there(document: Path) -> None:
    assert broken_references(document.read_text("utf-8"), document.parent, SCRIPTS) == []


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("[a guide](CONTRIBUTING.md#styl)", []),
        ("[a guide](CONTRIBUTOR.md)", ["CONTRIBUTOR.md"]),
        ("[elsewhere](https://example.org/x)", []),
        ("`examples/minilm`, `hatch.toml`, `.ci/run`", []),
        ("`a.toml`\n```toml\n# a.toml\nx = 1\n```\n", []),
        ("`a.toml`\n```toml\nx = 1\n```\n", ["a.toml"]),
        ("`examples/maxilm`, `hutch.toml`", ["examples/maxilm", "hutch.toml"]),
        (
            "`padiff.plan`, `padiff.plan.make_plan`, `padiff.create_model`, `padiff_torch.PLUGIN`",
            [],
        ),
        ("`padiff.plans`", ["padiff.plans"]),
        ("`padiff.plan.make_plans`", ["padiff.plan.make_plans"]),
        ("```sh\nhatch run test\n```\n", []),
        ("```sh\nhatch run tests\n```\n", ["hatch run tests"]),
        ("`padiff inits` and `a.b.c`", []),
    ],
)
def test_what_is_not_there_is_noticed(text: str, broken: list[str]) -> None:
    assert broken_references(text, ROOT, SCRIPTS) == broken
