"""The catalogue is derived from a registry, and says the same in a terminal and on a page."""

from __future__ import annotations

import io
import re

from rich.console import Console

from padiff.catalogue import Catalogue, class_list, init_summary, make_catalogue, tensor_line
from padiff.catalogue_page import page
from padiff.kind import CanonicalTensor
from padiff.registry import Registry

from .toys import BOX, SCALE, SHIFT, init_scale, toys


def printed(catalogue: Catalogue) -> list[list[str]]:
    """The cells of each line that is not empty, on a screen wide enough for all of them."""
    out = io.StringIO()
    Console(file=out, width=200).print(catalogue)
    lines = (line.strip() for line in out.getvalue().splitlines())
    return [re.split("  +", line) for line in lines if line]


def test_kinds_come_by_name_those_with_tensors_first() -> None:
    catalogue = make_catalogue(toys())
    assert [entry.kind for entry in catalogue.kinds] == [SCALE, SHIFT, BOX]
    assert catalogue.frameworks == ("north", "south")
    assert [entry.func for entry in catalogue.inits] == [init_scale]


def test_a_class_that_may_be_of_several_kinds_is_listed_under_each() -> None:
    scale, shift, _ = make_catalogue(toys()).kinds
    assert scale.classes == {
        "north": ("north.nn.Scale",),
        "south": ("south.nn.Scale1", "south.nn.Scale2", "south.old.Any"),
    }
    assert shift.classes == {"south": ("south.old.Any",)}


def test_a_kind_of_two_frameworks_is_copied_both_ways() -> None:
    scale, shift, box = make_catalogue(toys()).kinds
    assert scale.directions == "north <-> south"
    assert shift.directions == "within south, or with a layer of your own that has the same tensors"
    assert box.directions == "within south"


def test_an_empty_registry_makes_an_empty_catalogue() -> None:
    assert not make_catalogue(Registry())
    assert make_catalogue(toys())


def test_classes_of_one_namespace_stand_together() -> None:
    assert class_list(("a.nn.X", "a.nn.Y", "a.old.X")) == "a.nn: X, Y; a.old: X"


def test_a_tensor_is_one_line() -> None:
    assert tensor_line(CanonicalTensor("bias", "out", neutral=0.0)) == "bias (out) = 0"
    assert tensor_line(CanonicalTensor("weight", "out *in")) == "weight (out *in)"


def test_an_init_function_is_summed_up_by_its_first_line() -> None:
    (entry,) = make_catalogue(toys()).inits
    assert init_summary(entry) == "Fill one."


def test_an_init_function_without_a_docstring_has_no_summary() -> None:
    registry = Registry()
    entry = registry.register_init(("a", "X"), ("b", "Y"), lambda _base, _raw: None)
    assert init_summary(entry) == ""


def test_only_what_has_the_text_in_its_name_is_left() -> None:
    catalogue = make_catalogue(toys())
    assert [entry.kind for entry in catalogue.matching("SCALE2").kinds] == [SCALE]
    assert [entry.kind for entry in catalogue.matching("shift").kinds] == [SHIFT]
    assert catalogue.matching("shift").inits == ()
    assert catalogue.matching("box").inits == catalogue.inits
    assert not catalogue.matching("stretch")


def test_in_a_terminal_every_kind_has_its_tensors_and_classes() -> None:
    assert printed(make_catalogue(toys())) == [
        ["Kinds of layers"],
        ["kind", "canonical tensors", "north", "south"],
        [
            "scale",
            "{part}.weight (out *in)",
            "north.nn: Scale",
            "south.nn: Scale1, Scale2; south.old: Any",
        ],
        ["y = w x", "bias (out) = 0"],
        ["north <-> south", "count () = 1.5"],
        ["shift", "shift (out)", "-", "south.old: Any"],
        ["y = x + s"],
        ["within south, or with a layer of your own that has the same tensors"],
        ["Kinds without tensors of their own"],
        ["kind", "canonical tensors", "north", "south"],
        ["box", "-", "-", "south.nn: Box"],
        ["|x| of layers"],
        ["Init functions"],
        ["base", "-> raw", "function"],
        ["north north.nn.Scale", "south south.nn.Box", "tests.cli.toys.init_scale"],
        ["Fill one."],
    ]


PAGE = """\
## scale

y = w x; copied north <-> south.

* north: `north.nn.Scale`
* south: `south.nn.Scale1`, `south.nn.Scale2`, `south.old.Any`

| canonical tensor | shape | neutral | note |
| --- | --- | --- | --- |
| `{part}.weight` | `out *in` |  | rows \\| columns |
| `bias` | `out` | 0 |  |
| `count` |  | 1.5 | of calls; no output depends on it |

Settings that `padiff.lint` compares: `power`.

## shift

y = x + s; copied within south, or with a layer of your own that has the same tensors.

* south: `south.old.Any`

| canonical tensor | shape | neutral | note |
| --- | --- | --- | --- |
| `shift` | `out` |  |  |

## Kinds without tensors of their own

Containers, whose layers are copied one by one, and layers that have settings alone.

| kind | what it is | north | south | settings compared |
| --- | --- | --- | --- | --- |
| box | \\|x\\| of layers |  | south.nn: Box | `size` |

## Init functions

What no layout can say is a function for a pair of classes, in one direction. It goes
before the layouts of the two. `padiff.add_special_init` registers one of your own.

| base | raw | function | what it does |
| --- | --- | --- | --- |
| `north north.nn.Scale` | `south south.nn.Box` | `tests.cli.toys.init_scale` | Fill one. |
"""


def test_a_page_says_the_same_at_length() -> None:
    introduction, _, rest = page(make_catalogue(toys())).partition("\n\n## ")
    assert introduction.startswith("# Layers\n")
    assert f"## {rest}" == PAGE


def test_a_page_has_no_section_without_content() -> None:
    text = page(make_catalogue(toys()).matching("shift"))
    assert [line for line in text.splitlines() if line.startswith("#")] == ["# Layers", "## shift"]
