"""What backward passes bring the parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from padiff.capture.protocols import RecordAdapter, Remove
    from padiff.protocols import Array

__all__ = ["Brought"]


class Brought:
    """Adds up what each parameter gets, as long as it watches.

    Args:
        adapter: The model's adapter.
        noting: Calls what it is given, unless nothing is to be noted now; no error may leave it, for
            somebody's backward pass is under way.
    """

    def __init__(
        self, adapter: RecordAdapter, noting: Callable[[Callable[[], None]], None]
    ) -> None:
        self.sums: dict[str, Array] = {}
        """By the path of a parameter."""
        self._adapter = adapter
        self._noting = noting
        self._remove: Remove | None = None

    def watch(self, module: Any) -> None:
        """Watch the parameters a module has now, and no longer those watched so far."""
        self.stop()
        self._remove = self._adapter.watch_parameters(module, self._came)

    def stop(self) -> None:
        """Watch no longer; the sums stay."""
        if self._remove is not None:
            self._remove()
            self._remove = None

    def clear(self) -> None:
        """Forget the sums."""
        self.sums = {}

    def _came(self, name: str, values: Array) -> None:
        self._noting(lambda: self._add(name, values))

    def _add(self, name: str, values: Array) -> None:
        known = self.sums.get(name)
        self.sums[name] = np.array(values) if known is None else known + values
