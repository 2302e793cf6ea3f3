"""The runs of one step: base's, raw's beside its recording, and those made once more where a difference shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from padiff.aligning.accounts import check_feedable
from padiff.aligning.comparer import Comparer
from padiff.capture.heap import give_back
from padiff.capture.recording import Recording

if TYPE_CHECKING:
    from padiff.aligning.comparison import Gauge
    from padiff.aligning.settings import Settings
    from padiff.aligning.side import Player
    from padiff.aligning.targets import Watching
    from padiff.capture.store import Store
    from padiff.protocols import Array

__all__ = ["Runs"]


class Runs:
    """Makes the runs, and holds what base's left behind.

    Args:
        players: Both models, at the step.
        watching: What was paired.
        settings: Of the alignment.
        store: Where base's tensors are kept.
        gauge: Measures.
    """

    def __init__(
        self,
        players: tuple[Player, Player],
        watching: Watching,
        settings: Settings,
        store: Store,
        gauge: Gauge,
    ) -> None:
        self.base, self.raw = players
        self.recording = Recording()
        """Base's run."""
        self.drew = (False, False)
        """Whether each side drew random numbers in its first run."""
        self._watching = watching
        self._settings = settings
        self._store = store
        self._gauge = gauge

    def first(self) -> tuple[Comparer, Array | None]:
        """Run base, then raw; returns what raw's was compared by, and raw's loss.

        Of base's recording, what agrees goes at once if it can be made once more.

        Raises:
            UsageError: If raw is to be fed going backward, and cannot be.
        """
        settings = self._settings
        self.recording = self.base.record(self._store, backward=settings.backward)
        if self.base.live:
            give_back()
        if settings.backward and settings.single_step:
            check_feedable(self.recording)
        base_drew = self.base.drew()
        fed = settings.single_step
        comparer = self.comparer(feed_values=fed, feed_gradients=fed)
        self.recording.lets_go = not settings.single_step and settings.floor != "always"
        loss = comparer.run(backward=settings.backward)
        self.recording.lets_go = False
        self.drew = base_drew, self.raw.drew()
        return comparer, loss

    def comparer(self, *, feed_values: bool, feed_gradients: bool) -> Comparer:
        """What another run of raw is compared by; see `Comparer`."""
        return Comparer(
            self.raw,
            self.recording,
            self._watching.by_key,
            self._gauge,
            feed_values=feed_values,
            feed_gradients=feed_gradients,
        )

    def complete(self, *, backward: bool) -> None:
        """Record base once more, if something of what it had was let go.

        Args:
            backward: Whether the gradients are needed too.
        """
        if self.recording.whole:
            return
        self.recording.clear()
        with self.base.again():
            again = self.base.record(self._store, backward=backward, why="recording once more")
        self.recording.fill(again)

    @property
    def can_feed(self) -> bool:
        """Whether raw's backward pass can be run again, each layer fed with base's values going forward."""
        return self.raw.live and not (self._settings.single_step or self.recording.derived)

    @contextmanager
    def fed(self) -> Iterator[tuple[Comparer, Array | None]]:
        """That run, as `first` returns it; gradients of parameters are there within the context."""
        with self.raw.again():
            comparer = self.comparer(feed_values=True, feed_gradients=False)
            yield comparer, comparer.run(backward=True, why="fed with base's values")
