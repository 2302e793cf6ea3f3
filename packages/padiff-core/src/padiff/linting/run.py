"""The public function: lint two models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from padiff.collector import collector_paused
from padiff.cut import pair_models
from padiff.defaults import registry as default_registry
from padiff.ignoring import Ignore
from padiff.linting.engine import lint_pairing, unknown_pairs
from padiff.linting.report import LintReport
from padiff.linting.subjects import alone, subjects
from padiff.model import as_proxy
from padiff.registry import Registry

__all__ = ["lint"]


@collector_paused()
def lint(
    base: Any, raw: Any, *, ignore: Iterable[Any] = (), registry: Registry | None = None
) -> LintReport:
    """Compare the configuration of two models: no inputs, no forward pass, nothing written.

    Two layers can hold the same weights and still compute different things: another epsilon, a
    padding, a momentum that counts the other way round. The layers are paired as `assign_weight`
    pairs them, and what decides their numbers is compared in one canonical spelling.

    Args:
        base: The model that is right: a module, or the `ProxyModel` of one.
        raw: The model that is to compute the same.
        ignore: What to leave out on either side: module objects, and `fnmatch` patterns of dotted
            paths, as for `assign_weight`.
        registry: Kinds, layouts and their rules; the default registry if None.

    Returns:
        A report, truthy if it holds no finding of severity `error`. It also names what could not
        be compared.

    Raises:
        PadiffError: If the layers cannot be paired; its subclasses are those of `assign_weight`.
    """
    proxies = as_proxy(base, "base"), as_proxy(raw, "raw")
    skip = Ignore(ignore)
    used = default_registry if registry is None else registry
    pairing, _, _ = pair_models(*proxies, used, skip)
    skip.check_used()
    base_alone, raw_alone = alone(pairing)
    return LintReport(
        proxies[0].name,
        proxies[1].name,
        proxies[0].framework,
        proxies[1].framework,
        lint_pairing(pairing),
        len(subjects(pairing)),
        unknown_pairs(pairing),
        base_alone,
        raw_alone,
    )
