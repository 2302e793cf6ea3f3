"""Dumps of torch models."""

from __future__ import annotations

from tests.capture.in_torch import TorchCapture
from tests.compat.report_laws import ReportLaws
from tests.compat.state_laws import StateLaws
from tests.compat.stepping_laws import SteppingLaws
from tests.compat.unmarked_laws import UnattendedLaws, UnmarkedLaws


class TestStepping(SteppingLaws):
    native = TorchCapture()


class TestReport(ReportLaws):
    native = TorchCapture()


class TestState(StateLaws):
    native = TorchCapture()


class TestUnmarked(UnmarkedLaws):
    native = TorchCapture()


class TestUnattended(UnattendedLaws):
    native = TorchCapture()
