"""Where a step begins, so that a model can run once more from there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any

from typing_extensions import Self

__all__ = ["Beginning"]


class Beginning:
    """What one model's state was when a step began: buffers, caches, counters.

    A run moves them on, and one that is to show the same again has to begin where the first did. Closing
    puts the model back there.
    """

    def __init__(self, adapter: Any, module: Any) -> None:
        self._adapter = adapter
        self._module = module
        self._kept = ExitStack()
        self._begun = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._kept.__exit__(kind, error, traceback)

    def here(self) -> None:
        """A step begins with the state the model has now."""
        if self._begun:
            with self._adapter.preserved(self._module):
                self._kept.close()
        self._keep()
        self._begun = True

    @contextmanager
    def again(self) -> Iterator[None]:
        """A context in which the model is as it was when the step began; afterwards it is as now."""
        with self._adapter.preserved(self._module):
            self._kept.close()
            self._keep()
            yield

    def _keep(self) -> None:
        self._kept.enter_context(self._adapter.preserved(self._module))
