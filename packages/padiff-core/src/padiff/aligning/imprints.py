"""What models wrote into their own parameters, and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from padiff.capture.protocols import capture_adapter
from padiff.report.wording import listed
from padiff.trace.model import trace_of

if TYPE_CHECKING:
    from padiff.model import ProxyModel

__all__ = ["Imprints"]


class Imprints:
    """What the parameters of both models were like, to be held against what they are afterwards.

    A recorded model has none.
    """

    def __init__(self, proxies: tuple[ProxyModel[Any], ProxyModel[Any]]) -> None:
        self._live = [
            (side, proxy, _imprint(proxy))
            for side, proxy in zip(("base", "raw"), proxies, strict=True)
            if trace_of(proxy) is None
        ]

    def notes(self) -> Iterator[str]:
        """Of each model, which parameters are no longer what they were."""
        for side, proxy, before in self._live:
            now = _imprint(proxy)
            written = [name for name, imprint in before.items() if now.get(name) != imprint]
            if written:
                yield (
                    f"Of {side}, {listed(written)} stayed as the model wrote it while it ran: without its"
                    " optimizer, only small trained parameters are put back."
                )


def _imprint(proxy: ProxyModel[Any]) -> Mapping[str, object]:
    return capture_adapter(proxy).imprint(proxy.model)
