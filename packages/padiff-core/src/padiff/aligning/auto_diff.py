"""`auto_diff`: PaDiff's own entry point, on the machinery of `align`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from typing_extensions import Unpack

from padiff.aligning.run import align
from padiff.aligning.settings import padiffs_numbers
from padiff.errors import UsageError

if TYPE_CHECKING:
    from padiff.aligning.settings import DiffPhase
    from padiff.compare.tolerance import Mode

__all__ = ["AutoDiffOptions", "auto_diff"]


class AutoDiffOptions(TypedDict, total=False):
    """The options of `auto_diff`, with PaDiff's names and defaults."""

    auto_init: bool
    """Transfer base's weights first; True by default."""
    atol: float
    """0 by default."""
    rtol: float
    """1e-7 by default."""
    compare_mode: Mode
    """`"mean"` by default: the mean of the error against the mean of base."""
    diff_phase: DiffPhase
    """`"both"` by default; `"backward"` needs `single_step`."""
    single_step: bool
    steps: int


_OPTIONS = tuple(AutoDiffOptions.__annotations__)


def auto_diff(
    base_model: Any,
    raw_model: Any,
    inputs: Any,
    loss_fns: Any = None,
    optimizers: Any = None,
    **options: Unpack[AutoDiffOptions],
) -> bool:
    """Compare two models, print where they part, and answer whether they agree.

    With PaDiff's defaults (atol 0, rtol 1e-7) no two correct float32 models would agree, so what is
    beyond those defaults is held against base's own rounding error; an `atol` or `rtol` given here is
    final. `align` gives the whole report.

    Args:
        base_model: The model that is right, or its `ProxyModel`.
        raw_model: The model that is to do the same.
        inputs: A pair, one for each side: dicts of keyword arguments, tuples of positional ones, or
            single tensors.
        loss_fns: A pair of functions of the output; without them, the mean of all output tensors.
        optimizers: A pair of optimizers, or of functions without argument that step and clear the
            gradients.
        **options: See `AutoDiffOptions`.

    Returns:
        Exactly True or False.

    Raises:
        UsageError: If an option is unknown, or an argument is no pair.
        PadiffError: If the models cannot be paired, filled or run.
    """
    unknown = [name for name in options if name not in _OPTIONS]
    if unknown:
        raise UsageError(
            "auto_diff was given options it does not have.",
            got=", ".join(unknown),
            expected=", ".join(_OPTIONS),
        )
    for name, value in (("inputs", inputs), ("loss_fns", loss_fns), ("optimizers", optimizers)):
        optional = value is None and name != "inputs"
        if not optional and not (isinstance(value, (tuple, list)) and len(value) == 2):
            raise UsageError(
                f"{name} is no pair.", got=type(value).__name__, expected="(base's, raw's)"
            )
    atol, rtol = padiffs_numbers(options)
    report = align(
        base_model,
        raw_model,
        tuple(inputs),
        loss=loss_fns if loss_fns is not None else "mean",
        optimizers=optimizers,
        steps=options.get("steps", 1),
        init=options.get("auto_init", True),
        phase=options.get("diff_phase", "both"),
        single_step=options.get("single_step", False),
        atol=atol,
        rtol=rtol,
        mode=options.get("compare_mode", "mean"),
        paired=True,
    )
    if not report:
        from rich import print as show

        show(report)
    return bool(report)
