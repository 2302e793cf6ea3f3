"""`docs/trace-format.md` says what there is: every member of every entry, and examples that are read."""

from __future__ import annotations

import inspect
import json
import re
import typing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from padiff.trace import arguments, checks, codec, index, shards
from padiff.trace.codec import decode, encode
from padiff.trace.index import Index
from tests.docs.documents import ROOT, blocks

PAGE = (ROOT / "docs" / "trace-format.md").read_text("utf-8")
ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<type>[^|]+) \| ?(?P<default>[^|]*) \|", re.MULTILINE)

ENTRIES: dict[str, Any] = {
    "### The index": index.Index,
    "### Modules": index.ModuleEntry,
    "The tensors of a module are": index.StateEntry,
    "A hyper-parameter, by its canonical name": index.SettingEntry,
    "### Tensors": index.TensorEntry,
    "The members of a summary are": index.Summary,
    "### Steps": index.StepEntry,
    "### Calls": index.CallEntry,
    "### Rounding errors": index.Floor,
}


def table_after(text: str) -> dict[str, tuple[str, str]]:
    """The rows of the first table of members after a text: type and default by name."""
    _, _, rest = PAGE.partition(f"\n{text}")
    table = rest[rest.index("| member |") :].partition("\n\n")[0]
    return {row["name"]: (row["type"], row["default"]) for row in ROW.finditer(table)}


def test_no_entry_is_forgotten() -> None:
    structs = {
        value
        for _, value in inspect.getmembers(index, inspect.isclass)
        if issubclass(value, msgspec.Struct) and value.__struct_fields__
    }
    assert structs == {*ENTRIES.values()}


def shown(value: Any) -> str:
    """A default as the page shows it."""
    if value is msgspec.NODEFAULT:
        return ""
    plain = msgspec.json.encode(value).decode()
    return f"`{plain}`" if plain in ("[]", "{}", '""') else plain


@pytest.mark.parametrize("place", ENTRIES)
def test_every_member_is_there_in_order_with_its_default(place: str) -> None:
    fields = {
        field.name: shown(
            field.default_factory()
            if field.default_factory is not msgspec.NODEFAULT
            else field.default
        )
        for field in msgspec.structs.fields(ENTRIES[place])
    }
    described = {name: default for name, (_, default) in table_after(place).items()}
    assert list(described.items()) == list(fields.items())


KINDS: dict[Any, str] = {
    index.Count: "count",
    index.Reference: "place",
    index.Shape: "shape",
    index.Moment: "moment",
    str: "string",
    bool: "boolean",
    float: "number",
    Any: "any",
    index.Shard: "string",
    index.Digest: "string",
    bool | None: "boolean or null",
    index.Summary | None: "object or null",
    tuple[str, ...]: "list of strings",
    tuple[index.Count, ...]: "list of places",
}


def kind_of(hint: Any) -> str:
    if hint in KINDS:
        return KINDS[hint]
    origin = typing.get_origin(hint)
    return {tuple: "list", dict: "object", typing.Literal: "string"}[origin]


@pytest.mark.parametrize("place", ENTRIES)
def test_every_member_has_the_type_that_is_read(place: str) -> None:
    entry = ENTRIES[place]
    hints = typing.get_type_hints(entry, include_extras=True)
    for name, (described, _) in table_after(place).items():
        kind = kind_of(hints[name])
        if entry is index.CallEntry and kind == "moment":
            kind = "slots"  # the same type: places in `tensors` by name
        if entry is index.CallEntry and name == "module":
            kind = "place"
        assert described == kind, name


def test_the_example_is_an_index() -> None:
    *_, example = (block.text for block in blocks(PAGE) if block.language == "json")
    read = msgspec.json.decode(example, type=Index)
    assert decode(encode(read, Path("t")), Path("t")) == read
    assert msgspec.json.decode(msgspec.json.encode(read)) == json.loads(example)


def test_the_envelope_is_as_it_is_written() -> None:
    envelope = next(block.text for block in blocks(PAGE) if block.language == "json")
    head, _, _ = envelope.partition('"checksum"')
    assert head.encode() == codec._START + f'"version":{index.VERSION},'.encode()
    assert list(json.loads(envelope)) == list(codec._Envelope.__struct_fields__)
    assert f"The file begins with the {len(codec._START)} bytes `{codec._START.decode()}`" in PAGE
    assert PAGE.startswith(f"# The format of a trace, version {index.VERSION}\n")


def test_the_limits_are_those_that_are_kept() -> None:
    for line in (
        f"| `index.json` | {codec._LARGEST >> 20} MiB |",
        f"those in strings among them | {codec._MOST:,} |",
        f"axes of length 0 counted as 1 | 2^{checks._LARGEST.bit_length() - 1} |",
        f"| modules around a module | {index.DEEPEST} |",
        f"| calls around a call | {index.DEEPEST_CALL} |",
        f"| {shards._HEADER:,} bytes for each of its tensors, and {shards._HEADER:,} more |",
        f"Containers are at most {arguments._DEPTH} deep.",
        f"is about {shards._SHARD >> 20} MiB large",
    ):
        assert line in PAGE


def test_every_stored_form_is_named() -> None:
    for name, stored in shards._NAMES.items():
        first, last = name.rstrip("0123456789"), stored.rstrip("0123456789")
        assert f"`{name}`" in PAGE or f"`{first}8` ... `{first}64`" in PAGE
        assert f"`{stored}`" in PAGE or f"`{last}8` ... `{last}64`" in PAGE
