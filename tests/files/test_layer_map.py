"""The file of a layer map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from padiff.errors import FileError, LayerMapError
from padiff.files.layer_map import apply_layer_map, layer_map_file, read_layer_map
from padiff.model import create_model
from padiff.registry import Registry
from tests.reference import BatchNorm, Linear, Module, Parameter, Scale, Sequential


class Crossed(Module):
    """Two layers of one shape."""

    def __init__(self) -> None:
        super().__init__()
        self.late = Linear(3, 3)
        self.early = Linear(3, 3)


def written(folder: Path, text: str) -> Path:
    path = folder / "map.toml"
    path.write_text(text, "utf-8")
    return path


def test_pairs_are_read_in_their_order(tmp_path: Path) -> None:
    text = '[[pair]]\nbase = "a"\nraw = "x.0"\n[[pair]]\nbase = "b"\nraw = ""\n'
    assert read_layer_map(written(tmp_path, text)) == (("a", "x.0"), ("b", ""))


@pytest.mark.parametrize(
    ("text", "where", "got", "expected"),
    [
        ("", "", "no key", "the key 'pair'"),
        ("pairs = []", "", "the unknown key 'pairs'", "pair"),
        ("[[pair]]\nbase = 'a'", ", pair[0]", "base", "the key 'raw'"),
        ("[[pair]]\nbase = 1\nraw = 'a'", ", pair[0].base", "1", "a string"),
    ],
)
def test_what_is_no_pair_is_refused(
    text: str, where: str, got: str, expected: str, tmp_path: Path
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(FileError) as error:
        read_layer_map(path)
    assert str(error.value).startswith(
        "The file of a layer map is not as it should be.\n"
        f"  where:    {path}{where}\n  got:      {got}\n  expected: {expected}"
    )


def test_a_map_is_applied_by_path(reference: Registry) -> None:  # noqa: ARG001 - installs it
    base, raw = create_model(Crossed()), create_model(Crossed())
    apply_layer_map(base, raw, (("late", "early"), ("early", "late")))
    assert base.layer_map is not None
    assert raw.layer_map is not None
    assert (base.layer_map.paths, raw.layer_map.paths) == (("late", "early"), ("early", "late"))
    apply_layer_map(base, raw, ())
    assert create_model(base).layer_map is create_model(raw).layer_map is None


@pytest.mark.parametrize(
    ("paths", "text"),
    [
        (
            ["layte"],
            (
                "Entry 0 of Crossed's layer map is no path in this model.\n"
                "  got:      'layte'\n  hint:     close to it: late"
            ),
        ),
        (
            ["late", "late"],
            (
                "Crossed's layer map holds a module twice.\n"
                "  where:    late\n  got:      entries 0 and 1"
            ),
        ),
        (
            ["", "late"],
            (
                "Crossed's layer map holds a module and a part of it.\n"
                "  where:    late\n  got:      it is inside entry 0, (root)\n"
                "  hint:     map the outer module, or its parts, not both"
            ),
        ),
    ],
)
def test_a_map_that_does_not_fit_leaves_the_one_in_force(
    paths: list[str],
    text: str,
    reference: Registry,  # noqa: ARG001 - installs the framework
) -> None:
    model = create_model(Crossed())
    model.set_layer_paths(["early"])
    with pytest.raises(LayerMapError) as error:
        model.set_layer_paths(paths)
    assert str(error.value) == text
    assert model.layer_map is not None
    assert model.layer_map.paths == ("early",)


def test_the_file_to_begin_with_holds_the_pairs_as_they_are_made(
    reference: Registry, tmp_path: Path
) -> None:
    base, raw = (create_model(Sequential(Linear(3, 2), Scale(2))) for _ in range(2))
    text = layer_map_file(base, raw, registry=reference)
    assert text == (
        "# Each pair as it was made; delete what padiff need not be told.\n"
        '\n[[pair]]  # by path, Linear (linear)\nbase = "0"\nraw = "0"\n'
        '\n[[pair]]  # by path, Scale (parameters)\nbase = "1"\nraw = "1"\n'
    )
    apply_layer_map(base, raw, read_layer_map(written(tmp_path, text)))


def outer(*inner: Module) -> Module:
    """A layer with a parameter of its own, and with layers."""
    found = Scale(2)
    for number, module in enumerate(inner):
        setattr(found, f"in{number}", module)
    return found


@pytest.mark.parametrize(
    ("base", "raw", "lines"),
    [
        pytest.param(
            Sequential(outer(Linear(2, 2)), Scale(2)),
            Sequential(outer(Linear(2, 2)), Scale(2)),
            [
                *('# "0" and "0": a layer within is paired itself', ""),
                *("[[pair]]  # by path, Linear (linear)", 'base = "0.in0"', 'raw = "0.in0"', ""),
                *("[[pair]]  # by path, Scale (parameters)", 'base = "1"', 'raw = "1"'),
            ],
            id="both",
        ),
        pytest.param(
            Sequential(outer(Linear(2, 2))),
            Sequential(outer(), Linear(2, 2)),
            [
                *('# "0" and "0": a layer within is paired itself', ""),
                *("[[pair]]  # by order, Linear (linear)", 'base = "0.in0"', 'raw = "1"'),
            ],
            id="base",
        ),
        pytest.param(
            Sequential(outer(), Linear(2, 2)),
            outer(Linear(2, 2)),
            [
                *('# "0" and the root: a layer within is paired itself', ""),
                *("[[pair]]  # by order, Linear (linear)", 'base = "1"', 'raw = "in0"'),
            ],
            id="raw",
        ),
        pytest.param(
            Sequential(Scale(2)),
            Scale(2),
            ["[[pair]]  # by order, Scale (parameters)", 'base = "0"', 'raw = ""'],
            id="root",
        ),
    ],
)
def test_a_layer_is_named_unless_one_within_is(
    base: Module, raw: Module, lines: list[str], reference: Registry, tmp_path: Path
) -> None:
    models = create_model(base), create_model(raw)
    text = layer_map_file(*models, registry=reference)
    assert text.splitlines()[2:] == lines
    pairs = read_layer_map(written(tmp_path, text))
    apply_layer_map(*models, pairs)
    assert len(pairs) == text.count("[[pair]]")


def test_layers_that_no_layout_fits_have_no_kind(reference: Registry) -> None:
    models = [Linear(3, 3), Linear(3, 3)]
    for model in models:
        model.more = Parameter(np.zeros(3, np.float32), "here")
    text = layer_map_file(*map(create_model, models), registry=reference)
    assert "[[pair]]  # by path, Linear\n" in text


def test_models_without_tensors_have_no_pairs(reference: Registry, tmp_path: Path) -> None:
    text = layer_map_file(create_model(Module()), create_model(Module()), registry=reference)
    assert read_layer_map(written(tmp_path, text)) == ()


def test_where_pairing_fails_both_lists_are_there_to_be_paired(
    reference: Registry, tmp_path: Path
) -> None:
    norm = BatchNorm(3, affine=False)
    del norm.mean, norm.variance
    base = create_model(Sequential(Sequential(Linear(3, 3)), norm, Linear(3, 3)))
    raw = create_model(Sequential(Linear(3, 3)))
    text = layer_map_file(base, raw, registry=reference)
    assert text == (
        "# The layers could not be paired without doubt. Make a [[pair]] of each two that belong\n"
        "# together; what is left out is paired as usual. The layers with tensors, in order:\n"
        '\n# base = "0.0"  # Linear (linear)\n# base = "2"  # Linear (linear)\n'
        '\n# raw = "0"  # Linear (linear)\n'
        '\n#[[pair]]\n#base = ""\n#raw = ""\npair = []\n'
    )
    assert read_layer_map(written(tmp_path, text)) == ()


def test_a_map_that_does_not_fit_raw_leaves_bases_too(
    reference: Registry,  # noqa: ARG001 - installs the framework
) -> None:
    base, raw = create_model(Crossed()), create_model(Crossed())
    apply_layer_map(base, raw, (("early", "late"),))
    with pytest.raises(LayerMapError):
        apply_layer_map(base, raw, (("late", "nowhere"),))
    assert base.layer_map is not None
    assert raw.layer_map is not None
    assert (base.layer_map.paths, raw.layer_map.paths) == (("early",), ("late",))
