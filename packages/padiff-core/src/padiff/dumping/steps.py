"""The steps of one model, and what becomes of their reports: `ProxyModel`'s side of dumping."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from padiff.capture.protocols import capture_adapter, record_adapter
from padiff.dumping.folders import Kind, check_folder, claim, remove_dump
from padiff.dumping.report import Report
from padiff.dumping.state import write_state
from padiff.errors import PadiffError, TraceError, UsageError
from padiff.trace.folder import current_rank
from padiff.trace.writer import TraceWriter

if TYPE_CHECKING:
    from padiff.model import ProxyModel
    from padiff.protocols import Array

__all__ = ["Dumps"]

_PATIENCE = 8
"""So many calls in a row, with no backward pass and no dump, and nobody is going to dump."""
_SPACE = 4 << 30
"""Bytes after which no further call is noted."""


@dataclass(eq=False, slots=True)
class Dumps:
    """What a `ProxyModel` keeps of its calls. It is handed the model each time, and holds none."""

    freq: int
    step: int = 0
    report: Report | None = None
    lost: PadiffError | None = None
    """Why there is no report, though there were calls."""

    def call(self, proxy: ProxyModel[Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Call the module, and note what happens if this step may be dumped."""
        report = self._listening(proxy)
        module = proxy.model
        if report is None:
            return module(*args, **kwargs)
        return report.call(module, args, kwargs)

    def backward(self, proxy: ProxyModel[Any], loss: Any) -> None:
        """Run a backward pass, and note what it brings the parameters."""
        if self.report is None:
            capture_adapter(proxy).backward(loss)
        else:
            self.report.backward(proxy.model, loss)

    def _listening(self, proxy: ProxyModel[Any]) -> Report | None:
        if self.step % self.freq or self.lost is not None:
            return None
        try:
            adapter = record_adapter(proxy)
            if adapter.recomputing():
                return None
            if self.report is None:
                self.report = Report(proxy, adapter)
        except Exception as error:  # noqa: BLE001 - the call itself must not fail by it
            self._lose(_failed(proxy, error))
            return None
        self._check_attended(proxy, self.report)
        return self.report

    def _check_attended(self, proxy: ProxyModel[Any], report: Report) -> None:
        """Give up a report that nobody seems to be going to dump."""
        if report.unattended >= _PATIENCE:
            why = f"{report.unattended} calls in a row, and nobody dumped them"
        elif report.noted and report.nbytes > _SPACE:
            why = f"more than {_SPACE >> 30} GiB of tensors"
        else:
            return
        self._lose(
            TraceError(
                "What the model did was dropped, for it seemed that nobody would dump it.",
                where=proxy.name,
                got=why,
                hint="call clear_report() before the step that is to be dumped; call .model itself"
                " where nothing is to be dumped; or use padiff.record",
            )
        )

    def _lose(self, error: PadiffError) -> None:
        self.clear()
        self.lost = error

    def clear(self) -> None:
        """Forget what was noted."""
        if self.report is not None:
            self.report.close()
        self.report, self.lost = None, None

    def _complete(self, proxy: ProxyModel[Any]) -> Report:
        """The report, if it holds all that happened."""
        if self.lost is not None:
            raise self.lost
        record_adapter(proxy)
        if self.report is not None and self.report.failure is not None:
            raise _failed(proxy, self.report.failure)
        if self.report is None or not self.report.noted:
            raise TraceError(
                "There is nothing to dump: the model was not called.",
                where=f"{proxy.name}, step {self.step}",
                expected="calls of the ProxyModel itself since the last try_dump or clear_report",
                hint="calls of .model are not noted"
                + (f", nor are steps that {self.freq} does not divide" if self.freq > 1 else ""),
            )
        return self.report

    def end_step(self, proxy: ProxyModel[Any], path: str | os.PathLike[str] | None) -> None:
        """See `ProxyModel.try_dump`."""
        given = _checked(path)
        if self.step % self.freq == 0:
            self._complete(proxy)
            if given is None:
                given = claim(proxy, _rank()) / f"step_{self.step}" / f"rank_{_rank()}"
            self._write(proxy, "params", given)
            self._write(proxy, "report", given)
            remove_dump(given, ("weights", "grads"))
        self.clear()
        self.step += 1

    def dump(self, proxy: ProxyModel[Any], kind: Kind, path: str | os.PathLike[str] | None) -> None:
        """See `ProxyModel.dump_report` and its neighbours."""
        given = _checked(path)
        if given is None:
            given = claim(proxy, _rank()) / f"rank_{_rank()}"
        self._write(proxy, kind, given)

    def _write(self, proxy: ProxyModel[Any], kind: Kind, folder: Path) -> None:
        check_folder(folder)
        report = self._complete(proxy) if kind == "report" else None
        writer = TraceWriter(folder / kind, "full")
        try:
            if report is not None:
                report.write(proxy, writer, self.step, _rank())
                return
            write_state(
                proxy,
                writer,
                weights=kind != "grads",
                seen=None if kind == "weights" else self._brought,
                number=self.step,
                rank=_rank(),
            )
        finally:
            writer.discard()

    @property
    def _brought(self) -> Mapping[str, Array]:
        """What the step's backward passes brought the parameters."""
        return {} if self.report is None else self.report.gradients


def _rank() -> int:
    return current_rank() or 0


def _failed(proxy: ProxyModel[Any], error: Exception) -> PadiffError:
    if isinstance(error, PadiffError):
        return error
    found = TraceError(
        "What the model did could not be recorded.",
        where=proxy.name,
        got=f"{type(error).__name__}: {error}",
    )
    found.__cause__ = error
    return found


def _checked(path: object) -> Path | None:
    if path is None:
        return None
    if isinstance(path, (str, os.PathLike)) and os.fspath(path):
        return Path(path)
    raise UsageError(
        "A dump goes into a folder.",
        got=repr(path),
        expected="a path, or nothing for the default",
        hint="how often try_dump dumps is said by create_model(model, dump_freq=...)"
        if isinstance(path, int)
        else "",
    )
