"""Dumps of paddle models."""

from __future__ import annotations

import pytest

from tests.capture.in_paddle import PaddleCapture
from tests.compat.report_laws import ReportLaws
from tests.compat.state_laws import StateLaws
from tests.compat.stepping_laws import SteppingLaws
from tests.compat.unmarked_laws import UnattendedLaws, UnmarkedLaws

pytestmark = pytest.mark.filterwarnings("ignore:When training, we now always track:UserWarning")


class TestStepping(SteppingLaws):
    native = PaddleCapture()


class TestReport(ReportLaws):
    native = PaddleCapture()


class TestState(StateLaws):
    native = PaddleCapture()


class TestUnmarked(UnmarkedLaws):
    native = PaddleCapture()


class TestUnattended(UnattendedLaws):
    native = PaddleCapture()
