"""Indices with a right checksum that no recording wrote: each refused, and said why."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from padiff.errors import TraceError
from padiff.trace.arguments import decode_arguments
from padiff.trace.trace import Trace
from tests.trace.folders import read_all, rewritten, with_index, write_rich


def refusal(path: Path) -> TraceError:
    """The error a trace is refused with; no more than a little memory is taken to find out."""
    tracemalloc.start()
    try:
        with pytest.raises(TraceError) as caught:
            read_all(path)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()
    return caught.value


def tensor(**fields: Any) -> Any:
    return lambda index: index["tensors"][0].update(fields)


def module(place: int, **fields: Any) -> Any:
    return lambda index: index["modules"][place].update(fields)


def call(place: int, **fields: Any) -> Any:
    return lambda index: index["steps"][0]["calls"][place].update(fields)


def state(**fields: Any) -> Any:
    return lambda index: index["modules"][1]["tensors"][0].update(fields)


def index_(**fields: Any) -> Any:
    return lambda index: index.update(fields)


CONTRADICTIONS: dict[str, tuple[Any, str, str]] = {
    "a huge tensor": (
        tensor(shape=[1 << 40]),
        "$.tensors[0]",
        "a tensor of shape (1099511627776,)",
    ),
    "a huge tensor of no elements": (
        tensor(shape=[0, 1 << 50]),
        "$.tensors[0]",
        "a tensor of shape (0, 1125899906842624)",
    ),
    "an object": (tensor(dtype="object"), "$.tensors[0]", "the unknown dtype 'object'"),
    "text": (tensor(dtype="U1000000"), "$.tensors[0]", "the unknown dtype 'U1000000'"),
    "a long dtype": (
        tensor(dtype="x" * 1000),
        "$.tensors[0]",
        f"the unknown dtype '{'x' * 80}...'",
    ),
    "no file": (tensor(file=""), "$.tensors[0]", "no file at the level 'full'"),
    "a hash beside values": (
        tensor(digest="0" * 32),
        "$.tensors[0]",
        "a hash at the level 'full'",
    ),
    "a summary beside values": (
        tensor(summary=dict.fromkeys(["mean", "mean_abs", "rms", "least", "greatest"], 0)),
        "$.tensors[0]",
        "a summary at the level 'full'",
    ),
    "values where there are none": (
        index_(level="hash"),
        "$.tensors[0]",
        "a file at the level 'hash'",
    ),
    "no modules": (index_(modules=[]), "$.modules", "no module"),
    "a module in itself": (module(1, parent=1), "$.modules[1]", "the parent 1"),
    "a module in a later one": (module(1, parent=3), "$.modules[1]", "the parent 3"),
    "a second root": (module(1, parent=-1), "$.modules[1]", "the parent -1"),
    "a root within": (module(0, parent=0), "$.modules[0]", "the parent 0"),
    "a path elsewhere": (
        lambda index: (module(0, path="net")(index), module(1, path="network.fc")(index)),
        "$.modules[1]",
        "the path 'network.fc' below 'net'",
    ),
    "one path twice": (module(2, path="fc"), "$.modules[2]", "a second module at 'fc'"),
    "a child at the root's path": (module(1, path=""), "$.modules[1]", "a second module at ''"),
    "the same as itself": (
        module(2, same=2, class_names=[]),
        "$.modules[2]",
        "the same module as 2",
    ),
    "the same as one that is the same": (
        lambda index: (
            module(2, same=1, class_names=[])(index),
            module(3, same=2, class_names=[])(index),
        ),
        "$.modules[3]",
        "the same module as 2",
    ),
    "the same and a class": (module(2, same=1), "$.modules[2]", "no class, or one too many"),
    "no class": (module(2, class_names=[]), "$.modules[2]", "no class, or one too many"),
    "a class no class can be called": (
        module(2, class_name="a\0b"),
        "$.modules[2]",
        "control characters in 'a\\x00b'",
    ),
    "two tensors of one name": (
        lambda index: index["modules"][1]["tensors"].append(index["modules"][1]["tensors"][0]),
        "$.modules[1]",
        "two tensors of one name",
    ),
    "a state of no dtype": (state(dtype="void"), "$.modules[1]", "the unknown dtype 'void'"),
    "a huge state": (
        state(shape=[1 << 52], dtype="void", defect="it is on the moon"),
        "$.modules[1]",
        "a tensor of shape (4503599627370496,)",
    ),
    "a state nobody owns": (
        index_(initial={"1/nothing": 0}),
        "$.initial",
        "'1/nothing', which no module owns",
    ),
    "a state of another shape": (
        index_(initial={"1/weight": 1}),
        "$.initial",
        "'1/weight' of shape (1, 3)",
    ),
    "a state of another dtype": (
        lambda index: (
            index["tensors"].append({**index["tensors"][0], "dtype": "int32"}),
            index_(initial={"1/weight": len(index["tensors"]) - 1})(index),
        ),
        "$.initial",
        "'1/weight' of dtype int32",
    ),
    "a state beyond": (index_(initial={"1/weight": 999}), "$.initial", "the tensor 999"),
    "a state that has a defect": (
        state(defect="it is on the moon"),
        "$.initial",
        "'1/weight', which no module owns",
    ),
    "a gradient beyond": (
        lambda index: index["steps"][1]["gradients"].update({"1/weight": 999}),
        "$.steps[1].gradients",
        "the tensor 999",
    ),
    "a parameter before a step beyond": (
        lambda index: index["steps"][1].update(before={"1/weight": 999}),
        "$.steps[1].before",
        "the tensor 999",
    ),
    "a buffer beyond": (
        lambda index: index["steps"][1].update(buffers={"1/weight": 999}),
        "$.steps[1].buffers",
        "the tensor 999",
    ),
    "an updated parameter beyond": (
        lambda index: index["steps"][1].update(updated={"1/weight": 999}),
        "$.steps[1].updated",
        "the tensor 999",
    ),
    "a layer map of what is not there": (index_(layer_map=[4]), "$.layer_map", "the module 4"),
    "a call of nothing": (call(1, module=4), "$.steps[0].calls[1]", "the module 4"),
    "a call within a later one": (call(1, parent=1), "$.steps[0].calls[1]", "the parent 1"),
    "an input beyond": (
        call(1, inputs={"args.0": 999}),
        "$.steps[0].calls[1]",
        "the tensor 999",
    ),
    "an output beyond": (
        call(1, outputs={"": 999}),
        "$.steps[0].calls[1]",
        "the tensor 999",
    ),
    "an input's gradient beyond": (
        call(1, input_gradients={"args.0": 999}),
        "$.steps[0].calls[1]",
        "the tensor 999",
    ),
    "an output's gradient beyond": (
        call(1, output_gradients={"": 999}),
        "$.steps[0].calls[1]",
        "the tensor 999",
    ),
    "steps in another order": (
        lambda index: index["steps"].reverse(),
        "$.steps[1]",
        "a step before the one it follows",
    ),
    "one step twice": (
        lambda index: index["steps"].append(index["steps"][1]),
        "$.steps[2]",
        "a step before the one it follows",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, name: str) -> None:
    change, place, got = CONTRADICTIONS[name]
    path = rewritten(write_rich(tmp_path / "t"), change)
    assert str(refusal(path)) == (
        "The index of a trace contradicts itself.\n"
        f"  where:    {path / 'index.json'}, {place}\n"
        f"  got:      {got}"
    )


MALFORMED: dict[str, Any] = {
    "negative size": tensor(shape=[-1]),
    "size beyond 2**53": tensor(shape=[1 << 53]),
    "no number": tensor(shape=[1e400]),
    "a fraction": tensor(shape=[1.5]),
    "a thousand digits": tensor(shape=[10**1000]),
    "ten thousand axes": tensor(shape=[1] * 10_000),
    "65 axes": tensor(shape=[1] * 65),
    "a checksum below zero": tensor(checksum=-1),
    "a hash of another length": tensor(digest="00"),
    "a hash of other digits": tensor(digest="X" * 32),
    "a field more": tensor(pickle="cos\nsystem"),
    "no dtype": lambda index: index["tensors"][0].pop("dtype"),
    "an unknown level": index_(level="everything"),
    "an unknown role": state(role="weight"),
    "null": index_(steps=None),
    "a number for a list": index_(modules=3),
    "a parent of -2": call(0, parent=-2),
    "a tensor of -1": call(0, inputs={"": -1}),
    "NaN in a summary": tensor(summary={"mean": float("nan")}),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_of_another_form_is_refused(tmp_path: Path, name: str) -> None:
    path = rewritten(write_rich(tmp_path / "t"), MALFORMED[name])
    error = refusal(path)
    assert error.what == "The index of a trace cannot be read."
    assert error.where == str(path / "index.json")
    assert error.expected == "what padiff.record wrote"


def nested(depth: int) -> bytes:
    return b'{"list":[' * depth + b"0" + b"]}" * depth


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no object": b"[]",
    "half an object": b'{"padiff":"1"',
    "no text": b'"\xff\xfe"',
    "a lone surrogate": rb'{"padiff":"\ud800"}',
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a long number": b"1" * 1_000_000,
    "NaN": b"NaN",
    "infinity": b"Infinity",
}


@pytest.mark.parametrize("name", BODIES)
def test_what_is_no_index_is_refused(tmp_path: Path, name: str) -> None:
    path = with_index(write_rich(tmp_path / "t"), BODIES[name])
    assert refusal(path).what in {
        "The index of a trace cannot be read.",
        "The index of a trace is damaged.",  # what is no JSON ends elsewhere than it should
    }


def test_arguments_that_are_nested_without_end(tmp_path: Path) -> None:
    path = write_rich(tmp_path / "t")
    rewritten(path, call(0, arguments="HERE"))
    body = (path / "index.json").read_bytes()
    body = body[body.index(b'"trace":') + len(b'"trace":') : -1]
    with_index(path, body.replace(b'"HERE"', nested(100_000)))
    assert refusal(path).what == "The index of a trace cannot be read."
    trace = Trace(with_index(path, body.replace(b'"HERE"', nested(50))))
    with pytest.raises(TraceError, match=r"The recorded arguments cannot be read\."):
        decode_arguments(trace.steps[0].calls[0].arguments, {})


def test_a_key_that_comes_twice_counts_once(tmp_path: Path) -> None:
    path = write_rich(tmp_path / "t")
    body = (path / "index.json").read_bytes()
    begin = body.index(b'"trace":{') + len(b'"trace":{')
    with_index(path, b'{"level":"hash","name":"first",' + body[begin:-1])
    trace = Trace(path)
    assert (trace.index.level, trace.name) == ("full", "Net")


ENVELOPES: dict[str, tuple[bytes, str]] = {
    "another format": (
        b'{"format":"zip","version":1}',
        (
            "This is no padiff trace.\n  where:    {}\n"
            "  got:      format 'zip'\n  expected: 'padiff-trace'"
        ),
    ),
    "a later version": (
        b'{"format":"padiff-trace","version":2,"compression":"zstd","index":[]}',
        (
            "The trace was written in another version of the format.\n  where:    {}\n"
            "  got:      version 2\n  expected: version 1\n"
            "  hint:     use the padiff that wrote it, or record it again"
        ),
    ),
    "another checksum": (
        b'{"format":"padiff-trace","version":1,"checksum":"md5:0","trace":{}}',
        (
            "The index of a trace is damaged.\n  where:    {}\n"
            "  got:      sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\n"
            "  expected: md5:0\n  hint:     record it again"
        ),
    ),
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_what_surrounds_the_index(tmp_path: Path, name: str) -> None:
    data, message = ENVELOPES[name]
    path = write_rich(tmp_path / "t")
    (path / "index.json").write_bytes(data)
    assert str(refusal(path)) == message.replace("{}", str(path / "index.json"), 1)


@pytest.mark.parametrize(("limit", "unit"), [("_LARGEST", "bytes"), ("_MOST", "values")])
def test_an_index_that_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, unit: str
) -> None:
    path = write_rich(tmp_path / "t")
    data = (path / "index.json").read_bytes()
    body = data[data.index(b'"trace":') + len(b'"trace":') : -1]
    size = len(data) if unit == "bytes" else sum(body.count(sign) for sign in (b"{", b"[", b","))
    monkeypatch.setattr(f"padiff.trace.codec.{limit}", size)
    Trace(path)
    monkeypatch.setattr(f"padiff.trace.codec.{limit}", size - 1)
    with pytest.raises(TraceError) as caught:
        Trace(path)
    assert str(caught.value) == (
        "The index of a trace is too large.\n"
        f"  where:    {path / 'index.json'}\n"
        f"  got:      {size:,} {unit}\n"
        f"  expected: at most {size - 1:,}"
    )
    with pytest.raises(TraceError) as caught:
        write_rich(tmp_path / "u")
    assert caught.value.hint == "record fewer steps, or fewer modules (depth=, only=)"
    assert not (tmp_path / "u").exists()
